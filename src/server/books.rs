//! The shop's books at the provider: what stands on its account, and the bills of past days.
//!
//! They are read and compared, and never change the record. A bill is used whole or not at all.

mod compare;
mod fetch;
mod ours;
mod say_why;
#[cfg(test)]
mod tests;

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use ledger::{Doubt, Refusal};
use money::Stamp;
use provider::alipay::bill::Limits;
use provider::alipay::{BALANCE, BILL};
use provider::{Alipay, Balance, Bill, BillError, BillKind, BillOutcome, BillSpan, Denied, Reply};
use tokio::sync::Semaphore;
use wire::BillView;

use crate::archive::Archive;
use crate::call::Caller;
use crate::problem::Trouble;

pub use fetch::FetchFault;

/// How long asking for the bills of a comparison and fetching them may take together; a request
/// may take a little more.
const BILL_WAIT: Duration = Duration::from_secs(13);
/// Most that a bill may have: some ten thousand sales a day.
const LIMITS: Limits = Limits {
    packed: 16 << 20,
    unpacked: 48 << 20,
    files: 16,
};
/// Bills that are read at once: each may take a hundred megabytes.
const BILLS_MAX: usize = 1;
/// A day, in milliseconds.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// What can be asked of a provider about the shop's books.
pub trait Books: Send + Sync {
    /// What stands on the account.
    ///
    /// # Errors
    /// [`BooksFault`], never about a bill.
    fn balance(&self) -> BoxFuture<'_, Result<Balance, BooksFault>>;

    /// The bill of the day that begins with this moment in Beijing.
    ///
    /// # Errors
    /// [`BooksFault`]; nothing of the bill is used then.
    fn bill(&self, day: Stamp) -> BoxFuture<'_, Result<Bill, BooksFault>>;
}

/// Why the books cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BooksFault {
    /// The provider says no.
    Refused(Refusal),
    /// Nothing that can be believed was answered.
    Doubted(Doubt),
    /// Another bill is being read.
    Busy,
    /// The bill is not made, or the day had no sales.
    NotMade,
    /// The bill is said to lie where no bill of this provider lies.
    Elsewhere,
    /// The bill cannot be fetched.
    Fetch(FetchFault),
    /// What was fetched is refused.
    Unreadable(BillError),
    /// What was fetched is another day's.
    OtherDay,
}

impl From<Denied> for BooksFault {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Refused(refusal) => Self::Refused(refusal),
            Denied::Unknown(doubt) => Self::Doubted(doubt),
        }
    }
}

/// Alipay's books over HTTP.
pub struct AlipayBooks {
    alipay: Alipay,
    caller: Caller,
    client: reqwest::Client,
    turn: Semaphore,
}

impl AlipayBooks {
    /// For the account that `alipay` speaks for.
    ///
    /// # Errors
    /// [`reqwest::Error`] when the system gives no TLS certificates to trust.
    pub(crate) fn open(alipay: Alipay, caller: Caller) -> Result<Self, reqwest::Error> {
        Ok(Self {
            alipay,
            caller,
            client: fetch::client()?,
            turn: Semaphore::new(BILLS_MAX),
        })
    }

    async fn ask_balance(&self) -> Result<Balance, BooksFault> {
        let request = self.alipay.balance_request(self.caller.now());
        let reply = self.caller.send(request).await;
        let outcome = self.alipay.balance_outcome(&reply);
        if outcome.is_err() {
            self.complain(BALANCE, reply.as_ref().ok());
        }
        Ok(outcome?)
    }

    async fn ask_bill(&self, day: Stamp) -> Result<Bill, BooksFault> {
        let span = BillSpan::Day(day);
        let request = self
            .alipay
            .bill_request(BillKind::Trade, span, self.caller.now());
        let reply = self.caller.send(request).await;
        let url = match self.alipay.bill_outcome(&reply) {
            BillOutcome::Ready { url, .. } => url,
            BillOutcome::NotMade => return Err(BooksFault::NotMade),
            BillOutcome::Denied(denied) => {
                self.complain(BILL, reply.as_ref().ok());
                return Err(denied.into());
            }
        };
        let place = fetch::place(&url, self.alipay.gateway()).ok_or(BooksFault::Elsewhere)?;
        let zip = fetch::fetch(&self.client, place, LIMITS.packed).await;
        let zip = zip.map_err(BooksFault::Fetch)?;
        let read = tokio::task::spawn_blocking(move || Bill::read(&zip, LIMITS));
        // A parser that stopped by a defect has read nothing.
        let bill = read.await.unwrap_or(Err(BillError::Damaged));
        of_day(bill.map_err(BooksFault::Unreadable)?, day)
    }

    fn complain(&self, method: &str, reply: Option<&Reply>) {
        let complaint = reply.and_then(|reply| self.alipay.complaint_of(method, reply));
        tracing::warn!(
            provider.complaint = complaint,
            "Alipay does not show its books"
        );
    }
}

/// The file has no signature, so it must at least say that it is about that day.
fn of_day(bill: Bill, day: Stamp) -> Result<Bill, BooksFault> {
    let end_ms = bill.until.ms_since(day);
    // Alipay writes the last second or the first one behind it.
    let is_its_end = end_ms == DAY_MS || end_ms == DAY_MS - 1_000;
    if bill.from == day && is_its_end {
        Ok(bill)
    } else {
        Err(BooksFault::OtherDay)
    }
}

/// The bill of the day that begins at `from`, compared with the record. The bill of the day before
/// is read as well where something near midnight may stand in it instead.
///
/// # Errors
/// [`Trouble`] when the record is unreadable, or one of the bills cannot be had.
pub(crate) async fn compared(
    books: &dyn Books,
    archive: &Archive,
    day: &str,
    from: Stamp,
) -> Result<BillView, Trouble> {
    let comparison = async {
        let bill = books.bill(from).await?;
        let charges = ours::charges_of(archive, &bill, from).await?;
        let before = if compare::is_day_before_wanted(from, &bill, &charges) {
            match books.bill(from.plus_ms(-DAY_MS)).await {
                // A day without sales has no bill.
                Err(BooksFault::NotMade) => None,
                told => Some(told?),
            }
        } else {
            None
        };
        let view = compare::compare((day, from), &bill, before.as_ref(), &charges);
        Ok(view)
    };
    let compared = tokio::time::timeout(BILL_WAIT, comparison).await;
    compared.unwrap_or_else(|_| Err(BooksFault::Fetch(FetchFault::BrokenOff).into()))
}

impl Books for AlipayBooks {
    fn balance(&self) -> BoxFuture<'_, Result<Balance, BooksFault>> {
        self.ask_balance().boxed()
    }

    fn bill(&self, day: Stamp) -> BoxFuture<'_, Result<Bill, BooksFault>> {
        async move {
            let _turn = self.turn.try_acquire().map_err(|_| BooksFault::Busy)?;
            self.ask_bill(day).await
        }
        .boxed()
    }
}
