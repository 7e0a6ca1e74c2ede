//! Where to look first: around the last sighting.
//!
//! A phone moves little from one frame to the next, and the part around its code costs a tenth of
//! the frame. After a sighting the next frame is searched there first, and as a whole only if
//! nothing is read; the frame after that is searched as a whole in any case, so that a new code
//! anywhere is seen within two frames.

use crate::luma::Luma;
use crate::number::{float, floor};
use crate::sight::Sighting;

/// How much of the code's own size is added on each side for its movement.
const MARGIN: f32 = 0.4;

/// A part of a frame: left, top, width, height in pixels.
pub(crate) type Part = (usize, usize, usize, usize);

/// Memory of one frame.
#[derive(Debug, Default)]
pub(crate) struct Track {
    part: Option<Part>,
    /// True when full size was needed.
    is_small: bool,
}

impl Track {
    /// The part of `frame` to search first, once after each sighting on a whole frame.
    pub(crate) fn take(&mut self, frame: &Luma<'_>) -> Option<Part> {
        let (left, top, width, height) = self.part.take()?;
        // The camera may have turned: the part must lie in this frame.
        let fits = left + width <= frame.width() && top + height <= frame.height();
        fits.then_some((left, top, width, height))
    }

    /// True when the code was too small to be read at less than full size.
    pub(crate) fn is_small(&self) -> bool {
        self.is_small
    }

    /// Remembers where a code was read on the whole of `frame`.
    pub(crate) fn keep(&mut self, sighting: &Sighting, frame: &Luma<'_>) {
        let range = |pick: fn(&(f32, f32)) -> f32, side: usize| {
            let places = || sighting.corners.iter().map(pick);
            let low = places().fold(f32::MAX, f32::min);
            let high = places().fold(f32::MIN, f32::max);
            let margin = (high - low) * MARGIN;
            let first = floor(low - margin).min(side);
            let last = floor(high + margin + 1.0).clamp(first, side);
            (first, last - first)
        };
        let (left, width) = range(|corner| corner.0, frame.width());
        let (top, height) = range(|corner| corner.1, frame.height());
        self.is_small = sighting.scale < 2.0;
        // A code that fills the frame leaves nothing to be saved.
        let is_worth_it = float(width * height) < 0.5 * float(frame.width() * frame.height());
        self.part = (is_worth_it && width > 0 && height > 0).then_some((left, top, width, height));
    }
}
