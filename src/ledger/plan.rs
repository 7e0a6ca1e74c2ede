//! When to ask a provider again, and when to stop waiting: figures, and one pure decision.

use money::Stamp;

use crate::charge::Charge;
use crate::effect::{AskKind, Effect};
use crate::event::Way;
use crate::outcome::{Doubt, Outcome};
use crate::refund::RefundOutcome;
use crate::state::State;

mod refund;
#[cfg(test)]
mod tests;

pub use refund::RefundChase;

/// A provider's rhythm. All spans are milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// From the start of the last ask to the next query while waiting or in doubt.
    pub query_every_ms: i64,
    /// From opening to the decision to reverse.
    pub reverse_after_ms: i64,
    /// How long a code on our screen can be scanned from its making, as the provider is asked for
    /// it; and from opening to the decision to reverse. Whole minutes, since it is told in such.
    pub show_ms: i64,
    /// Behind the end of that: for what a customer began in its last second, and for a provider
    /// that looks for what is over only now and then.
    pub show_margin_ms: i64,
    /// How long a payment code can be charged after it was shown, plus a margin for clocks.
    pub code_dead_after_ms: i64,
    /// Whether reversing an order the provider never saw refuses that order later, also when it
    /// would be made by scanning a code.
    pub is_mark_left: bool,
    /// How long one ask may take before it counts as lost.
    pub ask_timeout_ms: i64,
    /// What the provider wants between two refunds of one order.
    pub refund_gap_ms: i64,
    /// How long a request without an answer may still reach the provider and be carried out; far
    /// beyond what sockets and proxies keep, and beyond what a signed timestamp is good for.
    pub stray_ms: i64,
    /// After what time without an end a person is told of a refund.
    pub stuck_ms: i64,
}

/// Alipay: the documents give 3 to 6 s between queries for about 60 s, then cancel at once; codes
/// live about a minute; nothing says that cancelling an unknown order leaves a mark, nor that it
/// makes a code worthless that nobody has scanned.
pub const ALIPAY: Plan = Plan {
    query_every_ms: 3_000,
    reverse_after_ms: 60_000,
    show_ms: 120_000,
    show_margin_ms: 60_000,
    code_dead_after_ms: 90_000,
    is_mark_left: false,
    ask_timeout_ms: 10_000,
    refund_gap_ms: 3_000,
    stray_ms: 900_000,
    stuck_ms: 300_000,
};

const MINUTE_MS: i64 = 60_000;
const _: () = assert!(ALIPAY.show_ms % MINUTE_MS == 0 && ALIPAY.show_ms >= MINUTE_MS);

/// Within this time a charge in doubt is decided, counted from when the provider can be reached and
/// the code that it was to be paid by is known to this process; a code on our own screen lives for
/// longer. What an ask that is on its way then still takes comes on top.
pub const DECIDED_WITHIN_MS: i64 = 90_000;

/// Pauses between reverses that brought no end: growing, then for ever the last.
const REVERSE_PAUSES_MS: [i64; 6] = [1_000, 2_000, 5_000, 10_000, 30_000, PAUSE_MAX_MS];

/// Pauses behind asks that have told nothing: while none can leave, before the provider has told
/// anything of the order, and while it is being reversed. A hiccup is over before they grow, and an
/// outage of hours with ten thousand open charges asks a provider that comes back neither by the
/// thousand nor too late to have all decided in time.
const SILENT_PAUSES_MS: [i64; 8] = [
    3_000,
    3_000,
    3_000,
    5_000,
    10_000,
    15_000,
    30_000,
    PAUSE_MAX_MS,
];

/// The longest pause of a charge. A provider may come back in its first moment.
const PAUSE_MAX_MS: i64 = 60_000;
/// A pause is longer by a fifth at most.
const JITTER_PARTS: i64 = 5;
/// Behind the longest pause: the first pauses between the asks that decide it, with their answers.
const DECIDING_MS: i64 = 15_000;
const _: () =
    assert!(PAUSE_MAX_MS + PAUSE_MAX_MS / JITTER_PARTS + DECIDING_MS <= DECIDED_WITHIN_MS);
const _: () = assert!(ALIPAY.code_dead_after_ms <= DECIDED_WITHIN_MS);

/// So many asks in a row without an answer are no hiccup: the provider is away.
const AWAY_MUTES: u32 = 3;
/// So many are an outage, in which the pauses have grown to their longest.
const OUTAGE_MUTES: u32 = 8;
const _: () = assert!(OUTAGE_MUTES as usize == SILENT_PAUSES_MS.len());

/// What the loop remembers of its own asking. Not durable: after a crash it starts empty, which
/// only means that the provider is asked a little earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chase {
    /// Since when this process has had the charge, and the code on our screen, if it is by one.
    /// After a start nobody knows how long the machine was off or whose clock was right, so the
    /// code's age is counted from the start.
    pub since: Stamp,
    /// What was asked last, and when it left.
    pub asked_last: Option<(AskKind, Stamp)>,
    /// When the last reverse left, or the last refund that takes its place.
    pub reversed_last: Option<Stamp>,
    /// Such asks since this process took the charge up, since an outage, or since the case turned:
    /// by them the pauses grow.
    pub reverses: u32,
    /// Whether an ask is on its way; then nothing else is asked.
    pub is_asking: bool,
    /// Whether this process opened the charge, or was told by the provider how the order stands.
    pub is_told: bool,
    /// Whether the last ask could not leave.
    pub is_cut_off: bool,
    /// How many answers in a row have told nothing of the order.
    pub silences: u32,
    /// How many asks in a row, as far back as the case has been the same, were not answered for
    /// certain, or by "busy": then the provider is better left alone. One that answers is there,
    /// whatever it tells.
    pub mutes: u32,
}

impl Chase {
    /// Nothing asked yet.
    pub const fn begun(since: Stamp) -> Self {
        Self {
            since,
            asked_last: None,
            reversed_last: None,
            reverses: 0,
            is_asking: false,
            is_told: true,
            is_cut_off: false,
            silences: 0,
            mutes: 0,
        }
    }

    /// Nothing asked yet about a charge out of the record. Nobody knows how long ago it was paid.
    pub const fn taken_up(since: Stamp) -> Self {
        Self {
            is_told: false,
            ..Self::begun(since)
        }
    }

    /// Notes that the code on our screen is heard of now. The provider has made it before, so its
    /// life is over at the latest that long after.
    #[must_use]
    pub const fn shown(self, now: Stamp) -> Self {
        Self { since: now, ..self }
    }

    /// Notes that an ask leaves now.
    #[must_use]
    pub const fn asked(self, kind: AskKind, now: Stamp) -> Self {
        let noted = Self {
            asked_last: Some((kind, now)),
            is_asking: true,
            ..self
        };
        match kind {
            AskKind::Reverse | AskKind::Refund => Self {
                reverses: self.reverses.saturating_add(1),
                reversed_last: Some(now),
                ..noted
            },
            AskKind::Pay | AskKind::Precreate | AskKind::Query | AskKind::RefundQuery => noted,
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

    /// Notes what the answer tells. A provider that is busy, or refuses the question itself, or is
    /// not heard for certain, has told nothing of the order.
    #[must_use]
    pub fn heard(self, outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Unknown(doubt) => self.doubted(*doubt),
            Outcome::Paid(_)
            | Outcome::Waiting
            | Outcome::Shown(_)
            | Outcome::Refused(_)
            | Outcome::Absent
            | Outcome::Closed { .. }
            | Outcome::Reversed(_) => self.told(),
        }
    }

    /// As [`Chase::heard`], of the refund that takes a reverse's place.
    #[must_use]
    pub fn heard_return(self, outcome: &RefundOutcome) -> Self {
        match outcome {
            RefundOutcome::Unknown(doubt) => self.doubted(*doubt),
            RefundOutcome::Given { .. } | RefundOutcome::Refused(_) | RefundOutcome::Absent => {
                self.told()
            }
        }
    }

    fn doubted(self, doubt: Doubt) -> Self {
        let heard = match doubt {
            Doubt::Lost | Doubt::Unreachable | Doubt::Busy | Doubt::Unverified | Doubt::Garbled => {
                Self {
                    mutes: self.mutes.saturating_add(1),
                    ..self.answered()
                }
            }
            Doubt::Unclear => self.answered().spoken(),
            Doubt::Mismatch | Doubt::Restarted => return self.told(),
        };
        Self {
            is_cut_off: doubt == Doubt::Unreachable,
            silences: self.silences.saturating_add(1),
            ..heard
        }
    }

    fn told(self) -> Self {
        Self {
            is_told: true,
            is_cut_off: false,
            silences: 0,
            ..self.answered().spoken()
        }
    }

    /// The provider is there. Behind an outage the pauses are short again; behind less they are
    /// not, or one that only falters would be asked the more often.
    fn spoken(self) -> Self {
        let is_reverse = matches!(
            self.asked_last,
            Some((AskKind::Reverse | AskKind::Refund, _))
        );
        let reverses = if self.mutes < OUTAGE_MUTES {
            self.reverses
        } else {
            u32::from(is_reverse)
        };
        Self {
            reverses,
            mutes: 0,
            ..self
        }
    }

    /// Whether the provider seems to be away: an ask or two without an answer are a hiccup.
    const fn is_away(&self) -> bool {
        self.mutes >= AWAY_MUTES
    }

    /// Notes that the case is another from here on: what was refused before may be done now, so
    /// the pauses grow anew.
    #[must_use]
    pub const fn turned(self) -> Self {
        Self {
            reverses: 0,
            mutes: 0,
            ..self
        }
    }

    /// How long this process has had the charge, in milliseconds: its code is at least that old.
    pub const fn age_ms(&self, now: Stamp) -> i64 {
        now.ms_since(self.since)
    }
}

impl Plan {
    /// What to do for this charge at this moment. `Pay` and `Precreate` are never among it: they
    /// leave once, as the effect of opening.
    pub fn next(&self, charge: &Charge, chase: Chase, now: Stamp) -> Effect {
        #[cfg(feature = "planted")]
        if let Some(effect) = crate::planted::law::next(charge, chase, now) {
            return effect;
        }
        if charge.state().is_end() {
            return Effect::Rest;
        }
        if chase.is_asking {
            return Effect::Wait(now.plus_ms(self.ask_timeout_ms));
        }
        match charge.state() {
            State::Reversing { .. } => self.next_reverse(charge, chase, now),
            State::Opened | State::Sent | State::Waiting | State::Unknown(_) => {
                self.next_query(charge, chase, now)
            }
            State::Paid(_) | State::Refused(_) | State::Reversed { .. } => Effect::Rest,
        }
    }

    /// Whether the time to pay is over, so that the charge must be reversed.
    ///
    /// Once a reverse has begun, "paid" is no end any more, and a provider gives back for a day or
    /// so only. So a charge out of the record is asked about until the provider has told how it
    /// stands, and nothing is decided while a reverse could not leave anyway.
    pub fn is_overdue(&self, charge: &Charge, chase: Chase, now: Stamp) -> bool {
        if !chase.is_told || chase.is_cut_off {
            return false;
        }
        let is_open = match charge.state() {
            State::Waiting | State::Unknown(_) => true,
            State::Opened
            | State::Sent
            | State::Reversing { .. }
            | State::Paid(_)
            | State::Refused(_)
            | State::Reversed { .. } => false,
        };
        // The record's own time may be wrong by a clock that was set; this process's is not.
        let age_ms = now.ms_since(charge.opened_at()).max(chase.age_ms(now));
        is_open && (charge.is_unseen() || age_ms >= self.open_ms(charge.way()))
    }

    /// How long a charge can be paid from its opening on.
    pub const fn open_ms(&self, way: Way) -> i64 {
        match way {
            Way::Scanned => self.reverse_after_ms,
            Way::Shown => self.show_ms,
        }
    }

    /// Whether a charge of this age can no longer be paid by its code, whatever is still on its way
    /// and whoever's clock is wrong.
    pub const fn is_dead(&self, way: Way, age_ms: i64) -> bool {
        age_ms >= self.dead_after_ms(way)
    }

    const fn dead_after_ms(&self, way: Way) -> i64 {
        match way {
            Way::Scanned => self.code_dead_after_ms,
            Way::Shown => self.show_ms + self.show_margin_ms,
        }
    }

    fn next_query(&self, charge: &Charge, chase: Chase, now: Stamp) -> Effect {
        let pause_ms = self.query_pause_ms(charge, chase);
        let due = chase
            .asked_last
            .map_or(now, |(_, last)| last.plus_ms(pause_ms));
        if due <= now {
            Effect::Ask(AskKind::Query)
        } else {
            Effect::Wait(due)
        }
    }

    /// As long as nothing can be decided anyway, the questions grow rare. Where a decision is due,
    /// the question before it keeps its rhythm.
    fn query_pause_ms(&self, charge: &Charge, chase: Chase) -> i64 {
        if chase.is_told && !chase.is_cut_off {
            return self.query_every_ms;
        }
        self.silent_pause_ms(charge, chase.silences)
    }

    fn silent_pause_ms(&self, charge: &Charge, silences: u32) -> i64 {
        let pause_ms = pause_ms(&SILENT_PAUSES_MS, silences).max(self.query_every_ms);
        pause_ms + jitter_ms(charge, silences, pause_ms - self.query_every_ms)
    }

    /// A reverse, then a question what became of it, then a pause, for ever. The question hears
    /// what a refused reverse would hide: that the order is closed, or that it was paid. While
    /// the provider is away, a pause stands between the two as well.
    fn next_reverse(&self, charge: &Charge, chase: Chase, now: Stamp) -> Effect {
        if charge.returning().is_some() {
            return self.next_return(charge, chase, now);
        }
        let (Some(last), Some((kind, _))) = (chase.reversed_last, chase.asked_last) else {
            return Effect::Ask(AskKind::Reverse);
        };
        let (next, due) = if kind == AskKind::Reverse {
            (AskKind::Query, now)
        } else {
            (AskKind::Reverse, self.reverse_due(charge, chase, last))
        };
        self.paced(charge, chase, (next, due), now)
    }

    /// As [`Plan::next_reverse`] where a refund takes the reverse's place: right behind the cancel
    /// that was refused, and asked about first by a process that does not know what left.
    fn next_return(&self, charge: &Charge, chase: Chase, now: Stamp) -> Effect {
        let Some((kind, _)) = chase.asked_last else {
            return Effect::Ask(AskKind::RefundQuery);
        };
        let next = match kind {
            AskKind::Reverse => (AskKind::Refund, now),
            AskKind::Refund => (AskKind::RefundQuery, now),
            AskKind::RefundQuery => (AskKind::Query, now),
            AskKind::Query | AskKind::Pay | AskKind::Precreate => {
                let due = chase
                    .reversed_last
                    .map_or(now, |last| self.reverse_due(charge, chase, last));
                (AskKind::Refund, due)
            }
        };
        self.paced(charge, chase, next, now)
    }

    /// What is due then; while the provider is away, one ask in each of the growing pauses.
    fn paced(
        &self,
        charge: &Charge,
        chase: Chase,
        (kind, due): (AskKind, Stamp),
        now: Stamp,
    ) -> Effect {
        let free = match chase.asked_last {
            Some((_, at)) if chase.is_away() => {
                at.plus_ms(self.silent_pause_ms(charge, chase.mutes))
            }
            Some(_) | None => now,
        };
        let due = due.max(free);
        if due <= now {
            Effect::Ask(kind)
        } else {
            Effect::Wait(due)
        }
    }

    /// When the next reverse is due after one at `last`: by growing pauses, but not later than the
    /// code's death, since from then on "nothing to reverse" is an end.
    fn reverse_due(&self, charge: &Charge, chase: Chase, last: Stamp) -> Stamp {
        let pause = pause_ms(&REVERSE_PAUSES_MS, chase.reverses);
        let due = last.plus_ms(pause + jitter_ms(charge, chase.reverses, pause));
        let dead_at = chase.since.plus_ms(self.dead_after_ms(charge.way()));
        if last < dead_at {
            due.min(dead_at)
        } else {
            due
        }
    }
}

/// The pause behind so many in a row.
fn pause_ms(pauses: &[i64], count: u32) -> i64 {
    let place = usize::try_from(count.saturating_sub(1)).unwrap_or(usize::MAX);
    pauses[place.min(pauses.len() - 1)]
}

/// Up to a fifth of the pause, decided by the charge's own letters: charges that were in doubt
/// together do not ask in one breath, and a replay sees the same pauses.
fn jitter_ms(charge: &Charge, reverses: u32, pause_ms: i64) -> i64 {
    let letters = charge.id();
    let sum: u32 = letters.as_str().bytes().map(u32::from).sum();
    i64::from((sum + reverses) % 16) * pause_ms / (16 * JITTER_PARTS)
}
