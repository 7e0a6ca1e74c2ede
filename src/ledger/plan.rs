//! When to ask a provider again, and when to stop waiting: figures, and one pure decision.

use money::Stamp;

use crate::charge::Charge;
use crate::effect::{AskKind, Effect};
use crate::state::State;

#[cfg(test)]
mod tests;

/// A provider's rhythm. All spans are milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// From the start of the last ask to the next query while waiting or in doubt.
    pub query_every_ms: i64,
    /// From opening to the decision to reverse.
    pub reverse_after_ms: i64,
    /// How long a payment code can be charged after it was shown, plus a margin for clocks.
    pub code_dead_after_ms: i64,
    /// Whether reversing an order the provider never saw refuses that order later.
    pub is_mark_left: bool,
    /// How long one ask may take before it counts as lost.
    pub ask_timeout_ms: i64,
}

/// Alipay: the documents give 3 to 6 s between queries for about 60 s, then cancel at once; codes
/// live about a minute; nothing says that cancelling an unknown order leaves a mark.
pub const ALIPAY: Plan = Plan {
    query_every_ms: 3_000,
    reverse_after_ms: 60_000,
    code_dead_after_ms: 90_000,
    is_mark_left: false,
    ask_timeout_ms: 10_000,
};

/// Pauses between reverses that brought no end: growing, then for ever the last.
const REVERSE_PAUSES_MS: [i64; 7] = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000];

/// What the loop remembers of its own asking. Not durable: after a crash it starts empty, which
/// only means that the provider is asked a little earlier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chase {
    /// When the last ask left.
    pub asked_last: Option<Stamp>,
    /// Reverses asked since this process took the charge up.
    pub reverses: u32,
    /// Whether an ask is on its way; then nothing else is asked.
    pub is_asking: bool,
}

impl Chase {
    /// Notes that an ask leaves now.
    #[must_use]
    pub const fn asked(self, kind: AskKind, now: Stamp) -> Self {
        let reverses = match kind {
            AskKind::Reverse => self.reverses.saturating_add(1),
            AskKind::Pay | AskKind::Query => self.reverses,
        };
        Self {
            asked_last: Some(now),
            reverses,
            is_asking: true,
        }
    }

    /// Notes that the answer (or its loss) is in.
    #[must_use]
    pub const fn answered(self) -> Self {
        Self {
            is_asking: false,
            ..self
        }
    }
}

impl Plan {
    /// What to do for this charge at this moment. `Pay` is never among it: it leaves once, as the
    /// effect of opening.
    pub fn next(&self, charge: &Charge, chase: Chase, now: Stamp) -> Effect {
        if charge.state().is_end() {
            return Effect::Rest;
        }
        if chase.is_asking {
            return Effect::Wait(now.plus_ms(self.ask_timeout_ms));
        }
        match charge.state() {
            State::Reversing { .. } => next_reverse(charge, chase, now),
            State::Opened | State::Sent | State::Waiting | State::Unknown(_) => {
                self.next_query(chase, now)
            }
            State::Paid(_) | State::Refused(_) | State::Reversed { .. } => Effect::Rest,
        }
    }

    /// Whether the time to pay is over, so that the charge must be reversed.
    pub fn is_overdue(&self, charge: &Charge, now: Stamp) -> bool {
        let is_open = match charge.state() {
            State::Waiting | State::Unknown(_) => true,
            State::Opened
            | State::Sent
            | State::Reversing { .. }
            | State::Paid(_)
            | State::Refused(_)
            | State::Reversed { .. } => false,
        };
        is_open && now.ms_since(charge.opened_at()) >= self.reverse_after_ms
    }

    /// Whether the customer's code can no longer pay, even by a request that is still on its way.
    pub fn is_code_dead(&self, charge: &Charge, now: Stamp) -> bool {
        now.ms_since(charge.opened_at()) >= self.code_dead_after_ms
    }

    fn next_query(&self, chase: Chase, now: Stamp) -> Effect {
        let due = chase
            .asked_last
            .map_or(now, |last| last.plus_ms(self.query_every_ms));
        if due <= now {
            Effect::Ask(AskKind::Query)
        } else {
            Effect::Wait(due)
        }
    }
}

fn next_reverse(charge: &Charge, chase: Chase, now: Stamp) -> Effect {
    let Some(last) = chase.asked_last.filter(|_| chase.reverses > 0) else {
        return Effect::Ask(AskKind::Reverse);
    };
    let place = usize::try_from(chase.reverses - 1).unwrap_or(usize::MAX);
    let pause = REVERSE_PAUSES_MS[place.min(REVERSE_PAUSES_MS.len() - 1)];
    let due = last.plus_ms(pause + jitter_ms(charge, chase.reverses, pause));
    if due <= now {
        Effect::Ask(AskKind::Reverse)
    } else {
        Effect::Wait(due)
    }
}

/// Up to a fifth of the pause, decided by the charge's own letters: charges that were in doubt
/// together do not ask in one breath, and a replay sees the same pauses.
fn jitter_ms(charge: &Charge, reverses: u32, pause_ms: i64) -> i64 {
    let letters = charge.id();
    let sum: u32 = letters.as_str().bytes().map(u32::from).sum();
    i64::from((sum + reverses) % 16) * pause_ms / 80
}
