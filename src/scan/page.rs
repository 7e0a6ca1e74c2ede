//! What one page says in its two codes, frame after frame.
//!
//! A wallet shows the same number as a QR code and as bars. The search looks at both where it
//! reads the QR code; but of one frame it may read only the one and of the next only the other.
//! For a short while a number that was read may therefore not be followed, at the same place, by
//! another number in the other kind of code.

use crate::sight::Sighting;
use crate::text::is_payment;
use crate::warp::Point;

/// So many looks a number is remembered, which is half a second of a camera.
const LOOKS: u8 = 15;

/// Two codes of one page are at most so many lengths of the longer one apart.
const NEAR: f32 = 1.5;

/// The number that was taken last.
#[derive(Default)]
pub(crate) struct Page {
    taken: Option<Sighting>,
    /// What was not taken because of it.
    denied: String,
    /// Looks for which it still counts.
    looks: u8,
}

impl Page {
    /// Begins another look.
    pub(crate) fn begin_frame(&mut self) {
        self.looks = self.looks.saturating_sub(1);
    }

    /// True when `found` may be taken, which is then remembered.
    pub(crate) fn allows(&mut self, found: &Sighting) -> bool {
        if !is_payment(&found.text) {
            return true;
        }
        let taken = self.taken.as_ref().filter(|_| self.looks > 0);
        let is_other = taken.is_some_and(|taken| {
            taken.kind != found.kind && taken.text != found.text && is_near(taken, found)
        });
        // A third number is another page.
        if is_other && (self.denied.is_empty() || self.denied == found.text) {
            self.denied.clone_from(&found.text);
            return false;
        }
        if taken.is_none_or(|taken| taken.text != found.text) {
            self.denied.clear();
        }
        self.taken = Some(found.clone());
        self.looks = LOOKS;
        true
    }
}

fn is_near(one: &Sighting, other: &Sighting) -> bool {
    let corner = |sighting: &Sighting, at: usize| {
        let (x, y) = sighting.corners[at];
        Point::new(x, y)
    };
    let middle = |sighting| {
        let first: Point = corner(sighting, 0);
        first.moved(first.to(corner(sighting, 2)), 0.5)
    };
    let side = |sighting| corner(sighting, 0).to(corner(sighting, 1)).length();
    middle(one).to(middle(other)).length() <= NEAR * side(one).max(side(other))
}

impl std::fmt::Debug for Page {
    /// Without the numbers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Page({} looks)", self.looks)
    }
}

#[cfg(test)]
mod tests {
    use super::{LOOKS, Page};
    use crate::sight::{Kind, Sighting};

    const ONE: &str = "284512345678901234";
    const OTHER: &str = "136330649313335454";
    const THIRD: &str = "281111111111111111";

    fn seen(text: &str, kind: Kind, left: f32) -> Sighting {
        let corners = [(0.0, 0.0), (200.0, 0.0), (200.0, 200.0), (0.0, 200.0)];
        Sighting {
            text: text.to_owned(),
            kind,
            corners: corners.map(|(x, y)| (x + left, y)),
            scale: 1.0,
        }
    }

    /// What becomes of numbers that are read one after the other, a frame each.
    fn taken(frames: &[(&str, Kind, f32)]) -> Vec<bool> {
        let mut page = Page::default();
        let mut look = |(text, kind, left): &(&str, Kind, f32)| {
            page.begin_frame();
            page.allows(&seen(text, *kind, *left))
        };
        frames.iter().map(&mut look).collect()
    }

    #[test]
    fn both_codes_of_a_page_are_taken_while_they_say_the_same() {
        let frames = [
            (ONE, Kind::Qr, 0.0),
            (ONE, Kind::Code128, 90.0),
            (ONE, Kind::Qr, 0.0),
        ];
        assert_eq!(taken(&frames), [true, true, true]);
    }

    #[test]
    fn bars_are_not_taken_right_after_a_code_that_says_something_else_and_the_other_way() {
        for (first, second) in [(Kind::Qr, Kind::Code128), (Kind::Code128, Kind::Qr)] {
            let frames = [
                (ONE, first, 0.0),
                (OTHER, second, 90.0),
                (OTHER, second, 90.0),
            ];
            assert_eq!(taken(&frames), [true, false, false]);
        }
    }

    #[test]
    fn another_page_is_taken() {
        let frames = [(ONE, Kind::Qr, 0.0), (OTHER, Kind::Code128, 900.0)];
        assert_eq!(taken(&frames), [true, true], "elsewhere");
        let frames = [(ONE, Kind::Qr, 0.0), (OTHER, Kind::Qr, 0.0)];
        assert_eq!(taken(&frames), [true, true], "the page's next code");
        let frames = [
            (ONE, Kind::Qr, 0.0),
            (OTHER, Kind::Code128, 0.0),
            (THIRD, Kind::Code128, 0.0),
        ];
        assert_eq!(taken(&frames), [true, false, true], "a third number");
    }

    #[test]
    fn after_a_while_a_number_no_longer_counts() {
        let mut page = Page::default();
        page.begin_frame();
        assert!(page.allows(&seen(ONE, Kind::Qr, 0.0)));
        for _ in 1..LOOKS {
            page.begin_frame();
            assert!(!page.allows(&seen(OTHER, Kind::Code128, 0.0)));
        }
        page.begin_frame();
        assert!(page.allows(&seen(OTHER, Kind::Code128, 0.0)));
    }

    #[test]
    fn what_is_no_payment_code_concerns_no_page() {
        let frames = [(ONE, Kind::Qr, 0.0), ("4006381333931", Kind::Code128, 0.0)];
        assert_eq!(taken(&frames), [true, true]);
    }
}
