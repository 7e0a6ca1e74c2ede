//! The modules of a QR code without any picture: a code of any text with modules turned over and
//! modules that are hardly sure, and squares of any modules at all.

use qrcode::bits::encode_auto;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::ec::construct_codewords;
use qrcode::{Color, EcLevel};
use scan::text_of_modules;

use super::Choices;
use super::picture::places;

/// Versions that are fed as squares of any modules.
const VERSIONS: usize = 8;
/// The mask is told by the bytes: an encoder spends most of its time on choosing the best.
const MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];
/// How sure a module is that is as it was drawn, and one that was weakened.
const SURE: f32 = 1.0;
const WEAK: f32 = 0.05;

/// Fewer than half of the checks spoilt are corrected, more are refused or corrected to whatever
/// text: never does it panic, and a whole number is read as it was drawn.
pub(crate) fn grid(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let length = usize::from(choices.byte() % 64);
    let levels = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H];
    let kind = usize::from(choices.byte());
    let mask = MASKS[kind / (levels.len() + 1) % MASKS.len()];
    let rest = choices.rest();
    let Some(level) = levels.get(kind % (levels.len() + 1)) else {
        return any_modules(length, rest);
    };
    let (text, changed) = rest.split_at(length.min(rest.len()));
    let Some((dark, side)) = drawn(text, *level, mask) else {
        return;
    };
    let module = |is_dark: &bool| if *is_dark { -SURE } else { SURE };
    let mut soft: Vec<f32> = dark.iter().map(module).collect();
    for (number, place) in places(changed, soft.len()).enumerate() {
        // Every third is only weakened, as at the edge of a shadow.
        soft[place] *= if number % 3 == 2 { WEAK } else { -SURE };
    }
    let found = text_of_modules(&soft, side);
    is_sane(found.as_deref());
    let is_number = text.len() >= 16 && text.iter().all(u8::is_ascii_digit);
    if changed.is_empty() && is_number {
        let found = found.expect("a whole code is read");
        assert_eq!(found.as_bytes(), text);
    }
}

/// Which modules of the code of this text are dark, and its side.
fn drawn(text: &[u8], level: EcLevel, mask: MaskPattern) -> Option<(Vec<bool>, usize)> {
    let bits = encode_auto(text, level).ok()?;
    let version = bits.version();
    let (content, checks) = construct_codewords(&bits.into_bytes(), version, level).ok()?;
    let mut canvas = Canvas::new(version, level);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&content, &checks);
    canvas.apply_mask(mask);
    let colors = canvas.into_colors();
    let dark = colors.iter().map(|color| *color == Color::Dark).collect();
    Some((dark, usize::try_from(version.width()).ok()?))
}

/// A square of a version's size, or one that no version has.
fn any_modules(length: usize, bytes: &[u8]) {
    let side = 17 + 4 * (1 + length % VERSIONS) + length / 60;
    let module = |place: usize| {
        let byte = bytes.get(place / 8 % bytes.len().max(1)).copied();
        let is_dark = byte.unwrap_or_default() >> (place % 8) & 1 == 1;
        if is_dark { -SURE } else { SURE }
    };
    let soft: Vec<f32> = (0..side * side).map(module).collect();
    is_sane(text_of_modules(&soft, side).as_deref());
    is_sane(text_of_modules(&soft, length).as_deref());
}

fn is_sane(text: Option<&str>) {
    assert!(text.is_none_or(|text| !text.is_empty() && text.len() <= 8_000));
}
