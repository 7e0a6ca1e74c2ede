//! Bars of all sets, directions and polarities, blurred ones, and what only looks like bars.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "greys and places in a picture of a few hundred pixels"
)]

use barcoders::sym::code128::Code128;
use qrcode::{Color, QrCode};

use super::code::{self, MODULES, STOP_MODULES};
use crate::{Kind, Luma, Missed, Scanner, Sighting};

const DIGITS: &str = "284512345678901234";

/// Another payment code.
const OTHER: &str = "136330649313335454";

/// Letters by which the other crate is told the sets.
const SET_A: char = '\u{00c0}';
const SET_B: char = '\u{0181}';
const SET_C: char = '\u{0106}';

const WIDTH: usize = 640;
const HEIGHT: usize = 480;

/// Dark modules of the symbols from the start to the last before the check symbol.
fn modules(symbols: &[u8]) -> Vec<bool> {
    let mut all = symbols.to_vec();
    all.push(0);
    let check = code::deficit(&all);
    *all.last_mut().expect("not empty") = u8::try_from(check).expect("below 103");
    spelt(&all)
}

/// Dark modules of all of these symbols and the stop.
fn spelt(symbols: &[u8]) -> Vec<bool> {
    let mut modules = Vec::new();
    for symbol in symbols {
        let bits = code::modules(usize::from(*symbol));
        modules.extend((0..MODULES).map(|place| bits >> place & 1 == 1));
    }
    let bits = code::stop_modules();
    modules.extend((0..STOP_MODULES).map(|place| bits >> place & 1 == 1));
    modules
}

/// The symbols of a payment code in set C.
fn payment(digits: &str) -> Vec<u8> {
    let mut symbols = vec![105];
    for pair in digits.as_bytes().chunks(2) {
        symbols.push((pair[0] - b'0') * 10 + pair[1] - b'0');
    }
    symbols
}

/// Where bars lie in a picture.
#[derive(Clone, Copy)]
struct Pose {
    middle: (f32, f32),
    /// Size of a module and of the bars' height in pixels.
    module: f32,
    height: f32,
    /// Direction of the code in degrees.
    turn: f32,
}

const UPRIGHT: Pose = Pose {
    middle: (320.0, 240.0),
    module: 3.0,
    height: 90.0,
    turn: 0.0,
};

/// A picture whose pixels are drawn one by one from what stands at places of it.
struct Canvas {
    pixels: Vec<u8>,
    width: usize,
}

impl Canvas {
    fn filled(level: u8) -> Self {
        Self {
            pixels: vec![level; WIDTH * HEIGHT],
            width: WIDTH,
        }
    }

    /// Draws bars on a card that is `quiet` modules wider on each side.
    fn bars(&mut self, modules: &[bool], pose: Pose, quiet: f32, inks: (u8, u8)) {
        let (sin, cos) = pose.turn.to_radians().sin_cos();
        let count = f32::from(u16::try_from(modules.len()).expect("few"));
        let place = |at: usize| f32::from(u16::try_from(at).expect("small"));
        for (at, pixel) in self.pixels.iter_mut().enumerate() {
            let (mut sum, mut covered) = (0.0, 0.0);
            for part in 0..16 {
                let x = place(at % self.width) + (place(part % 4) + 0.5) / 4.0 - pose.middle.0;
                let y = place(at / self.width) + (place(part / 4) + 0.5) / 4.0 - pose.middle.1;
                let along = (x * cos + y * sin) / pose.module + count / 2.0;
                let down = (y * cos - x * sin) / pose.height;
                if along < -quiet || along > count + quiet || down.abs() > 0.6 {
                    continue;
                }
                let module = usize::try_from(along.floor() as i64).ok();
                let is_dark = down.abs() <= 0.5
                    && module.is_some_and(|module| modules.get(module) == Some(&true));
                sum += f32::from(if is_dark { inks.0 } else { inks.1 });
                covered += 1.0;
            }
            let level = sum / 16.0 + f32::from(*pixel) * (1.0 - covered / 16.0);
            *pixel = level.round() as u8;
        }
    }

    /// The mean of the pixels around each, so many times.
    fn blurred(&self, reach: usize, times: usize) -> Self {
        let mut pixels = self.pixels.clone();
        for _ in 0..times {
            for step in [1, self.width] {
                let from = pixels.clone();
                for (at, pixel) in pixels.iter_mut().enumerate() {
                    let near = (0..=2 * reach)
                        .filter_map(|far| (at + far * step).checked_sub(reach * step))
                        .filter_map(|at| from.get(at));
                    let (sum, count) = near.fold((0, 0), |(sum, count), level| {
                        (sum + u32::from(*level), count + 1)
                    });
                    *pixel = (sum / count) as u8;
                }
            }
        }
        Self {
            pixels,
            width: self.width,
        }
    }

    fn qr(&mut self, text: &str, (left, top): (usize, usize), px: usize) {
        let code = QrCode::new(text).expect("it fits");
        for (at, color) in code.to_colors().iter().enumerate() {
            let (column, row) = (at % code.width(), at / code.width());
            for place in 0..px * px {
                let (x, y) = (left + column * px + place % px, top + row * px + place / px);
                self.pixels[y * self.width + x] = if *color == Color::Dark { 10 } else { 240 };
            }
        }
    }

    fn luma(&self) -> Luma<'_> {
        let height = self.pixels.len() / self.width;
        Luma::new(&self.pixels, self.width, height, self.width).expect("a sound picture")
    }

    fn read(&self) -> Result<Sighting, Missed> {
        Scanner::default().look(&self.luma())
    }
}

fn drawn(symbols: &[u8], pose: Pose) -> Canvas {
    let mut canvas = Canvas::filled(70);
    canvas.bars(&modules(symbols), pose, 12.0, (15, 235));
    canvas
}

fn check(canvas: &Canvas, text: &str, what: &str) {
    let seen = canvas.read();
    let seen = seen.unwrap_or_else(|missed| panic!("{what}: {}", missed.as_str()));
    assert_eq!(
        (seen.text.as_str(), seen.kind),
        (text, Kind::Code128),
        "{what}"
    );
}

#[test]
fn every_symbol_is_drawn_as_another_crate_draws_it() {
    let same = |text: String, symbols: &[u8]| {
        let other = Code128::new(text).expect("a sound text").encode();
        let other: Vec<bool> = other.iter().map(|module| *module == 1).collect();
        assert_eq!(other, modules(symbols));
    };
    for pair in 0..100_u8 {
        same(format!("{SET_C}{pair:02}{pair:02}"), &[105, pair, pair]);
    }
    for letter in 32..127_u8 {
        let letters = char::from(letter);
        same(
            format!("{SET_B}{letters}{letters}"),
            &[104, letter - 32, letter - 32],
        );
    }
    for letter in 32..96_u8 {
        let letters = char::from(letter);
        same(format!("{SET_A}{letters}"), &[103, letter - 32]);
    }
}

#[test]
fn sets_shifts_and_functions_make_the_text_they_stand_for() {
    let text = |symbols: &[u8]| {
        let mut all = symbols.to_vec();
        all.push(0);
        let check = code::deficit(&all);
        *all.last_mut().expect("not empty") = u8::try_from(check).expect("below 103");
        code::text(&all)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(text(&[105, 1, 23, 45]), some("012345"));
    assert_eq!(text(&[104, 33, 65, 99, 12]), some("Aa12"), "B, then C");
    assert_eq!(text(&[105, 12, 100, 17]), some("121"), "C, then B");
    assert_eq!(text(&[105, 12, 101, 64]), some("12\0"), "C, then A");
    assert_eq!(text(&[103, 33, 98, 65, 33]), some("AaA"), "one letter of B");
    assert_eq!(
        text(&[104, 65, 98, 73, 65]),
        some("a\ta"),
        "one letter of A"
    );
    assert_eq!(text(&[105, 102, 1, 102, 2]), some("01\u{1d}02"), "FNC1");
    assert_eq!(text(&[104, 96, 33, 97, 34]), some("AB"), "FNC2 and FNC3");
    assert_eq!(text(&[104, 100, 83, 83]), some("ós"), "the upper half once");
    assert_eq!(
        text(&[104, 100, 100, 83, 83, 100, 100, 83]),
        some("óós"),
        "and for long"
    );
    assert_eq!(text(&[105]), None, "nothing");
    assert_eq!(text(&[105, 12, 104]), None, "a start inside");
    assert_eq!(code::text(&[105, 12, 13]), None, "a wrong check symbol");
    assert_eq!(code::text(&[]), None);
}

#[test]
fn bars_are_read_in_every_direction_and_upside_down() {
    for step in 0..24_u8 {
        let pose = Pose {
            turn: f32::from(step) * 15.0 + 3.0,
            ..UPRIGHT
        };
        check(
            &drawn(&payment(DIGITS), pose),
            DIGITS,
            &format!("{}", pose.turn),
        );
    }
}

#[test]
fn bars_of_every_set_are_read() {
    let cases: [(&[u8], &str); 4] = [
        (&[104, 35, 79, 68, 69, 0, 17, 18, 24], "Code 128"),
        (&[103, 33, 34, 35, 16, 17, 18], "ABC012"),
        (&[105, 12, 34, 56], "123456"),
        (
            &[105, 62, 22, 45, 1, 1, 52, 66, 81, 68, 100, 22],
            "6222450101526681686",
        ),
    ];
    for (symbols, text) in cases {
        check(&drawn(symbols, UPRIGHT), text, text);
    }
}

#[test]
fn light_bars_on_dark_ground_are_read() {
    let mut canvas = Canvas::filled(90);
    canvas.bars(&modules(&payment(DIGITS)), UPRIGHT, 12.0, (230, 20));
    check(&canvas, DIGITS, "light bars");
}

#[test]
fn the_outline_begins_where_the_code_does() {
    let upright = drawn(&payment(DIGITS), UPRIGHT).read().expect("it is read");
    let half = 134.0 * 3.0 / 2.0;
    let near = |(x, y): (f32, f32), (want_x, want_y): (f32, f32)| {
        assert!(
            (x - want_x).abs() < 12.0 && (y - want_y).abs() < 20.0,
            "{x},{y}"
        );
    };
    near(upright.corners[0], (320.0 - half, 195.0));
    near(upright.corners[2], (320.0 + half, 285.0));
    let turned = Pose {
        turn: 180.0,
        ..UPRIGHT
    };
    let turned = drawn(&payment(DIGITS), turned).read().expect("it is read");
    near(turned.corners[0], (320.0 + half, 285.0));
    near(turned.corners[2], (320.0 - half, 195.0));
}

#[test]
fn blurred_bars_are_read_up_to_four_fifths_of_a_module() {
    // The blur's deviations are 0.8, 0.7, 0.7, 0.8 and 0.8 modules.
    for (module, reach, times) in [
        (1.4, 1, 2),
        (1.6, 1, 2),
        (2.0, 1, 3),
        (2.5, 2, 2),
        (3.5, 3, 2),
    ] {
        let pose = Pose {
            module,
            turn: 7.0,
            ..UPRIGHT
        };
        let canvas = drawn(&payment(DIGITS), pose).blurred(reach, times);
        check(&canvas, DIGITS, &format!("{module} pixels"));
    }
}

#[test]
fn bars_without_light_on_both_sides_are_none() {
    for ends in [(0, 20), (20, 0), (0, 0)] {
        let mut all: Vec<bool> = std::iter::repeat_n([true, false], ends.0)
            .flatten()
            .collect();
        all.extend(modules(&payment(DIGITS)));
        all.extend(std::iter::repeat_n([false, true], ends.1).flatten());
        let mut canvas = Canvas::filled(10);
        canvas.bars(&all, UPRIGHT, 0.0, (10, 235));
        assert!(canvas.read().is_err(), "{ends:?}");
    }
}

#[test]
fn a_wrong_check_symbol_or_a_missing_stop_is_not_read() {
    let mut symbols = payment(DIGITS);
    symbols.push(3);
    let mut canvas = Canvas::filled(70);
    canvas.bars(&spelt(&symbols), UPRIGHT, 12.0, (15, 235));
    assert!(canvas.read().is_err());
    let whole = modules(&payment(DIGITS));
    let mut canvas = Canvas::filled(70);
    canvas.bars(&whole[..whole.len() - 11], UPRIGHT, 12.0, (15, 235));
    assert!(canvas.read().is_err());
}

#[test]
fn stripes_and_random_bars_are_none() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for number in 0..60 {
        let modules: Vec<bool> = (0..134)
            .map(|at| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                match number {
                    0 => at % 2 == 0,
                    1 => at % 4 < 2,
                    _ => state >> 62 & 1 == 1,
                }
            })
            .collect();
        let mut canvas = Canvas::filled(70);
        canvas.bars(&modules, UPRIGHT, 12.0, (15, 235));
        assert!(canvas.read().is_err(), "{number}");
        assert!(canvas.blurred(1, 2).read().is_err(), "{number}, blurred");
    }
}

/// Where a page has its bars.
const ABOVE_CODE: Pose = Pose {
    middle: (320.0, 90.0),
    height: 70.0,
    ..UPRIGHT
};

/// A page with bars above a QR code.
fn page(bars: &str, qr: &str) -> Canvas {
    let mut canvas = Canvas::filled(240);
    canvas.bars(&modules(&payment(bars)), ABOVE_CODE, 12.0, (15, 240));
    canvas.qr(qr, (195, 190), 10);
    canvas
}

#[test]
fn a_page_whose_bars_say_the_same_is_read_and_one_whose_bars_deny_it_is_not() {
    let seen = page(DIGITS, DIGITS).read().expect("the code is read");
    assert_eq!((seen.text.as_str(), seen.kind), (DIGITS, Kind::Qr));
    assert!(page(OTHER, DIGITS).read().is_err());
}

#[test]
fn bars_below_the_code_count_as_those_above() {
    for (number, is_read) in [(DIGITS, true), (OTHER, false)] {
        let mut canvas = Canvas::filled(240);
        let below = Pose {
            middle: (320.0, 390.0),
            ..ABOVE_CODE
        };
        canvas.bars(&modules(&payment(number)), below, 12.0, (15, 240));
        canvas.qr(DIGITS, (195, 60), 10);
        assert_eq!(canvas.read().is_ok(), is_read);
    }
}

#[test]
fn blurred_bars_deny_a_page_too() {
    let same = page(DIGITS, DIGITS).blurred(1, 2);
    assert_eq!(same.read().expect("the code is read").kind, Kind::Qr);
    assert!(page(OTHER, DIGITS).blurred(1, 2).read().is_err());
}

#[test]
fn a_page_is_denied_as_long_as_it_is_shown_and_the_next_one_is_read() {
    let mut scanner = Scanner::default();
    let lie = page(OTHER, DIGITS);
    for _ in 0..20 {
        assert!(scanner.look(&lie.luma()).is_err());
    }
    let seen = scanner.look(&page(DIGITS, DIGITS).luma());
    assert_eq!(seen.expect("the next page is read").text, DIGITS);
}

#[test]
fn bars_in_a_frame_after_the_code_of_the_same_page_may_not_say_something_else() {
    let bars_of = |number| {
        let mut canvas = Canvas::filled(240);
        canvas.bars(&modules(&payment(number)), ABOVE_CODE, 12.0, (15, 240));
        canvas
    };
    for (number, is_taken) in [(DIGITS, true), (OTHER, false)] {
        let mut scanner = Scanner::default();
        let seen = scanner.look(&page(DIGITS, DIGITS).luma());
        assert_eq!(seen.expect("the code is read").kind, Kind::Qr);
        assert_eq!(scanner.look(&bars_of(number).luma()).is_ok(), is_taken);
    }
}

#[test]
fn bars_are_read_beside_a_sticker() {
    let mut canvas = drawn(
        &payment(DIGITS),
        Pose {
            middle: (320.0, 90.0),
            ..UPRIGHT
        },
    );
    canvas.qr("https://pay.example/shop", (200, 200), 8);
    check(&canvas, DIGITS, "bars beside a sticker");
}
