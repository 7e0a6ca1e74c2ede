//! Why nothing was read: what of the light, the distance, the focus or a lamp in the glass kept a
//! code from being read.
//!
//! Only where a grid was found is a cause named, because only there is something known: three
//! finders, the quiet zone beside them and the timing patterns look the same in every code. A
//! wrong hint is worse than none, so what cannot be told from them stays the name of the stage
//! that failed. It costs one look at each module of one grid.

use crate::grid::Grid;
use crate::luma::Luma;
use crate::number::float;
use crate::sight::Missed;
use crate::symbol::known;
use crate::warp::Point;

/// Below this many pixels a module's brightness is mixed with its neighbours', however sharp the
/// picture is.
const SMALL_PX: f32 = 2.0;

/// A code must have modules of so many pixels before lens or hand are to blame.
const LARGE_PX: f32 = 3.0;

/// A screen whose white stays under this is too dim, or the stall is too dark for the camera.
const WHITE_MIN: f32 = 62.0;

/// What differs less than this between finders and margin is no code, or too faint to judge by.
const CONTRAST_MIN: f32 = 45.0;

/// How deep the light ring of a blurred finder is, where 1 is sharp: less is no finder.
const RING_BLURRED: std::ops::RangeInclusive<f32> = 0.25..=0.62;

/// The rings of one blurred code differ by less than this: lens and hand blur all of it.
const RINGS_APART_MAX: f32 = 0.16;

/// Timing patterns of a blurred code alternate by less than this, where 1 is sharp.
const TIMING_BLURRED: f32 = 0.25;

/// As bright as a picture can be.
const BURNT: f32 = 250.0;

/// In a code under a lamp at least this part of the modules is burnt.
const BURNT_MIN: f32 = 0.1;

/// Where this part of the squares of three by three modules has none that is dark, they are hidden.
const BLANK_MIN: f32 = 0.12;

/// Most modules along a side that are looked at.
const SIDE_MAX: usize = 57;

/// The best grid of a search that did not end in a text.
#[derive(Debug, Default)]
pub(crate) struct Suspect {
    /// In pixels of the full frame.
    grid: Option<Grid>,
    stage: Stage,
    /// Brightness of the middle of every module, row by row.
    levels: Vec<f32>,
}

/// How far a search came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// No three finders of one code.
    #[default]
    Begin,
    /// Three finders, and not what lies between them in a code.
    Grid,
    /// Modules, and the finders' own are not right.
    Modules,
    /// The finders' modules are right, and too many others wrong.
    Errors,
}

impl Suspect {
    /// Begins the search of a frame or of a part of it.
    pub(crate) fn begin(&mut self) {
        self.grid = None;
        self.stage = Stage::Begin;
    }

    /// A grid, in pixels of the full frame, was given up at this stage; returns its name.
    pub(crate) fn note(&mut self, grid: &Grid, stage: Stage) -> Missed {
        if stage > self.stage {
            self.grid = Some(*grid);
            self.stage = stage;
        }
        match stage {
            Stage::Begin => Missed::Nothing,
            Stage::Grid | Stage::Modules => Missed::BadGrid,
            Stage::Errors => Missed::TooManyErrors,
        }
    }

    /// What kept `view`, of which the search said `missed`, from being read.
    pub(crate) fn explain(&mut self, view: &Luma<'_>, missed: Missed) -> Missed {
        let cause = self.grid.and_then(|grid| self.cause(view, &grid));
        cause.unwrap_or(missed)
    }

    fn cause(&mut self, view: &Luma<'_>, grid: &Grid) -> Option<Missed> {
        self.take(view, grid)?;
        let (dark, light) = self.inks(view, grid)?;
        let is_surely_code = self.stage == Stage::Errors;
        if is_surely_code && light < WHITE_MIN {
            return Some(Missed::TooDark);
        }
        let contrast = light - dark;
        let module = grid.module();
        if contrast < CONTRAST_MIN {
            return None;
        }
        if is_surely_code && module < SMALL_PX {
            return Some(Missed::TooSmall);
        }
        if module < LARGE_PX {
            return None;
        }
        let burnt = self.levels.iter().filter(|level| **level >= BURNT).count();
        let burnt = float(burnt) / float(self.levels.len().max(1));
        if burnt >= BURNT_MIN {
            let is_lamp = is_surely_code && self.blank(grid.side) >= BLANK_MIN;
            return is_lamp.then_some(Missed::Glare);
        }
        let rings = self.rings(grid).map(|depth| depth / contrast);
        let deepest = rings.into_iter().fold(f32::MIN, f32::max);
        let flattest = rings.into_iter().fold(f32::MAX, f32::min);
        let is_blurred = rings.iter().all(|depth| RING_BLURRED.contains(depth))
            && deepest - flattest <= RINGS_APART_MAX
            && self.timing(grid) / contrast <= TIMING_BLURRED;
        is_blurred.then_some(Missed::TooBlurred)
    }

    /// Takes the brightness of the middle of every module; `None` when the grid has no place.
    fn take(&mut self, view: &Luma<'_>, grid: &Grid) -> Option<()> {
        let warp = grid.warp()?;
        self.levels.clear();
        if grid.side > SIDE_MAX {
            return None;
        }
        for y in 0..grid.side {
            for x in 0..grid.side {
                let place = warp.map(Point::new(float(x) + 0.5, float(y) + 0.5));
                self.levels.push(view.at(place.x, place.y));
            }
        }
        Some(())
    }

    /// How dark and how light the code is where blur does not reach: in the finders' middles, and
    /// in the quiet zone beside them, two modules away.
    fn inks(&self, view: &Luma<'_>, grid: &Grid) -> Option<(f32, f32)> {
        let warp = grid.warp()?;
        let far = float(grid.side) + 1.5;
        let last = far - 5.0;
        let places = [
            (-1.5, 3.5),
            (3.5, -1.5),
            (far, 3.5),
            (last, -1.5),
            (-1.5, last),
            (3.5, far),
        ];
        let margin = mean(places.map(|(x, y)| {
            let place = warp.map(Point::new(x, y));
            view.at(place.x, place.y)
        }));
        let ink = mean(middles(grid).map(|(x, y)| self.level(grid, x, y)));
        Some(if grid.is_light {
            (margin, ink)
        } else {
            (ink, margin)
        })
    }

    fn level(&self, grid: &Grid, x: usize, y: usize) -> f32 {
        self.levels[y * grid.side + x]
    }

    /// By how much the light ring of each finder is lighter than the middle and the dark ring.
    fn rings(&self, grid: &Grid) -> [f32; 3] {
        let turn = if grid.is_light { -1.0 } else { 1.0 };
        middles(grid).map(|(x, y)| {
            let ring = |far: usize| {
                let places = [(x - far, y), (x + far, y), (x, y - far), (x, y + far)];
                mean(places.map(|(x, y)| self.level(grid, x, y)))
            };
            turn * (ring(2) - f32::midpoint(self.level(grid, x, y), ring(3)))
        })
    }

    /// By how much the light modules of the timing patterns are brighter than the dark ones; the
    /// smaller of the two, because a hand moves in one direction.
    fn timing(&self, grid: &Grid) -> f32 {
        let turn = if grid.is_light { -1.0 } else { 1.0 };
        let of = |is_row: bool| {
            let (mut sums, mut counts) = ([0.0; 2], [0.0; 2]);
            for along in 8..grid.side - 8 {
                let (x, y) = if is_row { (along, 6) } else { (6, along) };
                sums[along % 2] += self.level(grid, x, y);
                counts[along % 2] += 1.0;
            }
            let [even, odd] = [0, 1].map(|kind| sums[kind] / f32::max(counts[kind], 1.0));
            turn * (odd - even)
        };
        of(true).min(of(false))
    }

    /// The part of the code's squares of three by three modules that are burnt all over, though
    /// some module of them is likely to be dark.
    fn blank(&self, side: usize) -> f32 {
        let (mut blank, mut total) = (0.0, 0.0);
        for (x, y) in (1..side - 1).flat_map(|y| (1..side - 1).map(move |x| (x, y))) {
            let near = (0..9).map(|at| (x + at % 3 - 1, y + at / 3 - 1));
            // What is light in every code says nothing.
            if near.clone().all(|(x, y)| known(side, x, y) == Some(false)) {
                continue;
            }
            total += 1.0;
            if near
                .map(|(x, y)| self.levels[y * side + x])
                .all(|level| level >= BURNT)
            {
                blank += 1.0;
            }
        }
        blank / f32::max(total, 1.0)
    }
}

/// The finders' middle modules.
fn middles(grid: &Grid) -> [(usize, usize); 3] {
    let far = grid.side - 4;
    [(3, 3), (far, 3), (3, far)]
}

fn mean<const N: usize>(levels: [f32; N]) -> f32 {
    levels.iter().sum::<f32>() / float(N)
}
