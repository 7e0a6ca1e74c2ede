//! From the code's own square of modules to the picture and back: projective maps.

use wide::f32x4;

/// A place, in pixels of a picture or in modules of a code. Pixel and module `i` covers `i..i+1`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Point {
    /// To the right.
    pub(crate) x: f32,
    /// Down.
    pub(crate) y: f32,
}

impl Point {
    /// A place by its coordinates.
    pub(crate) const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The vector from `self` to `other`.
    pub(crate) fn to(self, other: Self) -> Self {
        Self::new(other.x - self.x, other.y - self.y)
    }

    /// `self` moved by `share` of `step`.
    pub(crate) fn moved(self, step: Self, share: f32) -> Self {
        Self::new(self.x + step.x * share, self.y + step.y * share)
    }

    /// Distance from the origin.
    pub(crate) fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    /// The same direction with length 1; zero stays zero.
    pub(crate) fn unit(self) -> Self {
        let length = self.length();
        if length > 0.0 {
            Self::new(self.x / length, self.y / length)
        } else {
            self
        }
    }

    /// Positive when `other` lies clockwise of `self` on a screen.
    pub(crate) fn cross(self, other: Self) -> f32 {
        self.x * other.y - self.y * other.x
    }

    /// Positive when both point the same way.
    pub(crate) fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }

    /// Both coordinates times `scale`.
    pub(crate) fn scaled(self, scale: f32) -> Self {
        Self::new(self.x * scale, self.y * scale)
    }
}

/// A projective map of the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Warp([f64; 9]);

impl Warp {
    /// The map that takes four points to four others, in order; `None` when three of either lie
    /// on a line.
    pub(crate) fn between(from: &[Point; 4], to: &[Point; 4]) -> Option<Self> {
        let there = Self::of_unit_square(to)?;
        let back = Self::of_unit_square(from)?.inverse()?;
        there.after(&back).normal()
    }

    /// Where `point` goes.
    pub(crate) fn map(&self, point: Point) -> Point {
        let m = &self.0;
        let (x, y) = (f64::from(point.x), f64::from(point.y));
        let w = m[6] * x + m[7] * y + m[8];
        Point::new(
            narrow((m[0] * x + m[1] * y + m[2]) / w),
            narrow((m[3] * x + m[4] * y + m[5]) / w),
        )
    }

    /// Where four places go, each a row of the first coordinates and one of the second.
    pub(crate) fn map_four(entries: &[f32; 9], x: f32x4, y: f32x4) -> (f32x4, f32x4) {
        let m = entries;
        let share = f32x4::ONE / (x * m[6] + y * m[7] + m[8]);
        let across = (x * m[0] + y * m[1] + m[2]) * share;
        (across, (x * m[3] + y * m[4] + m[5]) * share)
    }

    /// The nine entries as narrow numbers, for inner loops.
    pub(crate) fn entries(&self) -> [f32; 9] {
        self.0.map(narrow)
    }

    /// From (0,0), (1,0), (1,1), (0,1) to `quad` (Heckbert's closed form).
    fn of_unit_square(quad: &[Point; 4]) -> Option<Self> {
        let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] =
            quad.map(|p| (f64::from(p.x), f64::from(p.y)));
        let (sx, sy) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
        let (dx1, dy1) = (x1 - x2, y1 - y2);
        let (dx2, dy2) = (x3 - x2, y3 - y2);
        let area = dx1 * dy2 - dx2 * dy1;
        if !area.is_normal() {
            return None;
        }
        let g = (sx * dy2 - dx2 * sy) / area;
        let h = (dx1 * sy - sx * dy1) / area;
        Some(Self([
            x1 - x0 + g * x1,
            x3 - x0 + h * x3,
            x0,
            y1 - y0 + g * y1,
            y3 - y0 + h * y3,
            y0,
            g,
            h,
            1.0,
        ]))
    }

    fn inverse(&self) -> Option<Self> {
        let m = &self.0;
        // The determinant of what is left without one row and one column.
        let minor = |first: usize, second: usize, third: usize, fourth: usize| {
            m[first] * m[second] - m[third] * m[fourth]
        };
        let minors = [
            minor(4, 8, 5, 7),
            minor(2, 7, 1, 8),
            minor(1, 5, 2, 4),
            minor(5, 6, 3, 8),
            minor(0, 8, 2, 6),
            minor(2, 3, 0, 5),
            minor(3, 7, 4, 6),
            minor(1, 6, 0, 7),
            minor(0, 4, 1, 3),
        ];
        let determinant = m[0] * minors[0] + m[1] * minors[3] + m[2] * minors[6];
        determinant.is_normal().then_some(Self(minors))
    }

    /// First `first`, then `self`.
    fn after(&self, first: &Self) -> Self {
        let mut product = [0.0; 9];
        for (at, entry) in product.iter_mut().enumerate() {
            let (row, column) = (at / 3 * 3, at % 3);
            *entry = (0..3)
                .map(|k| self.0[row + k] * first.0[k * 3 + column])
                .sum();
        }
        Self(product)
    }

    fn normal(self) -> Option<Self> {
        let last = self.0[8];
        let scaled = self.0.map(|entry| entry / last);
        scaled
            .iter()
            .all(|entry| entry.is_finite())
            .then_some(Self(scaled))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a ten-thousandth of a pixel is exact enough"
)]
fn narrow(wide: f64) -> f32 {
    wide as f32
}
