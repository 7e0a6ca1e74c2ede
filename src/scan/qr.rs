//! QR codes of one picture: finders, triples, grids, modules, text.
//!
//! Bounded: [`GRIDS_MAX`] grids are sampled and [`FITS_MAX`] of them refined in one frame, each
//! at a bounded cost; the number of triples and finders is bounded in their own files.

use crate::align;
use crate::cause::{Stage, Suspect};
use crate::finder::{self, Finder, Wanted};
use crate::fit::Fit;
use crate::grid::{Grid, Pose};
use crate::level::{Floor, Levels};
use crate::luma::Luma;
use crate::plane::Plane;
use crate::rescue::Rescue;
use crate::sample::Samples;
use crate::sight::{Kind, Missed, Sighting};
use crate::text::{Decoder, is_number};
use crate::triple::{self, Triple};
use crate::vote::Votes;

/// Most grids whose modules are taken in one frame.
const GRIDS_MAX: usize = 8;

/// Most grids that are refined in one frame.
const FITS_MAX: usize = 3;

/// Most grids of which not all finders were found, first from two of them and then from one, and
/// most of these that are refined.
const RESCUES_MAX: usize = 3;
const RESCUE_FITS_MAX: usize = 4;

/// Most finders of one picture, and of all before it, that are put together.
const LIKELY_MAX: usize = 80;

/// What a triple that is measured costs, a grid whose modules are taken and one that is refined, in
/// about microseconds; and when what is left to do waits for the next frame.
const POSE_COST: usize = 8;
const GRID_COST: usize = 150;
const FIT_COST: usize = 600;
const ENOUGH: usize = 3_000;

/// Timing patterns that alternate less than this are none.
const TIMING_MIN: f32 = 0.5;

/// Finders that are less like a finder than this are none.
const LIKENESS_MIN: f32 = 0.4;

/// Least share of the finders' modules that must be right before errors are corrected.
const FINDERS_RIGHT_MIN: f32 = 0.75;

/// The modules of a code on the picture that they are taken from are not larger than this where a
/// coarser picture is there.
const MODULE_PX_MAX: f32 = 10.0;

/// A picture and how many pixels of the full frame one of its pixels is.
#[derive(Debug, Clone)]
pub(crate) struct Rung<'a> {
    /// The picture.
    pub(crate) view: Luma<'a>,
    /// Full-frame pixels per pixel.
    pub(crate) scale: f32,
    /// What counts as contrast in it.
    pub(crate) floor: Floor,
    /// What is looked for in it.
    pub(crate) wanted: Wanted,
}

/// The four corners of a code.
type Outline = [(f32, f32); 4];

/// Reused buffers of a search.
#[derive(Default)]
pub(crate) struct Reader {
    levels: Levels,
    plane: Plane,
    rows: finder::Rows,
    /// Finders of one picture.
    found: Vec<Finder>,
    /// Finders of all pictures of the frame so far, in pixels of the one searched last.
    finders: Vec<Finder>,
    /// Full-frame pixels per pixel of the picture searched last.
    scale: f32,
    triples: Vec<Triple>,
    rescue: Rescue,
    /// Finders of codes that were read.
    spent: Vec<usize>,
    /// The number read last: another one beside it is news, this one is not.
    known: String,
    samples: Samples,
    votes: Votes,
    fit: Fit,
    decoder: Decoder,
    suspect: Suspect,
}

/// What may still be spent on one frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// Grids whose modules are taken.
    grids: usize,
    /// Grids that are refined.
    fits: usize,
    /// What the search has cost so far, in about microseconds.
    spent: usize,
}

impl Budget {
    /// All that one frame gets.
    pub(crate) const fn of_frame() -> Self {
        Self {
            grids: GRIDS_MAX,
            fits: FITS_MAX,
            spent: 0,
        }
    }

    /// True when what is left to do should wait for the next frame.
    pub(crate) const fn is_spent(&self) -> bool {
        self.spent > ENOUGH
    }
}

impl Reader {
    /// Searches `coarse` for a readable code and takes its modules from one of `fine`, the finest
    /// first. Of several codes, the first that is a number and not the one read last wins:
    /// payment codes are numbers, the shop's own stickers on the counter are not.
    pub(crate) fn find(
        &mut self,
        coarse: &Rung<'_>,
        fine: &[Option<Rung<'_>>],
        budget: &mut Budget,
    ) -> Result<Sighting, Missed> {
        self.levels.measure(&coarse.view, coarse.floor);
        self.plane.draw(&coarse.view, &self.levels);
        let (plane, wanted) = (&self.plane, &coarse.wanted);
        let checks = finder::search(plane, wanted, &mut self.rows, &mut self.found);
        budget.spent += checks / 4;
        let fresh = self.merge(coarse.scale);
        triple::choose(&self.finders, fresh, &mut self.triples);
        let mut missed = if self.finders.len() < 2 {
            Missed::Nothing
        } else {
            Missed::FindersOnly
        };
        let mut other: Option<Sighting> = None;
        self.spent.clear();
        for at in 0..self.triples.len() {
            let triple = self.triples[at];
            if triple
                .finders
                .iter()
                .any(|finder| self.spent.contains(finder))
            {
                continue;
            }
            budget.spent += POSE_COST;
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
                    Ok(seen) if is_number(&seen.text) && seen.text != self.known => {
                        return Ok(seen);
                    }
                    Ok(seen) => {
                        self.spent.extend(triple.finders);
                        let is_better = is_number(&seen.text) || other.is_none();
                        other = if is_better { Some(seen) } else { other };
                        break;
                    }
                    Err(why) => missed = missed.or(why),
                }
            }
            if budget.grids == 0 {
                break;
            }
        }
        other.ok_or(missed)
    }

    /// Reads a code of the frame searched last of which not all finders were found, its modules
    /// taken from one of `fine`, the finest first.
    pub(crate) fn rescue(
        &mut self,
        fine: &[Option<Rung<'_>>],
        budget: &mut Budget,
    ) -> Result<Sighting, Missed> {
        let cost = self.rescue.settle(&self.finders, self.scale, fine);
        let mut own = Budget {
            grids: 0,
            fits: RESCUE_FITS_MAX,
            spent: budget.spent + cost,
        };
        let rescued = self.rescue_on(fine, &mut own);
        budget.spent = own.spent;
        rescued
    }

    /// Tries what two finders may span, then what one and a neighbour may.
    fn rescue_on(
        &mut self,
        fine: &[Option<Rung<'_>>],
        budget: &mut Budget,
    ) -> Result<Sighting, Missed> {
        for is_lone in [false, true] {
            let (ranked, cost) = if is_lone {
                self.rescue.of_neighbours(fine)
            } else {
                self.rescue.of_pairs(fine)
            };
            budget.spent += cost;
            let mut likely = [None; RESCUES_MAX];
            for (place, (_, grid)) in likely.iter_mut().zip(ranked) {
                *place = Some(*grid);
            }
            budget.grids = likely.len();
            for grid in likely.iter().flatten() {
                if let Ok((text, corners)) = self.read(grid, fine, budget) {
                    return Ok(Sighting {
                        text,
                        kind: Kind::Qr,
                        corners,
                        scale: 1.0,
                    });
                }
            }
        }
        // What likely grids lacked says nothing that the searches have not said.
        Err(Missed::Nothing)
    }

    /// What kept `frame`, of which the search said `missed`, from being read.
    pub(crate) fn explain(&mut self, frame: &Luma<'_>, missed: Missed) -> Missed {
        self.suspect.explain(frame, missed)
    }

    /// Begins a new frame.
    pub(crate) fn begin_frame(&mut self) {
        self.votes.begin();
    }

    /// Remembers a number, so that others are looked for beside it.
    pub(crate) fn know(&mut self, text: &str) {
        if self.known != text {
            self.known.clear();
            self.known.push_str(text);
        }
    }

    /// Forgets the number and the ballots of earlier frames.
    pub(crate) fn forget(&mut self) {
        self.known.clear();
        self.votes.clear();
    }

    /// Begins the search of a frame or of a part of it.
    pub(crate) fn begin_search(&mut self) {
        self.suspect.begin();
        self.finders.clear();
        self.scale = 1.0;
    }

    /// Puts what was found behind what earlier pictures of the frame showed, in place of finders
    /// that are seen again; returns the number of those that are not. Blur hides one finder from
    /// one picture, noise another from another.
    fn merge(&mut self, scale: f32) -> usize {
        let ratio = self.scale / scale;
        self.scale = scale;
        for finder in &mut self.finders {
            *finder = finder.scaled(ratio);
        }
        finder::thin_out(&mut self.found, LIKELY_MAX);
        let found = &self.found;
        self.finders
            .retain(|finder| !found.iter().any(|again| again.is_near(finder)));
        finder::thin_out(&mut self.finders, LIKELY_MAX);
        let kept = self.finders.len();
        self.finders.extend_from_slice(&self.found);
        kept
    }

    /// Reads the code on `grid`, which is in pixels of the full frame.
    fn read(
        &mut self,
        grid: &Grid,
        fine: &[Option<Rung<'_>>],
        budget: &mut Budget,
    ) -> Result<(String, Outline), Missed> {
        let full = grid;
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
            return Err(self.suspect.note(full, Stage::Grid));
        }
        budget.grids -= 1;
        budget.spent += GRID_COST;
        // What looks like the alignment pattern may be something else.
        let pinned = align::pin(&rung.view, &grid);
        self.samples.plan.lay(grid.side);
        let sound = |grid: &Grid| grid.soundness(&rung.view, &self.samples.plan);
        let better = pinned.filter(|pinned| sound(pinned) >= sound(&grid));
        let grid = better.unwrap_or(grid);
        let read = self.read_near(&rung.view, &grid, budget);
        let Some((text, grid)) = read else {
            let is_right = self.samples.finders_right() >= FINDERS_RIGHT_MIN;
            let stage = if is_right {
                Stage::Errors
            } else {
                Stage::Modules
            };
            return Err(self.suspect.note(full, stage));
        };
        let outline = grid.scaled(rung.scale).outline();
        let outline = outline.ok_or(Missed::BadGrid)?;
        self.votes.clear();
        Ok((text, outline))
    }

    /// The text on `grid` or on a better one near it, if need be with the help of earlier frames.
    fn read_near(
        &mut self,
        view: &Luma<'_>,
        grid: &Grid,
        budget: &mut Budget,
    ) -> Option<(String, Grid)> {
        if let Some(text) = self.text(view, grid) {
            return Some((text, *grid));
        }
        if self.samples.levels.is_empty() || budget.fits == 0 {
            return None;
        }
        budget.fits -= 1;
        budget.spent += FIT_COST;
        let better = self.fit.refine(view, grid, &self.samples);
        let text = self.text(view, &better).or_else(|| self.vote(&better));
        Some((text?, better))
    }

    /// The text on `grid`, if its modules are there and right.
    fn text(&mut self, view: &Luma<'_>, grid: &Grid) -> Option<String> {
        if !self.samples.take(view, grid) || self.samples.finders_right() < FINDERS_RIGHT_MIN {
            return None;
        }
        let side = grid.side;
        self.decoder.text(&self.samples.soft, side).or_else(|| {
            self.samples.sharpen();
            self.decoder.text(&self.samples.sharp, side)
        })
    }

    /// The text that this frame's modules make with their weakest taken as lost, or together with
    /// those of earlier frames.
    fn vote(&mut self, grid: &Grid) -> Option<String> {
        if self.samples.sharp.is_empty() {
            return None;
        }
        let (side, sharp) = (grid.side, &self.samples.sharp);
        if let Some(text) = self.decoder.text_with_losses(sharp, side) {
            return Some(text);
        }
        if let Some(joined) = self.votes.join(side, grid.is_light, sharp) {
            let text = self.decoder.text(joined, side);
            let text = text.or_else(|| self.decoder.text_with_losses(joined, side));
            if text.is_some() {
                return text;
            }
        }
        let right = self.samples.finders_right();
        self.votes.leave(side, grid.is_light, right, sharp);
        None
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reader({} finders)", self.finders.len())
    }
}
