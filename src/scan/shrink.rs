//! Half-size pictures by the mean of each 2x2 square, and smoothed ones.
//!
//! The mean also halves the sensor's noise, which is why most codes are read on this level
//! although it has a quarter of the pixels. The buffer is kept: after the first frame of a size
//! nothing is allocated.

use crate::lanes::{LANES, halves};
use crate::luma::Luma;

/// A reused buffer for a smaller or smoother picture.
#[derive(Default)]
pub(crate) struct Shrunk {
    pixels: Vec<u8>,
    width: usize,
    height: usize,
}

impl Shrunk {
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

    /// Fills the buffer with `sharp` smoothed by the binomial 1:2:1 both ways.
    pub(crate) fn smooth(&mut self, sharp: &Luma<'_>) {
        self.width = sharp.width();
        self.height = sharp.height();
        self.pixels.resize(self.width * self.height, 0);
        for (y, out) in self.pixels.chunks_exact_mut(self.width).enumerate() {
            let above = sharp.row(y.saturating_sub(1));
            let below = sharp.row((y + 1).min(sharp.height() - 1));
            binomial(above, sharp.row(y), below, out);
        }
    }

    /// The picture, or `None` when the larger one was a single row or column.
    pub(crate) fn view(&self) -> Option<Luma<'_>> {
        Luma::new(&self.pixels, self.width, self.height, self.width).ok()
    }
}

impl std::fmt::Debug for Shrunk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shrunk({}x{})", self.width, self.height)
    }
}

/// Two rows become one of half the width.
fn halve(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    let (wholes, rest) = out.as_chunks_mut::<LANES>();
    let (upper, upper_rest) = upper.split_at(2 * LANES * wholes.len());
    let (lower, lower_rest) = lower.split_at(2 * LANES * wholes.len());
    let upper = upper.as_chunks().0.as_chunks::<2>().0;
    let lower = lower.as_chunks().0.as_chunks::<2>().0;
    for (out, (upper, lower)) in wholes.iter_mut().zip(upper.iter().zip(lower)) {
        *out = halves(upper, lower);
    }
    let upper = upper_rest.as_chunks::<2>().0;
    let lower = lower_rest.as_chunks::<2>().0;
    for (mean, (upper, lower)) in rest.iter_mut().zip(upper.iter().zip(lower)) {
        *mean = mean_of(*upper, *lower);
    }
}

/// The rounded mean of four pixels.
fn mean_of(upper: [u8; 2], lower: [u8; 2]) -> u8 {
    let (upper, lower) = (u16::from_le_bytes(upper), u16::from_le_bytes(lower));
    let sum = (upper & 0xff) + (upper >> 8) + (lower & 0xff) + (lower >> 8);
    ((sum + 2) >> 2).to_le_bytes()[0]
}

/// One smoothed row; the first and last pixels have no neighbour and stay as they are.
fn binomial(above: &[u8], row: &[u8], below: &[u8], out: &mut [u8]) {
    out.copy_from_slice(row);
    let count = row.len().saturating_sub(2);
    let Some(out) = out.get_mut(1..) else { return };
    let sum = |x: usize| u16::from(above[x]) + 2 * u16::from(row[x]) + u16::from(below[x]);
    for (x, out) in out.iter_mut().take(count).enumerate() {
        let total = sum(x) + 2 * sum(x + 1) + sum(x + 2);
        *out = ((total + 8) / 16).to_le_bytes()[0];
    }
}
