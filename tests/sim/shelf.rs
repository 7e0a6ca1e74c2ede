//! The record of a history: the store's contract in memory, quick enough for a million histories.
//! Where a history is checked twice, the real store stands beside it, and every verdict and every
//! history must be the same in both.

mod claims;

use std::collections::{BTreeMap, BTreeSet};

use ledger::{ChainHash, Charge, Event, Fact};
use money::{ChargeId, Stamp};
use store::postgres::judge::{Sight, Tail};
use store::{Batch, Book, Closing, Read, Verdict};

pub(crate) use claims::{Claims, Writer, doubt};

/// The record.
pub(crate) struct Shelf {
    histories: BTreeMap<ChargeId, Vec<Event>>,
    heads: BTreeMap<ChargeId, Charge>,
    keys: BTreeMap<String, (ChargeId, [u8; 32])>,
    /// Keys under which nothing is written any more, and until when.
    closed: BTreeSet<String>,
    /// Events in the order of writing, by charge and place in its history.
    order: Vec<(ChargeId, usize)>,
    chain: ChainHash,
    book: Option<Book>,
    /// Who works on what, where several processes write it.
    claims: Option<Claims>,
}

impl Shelf {
    /// An empty record; `is_doubled` puts the real store beside it.
    pub(crate) fn empty(is_doubled: bool) -> Self {
        Self {
            histories: BTreeMap::new(),
            heads: BTreeMap::new(),
            keys: BTreeMap::new(),
            closed: BTreeSet::new(),
            order: Vec::new(),
            chain: [0; 32],
            book: is_doubled.then(Book::in_memory),
            claims: None,
        }
    }

    /// Writes batches in one transaction, judged as a database's batches are; a file's verdicts are
    /// the same, as the real store beside shows.
    pub(crate) fn commit(&mut self, batches: &[Batch], writer: &mut Writer<'_>) -> Vec<Verdict> {
        let verdicts = self.write(batches, writer);
        if let Some(book) = &mut self.book {
            let real = book.commit(batches);
            assert_eq!(real, Ok(verdicts.clone()), "the store's contract");
        }
        verdicts
    }

    fn write(&mut self, batches: &[Batch], writer: &mut Writer<'_>) -> Vec<Verdict> {
        let mut sight = self.sight(batches, writer);
        let writing = sight.judge(batches, writer.hands);
        for placed in writing.events {
            let id = placed.event.charge;
            self.assert_writer(id, writer);
            let history = self.histories.entry(id).or_default();
            self.order.push((id, history.len()));
            self.chain = placed.chain;
            history.push(placed.event);
        }
        for (key, charge, _) in writing.keys {
            self.keys.insert(key.key, (charge, key.fingerprint));
        }
        let moved: Vec<ChargeId> = writing.heads.keys().copied().collect();
        for (id, (charge, _)) in writing.heads {
            self.assert_end_stays(&charge);
            self.heads.insert(id, charge);
        }
        self.follow((batches, &writing.verdicts), &moved, writer);
        writing.verdicts
    }

    /// What the record has of what the batches are about.
    fn sight(&self, batches: &[Batch], writer: &Writer<'_>) -> Sight {
        let charges = batches.iter().map(Batch::charge);
        let known = |id: ChargeId| Some((id, self.histories.get(&id)?.clone()));
        let place_of = |id: &ChargeId| {
            let place = self.order.iter().rposition(|(one, _)| one == id)?;
            Some((*id, u64::try_from(place + 1).ok()?))
        };
        let keys = batches.iter().filter_map(|batch| batch.key.as_ref());
        let bound = |key: &str| Some((key.to_owned(), self.by_key(key)?));
        let closed = |key: &str| self.closed.get(key).cloned();
        let sales = batches.iter().filter_map(sale_of);
        Sight {
            tail: Tail {
                seq: u64::try_from(self.order.len()).unwrap_or(u64::MAX),
                chain: self.chain,
            },
            histories: charges.clone().filter_map(known).collect(),
            places: writer.hands.doubted.iter().filter_map(place_of).collect(),
            keys: keys.clone().filter_map(|one| bound(&one.key)).collect(),
            closed: keys.filter_map(|one| closed(&one.key)).collect(),
            holders: sales.filter_map(|sale| self.holder(sale)).collect(),
            claims: self.claims_on(charges, writer),
        }
    }

    /// The charge of that sale that holds money or still may.
    fn holder(&self, sale: &str) -> Option<(String, ChargeId)> {
        let mut heads = self.heads.values();
        let holder = heads.find(|head| head.sale() == sale && !head.state().frees_sale())?;
        Some((sale.to_owned(), holder.id()))
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

    /// Closes a key, unless something came of it before.
    pub(crate) fn close(&mut self, key: &str, now: Stamp) -> Closing {
        let closing = match self.by_key(key) {
            Some((charge, _)) => Closing::Bound(charge),
            None => Closing::Closed,
        };
        if closing == Closing::Closed {
            self.closed.insert(key.to_owned());
        }
        if let Some(book) = &mut self.book {
            let real = book.close(&[key.to_owned()], now);
            assert_eq!(real, Ok(vec![closing]), "the store's contract");
        }
        closing
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

/// The sale that a batch opens a charge of.
fn sale_of(batch: &Batch) -> Option<&str> {
    if let Fact::Opened(opened) = &batch.events[0].fact {
        Some(&opened.sale)
    } else {
        None
    }
}
