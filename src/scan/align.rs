//! The alignment pattern near the corner without a finder: it pins the grid's far end.

use wide::f32x4;

use crate::grid::Grid;
use crate::luma::Luma;
use crate::number::float;
use crate::symbol::SIDES;
use crate::warp::{Point, Warp};

/// Steps in a module.
const FINE: usize = 2;

/// The numbers of four places from the first of them.
const STEPS: f32x4 = f32x4::new([0.0, 1.0, 2.0, 3.0]);

/// Modules to each side of where the pattern should be.
const REACH: usize = 3;

/// Places along a side of the searched square, with the pattern's own two modules around.
const WIDE: usize = 2 * FINE * (REACH + 2) + 1;

/// Places along a side at which the pattern's middle is tried.
const TRIED: usize = 2 * FINE * REACH + 1;

/// Least difference of its light ring from its dark modules, as a share of what the searched
/// square holds.
const CLEAR: f32 = 0.35;

/// `grid` with its far end on the alignment pattern, if one is seen near where it should be.
pub(crate) fn pin(view: &Luma<'_>, grid: &Grid) -> Option<Grid> {
    if grid.side == SIDES.0 {
        return None;
    }
    let warp = grid.warp()?;
    let middle = grid.alignment();
    let start = Point::new(middle.x - float(REACH) - 2.0, middle.y - float(REACH) - 2.0);
    let entries = warp.entries();
    let mut levels = [[0.0_f32; WIDE]; WIDE];
    let (mut low, mut high) = (f32::MAX, f32::MIN);
    for (row, levels) in levels.iter_mut().enumerate() {
        let down = f32x4::splat(start.y + float(row) / float(FINE));
        for (number, four) in levels.chunks_mut(4).enumerate() {
            let across = (STEPS + float(4 * number)) / float(FINE) + start.x;
            let (x, y) = Warp::map_four(&entries, across, down);
            for (level, seen) in four.iter_mut().zip(view.at_four(x, y).to_array()) {
                *level = if grid.is_light { 255.0 - seen } else { seen };
                (low, high) = (low.min(*level), high.max(*level));
            }
        }
    }
    let (clear, (column, row)) = best(&levels);
    if clear < CLEAR * (high - low) {
        return None;
    }
    let found = warp.map(Point::new(
        start.x + 2.0 + column / float(FINE),
        start.y + 2.0 + row / float(FINE),
    ));
    grid.pinned(middle, found)
}

/// The clearest place and how clear it is, between the steps.
fn best(levels: &[[f32; WIDE]; WIDE]) -> (f32, (f32, f32)) {
    let score = |row: usize, column: usize| {
        // Far places must be clearer: the grid is rarely off by much.
        let off = row.abs_diff(TRIED / 2).max(column.abs_diff(TRIED / 2));
        clearness(levels, column, row) * (1.0 - 0.04 * float(off))
    };
    let scores: [[f32; TRIED]; TRIED] =
        std::array::from_fn(|row| std::array::from_fn(|column| score(row, column)));
    let places = (0..TRIED).flat_map(|row| (0..TRIED).map(move |column| (row, column)));
    let (row, column) = places
        .max_by(|a, b| scores[a.0][a.1].total_cmp(&scores[b.0][b.1]))
        .unwrap_or((TRIED / 2, TRIED / 2));
    let top = scores[row][column];
    let at = |row: usize, column: usize| scores.get(row).and_then(|row| row.get(column)).copied();
    // Where the parabola through a place and its neighbours is highest.
    let bend = |before: Option<f32>, after: Option<f32>| {
        let (before, after) = (before?, after?);
        let curve = 2.0 * top - before - after;
        (curve > 0.0).then(|| (after - before) / curve / 2.0)
    };
    let across = bend(at(row, column.wrapping_sub(1)), at(row, column + 1));
    let down = bend(at(row.wrapping_sub(1), column), at(row + 1, column));
    let place = (
        float(column) + across.unwrap_or(0.0),
        float(row) + down.unwrap_or(0.0),
    );
    (top, place)
}

/// How much lighter the ring is than the middle and the outline.
fn clearness(levels: &[[f32; WIDE]; WIDE], column: usize, row: usize) -> f32 {
    let (mut light, mut dark) = (0.0, 0.0);
    for dy in 0..5_usize {
        for dx in 0..5_usize {
            let level = levels[row + dy * FINE][column + dx * FINE];
            match dx.abs_diff(2).max(dy.abs_diff(2)) {
                1 => light += level / 8.0,
                0 => dark += level / 3.0,
                _ => dark += level / 24.0,
            }
        }
    }
    light - dark
}
