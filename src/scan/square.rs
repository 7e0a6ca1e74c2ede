//! A finder as the square that it is, on grey: its middle and its own two directions.
//!
//! The bit plane shows that there is a finder, not how it is turned or leans. Here the picture is
//! compared with a finder's dark and light modules, which also finds one that a lamp's reflection
//! or a finger keeps from being dark and light in the right places.
//!
//! Bounded: to settle a square takes [`TURNS`] comparisons and twelve for each of [`STEPS`], of
//! [`SEEN`] places each; to seek one, a quick look at nine pixels for each of at most 140 places,
//! and [`CLEAR`] comparisons where that looked best.

use wide::f32x4;

use crate::finder::Finder;
use crate::luma::Luma;
use crate::number::float;
use crate::warp::Point;

/// Cosine and sine of the turns that are tried at first, 0, 22.5, 45 and 67.5 degrees: a square
/// looks the same after a quarter turn.
const TURNS: [(f32, f32); 4] = [(1.0, 0.0), (0.924, 0.383), (0.707, 0.707), (0.383, 0.924)];

/// How far a direction's end is moved, in modules a module, round by round. The middle is moved
/// three times as far.
const STEPS: [f32; 5] = [0.12, 0.12, 0.06, 0.06, 0.03];

/// Modules from the middle to the light ones around a finder.
const REACH: usize = 4;

/// Places that are compared: nine by nine without the corners, which others may have covered.
const SEEN: usize = 77;

/// Sum of their signs: 44 are light and 33 dark.
const SIGNS: f32 = 11.0;

/// Places along each side of the area in which a finder is sought, and how far apart in modules.
const PLACES: (usize, f32) = (11, 0.5);

/// Where the next finder of a code may lie, in modules: from, step, number of steps; and how far
/// to the sides.
const AWAY: (f32, f32, usize) = (11.0, 0.75, 20);
const ASIDE: (f32, usize) = (0.75, 7);

/// Of the places of quick looks, so many are compared as a whole.
const CLEAR: usize = 3;

/// A finder with its own directions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Square {
    /// Its middle.
    pub(crate) middle: Point,
    /// One module along one of its sides, and one along the other.
    pub(crate) axes: [Point; 2],
    /// True for a light middle on dark ground.
    pub(crate) is_light: bool,
    /// How alike the picture is to a finder there: 1 is perfectly, 0 not at all.
    pub(crate) likeness: f32,
}

impl Square {
    /// The likeliest of a few turns of `finder`, all in pixels of `view`.
    pub(crate) fn rough(view: &Luma<'_>, finder: &Finder) -> Self {
        let mut best = Self {
            middle: finder.middle,
            axes: [Point::default(); 2],
            is_light: finder.is_light,
            likeness: -1.0,
        };
        for (cos, sin) in TURNS {
            // The runs of a turned square along the axes are longer than its sides.
            let long = cos.max(sin);
            let (across, down) = (finder.across * long, finder.down * long);
            let axes = [
                Point::new(across * cos, down * sin),
                Point::new(-across * sin, down * cos),
            ];
            best.improve(view, Self { axes, ..best });
        }
        best
    }

    /// The square moved, turned and leant until it is most alike.
    pub(crate) fn settled(mut self, view: &Luma<'_>) -> Self {
        for step in STEPS {
            let size = self.module() * step;
            for (dx, dy) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
                let way = Point::new(dx, dy);
                let middle = self.middle.moved(way, 3.0 * size);
                self.improve(view, Self { middle, ..self });
                let [a, b] = self.axes;
                let axes = [a.moved(way, size), b];
                self.improve(view, Self { axes, ..self });
                let [a, b] = self.axes;
                let axes = [a, b.moved(way, size)];
                self.improve(view, Self { axes, ..self });
            }
        }
        self
    }

    /// The most alike place of such a square near `place`.
    pub(crate) fn sought(&self, view: &Luma<'_>, place: Point) -> Self {
        let (count, step) = PLACES;
        let off = |at: usize| (float(at) - float(count / 2)) * step;
        let [a, b] = self.axes;
        let places =
            (0..count * count).map(|at| place.moved(a, off(at % count)).moved(b, off(at / count)));
        self.clearest(view, places)
    }

    /// The most alike square along each of its four directions, as far as a code's next finder may
    /// be.
    pub(crate) fn neighbours(&self, view: &Luma<'_>) -> [Self; 4] {
        let [a, b] = self.axes;
        let ways = [(a, b), (b, a), (a.scaled(-1.0), b), (b.scaled(-1.0), a)];
        ways.map(|(along, beside)| {
            let (first, step, far) = AWAY;
            let (side_step, wide) = ASIDE;
            let off = |at: usize| (float(at) - float(wide / 2)) * side_step;
            let places = (0..far * wide).map(|at| {
                self.middle
                    .moved(along, first + float(at / wide) * step)
                    .moved(beside, off(at % wide))
            });
            self.clearest(view, places)
        })
    }

    /// Mean size of a module in pixels.
    pub(crate) fn module(&self) -> f32 {
        (self.axes[0].length() * self.axes[1].length()).sqrt()
    }

    /// The same in a picture whose pixels are `scale` times as many.
    pub(crate) fn scaled(&self, scale: f32) -> Self {
        Self {
            middle: self.middle.scaled(scale),
            axes: self.axes.map(|axis| axis.scaled(scale)),
            ..*self
        }
    }

    /// `place` in modules along both directions, counted from the middle.
    pub(crate) fn place(&self, place: Point) -> Option<(f32, f32)> {
        let [a, b] = self.axes;
        let to = self.middle.to(place);
        let area = a.cross(b);
        area.is_normal()
            .then(|| (to.cross(b) / area, a.cross(to) / area))
    }

    /// `square` with its first direction along `way` as well as may be.
    pub(crate) fn turned(&self, way: Point) -> Self {
        let [a, b] = self.axes;
        let (back_a, back_b) = (a.scaled(-1.0), b.scaled(-1.0));
        let mut best = *self;
        for axes in [[b, back_a], [back_a, back_b], [back_b, a]] {
            let along = |axes: &[Point; 2]| axes[0].unit().dot(way);
            if along(&axes) > along(&best.axes) {
                best.axes = axes;
            }
        }
        best
    }

    /// Of `places` the one at which the picture is most alike.
    #[inline(never)]
    fn clearest(&self, view: &Luma<'_>, places: impl Iterator<Item = Point>) -> Self {
        let mut clear = [(f32::MIN, self.middle); CLEAR];
        for place in places {
            let seen = self.glance(view, place);
            if seen > clear[CLEAR - 1].0 {
                let at = clear.partition_point(|known| known.0 >= seen);
                clear[at..].rotate_right(1);
                clear[at] = (seen, place);
            }
        }
        let mut best = Self {
            likeness: -1.0,
            ..*self
        };
        for (_, middle) in clear {
            best.improve(view, Self { middle, ..best });
        }
        best
    }

    /// How much darker the middle and the outline are than the ring between, at nine places.
    fn glance(&self, view: &Luma<'_>, middle: Point) -> f32 {
        let [a, b] = self.axes;
        let at = |a_part: f32, b_part: f32| {
            let place = middle.moved(a, a_part).moved(b, b_part);
            view.near(place.x, place.y)
        };
        let ring = at(2.0, 0.0) + at(-2.0, 0.0) + at(0.0, 2.0) + at(0.0, -2.0);
        let rim = at(3.0, 0.0) + at(-3.0, 0.0) + at(0.0, 3.0) + at(0.0, -3.0);
        let turn = if self.is_light { -1.0 } else { 1.0 };
        turn * (ring - 0.8 * (rim + at(0.0, 0.0)))
    }

    /// Takes `other`'s place and directions if the picture is more alike there.
    #[inline(never)]
    fn improve(&mut self, view: &Luma<'_>, other: Self) {
        let likeness = other.alike(view);
        if likeness > self.likeness {
            *self = Self { likeness, ..other };
        }
    }

    /// Correlation of what is seen with a finder and the light around it.
    fn alike(&self, view: &Luma<'_>) -> f32 {
        let [a, b] = self.axes;
        let splat = |point: Point| (f32x4::splat(point.x), f32x4::splat(point.y));
        let ((middle_x, middle_y), (a_x, a_y), (b_x, b_y)) =
            (splat(self.middle), splat(a), splat(b));
        let mut sums = [f32x4::ZERO; 3];
        for four in &PATTERN {
            let [column, row, sign, weight] = four.map(f32x4::new);
            let level = weight
                * view.at_four(
                    middle_x + a_x * column + b_x * row,
                    middle_y + a_y * column + b_y * row,
                );
            sums[0] += level;
            sums[1] += level * level;
            sums[2] += level * sign;
        }
        let [sum, squares, product] = sums.map(f32x4::reduce_add);
        let count = float(SEEN);
        let spread = squares - sum * sum / count;
        let sign_spread = count - SIGNS * SIGNS / count;
        let together = product - sum * SIGNS / count;
        let turn = if self.is_light { -1.0 } else { 1.0 };
        turn * together / (spread * sign_spread).sqrt().max(1.0)
    }
}

/// The places that are compared, four by four: column, row, sign (1 light, -1 dark) and weight, 0
/// for those that only fill the last four.
const PATTERN: [[[f32; 4]; 4]; SEEN.div_ceil(4)] = pattern();

const fn pattern() -> [[[f32; 4]; 4]; SEEN.div_ceil(4)] {
    let off = [-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0];
    let mut pattern = [[[0.0; 4]; 4]; SEEN.div_ceil(4)];
    let (mut at, mut place) = (0, 0);
    while place < off.len() * off.len() {
        let (column, row) = (place % off.len(), place / off.len());
        let (wide, high) = (column.abs_diff(REACH), row.abs_diff(REACH));
        let ring = if wide > high { wide } else { high };
        if wide + high < 2 * REACH {
            let sign = if ring == 2 || ring == REACH {
                1.0
            } else {
                -1.0
            };
            let values = [off[column], off[row], sign, 1.0];
            let mut kind = 0;
            while kind < values.len() {
                pattern[at / 4][kind][at % 4] = values[kind];
                kind += 1;
            }
            at += 1;
        }
        place += 1;
    }
    pattern
}
