//! Connections that break: before a commit, in its midst, and right when nobody knows.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::slice::from_ref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use ledger::Fact;

use super::sharing::let_leases_end;
use super::{Address, book, cluster, database};
use crate::postgres::append::Patience;
use crate::postgres::{PostgresBook, check};
use crate::tests::{charge_id, next, open, paid};
use crate::{Backend, Batch, Claimed, Read, StoreFault, Verdict};

#[test]
fn a_connection_that_broke_while_nobody_used_it_is_made_again() {
    let (address, name) = database();
    let mut book = book(&address, "one");
    let reader = book.reader().expect("a reader");
    let cut = format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}' \
         AND pid <> pg_backend_pid()"
    );
    for number in [1, 2] {
        let (_, opened) = open(number, &format!("sale-{number}"), "till");
        let seq = u64::from(number);
        assert_eq!(
            book.commit(&[opened]),
            Ok(vec![Verdict::Written { last_seq: seq }])
        );
        assert_eq!(reader.last_seq(), Ok(seq));
        assert_eq!(cluster().ask(&name, &cut), "2");
    }
}

/// Keeps the end of the chain from everybody until it is ended from outside.
fn hold_the_end(name: &str) {
    let hold = "BEGIN; SELECT 1 FROM tail FOR UPDATE; SELECT pg_sleep(60)";
    let _ = std::panic::catch_unwind(|| cluster().ask(name, hold));
}

fn wait_until_held(name: &str) {
    let is_held = "SELECT count(*) FROM pg_locks WHERE relation = 'tail'::regclass AND granted";
    while cluster().ask(name, is_held) == "0" {
        thread::yield_now();
    }
}

fn let_go_of_the_end(name: &str) {
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE query LIKE 'BEGIN; SELECT 1%' AND datname = current_database()";
    cluster().ask(name, end);
}

#[test]
fn who_cannot_have_the_end_of_the_chain_is_told_that_the_record_is_held() {
    let (address, name) = database();
    let mut book = book(&address, "one");
    let (_, opened) = open(1, "sale", "till");
    thread::scope(|scope| {
        let holder = scope.spawn(|| hold_the_end(&name));
        wait_until_held(&name);
        assert_eq!(book.commit(from_ref(&opened)), Err(StoreFault::Busy));
        let_go_of_the_end(&name);
        holder.join().expect("it ends");
    });
    assert_eq!(
        book.commit(&[opened]),
        Ok(vec![Verdict::Written { last_seq: 1 }])
    );
}

/// Passes bytes on, and once it is armed cuts a connection when its client says the word: before
/// the server hears it, or after it has answered. What it does with whoever comes after the cut is
/// its `door`'s to say.
struct Cutter {
    address: Address,
    scissors: Scissors,
    door: Arc<AtomicU8>,
}

/// How many cuts are left, and whether the last one is done.
#[derive(Clone, Default)]
struct Scissors {
    left: Arc<AtomicU32>,
    has_cut: Arc<AtomicBool>,
}

#[derive(Clone, Copy, Debug)]
enum Cut {
    Before,
    After,
}

/// Whoever comes is let through.
const OPEN: u8 = 0;
/// Whoever comes waits in front of it.
const SHUT: u8 = 1;
/// Nobody is there.
const GONE: u8 = 2;

impl Cutter {
    fn before(address: &str, word: &'static [u8], cut: Cut) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let behind = address.split('@').nth(1).expect("a host");
        let (behind, name) = behind.split_once('/').expect("a database");
        let text = format!("postgres://till@127.0.0.1:{port}/{name}");
        let behind = behind.to_owned();
        let cutter = Self {
            address: Address::parse(&text).expect("an address"),
            scissors: Scissors::default(),
            door: Arc::default(),
        };
        let (scissors, door) = (cutter.scissors.clone(), Arc::clone(&cutter.door));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                while door.load(Ordering::SeqCst) == SHUT {
                    thread::sleep(Duration::from_millis(5));
                }
                if door.load(Ordering::SeqCst) == OPEN {
                    let server = TcpStream::connect(&behind).expect("PostgreSQL listens");
                    pass(client, server, word, cut, &scissors);
                }
            }
        });
        cutter
    }

    /// The next time that the word is said, the connection is cut, and then the door is so.
    fn arm(&self, door: u8) {
        self.door.store(door, Ordering::SeqCst);
        self.scissors.left.store(1, Ordering::SeqCst);
    }

    fn set(&self, door: u8) {
        self.door.store(door, Ordering::SeqCst);
    }

    fn has_cut(&self) -> bool {
        self.scissors.has_cut.load(Ordering::SeqCst)
    }
}

fn pass(client: TcpStream, server: TcpStream, word: &'static [u8], cut: Cut, scissors: &Scissors) {
    let twin = |stream: &TcpStream| stream.try_clone().expect("a second handle");
    let (mut from, mut to) = (twin(&client), twin(&server));
    let (forth, back) = (scissors.clone(), scissors.clone());
    // Set before the word is passed on: what the server says from then on is the answer to it.
    let is_said = Arc::new(AtomicBool::new(false));
    let was_said = Arc::clone(&is_said);
    thread::spawn(move || {
        let mut bytes = [0; 16_384];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            let is_word = bytes[..count].windows(word.len()).any(|part| part == word);
            if is_word && forth.left.swap(0, Ordering::SeqCst) > 0 {
                is_said.store(true, Ordering::SeqCst);
                if matches!(cut, Cut::Before) {
                    break;
                }
            }
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        drop(to.shutdown(Shutdown::Both));
    });
    let (mut from, mut to) = (server, client);
    thread::spawn(move || {
        let mut bytes = [0; 16_384];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            if was_said.load(Ordering::SeqCst) || to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        if was_said.load(Ordering::SeqCst) {
            back.has_cut.store(true, Ordering::SeqCst);
        }
        drop(from.shutdown(Shutdown::Both));
        drop(to.shutdown(Shutdown::Both));
    });
}

/// A commit over a connection that is cut once at `word`.
fn commit_through(word: &'static [u8], cut: Cut) {
    let (address, name) = database();
    drop(book(&address, "nobody"));
    let cutter = Cutter::before(&cluster().address(&name), word, cut);
    let mut book = book(&cutter.address, "one");
    cutter.arm(OPEN);
    let (_, opened) = open(1, "sale", "till");
    let written = Ok(vec![Verdict::Written { last_seq: 1 }]);
    assert_eq!(book.commit(&[opened]), written, "{cut:?}");
    assert!(cutter.has_cut());
    let reader = book.reader().expect("a reader");
    assert_eq!(
        reader.history(charge_id(1)).map(|events| events.len()),
        Ok(1)
    );
    let report = check(&address).expect("it opens");
    assert_eq!((report.broken, report.events), (None, 1), "{cut:?}");
}

#[test]
fn a_commit_that_was_never_heard_is_made_again() {
    commit_through(b"INSERT INTO event", Cut::Before);
    commit_through(b"COMMIT\0", Cut::Before);
}

#[test]
fn a_commit_whose_answer_was_lost_is_found_and_not_made_twice() {
    commit_through(b"COMMIT\0", Cut::After);
}

#[test]
fn a_commit_whose_answer_was_lost_is_looked_for_also_when_the_next_try_finds_the_record_held() {
    let (address, name) = database();
    drop(book(&address, "nobody"));
    let cutter = Cutter::before(&cluster().address(&name), b"COMMIT\0", Cut::After);
    let mut book = book(&cutter.address, "one");
    let (_, opened) = open(1, "sale", "till");
    cutter.arm(SHUT);
    thread::scope(|scope| {
        let commit = scope.spawn(|| book.commit(&[opened]));
        while !cutter.has_cut() {
            thread::yield_now();
        }
        let holder = scope.spawn(|| hold_the_end(&name));
        wait_until_held(&name);
        cutter.set(OPEN);
        // The next try waits for the holder, and is told that it has waited too long.
        let cancel = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity \
                      WHERE wait_event_type = 'Lock' AND datname = current_database()";
        while cluster().ask(&name, cancel) == "0" {
            thread::yield_now();
        }
        let_go_of_the_end(&name);
        holder.join().expect("it ends");
        let written = Ok(vec![Verdict::Written { last_seq: 1 }]);
        assert_eq!(commit.join().expect("no panic"), written);
    });
    assert_eq!(check(&address).expect("it opens").events, 1);
}

#[test]
fn a_commit_that_never_left_is_lost_and_not_doubted_when_nobody_is_there_any_more() {
    let (address, name) = database();
    drop(book(&address, "nobody"));
    let cutter = Cutter::before(&cluster().address(&name), b"INSERT INTO event", Cut::Before);
    let mut book = book(&cutter.address, "one");
    cutter.arm(GONE);
    let (_, opened) = open(1, "sale", "till");
    let fault = book.commit(from_ref(&opened));
    assert!(matches!(fault, Err(StoreFault::Lost(_))), "{fault:?}");
    cutter.set(OPEN);
    let written = Ok(vec![Verdict::Written { last_seq: 1 }]);
    assert_eq!(book.commit(&[opened]), written);
}

/// Writes `batches`, the last of them over a connection that is cut when the commit was answered,
/// with nobody behind it from then on. Gives the book, which is in doubt, and the way back.
fn doubted(name: &str, batches: &[Batch]) -> (PostgresBook, Cutter) {
    let cutter = Cutter::before(&cluster().address(name), b"COMMIT\0", Cut::After);
    let mut book = book(&cutter.address, "one");
    book.patience = Patience {
        tries: 3,
        pause: Duration::from_millis(1),
    };
    let (last, first) = batches.split_last().expect("a batch");
    book.commit(first).expect("a record that takes writes");
    cutter.arm(GONE);
    let fault = book.commit(from_ref(last));
    assert!(matches!(fault, Err(StoreFault::Doubted(_))), "{fault:?}");
    (book, cutter)
}

#[test]
fn a_commit_whose_answer_was_lost_for_good_is_doubted_and_its_charge_is_taken_up_by_another() {
    let (address, name) = database();
    drop(book(&address, "nobody"));
    let (_, opened) = open(1, "sale", "till");
    let (_one, _cutter) = doubted(&name, from_ref(&opened));
    let mut two = book(&address, "two");
    assert_eq!(
        two.claim(&[], &[]),
        Ok(Claimed::default()),
        "the claim stands as the commit does"
    );
    let_leases_end(&name);
    let taken = Claimed {
        taken: vec![opened.events],
        lost: Vec::new(),
    };
    assert_eq!(two.claim(&[], &[]), Ok(taken));
}

#[test]
fn an_event_that_was_doubted_and_stands_is_recognised_when_it_comes_again() {
    let (address, name) = database();
    drop(book(&address, "nobody"));
    let (charge, opened) = open(1, "sale", "till");
    let (charge, waiting) = next(&charge, Fact::Waiting);
    let (_, end) = next(&charge, Fact::Paid(paid(&charge)));
    let (mut one, cutter) = doubted(&name, &[opened.clone(), waiting.clone()]);
    let (_, other) = open(2, "other", "till");
    let mut two = book(&address, "two");
    two.commit(&[other]).expect("another server writes on");
    cutter.set(OPEN);
    let written = |last_seq| Ok(vec![Verdict::Written { last_seq }]);
    assert_eq!(one.commit(from_ref(&waiting)), written(2), "its own place");
    let stale = Ok(vec![Verdict::Stale { revision: 2 }]);
    assert_eq!(one.commit(&[waiting]), stale, "nothing is in doubt now");
    assert_eq!(one.commit(&[end]), written(4));
    assert_eq!(check(&address).expect("it opens").broken, None);
}

#[test]
fn an_event_that_was_doubted_and_stands_is_followed_by_what_comes_with_it_again() {
    let (address, name) = database();
    drop(book(&address, "nobody"));
    let (charge, opened) = open(1, "sale", "till");
    let (charge, mut both) = next(&charge, Fact::Waiting);
    let (_, end) = next(&charge, Fact::Paid(paid(&charge)));
    let (mut one, cutter) = doubted(&name, &[opened, both.clone()]);
    cutter.set(OPEN);
    both.events.extend(end.events);
    let written = Ok(vec![Verdict::Written { last_seq: 3 }]);
    assert_eq!(one.commit(&[both]), written);
    assert_eq!(check(&address).expect("it opens").broken, None);
}

#[test]
fn an_event_that_was_doubted_is_refused_when_another_server_has_taken_the_charge() {
    let (address, name) = database();
    drop(book(&address, "nobody"));
    let (charge, opened) = open(1, "sale", "till");
    let (_, waiting) = next(&charge, Fact::Waiting);
    let (mut one, cutter) = doubted(&name, &[opened, waiting.clone()]);
    let_leases_end(&name);
    let mut two = book(&address, "two");
    assert_eq!(
        two.claim(&[], &[]).map(|claimed| claimed.taken.len()),
        Ok(1)
    );
    cutter.set(OPEN);
    let fenced = Ok(vec![Verdict::Fenced { fence: 2 }]);
    assert_eq!(one.commit(&[waiting]), fenced);
}
