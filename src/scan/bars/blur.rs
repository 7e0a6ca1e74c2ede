//! Reading blurred bars: guesses at where the modules lie, then better ones.
//!
//! Of all lengths that a payment code has, both directions and all tilts, those guesses are taken
//! whose ends look like a start and a stop; of these, those whose symbols explain the profile.
//! What they say then shows how blurred the profile really is and where the modules lie exactly,
//! and with that the symbols are found again.
//!
//! Bounded: a few hundred guesses at two ends, [`TRIED`] at all symbols, [`REFINED`] of them
//! better ones in [`ROUNDS`] rounds.

use wide::f32x4;

use crate::bars::code::{self, MODULES, STOP_MODULES};
use crate::bars::ruler::{Ruler, TERMS, powers};
use crate::bars::trellis::{FINE, Kernel, Piece, REACH, Shapes, Trellis, WINDOW, bell, whole};
use crate::number::{float, floor, likeness};

/// Symbols of a payment code without the stop: 16 to 24 digits, an odd last one with its set.
const COUNTS: std::ops::RangeInclusive<usize> = 10..=16;

/// Tilts: so many to each side, so far apart.
const LEANS: i16 = 20;
const LEAN_STEP: f32 = 0.015;

/// Deviations of the first guesses at the blur, in modules.
const BELLS: [f32; 3] = [0.4, 0.8, 1.2];

/// Tilts to each side that remain where the lie of the page is known, and the blur there.
const FLAT_LEANS: i16 = 14;
const USUAL_BELL: f32 = 0.6;

/// How alike each symbol is at least to what it should be.
const SAME_MIN: f32 = 0.6;

/// Guesses whose symbols are found.
const TRIED: usize = 16;

/// Guesses that are made better.
const REFINED: usize = 2;

/// Rounds in which a guess is made better.
const ROUNDS: usize = 4;

/// A guess that leaves more unexplained at first is not made better.
const HOPE_MAX: f32 = 0.3;

/// A guess that leaves more unexplained in the end is none.
const REST_MAX: f32 = 0.06;

/// Part of what was unexplained that a round leaves at most, or the next ones are not worth it.
const BETTER: f32 = 0.9;

/// Weight of the kernel as it was, for each sample.
const KERNEL_TRUST: f32 = 0.01;

/// Middles of four samples, counted from where the first begins.
const MIDDLES: f32x4 = f32x4::new([0.5, 1.5, 2.5, 3.5]);

/// How bars may lie along a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Either way round, and tilted.
    Any,
    /// As the page does that the profile was taken on, which is straightened.
    OfPage,
}

/// One guess.
#[derive(Clone, Copy)]
struct Guess {
    /// What it leaves unexplained.
    rest: f32,
    ruler: Ruler,
    /// Which of the bells.
    bell: usize,
}

/// Reused buffers.
#[derive(Default)]
pub(crate) struct Blur {
    bells: Vec<Shapes>,
    shapes: Shapes,
    trellis: Trellis,
    guesses: Vec<Guess>,
    /// Levels of the code, [`FINE`] to a module.
    levels: Vec<f32>,
    /// What they should be.
    model: Vec<f32>,
    /// Light of the symbols' own samples, with [`REACH`] more on each side.
    light: Vec<f32>,
}

impl Blur {
    /// Fills `symbols` if `profile` shows a payment code from one of `ends` to the other; where it
    /// lies is the answer.
    pub(crate) fn read(
        &mut self,
        profile: &[f32],
        ends: (f32, f32),
        way: Way,
        symbols: &mut Vec<u8>,
    ) -> Option<Ruler> {
        if self.bells.is_empty() {
            self.bells.extend(BELLS.map(Shapes::of_bell));
        }
        self.guess(profile, ends, way);
        self.try_symbols(profile, symbols);
        for number in 0..self.guesses.len().min(REFINED) {
            let mut guess = self.guesses[number];
            self.refine(profile, &mut guess, symbols);
            let is_code = guess.rest < REST_MAX && code::text(symbols).is_some();
            if is_code {
                return Some(guess.ruler);
            }
        }
        None
    }

    /// Fills `symbols` with what another profile of the code that was just read says.
    pub(crate) fn again(&mut self, profile: &[f32], ruler: &Ruler, symbols: &mut Vec<u8>) {
        self.levels.resize(ruler.modules * FINE, 0.0);
        take(profile, ruler, 0, &mut self.levels);
        self.trellis.solve(&self.shapes, &self.levels, symbols);
    }

    /// True when `profile` shows most of these symbols from one of `ends` to the other, each in its
    /// place.
    pub(crate) fn shows(&mut self, profile: &[f32], ends: (f32, f32), symbols: &[u8]) -> bool {
        self.spread_light(symbols);
        let modules = symbols.len() * MODULES + STOP_MODULES;
        self.levels.resize(modules * FINE, 0.0);
        self.draw(&bell(USUAL_BELL));
        // Most pages lie as their code does.
        (0..=2 * FLAT_LEANS).any(|number| {
            let lean = (number + 1) / 2 * if number % 2 == 0 { 1 } else { -1 };
            let ruler = Ruler {
                ends,
                lean: f32::from(lean) * LEAN_STEP,
                modules,
                terms: [0.0; TERMS],
            };
            let parts = self
                .levels
                .chunks_mut(WINDOW)
                .zip(self.model.chunks(WINDOW));
            let alike = parts.enumerate().filter_map(|(number, (levels, model))| {
                take(profile, &ruler, number * WINDOW, levels);
                (likeness(levels, model) > SAME_MIN).then_some(number)
            });
            // A finger or a lamp may hide a part.
            2 * alike.count() > symbols.len()
        })
    }

    /// Fills the guesses with the most promising ends.
    fn guess(&mut self, profile: &[f32], ends: (f32, f32), way: Way) {
        self.guesses.clear();
        let both = [ends, (ends.1, ends.0)];
        let (ways, leans) = match way {
            Way::Any => (&both[..], LEANS),
            Way::OfPage => (&both[..1], FLAT_LEANS),
        };
        for count in COUNTS {
            for &ends in ways {
                for lean in -leans..=leans {
                    let ruler = Ruler {
                        ends,
                        lean: f32::from(lean) * LEAN_STEP,
                        modules: count * MODULES + STOP_MODULES,
                        terms: [0.0; TERMS],
                    };
                    let (mut start, mut stop) = ([0.0; WINDOW], [0.0; STOP_MODULES * FINE]);
                    take(profile, &ruler, 0, &mut start);
                    take(profile, &ruler, count * WINDOW, &mut stop);
                    let (start, stop) = (Piece::of(&start), Piece::of(&stop));
                    for (bell, shapes) in self.bells.iter().enumerate() {
                        let rest = shapes.weigh_ends(&start, &stop);
                        self.guesses.push(Guess { rest, ruler, bell });
                    }
                }
            }
        }
        self.best(TRIED);
    }

    /// Keeps the best guesses, the best first.
    fn best(&mut self, count: usize) {
        self.guesses
            .sort_unstable_by(|one, other| one.rest.total_cmp(&other.rest));
        self.guesses.truncate(count);
    }

    /// Judges the guesses by all of their symbols.
    fn try_symbols(&mut self, profile: &[f32], symbols: &mut Vec<u8>) {
        for guess in &mut self.guesses {
            let ruler = &guess.ruler;
            self.levels.resize(ruler.modules * FINE, 0.0);
            take(profile, ruler, 0, &mut self.levels);
            let shapes = &self.bells[guess.bell];
            guess.rest = self.trellis.solve(shapes, &self.levels, symbols);
        }
        self.best(REFINED);
        self.guesses.retain(|guess| guess.rest < HOPE_MAX);
    }

    /// Makes a guess better and fills the symbols.
    fn refine(&mut self, profile: &[f32], guess: &mut Guess, symbols: &mut Vec<u8>) {
        let mut kernel = bell(BELLS[guess.bell]);
        let mut before = f32::MAX;
        for round in 0..=ROUNDS {
            self.shapes.make(&kernel);
            self.levels.resize(guess.ruler.modules * FINE, 0.0);
            take(profile, &guess.ruler, 0, &mut self.levels);
            guess.rest = self.trellis.solve(&self.shapes, &self.levels, symbols);
            let is_hopeless = guess.rest > REST_MAX && guess.rest > BETTER * before;
            if is_hopeless {
                break;
            }
            before = guess.rest;
            if round < ROUNDS {
                self.spread_light(symbols);
                self.fit_kernel(&mut kernel);
                self.draw(&kernel);
                self.fit_contrast();
                self.fit_ruler(profile, &mut guess.ruler);
            }
        }
    }

    /// The light of the symbols, sample by sample.
    fn spread_light(&mut self, symbols: &[u8]) {
        self.light.clear();
        self.light.resize(REACH, 1.0);
        for symbol in symbols {
            let modules = code::modules(usize::from(*symbol));
            spread(modules, MODULES, &mut self.light);
        }
        spread(code::stop_modules(), STOP_MODULES, &mut self.light);
        self.light.resize(self.light.len() + REACH, 1.0);
    }

    /// The kernel that explains the levels best, not far from what it was.
    fn fit_kernel(&self, kernel: &mut Kernel) {
        const ALL: usize = REACH + 2;
        let mut normal = [[0.0; ALL]; ALL];
        let mut wanted = [0.0; ALL];
        for (at, level) in self.levels.iter().enumerate() {
            let middle = at + REACH;
            let mut row = [1.0; ALL];
            row[0] = self.light[middle];
            for (far, sum) in row.iter_mut().enumerate().take(REACH + 1).skip(1) {
                *sum = self.light[middle - far] + self.light[middle + far];
            }
            add(&mut normal, &mut wanted, &row, *level);
        }
        let trust = float(self.levels.len()) * KERNEL_TRUST;
        for (at, part) in kernel.iter().enumerate() {
            normal[at][at] += trust;
            wanted[at] += trust * part;
        }
        let parts = solve(normal, wanted);
        if let Some(fitted) = parts.first_chunk()
            && fitted[0] + 2.0 * fitted[1..].iter().sum::<f32>() > 0.3
        {
            *kernel = whole(*fitted);
        }
    }

    /// Draws the model: the symbols through the kernel.
    fn draw(&mut self, kernel: &Kernel) {
        self.model.clear();
        let light = &self.light;
        self.model.extend((0..self.levels.len()).map(|at| {
            let middle = at + REACH;
            let pairs = kernel.iter().enumerate().skip(1);
            let around =
                pairs.map(|(far, part)| part * (light[middle - far] + light[middle + far]));
            kernel[0] * light[middle] + around.sum::<f32>()
        }));
    }

    /// Brings the model to the levels' contrast, symbol by symbol with its neighbours.
    fn fit_contrast(&mut self) {
        let count = self.levels.len();
        for start in (0..count).step_by(WINDOW) {
            let near = start.saturating_sub(WINDOW)..(start + 2 * WINDOW).min(count);
            let share = 1.0 / float(near.len());
            let (mut sums, mut both, mut square) = ((0.0, 0.0), 0.0, 0.0);
            for (model, level) in self.model[near.clone()].iter().zip(&self.levels[near]) {
                sums = (sums.0 + model, sums.1 + level);
                both += model * level;
                square += model * model;
            }
            let change = square - sums.0 * sums.0 * share;
            let gain = (both - sums.0 * sums.1 * share) / change.max(0.01);
            let end = (start + WINDOW).min(count);
            for model in &mut self.model[start..end] {
                *model = sums.1 * share + gain * (*model - sums.0 * share);
            }
        }
    }

    /// Moves the ruler so that the levels come to lie on the model.
    fn fit_ruler(&self, profile: &[f32], ruler: &mut Ruler) {
        let mut normal = [[0.0; TERMS]; TERMS];
        let mut wanted = [0.0; TERMS];
        let unit = ruler.module().abs();
        let near = unit / 4.0;
        for (at, (level, model)) in self.levels.iter().zip(&self.model).enumerate() {
            let module = (float(at) + 0.5) / float(FINE);
            let place = ruler.place(module);
            let slope =
                (level_at(profile, place + near) - level_at(profile, place - near)) / (2.0 * near);
            let powers = powers(2.0 * module / float(ruler.modules) - 1.0);
            add(
                &mut normal,
                &mut wanted,
                &powers.map(|power| power * slope),
                model - level,
            );
        }
        for (at, row) in normal.iter_mut().enumerate() {
            row[at] += 1e-4 + 0.01 * row[at];
        }
        for (term, change) in ruler.terms.iter_mut().zip(solve(normal, wanted)) {
            *term += change.clamp(-unit, unit);
        }
    }
}

/// Fills `levels` with those of the code, from sample `first` of it on.
fn take(profile: &[f32], ruler: &Ruler, first: usize, levels: &mut [f32]) {
    for (number, four) in levels.chunks_mut(4).enumerate() {
        let samples = MIDDLES + float(first + 4 * number);
        let places = ruler.places(samples * (1.0 / float(FINE)));
        for (level, place) in four.iter_mut().zip(places.to_array()) {
            *level = level_at(profile, place);
        }
    }
}

/// The level at a place between two samples; beyond the ends it is light.
fn level_at(profile: &[f32], place: f32) -> f32 {
    let at = floor(place);
    match (profile.get(at), profile.get(at + 1)) {
        (Some(one), Some(next)) => one + (next - one) * (place - float(at)).max(0.0),
        _ => 1.0,
    }
}

fn spread(modules: u16, count: usize, light: &mut Vec<f32>) {
    for place in 0..count {
        let level = 1.0 - f32::from(modules >> place & 1);
        light.extend([level; FINE]);
    }
}

/// Adds one equation to the normal equations.
fn add<const N: usize>(
    normal: &mut [[f32; N]; N],
    wanted: &mut [f32; N],
    row: &[f32; N],
    level: f32,
) {
    for ((line, want), first) in normal.iter_mut().zip(wanted).zip(row) {
        for (entry, second) in line.iter_mut().zip(row) {
            *entry += first * second;
        }
        *want += first * level;
    }
}

/// Solves the normal equations by elimination; those that say nothing give 0.
fn solve<const N: usize>(mut normal: [[f32; N]; N], mut wanted: [f32; N]) -> [f32; N] {
    for pivot in 0..N {
        let (above, below) = normal.split_at_mut(pivot + 1);
        let own = above[pivot];
        if own[pivot].abs() < f32::MIN_POSITIVE {
            return [0.0; N];
        }
        let (known, rest) = wanted.split_at_mut(pivot + 1);
        for (row, want) in below.iter_mut().zip(rest) {
            let share = row[pivot] / own[pivot];
            for (entry, own) in row.iter_mut().zip(&own).skip(pivot) {
                *entry -= share * own;
            }
            *want -= share * known[pivot];
        }
    }
    let mut parts = [0.0; N];
    for pivot in (0..N).rev() {
        let later: f32 = (pivot + 1..N).map(|at| normal[pivot][at] * parts[at]).sum();
        parts[pivot] = (wanted[pivot] - later) / normal[pivot][pivot];
    }
    parts
}
