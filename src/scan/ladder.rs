//! The sizes at which a frame is searched, cheapest first.
//!
//! Half size ends most searches. Quarter size and the smoothed half-size picture see through noise
//! and blur; full size finds small, far codes and costs as much as all the others together.

use std::ops::RangeInclusive;

use crate::finder::{CHECKS_MAX, Wanted};
use crate::level::Floor;
use crate::luma::Luma;
use crate::qr::Rung;
use crate::shrink::Shrunk;

/// Full size is skipped above this many pixels: half of 4K is still finer than 720p.
const FULL_PIXELS_MAX: usize = 1920 * 1088;

/// Most cross-checks of finder patterns at full size, where noise shows the most of them.
const FULL_CHECKS_MAX: usize = 1_500;

/// Contrast that counts in a picture as the camera made it.
const PLAIN: Floor = Floor { min: 20, sure: 64 };

/// Contrast that counts where noise was averaged away.
const QUIET: Floor = Floor { min: 10, sure: 32 };

/// Finders of any size that can be told from noise.
const ANY: RangeInclusive<usize> = 7..=usize::MAX;

/// Finders that are too small for the half-size picture, or not much larger.
const SMALL: RangeInclusive<usize> = 7..=84;

/// One of the sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// Every second pixel.
    Half,
    /// Every fourth pixel.
    Quarter,
    /// Every second pixel, smoothed.
    Smooth,
    /// As it came.
    Full,
}

/// The sizes that cost little, in the order of the search.
pub(crate) const SMALL_SIZES: [Size; 3] = [Size::Half, Size::Quarter, Size::Smooth];

/// Reused smaller pictures of one frame.
#[derive(Debug, Default)]
pub(crate) struct Ladder {
    half: Shrunk,
    quarter: Shrunk,
    smooth: Shrunk,
}

impl Ladder {
    /// Begins a new frame.
    pub(crate) fn begin(&mut self, frame: &Luma<'_>) {
        self.half.fill(frame);
    }

    /// The half-size picture; `None` for a frame of a single row or column.
    pub(crate) fn half(&self) -> Option<Luma<'_>> {
        self.half.view()
    }

    /// Makes the picture for `size`, if it is not there yet.
    pub(crate) fn make(&mut self, size: Size) {
        let Some(half) = self.half.view() else { return };
        match size {
            Size::Quarter => self.quarter.fill(&half),
            Size::Smooth => self.smooth.smooth(&half),
            Size::Half | Size::Full => {}
        }
    }

    /// The picture for `size`; `None` when there is none or it would cost too much.
    pub(crate) fn rung<'a>(&'a self, frame: &Luma<'a>, size: Size) -> Option<Rung<'a>> {
        let (view, scale, floor, row_step, spans) = match size {
            Size::Half => (self.half.view()?, 2.0, PLAIN, 2, ANY),
            Size::Quarter => (self.quarter.view()?, 4.0, QUIET, 1, ANY),
            Size::Smooth => (self.smooth.view()?, 2.0, QUIET, 2, ANY),
            Size::Full => (*frame, 1.0, PLAIN, 2, SMALL),
        };
        let fits = size != Size::Full || frame.width() * frame.height() <= FULL_PIXELS_MAX;
        fits.then_some(Rung {
            view,
            scale,
            floor,
            wanted: Wanted {
                row_step,
                spans,
                checks: if size == Size::Full {
                    FULL_CHECKS_MAX
                } else {
                    CHECKS_MAX
                },
                is_noisy: size == Size::Full,
            },
        })
    }
}
