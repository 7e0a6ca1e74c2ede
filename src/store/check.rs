//! Recomputes a whole record from its rows and names the first thing that does not add up.

use std::collections::BTreeMap;
use std::path::Path;

use ledger::{Books, ChainHash, Charge, Event, Fact, FoldError};
use money::{Amount, ChargeId, RefundNo};
use rusqlite::{Connection, OptionalExtension};
use sale::{Quote, TextError};

use crate::fault::OpenFault;
use crate::row::{self, COLUMNS, Recorded, RowFault};
use crate::sqlite::query::column;
use crate::sqlite::reader::connect;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckReport {
    /// Charges whose histories were folded.
    pub charges: u64,
    /// Events whose rows and links were recomputed.
    pub events: u64,
    /// What the books of all sound charges hold: paid, less what was given back.
    pub books: Books,
    /// The link of the last sound event: it stands for the whole record before it.
    pub chain: ChainHash,
    /// The first thing that does not add up; `None` when the record is sound.
    pub broken: Option<Flawed>,
}

impl CheckReport {
    /// Counts a sound charge.
    pub(crate) fn count(&mut self, books: Books) {
        self.charges += 1;
        self.books.held_fen = self.books.held_fen.saturating_add(books.held_fen);
        self.books.sales_fen = self.books.sales_fen.saturating_add(books.sales_fen);
    }
}

/// Where a record breaks, and how.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{flaw}", place(*.seq, .charge.as_deref()))]
pub struct Flawed {
    /// The event's place in the record.
    pub seq: Option<u64>,
    /// The charge's id as it stands in the row.
    pub charge: Option<String>,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What can be wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// SQLite finds the file damaged.
    #[error("the file is damaged: {0}")]
    File(String),
    /// An event was taken out or its place changed.
    #[error("event {0} is missing")]
    Missing(u64),
    /// An event before the first.
    #[error("an event is numbered {0}, and numbers begin with 1")]
    Numbered(i64),
    /// A row is not an event.
    #[error("the row cannot be read: {0}")]
    Row(RowFault),
    /// The event, or its place, is not what was written.
    #[error("the event was changed, moved or put in: its link does not fit")]
    Chain,
    /// What was sold is not in the words in which it is written, or its sums are wrong.
    #[error("what was sold cannot be read: {0}")]
    Goods(TextError),
    /// What was sold comes to another sum than was to be charged.
    #[error("what was sold comes to {}, and {} were to be charged", .sold.yuan(), .charged.yuan())]
    Total {
        /// What it comes to.
        sold: Amount,
        /// The charge's amount.
        charged: Amount,
    },
    /// The history cannot have happened.
    #[error("the history cannot have happened: {0}")]
    Fold(FoldError),
    /// The charge has no row of its own, or one that its history does not tell.
    #[error("the charge's row does not say what its history says")]
    Head,
    /// Two charges of one sale hold money or may.
    #[error("the sale {0:?} has more than one charge that holds money or may")]
    Sale(String),
    /// An opening or a refund without exactly one key, or a key without its event.
    #[error("an opening or a refund of the charge was not asked for by exactly one key")]
    Key,
    /// A key, or what was asked under it, is not what was written.
    #[error("the key {0:?}, or what was asked under it, was changed")]
    Bond(String),
    /// The postings of a charge do not sum to zero, or not to what its rows say.
    #[error("the books of the charge do not add up to what was paid and given back")]
    Books,
}

/// Checks the record at `path`, also while a server writes it: one moment of it.
///
/// # Errors
/// [`OpenFault`] when it cannot be opened at all.
pub fn check(path: &Path) -> Result<CheckReport, OpenFault> {
    let connection = connect(path)?;
    let mut report = CheckReport {
        charges: 0,
        events: 0,
        books: Books::default(),
        chain: [0; 32],
        broken: None,
    };
    report.broken = look(&connection, &mut report).err();
    Ok(report)
}

fn look(connection: &Connection, report: &mut CheckReport) -> Result<(), Flawed> {
    let moment = connection.unchecked_transaction()?;
    check_chain(&moment, report)?;
    check_charges(&moment, report)?;
    check_sales(&moment)?;
    check_keys(&moment)?;
    check_file(&moment)
}

/// Every row, its place and its link, in the order of writing.
fn check_chain(connection: &Connection, report: &mut CheckReport) -> Result<(), Flawed> {
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM event ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    while let Some(found) = rows.next()? {
        let charge: Option<String> = found.get(1).ok();
        check_link(report, found.get(0)?, charge, || row::read(found))?;
    }
    Ok(())
}

/// The next row of the chain: its place, what it says, and its link.
pub(crate) fn check_link(
    report: &mut CheckReport,
    seq: i64,
    charge: Option<String>,
    read: impl FnOnce() -> Result<Recorded, RowFault>,
) -> Result<(), Flawed> {
    let place = report.events + 1;
    if seq < 1 {
        return Err(Flawed {
            seq: None,
            charge,
            flaw: Flaw::Numbered(seq),
        });
    }
    if u64::try_from(seq) != Ok(place) {
        return Err(Flawed {
            seq: Some(place),
            charge: None,
            flaw: Flaw::Missing(place),
        });
    }
    let at = |flaw| Flawed {
        seq: Some(place),
        charge,
        flaw,
    };
    let recorded = match read() {
        Ok(recorded) => recorded,
        Err(fault) => return Err(at(Flaw::Row(fault))),
    };
    let link = ledger::link(&report.chain, &recorded.event);
    if recorded.chain != link {
        return Err(at(Flaw::Chain));
    }
    check_goods(&recorded.event.fact).map_err(at)?;
    report.chain = link;
    report.events = place;
    Ok(())
}

/// What was sold reads as a quote, and comes to what was to be charged: who writes a whole record
/// anew may make every link fit, and no bill of the provider's tells of goods.
fn check_goods(fact: &Fact) -> Result<(), Flaw> {
    let Fact::Opened(opened) = fact else {
        return Ok(());
    };
    let Some(goods) = &opened.goods else {
        return Ok(());
    };
    let sold = Quote::from_text(goods).map_err(Flaw::Goods)?.total;
    let charged = opened.amount;
    if sold == charged {
        Ok(())
    } else {
        Err(Flaw::Total { sold, charged })
    }
}

/// Every history folds, and folds to what the charge's row says.
fn check_charges(connection: &Connection, report: &mut CheckReport) -> Result<(), Flawed> {
    let sql = format!("SELECT {COLUMNS} FROM event ORDER BY charge, revision");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut history: Vec<Event> = Vec::new();
    while let Some(found) = rows.next()? {
        let event = row::read(found)
            .map_err(|fault| Flawed {
                seq: None,
                charge: None,
                flaw: Flaw::Row(fault),
            })?
            .event;
        if history
            .last()
            .is_some_and(|last| last.charge != event.charge)
        {
            report.count(check_charge(connection, &history)?);
            history.clear();
        }
        history.push(event);
    }
    if !history.is_empty() {
        report.count(check_charge(connection, &history)?);
    }
    let sql = "SELECT charge FROM head WHERE charge NOT IN (SELECT charge FROM event) LIMIT 1";
    none(connection, sql, Flaw::Head)
}

/// The row of a charge: sale, device, state, revision, time of opening, refunds without an end.
pub(crate) type Head = (String, String, String, u32, i64, u32);

fn check_charge(connection: &Connection, history: &[Event]) -> Result<Books, Flawed> {
    let id = history.first().map(|event| event.charge);
    let sql = "SELECT sale, device, state, revision, opened_ms, refunding
               FROM head WHERE charge = ?1";
    let head: Option<Head> = connection
        .query_row(sql, [id.as_ref().map(ChargeId::as_str)], |row| {
            row.try_into()
        })
        .optional()?;
    check_head(history, head.as_ref())
}

/// A history folds, and folds to what the charge's row says, and its books add up. Gives the books.
pub(crate) fn check_head(history: &[Event], head: Option<&Head>) -> Result<Books, Flawed> {
    let id: Option<ChargeId> = history.first().map(|event| event.charge);
    let at = |flaw| Flawed {
        seq: None,
        charge: id.map(|id| id.as_str().to_owned()),
        flaw,
    };
    let charge = Charge::fold(history).map_err(|error| at(Flaw::Fold(error)))?;
    let told = (
        charge.sale().to_owned(),
        charge.device().to_owned(),
        charge.state().as_str().to_owned(),
        charge.revision(),
        charge.opened_at().ms(),
        charge.refunds_asked(),
    );
    if head != Some(&told) {
        return Err(at(Flaw::Head));
    }
    let books = charge.books();
    if books == books_of(history) && books.is_balanced() {
        Ok(books)
    } else {
        Err(at(Flaw::Books))
    }
}

/// The books once more, by the rows alone: what was paid, less the sums under whose numbers money
/// was given back.
fn books_of(history: &[Event]) -> Books {
    let mut asked: BTreeMap<RefundNo, i64> = BTreeMap::new();
    let mut held_fen = 0;
    for event in history {
        match &event.fact {
            Fact::Paid(facts) => held_fen += facts.amount.fen(),
            Fact::RefundAsked { no, amount, .. } => {
                asked.insert(*no, amount.fen());
            }
            Fact::RefundGiven { no, .. } => held_fen -= asked.get(no).copied().unwrap_or_default(),
            Fact::Opened(_)
            | Fact::Sent
            | Fact::Waiting
            | Fact::Shown { .. }
            | Fact::Doubted(_)
            | Fact::Refused(_)
            | Fact::ReverseBegun(_)
            | Fact::PaidWhileReversing(_)
            | Fact::ReturnBegun { .. }
            | Fact::Reversed(_)
            | Fact::RefundRefused { .. }
            | Fact::RefundDoubted { .. } => {}
        }
    }
    Books {
        held_fen,
        sales_fen: -held_fen,
    }
}

fn check_sales(connection: &Connection) -> Result<(), Flawed> {
    let sql = "SELECT sale FROM head NOT INDEXED WHERE state NOT IN ('refused', 'reversed')
               GROUP BY sale HAVING count(*) > 1 LIMIT 1";
    let sales: Vec<String> = column(connection, sql, [])?;
    match sales.into_iter().next() {
        Some(sale) => Err(Flawed {
            seq: None,
            charge: None,
            flaw: Flaw::Sale(sale),
        }),
        None => Ok(()),
    }
}

fn check_keys(connection: &Connection) -> Result<(), Flawed> {
    let sql = "SELECT event.charge FROM event LEFT JOIN key
               ON key.charge = event.charge AND key.revision = event.revision
               WHERE event.fact IN ('opened', 'refund-asked')
               GROUP BY event.charge, event.revision HAVING count(key.key) <> 1 LIMIT 1";
    none(connection, sql, Flaw::Key)?;
    let sql = "SELECT key.charge FROM key LEFT JOIN event
               ON event.charge = key.charge AND event.revision = key.revision
               AND event.fact IN ('opened', 'refund-asked')
               WHERE event.seq IS NULL LIMIT 1";
    none(connection, sql, Flaw::Key)?;
    check_bonds(connection)
}

/// Every key is the one that its event was bound with, and so is what was asked under it.
fn check_bonds(connection: &Connection) -> Result<(), Flawed> {
    let sql = "SELECT key.key, key.charge, key.fingerprint, key.bond, event.chain FROM key
               JOIN event ON event.charge = key.charge AND event.revision = key.revision
               ORDER BY event.seq";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (key, charge): (String, String) = (row.get(0)?, row.get(1)?);
        let (fingerprint, bond): (Vec<u8>, Vec<u8>) = (row.get(2)?, row.get(3)?);
        let chain = row.get(4)?;
        let told = <[u8; 32]>::try_from(fingerprint)
            .map(|fingerprint| ledger::bond(&chain, &key, &fingerprint));
        if !told.is_ok_and(|told| bond == told) {
            return Err(Flawed {
                seq: None,
                charge: Some(charge),
                flaw: Flaw::Bond(key),
            });
        }
    }
    Ok(())
}

/// SQLite's own look at pages, indexes and constraints: last, because it can name no charge.
fn check_file(connection: &Connection) -> Result<(), Flawed> {
    let words: Vec<String> = column(connection, "PRAGMA integrity_check(1)", [])?;
    match words.into_iter().next() {
        Some(word) if word != "ok" => Err(Flawed {
            seq: None,
            charge: None,
            flaw: Flaw::File(word),
        }),
        Some(_) | None => Ok(()),
    }
}

/// The flaw, when the question finds a charge.
fn none(connection: &Connection, sql: &str, flaw: Flaw) -> Result<(), Flawed> {
    let charges: Vec<String> = column(connection, sql, [])?;
    match charges.into_iter().next() {
        Some(charge) => Err(Flawed {
            seq: None,
            charge: Some(charge),
            flaw,
        }),
        None => Ok(()),
    }
}

impl From<rusqlite::Error> for Flawed {
    fn from(error: rusqlite::Error) -> Self {
        Self {
            seq: None,
            charge: None,
            flaw: Flaw::File(error.to_string()),
        }
    }
}

fn place(seq: Option<u64>, charge: Option<&str>) -> String {
    match (seq, charge) {
        (Some(seq), Some(charge)) => format!("event {seq} of charge {charge}: "),
        (Some(seq), None) => format!("event {seq}: "),
        (None, Some(charge)) => format!("charge {charge}: "),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests;
