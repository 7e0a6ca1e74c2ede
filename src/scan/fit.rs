//! Moves a grid's corners until its modules are as different as they can be.
//!
//! A grid that is off by half a module samples edges, where all is grey. The score of a grid is
//! how dark its known dark modules are, how light its known light ones, and how far from the
//! threshold the others. It is raised corner by corner in shrinking steps.
//!
//! Bounded: eight rounds of at most 16 scores over at most [`PLACES_MAX`] modules.

use wide::f32x4;

use crate::grid::Grid;
use crate::luma::Luma;
use crate::number::float;
use crate::sample::Samples;
use crate::warp::Point;

/// Steps in modules, one a round, and what part of the places is looked at in it.
const STEPS: [(f32, usize); 8] = [
    (0.5, 4),
    (0.5, 4),
    (0.3, 4),
    (0.3, 4),
    (0.18, 2),
    (0.18, 2),
    (0.1, 2),
    (0.06, 2),
];

/// Most modules that are looked at for a score.
const PLACES_MAX: usize = 450;

/// How much less an unknown module counts than a known one.
const UNKNOWN: f32 = 0.6;

/// Farthest that one module counts.
const SURE: f32 = 1.2;

/// Four modules that are looked at.
#[derive(Debug, Clone, Copy)]
struct Places {
    x: f32x4,
    y: f32x4,
    threshold: f32x4,
    /// One over the contrast; 0 where there is no module.
    gain: f32x4,
    /// -1 dark, 1 light, 0 unknown.
    sign: f32x4,
    /// What unknown modules count, and known ones 0.
    unknown: f32x4,
}

/// Reused list of places.
#[derive(Default)]
pub(crate) struct Fit {
    places: Vec<Places>,
}

impl Fit {
    /// A better grid near `grid`, whose modules `samples` holds.
    pub(crate) fn refine(&mut self, view: &Luma<'_>, grid: &Grid, samples: &Samples) -> Grid {
        self.collect(grid.side, samples);
        let mut best = *grid;
        let mut part = 0;
        let mut score = 0.0;
        for (step, next) in STEPS {
            if part != next {
                part = next;
                score = self.score(view, &best, part);
            }
            let pixels = step * best.module();
            for corner in [2, 0, 1, 3] {
                for way in [Point::new(1.0, 0.0), Point::new(0.0, 1.0)] {
                    // Where one way is better, the other is not.
                    let better = [1.0, -1.0].into_iter().find_map(|sign| {
                        let mut moved = best;
                        let place = &mut moved.corners[corner];
                        *place = place.moved(way, sign * pixels);
                        let next = self.score(view, &moved, part);
                        (next > score).then_some((moved, next))
                    });
                    (best, score) = better.unwrap_or((best, score));
                }
            }
        }
        best
    }

    /// The places in an order in which the first half and the first quarter are even, too.
    fn collect(&mut self, side: usize, samples: &Samples) {
        self.places.clear();
        let every = (side * side).div_ceil(PLACES_MAX);
        for (first, step) in [(0, 4), (2, 4), (1, 2)] {
            let mut modules = (first * every..side * side).step_by(step * every);
            while let Some(module) = modules.next() {
                let four = [Some(module), modules.next(), modules.next(), modules.next()];
                self.places.push(Places::of(four, side, samples));
            }
        }
    }

    #[inline(never)]
    fn score(&self, view: &Luma<'_>, grid: &Grid, part: usize) -> f32 {
        let Some(warp) = grid.warp() else {
            return f32::MIN;
        };
        let m = warp.entries().map(f32x4::splat);
        let turn = f32x4::splat(if grid.is_light { -1.0 } else { 1.0 });
        let base = f32x4::splat(if grid.is_light { 255.0 } else { 0.0 });
        let most = f32x4::splat(SURE);
        let judge = |sum: f32x4, place: &Places| {
            let w = f32x4::ONE / (m[6] * place.x + m[7] * place.y + m[8]);
            let seen = view.at_four(
                (m[0] * place.x + m[1] * place.y + m[2]) * w,
                (m[3] * place.x + m[4] * place.y + m[5]) * w,
            );
            let soft = (base + turn * seen - place.threshold) * place.gain;
            let soft = soft.fast_max(-most).fast_min(most);
            sum + soft * place.sign + soft.abs() * place.unknown
        };
        let places = &self.places[..self.places.len() / part];
        places.iter().fold(f32x4::ZERO, judge).reduce_add()
    }
}

impl Places {
    fn of(modules: [Option<usize>; 4], side: usize, samples: &Samples) -> Self {
        let lanes = |pick: &dyn Fn(usize) -> f32| {
            f32x4::new(modules.map(|module| module.map_or(0.0, pick)))
        };
        let is_known = |at: usize| samples.plan.modules.get(at).copied().flatten();
        Self {
            x: lanes(&|at| float(at % side) + 0.5),
            y: lanes(&|at| float(at / side) + 0.5),
            threshold: lanes(&|at| samples.thresholds[at]),
            gain: lanes(&|at| 1.0 / samples.contrasts[at]),
            sign: lanes(&|at| match is_known(at) {
                Some(true) => -1.0,
                Some(false) => 1.0,
                None => 0.0,
            }),
            unknown: lanes(&|at| if is_known(at).is_some() { 0.0 } else { UNKNOWN }),
        }
    }
}
