//! The bit plane: one bit a pixel, set where the pixel is darker than its block's threshold.

use crate::lanes::{LANES, below};
use crate::level::{BLOCK, Levels};
use crate::luma::Luma;

/// Pixels in a word.
const WORD: usize = 64;

/// A reused black and white picture.
#[derive(Default)]
pub(crate) struct Plane {
    words: Vec<u64>,
    /// The thresholds of a row, pixel by pixel, to the end of its last word.
    thresholds: Vec<u8>,
    words_per_row: usize,
    width: usize,
    height: usize,
}

impl Plane {
    /// Draws `view` against its thresholds.
    pub(crate) fn draw(&mut self, view: &Luma<'_>, levels: &Levels) {
        self.width = view.width();
        self.height = view.height();
        self.words_per_row = self.width.div_ceil(WORD);
        self.words.clear();
        for y in 0..self.height {
            if y.is_multiple_of(BLOCK) {
                self.thresholds.clear();
                let blocks = levels.row(y).iter();
                self.thresholds
                    .extend(blocks.flat_map(|threshold| [*threshold; BLOCK]));
                self.thresholds.resize(self.words_per_row * WORD, 0);
            }
            let (wholes, rest) = view.row(y).as_chunks::<WORD>();
            let (thresholds, _) = self.thresholds.as_chunks::<WORD>();
            let words = wholes.iter().zip(thresholds);
            self.words
                .extend(words.map(|(pixels, thresholds)| word_of(pixels, thresholds)));
            if let (false, Some(thresholds)) = (rest.is_empty(), thresholds.last()) {
                // Beyond the right border nothing is dark.
                let mut padded = [u8::MAX; WORD];
                padded[..rest.len()].copy_from_slice(rest);
                self.words.push(word_of(&padded, thresholds));
            }
        }
    }

    /// Number of rows.
    pub(crate) fn height(&self) -> usize {
        self.height
    }

    /// Lengths of the first three runs from a pixel along a step, the first of pixels that are dark
    /// or not as told; `None` when one of the first two does not end within `reach` pixels, or the
    /// third does not and the border is farther.
    pub(crate) fn runs(
        &self,
        (mut x, y): (usize, usize),
        (dx, dy): (isize, isize),
        mut is_dark: bool,
        reach: usize,
    ) -> Option<[usize; 3]> {
        let pixels_to = |at: usize, step: isize, side: usize| match step {
            0 => usize::MAX,
            1.. => side.saturating_sub(at),
            _ => at + 1,
        };
        let seen = pixels_to(x, dx, self.width).min(pixels_to(y, dy, self.height));
        let mut start = y * self.words_per_row;
        let down = dy.wrapping_mul(self.words_per_row.cast_signed());
        let mut lengths = [0; 3];
        let mut run = 0;
        for _ in 0..reach.min(seen) {
            let word = self.words.get(start + x / WORD).copied().unwrap_or(0);
            if (word >> (x % WORD) & 1 == 1) != is_dark {
                run += 1;
                is_dark = !is_dark;
                if run == lengths.len() {
                    return Some(lengths);
                }
            }
            lengths[run] += 1;
            x = x.wrapping_add_signed(dx);
            start = start.wrapping_add_signed(down);
        }
        (seen <= reach && run == 2).then_some(lengths)
    }

    /// Fills `ends` with every column of row `y` at which the colour changes, from the left, the
    /// borders on both sides with them; true when the first pixels are dark.
    pub(crate) fn changes(&self, y: usize, ends: &mut Vec<i16>) -> bool {
        ends.clear();
        ends.push(0);
        let start = y * self.words_per_row;
        let row = self.words.get(start..start + self.words_per_row);
        let row = row.unwrap_or_default();
        let is_dark = row.first().is_some_and(|word| word & 1 == 1);
        let mut last = u64::from(is_dark);
        let mut first = 0;
        for &word in row {
            let mut edges = word ^ (word << 1 | last);
            while edges != 0 {
                let bit = edges.trailing_zeros();
                edges &= edges - 1;
                ends.push(first + narrow(bit));
            }
            last = word >> (WORD - 1);
            first += narrow(u64::BITS);
        }
        // Beyond the border it is light.
        let width = i16::try_from(self.width).unwrap_or(i16::MAX);
        if ends.last() != Some(&width) {
            ends.push(width);
        }
        is_dark
    }
}

/// The place of a bit.
fn narrow(bit: u32) -> i16 {
    i16::try_from(bit).unwrap_or(0)
}

fn word_of(pixels: &[u8; WORD], thresholds: &[u8; WORD]) -> u64 {
    let lanes = pixels.as_chunks().0.iter().zip(thresholds.as_chunks().0);
    let bits = lanes.map(|(pixels, thresholds)| u64::from(below(pixels, thresholds)));
    bits.enumerate()
        .fold(0, |word, (at, bits)| word | bits << (at * LANES))
}
