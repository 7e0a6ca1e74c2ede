//! Grey picture in, text out: the scanner's pure half.
//!
//! A camera frame's brightness plane becomes a [`Luma`] view; a [`Scanner`] looks at it, half size
//! first, and answers with a [`Sighting`] or with the reason why there is none. Nothing here does
//! IO, reads a clock or keeps a picture: the caller owns the frames and the time.
//!
//! The first read must be fast (a customer is waiting), so the order of work is: half size, then
//! full size, then light-on-dark codes, and the costlier ones only on some frames.

mod agree;
mod crowd;
mod focus;
mod level;
mod luma;
mod qr;
mod shrink;
mod sight;

#[cfg(test)]
mod tests;

pub use agree::Accepted;
pub use focus::Light;
pub use luma::{BadPlane, Luma, SIDE_MAX};
pub use sight::{Kind, Missed, Sighting};

use level::Ink;
use qr::Finder;
use shrink::Half;

/// Full-size search is skipped above this many pixels: half of 4K is still finer than 720p.
const FULL_PIXELS_MAX: usize = 1920 * 1088;

/// Below this side the half-size picture cannot hold a readable code.
const HALF_SIDE_MIN: usize = 64;

/// Reads codes from frame after frame, keeping its buffers and a little history between them.
#[derive(Debug, Default)]
pub struct Scanner {
    half: Half,
    finder: Finder,
    light: Light,
    frames: u32,
}

impl Scanner {
    /// Searches one frame.
    ///
    /// # Errors
    /// [`Missed`] says what kept the code from being read, as a hint for the person holding it.
    pub fn look(&mut self, luma: &Luma<'_>) -> Result<Sighting, Missed> {
        self.frames = self.frames.wrapping_add(1);
        self.half.fill(luma);
        let half = self.half.view();
        self.light = Light::of(half.as_ref().unwrap_or(luma));

        let mut other = None;
        let mut worst = Missed::Nothing;
        for pass in passes(luma, self.frames) {
            let (view, scale) = match (pass.is_half, half.as_ref()) {
                (true, Some(small)) => (small, 2.0),
                (true, None) => continue,
                (false, _) => (luma, 1.0),
            };
            match self.finder.find(view, pass.ink) {
                Ok(found) if found.is_number() => return Ok(found.into_sighting(scale)),
                // A sticker may lie before the phone: another search may find the phone's code.
                Ok(found) => other = other.or(Some(found.into_sighting(scale))),
                Err(missed) => worst = worst.or(missed),
            }
        }
        if self.light.is_dark() {
            worst = worst.or(Missed::TooDark);
        }
        other.ok_or(worst)
    }

    /// Brightness and sharpness of the frame looked at last.
    pub fn light(&self) -> Light {
        self.light
    }
}

/// One search of one frame.
#[derive(Debug, Clone, Copy)]
struct Pass {
    is_half: bool,
    ink: Ink,
}

/// Which searches this frame gets.
///
/// Half size comes first and always. The full-size search (small, far codes) and the search for
/// light codes on dark ground take turns, so that an empty frame never keeps the next one waiting
/// for more than one costly search.
fn passes(luma: &Luma<'_>, frame: u32) -> impl Iterator<Item = Pass> {
    let half_fits = luma.width().min(luma.height()) / 2 >= HALF_SIDE_MIN;
    let full_fits = luma.width() * luma.height() <= FULL_PIXELS_MAX;
    let is_odd = frame % 2 == 1;
    let dark_half = half_fits.then_some(Pass {
        is_half: true,
        ink: Ink::Dark,
    });
    let costly = match (full_fits && (is_odd || !half_fits), half_fits) {
        (true, _) => Some(Pass {
            is_half: false,
            ink: Ink::Dark,
        }),
        (false, true) => Some(Pass {
            is_half: true,
            ink: Ink::Light,
        }),
        (false, false) => None,
    };
    let small_light = (!half_fits && !is_odd).then_some(Pass {
        is_half: false,
        ink: Ink::Light,
    });
    dark_half.into_iter().chain(costly).chain(small_light)
}
