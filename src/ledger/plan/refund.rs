//! When a provider is asked about a refund: the order to refund, a question what became of it, one
//! how the whole order stands, a growing pause, and again with the same number, for ever.
//!
//! Nothing can go back of an order that is closed, or that the account does not know. But our own
//! refund may have closed it, and be under way: then no question finds it yet. So the question is
//! repeated until no lost request can arrive any more, then the refund leaves once more under its
//! number. What was taken in before is a success then, and is asked about on; only a decided no,
//! and a question behind it that finds nothing, prove that nothing of it will ever go back.

use money::Stamp;

use super::Plan;
use crate::effect::{AskKind, Effect};
use crate::outcome::{Doubt, Outcome};
use crate::refund::{OrderTold, RefundOutcome};

/// Pauses between rounds that brought no end: growing, then for ever the last.
const ROUND_PAUSES_MS: [i64; 7] = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000];

/// An order that two questions so far apart have not found is none of this account's.
const UNKNOWN_MS: i64 = 60_000;

/// What the loop remembers of its asking about one refund. Not durable: after a start nobody knows
/// when the last request left, so one may still be on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundChase {
    /// When the first ask may leave.
    from: Stamp,
    /// What was asked last, and when it left.
    asked_last: Option<(AskKind, Stamp)>,
    /// When the last order to refund left.
    ordered_last: Option<Stamp>,
    /// Times that all was asked since this process took it up.
    rounds: u32,
    /// What was told of the whole order.
    told: OrderTold,
    /// Whether the last order to refund was alone, and was answered by a decided no.
    is_denied: bool,
    /// When a question first found no such order, and the last one that did since then.
    unknown: Option<(Stamp, Stamp)>,
    /// Until when a request without an answer may still reach the provider.
    stray_until: Option<Stamp>,
    /// Whether an ask is on its way; then nothing else is asked.
    is_asking: bool,
    /// Whether a person was told that it takes long.
    is_told: bool,
}

impl RefundChase {
    /// For a refund that was just asked for: nothing has left yet. `from` leaves the provider the
    /// pause that it wants between two refunds of one order.
    pub const fn fresh(from: Stamp) -> Self {
        Self {
            from,
            asked_last: None,
            ordered_last: None,
            rounds: 0,
            told: OrderTold::Nothing,
            is_denied: false,
            unknown: None,
            stray_until: None,
            is_asking: false,
            is_told: false,
        }
    }

    /// For a refund that another process, or this one before it stopped, may have sent.
    pub const fn taken_up(plan: &Plan, now: Stamp) -> Self {
        Self {
            stray_until: Some(now.plus_ms(plan.stray_ms)),
            ..Self::fresh(now)
        }
    }

    /// Notes that an ask leaves now.
    #[must_use]
    pub fn asked(self, kind: AskKind, now: Stamp) -> Self {
        let noted = Self {
            asked_last: Some((kind, now)),
            is_asking: true,
            ..self
        };
        match kind {
            AskKind::Refund => Self {
                ordered_last: Some(now),
                ..noted
            },
            AskKind::Query => Self {
                rounds: self.rounds.saturating_add(1),
                ..noted
            },
            AskKind::RefundQuery | AskKind::Pay | AskKind::Precreate | AskKind::Reverse => noted,
        }
    }

    /// Notes what came of the last ask. An order to refund whose fate is not known may still reach
    /// the provider, or be carried out there.
    #[must_use]
    pub fn heard(self, outcome: &RefundOutcome, plan: &Plan) -> Self {
        let is_lost = match outcome {
            // The first never left, the others are answered.
            RefundOutcome::Unknown(Doubt::Unreachable)
            | RefundOutcome::Given { .. }
            | RefundOutcome::Refused(_)
            | RefundOutcome::Absent => false,
            RefundOutcome::Unknown(_) => true,
        };
        let stray = match self.asked_last {
            Some((AskKind::Refund, at)) if is_lost => Some(at.plus_ms(plan.stray_ms)),
            Some(_) | None => None,
        };
        let is_denied = match self.asked_last {
            Some((AskKind::Refund, _)) => *outcome == RefundOutcome::Absent && self.is_alone(),
            Some(_) | None => self.is_denied,
        };
        Self {
            stray_until: self.stray_until.max(stray),
            is_denied,
            is_asking: false,
            ..self
        }
    }

    /// Whether this is the ask whose answer it waits for. An earlier one, from before this process
    /// let go of the refund and took it up again, says nothing about what may be on its way now.
    pub fn waits_for(&self, kind: AskKind, at: Stamp) -> bool {
        self.is_asking && self.asked_last == Some((kind, at))
    }

    /// Notes what the provider told of the whole order.
    #[must_use]
    pub fn heard_order(self, outcome: &Outcome) -> Self {
        let heard = Self {
            is_asking: false,
            ..self
        };
        match outcome {
            Outcome::Closed { .. } => Self {
                told: OrderTold::Closed,
                unknown: None,
                ..heard
            },
            Outcome::Absent => Self {
                told: OrderTold::Unknown,
                unknown: self.asked_last_at().map(|at| match self.unknown {
                    Some((since, _)) => (since, at),
                    None => (at, at),
                }),
                ..heard
            },
            // Nothing was told now: what was told before stands.
            Outcome::Unknown(_) => heard,
            Outcome::Paid(_)
            | Outcome::Waiting
            | Outcome::Shown(_)
            | Outcome::Refused(_)
            | Outcome::Reversed(_) => Self {
                told: OrderTold::Nothing,
                unknown: None,
                ..heard
            },
        }
    }

    /// What was told of the whole order before the ask that left last, once the refund itself was
    /// denied. That it is unknown counts after a while only: a provider may know a payment at one
    /// place sooner than at another.
    pub fn told_before(&self) -> OrderTold {
        if !self.is_denied() {
            return OrderTold::Nothing;
        }
        let unknown_ms = self.unknown.map_or(0, |(since, at)| at.ms_since(since));
        match self.told {
            OrderTold::Unknown if unknown_ms < UNKNOWN_MS => OrderTold::Nothing,
            OrderTold::Nothing | OrderTold::Closed | OrderTold::Unknown => self.told,
        }
    }

    fn is_denied(&self) -> bool {
        #[cfg(feature = "planted")]
        if crate::planted::is(crate::planted::Bug::RefundGivenUp) {
            return true;
        }
        self.is_denied
    }

    /// Whether no lost request can arrive any more at this moment.
    fn is_still(&self, now: Stamp) -> bool {
        self.stray_until.is_none_or(|until| now >= until)
    }

    /// Notes that a person was told.
    #[must_use]
    pub const fn told(self) -> Self {
        Self {
            is_told: true,
            ..self
        }
    }

    /// True when the ask that left last was alone: no other request of this refund could still
    /// reach the provider then.
    pub fn is_alone(&self) -> bool {
        match (self.asked_last, self.stray_until) {
            (Some((_, at)), Some(until)) => at >= until,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }

    /// Whether a person must be told now that this takes long: once.
    pub const fn is_stuck(&self, plan: &Plan, asked_at: Stamp, now: Stamp) -> bool {
        !self.is_told && now.ms_since(asked_at) >= plan.stuck_ms
    }

    /// When the last ask left.
    pub fn asked_last_at(&self) -> Option<Stamp> {
        self.asked_last.map(|(_, at)| at)
    }
}

impl Plan {
    /// What to do for a refund that is asked for and has no end. Never [`Effect::Rest`].
    pub fn next_refund(&self, chase: RefundChase, now: Stamp) -> Effect {
        if chase.is_asking {
            return Effect::Wait(now.plus_ms(self.ask_timeout_ms));
        }
        let due = match (chase.asked_last, chase.ordered_last) {
            (None, _) if chase.from > now => return Effect::Wait(chase.from),
            // What may have been sent before is asked about first.
            (None, _) if chase.stray_until.is_some() => return Effect::Ask(AskKind::RefundQuery),
            (None, _) => return Effect::Ask(AskKind::Refund),
            (Some((AskKind::Refund, _)), _) => return Effect::Ask(AskKind::RefundQuery),
            (Some((AskKind::RefundQuery, _)), _) => return Effect::Ask(AskKind::Query),
            (Some(_), None) if chase.told == OrderTold::Nothing => now,
            (Some((_, at)), _) => at.plus_ms(pause_ms(chase.rounds)),
        };
        if due <= now {
            Effect::Ask(match chase.told {
                OrderTold::Nothing => AskKind::Refund,
                OrderTold::Closed | OrderTold::Unknown
                    if chase.is_still(now) && !chase.is_denied() =>
                {
                    AskKind::Refund
                }
                OrderTold::Closed | OrderTold::Unknown => AskKind::RefundQuery,
            })
        } else {
            Effect::Wait(due)
        }
    }
}

/// The pause behind the n-th round.
fn pause_ms(rounds: u32) -> i64 {
    let place = usize::try_from(rounds.saturating_sub(1)).unwrap_or(usize::MAX);
    ROUND_PAUSES_MS[place.min(ROUND_PAUSES_MS.len() - 1)]
}

#[cfg(test)]
mod tests;
