//! Tests of the writer's thread: order, grouping, limits, and what callers hear at the end.

mod orders;

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use ledger::Fact;

use super::{Done, QUEUE, QueueFull, Writer};
use crate::tests::{Scratch, next, open, paid};
use crate::{Batch, Book, Read, Reader, StoreFault, Verdict, check};

type Heard = (u32, Result<Verdict, StoreFault>);

fn note(number: u32, ear: &Sender<Heard>) -> Done {
    let ear = ear.clone();
    Box::new(move |result| drop(ear.send((number, result))))
}

/// Stops the writer in a callback until the sender is used or dropped; the batches submitted
/// meanwhile are one group.
fn hold(writer: &Writer, number: u32) -> (Sender<()>, Receiver<Heard>) {
    let ((go, gate), (here, arrived), (ear, heard)) = (channel(), channel(), channel());
    let (_, opened) = open(number, &format!("hold-{number}"), "till");
    let done: Done = Box::new(move |result| {
        let _ = here.send(());
        let _ = gate.recv();
        drop(ear.send((number, result)));
    });
    writer.submit(opened, done).expect("an empty queue");
    arrived.recv().expect("the writer is at the gate");
    (go, heard)
}

fn life(number: u32) -> [Batch; 3] {
    let (charge, opened) = open(number, &format!("sale-{number}"), "till");
    let (charge, sent) = next(&charge, Fact::Sent);
    let (_, end) = next(&charge, Fact::Paid(paid(&charge)));
    [opened, sent, end]
}

#[test]
fn groups_keep_the_order_of_each_charge() {
    let scratch = Scratch::make();
    let writer = Writer::spawn(Book::open(&scratch.record()).expect("a fresh record"));
    let (ear, heard) = channel();
    let lives: Vec<[Batch; 3]> = (1..=300).map(life).collect();
    for step in 0..3 {
        for (number, life) in (1..).zip(&lives) {
            let batch = life[step].clone();
            writer
                .submit(batch, note(number, &ear))
                .expect("room in the queue");
        }
    }
    drop((writer, ear));
    let mut seqs: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
    let mut last = 0;
    for (number, result) in heard {
        let Ok(Verdict::Written { last_seq }) = result else {
            panic!("charge {number}: {result:?}");
        };
        assert!(last_seq > last, "callbacks come in the order of writing");
        last = last_seq;
        seqs.entry(number).or_default().push(last_seq);
    }
    assert!(seqs.len() == 300 && seqs.values().all(|seqs| seqs.len() == 3));
    let report = check(&scratch.record()).expect("a record that opens");
    assert_eq!(
        (report.broken, report.charges, report.events),
        (None, 300, 900)
    );
}

#[test]
fn a_caller_hears_only_of_what_a_reader_already_sees() {
    let scratch = Scratch::make();
    let book = Book::open(&scratch.record()).expect("a fresh record");
    let reader = book.reader().expect("a reader");
    let writer = Writer::spawn(book);
    let (ear, heard) = channel();
    for batch in life(1) {
        let (reader, ear): (Reader, _) = (reader.another().expect("a reader"), ear.clone());
        let done: Done = Box::new(move |result| drop(ear.send((result, reader.last_seq()))));
        writer.submit(batch, done).expect("room in the queue");
    }
    drop((writer, ear));
    for (result, seen) in heard {
        let Ok(Verdict::Written { last_seq }) = result else {
            panic!("{result:?}")
        };
        assert!(seen.expect("it can be read") >= last_seq);
    }
}

#[test]
fn dropping_the_writer_writes_what_waits() {
    let scratch = Scratch::make();
    let writer = Writer::spawn(Book::open(&scratch.record()).expect("a fresh record"));
    let (go, _heard) = hold(&writer, 900);
    let (ear, heard) = channel();
    for (number, batch) in (0..).zip(life(1)) {
        writer
            .submit(batch, note(number, &ear))
            .expect("room in the queue");
    }
    drop((go, ear));
    drop(writer);
    assert!(heard.iter().all(|(_, result)| result.is_ok()));
    let reader = Reader::open(&scratch.record()).expect("the record is there");
    assert_eq!(reader.last_seq(), Ok(4));
    Book::open(&scratch.record()).expect("the lock is free again");
}

#[test]
fn a_full_queue_refuses_and_calls_nobody() {
    let writer = Writer::spawn(Book::in_memory());
    let (go, _heard) = hold(&writer, 5_000);
    let (ear, heard) = channel();
    let room = u32::try_from(QUEUE).expect("a small queue");
    for number in 0..room {
        let (_, batch) = open(number + 1, &format!("sale-{number}"), "till");
        writer
            .submit(batch, note(number, &ear))
            .expect("room in the queue");
    }
    let (_, batch) = open(room + 1, "sale", "till");
    assert_eq!(writer.submit(batch, note(room, &ear)), Err(QueueFull));
    drop((go, ear, writer));
    let numbers: Vec<u32> = heard.iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, (0..room).collect::<Vec<_>>());
}

#[test]
fn a_batch_that_does_not_fit_fails_alone_and_its_neighbours_are_written() {
    let scratch = Scratch::make();
    let path = scratch.record();
    let book = Book::open(&path).expect("a fresh record");
    // SQLite raises it to the pages that are there.
    book.connection
        .execute_batch("PRAGMA max_page_count = 1")
        .expect("a limit of pages");
    let writer = Writer::spawn(book);
    let (ear, heard) = channel();
    let (go, _held) = hold(&writer, 900);
    let (_, large) = open(1, &"long ".repeat(20_000), "till");
    let (_, small) = open(2, "sale-2", "till");
    writer
        .submit(large, note(1, &ear))
        .expect("room in the queue");
    writer
        .submit(small, note(2, &ear))
        .expect("room in the queue");
    drop(go);
    assert_eq!(heard.recv(), Ok((1, Err(StoreFault::Full))));
    assert_eq!(heard.recv(), Ok((2, Ok(Verdict::Written { last_seq: 2 }))));
}

#[test]
fn a_charge_whose_rows_are_damaged_fails_alone() {
    let scratch = Scratch::make();
    let mut book = Book::open(&scratch.record()).expect("a fresh record");
    let [opened, sent, _] = life(1);
    book.commit(&[opened]).expect("it is opened");
    book.connection
        .execute_batch("UPDATE head SET revision = 7")
        .expect("a damage");
    let writer = Writer::spawn(book);
    let (ear, heard) = channel();
    let (go, _held) = hold(&writer, 900);
    let [neighbour, ..] = life(2);
    for (number, batch) in [(1, sent), (2, neighbour)] {
        writer
            .submit(batch, note(number, &ear))
            .expect("room in the queue");
    }
    drop(go);
    let (number, result) = heard.recv().expect("an answer");
    assert!(
        number == 1 && matches!(result, Err(StoreFault::Broken(_))),
        "{result:?}"
    );
    assert_eq!(heard.recv(), Ok((2, Ok(Verdict::Written { last_seq: 3 }))));
}

#[test]
fn a_file_that_takes_no_writes_is_told_to_everyone_at_once() {
    let book = Book::in_memory();
    book.connection
        .execute_batch("PRAGMA query_only = 1")
        .expect("a bar");
    let writer = Writer::spawn(book);
    let (ear, heard) = channel();
    let (go, _held) = hold(&writer, 900);
    for number in [1, 2] {
        let [opened, ..] = life(number);
        writer
            .submit(opened, note(number, &ear))
            .expect("room in the queue");
    }
    drop(go);
    assert_eq!(heard.recv(), Ok((1, Err(StoreFault::ReadOnly))));
    assert_eq!(heard.recv(), Ok((2, Err(StoreFault::ReadOnly))));
}

#[test]
fn a_defective_caller_stops_the_writer_and_everyone_is_told() {
    let writer = Writer::spawn(Book::in_memory());
    let (go, _held) = hold(&writer, 900);
    let (ear, heard) = channel();
    let empty = Batch {
        events: Vec::new(),
        key: None,
    };
    let (_, opened) = open(1, "sale", "till");
    writer
        .submit(opened.clone(), note(1, &ear))
        .expect("room in the queue");
    writer
        .submit(empty, note(2, &ear))
        .expect("room in the queue");
    drop(go);
    let mut told: Vec<u32> = heard
        .iter()
        .take(2)
        .map(|(number, result)| {
            assert!(matches!(result, Err(StoreFault::Broken(_))), "{result:?}");
            number
        })
        .collect();
    told.sort_unstable();
    assert_eq!(told, [1, 2]);
    writer
        .submit(opened, note(3, &ear))
        .expect("taken, and answered");
    let (number, result) = heard.recv().expect("an answer");
    assert!(number == 3 && matches!(result, Err(StoreFault::Broken(_))));
}

#[test]
fn the_last_handle_may_be_dropped_in_a_callback() {
    let writer = Arc::new(Writer::spawn(Book::in_memory()));
    let slot = Arc::new(Mutex::new(Some(Arc::clone(&writer))));
    let (ear, heard) = channel();
    let (_, opened) = open(1, "sale", "till");
    let done: Done = Box::new(move |result| {
        drop(slot.lock().expect("no panic").take());
        drop(ear.send(result));
    });
    let (go, _held) = hold(&writer, 900);
    writer.submit(opened, done).expect("room in the queue");
    drop(writer);
    drop(go);
    assert_eq!(heard.recv(), Ok(Ok(Verdict::Written { last_seq: 2 })));
}
