//! Files that are no record, or not quite ours, and connections that keep no promise.

use rusqlite::Connection;

use crate::sqlite::{Book, Reader, create, pragma, schema};
use crate::tests::{Scratch, fill};
use crate::{OpenFault, check, export};

#[test]
fn an_empty_file_that_another_program_has_marked_is_left_to_it() {
    let scratch = Scratch::make();
    let path = scratch.file("theirs.db");
    let raw = Connection::open(&path).expect("a connection");
    raw.pragma_update(None, "application_id", 7)
        .expect("a mark of theirs");
    raw.close().expect("closed");
    let refused = OpenFault::NotADatabase(path.clone());
    assert_eq!(Book::open(&path).expect_err("not ours"), refused);
}

#[test]
fn a_reader_leaves_a_record_of_an_earlier_schema_to_the_server() {
    let scratch = Scratch::make();
    drop(Book::open(&scratch.record()).expect("a fresh record"));
    let raw = Connection::open(scratch.record()).expect("a connection");
    raw.pragma_update(None, "user_version", schema::KNOWN - 1)
        .expect("an earlier version");
    raw.close().expect("closed");
    let refused = OpenFault::NotADatabase(scratch.record());
    assert_eq!(
        Reader::open(&scratch.record()).expect_err("earlier"),
        refused
    );
}

#[test]
fn a_record_whose_keys_have_their_bonds_already_keeps_them_when_it_is_taken_along() {
    let scratch = Scratch::make();
    fill(&mut Book::open(&scratch.record()).expect("a fresh record"));
    let raw = Connection::open(scratch.record()).expect("a connection");
    // As it was before keys could be closed: nothing of the rest changed since.
    raw.execute_batch("DROP TABLE catalogue; DROP TABLE closed; PRAGMA user_version = 4")
        .expect("the schema before");
    raw.close().expect("closed");
    drop(Book::open(&scratch.record()).expect("a record of an earlier schema"));
    let report = check(&scratch.record()).expect("a record that opens");
    assert_eq!((report.broken, report.events), (None, 14));
}

#[test]
fn a_record_without_a_charge_is_sound_and_has_no_line_to_write_out() {
    let scratch = Scratch::make();
    drop(Book::open(&scratch.record()).expect("a fresh record"));
    let report = check(&scratch.record()).expect("a record that opens");
    assert_eq!((report.broken, report.charges, report.events), (None, 0, 0));
    let hear = &mut |_: &export::Line| panic!("there is no charge");
    assert_eq!(export::export(&scratch.record(), hear), Ok(0));
}

#[test]
fn a_connection_that_keeps_no_log_or_no_references_is_refused() {
    let place = Scratch::make().record();
    let raw = Connection::open_in_memory().expect("a connection");
    let no_log = pragma::make_durable(&raw, &place).expect_err("nothing is on a disk");
    assert!(
        no_log.to_string().ends_with("memory instead of WAL"),
        "{no_log}"
    );
    raw.pragma_update(None, "synchronous", "FULL")
        .expect("a pragma");
    raw.pragma_update(None, "foreign_keys", false)
        .expect("a pragma");
    let no_references = pragma::assert_durable(&raw, &place).expect_err("strays are let in");
    assert!(
        no_references.to_string().ends_with("without foreign keys"),
        "{no_references}"
    );
    raw.pragma_update(None, "foreign_keys", true)
        .expect("a pragma");
    assert_eq!(pragma::assert_durable(&raw, &place), Ok(()));
}

#[test]
fn a_file_in_a_folder_that_is_not_there_is_not_made() {
    let scratch = Scratch::make();
    let path = scratch.file("no/folder.db");
    assert_eq!(create(&path), Err(OpenFault::Missing(path.clone())));
    assert!(!path.exists());
}

#[test]
fn each_trouble_of_the_file_system_has_its_own_sentence() {
    let path = Scratch::make().record();
    let fault = |kind: std::io::ErrorKind| OpenFault::from_io(&path, &kind.into());
    assert_eq!(fault(std::io::ErrorKind::QuotaExceeded), OpenFault::Full);
    assert_eq!(
        fault(std::io::ErrorKind::NotFound),
        OpenFault::Missing(path.clone())
    );
    let other = fault(std::io::ErrorKind::TimedOut);
    assert!(matches!(other, OpenFault::Other { .. }), "{other:?}");
}
