//! Grey modules of a grid, and which of them are dark.
//!
//! Light differs across a screen, so a module is judged by its neighbourhood: the mean of the dark
//! and of the light modules near it. Blur mixes each module with its neighbours; how much is
//! learnt from the modules that every code has in the same places, and undone for the others.

use wide::f32x4;

use crate::grid::Grid;
use crate::luma::Luma;
use crate::number::float;
use crate::plan::Plan;
use crate::symbol::SIDES;
use crate::warp::Warp;

/// Modules to each side that judge a module.
const REACH: usize = 4;

/// Farthest a module counts as dark or light, where 1 is as dark or light as its neighbourhood.
const SURE: f32 = 1.5;

/// Neighbours of a module with itself, and a constant.
const TAPS: usize = 10;

/// Weight of 'no blur' against what the known modules say, in modules.
const TRUST: f32 = 4.0;

/// Middles of four modules, counted from the first.
const MIDDLES: f32x4 = f32x4::new([0.5, 1.5, 2.5, 3.5]);

/// Reused modules of one grid; all lists are row by row.
#[derive(Default)]
pub(crate) struct Samples {
    side: usize,
    /// What codes of this size have in the same places.
    pub(crate) plan: Plan,
    /// Brightness, turned over for light codes.
    pub(crate) levels: Vec<f32>,
    /// Brightness between dark and light, per module.
    pub(crate) thresholds: Vec<f32>,
    /// Half the difference between dark and light, per module.
    pub(crate) contrasts: Vec<f32>,
    /// Negative is dark, positive is light, 1 is as sure as the neighbourhood.
    pub(crate) soft: Vec<f32>,
    /// `soft` with the blur undone.
    pub(crate) sharp: Vec<f32>,
    sums: Vec<(f32, f32, f32)>,
}

impl Samples {
    /// Takes the grey modules of `grid` from `view` and judges them; false when the grid has no
    /// place in the picture.
    pub(crate) fn take(&mut self, view: &Luma<'_>, grid: &Grid) -> bool {
        for list in [&mut self.levels, &mut self.soft, &mut self.sharp] {
            list.clear();
        }
        let Some(warp) = grid.warp() else {
            return false;
        };
        self.side = grid.side.clamp(SIDES.0, SIDES.1);
        self.plan.lay(self.side);
        let entries = warp.entries();
        // The middle of a module, away from its blurred edges.
        let spread = if grid.module() < 2.5 { 0.15 } else { 0.22 };
        let turn = |level: f32x4| if grid.is_light { 255.0 - level } else { level };
        for y in 0..self.side {
            let end = self.levels.len() + self.side;
            let down = f32x4::splat(float(y) + 0.5);
            for x in (0..self.side).step_by(4) {
                let across = MIDDLES + float(x);
                let level = |off: (f32, f32)| {
                    let (x, y) = Warp::map_four(&entries, across + off.0, down + off.1);
                    view.at_four(x, y)
                };
                let around = [
                    (-spread, -spread),
                    (spread, -spread),
                    (-spread, spread),
                    (spread, spread),
                ];
                let sum = around
                    .into_iter()
                    .fold(level((0.0, 0.0)), |sum, off| sum + level(off));
                self.levels.extend(turn(sum / 5.0).to_array());
            }
            self.levels.truncate(end);
        }
        self.judge();
        true
    }

    /// Share of the three finders' modules that are as they must be.
    pub(crate) fn finders_right(&self) -> f32 {
        let far = self.side - 8;
        let (mut right, mut total) = (0_usize, 0_usize);
        for (x, y) in places(self.side) {
            let is_finder = (x < 8 && (y < 8 || y >= far)) || (x >= far && y < 8);
            if is_finder && let Some(is_dark) = self.plan.modules[y * self.side + x] {
                total += 1;
                right += usize::from((self.soft[y * self.side + x] < 0.0) == is_dark);
            }
        }
        float(right) / float(total.max(1))
    }

    /// Thresholds from the means of dark and light modules near, found in two rounds.
    fn judge(&mut self) {
        let count = self.levels.len();
        let mean = self.levels.iter().sum::<f32>() / float(count.max(1));
        self.thresholds.clear();
        self.thresholds.resize(count, mean);
        self.contrasts.clear();
        self.contrasts.resize(count, 1.0);
        self.spread_means(true);
        self.spread_means(false);
        self.spread_means(false);
        self.soft.clear();
        let judged = self
            .levels
            .iter()
            .zip(&self.thresholds)
            .zip(&self.contrasts);
        self.soft
            .extend(judged.map(|((level, threshold), contrast)| {
                ((level - threshold) / contrast).clamp(-SURE, SURE)
            }));
    }

    /// One round: `is_first` takes the plain mean of the neighbourhood, later rounds the middle
    /// of its dark and light means.
    fn spread_means(&mut self, is_first: bool) {
        let (side, wide) = (self.side, self.side + 1);
        self.sums.clear();
        self.sums.resize(wide * wide, (0.0, 0.0, 0.0));
        let mut all = (0.0, 0.0, 0.0);
        for y in 0..side {
            let mut row = (0.0, 0.0, 0.0);
            for x in 0..side {
                let at = y * side + x;
                let level = self.levels[at];
                let is_dark = self.plan.modules[at].unwrap_or(level < self.thresholds[at]);
                if is_dark {
                    row = (row.0 + level, row.1, row.2 + 1.0);
                } else {
                    row = (row.0, row.1 + level, row.2);
                }
                let above = self.sums[y * wide + x + 1];
                self.sums[(y + 1) * wide + x + 1] =
                    (above.0 + row.0, above.1 + row.1, above.2 + row.2);
            }
            all = (all.0 + row.0, all.1 + row.1, all.2 + row.2);
        }
        let total = float(side * side);
        let floor = ((all.1 / (total - all.2).max(1.0) - all.0 / all.2.max(1.0)) * 0.1).max(1.0);
        for (x, y) in places(side) {
            let (left, right) = (x.saturating_sub(REACH), (x + REACH + 1).min(side));
            let (top, bottom) = (y.saturating_sub(REACH), (y + REACH + 1).min(side));
            let corner = |x: usize, y: usize| self.sums[y * wide + x];
            let (a, b, c, d) = (
                corner(right, bottom),
                corner(left, top),
                corner(left, bottom),
                corner(right, top),
            );
            let dark = a.0 + b.0 - c.0 - d.0;
            let light = a.1 + b.1 - c.1 - d.1;
            let darks = a.2 + b.2 - c.2 - d.2;
            let area = float((right - left) * (bottom - top));
            let at = y * side + x;
            if is_first {
                self.thresholds[at] = (dark + light) / area;
            } else if darks >= 1.0 && area - darks >= 1.0 {
                let (dark, light) = (dark / darks, light / (area - darks));
                self.thresholds[at] = f32::midpoint(dark, light);
                self.contrasts[at] = ((light - dark) / 2.0).max(floor);
            }
        }
    }

    /// Fills `sharp`: the blur that the known modules show is undone.
    pub(crate) fn sharpen(&mut self) {
        let side = self.side;
        let mut normal = [[0.0; TAPS + 1]; TAPS];
        for (x, y) in places(side) {
            if let Some(is_dark) = self.plan.modules[y * side + x] {
                let wanted = if is_dark { -1.0 } else { 1.0 };
                add(&mut normal, &self.near(x, y), wanted);
            }
        }
        for (tap, row) in normal.iter_mut().enumerate() {
            row[tap] += TRUST;
            row[TAPS] += if tap == 4 { TRUST } else { 0.0 };
        }
        let taps = solve(normal);
        self.sharp.clear();
        for (x, y) in places(side) {
            let near = self.near(x, y);
            let value = near.iter().zip(taps).map(|(near, tap)| near * tap).sum();
            self.sharp.push(value);
        }
    }

    /// A module's neighbourhood and the constant; outside the code it is light.
    fn near(&self, x: usize, y: usize) -> [f32; TAPS] {
        let mut near = [1.0; TAPS];
        let side = self.side;
        for dy in 0..3 {
            for dx in 0..3 {
                let (column, row) = (x + dx, y + dy);
                if (1..=side).contains(&column) && (1..=side).contains(&row) {
                    near[dy * 3 + dx] = self.soft[(row - 1) * side + column - 1];
                }
            }
        }
        near
    }
}

fn places(side: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..side).flat_map(move |y| (0..side).map(move |x| (x, y)))
}

/// Adds one equation to the normal equations.
fn add(normal: &mut [[f32; TAPS + 1]; TAPS], near: &[f32; TAPS], wanted: f32) {
    for (row, &first) in normal.iter_mut().zip(near) {
        for (entry, &second) in row.iter_mut().zip(near) {
            *entry += first * second;
        }
        row[TAPS] += first * wanted;
    }
}

/// Solves the normal equations by elimination; they are positive definite, so no row needs to
/// change its place.
fn solve(mut normal: [[f32; TAPS + 1]; TAPS]) -> [f32; TAPS] {
    for pivot in 0..TAPS {
        let (above, below) = normal.split_at_mut(pivot + 1);
        let own = above[pivot];
        for row in below {
            let share = row[pivot] / own[pivot];
            for (entry, &own) in row.iter_mut().zip(&own).skip(pivot) {
                *entry -= share * own;
            }
        }
    }
    let mut taps = [0.0; TAPS];
    for pivot in (0..TAPS).rev() {
        let row = &normal[pivot];
        let rest: f32 = (pivot + 1..TAPS)
            .map(|later| row[later] * taps[later])
            .sum();
        taps[pivot] = (row[TAPS] - rest) / row[pivot];
    }
    taps
}
