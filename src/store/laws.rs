//! What every backend must keep, whatever it writes to; run on each of them as a test.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ledger::{Event, Fact, RefundOutcome, ReverseEnd, ReverseWhy};
use money::{Amount, ChargeId, Stamp};
use sale::{Catalogue, Item, ItemId, Name};

use crate::tests::{ask_refund, charge_id, given, hear_refund, next, open, paid, refused};
use crate::{Batch, Closing, Read, Shelving, StoreFault, Trace, Verdict};

/// A record that can be written as well as read.
pub(crate) trait Backend: Read {
    /// As [`crate::Book::commit`].
    fn commit(&mut self, batches: &[Batch]) -> Result<Vec<Verdict>, StoreFault>;

    /// As [`crate::Book::close`].
    fn close(&mut self, keys: &[String], now: Stamp) -> Result<Vec<Closing>, StoreFault>;

    /// As [`crate::Book::shelve`].
    fn shelve(&mut self, next: &Catalogue) -> Result<Shelving, StoreFault>;
}

/// Runs every law, each on a fresh record.
pub(crate) fn hold<B: Backend>(make: impl Fn() -> B) {
    let laws: [fn(&mut B); 21] = [
        a_fresh_record_is_empty,
        what_is_written_reads_back_equal,
        a_key_opens_one_charge_for_ever,
        a_sale_has_one_charge_that_may_hold_money,
        a_sale_is_free_after_refusal_and_reversal,
        an_event_that_does_not_follow_is_stale,
        a_refused_batch_leaves_the_others_alone,
        batches_of_one_commit_see_each_other,
        charges_are_listed_newest_first,
        only_unfinished_charges_are_open,
        the_record_counts_events_without_a_gap,
        what_moved_is_found_by_its_place,
        an_illegal_batch_stops_its_caller_and_writes_nothing,
        a_key_asks_for_one_refund_for_ever,
        a_charge_with_an_asked_refund_is_open,
        two_refunds_from_one_revision_cannot_both_be_written,
        nothing_is_written_under_a_closed_key,
        a_key_that_something_came_of_is_not_closed,
        a_closed_key_stays_closed_for_ever,
        a_catalogue_follows_the_one_before_it,
        only_the_last_catalogues_are_kept,
    ];
    for law in laws {
        law(&mut make());
    }
}

fn commit(record: &mut impl Backend, batches: &[Batch]) -> Vec<Verdict> {
    record.commit(batches).expect("a record that takes writes")
}

fn history(record: &impl Backend, charge: ChargeId) -> Vec<Event> {
    record.history(charge).expect("a record that can be read")
}

fn written(last_seq: u64) -> Verdict {
    Verdict::Written { last_seq }
}

fn ids(histories: Result<Vec<Vec<Event>>, StoreFault>) -> Vec<ChargeId> {
    let histories = histories.expect("a record that can be read");
    histories.iter().map(|events| events[0].charge).collect()
}

fn a_fresh_record_is_empty<B: Backend>(record: &mut B) {
    assert_eq!(record.last_seq(), Ok(0));
    assert_eq!(record.history(charge_id(1)), Ok(Vec::new()));
    assert_eq!(record.by_key("key-1"), Ok(None));
    assert_eq!(record.list(10, None, None), Ok(Vec::new()));
    assert_eq!(record.open_charges(), Ok(Vec::new()));
    assert_eq!(commit(record, &[]), []);
}

fn what_is_written_reads_back_equal<B: Backend>(record: &mut B) {
    let (charge, opened) = open(1, "sale", "till");
    let (charge, sent) = next(&charge, Fact::Sent);
    let (_, paid) = next(&charge, Fact::Paid(paid(&charge)));
    let batches = [opened, sent, paid];
    assert_eq!(
        commit(record, &batches),
        [written(1), written(2), written(3)]
    );
    let events: Vec<Event> = batches.into_iter().flat_map(|batch| batch.events).collect();
    assert_eq!(history(record, charge.id()), events);
    assert_eq!(record.by_key("key-1"), Ok(Some((charge.id(), [1; 32]))));
}

fn a_key_opens_one_charge_for_ever<B: Backend>(record: &mut B) {
    let (one, first) = open(1, "sale-1", "till");
    let (_, end) = next(&one, refused());
    commit(record, &[first.clone(), end]);
    let (two, mut second) = open(2, "sale-2", "till");
    second.key.clone_from(&first.key);
    let taken = [Verdict::KeyTaken {
        charge: one.id(),
        fingerprint: [1; 32],
    }];
    assert_eq!(commit(record, &[second]), taken);
    assert_eq!(
        commit(record, &[first]),
        taken,
        "the very same batch once more"
    );
    assert_eq!(history(record, two.id()), []);
    assert_eq!(record.last_seq(), Ok(2));
}

fn a_sale_has_one_charge_that_may_hold_money<B: Backend>(record: &mut B) {
    let (mut one, opened) = open(1, "sale", "till");
    commit(record, &[opened]);
    let (_, rival) = open(2, "sale", "till");
    let taken = [Verdict::SaleTaken { charge: one.id() }];
    for fact in [Fact::Sent, Fact::Waiting, Fact::Paid(paid(&one))] {
        assert_eq!(
            commit(record, core::slice::from_ref(&rival)),
            taken,
            "before {fact:?}"
        );
        let (moved, batch) = next(&one, fact);
        commit(record, &[batch]);
        one = moved;
    }
    assert_eq!(commit(record, &[rival]), taken, "after it was paid");
    assert_eq!(record.by_key("key-2"), Ok(None));
}

fn a_sale_is_free_after_refusal_and_reversal<B: Backend>(record: &mut B) {
    let (one, opened) = open(1, "sale", "till");
    let (_, end) = next(&one, refused());
    commit(record, &[opened, end]);
    let (two, opened) = open(2, "sale", "till");
    let (two, begun) = next(&two, Fact::ReverseBegun(ReverseWhy::Deadline));
    commit(record, &[opened, begun]);
    let (_, third) = open(3, "sale", "till");
    let taken = Verdict::SaleTaken { charge: two.id() };
    assert_eq!(
        commit(record, core::slice::from_ref(&third)),
        [taken],
        "still reversing"
    );
    let (_, end) = next(&two, Fact::Reversed(ReverseEnd::Closed));
    assert_eq!(commit(record, &[end, third]), [written(5), written(6)]);
}

fn an_event_that_does_not_follow_is_stale<B: Backend>(record: &mut B) {
    let (one, opened) = open(1, "sale", "till");
    let (one, sent) = next(&one, Fact::Sent);
    let (_, waiting) = next(&one, Fact::Waiting);
    let stale = |revision| Verdict::Stale { revision };
    assert_eq!(
        commit(record, core::slice::from_ref(&sent)),
        [stale(0)],
        "unknown charge"
    );
    commit(record, core::slice::from_ref(&opened));
    assert_eq!(commit(record, &[waiting]), [stale(1)], "too early");
    commit(record, core::slice::from_ref(&sent));
    assert_eq!(commit(record, &[sent]), [stale(2)], "too late");
    let mut again = opened;
    again.key = open(9, "", "").1.key;
    assert_eq!(commit(record, &[again]), [stale(2)], "opened twice");
    assert_eq!(history(record, one.id()).len(), 2);
}

fn a_refused_batch_leaves_the_others_alone<B: Backend>(record: &mut B) {
    let (one, first) = open(1, "sale-1", "till");
    let (_, rival) = open(2, "sale-1", "till");
    let (three, third) = open(3, "sale-3", "till");
    let verdicts = commit(record, &[first, rival, third]);
    let taken = Verdict::SaleTaken { charge: one.id() };
    assert_eq!(verdicts, [written(1), taken, written(2)]);
    assert_eq!(ids(record.list(10, None, None)), [three.id(), one.id()]);
    assert_eq!(record.by_key("key-2"), Ok(None));
}

fn batches_of_one_commit_see_each_other<B: Backend>(record: &mut B) {
    let (one, opened) = open(1, "sale", "till");
    let (one, sent) = next(&one, Fact::Sent);
    let (_, end) = next(&one, refused());
    let (_, successor) = open(2, "sale", "till");
    let batches = [opened.clone(), opened, sent.clone(), sent, end, successor];
    let taken = Verdict::KeyTaken {
        charge: one.id(),
        fingerprint: [1; 32],
    };
    let stale = Verdict::Stale { revision: 2 };
    let expect = [written(1), taken, written(2), stale, written(3), written(4)];
    assert_eq!(commit(record, &batches), expect);
}

fn charges_are_listed_newest_first<B: Backend>(record: &mut B) {
    let device = |number: u32| {
        if number.is_multiple_of(2) {
            "even"
        } else {
            "odd"
        }
    };
    // Not in the order of their ids: the list sorts, not the insertion.
    for number in [4, 2, 5, 1, 3] {
        let (_, opened) = open(number, &format!("sale-{number}"), device(number));
        commit(record, &[opened]);
    }
    let expect = |numbers: &[u32]| numbers.iter().copied().map(charge_id).collect::<Vec<_>>();
    assert_eq!(ids(record.list(9, None, None)), expect(&[5, 4, 3, 2, 1]));
    assert_eq!(ids(record.list(2, None, None)), expect(&[5, 4]));
    assert_eq!(
        ids(record.list(2, Some(charge_id(4)), None)),
        expect(&[3, 2])
    );
    assert_eq!(ids(record.list(9, None, Some("odd"))), expect(&[5, 3, 1]));
    assert_eq!(
        ids(record.list(1, Some(charge_id(5)), Some("odd"))),
        expect(&[3])
    );
    assert_eq!(ids(record.list(9, None, Some("none"))), []);
    assert_eq!(ids(record.list(0, None, None)), []);
}

fn only_unfinished_charges_are_open<B: Backend>(record: &mut B) {
    let (one, opened) = open(1, "sale-1", "till");
    let (_, end) = next(&one, Fact::Paid(paid(&one)));
    commit(record, &[opened, end]);
    let (two, opened) = open(2, "sale-2", "till");
    let (_, begun) = next(&two, Fact::ReverseBegun(ReverseWhy::Cashier));
    commit(record, &[opened, begun]);
    let (three, opened) = open(3, "sale-3", "till");
    commit(record, &[opened]);
    assert_eq!(ids(record.open_charges()), [two.id(), three.id()]);
}

fn what_moved_is_found_by_its_place<B: Backend>(record: &mut B) {
    let (one, first) = open(1, "sale-1", "till");
    let (_, second) = open(2, "sale-2", "till");
    let (_, waiting) = next(&one, Fact::Waiting);
    commit(record, &[first, second, waiting]);
    let places = |seq| -> Vec<(u64, usize)> {
        let moved = record.moved_since(seq).expect("a record that can be read");
        let lengths = moved.iter().map(|(place, events)| (*place, events.len()));
        lengths.collect()
    };
    assert_eq!(
        places(0),
        [(2, 1), (3, 2)],
        "each charge once, as it stands"
    );
    assert_eq!(places(2), [(3, 2)]);
    assert_eq!(places(3), []);
}

fn the_record_counts_events_without_a_gap<B: Backend>(record: &mut B) {
    let (one, mut opened) = open(1, "sale", "till");
    let (one, sent) = next(&one, Fact::Sent);
    opened.events.extend(sent.events);
    assert_eq!(
        commit(record, &[opened]),
        [written(2)],
        "two events in one batch"
    );
    let (_, rival) = open(2, "sale", "till");
    commit(record, &[rival]);
    let (_, waiting) = next(&one, Fact::Waiting);
    assert_eq!(commit(record, &[waiting]), [written(3)]);
    assert_eq!(record.last_seq(), Ok(3));
    let trace = |(seq, event): (u64, &Event)| Trace {
        seq,
        charge: event.charge,
        at: event.at,
        fact: event.fact.as_str().to_owned(),
    };
    let written = history(record, charge_id(1));
    let all: Vec<_> = (1..).zip(&written).map(trace).collect();
    assert_eq!(record.traces(0, 9).as_ref(), Ok(&all));
    assert_eq!(record.traces(1, 1), Ok(vec![all[1].clone()]));
    assert_eq!(record.traces(3, 9), Ok(Vec::new()));
}

fn an_illegal_batch_stops_its_caller_and_writes_nothing<B: Backend>(record: &mut B) {
    let (one, opened) = open(1, "sale-1", "till");
    let (_, end) = next(&one, refused());
    let (_, sent) = next(&one, Fact::Sent);
    commit(record, &[opened, end]);
    let (two, other) = open(2, "sale-2", "till");
    let mut illegal = sent;
    illegal.events[0].revision = 3;
    let mut keyless = other.clone();
    keyless.key = None;
    for bad in [
        illegal,
        keyless,
        Batch {
            events: Vec::new(),
            key: None,
        },
    ] {
        let batches = [other.clone(), bad];
        let stopped = catch_unwind(AssertUnwindSafe(|| record.commit(&batches)));
        assert!(stopped.is_err(), "{batches:?}");
    }
    assert_eq!(record.last_seq(), Ok(2));
    assert_eq!(
        commit(record, &[other]),
        [written(3)],
        "the record stays usable"
    );
    assert_eq!(history(record, two.id()).len(), 1);
}

fn a_key_asks_for_one_refund_for_ever<B: Backend>(record: &mut B) {
    let (one, opened) = open(1, "sale", "till");
    let (one, end) = next(&one, Fact::Paid(paid(&one)));
    let (one, asked, no) = ask_refund(&one, 1, 250);
    let batches = [opened.clone(), end, asked.clone()];
    assert_eq!(
        commit(record, &batches),
        [written(1), written(2), written(3)]
    );
    assert_eq!(record.by_key("refund-1"), Ok(Some((one.id(), [1; 32]))));
    assert_eq!(record.by_key("key-1"), Ok(Some((one.id(), [1; 32]))));
    let taken = Verdict::KeyTaken {
        charge: one.id(),
        fingerprint: [1; 32],
    };
    let (one, end) = hear_refund(&one, no, given(&one, no));
    assert_eq!(
        commit(record, &[asked.clone(), end]),
        [taken.clone(), written(4)]
    );
    let (_, mut further, _) = ask_refund(&one, 2, 250);
    further.key = asked.key;
    let same = core::slice::from_ref(&further);
    assert_eq!(commit(record, same), core::slice::from_ref(&taken));
    further.key = opened.key;
    assert_eq!(
        commit(record, &[further]),
        [taken],
        "the key of the opening"
    );
    assert_eq!(history(record, one.id()).len(), 4);
}

fn a_charge_with_an_asked_refund_is_open<B: Backend>(record: &mut B) {
    let (one, opened) = open(1, "sale-1", "till");
    let (one, end) = next(&one, Fact::Paid(paid(&one)));
    commit(record, &[opened, end]);
    assert_eq!(ids(record.open_charges()), []);
    let (one, first, no) = ask_refund(&one, 1, 250);
    let (one, second, other) = ask_refund(&one, 2, 1_000);
    commit(record, &[first, second]);
    assert_eq!(ids(record.open_charges()), [one.id()]);
    let (one, end) = hear_refund(&one, no, given(&one, no));
    commit(record, &[end]);
    assert_eq!(ids(record.open_charges()), [one.id()], "one is still asked");
    let Fact::Refused(refusal) = refused() else {
        panic!("built as refused")
    };
    let (one, end) = hear_refund(&one, other, RefundOutcome::Refused(refusal));
    commit(record, &[end]);
    assert_eq!(ids(record.open_charges()), []);
    let (_, rival) = open(2, "sale-1", "till");
    let taken = Verdict::SaleTaken { charge: one.id() };
    assert_eq!(
        commit(record, &[rival]),
        [taken],
        "money that went back was held"
    );
}

fn two_refunds_from_one_revision_cannot_both_be_written<B: Backend>(record: &mut B) {
    let (one, opened) = open(1, "sale", "till");
    let (one, end) = next(&one, Fact::Paid(paid(&one)));
    commit(record, &[opened, end]);
    let (_, first, _) = ask_refund(&one, 1, 1_000);
    let (_, second, _) = ask_refund(&one, 2, 1_000);
    let stale = Verdict::Stale { revision: 3 };
    assert_eq!(
        commit(record, &[first, second.clone()]),
        [written(3), stale]
    );
    assert_eq!(record.by_key("refund-2"), Ok(None));
    let mut accompanied = second.clone();
    let mut keyless = second;
    keyless.key = None;
    let stopped = catch_unwind(AssertUnwindSafe(|| record.commit(&[keyless])));
    assert!(stopped.is_err(), "a refund without a key");
    let more = accompanied.events[0].clone();
    let revision = more.revision + 1;
    accompanied.events.push(Event { revision, ..more });
    let stopped = catch_unwind(AssertUnwindSafe(|| record.commit(&[accompanied])));
    assert!(stopped.is_err(), "a refund in the company of another event");
    assert_eq!(history(record, one.id()).len(), 3);
}

fn close(record: &mut impl Backend, keys: &[&str], now: Stamp) -> Vec<Closing> {
    let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    record
        .close(&keys, now)
        .expect("a record that takes writes")
}

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

fn nothing_is_written_under_a_closed_key<B: Backend>(record: &mut B) {
    assert_eq!(close(record, &[], NOW), []);
    let closed = close(record, &["key-1", "refund-1", "key-1"], NOW);
    assert_eq!(closed, [Closing::Closed; 3]);
    let (one, first) = open(1, "sale", "till");
    let (two, second) = open(2, "sale", "till");
    let verdicts = commit(record, &[first.clone(), second]);
    assert_eq!(verdicts, [Verdict::KeyClosed, written(1)]);
    assert_eq!(history(record, one.id()), []);
    assert_eq!(record.by_key("key-1"), Ok(None));
    let (two, end) = next(&two, Fact::Paid(paid(&two)));
    let (_, asked, _) = ask_refund(&two, 1, 250);
    let verdicts = commit(record, &[end, asked, first]);
    let closed = Verdict::KeyClosed;
    assert_eq!(verdicts, [written(2), closed.clone(), closed]);
    let (_, other, _) = ask_refund(&two, 2, 250);
    assert_eq!(commit(record, &[other]), [written(3)], "the sum is free");
}

fn a_key_that_something_came_of_is_not_closed<B: Backend>(record: &mut B) {
    let (one, opened) = open(1, "sale", "till");
    let (one, end) = next(&one, Fact::Paid(paid(&one)));
    let (_, asked, _) = ask_refund(&one, 1, 250);
    commit(record, &[opened.clone(), end, asked]);
    let bound = Closing::Bound(one.id());
    assert_eq!(
        close(record, &["key-1", "key-2", "refund-1"], NOW),
        [bound, Closing::Closed, bound]
    );
    let taken = Verdict::KeyTaken {
        charge: one.id(),
        fingerprint: [1; 32],
    };
    assert_eq!(
        commit(record, &[opened]),
        [taken],
        "it opened it all the same"
    );
}

fn a_closed_key_stays_closed_for_ever<B: Backend>(record: &mut B) {
    close(record, &["key-1", "key-2"], NOW);
    // Whatever the clock of whoever closes the next one says.
    for days in [1, 400, 40_000, -40_000] {
        close(record, &["other"], NOW.plus_ms(days * 86_400_000));
    }
    for number in [1, 2] {
        let (_, opened) = open(number, "sale", "till");
        assert_eq!(commit(record, &[opened]), [Verdict::KeyClosed]);
    }
}

pub(crate) fn item(id: &str, name: &str, fen: i64) -> Item {
    let (id, name) = (ItemId::parse(id), Name::parse(name));
    let price = Amount::from_fen(fen).expect("an amount");
    Item::of(id.expect("an id"), name.expect("a name"), price).expect("an item")
}

fn shelve(record: &mut impl Backend, next: &Catalogue) -> Shelving {
    record.shelve(next).expect("a record that takes writes")
}

fn a_catalogue_follows_the_one_before_it<B: Backend>(record: &mut B) {
    let empty = Catalogue::default();
    assert_eq!(record.catalogue(None), Ok(Some(empty.clone())));
    assert_eq!(record.catalogue(Some(0)), Ok(Some(empty.clone())));
    assert_eq!(record.catalogue(Some(1)), Ok(None));
    let one = empty
        .with(item("tea", "奶茶 🧋 \"شاي\" \\", 1_200))
        .expect("room");
    assert_eq!(shelve(record, &one), Shelving::Written);
    assert_eq!(shelve(record, &one), Shelving::Stale(1), "once more");
    let two = one.with(item("egg", "Egg", 200)).expect("room");
    assert_eq!(shelve(record, &two), Shelving::Written);
    let other = one.with(item("bun", "Bun", 300)).expect("room");
    assert_eq!(shelve(record, &other), Shelving::Stale(2), "another's");
    let far = Catalogue::of(9, Vec::new()).expect("a catalogue");
    assert_eq!(shelve(record, &far), Shelving::Stale(2), "too far on");
    assert_eq!(record.catalogue(None), Ok(Some(two)));
    assert_eq!(record.catalogue(Some(1)), Ok(Some(one)));
    assert_eq!(record.catalogue(Some(3)), Ok(None));
    assert_eq!(record.last_seq(), Ok(0), "no event of the history");
}

fn only_the_last_catalogues_are_kept<B: Backend>(record: &mut B) {
    let mut next = Catalogue::default();
    for fen in 1..=52 {
        next = next.with(item("tea", "Tea", fen)).expect("room");
        assert_eq!(shelve(record, &next), Shelving::Written);
    }
    let kept = |revision| {
        record
            .catalogue(Some(revision))
            .expect("readable")
            .is_some()
    };
    assert!(!kept(1) && !kept(2) && kept(3) && kept(52));
    assert_eq!(record.catalogue(None), Ok(Some(next)));
}
