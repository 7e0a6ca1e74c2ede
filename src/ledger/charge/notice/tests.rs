//! Notices come early, late, twice and out of order, and change only what is true now.

use money::{Amount, ChargeId, Provider, RefundNo, Stamp};

use crate::charge::{Asked, Charge, Opening};
use crate::effect::AskKind;
use crate::event::{ReverseWhy, Way};
use crate::outcome::{Cause, Doubt, Outcome, PaidFacts, Refusal, ReverseEnd};
use crate::plan::ALIPAY;
use crate::refund::{OrderTold, RefundOutcome, RefundReply, RefundWish};
use crate::state::State;

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

fn opened() -> Charge {
    let opening = Opening {
        id: ChargeId::fresh(NOW, [3; 16]),
        sale: "sale-1".to_owned(),
        amount: fen(1250),
        provider: Provider::Alipay,
        device: "till-1".to_owned(),
        way: Way::Scanned,
        instalments: None,
        goods: None,
    };
    Charge::open(opening, NOW).charge
}

fn paid_outcome(charge: &Charge) -> Outcome {
    Outcome::Paid(PaidFacts {
        order: charge.order_no(),
        provider_no: "2026".to_owned(),
        amount: charge.amount(),
        funding: Vec::new(),
        payer: None,
        paid_at: None,
        months: None,
    })
}

fn notice(charge: Charge, outcome: Outcome) -> (Charge, usize) {
    let step = charge.hear_notice(outcome, &ALIPAY, NOW);
    let step = step.expect("a legal move");
    (step.charge, step.events.len())
}

fn paid() -> Charge {
    let outcome = paid_outcome(&opened());
    notice(opened(), outcome).0
}

fn reversed(end: ReverseEnd) -> Charge {
    let reversing = opened()
        .reverse(ReverseWhy::Cashier, NOW)
        .expect("may reverse");
    let asked = Asked {
        kind: AskKind::Reverse,
        at: NOW,
        age_ms: ALIPAY.code_dead_after_ms,
    };
    let step = reversing
        .charge
        .hear(asked, Outcome::Reversed(end), &ALIPAY, NOW);
    let charge = step.expect("a legal move").charge;
    match end {
        // The question behind it tells that there was no money.
        ReverseEnd::Closed => {
            let unpaid = Outcome::Closed {
                is_given_back: false,
            };
            notice(charge, unpaid).0
        }
        ReverseEnd::GivenBack | ReverseEnd::Nothing => charge,
    }
}

#[test]
fn an_early_notice_is_paid_and_a_repeated_one_changes_nothing() {
    let (charge, events) = notice(opened(), paid_outcome(&opened()));
    assert_eq!((charge.state().as_str(), events), ("paid", 1));
    for late in [
        paid_outcome(&charge),
        Outcome::Waiting,
        Outcome::Closed {
            is_given_back: true,
        },
    ] {
        assert_eq!(notice(charge.clone(), late), (charge.clone(), 0));
    }
}

#[test]
fn a_notice_over_another_sum_is_never_paid() {
    let Outcome::Paid(mut facts) = paid_outcome(&opened()) else {
        unreachable!("built as paid")
    };
    facts.amount = fen(1);
    let (charge, _) = notice(opened(), Outcome::Paid(facts));
    assert_eq!(charge.state(), &State::Unknown(Doubt::Mismatch));
}

#[test]
fn a_late_notice_of_a_payment_that_was_given_back_is_no_alarm() {
    let charge = reversed(ReverseEnd::GivenBack);
    let outcome = paid_outcome(&charge);
    assert_eq!(notice(charge.clone(), outcome), (charge, 0));
}

#[test]
fn a_notice_of_money_for_an_order_that_ended_without_any_is_an_alarm() {
    for charge in [reversed(ReverseEnd::Closed), reversed(ReverseEnd::Nothing)] {
        let outcome = paid_outcome(&charge);
        assert!(charge.hear_notice(outcome, &ALIPAY, NOW).is_err());
    }
}

#[test]
fn a_notice_while_reversing_is_noted_and_the_reverse_goes_on() {
    let reversing = opened()
        .reverse(ReverseWhy::Cashier, NOW)
        .expect("may reverse");
    let outcome = paid_outcome(&reversing.charge);
    let (charge, events) = notice(reversing.charge, outcome);
    assert_eq!((charge.state().as_str(), events), ("reversing", 1));
}

fn refunding(sum: i64, number: u8) -> (Charge, RefundNo) {
    let no = RefundNo::fresh(NOW, [number; 16]);
    let wish = RefundWish {
        no,
        amount: fen(sum),
        reason: String::new(),
        by: String::new(),
    };
    let step = paid().ask_refund(wish, NOW).expect("an allowed refund");
    (step.charge, no)
}

fn given(charge: Charge, no: RefundNo, total: i64) -> (Charge, usize) {
    let step = charge.hear_refund_notice(no, fen(total), Some(NOW), NOW);
    let step = step.expect("a legal move");
    (step.charge, step.events.len())
}

#[test]
fn a_notice_of_a_refund_ends_it_when_the_total_is_ours() {
    let (charge, no) = refunding(250, 1);
    let (end, events) = given(charge.clone(), no, 250);
    assert_eq!((end.refunded(), events), (fen(250), 1));
    assert_eq!(given(end.clone(), no, 250), (end, 0), "a repetition");
    for other in [0, 249, 500, 1250] {
        assert_eq!(
            given(charge.clone(), no, other),
            (charge.clone(), 0),
            "{other}"
        );
    }
}

#[test]
fn a_notice_of_a_refund_that_was_refused_or_never_asked_for_is_an_alarm() {
    let (charge, no) = refunding(250, 1);
    let strange = RefundNo::fresh(NOW, [9; 16]);
    assert!(
        charge
            .clone()
            .hear_refund_notice(strange, fen(250), None, NOW)
            .is_err()
    );
    let refusal = Refusal {
        cause: Cause::Merchant,
        code: String::new(),
        text: String::new(),
    };
    let reply = RefundReply {
        kind: AskKind::Refund,
        order: OrderTold::Nothing,
        is_alone: true,
        outcome: RefundOutcome::Refused(refusal),
    };
    let refused = charge
        .hear_refund(no, reply, NOW)
        .expect("a legal move")
        .charge;
    assert!(refused.hear_refund_notice(no, fen(250), None, NOW).is_err());
}

#[test]
fn what_was_paid_and_given_back_elsewhere_is_told_so_and_not_called_unpaid() {
    let closed = Outcome::Closed {
        is_given_back: true,
    };
    let asked = Asked {
        kind: AskKind::Query,
        at: NOW,
        age_ms: 5_000,
    };
    let unknown = opened().recover(NOW).expect("an open charge").charge;
    let by_notice = notice(opened(), closed.clone());
    let by_query = unknown.hear(asked, closed.clone(), &ALIPAY, NOW);
    let by_query = by_query.expect("a legal move");
    for (charge, events) in [by_notice, (by_query.charge, by_query.events.len())] {
        let elsewhere = State::Reversed {
            why: ReverseWhy::Elsewhere,
            end: ReverseEnd::GivenBack,
        };
        assert_eq!((charge.state(), events), (&elsewhere, 1));
        assert!(charge.books().is_balanced());
        let late = paid_outcome(&charge);
        let heard = charge.clone().hear(asked, late, &ALIPAY, NOW);
        assert_eq!(
            heard.map(|step| step.events.len()),
            Ok(0),
            "told before it went back"
        );
    }
    let to_pay = Asked {
        kind: AskKind::Pay,
        ..asked
    };
    let open = opened().hear(to_pay, closed, &ALIPAY, NOW);
    let state = open.expect("a legal move").charge.state().clone();
    assert_eq!(
        state,
        State::Unknown(Doubt::Unclear),
        "only a question tells"
    );
}
