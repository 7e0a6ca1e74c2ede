//! Several hosts in one address: who is written to, and when a connection is made anew.

use std::slice::from_ref;

use super::{Address, book, cluster, database};
use crate::postgres::{DatabaseFault, PostgresBook, check};
use crate::tests::{charge_id, next, open, paid};
use crate::{Backend as _, OpenFault, Read as _, StoreFault, Verdict};

/// The database, behind these hosts as well.
fn with_hosts(name: &str, hosts: &str) -> Address {
    let text = cluster()
        .address(name)
        .replace("@127.0.0.1", &format!("@{hosts},127.0.0.1"));
    Address::parse(&text).expect("an address")
}

fn connections(name: &str) -> String {
    let sql = "SELECT string_agg(pid::text, ',' ORDER BY pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    cluster().ask(name, sql)
}

fn written(last_seq: u64) -> Vec<Verdict> {
    vec![Verdict::Written { last_seq }]
}

#[test]
fn of_several_hosts_one_that_is_there_is_written_to() {
    let (_, name) = database();
    let address = with_hosts(&name, "127.0.0.1:1");
    let mut book = book(&address, "one");
    let (_, opened) = open(1, "sale", "till");
    assert_eq!(book.commit(&[opened]), Ok(written(1)));
    let reader = book.reader().expect("a reader");
    assert_eq!(
        reader.history(charge_id(1)).map(|events| events.len()),
        Ok(1)
    );
}

#[test]
fn the_first_of_two_hosts_with_equally_many_promotions_is_believed() {
    let (_, name) = database();
    let host = format!("127.0.0.1:{}", cluster().port());
    let mut book = book(&with_hosts(&name, &host), "one");
    let (_, opened) = open(1, "sale", "till");
    assert_eq!(book.commit(&[opened]), Ok(written(1)));
}

#[test]
fn when_none_of_several_hosts_is_there_it_is_said() {
    let text = "postgres://till@127.0.0.1:1,127.0.0.1:2/shop";
    let address = Address::parse(text).expect("an address");
    match PostgresBook::open(&address, "one") {
        Err(OpenFault::Database(DatabaseFault::Unreachable { .. })) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_connection_is_made_anew_once_a_later_promotion_is_known() {
    let (address, name) = database();
    let mut book = book(&address, "one");
    let (charge, opened) = open(1, "sale", "till");
    assert_eq!(book.commit(&[opened]), Ok(written(1)));
    let before = connections(&name);
    let (charge, sent) = next(&charge, ledger::Fact::Sent);
    assert_eq!(book.commit(&[sent]), Ok(written(2)));
    assert_eq!(connections(&name), before, "one connection for all of it");
    address.promotions.note(7);
    let (_, end) = next(&charge, ledger::Fact::Paid(paid(&charge)));
    assert_eq!(book.commit(&[end]), Ok(written(3)));
    assert_ne!(connections(&name), before);
    assert_eq!(check(&address).expect("it opens").broken, None);
}

#[test]
fn a_charge_whose_row_is_damaged_is_not_written_on() {
    let (address, name) = database();
    let mut book = book(&address, "one");
    let (charge, opened) = open(1, "sale", "till");
    assert_eq!(book.commit(&[opened]), Ok(written(1)));
    let damage = "SET session_replication_role = replica; UPDATE head SET revision = 7";
    cluster().ask(&name, damage);
    let (_, sent) = next(&charge, ledger::Fact::Sent);
    let fault = book.commit(from_ref(&sent));
    assert!(matches!(fault, Err(StoreFault::Broken(_))), "{fault:?}");
    let (_, other) = open(2, "other", "till");
    assert_eq!(book.commit(&[other]), Ok(written(2)), "others are");
}
