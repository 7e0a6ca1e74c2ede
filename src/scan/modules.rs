//! The text of a code whose modules somebody has already, without any picture.

use crate::text::Decoder;

/// Sides of the versions 1 to 40, and how far they lie apart.
const SIDES: std::ops::RangeInclusive<usize> = 21..=177;
const SIDES_APART: usize = 4;

/// The text of the QR code with these modules, row after row: below zero is dark, and the nearer
/// to zero the less sure. `None` when that is no code, or has more errors than can be corrected.
pub fn text_of_modules(soft: &[f32], side: usize) -> Option<String> {
    let is_side = SIDES.contains(&side) && (side - SIDES.start()).is_multiple_of(SIDES_APART);
    if !is_side || soft.len() != side * side {
        return None;
    }
    let mut decoder = Decoder::default();
    let text = decoder.text(soft, side);
    text.or_else(|| decoder.text_with_losses(soft, side))
}

#[cfg(test)]
mod tests {
    use super::text_of_modules;

    #[test]
    fn what_is_no_square_of_modules_has_no_text() {
        for (count, side) in [(0, 0), (441, 20), (440, 21), (484, 22), (181 * 181, 181)] {
            assert_eq!(text_of_modules(&vec![1.0; count], side), None, "{side}");
        }
        assert_eq!(text_of_modules(&[1.0; 441], 21), None, "nothing but light");
    }
}
