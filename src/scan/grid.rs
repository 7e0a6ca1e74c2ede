//! Where a code's modules lie in the picture.
//!
//! A code that leans away shows its far modules smaller. The sizes of a module at both ends of a
//! side give the distance in modules exactly (their geometric mean is the mean size) and the two
//! vanishing terms of the projective map, so three finders fix the whole grid without its fourth
//! corner.

use crate::edge::measure;
use crate::finder::Finder;
use crate::luma::Luma;
use crate::number::{float, floor};
use crate::symbol::{ALIGNMENT_MIDDLE, FINDER_MIDDLE, SIDES, known};
use crate::triple::Triple;
use crate::warp::{Point, Warp};

/// A far module is at least this part of a near one, as a square root.
const LEAN_MAX: f32 = 0.7;

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
        let far = self.side - 7;
        let alike = |(left, top): (usize, usize)| {
            let (mut level_sum, mut squares, mut product) = (0.0, 0.0, 0.0);
            let (mut signs, mut count) = (0.0, 0.0);
            for (x, y) in (0..49).map(|at| (left + at % 7, top + at / 7)) {
                let sign = match known(self.side, x, y) {
                    Some(true) => -1.0,
                    Some(false) => 1.0,
                    None => continue,
                };
                let place = warp.map(Point::new(float(x) + 0.5, float(y) + 0.5));
                let level = view.at(place.x, place.y);
                level_sum += level;
                squares += level * level;
                product += sign * level;
                signs += sign;
                count += 1.0;
            }
            let spread = squares - level_sum * level_sum / count;
            let sign_spread = count - signs * signs / count;
            let together = product - level_sum * signs / count;
            together / (spread * sign_spread).sqrt().max(1.0)
        };
        let turn = if self.is_light { -1.0 } else { 1.0 };
        let all = [(0, 0), (far, 0), (0, far)].map(|finder| turn * alike(finder));
        all.iter().sum::<f32>() / 3.0
    }

    /// How alike all the modules are that every code of this size has, from -1 to 1.
    pub(crate) fn soundness(&self, view: &Luma<'_>) -> f32 {
        let Some(warp) = self.warp() else {
            return -1.0;
        };
        let (mut sums, mut counts) = ([0.0; 2], [0.0; 2]);
        let mut squares = 0.0;
        for (x, y) in (0..self.side * self.side).map(|at| (at % self.side, at / self.side)) {
            let Some(is_dark) = known(self.side, x, y) else {
                continue;
            };
            let place = warp.map(Point::new(float(x) + 0.5, float(y) + 0.5));
            let level = view.at(place.x, place.y);
            squares += level * level;
            sums[usize::from(is_dark)] += level;
            counts[usize::from(is_dark)] += 1.0;
        }
        let (all, count) = (sums[0] + sums[1], counts[0] + counts[1]);
        let spread = (squares / count - (all / count) * (all / count)).max(1.0);
        let apart = sums[0] / counts[0] - sums[1] / counts[1];
        let turn = if self.is_light { -1.0 } else { 1.0 };
        turn * apart * (counts[0] * counts[1]).sqrt() / count / spread.sqrt()
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
        let (mut right, mut total) = (0.0, 0.0);
        let level = |at: usize| {
            let (along, fixed) = (float(at) + 0.5, 6.5);
            let (x, y) = if is_row {
                (along, fixed)
            } else {
                (fixed, along)
            };
            let place = warp.map(Point::new(x, y));
            let seen = view.at(place.x, place.y);
            if self.is_light { 255.0 - seen } else { seen }
        };
        let mut last = [level(6), level(7)];
        for at in 8..=self.side - 7 {
            let next = level(at);
            let rise = f32::midpoint(last[0], next) - last[1];
            // The one before `at` is dark when `at` is odd.
            let expected = if at.is_multiple_of(2) { -rise } else { rise };
            right += expected;
            total += rise.abs();
            last = [last[1], next];
        }
        (right, total)
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
