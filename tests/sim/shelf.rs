//! The record of a history: the store's contract in memory, quick enough for a million histories.
//! Where a history is checked twice, the real store stands beside it, and every verdict and every
//! history must be the same in both.

use std::collections::BTreeMap;

use ledger::{ChainHash, Charge, Event};
use money::ChargeId;
use store::{Batch, Book, Read, Verdict};

/// The record.
pub(crate) struct Shelf {
    histories: BTreeMap<ChargeId, Vec<Event>>,
    heads: BTreeMap<ChargeId, Charge>,
    keys: BTreeMap<String, (ChargeId, [u8; 32])>,
    /// Events in the order of writing, by charge and place in its history.
    order: Vec<(ChargeId, usize)>,
    chain: ChainHash,
    book: Option<Book>,
}

impl Shelf {
    /// An empty record; `is_doubled` puts the real store beside it.
    pub(crate) fn empty(is_doubled: bool) -> Self {
        Self {
            histories: BTreeMap::new(),
            heads: BTreeMap::new(),
            keys: BTreeMap::new(),
            order: Vec::new(),
            chain: [0; 32],
            book: is_doubled.then(Book::in_memory),
        }
    }

    /// Writes batches in one transaction, as [`Book::commit`].
    pub(crate) fn commit(&mut self, batches: &[Batch]) -> Vec<Verdict> {
        let verdicts: Vec<Verdict> = batches.iter().map(|batch| self.write(batch)).collect();
        if let Some(book) = &mut self.book {
            let real = book.commit(batches);
            assert_eq!(real, Ok(verdicts.clone()), "the store's contract");
        }
        verdicts
    }

    fn write(&mut self, batch: &Batch) -> Verdict {
        let id = batch.charge();
        if let Some(key) = &batch.key
            && let Some((charge, fingerprint)) = self.keys.get(&key.key)
        {
            return Verdict::KeyTaken {
                charge: *charge,
                fingerprint: *fingerprint,
            };
        }
        let known = self.histories.get(&id).map_or(0, Vec::len);
        let revision = u32::try_from(known).unwrap_or(u32::MAX);
        if batch.events[0].revision != revision + 1 {
            return Verdict::Stale { revision };
        }
        let history: Vec<Event> = self
            .histories
            .get(&id)
            .into_iter()
            .flatten()
            .chain(&batch.events)
            .cloned()
            .collect();
        let charge = Charge::fold(&history).expect("L7: a history that can be");
        let holder = self.heads.values().find(|head| {
            let is_rival = head.id() != id && head.sale() == charge.sale();
            is_rival && !head.state().frees_sale()
        });
        if let (None, Some(holder)) = (known.checked_sub(1), holder) {
            return Verdict::SaleTaken {
                charge: holder.id(),
            };
        }
        self.assert_end_stays(&charge);
        for (place, event) in batch.events.iter().enumerate() {
            self.chain = ledger::link(&self.chain, event);
            self.order.push((id, known + place));
        }
        if let Some(key) = &batch.key {
            self.keys.insert(key.key.clone(), (id, key.fingerprint));
        }
        self.histories.insert(id, history);
        self.heads.insert(id, charge);
        Verdict::Written {
            last_seq: u64::try_from(self.order.len()).unwrap_or(u64::MAX),
        }
    }

    /// L7: a charge at its end stays what it is.
    fn assert_end_stays(&self, charge: &Charge) {
        if let Some(before) = self.heads.get(&charge.id())
            && before.state().is_end()
        {
            assert_eq!(
                before.state().as_str(),
                charge.state().as_str(),
                "L7: {} was at its end",
                charge.id()
            );
        }
    }

    /// All events of a charge.
    pub(crate) fn history(&self, charge: ChargeId) -> &[Event] {
        self.histories.get(&charge).map_or(&[], Vec::as_slice)
    }

    /// Every charge as its history tells it.
    pub(crate) fn charges(&self) -> impl Iterator<Item = &Charge> {
        self.heads.values()
    }

    /// One charge as its history tells it.
    pub(crate) fn charge(&self, id: ChargeId) -> Option<&Charge> {
        self.heads.get(&id)
    }

    /// The charge that a key opened, and what was asked then.
    pub(crate) fn by_key(&self, key: &str) -> Option<(ChargeId, [u8; 32])> {
        self.keys.get(key).copied()
    }

    /// Histories of all charges that are not at their end.
    pub(crate) fn open_charges(&self) -> Vec<Vec<Event>> {
        let is_open = |charge: &&Charge| !charge.is_settled();
        let open: Vec<Vec<Event>> = self
            .heads
            .values()
            .filter(is_open)
            .map(|charge| self.history(charge.id()).to_vec())
            .collect();
        if let Some(book) = &self.book {
            assert_eq!(
                book.open_charges(),
                Ok(open.clone()),
                "the store's contract"
            );
        }
        open
    }

    /// Recomputes everything: L7, and the real store's rows where it stands beside.
    pub(crate) fn verify(&self) {
        let mut chain = [0; 32];
        for (id, place) in &self.order {
            chain = ledger::link(&chain, &self.histories[id][*place]);
        }
        assert_eq!(chain, self.chain, "L7: the chain");
        for (id, history) in &self.histories {
            let charge = Charge::fold(history).expect("L7: a history that can be");
            assert_eq!(Some(&charge), self.heads.get(id), "L7: the fold of {id}");
        }
        if let Some(book) = &self.book {
            for (id, history) in &self.histories {
                let real = book.history(*id);
                assert_eq!(real.as_ref(), Ok(history), "the store's contract");
            }
            let count = u64::try_from(self.order.len()).unwrap_or(u64::MAX);
            assert_eq!(book.last_seq(), Ok(count), "the store's contract");
        }
    }
}
