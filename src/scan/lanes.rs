//! Sixteen pixels an instruction: the one step that compilers do not vectorise by themselves.
//!
//! Comparing pixels with thresholds and packing the answers into bits is a handful of instructions
//! on x86-64 (SSE2, part of every such processor) and on Wasm with simd128; elsewhere the same
//! calls become plain loops. Everything else in this room is written in fixed-size chunks, which
//! the compiler turns into the same instructions.

use wide::{i16x8, i32x4, u8x16};

/// Pixels that are compared at once.
pub(crate) const LANES: usize = 16;

/// One bit per pixel, the first pixel lowest: set where the pixel is below its threshold.
pub(crate) fn below(pixels: &[u8; LANES], thresholds: &[u8; LANES]) -> u16 {
    let (pixels, thresholds) = (u8x16::new(*pixels), u8x16::new(*thresholds));
    let at_least = pixels.max(thresholds).simd_eq(pixels).to_bitmask();
    let [low, high, ..] = at_least.to_le_bytes();
    !u16::from_le_bytes([low, high])
}

/// Darkest and brightest pixel of each column of a few rows.
pub(crate) fn extremes<'a>(
    rows: impl Iterator<Item = &'a [u8; LANES]>,
) -> ([u8; LANES], [u8; LANES]) {
    let start = (u8x16::splat(u8::MAX), u8x16::splat(0));
    let (low, high) = rows.fold(start, |(low, high), row| {
        let row = u8x16::new(*row);
        (low.min(row), high.max(row))
    });
    (low.to_array(), high.to_array())
}

/// A row of pixels in pairs, as sums of the two.
#[inline]
fn pair_sums(pixels: &[u8; LANES]) -> i16x8 {
    let (left, right) = pairs(pixels);
    left + right
}

/// The first pixels of all pairs, and the second ones.
#[inline]
fn pairs(pixels: &[u8; LANES]) -> (i16x8, i16x8) {
    let (pairs, _) = pixels.as_chunks();
    let both = i16x8::new(std::array::from_fn(|at| i16::from_le_bytes(pairs[at])));
    let low = i16x8::splat(0xff);
    (both & low, both.unbounded_shr_scalar(8) & low)
}

/// The rounded means of the squares of two by two pixels in two rows.
#[inline]
pub(crate) fn halves(upper: &[[u8; LANES]; 2], lower: &[[u8; LANES]; 2]) -> [u8; LANES] {
    let means = [0, 1].map(|at| {
        let sums = pair_sums(&upper[at]) + pair_sums(&lower[at]);
        (sums + 2).unbounded_shr_scalar(2)
    });
    u8x16::narrow_i16x8(means[0], means[1]).to_array()
}

/// Rows of pixels whose blocks are told at once.
pub(crate) const FOUR: usize = 4;

/// The smallest and the largest of each eight columns, from the smallest and the largest of each.
pub(crate) fn extremes_of_eights(
    columns: &[([u8; LANES], [u8; LANES]); FOUR],
) -> ([u8; 8], [u8; 8]) {
    let least = |pixels: &[u8; LANES]| {
        let (left, right) = pairs(pixels);
        left.min(right)
    };
    let most = |pixels: &[u8; LANES]| {
        let (left, right) = pairs(pixels);
        left.max(right)
    };
    (
        fold(columns.map(|(low, _)| low), least),
        fold(columns.map(|(_, high)| high), most),
    )
}

/// Folds pairs, pairs of pairs and pairs of those.
fn fold(rows: [[u8; LANES]; FOUR], of_pairs: impl Fn(&[u8; LANES]) -> i16x8) -> [u8; 8] {
    let both = |one: &[u8; LANES], other: &[u8; LANES]| {
        u8x16::narrow_i16x8(of_pairs(one), of_pairs(other)).to_array()
    };
    let [a, b, c, d] = rows;
    let fours = both(&both(&a, &b), &both(&c, &d));
    let eights = both(&fours, &fours);
    std::array::from_fn(|at| eights[at])
}

/// What a row of pixels and the one beside it add to the light of a picture.
#[derive(Default)]
pub(crate) struct Tally {
    total: i32x4,
    heights: i32x4,
    edges: i32x4,
    peak: u8x16,
}

impl Tally {
    /// Counts pixels and their next neighbours, and steps of at least `least` between these. At
    /// most a million times, or the sums overflow.
    pub(crate) fn count(&mut self, pixels: &[u8; LANES], next: &[u8; LANES], least: u8) {
        let (pixels, next) = (u8x16::new(*pixels), u8x16::new(*next));
        let height = pixels.max(next) - pixels.min(next);
        let is_edge = height.max(u8x16::splat(least)).simd_eq(height);
        self.total += sums(pixels);
        self.heights += sums(height & is_edge);
        self.edges += sums(u8x16::splat(1) & is_edge);
        self.peak = self.peak.max(pixels);
    }

    /// The sum of all pixels, of the heights of the edges and the number of these, and the
    /// brightest pixel.
    pub(crate) fn sums(&self) -> ([u32; 3], u8) {
        let sums = [self.total, self.heights, self.edges];
        let peak = self.peak.to_array().into_iter().fold(0, u8::max);
        (sums.map(|sum| sum.reduce_add().unsigned_abs()), peak)
    }
}

#[inline]
fn sums(pixels: u8x16) -> i32x4 {
    let both = i16x8::from_u8x16_low(pixels) + i16x8::from_u8x16_high(pixels);
    both.dot(i16x8::splat(1))
}

/// Sixteen pixels to the left of some places and to their right, above and below.
pub(crate) type Spots<'a> = [&'a [u8; LANES]; 4];

/// Sums of the squares of the slopes across and down, and of their products, for the first eight
/// places and for the others. Of at most a thousand spots, or the sums overflow.
pub(crate) fn slopes<'a>(spots: impl Iterator<Item = Spots<'a>>) -> [[i32; 3]; 2] {
    let mut sums = [[i32x4::ZERO; 3]; 2];
    for spots in spots {
        let spots = spots.map(|pixels| u8x16::new(*pixels));
        let halves = [
            spots.map(i16x8::from_u8x16_low),
            spots.map(i16x8::from_u8x16_high),
        ];
        for (sums, [left, right, above, below]) in sums.iter_mut().zip(halves) {
            let (across, down) = (right - left, below - above);
            sums[0] += across.dot(across);
            sums[1] += down.dot(down);
            sums[2] += across.dot(down);
        }
    }
    sums.map(|sums| sums.map(i32x4::reduce_add))
}

/// Ends of runs that are looked at together.
pub(crate) const ENDS: usize = 8;

/// One bit for each of eight times six neighbouring ends, the first lowest: clear where the five
/// runs between them surely are no finder's. Ends are below 8,200.
pub(crate) fn finders(ends: &[i16; ENDS + 5]) -> u32 {
    let at = |first: usize| i16x8::new(std::array::from_fn(|lane| ends[first + lane]));
    let (start, end) = (at(0), at(5));
    let total = end - start;
    let twice = |length: i16x8| length.saturating_add(length);
    let (two, four) = (twice(total), twice(twice(total)));
    let three = two.saturating_add(total);
    let middle = at(3) - at(2);
    let fourfold = twice(twice(middle));
    // A quarter of all five to five eighths.
    let is_off = total.simd_gt(fourfold) | twice(fourfold).simd_gt(four.saturating_add(total));
    // A dark and a light run outside are a seventh to three, a middle and its neighbour at most
    // three quarters.
    let outside = [at(2) - start, end - at(3)].map(|pair| {
        let sevenfold = twice(twice(twice(pair))).saturating_sub(pair);
        total.simd_gt(sevenfold) | sevenfold.simd_gt(three)
    });
    let inside = [at(3) - at(1), at(4) - at(2)].map(|pair| twice(twice(pair)).simd_gt(three));
    !(is_off | outside[0] | outside[1] | inside[0] | inside[1]).to_bitmask() & 0xff
}

#[cfg(test)]
mod tests {
    use super::{FOUR, LANES, Tally, below, extremes, extremes_of_eights, halves, slopes};

    /// The portable twin, one pixel after the other.
    fn below_one_by_one(pixels: &[u8; LANES], thresholds: &[u8; LANES]) -> u16 {
        let pairs = pixels.iter().zip(thresholds).enumerate();
        pairs.fold(0, |bits, (lane, (pixel, threshold))| {
            bits | (u16::from(pixel < threshold) << lane)
        })
    }

    #[test]
    fn the_fast_comparison_equals_the_plain_one_for_every_pair_of_levels() {
        for level in 0..=u8::MAX {
            for threshold in 0..=u8::MAX {
                let mut pixels = [level; LANES];
                pixels[5] = threshold;
                pixels[9] = !level;
                let mut thresholds = [threshold; LANES];
                thresholds[14] = level.wrapping_add(1);
                assert_eq!(
                    below(&pixels, &thresholds),
                    below_one_by_one(&pixels, &thresholds)
                );
            }
        }
    }
    #[test]
    fn the_fast_extremes_equal_the_plain_ones() {
        let mut state = 1_u32;
        let mut rows = [[0; LANES]; 8];
        for _ in 0..1000 {
            for pixel in rows.iter_mut().flatten() {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *pixel = state.to_be_bytes()[0];
            }
            let (low, high) = extremes(rows.iter());
            for lane in 0..LANES {
                let column = || rows.iter().map(|row| row[lane]);
                assert_eq!(Some(low[lane]), column().min());
                assert_eq!(Some(high[lane]), column().max());
            }
        }
    }

    #[test]
    fn the_fast_slopes_equal_the_plain_ones() {
        let mut bytes = bytes();
        for _ in 0..1000 {
            let spots: [[u8; LANES]; 4] = std::array::from_fn(|_| std::array::from_fn(|_| bytes()));
            let [left, right, above, below] = spots;
            let mut sums = [[0; 3]; 2];
            for lane in 0..LANES {
                let across = i32::from(right[lane]) - i32::from(left[lane]);
                let down = i32::from(below[lane]) - i32::from(above[lane]);
                let own = &mut sums[lane / 8];
                own[0] += 2 * across * across;
                own[1] += 2 * down * down;
                own[2] += 2 * across * down;
            }
            assert_eq!(slopes(std::iter::repeat_n(spots.each_ref(), 2)), sums);
        }
    }

    #[test]
    fn the_fast_halves_equal_the_plain_ones() {
        let mut bytes = bytes();
        for _ in 0..1000 {
            let rows: [[[u8; LANES]; 2]; 2] =
                std::array::from_fn(|_| std::array::from_fn(|_| std::array::from_fn(|_| bytes())));
            let [upper, lower] = rows.map(|row| row.concat());
            let means = halves(&rows[0], &rows[1]);
            for (at, mean) in means.into_iter().enumerate() {
                let square = [
                    upper[2 * at],
                    upper[2 * at + 1],
                    lower[2 * at],
                    lower[2 * at + 1],
                ];
                let sum: u16 = square.into_iter().map(u16::from).sum();
                assert_eq!(u16::from(mean), (sum + 2) / 4);
            }
        }
    }

    #[test]
    fn the_fast_extremes_of_blocks_equal_the_plain_ones() {
        let mut bytes = bytes();
        for _ in 0..1000 {
            let columns: [([u8; LANES], [u8; LANES]); FOUR] = std::array::from_fn(|_| {
                (
                    std::array::from_fn(|_| bytes()),
                    std::array::from_fn(|_| bytes()),
                )
            });
            let (lows, highs) = extremes_of_eights(&columns);
            let low = columns.map(|(low, _)| low).concat();
            let high = columns.map(|(_, high)| high).concat();
            for at in 0..8 {
                let block = 8 * at..8 * at + 8;
                assert_eq!(Some(&lows[at]), low[block.clone()].iter().min());
                assert_eq!(Some(&highs[at]), high[block].iter().max());
            }
        }
    }

    #[test]
    fn the_fast_tally_of_light_equals_the_plain_one() {
        let mut bytes = bytes();
        let (mut tally, mut plain, mut peak) = (Tally::default(), [0_u32; 3], 0);
        for round in 0..1000_u16 {
            let dim = 1 + round.to_le_bytes()[0] % 9;
            let row: [u8; LANES + 1] = std::array::from_fn(|_| bytes() / dim);
            let (Some(pixels), Some(next)) = (row.first_chunk(), row.last_chunk()) else {
                continue;
            };
            tally.count(pixels, next, 12);
            for pair in row.windows(2) {
                let height = pair[0].abs_diff(pair[1]);
                let is_edge = height >= 12;
                plain[0] += u32::from(pair[0]);
                plain[1] += if is_edge { u32::from(height) } else { 0 };
                plain[2] += u32::from(is_edge);
                peak = peak.max(pair[0]);
            }
        }
        assert_eq!(tally.sums(), (plain, peak));
    }

    /// Bytes by chance.
    fn bytes() -> impl FnMut() -> u8 {
        let mut state = 1_u32;
        move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        }
    }
}
