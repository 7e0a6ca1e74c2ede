//! What a run costs: time, and the processors' time, which a busy machine does not stretch.

use std::time::{Duration, Instant};

/// Linux counts a process's time in hundredths of a second.
const TICK_MS: u64 = 10;
/// Fields of `/proc/self/stat` behind the program's name that stand before its own time.
const FIELDS_BEFORE: usize = 11;

/// A clock that runs.
pub(crate) struct Clock {
    began: Instant,
    core_ms: Option<u64>,
}

/// What it showed at the end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    /// Time.
    pub(crate) time: Duration,
    /// Time of all processors, in milliseconds.
    pub(crate) core_ms: u64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self {
            began: Instant::now(),
            core_ms: core_ms(),
        }
    }

    /// Where the system does not tell, every thread counts as a whole processor.
    pub(crate) fn stop(&self, threads: usize) -> Spent {
        let time = self.began.elapsed();
        let whole_ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let threads = u64::try_from(threads).unwrap_or(1);
        let told_ms = core_ms().zip(self.core_ms).map(|(now, then)| now - then);
        Spent {
            time,
            core_ms: told_ms.unwrap_or(whole_ms.saturating_mul(threads)),
        }
    }
}

/// This process's time so far, its system's time included.
fn core_ms() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(FIELDS_BEFORE);
    let own: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some((own + system) * TICK_MS)
}
