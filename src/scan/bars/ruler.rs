//! Where the modules of a code lie along its profile.
//!
//! A tilted phone makes modules at one end smaller than at the other, as perspective does; small
//! rests of that, and what a wrong end brings, are a polynomial.

use wide::f32x4;

use crate::number::float;

/// Coefficients of the polynomial.
pub(crate) const TERMS: usize = 4;

/// From modules to samples of a profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ruler {
    /// Where the first module begins and the last ends; the first is larger for a code that is
    /// seen upside down.
    pub(crate) ends: (f32, f32),
    /// How perspective stretches the beginning.
    pub(crate) lean: f32,
    /// Modules in all.
    pub(crate) modules: usize,
    /// Small corrections in samples: even, linear and so on from -1 to 1 along the code.
    pub(crate) terms: [f32; TERMS],
}

impl Ruler {
    /// The sample at which `module` of the code lies.
    pub(crate) fn place(&self, module: f32) -> f32 {
        let share = module / float(self.modules);
        let leant = share * (1.0 + self.lean) / (1.0 + self.lean * share);
        let powers = powers(2.0 * share - 1.0);
        let rest: f32 = powers
            .iter()
            .zip(self.terms)
            .map(|(power, term)| power * term)
            .sum();
        self.ends.0 + (self.ends.1 - self.ends.0) * leant + rest
    }

    /// The samples at which four modules lie.
    pub(crate) fn places(&self, modules: f32x4) -> f32x4 {
        let share = modules * (1.0 / float(self.modules));
        let leant = share * (1.0 + self.lean) / (share * self.lean + 1.0);
        let place = share * 2.0 - 1.0;
        let [even, linear, square, cube] = self.terms;
        let rest = ((place * cube + square) * place + linear) * place + even;
        leant * (self.ends.1 - self.ends.0) + self.ends.0 + rest
    }

    /// Samples of a module, signed, on average.
    pub(crate) fn module(&self) -> f32 {
        (self.ends.1 - self.ends.0) / float(self.modules)
    }
}

/// The powers that the corrections are multiplied with.
pub(crate) fn powers(place: f32) -> [f32; TERMS] {
    [1.0, place, place * place, place * place * place]
}
