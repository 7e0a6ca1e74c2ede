//! From modules to text: format, error correction and payload are rqrr's.

use rqrr::{BitGrid, Grid};

use crate::word::{Words, is_small};

/// Codewords of a block taken as lost, from attempt to attempt.
const LOSSES_STEP: usize = 2;

/// Most codewords of a block taken as lost: all but two of the checks of version 2, level H.
const LOSSES_MAX: usize = 26;

/// Modules as rqrr asks for them: negative is dark.
struct Bits<'a> {
    soft: &'a [f32],
    side: usize,
}

impl BitGrid for Bits<'_> {
    fn size(&self) -> usize {
        self.side
    }

    fn bit(&self, y: usize, x: usize) -> bool {
        self.soft
            .get(y * self.side + x)
            .is_some_and(|module| *module < 0.0)
    }
}

/// Reused buffers from modules to text.
#[derive(Default)]
pub(crate) struct Decoder {
    words: Words,
    bytes: Vec<u8>,
}

impl Decoder {
    /// The content of the code with these modules, if its errors can be corrected. Those of small
    /// codes are corrected first, which is where most attempts end, and cheaply.
    pub(crate) fn text(&mut self, soft: &[f32], side: usize) -> Option<String> {
        if is_small(side) {
            self.mended(soft, side, 0)
        } else {
            decode(soft, side, &mut self.bytes)
        }
    }

    /// The content of a small code if its weakest codewords are taken as lost, few first.
    pub(crate) fn text_with_losses(&mut self, soft: &[f32], side: usize) -> Option<String> {
        (LOSSES_STEP..=LOSSES_MAX)
            .step_by(LOSSES_STEP)
            .find_map(|losses| self.mended(soft, side, losses))
    }

    fn mended(&mut self, soft: &[f32], side: usize, losses: usize) -> Option<String> {
        let mended = self.words.mend(soft, side, losses)?;
        decode(mended, side, &mut self.bytes)
    }
}

/// The text of modules with correctable errors.
fn decode(soft: &[f32], side: usize, bytes: &mut Vec<u8>) -> Option<String> {
    bytes.clear();
    Grid::new(Bits { soft, side }).decode_to(&mut *bytes).ok()?;
    let text = str::from_utf8(bytes).ok()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// True for text of digits only, as payment codes are.
pub(crate) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits of a payment code.
const PAYMENT_DIGITS: std::ops::RangeInclusive<usize> = 16..=24;

/// True for a number as long as payment codes are.
pub(crate) fn is_payment(text: &str) -> bool {
    is_number(text) && PAYMENT_DIGITS.contains(&text.len())
}
