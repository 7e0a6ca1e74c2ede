//! Modules of one code over a few frames: what noise hides in one, another shows.
//!
//! A code that was found but not read leaves its judged modules behind. When the next frame's
//! modules are not enough either, those of up to two earlier frames are added to them, if they
//! are alike enough to be the same code's. Error correction still has the last word.

use crate::number::float;
use crate::symbol::{known, version};

/// Earlier frames that are kept.
const KEPT: usize = 2;

/// Frames after which what was seen counts no more: about half a second.
const AGE_MAX: u32 = 15;

/// Least likeness of two frames' modules: unlike codes are near 0, noisy twins near 0.5.
const ALIKE_MIN: f32 = 0.25;

/// Farthest one frame's module may count.
const SURE: f32 = 1.5;

/// The modules of one frame, if any.
#[derive(Default)]
struct Ballot {
    side: usize,
    is_light: bool,
    /// How right its finders were.
    quality: f32,
    /// Frames ago.
    age: u32,
    modules: Vec<f32>,
}

impl Ballot {
    fn clear(&mut self) {
        self.side = 0;
        self.modules.clear();
    }

    /// Likeness of the modules that depend on the content, from -1 to 1.
    fn alike(&self, modules: &[f32]) -> f32 {
        let (mut product, mut own, mut other) = (0.0, 0.0, 0.0);
        for (at, (&mine, &theirs)) in self.modules.iter().zip(modules).enumerate() {
            if known(self.side, at % self.side, at / self.side).is_none() {
                product += mine * theirs;
                own += mine * mine;
                other += theirs * theirs;
            }
        }
        product / (own * other).sqrt().max(f32::MIN_POSITIVE)
    }
}

/// Reused ballots of the last frames and of this one.
#[derive(Default)]
pub(crate) struct Votes {
    earlier: [Ballot; KEPT],
    now: Ballot,
    sums: Vec<f32>,
}

impl Votes {
    /// Begins a new frame: what the last one left becomes an earlier one.
    pub(crate) fn begin(&mut self) {
        for ballot in &mut self.earlier {
            ballot.age += 1;
            if ballot.age > AGE_MAX {
                ballot.clear();
            }
        }
        if self.now.side > 0 {
            self.earlier.rotate_right(1);
            std::mem::swap(&mut self.earlier[0], &mut self.now);
            self.earlier[0].age = 1;
            self.now.clear();
        }
    }

    /// Forgets everything: a code was read.
    pub(crate) fn clear(&mut self) {
        self.now.clear();
        for ballot in &mut self.earlier {
            ballot.clear();
        }
    }

    /// Leaves `modules` for later frames, unless this frame left better ones.
    pub(crate) fn leave(&mut self, side: usize, is_light: bool, quality: f32, modules: &[f32]) {
        if self.now.side > 0 && self.now.quality >= quality {
            return;
        }
        (self.now.side, self.now.is_light) = (side, is_light);
        self.now.quality = quality;
        self.now.modules.clear();
        let clamped = modules.iter().map(|module| module.clamp(-SURE, SURE));
        self.now.modules.extend(clamped);
    }

    /// `modules` with those of earlier frames added; `None` when none of them fits.
    pub(crate) fn join(&mut self, side: usize, is_light: bool, modules: &[f32]) -> Option<&[f32]> {
        if version(side) == 0 {
            return None;
        }
        self.sums.clear();
        let clamped = modules.iter().map(|module| module.clamp(-SURE, SURE));
        self.sums.extend(clamped);
        let mut voters = 0_usize;
        for ballot in &self.earlier {
            let is_same_kind = ballot.side == side
                && ballot.is_light == is_light
                && ballot.modules.len() == modules.len();
            if is_same_kind && ballot.alike(modules) >= ALIKE_MIN {
                voters += 1;
                for (sum, module) in self.sums.iter_mut().zip(&ballot.modules) {
                    *sum += module;
                }
            }
        }
        (voters > 0).then_some(&self.sums)
    }

    /// How many earlier frames are there.
    fn count(&self) -> f32 {
        float(self.earlier.iter().filter(|ballot| ballot.side > 0).count())
    }
}

impl std::fmt::Debug for Votes {
    /// The number only: the modules are a payment code's.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Votes({})", self.count())
    }
}
