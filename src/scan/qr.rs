//! QR codes on one level of the picture: our thresholds, rqrr's finders and error correction.
//!
//! rqrr gets a picture that is already black and white; its own running average loses codes on a
//! bright phone in a dark room and takes most of its time.

use rqrr::PreparedImage;

use crate::crowd;
use crate::level::{Ink, Levels};
use crate::luma::Luma;
use crate::sight::{Kind, Missed, Sighting};

/// At most this many candidate squares are decoded per search.
const GRIDS_MAX: usize = 12;

/// Below this many pixels a module's brightness is mixed with its neighbours'.
const MODULE_PX_MIN: f32 = 2.0;

/// Modules along a side of a payment code (version 1 or 2), for judging an unread one.
const MODULES_TYPICAL: f32 = 25.0;

/// A decoded code in the coordinates of the level it was found on.
#[derive(Debug)]
pub(crate) struct Found {
    text: String,
    corners: [(f32, f32); 4],
}

impl Found {
    /// True when the content is digits only, as payment codes are.
    pub(crate) fn is_number(&self) -> bool {
        is_number(&self.text)
    }

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

/// Reused black and white picture and its thresholds.
#[derive(Default)]
pub(crate) struct Finder {
    levels: Levels,
    drawn: Vec<u8>,
}

impl std::fmt::Debug for Finder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Finder({} pixels)", self.drawn.len())
    }
}

impl Finder {
    /// Searches `view` for a readable code. Of several, the first that is a number wins: payment
    /// codes are, the shop's own stickers on the counter are not.
    pub(crate) fn find(&mut self, view: &Luma<'_>, ink: Ink) -> Result<Found, Missed> {
        let (width, height) = (view.width(), view.height());
        self.levels.measure(view);
        self.levels.draw(view, ink, &mut self.drawn);
        if !crowd::thin(&mut self.drawn, width, height) {
            return Err(Missed::Undecodable);
        }
        let mut marks = self.drawn.iter();
        // rqrr asks row by row from left to right.
        let mut picture = PreparedImage::prepare_from_bitmap(width, height, |_, _| {
            marks.next().is_some_and(|&mark| mark == 1)
        });
        let mut other = None;
        let mut missed = Missed::Nothing;
        for grid in picture.detect_grids().iter().take(GRIDS_MAX) {
            let corners = grid.bounds.map(|point| (as_f32(point.x), as_f32(point.y)));
            match grid.decode() {
                Ok((_, text)) if is_number(&text) => return Ok(Found { text, corners }),
                Ok((_, text)) => other = other.or(Some(Found { text, corners })),
                Err(_) => missed = missed.or(why_unread(&corners)),
            }
        }
        other.filter(|found| !found.text.is_empty()).ok_or(missed)
    }
}

/// True for text of digits only.
fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn why_unread(corners: &[(f32, f32); 4]) -> Missed {
    let (dx, dy) = (corners[1].0 - corners[0].0, corners[1].1 - corners[0].1);
    if dx.hypot(dy) < MODULE_PX_MIN * MODULES_TYPICAL {
        Missed::TooSmall
    } else {
        Missed::Undecodable
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "picture coordinates are below 2^24"
)]
fn as_f32(coordinate: i32) -> f32 {
    coordinate as f32
}
