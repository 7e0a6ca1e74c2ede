//! Several servers on one database: who works on which charge.

use std::slice::from_ref;

use ledger::{Fact, ReverseWhy};

use super::{book, cluster, database};
use crate::postgres::check;
use crate::tests::{charge_id, next, open, paid};
use crate::{Backend, Claimed, Closing, Read as _, Verdict};

/// Ends every claim, as fifteen seconds without renewal would.
pub(super) fn let_leases_end(name: &str) {
    cluster().ask(name, "UPDATE claim SET expires = now() - interval '1 s'");
}

fn fences(name: &str) -> String {
    cluster().ask(name, "SELECT owner, fence FROM claim ORDER BY charge")
}

#[test]
fn a_charge_belongs_to_the_server_that_opened_it() {
    let (address, name) = database();
    let (mut one, mut two) = (book(&address, "one"), book(&address, "two"));
    let (charge, opened) = open(1, "sale", "till");
    one.commit(&[opened]).expect("it is opened");
    assert_eq!(two.claim(&[], &[]), Ok(Claimed::default()), "it is taken");
    let (_, waiting) = next(&charge, Fact::Waiting);
    let fenced = [Verdict::Fenced { fence: 1 }];
    assert_eq!(two.commit(from_ref(&waiting)).as_deref(), Ok(&fenced[..]));
    let written = [Verdict::Written { last_seq: 2 }];
    assert_eq!(one.commit(&[waiting]).as_deref(), Ok(&written[..]));
    assert_eq!(fences(&name), "one|1");
}

#[test]
fn a_charge_whose_server_is_gone_is_taken_over_and_the_old_number_is_refused() {
    let (address, name) = database();
    let (mut one, mut two) = (book(&address, "one"), book(&address, "two"));
    let (charge, opened) = open(1, "sale", "till");
    one.commit(from_ref(&opened)).expect("it is opened");
    let_leases_end(&name);
    let taken = Claimed {
        taken: vec![opened.events],
        lost: Vec::new(),
    };
    assert_eq!(two.claim(&[], &[]), Ok(taken));
    assert_eq!(fences(&name), "two|2");
    // The first server was only frozen, and wakes.
    let (_, late) = next(&charge, Fact::ReverseBegun(ReverseWhy::Deadline));
    let fenced = [Verdict::Fenced { fence: 2 }];
    assert_eq!(one.commit(&[late]).as_deref(), Ok(&fenced[..]));
    let (_, end) = next(&charge, Fact::Paid(paid(&charge)));
    let written = [Verdict::Written { last_seq: 2 }];
    assert_eq!(two.commit(&[end]).as_deref(), Ok(&written[..]));
    assert_eq!(fences(&name), "", "an ended charge needs nobody");
    assert_eq!(two.claim(&[charge.id()], &[]), Ok(Claimed::default()));
    assert_eq!(check(&address).expect("it opens").broken, None);
}

#[test]
fn a_frozen_server_hears_what_it_has_lost() {
    let (address, name) = database();
    let (mut one, mut two) = (book(&address, "one"), book(&address, "two"));
    let batches = [1, 2].map(|number| open(number, &format!("sale-{number}"), "till").1);
    one.commit(&batches).expect("they are opened");
    let_leases_end(&name);
    assert_eq!(
        two.claim(&[], &[]).map(|claimed| claimed.taken.len()),
        Ok(2)
    );
    let lost = Claimed {
        taken: Vec::new(),
        lost: vec![charge_id(1), charge_id(2)],
    };
    assert_eq!(one.claim(&[charge_id(1), charge_id(2)], &[]), Ok(lost));
}

#[test]
fn a_claim_that_ended_unnoticed_is_still_its_owners_until_somebody_takes_it() {
    let (address, name) = database();
    let (mut one, mut two) = (book(&address, "one"), book(&address, "two"));
    let (charge, opened) = open(1, "sale", "till");
    one.commit(&[opened]).expect("it is opened");
    let_leases_end(&name);
    let (charge, waiting) = next(&charge, Fact::Waiting);
    let written = [Verdict::Written { last_seq: 2 }];
    assert_eq!(one.commit(&[waiting]).as_deref(), Ok(&written[..]));
    assert_eq!(one.claim(&[charge.id()], &[]), Ok(Claimed::default()));
    assert_eq!(
        two.claim(&[], &[]),
        Ok(Claimed::default()),
        "it was renewed"
    );
    assert_eq!(fences(&name), "one|1");
}

#[test]
fn a_charge_that_its_server_forgot_is_taken_up_again_by_any() {
    let (address, name) = database();
    let mut one = book(&address, "one");
    let (_, opened) = open(1, "sale", "till");
    one.commit(&[opened]).expect("it is opened");
    assert_eq!(
        one.claim(&[], &[]),
        Ok(Claimed::default()),
        "not before its end"
    );
    let_leases_end(&name);
    assert_eq!(
        one.claim(&[], &[]).map(|claimed| claimed.taken.len()),
        Ok(1)
    );
    assert_eq!(fences(&name), "one|2");
}

#[test]
fn who_leaves_in_order_leaves_nothing_to_wait_for() {
    let (address, _) = database();
    let (mut one, mut two) = (book(&address, "one"), book(&address, "two"));
    let (_, opened) = open(1, "sale", "till");
    one.commit(&[opened]).expect("it is opened");
    one.release();
    assert_eq!(
        two.claim(&[], &[]).map(|claimed| claimed.taken.len()),
        Ok(1)
    );
}

#[test]
fn one_sale_and_one_key_hold_across_servers() {
    let (address, _) = database();
    let (mut one, mut two) = (book(&address, "one"), book(&address, "two"));
    let (first, opened) = open(1, "sale", "till");
    one.commit(from_ref(&opened)).expect("it is opened");
    let (_, rival) = open(2, "sale", "till");
    let taken = [Verdict::SaleTaken { charge: first.id() }];
    assert_eq!(two.commit(&[rival]).as_deref(), Ok(&taken[..]));
    let (_, mut again) = open(3, "other", "till");
    again.key = opened.key;
    let taken = [Verdict::KeyTaken {
        charge: first.id(),
        fingerprint: [1; 32],
    }];
    assert_eq!(two.commit(&[again]).as_deref(), Ok(&taken[..]));
}

#[test]
fn a_key_that_one_server_closes_while_another_opens_with_it_comes_to_one_of_both() {
    let (address, _) = database();
    let (mut one, mut two) = (book(&address, "one"), book(&address, "two"));
    for number in 1..=30 {
        let (charge, opened) = open(number, &format!("sale-{number}"), "till");
        let keys = [format!("key-{number}")];
        let (verdicts, closings) = std::thread::scope(|scope| {
            let opening = scope.spawn(|| one.commit(&[opened]));
            let closing = two.close(&keys, charge.opened_at());
            (opening.join().expect("no panic"), closing)
        });
        match (verdicts.as_deref(), closings.as_deref()) {
            (Ok([Verdict::Written { .. }]), Ok([Closing::Bound(bound)])) => {
                assert_eq!(*bound, charge.id());
            }
            (Ok([Verdict::KeyClosed]), Ok([Closing::Closed])) => {}
            ends => panic!("{number}: {ends:?}"),
        }
    }
    assert_eq!(check(&address).expect("it opens").broken, None);
}

#[test]
fn servers_that_write_at_once_keep_one_chain_and_one_charge_a_sale() {
    let (address, _) = database();
    let opened: usize = std::thread::scope(|scope| {
        let servers: Vec<_> = ["one", "two", "three"]
            .into_iter()
            .zip(0..)
            .map(|(owner, place): (_, u32)| {
                let address = &address;
                scope.spawn(move || {
                    let mut book = book(address, owner);
                    // All want the same twenty sales.
                    let batches = (0..20).map(|sale| {
                        let number = 1 + place * 20 + sale;
                        open(number, &format!("sale-{sale}"), "till").1
                    });
                    let verdicts = batches.map(|batch| book.commit(&[batch]));
                    verdicts
                        .filter(|verdicts| match verdicts.as_deref() {
                            Ok([Verdict::Written { .. }]) => true,
                            Ok([Verdict::SaleTaken { .. }]) => false,
                            other => panic!("{other:?}"),
                        })
                        .count()
                })
            })
            .collect();
        servers
            .into_iter()
            .map(|server| server.join().expect("no panic"))
            .sum()
    });
    assert_eq!(opened, 20);
    let report = check(&address).expect("it opens");
    assert_eq!((report.broken, report.events), (None, 20));
}

#[test]
fn what_another_server_wrote_is_found_by_its_place() {
    let (address, _) = database();
    let (mut one, two) = (book(&address, "one"), book(&address, "two"));
    let reader = two.reader().expect("a reader");
    let (first, opened) = open(1, "sale-1", "till");
    let (_, waiting) = next(&first, Fact::Waiting);
    let (second, other) = open(2, "sale-2", "till");
    one.commit(&[opened, other, waiting]).expect("written");
    let places = |seq| -> Vec<(u64, usize)> {
        let moved = reader.moved_since(seq).expect("it can be read");
        moved
            .iter()
            .map(|(seq, events)| (*seq, events.len()))
            .collect()
    };
    assert_eq!(places(0), [(2, 1), (3, 2)]);
    assert_eq!(places(2), [(3, 2)], "the whole history of {}", second.id());
    assert_eq!(places(3), []);
}

#[test]
fn a_charge_that_is_wanted_is_taken_from_its_server_which_is_refused_then() {
    let (address, name) = database();
    let (mut one, mut two) = (book(&address, "one"), book(&address, "two"));
    let (charge, opened) = open(1, "sale-1", "till");
    let (other, kept) = open(2, "sale-2", "till");
    let (_, end) = next(&other, Fact::Paid(paid(&other)));
    one.commit(&[opened.clone(), kept])
        .expect("they are opened");
    let wanted = [charge.id(), other.id()];
    one.commit(&[end]).expect("it is paid");
    let taken = Claimed {
        taken: vec![opened.events],
        lost: Vec::new(),
    };
    assert_eq!(
        two.claim(&[], &wanted),
        Ok(taken),
        "what is paid needs nobody"
    );
    assert_eq!(fences(&name), "two|3");
    let (_, waiting) = next(&charge, Fact::Waiting);
    let fenced = [Verdict::Fenced { fence: 3 }];
    assert_eq!(one.commit(&[waiting]).as_deref(), Ok(&fenced[..]));
    assert_eq!(two.claim(&[charge.id()], &wanted), Ok(Claimed::default()));
}

#[test]
fn a_server_hears_that_another_has_ended_what_it_thought_its_own() {
    let (address, _) = database();
    let (mut one, mut two) = (book(&address, "one"), book(&address, "two"));
    let (charge, opened) = open(1, "sale", "till");
    one.commit(&[opened]).expect("it is opened");
    two.claim(&[], &[charge.id()]).expect("it is taken");
    let (_, end) = next(&charge, Fact::Paid(paid(&charge)));
    two.commit(&[end]).expect("it is paid");
    let lost = Claimed {
        taken: Vec::new(),
        lost: vec![charge.id()],
    };
    assert_eq!(one.claim(&[charge.id()], &[]), Ok(lost));
    assert_eq!(one.claim(&[charge.id()], &[]), Ok(Claimed::default()));
}
