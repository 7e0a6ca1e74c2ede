//! The laws of the bank.

use money::{Amount, OrderNo, PayCode, Stamp};
use proptest::prelude::*;

use super::{
    Bank, CODE_LIFE_MS, CancelEnd, Claim, Demand, Funding, OrderState, PayEnd, Terms,
    WAIT_DEFAULT_MS, Why,
};
use crate::customer::{Customer, Purse};

mod offer;
mod refund;

const NOON: Stamp = Stamp::from_ms(1_795_312_800_000);

fn order(name: &str) -> OrderNo {
    OrderNo::parse(name).expect("a plain name is an order number")
}

fn fen(fen: i64) -> Amount {
    Amount::chargeable(fen).expect("the tests charge small sums")
}

fn bank_with_code(customer: Customer) -> (Bank, PayCode) {
    let mut bank = Bank::opened();
    let code = bank.fresh_code(customer, [9; 16], NOON);
    (bank, code)
}

#[test]
fn one_order_pays_once_however_often_it_is_asked() {
    let (mut bank, code) = bank_with_code(Customer::Balance);
    for _ in 0..5 {
        let end = bank.pay(&order("S1"), &code, fen(1_250), NOON);
        assert_eq!(end, PayEnd::Paid);
    }
    assert_eq!(bank.money_held(&order("S1")), fen(1_250));
    let left = bank.spendable_fen(Customer::Balance, Purse::Balance);
    assert_eq!(left, Customer::Balance.balance_fen() - 1_250);
    assert_eq!(bank.orders().count(), 1);
}

#[test]
fn the_same_number_with_other_content_is_refused_and_changes_nothing() {
    let (mut bank, code) = bank_with_code(Customer::Balance);
    assert_eq!(bank.pay(&order("S1"), &code, fen(100), NOON), PayEnd::Paid);
    let other = bank.pay(&order("S1"), &code, fen(200), NOON);
    assert_eq!(other, PayEnd::Refused(Why::OtherContent));
    let code = bank.fresh_code(Customer::Balance, [8; 16], NOON);
    let other = bank.pay(&order("S1"), &code, fen(100), NOON);
    assert_eq!(other, PayEnd::Refused(Why::OtherContent));
    assert_eq!(bank.money_held(&order("S1")), fen(100));
}

#[test]
fn cancelling_a_paid_order_gives_the_money_back_once() {
    let (mut bank, code) = bank_with_code(Customer::Huabei);
    assert_eq!(bank.pay(&order("S1"), &code, fen(100), NOON), PayEnd::Paid);
    assert_eq!(bank.cancel(&order("S1"), NOON), CancelEnd::GivenBack);
    assert_eq!(bank.cancel(&order("S1"), NOON), CancelEnd::GivenBack);
    assert_eq!(bank.money_held(&order("S1")), Amount::ZERO);
    let left = bank.spendable_fen(Customer::Huabei, Purse::Huabei);
    assert_eq!(left, Customer::Huabei.huabei_fen());
    let late = bank.pay(&order("S1"), &code, fen(100), NOON);
    assert_eq!(late, PayEnd::Refused(Why::Closed));
}

#[test]
fn cancelling_an_unknown_order_leaves_no_mark_and_a_late_pay_lands() {
    let (mut bank, code) = bank_with_code(Customer::Balance);
    assert_eq!(bank.cancel(&order("S1"), NOON), CancelEnd::Nothing);
    assert_eq!(bank.query(&order("S1"), NOON), None);
    let late = bank.pay(&order("S1"), &code, fen(100), NOON.plus_ms(20_000));
    assert_eq!(late, PayEnd::Paid);
    assert_eq!(bank.money_held(&order("S1")), fen(100));
}

#[test]
fn a_code_dies_sixty_seconds_after_it_was_shown() {
    let (mut bank, code) = bank_with_code(Customer::Balance);
    let dead = NOON.plus_ms(CODE_LIFE_MS);
    assert!(
        bank.shown_code(Customer::Balance, dead.plus_ms(-1))
            .is_some()
    );
    assert!(bank.shown_code(Customer::Balance, dead).is_none());
    let end = bank.pay(&order("S1"), &code, fen(100), dead);
    assert_eq!(end, PayEnd::Refused(Why::CodeInvalid));
    let code = bank.fresh_code(Customer::Balance, [1; 16], NOON);
    let end = bank.pay(&order("S1"), &code, fen(100), dead.plus_ms(-1));
    assert_eq!(end, PayEnd::Paid);
}

#[test]
fn a_code_is_spent_by_the_first_claim_even_a_refused_one() {
    let (mut bank, code) = bank_with_code(Customer::Balance);
    assert_eq!(bank.pay(&order("S1"), &code, fen(100), NOON), PayEnd::Paid);
    let again = bank.pay(&order("S2"), &code, fen(100), NOON);
    assert_eq!(again, PayEnd::Refused(Why::CodeInvalid));
    let code = bank.fresh_code(Customer::Broke, [2; 16], NOON);
    let end = bank.pay(&order("S3"), &code, fen(100), NOON);
    assert_eq!(end, PayEnd::Refused(Why::NotEnough));
    let end = bank.pay(&order("S3"), &code, fen(100), NOON);
    assert_eq!(end, PayEnd::Refused(Why::CodeInvalid));
}

#[test]
fn a_code_shown_before_the_latest_one_still_pays() {
    let (mut bank, code) = bank_with_code(Customer::Balance);
    let later = bank.fresh_code(Customer::Balance, [3; 16], NOON.plus_ms(1_000));
    assert_ne!(code, later);
    assert_eq!(bank.pay(&order("S1"), &code, fen(100), NOON), PayEnd::Paid);
    assert_eq!(bank.pay(&order("S2"), &later, fen(100), NOON), PayEnd::Paid);
}

#[test]
fn each_customer_is_refused_for_the_own_reason() {
    let check = |customer, fen_asked, expect| {
        let (mut bank, code) = bank_with_code(customer);
        let end = bank.pay(&order("S1"), &code, fen(fen_asked), NOON);
        assert_eq!(end, expect, "{customer:?}");
    };
    check(Customer::Broke, 1, PayEnd::Refused(Why::NotEnough));
    check(Customer::Limit, 1, PayEnd::Refused(Why::DayLimit));
    check(Customer::Frozen, 1, PayEnd::Refused(Why::Frozen));
    check(
        Customer::Huabei,
        50_000_001,
        PayEnd::Refused(Why::NoFunding),
    );
    check(Customer::Instalments, 100, PayEnd::Paid);
    check(Customer::Password, 100, PayEnd::Waiting);
}

#[test]
fn a_password_pays_the_waiting_order_and_declining_closes_it() {
    let (mut bank, code) = bank_with_code(Customer::Password);
    assert_eq!(bank.confirm(Customer::Password, true, NOON), None);
    assert_eq!(
        bank.pay(&order("S1"), &code, fen(100), NOON),
        PayEnd::Waiting
    );
    assert_eq!(bank.money_held(&order("S1")), Amount::ZERO);
    assert!(bank.prompt(Customer::Password, NOON).is_some());
    assert_eq!(
        bank.confirm(Customer::Password, true, NOON),
        Some(order("S1"))
    );
    assert_eq!(bank.money_held(&order("S1")), fen(100));
    let code = bank.fresh_code(Customer::Password, [4; 16], NOON);
    assert_eq!(
        bank.pay(&order("S2"), &code, fen(100), NOON),
        PayEnd::Waiting
    );
    assert_eq!(
        bank.confirm(Customer::Password, false, NOON),
        Some(order("S2"))
    );
    assert_eq!(bank.cancel(&order("S2"), NOON), CancelEnd::Closed);
    assert_eq!(bank.money_held(&order("S2")), Amount::ZERO);
}

#[test]
fn a_password_that_does_not_come_closes_the_order() {
    let (mut bank, code) = bank_with_code(Customer::Password);
    let terms = Terms {
        order: order("S1"),
        amount: fen(100),
        subject: "茶".to_owned(),
        wait_ms: 120_000,
        notify_url: None,
        funding: Funding::default(),
    };
    let claim = Claim { terms, code };
    assert_eq!(bank.take(&claim, NOON), PayEnd::Waiting);
    let end = NOON.plus_ms(120_000);
    let state = bank.query(&order("S1"), end).map(|found| found.state);
    assert_eq!(state, Some(OrderState::Closed { at: end }));
    assert_eq!(bank.confirm(Customer::Password, true, end), None);
}

#[test]
fn the_bank_numbers_its_trades_with_28_digits() {
    let (mut bank, code) = bank_with_code(Customer::Balance);
    bank.pay(&order("S1"), &code, fen(100), NOON);
    let trade = bank
        .query(&order("S1"), NOON)
        .map(|found| found.trade_no.clone())
        .unwrap_or_default();
    assert_eq!(trade.len(), 28, "{trade}");
    assert!(bank.by_trade(&trade).is_some());
    assert_eq!(WAIT_DEFAULT_MS, 10_800_000);
}

/// All the money there is: in purses and with the merchant.
fn all_fen(bank: &Bank) -> i64 {
    let purses: i64 = Customer::ALL
        .into_iter()
        .flat_map(|one| [(one, Purse::Balance), (one, Purse::Huabei)])
        .map(|(one, purse)| bank.spendable_fen(one, purse))
        .sum();
    let held: i64 = bank
        .orders()
        .map(|found| bank.money_held(&found.number).fen())
        .sum();
    purses + held
}

proptest! {
    #[test]
    fn no_money_appears_or_vanishes(
        steps in prop::collection::vec((0_u8..8, 0_usize..7, 0_u8..6, 1_i64..90_000), 1..80),
    ) {
        let mut bank = Bank::opened();
        let before = all_fen(&bank);
        let mut now = NOON;
        let mut offers = Vec::new();
        let mut codes = vec![bank.fresh_code(Customer::Balance, [0; 16], now)];
        for (act, who, number, sum) in steps {
            let name = order(&format!("S{number}"));
            let customer = Customer::ALL[who];
            match act {
                0 => codes.push(bank.fresh_code(customer, [number; 16], now)),
                1 => {
                    let code = codes[who % codes.len()].clone();
                    bank.pay(&name, &code, fen(sum), now);
                }
                2 => { bank.cancel(&name, now); }
                3 => { bank.confirm(customer, sum % 2 == 0, now); }
                4 => {
                    let amount = fen(sum);
                    let number = format!("R{who}");
                    let _ = bank.refund(&Demand { order: name, number, amount, reason: None }, now);
                }
                5 => {
                    let terms = Terms {
                        order: name,
                        amount: fen(sum),
                        subject: String::new(),
                        wait_ms: sum,
                        notify_url: None,
                        funding: Funding::default(),
                    };
                    if let Ok(offer) = bank.offer(terms, 60_000, now) {
                        offers.push(offer.code.clone());
                    }
                }
                6 => {
                    if let Some(code) = offers.last() {
                        bank.scan(code, customer, now);
                    }
                    bank.close(&name, now);
                }
                _ => now = now.plus_ms(sum),
            }
            prop_assert_eq!(all_fen(&bank), before);
        }
    }
}
