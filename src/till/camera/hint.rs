//! One short sentence of guidance, steady enough to be read.
//!
//! Single frames say contradictory things while a phone moves. A hint is shown when several frames
//! in a row agree, and taken away when several agree on nothing.

use super::answer::Missed;

/// What would help the person who holds the phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    /// The code is too small in the picture.
    Closer,
    /// The picture shows next to nothing.
    TooDark,
    /// A code is there but blurred, covered or in glare.
    HoldStill,
}

/// Frames that must agree before the hint changes: a third of a second at 30 a second.
const AGREEING: u32 = 10;

/// Turns what frames say into a steady hint.
#[derive(Debug, Default)]
pub(super) struct Hints {
    shown: Option<Hint>,
    wanted: Option<Hint>,
    streak: u32,
}

impl Hints {
    /// Takes one frame's failure; returns the hint if it is to change.
    #[expect(
        clippy::option_option,
        reason = "no change and no hint are two different answers"
    )]
    pub(super) fn missed(&mut self, missed: Missed) -> Option<Option<Hint>> {
        let wanted = match missed {
            Missed::Nothing => None,
            Missed::TooDark => Some(Hint::TooDark),
            Missed::TooSmall => Some(Hint::Closer),
            Missed::Undecodable => Some(Hint::HoldStill),
        };
        self.streak = if wanted == self.wanted {
            self.streak.saturating_add(1)
        } else {
            1
        };
        self.wanted = wanted;
        if self.streak < AGREEING || wanted == self.shown {
            return None;
        }
        self.shown = wanted;
        Some(wanted)
    }

    /// A code was read: no hint is needed. Returns true if one was shown.
    pub(super) fn seen(&mut self) -> bool {
        (self.streak, self.wanted) = (0, None);
        self.shown.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(hints: &mut Hints, missed: Missed, frames: u32) -> Vec<Option<Hint>> {
        (0..frames).filter_map(|_| hints.missed(missed)).collect()
    }

    #[test]
    fn a_hint_is_shown_once_when_frames_agree() {
        let mut hints = Hints::default();
        assert_eq!(feed(&mut hints, Missed::TooSmall, AGREEING - 1), []);
        assert_eq!(feed(&mut hints, Missed::TooSmall, 50), [Some(Hint::Closer)]);
        assert_eq!(feed(&mut hints, Missed::Nothing, 50), [None]);
    }

    #[test]
    fn frames_that_disagree_show_nothing() {
        let mut hints = Hints::default();
        for _ in 0..50 {
            assert_eq!(hints.missed(Missed::TooSmall), None);
            assert_eq!(hints.missed(Missed::Undecodable), None);
        }
    }

    #[test]
    fn a_read_code_takes_the_hint_away() {
        let mut hints = Hints::default();
        feed(&mut hints, Missed::TooDark, AGREEING);
        assert!(hints.seen());
        assert!(!hints.seen());
    }
}
