//! The record written out: one line a charge, in the order of opening, streamed.

use std::path::Path;

use ledger::{Charge, Event, State};
use money::Stamp;
use rusqlite::Connection;

use crate::fault::{OpenFault, StoreFault};
use crate::row::{self, COLUMNS};
use crate::sqlite::reader::connect;

/// A charge as an owner's table shows it. There is no payment code in it, since none is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The charge's id.
    pub charge: String,
    /// Our number at the provider.
    pub order_no: String,
    /// The till's name of the sale.
    pub sale: String,
    /// The till's name.
    pub device: String,
    /// `alipay`, `wechat` or `unionpay`.
    pub provider: String,
    /// Where it stands.
    pub state: String,
    /// When it was opened.
    pub opened_at: Stamp,
    /// When it last changed.
    pub changed_at: Stamp,
    /// What was asked for.
    pub amount_fen: i64,
    /// What the customer got back, or is about to.
    pub refunded_fen: i64,
    /// The provider's number, where it was paid.
    pub provider_no: Option<String>,
    /// The payer's masked login, where told.
    pub payer: Option<String>,
    /// Where the money came from, as `CHANNEL fen` with `;` between.
    pub funding: String,
    /// When the provider says that it was paid.
    pub paid_at: Option<Stamp>,
    /// The provider's own code of a refusal.
    pub refusal: Option<String>,
}

/// Reads every charge in one moment of the record, also while a server writes it, and hands each
/// on. Gives their number. The hearer stops it by giving back `false`.
///
/// # Errors
/// [`OpenFault`] when the record cannot be opened or a row in it cannot be read.
pub fn export(path: &Path, hear: &mut dyn FnMut(&Line) -> bool) -> Result<u64, OpenFault> {
    let connection = connect(path)?;
    stream(&connection, hear).map_err(|fault| OpenFault::Other {
        path: path.to_owned(),
        cause: fault.to_string(),
    })
}

fn stream(connection: &Connection, hear: &mut dyn FnMut(&Line) -> bool) -> Result<u64, StoreFault> {
    let sql = format!("SELECT {COLUMNS} FROM event ORDER BY charge, revision");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut table = Table::told_to(hear);
    while let Some(found) = rows.next()? {
        let recorded = row::read(found).map_err(|fault| StoreFault::Broken(fault.to_string()))?;
        if !table.take(recorded.event)? {
            return Ok(table.count());
        }
    }
    table.end()
}

/// Events in the order of their charges become lines, which are told one by one.
pub(crate) struct Table<'a> {
    history: Vec<Event>,
    count: u64,
    hear: &'a mut dyn FnMut(&Line) -> bool,
}

impl<'a> Table<'a> {
    pub(crate) const fn told_to(hear: &'a mut dyn FnMut(&Line) -> bool) -> Self {
        Self {
            history: Vec::new(),
            count: 0,
            hear,
        }
    }

    /// The next event. False when the hearer has heard enough.
    pub(crate) fn take(&mut self, event: Event) -> Result<bool, StoreFault> {
        let last = self.history.last();
        let is_next = last.is_some_and(|last| last.charge != event.charge);
        if is_next && !self.tell()? {
            return Ok(false);
        }
        self.history.push(event);
        Ok(true)
    }

    /// The number of lines that were told.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// There are no more events. Gives the number of lines.
    pub(crate) fn end(mut self) -> Result<u64, StoreFault> {
        if !self.history.is_empty() {
            self.tell()?;
        }
        Ok(self.count)
    }

    fn tell(&mut self) -> Result<bool, StoreFault> {
        self.count += 1;
        let goes_on = (self.hear)(&line(&self.history)?);
        self.history.clear();
        Ok(goes_on)
    }
}

fn line(history: &[Event]) -> Result<Line, StoreFault> {
    let charge = Charge::fold(history).map_err(|fault| StoreFault::Broken(fault.to_string()))?;
    let changed_at = history.last().map_or(charge.opened_at(), |event| event.at);
    let mut line = Line {
        charge: charge.id().as_str().to_owned(),
        order_no: charge.order_no().as_str().to_owned(),
        sale: charge.sale().to_owned(),
        device: charge.device().to_owned(),
        provider: charge.provider().as_str().to_owned(),
        state: charge.state().as_str().to_owned(),
        opened_at: charge.opened_at(),
        changed_at,
        amount_fen: charge.amount().fen(),
        refunded_fen: charge.refunded().fen(),
        provider_no: None,
        payer: None,
        funding: String::new(),
        paid_at: None,
        refusal: None,
    };
    match charge.state() {
        State::Paid(facts) => {
            let parts = facts.funding.iter();
            let parts = parts.map(|part| format!("{} {}", part.channel, part.amount.fen()));
            line.funding = parts.collect::<Vec<_>>().join("; ");
            line.provider_no = Some(facts.provider_no.clone());
            line.payer.clone_from(&facts.payer);
            line.paid_at = facts.paid_at;
        }
        State::Refused(refusal) => line.refusal = Some(refusal.code.clone()),
        State::Opened
        | State::Sent
        | State::Waiting
        | State::Unknown(_)
        | State::Reversing { .. }
        | State::Reversed { .. } => {}
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::{Line, export};
    use crate::tests::{Scratch, charge_id, fill};
    use crate::{Book, OpenFault};

    #[test]
    fn every_charge_is_one_line_in_the_order_of_opening() {
        let scratch = Scratch::make();
        let mut book = Book::open(&scratch.record()).expect("a fresh record");
        fill(&mut book);
        let mut lines: Vec<Line> = Vec::new();
        let hear = &mut |line: &Line| {
            lines.push(line.clone());
            true
        };
        let count = export(&scratch.record(), hear).expect("a record that can be read");
        let charges = crate::check(&scratch.record()).expect("a record").charges;
        assert_eq!((count, lines.len() as u64), (charges, charges));
        let paid = &lines[0];
        assert_eq!(paid.charge, charge_id(1).as_str());
        assert_eq!((paid.state.as_str(), paid.amount_fen), ("paid", 1_250));
        assert_eq!(paid.funding, "PCREDIT 625; ALIPAYACCOUNT 625");
        assert_eq!(paid.provider_no.as_deref(), Some("2026112222001"));
        assert_eq!(
            lines[1].refusal.as_deref(),
            Some("ACQ.BUYER_BALANCE_NOT_ENOUGH")
        );
        assert!(lines.is_sorted_by_key(|line| line.charge.clone()));
    }

    #[test]
    fn a_hearer_that_has_heard_enough_ends_it_and_a_missing_record_is_named() {
        let scratch = Scratch::make();
        fill(&mut Book::open(&scratch.record()).expect("a fresh record"));
        let mut heard = 0;
        let hear = &mut |_: &Line| {
            heard += 1;
            false
        };
        assert_eq!(export(&scratch.record(), hear), Ok(1));
        assert_eq!(heard, 1);
        let missing = scratch.file("none.db");
        assert_eq!(
            export(&missing, &mut |_| true),
            Err(OpenFault::Missing(missing))
        );
    }
}
