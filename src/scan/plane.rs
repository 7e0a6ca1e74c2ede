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
            let blocks = levels.row(y).chunks(WORD / BLOCK);
            let words = view.row(y).chunks(WORD).zip(blocks);
            self.words
                .extend(words.map(|(pixels, blocks)| word_of(pixels, blocks)));
        }
    }

    /// Pixels in a row.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Number of rows.
    pub(crate) fn height(&self) -> usize {
        self.height
    }

    /// True for a dark pixel inside the picture.
    pub(crate) fn is_dark(&self, x: usize, y: usize) -> bool {
        let word = self.words.get(y * self.words_per_row + x / WORD);
        x < self.width && word.is_some_and(|word| word >> (x % WORD) & 1 == 1)
    }

    /// Calls `changed` with every column of row `y` at which the colour changes, from the left, and
    /// whether the pixels before it are dark. The border on the right counts as a change.
    pub(crate) fn for_changes(&self, y: usize, mut changed: impl FnMut(usize, bool)) {
        let start = y * self.words_per_row;
        let Some(row) = self.words.get(start..start + self.words_per_row) else {
            return;
        };
        let mut last = row.first().map_or(0, |word| word & 1);
        // The border may lie where no word is left.
        for (at, word) in row.iter().copied().chain([0]).enumerate() {
            let before = word << 1 | last;
            let mut edges = word ^ before;
            if at == self.width / WORD {
                edges |= 1 << (self.width % WORD);
            }
            while edges != 0 {
                let bit = edges.trailing_zeros();
                edges &= edges - 1;
                let x = at * WORD + usize::try_from(bit).unwrap_or(0);
                if x <= self.width {
                    changed(x, before >> bit & 1 == 1);
                }
            }
            last = word >> (WORD - 1);
        }
    }
}

fn word_of(pixels: &[u8], thresholds: &[u8]) -> u64 {
    let lanes = pixels.chunks(LANES).zip(thresholds.chunks(LANES / BLOCK));
    lanes.enumerate().fold(0, |word, (at, (pixels, pair))| {
        let left = pair.first().copied().unwrap_or(0);
        let right = pair.get(1).copied().unwrap_or(0);
        let mut levels = [left; LANES];
        levels[BLOCK..].fill(right);
        let bits = if let Some(full) = pixels.first_chunk() {
            below(full, &levels)
        } else {
            // Beyond the right border nothing is dark.
            let mut padded = [u8::MAX; LANES];
            padded[..pixels.len()].copy_from_slice(pixels);
            below(&padded, &levels)
        };
        word | u64::from(bits) << (at * LANES)
    })
}
