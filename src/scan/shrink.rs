//! Half-size pictures by the mean of each 2x2 square.
//!
//! The mean also halves the sensor's noise, which is why most codes are read on this level
//! although it has a quarter of the pixels. The buffer is kept: after the first frame of a size
//! nothing is allocated.

use crate::luma::Luma;

/// A reused buffer for the half-size picture.
#[derive(Default)]
pub(crate) struct Half {
    pixels: Vec<u8>,
    width: usize,
    height: usize,
}

impl Half {
    /// Fills the buffer from `full`; an odd last row or column is left out.
    pub(crate) fn fill(&mut self, full: &Luma<'_>) {
        self.width = full.width() / 2;
        self.height = full.height() / 2;
        self.pixels.resize(self.width * self.height, 0);
        if self.pixels.is_empty() {
            return;
        }
        for (y, out) in self.pixels.chunks_exact_mut(self.width).enumerate() {
            halve(full.row(2 * y), full.row(2 * y + 1), out);
        }
    }

    /// The half-size picture, or `None` when the full one was a single row or column.
    pub(crate) fn view(&self) -> Option<Luma<'_>> {
        Luma::new(&self.pixels, self.width, self.height, self.width).ok()
    }
}

impl std::fmt::Debug for Half {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Half({}x{})", self.width, self.height)
    }
}

/// Two rows become one of half the width. Plain iterators, so that the compiler uses SIMD.
fn halve(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
    for (mean, (above, below)) in out.iter_mut().zip(pairs) {
        let sum =
            u16::from(above[0]) + u16::from(above[1]) + u16::from(below[0]) + u16::from(below[1]);
        *mean = u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX);
    }
}
