//! A picture of black and white dots, for printers without the letters that are wanted.

use crate::layout::Paper;

/// Rows at most: two and a half metres of paper.
pub const ROWS_MAX: usize = 20_000;

/// Why dots are no picture for that paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// No rows, or too many.
    #[error("a picture has 1 to 20,000 rows of dots; draw the receipt in parts")]
    Rows,
    /// The bytes are not whole rows of that paper.
    #[error("a row of the picture has one bit for each dot of the paper, eight to a byte")]
    Width,
}

/// Rows of dots as wide as the paper prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    paper: Paper,
    bits: Vec<u8>,
}

impl Picture {
    /// A picture of rows from top to bottom, eight dots to a byte, the left one highest; 1 prints.
    ///
    /// Some pairs of bytes are commands that printers obey even in the midst of a picture: open the
    /// drawer, switch off. Where a picture has such a pair, one white dot of it is made black.
    ///
    /// # Errors
    /// [`PictureError`] when it is no picture for that paper.
    pub fn of(paper: Paper, mut bits: Vec<u8>) -> Result<Self, PictureError> {
        let row = paper.dots() / 8;
        if !bits.len().is_multiple_of(row) {
            return Err(PictureError::Width);
        }
        if bits.is_empty() || bits.len() / row > ROWS_MAX {
            return Err(PictureError::Rows);
        }
        let mut before = 0;
        for byte in &mut bits {
            if before == 0x10 && matches!(*byte, 0x04 | 0x05 | 0x14) {
                *byte |= 0x20;
            }
            before = *byte;
        }
        Ok(Self { paper, bits })
    }

    /// A picture of grey dots, 0 is black: what is darker than the middle is printed.
    ///
    /// # Errors
    /// [`PictureError`] when it is no picture for that paper.
    pub fn of_grey(paper: Paper, grey: &[u8]) -> Result<Self, PictureError> {
        if !grey.len().is_multiple_of(paper.dots()) {
            return Err(PictureError::Width);
        }
        let byte = |dots: &[u8]| {
            let bit = |byte: u8, dot: &u8| (byte << 1) | u8::from(*dot < 128);
            dots.iter().fold(0, bit)
        };
        Self::of(paper, grey.chunks(8).map(byte).collect())
    }

    /// For which paper.
    pub const fn paper(&self) -> Paper {
        self.paper
    }

    /// The rows, eight dots to a byte.
    pub(crate) fn rows(&self) -> core::slice::ChunksExact<'_, u8> {
        self.bits.chunks_exact(self.paper.dots() / 8)
    }
}
