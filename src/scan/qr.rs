//! QR codes on one level of the picture: our thresholds, rqrr's finders and error correction.
//!
//! rqrr gets a picture that is already black and white; its own running average loses codes on a
//! bright phone in a dark room and takes most of its time.

use rqrr::PreparedImage;

use crate::level::{BLOCK, Levels};
use crate::luma::Luma;
use crate::sight::{Kind, Missed, Sighting};

/// At most this many candidate squares are decoded per search.
const GRIDS_MAX: usize = 6;

/// Below this many pixels a module's brightness is mixed with its neighbours'.
const MODULE_PX_MIN: f32 = 2.0;

/// What the code is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Dark modules on light ground, as printed.
    Dark,
    /// Light modules on dark ground, as some dark-mode apps show them.
    Light,
}

/// A decoded code in the coordinates of the level it was found on.
#[derive(Debug)]
pub(crate) struct Found {
    text: String,
    corners: [(f32, f32); 4],
}

impl Found {
    /// Moves the corners to the full frame; `scale` is full-frame pixels per level pixel.
    pub(crate) fn into_sighting(self, scale: f32) -> Sighting {
        let corners = self.corners.map(|(x, y)| (x * scale, y * scale));
        Sighting {
            text: self.text,
            kind: Kind::Qr,
            corners,
            scale,
        }
    }
}

/// Searches `view` for one readable code.
pub(crate) fn find(view: &Luma<'_>, levels: &mut Levels, ink: Ink) -> Result<Found, Missed> {
    levels.measure(view);
    let mut picture = PreparedImage::prepare_from_bitmap(view.width(), view.height(), |x, y| {
        is_inked(view, levels, ink, (x, y))
    });
    let mut missed = Missed::Nothing;
    for grid in picture.detect_grids().iter().take(GRIDS_MAX) {
        let corners = grid.bounds.map(|point| (as_f32(point.x), as_f32(point.y)));
        match grid.decode() {
            Ok((_, text)) if !text.is_empty() => return Ok(Found { text, corners }),
            Ok((meta, _)) => missed = missed.or(why_unread(&corners, meta.version.to_size())),
            Err(_) => missed = missed.or(why_unread(&corners, SIZE_TYPICAL)),
        }
    }
    Err(missed)
}

/// Modules along a side of a payment code (version 1 or 2), for judging an unread one.
const SIZE_TYPICAL: usize = 25;

fn why_unread(corners: &[(f32, f32); 4], modules: usize) -> Missed {
    let (dx, dy) = (corners[1].0 - corners[0].0, corners[1].1 - corners[0].1);
    let modules = u16::try_from(modules).map_or(f32::INFINITY, f32::from);
    if dx.hypot(dy) < MODULE_PX_MIN * modules {
        Missed::TooSmall
    } else {
        Missed::Undecodable
    }
}

/// Whether the pixel is part of the drawing, not of its ground.
fn is_inked(view: &Luma<'_>, levels: &Levels, ink: Ink, (x, y): (usize, usize)) -> bool {
    let threshold = levels.of_row(y)[x / BLOCK];
    let pixel = view.row(y)[x];
    match ink {
        Ink::Dark => pixel < threshold,
        Ink::Light => threshold > 0 && pixel >= threshold,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "picture coordinates are below 2^24"
)]
fn as_f32(coordinate: i32) -> f32 {
    coordinate as f32
}
