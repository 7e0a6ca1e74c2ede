//! A record that changes its house: out of a database into a file while servers write it, and out
//! of a file into an empty database, row by row.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use money::Stamp;

use super::{book, cluster, database};
use crate::postgres::{DatabaseFault, check, put, take};
use crate::tests::{Scratch, fill, open};
use crate::{Backend as _, Book, Closing, OpenFault, Tie, TieFault, TieName, Verdict};

fn rows(path: &Path) -> Vec<Vec<u8>> {
    let mut rows = Vec::new();
    let read = crate::backup::rows(path, &mut |row| rows.push(row.to_vec()));
    read.expect("a record");
    rows
}

fn tie(digit: u8) -> [Tie; 1] {
    [Tie {
        name: TieName::MasterKey,
        value: [digit; 32],
    }]
}

#[test]
fn a_copy_of_a_database_is_the_record_that_a_file_would_have() {
    let (address, _) = database();
    let (files, to) = (Scratch::make(), "copy.db");
    fill(&mut book(&address, "one"));
    fill(&mut Book::open(&files.record()).expect("a fresh record"));
    take(&address, &files.file(to)).expect("a copy");
    assert_eq!(rows(&files.file(to)), rows(&files.record()));
    assert_eq!(crate::check(&files.file(to)), crate::check(&files.record()));
    assert_eq!(crate::check(&files.file(to)), check(&address));
    let again = take(&address, &files.file(to));
    assert!(again.is_err(), "nothing is written over");
}

#[test]
fn a_copy_taken_while_servers_write_is_one_moment_of_the_record() {
    let (address, _) = database();
    let files = Scratch::make();
    let mut writer = book(&address, "one");
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1.. {
                let (_, opened) = open(number, &format!("sale-{number}"), "till");
                writer
                    .commit(&[opened])
                    .expect("a database that takes writes");
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let mut last = 0;
        for number in 0..5 {
            let to = files.file(&format!("copy-{number}.db"));
            take(&address, &to).expect("a copy");
            let report = crate::check(&to).expect("a record");
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
fn a_record_put_into_an_empty_database_is_equal_and_goes_on() {
    let files = Scratch::make();
    fill(&mut Book::open(&files.record()).expect("a fresh record"));
    let (address, name) = database();
    assert_eq!(put(&address, &files.record()), Ok(true));
    assert_eq!(check(&address), crate::check(&files.record()));
    let back = files.file("back.db");
    take(&address, &back).expect("a copy");
    assert_eq!(rows(&back), rows(&files.record()));
    let before = check(&address).expect("a record");
    let (_, opened) = open(9, "sale-9", "till");
    let verdicts = book(&address, "one").commit(&[opened]);
    let last_seq = before.events + 1;
    assert_eq!(verdicts, Ok(vec![Verdict::Written { last_seq }]));
    assert_eq!(check(&address).expect("a record").broken, None);
    assert_eq!(cluster().ask(&name, "SELECT count(*) FROM claim"), "1");
}

#[test]
fn closed_keys_and_ties_come_along_both_ways() {
    let (source, _) = database();
    let files = Scratch::make();
    let (charge, opened) = open(1, "sale", "till");
    let mut one = book(&source, "one");
    one.tie(&tie(7), false).expect("it is tied to nothing yet");
    let closed = one.close(&["key-1".to_owned()], charge.opened_at());
    assert_eq!(closed, Ok(vec![Closing::Closed]));
    take(&source, &files.record()).expect("a copy");
    crate::backup::settle_tied(&files.record()).expect("a record");
    let (target, _) = database();
    assert_eq!(put(&target, &files.record()), Ok(true));
    let mut two = book(&target, "two");
    let other = two.tie(&tie(8), false);
    let differs = TieFault::Differs(TieName::MasterKey);
    assert!(
        matches!(&other, Err(OpenFault::Tied { fault, .. }) if *fault == differs),
        "{other:?}"
    );
    two.tie(&tie(7), false).expect("the same key");
    assert_eq!(two.commit(&[opened]), Ok(vec![Verdict::KeyClosed]));
}

#[test]
fn a_database_that_holds_anything_is_left_alone() {
    let files = Scratch::make();
    fill(&mut Book::open(&files.record()).expect("a fresh record"));
    let (full, _) = database();
    let (_, opened) = open(1, "sale", "till");
    let written = book(&full, "one").commit(&[opened]);
    written.expect("a database that takes writes");
    let (tied, _) = database();
    let mut one = book(&tied, "one");
    one.tie(&tie(7), false).expect("it is tied to nothing yet");
    let (closing, _) = database();
    let closed = book(&closing, "one").close(&["key".to_owned()], Stamp::from_ms(1));
    closed.expect("a database that takes writes");
    for address in [&full, &tied, &closing] {
        let before = check(address);
        let place = address.to_string();
        let fault = OpenFault::Database(DatabaseFault::Taken { place });
        assert_eq!(put(address, &files.record()), Err(fault));
        assert_eq!(check(address), before);
    }
    let (foreign, name) = database();
    cluster().ask(&name, "CREATE TABLE event (number int)");
    let fault = put(&foreign, &files.record()).expect_err("another program's");
    assert!(
        matches!(fault, OpenFault::Database(DatabaseFault::Foreign { .. })),
        "{fault}"
    );
    let (empty, _) = database();
    drop(book(&empty, "one"));
    assert_eq!(
        put(&empty, &files.record()),
        Ok(true),
        "an empty record of ours"
    );
    assert_eq!(check(&empty), crate::check(&files.record()));
}

#[test]
fn a_record_that_a_database_changes_on_the_way_is_not_put_there() {
    let files = Scratch::make();
    fill(&mut Book::open(&files.record()).expect("a fresh record"));
    let (address, name) = database();
    drop(book(&address, "one"));
    let sql = "CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS \
        $$ BEGIN NEW.sale := 'other'; RETURN NEW; END $$; \
        CREATE TRIGGER lies BEFORE INSERT ON head FOR EACH ROW \
        WHEN (NEW.sale = 'sale-1') EXECUTE FUNCTION lie()";
    cluster().ask(&name, sql);
    assert_eq!(put(&address, &files.record()), Ok(false));
    assert_eq!(cluster().ask(&name, "SELECT count(*) FROM head"), "0");
}

#[test]
fn a_database_whose_record_does_not_end_where_its_chain_ends_is_not_copied() {
    let (address, name) = database();
    fill(&mut book(&address, "one"));
    cluster().ask(&name, "UPDATE tail SET seq = seq + 1");
    let fault = take(&address, &Scratch::make().file("copy.db")).expect_err("it lies");
    assert!(fault.to_string().contains("scantill verify"), "{fault}");
    let (empty, _) = database();
    let files = Scratch::make();
    let missing = take(&empty, &files.file("copy.db")).expect_err("no record");
    assert!(
        matches!(missing, OpenFault::Database(DatabaseFault::Empty { .. })),
        "{missing}"
    );
    assert!(!files.file("copy.db").exists());
}
