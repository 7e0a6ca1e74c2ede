//! One charge that is not at its end: its present state, what of it is durable, and its asking.

use ledger::{Charge, Chase, Event, Fact, Step};
use money::Stamp;
use store::Batch;

use super::Ticket;

/// A charge under way.
pub(super) struct Live {
    /// The state with all events applied, durable or not.
    pub(super) charge: Charge,
    /// Events that the store holds.
    pub(super) durable: Vec<Event>,
    unsaved: Vec<Event>,
    /// How many of `unsaved` are on their way to the store.
    committing: usize,
    pub(super) chase: Chase,
    /// Requests that wait until what they did is durable.
    pub(super) tickets: Vec<Ticket>,
    /// When a failed commit is tried again.
    pub(super) retry_at: Option<Stamp>,
    /// When the loop looks at it again.
    pub(super) due: Option<Stamp>,
    /// Whether a person was told that it does not come to its end.
    pub(super) is_alarmed: bool,
    /// The mark of its payment code.
    pub(super) mark: [u8; 32],
}

impl Live {
    pub(super) fn opened(charge: Charge, durable: Vec<Event>, mark: [u8; 32], now: Stamp) -> Self {
        Self {
            charge,
            durable,
            unsaved: Vec::new(),
            committing: 0,
            chase: Chase::begun(now),
            tickets: Vec::new(),
            retry_at: None,
            due: None,
            is_alarmed: false,
            mark,
        }
    }

    /// A charge from its history. The mark of its code is lost with the code, on purpose.
    pub(super) fn taken_up(step: Step, durable: Vec<Event>, now: Stamp) -> Self {
        let Step { charge, events } = step;
        Self {
            unsaved: events,
            ..Self::opened(charge, durable, [0; 32], now)
        }
    }

    /// Applies a step; its events are still to be saved.
    pub(super) fn take(&mut self, step: Step) {
        assert!(
            step.charge.revision() >= self.charge.revision(),
            "invariant: history only grows"
        );
        self.charge = step.charge;
        self.unsaved.extend(step.events);
    }

    /// What is to be committed now. That `Pay` left is written with what comes of it: the opening
    /// alone already means "may have left", so one commit is saved.
    pub(super) fn batch(&mut self, now: Stamp) -> Option<Batch> {
        let is_early = self.retry_at.is_some_and(|at| now < at);
        let is_worth = self.unsaved.iter().any(|event| event.fact != Fact::Sent);
        if self.is_committing() || is_early || !is_worth {
            return None;
        }
        self.retry_at = None;
        self.committing = self.unsaved.len();
        Some(Batch {
            events: self.unsaved.clone(),
            key: None,
        })
    }

    /// The store holds what was on its way.
    pub(super) fn saved(&mut self) {
        let saved = self.unsaved.drain(..self.committing);
        self.durable.extend(saved);
        self.committing = 0;
        self.retry_at = None;
    }

    /// The store could not take it; it stays here, and is tried again at `at`.
    pub(super) const fn unsaved_until(&mut self, at: Stamp) {
        self.committing = 0;
        self.retry_at = Some(at);
    }

    pub(super) const fn is_committing(&self) -> bool {
        self.committing > 0
    }

    /// True when the store holds every event.
    pub(super) const fn is_durable(&self) -> bool {
        self.unsaved.is_empty()
    }
}
