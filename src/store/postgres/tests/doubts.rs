//! Connections that break: before a commit, in its midst, and right when nobody knows.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::slice::from_ref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use super::{Address, book, cluster, database};
use crate::postgres::check;
use crate::tests::{charge_id, open};
use crate::{Backend, Read, StoreFault, Verdict};

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

#[test]
fn who_cannot_have_the_end_of_the_chain_is_told_that_the_record_is_held() {
    let (address, name) = database();
    let mut book = book(&address, "one");
    let (_, opened) = open(1, "sale", "till");
    thread::scope(|scope| {
        let hold = "BEGIN; SELECT 1 FROM tail FOR UPDATE; SELECT pg_sleep(60)";
        let holder = scope.spawn(|| {
            // Ended from outside.
            let _ = std::panic::catch_unwind(|| cluster().ask(&name, hold));
        });
        let is_held = "SELECT count(*) FROM pg_locks WHERE relation = 'tail'::regclass AND granted";
        while cluster().ask(&name, is_held) == "0" {
            thread::yield_now();
        }
        assert_eq!(book.commit(from_ref(&opened)), Err(StoreFault::Busy));
        let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE query LIKE 'BEGIN; SELECT 1%'";
        cluster().ask(&name, end);
        holder.join().expect("it ends");
    });
    assert_eq!(
        book.commit(&[opened]),
        Ok(vec![Verdict::Written { last_seq: 1 }])
    );
}

/// Passes bytes on, and once it is armed cuts a connection when its client says the word: before
/// the server hears it, or after it has answered.
struct Cutter {
    address: Address,
    cuts: Arc<AtomicU32>,
}

#[derive(Clone, Copy, Debug)]
enum Cut {
    Before,
    After,
}

impl Cutter {
    fn before(address: &str, word: &'static [u8], cut: Cut) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let behind = address.split('@').nth(1).expect("a host");
        let (behind, name) = behind.split_once('/').expect("a database");
        let text = format!("postgres://till@127.0.0.1:{port}/{name}");
        let (behind, cuts) = (behind.to_owned(), Arc::new(AtomicU32::new(0)));
        let left = Arc::clone(&cuts);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(&behind).expect("PostgreSQL listens");
                pass(client, server, word, cut, &left);
            }
        });
        Self {
            address: Address::parse(&text).expect("an address"),
            cuts,
        }
    }
}

fn pass(
    client: TcpStream,
    server: TcpStream,
    word: &'static [u8],
    cut: Cut,
    left: &Arc<AtomicU32>,
) {
    let twin = |stream: &TcpStream| stream.try_clone().expect("a second handle");
    let (mut from, mut to) = (twin(&client), twin(&server));
    let left = Arc::clone(left);
    thread::spawn(move || {
        let mut bytes = [0; 16_384];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            let is_word = bytes[..count].windows(word.len()).any(|part| part == word);
            if is_word && left.swap(0, Ordering::SeqCst) > 0 {
                if matches!(cut, Cut::After) {
                    to.write_all(&bytes[..count]).expect("the server listens");
                    // The answer comes on the same stream; the other thread must not pass it on.
                    drop(from.shutdown(Shutdown::Both));
                    let waited = to.try_clone().map(|mut answer| answer.read(&mut bytes));
                    drop(waited);
                }
                drop(from.shutdown(Shutdown::Both));
                drop(to.shutdown(Shutdown::Both));
                return;
            }
            if to.write_all(&bytes[..count]).is_err() {
                return;
            }
        }
        drop(to.shutdown(Shutdown::Both));
    });
    let (mut from, mut to) = (server, client);
    thread::spawn(move || {
        drop(std::io::copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Both));
    });
}

/// A commit over a connection that is cut once at `word`.
fn commit_through(word: &'static [u8], cut: Cut) {
    let (address, name) = database();
    drop(book(&address, "nobody"));
    let cutter = Cutter::before(&cluster().address(&name), word, cut);
    let mut book = book(&cutter.address, "one");
    cutter.cuts.store(1, Ordering::SeqCst);
    let (_, opened) = open(1, "sale", "till");
    let written = Ok(vec![Verdict::Written { last_seq: 1 }]);
    assert_eq!(book.commit(&[opened]), written, "{cut:?}");
    assert_eq!(cutter.cuts.load(Ordering::SeqCst), 0, "it was cut");
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
