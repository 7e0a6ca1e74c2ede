//! Keys of which somebody wants to know whether they opened anything.
//!
//! Whoever hears that a key opened nothing charges the sale again, perhaps at another server of the
//! same record. So it is told only once the record has closed the key: no memory of one process
//! says it.

use store::{Closing, StoreFault};
use wire::ProblemKind;

/// Keys that are closed in a minute at most. Far more than the tills of a shop ask for, and asking
/// for keys at random fills no disk.
const MINUTE_MAX: u32 = 3_000;
const MINUTE_MS: i64 = 60_000;

/// What is told of a key that was to be closed.
pub type Shut = Result<Closing, ProblemKind>;

/// What becomes of a key that is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutting {
    /// The record closes it, and what it said is told as [`told`] has it.
    Close,
    /// This is said at once.
    Say(Shut),
}

/// What is told of a key, by what the record said when it was to close it.
///
/// # Errors
/// That nobody can tell, where the record could not.
pub fn told(closing: Result<Closing, StoreFault>) -> Shut {
    closing.map_err(|_| ProblemKind::RecordUnreadable)
}

/// How many keys were closed in this minute.
#[derive(Clone, Copy, Debug)]
pub(super) struct Closings {
    begun_ms: i64,
    count: u32,
}

impl Closings {
    /// None since now, in ticks.
    pub(super) const fn since(ticks_ms: i64) -> Self {
        Self {
            begun_ms: ticks_ms,
            count: 0,
        }
    }

    /// Counts one more; false when the minute has its fill.
    pub(super) fn has_room(&mut self, ticks_ms: i64) -> bool {
        if ticks_ms.saturating_sub(self.begun_ms) >= MINUTE_MS {
            *self = Self::since(ticks_ms);
        }
        let is_room = self.count < MINUTE_MAX;
        self.count = self.count.saturating_add(u32::from(is_room));
        is_room
    }
}

#[cfg(test)]
mod tests {
    use super::{Closings, MINUTE_MAX, MINUTE_MS};

    #[test]
    fn a_minute_has_its_fill_and_the_next_begins_anew() {
        let mut closings = Closings::since(7_000);
        let counted = (0..2 * MINUTE_MAX).filter(|_| closings.has_room(7_000));
        assert_eq!(u32::try_from(counted.count()), Ok(MINUTE_MAX));
        assert!(!closings.has_room(7_000 + MINUTE_MS - 1));
        assert!(closings.has_room(7_000 + MINUTE_MS));
    }
}
