//! Tests of the check: each way in which a row can be tampered with is found and named.

mod columns;
mod goods;

use std::fs;
use std::path::Path;

use ledger::{ChainHash, Charge, Event, Fact, FoldError};
use rusqlite::Connection;

use super::{CheckReport, Flaw, Flawed, check};
use crate::row::{RowFault, body_of};
use crate::tests::{Scratch, ask_refund, charge_id, fill, given, hear_refund, next, open, write};
use crate::{Book, Read};

/// The four charges and fourteen events of the test record, with the triggers taken away.
fn tampered(sql: &str) -> CheckReport {
    let scratch = Scratch::make();
    drop(record(&scratch.record()));
    let raw = unguarded(&scratch.record());
    raw.execute_batch(sql).expect("a change that SQLite takes");
    check(&scratch.record()).expect("a record that opens")
}

fn record(path: &Path) -> Book {
    let mut book = Book::open(path).expect("a fresh record");
    fill(&mut book);
    book
}

fn unguarded(path: &Path) -> Connection {
    let raw = Connection::open(path).expect("a connection");
    let guards = [
        "event_stays",
        "event_is_kept",
        "key_stays",
        "key_is_kept",
        "head_is_kept",
    ];
    for guard in guards.into_iter().chain(["head_keeps_its_name"]) {
        raw.execute_batch(&format!("DROP TRIGGER {guard}"))
            .expect("a guard");
    }
    raw.execute_batch("PRAGMA foreign_keys = OFF")
        .expect("no guard against strays");
    raw
}

fn assert_found(sql: &str, seq: Option<u64>, charge: Option<u32>, flaw: &Flaw) {
    let broken = tampered(sql).broken;
    let Some(found) = broken else {
        panic!("not found: {sql}")
    };
    let charge = charge.map(|number| charge_id(number).as_str().to_owned());
    assert_eq!(
        (found.seq, &found.charge, &found.flaw),
        (seq, &charge, flaw),
        "{sql}"
    );
}

#[test]
fn a_sound_record_is_sound_also_while_it_is_open() {
    let scratch = Scratch::make();
    let book = record(&scratch.record());
    let report = check(&scratch.record()).expect("a record that opens");
    assert_eq!(
        (report.charges, report.events, &report.broken),
        (4, 14, &None)
    );
    drop(book);
    assert_eq!(check(&scratch.record()), Ok(report));
}

#[test]
fn a_changed_event_is_named() {
    for sql in [
        "UPDATE event SET at_ms = at_ms + 1 WHERE seq = 5",
        "UPDATE event SET body = replace(body, '余', '馀') WHERE seq = 5",
        "UPDATE event SET chain = zeroblob(32) WHERE seq = 5",
        "UPDATE event SET fact = 'waiting', body = '' WHERE seq = 5",
        "UPDATE event SET revision = 7 WHERE seq = 5",
    ] {
        assert_found(sql, Some(5), Some(2), &Flaw::Chain);
    }
}

#[test]
fn a_dropped_event_is_named() {
    assert_found(
        "DELETE FROM event WHERE seq = 7",
        Some(7),
        None,
        &Flaw::Missing(7),
    );
    assert_found(
        "DELETE FROM event WHERE seq = 1",
        Some(1),
        None,
        &Flaw::Missing(1),
    );
    // Nothing follows the last one; the charge's own row gives it away.
    assert_found(
        "DELETE FROM event WHERE seq = 14",
        None,
        Some(4),
        &Flaw::Head,
    );
    assert_found(
        "DELETE FROM event WHERE seq > 11",
        None,
        Some(4),
        &Flaw::Head,
    );
}

#[test]
fn a_moved_or_inserted_event_is_named() {
    let swap = "UPDATE event SET seq = 99 WHERE seq = 5; UPDATE event SET seq = 5 WHERE seq = 6;
                UPDATE event SET seq = 6 WHERE seq = 99";
    assert_found(swap, Some(5), Some(3), &Flaw::Chain);
    let shift = "DELETE FROM event WHERE seq = 7;
                 UPDATE event SET seq = seq + 100 WHERE seq > 7;
                 UPDATE event SET seq = seq - 101 WHERE seq > 100";
    assert_found(shift, Some(7), Some(3), &Flaw::Chain);
    let insert = "INSERT INTO event SELECT 15, charge, 4, at_ms, 'doubted', 'doubt=lost', chain
                  FROM event WHERE seq = 14";
    assert_found(insert, Some(15), Some(4), &Flaw::Chain);
}

#[test]
fn a_row_that_is_no_event_is_named() {
    let flaw = Flaw::Row(RowFault::Field("cause"));
    let sql = "UPDATE event SET body = 'cause=because' WHERE seq = 5";
    assert_found(sql, Some(5), Some(2), &flaw);
    let flaw = Flaw::Row(RowFault::Fact("won".to_owned()));
    assert_found(
        "UPDATE event SET fact = 'won' WHERE seq = 5",
        Some(5),
        Some(2),
        &flaw,
    );
}

#[test]
fn a_charge_whose_row_says_otherwise_is_named() {
    for change in [
        "state = 'reversed'",
        "revision = 9",
        "sale = 'x'",
        "opened_ms = 0",
    ] {
        let sql = format!("UPDATE head SET {change} WHERE sale = 'sale-1'");
        assert_found(&sql, None, Some(1), &Flaw::Head);
    }
    assert_found(
        "DELETE FROM head WHERE sale = 'sale-1'",
        None,
        Some(1),
        &Flaw::Head,
    );
    let stray = format!(
        "INSERT INTO head VALUES ('{}', 'sale-9', 'till', 'opened', 1, 0, 0)",
        charge_id(9)
    );
    assert_found(&stray, None, Some(9), &Flaw::Head);
}

#[test]
fn a_charge_without_its_key_is_named() {
    assert_found(
        "DELETE FROM key WHERE key = 'key-3'",
        None,
        Some(3),
        &Flaw::Key,
    );
}

#[test]
fn a_flipped_bit_in_any_byte_of_a_history_is_found_and_named() {
    let scratch = Scratch::make();
    drop(record(&scratch.record()));
    let raw = unguarded(&scratch.record());
    for column in ["charge", "fact", "body", "chain"] {
        for seq in 1..=14_i64 {
            let sql = format!("SELECT CAST({column} AS BLOB) FROM event WHERE seq = ?1");
            let bytes: Vec<u8> = raw
                .query_row(&sql, [seq], |row| row.get(0))
                .expect("a column of an event");
            flip_each(&raw, &scratch.record(), column, seq, &bytes);
        }
    }
}

/// Flips one bit of each byte in turn, each within a transaction that is taken back.
fn flip_each(raw: &Connection, path: &Path, column: &str, seq: i64, bytes: &[u8]) {
    let value = if column == "chain" {
        "?1"
    } else {
        "CAST(?1 AS TEXT)"
    };
    let sql = format!("UPDATE event SET {column} = {value} WHERE seq = ?2");
    for place in 0..bytes.len() {
        let mut flipped = bytes.to_vec();
        flipped[place] ^= 1 << (place % 8);
        raw.execute(&sql, (&flipped, seq))
            .expect("a change that SQLite takes");
        let report = check(path).expect("a record that opens");
        let broken = report.broken.expect("the flip is found");
        let named = broken
            .seq
            .map(|seq| i64::try_from(seq).expect("a small record"));
        assert_eq!(named, Some(seq), "{column} at {place}: {broken}");
        raw.execute(&sql, (bytes, seq)).expect("as it was");
    }
    assert_eq!(check(path).expect("a record that opens").broken, None);
}

#[test]
fn a_flaw_names_the_event_and_the_charge_in_one_sentence() {
    let report = tampered("UPDATE event SET at_ms = 0 WHERE seq = 5");
    let words = report.broken.expect("a flaw").to_string();
    let expect = format!(
        "event 5 of charge {}: the event was changed, moved or put in: its link does not fit",
        charge_id(2)
    );
    assert_eq!(words, expect);
    assert_eq!(report.events, 4, "the events before it are sound");
}

/// Appends an event with a link that fits, as somebody could who knows how links are made.
fn forge(raw: &Connection, chain: ChainHash, event: &Event) {
    let link = ledger::link(&chain, event);
    let count = raw.execute(
        "INSERT INTO event SELECT max(seq) + 1, ?1, ?2, ?3, ?4, ?5, ?6 FROM event",
        (
            event.charge.as_str(),
            event.revision,
            event.at.ms(),
            event.fact.as_str(),
            body_of(event),
            link,
        ),
    );
    assert_eq!(count, Ok(1));
}

fn forged(write: impl Fn(&Connection, ChainHash)) -> Flawed {
    let scratch = Scratch::make();
    drop(record(&scratch.record()));
    let sound = check(&scratch.record()).expect("a record that opens");
    write(&unguarded(&scratch.record()), sound.chain);
    let report = check(&scratch.record()).expect("a record that opens");
    report.broken.expect("the forgery is found")
}

#[test]
fn a_well_linked_history_that_cannot_have_happened_is_named() {
    let found = forged(|raw, chain| {
        let (charge, _) = open(1, "sale-1", "till-1");
        let mut event = next(&charge, Fact::Sent).1.events.remove(0);
        event.revision = 4;
        forge(raw, chain, &event);
    });
    let Flaw::Fold(FoldError::Illegal { revision, .. }) = found.flaw else {
        panic!("{found}");
    };
    assert_eq!(revision, 4);
    assert_eq!(found.charge.as_deref(), Some(charge_id(1).as_str()));
}

#[test]
fn a_second_charge_of_a_paid_sale_is_found_although_all_rows_agree() {
    let found = forged(|raw, chain| {
        let (charge, batch) = open(9, "sale-1", "till-1");
        let rows = format!(
            "DROP INDEX head_one_per_sale;
             INSERT INTO head VALUES ('{id}', 'sale-1', 'till-1', 'opened', 1, {at}, 0);
             INSERT INTO key VALUES ('key-9', '{id}', 1, zeroblob(32), zeroblob(32))",
            id = charge.id(),
            at = charge.opened_at().ms(),
        );
        raw.execute_batch(&rows).expect("rows that SQLite takes");
        forge(raw, chain, &batch.events[0]);
    });
    assert_eq!(found.flaw, Flaw::Sale("sale-1".to_owned()));
}

#[test]
fn a_page_of_rubbish_is_found_and_stops_nothing() {
    let scratch = Scratch::make();
    let path = scratch.record();
    drop(record(&path));
    let sound = fs::read(&path).expect("the file");
    let raw = Connection::open(&path).expect("a connection");
    let free = raw.query_row("PRAGMA freelist_count", [], |row| row.get::<_, u32>(0));
    drop(raw);
    // Pages that hold nothing: what becomes of them harms nobody.
    let (free, mut unseen) = (free.expect("a count"), 0);
    for page in 1..sound.len() / 4_096 {
        let mut bad = sound.clone();
        bad[page * 4_096..(page + 1) * 4_096].fill(0xA5);
        fs::write(&path, &bad).expect("the damaged file");
        let is_found = check(&path).map_or(true, |report| report.broken.is_some());
        unseen += u32::from(!is_found);
        if let Ok(book) = Book::open(&path) {
            // Whether this page is read or not: an answer or a fault, and no panic.
            drop(book.list(99, None, None));
            drop(book.by_key("key-1"));
        }
    }
    assert!(unseen <= free, "{unseen} pages unseen, {free} are free");
}

#[test]
fn a_record_with_refunds_is_sound_and_its_books_say_what_is_held() {
    let scratch = Scratch::make();
    let mut book = record(&scratch.record());
    refund_twice(&mut book);
    drop(book);
    let report = check(&scratch.record()).expect("a record that opens");
    assert_eq!(report.broken, None);
    // One charge of 12.50 was paid, 2.50 of it went back, 1.00 is asked for.
    assert_eq!(
        (report.books.held_fen, report.books.sales_fen),
        (1_000, -1_000)
    );
}

#[test]
fn a_refund_without_its_key_and_a_key_without_its_refund_are_found() {
    for sql in [
        "DELETE FROM key WHERE key = 'refund-1'",
        "UPDATE key SET revision = 5 WHERE key = 'refund-1'",
        "UPDATE key SET charge = (SELECT max(charge) FROM head) WHERE key = 'refund-2'",
    ] {
        assert_eq!(refunds_tampered(sql), Some(Flaw::Key), "{sql}");
    }
}

#[test]
fn a_row_that_hides_an_asked_refund_is_found() {
    let sql = "UPDATE head SET refunding = 0 WHERE refunding > 0";
    assert_eq!(refunds_tampered(sql), Some(Flaw::Head));
}

#[test]
fn a_refund_that_was_made_larger_is_found() {
    let sql = "UPDATE event SET body = replace(body, 'amount=250', 'amount=259')
               WHERE fact = 'refund-asked'";
    assert_eq!(refunds_tampered(sql), Some(Flaw::Chain));
}

/// 2.50 of the first charge go back, and 1.00 more is asked for.
fn refund_twice(book: &mut Book) {
    let history = book.history(charge_id(1)).expect("the history");
    let one = Charge::fold(&history).expect("a history that can be");
    let (one, asked, no) = ask_refund(&one, 1, 250);
    let (one, end) = hear_refund(&one, no, given(&one, no));
    let (_, further, _) = ask_refund(&one, 2, 100);
    write(book, &[asked, end, further]);
}

/// What is found after the change.
fn refunds_tampered(sql: &str) -> Option<Flaw> {
    let scratch = Scratch::make();
    refund_twice(&mut record(&scratch.record()));
    let raw = unguarded(&scratch.record());
    raw.execute_batch(sql).expect("a change that SQLite takes");
    drop(raw);
    let report = check(&scratch.record()).expect("a record that opens");
    report.broken.map(|found| found.flaw)
}
