//! One charge: opened, told what the provider said, cancelled, recovered; each move gives the
//! events that must become durable before anything else happens.

use core::fmt;

use money::{Amount, ChargeId, Instalments, OrderNo, Provider, Stamp};

use crate::effect::AskKind;
use crate::event::{Event, Fact, Opened, ReverseWhy, Way, is_showable};
use crate::outcome::{Cause, Doubt, Outcome, Refusal, ReverseEnd};
use crate::plan::Plan;
use crate::posting::{Books, postings};
use crate::refund::Refund;
use crate::state::State;

mod notice;
mod refund;
mod returning;
mod shown;
mod terms;
#[cfg(test)]
mod tests;

/// A charge as its history tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    id: ChargeId,
    opened: Opened,
    opened_at: Stamp,
    state: State,
    revision: u32,
    is_paid_noted: bool,
    is_mismatch_noted: bool,
    is_returning: bool,
    shown: Option<String>,
    refunds: Vec<Refund>,
    books: Books,
}

/// What a till asks for when it opens a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The fresh id.
    pub id: ChargeId,
    /// The till's name of the sale.
    pub sale: String,
    /// What is to be taken; never zero.
    pub amount: Amount,
    /// Whose wallet.
    pub provider: Provider,
    /// The till's name.
    pub device: String,
    /// Whose screen shows the code.
    pub way: Way,
    /// By which plan of 花呗分期 and in no other way; `None` leaves it to the customer.
    pub instalments: Option<Instalments>,
    /// What is sold, in the words of whoever priced it; `None` for a sum that was typed.
    pub goods: Option<String>,
}

/// A move: the charge after it, and the events that it appends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The charge with the events applied.
    pub charge: Charge,
    /// To be made durable, in this order; empty when nothing is to be remembered.
    pub events: Vec<Event>,
}

/// An ask whose answer is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What was asked.
    pub kind: AskKind,
    /// When it left; what it proves, it proves for this moment.
    pub at: Stamp,
    /// How old the code was then at the least, in ms, counted by a clock that does not jump.
    pub age_ms: i64,
}

/// A move that the law forbids. Nothing changed; the shell raises an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IllegalMove {
    /// The charge's state.
    pub state: &'static str,
    /// What was attempted.
    pub attempt: &'static str,
}

impl fmt::Display for IllegalMove {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "a {} charge cannot become {}",
            self.state, self.attempt
        )
    }
}

impl core::error::Error for IllegalMove {}

/// A history that cannot have happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// No events at all.
    #[error("the history is empty")]
    Empty,
    /// The first event is not the opening.
    #[error("the history does not begin with the opening")]
    NotOpened,
    /// An event of another charge, or a revision that does not follow.
    #[error("event {0} does not follow the one before it")]
    Gap(u32),
    /// A forbidden move.
    #[error("event {revision}: {source}")]
    Illegal {
        /// The event's revision.
        revision: u32,
        /// What was forbidden.
        source: IllegalMove,
    },
}

impl Charge {
    /// Opens a charge. The event must be durable before `Pay` or `Precreate` leaves.
    ///
    /// # Panics
    /// When the amount is zero: the desk lets no such request through.
    pub fn open(opening: Opening, now: Stamp) -> Step {
        assert!(
            opening.amount > Amount::ZERO,
            "invariant: nothing is never charged"
        );
        let Opening {
            id,
            sale,
            amount,
            provider,
            device,
            way,
            instalments,
            goods,
        } = opening;
        let opened = Opened {
            sale,
            amount,
            provider,
            device,
            way,
            instalments,
            goods,
        };
        let event = Event {
            charge: id,
            revision: 1,
            at: now,
            fact: Fact::Opened(opened.clone()),
        };
        Step {
            charge: Self::just_opened(id, opened, now),
            events: vec![event],
        }
    }

    const fn just_opened(id: ChargeId, opened: Opened, at: Stamp) -> Self {
        Self {
            id,
            opened,
            opened_at: at,
            state: State::Opened,
            revision: 1,
            is_paid_noted: false,
            is_mismatch_noted: false,
            is_returning: false,
            shown: None,
            refunds: Vec::new(),
            books: Books {
                held_fen: 0,
                sales_fen: 0,
            },
        }
    }

    /// The charge that a history tells of.
    ///
    /// # Errors
    /// [`FoldError`] when the history cannot have happened.
    pub fn fold(events: &[Event]) -> Result<Self, FoldError> {
        let (first, rest) = events.split_first().ok_or(FoldError::Empty)?;
        let Fact::Opened(opened) = &first.fact else {
            return Err(FoldError::NotOpened);
        };
        if first.revision != 1 {
            return Err(FoldError::Gap(first.revision));
        }
        let mut charge = Self::just_opened(first.charge, opened.clone(), first.at);
        for event in rest {
            if event.charge != charge.id || event.revision != charge.revision + 1 {
                return Err(FoldError::Gap(event.revision));
            }
            charge = charge.apply(event).map_err(|source| FoldError::Illegal {
                revision: event.revision,
                source,
            })?;
        }
        Ok(charge)
    }

    /// Notes that `Pay` or `Precreate` leaves now.
    ///
    /// # Errors
    /// [`IllegalMove`] unless the charge was just opened: what takes money leaves at most once.
    pub fn sent(self, now: Stamp) -> Result<Step, IllegalMove> {
        self.step(now, Fact::Sent)
    }

    /// Takes up a charge after this process or another stopped: what may have left is in doubt.
    ///
    /// # Errors
    /// Never for a charge from [`Charge::fold`]; the type keeps the moves uniform.
    pub fn recover(self, now: Stamp) -> Result<Step, IllegalMove> {
        match self.state {
            State::Opened | State::Sent => self.step(now, Fact::Doubted(Doubt::Restarted)),
            State::Waiting
            | State::Unknown(_)
            | State::Reversing { .. }
            | State::Paid(_)
            | State::Refused(_)
            | State::Reversed { .. } => Ok(self.stay()),
        }
    }

    /// Decides to reverse. From here on only the reverse's end counts.
    ///
    /// # Errors
    /// [`IllegalMove`] when the charge is reversing already or at its end.
    pub fn reverse(self, why: ReverseWhy, now: Stamp) -> Result<Step, IllegalMove> {
        self.step(now, Fact::ReverseBegun(why))
    }

    /// Hears what the provider said (or that nothing was heard) to one ask.
    ///
    /// # Errors
    /// [`IllegalMove`] when money is heard of, there or gone back, for an order that had ended
    /// without any: the law is broken somewhere, and a person must look.
    pub fn hear(
        self,
        asked: Asked,
        outcome: Outcome,
        plan: &Plan,
        now: Stamp,
    ) -> Result<Step, IllegalMove> {
        #[cfg(feature = "planted")]
        if let Some(fact) = crate::planted::law::fact(&self, asked, &outcome) {
            return self.step(now, fact);
        }
        let fact = match &self.state {
            State::Opened | State::Sent | State::Waiting | State::Unknown(_) => {
                self.fact_when_open(asked, outcome)
            }
            State::Reversing { .. } => self.fact_when_reversing(asked, outcome, plan),
            // What was paid, then given back: an answer or a notice may tell of the time between.
            State::Paid(_)
            | State::Reversed {
                end: ReverseEnd::GivenBack,
                ..
            } => None,
            State::Refused(_) | State::Reversed { .. } => {
                self.bear_no_money(&outcome)?;
                None
            }
        };
        match fact {
            Some(fact) => self.step(now, fact),
            None => Ok(self.stay()),
        }
    }

    /// Which charge.
    pub const fn id(&self) -> ChargeId {
        self.id
    }

    /// Our order number at the provider.
    pub fn order_no(&self) -> OrderNo {
        self.id.order_no()
    }

    /// The till's name of the sale.
    pub fn sale(&self) -> &str {
        &self.opened.sale
    }

    /// What is to be taken.
    pub const fn amount(&self) -> Amount {
        self.opened.amount
    }

    /// Whose wallet.
    pub const fn provider(&self) -> Provider {
        self.opened.provider
    }

    /// The till's name.
    pub fn device(&self) -> &str {
        &self.opened.device
    }

    /// When the intent was made.
    pub const fn opened_at(&self) -> Stamp {
        self.opened_at
    }

    /// Where it stands.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// What it moved in the books so far.
    pub const fn books(&self) -> Books {
        self.books
    }

    /// The number of events in its history.
    pub const fn revision(&self) -> u32 {
        self.revision
    }

    fn fact_when_open(&self, asked: Asked, outcome: Outcome) -> Option<Fact> {
        match outcome {
            Outcome::Paid(facts) if self.is_ours(&facts) => Some(Fact::Paid(facts)),
            Outcome::Paid(_) => self.doubted(Doubt::Mismatch),
            Outcome::Waiting => (self.state != State::Waiting).then_some(Fact::Waiting),
            Outcome::Refused(refusal) => match asked.kind {
                AskKind::Pay | AskKind::Precreate => Some(Fact::Refused(refusal)),
                // A refused question says nothing about the order it asks for.
                AskKind::Query | AskKind::Reverse | AskKind::Refund | AskKind::RefundQuery => {
                    self.doubted(Doubt::Unclear)
                }
            },
            Outcome::Closed { is_given_back } => match asked.kind {
                // It was paid, nobody here heard of it, and somebody gave it back elsewhere.
                AskKind::Query if is_given_back => Some(Fact::Reversed(ReverseEnd::GivenBack)),
                AskKind::Query => Some(Fact::Refused(closed_refusal())),
                AskKind::Pay
                | AskKind::Precreate
                | AskKind::Reverse
                | AskKind::Refund
                | AskKind::RefundQuery => self.doubted(Doubt::Unclear),
            },
            Outcome::Shown(code) => self.fact_when_shown(asked, code),
            Outcome::Unknown(Doubt::Unreachable) if is_first(asked.kind) => {
                Some(Fact::Refused(not_sent_refusal()))
            }
            Outcome::Unknown(doubt) => self.doubted(doubt),
            // Absent proves nothing yet: `Pay` may still be on its way, a code still be scanned.
            Outcome::Absent | Outcome::Reversed(_) => match self.state {
                State::Opened | State::Sent => self.doubted(Doubt::Unclear),
                State::Waiting
                | State::Unknown(_)
                | State::Reversing { .. }
                | State::Paid(_)
                | State::Refused(_)
                | State::Reversed { .. } => None,
            },
        }
    }

    /// A doubt is worth an event when it is the first, or when it is the alarm of a mismatch. A
    /// customer who is being waited for stays waited for.
    fn doubted(&self, doubt: Doubt) -> Option<Fact> {
        let is_alarm = doubt == Doubt::Mismatch;
        match &self.state {
            State::Opened | State::Sent => Some(Fact::Doubted(doubt)),
            State::Waiting => is_alarm.then_some(Fact::Doubted(doubt)),
            State::Unknown(known) => {
                (is_alarm && *known != Doubt::Mismatch).then_some(Fact::Doubted(doubt))
            }
            State::Reversing { .. }
            | State::Paid(_)
            | State::Refused(_)
            | State::Reversed { .. } => None,
        }
    }

    fn fact_when_reversing(&self, asked: Asked, outcome: Outcome, plan: &Plan) -> Option<Fact> {
        match outcome {
            // Judged by when the ask left: an order may have arrived after the provider looked.
            Outcome::Reversed(ReverseEnd::Nothing) => self
                .is_nothing_final(asked, true, plan)
                .then_some(Fact::Reversed(ReverseEnd::Nothing)),
            Outcome::Absent => self
                .is_nothing_final(asked, false, plan)
                .then_some(Fact::Reversed(ReverseEnd::Nothing)),
            Outcome::Reversed(ReverseEnd::GivenBack)
            | Outcome::Closed {
                is_given_back: true,
            } => Some(Fact::Reversed(ReverseEnd::GivenBack)),
            Outcome::Reversed(ReverseEnd::Closed) => self.fact_when_called_closed(),
            Outcome::Closed {
                is_given_back: false,
            } => Some(Fact::Reversed(self.end_of_closed())),
            Outcome::Paid(facts) if self.is_of_order(&facts) => {
                (!self.is_paid_noted).then_some(Fact::PaidWhileReversing(facts))
            }
            // Somebody's success under our order: a person must look, and the reverse goes on.
            Outcome::Paid(_) | Outcome::Unknown(Doubt::Mismatch) => {
                (!self.is_mismatch_noted).then_some(Fact::Doubted(Doubt::Mismatch))
            }
            // The one ask that takes money is refused for good, or never left: there is nothing to
            // reverse.
            Outcome::Refused(refusal) if is_first(asked.kind) => Some(Fact::Refused(refusal)),
            Outcome::Unknown(Doubt::Unreachable) if is_first(asked.kind) => {
                Some(Fact::Refused(not_sent_refusal()))
            }
            // The provider cancels it no more: what was paid goes back in another way.
            Outcome::Refused(refusal) if asked.kind == AskKind::Reverse => {
                self.fact_when_uncancellable(refusal)
            }
            // A code that comes so late is shown to nobody.
            Outcome::Shown(_) | Outcome::Waiting | Outcome::Refused(_) | Outcome::Unknown(_) => {
                None
            }
        }
    }

    fn step(self, now: Stamp, fact: Fact) -> Result<Step, IllegalMove> {
        let event = Event {
            charge: self.id,
            revision: self.revision + 1,
            at: now,
            fact,
        };
        let charge = self.apply(&event)?;
        assert_eq!(
            charge.revision, event.revision,
            "invariant: one event, one revision"
        );
        Ok(Step {
            charge,
            events: vec![event],
        })
    }

    fn stay(self) -> Step {
        Step {
            charge: self,
            events: Vec::new(),
        }
    }

    /// Applies an event, fresh or old: moves the state, then the books, and judges both.
    fn apply(mut self, event: &Event) -> Result<Self, IllegalMove> {
        #[cfg(feature = "planted")]
        if let Some(state) = crate::planted::law::follow(&self, event) {
            self.revision = event.revision;
            self.state = state;
            return Ok(self);
        }
        match &event.fact {
            Fact::RefundAsked { .. }
            | Fact::RefundGiven { .. }
            | Fact::RefundRefused { .. }
            | Fact::RefundDoubted { .. } => self.apply_refund(event)?,
            Fact::Opened(_)
            | Fact::Sent
            | Fact::Waiting
            | Fact::Shown { .. }
            | Fact::Doubted(_)
            | Fact::Paid(_)
            | Fact::Refused(_)
            | Fact::ReverseBegun(_)
            | Fact::PaidWhileReversing(_)
            | Fact::ReturnBegun { .. }
            | Fact::Reversed(_) => self.state = self.next_state(event)?,
        }
        if let Fact::Shown { code } = &event.fact {
            self.shown = Some(code.clone());
        }
        self.is_paid_noted |= matches!(event.fact, Fact::PaidWhileReversing(_));
        self.is_returning |= matches!(event.fact, Fact::ReturnBegun { .. });
        self.is_mismatch_noted |= event.fact == Fact::Doubted(Doubt::Mismatch);
        self.revision = event.revision;
        let moved = postings(self.provider(), &event.fact, self.amount_of(&event.fact));
        self.books = self.books.after(&moved);
        self.assert_books();
        Ok(self)
    }

    /// The table of legal moves of the charge itself.
    fn next_state(&self, event: &Event) -> Result<State, IllegalMove> {
        let next = match (&self.state, &event.fact) {
            (State::Opened, Fact::Sent) => State::Sent,
            (State::Opened | State::Sent | State::Unknown(_), Fact::Waiting) => State::Waiting,
            (State::Opened | State::Sent, Fact::Shown { code }) => {
                if self.way() != Way::Shown || !is_showable(code) {
                    return Err(self.forbids("shown"));
                }
                State::Waiting
            }
            (
                State::Opened | State::Sent | State::Waiting | State::Unknown(_),
                Fact::Doubted(doubt),
            ) => State::Unknown(*doubt),
            (
                State::Opened | State::Sent | State::Waiting | State::Unknown(_),
                Fact::Paid(facts),
            ) => {
                if !self.is_ours(facts) {
                    return Err(self.forbids("paid with another sum"));
                }
                State::Paid(facts.clone())
            }
            (
                State::Opened
                | State::Sent
                | State::Waiting
                | State::Unknown(_)
                | State::Reversing { .. },
                Fact::Refused(refusal),
            ) => State::Refused(refusal.clone()),
            (
                State::Opened | State::Sent | State::Waiting | State::Unknown(_),
                Fact::ReverseBegun(why),
            ) => State::Reversing {
                why: *why,
                since: event.at,
            },
            (State::Reversing { .. }, Fact::PaidWhileReversing(facts)) => {
                if !self.is_of_order(facts) {
                    return Err(self.forbids("paid with another sum"));
                }
                self.state.clone()
            }
            (State::Reversing { .. }, Fact::Doubted(Doubt::Mismatch)) => self.state.clone(),
            (State::Reversing { .. }, Fact::ReturnBegun { no, .. }) => {
                if !self.may_return(*no) {
                    return Err(self.forbids("given back by a refund"));
                }
                self.state.clone()
            }
            (State::Reversing { why, .. }, Fact::Reversed(end)) => State::Reversed {
                why: *why,
                end: *end,
            },
            (
                State::Opened | State::Sent | State::Waiting | State::Unknown(_),
                Fact::Reversed(ReverseEnd::GivenBack),
            ) => State::Reversed {
                why: ReverseWhy::Elsewhere,
                end: ReverseEnd::GivenBack,
            },
            (_, fact) => return Err(self.forbids(fact.as_str())),
        };
        Ok(next)
    }

    const fn forbids(&self, attempt: &'static str) -> IllegalMove {
        IllegalMove {
            state: self.state.as_str(),
            attempt,
        }
    }
}

/// Whether an ask of this kind makes the order: such an ask leaves once.
const fn is_first(kind: AskKind) -> bool {
    match kind {
        AskKind::Pay | AskKind::Precreate => true,
        AskKind::Query | AskKind::Reverse | AskKind::Refund | AskKind::RefundQuery => false,
    }
}

fn closed_refusal() -> Refusal {
    Refusal {
        cause: Cause::Closed,
        code: "TRADE_CLOSED".to_owned(),
        text: String::new(),
    }
}

fn not_sent_refusal() -> Refusal {
    Refusal {
        cause: Cause::NotSent,
        code: String::new(),
        text: String::new(),
    }
}
