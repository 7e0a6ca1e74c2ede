//! Orders that are no group of batches: keys to close, claims, and a batch that waits alone.

use std::sync::mpsc::channel;

use super::{hold, note};
use crate::sqlite::writer::{QUEUE, QueueFull, Writer};
use crate::tests::{Scratch, charge_id, moment, open};
use crate::{Batch, Book, Claimed, Closing, StoreFault, Verdict};

#[test]
fn a_key_is_closed_behind_every_batch_that_was_submitted_before() {
    let writer = Writer::spawn(Book::in_memory());
    let (go, _held) = hold(&writer, 900);
    let (ear, heard) = channel();
    let (_, first) = open(1, "sale-1", "till");
    let (_, second) = open(2, "sale-2", "till");
    writer.submit(first, note(1, &ear)).expect("room");
    let (told, answers) = channel();
    for key in ["key-1", "key-2"] {
        let told = told.clone();
        let done = Box::new(move |closing| drop(told.send(closing)));
        writer
            .close(key.to_owned(), moment(1), done)
            .expect("room in the queue");
    }
    drop(go);
    assert_eq!(heard.recv(), Ok((1, Ok(Verdict::Written { last_seq: 2 }))));
    assert_eq!(answers.recv(), Ok(Ok(Closing::Bound(charge_id(1)))));
    assert_eq!(answers.recv(), Ok(Ok(Closing::Closed)));
    writer.submit(second, note(2, &ear)).expect("room");
    assert_eq!(heard.recv(), Ok((2, Ok(Verdict::KeyClosed))));
}

#[test]
fn a_record_that_takes_no_writes_closes_no_key_and_says_so_of_each() {
    let book = Book::in_memory();
    book.connection
        .execute_batch("PRAGMA query_only = 1")
        .expect("a bar");
    let writer = Writer::spawn(book);
    let (go, _held) = hold(&writer, 900);
    let (told, answers) = channel();
    for key in ["key-1", "key-2"] {
        let told = told.clone();
        let done = Box::new(move |closing| drop(told.send(closing)));
        writer
            .close(key.to_owned(), moment(1), done)
            .expect("room in the queue");
    }
    drop(go);
    assert_eq!(answers.recv(), Ok(Err(StoreFault::ReadOnly)));
    assert_eq!(answers.recv(), Ok(Err(StoreFault::ReadOnly)));
}

#[test]
fn a_lone_batch_that_does_not_fit_is_told_so_and_is_not_tried_again() {
    let scratch = Scratch::make();
    let book = Book::open(&scratch.record()).expect("a fresh record");
    // SQLite raises it to the pages that are there.
    book.connection
        .execute_batch("PRAGMA max_page_count = 1")
        .expect("a limit of pages");
    let writer = Writer::spawn(book);
    let (ear, heard) = channel();
    let (_, large) = open(1, &"long ".repeat(20_000), "till");
    writer.submit(large, note(1, &ear)).expect("room");
    assert_eq!(heard.recv(), Ok((1, Err(StoreFault::Full))));
    assert!(writer.is_running());
}

#[test]
fn a_file_is_one_servers_alone_so_no_claim_changes_hands() {
    let writer = Writer::spawn(Book::in_memory());
    assert!(!writer.is_shared());
    let (told, answer) = channel();
    let done = Box::new(move |claimed| drop(told.send(claimed)));
    let (live, wanted) = (vec![charge_id(1)], vec![charge_id(2)]);
    writer.claim(live, wanted, done).expect("room in the queue");
    assert_eq!(answer.recv(), Ok(Ok(Claimed::default())));
}

#[test]
fn a_full_queue_takes_no_key_to_close_and_no_claim() {
    let writer = Writer::spawn(Book::in_memory());
    let (go, _held) = hold(&writer, 5_000);
    let (ear, heard) = channel();
    let room = u32::try_from(QUEUE).expect("a small queue");
    for number in 1..=room {
        let (_, batch) = open(number, &format!("sale-{number}"), "till");
        writer.submit(batch, note(number, &ear)).expect("room");
    }
    let never = "it was not taken";
    let shut = writer.close(
        "key".to_owned(),
        moment(1),
        Box::new(move |_| panic!("{never}")),
    );
    assert_eq!(shut, Err(QueueFull));
    let claimed = writer.claim(Vec::new(), Vec::new(), Box::new(move |_| panic!("{never}")));
    assert_eq!(claimed, Err(QueueFull));
    drop((go, ear, writer));
    assert_eq!(heard.iter().count(), QUEUE);
}

#[test]
fn a_writer_that_ended_by_a_defect_is_seen_to_have_ended_and_closes_nothing() {
    let writer = Writer::spawn(Book::in_memory());
    assert!(writer.is_running());
    let (ear, heard) = channel();
    let empty = Batch {
        events: Vec::new(),
        key: None,
    };
    writer.submit(empty, note(1, &ear)).expect("room");
    assert!(heard.recv().is_ok_and(|(_, told)| told.is_err()));
    while writer.is_running() {
        std::thread::yield_now();
    }
    let shut = writer.close("key".to_owned(), moment(1), Box::new(drop));
    assert_eq!(shut, Err(QueueFull));
}
