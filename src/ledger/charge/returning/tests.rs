//! When all of a payment goes back by a refund, and what ends that.

use money::{Amount, ChargeId, Provider, RefundNo, Stamp};

use super::super::{Asked, Charge, FoldError, Opening, Step};
use crate::effect::{AskKind, Effect};
use crate::event::{Event, Fact, ReverseWhy, Way};
use crate::outcome::{Cause, Doubt, Outcome, PaidFacts, Refusal, ReverseEnd};
use crate::plan::{ALIPAY, Chase};
use crate::refund::{GivenSum, RefundOutcome};
use crate::state::State;

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

/// A charge and all that happened to it.
struct Life {
    charge: Charge,
    events: Vec<Event>,
}

impl Life {
    fn reversing(way: Way) -> Self {
        let opening = Opening {
            id: ChargeId::fresh(NOW, [3; 16]),
            sale: "sale-1".to_owned(),
            amount: fen(1_250),
            provider: Provider::Alipay,
            device: "till-1".to_owned(),
            way,
            instalments: None,
            goods: None,
        };
        let Step { charge, events } = Charge::open(opening, NOW);
        let mut life = Self { charge, events };
        life.take(|charge| charge.reverse(ReverseWhy::Cashier, NOW).ok());
        life
    }

    /// Paid, and then refused to be cancelled.
    fn returning() -> Self {
        let mut life = Self::reversing(Way::Scanned);
        life.hear(AskKind::Query, life.paid());
        life.hear(AskKind::Reverse, refused());
        life
    }

    fn take(&mut self, step: impl FnOnce(Charge) -> Option<Step>) -> usize {
        let step = step(self.charge.clone()).expect("a legal move");
        let count = step.events.len();
        self.events.extend(step.events);
        self.charge = step.charge;
        assert_eq!(Charge::fold(&self.events).as_ref(), Ok(&self.charge));
        count
    }

    fn hear(&mut self, kind: AskKind, outcome: Outcome) -> usize {
        let asked = Asked {
            kind,
            at: NOW,
            age_ms: 1_000_000,
        };
        self.take(|charge| charge.hear(asked, outcome, &ALIPAY, NOW).ok())
    }

    fn hear_return(&mut self, outcome: &RefundOutcome) -> usize {
        self.take(|charge| charge.hear_return(outcome, NOW).ok())
    }

    fn paid(&self) -> Outcome {
        Outcome::Paid(PaidFacts {
            order: self.charge.order_no(),
            provider_no: "2026112222001".to_owned(),
            amount: self.charge.amount(),
            funding: Vec::new(),
            payer: None,
            paid_at: None,
            months: None,
        })
    }

    fn last(&self) -> &'static str {
        self.events.last().map_or("", |event| event.fact.as_str())
    }
}

fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

fn too_late() -> Refusal {
    Refusal {
        cause: Cause::Merchant,
        code: "ACQ.TRADE_CANCEL_TIME_OUT".to_owned(),
        text: String::new(),
    }
}

fn refused() -> Outcome {
    Outcome::Refused(too_late())
}

fn given(sum: GivenSum) -> RefundOutcome {
    RefundOutcome::Given { sum, at: None }
}

#[test]
fn a_paid_order_that_is_cancelled_no_more_is_given_back_under_the_charges_own_number() {
    let life = Life::returning();
    assert_eq!(life.last(), "return-begun");
    assert!(matches!(life.charge.state(), State::Reversing { .. }));
    let no = life.charge.returning().expect("it returns");
    assert_eq!(no, life.charge.id().return_no());
    assert_eq!(life.charge.books().held_fen, 0, "it was never sold");
}

#[test]
fn an_order_that_nobody_knows_to_be_paid_is_not_returned() {
    let mut life = Life::reversing(Way::Scanned);
    assert_eq!(life.hear(AskKind::Reverse, refused()), 0);
    assert_eq!(life.charge.returning(), None);
    life.hear(AskKind::Query, life.paid());
    assert_eq!(life.hear(AskKind::Query, refused()), 0, "a question");
    assert_eq!(life.hear(AskKind::Reverse, refused()), 1);
    assert_eq!(life.hear(AskKind::Reverse, refused()), 0, "decided once");
}

#[test]
fn a_return_ends_by_the_whole_sum_and_by_no_other() {
    let whole = [GivenSum::Total(fen(1_250)), GivenSum::Alone(fen(1_250))];
    for sum in whole {
        let mut life = Life::returning();
        assert_eq!(life.hear_return(&given(sum)), 1);
        let State::Reversed { end, .. } = life.charge.state() else {
            panic!("it ends");
        };
        assert_eq!(*end, ReverseEnd::GivenBack);
        assert_eq!(life.hear_return(&given(sum)), 0, "it has ended");
    }
    for sum in [GivenSum::Total(fen(1_249)), GivenSum::Alone(fen(1))] {
        let mut life = Life::returning();
        assert_eq!(life.hear_return(&given(sum)), 1);
        assert_eq!(life.last(), "doubted");
        assert_eq!(life.hear_return(&given(sum)), 0, "noted once");
    }
}

#[test]
fn what_is_refused_lost_or_unknown_is_no_end_of_a_return() {
    let mut life = Life::returning();
    let open = [
        RefundOutcome::Refused(too_late()),
        RefundOutcome::Absent,
        RefundOutcome::Unknown(Doubt::Lost),
        RefundOutcome::Unknown(Doubt::Unclear),
    ];
    for outcome in open {
        assert_eq!(life.hear_return(&outcome), 0);
    }
    assert_eq!(
        life.hear_return(&RefundOutcome::Unknown(Doubt::Mismatch)),
        1
    );
    assert!(matches!(life.charge.state(), State::Reversing { .. }));
}

#[test]
fn a_closed_order_ends_a_return_since_a_lost_cancel_may_have_done_it() {
    let mut life = Life::returning();
    let closed = Outcome::Closed {
        is_given_back: true,
    };
    assert_eq!(life.hear(AskKind::Query, closed), 1);
    assert_eq!(life.last(), "reversed");
}

#[test]
fn what_was_paid_is_never_ended_by_an_answer_that_knows_no_such_order() {
    for way in [Way::Scanned, Way::Shown] {
        let mut life = Life::reversing(way);
        life.hear(AskKind::Query, life.paid());
        let nothing = Outcome::Reversed(ReverseEnd::Nothing);
        assert_eq!(life.hear(AskKind::Reverse, nothing), 0);
        assert_eq!(life.hear(AskKind::Query, Outcome::Absent), 0);
        assert_eq!(life.hear(AskKind::Reverse, Outcome::Absent), 0);
    }
}

#[test]
fn a_history_with_another_number_or_without_the_payment_cannot_have_happened() {
    let life = Life::returning();
    let fold = |change: fn(&mut Vec<Event>)| {
        let mut events = life.events.clone();
        change(&mut events);
        Charge::fold(&events)
    };
    let is_illegal = |folded| matches!(folded, Err(FoldError::Illegal { .. }));
    assert!(is_illegal(fold(|events| {
        let last = events.last_mut().expect("events");
        last.fact = Fact::ReturnBegun {
            no: RefundNo::fresh(NOW, [9; 16]),
            refusal: too_late(),
        };
    })));
    assert!(is_illegal(fold(|events| {
        let last = events.pop().expect("events");
        events.pop();
        events.push(Event {
            revision: last.revision - 1,
            ..last
        });
    })));
    assert!(is_illegal(fold(|events| {
        let last = events.last().expect("events").clone();
        events.push(Event {
            revision: last.revision + 1,
            ..last
        });
    })));
}

#[test]
fn a_charge_that_does_not_return_hears_nothing_of_it() {
    let mut life = Life::reversing(Way::Scanned);
    assert_eq!(life.hear_return(&given(GivenSum::Alone(fen(1_250)))), 0);
}

#[test]
fn the_refund_leaves_right_behind_the_refused_cancel_and_then_in_growing_pauses() {
    let charge = Life::returning().charge;
    let at = |ms: i64| NOW.plus_ms(ms);
    let mut chase = Chase::begun(NOW).asked(AskKind::Reverse, NOW).answered();
    for kind in [AskKind::Refund, AskKind::RefundQuery, AskKind::Query] {
        assert_eq!(ALIPAY.next(&charge, chase, at(10)), Effect::Ask(kind));
        chase = chase.asked(kind, at(10)).answered();
    }
    let Effect::Wait(due) = ALIPAY.next(&charge, chase, at(20)) else {
        panic!("a pause follows");
    };
    assert!(due.ms_since(at(10)) >= 2_000, "the second pause");
    assert_eq!(
        ALIPAY.next(&charge, chase, due),
        Effect::Ask(AskKind::Refund)
    );
}

#[test]
fn a_process_that_does_not_know_what_left_asks_about_the_refund_first() {
    let charge = Life::returning().charge;
    let mut chase = Chase::taken_up(NOW);
    for kind in [AskKind::RefundQuery, AskKind::Query, AskKind::Refund] {
        assert_eq!(ALIPAY.next(&charge, chase, NOW), Effect::Ask(kind));
        chase = chase.asked(kind, NOW).answered();
    }
}

#[test]
fn closed_means_given_back_once_it_is_known_that_it_was_paid() {
    let unpaid = Outcome::Closed {
        is_given_back: false,
    };
    let mut life = Life::reversing(Way::Scanned);
    life.hear(AskKind::Query, unpaid.clone());
    let end = life.events.last().map(|event| &event.fact);
    assert_eq!(end, Some(&Fact::Reversed(ReverseEnd::Closed)));
    let said = [
        (AskKind::Reverse, Outcome::Reversed(ReverseEnd::Closed)),
        (AskKind::Query, unpaid),
    ];
    for (kind, outcome) in said {
        let mut life = Life::reversing(Way::Scanned);
        life.hear(AskKind::Query, life.paid());
        life.hear(kind, outcome);
        let end = life.events.last().map(|event| &event.fact);
        assert_eq!(end, Some(&Fact::Reversed(ReverseEnd::GivenBack)));
    }
}

#[test]
fn a_cancel_that_says_closed_is_believed_only_as_the_question_behind_it_tells() {
    let closed = || Outcome::Reversed(ReverseEnd::Closed);
    let told = |is_given_back| Outcome::Closed { is_given_back };
    for (is_given_back, end) in [(false, ReverseEnd::Closed), (true, ReverseEnd::GivenBack)] {
        let mut life = Life::reversing(Way::Scanned);
        assert_eq!(life.hear(AskKind::Reverse, closed()), 0);
        assert_eq!(life.hear(AskKind::Query, told(is_given_back)), 1);
        let last = life.events.last().map(|event| &event.fact);
        assert_eq!(last, Some(&Fact::Reversed(end)));
    }
    let mut life = Life::reversing(Way::Scanned);
    for outcome in [Outcome::Waiting, Outcome::Absent] {
        assert_eq!(life.hear(AskKind::Reverse, closed()), 0);
        assert_eq!(life.hear(AskKind::Query, outcome), 0, "it is reversed on");
    }
    life.hear(AskKind::Reverse, closed());
    life.hear(AskKind::Query, life.paid());
    assert_eq!(life.last(), "paid-while-reversing");
    life.hear(AskKind::Reverse, closed());
    let last = life.events.last().map(|event| &event.fact);
    assert_eq!(last, Some(&Fact::Reversed(ReverseEnd::GivenBack)));
}

#[test]
fn a_paid_notice_behind_a_repeated_cancel_that_says_closed_calls_nobody() {
    let mut life = Life::reversing(Way::Scanned);
    life.hear(AskKind::Reverse, Outcome::Unknown(Doubt::Lost));
    life.hear(AskKind::Query, Outcome::Unknown(Doubt::Lost));
    life.hear(AskKind::Reverse, Outcome::Reversed(ReverseEnd::Closed));
    let told = Outcome::Closed {
        is_given_back: true,
    };
    life.hear(AskKind::Query, told);
    let paid = life.paid();
    let notice = life.charge.hear_notice(paid, &ALIPAY, NOW);
    assert!(notice.is_ok_and(|step| step.events.is_empty()));
}

#[test]
fn a_cancel_that_says_closed_is_asked_about_at_once() {
    let charge = Life::reversing(Way::Scanned).charge;
    for chase in [Chase::begun(NOW), Chase::taken_up(NOW)] {
        let chase = chase.asked(AskKind::Reverse, NOW);
        let chase = chase.heard(&Outcome::Reversed(ReverseEnd::Closed));
        assert_eq!(
            ALIPAY.next(&charge, chase, NOW),
            Effect::Ask(AskKind::Query)
        );
    }
}
