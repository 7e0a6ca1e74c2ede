//! Each way in which bill and record can differ, and the ways in which they only seem to.

use std::collections::BTreeMap;

use money::{ChargeId, RefundNo, Stamp};
use provider::Bill;
use provider::alipay::bill::{Line, Moved};
use wire::{BillView, MovedName, StateName};

use super::{HEARD_LATE_MS, NEAR_MS, ROWS_MAX, compare, is_day_before_wanted};
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

type OurCharge = (ChargeId, StateName, Vec<Movement>);

fn charges_of(ours: &[OurCharge]) -> BTreeMap<ChargeId, Ours> {
    let ours = ours.iter().cloned();
    ours.map(|(charge, state, movements)| (charge, Ours { state, movements }))
        .collect()
}

/// The bill of the day so many days on.
fn bill_of(days: i64, lines: Vec<Line>) -> Bill {
    let from = day().plus_ms(days * DAY_MS);
    Bill {
        lines,
        ..bill(from, from.plus_ms(DAY_MS))
    }
}

fn view(lines: Vec<Line>, ours: &[OurCharge]) -> BillView {
    let bill = bill_of(0, lines);
    compare(("2026-11-22", day()), &bill, None, &charges_of(ours))
}

/// How many rows the comparisons of two days in a row have as matched, and as ours alone, each
/// reading the bill of the day before when it wants it.
fn two_days(bills: [Vec<Line>; 2], ours: &[OurCharge]) -> [(u64, usize); 2] {
    let [first, second] = bills;
    let bills = [
        bill_of(-1, Vec::new()),
        bill_of(0, first),
        bill_of(1, second),
    ];
    let charges = charges_of(ours);
    [1, 2].map(|number: usize| {
        let (bill, before) = (&bills[number], &bills[number - 1]);
        let is_wanted = is_day_before_wanted(bill.from, bill, &charges);
        let view = compare(("", bill.from), bill, is_wanted.then_some(before), &charges);
        assert_eq!(view.only_provider, []);
        (view.matched, view.only_ours.len())
    })
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
    for (ms, count) in [
        (-NEAR_MS - 1, 0),
        (-NEAR_MS, 1),
        (DAY_MS - NEAR_MS - 1, 1),
        (DAY_MS - NEAR_MS, 0),
    ] {
        let movement = movement(What::Payment, 500, day().plus_ms(ms));
        assert_eq!(told(vec![movement]).len(), count, "{ms}");
    }
}

#[test]
fn what_moved_about_midnight_matches_in_whichever_bill_it_is_and_is_missing_on_neither_day() {
    let one = charge(1);
    // Around the midnight between the two days: paid at 23:59:59, heard at 00:00:01, and all else.
    for ms in [-NEAR_MS, -60_000, -1_000, -1, 0, 1_000, NEAR_MS - 1] {
        for is_exact in [true, false] {
            let moved = Movement {
                is_exact,
                ..movement(What::Payment, 500, day().plus_ms(DAY_MS + ms))
            };
            let ours = [(one, StateName::Paid, vec![moved])];
            let told = |bills| two_days(bills, &ours);
            let line = || vec![payment(one, 500)];
            let what = format!("{ms} {is_exact}");
            assert_eq!(told([line(), vec![]]), [(1, 0), (0, 0)], "{what}");
            assert_eq!(told([vec![], line()]), [(0, 0), (1, 0)], "{what}");
            let neither = told([vec![], vec![]]);
            assert_eq!(neither, [(0, 0), (0, 1)], "{what}: told once");
        }
    }
}

#[test]
fn what_was_only_heard_of_a_while_after_midnight_may_be_in_the_bill_of_the_day_before() {
    let one = charge(1);
    for (late_ms, missing) in [(HEARD_LATE_MS - 1, 0), (HEARD_LATE_MS, 1)] {
        let moved = Movement {
            is_exact: false,
            ..movement(What::Reversal, -500, day().plus_ms(DAY_MS + late_ms))
        };
        let ours = [(one, StateName::Reversed, vec![moved])];
        let line = refund(one, "somebody-elses", 500);
        let told = two_days([vec![line], vec![]], &ours);
        assert_eq!(told, [(1, 0), (0, missing)], "{late_ms}");
    }
}

#[test]
fn the_bill_of_the_day_before_says_nothing_of_what_moved_far_from_midnight() {
    let one = charge(1);
    let late = movement(What::Payment, 500, day().plus_ms(DAY_MS + DAY_MS / 2));
    let ours = [(one, StateName::Paid, vec![late])];
    let charges = charges_of(&ours);
    let (before, bill) = (bill_of(0, vec![payment(one, 500)]), bill_of(1, vec![]));
    assert!(!is_day_before_wanted(bill.from, &bill, &charges));
    let view = compare(("", bill.from), &bill, Some(&before), &charges);
    assert_eq!(view.only_ours.len(), 1);
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
    let order = one.order_no().as_str().to_owned();
    let returned = one.return_no().to_string();
    for refund_no in [None, Some(order), Some(returned)] {
        let back = Line {
            refund_no,
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
