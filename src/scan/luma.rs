//! A view of a grey picture: rows of brightness bytes with a stride.
//!
//! The constructor checks once that every row lies inside the buffer, so that all later code can
//! take rows without a thought for the camera that padded them.

use std::fmt;

use wide::{f32x4, i32x4};

use crate::number::{float, pixel, row_start, whole};

/// Longest side that is accepted, in pixels; no camera of a till is larger.
pub const SIDE_MAX: usize = 8192;

/// Why a buffer cannot be seen as a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPlane {
    /// Width or height is zero.
    Empty,
    /// Width or height is over [`SIDE_MAX`].
    TooLarge,
    /// The stride is shorter than a row.
    NarrowStride,
    /// The buffer ends before the last row does.
    ShortBuffer,
}

impl fmt::Display for BadPlane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the picture has no pixels",
            Self::TooLarge => "the picture is larger than any camera's",
            Self::NarrowStride => "the stride is shorter than a row",
            Self::ShortBuffer => "the buffer ends before the last row",
        })
    }
}

impl std::error::Error for BadPlane {}

/// Borrowed grey picture; 0 is black, 255 is white.
#[derive(Clone, Copy)]
pub struct Luma<'a> {
    pixels: &'a [u8],
    width: usize,
    height: usize,
    stride: usize,
}

impl<'a> Luma<'a> {
    /// Takes `height` rows of `width` bytes, each `stride` bytes after the one before; the last
    /// row need not be padded.
    ///
    /// # Errors
    /// [`BadPlane`] when the sizes contradict each other or the buffer.
    pub fn new(
        pixels: &'a [u8],
        width: usize,
        height: usize,
        stride: usize,
    ) -> Result<Self, BadPlane> {
        if width == 0 || height == 0 {
            return Err(BadPlane::Empty);
        }
        if width > SIDE_MAX || height > SIDE_MAX {
            return Err(BadPlane::TooLarge);
        }
        if stride < width {
            return Err(BadPlane::NarrowStride);
        }
        let needed = stride
            .checked_mul(height - 1)
            .and_then(|bytes| bytes.checked_add(width));
        if needed.is_none_or(|needed| pixels.len() < needed) {
            return Err(BadPlane::ShortBuffer);
        }
        Ok(Self {
            pixels,
            width,
            height,
            stride,
        })
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Row `y`, without its padding.
    ///
    /// # Panics
    /// If `y` is not below the height: the caller's loop is wrong then.
    pub fn row(&self, y: usize) -> &'a [u8] {
        assert!(y < self.height, "invariant: the row lies in the picture");
        let start = y * self.stride;
        &self.pixels[start..start + self.width]
    }

    /// A part of the picture; `None` unless it lies inside.
    pub(crate) fn part(
        &self,
        (left, top): (usize, usize),
        (width, height): (usize, usize),
    ) -> Option<Self> {
        if left + width > self.width || top + height > self.height {
            return None;
        }
        let pixels = self.pixels.get(top * self.stride + left..)?;
        Self::new(pixels, width, height, self.stride).ok()
    }

    /// Brightness at a place between pixels, from the four around it. A pixel's own brightness
    /// lies at its middle; outside the picture its border goes on.
    #[inline]
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        if self.width < 2 || self.height < 2 {
            return self.at_line(x, y);
        }
        let (far_x, far_y) = (float(self.width - 1), float(self.height - 1));
        let (x, y) = ((x - 0.5).max(0.0).min(far_x), (y - 0.5).max(0.0).min(far_y));
        // At the border all of it is the further pixel's.
        let (column, row) = (pixel(x).min(self.width - 2), pixel(y).min(self.height - 2));
        let (right, lower) = (x - float(column), y - float(row));
        let start = row * self.stride + column;
        let pair = |start: usize| self.pair(start).to_le_bytes();
        let (upper, under) = (pair(start), pair(start + self.stride));
        let across = 1.0 - right;
        let mean = |pair: [u8; 4]| f32::from(pair[0]) * across + f32::from(pair[1]) * right;
        mean(upper) * (1.0 - lower) + mean(under) * lower
    }

    /// The same at four places; the answers are those that [`Luma::at`] gives, to the last bit.
    /// Inlined wherever it is called, it would make the decoder a tenth larger.
    #[inline(never)]
    pub(crate) fn at_four(&self, x: f32x4, y: f32x4) -> f32x4 {
        if self.width < 2 || self.height < 2 {
            return self.at_line_four(x, y);
        }
        let far = |side: usize| f32x4::splat(float(side - 1));
        let left = (x - 0.5).max(f32x4::ZERO).fast_min(far(self.width));
        let top = (y - 0.5).max(f32x4::ZERO).fast_min(far(self.height));
        let last = |side: usize| i32x4::splat(whole(side - 2));
        let columns = left.fast_trunc_int().min(last(self.width));
        let rows = top.fast_trunc_int().min(last(self.height));
        let (right, lower) = (left - columns.round_float(), top - rows.round_float());
        let (across, down) = (f32x4::ONE - right, f32x4::ONE - lower);
        let (columns, rows) = (columns.to_array(), rows.to_array());
        let (mut upper, mut under) = ([0; 4], [0; 4]);
        for lane in 0..4 {
            let start = row_start(rows[lane], self.stride) + row_start(columns[lane], 1);
            upper[lane] = self.pair(start);
            under[lane] = self.pair(start + self.stride);
        }
        let (upper, under) = (i32x4::new(upper), i32x4::new(under));
        let first = |pairs: i32x4| (pairs & i32x4::splat(0xff)).round_float();
        let second = |pairs: i32x4| (pairs >> 8_i32).round_float();
        let (upper, upper_next) = (first(upper), second(upper));
        let (under, under_next) = (first(under), second(under));
        let mean = |one: f32x4, next: f32x4| one * across + next * right;
        mean(upper, upper_next) * down + mean(under, under_next) * lower
    }

    /// Two neighbouring pixels, the first of them lowest.
    #[inline]
    fn pair(&self, start: usize) -> i32 {
        let pair = self.pixels.get(start..).and_then(<[u8]>::first_chunk);
        pair.map_or(0, |pair| i32::from(u16::from_le_bytes(*pair)))
    }

    /// The same in a picture of a single row or column.
    #[cold]
    #[inline(never)]
    fn at_line(&self, x: f32, y: f32) -> f32 {
        let (x, y) = ((x - 0.5).max(0.0), (y - 0.5).max(0.0));
        let (column, row) = (pixel(x).min(self.width - 1), pixel(y).min(self.height - 1));
        let share = |further: f32| further.clamp(0.0, 1.0);
        let (right, lower) = (share(x - float(column)), share(y - float(row)));
        let next = (column + 1).min(self.width - 1);
        let below = (row + 1).min(self.height - 1);
        let level = |column: usize, row: usize| {
            let pixel = self.pixels.get(row * self.stride + column);
            pixel.copied().map_or(0.0, f32::from)
        };
        let mean = |row: usize| level(column, row) * (1.0 - right) + level(next, row) * right;
        mean(row) * (1.0 - lower) + mean(below) * lower
    }

    #[cold]
    fn at_line_four(&self, x: f32x4, y: f32x4) -> f32x4 {
        let (x, y) = (x.to_array(), y.to_array());
        f32x4::new(std::array::from_fn(|lane| self.at_line(x[lane], y[lane])))
    }

    /// Brightness of the pixel that holds a place; outside the picture its border goes on.
    #[inline]
    pub(crate) fn near(&self, x: f32, y: f32) -> f32 {
        let column = pixel(x.max(0.0)).min(self.width - 1);
        let row = pixel(y.max(0.0)).min(self.height - 1);
        let pixel = self.pixels.get(row * self.stride + column);
        pixel.copied().map_or(0.0, f32::from)
    }
}

impl fmt::Debug for Luma<'_> {
    /// Sizes only: a picture may show somebody's payment code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Luma({}x{}, stride {})",
            self.width, self.height, self.stride
        )
    }
}

#[cfg(test)]
mod tests {
    use wide::f32x4;

    use super::Luma;

    #[test]
    fn four_places_at_once_are_as_bright_as_one_by_one() {
        let mut state = 1_u32;
        let mut chance = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        };
        let pixels: Vec<u8> = (0..40 * 31).map(|_| chance().to_le_bytes()[1]).collect();
        let luma = Luma::new(&pixels, 37, 31, 40).expect("a whole plane");
        for round in 0..20_000 {
            // Most places lie inside, some at the border, and some are no place at all.
            let mut coordinate = || f32::from(chance().to_le_bytes()[0]) / 6.5 - 1.0;
            let mut x: [f32; 4] = std::array::from_fn(|_| coordinate());
            let y: [f32; 4] = std::array::from_fn(|_| coordinate());
            x[round % 4] = match round % 97 {
                0 => f32::NAN,
                1 => f32::INFINITY,
                2 => f32::MIN,
                _ => x[round % 4],
            };
            let four = luma.at_four(f32x4::new(x), f32x4::new(y)).to_array();
            for lane in 0..4 {
                let one = luma.at(x[lane], y[lane]);
                assert_eq!(
                    one.to_bits(),
                    four[lane].to_bits(),
                    "{} {}",
                    x[lane],
                    y[lane]
                );
            }
        }
    }
}
