//! Blurred bars: the whole sequence of symbols that explains a profile best.
//!
//! Blur that is wider than a module leaves no edges to measure, but it is the same for all
//! symbols: each symbol between each of its possible neighbours has one blurred shape, and of all
//! sequences the one whose shapes lie nearest to the profile is found step by step. A symbol ends
//! with a space and begins with a bar, so of a neighbour only matters whether its nearest element
//! is one module wide.

use crate::bars::code::{self, MODULES, STARTS, STOP_MODULES, SYMBOLS};
use crate::number::float;

/// Samples of a module.
pub(crate) const FINE: usize = 3;

/// Samples of a symbol.
pub(crate) const WINDOW: usize = MODULES * FINE;

/// Samples that blur reaches to each side.
pub(crate) const REACH: usize = 3 * FINE;

/// What remains of a point, from the middle outwards.
pub(crate) type Kernel = [f32; REACH + 1];

/// Neighbours that make a difference: a narrow space before, a wide bar behind.
const SIDES: usize = 4;

/// Shapes of all symbols between all neighbours.
const LANES: usize = SIDES * SYMBOLS;

/// A neighbour's modules of which nothing is known are as often dark as light.
const UNKNOWN: f32 = 0.5;

/// The sides with how dark the last module before and the second behind are.
const CORNERS: [(usize, f32, f32); SIDES] =
    [(0, 0.0, 0.0), (1, 0.0, 1.0), (2, 1.0, 0.0), (3, 1.0, 1.0)];

/// Weight of 'the contrast is as it should be' against what a symbol's samples say.
const TRUST: f32 = 1.0;

/// What all symbols look like through one kernel.
#[derive(Default)]
pub(crate) struct Shapes {
    /// Samples of all lanes' shapes, sample by sample, each shape with mean 0.
    levels: Vec<[f32; LANES]>,
    /// Sum of the squares of each shape.
    sizes: Vec<f32>,
    /// The stop's shape behind a wide and behind a narrow space.
    stops: [Vec<f32>; 2],
}

/// Reused costs and ways.
#[derive(Default)]
pub(crate) struct Trellis {
    /// Costs of all lanes at each place.
    costs: Vec<[f32; LANES]>,
    /// Best way to each place for each pair of sides: cost, symbol, side before.
    ways: Vec<[Way; SIDES]>,
}

/// The best way to a boundary between two symbols.
#[derive(Clone, Copy)]
struct Way {
    cost: f32,
    symbol: u8,
    /// Sides of the boundary before.
    from: u8,
}

const NO_WAY: Way = Way {
    cost: f32::MAX,
    symbol: 0,
    from: 0,
};

/// A bell of this deviation, in modules.
pub(crate) fn bell(deviation: f32) -> Kernel {
    let mut kernel = Kernel::default();
    for (at, part) in kernel.iter_mut().enumerate() {
        let far = float(at) / (float(FINE) * deviation);
        *part = (-far * far / 2.0).exp();
    }
    whole(kernel)
}

/// The same kernel with all its parts adding up to 1.
pub(crate) fn whole(mut kernel: Kernel) -> Kernel {
    let sum = kernel[0] + 2.0 * kernel[1..].iter().sum::<f32>();
    for part in &mut kernel {
        *part /= sum;
    }
    kernel
}

/// The light at sample `at` when `light` tells that of each module and `kernel` blurs it.
pub(crate) fn blurred(kernel: &Kernel, at: usize, light: impl Fn(isize) -> f32) -> f32 {
    let module = |sample: isize| light(sample.div_euclid(FINE.cast_signed()));
    let at = at.cast_signed();
    let mut sum = kernel[0] * module(at);
    for (far, part) in kernel.iter().enumerate().skip(1) {
        let far = far.cast_signed();
        sum += part * (module(at - far) + module(at + far));
    }
    sum
}

/// Side of a boundary: is the space before it narrow, is the bar behind it wide.
const fn side(is_narrow: bool, is_wide: bool) -> usize {
    2 * (is_narrow as usize) + is_wide as usize
}

/// Whether a symbol's last space is narrow and its first bar wide.
fn ends(symbol: usize) -> (bool, bool) {
    let widths = code::widths(symbol);
    (widths[5] == 1, widths[0] > 1)
}

impl Shapes {
    /// The shapes that a bell gives.
    pub(crate) fn of_bell(deviation: f32) -> Self {
        let mut shapes = Self::default();
        shapes.make(&bell(deviation));
        shapes
    }

    /// Makes the shapes that `kernel` gives.
    pub(crate) fn make(&mut self, kernel: &Kernel) {
        self.levels.resize(WINDOW, [0.0; LANES]);
        for (at, row) in self.levels.iter_mut().enumerate() {
            // What a dark module at these places takes away.
            let around =
                |place: isize| blurred(kernel, at, |module| f32::from(u8::from(module == place)));
            let far = MODULES.cast_signed();
            let before = [around(-2), around(-3) * UNKNOWN];
            let behind = [around(far), around(far + 1), around(far + 2) * UNKNOWN];
            let own: [f32; MODULES] = std::array::from_fn(|place| around(place.cast_signed()));
            for symbol in 0..SYMBOLS {
                let modules = code::modules(symbol);
                let parts = own.iter().enumerate();
                let dark: f32 = parts
                    .map(|(place, part)| part * f32::from(modules >> place & 1))
                    .sum();
                let is_start = symbol >= usize::from(STARTS.start);
                let is_first = f32::from(u8::from(!is_start));
                for (side, narrow, wide) in CORNERS {
                    let left = is_first * (narrow * before[0] + before[1]);
                    let right = behind[0] + wide * behind[1] + behind[2];
                    row[side * SYMBOLS + symbol] = 1.0 - dark - left - right;
                }
            }
        }
        self.make_even();
        self.make_stops(kernel);
    }

    /// Takes the mean out of all shapes and measures them.
    fn make_even(&mut self) {
        let mut means = [0.0_f32; LANES];
        for row in &self.levels {
            for (mean, level) in means.iter_mut().zip(row) {
                *mean += level / float(WINDOW);
            }
        }
        self.sizes.clear();
        self.sizes.resize(LANES, 0.0);
        for row in &mut self.levels {
            for ((level, mean), size) in row.iter_mut().zip(&means).zip(&mut self.sizes) {
                *level -= mean;
                *size += *level * *level;
            }
        }
    }

    fn make_stops(&mut self, kernel: &Kernel) {
        let modules = code::stop_modules();
        for (narrow, shape) in [0.0, 1.0].into_iter().zip(&mut self.stops) {
            let light = |module: isize| match usize::try_from(module) {
                Ok(place) if place < STOP_MODULES => 1.0 - f32::from(modules >> place & 1),
                Ok(_) => 1.0,
                Err(_) if module == -1 => 1.0,
                Err(_) if module == -2 => 1.0 - narrow,
                Err(_) => UNKNOWN,
            };
            shape.clear();
            shape.extend((0..STOP_MODULES * FINE).map(|at| blurred(kernel, at, light)));
            let mean = shape.iter().sum::<f32>() / float(shape.len());
            for level in shape {
                *level -= mean;
            }
        }
    }

    /// Costs of all lanes for a window, and the sum of its changes.
    fn weigh(&self, window: &[f32], costs: &mut [f32; LANES]) -> f32 {
        costs.fill(0.0);
        let (mut sum, mut square) = (0.0, 0.0);
        for (level, shapes) in window.iter().zip(&self.levels) {
            sum += level;
            square += level * level;
            for (like, shape) in costs.iter_mut().zip(shapes) {
                *like += level * shape;
            }
        }
        let change = square - sum * sum / float(WINDOW);
        for (like, size) in costs.iter_mut().zip(&self.sizes) {
            *like = cost(change, *like, *size);
        }
        change
    }

    /// The cost of the stop behind each side, and the sum of its changes.
    fn weigh_stop(&self, window: &[f32]) -> ([f32; 2], f32) {
        let (mut sum, mut square) = (0.0, 0.0);
        let mut sums = [(0.0, 0.0); 2];
        for (at, level) in window.iter().enumerate() {
            sum += level;
            square += level * level;
            for ((like, size), shape) in sums.iter_mut().zip(&self.stops) {
                *like += level * shape[at];
                *size += shape[at] * shape[at];
            }
        }
        let change = square - sum * sum / float(window.len().max(1));
        (sums.map(|(like, size)| cost(change, like, size)), change)
    }

    /// The part of the change in a start and a stop that remains unexplained: the first look at
    /// whether a code may lie so.
    pub(crate) fn weigh_ends(&self, start: &[f32], stop: &[f32]) -> f32 {
        let (mut sum, mut square) = (0.0, 0.0);
        let mut likes = [0.0; 6];
        let lanes = |number: usize| (number / 3) * SYMBOLS + usize::from(STARTS.start) + number % 3;
        for (level, shapes) in start.iter().zip(&self.levels) {
            sum += level;
            square += level * level;
            for (number, like) in likes.iter_mut().enumerate() {
                *like += level * shapes[lanes(number)];
            }
        }
        let change = square - sum * sum / float(WINDOW);
        let costs = likes.iter().enumerate();
        let costs = costs.map(|(number, like)| cost(change, *like, self.sizes[lanes(number)]));
        let best = costs.fold(f32::MAX, f32::min);
        let (stops, stop_change) = self.weigh_stop(stop);
        (best + stops[0].min(stops[1])) / (change + stop_change).max(f32::MIN_POSITIVE)
    }
}

impl Trellis {
    /// Fills `symbols` with the start, the content and the check symbol that explain `levels`
    /// best; returns the part of the change in `levels` that remains unexplained.
    pub(crate) fn solve(&mut self, shapes: &Shapes, levels: &[f32], symbols: &mut Vec<u8>) -> f32 {
        symbols.clear();
        let stop = STOP_MODULES * FINE;
        let count = levels.len().saturating_sub(stop) / WINDOW;
        self.costs.resize(count, [0.0; LANES]);
        self.ways.clear();
        let mut all = 0.0;
        let mut ways = [NO_WAY; SIDES];
        ways[side(false, false)].cost = 0.0;
        ways[side(false, true)].cost = 0.0;
        let windows = levels.chunks_exact(WINDOW);
        for ((number, window), costs) in windows.enumerate().zip(&mut self.costs) {
            all += shapes.weigh(window, costs);
            let allowed = if number == 0 {
                usize::from(STARTS.start)..SYMBOLS
            } else {
                0..usize::from(STARTS.start)
            };
            ways = step(&ways, costs, allowed);
            self.ways.push(ways);
        }
        let (costs, change) = shapes.weigh_stop(&levels[count * WINDOW..]);
        // A stop begins with a wide bar.
        let ends = [false, true].map(|is_narrow| side(is_narrow, true));
        let whole = |number: usize| ways[ends[number]].cost + costs[number];
        let best = usize::from(whole(1) < whole(0));
        let mut at = ends[best];
        for ways in self.ways.iter().rev() {
            symbols.push(ways[at].symbol);
            at = usize::from(ways[at].from);
        }
        symbols.reverse();
        whole(best) / (all + change).max(f32::MIN_POSITIVE)
    }
}

/// The best ways over one more symbol.
fn step(
    ways: &[Way; SIDES],
    costs: &[f32; LANES],
    allowed: std::ops::Range<usize>,
) -> [Way; SIDES] {
    let mut next = [NO_WAY; SIDES];
    for symbol in allowed {
        let (is_narrow, is_wide) = ends(symbol);
        for was_narrow in [false, true] {
            let from = side(was_narrow, is_wide);
            for wide_next in [false, true] {
                let lane = side(was_narrow, wide_next) * SYMBOLS + symbol;
                let cost = ways[from].cost + costs[lane];
                let to = &mut next[side(is_narrow, wide_next)];
                if cost < to.cost {
                    *to = Way {
                        cost,
                        symbol: symbol.to_le_bytes()[0],
                        from: from.to_le_bytes()[0],
                    };
                }
            }
        }
    }
    next
}

/// What remains of `change` when a shape of this size and likeness is taken away, with the
/// contrast that fits best and is not far from what it should be.
fn cost(change: f32, like: f32, size: f32) -> f32 {
    let like = (like + TRUST).max(0.0);
    change + TRUST - like * like / (size + TRUST)
}
