//! Whether the program has just been frozen: stopped by a signal, by a machine that swaps, or by
//! one that was put to sleep as a whole.
//!
//! What was asked of it before lies in its sockets and queues, and is as old as the sleep was long.
//! Whoever asked may have been told by another server that no such charge is known, and have taken
//! cash instead. So what would take or give money is refused right after waking; asked again, it is
//! fresh.

use std::time::Duration;

use tokio::time::Instant;

/// The loop looks at something every second, so a gap this long is no ordinary one. The page waits
/// three times as long for an answer before it begins to ask whether its charge is known.
const GAP: Duration = Duration::from_secs(5);
/// How long after waking requests may still come out of sockets that filled before.
const WAKING: Duration = Duration::from_secs(5);

/// When the loop was last seen at work, and until when it counts as waking.
#[derive(Clone, Copy, Debug)]
pub(super) struct Awake {
    seen: Instant,
    waking_until: Option<Instant>,
}

impl Awake {
    /// At work since now.
    pub(super) const fn since(now: Instant) -> Self {
        Self {
            seen: now,
            waking_until: None,
        }
    }

    /// Notes that the loop is at work; gives the length of the sleep that ended right now.
    pub(super) fn note(&mut self, now: Instant) -> Option<Duration> {
        let gap = now.saturating_duration_since(self.seen);
        self.seen = now;
        let has_slept = gap >= GAP;
        if has_slept {
            self.waking_until = Some(now + WAKING);
        }
        has_slept.then_some(gap)
    }

    /// True while requests may be older than they look.
    pub(super) fn is_waking(&self) -> bool {
        self.waking_until.is_some_and(|until| self.seen < until)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Awake, GAP, WAKING};

    #[test]
    fn a_loop_that_runs_is_never_waking() {
        let begun = Instant::now();
        let mut awake = Awake::since(begun);
        for seconds in 1..100 {
            let now = begun + Duration::from_secs(seconds);
            assert_eq!(awake.note(now), None);
            assert!(!awake.is_waking());
        }
    }

    #[test]
    fn after_a_sleep_it_is_waking_for_a_while() {
        let begun = Instant::now();
        let mut awake = Awake::since(begun);
        let woke = begun + GAP;
        assert_eq!(awake.note(woke), Some(GAP));
        assert!(awake.is_waking());
        assert_eq!(awake.note(woke + WAKING / 2), None);
        assert!(awake.is_waking());
        assert_eq!(awake.note(woke + WAKING), None);
        assert!(!awake.is_waking());
    }
}
