//! Three finders that may be the corners of one code, likeliest first.

use crate::finder::Finder;
use crate::number::float;
use crate::warp::Point;

/// Most triples that are measured in one picture.
pub(crate) const TRIPLES_MAX: usize = 60;

/// Of each finder's neighbours with modules of its size, only the nearest are its partners.
const PARTNERS_MAX: usize = 10;

/// Middles of a code's finders are this many modules apart at least (version 1) and at most.
const APART: (f32, f32) = (14.0, 170.0);

/// Three finders: the one at the corner, the one to its right and the one below, as the code sees
/// them if it is not mirrored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Triple {
    /// Indices of corner, right and below.
    pub(crate) finders: [usize; 3],
    /// How unlike a code's it is; 0 is a perfect one.
    pub(crate) doubt: f32,
}

/// Fills `triples` with the plausible ones among `finders`, best first. At least one of each has an
/// index from `fresh` on: the others were tried before.
pub(crate) fn choose(finders: &[Finder], fresh: usize, triples: &mut Vec<Triple>) {
    triples.clear();
    for (corner, finder) in finders.iter().enumerate() {
        let (partners, count) = partners(finders, corner);
        for (at, &second) in partners[..count].iter().enumerate() {
            for &third in &partners[..at] {
                if corner.max(second).max(third) < fresh {
                    continue;
                }
                let (Some(a), Some(b)) = (finders.get(second), finders.get(third)) else {
                    continue;
                };
                let is_clockwise =
                    finder.middle.to(a.middle).cross(finder.middle.to(b.middle)) > 0.0;
                let (right, below) = if is_clockwise {
                    (second, third)
                } else {
                    (third, second)
                };
                if let Some(doubt) = doubt(finder, &finders[right], &finders[below]) {
                    offer(
                        Triple {
                            finders: [corner, right, below],
                            doubt,
                        },
                        triples,
                    );
                }
            }
        }
    }
}

/// Keeps the best [`TRIPLES_MAX`], in order.
fn offer(triple: Triple, triples: &mut Vec<Triple>) {
    let is_full = triples.len() == TRIPLES_MAX;
    if is_full
        && triples
            .last()
            .is_some_and(|worst| worst.doubt <= triple.doubt)
    {
        return;
    }
    if is_full {
        triples.pop();
    }
    let at = triples.partition_point(|better| better.doubt <= triple.doubt);
    triples.insert(at, triple);
}

/// The nearest finders of the same kind and about the same size.
fn partners(finders: &[Finder], corner: usize) -> ([usize; PARTNERS_MAX], usize) {
    let mut nearest = [(f32::MAX, 0); PARTNERS_MAX];
    let mut count = 0;
    let own = &finders[corner];
    for (at, other) in finders.iter().enumerate() {
        let ratio = own.module() / other.module();
        let distance = own.middle.to(other.middle).length();
        let modules = distance / (own.module() * other.module()).sqrt();
        let is_partner = at != corner
            && own.is_light == other.is_light
            && (0.45..2.2).contains(&ratio)
            && modules > APART.0 * 0.5
            && modules < APART.1 * 1.5;
        // A likely finder counts as nearer: chance hits lie between the code's own.
        let faint = if other.rows > 1 { 1.0 } else { 2.0 };
        let rank = distance * faint * (0.1 + other.doubt);
        if is_partner && rank < nearest[PARTNERS_MAX - 1].0 {
            let place = nearest.partition_point(|&(before, _)| before <= rank);
            nearest[place..].rotate_right(1);
            nearest[place] = (rank, at);
            count = (count + 1).min(PARTNERS_MAX);
        }
    }
    (nearest.map(|(_, at)| at), count)
}

/// How unlike three corners of a code these are; `None` when they cannot be.
fn doubt(corner: &Finder, right: &Finder, below: &Finder) -> Option<f32> {
    let (x, y) = (
        corner.middle.to(right.middle),
        corner.middle.to(below.middle),
    );
    let (width, height) = (x.length(), y.length());
    let slant = (x.dot(y) / (width * height)).abs();
    let modules_x = width / mean_module(corner, right, x);
    let modules_y = height / mean_module(corner, below, y);
    let modules = f32::midpoint(modules_x, modules_y);
    let is_plausible = slant < 0.65
        && is_within(modules_x / modules_y, 1.8)
        && is_within(width / height, 2.2)
        && (APART.0 * 0.75..APART.1 * 1.25).contains(&modules);
    if !is_plausible {
        return None;
    }
    let unequal = (modules_x / modules_y).ln().abs();
    let uneven = (width / height).ln().abs();
    let sizes = [corner, right, below].map(Finder::module);
    let spread = (sizes.iter().copied().fold(0.0, f32::max)
        / sizes.iter().copied().fold(f32::MAX, f32::min))
    .ln();
    let faint = [corner, right, below]
        .iter()
        .filter(|finder| finder.rows < 2)
        .count();
    let unlike = corner.doubt + right.doubt + below.doubt;
    // Between codes of many sizes the small triples are the likelier: no code lies inside another.
    let large = (modules / APART.0).max(1.0).ln() * 0.15;
    Some(slant + unequal * 2.0 + uneven + spread + 0.15 * float(faint) + large + unlike)
}

/// True when `ratio` is at most `most` either way round.
fn is_within(ratio: f32, most: f32) -> bool {
    ratio < most && ratio * most > 1.0
}

/// Mean module size of two finders along the line between them: the runs of a turned square along
/// the axes are longer than its sides.
fn mean_module(first: &Finder, second: &Finder, along: Point) -> f32 {
    let unit = along.unit();
    let (x, y) = (unit.x.abs(), unit.y.abs());
    let size = |finder: &Finder| {
        if x > y {
            finder.across * x
        } else {
            finder.down * y
        }
    };
    (size(first) * size(second)).sqrt()
}
