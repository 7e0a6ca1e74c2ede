//! Time that does not jump: the wall clock of one moment, and from there the ticks.
//!
//! While a charge is open, its deadlines are spans. A clock that is set in between must neither
//! reverse a fresh charge nor let an old one wait for hours, so the wall clock is taken up anew
//! only while nothing is open.

use money::Stamp;

/// A wall clock's reading and the ticks that belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steady {
    wall: Stamp,
    ticks_ms: i64,
}

impl Steady {
    /// From now on: `wall` is what the clock says, `ticks_ms` what the ticks say.
    pub const fn anchored(wall: Stamp, ticks_ms: i64) -> Self {
        Self { wall, ticks_ms }
    }

    /// The time now. An idle one takes up the wall clock, any other goes on by ticks whatever the
    /// wall clock says.
    pub const fn follow(&mut self, wall: Stamp, ticks_ms: i64, is_idle: bool) -> Stamp {
        if is_idle {
            *self = Self::anchored(wall, ticks_ms);
        }
        self.at(ticks_ms)
    }

    /// The time at these ticks. Never before the anchor.
    pub const fn at(&self, ticks_ms: i64) -> Stamp {
        let gone_ms = ticks_ms.saturating_sub(self.ticks_ms);
        self.wall.plus_ms(if gone_ms < 0 { 0 } else { gone_ms })
    }
}

#[cfg(test)]
mod tests {
    use money::Stamp;

    use super::Steady;

    const WALL_MS: i64 = 1_795_312_800_000;

    #[test]
    fn time_goes_on_by_ticks_from_the_wall_clock() {
        let steady = Steady::anchored(Stamp::from_ms(WALL_MS), 5_000);
        assert_eq!(steady.at(5_000).ms(), WALL_MS);
        assert_eq!(steady.at(6_500).ms(), WALL_MS + 1_500);
    }

    fn check_jump(jump_ms: i64) {
        let mut steady = Steady::anchored(Stamp::from_ms(WALL_MS), 5_000);
        let jumped = Stamp::from_ms(WALL_MS + jump_ms);
        let open = steady.follow(jumped, 5_200, false);
        assert_eq!(open.ms(), WALL_MS + 200, "open, jump {jump_ms}");
        let idle = steady.follow(jumped, 5_300, true);
        assert_eq!(idle, jumped, "idle, jump {jump_ms}");
        let later = steady.follow(Stamp::from_ms(0), 5_400, false);
        assert_eq!(later, jumped.plus_ms(100), "open again, jump {jump_ms}");
    }

    #[test]
    fn a_jump_of_the_wall_clock_waits_until_nothing_is_open() {
        check_jump(10 * 60 * 1_000);
        check_jump(-10 * 60 * 1_000);
    }

    #[test]
    fn it_never_goes_behind_its_anchor() {
        let steady = Steady::anchored(Stamp::from_ms(WALL_MS), 5_000);
        assert_eq!(steady.at(0).ms(), WALL_MS);
        assert_eq!(steady.at(i64::MIN).ms(), WALL_MS);
    }
}
