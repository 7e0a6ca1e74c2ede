//! Finder patterns in the bit plane: dark, light, dark, light, dark as 1:1:3:1:1, or the inverse.
//!
//! Rows are searched by the lengths of their runs; what fits is checked along its column, its row
//! again and a diagonal. Every line through the middle of concentric squares shows the same
//! ratio, however the square is turned or leans.
//!
//! Bounded: at most [`CHECKS_MAX`] cross-checks a picture, [`ROW_CHECKS_MAX`] of them in one row,
//! and [`FINDERS_MAX`] finders.

use std::ops::RangeInclusive;

use crate::lanes::{self, ENDS};
use crate::number::{float, floor};
use crate::plane::Plane;
use crate::warp::Point;

/// Most finders that are kept; beyond it those seen in the fewest rows go.
pub(crate) const FINDERS_MAX: usize = 160;

/// Most cross-checks of one picture.
pub(crate) const CHECKS_MAX: usize = 3000;

/// Most cross-checks in one row, so that text at the top cannot use up all of them.
const ROW_CHECKS_MAX: usize = 40;

/// Of the hits of the last rows one is remembered for each of so many strips of the picture, which
/// are so many pixels wide; pictures that are wider begin again with the first.
const LATELY: usize = 512;
const STRIP: usize = 4;

/// Strips to each side in which the same may have been seen.
const STRIPS_NEAR: usize = 3;

/// Largest module that is followed, in pixels.
const MODULE_MAX: usize = 64;

/// A finder pattern of either polarity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finder {
    /// Its middle.
    pub(crate) middle: Point,
    /// A seventh of its width along a row, in pixels.
    pub(crate) across: f32,
    /// A seventh of its height along a column, in pixels.
    pub(crate) down: f32,
    /// True for a light middle on dark ground.
    pub(crate) is_light: bool,
    /// Rows that showed it.
    pub(crate) rows: usize,
    /// How far its runs are from a finder's ratio, in modules; 0 is a perfect one.
    pub(crate) doubt: f32,
}

impl Finder {
    /// Rough size of a module, in pixels along the axes.
    pub(crate) fn module(&self) -> f32 {
        (self.across * self.down).sqrt()
    }

    /// The same finder in a picture whose pixels are `scale` times as many.
    pub(crate) fn scaled(&self, scale: f32) -> Self {
        Self {
            middle: self.middle.scaled(scale),
            across: self.across * scale,
            down: self.down * scale,
            ..*self
        }
    }

    /// True when both are the same finder, seen twice.
    pub(crate) fn is_near(&self, other: &Self) -> bool {
        let reach = 2.0 * self.module().max(other.module());
        self.is_light == other.is_light
            && (self.middle.x - other.middle.x).abs() < reach
            && (self.middle.y - other.middle.y).abs() < reach
    }
}

/// Five neighbouring runs.
type Runs = [usize; 5];

/// What is looked for in one picture.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Every how many rows it is searched.
    pub(crate) row_step: usize,
    /// Pixels across a finder.
    pub(crate) spans: RangeInclusive<usize>,
    /// Most cross-checks.
    pub(crate) checks: usize,
    /// True when a finder must be seen in two rows before its column is looked at: that is where
    /// most of noise's chance hits end.
    pub(crate) is_noisy: bool,
}

/// Reused memory of the search.
#[derive(Default)]
pub(crate) struct Rows {
    /// Where the colour changes in one row.
    ends: Vec<i16>,
    lately: Lately,
}

/// Finds patterns in `plane`; `found` is refilled. Returns the number of cross-checks.
pub(crate) fn search(
    plane: &Plane,
    wanted: &Wanted,
    rows: &mut Rows,
    found: &mut Vec<Finder>,
) -> usize {
    found.clear();
    if wanted.is_noisy {
        rows.lately = Lately::default();
    }
    let mut search = Search {
        plane,
        wanted,
        lately: &mut rows.lately,
        found,
        checks_left: wanted.checks,
    };
    for y in (0..plane.height()).step_by(wanted.row_step.max(1)) {
        let is_first_dark = plane.changes(y, &mut rows.ends);
        search.row(y, is_first_dark, &mut rows.ends);
    }
    wanted.checks - search.checks_left
}

/// A search under way.
struct Search<'a> {
    plane: &'a Plane,
    wanted: &'a Wanted,
    lately: &'a mut Lately,
    found: &'a mut Vec<Finder>,
    checks_left: usize,
}

impl Search<'_> {
    /// Searches row `y`, whose colour changes at `ends`.
    fn row(&mut self, y: usize, is_first_dark: bool, ends: &mut Vec<i16>) {
        let windows = ends.len().saturating_sub(5);
        ends.resize(windows.next_multiple_of(ENDS) + 5, 0);
        let mut left = ROW_CHECKS_MAX.min(self.checks_left);
        for first in (0..windows).step_by(ENDS) {
            let eight = ends.get(first..).and_then(<[i16]>::first_chunk);
            let mut likely = eight.map_or(0, lanes::finders);
            while likely != 0 && left > 0 {
                let at = first + lowest(likely);
                likely &= likely - 1;
                let six = std::array::from_fn(|end| place(ends[at + end]));
                let is_dark = is_first_dark == at.is_multiple_of(2);
                if at < windows && self.is_checked(&six, y, is_dark) {
                    self.checks_left -= 1;
                    left -= 1;
                }
            }
        }
    }

    /// Keeps what lies between six ends of row `y` if it is a finder; true when that took a check.
    fn is_checked(&mut self, ends: &[usize; 6], y: usize, is_dark: bool) -> bool {
        if !is_fit(ends, self.wanted) {
            return false;
        }
        let seen = Seen::of(ends, y, is_dark);
        let is_seen_once = self.wanted.is_noisy && !self.lately.has_shown(&seen);
        if is_seen_once || count_again(&seen, self.found) {
            return false;
        }
        if let Some(finder) = seen.checked(self.plane) {
            keep(finder, self.found);
        }
        true
    }
}

/// True when the runs between such ends are a finder's of the wanted size.
fn is_fit(ends: &[usize; 6], wanted: &Wanted) -> bool {
    is_central(ends) && wanted.spans.contains(&(ends[5] - ends[0])) && fits(&runs_between(ends))
}

/// The place of the lowest bit.
fn lowest(bits: u32) -> usize {
    usize::try_from(bits.trailing_zeros()).unwrap_or(0)
}

/// A column of a picture.
fn place(end: i16) -> usize {
    usize::try_from(end).unwrap_or(0)
}

/// What the last rows showed.
struct Lately {
    /// Middle, row and span, strip by strip.
    seen: [(u16, u16, u16); LATELY],
}

impl Default for Lately {
    fn default() -> Self {
        Self {
            seen: [(0, 0, 0); LATELY],
        }
    }
}

impl Lately {
    /// True when a row shortly above showed the same; remembers it in any case.
    fn has_shown(&mut self, seen: &Seen) -> bool {
        let narrow = |size: usize| u16::try_from(size).unwrap_or(u16::MAX);
        let (x, y, span) = (narrow(seen.x), narrow(seen.y), narrow(seen.span));
        let is_same = |&(old_x, old_y, old_span): &(u16, u16, u16)| {
            old_y < y
                && 7 * (y - old_y) <= 3 * span
                && 7 * x.abs_diff(old_x) <= span
                && 4 * span.abs_diff(old_span) <= span
        };
        let strip = seen.x / STRIP;
        let first = strip + LATELY - STRIPS_NEAR;
        let mut near = (first..=first + 2 * STRIPS_NEAR).map(|strip| &self.seen[strip % LATELY]);
        let is_known = near.any(is_same);
        self.seen[strip % LATELY] = (x, y, span);
        is_known
    }
}

/// Leaves the `most` likeliest of `found`.
pub(crate) fn thin_out(found: &mut Vec<Finder>, most: usize) {
    if found.len() > most {
        let rank = |finder: &Finder| finder.doubt - 0.05 * float(finder.rows.min(8));
        found.sort_unstable_by(|a, b| rank(a).total_cmp(&rank(b)));
        found.truncate(most);
    }
}

/// Five runs that fit, along some line.
struct Cross {
    /// Coordinate of the middle.
    middle: f32,
    /// Length of the middle run.
    length: f32,
    /// Length of all five.
    whole: f32,
    /// How far the runs are from the ratio.
    doubt: f32,
}

/// A row's five runs that fit.
struct Seen {
    x: usize,
    y: usize,
    span: usize,
    is_dark: bool,
}

impl Seen {
    fn of(ends: &[usize; 6], y: usize, is_dark: bool) -> Self {
        Self {
            x: usize::midpoint(ends[2], ends[3]),
            y,
            span: ends[5] - ends[0],
            is_dark,
        }
    }

    /// The finder, if column, row and one diagonal agree.
    fn checked(&self, plane: &Plane) -> Option<Finder> {
        let down = self.cross(plane, (self.x, self.y), (0, 1))?;
        let y = down.middle;
        let across = self.cross(plane, (self.x, floor(y)), (1, 0))?;
        let x = across.middle;
        let seen = float(self.span) * 3.0 / 7.0;
        let (wide, high) = (across.length, down.length);
        if high > 2.5 * wide || wide > 2.5 * high || seen > 2.0 * wide {
            return None;
        }
        let at = (floor(x), floor(y));
        let diagonal = self
            .cross(plane, at, (1, 1))
            .or_else(|| self.cross(plane, at, (1, -1)))?;
        Some(Finder {
            middle: Point::new(x, y),
            across: across.whole / 7.0,
            down: down.whole / 7.0,
            is_light: !self.is_dark,
            rows: 1,
            doubt: (down.doubt + across.doubt + diagonal.doubt) / 3.0,
        })
    }

    /// What lies through `at` along `step`, if the five runs fit.
    fn cross(&self, plane: &Plane, at: (usize, usize), step: (isize, isize)) -> Option<Cross> {
        let (runs, ahead) = self.runs(plane, at, step)?;
        if !fits(&runs) {
            return None;
        }
        let origin = if step.0 == 0 { at.1 } else { at.0 };
        let length = float(runs[2]);
        Some(Cross {
            middle: float(origin + ahead) - length / 2.0,
            length,
            whole: float(runs.iter().sum()),
            doubt: doubt(&runs),
        })
    }

    /// The five runs through `at` along `step`, and how far the middle one goes from `at`.
    fn runs(
        &self,
        plane: &Plane,
        at: (usize, usize),
        (dx, dy): (isize, isize),
    ) -> Option<(Runs, usize)> {
        let reach = (2 * self.span).min(4 * MODULE_MAX);
        let ahead = plane.runs(at, (dx, dy), self.is_dark, reach)?;
        let behind = plane.runs(at, (-dx, -dy), self.is_dark, reach)?;
        // Both halves count the pixel they begin at.
        let middle = ahead[0] + behind[0] - 1;
        let runs = [behind[2], behind[1], middle, ahead[1], ahead[2]];
        Some((runs, ahead[0]))
    }
}

/// True when the middle run is between a quarter and five eighths of the five: most runs of a busy
/// picture end here.
fn is_central(ends: &[usize; 6]) -> bool {
    let (middle, total) = (ends[3] - ends[2], ends[5] - ends[0]);
    4 * middle >= total && 8 * middle <= 5 * total
}

/// True when the runs are loosely 1:1:3:1:1. A wrong threshold makes all dark runs longer and all
/// light ones shorter by the same, which sums of a dark and a light one do not see.
fn fits(runs: &Runs) -> bool {
    if runs.contains(&0) {
        return false;
    }
    let total: usize = runs.iter().sum();
    // In quarters of a module: `total` is seven modules.
    let quarters = |length: usize| length * 28;
    let pair = |a: usize, b: usize| quarters(runs[a] + runs[b]);
    let near = |length: usize, modules: usize, slack: usize| {
        length.abs_diff(4 * modules * total) <= slack * total
    };
    total >= 7
        && near(pair(0, 1), 2, 4)
        && near(pair(3, 4), 2, 4)
        && near(pair(1, 2), 4, 5)
        && near(pair(2, 3), 4, 5)
        && near(quarters(runs[2]), 3, 5)
}

/// Mean distance of the runs from their ratio, in modules.
fn doubt(runs: &Runs) -> f32 {
    let module = float(runs.iter().sum()) / 7.0;
    let off = runs
        .iter()
        .zip([1.0, 1.0, 3.0, 1.0, 1.0])
        .map(|(&run, modules)| (float(run) / module - modules).abs());
    off.sum::<f32>() / 5.0
}

fn runs_between(ends: &[usize; 6]) -> Runs {
    [
        ends[1] - ends[0],
        ends[2] - ends[1],
        ends[3] - ends[2],
        ends[4] - ends[3],
        ends[5] - ends[4],
    ]
}

/// Counts a row of a finder that is known already.
fn count_again(seen: &Seen, found: &mut [Finder]) -> bool {
    let (x, y, module) = (float(seen.x), float(seen.y), float(seen.span) / 7.0);
    let known = found.iter_mut().rev().find(|finder| {
        finder.is_light != seen.is_dark
            && (finder.middle.x - x).abs() < 1.5 * finder.across
            && (finder.middle.y - y).abs() < 2.0 * finder.down
            && module < 1.6 * finder.across
            && finder.across < 1.6 * module
    });
    known.is_some_and(|finder| {
        finder.rows += 1;
        true
    })
}

/// Keeps `finder` unless it is known; of too many, the one seen in the fewest rows goes.
fn keep(finder: Finder, found: &mut Vec<Finder>) {
    if found.iter().any(|known| known.is_near(&finder)) {
        return;
    }
    if found.len() < FINDERS_MAX {
        found.push(finder);
        return;
    }
    let weakest = found.iter_mut().min_by_key(|known| known.rows);
    if let Some(weakest) = weakest {
        *weakest = finder;
    }
}
