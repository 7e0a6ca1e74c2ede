//! One short sentence of guidance, calm enough to be read.
//!
//! Single frames say contradictory things while a phone moves. What they say is collected over a
//! second and a half; a hint is shown when that long nothing was read and most frames with
//! something to say agree, and stays long enough to be read. A code that is read takes it away.

use std::collections::VecDeque;

use super::answer::Missed;

/// What would help the person who holds the phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    /// The code is too small in the picture.
    Closer,
    /// The picture shows next to nothing.
    TooDark,
    /// A code is there but blurred or covered.
    HoldStill,
    /// A lamp in the phone's glass hides part of the code.
    Glare,
}

impl Hint {
    const ALL: [Self; 4] = [Self::Closer, Self::TooDark, Self::HoldStill, Self::Glare];

    /// What a frame's failure asks for, if it asks for anything.
    const fn of(missed: Missed) -> Option<Self> {
        match missed {
            Missed::Nothing | Missed::FindersOnly | Missed::BadGrid => None,
            Missed::TooDark => Some(Self::TooDark),
            Missed::TooSmall => Some(Self::Closer),
            Missed::TooBlurred | Missed::TooManyErrors => Some(Self::HoldStill),
            Missed::Glare => Some(Self::Glare),
        }
    }
}

/// How long frames are remembered, and how long a code must have been there unread.
const WINDOW_MS: f64 = 1_500.0;

/// A hint that is shown stays at least this long, unless a code is read.
const READING_MS: f64 = 2_000.0;

/// Of the frames remembered, this part must ask for a hint before it is shown.
const ASKING: f64 = 0.4;

/// A hint is taken away when less than this part still asks for it.
const STILL_ASKING: f64 = 0.15;

/// Turns what frames say into a steady hint.
#[derive(Debug, Default)]
pub(super) struct Hints {
    shown: Option<Hint>,
    /// When the hint was shown, in milliseconds.
    shown_ms: f64,
    /// When the first frame was there that asked for something, after a while without any.
    since_ms: Option<f64>,
    /// What each frame of the window asked for, and when it was there.
    votes: VecDeque<(f64, Option<Hint>)>,
}

impl Hints {
    /// Takes the failure of a frame that was there at `at_ms`; returns the hint if it is to change.
    #[expect(
        clippy::option_option,
        reason = "no change and no hint are two different answers"
    )]
    pub(super) fn missed(&mut self, missed: Missed, at_ms: f64) -> Option<Option<Hint>> {
        let vote = Hint::of(missed);
        self.votes.push_back((at_ms, vote));
        while self
            .votes
            .front()
            .is_some_and(|(ms, _)| at_ms - ms > WINDOW_MS)
        {
            self.votes.pop_front();
        }
        if self.votes.iter().all(|(_, vote)| vote.is_none()) {
            self.since_ms = None;
        } else if self.since_ms.is_none() {
            self.since_ms = Some(at_ms);
        }
        let wanted = self.wanted(at_ms);
        if wanted == self.shown || at_ms - self.shown_ms < READING_MS && self.shown.is_some() {
            return None;
        }
        self.shown = wanted;
        self.shown_ms = at_ms;
        Some(wanted)
    }

    /// What should be shown now.
    fn wanted(&self, at_ms: f64) -> Option<Hint> {
        let most = Hint::ALL
            .into_iter()
            .max_by(|one, other| self.share(*one).total_cmp(&self.share(*other)))?;
        let is_long = self
            .since_ms
            .is_some_and(|since| at_ms - since >= WINDOW_MS);
        if is_long && self.share(most) >= ASKING {
            return Some(most);
        }
        self.shown
            .filter(|shown| self.share(*shown) >= STILL_ASKING)
    }

    /// The part of the frames remembered that asks for `hint`.
    fn share(&self, hint: Hint) -> f64 {
        let asking = self.votes.iter().filter(|(_, vote)| *vote == Some(hint));
        let [asking, all] = [asking.count(), self.votes.len().max(1)]
            .map(|count| u32::try_from(count).map_or(f64::MAX, f64::from));
        asking / all
    }

    /// A code was read: no hint is needed. Returns true if one was shown.
    pub(super) fn seen(&mut self) -> bool {
        self.votes.clear();
        self.since_ms = None;
        self.shown.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames thirty times a second.
    const FRAME_MS: f64 = 1_000.0 / 30.0;

    /// A camera whose frames fail one after the other.
    #[derive(Default)]
    struct Run {
        hints: Hints,
        now_ms: f64,
    }

    impl Run {
        /// What is shown and taken away while frames fail in turn like `missed` for `ms`.
        fn fail(&mut self, missed: &[Missed], ms: f64) -> Vec<Option<Hint>> {
            let end_ms = self.now_ms + ms;
            let mut changes = Vec::new();
            for missed in missed.iter().cycle() {
                if self.now_ms >= end_ms {
                    break;
                }
                self.now_ms += FRAME_MS;
                changes.extend(self.hints.missed(*missed, self.now_ms));
            }
            changes
        }
    }

    #[test]
    fn a_hint_is_shown_once_after_a_second_and_a_half_without_a_read() {
        let mut run = Run::default();
        assert_eq!(run.fail(&[Missed::Nothing], 5_000.0), []);
        assert_eq!(run.fail(&[Missed::TooSmall], 1_400.0), []);
        let changes = run.fail(&[Missed::TooSmall], 6_000.0);
        assert_eq!(changes, [Some(Hint::Closer)]);
        assert_eq!(run.fail(&[Missed::Nothing], 5_000.0), [None]);
    }

    #[test]
    fn a_phone_that_passes_by_shows_nothing() {
        let mut run = Run::default();
        for _ in 0..5 {
            assert_eq!(run.fail(&[Missed::TooBlurred], 400.0), []);
            assert_eq!(run.fail(&[Missed::Nothing], 2_000.0), []);
        }
    }

    #[test]
    fn frames_that_say_nothing_in_between_do_not_make_a_hint_flicker() {
        let mut run = Run::default();
        let mixed = [
            Missed::Glare,
            Missed::BadGrid,
            Missed::Glare,
            Missed::Nothing,
        ];
        assert_eq!(run.fail(&mixed, 10_000.0), [Some(Hint::Glare)]);
    }

    #[test]
    fn a_hint_changes_only_when_it_was_there_long_enough_to_be_read() {
        let mut run = Run::default();
        let shown = run.fail(&[Missed::TooSmall], 1_600.0);
        assert_eq!(shown, [Some(Hint::Closer)]);
        assert_eq!(run.fail(&[Missed::TooBlurred], 1_800.0), []);
        let shown = run.fail(&[Missed::TooBlurred], 1_000.0);
        assert_eq!(shown, [Some(Hint::HoldStill)]);
    }

    #[test]
    fn frames_of_which_each_says_something_else_show_nothing() {
        let mut run = Run::default();
        let all = [
            Missed::Glare,
            Missed::TooSmall,
            Missed::TooBlurred,
            Missed::TooDark,
        ];
        assert_eq!(run.fail(&all, 10_000.0), []);
    }

    #[test]
    fn a_read_code_takes_the_hint_away() {
        let mut run = Run::default();
        run.fail(&[Missed::TooDark], 2_000.0);
        assert!(run.hints.seen());
        assert!(!run.hints.seen());
        assert_eq!(run.fail(&[Missed::TooDark], 1_400.0), []);
    }
}
