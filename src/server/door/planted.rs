//! What planted defects make of the door. The simulation must notice each.

use std::cell::RefCell;
use std::collections::BTreeSet;

use ledger::planted::{Bug, is};
use wire::ProblemKind;

use super::{Entry, Knock};

/// Keys that a defective server has closed in its own memory and nowhere else.
#[derive(Debug, Default)]
pub(super) struct Memory(RefCell<BTreeSet<String>>);

impl Memory {
    /// Whether a key is told absent although the record does not close it.
    pub(super) fn is_told_without_record(&self, key: &str) -> bool {
        if is(Bug::ClosedInMemory) {
            self.0.borrow_mut().insert(key.to_owned());
        }
        is(Bug::ClosedInMemory) || is(Bug::AbsentNotClosed)
    }

    /// What becomes of a request with a key that is closed here.
    pub(super) fn entry(&self, knock: Knock<'_>) -> Option<Entry> {
        let key = match knock {
            Knock::Open(ask) => &ask.key,
            Knock::Refund(ask) => &ask.key,
            Knock::Cancel(_) | Knock::Notice | Knock::Shelve => return None,
        };
        let is_closed = self.0.borrow().contains(key);
        is_closed.then_some(Entry::Away(ProblemKind::ChargeAbsent))
    }
}

/// Whether what lay in the sockets of a server that stood still is let in.
pub(super) fn takes_stale_requests() -> bool {
    is(Bug::StaleRequestTaken)
}

/// Whether a server that is to end still lets requests in.
pub(super) fn takes_requests_to_the_end() -> bool {
    is(Bug::StopTakesRequests)
}

/// How long the loop was not at work, as a clock has it that stands still while it sleeps.
pub(super) fn seen_gap_ms(gap_ms: i64) -> i64 {
    if is(Bug::SleepUnseen) { 0 } else { gap_ms }
}
