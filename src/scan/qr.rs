//! QR codes of one picture: finders, triples, grids, modules, text.
//!
//! Bounded: [`GRIDS_MAX`] grids are sampled and [`FITS_MAX`] of them refined in one frame, each
//! at a bounded cost; the number of triples and finders is bounded in their own files.

use crate::align;
use crate::finder::{self, FINDERS_MAX, Finder};
use crate::fit::Fit;
use crate::grid::{Grid, Pose};
use crate::level::{Floor, Levels};
use crate::luma::Luma;
use crate::plane::Plane;
use crate::sample::Samples;
use crate::sight::{Kind, Missed, Sighting};
use crate::text::{decode, is_number};
use crate::triple::{self, Triple};

/// Most grids whose modules are taken in one frame.
const GRIDS_MAX: usize = 24;

/// Most grids that are refined in one frame.
const FITS_MAX: usize = 4;

/// Timing patterns that alternate less than this are none.
const TIMING_MIN: f32 = 0.5;

/// Finders that are less like a finder than this are none.
const LIKENESS_MIN: f32 = 0.4;

/// Least share of the finders' modules that must be right before errors are corrected.
const FINDERS_RIGHT_MIN: f32 = 0.75;

/// The modules of a code on the picture that they are taken from are not larger than this where a
/// coarser picture is there.
const MODULE_PX_MAX: f32 = 10.0;

/// Below this many pixels a module's brightness is mixed with its neighbours'.
const MODULE_PX_MIN: f32 = 2.0;

/// A picture and how many pixels of the full frame one of its pixels is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rung<'a> {
    /// The picture.
    pub(crate) view: Luma<'a>,
    /// Full-frame pixels per pixel.
    pub(crate) scale: f32,
    /// What counts as contrast in it.
    pub(crate) floor: Floor,
    /// Every how many rows it is searched.
    pub(crate) row_step: usize,
}

/// The four corners of a code.
type Outline = [(f32, f32); 4];

/// Reused buffers of a search.
#[derive(Default)]
pub(crate) struct Reader {
    levels: Levels,
    plane: Plane,
    finders: Vec<Finder>,
    triples: Vec<Triple>,
    samples: Samples,
    fit: Fit,
    bytes: Vec<u8>,
}

/// What may still be spent on one frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// Grids whose modules are taken.
    grids: usize,
    /// Grids that are refined.
    fits: usize,
}

impl Budget {
    /// All that one frame gets.
    pub(crate) const fn of_frame() -> Self {
        Self {
            grids: GRIDS_MAX,
            fits: FITS_MAX,
        }
    }
}

impl Reader {
    /// Searches `coarse` for a readable code and takes its modules from one of `fine`, the finest
    /// first. Of several codes, the first that is a number wins: payment codes are, the shop's
    /// own stickers on the counter are not.
    pub(crate) fn find(
        &mut self,
        coarse: &Rung<'_>,
        fine: &[Option<Rung<'_>>],
        budget: &mut Budget,
    ) -> Result<Sighting, Missed> {
        self.levels.measure(&coarse.view, coarse.floor);
        self.plane.draw(&coarse.view, &self.levels);
        finder::search(&self.plane, coarse.row_step, &mut self.finders);
        triple::choose(&self.finders, &mut self.triples);
        // A wall of finders is something, though no code.
        let mut missed = if self.finders.len() < FINDERS_MAX {
            Missed::Nothing
        } else {
            Missed::Undecodable
        };
        let mut other = None;
        for at in 0..self.triples.len() {
            let triple = self.triples[at];
            let Some(pose) = Pose::of(&coarse.view, &self.finders, &triple) else {
                continue;
            };
            for grid in pose.grids() {
                let seen = self.read(&grid.scaled(coarse.scale), fine, budget);
                let seen = seen.map(|(text, corners)| Sighting {
                    text,
                    kind: Kind::Qr,
                    corners,
                    scale: coarse.scale,
                });
                match seen {
                    Ok(seen) if is_number(&seen.text) => return Ok(seen),
                    Ok(seen) => other = other.or(Some(seen)),
                    Err(why) => missed = missed.or(why),
                }
            }
            if budget.grids == 0 {
                break;
            }
        }
        other.ok_or(missed)
    }

    /// Reads the code on `grid`, which is in pixels of the full frame.
    fn read(
        &mut self,
        grid: &Grid,
        fine: &[Option<Rung<'_>>],
        budget: &mut Budget,
    ) -> Result<(String, Outline), Missed> {
        let module = grid.module();
        let is_fit = |rung: &&Rung<'_>| module <= MODULE_PX_MAX * rung.scale;
        let rungs = || fine.iter().flatten();
        let rung = rungs()
            .find(is_fit)
            .or(rungs().last())
            .ok_or(Missed::Nothing)?;
        let grid = grid.scaled(1.0 / rung.scale);
        let is_code = budget.grids > 0
            && grid.timing(&rung.view) >= TIMING_MIN
            && grid.likeness(&rung.view) >= LIKENESS_MIN;
        if !is_code {
            return Err(Missed::Nothing);
        }
        budget.grids -= 1;
        let unread = if module < MODULE_PX_MIN {
            Missed::TooSmall
        } else {
            Missed::Undecodable
        };
        let grid = align::pin(&rung.view, &grid).unwrap_or(grid);
        let outline = |grid: &Grid| grid.scaled(rung.scale).outline().ok_or(unread);
        if let Some(text) = self.text(&rung.view, &grid) {
            return Ok((text, outline(&grid)?));
        }
        if self.samples.levels.is_empty() || budget.fits == 0 {
            return Err(unread);
        }
        budget.fits -= 1;
        let better = self.fit.refine(&rung.view, &grid, &self.samples);
        let text = self.text(&rung.view, &better).ok_or(unread)?;
        Ok((text, outline(&better)?))
    }

    /// The text on `grid`, if its modules are there and right.
    fn text(&mut self, view: &Luma<'_>, grid: &Grid) -> Option<String> {
        if !self.samples.take(view, grid) || self.samples.finders_right() < FINDERS_RIGHT_MIN {
            return None;
        }
        let side = grid.side;
        decode(&self.samples.soft, side, &mut self.bytes).or_else(|| {
            self.samples.sharpen();
            decode(&self.samples.sharp, side, &mut self.bytes)
        })
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reader({} finders)", self.finders.len())
    }
}
