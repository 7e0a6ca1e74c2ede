//! The laws of money that goes back.

use money::{Amount, OrderNo};

use super::{NOON, bank_with_code, fen, order};
use crate::bank::{
    Bank, CancelEnd, Demand, OrderState, PayEnd, REFUND_WINDOW_MS, RefundEnd, RefundWhy, Why,
};
use crate::customer::{Customer, Purse};

fn demand(number: &str, sum: i64) -> Demand {
    Demand {
        order: order("S1"),
        number: number.to_owned(),
        amount: Amount::from_fen(sum).expect("a small sum"),
        reason: Some("凉了".to_owned()),
    }
}

/// A bank that holds 10 yuan of the customer under `S1`.
fn paid(customer: Customer) -> Bank {
    let (mut bank, code) = bank_with_code(customer);
    assert_eq!(
        bank.pay(&order("S1"), &code, fen(1_000), NOON),
        PayEnd::Paid
    );
    bank
}

fn held(bank: &Bank) -> i64 {
    bank.money_held(&order("S1")).fen()
}

#[test]
fn a_refund_gives_back_once_however_often_its_number_is_sent() {
    let mut bank = paid(Customer::Huabei);
    let later = NOON.plus_ms(5_000);
    assert_eq!(bank.refund(&demand("R1", 300), NOON), Ok(RefundEnd::Moved));
    for _ in 0..3 {
        assert_eq!(
            bank.refund(&demand("R1", 300), later),
            Ok(RefundEnd::Before)
        );
    }
    assert_eq!(held(&bank), 700);
    let left = bank.spendable_fen(Customer::Huabei, Purse::Huabei);
    assert_eq!(left, Customer::Huabei.huabei_fen() - 700);
    let found = bank
        .query(&order("S1"), later)
        .and_then(|one| one.refund("R1"));
    assert_eq!(found.map(|one| one.at), Some(NOON));
}

#[test]
fn a_refunds_number_is_bound_to_its_sum() {
    let mut bank = paid(Customer::Balance);
    assert_eq!(bank.refund(&demand("R1", 300), NOON), Ok(RefundEnd::Moved));
    let other = bank.refund(&demand("R1", 400), NOON);
    assert_eq!(other, Err(RefundWhy::OtherAmount));
    assert_eq!(held(&bank), 700);
}

#[test]
fn refunds_together_never_exceed_the_payment_and_the_last_fen_closes_the_order() {
    let mut bank = paid(Customer::Balance);
    assert_eq!(bank.refund(&demand("R1", 600), NOON), Ok(RefundEnd::Moved));
    let refuse = |bank: &mut Bank, sum| bank.refund(&demand("R2", sum), NOON);
    assert_eq!(refuse(&mut bank, 401), Err(RefundWhy::TooMuch));
    assert_eq!(refuse(&mut bank, 0), Err(RefundWhy::TooMuch));
    assert_eq!(refuse(&mut bank, 400), Ok(RefundEnd::Moved));
    assert_eq!(held(&bank), 0);
    let state = bank.query(&order("S1"), NOON).map(|one| one.state);
    let given_back = OrderState::GivenBack {
        paid_at: NOON,
        at: NOON,
    };
    assert_eq!(state, Some(given_back));
    let closed = bank.refund(&demand("R3", 1), NOON);
    assert_eq!(closed, Err(RefundWhy::Closed));
    assert_eq!(bank.refund(&demand("R1", 600), NOON), Ok(RefundEnd::Before));
    let left = bank.spendable_fen(Customer::Balance, Purse::Balance);
    assert_eq!(left, Customer::Balance.balance_fen());
}

#[test]
fn what_was_not_paid_cannot_be_refunded() {
    let (mut bank, code) = bank_with_code(Customer::Password);
    let ask = demand("R1", 100);
    assert_eq!(bank.refund(&ask, NOON), Err(RefundWhy::NoOrder));
    assert_eq!(
        bank.pay(&order("S1"), &code, fen(100), NOON),
        PayEnd::Waiting
    );
    assert_eq!(bank.refund(&ask, NOON), Err(RefundWhy::NotPaid));
    assert_eq!(bank.cancel(&order("S1"), NOON), CancelEnd::Closed);
    assert_eq!(bank.refund(&ask, NOON), Err(RefundWhy::Closed));
}

#[test]
fn a_cancelled_payment_is_not_refunded_and_a_refunded_one_not_cancelled() {
    let mut bank = paid(Customer::Balance);
    assert_eq!(bank.cancel(&order("S1"), NOON), CancelEnd::GivenBack);
    let late = bank.refund(&demand("R1", 1_000), NOON);
    assert_eq!(late, Err(RefundWhy::Closed));

    let mut bank = paid(Customer::Balance);
    assert_eq!(bank.refund(&demand("R1", 1), NOON), Ok(RefundEnd::Moved));
    assert_eq!(bank.cancel(&order("S1"), NOON), CancelEnd::RefundedInPart);
    assert_eq!(held(&bank), 999);
}

#[test]
fn after_twelve_months_a_payment_stays_where_it_is() {
    let mut bank = paid(Customer::Balance);
    let end = NOON.plus_ms(REFUND_WINDOW_MS);
    let late = bank.refund(&demand("R1", 1), end.plus_ms(1));
    assert_eq!(late, Err(RefundWhy::TooLate));
    assert_eq!(bank.refund(&demand("R1", 1), end), Ok(RefundEnd::Moved));
}

#[test]
fn a_late_claim_for_a_refunded_order_is_refused() {
    let (mut bank, code) = bank_with_code(Customer::Balance);
    let number: OrderNo = order("S1");
    assert_eq!(bank.pay(&number, &code, fen(1_000), NOON), PayEnd::Paid);
    assert_eq!(
        bank.refund(&demand("R1", 1_000), NOON),
        Ok(RefundEnd::Moved)
    );
    let late = bank.pay(&number, &code, fen(1_000), NOON);
    assert_eq!(late, PayEnd::Refused(Why::Closed));
}
