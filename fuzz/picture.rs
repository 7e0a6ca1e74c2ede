//! Camera frames: any bytes as a grey plane, QR codes with any modules turned over, and bars.

use barcoders::sym::code128::Code128;
use qrcode::{Color, EcLevel, QrCode};
use scan::{Luma, SIDE_MAX, Scanner, Sighting};

use super::Choices;

/// Pictures are small here: what matters is what they hold, and that many are looked at.
const SIDE: usize = 48;
/// Pixels of a module, and white around a code in modules.
const MODULE: usize = 3;
const QUIET: usize = 4;
/// White around bars in modules, as their standard wants.
const BARS_QUIET: usize = 10;
/// Letters that the bars carry at most.
const LETTERS_MAX: usize = 24;

/// A picture of any bytes is searched to its end; a plane that contradicts itself is refused.
pub(crate) fn luma(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let width = usize::from(choices.byte());
    let height = usize::from(choices.byte());
    let form = choices.byte();
    let stride = width + usize::from(form % 8);
    // The searches may take turns, so some pictures are shown more than once.
    let turns = if form < 128 { 1 } else { 2 };
    let pixels = choices.rest();
    // The plane as it came: too short, too wide, empty.
    look(pixels, (width, SIDE_MAX + height, stride), turns);
    look(pixels, (usize::MAX, height, stride), turns);
    if look(pixels, (width, height, stride), turns) || pixels.is_empty() {
        return;
    }
    // Or one that the bytes fill by being repeated.
    let (width, height) = (width.min(SIDE), height.min(SIDE));
    let filled: Vec<u8> = pixels
        .iter()
        .copied()
        .cycle()
        .take(stride * height)
        .collect();
    look(&filled, (width, height, stride.max(width)), turns);
}

/// Whether it was a picture at all.
fn look(pixels: &[u8], (width, height, stride): (usize, usize, usize), turns: u32) -> bool {
    let Ok(luma) = Luma::new(pixels, width, height, stride) else {
        return false;
    };
    assert!(pixels.len() >= stride * (height - 1) + width);
    let mut scanner = Scanner::default();
    for _ in 0..turns {
        if let Ok(sighting) = scanner.look(&luma) {
            is_sane(&sighting);
        }
    }
    true
}

fn is_sane(sighting: &Sighting) {
    assert!(sighting.text.len() <= 8_000);
    let corners = sighting.corners.iter();
    let mut finite = corners.map(|(x, y)| x.is_finite() && y.is_finite());
    assert!(finite.all(|is_finite| is_finite));
}

/// A code of the first bytes with the modules turned over that the others name: a whole code of
/// digits is read as it was drawn, a spoilt one is searched to its end.
pub(crate) fn code(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let length = usize::from(choices.byte() % 32);
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
    for place in places(turned, modules.len()) {
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
    found.iter().for_each(is_sane);
    let is_number = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    if turned.is_empty() && is_number && text.len() >= 16 {
        let found = found.expect("a whole code is read");
        assert_eq!(found.text.as_bytes(), text);
    }
}

/// Two bytes a place.
pub(super) fn places(bytes: &[u8], count: usize) -> impl Iterator<Item = usize> {
    let pairs = bytes.chunks_exact(2);
    pairs.map(move |pair| (usize::from(pair[0]) << 8 | usize::from(pair[1])) % count)
}

/// The bars of the first bytes, upright or lying, dark or light, with the modules turned over that
/// the others name: whole ones are read as they were drawn or not at all.
pub(crate) fn bars(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let length = usize::from(choices.byte()) % LETTERS_MAX;
    let module = 1 + usize::from(choices.byte() % 3);
    let high = 1 + usize::from(choices.byte() % 100);
    let form = choices.byte();
    let rest = choices.rest();
    let (text, turned) = rest.split_at(length.min(rest.len()));
    // Every letter is in set B, as a person types it; pairs of digits are in set C.
    let is_digits = text.len() % 2 == 0 && text.iter().all(u8::is_ascii_digit);
    let set = if is_digits { '\u{0106}' } else { '\u{0181}' };
    let letters = std::str::from_utf8(text).unwrap_or_default();
    let Ok(code) = Code128::new(format!("{set}{letters}")) else {
        return;
    };
    let mut modules = vec![0; BARS_QUIET];
    modules.extend(code.encode());
    modules.extend([0; BARS_QUIET]);
    for place in places(turned, modules.len()) {
        modules[place] = 1 - modules[place];
    }
    let (is_lying, is_light) = (form % 2 == 1, form & 2 == 2);
    let wide = modules.len() * module;
    let size = if is_lying { (high, wide) } else { (wide, high) };
    let grey = |place: usize| {
        let along = if is_lying {
            place / size.0
        } else {
            place % size.0
        };
        let is_bar = modules[along / module] == 1;
        if is_bar == is_light { 230 } else { 20 }
    };
    let pixels: Vec<u8> = (0..size.0 * size.1).map(grey).collect();
    let luma = Luma::new(&pixels, size.0, size.1, size.0).expect("a whole plane");
    let found = Scanner::default().look(&luma);
    found.iter().for_each(is_sane);
    // Letters beyond these are orders to the encoder, such as to go on in another set.
    let is_plain = turned.is_empty() && letters.is_ascii();
    if let (true, Ok(found)) = (is_plain, found) {
        assert_eq!(found.text, letters);
    }
}
