//! Edges, names and sentences: what a small change could spoil without any other test noticing.

use std::collections::BTreeSet;
use std::fmt::Display;

use crate::id::IdError;
use crate::{Amount, AmountError, ChargeId, CodeError, OrderNo, PayCode, Provider, Stamp};

/// Each sentence says something, and something of its own.
fn check_sentences(faults: &[&dyn Display]) {
    let sentences: BTreeSet<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(sentences.len(), faults.len(), "{sentences:?}");
    assert!(sentences.iter().all(|sentence| sentence.len() > 10));
}

#[test]
fn every_fault_has_its_own_sentence() {
    check_sentences(&[
        &AmountError::Zero,
        &AmountError::Negative,
        &AmountError::TooLarge,
        &AmountError::TooFine,
        &AmountError::NotANumber,
        &CodeError::NotDigits,
        &CodeError::WrongLength,
        &CodeError::UnknownPrefix,
        &IdError,
    ]);
}

#[test]
fn an_amount_goes_from_nothing_to_the_most_and_not_a_fen_further() {
    let most = Amount::MAX.fen();
    let fen = |fen| Amount::from_fen(fen).map(Amount::fen);
    assert_eq!(fen(0), Ok(0));
    assert_eq!(fen(-1), Err(AmountError::Negative));
    assert_eq!(fen(most), Ok(most));
    assert_eq!(fen(most + 1), Err(AmountError::TooLarge));
    let charged = |fen| Amount::chargeable(fen).map(Amount::fen);
    assert_eq!(charged(0), Err(AmountError::Zero));
    assert_eq!(charged(1), Ok(1));
    assert_eq!(charged(-1), Err(AmountError::Negative));
    assert_eq!(charged(most), Ok(most));
}

#[test]
fn a_sum_of_amounts_stays_an_amount() {
    let one = Amount::chargeable(1).expect("an amount");
    assert_eq!(one.plus(one).map(Amount::fen), Ok(2));
    assert_eq!(Amount::MAX.plus(Amount::ZERO), Ok(Amount::MAX));
    assert_eq!(Amount::MAX.plus(one), Err(AmountError::TooLarge));
}

#[test]
fn a_minus_makes_a_sum_negative_and_zero_stays_zero() {
    let read = |text| Amount::from_yuan(text).map(Amount::fen);
    assert_eq!(read("-0.01"), Err(AmountError::Negative));
    assert_eq!(read("-0.00"), Ok(0));
    assert_eq!(read("0"), Ok(0));
}

#[test]
fn every_wallet_is_known_by_its_own_name() {
    let names = [Provider::Alipay, Provider::Wechat, Provider::Unionpay].map(Provider::as_str);
    assert_eq!(names, ["alipay", "wechat", "unionpay"]);
    let known = names.map(Provider::named);
    assert_eq!(
        known,
        [Provider::Alipay, Provider::Wechat, Provider::Unionpay].map(Some)
    );
    assert_eq!(Provider::named("cash"), None);
}

#[test]
fn a_code_gives_its_digits_to_the_one_request() {
    let code = PayCode::parse("2812 3456 7890 1234 56").expect("a code");
    assert_eq!(code.expose(), "281234567890123456");
}

#[test]
fn names_of_charges_and_orders_show_themselves_whole() {
    let id = ChargeId::fresh(Stamp::from_ms(1_790_000_000_000), [0xA5; 16]);
    assert_eq!(id.to_string(), id.as_str());
    assert_eq!(format!("{id:?}"), id.as_str());
    assert_eq!(id.order_no().to_string(), format!("S{id}"));
}

#[test]
fn an_id_is_its_time_followed_by_its_chance() {
    let id = ChargeId::fresh(Stamp::from_ms(1), [255; 16]);
    assert_eq!(id.as_str(), "0000000001ZZZZZZZZZZZZZZZZ");
}

#[test]
fn an_order_number_has_at_most_sixty_four_letters() {
    assert!(OrderNo::parse(&"A".repeat(64)).is_ok());
    assert_eq!(OrderNo::parse(&"A".repeat(65)), Err(IdError));
    assert_eq!(OrderNo::parse(""), Err(IdError));
    assert_eq!(OrderNo::parse("A-1"), Err(IdError));
    assert!(OrderNo::parse("a_1").is_ok());
}
