//! Cheap light and sharpness of a frame, for hints like 'too dark' and 'hold still'.

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
        let (mut total, mut pixels) = (0_u32, 0_u32);
        let (mut heights, mut edges) = (0_u32, 0_u32);
        let mut peak = 0;
        for y in (0..view.height()).step_by(ROW_STEP) {
            let row = view.row(y);
            for (&pixel, &next) in row.iter().zip(row.iter().skip(1).chain(row.last())) {
                total += u32::from(pixel);
                pixels += 1;
                peak = peak.max(pixel);
                let height = pixel.abs_diff(next);
                if height >= EDGE_MIN {
                    heights += u32::from(height);
                    edges += 1;
                }
            }
        }
        Self {
            mean: mean_of(total, pixels),
            peak,
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
