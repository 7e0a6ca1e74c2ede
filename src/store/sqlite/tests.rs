//! Tests of the file: who may open it, what it survives, what it says when it cannot.

mod foreign;

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use ledger::Fact;
use rusqlite::Connection;

use super::{Book, OpenFlags, Reader, lock, pragma, schema};
use crate::tests::{Scratch, ask_refund, charge_id, fill, next, open, paid, write};
use crate::{Batch, OpenFault, Read, StoreFault, check};

fn filled(path: &Path) -> Book {
    let mut book = Book::open(path).expect("a fresh record");
    fill(&mut book);
    book
}

fn number(connection: &Connection, pragma: &str) -> i64 {
    let value = connection.pragma_query_value(None, pragma, |row| row.get(0));
    value.expect("a pragma with a number")
}

fn assert_sound(path: &Path, events: u64) {
    let report = check(path).expect("a record that opens");
    assert_eq!((report.broken, report.events), (None, events));
}

#[test]
fn each_file_is_for_its_owner_only() {
    let scratch = Scratch::make();
    let _book = filled(&scratch.record());
    for end in ["", "-wal", "-shm", ".lock"] {
        let path = scratch.file(&format!("scantill.db{end}"));
        let mode = fs::metadata(&path)
            .expect("the file is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{end}");
    }
}

#[test]
fn durability_is_told_and_read_back() {
    let scratch = Scratch::make();
    let book = filled(&scratch.record());
    assert_eq!(number(&book.connection, "synchronous"), 2);
    assert_eq!(number(&book.connection, "foreign_keys"), 1);
    assert_eq!(
        number(&book.connection, "application_id"),
        schema::APPLICATION
    );
    assert_eq!(number(&book.connection, "user_version"), schema::KNOWN);
}

#[test]
fn a_connection_that_may_lose_a_commit_is_refused() {
    let scratch = Scratch::make();
    drop(filled(&scratch.record()));
    let raw = Connection::open(scratch.record()).expect("a connection");
    for level in ["OFF", "NORMAL"] {
        raw.pragma_update(None, "synchronous", level)
            .expect("a pragma");
        let fault = pragma::assert_durable(&raw, &scratch.record());
        assert_eq!(fault, Err(OpenFault::NotFull), "{level}");
    }
}

#[test]
fn a_record_opened_again_holds_everything() {
    let scratch = Scratch::make();
    let held = filled(&scratch.record()).list(99, None, None);
    let mut book = Book::open(&scratch.record()).expect("the record opens again");
    assert_eq!(book.list(99, None, None), held);
    let (_, opened) = open(5, "sale-5", "till");
    write(&mut book, &[opened]);
    assert_sound(&scratch.record(), 15);
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let scratch = Scratch::make();
    drop(filled(&scratch.record()));
    let raw = Connection::open(scratch.record()).expect("a connection");
    raw.pragma_update(None, "user_version", schema::KNOWN + 1)
        .expect("a newer schema");
    raw.close().expect("closed");
    let before = fs::read(scratch.record()).expect("the file");
    let fault = Book::open(&scratch.record()).expect_err("a newer schema");
    let (found, known) = (schema::KNOWN + 1, schema::KNOWN);
    assert_eq!(fault, OpenFault::Newer { found, known });
    assert!(
        fault.to_string().contains("start the newer version"),
        "{fault}"
    );
    assert!(Reader::open(&scratch.record()).is_err());
    assert_eq!(fs::read(scratch.record()).expect("the file"), before);
}

#[test]
fn a_record_of_the_first_schema_is_taken_along_with_its_keys() {
    let scratch = Scratch::make();
    let (charge, batch) = open(1, "sale", "till");
    let (event, id) = (&batch.events[0], charge.id());
    let raw = Connection::open(scratch.record()).expect("a connection");
    raw.execute_batch(include_str!("../migrations/0001.sql"))
        .expect("the first schema");
    raw.pragma_update(None, "application_id", schema::APPLICATION)
        .expect("our mark");
    raw.pragma_update(None, "user_version", 1)
        .expect("a version");
    let rows = "INSERT INTO head VALUES (?1, 'sale', 'till', 'opened', 1, ?2)";
    raw.execute(rows, (id.as_str(), event.at.ms()))
        .expect("a head");
    let rows = "INSERT INTO event VALUES (1, ?1, 1, ?2, 'opened', ?3, ?4)";
    let body = crate::row::body_of(event);
    raw.execute(
        rows,
        (
            id.as_str(),
            event.at.ms(),
            body,
            ledger::link(&[0; 32], event),
        ),
    )
    .expect("an event");
    let rows = "INSERT INTO key VALUES ('key-1', ?1, ?2)";
    raw.execute(rows, (id.as_str(), [1_u8; 32])).expect("a key");
    raw.close().expect("closed");
    let mut book = Book::open(&scratch.record()).expect("a record of the first schema");
    assert_eq!(book.by_key("key-1"), Ok(Some((id, [1; 32]))));
    let (charge, end) = next(&charge, Fact::Paid(paid(&charge)));
    let (_, refund, _) = ask_refund(&charge, 1, 250);
    write(&mut book, &[end, refund]);
    drop(book);
    assert_sound(&scratch.record(), 3);
}

#[test]
fn a_file_that_is_no_record_is_refused_and_left_alone() {
    let scratch = Scratch::make();
    let (text, other) = (scratch.file("text.db"), scratch.file("other.db"));
    fs::write(&text, "money\n".repeat(500)).expect("a text file");
    let raw = Connection::open(&other).expect("a connection");
    raw.execute_batch("CREATE TABLE song (name TEXT)")
        .expect("a table of another program");
    raw.close().expect("closed");
    for path in [text, other] {
        let before = fs::read(&path).expect("the file");
        let refused = OpenFault::NotADatabase(path.clone());
        assert_eq!(Book::open(&path).expect_err("not ours"), refused);
        assert_eq!(Reader::open(&path).expect_err("not ours"), refused);
        assert_eq!(fs::read(&path).expect("the file"), before);
    }
}

#[test]
fn a_second_server_on_the_record_is_refused_while_the_first_lives() {
    let scratch = Scratch::make();
    let first = filled(&scratch.record());
    let fault = Book::open(&scratch.record()).expect_err("in use");
    assert_eq!(fault, OpenFault::Locked(scratch.record()));
    assert!(
        fault.to_string().contains("in use by another Scantill"),
        "{fault}"
    );
    drop(first);
    Book::open(&scratch.record()).expect("free again");
}

#[test]
fn a_missing_folder_is_named() {
    let scratch = Scratch::make();
    let path = scratch.file("nowhere/scantill.db");
    assert_eq!(
        Book::open(&path).expect_err("no folder"),
        OpenFault::Missing(path.clone())
    );
    assert_eq!(
        Reader::open(&path).expect_err("no file"),
        OpenFault::Missing(path)
    );
}

#[test]
fn a_file_that_takes_no_writes_is_refused() {
    let scratch = Scratch::make();
    let path = scratch.record();
    drop(filled(&path));
    // Root may write a file that forbids it, so the file is opened as SQLite then opens it.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let held = lock(&path).expect("the lock is free");
    let fault = Book::with_flags(&path, flags, held).expect_err("read-only");
    assert_eq!(fault, OpenFault::ReadOnly(path.clone()));
    for kind in [
        io::ErrorKind::PermissionDenied,
        io::ErrorKind::ReadOnlyFilesystem,
    ] {
        assert_eq!(
            OpenFault::from_io(&path, &kind.into()),
            OpenFault::ReadOnly(path.clone())
        );
    }
    assert_eq!(
        OpenFault::from_io(&path, &io::ErrorKind::StorageFull.into()),
        OpenFault::Full
    );
}

/// Makes commits fail, expects that fault, mends the cause, expects that nothing was lost.
fn survives(fault: &StoreFault, spoil: impl Fn(&Book), mend: impl Fn(&Book)) {
    let scratch = Scratch::make();
    let mut book = filled(&scratch.record());
    let held = book.list(99, None, None);
    spoil(&book);
    let (_, opened) = open(5, &"long ".repeat(20_000), "till");
    let batches = [
        opened.clone(),
        next(&open(4, "sale-2", "till-1").0, Fact::Sent).1,
    ];
    for _ in 0..3 {
        assert_eq!(book.commit(&batches).as_ref(), Err(fault));
        assert_eq!(book.list(99, None, None), held, "reading goes on");
    }
    mend(&book);
    write(&mut book, &[opened]);
    assert_eq!(book.history(charge_id(5)).map(|events| events.len()), Ok(1));
    assert_sound(&scratch.record(), 15);
}

#[test]
fn a_full_disk_loses_nothing_and_is_survived() {
    let limit = |book: &Book, pages: i64| {
        let set = book
            .connection
            .pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0));
        set.expect("a limit of pages");
    };
    let spoil = |book: &Book| limit(book, number(&book.connection, "page_count"));
    survives(&StoreFault::Full, spoil, |book| limit(book, 1_000_000));
}

#[test]
fn a_record_that_became_read_only_loses_nothing_and_is_survived() {
    let set = |book: &Book, value: bool| {
        book.connection
            .pragma_update(None, "query_only", value)
            .expect("a pragma");
    };
    survives(
        &StoreFault::ReadOnly,
        |book| set(book, true),
        |book| set(book, false),
    );
}

#[test]
fn a_record_held_by_another_program_loses_nothing_and_is_survived() {
    let scratch = Scratch::make();
    let mut book = filled(&scratch.record());
    book.connection
        .busy_timeout(Duration::ZERO)
        .expect("no patience");
    let rival = Connection::open(scratch.record()).expect("a connection");
    rival
        .execute_batch("BEGIN IMMEDIATE")
        .expect("the write lock");
    let (_, opened) = open(5, "sale-5", "till");
    assert_eq!(
        book.commit(core::slice::from_ref(&opened)),
        Err(StoreFault::Busy)
    );
    assert_eq!(book.last_seq(), Ok(14));
    rival
        .execute_batch("ROLLBACK")
        .expect("the lock is given back");
    write(&mut book, &[opened]);
    assert_sound(&scratch.record(), 15);
}

#[test]
fn a_failure_at_any_statement_of_a_commit_writes_nothing() {
    // A trigger that fails at the nth row stands for a disk that fails at the nth write.
    let (one, mut opened) = open(5, "sale-5", "till");
    opened.events.extend(next(&one, Fact::Sent).1.events);
    for (table, count) in [("event", 2), ("head", 1), ("key", 1)] {
        for place in 1..=count {
            let mut book = Book::in_memory();
            fill(&mut book);
            let first = if table == "event" { 14 } else { 4 };
            let trigger = format!(
                "CREATE TRIGGER fails AFTER INSERT ON {table}
                 WHEN (SELECT count(*) FROM {table}) = {first} + {place}
                 BEGIN SELECT raise(ABORT, 'no more'); END"
            );
            book.connection.execute_batch(&trigger).expect("a trigger");
            let (_, other) = open(6, "sale-6", "till");
            let batches: [Batch; 2] = [opened.clone(), other];
            let fault = book.commit(&batches).expect_err("the nth write fails");
            assert!(
                matches!(fault, StoreFault::Broken(_)),
                "{table} {place}: {fault}"
            );
            assert_eq!(book.last_seq(), Ok(14), "{table} {place}");
            assert_eq!(book.by_key("key-5"), Ok(None), "{table} {place}");
            book.connection
                .execute_batch("DROP TRIGGER fails")
                .expect("mended");
            write(&mut book, &batches);
        }
    }
}

#[test]
fn no_statement_changes_or_drops_what_is_written() {
    let scratch = Scratch::make();
    let book = filled(&scratch.record());
    for sql in [
        "UPDATE event SET body = ''",
        "UPDATE event SET seq = seq + 100",
        "DELETE FROM event",
        "UPDATE key SET charge = 'x'",
        "DELETE FROM key",
        "DELETE FROM head",
        "UPDATE head SET sale = 'x'",
        "UPDATE head SET state = 'waiting' WHERE state = 'refused'",
    ] {
        assert!(book.connection.execute(sql, []).is_err(), "{sql}");
    }
    assert_sound(&scratch.record(), 14);
}

#[test]
fn a_reader_cannot_write_and_sees_each_commit() {
    let scratch = Scratch::make();
    let mut book = filled(&scratch.record());
    let reader = book.reader().expect("a reader");
    let another = reader.another().expect("another reader");
    let (_, opened) = open(5, "sale-5", "till");
    write(&mut book, &[opened]);
    assert_eq!((reader.last_seq(), another.last_seq()), (Ok(15), Ok(15)));
    let connection = reader.connection();
    assert!(
        connection
            .execute("UPDATE head SET state = 'paid'", [])
            .is_err()
    );
}

/// A record whose last commit lies in the log alone: the file, the log, and the log's length
/// before that commit. Small pages, so that a commit is some thousand bytes.
fn last_commit_in_log() -> (Vec<u8>, Vec<u8>, usize) {
    let scratch = Scratch::make();
    let path = scratch.record();
    let raw = Connection::open(&path).expect("a connection");
    raw.execute_batch("PRAGMA page_size = 512; PRAGMA journal_mode = WAL")
        .expect("small pages");
    raw.close().expect("closed");
    let mut book = filled(&path);
    let log = scratch.file("scantill.db-wal");
    let length = fs::metadata(&log).expect("the log").len();
    let (_, opened) = open(5, "sale-5", "till");
    write(&mut book, &[opened]);
    let bytes = |path: &Path| fs::read(path).expect("a file of the record");
    (
        bytes(&path),
        bytes(&log),
        usize::try_from(length).expect("a small log"),
    )
}

#[test]
fn a_log_cut_or_flipped_at_any_byte_of_the_last_commit_holds_all_earlier_ones() {
    let (record, log, length) = last_commit_in_log();
    assert!(
        log.len() > length + 512,
        "the last commit is in the log: {} {length}",
        log.len()
    );
    let scratch = Scratch::make();
    let (path, log_path) = (scratch.record(), scratch.file("scantill.db-wal"));
    let mut held = None;
    let mut look = |log: &[u8], place: usize, is_whole: bool| {
        fs::write(&path, &record).expect("the record's copy");
        fs::write(&log_path, log).expect("the log's copy");
        let reader = Reader::open(&path).expect("the record opens");
        let expect = if is_whole { 15 } else { 14 };
        assert_eq!(
            reader.last_seq(),
            Ok(expect),
            "at byte {place} of {}",
            log.len()
        );
        if !is_whole {
            let charges = reader.list(99, None, None).expect("it can be read");
            assert_eq!(
                *held.get_or_insert_with(|| charges.clone()),
                charges,
                "at byte {place}"
            );
        }
    };
    for end in length..=log.len() {
        look(&log[..end], end, end == log.len());
    }
    for place in length..log.len() {
        let mut torn = log.clone();
        torn[place] ^= 1;
        look(&torn, place, false);
    }
}

#[test]
fn a_record_with_a_cut_log_takes_writes_again() {
    let (record, log, length) = last_commit_in_log();
    for end in (length..log.len()).step_by(97) {
        let scratch = Scratch::make();
        fs::write(scratch.record(), &record).expect("the record's copy");
        fs::write(scratch.file("scantill.db-wal"), &log[..end]).expect("the log's copy");
        let mut book = Book::open(&scratch.record()).expect("the record opens");
        assert_eq!(book.last_seq(), Ok(14), "cut at {end}");
        let (_, opened) = open(5, "sale-5", "till");
        write(&mut book, &[opened]);
        drop(book);
        assert_sound(&scratch.record(), 15);
    }
}

#[test]
fn an_empty_file_becomes_a_record() {
    let scratch = Scratch::make();
    File::create(scratch.record()).expect("an empty file");
    drop(filled(&scratch.record()));
    assert_sound(&scratch.record(), 14);
}
