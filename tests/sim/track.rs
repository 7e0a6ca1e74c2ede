//! Where a fault can strike in a run, and makes a difference there.
//!
//! A run up to its next fault is the run without that fault. So one run without it tells, for every
//! kind of fault, all places where it would change something. What is left out is equal, step by
//! step, to the run without the fault or to one that is kept:
//!
//! - a fault of the wire where nothing is on it, or not what the fault can strike;
//! - the loss or delay of what is next on the wire, but for the moment of its arrival: until then
//!   the process and the disk alone go on, and neither looks at the wire;
//! - a fault of the bank, but for the first place since its last call, and where none follows;
//! - a crash that loses what the store was given, where the store was given nothing.

use crate::exhaust::{Blow, Strike};
use crate::mail::Mail;
use crate::shop::Shop;

/// What is next on the wire, as far as faults can strike it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Nothing,
    Till,
    /// A request to the bank; a doubled one has left already.
    Request {
        is_doubled: bool,
    },
    Notice,
    /// An answer; with `is_known`, another order's can stand in its place.
    Answer {
        is_whole: bool,
        is_known: bool,
    },
}

/// What a run without a further fault looks like before one of its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stand {
    step: u32,
    next: Next,
    /// Whether it arrives in this step.
    is_arriving: bool,
    /// The bank's calls so far, and the faults that wait for the next ones.
    bank: (u32, usize),
}

/// What a run without a further fault looks like before one of its effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verge {
    /// Its number.
    pub(crate) effect: u32,
    /// Whether the store was given something that it has not written.
    pub(crate) is_torn: bool,
}

/// All places of a run, from a fault on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Track {
    stands: Vec<Stand>,
    verges: Vec<Verge>,
}

impl Track {
    /// Notes how the shop stands before a step.
    pub(crate) fn note_step(&mut self, shop: &Shop, step: u32) {
        let is_still = shop.here.disk.is_empty() && shop.here.inbox.is_empty();
        self.stands.push(Stand {
            step,
            next: next_of(shop),
            is_arriving: is_still && !shop.wire.is_empty(),
            bank: shop.counter.calls(),
        });
    }

    /// Takes what the shop noted before each effect of the process.
    pub(crate) fn note_effects(&mut self, verges: Vec<Verge>) {
        self.verges = verges;
    }

    /// Every fault at every place where it makes a difference.
    pub(crate) fn strikes(&self) -> Vec<Strike> {
        let strikes = Blow::ALL.into_iter().flat_map(|blow| self.places(blow));
        strikes.collect()
    }

    fn places(&self, blow: Blow) -> Vec<Strike> {
        let at = |at: u32| Strike { blow, at };
        let stands = |is: fn(&Stand) -> bool| {
            let kept = self.stands.iter().filter(|stand| is(stand));
            kept.map(|stand| at(stand.step)).collect()
        };
        match blow {
            Blow::CrashWritten | Blow::LongCrashWritten => {
                let verges = self.verges.iter();
                verges.map(|verge| at(verge.effect)).collect()
            }
            Blow::CrashTorn | Blow::LongCrashTorn => {
                let torn = self.verges.iter().filter(|verge| verge.is_torn);
                torn.map(|verge| at(verge.effect)).collect()
            }
            Blow::Lose | Blow::Late => stands(|one| one.is_arriving),
            Blow::Spoil => stands(|one| one.is_arriving && one.next.is_whole()),
            Blow::Replay => stands(|one| one.is_arriving && one.next.is_known()),
            Blow::Repeat => stands(|one| one.next.is_request()),
            Blow::NoConnection => {
                stands(|one| matches!(one.next, Next::Request { is_doubled } if !is_doubled))
            }
            Blow::FullDisk => stands(|_| true),
            Blow::BankBusy | Blow::OtherSum => {
                let calls = self.stands.last().map_or(0, |last| last.bank.0);
                let mut kept = self.stands.clone();
                kept.retain(|stand| stand.bank.0 < calls);
                kept.dedup_by_key(|stand| stand.bank);
                kept.iter().map(|stand| at(stand.step)).collect()
            }
        }
    }
}

impl Next {
    const fn is_whole(self) -> bool {
        match self {
            Self::Answer { is_whole, .. } => is_whole,
            Self::Notice => true,
            Self::Nothing | Self::Till | Self::Request { .. } => false,
        }
    }

    const fn is_known(self) -> bool {
        matches!(self, Self::Answer { is_known, .. } if is_known)
    }

    const fn is_request(self) -> bool {
        matches!(self, Self::Till | Self::Request { .. } | Self::Notice)
    }
}

fn next_of(shop: &Shop) -> Next {
    match shop.wire.first() {
        None => Next::Nothing,
        Some(Mail::FromTill { .. }) => Next::Till,
        Some(Mail::ToBank { note, .. }) => Next::Request {
            is_doubled: shop.is_doubled(note.number),
        },
        Some(Mail::Notice { .. }) => Next::Notice,
        Some(Mail::Answer { note, reply, .. }) => Next::Answer {
            is_whole: reply.is_ok(),
            is_known: shop.counter.knows_another(note.order()),
        },
    }
}
