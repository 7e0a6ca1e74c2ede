//! The merchant's books at the bank: what moved in a time, what it cost, what stands there now.
//!
//! Pure, and made anew from the orders each time: there is no second truth.

use money::Stamp;

use crate::bank::{Bank, Order, OrderState};

mod paper;
#[cfg(test)]
mod tests;
mod zip;

/// What the merchant had before the first sale, in fen: a refund is never short of money.
pub const OPENING_FEN: i64 = 1_000_000;
/// The fee in parts of a thousand.
const FEE_PER_MILLE: i64 = 6;
/// A day, in milliseconds.
const DAY_MS: i64 = 86_400_000;
/// A bill is made so long after the end of its time, in milliseconds.
const MADE_AFTER_MS: i64 = 9 * 3_600_000;

/// One movement of money.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    /// Of this order.
    pub(crate) order: &'a Order,
    /// When.
    pub(crate) at: Stamp,
    /// Above zero for a payment, below for money that went back, in fen.
    pub(crate) fen: i64,
    /// Below zero for a payment, above when it was given back, in fen.
    pub(crate) fee_fen: i64,
    /// The same of what 花呗分期 costs the merchant, in fen.
    pub(crate) plan_fee_fen: i64,
    /// The number of the refund, where there is one.
    pub(crate) refund: Option<&'a str>,
}

/// How a bill is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Its details end in the middle of a line.
    Torn,
    /// It is in UTF-8 instead of GBK.
    Encoding,
    /// It has a column that no bill has.
    Column,
    /// It is the bill of the day before.
    Day,
}

impl Flaw {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Torn, Self::Encoding, Self::Column, Self::Day];

    /// Stable name on the sandbox's API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Torn => "bill-torn",
            Self::Encoding => "bill-encoding",
            Self::Column => "bill-column",
            Self::Day => "bill-day",
        }
    }

    /// The flaw of that stable name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// The time of a bill: from a moment to just before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first moment.
    pub from: Stamp,
    /// The first moment after it.
    pub until: Stamp,
    /// As the merchant wrote it, `2026-11-22` or `2026-11`.
    pub name: String,
}

impl Span {
    /// Reads a day or a month, which are Beijing's. `None` when it is neither.
    pub fn read(name: &str) -> Option<Self> {
        let day = |text: &str| Stamp::from_beijing(&format!("{text} 00:00:00"));
        let (from, until) = if name.len() == 7 {
            let (year, month) = name.split_once('-')?;
            let (year, month): (i32, u32) = (year.parse().ok()?, month.parse().ok()?);
            let (next_year, next) = if month == 12 {
                (year + 1, 1)
            } else {
                (year, month + 1)
            };
            let from = day(&format!("{name}-01"))?;
            (from, day(&format!("{next_year:04}-{next:02}-01"))?)
        } else {
            let from = day(name)?;
            (from, from.plus_ms(DAY_MS))
        };
        let name = name.to_owned();
        Some(Self { from, until, name })
    }

    /// Whether the real one would have made this bill by now.
    pub fn is_made(&self, now: Stamp) -> bool {
        now.ms_since(self.until) >= MADE_AFTER_MS
    }

    /// The same a day earlier, under the same name.
    fn before(&self) -> Self {
        Self {
            from: self.from.plus_ms(-DAY_MS),
            until: self.until.plus_ms(-DAY_MS),
            name: self.name.clone(),
        }
    }

    const fn has(&self, at: Stamp) -> bool {
        at.ms_since(self.from) >= 0 && at.ms_since(self.until) < 0
    }
}

/// The fee on a sum, rounded to the nearest fen.
const fn fee(fen: i64) -> i64 {
    (fen * FEE_PER_MILLE + 500) / 1_000
}

/// All movements of an order. A refund brings its part of the fee back, the last one the rest, but
/// nothing of what 花呗分期 cost; only a cancellation undoes that.
fn of_order(order: &Order) -> Vec<Entry<'_>> {
    let Some(paid_at) = order.paid_at() else {
        return Vec::new();
    };
    let entry = |at, fen, fee_fen, refund| Entry {
        order,
        at,
        fen,
        fee_fen,
        plan_fee_fen: 0,
        refund,
    };
    let (sum, plan_fee_fen) = (order.amount.fen(), order.plan_fee_fen());
    let mut entries = vec![Entry {
        plan_fee_fen: -plan_fee_fen,
        ..entry(paid_at, sum, -fee(sum), None)
    }];
    let mut back = 0;
    for refund in order.refunds() {
        let fen = refund.amount.fen();
        let cost = fee(back + fen) - fee(back);
        back += fen;
        let number = Some(refund.number.as_str());
        entries.push(entry(refund.at, -fen, cost, number));
    }
    if let (OrderState::GivenBack { at, .. }, 0) = (order.state, back) {
        entries.push(Entry {
            plan_fee_fen,
            ..entry(at, -sum, fee(sum), None)
        });
    }
    entries
}

/// The movements in a time, oldest first.
pub(crate) fn entries<'a>(bank: &'a Bank, span: &Span) -> Vec<Entry<'a>> {
    let mut entries: Vec<_> = bank
        .orders()
        .flat_map(of_order)
        .filter(|entry| span.has(entry.at))
        .collect();
    entries.sort_by_key(|entry| (entry.at, &entry.order.trade_no));
    entries
}

/// What stands on the merchant's account, in fen.
pub fn balance_fen(bank: &Bank) -> i64 {
    let moved: i64 = bank
        .orders()
        .flat_map(of_order)
        .map(|entry| entry.fen + entry.fee_fen + entry.plan_fee_fen)
        .sum();
    OPENING_FEN + moved
}

/// Whether nothing moved in a time.
pub fn is_empty(bank: &Bank, span: &Span) -> bool {
    entries(bank, span).is_empty()
}

/// The business bill of a time as it is downloaded: a zip of two files in GBK, unless a flaw is
/// wanted.
pub fn bill(bank: &Bank, span: &Span, flaw: Option<Flaw>, now: Stamp) -> Vec<u8> {
    let earlier = span.before();
    let span = if flaw == Some(Flaw::Day) {
        &earlier
    } else {
        span
    };
    let entries = entries(bank, span);
    let account = paper::account();
    let day = span.name.replace('-', "");
    let name = |kind: &str| paper::gbk(&format!("{account}_{day}_{kind}.csv"));
    let details = paper::details(&entries, span, now);
    let details = match flaw {
        None | Some(Flaw::Day) => paper::gbk(&details),
        Some(Flaw::Torn) => paper::torn(paper::gbk(&details)),
        Some(Flaw::Encoding) => details.into_bytes(),
        Some(Flaw::Column) => paper::gbk(&paper::with_a_column(&details)),
    };
    zip::pack(&[
        (name("业务明细"), details),
        (
            name("业务明细(汇总)"),
            paper::gbk(&paper::summary(&entries, span, now)),
        ),
    ])
}
