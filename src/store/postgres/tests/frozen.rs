//! A database that keeps its connections and says nothing.

use std::time::Duration;

use super::cluster::{Cluster, signal};
use super::{Address, book};
use crate::tests::open;
use crate::{Backend as _, Read as _, StoreFault};

#[test]
fn questions_to_a_frozen_database_come_back_unanswered_and_go_on_once_it_wakes() {
    let cluster = Cluster::start();
    let address = Address::parse(&cluster.database()).expect("an address");
    let mut book = book(&address, "one");
    let (charge, opened) = open(1, "sale", "till");
    book.commit(&[opened])
        .expect("a database that takes writes");
    let mut reader = book.reader().expect("a reader");
    reader.line.answered = Duration::from_secs(1);
    assert_eq!(reader.last_seq(), Ok(1));
    let frozen = cluster.freeze();
    let lost = [
        reader.history(charge.id()).map(drop),
        reader.by_key("key-1").map(drop),
        reader.list(10, None, None).map(drop),
        reader.moved_since(0).map(drop),
        reader.traces(0, 10).map(drop),
    ];
    for answer in lost {
        assert!(matches!(answer, Err(StoreFault::Lost(_))), "{answer:?}");
    }
    signal("CONT", &frozen);
    let answered = (0..600).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        reader.last_seq() == Ok(1)
    });
    assert!(answered, "it goes on by itself");
    assert_eq!(
        reader.history(charge.id()).map(|events| events.len()),
        Ok(1)
    );
}
