//! A view of a grey picture: rows of brightness bytes with a stride.
//!
//! The constructor checks once that every row lies inside the buffer, so that all later code can
//! take rows without a thought for the camera that padded them.

use std::fmt;

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
