//! Bills: `alipay.data.dataservice.bill.downloadurl.query` tells where a bill can be fetched, and
//! [`Bill::read`] reads what is fetched there.
//!
//! The file itself carries no signature. It is compared with the record, and never changes it.

mod columns;
mod details;
mod error;
mod file;
mod summary;
mod table;
mod zip;

use ledger::Doubt;
use money::Stamp;
use serde::Serialize;

pub use details::{Bill, Line, Moved, Totals};
pub use error::{BillError, BillFile};
pub use file::Limits;
pub use summary::{Shop, Summary};

use crate::alipay::answer::{Answer, Denied};
use crate::alipay::{Alipay, BILL, codes};
use crate::message::{Reply, Request, WireFault};

/// The letters of a day in a time, `2026-11-22`.
const DAY_LETTERS: usize = 10;
/// The letters of a month in a time, `2026-11`.
const MONTH_LETTERS: usize = 7;
/// Alipay says so of a day on which nothing happened.
const EMPTY: &str = "EMPTY_DATA_WITH_BILL_FILE";
/// Longer than any address that a client takes.
const URL_LETTERS_MAX: usize = 4096;

/// Which of the account's books is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillKind {
    /// 业务账单: every payment and refund. The one that [`Bill::read`] reads.
    Trade,
    /// 账务账单: every change of the balance.
    Account,
}

/// Which time a bill is about; days and months are Beijing's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillSpan {
    /// The day of this moment; there from about nine o'clock of the next day.
    Day(Stamp),
    /// The month of this moment; there in the first days of the next month.
    Month(Stamp),
}

/// What a reply to the question for a bill means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BillOutcome {
    /// It can be fetched by a plain GET within 30 seconds.
    Ready {
        /// From where.
        url: String,
        /// True when Alipay says that nothing happened in that time.
        is_empty: bool,
    },
    /// Not made yet, or nothing happened: no ground for alarm.
    NotMade,
    /// Alipay says no, or nothing can be concluded.
    Denied(Denied),
}

#[derive(Serialize)]
struct Content<'a> {
    bill_type: &'a str,
    bill_date: &'a str,
}

impl Alipay {
    /// The signed request for a bill's address, to be sent by POST.
    pub fn bill_request(&self, kind: BillKind, span: BillSpan, now: Stamp) -> Request {
        self.signed(BILL, &content(kind, span), now)
    }

    /// What a reply to it means.
    pub fn bill_outcome(&self, reply: &Result<Reply, WireFault>) -> BillOutcome {
        match self.read(reply, BILL) {
            Ok(answer) => outcome(&answer),
            Err(doubt) => BillOutcome::Denied(Denied::Unknown(doubt)),
        }
    }
}

fn content(kind: BillKind, span: BillSpan) -> String {
    let (moment, letters) = match span {
        BillSpan::Day(moment) => (moment.beijing(), DAY_LETTERS),
        BillSpan::Month(moment) => (moment.beijing(), MONTH_LETTERS),
    };
    let content = Content {
        bill_type: match kind {
            BillKind::Trade => "trade",
            BillKind::Account => "signcustomer",
        },
        bill_date: moment.get(..letters).unwrap_or_default(),
    };
    serde_json::to_string(&content).expect("invariant: texts become JSON")
}

fn outcome(answer: &Answer) -> BillOutcome {
    if answer.code() == "40004" && codes::is_no_such_bill(answer.sub_code()) {
        return BillOutcome::NotMade;
    }
    if answer.code() != "10000" {
        return BillOutcome::Denied(answer.denied(&codes::BILL_SUB_CODES));
    }
    match answer.text("bill_download_url").filter(|url| is_url(url)) {
        Some(url) => BillOutcome::Ready {
            url: url.to_owned(),
            is_empty: answer.text("bill_file_code") == Some(EMPTY),
        },
        None => BillOutcome::Denied(Denied::Unknown(Doubt::Garbled)),
    }
}

fn is_url(text: &str) -> bool {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    is_web && text.len() <= URL_LETTERS_MAX && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests;
