//! The law of codes on our own screen, rule by rule and by random histories: no second code, no end
//! while somebody may still pay, and no sale held for a code that nobody has seen.

use money::{Amount, ChargeId, Provider, Stamp};
use proptest::prelude::*;

use crate::charge::{Asked, Charge, IllegalMove, Opening, Step};
use crate::effect::{AskKind, Effect};
use crate::event::{Event, Fact, ReverseWhy, Way};
use crate::outcome::{Cause, Doubt, Outcome, PaidFacts, Refusal, ReverseEnd};
use crate::plan::{ALIPAY, Chase, Plan};
use crate::state::State;

const OPENED_AT: Stamp = Stamp::from_ms(1_795_312_800_000);
const CODE: &str = "https://qr.alipay.com/bax0";
const NOTHING: Outcome = Outcome::Reversed(ReverseEnd::Nothing);

fn opened_by(way: Way) -> Step {
    let opening = Opening {
        id: ChargeId::fresh(OPENED_AT, [3; 16]),
        sale: "sale-1".to_owned(),
        amount: Amount::from_fen(1_250).expect("an amount"),
        provider: Provider::Alipay,
        device: "till-1".to_owned(),
        way,
        instalments: None,
        goods: None,
    };
    Charge::open(opening, OPENED_AT)
}

fn sent() -> Charge {
    let opened = opened_by(Way::Shown).charge;
    opened.sent(OPENED_AT).expect("leaves once").charge
}

fn after(seconds: i64) -> Stamp {
    OPENED_AT.plus_ms(seconds * 1_000)
}

fn hear_at(
    charge: Charge,
    kind: AskKind,
    outcome: Outcome,
    second: i64,
) -> Result<Step, IllegalMove> {
    let asked = Asked {
        kind,
        at: after(second),
        age_ms: second * 1_000,
    };
    charge.hear(asked, outcome, &ALIPAY, after(second))
}

fn hear(charge: Charge, kind: AskKind, outcome: Outcome, second: i64) -> Charge {
    hear_at(charge, kind, outcome, second)
        .expect("a legal move")
        .charge
}

fn code() -> Outcome {
    Outcome::Shown(CODE.to_owned())
}

fn shown() -> Charge {
    hear(sent(), AskKind::Precreate, code(), 1)
}

fn lost() -> Charge {
    let doubt = Outcome::Unknown(Doubt::Lost);
    hear(sent(), AskKind::Precreate, doubt, 10)
}

fn reversing(charge: Charge, why: ReverseWhy, second: i64) -> Charge {
    let step = charge.reverse(why, after(second));
    step.expect("an open charge can be reversed").charge
}

fn refused(cause: Cause) -> Outcome {
    Outcome::Refused(Refusal {
        cause,
        code: "ACQ.X".to_owned(),
        text: String::new(),
    })
}

fn paid(charge: &Charge) -> Outcome {
    Outcome::Paid(PaidFacts {
        order: charge.order_no(),
        provider_no: "2026112222001".to_owned(),
        amount: charge.amount(),
        funding: Vec::new(),
        payer: None,
        paid_at: Some(OPENED_AT),
        months: None,
    })
}

#[test]
fn a_code_that_is_made_is_waited_for_and_kept_in_the_history() {
    let step = hear_at(sent(), AskKind::Precreate, code(), 1).expect("a legal move");
    assert_eq!(step.charge.state(), &State::Waiting);
    assert_eq!(step.charge.shown(), Some(CODE));
    assert!(!step.charge.is_unseen());
    let facts: Vec<&str> = step.events.iter().map(|one| one.fact.as_str()).collect();
    assert_eq!(facts, ["shown"]);
}

#[test]
fn a_customer_who_scans_and_pays_has_paid() {
    let charge = shown();
    let scanned = hear(charge, AskKind::Query, Outcome::Waiting, 4);
    assert_eq!(scanned.state(), &State::Waiting);
    let outcome = paid(&scanned);
    let charge = hear(scanned, AskKind::Query, outcome, 7);
    assert_eq!(charge.state().as_str(), "paid");
}

#[test]
fn no_order_says_nothing_while_the_code_may_be_scanned() {
    let waiting = hear(shown(), AskKind::Query, Outcome::Absent, 4);
    assert_eq!(waiting.state(), &State::Waiting);
    let reversing = reversing(waiting, ReverseWhy::Deadline, 120);
    for kind in [AskKind::Query, AskKind::Reverse] {
        let early = hear(reversing.clone(), kind, Outcome::Absent, 179);
        assert_eq!(early.state().as_str(), "reversing", "{kind:?}");
        let late = hear(reversing.clone(), kind, Outcome::Absent, 180);
        assert_eq!(late.state().as_str(), "reversed", "{kind:?}");
    }
}

#[test]
fn a_cancel_that_finds_nothing_ends_a_seen_code_only_when_it_is_dead() {
    let charge = reversing(shown(), ReverseWhy::Cashier, 5);
    let still = hear(charge, AskKind::Reverse, NOTHING, 6);
    let still = hear(still, AskKind::Reverse, NOTHING, 179);
    assert_eq!(still.state().as_str(), "reversing");
    let outcome = paid(&still);
    let scanned = hear(still.clone(), AskKind::Query, outcome, 100);
    assert_eq!(scanned.state().as_str(), "reversing");
    let ended = hear(still, AskKind::Reverse, NOTHING, 180);
    assert!(matches!(
        ended.state(),
        State::Reversed {
            why: ReverseWhy::Cashier,
            end: ReverseEnd::Nothing
        }
    ));
}

#[test]
fn a_cancel_that_leaves_a_mark_ends_a_seen_code_at_once() {
    let charge = reversing(shown(), ReverseWhy::Cashier, 5);
    let asked = Asked {
        kind: AskKind::Reverse,
        at: after(6),
        age_ms: 6_000,
    };
    let marking = Plan {
        is_mark_left: true,
        ..ALIPAY
    };
    let absent = charge
        .clone()
        .hear(asked, Outcome::Absent, &marking, after(6));
    let still = absent.expect("a legal move").charge;
    assert_eq!(
        still.state().as_str(),
        "reversing",
        "no such order is no success"
    );
    let done = charge.hear(asked, NOTHING, &marking, after(6));
    let ended = done.expect("a legal move").charge;
    assert_eq!(ended.state().as_str(), "reversed");
}

#[test]
fn a_codes_life_is_counted_from_when_it_was_heard_of() {
    let charge = reversing(shown(), ReverseWhy::Cashier, 9);
    let chase = Chase::begun(OPENED_AT).shown(after(8));
    assert_eq!(chase.age_ms(after(9)), 1_000);
    let chase = chase.asked(AskKind::Reverse, after(150)).answered();
    let mut chase = chase.asked(AskKind::Query, after(150)).answered();
    chase.reverses = 7;
    assert_eq!(
        ALIPAY.next(&charge, chase, after(150)),
        Effect::Wait(after(188))
    );
}

#[test]
fn money_that_comes_while_the_code_is_taken_back_goes_back() {
    let charge = reversing(shown(), ReverseWhy::Deadline, 120);
    let outcome = paid(&charge);
    let noted = hear(charge, AskKind::Query, outcome, 121);
    assert_eq!(noted.state().as_str(), "reversing");
    let given = Outcome::Reversed(ReverseEnd::GivenBack);
    let ended = hear(noted, AskKind::Reverse, given, 122);
    assert_eq!(ended.state().as_str(), "reversed");
}

#[test]
fn a_code_whose_answer_was_lost_is_reversed_at_once_and_frees_its_sale() {
    let (charge, chase) = (lost(), Chase::begun(OPENED_AT));
    assert!(charge.is_unseen());
    assert!(ALIPAY.is_overdue(&charge, chase, after(10)));
    assert_eq!(charge.why_overdue(), ReverseWhy::CodeLost);
    for outcome in [NOTHING, Outcome::Absent] {
        let charge = reversing(charge.clone(), ReverseWhy::CodeLost, 10);
        let ended = hear(charge, AskKind::Reverse, outcome, 11);
        assert!(ended.state().frees_sale());
    }
    let asked = reversing(charge, ReverseWhy::CodeLost, 10);
    let still = hear(asked, AskKind::Query, Outcome::Absent, 11);
    assert_eq!(still.state().as_str(), "reversing");
}

#[test]
fn a_start_without_the_code_shows_none_and_one_with_it_goes_on() {
    let recovered = sent().recover(after(3)).expect("always").charge;
    assert!(recovered.is_unseen());
    assert!(ALIPAY.is_overdue(&recovered, Chase::begun(after(3)), after(3)));
    let waiting = shown().recover(after(3)).expect("always").charge;
    assert_eq!(waiting.shown(), Some(CODE));
    assert!(!ALIPAY.is_overdue(&waiting, Chase::begun(after(3)), after(3)));
}

#[test]
fn a_code_that_comes_late_or_unasked_is_shown_to_nobody() {
    let late = reversing(sent(), ReverseWhy::Cashier, 1);
    let late = hear(late, AskKind::Precreate, code(), 2);
    assert_eq!((late.state().as_str(), late.shown()), ("reversing", None));
    for kind in [AskKind::Query, AskKind::Pay, AskKind::Reverse] {
        let unasked = hear(sent(), kind, code(), 1);
        assert_eq!(unasked.state(), &State::Unknown(Doubt::Unclear), "{kind:?}");
    }
    let scanned = opened_by(Way::Scanned).charge;
    let scanned = scanned.sent(OPENED_AT).expect("leaves once").charge;
    let heard = hear(scanned, AskKind::Precreate, code(), 1);
    assert_eq!(heard.state(), &State::Unknown(Doubt::Unclear));
    let twice = hear(
        shown(),
        AskKind::Precreate,
        Outcome::Shown("b".to_owned()),
        2,
    );
    assert_eq!(twice.shown(), Some(CODE));
}

#[test]
fn a_text_that_no_wallet_reads_is_not_shown() {
    let long = "x".repeat(513);
    for text in ["", "a b", "码", long.as_str()] {
        let outcome = Outcome::Shown(text.to_owned());
        let heard = hear(sent(), AskKind::Precreate, outcome, 1);
        assert_eq!(heard.state(), &State::Unknown(Doubt::Unclear), "{text:?}");
    }
    let most = Outcome::Shown("x".repeat(512));
    let heard = hear(sent(), AskKind::Precreate, most, 1);
    assert_eq!(heard.state(), &State::Waiting);
}

#[test]
fn a_history_that_shows_what_cannot_be_shown_is_refused() {
    let history = |way, code: &str| {
        let mut events = opened_by(way).events;
        events.push(Event {
            revision: 2,
            at: after(1),
            fact: Fact::Shown {
                code: code.to_owned(),
            },
            ..events[0].clone()
        });
        events
    };
    assert!(Charge::fold(&history(Way::Shown, CODE)).is_ok());
    assert!(Charge::fold(&history(Way::Shown, "a b")).is_err());
    assert!(Charge::fold(&history(Way::Scanned, CODE)).is_err());
    let mut twice = history(Way::Shown, CODE);
    twice.push(Event {
        revision: 3,
        ..twice[1].clone()
    });
    assert!(Charge::fold(&twice).is_err());
}

#[test]
fn a_refusal_ends_it_and_so_does_a_request_that_never_left() {
    let unsent = Outcome::Unknown(Doubt::Unreachable);
    for outcome in [refused(Cause::Setup), unsent] {
        let open = hear(sent(), AskKind::Precreate, outcome.clone(), 1);
        assert_eq!(open.state().as_str(), "refused");
        let cancelled = reversing(sent(), ReverseWhy::Cashier, 1);
        let ended = hear(cancelled, AskKind::Precreate, outcome, 2);
        assert_eq!(ended.state().as_str(), "refused");
    }
}

#[test]
fn an_order_that_the_provider_closed_is_refused() {
    let closed = Outcome::Closed {
        is_given_back: false,
    };
    let charge = hear(shown(), AskKind::Query, closed, 60);
    let is_closed = matches!(charge.state(), State::Refused(one) if one.cause == Cause::Closed);
    assert!(is_closed);
}

#[test]
fn a_code_is_shown_for_two_minutes_and_asked_about_every_three_seconds() {
    let charge = shown();
    let chase = Chase::begun(OPENED_AT)
        .asked(AskKind::Precreate, OPENED_AT)
        .answered();
    assert_eq!(
        ALIPAY.next(&charge, chase, after(1)),
        Effect::Wait(after(3))
    );
    assert_eq!(
        ALIPAY.next(&charge, chase, after(3)),
        Effect::Ask(AskKind::Query)
    );
    assert!(!ALIPAY.is_overdue(&charge, chase, after(119)));
    assert!(ALIPAY.is_overdue(&charge, chase, after(120)));
    assert_eq!(charge.why_overdue(), ReverseWhy::Deadline);
}

fn any_outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(paid(&sent())),
        Just(code()),
        Just(Outcome::Waiting),
        Just(refused(Cause::Setup)),
        Just(Outcome::Absent),
        Just(Outcome::Closed {
            is_given_back: false
        }),
        Just(Outcome::Reversed(ReverseEnd::Closed)),
        Just(Outcome::Reversed(ReverseEnd::GivenBack)),
        Just(NOTHING),
        (0..Doubt::ALL.len()).prop_map(|at| Outcome::Unknown(Doubt::ALL[at])),
    ]
}

fn any_kind() -> impl Strategy<Value = AskKind> {
    prop_oneof![
        Just(AskKind::Precreate),
        Just(AskKind::Query),
        Just(AskKind::Reverse)
    ]
}

proptest! {
    #[test]
    fn no_history_shows_two_codes_or_ends_while_somebody_may_pay(
        moves in prop::collection::vec((any_kind(), any_outcome(), 0..8_u8, 0..400_i64), 0..40),
    ) {
        let Step { mut charge, events: mut history } = opened_by(Way::Shown);
        for (kind, outcome, chance, second) in moves {
            let before = charge.clone();
            let moved = if chance == 0 {
                before.clone().reverse(ReverseWhy::Cashier, after(second))
            } else {
                hear_at(before.clone(), kind, outcome.clone(), second)
            };
            let Ok(step) = moved else { continue };
            history.extend(step.events);
            charge = step.charge;
            let is_gone = matches!(
                charge.state(),
                State::Reversed { end: ReverseEnd::Nothing, .. }
            );
            if is_gone && !before.state().is_end() {
                let is_by_reverse = outcome == NOTHING || kind == AskKind::Reverse;
                let is_unseen = charge.is_unseen() && is_by_reverse;
                prop_assert!(is_unseen || second >= 180);
            }
            let codes = history.iter().filter(|one| one.fact.as_str() == "shown");
            prop_assert!(codes.count() <= 1);
        }
        prop_assert_eq!(Charge::fold(&history), Ok(charge));
    }
}
