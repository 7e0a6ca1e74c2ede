//! What is around the phone and on its glass: the wall behind, lamps, fringes, a finger.

use crate::chance::Chance;
use crate::class::Conditions;
use crate::lens::smooth;
use crate::{HEIGHT, WIDTH};

/// Values of a sine that are kept for one turn.
const SINES: usize = 1024;

const TURN: f32 = std::f32::consts::TAU;

/// The wall and what hangs or stands there, out of focus; light from 0 to 1.
pub(crate) fn wall(chance: &mut Chance) -> Vec<f32> {
    let (wide, high) = (WIDTH / 2, HEIGHT / 2);
    let mut light = vec![0.0; wide * high];
    for (cells, part) in [(12, 0.5), (30, 0.3), (90, 0.15)] {
        cloud(&mut light, wide, cells, part, chance);
    }
    for _ in 0..3 + chance.below(9) {
        patch(&mut light, wide, chance);
    }
    for _ in 0..chance.below(25) {
        stroke(&mut light, wide, chance);
    }
    smooth(&mut light, wide, chance.between((0.8, 4.5)));
    let brightness = chance.between((0.05, 0.6));
    let mut wall = Vec::with_capacity(WIDTH * HEIGHT);
    for y in 0..HEIGHT {
        let row = &light[(y / 2) * wide..][..wide];
        wall.extend((0..WIDTH).map(|x| row[x / 2].clamp(0.0, 1.0) * brightness));
    }
    wall
}

/// Even chance on a coarse grid, smooth between its points.
fn cloud(light: &mut [f32], wide: usize, cells: usize, part: f32, chance: &mut Chance) {
    let rows = cells * HEIGHT / WIDTH + 2;
    let points: Vec<f32> = (0..(cells + 2) * rows).map(|_| chance.unit()).collect();
    let scale = cells as f32 / wide as f32;
    for (at, value) in light.iter_mut().enumerate() {
        let (x, y) = ((at % wide) as f32 * scale, (at / wide) as f32 * scale);
        let (column, row) = (x as usize, y as usize);
        let ease = |part: f32| part * part * (3.0 - 2.0 * part);
        let (right, low) = (ease(x - column as f32), ease(y - row as f32));
        let at = |row: usize, column: usize| points[row * (cells + 2) + column];
        let upper = at(row, column) * (1.0 - right) + at(row, column + 1) * right;
        let lower = at(row + 1, column) * (1.0 - right) + at(row + 1, column + 1) * right;
        *value += part * (upper * (1.0 - low) + lower * low);
    }
}

/// A triangle with straight edges: paper, shelves, a door.
fn patch(light: &mut [f32], wide: usize, chance: &mut Chance) {
    let high = light.len() / wide;
    let mut point = || {
        let x = chance.between((0.0, wide as f32));
        (x, chance.between((0.0, high as f32)))
    };
    let corners = [point(), point(), point()];
    let grey = chance.unit();
    let is_left = |from: usize, to: usize, (x, y): (f32, f32)| {
        let (from, to) = (corners[from], corners[to]);
        (to.0 - from.0) * (y - from.1) - (to.1 - from.1) * (x - from.0) > 0.0
    };
    for (at, value) in light.iter_mut().enumerate() {
        let place = ((at % wide) as f32, (at / wide) as f32);
        let first = is_left(0, 1, place);
        if first == is_left(1, 2, place) && first == is_left(2, 0, place) {
            *value = grey;
        }
    }
}

/// A straight line: a cable, an edge of a box.
fn stroke(light: &mut [f32], wide: usize, chance: &mut Chance) {
    let high = light.len() / wide;
    let (mut x, mut y) = (
        chance.between((0.0, wide as f32)),
        chance.between((0.0, high as f32)),
    );
    let direction = chance.between((0.0, TURN));
    let (dx, dy) = (libm::cosf(direction), libm::sinf(direction));
    let (grey, thick) = (chance.unit(), 1 + chance.below(3));
    for _ in 0..100 + chance.below(wide) {
        for down in 0..thick {
            let (column, row) = (x as usize, y as usize + down);
            if x >= 0.0 && y >= 0.0 && column < wide && row < high {
                light[row * wide + column] = grey;
            }
        }
        (x, y) = (x + dx, y + dy);
    }
}

/// Fringes between the screen's pixels and the sensor's, and bands of a flickering screen, as
/// factors of the screen's light.
pub(crate) struct Flicker {
    depth: f32,
    period: (f32, f32),
    direction: (f32, f32),
    bend_x: Vec<f32>,
    bend_y: Vec<f32>,
    bands: Vec<f32>,
    sines: Vec<f32>,
}

impl Flicker {
    pub(crate) fn any(conditions: &Conditions, chance: &mut Chance) -> Self {
        let direction = chance.between((0.0, TURN / 2.0));
        let period = chance.between((3.0, 14.0));
        let mut wave = |length: usize, depth: f32, span: (f32, f32)| -> Vec<f32> {
            let (period, phase) = (chance.between(span), chance.between((0.0, TURN)));
            let angle = |at: usize| TURN * at as f32 / period + phase;
            (0..length)
                .map(|at| depth * libm::sinf(angle(at)))
                .collect()
        };
        let bend_x = wave(WIDTH, 6.0, (560.0, 1900.0));
        let bend_y = wave(HEIGHT, 6.0, (560.0, 1900.0));
        let bands = wave(HEIGHT, 1.0, (40.0, 260.0));
        let depth = chance.between(conditions.bands);
        Self {
            depth: chance.between(conditions.moire),
            period: (period, period * chance.between((0.8, 1.6))),
            direction: (libm::cosf(direction), libm::sinf(direction)),
            bend_x,
            bend_y,
            bands: bands.into_iter().map(|wave| 1.0 + depth * wave).collect(),
            sines: (0..SINES)
                .map(|at| libm::sinf(TURN * at as f32 / SINES as f32))
                .collect(),
        }
    }

    pub(crate) fn at(&self, x: usize, y: usize) -> f32 {
        if self.depth == 0.0 {
            return self.bands[y];
        }
        let (across, down, bend) = (x as f32, y as f32, self.bend_x[x] + self.bend_y[y]);
        let (cos, sin) = self.direction;
        let first = (across * cos + down * sin + bend) / self.period.0;
        let second = (across * sin - down * cos + bend) / self.period.1;
        let fringes = (1.0 + 0.6 * self.depth * self.sine(first))
            * (1.0 + 0.4 * self.depth * self.sine(second));
        fringes * self.bands[y]
    }

    /// The sine of so many turns.
    fn sine(&self, turns: f32) -> f32 {
        let place = (turns * SINES as f32) as i32;
        self.sines[place.rem_euclid(SINES as i32) as usize]
    }
}

/// A lamp that the glass throws back: an ellipse, soft or with an edge.
pub(crate) struct Lamp {
    middle: (f32, f32),
    direction: (f32, f32),
    radii: (f32, f32),
    light: f32,
    has_edge: bool,
}

impl Lamp {
    /// One near `middle`, of a size that goes with the code's.
    pub(crate) fn any(
        middle: (f32, f32),
        side: f32,
        conditions: &Conditions,
        chance: &mut Chance,
    ) -> Self {
        let radius = chance.between((0.15, 0.7)) * side;
        let direction = chance.between((0.0, TURN / 2.0));
        Self {
            middle: (
                middle.0 + chance.bell() * 0.45 * side,
                middle.1 + chance.bell() * 0.45 * side,
            ),
            direction: (libm::cosf(direction), libm::sinf(direction)),
            radii: (radius, radius * chance.between((0.25, 1.0))),
            light: chance.between(conditions.glare_light),
            has_edge: chance.is(0.4),
        }
    }

    pub(crate) fn at(&self, x: usize, y: usize) -> f32 {
        let (dx, dy) = (x as f32 - self.middle.0, y as f32 - self.middle.1);
        let (cos, sin) = self.direction;
        let along = (dx * cos + dy * sin) / self.radii.0;
        let beside = (dy * cos - dx * sin) / self.radii.1;
        let far = along * along + beside * beside;
        if far > 9.0 {
            0.0
        } else if self.has_edge {
            self.light / (1.0 + libm::expf((far.sqrt() - 1.0) * 12.0))
        } else {
            self.light * libm::expf(-far)
        }
    }
}

/// A finger that reaches over one side of the code: a straight thing with a round end.
pub(crate) struct Finger {
    tip: (f32, f32),
    outward: (f32, f32),
    radius: f32,
    light: f32,
}

impl Finger {
    /// One over a side of `quad`, reaching `reach` pixels into it; below zero it stays outside.
    pub(crate) fn any(quad: &[(f32, f32); 4], side: f32, reach: f32, chance: &mut Chance) -> Self {
        let number = chance.below(4);
        let (a, b) = (quad[number], quad[(number + 1) % 4]);
        let part = chance.between((0.3, 0.7));
        let edge = (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part);
        let middle = quad.iter().fold((0.0, 0.0), |sum, corner| {
            (sum.0 + corner.0 / 4.0, sum.1 + corner.1 / 4.0)
        });
        let away = (edge.0 - middle.0, edge.1 - middle.1);
        let length = (away.0 * away.0 + away.1 * away.1).sqrt().max(1.0);
        let outward = (away.0 / length, away.1 / length);
        let radius = chance.between((0.13, 0.22)) * side;
        let back = radius - reach;
        Self {
            tip: (edge.0 + outward.0 * back, edge.1 + outward.1 * back),
            outward,
            radius,
            light: chance.between((0.03, 0.25)),
        }
    }

    /// How much of a pixel it covers, and its light there.
    pub(crate) fn at(&self, x: usize, y: usize) -> Option<(f32, f32)> {
        let (dx, dy) = (x as f32 - self.tip.0, y as f32 - self.tip.1);
        let along = (dx * self.outward.0 + dy * self.outward.1).max(0.0);
        let (rx, ry) = (dx - along * self.outward.0, dy - along * self.outward.1);
        let far = (rx * rx + ry * ry).sqrt();
        let cover = ((self.radius - far) / 2.4 + 0.5).clamp(0.0, 1.0);
        (cover > 0.0).then(|| (cover, self.light * (1.0 - 0.4 * far / self.radius)))
    }
}
