//! Cheap light and sharpness of a frame, for hints like 'too dark' and 'hold still'.

use crate::lanes::{LANES, Tally};
use crate::luma::Luma;

/// Every n-th row is enough to judge a frame.
const ROW_STEP: usize = 4;

/// Steps between neighbours below this are noise, not edges.
const EDGE_MIN: u8 = 12;

/// A frame whose mean is under this shows next to nothing of a printed code.
const DARK_MEAN: u8 = 14;

/// A frame in which even the bright spots stay under this holds no lit screen.
const DARK_PEAK: u8 = 40;

/// Light of one frame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Light {
    /// Mean brightness, 0 to 255.
    pub mean: u8,
    /// Brightest sampled pixel, 0 to 255.
    pub peak: u8,
    /// Mean height of the edges, 0 to 255; a blurred picture has only low ones.
    pub sharpness: u8,
}

impl Light {
    /// Measures `view` on a quarter of its rows.
    pub(crate) fn of(view: &Luma<'_>) -> Self {
        let mut tally = Tally::default();
        let (mut pixels, mut rest) = (0_u32, [0; 3]);
        let mut rest_peak = 0;
        for y in (0..view.height()).step_by(ROW_STEP) {
            let row = view.row(y);
            pixels += u32::try_from(row.len()).unwrap_or(0);
            let (wholes, _) = row.as_chunks::<LANES>();
            let (shifted, _) = row.get(1..).unwrap_or_default().as_chunks();
            for (pixels, next) in wholes.iter().zip(shifted) {
                tally.count(pixels, next, EDGE_MIN);
            }
            // The last pixel has no neighbour.
            let row = row.get(LANES * shifted.len()..).unwrap_or_default();
            for (&pixel, &next) in row.iter().zip(row.iter().skip(1).chain(row.last())) {
                let height = pixel.abs_diff(next);
                let is_edge = height >= EDGE_MIN;
                let height = if is_edge { height } else { 0 };
                let parts = [pixel, height, u8::from(is_edge)];
                rest = std::array::from_fn(|at| rest[at] + u32::from(parts[at]));
                rest_peak = rest_peak.max(pixel);
            }
        }
        let (sums, peak) = tally.sums();
        let [total, heights, edges] = std::array::from_fn(|at| sums[at] + rest[at]);
        Self {
            mean: mean_of(total, pixels),
            peak: peak.max(rest_peak),
            sharpness: mean_of(heights, edges),
        }
    }

    /// True when more light is the first thing to ask for. A lit phone in a dark stall is not
    /// dark: its screen is bright.
    pub fn is_dark(self) -> bool {
        self.mean < DARK_MEAN && self.peak < DARK_PEAK
    }
}

fn mean_of(total: u32, count: u32) -> u8 {
    total
        .checked_div(count)
        .and_then(|mean| u8::try_from(mean).ok())
        .unwrap_or(0)
}
