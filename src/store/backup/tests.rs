//! Tests of the copy: one moment, equal row by row, while the record is written.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{copy, rows, settle};
use crate::tests::{Scratch, fill, open};
use crate::{Book, Closing, OpenFault, Verdict, check};

fn all(path: &std::path::Path) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    rows(path, &mut |line| lines.push(line.to_vec())).expect("a record that can be read");
    lines
}

#[test]
fn a_copy_has_the_same_rows_and_is_sound() {
    let scratch = Scratch::make();
    let mut book = Book::open(&scratch.record()).expect("a fresh record");
    fill(&mut book);
    let to = scratch.file("copy.db");
    copy(&scratch.record(), &to).expect("a copy");
    assert_eq!(all(&scratch.record()), all(&to));
    assert_eq!(check(&scratch.record()), check(&to));
    assert!(!scratch.file("copy.db-wal").exists(), "one whole file");
    drop(book);
    settle(&to).expect("a record");
    assert_eq!(all(&scratch.record()), all(&to), "a start changes no row");
}

#[test]
fn a_key_that_was_told_absent_stays_closed_in_a_copy() {
    let scratch = Scratch::make();
    let mut book = Book::open(&scratch.record()).expect("a fresh record");
    let (charge, opened) = open(1, "sale", "till");
    let closed = book.close(&["key-1".to_owned()], charge.opened_at());
    assert_eq!(closed.as_deref(), Ok(&[Closing::Closed][..]));
    let to = scratch.file("copy.db");
    copy(&scratch.record(), &to).expect("a copy");
    settle(&to).expect("a record");
    let mut copied = Book::open(&to).expect("a record");
    let verdicts = copied.commit(&[opened]);
    assert_eq!(verdicts.as_deref(), Ok(&[Verdict::KeyClosed][..]));
}

#[test]
fn a_copy_taken_while_the_record_grows_is_one_moment_of_it() {
    let scratch = Scratch::make();
    let mut book = Book::open(&scratch.record()).expect("a fresh record");
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1.. {
                let (_, opened) = open(number, &format!("sale-{number}"), "till");
                book.commit(&[opened]).expect("a record that takes writes");
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let mut last = 0;
        for number in 0..10 {
            let to = scratch.file(&format!("copy-{number}.db"));
            copy(&scratch.record(), &to).expect("a copy");
            let report = check(&to).expect("a record");
            assert_eq!(report.broken, None);
            assert!(
                report.events >= last,
                "a later copy holds what an earlier one holds"
            );
            last = report.events;
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_copy_is_written_over_nothing_and_made_of_a_record_only() {
    let scratch = Scratch::make();
    drop(Book::open(&scratch.record()).expect("a fresh record"));
    let missing = scratch.file("none.db");
    assert_eq!(
        copy(&missing, &scratch.file("a")),
        Err(OpenFault::Missing(missing))
    );
    let foreign = scratch.file("list");
    std::fs::write(&foreign, "a shopping list ".repeat(100)).expect("a file");
    assert_eq!(
        copy(&foreign, &scratch.file("b")),
        Err(OpenFault::NotADatabase(foreign.clone()))
    );
    assert!(rows(&foreign, &mut |_| {}).is_err());
    assert!(
        copy(&scratch.record(), &foreign).is_err(),
        "the place is taken"
    );
}

#[test]
fn one_changed_value_changes_the_rows() {
    let scratch = Scratch::make();
    fill(&mut Book::open(&scratch.record()).expect("a fresh record"));
    let before = all(&scratch.record());
    let raw = rusqlite::Connection::open(scratch.record()).expect("a connection");
    raw.execute_batch("UPDATE head SET state = 'opened' WHERE sale = 'sale-1'")
        .expect("a change that SQLite takes");
    assert_ne!(before, all(&scratch.record()));
}

#[test]
fn an_empty_file_has_no_rows_since_it_is_no_record() {
    let scratch = Scratch::make();
    let empty = scratch.file("empty.db");
    std::fs::write(&empty, "").expect("an empty file");
    let hear = &mut |_: &[u8]| panic!("there is no row");
    assert_eq!(rows(&empty, hear), Err(OpenFault::NotADatabase(empty)));
}
