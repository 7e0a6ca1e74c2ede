//! What a person must be told about a charge.

use ledger::{Cause, Doubt, Fact, Plan, RefundOutcome, ReverseWhy, State, Step};
use money::Stamp;

use super::Output;
use super::live::Live;

/// What a person must do about a reversal of which a part went back elsewhere.
pub const REST_BY_HAND: &str =
    "a part of it was given back elsewhere: give the rest back in the provider's console";
/// What takes longer to its end is told to a person, once; it is asked for ever all the same.
const STUCK_MS: i64 = 300_000;

/// Tells of events that should not have happened.
pub(super) fn note_events(step: &Step, out: &mut Vec<Output>) {
    let is_elsewhere = matches!(
        step.charge.state(),
        State::Reversed {
            why: ReverseWhy::Elsewhere,
            ..
        }
    );
    for event in &step.events {
        let what = match &event.fact {
            Fact::Reversed(_) if is_elsewhere => {
                "it was paid, and given back elsewhere before anybody here heard of it"
            }
            Fact::Doubted(Doubt::Mismatch) => "the provider's success does not match it",
            Fact::PaidWhileReversing(_) => "it was paid while being reversed",
            Fact::ReturnBegun { .. } => {
                "it was paid and can be cancelled no more, so a refund gives the money back"
            }
            Fact::RefundRefused { refusal, .. } if refusal.cause == Cause::GivenElsewhere => {
                "all of it was given back elsewhere, and a refund of it gave nothing"
            }
            Fact::RefundRefused { refusal, .. } if refusal.cause == Cause::OtherAccount => {
                "the present account does not know it, and a refund of it gave nothing"
            }
            Fact::RefundDoubted { .. } => "the provider's refund does not match ours",
            Fact::Opened(_)
            | Fact::Sent
            | Fact::Waiting
            | Fact::Shown { .. }
            | Fact::Doubted(_)
            | Fact::Paid(_)
            | Fact::Refused(_)
            | Fact::ReverseBegun(_)
            | Fact::Reversed(_)
            | Fact::RefundAsked { .. }
            | Fact::RefundGiven { .. }
            | Fact::RefundRefused { .. } => continue,
        };
        let charge = step.charge.id();
        out.push(Output::Alarm { charge, what });
    }
}

/// Tells that not all of a payment can go back by us any more: a part of it went back elsewhere,
/// and how much is left only the provider's console shows. Once that is given back there, the
/// provider tells that the order is closed, and that ends the reversal.
pub(super) fn note_rest(live: &mut Live, outcome: &RefundOutcome, out: &mut Vec<Output>) {
    let is_too_much = matches!(
        outcome,
        RefundOutcome::Refused(refusal) if refusal.cause == Cause::AmountLimit
    );
    #[cfg(feature = "planted")]
    let is_too_much = is_too_much && !ledger::planted::is(ledger::planted::Bug::RestUntold);
    if is_too_much && !live.refunding.is_rest_told {
        live.refunding.is_rest_told = true;
        out.push(Output::Alarm {
            charge: live.charge.id(),
            what: REST_BY_HAND,
        });
    }
}

/// Tells of a charge that does not come to its end: it has been reversing for minutes, or is not
/// even decided about minutes after its time, because the provider tells nothing of it.
pub(super) fn note_stuck(live: &mut Live, plan: &Plan, now: Stamp, out: &mut Vec<Output>) {
    let charge = &live.charge;
    let stuck = match charge.state() {
        State::Reversing { since, .. } => (now.ms_since(*since) >= STUCK_MS)
            .then_some("it could not be reversed for five minutes"),
        State::Waiting | State::Unknown(_) => {
            // The record's own time may be wrong by a clock that was set; this process's is not.
            let age_ms = now.ms_since(charge.opened_at()).max(live.chase.age_ms(now));
            (age_ms >= plan.open_ms(charge.way()) + STUCK_MS)
                .then_some("five minutes after its time nobody knows whether it was paid")
        }
        State::Opened
        | State::Sent
        | State::Paid(_)
        | State::Refused(_)
        | State::Reversed { .. } => None,
    };
    if let (false, Some(what)) = (live.is_alarmed, stuck) {
        live.is_alarmed = true;
        out.push(Output::Alarm {
            charge: charge.id(),
            what,
        });
    }
}
