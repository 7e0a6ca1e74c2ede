//! Keys of which somebody wants to know whether they opened anything.
//!
//! Whoever hears that a key opened nothing charges the sale again, perhaps at another server of the
//! same record. So it is told only once the record has closed the key: no memory of one process
//! says it.

use money::Stamp;
use store::{Closing, StoreFault};
use tokio::sync::oneshot;
use wire::ProblemKind;

use super::{Pump, Shell, Wish, refused};
use crate::drive::Refused;

/// Keys that are closed in a minute at most. Far more than the tills of a shop ask for, and asking
/// for keys at random fills no disk.
const MINUTE_MAX: u32 = 3_000;
const MINUTE_MS: i64 = 60_000;

/// What became of a key that was to be closed.
pub(super) type Shut = Result<Closing, ProblemKind>;

impl Pump {
    /// Lets nothing come of a key any more, durably and at every server, unless something came of
    /// it before.
    ///
    /// # Errors
    /// [`Refused`] while a request with this key is under way, or when nobody can tell: then
    /// nothing may be concluded.
    pub async fn close_key(&self, key: String) -> Result<Closing, Refused> {
        let (answer, heard) = oneshot::channel();
        // Not "too busy": that would say that nothing was charged.
        let unknown = Err(ProblemKind::NotReady);
        let shut = match self.wish(Wish::Close { key, answer }) {
            Ok(()) => heard.await.unwrap_or(unknown),
            Err(_) => unknown,
        };
        shut.map_err(refused)
    }
}

impl Shell {
    pub(super) fn close(&mut self, key: String, answer: oneshot::Sender<Shut>) {
        let ticks_ms = self.around.world.ticks_ms();
        if self.drive.is_under_way(&key) || !self.closings.has_room(ticks_ms) {
            let _ = answer.send(Err(ProblemKind::NotReady));
            return;
        }
        let now: Stamp = self.now();
        let done = move |closing: Result<Closing, StoreFault>| {
            let shut = closing.map_err(|fault| {
                tracing::error!(store.fault = %fault, "a key was not closed");
                ProblemKind::RecordUnreadable
            });
            let _ = answer.send(shut);
        };
        // A full queue drops the answer's sender, and whoever waits hears that nobody can tell.
        let _ = self.around.writer.close(key, now, Box::new(done));
    }
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
    fn has_room(&mut self, ticks_ms: i64) -> bool {
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
