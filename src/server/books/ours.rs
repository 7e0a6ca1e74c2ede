//! What the record tells about money that moved: per charge, and which charges moved on a day.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{Charge, Event, Fact, ReverseEnd};
use money::{ChargeId, OrderNo, RefundNo, Stamp};
use provider::Bill;
use wire::StateName;

use super::DAY_MS;
use crate::archive::Archive;
use crate::problem::Trouble;
use crate::view::state_name;

/// Events that are looked through at once, and charges that are read at once.
const PAGE: u32 = 1_000;
/// What moved on a day may have been written a little before, by a clock that was wrong, in
/// milliseconds.
const EARLY_MS: i64 = 10 * 60_000;
/// And so much later, by a server that was down, in milliseconds. What was written later still is
/// found by its row in the bill.
const LATE_MS: i64 = DAY_MS;
/// Facts by which money moves.
const MOVES: [&str; 4] = ["paid", "paid-while-reversing", "reversed", "refund-given"];

/// A charge, as far as money moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ours {
    /// Where it stands now.
    pub(crate) state: StateName,
    /// Each at most once.
    pub(crate) movements: Vec<Movement>,
}

/// Money that moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Movement {
    /// Why.
    pub(crate) what: What,
    /// In fen, below zero where it went back.
    pub(crate) fen: i64,
    /// When.
    pub(crate) at: Stamp,
    /// Whether the provider said when; otherwise it is when we heard of it.
    pub(crate) is_exact: bool,
}

/// Why money moved; a charge has each at most once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// The customer paid.
    Payment,
    /// A refund.
    Refund(RefundNo),
    /// The whole payment went back by a reverse.
    Reversal,
}

/// The charge whose order has this number, when it is one of ours.
pub(crate) fn charge_of_order(order_no: &str) -> Option<ChargeId> {
    let order = OrderNo::parse(order_no).ok()?;
    let charge = ChargeId::parse(order.as_str().get(1..)?).ok()?;
    (charge.order_no() == order).then_some(charge)
}

/// What a history tells; `None` when it cannot have happened.
pub(crate) fn ours(history: &[Event]) -> Option<Ours> {
    let charge = Charge::fold(history).ok()?;
    let sum = charge.amount().fen();
    let mut found = BTreeMap::new();
    let mut note = |what, fen, at: Option<Stamp>, heard| {
        let movement = Movement {
            what,
            fen,
            at: at.unwrap_or(heard),
            is_exact: at.is_some(),
        };
        // What was told first is what the provider said of it.
        found.entry(what).or_insert(movement);
    };
    for event in history {
        if let Fact::Paid(facts) | Fact::PaidWhileReversing(facts) = &event.fact {
            note(What::Payment, sum, facts.paid_at, event.at);
        } else if event.fact == Fact::Reversed(ReverseEnd::GivenBack) {
            note(What::Payment, sum, None, event.at);
            note(What::Reversal, -sum, None, event.at);
        } else if let Fact::RefundGiven { no, at } = &event.fact {
            let fen = charge.refund(*no).map_or(0, |refund| refund.amount.fen());
            note(What::Refund(*no), -fen, *at, event.at);
        }
    }
    Some(Ours {
        state: state_name(charge.state()),
        movements: found.into_values().collect(),
    })
}

/// The charges that the day which begins at `from` is about: those that moved then by the record,
/// and those that the bill names.
///
/// # Errors
/// [`Trouble`] when the record is unreadable.
pub(crate) async fn charges_of(
    archive: &Archive,
    bill: &Bill,
    from: Stamp,
) -> Result<BTreeMap<ChargeId, Ours>, Trouble> {
    let lines = bill.lines.iter();
    let mut wanted: BTreeSet<ChargeId> = lines
        .filter_map(|line| charge_of_order(&line.order_no))
        .collect();
    let until = from.plus_ms(DAY_MS + LATE_MS);
    let mut place = first_place(archive, from.plus_ms(-EARLY_MS)).await?;
    loop {
        let page = archive.traces(place, PAGE).await?;
        let Some(last) = page.last() else { break };
        place = last.seq;
        let is_over = last.at >= until;
        let moved = page
            .iter()
            .filter(|trace| trace.at < until && MOVES.contains(&trace.fact.as_str()));
        wanted.extend(moved.map(|trace| trace.charge));
        if is_over {
            break;
        }
    }
    let mut found = BTreeMap::new();
    let wanted: Vec<_> = wanted.into_iter().collect();
    for page in wanted.chunks(usize::try_from(PAGE).unwrap_or(usize::MAX)) {
        for (charge, history) in archive.histories(page.to_vec()).await? {
            found.extend(ours(&history).map(|ours| (charge, ours)));
        }
    }
    Ok(found)
}

/// The place behind which events were written at `moment` or later. Places grow with time but for
/// a clock that was set back, which the day's margins bear.
async fn first_place(archive: &Archive, moment: Stamp) -> Result<u64, Trouble> {
    let (mut low, mut high) = (0, archive.last_seq().await?);
    while low < high {
        let middle = low + (high - low) / 2;
        let found = archive.traces(middle, 1).await?;
        if found.first().is_some_and(|trace| trace.at < moment) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests;
