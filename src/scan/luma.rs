//! A view of a grey picture: rows of brightness bytes with a stride.
//!
//! The constructor checks once that every row lies inside the buffer, so that all later code can
//! take rows without a thought for the camera that padded them.

use std::fmt;

use crate::number::{float, pixel};

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
        let (x, y) = ((x - 0.5).max(0.0), (y - 0.5).max(0.0));
        let (column, row) = (pixel(x).min(self.width - 1), pixel(y).min(self.height - 1));
        let (right, across) = shares(x - float(column));
        let (lower, down) = shares(y - float(row));
        let start = row * self.stride + column;
        let below = start + self.stride;
        let pair = |start: usize| self.pixels.get(start..)?.first_chunk::<2>();
        if column + 1 < self.width
            && row + 1 < self.height
            && let (Some(&upper), Some(&under)) = (pair(start), pair(below))
        {
            let mean = |pair: [u8; 2]| f32::from(pair[0]) * across + f32::from(pair[1]) * right;
            return mean(upper) * down + mean(under) * lower;
        }
        self.at_border(column, row, (right, lower))
    }

    /// The same in the last column or row.
    #[cold]
    fn at_border(&self, column: usize, row: usize, (right, lower): (f32, f32)) -> f32 {
        let next = (column + 1).min(self.width - 1);
        let below = (row + 1).min(self.height - 1);
        let level = |column: usize, row: usize| {
            let pixel = self.pixels.get(row * self.stride + column);
            pixel.copied().map_or(0.0, f32::from)
        };
        let mean = |row: usize| level(column, row) * (1.0 - right) + level(next, row) * right;
        mean(row) * (1.0 - lower) + mean(below) * lower
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

/// How much of the further pixel and how much of the nearer one.
fn shares(further: f32) -> (f32, f32) {
    let further = further.clamp(0.0, 1.0);
    (further, 1.0 - further)
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
