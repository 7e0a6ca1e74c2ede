//! One connection: its statements, its commits, and that it is made again when it broke.

use std::collections::BTreeMap;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use postgres::types::ToSql;
use postgres::{Client, Row, SimpleQueryMessage, SimpleQueryRow, Statement};

use super::address::Address;
use super::call::{self, Calls};
use super::fault::DatabaseFault;
use crate::fault::StoreFault;

/// How long a commit may wait for the standby. Neither `statement_timeout` nor the network ends
/// that wait: a primary that lives and has lost its standby would hold us for ever, also when the
/// standby has long been promoted. Shorter than a lease, and than whoever asked waits.
const CONFIRMED: Duration = Duration::from_secs(10);

/// A value for a statement.
pub(super) type Value<'a> = &'a (dyn ToSql + Sync);

/// A connection that is made again when it broke, yet never in the middle of a transaction.
pub(super) struct Wire {
    address: Address,
    client: Option<Client>,
    prepared: BTreeMap<&'static str, Statement>,
    /// The latest promotion that was known when this connection was made.
    promotion: u32,
    calls: Calls,
}

impl Wire {
    /// Connects.
    pub(super) fn open(address: &Address) -> Result<Self, DatabaseFault> {
        let mut wire = Self::idle(address);
        wire.connect(call::FIRST)?;
        Ok(wire)
    }

    /// Connects when it is first asked to [`Wire::mend`].
    pub(super) fn idle(address: &Address) -> Self {
        Self {
            address: address.clone(),
            client: None,
            prepared: BTreeMap::new(),
            promotion: 0,
            calls: Calls::default(),
        }
    }

    /// A connection, and the latest promotion that is known with it.
    fn connect(&mut self, wait: Duration) -> Result<(), DatabaseFault> {
        // Before anybody is asked: a promotion that another finds meanwhile is not known here.
        let known = self.address.promotions.latest();
        let (found, client) = self.calls.best(&self.address, wait)?;
        self.address.promotions.note(found);
        (self.promotion, self.client) = (found.max(known), Some(client));
        Ok(())
    }

    /// Where it leads.
    pub(super) const fn address(&self) -> &Address {
        &self.address
    }

    /// The bare connection.
    pub(super) fn client(&mut self) -> Result<&mut Client, StoreFault> {
        let broken = || StoreFault::Lost("the connection is broken".to_owned());
        self.client.as_mut().ok_or_else(broken)
    }

    /// Drops the connection; whatever it had begun ends with it.
    pub(super) fn cut(&mut self) {
        self.prepared.clear();
        self.client = None;
    }

    /// Connects again where the connection is broken, or leads to a primary that lives on although
    /// another connection knows of a later one.
    pub(super) fn mend(&mut self) -> Result<(), StoreFault> {
        let is_outdone = self.promotion < self.address.promotions.latest();
        if is_outdone || self.client.as_ref().is_none_or(Client::is_closed) {
            self.cut();
            let connected = self.connect(call::BROKEN);
            return connected.map_err(|fault| StoreFault::Lost(fault.to_string()));
        }
        Ok(())
    }

    /// Commits. Whoever waits too long is lost, and nobody knows whether the commit stands: the
    /// connection is left to a thread that ends with it. It is not told to cancel, because a commit
    /// that is cancelled while it waits for the standby counts as done without it.
    pub(super) fn commit(&mut self) -> Result<(), StoreFault> {
        self.client()?;
        let Some(mut client) = self.client.take() else {
            return Ok(());
        };
        let (answer, heard) = channel();
        let wait = move || {
            let committed = client.batch_execute("COMMIT");
            drop(answer.send((client, committed)));
        };
        let lost = |cause: &str| StoreFault::Lost(cause.to_owned());
        let spawned = thread::Builder::new().name("store-commit".to_owned());
        if spawned.spawn(wait).is_err() {
            self.cut();
            return Err(lost("the system gives no thread to commit on"));
        }
        let Ok((client, committed)) = heard.recv_timeout(CONFIRMED) else {
            self.cut();
            return Err(lost(
                "the commit waits for the standby, which does not answer",
            ));
        };
        self.client = Some(client);
        self.noting(committed)
    }

    /// Carries out statements that take nothing and give nothing.
    pub(super) fn say(&mut self, sql: &str) -> Result<(), StoreFault> {
        let said = self.client()?.batch_execute(sql);
        self.noting(said)
    }

    /// Carries out statements that take nothing, and gives the first row of words that comes.
    pub(super) fn words(&mut self, sql: &str) -> Result<Option<SimpleQueryRow>, StoreFault> {
        let said = self.client()?.simple_query(sql);
        for message in self.noting(said)? {
            if let SimpleQueryMessage::Row(row) = message {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// Makes ready for reading a whole record, which takes longer than any question of a running
    /// server may, and goes by no index where it needs none.
    pub(super) fn take_time(&mut self) -> Result<(), StoreFault> {
        self.say(
            "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0;
             SET enable_seqscan = on",
        )
    }

    /// The rows that a statement gives.
    pub(super) fn rows(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreFault> {
        let statement = self.prepare(sql)?;
        let rows = self.client()?.query(&statement, values);
        self.noting(rows)
    }

    /// How many rows a statement changed.
    pub(super) fn change(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<u64, StoreFault> {
        let statement = self.prepare(sql)?;
        let count = self.client()?.execute(&statement, values);
        self.noting(count)
    }

    /// Carries out `work` as one transaction; a fault undoes it.
    pub(super) fn whole<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreFault>,
    ) -> Result<T, StoreFault> {
        self.mend()?;
        self.say("BEGIN")?;
        match work(self) {
            Ok(done) => self.commit().map(|()| done),
            Err(fault) => {
                self.undo();
                Err(fault)
            }
        }
    }

    /// Ends a transaction without its effect. Where there are several hosts they are looked at
    /// again: the one that could not may have been replaced, and may never say so.
    pub(super) fn undo(&mut self) {
        let is_alone = self.address.config.get_hosts().len() < 2;
        if self.say("ROLLBACK").is_err() || !is_alone {
            self.cut();
        }
    }

    fn prepare(&mut self, sql: &'static str) -> Result<Statement, StoreFault> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let made = self.client()?.prepare(sql);
        let statement = self.noting(made)?;
        self.prepared.insert(sql, statement.clone());
        Ok(statement)
    }

    fn noting<T>(&mut self, result: Result<T, postgres::Error>) -> Result<T, StoreFault> {
        result.map_err(|error| {
            let fault = StoreFault::from(error);
            if matches!(fault, StoreFault::Lost(_)) {
                self.cut();
            }
            fault
        })
    }
}
