//! Codes whose finders were not all found: likely grids from two finders, or from a single one.
//!
//! What the searches of all sizes found is looked at again on grey, which chance hits do not
//! survive. Each two of what is left may be of one code (`pair`); beside each of the clearest
//! others are sought.
//!
//! Bounded: [`ROUGH_MAX`] finders are compared, [`SQUARES_MAX`] of them settled; [`LONE_MAX`] of
//! these look for neighbours, of which each settles four; each two give at most eight grids.

use crate::finder::Finder;
use crate::grid::Grid;
use crate::pair;
use crate::qr::Rung;
use crate::square::Square;

/// Most finders that are compared with a square.
const ROUGH_MAX: usize = 96;

/// Most squares that are settled.
const SQUARES_MAX: usize = 6;

/// Most squares beside which others are sought.
const LONE_MAX: usize = 3;

/// Least likeness before and after settling, and of one that was sought.
const ROUGH_MIN: f32 = 0.4;
const SETTLED_MIN: f32 = 0.6;
const SOUGHT_MIN: f32 = 0.5;

/// Modules are compared in a picture in which they are not larger than this, in pixels.
const MODULE_PX_MAX: f32 = 5.0;

/// Least alternation of a likely grid's timing patterns, and least likeness of its finders.
const TIMING_MIN: f32 = 0.3;
const LIKENESS_MIN: f32 = 0.35;

/// Most grids that are worth remembering.
const GRIDS_MAX: usize = 8;

/// What it costs to compare a finder, to settle a square, to seek another in one direction and to
/// look at what two span, in about microseconds.
const ROUGH_COST: usize = 3;
const SETTLE_COST: usize = 40;
const SEEK_COST: usize = 60;
const PAIR_COST: usize = 40;

/// Reused squares of one frame and the grids that they may span, in pixels of the full frame.
#[derive(Debug, Default)]
pub(crate) struct Rescue {
    squares: Vec<Square>,
    pairs: Vec<[Square; 2]>,
    /// How likely each grid is, the likeliest first.
    grids: Vec<(f32, Grid)>,
}

impl Rescue {
    /// Looks at `finders`, `scale` full-frame pixels a pixel, on the pictures of `fine`. Returns
    /// what it cost, as the others do, in about microseconds.
    pub(crate) fn settle(
        &mut self,
        finders: &[Finder],
        scale: f32,
        fine: &[Option<Rung<'_>>],
    ) -> usize {
        self.squares.clear();
        for finder in finders.iter().take(ROUGH_MAX) {
            let finder = finder.scaled(scale);
            if let Some(rung) = rung_for(fine, finder.module()) {
                let square = Square::rough(&rung.view, &finder.scaled(1.0 / rung.scale));
                if square.likeness >= ROUGH_MIN {
                    self.squares.push(square.scaled(rung.scale));
                }
            }
        }
        let by_likeness = |a: &Square, b: &Square| b.likeness.total_cmp(&a.likeness);
        self.squares.sort_unstable_by(by_likeness);
        self.squares.truncate(SQUARES_MAX);
        for square in &mut self.squares {
            if let Some(rung) = rung_for(fine, square.module()) {
                let own = square.scaled(1.0 / rung.scale);
                *square = own.settled(&rung.view).scaled(rung.scale);
            }
        }
        let cost = ROUGH_COST * finders.len().min(ROUGH_MAX) + SETTLE_COST * self.squares.len();
        self.squares.retain(|square| square.likeness >= SETTLED_MIN);
        self.squares.sort_unstable_by(by_likeness);
        cost
    }

    /// Grids that two of the squares may span, the likeliest first.
    pub(crate) fn of_pairs(&mut self, fine: &[Option<Rung<'_>>]) -> (&[(f32, Grid)], usize) {
        self.pairs.clear();
        for (at, &first) in self.squares.iter().enumerate() {
            let others = self.squares[..at].iter();
            self.pairs.extend(others.map(|&second| [second, first]));
        }
        let cost = PAIR_COST * self.pairs.len();
        (self.rank(fine), cost)
    }

    /// Grids that one of the squares may span with a finder that was not found before.
    pub(crate) fn of_neighbours(&mut self, fine: &[Option<Rung<'_>>]) -> (&[(f32, Grid)], usize) {
        self.pairs.clear();
        for square in self.squares.iter().take(LONE_MAX) {
            let Some(rung) = rung_for(fine, square.module()) else {
                continue;
            };
            let own = square.scaled(1.0 / rung.scale);
            for other in own.neighbours(&rung.view) {
                let other = other.settled(&rung.view);
                if other.likeness >= SOUGHT_MIN {
                    self.pairs.push([*square, other.scaled(rung.scale)]);
                }
            }
        }
        let sought = 4 * self.squares.len().min(LONE_MAX);
        let cost = SEEK_COST * sought + PAIR_COST * self.pairs.len();
        (self.rank(fine), cost)
    }

    fn rank(&mut self, fine: &[Option<Rung<'_>>]) -> &[(f32, Grid)] {
        self.grids.clear();
        for pair in &self.pairs {
            let Some(rung) = rung_for(fine, pair[0].module()) else {
                continue;
            };
            let own = pair.map(|square| square.scaled(1.0 / rung.scale));
            let grids = &mut self.grids;
            pair::grids(&rung.view, &own, |grid| {
                let timing = grid.timing(&rung.view);
                let likeness = grid.likeness(&rung.view);
                if timing >= TIMING_MIN && likeness >= LIKENESS_MIN {
                    grids.push((timing + likeness, grid.scaled(rung.scale)));
                }
            });
        }
        self.grids.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        self.grids.truncate(GRIDS_MAX);
        &self.grids
    }
}

/// The finest picture in which a module of the full frame is small enough.
fn rung_for<'a, 'b>(fine: &'a [Option<Rung<'b>>], module: f32) -> Option<&'a Rung<'b>> {
    let rungs = || fine.iter().flatten();
    rungs()
        .find(|rung| module <= MODULE_PX_MAX * rung.scale)
        .or(rungs().last())
}
