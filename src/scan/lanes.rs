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

/// Slopes that are measured at once.
pub(crate) const SLOPES: usize = 8;

/// Eight pixels with their neighbours on both sides, and the pixels above and below them.
pub(crate) type Spots<'a> = (&'a [u8; SLOPES + 2], &'a [u8; SLOPES], &'a [u8; SLOPES]);

/// Sums of the squares of the slopes across and down, and of their products. Of at most a
/// thousand spots, or the sums overflow.
pub(crate) fn slopes<'a>(spots: impl Iterator<Item = Spots<'a>>) -> [i32; 3] {
    let single = |pixels: &[u8; SLOPES]| i16x8::new(pixels.map(i16::from));
    let mut sums = [i32x4::ZERO; 3];
    for (middle, above, below) in spots {
        let left = middle.first_chunk().map_or(i16x8::ZERO, single);
        let right = middle.last_chunk().map_or(i16x8::ZERO, single);
        let (across, down) = (right - left, single(below) - single(above));
        sums[0] += across.dot(across);
        sums[1] += down.dot(down);
        sums[2] += across.dot(down);
    }
    sums.map(i32x4::reduce_add)
}

#[cfg(test)]
mod tests {
    use super::{LANES, SLOPES, below, extremes, slopes};

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
        let mut state = 1_u32;
        let mut byte = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        for _ in 0..1000 {
            let middle: [u8; SLOPES + 2] = std::array::from_fn(|_| byte());
            let above: [u8; SLOPES] = std::array::from_fn(|_| byte());
            let below: [u8; SLOPES] = std::array::from_fn(|_| 255 - byte() / 8);
            let mut sums = [0; 3];
            for lane in 0..SLOPES {
                let across = i32::from(middle[lane + 2]) - i32::from(middle[lane]);
                let down = i32::from(below[lane]) - i32::from(above[lane]);
                sums[0] += 2 * across * across;
                sums[1] += 2 * down * down;
                sums[2] += 2 * across * down;
            }
            let spots = std::iter::repeat_n((&middle, &above, &below), 2);
            assert_eq!(slopes(spots), sums);
        }
    }
}
