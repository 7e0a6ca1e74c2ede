//! Each way in which bill and record can differ, and the ways in which they only seem to.

use std::collections::BTreeMap;

use money::{ChargeId, RefundNo, Stamp};
use provider::Bill;
use provider::alipay::bill::{Line, Moved};
use wire::{BillView, MovedName, StateName};

use super::{ROWS_MAX, compare};
use crate::books::DAY_MS;
use crate::books::ours::{Movement, Ours, What};
use crate::books::tests::{bill, day};

/// Noon of the day.
fn noon() -> Stamp {
    day().plus_ms(DAY_MS / 2)
}

fn charge(number: u8) -> ChargeId {
    ChargeId::fresh(noon(), [number; 16])
}

fn refund_no(number: u8) -> RefundNo {
    RefundNo::fresh(noon(), [number; 16])
}

fn line(order_no: &str, moved: Moved, refund: Option<&str>, amount_fen: i64) -> Line {
    Line {
        line: 6,
        provider_no: "2026112222001400000000000001".to_owned(),
        order_no: order_no.to_owned(),
        moved,
        refund_no: refund.map(str::to_owned),
        subject: String::new(),
        created_at: noon(),
        finished_at: noon(),
        shop_no: String::new(),
        till: String::new(),
        payer: String::new(),
        amount_fen,
        received_fen: amount_fen,
        fee_fen: -8,
        plan_fee_fen: None,
        plan_count: String::new(),
    }
}

pub(in crate::books) fn payment(of: ChargeId, amount_fen: i64) -> Line {
    line(of.order_no().as_str(), Moved::Payment, None, amount_fen)
}

fn refund(of: ChargeId, number: &str, amount_fen: i64) -> Line {
    let order = of.order_no();
    line(order.as_str(), Moved::Refund, Some(number), -amount_fen)
}

const fn movement(what: What, fen: i64, at: Stamp) -> Movement {
    Movement {
        what,
        fen,
        at,
        is_exact: true,
    }
}

fn paid(fen: i64) -> Movement {
    movement(What::Payment, fen, noon())
}

fn view(lines: Vec<Line>, ours: &[(ChargeId, StateName, Vec<Movement>)]) -> BillView {
    let bill = Bill {
        lines,
        ..bill(day(), day().plus_ms(DAY_MS))
    };
    let ours = ours.iter().cloned();
    let charges: BTreeMap<_, _> = ours
        .map(|(charge, state, movements)| (charge, Ours { state, movements }))
        .collect();
    compare("2026-11-22", day(), &bill, &charges)
}

#[test]
fn what_both_tell_in_the_same_way_is_no_difference() {
    let (one, number) = (charge(1), refund_no(2));
    let back = movement(What::Refund(number), -250, noon());
    let lines = vec![payment(one, 1_250), refund(one, &number.to_string(), 250)];
    let view = view(lines, &[(one, StateName::Paid, vec![paid(1_250), back])]);
    assert_eq!((view.matched, view.differences, view.fee_fen), (2, 0, -16));
    assert_eq!(view.day, "2026-11-22");
}

#[test]
fn what_only_the_bill_has_is_told_with_what_we_know_of_it() {
    let (unknown, lost, twice) = (charge(1), charge(2), charge(3));
    let lines = vec![
        line("other-program-1", Moved::Payment, None, 100),
        payment(unknown, 200),
        payment(lost, 300),
        payment(twice, 400),
        payment(twice, 400),
        refund(twice, "somebody-elses", 50),
    ];
    let ours = [
        (unknown, StateName::Unknown, Vec::new()),
        (twice, StateName::Paid, vec![paid(400)]),
    ];
    let view = view(lines, &ours);
    assert_eq!((view.matched, view.differences), (1, 5));
    let told: Vec<_> = view
        .only_provider
        .iter()
        .map(|row| (row.state, row.provider_fen))
        .collect();
    let paid = Some(StateName::Paid);
    assert_eq!(
        told,
        [
            (None, Some(100)),
            (Some(StateName::Unknown), Some(200)),
            (None, Some(300)),
            (paid, Some(400)),
            (paid, Some(-50)),
        ]
    );
    assert_eq!(view.only_provider[0].charge, None);
    assert_eq!(view.only_provider[4].moved, MovedName::Refund);
    assert_eq!(
        view.only_provider[4].refund_no.as_deref(),
        Some("somebody-elses")
    );
}

#[test]
fn what_only_the_record_has_is_told_when_it_belongs_to_the_day() {
    let one = charge(1);
    let number = refund_no(2);
    let told = |movements: Vec<Movement>| {
        let view = view(Vec::new(), &[(one, StateName::Paid, movements)]);
        view.only_ours
    };
    let rows = told(vec![
        paid(500),
        movement(What::Refund(number), -200, noon()),
    ]);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].our_fen, Some(500));
    assert_eq!(rows[0].order_no, one.order_no().as_str());
    assert_eq!(
        (rows[1].moved, rows[1].our_fen),
        (MovedName::Refund, Some(-200))
    );
    assert_eq!(rows[1].refund_no, Some(number.to_string()));
    for (ms, count) in [(-1, 0), (0, 1), (DAY_MS - 1, 1), (DAY_MS, 0)] {
        let movement = movement(What::Payment, 500, day().plus_ms(ms));
        assert_eq!(told(vec![movement]).len(), count, "{ms}");
    }
}

#[test]
fn what_was_heard_just_after_midnight_may_be_in_the_bill_of_the_day_before() {
    let one = charge(1);
    let heard = |ms| Movement {
        is_exact: false,
        ..movement(What::Reversal, -500, day().plus_ms(ms))
    };
    for (ms, count) in [(0, 0), (599_999, 0), (600_000, 1), (DAY_MS, 0)] {
        let view = view(Vec::new(), &[(one, StateName::Reversed, vec![heard(ms)])]);
        assert_eq!(view.only_ours.len(), count, "{ms}");
    }
}

#[test]
fn another_sum_is_told_from_both_sides() {
    let (one, number) = (charge(1), refund_no(2));
    let back = movement(What::Refund(number), -250, noon());
    let lines = vec![payment(one, 1_251), refund(one, &number.to_string(), 249)];
    let view = view(lines, &[(one, StateName::Paid, vec![paid(1_250), back])]);
    assert_eq!((view.matched, view.differences), (0, 2));
    let sums: Vec<_> = view
        .other_amount
        .iter()
        .map(|row| (row.provider_fen, row.our_fen))
        .collect();
    assert_eq!(sums, [(Some(1_251), Some(1_250)), (Some(-249), Some(-250))]);
}

#[test]
fn a_reversed_payment_is_two_rows_that_match_whatever_number_the_second_has() {
    let one = charge(1);
    for number in [None, Some(one.order_no())] {
        let back = Line {
            refund_no: number.map(|number| number.as_str().to_owned()),
            ..refund(one, "", 500)
        };
        let movements = vec![paid(500), movement(What::Reversal, -500, noon())];
        let ours = [(one, StateName::Reversed, movements)];
        let view = view(vec![payment(one, 500), back], &ours);
        assert_eq!((view.matched, view.differences), (2, 0));
    }
}

#[test]
fn a_long_list_ends_and_the_count_goes_on() {
    let lines = (0..ROWS_MAX + 7).map(|_| line("other-program-1", Moved::Payment, None, 1));
    let view = view(lines.collect(), &[]);
    assert_eq!(view.only_provider.len(), ROWS_MAX);
    assert_eq!(usize::try_from(view.differences), Ok(ROWS_MAX + 7));
}
