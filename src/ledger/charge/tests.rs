//! The law, rule by rule, and by random histories.

use money::{Amount, ChargeId, Provider, Stamp};
use proptest::prelude::*;

use super::{Asked, Charge, FoldError, Opening, Step};
use crate::effect::AskKind;
use crate::event::{Event, Fact, ReverseWhy, Way};
use crate::outcome::{Cause, Doubt, Funding, Outcome, PaidFacts, Refusal, ReverseEnd};
use crate::plan::{ALIPAY, Plan};
use crate::state::State;

const OPENED_AT: Stamp = Stamp::from_ms(1_795_312_800_000);
const MARKING: Plan = Plan {
    is_mark_left: true,
    ..ALIPAY
};

fn opened() -> Charge {
    let opening = Opening {
        id: ChargeId::fresh(OPENED_AT, [3; 16]),
        sale: "sale-1".to_owned(),
        amount: Amount::from_fen(1250).expect("an amount"),
        provider: Provider::Alipay,
        device: "till-1".to_owned(),
        way: Way::Scanned,
        instalments: None,
        goods: None,
    };
    Charge::open(opening, OPENED_AT).charge
}

fn after(seconds: i64) -> Stamp {
    OPENED_AT.plus_ms(seconds * 1_000)
}

fn asked(kind: AskKind, at: Stamp) -> Asked {
    Asked {
        kind,
        at,
        age_ms: at.ms_since(OPENED_AT),
    }
}

fn sent() -> Charge {
    opened().sent(OPENED_AT).expect("Pay leaves once").charge
}

fn paid(charge: &Charge) -> Outcome {
    Outcome::Paid(PaidFacts {
        order: charge.order_no(),
        provider_no: "2026112222001".to_owned(),
        amount: charge.amount(),
        funding: vec![Funding {
            channel: "PCREDIT".to_owned(),
            amount: charge.amount(),
        }],
        payer: None,
        paid_at: Some(OPENED_AT),
        months: None,
    })
}

fn refused(cause: Cause) -> Outcome {
    Outcome::Refused(Refusal {
        cause,
        code: "ACQ.X".to_owned(),
        text: String::new(),
    })
}

fn hear_at(charge: Charge, kind: AskKind, outcome: Outcome, at: Stamp, plan: &Plan) -> Step {
    charge
        .hear(asked(kind, at), outcome, plan, at)
        .expect("a legal move")
}

fn hear(charge: Charge, kind: AskKind, outcome: Outcome) -> Charge {
    hear_at(charge, kind, outcome, after(1), &ALIPAY).charge
}

fn reversing() -> Charge {
    let doubted = hear(sent(), AskKind::Pay, Outcome::Unknown(Doubt::Lost));
    doubted
        .reverse(ReverseWhy::Deadline, after(60))
        .expect("may reverse")
        .charge
}

#[test]
fn a_verified_success_is_paid() {
    let charge = sent();
    let outcome = paid(&charge);
    assert_eq!(hear(charge, AskKind::Pay, outcome).state().as_str(), "paid");
}

#[test]
fn a_success_with_another_sum_is_never_paid() {
    let charge = sent();
    let Outcome::Paid(mut facts) = paid(&charge) else {
        unreachable!("built as paid")
    };
    facts.amount = Amount::from_fen(1).expect("an amount");
    let heard = hear(charge, AskKind::Pay, Outcome::Paid(facts));
    assert_eq!(heard.state(), &State::Unknown(Doubt::Mismatch));
}

#[test]
fn a_success_for_another_order_is_never_paid() {
    let charge = sent();
    let Outcome::Paid(mut facts) = paid(&charge) else {
        unreachable!("built as paid")
    };
    facts.order = ChargeId::fresh(OPENED_AT, [9; 16]).order_no();
    let heard = hear(charge, AskKind::Query, Outcome::Paid(facts));
    assert_eq!(heard.state(), &State::Unknown(Doubt::Mismatch));
}

#[test]
fn pay_leaves_at_most_once() {
    assert!(sent().sent(after(1)).is_err());
}

#[test]
fn absent_is_not_failed() {
    let doubted = hear(sent(), AskKind::Pay, Outcome::Unknown(Doubt::Lost));
    let heard = hear_at(
        doubted,
        AskKind::Query,
        Outcome::Absent,
        after(600),
        &ALIPAY,
    )
    .charge;
    assert_eq!(heard.state(), &State::Unknown(Doubt::Lost));
}

#[test]
fn a_refused_question_does_not_refuse_the_order() {
    let doubted = hear(sent(), AskKind::Pay, Outcome::Unknown(Doubt::Lost));
    let heard = hear(doubted, AskKind::Query, refused(Cause::Setup));
    assert_eq!(heard.state(), &State::Unknown(Doubt::Lost));
}

#[test]
fn an_unreachable_gateway_ends_a_pay_but_not_a_query() {
    let unreachable = || Outcome::Unknown(Doubt::Unreachable);
    assert_eq!(
        hear(sent(), AskKind::Pay, unreachable()).state().as_str(),
        "refused"
    );
    let waiting = hear(sent(), AskKind::Pay, Outcome::Waiting);
    assert_eq!(
        hear(waiting, AskKind::Query, unreachable()).state(),
        &State::Waiting
    );
}

#[test]
fn a_paid_answer_while_reversing_is_noted_once_and_changes_nothing() {
    let charge = reversing();
    let outcome = paid(&charge);
    let step = hear_at(charge, AskKind::Query, outcome.clone(), after(61), &ALIPAY);
    assert_eq!(step.charge.state().as_str(), "reversing");
    assert!(matches!(
        step.events.as_slice(),
        [Event {
            fact: Fact::PaidWhileReversing(_),
            ..
        }]
    ));
    let again = hear_at(step.charge, AskKind::Query, outcome, after(62), &ALIPAY);
    assert!(again.events.is_empty());
}

#[test]
fn a_foreign_success_while_reversing_is_a_mismatch_noted_once_and_never_paid() {
    let Outcome::Paid(facts) = paid(&reversing()) else {
        unreachable!("built as paid")
    };
    let other_sum = PaidFacts {
        amount: Amount::from_fen(1).expect("an amount"),
        ..facts.clone()
    };
    let other_order = PaidFacts {
        order: ChargeId::fresh(OPENED_AT, [9; 16]).order_no(),
        ..facts.clone()
    };
    let foreign = [
        Outcome::Paid(other_sum.clone()),
        Outcome::Paid(other_order),
        Outcome::Unknown(Doubt::Mismatch),
    ];
    for outcome in foreign {
        let step = hear_at(
            reversing(),
            AskKind::Query,
            outcome.clone(),
            after(61),
            &ALIPAY,
        );
        let [event] = step.events.as_slice() else {
            panic!("one event: {outcome:?}");
        };
        assert_eq!(event.fact, Fact::Doubted(Doubt::Mismatch));
        assert_eq!(step.charge.state(), reversing().state());
        let again = hear_at(step.charge, AskKind::Query, outcome, after(62), &ALIPAY);
        assert!(again.events.is_empty());
        let ours = Outcome::Paid(facts.clone());
        let noted = hear_at(again.charge, AskKind::Query, ours, after(63), &ALIPAY);
        assert_eq!(noted.events[0].fact.as_str(), "paid-while-reversing");
    }
    let forged = Event {
        charge: reversing_history()[0].charge,
        revision: 4,
        at: after(61),
        fact: Fact::PaidWhileReversing(other_sum),
    };
    let mut history = reversing_history();
    history.push(forged);
    assert!(matches!(
        Charge::fold(&history),
        Err(FoldError::Illegal { revision: 4, .. })
    ));
}

/// The history of a charge that is being reversed.
fn reversing_history() -> Vec<Event> {
    let facts = [
        Fact::Opened(opened().opened),
        Fact::Sent,
        Fact::ReverseBegun(ReverseWhy::Cashier),
    ];
    let numbered = facts.into_iter().zip(1..);
    let event = |(fact, revision)| Event {
        charge: opened().id(),
        revision,
        at: OPENED_AT,
        fact,
    };
    numbered.map(event).collect()
}

#[test]
fn nothing_reversed_is_final_only_after_the_code_is_dead() {
    let nothing = || Outcome::Reversed(ReverseEnd::Nothing);
    let early = hear_at(reversing(), AskKind::Reverse, nothing(), after(89), &ALIPAY).charge;
    assert_eq!(early.state().as_str(), "reversing");
    let late = hear_at(early, AskKind::Reverse, nothing(), after(90), &ALIPAY).charge;
    assert_eq!(late.state().as_str(), "reversed");
}

#[test]
fn what_a_reverse_found_counts_for_the_moment_it_was_asked() {
    let asked = asked(AskKind::Reverse, after(89));
    let outcome = Outcome::Reversed(ReverseEnd::Nothing);
    let heard = reversing()
        .hear(asked, outcome, &ALIPAY, after(95))
        .expect("a legal move");
    assert_eq!(heard.charge.state().as_str(), "reversing");
}

#[test]
fn a_provider_that_leaves_a_mark_ends_a_reverse_at_once() {
    let outcome = Outcome::Reversed(ReverseEnd::Nothing);
    let heard = hear_at(reversing(), AskKind::Reverse, outcome, after(61), &MARKING).charge;
    assert_eq!(heard.state().as_str(), "reversed");
}

#[test]
fn a_refusal_of_the_one_pay_ends_a_reverse_before_it_leaves() {
    let cancelled = sent()
        .reverse(ReverseWhy::Cashier, after(1))
        .expect("may reverse")
        .charge;
    let heard = hear(cancelled.clone(), AskKind::Pay, refused(Cause::NoMoney));
    assert_eq!(heard.state().as_str(), "refused");
    let asked_again = hear(cancelled, AskKind::Query, refused(Cause::NoMoney));
    assert_eq!(asked_again.state().as_str(), "reversing");
}

#[test]
fn money_after_the_end_is_an_alarm_and_not_a_move() {
    let ended = hear(sent(), AskKind::Pay, refused(Cause::NoMoney));
    let Outcome::Paid(facts) = paid(&ended) else {
        unreachable!("a success")
    };
    let other_sum = PaidFacts {
        amount: Amount::from_fen(1).expect("an amount"),
        ..facts.clone()
    };
    for outcome in [
        Outcome::Paid(facts),
        Outcome::Paid(other_sum),
        Outcome::Closed {
            is_given_back: true,
        },
    ] {
        let asked = asked(AskKind::Query, after(5));
        let heard = ended.clone().hear(asked, outcome, &ALIPAY, after(5));
        assert!(heard.is_err(), "{heard:?}");
    }
}

#[test]
fn a_crash_between_asking_and_hearing_is_doubt() {
    let recovered = opened().recover(after(2)).expect("always").charge;
    assert_eq!(recovered.state(), &State::Unknown(Doubt::Restarted));
    let waiting = hear(sent(), AskKind::Pay, Outcome::Waiting);
    assert_eq!(
        waiting.clone().recover(after(2)).expect("always").charge,
        waiting
    );
}

#[test]
fn a_history_with_a_gap_or_a_forbidden_move_is_refused() {
    let step = opened().sent(OPENED_AT).expect("Pay leaves once");
    assert_eq!(Charge::fold(&[]), Err(FoldError::Empty));
    assert_eq!(Charge::fold(&step.events), Err(FoldError::NotOpened));
    let opening = Event {
        charge: step.charge.id(),
        revision: 1,
        at: OPENED_AT,
        fact: Fact::Opened(opened().opened),
    };
    let mut gap = step.events[0].clone();
    gap.revision = 3;
    assert_eq!(
        Charge::fold(&[opening.clone(), gap]),
        Err(FoldError::Gap(3))
    );
    let forbidden = Event {
        revision: 2,
        fact: Fact::Reversed(ReverseEnd::Closed),
        ..opening.clone()
    };
    assert!(matches!(
        Charge::fold(&[opening, forbidden]),
        Err(FoldError::Illegal { .. })
    ));
}

fn any_outcome() -> impl Strategy<Value = Outcome> {
    let facts = paid(&opened());
    let Outcome::Paid(mut wrong) = facts.clone() else {
        unreachable!("built as paid")
    };
    wrong.amount = Amount::MAX;
    prop_oneof![
        Just(facts),
        Just(Outcome::Paid(wrong)),
        Just(Outcome::Waiting),
        Just(refused(Cause::NoMoney)),
        Just(Outcome::Absent),
        Just(Outcome::Closed {
            is_given_back: false
        }),
        Just(Outcome::Closed {
            is_given_back: true
        }),
        Just(Outcome::Reversed(ReverseEnd::Closed)),
        Just(Outcome::Reversed(ReverseEnd::GivenBack)),
        Just(Outcome::Reversed(ReverseEnd::Nothing)),
        (0..Doubt::ALL.len()).prop_map(|at| Outcome::Unknown(Doubt::ALL[at])),
    ]
}

fn any_kind() -> impl Strategy<Value = AskKind> {
    prop_oneof![
        Just(AskKind::Pay),
        Just(AskKind::Query),
        Just(AskKind::Reverse)
    ]
}
/// What is asked, what comes of it, whether the cashier reverses instead, and in which second.
fn any_move() -> impl Strategy<Value = (AskKind, Outcome, bool, i64)> {
    (any_kind(), any_outcome(), any::<bool>(), 0..200_i64)
}

proptest! {
    #[test]
    fn every_history_folds_to_the_charge_it_came_from(
        moves in prop::collection::vec(any_move(), 0..40),
    ) {
        let first = Charge::open(
            Opening {
                id: opened().id(),
                sale: "sale-1".to_owned(),
                amount: opened().amount(),
                provider: Provider::Alipay,
                device: "till-1".to_owned(),
                way: Way::Scanned,
                instalments: None,
                goods: None,
            },
            OPENED_AT,
        );
        let (mut charge, mut history) = (first.charge, first.events);
        for (kind, outcome, is_reversed, second) in moves {
            let asked = asked(kind, after(second));
            let was_end = charge.state().is_end();
            let moved = if is_reversed {
                charge.clone().reverse(ReverseWhy::Cashier, after(second))
            } else {
                charge.clone().hear(asked, outcome, &ALIPAY, after(second))
            };
            if let Ok(step) = moved {
                prop_assert!(!was_end || step.events.is_empty(), "an end never moves");
                charge = step.charge;
                history.extend(step.events);
            }
        }
        prop_assert_eq!(Charge::fold(&history), Ok(charge));
    }
}
