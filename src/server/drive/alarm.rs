//! What a person must be told about a charge.

use ledger::{Doubt, Event, Fact, State};
use money::{ChargeId, Stamp};

use super::Output;
use super::live::Live;

/// A reverse that takes longer is told to a person, once; it is asked for ever all the same.
const STUCK_MS: i64 = 300_000;

/// Tells of events that should not have happened.
pub(super) fn note_events(id: ChargeId, events: &[Event], out: &mut Vec<Output>) {
    for event in events {
        let what = match &event.fact {
            Fact::Doubted(Doubt::Mismatch) => "the provider's success does not match it",
            Fact::PaidWhileReversing(_) => "it was paid while being reversed",
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
        out.push(Output::Alarm { charge: id, what });
    }
}

/// Tells of a charge that has been reversing for minutes: the provider may be refusing.
pub(super) fn note_stuck(live: &mut Live, now: Stamp, out: &mut Vec<Output>) {
    let State::Reversing { since, .. } = live.charge.state() else {
        return;
    };
    if !live.is_alarmed && now.ms_since(*since) >= STUCK_MS {
        live.is_alarmed = true;
        out.push(Output::Alarm {
            charge: live.charge.id(),
            what: "it could not be reversed for five minutes",
        });
    }
}
