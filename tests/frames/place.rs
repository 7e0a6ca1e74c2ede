//! Where the phone is before the camera: a plane in space, seen through a pinhole.

use crate::chance::Chance;
use crate::class::Conditions;
use crate::page::Page;
use crate::{HEIGHT, WIDTH};

/// Distance from pinhole to picture in pixels: a view of 65 degrees, as tablets have.
const FOCUS: f64 = 1005.0;

/// The pattern stays this far inside the frame.
const MARGIN: f64 = 6.0;

/// Places that are tried until the pattern lies in the frame.
const TRIES: usize = 500;

/// From a plane to a plane, row by row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Homography([[f64; 3]; 3]);

impl Homography {
    /// Where a point comes to lie.
    pub(crate) fn apply(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let [across, along, depth] = self.sums((x, y));
        (across / depth, along / depth)
    }

    /// The three sums before the division, for walking along a row of pixels.
    pub(crate) fn sums(&self, (x, y): (f64, f64)) -> [f64; 3] {
        self.0.map(|row| row[0] * x + row[1] * y + row[2])
    }

    /// How the sums change with one step to the right.
    pub(crate) fn step(&self) -> [f64; 3] {
        self.0.map(|row| row[0])
    }

    /// The way back. The phone never lies edge on, so there always is one.
    pub(crate) fn inverse(&self) -> Self {
        let m = &self.0;
        let minor = |row: usize, column: usize| {
            let (below, last) = ((row + 1) % 3, (row + 2) % 3);
            let (right, end) = ((column + 1) % 3, (column + 2) % 3);
            m[below][right] * m[last][end] - m[below][end] * m[last][right]
        };
        let whole = (0..3)
            .map(|column| m[0][column] * minor(0, column))
            .sum::<f64>();
        let mut back = [[0.0; 3]; 3];
        for (row, line) in back.iter_mut().enumerate() {
            for (column, value) in line.iter_mut().enumerate() {
                *value = minor(column, row) / whole;
            }
        }
        Self(back)
    }
}

/// A phone in space.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pose {
    /// Side of the QR code in pixels if it faced the camera.
    pub(crate) side: f64,
    tilt: f64,
    /// The direction it is tilted to.
    azimuth: f64,
    turn: f64,
    /// Of the pattern's middle from the frame's.
    offset: (f64, f64),
}

impl Pose {
    /// One of the class, with the whole pattern in the frame.
    pub(crate) fn find(page: &Page, conditions: &Conditions, chance: &mut Chance) -> Self {
        let mut pose = Self::any(conditions, chance);
        for _ in 0..TRIES {
            if pose.shows_all(page) {
                return pose;
            }
            pose = Self::any(conditions, chance);
        }
        // The smallest of the class, in the middle, always fits.
        let side = f64::from(conditions.side.0) * 0.9;
        let offset = (0.0, 0.0);
        Self {
            side,
            offset,
            ..pose
        }
    }

    /// The same phone a moment later, in a hand that is not quite still.
    pub(crate) fn trembling(self, chance: &mut Chance) -> Self {
        let mut little = |reach: f64| f64::from(chance.bell()) * reach;
        Self {
            side: self.side * (1.0 + little(0.004)),
            tilt: self.tilt + little(0.004),
            turn: self.turn + little(0.004),
            offset: (self.offset.0 + little(2.5), self.offset.1 + little(2.5)),
            ..self
        }
    }

    fn any(conditions: &Conditions, chance: &mut Chance) -> Self {
        let (small, large) = conditions.side;
        // Even in the logarithm: near phones are not more frequent than far ones.
        let side = small * libm::powf(large / small, chance.unit());
        let turn = chance.between((-conditions.turn, conditions.turn));
        Self {
            side: f64::from(side),
            tilt: f64::from(chance.between(conditions.tilt)).to_radians(),
            azimuth: f64::from(chance.between((0.0, 360.0))).to_radians(),
            turn: f64::from(turn).to_radians(),
            offset: (
                f64::from(chance.bell()) * 150.0,
                f64::from(chance.bell()) * 60.0,
            ),
        }
    }

    fn shows_all(&self, page: &Page) -> bool {
        let to_frame = self.homography(page);
        page.quad.iter().all(|corner| {
            let (x, y) = to_frame.apply(*corner);
            (MARGIN..WIDTH as f64 - MARGIN).contains(&x)
                && (MARGIN..HEIGHT as f64 - MARGIN).contains(&y)
        })
    }

    /// From the page to the frame.
    pub(crate) fn homography(&self, page: &Page) -> Homography {
        let distance = FOCUS * page.side as f64 / self.side;
        let (right, down) = self.axes();
        let (cx, cy) = page.middle;
        let origin: [f64; 3] = std::array::from_fn(|axis| {
            let depth = if axis == 2 { distance } else { 0.0 };
            depth - right[axis] * cx - down[axis] * cy
        });
        let (mx, my) = (
            WIDTH as f64 / 2.0 + self.offset.0,
            HEIGHT as f64 / 2.0 + self.offset.1,
        );
        let seen = |at: [f64; 3]| {
            [
                FOCUS * at[0] + mx * at[2],
                FOCUS * at[1] + my * at[2],
                at[2],
            ]
        };
        let (a, b, c) = (seen(right), seen(down), seen(origin));
        Homography(std::array::from_fn(|row| [a[row], b[row], c[row]]))
    }

    /// The page's two directions in space: tilted about an axis in its own plane, then turned.
    fn axes(&self) -> ([f64; 3], [f64; 3]) {
        let (ax, ay) = (libm::cos(self.azimuth), libm::sin(self.azimuth));
        let (st, ct) = (libm::sin(self.tilt), libm::cos(self.tilt));
        let (sr, cr) = (libm::sin(self.turn), libm::cos(self.turn));
        let turned = |[x, y, z]: [f64; 3]| [cr * x - sr * y, sr * x + cr * y, z];
        let right = [ct + ax * ax * (1.0 - ct), ax * ay * (1.0 - ct), -ay * st];
        let down = [ax * ay * (1.0 - ct), ct + ay * ay * (1.0 - ct), ax * st];
        (turned(right), turned(down))
    }
}

#[cfg(test)]
mod tests {
    use super::Homography;

    #[test]
    fn the_way_back_leads_back() {
        let there = Homography([[1.1, 0.2, 30.0], [-0.1, 0.9, 12.0], [1e-4, -2e-4, 1.0]]);
        let (x, y) = there.inverse().apply(there.apply((321.0, 123.0)));
        assert!((x - 321.0).abs() < 1e-6 && (y - 123.0).abs() < 1e-6);
    }
}
