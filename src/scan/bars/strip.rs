//! A strip of the picture that lies across bars, straightened, and its brightness along the code.
//!
//! Rows are taken side by side along the code. Where the bars do not stand upright on them, or
//! lean together because the phone is tilted, each row shows the same a little further on: by how
//! much follows from the slopes across and along the rows, and the rows are taken again, until
//! they can be averaged. The mean of many rows has little noise left, which is what makes narrow
//! blurred bars legible.

use wide::f32x4;

use crate::luma::Luma;
use crate::number::{float, floor, likeness};
use crate::warp::{Point, Warp};

/// The numbers of four samples from the first of them.
const LANES: f32x4 = f32x4::new([0.0, 1.0, 2.0, 3.0]);

/// Rows of a strip.
const ROWS: usize = 24;

/// Rows and samples of the first looks are these many times fewer.
const COARSE: usize = 2;

/// Looks that only straighten.
const LOOKS: usize = 3;

/// Samples along bars as long as the patch.
const SAMPLES: f32 = 640.0;

/// Least distance of two samples in pixels.
const STEP_MIN: f32 = 0.34;

/// The same where few rows are taken.
const STEP_FEW: f32 = 0.5;

/// Samples of a strip at most, and where few rows are taken.
const SAMPLES_MAX: usize = 1500;
const SAMPLES_FEW: usize = 1000;

/// Beyond the patch on each side, as a part of it and in pixels.
const MARGIN: (f32, f32) = (0.25, 24.0);

/// So much of the length to each side of the middle is surely bars.
const CORE: f32 = 0.47;

/// Most that bars lean, as a tangent, and most that this grows in a pixel along the code.
const LEAN_MAX: f32 = 0.5;
const SPREAD_MAX: f32 = 0.002;

/// Rows of a strip whose bars' direction is known.
const FEW_ROWS: usize = 6;

/// Neighbouring rows that are less alike do not show the same bars.
const LIKENESS_MIN: f32 = 0.6;

/// Fewer rows that are alike are no bars.
const ROWS_MIN: usize = 5;

/// Where a strip lies: a middle, its direction, how bars lean on it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lie {
    middle: Point,
    along: Point,
    /// Shift along the code for each pixel across it, and how much that grows along the code.
    lean: (f32, f32),
    /// Extent along the code from the middle, in pixels.
    from: f32,
    to: f32,
    /// Size across the code, in pixels.
    height: f32,
}

impl Lie {
    /// Around bars of this size; `None` if there is nothing of them in the picture.
    pub(crate) fn of(
        view: &Luma<'_>,
        middle: Point,
        along: Point,
        (length, height): (f32, f32),
    ) -> Option<Self> {
        let reach = length * (0.5 + MARGIN.0) + MARGIN.1;
        let sides = [
            (middle.x, along.x, float(view.width())),
            (middle.y, along.y, float(view.height())),
        ];
        let (mut from, mut to) = (-reach, reach);
        for (place, step, side) in sides {
            if step.abs() > 1e-4 {
                let ends = ((0.5 - place) / step, (side - 0.5 - place) / step);
                from = from.max(ends.0.min(ends.1));
                to = to.min(ends.0.max(ends.1));
            }
        }
        let lie = Self {
            middle,
            along,
            lean: (0.0, 0.0),
            from,
            to,
            height,
        };
        (to - from > 0.5 * length).then_some(lie)
    }

    /// The place `far` pixels along the code and `down` pixels across it.
    pub(crate) fn place(&self, far: f32, down: f32) -> Point {
        let along = far + down * (self.lean.0 + self.lean.1 * far);
        let across = Point::new(-self.along.y, self.along.x);
        self.middle.moved(self.along, along).moved(across, down)
    }
}

/// Reused samples of one strip.
#[derive(Default)]
pub(crate) struct Strip {
    /// Where it lies.
    pub(crate) lie: Lie,
    /// Pixels between two samples.
    step: f32,
    /// Length of the bars in pixels, about.
    length: f32,
    /// Samples in a row.
    count: usize,
    /// Rows one after the other, in greys.
    rows: Vec<f32>,
    /// Distance of two rows in pixels.
    gap: f32,
    /// Samples that surely show the bars, were they shown: those within the patch.
    core: (usize, usize),
    /// First and last row that show the bars.
    shown: (usize, usize),
    /// How alike a row and the next are.
    alike: Vec<f32>,
}

impl Strip {
    /// Takes the strip at `lie`, whose bars are about `length` pixels long; false if its rows do
    /// not show the same.
    pub(crate) fn take(&mut self, view: &Luma<'_>, lie: Lie, length: f32) -> bool {
        self.lie = lie;
        self.length = length;
        let step = (length / SAMPLES).max(STEP_MIN);
        let fits = (lie.to - lie.from) / float(SAMPLES_MAX);
        let step = step.max(fits);
        for _ in 0..LOOKS {
            self.lay(view, ROWS / COARSE, step * float(COARSE));
            if !self.choose_rows() {
                return false;
            }
            self.straighten();
        }
        self.lay(view, ROWS, step);
        self.choose_rows()
    }

    /// Takes few rows of a page that is seen through `page`: from one place across it to another,
    /// and from one place down it to another, with bars of `length` in the middle.
    pub(crate) fn take_on(
        &mut self,
        view: &Luma<'_>,
        page: &Warp,
        wide: (f32, f32),
        tall: (f32, f32),
        length: f32,
    ) {
        let middle = f32::midpoint(tall.0, tall.1);
        let end = |x: f32| page.map(Point::new(x, middle));
        let whole = end(wide.0).to(end(wide.1)).length();
        self.count = floor(whole / STEP_FEW).clamp(1, SAMPLES_FEW);
        self.step = (wide.1 - wide.0) / float(self.count);
        self.length = length;
        self.lie = Lie {
            from: (wide.0 - wide.1) / 2.0,
            to: (wide.1 - wide.0) / 2.0,
            ..Lie::default()
        };
        self.rows.clear();
        let m = page.entries();
        let x = wide.0 + 0.5 * self.step;
        let steps = [m[0] * self.step, m[3] * self.step, m[6] * self.step];
        for row in 0..FEW_ROWS {
            let y = tall.0 + (tall.1 - tall.0) * (float(row) + 0.5) / float(FEW_ROWS);
            let sum = |at: usize| m[at] * x + m[at + 1] * y + m[at + 2];
            let starts = [sum(0), sum(3), sum(6)];
            let end = self.rows.len() + self.count;
            for at in (0..self.count).step_by(4) {
                let at = f32x4::splat(float(at)) + LANES;
                let part = |which: usize| at * steps[which] + starts[which];
                let share = f32x4::ONE / part(2);
                let four = view.at_four(part(0) * share, part(1) * share);
                self.rows.extend(four.to_array());
            }
            self.rows.truncate(end);
        }
        self.core = self.core();
        self.shown = (0, FEW_ROWS - 1);
    }

    /// True when the first row and the last show the same, as they do of bars.
    pub(crate) fn is_even(&self) -> bool {
        let core = self.core.0..self.core.1;
        let row = |number: usize| self.rows.chunks_exact(self.count.max(1)).nth(number);
        let ends = row(self.shown.0).zip(row(self.shown.1));
        let ends = ends.and_then(|(first, last)| first.get(core.clone()).zip(last.get(core)));
        ends.is_some_and(|(first, last)| likeness(first, last) > LIKENESS_MIN)
    }

    /// The samples that surely show the bars.
    fn core(&self) -> (usize, usize) {
        let (middle, length) = self.extent();
        let at = |far: f32| floor((middle + far * length).max(0.0)).min(self.count);
        (at(-CORE), at(CORE))
    }

    /// The middle and the length of the bars in samples.
    pub(crate) fn extent(&self) -> (f32, f32) {
        (-self.lie.from / self.step, self.length / self.step)
    }

    /// Distance of sample `at` from the middle, in pixels along the code.
    pub(crate) fn far(&self, at: f32) -> f32 {
        self.lie.from + at * self.step
    }

    /// The outermost rows that show the bars, in pixels across the code.
    pub(crate) fn sides(&self) -> (f32, f32) {
        (self.down(self.shown.0), self.down(self.shown.1))
    }

    /// How far row `row` lies from the middle.
    fn down(&self, row: usize) -> f32 {
        (float(row) + 0.5) * self.gap - self.lie.height / 2.0
    }

    /// Fills `profile` with the mean brightness along the code over part `part` of `parts` of the
    /// rows, as light: screens and cameras give greys that are about the root of it.
    pub(crate) fn mean(&self, part: usize, parts: usize, profile: &mut Vec<f32>) {
        let rows = self.shown.1 + 1 - self.shown.0;
        let first = self.shown.0 + rows * part / parts;
        let last = (self.shown.0 + rows * (part + 1) / parts).max(first + 1);
        profile.clear();
        profile.resize(self.count, 0.0);
        let rows = self.rows.chunks_exact(self.count.max(1));
        for row in rows.skip(first).take(last - first) {
            for (sum, grey) in profile.iter_mut().zip(row) {
                *sum += grey;
            }
        }
        let share = 1.0 / (255.0 * float(last - first));
        for sum in profile {
            let grey = *sum * share;
            *sum = grey * grey;
        }
    }

    #[inline(never)]
    fn lay(&mut self, view: &Luma<'_>, rows: usize, step: f32) {
        let lie = self.lie;
        self.step = step;
        self.gap = lie.height / float(rows);
        self.count = floor((lie.to - lie.from) / step).clamp(1, SAMPLES_MAX);
        self.core = self.core();
        self.rows.clear();
        for row in 0..rows {
            let down = self.down(row);
            let start = lie.place(lie.from, down);
            let end = lie.place(lie.from + step, down);
            let step = start.to(end);
            let end = self.rows.len() + self.count;
            for at in (0..self.count).step_by(4) {
                let at = f32x4::splat(float(at)) + LANES;
                let four = view.at_four(at * step.x + start.x, at * step.y + start.y);
                self.rows.extend(four.to_array());
            }
            self.rows.truncate(end);
        }
    }

    /// Finds the most rows in a row that are alike.
    #[inline(never)]
    fn choose_rows(&mut self) -> bool {
        self.alike.clear();
        let rows: Rows<'_> = self.rows.chunks_exact(self.count.max(1));
        let next = rows.clone().skip(1);
        let core = self.core.0..self.core.1;
        self.alike.extend(
            rows.zip(next)
                .map(|(a, b)| likeness(&a[core.clone()], &b[core.clone()])),
        );
        let (mut first, mut best) = (0, (0, 0));
        for (at, alike) in self.alike.iter().enumerate() {
            if *alike < LIKENESS_MIN {
                first = at + 1;
            } else if at + 1 - first > best.1 - best.0 {
                best = (first, at + 1);
            }
        }
        self.shown = best;
        let is_coarse = self.alike.len() < ROWS / 2;
        let least = if is_coarse {
            ROWS_MIN / COARSE
        } else {
            ROWS_MIN
        };
        best.1 - best.0 >= least
    }

    /// Measures how the bars lean, from the slopes along and across the rows that show them.
    fn straighten(&mut self) {
        let mut sums = [0.0_f32; 5];
        let count = self.count;
        for row in self.shown.0..self.shown.1 {
            let (above, below) = self.rows[row * count..(row + 2) * count].split_at(count);
            for at in self.core.0.max(1)..self.core.1.min(count - 1) {
                let slope = (above[at + 1] - above[at - 1] + below[at + 1] - below[at - 1])
                    / (4.0 * self.step);
                let change = (below[at] - above[at]) / self.gap;
                // In thousands of pixels, so that the sums stay alike.
                let far = self.far(float(at)) / 1000.0;
                let square = slope * slope;
                let parts = [
                    square,
                    square * far,
                    square * far * far,
                    slope * change,
                    slope * change * far,
                ];
                for (sum, part) in sums.iter_mut().zip(parts) {
                    *sum += part;
                }
            }
        }
        let [one, far, far_far, change, change_far] = sums;
        let whole = one * far_far - far * far;
        if whole > 0.0 {
            let lean = (far * change_far - far_far * change) / whole;
            let grows = (far * change - one * change_far) / whole;
            self.lie.lean.0 = (self.lie.lean.0 + lean).clamp(-LEAN_MAX, LEAN_MAX);
            self.lie.lean.1 = (self.lie.lean.1 + grows / 1000.0).clamp(-SPREAD_MAX, SPREAD_MAX);
        }
    }
}

/// Rows of a strip.
type Rows<'a> = std::slice::ChunksExact<'a, f32>;
