//! Bills as the product reads them, and the balance that agrees with them.

use money::{Amount, OrderNo, Stamp};
use provider::alipay::bill::{Bill, Limits, Moved};

use super::{OPENING_FEN, Span, balance_fen, bill, fee, is_empty};
use crate::bank::{
    Bank, CancelEnd, Demand, Funding, OFFER_LIFE_MS, PayEnd, Terms, WAIT_DEFAULT_MS,
};
use crate::customer::Customer;

/// Noon in Beijing on 22 November 2026.
const NOON: Stamp = Stamp::from_ms(1_795_320_000_000);
const HOUR_MS: i64 = 3_600_000;

fn order(name: &str) -> OrderNo {
    OrderNo::parse(name).expect("a plain name")
}

fn pay(bank: &mut Bank, name: &str, fen: i64, subject: &str, now: Stamp) {
    let terms = Terms {
        order: order(name),
        amount: Amount::chargeable(fen).expect("not zero"),
        subject: subject.to_owned(),
        wait_ms: WAIT_DEFAULT_MS,
        notify_url: None,
        funding: Funding::default(),
    };
    let offer = bank.offer(terms, OFFER_LIFE_MS, now);
    let code = offer.expect("the number is free").code.clone();
    let (_, end) = bank.scan(&code, Customer::Balance, now);
    assert_eq!(end, PayEnd::Paid);
}

fn refund(bank: &mut Bank, name: &str, number: &str, fen: i64, now: Stamp) {
    let demand = Demand {
        order: order(name),
        number: number.to_owned(),
        amount: Amount::chargeable(fen).expect("not zero"),
        reason: None,
    };
    assert!(bank.refund(&demand, now).is_ok());
}

fn day() -> Span {
    Span::read("2026-11-22").expect("a day")
}

fn read(bank: &Bank, span: &Span) -> Bill {
    let zip = bill(bank, span, None, NOON.plus_ms(24 * HOUR_MS));
    Bill::read(&zip, Limits::default()).expect("the product reads it")
}

#[test]
fn the_product_reads_a_bill_with_payments_refunds_and_a_cancellation() {
    let mut bank = Bank::opened();
    pay(&mut bank, "S1", 10_000, "豆浆, \"热\" 🥛", NOON);
    refund(&mut bank, "S1", "R1", 2_500, NOON.plus_ms(1_000));
    refund(&mut bank, "S1", "R2", 7_500, NOON.plus_ms(2_000));
    pay(&mut bank, "S2", 500, "茶", NOON.plus_ms(3_000));
    assert_eq!(
        bank.cancel(&order("S2"), NOON.plus_ms(4_000)),
        CancelEnd::GivenBack
    );
    pay(&mut bank, "S3", 100, "茶", NOON.plus_ms(5_000));
    let bill = read(&bank, &day());
    assert_eq!(bill.account, "20881021000099990156");
    assert_eq!(bill.from.beijing(), "2026-11-22 00:00:00");
    assert_eq!(
        (bill.totals.payments, bill.totals.received_fen),
        (3, 10_600)
    );
    assert_eq!(
        (bill.totals.refunds, bill.totals.given_back_fen),
        (3, -10_500)
    );
    let seen: Vec<_> = bill.lines.iter().map(|line| line.amount_fen).collect();
    assert_eq!(seen, [10_000, -2_500, -7_500, 500, -500, 100]);
    let numbers: Vec<_> = bill
        .lines
        .iter()
        .map(|line| line.refund_no.as_deref())
        .collect();
    assert_eq!(numbers, [None, Some("R1"), Some("R2"), None, None, None]);
    assert_eq!(bill.lines[0].subject, "豆浆, \"热\" ?");
    assert_eq!(bill.lines[1].moved, Moved::Refund);
    assert_eq!(bill.lines[1].order_no, "S1");
    let fees: Vec<_> = bill.lines.iter().map(|line| line.fee_fen).collect();
    assert_eq!(fees, [-60, 15, 45, -3, 3, -1]);
    let summary = bill.summary.expect("there are two files");
    assert_eq!((summary.total.payments, summary.total.fee_fen), (3, -1));
    assert_eq!(balance_fen(&bank), OPENING_FEN + 100 - fee(100));
}

#[test]
fn a_movement_belongs_to_the_day_in_beijing_on_which_it_happened() {
    let mut bank = Bank::opened();
    pay(&mut bank, "S1", 1_000, "茶", NOON.plus_ms(12 * HOUR_MS - 1));
    refund(&mut bank, "S1", "R1", 400, NOON.plus_ms(12 * HOUR_MS));
    let next = Span::read("2026-11-23").expect("a day");
    assert_eq!(read(&bank, &day()).totals.refunds, 0);
    assert_eq!(read(&bank, &next).totals.payments, 0);
    assert_eq!(read(&bank, &next).totals.given_back_fen, -400);
    let month = Span::read("2026-11").expect("a month");
    assert_eq!(read(&bank, &month).lines.len(), 2);
}

#[test]
fn a_day_without_movements_has_a_bill_without_lines() {
    let bank = Bank::opened();
    assert!(is_empty(&bank, &day()));
    let bill = read(&bank, &day());
    assert!(bill.lines.is_empty() && bill.summary.is_some());
}

#[test]
fn days_and_months_are_read_and_nothing_else() {
    let december = Span::read("2026-12").expect("a month");
    assert_eq!(december.until.beijing(), "2027-01-01 00:00:00");
    for text in [
        "",
        "2026",
        "2026-13",
        "2026-11-31",
        "2026-11-22 00",
        "22.11.2026",
        "2026/11",
    ] {
        assert_eq!(Span::read(text), None, "{text}");
    }
}

#[test]
fn a_bill_is_made_at_nine_of_the_next_day() {
    let nine = NOON.plus_ms(21 * HOUR_MS);
    assert!(day().is_made(nine));
    assert!(!day().is_made(nine.plus_ms(-1)));
}
