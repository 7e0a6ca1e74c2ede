//! When a provider is asked about a refund: the order to refund, a question what became of it, a
//! growing pause, and again with the same number, for ever.

use money::Stamp;

use super::{ASK_PAUSES_MS, Plan};
use crate::effect::{AskKind, Effect};
use crate::outcome::Doubt;
use crate::refund::RefundOutcome;

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
    /// Orders to refund since this process took it up.
    orders: u32,
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
            orders: 0,
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
                orders: self.orders.saturating_add(1),
                ordered_last: Some(now),
                ..noted
            },
            AskKind::RefundQuery
            | AskKind::Pay
            | AskKind::Precreate
            | AskKind::Query
            | AskKind::Reverse => noted,
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
        Self {
            stray_until: self.stray_until.max(stray),
            is_asking: false,
            ..self
        }
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
            (None, _) | (Some(_), None) => return Effect::Ask(AskKind::Refund),
            (Some((AskKind::Refund, _)), Some(_)) => return Effect::Ask(AskKind::RefundQuery),
            (Some(_), Some(ordered)) => ordered.plus_ms(pause_ms(chase.orders)),
        };
        if due <= now {
            Effect::Ask(AskKind::Refund)
        } else {
            Effect::Wait(due)
        }
    }
}

/// The pause behind the n-th order to refund.
fn pause_ms(orders: u32) -> i64 {
    let place = usize::try_from(orders.saturating_sub(1)).unwrap_or(usize::MAX);
    ASK_PAUSES_MS[place.min(ASK_PAUSES_MS.len() - 1)]
}

#[cfg(test)]
mod tests;
