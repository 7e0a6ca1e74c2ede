//! Events as rows: every column's meaning, and what can be wrong with a row.

mod body;

use ledger::{Event, Fact};
use money::{ChargeId, Stamp};
use rusqlite::Row;

/// The columns that [`read`] wants, in this order.
pub(crate) const COLUMNS: &str = "seq, charge, revision, at_ms, fact, body, chain";

/// Why a row is not an event that we wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// A column has another type or size than the schema gives it.
    #[error("a column cannot be read: {0}")]
    Column(String),
    /// A number is outside its range.
    #[error("the {0} is out of range")]
    Range(&'static str),
    /// The charge's id is not one.
    #[error("the charge's id is not an id")]
    Charge,
    /// No such fact.
    #[error("the fact {0:?} is unknown")]
    Fact(String),
    /// A field of the body is missing, out of its place, or not what it should be.
    #[error("the field {0:?} of the body is missing or wrong")]
    Field(&'static str),
    /// More in the body than the fact has.
    #[error("the body goes on behind its last field")]
    Surplus,
    /// Reads as a fact, yet is written otherwise than we write it.
    #[error("the body is not in the form in which it is written")]
    Form,
}

/// One row of the table `event`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// Place in the whole record, from 1.
    pub(crate) seq: u64,
    /// The event.
    pub(crate) event: Event,
    /// The link that covers it.
    pub(crate) chain: ledger::ChainHash,
}

/// The text of the column `body`.
pub(crate) fn body_of(event: &Event) -> String {
    body::write(&event.fact)
}

/// The columns `fact` and `body` of a fact.
pub fn write_fact(fact: &Fact) -> (&'static str, String) {
    (fact.as_str(), body::write(fact))
}

/// The fact that the columns `fact` and `body` tell: exactly what [`write_fact`] writes is read.
///
/// # Errors
/// [`RowFault`] with the field that is wrong.
pub fn read_fact(name: &str, text: &str) -> Result<Fact, RowFault> {
    body::read(name, text)
}

/// A row's columns before they are judged, whichever database they come from.
pub(crate) struct Columns<'a> {
    pub(crate) seq: i64,
    pub(crate) charge: &'a str,
    pub(crate) revision: i64,
    pub(crate) at_ms: i64,
    pub(crate) fact: &'a str,
    pub(crate) body: &'a str,
    pub(crate) chain: &'a [u8],
}

impl Columns<'_> {
    /// The event that they are.
    pub(crate) fn recorded(&self) -> Result<Recorded, RowFault> {
        let event = Event {
            charge: ChargeId::parse(self.charge).map_err(|_| RowFault::Charge)?,
            revision: u32::try_from(self.revision).map_err(|_| RowFault::Range("revision"))?,
            at: Stamp::from_ms(self.at_ms),
            fact: body::read(self.fact, self.body)?,
        };
        let seq = u64::try_from(self.seq).map_err(|_| RowFault::Range("seq"))?;
        let chain = self.chain.try_into().map_err(|_| RowFault::Range("link"))?;
        Ok(Recorded { seq, event, chain })
    }
}

/// Reads a row with [`COLUMNS`].
pub(crate) fn read(row: &Row<'_>) -> Result<Recorded, RowFault> {
    let (charge, fact, body, chain): (String, String, String, [u8; 32]) = (
        row.get(1).map_err(column)?,
        row.get(4).map_err(column)?,
        row.get(5).map_err(column)?,
        row.get(6).map_err(column)?,
    );
    let columns = Columns {
        seq: row.get(0).map_err(column)?,
        charge: &charge,
        revision: row.get(2).map_err(column)?,
        at_ms: row.get(3).map_err(column)?,
        fact: &fact,
        body: &body,
        chain: &chain,
    };
    columns.recorded()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
fn column(error: rusqlite::Error) -> RowFault {
    RowFault::Column(error.to_string())
}

#[cfg(test)]
mod tests;
