//! Charges of which nothing ever leaves.
//!
//! Among them those whose intent was long on its way to the disk. The page asks for a key whose
//! answer it missed, and after some seconds of "unknown here" tells the cashier that nothing was
//! charged. Were the intent written after that and `Pay` sent, the customer who meanwhile paid in
//! cash would pay twice.

use ledger::{AskKind, Asked, Cause, Charge, Doubt, Outcome, State, Step, Way};
use money::Stamp;

use super::plan_of;

/// From the request to the written intent. The page waits for a second more before it says that
/// nothing was charged.
const LATE_MS: i64 = 3_000;

/// The charge ended unsent, when its intent was written too late for `Pay` to leave.
pub(super) fn when_late(charge: &Charge, now: Stamp) -> Option<Step> {
    if now.ms_since(charge.opened_at()) < LATE_MS {
        return None;
    }
    let asked = Asked {
        kind: first_kind(charge.way()),
        at: now,
        age_ms: 0,
    };
    let nothing_left = Outcome::Unknown(Doubt::Unreachable);
    let ended = charge
        .clone()
        .hear(asked, nothing_left, plan_of(charge), now);
    ended.ok()
}

const fn first_kind(way: Way) -> AskKind {
    match way {
        Way::Scanned => AskKind::Pay,
        Way::Shown => AskKind::Precreate,
    }
}

/// True for a charge of which nothing ever left.
pub(super) fn is_unsent(state: &State) -> bool {
    matches!(state, State::Refused(refusal) if refusal.cause == Cause::NotSent)
}
