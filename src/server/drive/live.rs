//! One charge that is not at its end: its present state, what of it is durable, and its asking.

use ledger::{Asked, Charge, Chase, Event, Fact, Step};
use money::Stamp;
use provider::Ask;
use store::{Batch, StoreFault};
use wire::ProblemKind;

use super::refund::Refunding;
use super::{Output, Ticket};

/// Whether the charge must be asked about in another way from here on.
const fn turns(event: &Event) -> bool {
    matches!(
        event.fact,
        Fact::ReverseBegun(_) | Fact::PaidWhileReversing(_) | Fact::ReturnBegun { .. }
    )
}

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
    /// Whether the store may hold what it did not say that it holds.
    is_doubted: bool,
    /// When the loop looks at it again.
    pub(super) due: Option<Stamp>,
    /// Whether a person was told that it does not come to its end.
    pub(super) is_alarmed: bool,
    /// The mark of its payment code.
    pub(super) mark: [u8; 32],
    /// Its refunds.
    pub(super) refunding: Refunding,
    /// False for a charge that was only read, to judge a request by: until the store has written
    /// something for it here, another loop or server may be at work on it.
    pub(super) is_ours: bool,
    /// Since when it is ours to ask about; `None` for ever, where nobody else writes the record.
    pub(super) leased_at: Option<Stamp>,
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
            is_doubted: false,
            due: None,
            is_alarmed: false,
            mark,
            refunding: Refunding::default(),
            is_ours: true,
            leased_at: None,
        }
    }

    /// A charge from its history. The mark of its code is lost with the code, on purpose.
    pub(super) fn taken_up(step: Step, durable: Vec<Event>, now: Stamp) -> Self {
        let Step { charge, events } = step;
        Self {
            unsaved: events,
            chase: Chase::taken_up(now),
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
        let shown = step
            .events
            .iter()
            .find(|event| matches!(event.fact, Fact::Shown { .. }));
        if let Some(event) = shown {
            self.chase = self.chase.shown(event.at);
        }
        if step.events.iter().any(turns) {
            self.chase = self.chase.turned();
        }
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
        let key = self.refunding.binding();
        // A request is applied only when everything before it is saved: it comes first, alone.
        self.committing = key.as_ref().map_or(self.unsaved.len(), |_| 1);
        Some(Batch {
            events: self.unsaved[..self.committing].to_vec(),
            key,
        })
    }

    /// The store holds what was on its way.
    pub(super) fn saved(&mut self) {
        let saved = self.unsaved.drain(..self.committing);
        self.durable.extend(saved);
        self.is_ours = true;
        self.committing = 0;
        self.retry_at = None;
        self.is_doubted = false;
    }

    /// The store could not take it, or does not know; it stays here, and is tried again at `at`.
    pub(super) const fn unsaved_until(&mut self, at: Stamp, fault: &StoreFault) {
        self.committing = 0;
        self.retry_at = Some(at);
        // A later try that fails otherwise says nothing about an earlier one.
        self.is_doubted = self.is_doubted || matches!(fault, StoreFault::Doubted(_));
    }

    /// What whoever waits for something to be durable hears when it is not.
    pub(super) const fn why_unsaved(&self) -> ProblemKind {
        if self.is_doubted {
            ProblemKind::RecordUnreadable
        } else {
            ProblemKind::RecordUnwritable
        }
    }

    /// Takes back what the store has refused, and what was heard behind it: that is heard again
    /// when it is asked again.
    ///
    /// # Panics
    /// When what is durable cannot have happened, although it was folded before.
    pub(super) fn take_back(&mut self) {
        self.charge = match Charge::fold(&self.durable) {
            Ok(charge) => charge,
            Err(error) => panic!("invariant: what is durable has happened: {error}"),
        };
        self.unsaved.clear();
        self.committing = 0;
        self.retry_at = None;
    }

    /// True when the store has all that is worth a commit.
    pub(super) fn is_written(&self) -> bool {
        let is_worth = self.unsaved.iter().any(|event| event.fact != Fact::Sent);
        !self.is_committing() && !is_worth
    }

    /// True when what is on its way to the store is a request for a refund.
    pub(super) fn is_requesting(&self) -> bool {
        self.refunding.binding().is_some()
    }

    /// True when the provider is to be asked about it, as far as is durable.
    pub(super) fn is_wanted(&self) -> bool {
        Charge::fold(&self.durable).is_ok_and(|charge| !charge.is_settled())
    }

    pub(super) const fn is_committing(&self) -> bool {
        self.committing > 0
    }

    /// True when the store holds every event.
    pub(super) const fn is_durable(&self) -> bool {
        self.unsaved.is_empty()
    }

    /// True when everything that the record has of it is known here. Another server's events are
    /// not.
    pub(super) fn knows(&self, recorded: &[Event]) -> bool {
        let known = self.durable.len() + self.unsaved.len();
        let ours = self.durable.iter().chain(&self.unsaved);
        recorded.len() <= known && ours.zip(recorded).all(|(own, one)| own == one)
    }

    /// Lets an ask leave and remembers when.
    pub(super) fn ask(&mut self, ask: Ask, now: Stamp, out: &mut Vec<Output>) {
        let kind = ask.kind();
        debug_assert!(
            !self.chase.is_asking,
            "invariant: one ask of a charge at a time"
        );
        self.chase = self.chase.asked(kind, now);
        let age_ms = self.chase.age_ms(now);
        out.push(Output::Ask {
            charge: self.charge.id(),
            amount: self.charge.amount(),
            asked: Asked {
                kind,
                at: now,
                age_ms,
            },
            ask,
        });
    }
}
