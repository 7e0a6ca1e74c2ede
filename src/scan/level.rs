//! Thresholds: which brightness counts as dark, place by place.
//!
//! The picture is cut into blocks of 8x8 pixels. A block with contrast has a middle level halfway
//! between its darkest and brightest pixel; a block's threshold is the mean of the middle levels
//! of the contrasted blocks around it, so a bright phone before a dark stall and a shadow across
//! the screen each get their own. Where there is no contrast near, nothing is dark.

use crate::lanes::{FOUR, LANES, extremes, extremes_of_eights};
use crate::luma::Luma;

/// Side of a block in pixels.
pub(crate) const BLOCK: usize = 8;

/// Neighbourhoods tried, in blocks to each side: the wide ones fill the middle of finders that
/// are larger than a block because the phone is close.
const REACHES: [usize; 3] = [2, 4, 8];

/// How wide a block's range of brightness must be to count as contrast.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Floor {
    /// Less is none, however quiet the picture is.
    pub(crate) min: u8,
    /// This is enough, however noisy the picture is.
    pub(crate) sure: u8,
}

/// One block in a sum that also holds levels.
const ONE_BLOCK: u64 = 1 << 32;

/// Reused thresholds of one picture.
#[derive(Debug, Default)]
pub(crate) struct Levels {
    columns: usize,
    rows: usize,
    /// Darkest and brightest pixel per block.
    extremes: Vec<(u8, u8)>,
    /// Summed-area table, one wider and higher: contrasted blocks in units of [`ONE_BLOCK`], and
    /// their middle levels.
    sums: Vec<u64>,
    /// Sums of a few rows' blocks to the left of each column.
    between: Vec<u64>,
    /// One threshold per block; a pixel below it is dark. 0 where there is no contrast near.
    thresholds: Vec<u8>,
}

impl Levels {
    /// Computes the thresholds of `view`; `floor` bounds what counts as contrast.
    pub(crate) fn measure(&mut self, view: &Luma<'_>, floor: Floor) {
        self.columns = view.width().div_ceil(BLOCK);
        self.rows = view.height().div_ceil(BLOCK);
        self.collect_extremes(view);
        let range_min = self.contrast_floor(floor);
        self.sum_up(range_min);
        self.decide();
    }

    /// The thresholds of the blocks that row `y` of the picture crosses, from the left.
    pub(crate) fn row(&self, y: usize) -> &[u8] {
        let start = (y / BLOCK) * self.columns;
        self.thresholds
            .get(start..start + self.columns)
            .unwrap_or_default()
    }

    fn collect_extremes(&mut self, view: &Luma<'_>) {
        self.extremes.clear();
        for top in (0..view.height()).step_by(BLOCK) {
            let bottom = (top + BLOCK).min(view.height());
            // The last row stands for those that a cut block lacks.
            let rows: [&[u8]; BLOCK] =
                std::array::from_fn(|row| view.row((top + row).min(bottom - 1)));
            let lanes = rows.map(|row| row.as_chunks::<LANES>().0);
            let of = |at: usize| extremes(lanes.iter().filter_map(|row| row.get(at)));
            let (fours, rest) = (lanes[0].len() / FOUR, lanes[0].len() % FOUR);
            for four in 0..fours {
                let mut both = [([0; LANES], [0; LANES]); FOUR];
                for (at, both) in both.iter_mut().enumerate() {
                    *both = of(four * FOUR + at);
                }
                let (low, high) = extremes_of_eights(&both);
                self.extremes.extend(low.into_iter().zip(high));
            }
            for at in 0..rest {
                let (low, high) = of(fours * FOUR + at);
                let (lows, highs) = (low.as_chunks().0, high.as_chunks().0);
                for (low, high) in lows.iter().zip(highs) {
                    self.extremes.push((least(*low), most(*high)));
                }
            }
            let mut left = lanes[0].len() * LANES;
            while left < view.width() {
                let right = (left + BLOCK).min(view.width());
                let block = (top..bottom).map(|y| &view.row(y)[left..right]);
                let both = block.flatten().fold((u8::MAX, 0), |(low, high), &pixel| {
                    (low.min(pixel), high.max(pixel))
                });
                self.extremes.push(both);
                left = right;
            }
        }
    }

    /// The range a block needs to count as contrasted: well above the noise, which the quietest
    /// quarter of the blocks shows.
    fn contrast_floor(&self, floor: Floor) -> u8 {
        let mut counts = [0_usize; 256];
        for &(low, high) in &self.extremes {
            counts[usize::from(high.saturating_sub(low))] += 1;
        }
        let quarter = self.extremes.len() / 4;
        let mut passed = 0;
        for (range, count) in (0_u8..=u8::MAX).zip(counts) {
            passed += count;
            if passed > quarter {
                return range.saturating_mul(2).clamp(floor.min, floor.sure);
            }
        }
        floor.min
    }

    fn sum_up(&mut self, range_min: u8) {
        let wide = self.columns + 1;
        self.sums.clear();
        self.sums.resize(wide * (self.rows + 1), 0);
        let (mut above, mut rest) = self.sums.split_at_mut(wide);
        for extremes in self.extremes.chunks_exact(self.columns.max(1)) {
            let (own, next) = rest.split_at_mut(wide);
            let mut row = 0;
            let sums = own.iter_mut().zip(above.iter()).skip(1);
            for ((sum, above), &(low, high)) in sums.zip(extremes) {
                let is_contrasted = high.saturating_sub(low) >= range_min;
                let block = ONE_BLOCK + u64::from(low.midpoint(high));
                row += if is_contrasted { block } else { 0 };
                *sum = above + row;
            }
            (above, rest) = (own, next);
        }
    }

    fn decide(&mut self) {
        let mut thresholds = std::mem::take(&mut self.thresholds);
        let mut between = std::mem::take(&mut self.between);
        thresholds.resize(self.rows * self.columns, 0);
        let near = REACHES[0];
        for (row, thresholds) in thresholds.chunks_exact_mut(self.columns.max(1)).enumerate() {
            let (above, below) = self.sums_around(row, near);
            between.clear();
            // The ends stand for what the border cuts off.
            between.extend([0; REACHES[0]]);
            between.extend(below.iter().zip(above).map(|(below, above)| below - above));
            between.extend([between[between.len() - 1]; REACHES[0]]);
            let pairs = between.iter().zip(&between[2 * near + 1..]);
            for ((column, threshold), (left, right)) in thresholds.iter_mut().enumerate().zip(pairs)
            {
                let mean = mean_of(right - left).or_else(|| self.mean_farther(row, column));
                *threshold = mean.unwrap_or(0);
            }
        }
        self.thresholds = thresholds;
        self.between = between;
    }

    /// The rows of the sums between which lie the blocks at most `reach` from `row`.
    fn sums_around(&self, row: usize, reach: usize) -> (&[u64], &[u64]) {
        let wide = self.columns + 1;
        let top = row.saturating_sub(reach) * wide;
        let bottom = (row + reach + 1).min(self.rows) * wide;
        (
            &self.sums[top..top + wide],
            &self.sums[bottom..bottom + wide],
        )
    }

    /// Mean middle level of the contrasted blocks where the nearest are not contrasted.
    #[cold]
    fn mean_farther(&self, row: usize, column: usize) -> Option<u8> {
        REACHES[1..].iter().find_map(|&reach| {
            let (above, below) = self.sums_around(row, reach);
            let left = column.saturating_sub(reach);
            let right = (column + reach + 1).min(self.columns);
            mean_of((below[right] + above[left]) - (below[left] + above[right]))
        })
    }
}

/// Mean middle level of some blocks' sum, if one of them is contrasted.
fn mean_of(both: u64) -> Option<u8> {
    let (count, total) = (both / ONE_BLOCK, both % ONE_BLOCK);
    if count == 0 {
        return None;
    }
    // At most 17 by 17 blocks of at most 255.
    let narrow = |sum: u64| u32::try_from(sum).unwrap_or(u32::MAX);
    u8::try_from(narrow(total) / narrow(count)).ok()
}

/// The smallest of the eight pixels of a block's row, by halves.
fn least(pixels: [u8; BLOCK]) -> u8 {
    let four: [u8; 4] = std::array::from_fn(|at| pixels[at].min(pixels[at + 4]));
    four[0].min(four[1]).min(four[2].min(four[3]))
}

/// The largest of the eight pixels of a block's row, by halves.
fn most(pixels: [u8; BLOCK]) -> u8 {
    let four: [u8; 4] = std::array::from_fn(|at| pixels[at].max(pixels[at + 4]));
    four[0].max(four[1]).max(four[2].max(four[3]))
}
