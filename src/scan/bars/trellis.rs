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

/// What a shape is made of: a symbol's own modules, then what the neighbours' nearest ones take
/// away: a narrow space before, all before it, a bar behind, its second module.
const PARTS: usize = MODULES + 4;
const NARROW: usize = MODULES;
const BEFORE: usize = MODULES + 1;
const BEHIND: usize = MODULES + 2;
const WIDE: usize = MODULES + 3;

/// The parts with one that is nothing, so that they fill whole SIMD words.
const PADDED: usize = 16;

/// Starts between both neighbours that they may have, and two that are nothing.
const BEGINS: usize = 8;

/// Own modules whose sums are looked up together: the first of a symbol and the others.
const FIRST: usize = 6;

/// A neighbour's modules of which nothing is known are as often dark as light.
const UNKNOWN: f32 = 0.5;

/// Whether the space before is narrow and the bar behind wide, for each of the sides.
const CORNERS: [(bool, bool); SIDES] = [(false, false), (false, true), (true, false), (true, true)];

/// Weight of 'the contrast is as it should be' against what a symbol's samples say.
const TRUST: f32 = 1.0;

/// What all symbols look like through one kernel. Every shape is the sum of a few parts, and so is
/// its likeness to some samples: only the parts are compared with them.
pub(crate) struct Shapes {
    /// Samples of what each part takes away, each part with mean 0.
    parts: [[f32; PADDED]; WINDOW],
    /// What the sum of each shape's squares and the trust are, turned over.
    shares: [f32; LANES],
    /// The three starts' shapes between both neighbours that they may have.
    begins: [[f32; BEGINS]; WINDOW],
    /// The stop's shape behind a wide and behind a narrow space.
    stops: [[f32; 2]; STOP_MODULES * FINE],
    /// The sums of their squares.
    stop_sizes: [f32; 2],
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

/// Side of the boundary before a symbol without what is before it, and of the one behind it
/// without what is behind it: is its first bar wide, is its last space narrow.
const ENDS: [(usize, usize); SYMBOLS] = {
    let mut ends = [(0, 0); SYMBOLS];
    let mut symbol = 0;
    while symbol < SYMBOLS {
        let widths = code::widths(symbol);
        ends[symbol] = (side(false, widths[0] > 1), side(widths[5] == 1, false));
        symbol += 1;
    }
    ends
};

/// Dark modules of all symbols.
const DARK: [usize; SYMBOLS] = {
    let mut dark = [0; SYMBOLS];
    let mut symbol = 0;
    while symbol < SYMBOLS {
        dark[symbol] = code::modules(symbol) as usize;
        symbol += 1;
    }
    dark
};

/// The sums of all choices of `BITS` numbers, `CHOICES` in all.
fn sums<const BITS: usize, const CHOICES: usize>(numbers: &[f32; BITS]) -> [f32; CHOICES] {
    let mut sums = [0.0; CHOICES];
    for (bit, number) in numbers.iter().enumerate() {
        let (known, next) = sums.split_at_mut(1 << bit);
        for (next, known) in next.iter_mut().zip(known) {
            *next = *known + number;
        }
    }
    sums
}

/// The sum and the sum of the squares of some levels.
fn moments(levels: &[f32]) -> (f32, f32) {
    levels.iter().fold((0.0, 0.0), |(sum, square), level| {
        (sum + level, square + level * level)
    })
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
        for (at, parts) in self.parts.iter_mut().enumerate() {
            // What a dark module at these places takes away.
            let around = |place: isize| {
                let first = place * FINE.cast_signed();
                let samples = (first..).take(FINE);
                let parts = samples.map(|sample| kernel.get(at.cast_signed().abs_diff(sample)));
                parts.flatten().sum::<f32>()
            };
            for (place, part) in (0..).zip(parts.iter_mut().take(MODULES)) {
                *part = around(place);
            }
            let far = MODULES.cast_signed();
            parts[NARROW] = around(-2);
            parts[BEFORE] = around(-3) * UNKNOWN;
            parts[BEHIND] = around(far) + around(far + 2) * UNKNOWN;
            parts[WIDE] = around(far + 1);
        }
        make_even(&mut self.parts);
        self.measure();
        self.make_begins();
        self.make_stops(kernel);
    }

    /// The sums of the squares of all shapes, from those of the parts and of their products.
    fn measure(&mut self) {
        let mut products = [[0.0; PADDED]; PARTS];
        for parts in &self.parts {
            for (row, first) in products.iter_mut().zip(parts) {
                for (entry, second) in row.iter_mut().zip(parts) {
                    *entry += first * second;
                }
            }
        }
        for symbol in 0..SYMBOLS {
            let mut own = [0.0; PADDED];
            for (row, _) in products
                .iter()
                .zip(0..MODULES)
                .filter(|(_, at)| is_dark(symbol, *at))
            {
                for (sum, entry) in own.iter_mut().zip(row) {
                    *sum += entry;
                }
            }
            let places = (0..MODULES).filter(|at| is_dark(symbol, *at));
            let square: f32 = places.map(|at| own[at]).sum();
            for (side, (is_narrow, is_wide)) in CORNERS.into_iter().enumerate() {
                let beside = beside(symbol, is_narrow, is_wide);
                let mut size = square;
                for (first, one) in beside.into_iter().enumerate() {
                    let row = &products[MODULES + first];
                    let others = beside.into_iter().zip(&row[MODULES..]);
                    let around: f32 = others.map(|(other, product)| other * product).sum();
                    size += one * (2.0 * own[MODULES + first] + around);
                }
                self.shares[side * SYMBOLS + symbol] = 1.0 / (size.max(0.0) + TRUST);
            }
        }
    }

    /// Draws the starts.
    fn make_begins(&mut self) {
        for (begins, parts) in self.begins.iter_mut().zip(&self.parts) {
            for (number, begin) in begins.iter_mut().take(2 * STARTS.len()).enumerate() {
                let symbol = usize::from(STARTS.start) + number % STARTS.len();
                let dark = (0..MODULES).filter(|at| is_dark(symbol, *at));
                let own: f32 = dark.map(|at| parts[at]).sum();
                let beside = beside(symbol, false, number >= STARTS.len());
                let beside = beside.iter().zip(&parts[MODULES..]);
                let around: f32 = beside.map(|(share, part)| share * part).sum();
                *begin = -own - around;
            }
        }
    }

    fn make_stops(&mut self, kernel: &Kernel) {
        let modules = code::stop_modules();
        for (narrow, side) in [(0.0, 0), (1.0, 1)] {
            let light = |module: isize| match usize::try_from(module) {
                Ok(place) if place < STOP_MODULES => 1.0 - f32::from(modules >> place & 1),
                Ok(_) => 1.0,
                Err(_) if module == -1 => 1.0,
                Err(_) if module == -2 => 1.0 - narrow,
                Err(_) => UNKNOWN,
            };
            for (at, levels) in self.stops.iter_mut().enumerate() {
                levels[side] = blurred(kernel, at, light);
            }
        }
        make_even(&mut self.stops);
        self.stop_sizes = [0.0; 2];
        for levels in &self.stops {
            for (size, level) in self.stop_sizes.iter_mut().zip(levels) {
                *size += level * level;
            }
        }
    }

    /// Costs of all lanes for a window, and the sum of its changes.
    fn weigh(&self, window: &[f32], costs: &mut [f32; LANES]) -> f32 {
        let (sum, square) = moments(window);
        let change = square - sum * sum / float(WINDOW);
        let mut dots = [0.0; PADDED];
        for (level, parts) in window.iter().zip(&self.parts) {
            for (dot, part) in dots.iter_mut().zip(parts) {
                *dot += level * part;
            }
        }
        let first: [f32; FIRST] = std::array::from_fn(|at| dots[at]);
        let others: [f32; MODULES - FIRST] = std::array::from_fn(|at| dots[FIRST + at]);
        let first: [f32; 1 << FIRST] = sums(&first);
        let others: [f32; 1 << (MODULES - FIRST)] = sums(&others);
        let own = DARK.map(|dark| first[dark % (1 << FIRST)] + others[dark >> FIRST]);
        let lanes = costs
            .chunks_exact_mut(SYMBOLS)
            .zip(self.shares.chunks_exact(SYMBOLS));
        for ((costs, shares), (is_narrow, is_wide)) in lanes.zip(CORNERS) {
            let around = |symbol: usize| {
                let beside = beside(symbol, is_narrow, is_wide);
                let parts = beside.iter().zip(&dots[MODULES..]);
                parts.map(|(share, dot)| share * dot).sum::<f32>()
            };
            let (usual, starting) = (around(0), around(usize::from(STARTS.start)));
            for (((cost, own), share), symbol) in costs.iter_mut().zip(&own).zip(shares).zip(0..) {
                let around = if symbol < STARTS.start {
                    usual
                } else {
                    starting
                };
                *cost = self::cost(change, -own - around, *share);
            }
        }
        change
    }

    /// The cost of the stop behind each side, and the sum of its changes.
    fn weigh_stop(&self, window: &[f32]) -> ([f32; 2], f32) {
        let (sum, square) = moments(window);
        let change = square - sum * sum / float(window.len().max(1));
        (self.stops_after(window, change), change)
    }

    fn stops_after(&self, window: &[f32], change: f32) -> [f32; 2] {
        let mut likes = [0.0; 2];
        for (level, stops) in window.iter().zip(&self.stops) {
            for (like, stop) in likes.iter_mut().zip(stops) {
                *like += level * stop;
            }
        }
        let share = |side: usize| 1.0 / (self.stop_sizes[side] + TRUST);
        [0, 1].map(|side| cost(change, likes[side], share(side)))
    }

    /// The part of the change in a start and a stop that remains unexplained: the first look at
    /// whether a code may lie so.
    pub(crate) fn weigh_ends(&self, start: &Piece<'_>, stop: &Piece<'_>) -> f32 {
        let mut likes = [0.0; BEGINS];
        for (level, begins) in start.levels.iter().zip(&self.begins) {
            for (like, begin) in likes.iter_mut().zip(begins) {
                *like += level * begin;
            }
        }
        let costs = likes.iter().take(2 * STARTS.len()).enumerate();
        let costs = costs.map(|(number, like)| {
            let (side, symbol) = (number / STARTS.len(), number % STARTS.len());
            let lane = side * SYMBOLS + usize::from(STARTS.start) + symbol;
            cost(start.change, *like, self.shares[lane])
        });
        let best = costs.fold(f32::MAX, f32::min);
        let [wide, narrow] = self.stops_after(stop.levels, stop.change);
        (best + wide.min(narrow)) / (start.change + stop.change).max(f32::MIN_POSITIVE)
    }
}

impl Default for Shapes {
    fn default() -> Self {
        Self {
            parts: [[0.0; PADDED]; WINDOW],
            shares: [0.0; LANES],
            begins: [[0.0; BEGINS]; WINDOW],
            stops: [[0.0; 2]; STOP_MODULES * FINE],
            stop_sizes: [0.0; 2],
        }
    }
}

/// Some levels, and how much they change.
pub(crate) struct Piece<'a> {
    levels: &'a [f32],
    change: f32,
}

impl<'a> Piece<'a> {
    /// Measures some levels.
    pub(crate) fn of(levels: &'a [f32]) -> Self {
        let (sum, square) = moments(levels);
        let change = square - sum * sum / float(levels.len().max(1));
        Self { levels, change }
    }
}

fn is_dark(symbol: usize, place: usize) -> bool {
    DARK[symbol] >> place & 1 == 1
}

/// How much of the last parts a symbol shows between such neighbours. Before a start it is light.
fn beside(symbol: usize, is_narrow: bool, is_wide: bool) -> [f32; PARTS - MODULES] {
    let is_start = symbol >= usize::from(STARTS.start);
    let share = |is_there: bool| f32::from(u8::from(is_there));
    [
        share(is_narrow && !is_start),
        share(!is_start),
        1.0,
        share(is_wide),
    ]
}

/// Takes the mean out of all columns.
fn make_even<const COLUMNS: usize>(rows: &mut [[f32; COLUMNS]]) {
    let share = 1.0 / float(rows.len().max(1));
    let mut means = [0.0; COLUMNS];
    for row in rows.iter() {
        for (mean, level) in means.iter_mut().zip(row) {
            *mean += level * share;
        }
    }
    for level in rows {
        for (level, mean) in level.iter_mut().zip(&means) {
            *level -= mean;
        }
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
        let (before, behind) = ENDS[symbol];
        for was_narrow in [false, true] {
            let from = before + side(was_narrow, false);
            for wide_next in [false, true] {
                let lane = side(was_narrow, wide_next) * SYMBOLS + symbol;
                let cost = ways[from].cost + costs[lane];
                let to = &mut next[behind + side(false, wide_next)];
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

/// What remains of `change` when a shape of this share and likeness is taken away, with the
/// contrast that fits best and is not far from what it should be.
fn cost(change: f32, like: f32, share: f32) -> f32 {
    let like = like + TRUST;
    let like = if like > 0.0 { like } else { 0.0 };
    change + TRUST - like * like * share
}
