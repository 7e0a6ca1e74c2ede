//! Every name of a failure, with a picture that earns it.

use super::{CODE, Canvas, Noise, draw_finder, scene};
use crate::{Missed, Scanner};

/// Side of a module in [`scene`]'s code of the size that most tests take.
const PX: usize = 8;

/// Where that code begins behind its quiet zone.
const SCENE: (usize, usize) = (100 + 4 * PX, 60 + 4 * PX);

/// What a fresh scanner says of a picture that it does not read.
fn why(canvas: &Canvas) -> Missed {
    let seen = Scanner::default().look(&canvas.luma());
    seen.expect_err("it cannot be read")
}

impl Canvas {
    /// The mean of the pixels at most `reach` away, in a square.
    fn blurred(&self, reach: usize) -> Self {
        let mut out = Self::filled(self.width, self.height, 0);
        for y in 0..self.height {
            for x in 0..self.width {
                let columns = x.saturating_sub(reach)..(x + reach + 1).min(self.width);
                let rows = y.saturating_sub(reach)..(y + reach + 1).min(self.height);
                let count = columns.len() * rows.len();
                let row = |y: usize| &self.pixels[y * self.stride..][columns.clone()];
                let sum: usize = rows.flat_map(row).copied().map(usize::from).sum();
                out.set(x, y, u8::try_from(sum / count).expect("a mean of bytes"));
            }
        }
        out
    }

    /// Every `step`-th pixel of every `step`-th row, each the mean of its square.
    fn shrunk(&self, step: usize) -> Self {
        let (width, height) = (self.width / step, self.height / step);
        let mut out = Self::filled(width, height, 0);
        let smooth = self.blurred(step / 2);
        for y in 0..height {
            for x in 0..width {
                let at = (y * step + step / 2) * self.stride + x * step + step / 2;
                out.set(x, y, smooth.pixels[at]);
            }
        }
        out
    }

    /// Fills modules of a code whose top left is at a place with `level`s, from a column and a row
    /// on.
    fn cover(
        &mut self,
        origin: (usize, usize),
        (left, top): (usize, usize),
        (wide, high): (usize, usize),
        mut level: impl FnMut() -> u8,
    ) {
        for row in top..top + high {
            for column in left..left + wide {
                let level = level();
                for at in 0..PX * PX {
                    let x = origin.0 + column * PX + at % PX;
                    self.set(x, origin.1 + row * PX + at / PX, level);
                }
            }
        }
    }

    /// Makes what lies between the finders of a code of version 1 anything.
    fn garble(&mut self, origin: (usize, usize)) {
        let mut noise = Noise(5);
        self.cover(origin, (9, 8), (12, 13), || {
            if noise.below(2) == 0 { 15 } else { 240 }
        });
    }
}

#[test]
fn a_wall_shows_nothing() {
    assert_eq!(why(&Canvas::filled(640, 480, 128)), Missed::Nothing);
}

#[test]
fn two_corners_without_a_third_are_finders_only() {
    let mut canvas = Canvas::filled(640, 480, 230);
    draw_finder(&mut canvas, (100, 100), PX);
    // Of another code: it is twice as large.
    draw_finder(&mut canvas, (300, 200), 2 * PX);
    assert_eq!(why(&canvas), Missed::FindersOnly);
}

#[test]
fn three_corners_with_something_else_between_them_are_a_bad_grid() {
    let mut canvas = Canvas::filled(640, 480, 230);
    for (column, row) in [(0, 0), (14, 0), (0, 14)] {
        let place = (SCENE.0 + column * PX, SCENE.1 + row * PX);
        draw_finder(&mut canvas, place, PX);
    }
    // Where modules alternate in a code, these are light and dark the other way round.
    for module in [9, 11] {
        canvas.cover(SCENE, (module, 6), (1, 1), || 20);
        canvas.cover(SCENE, (6, module), (1, 1), || 20);
    }
    assert_eq!(why(&canvas), Missed::BadGrid);
}

#[test]
fn a_code_that_is_half_covered_has_too_many_errors() {
    let mut canvas = scene(PX);
    canvas.garble(SCENE);
    assert_eq!(why(&canvas), Missed::TooManyErrors);
}

#[test]
fn a_screen_that_is_hardly_lit_is_too_dark() {
    let mut canvas = Canvas::filled(640, 480, 4);
    canvas.draw(CODE, (100, 60), PX, (2, 9));
    assert_eq!(why(&canvas), Missed::TooDark);
}

#[test]
fn a_code_of_a_pixel_and_a_half_a_module_is_too_small() {
    let mut canvas = Canvas::filled(1920, 1440, 90);
    canvas.draw(CODE, (700, 500), PX, (15, 240));
    canvas.garble((700 + 4 * PX, 500 + 4 * PX));
    assert_eq!(why(&canvas.shrunk(5)), Missed::TooSmall);
}

#[test]
fn a_code_out_of_focus_is_too_blurred() {
    let canvas = scene(PX).blurred(5).blurred(6);
    assert_eq!(why(&canvas), Missed::TooBlurred);
}

#[test]
fn a_lamp_in_the_glass_is_glare() {
    let mut canvas = scene(PX);
    canvas.cover(SCENE, (9, 9), (11, 11), || 252);
    assert_eq!(why(&canvas), Missed::Glare);
}

#[test]
fn asking_again_gives_the_same_answer_and_every_name_is_another_word() {
    let canvas = scene(PX).blurred(5).blurred(6);
    let mut scanner = Scanner::default();
    let missed = scanner.look(&canvas.luma()).expect_err("it is blurred");
    assert_eq!(scanner.explain(&canvas.luma(), missed), missed);
    let mut words = Missed::ALL.map(Missed::as_str).to_vec();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Missed::ALL.len());
}

#[test]
fn what_is_forgotten_is_looked_for_everywhere_and_read_again() {
    let canvas = scene(PX);
    let mut scanner = Scanner::default();
    assert!(scanner.look(&canvas.luma()).is_ok());
    scanner.forget();
    let seen = scanner.look(&canvas.luma()).expect("it is still there");
    assert_eq!(seen.text, CODE);
}
