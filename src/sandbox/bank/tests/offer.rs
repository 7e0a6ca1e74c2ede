//! The laws of order codes, and of what merchants are told.

use money::{Amount, Stamp};

use super::{NOON, fen, order};
use crate::bank::{
    Bank, CancelEnd, CloseEnd, Demand, Funding, News, OFFER_LIFE_MS, PayEnd, Terms,
    WAIT_DEFAULT_MS, Why,
};
use crate::customer::Customer;

fn terms(name: &str, notify_url: Option<&str>) -> Terms {
    Terms {
        order: order(name),
        amount: fen(1_000),
        subject: "茶".to_owned(),
        wait_ms: WAIT_DEFAULT_MS,
        notify_url: notify_url.map(str::to_owned),
        funding: Funding::default(),
    }
}

fn offer(bank: &mut Bank, name: &str, life_ms: i64) -> String {
    let made = bank.offer(terms(name, None), life_ms, NOON);
    made.expect("the number is free").code.clone()
}

fn scan(bank: &mut Bank, code: &str, customer: Customer, now: Stamp) -> PayEnd {
    bank.scan(code, customer, now).1
}

#[test]
fn an_order_code_pays_its_sum_once_and_is_no_order_before() {
    let mut bank = Bank::opened();
    let code = offer(&mut bank, "S1", OFFER_LIFE_MS);
    assert_eq!(bank.query(&order("S1"), NOON), None);
    assert_eq!(bank.close(&order("S1"), NOON), CloseEnd::Nothing);
    for _ in 0..3 {
        let end = scan(&mut bank, &code, Customer::Balance, NOON);
        assert_eq!(end, PayEnd::Paid);
    }
    assert_eq!(bank.money_held(&order("S1")), fen(1_000));
    let other = scan(&mut bank, &code, Customer::Huabei, NOON);
    assert_eq!(other, PayEnd::Refused(Why::OtherContent));
    assert_eq!(bank.close(&order("S1"), NOON), CloseEnd::Paid);
}

#[test]
fn a_number_has_one_code_for_ever() {
    let mut bank = Bank::opened();
    let first = offer(&mut bank, "S1", OFFER_LIFE_MS);
    let again = bank.offer(terms("S1", None), OFFER_LIFE_MS, NOON).cloned();
    assert_eq!(again, Err(Why::OtherContent));
    assert_ne!(offer(&mut bank, "S2", OFFER_LIFE_MS), first);
    let code = bank.fresh_code(Customer::Balance, [1; 16], NOON);
    let claim = bank.pay(&order("S1"), &code, fen(1_000), NOON);
    assert_eq!(claim, PayEnd::Refused(Why::OtherContent));
}

#[test]
fn a_dead_a_foreign_and_a_withdrawn_code_pay_nothing() {
    let mut bank = Bank::opened();
    let dead = PayEnd::Refused(Why::CodeInvalid);
    let code = offer(&mut bank, "S1", 60_000);
    let end = NOON.plus_ms(60_000);
    assert_eq!(scan(&mut bank, &code, Customer::Balance, end), dead);
    let paid = scan(&mut bank, &code, Customer::Balance, end.plus_ms(-1));
    assert_eq!(paid, PayEnd::Paid);
    let foreign = scan(&mut bank, "https://elsewhere", Customer::Balance, NOON);
    assert_eq!(foreign, dead);
    let code = offer(&mut bank, "S2", i64::MAX);
    assert_eq!(bank.cancel(&order("S2"), NOON), CancelEnd::Nothing);
    assert_eq!(scan(&mut bank, &code, Customer::Balance, NOON), dead);
    let code = offer(&mut bank, "S3", i64::MAX);
    let late = NOON.plus_ms(OFFER_LIFE_MS);
    assert_eq!(scan(&mut bank, &code, Customer::Balance, late), dead);
}

#[test]
fn a_bank_that_leaves_codes_answers_the_same_and_lets_them_be_paid_to_their_end() {
    let mut bank = Bank::opened();
    bank.leave_codes();
    let code = offer(&mut bank, "S1", 120_000);
    assert_eq!(bank.cancel(&order("S1"), NOON), CancelEnd::Nothing);
    let end = NOON.plus_ms(119_999);
    assert_eq!(scan(&mut bank, &code, Customer::Balance, end), PayEnd::Paid);
    assert_eq!(bank.cancel(&order("S1"), end), CancelEnd::GivenBack);
    let code = offer(&mut bank, "S2", 120_000);
    let end = NOON.plus_ms(120_000);
    let dead = PayEnd::Refused(Why::CodeInvalid);
    assert_eq!(scan(&mut bank, &code, Customer::Balance, end), dead);
}

#[test]
fn who_cannot_pay_leaves_the_code_for_another_and_a_password_may_be_asked() {
    let mut bank = Bank::opened();
    let code = offer(&mut bank, "S1", OFFER_LIFE_MS);
    let end = scan(&mut bank, &code, Customer::Broke, NOON);
    assert_eq!(end, PayEnd::Refused(Why::NotEnough));
    let end = scan(&mut bank, &code, Customer::Password, NOON);
    assert_eq!(end, PayEnd::Waiting);
    assert_eq!(bank.close(&order("S1"), NOON), CloseEnd::Closed);
    assert_eq!(bank.close(&order("S1"), NOON), CloseEnd::Closed);
    assert_eq!(bank.confirm(Customer::Password, true, NOON), None);
    assert_eq!(bank.money_held(&order("S1")), Amount::ZERO);
}

#[test]
fn merchants_hear_of_each_change_of_an_order_that_names_an_address() {
    let mut bank = Bank::opened();
    let told = |bank: &mut Bank| -> Vec<Option<String>> {
        let news = bank.take_news().into_iter();
        news.map(|News { refund, .. }| refund).collect()
    };
    let url = Some("http://127.0.0.1:1/n");
    let made = bank.offer(terms("S1", url), OFFER_LIFE_MS, NOON);
    let code = made.map(|offer| offer.code.clone()).unwrap_or_default();
    assert_eq!(told(&mut bank), []);
    scan(&mut bank, &code, Customer::Password, NOON);
    assert_eq!(told(&mut bank), [], "waiting is no news");
    bank.confirm(Customer::Password, true, NOON);
    assert_eq!(told(&mut bank), [None]);
    let demand = Demand {
        order: order("S1"),
        number: "R1".to_owned(),
        amount: fen(1),
        reason: None,
    };
    assert!(bank.refund(&demand, NOON).is_ok() && bank.refund(&demand, NOON).is_ok());
    assert_eq!(told(&mut bank), [Some("R1".to_owned())]);
    let silent = offer(&mut bank, "S2", OFFER_LIFE_MS);
    scan(&mut bank, &silent, Customer::Balance, NOON);
    assert_eq!(told(&mut bank), []);
}

#[test]
fn an_order_that_waited_too_long_is_news() {
    let mut bank = Bank::opened();
    let made = bank.offer(terms("S1", Some("http://x/n")), OFFER_LIFE_MS, NOON);
    let code = made.map(|offer| offer.code.clone()).unwrap_or_default();
    scan(&mut bank, &code, Customer::Password, NOON);
    bank.expire(NOON.plus_ms(WAIT_DEFAULT_MS));
    bank.expire(NOON.plus_ms(2 * WAIT_DEFAULT_MS));
    assert_eq!(bank.take_news().len(), 1);
}
