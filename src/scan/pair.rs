//! A code of which two finders are known: where its corners are.
//!
//! A lamp's reflection or a finger hides one finder more often than two. The two that are left show
//! how the code lies, how it leans and how large it is, near enough for the third to be sought on
//! grey, or to be done without.

use crate::grid::Grid;
use crate::luma::Luma;
use crate::number::float;
use crate::square::Square;
use crate::symbol::{FINDER_MIDDLE, SIDES};
use crate::warp::Point;

/// Sizes that are tried: versions 1 to 4, as payment codes have.
const SIZES: usize = 4;

/// Of these, so many are near enough to what is measured.
const NEAR: usize = 2;

/// How far a distance may be from a size's, as a ratio either way.
const SLACK: f32 = 1.22;

/// A far module is at least this part of a near one, as a square root.
const LEAN_MAX: f32 = 0.7;

/// Farthest that modules shrink across the whole code.
const FALL_MAX: f32 = 0.4;

/// Less alike than this, a third finder is not seen.
const THIRD_MIN: f32 = 0.35;

/// Timing patterns that alternate less than this are none.
const TIMING_MIN: f32 = 0.3;

/// Calls `found` with every grid that two finders, in pixels of `view`, may belong to.
pub(crate) fn grids(view: &Luma<'_>, pair: &[Square; 2], mut found: impl FnMut(Grid)) {
    let [first, second] = pair;
    let ratio = first.module() / second.module();
    if first.is_light != second.is_light || !(0.5..2.0).contains(&ratio) {
        return;
    }
    let Some((x, y)) = first.place(second.middle) else {
        return;
    };
    let (wide, high) = (x.abs(), y.abs());
    if high < 0.3 * wide || wide < 0.3 * high {
        beside(view, pair, &mut found);
    } else if wide < 1.8 * high && high < 1.8 * wide {
        // Seen from the other end the far modules are the near ones.
        let modules = f32::midpoint(wide, high) * ratio.sqrt();
        across(view, pair, modules, &mut found);
    }
}

/// The sides of codes whose finders' middles are about so many modules apart, the nearest first.
fn sides(modules: f32) -> impl Iterator<Item = usize> {
    let off = move |side: usize| (modules / apart(side)).ln().abs();
    let mut sides: [usize; SIZES] = std::array::from_fn(|at| SIDES.0 + 4 * at);
    sides.sort_unstable_by(|&a, &b| off(a).total_cmp(&off(b)));
    sides
        .into_iter()
        .take(NEAR)
        .filter(move |&side| off(side) < SLACK.ln())
}

/// Modules from the middle of one finder to that of the next.
fn apart(side: usize) -> f32 {
    float(side) - 2.0 * FINDER_MIDDLE
}

/// Both lie at one side of the code.
fn beside(view: &Luma<'_>, [first, second]: &[Square; 2], found: &mut impl FnMut(Grid)) {
    let to = first.middle.to(second.middle);
    let (near, far) = (first.turned(to.unit()), second.turned(to.unit()));
    let lengths = [near, far].map(|square| square.axes[0].length());
    let lean = (lengths[0] / lengths[1]).sqrt();
    let lean = lean.clamp(LEAN_MAX, 1.0 / LEAN_MAX);
    let modules = to.length() / (lengths[0] * lengths[1]).sqrt();
    for side in sides(modules) {
        for inward in [1.0, -1.0] {
            let down = near.axes[1].scaled(inward * apart(side));
            let far_down = far.axes[1].scaled(inward * lean * apart(side));
            // How much modules shrink on the way down.
            let fall = -down.to(far_down).dot(to) / to.dot(to);
            let fall = fall.clamp(-FALL_MAX, FALL_MAX);
            let below = near.middle.moved(down, 1.0 / (1.0 + fall));
            let slant = to.scaled(lean).moved(down, 1.0);
            let opposite = near.middle.moved(slant, 1.0 / (lean + fall));
            let grid = Grid {
                side,
                corners: [near.middle, far.middle, opposite, below],
                is_light: near.is_light,
            };
            if grid.timing_to_right(view) >= TIMING_MIN {
                third(view, &near, &grid, found);
            }
        }
    }
}

/// Seeks the third finder at both places where it may be.
#[inline(never)]
fn third(view: &Luma<'_>, near: &Square, grid: &Grid, found: &mut impl FnMut(Grid)) {
    let [first, second, opposite, below] = grid.corners;
    let seek = |place: Point| {
        let seen = near.sought(view, place);
        let is_seen = seen.likeness >= THIRD_MIN;
        if is_seen {
            place.to(seen.middle)
        } else {
            Point::default()
        }
    };
    // The corner without a finder is off by about as much as the one with it.
    let off = seek(below);
    let corners = [
        first,
        second,
        opposite.moved(off, 1.0),
        below.moved(off, 1.0),
    ];
    found(Grid { corners, ..*grid });
    let off = seek(opposite);
    let corners = [
        second,
        opposite.moved(off, 1.0),
        below.moved(off, 1.0),
        first,
    ];
    found(Grid { corners, ..*grid });
}

/// They lie at opposite corners of the code: the lines of their sides meet at the other two.
fn across(
    view: &Luma<'_>,
    [first, second]: &[Square; 2],
    modules: f32,
    found: &mut impl FnMut(Grid),
) {
    let second = second.turned(first.axes[0].unit());
    let to = first.middle.to(second.middle);
    let meet = |own: Point, other: Point| {
        let area = own.cross(other);
        let is_clear = area.abs() > 0.2 * own.length() * other.length();
        is_clear.then(|| first.middle.moved(own, to.cross(other) / area))
    };
    let [a, b] = first.axes;
    let (Some(one), Some(other)) = (meet(a, second.axes[1]), meet(b, second.axes[0])) else {
        return;
    };
    for side in sides(modules) {
        let seen = [one, other].map(|place| first.sought(view, place));
        let (corner, opposite) = if seen[0].likeness >= seen[1].likeness {
            (seen[0].middle, other)
        } else {
            (seen[1].middle, one)
        };
        found(Grid {
            side,
            corners: [corner, first.middle, opposite, second.middle],
            is_light: first.is_light,
        });
    }
}
