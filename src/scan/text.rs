//! From modules to text: format, error correction and payload are rqrr's.

use rqrr::{BitGrid, Grid};

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

/// The content of the code with these modules, if its errors can be corrected; `bytes` is reused.
pub(crate) fn decode(soft: &[f32], side: usize, bytes: &mut Vec<u8>) -> Option<String> {
    bytes.clear();
    Grid::new(Bits { soft, side }).decode_to(&mut *bytes).ok()?;
    let text = str::from_utf8(bytes).ok()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// True for text of digits only, as payment codes are.
pub(crate) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
