//! Ties in a file; the same ones in PostgreSQL are beside its other tests.

use super::{Tie, TieFault, TieName};
use crate::tests::{Scratch, next, open, refused};
use crate::{Book, OpenFault};

const KEY: Tie = tie(TieName::MasterKey, 1);
const APP: Tie = tie(TieName::App, 1);
const SELLER: Tie = tie(TieName::Seller, 1);
const OTHER_KEY: Tie = tie(TieName::MasterKey, 2);
const OTHER_APP: Tie = tie(TieName::App, 2);

const fn tie(name: TieName, digit: u8) -> Tie {
    Tie {
        name,
        value: [digit; 32],
    }
}

fn fault(result: Result<(), OpenFault>) -> Option<TieFault> {
    match result {
        Ok(()) => None,
        Err(OpenFault::Tied { fault, .. }) => Some(fault),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_record_that_was_begun_under_another_master_key_or_app_is_refused_and_stays_as_it_was() {
    let scratch = Scratch::make();
    let mut book = Book::open(&scratch.record()).expect("a fresh record");
    assert_eq!(fault(book.tie(&[KEY, APP], false)), None);
    drop(book);
    let mut book = Book::open(&scratch.record()).expect("the record");
    let differs = |name| Some(TieFault::Differs(name));
    let other = [OTHER_KEY, APP];
    assert_eq!(fault(book.tie(&other, false)), differs(TieName::MasterKey));
    let other = [KEY, OTHER_APP, SELLER];
    assert_eq!(fault(book.tie(&other, false)), differs(TieName::App));
    assert_eq!(fault(book.tie(&[KEY, APP], false)), None, "as before");
}

#[test]
fn what_one_start_does_not_name_says_nothing_and_is_written_by_the_first_that_does() {
    let mut book = Book::in_memory();
    assert_eq!(fault(book.tie(&[KEY, APP, SELLER], false)), None);
    assert_eq!(fault(book.tie(&[KEY, APP], false)), None);
    let other = tie(TieName::Seller, 9);
    let differs = Some(TieFault::Differs(TieName::Seller));
    assert_eq!(fault(book.tie(&[KEY, APP, other], false)), differs);
}

#[test]
fn a_change_that_is_meant_is_taken_once_nothing_is_open_that_needs_the_earlier_account() {
    let mut book = Book::in_memory();
    assert_eq!(fault(book.tie(&[KEY, APP], false)), None);
    let (charge, opened) = open(1, "sale", "till");
    book.commit(&[opened]).expect("it is opened");
    assert_eq!(
        fault(book.tie(&[OTHER_KEY, APP], true)),
        None,
        "a key alone"
    );
    let unfinished = Some(TieFault::Unfinished(TieName::App));
    assert_eq!(fault(book.tie(&[OTHER_KEY, OTHER_APP], true)), unfinished);
    let (_, end) = next(&charge, refused());
    book.commit(&[end]).expect("it is ended");
    assert_eq!(fault(book.tie(&[OTHER_KEY, OTHER_APP], true)), None);
    assert_eq!(fault(book.tie(&[OTHER_KEY, OTHER_APP], false)), None);
    let differs = Some(TieFault::Differs(TieName::MasterKey));
    assert_eq!(fault(book.tie(&[KEY, APP], false)), differs);
}

#[test]
fn a_backup_starts_on_another_machine_with_another_master_key_and_not_with_another_app() {
    let scratch = Scratch::make();
    let mut book = Book::open(&scratch.record()).expect("a fresh record");
    assert_eq!(fault(book.tie(&[KEY, APP], false)), None);
    let copy = scratch.file("copy.db");
    crate::backup::copy(&scratch.record(), &copy).expect("a copy");
    crate::backup::settle(&copy).expect("it settles");
    let mut book = Book::open(&copy).expect("the copy");
    let differs = Some(TieFault::Differs(TieName::App));
    assert_eq!(fault(book.tie(&[OTHER_KEY, OTHER_APP], false)), differs);
    assert_eq!(fault(book.tie(&[OTHER_KEY, APP], false)), None);
}
