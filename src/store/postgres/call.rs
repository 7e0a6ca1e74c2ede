//! How a connection comes about: every host of an address is called at once, the one that was
//! promoted last is believed, told what we expect of it, and seen to keep it.
//!
//! A host that is frozen takes connections and never says a word. Each call has a thread of its
//! own, so that nobody waits for such a one; it is called again only when it has answered.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use postgres::{Client, Config};

use super::address::Address;
use super::fault::DatabaseFault;
use super::tls::Tls;

/// How long hosts may say nothing that are called for the first time, at a start.
pub(super) const FIRST: Duration = Duration::from_secs(20);
/// How long those may that are called because a connection broke: together with a question that
/// nobody answered, shorter than whoever asked waits.
pub(super) const BROKEN: Duration = Duration::from_secs(6);
/// How long those may that have said nothing so far.
const AGAIN: Duration = Duration::from_millis(250);

/// A server that stops in the middle of a commit holds everybody up; after this it is put out.
/// Whoever waits longer than the rest for a lock or an answer is told instead. Every question of a
/// running server goes by an index: PostgreSQL remembers how it answered while the tables were
/// small, which is by reading all of them, and they grow by thousands of rows until it looks again.
/// It takes a way that it was asked to avoid for a dear one, which it would compile first.
const MANNERS: &str = "
    SET idle_in_transaction_session_timeout = '4s';
    SET lock_timeout = '8s';
    SET statement_timeout = '60s';
    SET enable_seqscan = off;
    SET jit = off;
    SET TimeZone = 'UTC'";

/// A host that takes writes: the number of promotions behind it, 0 where there is but one host,
/// and the connection, unless the host keeps no promise.
type Reached = (u32, Result<Client, DatabaseFault>);

/// A host's place in the address, and what came of the call.
type Answer = (usize, Result<Reached, DatabaseFault>);

/// Calls to the hosts of an address, of which some may have no answer yet.
pub(super) struct Calls {
    pending: BTreeSet<usize>,
    answer: Sender<Answer>,
    answers: Receiver<Answer>,
}

impl Default for Calls {
    fn default() -> Self {
        let (answer, answers) = channel();
        Self {
            pending: BTreeSet::new(),
            answer,
            answers,
        }
    }
}

impl Calls {
    /// A connection to the host that takes writes. A primary that died and came back by itself
    /// takes them too, and knows nothing of what was written since: who was promoted last is
    /// believed. The number of its promotions comes with it. Hosts that are called now may say
    /// nothing for `wait`.
    pub(super) fn best(
        &mut self,
        address: &Address,
        wait: Duration,
    ) -> Result<(u32, Client), DatabaseFault> {
        // What came too late for an earlier question says nothing about now.
        while let Ok((place, _)) = self.answers.try_recv() {
            self.pending.remove(&place);
        }
        let mut fresh = BTreeSet::new();
        for (place, host) in address.each().into_iter().enumerate() {
            if self.pending.insert(place) {
                self.call(address, place, host)?;
                fresh.insert(place);
            }
        }
        let mut best: Option<Reached> = None;
        let mut fault: Option<(usize, DatabaseFault)> = None;
        while !self.pending.is_empty() {
            let wait = if fresh.is_empty() { AGAIN } else { wait };
            let Ok((place, answer)) = self.answers.recv_timeout(wait) else {
                break;
            };
            self.pending.remove(&place);
            fresh.remove(&place);
            match answer {
                Ok(found) if best.as_ref().is_none_or(|(known, _)| found.0 > *known) => {
                    best = Some(found);
                }
                // The last host of the address speaks for all, whichever answers first.
                Err(cause) if fault.as_ref().is_none_or(|(last, _)| *last < place) => {
                    fault = Some((place, cause));
                }
                Ok(_) | Err(_) => {}
            }
        }
        match (best, fault) {
            (Some((promotion, client)), _) => client.map(|client| (promotion, client)),
            (None, Some((_, fault))) if self.pending.is_empty() => Err(fault),
            (None, _) => Err(DatabaseFault::Unreachable {
                place: address.to_string(),
                cause: "it takes connections and says nothing".to_owned(),
            }),
        }
    }

    fn call(&self, address: &Address, place: usize, host: Config) -> Result<(), DatabaseFault> {
        let (answer, address) = (self.answer.clone(), address.clone());
        let other = |error: std::io::Error| DatabaseFault::Other {
            place: address.to_string(),
            cause: error.to_string(),
        };
        let of = address.clone();
        let run = move || drop(answer.send((place, reach(&of, &host))));
        let spawned = thread::Builder::new().name("store-call".to_owned());
        spawned.spawn(run).map(drop).map_err(other)
    }
}

/// A connection, and the number of promotions behind it: a log file's name begins with it, in eight
/// hexadecimal digits.
fn reach(address: &Address, host: &Config) -> Result<Reached, DatabaseFault> {
    let fault = |error: postgres::Error| DatabaseFault::of(address, &error);
    let tls: Tls = address.tls.clone();
    let mut client = host.connect(tls).map_err(fault)?;
    let mut promotion = 0;
    if address.config.get_hosts().len() > 1 {
        let sql = "SELECT left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)";
        let row = client.query_one(sql, &[]).map_err(fault)?;
        let digits: String = row.try_get(0).map_err(fault)?;
        promotion = u32::from_str_radix(&digits, 16).unwrap_or_default();
    }
    Ok((promotion, fit(client, address)))
}

/// The connection, told our manners, if its host keeps what a power cut hangs on. `remote_apply` is
/// stronger than `on`.
fn fit(mut client: Client, address: &Address) -> Result<Client, DatabaseFault> {
    let fault = |error: postgres::Error| DatabaseFault::of(address, &error);
    client.batch_execute(MANNERS).map_err(fault)?;
    let settings: [(&'static str, &[&str]); 3] = [
        ("synchronous_commit", &["on", "remote_apply"]),
        ("fsync", &["on"]),
        ("full_page_writes", &["on"]),
    ];
    for (setting, safe) in settings {
        let row = client
            .query_one("SELECT current_setting($1)", &[&setting])
            .map_err(fault)?;
        let value: String = row.try_get(0).map_err(fault)?;
        if !safe.contains(&value.as_str()) {
            return Err(DatabaseFault::Unsafe {
                place: address.to_string(),
                setting,
                value,
            });
        }
    }
    Ok(client)
}
