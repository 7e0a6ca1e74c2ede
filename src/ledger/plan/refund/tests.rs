//! When a provider is asked about a refund, and that asking never ends by itself.

use money::{Amount, Stamp};

use super::RefundChase;
use crate::effect::{AskKind, Effect};
use crate::outcome::{Cause, Doubt, Outcome, Refusal};
use crate::plan::ALIPAY;
use crate::refund::{GivenSum, OrderTold, RefundOutcome};

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

fn after(ms: i64) -> Stamp {
    NOW.plus_ms(ms)
}

fn lost() -> RefundOutcome {
    RefundOutcome::Unknown(Doubt::Lost)
}

fn refused() -> RefundOutcome {
    RefundOutcome::Refused(Refusal {
        cause: Cause::Merchant,
        code: String::new(),
        text: String::new(),
    })
}

/// The chase after an ask of this kind and its outcome.
fn went(chase: RefundChase, kind: AskKind, at: Stamp, outcome: &RefundOutcome) -> RefundChase {
    chase.asked(kind, at).heard(outcome, &ALIPAY)
}

/// The chase after the question for the whole order.
fn asked_order(chase: RefundChase, at: Stamp, outcome: &Outcome) -> RefundChase {
    let asked = chase.asked(AskKind::Query, at);
    assert!(asked.waits_for(AskKind::Query, at));
    asked.heard_order(outcome)
}

/// An order that has not gone anywhere.
fn paid() -> Outcome {
    Outcome::Waiting
}

#[test]
fn a_refund_is_ordered_once_the_pause_between_two_is_over() {
    let chase = RefundChase::fresh(after(500));
    assert_eq!(ALIPAY.next_refund(chase, NOW), Effect::Wait(after(500)));
    let due = ALIPAY.next_refund(chase, after(500));
    assert_eq!(due, Effect::Ask(AskKind::Refund));
    assert_eq!(chase.asked_last_at(), None);
    let asked = chase.asked(AskKind::Refund, after(500));
    assert_eq!(asked.asked_last_at(), Some(after(500)));
}

#[test]
fn one_ask_is_on_its_way_at_a_time() {
    let asked = RefundChase::fresh(NOW).asked(AskKind::Refund, NOW);
    let far = after(86_400_000);
    assert_eq!(
        ALIPAY.next_refund(asked, far),
        Effect::Wait(far.plus_ms(ALIPAY.ask_timeout_ms))
    );
}

#[test]
fn an_order_without_an_end_is_asked_about_and_given_again_after_growing_pauses_for_ever() {
    let (mut chase, mut now, mut pauses) = (RefundChase::fresh(NOW), NOW, Vec::new());
    for _ in 0..12 {
        let order = Effect::Ask(AskKind::Refund);
        assert_eq!(ALIPAY.next_refund(chase, now), order);
        chase = went(chase, AskKind::Refund, now, &lost());
        let question = Effect::Ask(AskKind::RefundQuery);
        assert_eq!(ALIPAY.next_refund(chase, now), question);
        chase = went(chase, AskKind::RefundQuery, now, &RefundOutcome::Absent);
        assert_eq!(ALIPAY.next_refund(chase, now), Effect::Ask(AskKind::Query));
        chase = asked_order(chase, now, &paid());
        let Effect::Wait(due) = ALIPAY.next_refund(chase, now) else {
            panic!("a pause follows")
        };
        pauses.push(due.ms_since(now) / 1_000);
        now = due;
    }
    assert_eq!(pauses[..7], [1, 2, 5, 10, 30, 60, 300]);
    assert!(pauses[7..].iter().all(|pause| *pause == 300), "{pauses:?}");
}

#[test]
fn what_another_process_may_have_sent_is_asked_about_first() {
    let chase = RefundChase::taken_up(&ALIPAY, NOW);
    let question = Effect::Ask(AskKind::RefundQuery);
    assert_eq!(ALIPAY.next_refund(chase, NOW), question);
    let chase = went(chase, AskKind::RefundQuery, NOW, &RefundOutcome::Absent);
    let chase = asked_order(chase, NOW, &paid());
    let order = Effect::Ask(AskKind::Refund);
    assert_eq!(ALIPAY.next_refund(chase, NOW), order);
}

#[test]
fn the_first_order_is_alone_and_one_after_a_lost_order_is_not() {
    let fresh = RefundChase::fresh(NOW);
    assert!(!fresh.is_alone(), "nothing has left");
    let first = fresh.asked(AskKind::Refund, NOW);
    assert!(first.is_alone());
    let stray = first.heard(&lost(), &ALIPAY);
    let soon = stray.asked(AskKind::Refund, after(ALIPAY.stray_ms - 1));
    assert!(!soon.is_alone());
    let late = stray.asked(AskKind::Refund, after(ALIPAY.stray_ms));
    assert!(late.is_alone());
}

#[test]
fn only_an_order_whose_fate_is_unknown_can_stray() {
    let sum = GivenSum::Alone(Amount::MAX);
    let given = RefundOutcome::Given { sum, at: None };
    let unreachable = RefundOutcome::Unknown(Doubt::Unreachable);
    for outcome in [refused(), RefundOutcome::Absent, given, unreachable] {
        let chase = went(RefundChase::fresh(NOW), AskKind::Refund, NOW, &outcome);
        assert!(chase.asked(AskKind::Refund, NOW).is_alone(), "{outcome:?}");
    }
    let question = went(RefundChase::fresh(NOW), AskKind::RefundQuery, NOW, &lost());
    assert!(question.asked(AskKind::Refund, NOW).is_alone());
    for doubt in Doubt::ALL {
        let outcome = RefundOutcome::Unknown(doubt);
        let chase = went(RefundChase::fresh(NOW), AskKind::Refund, NOW, &outcome);
        let is_alone = chase.asked(AskKind::Refund, NOW).is_alone();
        assert_eq!(is_alone, doubt == Doubt::Unreachable, "{doubt:?}");
    }
}

#[test]
fn what_strayed_last_counts() {
    let chase = RefundChase::taken_up(&ALIPAY, after(1_000));
    let chase = went(chase, AskKind::Refund, NOW, &lost());
    let until = after(1_000 + ALIPAY.stray_ms);
    assert!(!chase.asked(AskKind::Refund, until.plus_ms(-1)).is_alone());
    assert!(chase.asked(AskKind::Refund, until).is_alone());
}

#[test]
fn of_a_closed_order_nothing_is_ordered_any_more_and_the_refund_is_asked_about() {
    let closed = Outcome::Closed {
        is_given_back: true,
    };
    let chase = went(RefundChase::fresh(NOW), AskKind::Refund, NOW, &lost());
    assert_eq!(chase.told_before(), OrderTold::Nothing);
    let chase = asked_order(chase, NOW, &closed);
    assert!(!chase.waits_for(AskKind::Query, NOW));
    let due = after(1_000);
    assert_eq!(ALIPAY.next_refund(chase, NOW), Effect::Wait(due));
    let question = Effect::Ask(AskKind::RefundQuery);
    assert_eq!(ALIPAY.next_refund(chase, due), question);
    let asked = chase.asked(AskKind::RefundQuery, due);
    assert_eq!(
        asked.told_before(),
        OrderTold::Nothing,
        "nothing was denied"
    );
    assert!(!asked.is_alone(), "the lost order may still arrive");
}

#[test]
fn a_refund_of_a_closed_order_leaves_once_more_and_only_a_decided_no_proves_something() {
    let closed = Outcome::Closed {
        is_given_back: true,
    };
    let (order, question) = (
        Effect::Ask(AskKind::Refund),
        Effect::Ask(AskKind::RefundQuery),
    );
    let absent = RefundOutcome::Absent;
    let chase = went(RefundChase::fresh(NOW), AskKind::Refund, NOW, &lost());
    let chase = went(chase, AskKind::RefundQuery, NOW, &absent);
    let chase = asked_order(chase, NOW, &closed);
    let late = after(ALIPAY.stray_ms);
    assert_eq!(ALIPAY.next_refund(chase, late.plus_ms(-1)), question);
    assert_eq!(ALIPAY.next_refund(chase, late), order);
    let under_way = RefundOutcome::Unknown(Doubt::Unclear);
    let taken = went(chase, AskKind::Refund, late, &under_way);
    assert_eq!(ALIPAY.next_refund(taken, late), question);
    let taken = went(taken, AskKind::RefundQuery, late, &absent);
    assert_eq!(taken.told_before(), OrderTold::Nothing, "it is ours");
    let later = late.plus_ms(ALIPAY.stray_ms);
    let taken = asked_order(taken, late, &closed);
    assert_eq!(ALIPAY.next_refund(taken, later), order, "and asked on");
    let denied = went(chase, AskKind::Refund, late, &absent);
    assert_eq!(ALIPAY.next_refund(denied, late), question);
    let denied = denied.asked(AskKind::RefundQuery, late);
    assert_eq!(denied.told_before(), OrderTold::Closed);
    assert!(denied.is_alone());
}

#[test]
fn of_an_order_that_is_gone_a_refund_leaves_again_only_when_none_can_arrive_and_none_was_denied() {
    let (order, question) = (
        Effect::Ask(AskKind::Refund),
        Effect::Ask(AskKind::RefundQuery),
    );
    let closed = Outcome::Closed {
        is_given_back: true,
    };
    for gone in [closed, Outcome::Absent] {
        let chase = RefundChase::taken_up(&ALIPAY, NOW);
        let chase = went(chase, AskKind::RefundQuery, NOW, &RefundOutcome::Absent);
        let chase = asked_order(chase, NOW, &gone);
        let due = after(1_000);
        let pause = Effect::Wait(due);
        assert_eq!(ALIPAY.next_refund(chase, NOW), pause, "{gone:?}: unhurried");
        assert_eq!(ALIPAY.next_refund(chase, due), question, "{gone:?}");
        let late = after(ALIPAY.stray_ms);
        assert_eq!(ALIPAY.next_refund(chase, late.plus_ms(-1)), question);
        assert_eq!(ALIPAY.next_refund(chase, late), order, "{gone:?}");
        let denied = went(chase, AskKind::Refund, late, &RefundOutcome::Absent);
        let denied = went(denied, AskKind::RefundQuery, late, &RefundOutcome::Absent);
        let denied = asked_order(denied, late, &gone);
        let later = late.plus_ms(ALIPAY.stray_ms);
        assert_eq!(ALIPAY.next_refund(denied, later), question, "{gone:?}");
    }
}

#[test]
fn an_unknown_order_counts_once_two_questions_a_minute_apart_have_not_found_it() {
    let absent = |chase, ms| asked_order(chase, after(ms), &Outcome::Absent);
    let fresh = RefundChase::fresh(NOW);
    let denied = went(fresh, AskKind::Refund, NOW, &RefundOutcome::Absent);
    let once = absent(denied, 0);
    let late = once.asked(AskKind::RefundQuery, after(300_000));
    assert_eq!(late.told_before(), OrderTold::Nothing, "one question only");
    assert_eq!(absent(once, 59_999).told_before(), OrderTold::Nothing);
    let twice = absent(absent(once, 30_000), 60_000);
    assert_eq!(twice.told_before(), OrderTold::Unknown);
    let silent = asked_order(twice, after(60_005), &Outcome::Unknown(Doubt::Busy));
    assert_eq!(silent.told_before(), OrderTold::Unknown);
    let found = asked_order(once, after(9), &paid());
    assert_eq!(found.told_before(), OrderTold::Nothing);
    assert_eq!(absent(found, 90_000).told_before(), OrderTold::Nothing);
}

#[test]
fn what_is_told_of_an_order_that_is_found_again_takes_the_place_of_what_was_told_before() {
    let closed = Outcome::Closed {
        is_given_back: true,
    };
    let told = |chase, ms, outcome: &Outcome| asked_order(chase, after(ms), outcome);
    let fresh = RefundChase::fresh(NOW);
    let denied = went(fresh, AskKind::Refund, NOW, &RefundOutcome::Absent);
    let gone = told(denied, 0, &closed);
    assert_eq!(gone.told_before(), OrderTold::Closed);
    assert_eq!(told(gone, 9, &paid()).told_before(), OrderTold::Nothing);
    let lost_sight = told(told(denied, 0, &Outcome::Absent), 30_000, &closed);
    assert_eq!(lost_sight.told_before(), OrderTold::Closed);
    let once = told(lost_sight, 60_000, &Outcome::Absent);
    assert_eq!(once.told_before(), OrderTold::Nothing, "a minute from now");
    let twice = told(once, 120_000, &Outcome::Absent);
    assert_eq!(twice.told_before(), OrderTold::Unknown);
}

#[test]
fn a_person_is_told_once_when_it_takes_five_minutes() {
    let chase = RefundChase::fresh(NOW);
    assert!(!chase.is_stuck(&ALIPAY, NOW, after(299_999)));
    assert!(chase.is_stuck(&ALIPAY, NOW, after(300_000)));
    assert!(!chase.told().is_stuck(&ALIPAY, NOW, after(300_000)));
}
