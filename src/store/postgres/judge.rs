//! What a group of batches comes to, judged in memory against what the database holds, so that a
//! group costs the same number of questions however large it is.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{Charge, Event, Fact};
use money::ChargeId;

use crate::batch::{Batch, KeyBinding, Verdict};

/// The end of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// Place of the last event; 0 when there is none.
    pub seq: u64,
    /// Its link; zeros when there is none.
    pub chain: ledger::ChainHash,
}

/// Who works on an open charge, as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Whether it is this process that works on it.
    pub is_ours: bool,
    /// Its fencing number.
    pub fence: i64,
    /// Whether its time is over, by the database's clock.
    pub is_over: bool,
}

/// What a process knows of its claims on the charges that a group is about.
#[derive(Clone, Debug, Default)]
pub struct Hands {
    /// The fencing numbers under which it works on them.
    pub fences: BTreeMap<ChargeId, i64>,
    /// Those whose last events may stand although nobody said so.
    pub doubted: BTreeSet<ChargeId>,
}

/// What the database holds of what a group is about, and then what it is to hold.
pub struct Sight {
    /// The end of the chain.
    pub tail: Tail,
    /// All events of the charges.
    pub histories: BTreeMap<ChargeId, Vec<Event>>,
    /// Places of the last events of charges whose last commit is in doubt.
    pub places: BTreeMap<ChargeId, u64>,
    /// Of the requests' keys those that are bound: to which charge, and by what was asked then.
    pub keys: BTreeMap<String, (ChargeId, [u8; 32])>,
    /// Those of the requests' keys under which nothing is written any more.
    pub closed: BTreeSet<String>,
    /// The charge of each sale that holds money or still may.
    pub holders: BTreeMap<String, ChargeId>,
    /// Who works on the charges.
    pub claims: BTreeMap<ChargeId, Claim>,
}

/// Whether nothing is left to be asked about a charge.
pub(super) fn is_at_rest(charge: &Charge) -> bool {
    charge.is_settled()
}

/// An event in its place.
pub struct Placed {
    /// Its place in the whole record.
    pub seq: u64,
    /// Its link.
    pub chain: ledger::ChainHash,
    /// The event itself.
    pub event: Event,
}

/// What is to be written.
#[derive(Default)]
pub struct Writing {
    /// What became of each batch.
    pub verdicts: Vec<Verdict>,
    /// What is added to the record.
    pub events: Vec<Placed>,
    /// Each with the event that it is bound to.
    pub keys: Vec<(KeyBinding, ChargeId, u32)>,
    /// Each charge as it stands in the end, with the revision that the database has of it.
    pub heads: BTreeMap<ChargeId, (Charge, u32)>,
    /// The bond of each key.
    pub bonds: Vec<ledger::ChainHash>,
}

impl Sight {
    /// Judges batches in their order; each sees those before it.
    ///
    /// # Panics
    /// When a batch follows what is recorded and yet breaks the law of a charge.
    pub fn judge(&mut self, batches: &[Batch], hands: &Hands) -> Writing {
        let mut writing = Writing::default();
        for batch in batches {
            let id = batch.charge();
            let fence = hands.fences.get(&id).copied();
            let known = if hands.doubted.contains(&id) {
                self.known(batch)
            } else {
                0
            };
            let verdict = match self.objection(batch, known, fence) {
                Some(objection) => objection,
                None => self.follow(batch, known, &mut writing),
            };
            writing.verdicts.push(verdict);
        }
        writing
    }

    /// How many of the first events of a batch stand already: a commit in doubt did write them.
    fn known(&self, batch: &Batch) -> usize {
        let Some(history) = self.histories.get(&batch.charge()) else {
            return 0;
        };
        let before = usize::try_from(batch.first().revision - 1).unwrap_or(usize::MAX);
        let recorded = history.get(before..).unwrap_or_default();
        let is_whole = recorded.len() <= batch.events.len();
        let is_same = batch
            .events
            .iter()
            .zip(recorded)
            .all(|(one, other)| one == other);
        if is_whole && is_same {
            recorded.len()
        } else {
            0
        }
    }

    /// Why a batch, of which the first `known` events stand already, is not written.
    fn objection(&self, batch: &Batch, known: usize, fence: Option<i64>) -> Option<Verdict> {
        if let Some(binding) = &batch.key {
            if let Some((charge, fingerprint)) = self.keys.get(&binding.key) {
                return Some(Verdict::KeyTaken {
                    charge: *charge,
                    fingerprint: *fingerprint,
                });
            }
            if self.closed.contains(&binding.key) {
                return Some(Verdict::KeyClosed);
            }
        }
        let id = batch.charge();
        let recorded = self.histories.get(&id).map_or(0, Vec::len);
        let revision = u32::try_from(recorded).unwrap_or(u32::MAX);
        if let Some(claim) = self.claims.get(&id)
            && !claim.allows(fence)
        {
            return Some(Verdict::Fenced { fence: claim.fence });
        }
        let known = u32::try_from(known).unwrap_or(u32::MAX);
        if batch.first().revision.saturating_add(known) != revision.saturating_add(1) {
            return Some(Verdict::Stale { revision });
        }
        let Fact::Opened(opened) = &batch.first().fact else {
            return None;
        };
        let holder = self.holders.get(&opened.sale);
        holder.map(|charge| Verdict::SaleTaken { charge: *charge })
    }

    fn follow(&mut self, batch: &Batch, known: usize, writing: &mut Writing) -> Verdict {
        let id = batch.charge();
        let events = batch.events.get(known..).unwrap_or_default();
        if let (true, Some(place)) = (events.is_empty(), self.places.get(&id)) {
            return Verdict::Written { last_seq: *place };
        }
        let history = self.histories.entry(id).or_default();
        let before = u32::try_from(history.len()).unwrap_or(u32::MAX);
        history.extend(events.iter().cloned());
        let charge = match Charge::fold(history) {
            Ok(charge) => charge,
            Err(error) => panic!("invariant: {id} stays within the law: {error}"),
        };
        let mut bound_link = self.tail.chain;
        for event in events {
            self.tail = Tail {
                seq: self.tail.seq + 1,
                chain: ledger::link(&self.tail.chain, event),
            };
            if batch.binds() == Some(event.revision) {
                bound_link = self.tail.chain;
            }
            writing.events.push(Placed {
                seq: self.tail.seq,
                chain: self.tail.chain,
                event: event.clone(),
            });
        }
        if let (Some(binding), Some(revision)) = (&batch.key, batch.binds()) {
            self.keys
                .insert(binding.key.clone(), (id, binding.fingerprint));
            let bond = ledger::bond(&bound_link, &binding.key, &binding.fingerprint);
            writing.keys.push((binding.clone(), id, revision));
            writing.bonds.push(bond);
        }
        if !charge.state().frees_sale() {
            self.holders.insert(charge.sale().to_owned(), id);
        } else if self.holders.get(charge.sale()) == Some(&id) {
            self.holders.remove(charge.sale());
        }
        let before = writing.heads.get(&id).map_or(before, |(_, first)| *first);
        writing.heads.insert(id, (charge, before));
        Verdict::Written {
            last_seq: self.tail.seq,
        }
    }
}

impl Claim {
    /// Whether who holds `fence`, or nothing, may write: the claim is his, or nobody's any more.
    fn allows(&self, fence: Option<i64>) -> bool {
        #[cfg(feature = "planted")]
        if ledger::planted::is(ledger::planted::Bug::FenceIgnored) {
            return true;
        }
        match fence {
            Some(fence) => self.fence == fence,
            None => self.is_ours || self.is_over,
        }
    }
}
