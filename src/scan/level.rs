//! Thresholds: which brightness counts as dark, place by place.
//!
//! The picture is cut into blocks of 8x8 pixels. A block with contrast has a middle level halfway
//! between its darkest and brightest pixel; a block's threshold is the mean of the middle levels
//! of the contrasted blocks around it, so a bright phone before a dark stall and a shadow across
//! the screen each get their own. Where there is no contrast near, nothing is dark.

use crate::luma::Luma;

/// Side of a block in pixels.
const BLOCK: usize = 8;

/// Neighbourhoods tried, in blocks to each side: the wide ones fill the middle of finders that
/// are larger than a block because the phone is close.
const REACHES: [usize; 3] = [2, 4, 8];

/// A block's range must exceed this, however quiet the picture is.
const RANGE_MIN: u8 = 20;

/// A block with this range has contrast, however noisy the picture is.
const RANGE_SURE: u8 = 64;

/// Reused thresholds of one picture.
#[derive(Debug, Default)]
pub(crate) struct Levels {
    columns: usize,
    rows: usize,
    /// Darkest and brightest pixel per block.
    extremes: Vec<(u8, u8)>,
    /// Summed-area table of (contrasted blocks, their middle levels), one wider and higher.
    sums: Vec<(u32, u32)>,
    /// One threshold per block; a pixel below it is dark. 0 where there is no contrast near.
    thresholds: Vec<u8>,
}

/// What the code is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Dark modules on light ground, as printed.
    Dark,
    /// Light modules on dark ground, as some dark-mode apps show them.
    Light,
}

impl Levels {
    /// Computes the thresholds of `view`.
    pub(crate) fn measure(&mut self, view: &Luma<'_>) {
        self.columns = view.width().div_ceil(BLOCK);
        self.rows = view.height().div_ceil(BLOCK);
        self.collect_extremes(view);
        let range_min = self.contrast_floor();
        self.sum_up(range_min);
        self.decide();
    }

    /// Fills `drawn` with one byte per pixel of `view`: 1 where it is inked, else 0.
    pub(crate) fn draw(&self, view: &Luma<'_>, ink: Ink, drawn: &mut Vec<u8>) {
        drawn.resize(view.width() * view.height(), 0);
        for (y, out) in drawn.chunks_exact_mut(view.width()).enumerate() {
            let start = (y / BLOCK) * self.columns;
            let thresholds = &self.thresholds[start..start + self.columns];
            let blocks = out.chunks_mut(BLOCK).zip(view.row(y).chunks(BLOCK));
            for ((out, pixels), &threshold) in blocks.zip(thresholds) {
                match ink {
                    Ink::Dark => mark(out, pixels, |pixel| pixel < threshold),
                    Ink::Light => mark(out, pixels, |pixel| threshold > 0 && pixel >= threshold),
                }
            }
        }
    }

    fn collect_extremes(&mut self, view: &Luma<'_>) {
        self.extremes.clear();
        self.extremes.resize(self.columns * self.rows, (u8::MAX, 0));
        for y in 0..view.height() {
            let start = (y / BLOCK) * self.columns;
            let line = &mut self.extremes[start..start + self.columns];
            for (extreme, pixels) in line.iter_mut().zip(view.row(y).chunks(BLOCK)) {
                let (low, high) = pixels.iter().fold(*extreme, |(low, high), &pixel| {
                    (low.min(pixel), high.max(pixel))
                });
                *extreme = (low, high);
            }
        }
    }

    /// The range a block needs to count as contrasted: well above the noise, which the quietest
    /// quarter of the blocks shows.
    fn contrast_floor(&self) -> u8 {
        let mut counts = [0_usize; 256];
        for &(low, high) in &self.extremes {
            counts[usize::from(high.saturating_sub(low))] += 1;
        }
        let quarter = self.extremes.len() / 4;
        let mut passed = 0;
        for (range, count) in (0_u8..=u8::MAX).zip(counts) {
            passed += count;
            if passed > quarter {
                return range.saturating_mul(2).clamp(RANGE_MIN, RANGE_SURE);
            }
        }
        RANGE_MIN
    }

    fn sum_up(&mut self, range_min: u8) {
        let wide = self.columns + 1;
        self.sums.clear();
        self.sums.resize(wide * (self.rows + 1), (0, 0));
        for row in 0..self.rows {
            let (mut count, mut total) = (0, 0);
            for column in 0..self.columns {
                let (low, high) = self.extremes[row * self.columns + column];
                if high.saturating_sub(low) >= range_min {
                    count += 1;
                    total += u32::midpoint(u32::from(low), u32::from(high));
                }
                let above = self.sums[row * wide + column + 1];
                self.sums[(row + 1) * wide + column + 1] = (above.0 + count, above.1 + total);
            }
        }
    }

    fn decide(&mut self) {
        self.thresholds.clear();
        for row in 0..self.rows {
            for column in 0..self.columns {
                let near = REACHES
                    .iter()
                    .find_map(|&reach| self.mean_near(row, column, reach));
                self.thresholds.push(near.unwrap_or(0));
            }
        }
    }

    /// Mean middle level of the contrasted blocks at most `reach` away, if there is one.
    fn mean_near(&self, row: usize, column: usize, reach: usize) -> Option<u8> {
        let wide = self.columns + 1;
        let top = row.saturating_sub(reach) * wide;
        let bottom = (row + reach + 1).min(self.rows) * wide;
        let left = column.saturating_sub(reach);
        let right = (column + reach + 1).min(self.columns);
        let part = |pick: fn(&(u32, u32)) -> u32| {
            (pick(&self.sums[bottom + right]) + pick(&self.sums[top + left]))
                - (pick(&self.sums[bottom + left]) + pick(&self.sums[top + right]))
        };
        let count = part(|sum| sum.0);
        let total = part(|sum| sum.1);
        total
            .checked_div(count)
            .and_then(|mean| u8::try_from(mean).ok())
    }
}

fn mark(out: &mut [u8], pixels: &[u8], is_inked: impl Fn(u8) -> bool) {
    for (mark, &pixel) in out.iter_mut().zip(pixels) {
        *mark = u8::from(is_inked(pixel));
    }
}
