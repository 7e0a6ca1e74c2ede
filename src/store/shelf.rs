//! What the shop sells: the one part of the record that is edited.
//!
//! Each change writes the whole catalogue under the next number, so two people who edit at once
//! cannot both follow the same one: the later is told that it is stale. Only the last ones are
//! kept. What was sold stands with the charge and does not change with the catalogue.

use sale::Catalogue;

use crate::fault::StoreFault;

/// Catalogues that are kept: the one that holds, and those that somebody may still be editing.
const KEPT: u64 = 50;

/// What became of a catalogue that was to be the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelving {
    /// Durable, and the one that holds.
    Written,
    /// Nothing written: it does not follow the one that holds, which has this number.
    Stale(u64),
}

/// The number as rows have it.
pub(crate) fn number(revision: u64) -> Result<i64, StoreFault> {
    i64::try_from(revision).map_err(|_| StoreFault::Full)
}

/// What refuses the next catalogue, of that number, where the one that holds has the number `last`.
pub(crate) fn stale(next: i64, last: i64) -> Option<Shelving> {
    let is_next = next == last.saturating_add(1);
    (!is_next).then(|| Shelving::Stale(u64::try_from(last).unwrap_or_default()))
}

/// The latest number that is not kept any more behind that catalogue.
pub(crate) fn past(next: &Catalogue) -> Result<i64, StoreFault> {
    number(next.revision().saturating_sub(KEPT))
}

/// What is told where no row is found: before the first change there is an empty catalogue.
pub(crate) fn unwritten(asked: Option<i64>) -> Option<Catalogue> {
    (asked.unwrap_or_default() == 0).then(Catalogue::default)
}

/// A row as a catalogue.
pub(crate) fn catalogue(revision: i64, body: &str) -> Result<Catalogue, StoreFault> {
    let broken = |why: String| StoreFault::Broken(format!("catalogue {revision}: {why}"));
    let number = u64::try_from(revision).map_err(|error| broken(error.to_string()))?;
    Catalogue::from_text(number, body).map_err(|error| broken(error.to_string()))
}
