//! What planted defects make of the law. Each stands in front of the real rule and takes its place.

use money::Stamp;

use super::{Bug, is};
use crate::charge::{Asked, Charge};
use crate::effect::{AskKind, Effect};
use crate::event::{Event, Fact};
use crate::outcome::{Cause, Doubt, Outcome, PaidFacts, Refusal, ReverseEnd};
use crate::plan::Chase;
use crate::refund::{Refund, RefundOutcome, RefundReply};
use crate::state::State;

/// After so long a patient defect loses its patience, in milliseconds.
const TRIES_MS: i64 = 15_000;
/// A code that is called dead too early.
const DEAD_MS: i64 = 10_000;
/// Questions end after so long.
const ASKED_MS: i64 = 20_000;
/// A pause that the law does not allow, and behind how many asks without an answer.
const OUTGROWN_MS: i64 = 300_000;
const OUTGROWN_BEHIND: u32 = 2;
/// A time that no history reaches.
const NEVER_MS: i64 = 365 * 86_400_000;

/// What is heard in place of the truth.
pub(crate) fn fact(charge: &Charge, asked: Asked, outcome: &Outcome) -> Option<Fact> {
    match charge.state() {
        State::Opened | State::Sent | State::Waiting | State::Unknown(_) => {
            open_fact(charge, asked, outcome)
        }
        State::Reversing { .. } => reversing_fact(charge, asked, outcome),
        State::Paid(_) | State::Refused(_) | State::Reversed { .. } => None,
    }
}

fn open_fact(charge: &Charge, asked: Asked, outcome: &Outcome) -> Option<Fact> {
    let is_absent = *outcome == Outcome::Absent;
    let is_waiting = *outcome == Outcome::Waiting;
    let is_unclear = matches!(outcome, Outcome::Unknown(Doubt::Busy | Doubt::Unclear));
    let is_unsent = *outcome == Outcome::Unknown(Doubt::Unreachable);
    let is_lost = *outcome == Outcome::Unknown(Doubt::Lost);
    let is_open = is_absent || is_waiting || matches!(outcome, Outcome::Unknown(_));
    let is_closed = matches!(outcome, Outcome::Closed { .. });
    let (is_pay, is_query) = (asked.kind == AskKind::Pay, asked.kind == AskKind::Query);
    let fails = [
        (Bug::AbsentMeansFailed, is_absent),
        (
            Bug::FailedAfterTries,
            is_query && is_open && asked.age_ms >= TRIES_MS,
        ),
        (Bug::FailedQuestionEnds, is_query && is_unclear),
        (Bug::UnsentQuestionEnds, is_query && is_unsent),
        (Bug::WaitingIsRefused, is_waiting),
        (Bug::OtherCodesFail, is_pay && is_unclear),
        (Bug::ElsewhereMeansClosed, is_query && is_closed),
        (Bug::LostIsUnsent, is_pay && is_lost),
    ];
    if fails.into_iter().any(|(bug, holds)| holds && is(bug)) {
        return Some(Fact::Refused(refusal()));
    }
    (is_waiting && is(Bug::WaitingIsPaid)).then(|| {
        Fact::Paid(PaidFacts {
            order: charge.order_no(),
            provider_no: String::new(),
            amount: charge.amount(),
            funding: Vec::new(),
            payer: None,
            paid_at: None,
            months: None,
        })
    })
}

fn reversing_fact(charge: &Charge, asked: Asked, outcome: &Outcome) -> Option<Fact> {
    let is_nothing = *outcome == Outcome::Reversed(ReverseEnd::Nothing);
    let is_lost = *outcome == Outcome::Unknown(Doubt::Lost) && asked.kind == AskKind::Reverse;
    let is_uncancelled = matches!(outcome, Outcome::Refused(_)) && asked.kind == AskKind::Reverse;
    if is_uncancelled && is(Bug::ReturnUnpaid) && charge.returning().is_none() {
        return Some(Fact::ReturnBegun {
            no: charge.id().return_no(),
            refusal: refusal(),
        });
    }
    let is_seen = charge.shown().is_some();
    let ends = [
        (Bug::NothingIsFinal, is_nothing, ReverseEnd::Nothing),
        (
            Bug::CancelKillsCode,
            is_nothing && is_seen,
            ReverseEnd::Nothing,
        ),
        (
            Bug::CodeDeadEarly,
            is_nothing && asked.age_ms >= DEAD_MS,
            ReverseEnd::Nothing,
        ),
        (
            Bug::AbsentEndsReversing,
            *outcome == Outcome::Absent,
            ReverseEnd::Nothing,
        ),
        (Bug::LostReverseIsDone, is_lost, ReverseEnd::Closed),
        (Bug::RefusedCancelEnds, is_uncancelled, ReverseEnd::Closed),
    ];
    let end = ends.into_iter().find(|(bug, holds, _)| *holds && is(*bug));
    match (end, outcome) {
        (Some((_, _, end)), _) => Some(Fact::Reversed(end)),
        (None, Outcome::Paid(facts)) if is(Bug::PaidEndsReversing) => {
            (facts.order == charge.order_no()).then(|| Fact::Paid(facts.clone()))
        }
        (None, _) => None,
    }
}

/// What a history is folded to in place of the truth: the table of moves with a hole.
pub(crate) fn follow(charge: &Charge, event: &Event) -> Option<State> {
    match (charge.state(), &event.fact) {
        (State::Reversing { .. }, Fact::Paid(facts)) if is(Bug::PaidEndsReversing) => {
            Some(State::Paid(facts.clone()))
        }
        (State::Paid(_), Fact::ReverseBegun(why)) if is(Bug::EndOverwritten) => {
            Some(State::Reversing {
                why: *why,
                since: event.at,
            })
        }
        _ => None,
    }
}

/// What is done next in place of what should be.
pub(crate) fn next(charge: &Charge, chase: Chase, now: Stamp) -> Option<Effect> {
    let (state, age_ms) = (charge.state(), chase.age_ms(now));
    let is_open = matches!(state, State::Waiting | State::Unknown(_));
    let is_numberless = matches!(state, State::Unknown(Doubt::Lost | Doubt::Restarted));
    let is_reversed = matches!(state, State::Reversing { .. }) && chase.reverses > 0;
    let rests = [
        (Bug::NeverReversed, is_open && age_ms >= TRIES_MS),
        (Bug::StopsAsking, is_open && age_ms >= ASKED_MS),
        (Bug::AskedByTheirNumber, is_numberless),
        (Bug::ReversedOnce, is_reversed),
    ];
    if is(Bug::PausesOutgrow)
        && matches!(state, State::Reversing { .. })
        && !chase.is_asking
        && chase.mutes >= OUTGROWN_BEHIND
        && let Some((_, last)) = chase.asked_last
        && now < last.plus_ms(OUTGROWN_MS)
    {
        return Some(Effect::Wait(last.plus_ms(OUTGROWN_MS)));
    }
    let is_still = !chase.is_asking && rests.into_iter().any(|(bug, holds)| holds && is(bug));
    is_still.then(|| Effect::Wait(now.plus_ms(NEVER_MS)))
}

/// What is heard of a refund in place of the truth.
pub(crate) fn refund_fact(refund: &Refund, reply: &RefundReply) -> Option<Fact> {
    let no = refund.no;
    let is_lost = reply.outcome == RefundOutcome::Unknown(Doubt::Lost);
    let is_absent = reply.outcome == RefundOutcome::Absent;
    let is_failed =
        (is_lost && is(Bug::LostRefundFails)) || (is_absent && is(Bug::AbsentRefundFails));
    if is_failed {
        return Some(Fact::RefundRefused {
            no,
            refusal: refusal(),
        });
    }
    (is_lost && is(Bug::LostRefundIsGiven)).then_some(Fact::RefundGiven { no, at: None })
}

/// What is heard of a return in place of the truth.
pub(crate) fn return_fact(outcome: &RefundOutcome) -> Option<Fact> {
    let is_lost = *outcome == RefundOutcome::Unknown(Doubt::Lost);
    (is_lost && is(Bug::LostReturnIsGiven)).then_some(Fact::Reversed(ReverseEnd::GivenBack))
}

/// A refusal that nobody gave.
fn refusal() -> Refusal {
    Refusal {
        cause: Cause::TryAgain,
        code: String::new(),
        text: String::new(),
    }
}
