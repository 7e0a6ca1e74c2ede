//! Charges whose code stands on our screen and is scanned by the customer.
//!
//! The provider makes a code for exactly one order; an order exists there only once somebody has
//! scanned it. So a question that finds no order proves nothing while the code may be scanned. What
//! is proven, and how:
//!
//! - Nobody can pay by a code that nobody has seen. A screen shows only what is durable, and a code
//!   becomes part of the history only as the answer to the one `Precreate`, before anything else
//!   was heard. A charge without it is *unseen* for ever: also when the code was made and its
//!   answer was lost, or comes too late. It is reversed at once, and no second `Precreate` leaves:
//!   the provider refuses one under the same number.
//! - The reverse is `cancel`, not `close`. `close` finds nothing to close before the customer has
//!   scanned; of a paid order it only says that it is too late. `cancel` closes an unpaid order and
//!   gives a paid one back, so whatever the customer has come to, the same request ends it.
//! - A cancel that succeeds and found no order is no end by itself. Nothing says that it makes a
//!   code worthless that nobody has scanned ([`Plan::is_mark_left`]), and a phone may have
//!   photographed it: the customer who scans the picture a moment later pays. It is an end for an
//!   unseen code; for a seen one when it left after the code's death.
//! - A code is dead so long after its making as the provider was told to let it live, and a margin.
//!   The span is relative, so no clock's error is in it; it is counted from when the code was heard
//!   of, which is later than its making, or from the start of the process that took the charge up,
//!   which is later still ([`Chase::since`](crate::plan::Chase::since)).
//! - Whoever scans in the last second makes an order, and may pay it for as long as that order is
//!   open, which is longer than the code lives. That is no way around: from then on there is an
//!   order, so the cancel finds it and closes it or gives back, and no answer is "no such order".
//!   After the code's death no order comes to be, so one answer without an order, to an ask that
//!   left after it, is true for ever.
//! - "No such order" in answer to a cancel is not a success, and in answer to a question never was
//!   one. They end an unseen charge (the cancel), or any once the code is dead.

use super::{Asked, Charge};
use crate::effect::AskKind;
use crate::event::{Fact, ReverseWhy, Way, is_showable};
use crate::outcome::Doubt;
use crate::plan::Plan;
use crate::state::State;

#[cfg(test)]
mod tests;

impl Charge {
    /// Whose screen shows the code.
    pub const fn way(&self) -> Way {
        self.opened.way
    }

    /// What the code on our screen says, once the provider has made it. Whether it can still be
    /// paid by, the state tells: only while waiting.
    pub fn shown(&self) -> Option<&str> {
        self.shown.as_deref()
    }

    /// True when the code was to be shown and is not known: nobody can have seen it.
    pub const fn is_unseen(&self) -> bool {
        match self.way() {
            Way::Scanned => false,
            Way::Shown => self.shown.is_none(),
        }
    }

    /// Why a charge that is overdue is reversed.
    pub const fn why_overdue(&self) -> ReverseWhy {
        if self.is_unseen() {
            ReverseWhy::CodeLost
        } else {
            ReverseWhy::Deadline
        }
    }

    /// A code counts as the answer to the one ask for it; later it would be shown twice, or after
    /// its charge was given up.
    pub(super) fn fact_when_shown(&self, asked: Asked, code: String) -> Option<Fact> {
        let is_awaited = match &self.state {
            State::Opened | State::Sent => true,
            State::Waiting
            | State::Unknown(_)
            | State::Reversing { .. }
            | State::Paid(_)
            | State::Refused(_)
            | State::Reversed { .. } => false,
        };
        let is_ours = self.way() == Way::Shown && asked.kind == AskKind::Precreate;
        if is_awaited && is_ours && is_showable(&code) {
            Some(Fact::Shown { code })
        } else {
            self.doubted(Doubt::Unclear)
        }
    }

    /// Whether "no such order" ends a reverse: as what a reverse came to that was carried out
    /// (`is_done`), or as all that the provider said.
    ///
    /// Never once the provider has told that it was paid: who knows no such order then does not
    /// speak of ours.
    pub(super) const fn is_nothing_final(&self, asked: Asked, is_done: bool, plan: &Plan) -> bool {
        if self.is_paid_noted {
            return false;
        }
        let is_by_reverse = is_done || matches!(asked.kind, AskKind::Reverse);
        let is_dead = plan.is_dead(self.way(), asked.age_ms);
        match self.way() {
            Way::Scanned => is_by_reverse && (plan.is_mark_left || is_dead),
            Way::Shown => {
                let is_marked = is_done && plan.is_mark_left;
                is_dead || is_marked || (is_by_reverse && self.is_unseen())
            }
        }
    }
}
