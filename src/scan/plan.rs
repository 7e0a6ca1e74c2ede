//! What every code of one size has in the same places, laid out once for all codes of that size.

use wide::f32x4;

use crate::number::float;
use crate::symbol::known;

/// Four known modules: their middles, -1 where they are dark and 1 where light, and 0 with the
/// weight 0 where the last four are not full.
#[derive(Clone, Copy)]
pub(crate) struct Four {
    /// From the left.
    pub(crate) x: f32x4,
    /// From the top.
    pub(crate) y: f32x4,
    /// Dark or light.
    pub(crate) sign: f32x4,
    /// Whether it is one.
    pub(crate) weight: f32x4,
}

/// The modules of codes of one size.
#[derive(Default)]
pub(crate) struct Plan {
    side: usize,
    /// What is known of each module, row by row.
    pub(crate) modules: Vec<Option<bool>>,
    /// All known modules.
    pub(crate) fours: Vec<Four>,
    /// How many of them are dark, and how many light.
    pub(crate) counts: (f32, f32),
}

impl Plan {
    /// Lays out codes of `side` modules, unless it is done.
    pub(crate) fn lay(&mut self, side: usize) {
        if self.side == side {
            return;
        }
        self.side = side;
        self.modules.clear();
        self.fours.clear();
        let places = (0..side * side).map(|at| (at % side, at / side));
        self.modules.extend(places.map(|(x, y)| known(side, x, y)));
        let mut lanes = [[0.0; 4]; 4];
        let mut count = 0;
        self.counts = (0.0, 0.0);
        for (at, is_dark) in self.modules.iter().enumerate() {
            let Some(is_dark) = is_dark else { continue };
            let sign = if *is_dark { -1.0 } else { 1.0 };
            let own = [float(at % side) + 0.5, float(at / side) + 0.5, sign, 1.0];
            for (lane, value) in lanes.iter_mut().zip(own) {
                lane[count % 4] = value;
            }
            if *is_dark {
                self.counts.0 += 1.0;
            } else {
                self.counts.1 += 1.0;
            }
            count += 1;
            if count.is_multiple_of(4) {
                self.fours.push(Four::of(lanes));
                lanes = [[0.0; 4]; 4];
            }
        }
        if !count.is_multiple_of(4) {
            self.fours.push(Four::of(lanes));
        }
    }
}

impl Four {
    fn of(lanes: [[f32; 4]; 4]) -> Self {
        let [x, y, sign, weight] = lanes.map(f32x4::new);
        Self { x, y, sign, weight }
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plan({})", self.side)
    }
}
