//! Whether the program has just been frozen: stopped by a signal, by a machine that swaps, or by
//! one that was put to sleep as a whole.
//!
//! What was asked of it before lies in its sockets and queues, and is as old as the sleep was long.
//! Whoever asked may have been told by another server that no such charge is known, and have taken
//! cash instead. So what would take or give money is refused right after waking; asked again, it is
//! fresh.
//!
//! Time here is [`money::World::ticks_ms`], which goes on while the machine sleeps: the clock of
//! the runtime's timers stands still then, and would see no sleep at all.

/// The loop looks at something every second, so a gap this long is no ordinary one. The page waits
/// three times as long for an answer before it begins to ask whether its charge is known.
pub const GAP_MS: i64 = 5_000;
/// How long after waking requests may still come out of sockets that filled before.
const WAKING_MS: i64 = 5_000;

/// When the loop was last seen at work, and until when it counts as waking; in ticks.
#[derive(Clone, Copy, Debug)]
pub struct Awake {
    seen_ms: i64,
    waking_until_ms: Option<i64>,
}

impl Awake {
    /// At work since now.
    pub const fn since(ticks_ms: i64) -> Self {
        Self {
            seen_ms: ticks_ms,
            waking_until_ms: None,
        }
    }

    /// Notes that the loop is at work; gives the length in ms of the sleep that ended right now.
    pub fn note(&mut self, ticks_ms: i64) -> Option<i64> {
        let gap_ms = ticks_ms.saturating_sub(self.seen_ms);
        #[cfg(feature = "planted")]
        let gap_ms = super::planted::seen_gap_ms(gap_ms);
        self.seen_ms = ticks_ms;
        let has_slept = gap_ms >= GAP_MS;
        if has_slept {
            self.waking_until_ms = Some(ticks_ms.saturating_add(WAKING_MS));
        }
        has_slept.then_some(gap_ms)
    }

    /// True while requests may be older than they look.
    pub fn is_waking(&self) -> bool {
        self.waking_until_ms
            .is_some_and(|until_ms| self.seen_ms < until_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::{Awake, GAP_MS, WAKING_MS};

    const BEGUN_MS: i64 = 7_000_000;

    #[test]
    fn a_loop_that_runs_is_never_waking() {
        let mut awake = Awake::since(BEGUN_MS);
        for seconds in 1..100 {
            assert_eq!(awake.note(BEGUN_MS + 1_000 * seconds), None);
            assert!(!awake.is_waking());
        }
    }

    #[test]
    fn after_a_sleep_it_is_waking_for_a_while() {
        let mut awake = Awake::since(BEGUN_MS);
        let woke_ms = BEGUN_MS + GAP_MS;
        assert_eq!(awake.note(woke_ms), Some(GAP_MS));
        assert!(awake.is_waking());
        assert_eq!(awake.note(woke_ms + WAKING_MS / 2), None);
        assert!(awake.is_waking());
        assert_eq!(awake.note(woke_ms + WAKING_MS), None);
        assert!(!awake.is_waking());
    }
}
