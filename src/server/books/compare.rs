//! The provider's bill of a day against the record: pure, and nothing is decided by it.
//!
//! The day is Alipay's: midnight to midnight in Beijing, by the time at which it completed a
//! movement. A row of its bill is looked up by its order and its refund, whatever our times; what
//! the record tells of the day and no row took is what the bill does not have.
//!
//! For a movement of ours that no row took, the day is that of Alipay's time where it told one, and
//! of our hearing of it otherwise. Near midnight that may be another day than the bill's: paid at
//! 23:59:59, heard at 00:00:01. So what moved near the end of a day is left to the next day, and
//! what moved near the beginning is looked up in the bill of the day before as well. Each movement
//! that is in neither of the two is told once, on the later day.

use std::collections::BTreeMap;

use money::{ChargeId, RefundNo, Stamp};
use provider::Bill;
use provider::alipay::bill::{Line, Moved};
use wire::{BillRow, BillView, MovedName};

use super::DAY_MS;
use super::ours::{Movement, Ours, What, charge_of_order};
use crate::pulse::SKEW_MS_MAX;

/// Rows that one list of differences holds.
pub(crate) const ROWS_MAX: usize = 500;
/// Clocks and times of one movement differ by at most so much: as far as ours may be off.
const NEAR_MS: i64 = SKEW_MS_MAX;
/// A movement that was only heard of may have happened before: what was heard so early in the day,
/// in milliseconds, may stand in the bill of the day before.
const HEARD_LATE_MS: i64 = 2 * NEAR_MS;

/// Which movement of which charge.
type Name = (ChargeId, What);

/// The movements of the day that begins at `from` which its bill does not have, although the bill
/// of the day before might.
pub(crate) fn is_day_before_wanted(
    from: Stamp,
    bill: &Bill,
    charges: &BTreeMap<ChargeId, Ours>,
) -> bool {
    let mut left = movements(charges);
    for line in &bill.lines {
        take_line(&mut left, line);
    }
    left.values().any(|movement| is_early(movement, from))
}

/// Compares the bill of the day that begins at `from`, and the bill of the day before as far as it
/// is wanted, with the charges that the record knows.
pub(crate) fn compare(
    (day, from): (&str, Stamp),
    bill: &Bill,
    before: Option<&Bill>,
    charges: &BTreeMap<ChargeId, Ours>,
) -> BillView {
    let mut left = movements(charges);
    let mut view = BillView {
        day: day.to_owned(),
        account: bill.account.clone(),
        payments: bill.totals.payments,
        received_fen: bill.totals.received_fen,
        refunds: bill.totals.refunds,
        given_back_fen: bill.totals.given_back_fen,
        fee_fen: bill.lines.iter().map(|line| line.fee_fen).sum(),
        matched: 0,
        only_provider: Vec::new(),
        only_ours: Vec::new(),
        other_amount: Vec::new(),
        differences: 0,
    };
    for line in &bill.lines {
        let ours = charge_of_order(&line.order_no)
            .and_then(|charge| charges.get(&charge).map(|ours| (charge, ours)));
        match take_line(&mut left, line) {
            Some(movement) if movement.fen == line.amount_fen => view.matched += 1,
            Some(movement) => {
                let row = row_of_line(line, ours, Some(movement.fen));
                keep(&mut view.other_amount, row, &mut view.differences);
            }
            None => {
                let row = row_of_line(line, ours, None);
                keep(&mut view.only_provider, row, &mut view.differences);
            }
        }
    }
    // What is far from midnight is of its day, whatever another bill says.
    let mut early = left.clone();
    early.retain(|_, movement| is_early(movement, from));
    for line in before.iter().flat_map(|bill| &bill.lines) {
        if let Some(name) = name_of(line).filter(|name| early.contains_key(name)) {
            left.remove(&name);
        }
    }
    for ((charge, _), movement) in left {
        if is_of_day(movement, from) {
            let row = row_of_movement(charge, movement, charges.get(&charge));
            keep(&mut view.only_ours, row, &mut view.differences);
        }
    }
    view
}

fn movements(charges: &BTreeMap<ChargeId, Ours>) -> BTreeMap<Name, &Movement> {
    let mut all = BTreeMap::new();
    for (charge, ours) in charges {
        all.extend(ours.movements.iter().map(|one| ((*charge, one.what), one)));
    }
    all
}

/// What a line is about, when it is about a charge of ours.
fn name_of(line: &Line) -> Option<Name> {
    let charge = charge_of_order(&line.order_no)?;
    let what = match line.moved {
        Moved::Payment => What::Payment,
        Moved::Refund => {
            let number = line.refund_no.as_deref();
            let refund = number.and_then(|text| RefundNo::parse(text).ok());
            // A reversal has no refund number of ours, or the charge's own where its order could
            // be cancelled no more.
            refund
                .filter(|number| *number != charge.return_no())
                .map_or(What::Reversal, What::Refund)
        }
    };
    Some((charge, what))
}

/// The movement that a line is about, which no other line can be about any more.
fn take_line<'a>(left: &mut BTreeMap<Name, &'a Movement>, line: &Line) -> Option<&'a Movement> {
    left.remove(&name_of(line)?)
}

/// Whether it is this day's to tell that no bill has it.
fn is_of_day(movement: &Movement, from: Stamp) -> bool {
    (-NEAR_MS..DAY_MS - NEAR_MS).contains(&movement.at.ms_since(from))
}

/// Whether the bill of the day before may have it just as well.
fn is_early(movement: &Movement, from: Stamp) -> bool {
    let late = if movement.is_exact {
        NEAR_MS
    } else {
        HEARD_LATE_MS
    };
    (-NEAR_MS..late).contains(&movement.at.ms_since(from))
}

fn row_of_line(line: &Line, ours: Option<(ChargeId, &Ours)>, our_fen: Option<i64>) -> BillRow {
    BillRow {
        moved: match line.moved {
            Moved::Payment => MovedName::Payment,
            Moved::Refund => MovedName::Refund,
        },
        order_no: line.order_no.clone(),
        refund_no: line.refund_no.clone(),
        provider_no: Some(line.provider_no.clone()),
        charge: ours.map(|(charge, _)| charge.as_str().to_owned()),
        state: ours.map(|(_, ours)| ours.state),
        provider_fen: Some(line.amount_fen),
        our_fen,
        at_ms: line.finished_at.ms(),
        line: u64::try_from(line.line).ok(),
    }
}

fn row_of_movement(charge: ChargeId, movement: &Movement, ours: Option<&Ours>) -> BillRow {
    let (moved, refund_no) = match movement.what {
        What::Payment => (MovedName::Payment, None),
        What::Refund(number) => (MovedName::Refund, Some(number.to_string())),
        What::Reversal => (MovedName::Refund, None),
    };
    BillRow {
        moved,
        order_no: charge.order_no().as_str().to_owned(),
        refund_no,
        provider_no: None,
        charge: Some(charge.as_str().to_owned()),
        state: ours.map(|ours| ours.state),
        provider_fen: None,
        our_fen: Some(movement.fen),
        at_ms: movement.at.ms(),
        line: None,
    }
}

fn keep(list: &mut Vec<BillRow>, row: BillRow, count: &mut u64) {
    *count += 1;
    if list.len() < ROWS_MAX {
        list.push(row);
    }
}

#[cfg(test)]
pub(super) mod tests;
