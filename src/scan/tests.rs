//! Codes drawn by another crate, turned, shrunk, inverted and spoilt, and pictures that must read
//! as nothing.

use qrcode::{EcLevel, QrCode};

use crate::{Accepted, BadPlane, Kind, Luma, Missed, SIDE_MAX, Scanner, Sighting};

mod missed;

const CODE: &str = "284512345678901234";

/// Small deterministic source of noise (xorshift64*).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).expect("31 bits fit") % limit
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).expect("below 256")
    }
}

/// A grey picture that tests draw on.
struct Canvas {
    pixels: Vec<u8>,
    width: usize,
    height: usize,
    stride: usize,
}

impl Canvas {
    fn filled(width: usize, height: usize, level: u8) -> Self {
        Self {
            pixels: vec![level; width * height],
            width,
            height,
            stride: width,
        }
    }

    fn noisy(width: usize, height: usize, noise: &mut Noise) -> Self {
        let pixels = (0..width * height).map(|_| noise.byte()).collect();
        Self {
            pixels,
            width,
            height,
            stride: width,
        }
    }

    fn set(&mut self, x: usize, y: usize, level: u8) {
        self.pixels[y * self.stride + x] = level;
    }

    /// Draws `text` with its quiet zone; returns the outline's top left and side.
    fn draw(
        &mut self,
        text: &str,
        (left, top): (usize, usize),
        px: usize,
        inks: (u8, u8),
    ) -> usize {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).expect("text fits a code");
        let modules = code.width();
        let quiet = 4;
        for row in 0..modules + 2 * quiet {
            for column in 0..modules + 2 * quiet {
                let inside = (quiet..modules + quiet).contains(&row)
                    && (quiet..modules + quiet).contains(&column);
                let is_dark = inside && code[(column - quiet, row - quiet)] == qrcode::Color::Dark;
                let level = if is_dark { inks.0 } else { inks.1 };
                for y in 0..px {
                    for x in 0..px {
                        self.set(left + column * px + x, top + row * px + y, level);
                    }
                }
            }
        }
        modules * px
    }

    /// The picture turned by 90 degrees.
    fn turned(&self) -> Self {
        let mut out = Self::filled(self.height, self.width, 0);
        for y in 0..self.height {
            for x in 0..self.width {
                out.set(self.height - 1 - y, x, self.pixels[y * self.stride + x]);
            }
        }
        out
    }

    /// The same picture in a buffer with padded rows full of rubbish.
    fn padded(&self, padding: usize, noise: &mut Noise) -> Self {
        let stride = self.width + padding;
        let mut pixels: Vec<u8> = (0..stride * self.height).map(|_| noise.byte()).collect();
        for (y, row) in self.pixels.chunks_exact(self.width).enumerate() {
            pixels[y * stride..y * stride + self.width].copy_from_slice(row);
        }
        Self {
            pixels,
            width: self.width,
            height: self.height,
            stride,
        }
    }

    fn spoil(&mut self, noise: &mut Noise, reach: usize) {
        for pixel in &mut self.pixels {
            let shift = noise.below(2 * reach + 1);
            let level = (usize::from(*pixel) + shift).saturating_sub(reach).min(255);
            *pixel = u8::try_from(level).expect("at most 255");
        }
    }

    fn luma(&self) -> Luma<'_> {
        Luma::new(&self.pixels, self.width, self.height, self.stride).expect("a sound picture")
    }

    /// What a fresh scanner reads within two frames.
    fn read(&self) -> Result<Sighting, Missed> {
        let mut scanner = Scanner::default();
        scanner
            .look(&self.luma())
            .or_else(|_| scanner.look(&self.luma()))
    }
}

fn scene(px: usize) -> Canvas {
    let mut canvas = Canvas::filled(640, 480, 90);
    canvas.draw(CODE, (100, 60), px, (15, 240));
    canvas
}

fn check_read(canvas: &Canvas) -> Sighting {
    let seen = canvas.read().expect("the code is read");
    assert_eq!(seen.text, CODE);
    assert_eq!(seen.kind, Kind::Qr);
    seen
}

#[test]
fn codes_of_every_size_are_read() {
    for px in [2, 3, 4, 5, 6, 8, 10, 13] {
        let seen = check_read(&scene(px));
        assert!(
            (seen.scale - 2.0).abs() < 0.01 || px < 6,
            "{px} px modules are read at half size"
        );
    }
}

#[test]
fn a_code_that_fills_the_frame_is_read() {
    let mut canvas = Canvas::filled(1280, 720, 40);
    canvas.draw(CODE, (300, 20), 23, (20, 250));
    check_read(&canvas);
}

#[test]
fn codes_are_read_in_all_four_turns() {
    let mut canvas = scene(6);
    for _ in 0..4 {
        check_read(&canvas);
        canvas = canvas.turned();
    }
}

#[test]
fn light_codes_on_dark_ground_are_read() {
    let mut canvas = Canvas::filled(640, 480, 30);
    canvas.draw(CODE, (100, 60), 8, (235, 20));
    check_read(&canvas);
}

#[test]
fn noise_and_low_contrast_do_not_hide_a_code() {
    let mut noise = Noise(7);
    for (inks, reach) in [
        ((15, 240), 40),
        ((60, 140), 15),
        ((5, 60), 6),
        ((180, 250), 10),
    ] {
        let mut canvas = Canvas::filled(640, 480, 100);
        canvas.draw(CODE, (120, 80), 8, inks);
        canvas.spoil(&mut noise, reach);
        check_read(&canvas);
    }
}

#[test]
fn a_followed_code_stays_where_it_is_and_a_fresh_one_elsewhere_is_seen_within_two_frames() {
    const FRESH: &str = "136330649313335454";
    let ground = || Canvas::filled(1280, 720, 120);
    let mut first = ground();
    first.draw(CODE, (100, 100), 6, (15, 240));
    let mut second = ground();
    second.draw(FRESH, (900, 400), 6, (15, 240));
    let mut scanner = Scanner::default();
    let whole = scanner.look(&first.luma()).expect("the code is read");
    let near = scanner.look(&first.luma()).expect("the code is read again");
    assert_eq!(
        (&whole.text, &near.text),
        (&CODE.to_owned(), &CODE.to_owned())
    );
    for (one, other) in whole.corners.iter().zip(near.corners) {
        assert!((one.0 - other.0).abs() < 1.0 && (one.1 - other.1).abs() < 1.0);
    }
    for shown in [1, 2] {
        let mut scanner = Scanner::default();
        for _ in 0..shown {
            assert!(scanner.look(&first.luma()).is_ok());
        }
        let seen = scanner
            .look(&second.luma())
            .expect("the fresh code is read");
        assert_eq!(seen.text, FRESH);
    }
    // Beside the one that is followed, too.
    first.draw(FRESH, (900, 400), 6, (15, 240));
    let mut seen = (0..2).map(|_| scanner.look(&first.luma()).expect("a code is read").text);
    assert!(seen.any(|text| text == FRESH));
}

#[test]
fn padded_rows_change_nothing() {
    let mut noise = Noise(11);
    for padding in [1, 3, 17, 64] {
        check_read(&scene(5).padded(padding, &mut noise));
    }
}

#[test]
fn corners_lie_on_the_code_in_full_frame_pixels() {
    let px = 8;
    let mut canvas = Canvas::filled(800, 600, 200);
    let side = canvas.draw(CODE, (200, 100), px, (10, 245));
    let (left, top) = (200 + 4 * px, 100 + 4 * px);
    let seen = check_read(&canvas);
    let expected = [
        (left, top),
        (left + side, top),
        (left + side, top + side),
        (left, top + side),
    ];
    for ((x, y), (want_x, want_y)) in seen.corners.into_iter().zip(expected) {
        let want = |v: usize| f32::from(u16::try_from(v).expect("small"));
        let off = (x - want(want_x)).hypot(y - want(want_y));
        assert!(off < 16.0, "corner at {x},{y} is {off} px off");
    }
}

#[test]
fn a_covered_code_is_reported_as_there_but_unread() {
    let mut canvas = scene(8);
    for y in 200..250 {
        for x in 100..330 {
            canvas.set(x, y, if (x / 8 + y / 8) % 2 == 0 { 15 } else { 240 });
        }
    }
    assert_ne!(canvas.read(), Err(Missed::TooDark));
    assert!(canvas.read().is_err());
}

#[test]
fn a_black_frame_is_too_dark_and_a_grey_one_is_empty() {
    assert_eq!(Canvas::filled(640, 480, 3).read(), Err(Missed::TooDark));
    assert_eq!(Canvas::filled(640, 480, 128).read(), Err(Missed::Nothing));
}

#[test]
fn tiny_and_odd_pictures_are_nothing() {
    for (width, height) in [
        (1, 1),
        (1, 50),
        (50, 1),
        (2, 2),
        (3, 7),
        (8, 8),
        (63, 129),
        (129, 63),
    ] {
        assert!(Canvas::filled(width, height, 128).read().is_err());
        assert!(Canvas::noisy(width, height, &mut Noise(3)).read().is_err());
    }
}

#[test]
fn noise_pictures_never_panic_and_never_read() {
    let mut noise = Noise(2026);
    for _ in 0..60 {
        let (width, height) = (20 + noise.below(300), 20 + noise.below(300));
        assert!(Canvas::noisy(width, height, &mut noise).read().is_err());
    }
}

#[test]
fn pictures_of_random_finders_never_panic() {
    let mut noise = Noise(99);
    for _ in 0..200 {
        let mut canvas = Canvas::filled(320, 240, 230);
        for _ in 0..2 + noise.below(7) {
            let px = 2 + noise.below(6);
            let (left, top) = (noise.below(320 - 7 * px), noise.below(240 - 7 * px));
            draw_finder(&mut canvas, (left, top), px);
        }
        for _ in 0..noise.below(2000) {
            let (x, y) = (noise.below(320), noise.below(240));
            canvas.set(x, y, noise.byte());
        }
        assert!(canvas.read().is_err());
    }
}

fn draw_finder(canvas: &mut Canvas, (left, top): (usize, usize), px: usize) {
    for y in 0..7 * px {
        for x in 0..7 * px {
            let ring = (x / px).abs_diff(3).max((y / px).abs_diff(3));
            canvas.set(left + x, top + y, if ring == 2 { 230 } else { 20 });
        }
    }
}

#[test]
fn a_wall_of_finders_is_given_up_quickly() {
    let mut canvas = Canvas::filled(1280, 720, 230);
    for top in (4..700).step_by(18) {
        for left in (4..1260).step_by(18) {
            draw_finder(&mut canvas, (left, top), 2);
        }
    }
    // Without the bound this takes minutes, and the suite's own time limit speaks.
    let missed = canvas.read().err();
    assert!(
        matches!(missed, Some(Missed::FindersOnly | Missed::BadGrid)),
        "{missed:?}"
    );
}

#[test]
fn what_a_costly_frame_leaves_out_the_next_one_begins_with() {
    let mut noise = Noise(5);
    let mut canvas = Canvas::filled(1280, 720, 230);
    for top in (4..640).step_by(60) {
        for left in (4..1200).step_by(60) {
            draw_finder(&mut canvas, (left, top), 5);
        }
    }
    canvas.spoil(&mut noise, 30);
    let mut scanner = Scanner::default();
    let left_out = [(); 3].map(|()| {
        assert!(scanner.look(&canvas.luma()).is_err());
        scanner.is_full_due
    });
    assert_eq!(
        left_out,
        [true, false, true],
        "full size, the rescue, full size"
    );
}

#[test]
fn the_code_in_the_middle_of_a_crowd_is_read() {
    let mut canvas = Canvas::filled(1280, 720, 230);
    for top in (4..640).step_by(60) {
        for left in (4..1200).step_by(60) {
            draw_finder(&mut canvas, (left, top), 4);
        }
    }
    canvas.draw(CODE, (560, 270), 6, (15, 240));
    check_read(&canvas);
}

#[test]
fn a_sticker_beside_the_phone_does_not_hide_its_code() {
    for (sticker, phone) in [((40, 60), (800, 200)), ((800, 60), (100, 200))] {
        let mut canvas = Canvas::filled(1280, 720, 120);
        canvas.draw("https://pay.example/shop/12345678", sticker, 9, (15, 240));
        canvas.draw(CODE, phone, 7, (15, 240));
        check_read(&canvas);
    }
}

#[test]
fn other_content_is_read_when_there_is_nothing_else() {
    let mut canvas = Canvas::filled(1280, 720, 120);
    canvas.draw("https://pay.example/shop/12345678", (300, 60), 9, (15, 240));
    let seen = canvas.read().expect("the sticker is read");
    assert_eq!(seen.text, "https://pay.example/shop/12345678");
}

#[test]
fn planes_that_do_not_fit_are_refused() {
    let pixels = [0; 100];
    let refused = |width, height, stride| Luma::new(&pixels, width, height, stride).err();
    assert_eq!(refused(0, 10, 10), Some(BadPlane::Empty));
    assert_eq!(refused(10, 0, 10), Some(BadPlane::Empty));
    assert_eq!(refused(10, 10, 9), Some(BadPlane::NarrowStride));
    assert_eq!(refused(10, 11, 10), Some(BadPlane::ShortBuffer));
    assert_eq!(
        refused(1, SIDE_MAX, usize::MAX),
        Some(BadPlane::ShortBuffer)
    );
    assert_eq!(
        refused(SIDE_MAX + 1, 1, SIDE_MAX + 1),
        Some(BadPlane::TooLarge)
    );
    assert_eq!(refused(9, 10, 10), None);
    assert_eq!(refused(1, 10, 11), None, "the last row need not be padded");
}

#[test]
fn a_text_is_accepted_once_for_its_life() {
    let mut accepted = Accepted::new(60_000);
    assert!(accepted.accept(CODE, 1_000));
    assert!(!accepted.accept(CODE, 1_033));
    assert!(
        !accepted.accept(CODE, 60_999),
        "seeing it again does not end its life early"
    );
    assert!(
        accepted.accept("284500000000000000", 2_000),
        "another code is its own"
    );
    assert!(accepted.accept(CODE, 61_000));
    assert!(
        !accepted.accept(CODE, 500),
        "a clock that goes back accepts nothing twice"
    );
}

#[test]
fn remembering_is_bounded() {
    let mut accepted = Accepted::new(60_000);
    for n in 0..1000 {
        assert!(accepted.accept(&format!("{n}"), 5));
    }
    assert!(!accepted.accept("999", 6));
}

#[test]
fn neither_the_text_nor_the_picture_is_in_debug_output() {
    let seen = check_read(&scene(6));
    let mut accepted = Accepted::new(1);
    accepted.accept(CODE, 0);
    let shown = format!(
        "{seen:?} {accepted:?} {:?} {:?}",
        scene(2).luma(),
        Scanner::default()
    );
    assert!(!shown.contains("2845"), "{shown}");
}
