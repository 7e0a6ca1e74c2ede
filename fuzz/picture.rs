//! Camera frames: any bytes as a grey picture, and codes with any modules turned over.

use qrcode::{Color, EcLevel, QrCode};
use scan::{Luma, SIDE_MAX, Scanner};

use super::Choices;

/// Pictures are small here: what matters is what they hold.
const SIDE: usize = 160;
/// Pixels of a module, and white around a code in modules.
const MODULE: usize = 3;
const QUIET: usize = 4;

/// A picture of any bytes is searched to its end; a whole code is read as it was drawn.
pub(crate) fn picture(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    if choices.is_true() {
        drawn(choices);
    } else {
        raw(choices);
    }
}

fn raw(mut choices: Choices<'_>) {
    let width = usize::from(choices.byte());
    let height = usize::from(choices.byte());
    let stride = width + usize::from(choices.byte() % 8);
    let pixels = choices.rest();
    // The plane as it came: too short, too wide, empty.
    look(pixels, width, height, stride);
    look(pixels, width, SIDE_MAX + height, stride);
    look(pixels, usize::MAX, height, stride);
    if pixels.is_empty() {
        return;
    }
    // And one that the bytes fill by being repeated.
    let (width, height) = (width.min(SIDE), height.min(SIDE));
    let filled: Vec<u8> = pixels
        .iter()
        .copied()
        .cycle()
        .take(stride * height)
        .collect();
    look(&filled, width, height, stride.max(width));
}

fn look(pixels: &[u8], width: usize, height: usize, stride: usize) {
    let Ok(luma) = Luma::new(pixels, width, height, stride) else {
        return;
    };
    assert!(pixels.len() >= stride * (height - 1) + width);
    let mut scanner = Scanner::default();
    // The searches take turns, so one picture is shown more than once.
    for _ in 0..2 {
        if let Ok(sighting) = scanner.look(&luma) {
            assert!(sighting.text.len() <= 8_000);
            assert!(
                sighting
                    .corners
                    .iter()
                    .all(|(x, y)| x.is_finite() && y.is_finite())
            );
        }
    }
}

/// A code of the first bytes with the modules turned over that the others name.
fn drawn(mut choices: Choices<'_>) {
    let length = usize::from(choices.byte() % 64);
    let level = choices.of_all(&[EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H]);
    let rest = choices.rest();
    let (text, turned) = rest.split_at(length.min(rest.len()));
    let Ok(code) = QrCode::with_error_correction_level(text, level) else {
        return;
    };
    let width = code.width();
    let mut modules: Vec<bool> = code
        .to_colors()
        .iter()
        .map(|one| *one == Color::Dark)
        .collect();
    for pair in turned.chunks_exact(2) {
        let place = (usize::from(pair[0]) << 8 | usize::from(pair[1])) % modules.len();
        modules[place] = !modules[place];
    }
    let side = (width + 2 * QUIET) * MODULE;
    let ink = |place: usize| {
        let at = |one: usize| (one / MODULE).checked_sub(QUIET).filter(|one| *one < width);
        let dark = at(place % side).zip(at(place / side));
        dark.is_some_and(|(x, y)| modules[y * width + x])
    };
    let pixels: Vec<u8> = (0..side * side)
        .map(|place| if ink(place) { 20 } else { 230 })
        .collect();
    let luma = Luma::new(&pixels, side, side, side).expect("a whole plane");
    let found = Scanner::default().look(&luma);
    let is_number = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    if turned.is_empty() && is_number && text.len() >= 16 {
        let found = found.expect("a whole code is read");
        assert_eq!(found.text.as_bytes(), text);
    }
}
