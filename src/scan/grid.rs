//! Where a code's modules lie in the picture.
//!
//! A code that leans away shows its far modules smaller. The sizes of a module at both ends of a
//! side give the distance in modules exactly (their geometric mean is the mean size) and the two
//! vanishing terms of the projective map, so three finders fix the whole grid without its fourth
//! corner.

use wide::f32x4;

use crate::edge::measure;
use crate::finder::Finder;
use crate::luma::Luma;
use crate::number::{float, floor};
use crate::plan::Plan;
use crate::symbol::{ALIGNMENT_MIDDLE, FINDER_MIDDLE, SIDES, finder_module};
use crate::triple::Triple;
use crate::warp::{Point, Warp};

/// A far module is at least this part of a near one, as a square root.
const LEAN_MAX: f32 = 0.7;

/// The first module that is looked at for the timing pattern's alternation.
const TIMING_START: usize = 6;

/// Middles of four modules, counted from the first.
const MIDDLES: f32x4 = f32x4::new([0.5, 1.5, 2.5, 3.5]);

/// Modules of a finder, and the sum of their signs: 16 are light and 33 dark.
const FINDER_COUNT: usize = 49;
const FINDER_SIGNS: f32 = -17.0;

/// A finder's modules, four by four: column, row, sign (1 light, -1 dark) and weight, 0 for those
/// that only fill the last four.
const FINDER: [[[f32; 4]; 4]; FINDER_COUNT.div_ceil(4)] = {
    let middles = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5];
    let mut fours = [[[0.0; 4]; 4]; FINDER_COUNT.div_ceil(4)];
    let mut at = 0;
    while at < FINDER_COUNT {
        let (x, y) = (at % 7, at / 7);
        let (four, lane) = (at / 4, at % 4);
        fours[four][0][lane] = middles[x];
        fours[four][1][lane] = middles[y];
        fours[four][2][lane] = if finder_module(x, y) { -1.0 } else { 1.0 };
        fours[four][3][lane] = 1.0;
        at += 1;
    }
    fours
};

/// A square of `side` modules somewhere in the picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid {
    /// Modules along a side.
    pub(crate) side: usize,
    /// Middles of the finders at the corner, right and below, the third of four being the place
    /// opposite the corner: clockwise as the code sees itself.
    pub(crate) corners: [Point; 4],
    /// True for a light code on dark ground.
    pub(crate) is_light: bool,
}

impl Grid {
    /// The map from modules to pixels; `None` when the corners lie on a line.
    pub(crate) fn warp(&self) -> Option<Warp> {
        let far = float(self.side) - FINDER_MIDDLE;
        let near = FINDER_MIDDLE;
        let from = [(near, near), (far, near), (far, far), (near, far)];
        Warp::between(&from.map(|(x, y)| Point::new(x, y)), &self.corners)
    }

    /// The same grid in a picture whose pixels are `scale` times as many.
    pub(crate) fn scaled(&self, scale: f32) -> Self {
        Self {
            corners: self.corners.map(|corner| corner.scaled(scale)),
            ..*self
        }
    }

    /// Mean size of a module in pixels.
    pub(crate) fn module(&self) -> f32 {
        let [a, b, c, d] = self.corners;
        let around = a.to(b).length() + b.to(c).length() + c.to(d).length() + d.to(a).length();
        around / 4.0 / (float(self.side) - 2.0 * FINDER_MIDDLE)
    }

    /// The outline's corners, clockwise from the code's own top left.
    pub(crate) fn outline(&self) -> Option<[(f32, f32); 4]> {
        let warp = self.warp()?;
        let side = float(self.side);
        Some(
            [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| {
                let corner = warp.map(Point::new(x, y));
                (corner.x, corner.y)
            }),
        )
    }

    /// The same grid with its fourth corner so that the module place `from` lies at `to`.
    pub(crate) fn pinned(&self, from: Point, to: Point) -> Option<Self> {
        let far = float(self.side) - FINDER_MIDDLE;
        let near = Point::new(FINDER_MIDDLE, FINDER_MIDDLE);
        let known = [near, Point::new(far, near.y), from, Point::new(near.x, far)];
        let mut places = self.corners;
        places[2] = to;
        let warp = Warp::between(&known, &places)?;
        places[2] = warp.map(Point::new(far, far));
        Some(Self {
            corners: places,
            ..*self
        })
    }

    /// Middle of the last alignment pattern, in modules.
    pub(crate) fn alignment(&self) -> Point {
        let far = float(self.side) - ALIGNMENT_MIDDLE;
        Point::new(far, far)
    }

    /// How alike the finders' modules are to a finder's, from -1 to 1: the correlation of what is
    /// seen with what must be, as the mean of the three.
    pub(crate) fn likeness(&self, view: &Luma<'_>) -> f32 {
        let Some(warp) = self.warp() else {
            return -1.0;
        };
        let entries = warp.entries();
        let far = float(self.side - 7);
        let alike = |(left, top): (f32, f32)| {
            let mut sums = [f32x4::ZERO; 3];
            for [x, y, sign, weight] in FINDER.map(|four| four.map(f32x4::new)) {
                let (x, y) = Warp::map_four(&entries, x + left, y + top);
                let level = view.at_four(x, y) * weight;
                sums[0] += level;
                sums[1] += level * level;
                sums[2] += level * sign;
            }
            let [level_sum, squares, product] = sums.map(f32x4::reduce_add);
            let (signs, count) = (FINDER_SIGNS, float(FINDER_COUNT));
            let spread = squares - level_sum * level_sum / count;
            let sign_spread = count - signs * signs / count;
            let together = product - level_sum * signs / count;
            together / (spread * sign_spread).sqrt().max(1.0)
        };
        let turn = if self.is_light { -1.0 } else { 1.0 };
        let all = [(0.0, 0.0), (far, 0.0), (0.0, far)].map(|finder| turn * alike(finder));
        all.iter().sum::<f32>() / 3.0
    }

    /// How alike all the modules are that every code of this size has, from -1 to 1; `plan` is of
    /// this size.
    pub(crate) fn soundness(&self, view: &Luma<'_>, plan: &Plan) -> f32 {
        let Some(warp) = self.warp() else {
            return -1.0;
        };
        let entries = warp.entries();
        let mut sums = [f32x4::ZERO; 3];
        for four in &plan.fours {
            let (x, y) = Warp::map_four(&entries, four.x, four.y);
            let level = view.at_four(x, y) * four.weight;
            sums[0] += level;
            sums[1] += level * level;
            sums[2] += level * four.sign;
        }
        let [all, squares, signed] = sums.map(f32x4::reduce_add);
        let (darks, lights) = plan.counts;
        let count = darks + lights;
        let spread = (squares / count - (all / count) * (all / count)).max(1.0);
        let (dark, light) = (f32::midpoint(all, -signed), f32::midpoint(all, signed));
        let apart = light / lights - dark / darks;
        let turn = if self.is_light { -1.0 } else { 1.0 };
        turn * apart * (darks * lights).sqrt() / count / spread.sqrt()
    }

    /// How well the timing patterns between the finders alternate: 1 is perfectly, 0 not at all.
    pub(crate) fn timing(&self, view: &Luma<'_>) -> f32 {
        let (row, column) = (self.alternation(view, true), self.alternation(view, false));
        share(row.0 + column.0, row.1 + column.1)
    }

    /// The same for the one between the finders at the corner and right alone.
    pub(crate) fn timing_to_right(&self, view: &Luma<'_>) -> f32 {
        let (right, total) = self.alternation(view, true);
        share(right, total)
    }

    /// How much the timing row or column rises and falls as it must, and how much in all.
    fn alternation(&self, view: &Luma<'_>, is_row: bool) -> (f32, f32) {
        let Some(warp) = self.warp() else {
            return (0.0, 0.0);
        };
        let entries = warp.entries();
        let fixed = f32x4::splat(6.5);
        // From the last dark module of one finder to that of the other.
        let count = self.side - 2 * TIMING_START;
        let mut levels = [0.0; SIDES.1];
        for (number, four) in levels.chunks_mut(4).enumerate().take(count.div_ceil(4)) {
            let along = MIDDLES + float(TIMING_START + 4 * number);
            let (x, y) = if is_row {
                (along, fixed)
            } else {
                (fixed, along)
            };
            let (x, y) = Warp::map_four(&entries, x, y);
            for (level, seen) in four.iter_mut().zip(view.at_four(x, y).to_array()) {
                *level = seen;
            }
        }
        let (mut right, mut total) = (0.0, 0.0);
        let three = levels.get(..count).unwrap_or_default().array_windows();
        for (at, [before, middle, after]) in three.enumerate() {
            let rise = f32::midpoint(*before, *after) - middle;
            // The middle is light when its number is odd, and so is this one's.
            let expected = if at.is_multiple_of(2) { -rise } else { rise };
            right += expected;
            total += rise.abs();
        }
        let turn = if self.is_light { -1.0 } else { 1.0 };
        (turn * right, total)
    }
}

fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// A code's place before its size is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pose {
    grid: Grid,
    /// Distance of the finders' middles in modules, as measured.
    modules: f32,
}

impl Pose {
    /// Measures three finders on grey; `None` when they cannot belong to one code.
    pub(crate) fn of(view: &Luma<'_>, finders: &[Finder], triple: &Triple) -> Option<Self> {
        let [corner, right, below] = triple.finders.map(|at| finders.get(at));
        let (corner, right, below) = (corner?, right?, below?);
        let (start, across, along_x) = leg(view, corner, right);
        let (other_start, down, along_y) = leg(view, corner, below);
        let shift_x = corner.middle.to(start);
        let corner_at = other_start.moved(shift_x, 1.0);
        let (modules_x, lean_x) = (corner_at.to(across).length() / along_x.0, along_x.1);
        let (modules_y, lean_y) = (corner_at.to(down).length() / along_y.0, along_y.1);
        if !(0.7..1.43).contains(&(modules_x / modules_y)) {
            return None;
        }
        let last = lean_x + lean_y - 1.0;
        let opposite = Point::new(
            (across.x * lean_x + down.x * lean_y - corner_at.x) / last,
            (across.y * lean_x + down.y * lean_y - corner_at.y) / last,
        );
        let grid = Grid {
            side: SIDES.0,
            corners: [corner_at, across, opposite, down],
            is_light: corner.is_light,
        };
        Some(Self {
            grid,
            modules: f32::midpoint(modules_x, modules_y),
        })
    }

    /// The grids of the sizes it may have, likeliest first.
    pub(crate) fn grids(&self) -> impl Iterator<Item = Grid> + use<> {
        let exact = (self.modules + 2.0 * FINDER_MIDDLE - 17.0) / 4.0;
        let nearest = (exact + 0.5).max(1.0);
        let version = floor(nearest);
        let is_over = exact >= float(version);
        let second = if is_over {
            version + 1
        } else {
            version.saturating_sub(1)
        };
        let third = if is_over {
            version.saturating_sub(1)
        } else {
            version + 1
        };
        let grid = self.grid;
        [version, second, third]
            .into_iter()
            .map(|version| 17 + 4 * version)
            .filter(|side| (SIDES.0..=SIDES.1).contains(side))
            .map(move |side| Grid { side, ..grid })
    }
}

/// The line from one finder to another: where both middles lie, and the module size on it with
/// the square root of the ratio of its ends.
fn leg(view: &Luma<'_>, from: &Finder, to: &Finder) -> (Point, Point, (f32, f32)) {
    let direction = from.middle.to(to.middle).unit();
    let end = |finder: &Finder| {
        let rough = rough_along(finder, direction);
        match measure(view, finder.middle, direction, rough, finder.is_light) {
            Some(seen) => (finder.middle.moved(direction, seen.shift), seen.module),
            None => (finder.middle, rough),
        }
    };
    let (near, far) = (end(from), end(to));
    let mean = (near.1 * far.1).sqrt();
    let lean = (near.1 / far.1).sqrt().clamp(LEAN_MAX, 1.0 / LEAN_MAX);
    (near.0, far.0, (mean, lean))
}

/// A finder's module size along `direction`, from its runs along the axes.
fn rough_along(finder: &Finder, direction: Point) -> f32 {
    let (x, y) = (direction.x.abs(), direction.y.abs());
    if x > y {
        finder.across * x
    } else {
        finder.down * y
    }
}
