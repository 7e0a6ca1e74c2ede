//! The provider's bill of a day against the record: pure, and nothing is decided by it.
//!
//! A row of the bill is looked up by its order and its refund, whatever the time; what the record
//! tells of the day and no row of the bill took is what the bill does not have.

use std::collections::BTreeMap;

use money::{ChargeId, RefundNo, Stamp};
use provider::Bill;
use provider::alipay::bill::{Line, Moved};
use wire::{BillRow, BillView, MovedName};

use super::DAY_MS;
use super::ours::{Movement, Ours, What, charge_of_order};

/// Rows that one list of differences holds.
pub(crate) const ROWS_MAX: usize = 500;
/// A movement that was only heard of may have happened before: what was heard so early in the day,
/// in milliseconds, may stand in the bill of the day before.
const HEARD_LATE_MS: i64 = 10 * 60_000;

/// Which movement of which charge.
type Name = (ChargeId, What);

/// Compares the bill of the day that begins at `from` with the charges that the record knows.
pub(crate) fn compare(
    day: &str,
    from: Stamp,
    bill: &Bill,
    charges: &BTreeMap<ChargeId, Ours>,
) -> BillView {
    let mut left: BTreeMap<Name, &Movement> = BTreeMap::new();
    for (charge, ours) in charges {
        left.extend(ours.movements.iter().map(|one| ((*charge, one.what), one)));
    }
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
        let found = ours.and_then(|(charge, _)| take(&mut left, charge, line));
        match found {
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
    for ((charge, _), movement) in left {
        if is_of_day(movement, from) {
            let row = row_of_movement(charge, movement, charges.get(&charge));
            keep(&mut view.only_ours, row, &mut view.differences);
        }
    }
    view
}

/// The movement that a line is about, which no other line can be about any more.
fn take<'a>(
    left: &mut BTreeMap<Name, &'a Movement>,
    charge: ChargeId,
    line: &Line,
) -> Option<&'a Movement> {
    let what = match line.moved {
        Moved::Payment => What::Payment,
        Moved::Refund => {
            let number = line.refund_no.as_deref();
            let refund = number.and_then(|text| RefundNo::parse(text).ok());
            // A reversal has no refund number of ours.
            refund.map_or(What::Reversal, What::Refund)
        }
    };
    left.remove(&(charge, what))
}

fn is_of_day(movement: &Movement, from: Stamp) -> bool {
    let since = movement.at.ms_since(from);
    let least = if movement.is_exact { 0 } else { HEARD_LATE_MS };
    (least..DAY_MS).contains(&since)
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
