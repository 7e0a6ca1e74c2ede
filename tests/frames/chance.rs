//! Chance that a seed decides: the same numbers on every machine.

/// A stream of numbers (splitmix64: one addition and a good mix for each).
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

/// The step between two states: 2^64 divided by the golden ratio.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Chance {
    /// The stream that belongs to these numbers.
    pub(crate) fn of(parts: &[u64]) -> Self {
        let mixed = parts.iter().fold(
            STEP,
            |state, part| mix(state ^ mix(part.wrapping_add(STEP))),
        );
        Self(mixed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number in 0..1.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u32 << 24) as f32
    }

    /// A number between the two.
    pub(crate) fn between(&mut self, (low, high): (f32, f32)) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A whole number from 0 to below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        ((self.next() >> 33) % limit as u64) as usize
    }

    /// True with this probability.
    pub(crate) fn is(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// One of these.
    pub(crate) fn of_all<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// Mean 0, deviation 1, never beyond 3.5: four even numbers added, which is close enough to
    /// a bell for a sensor and costs one draw.
    pub(crate) fn bell(&mut self) -> f32 {
        const MEAN: f32 = 2.0 * 65_535.0;
        const DEVIATION: f32 = 37_837.0;
        let bits = self.next();
        let parts = [bits, bits >> 16, bits >> 32, bits >> 48];
        let sum: f32 = parts.iter().map(|part| f32::from(*part as u16)).sum();
        (sum - MEAN) / DEVIATION
    }
}

fn mix(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}
