//! What the browser's camera sees: a film of raw frames that a test draws, or of JPEGs that it has.
//!
//! The browser plays the file from its beginning whenever the camera is opened, and again when it
//! ends. Another file under the same name is another picture, from the next opening on.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use barcoders::sym::code128::Code128;
use qrcode::{Color, EcLevel, QrCode};

/// A script for [`prepare`](crate::browser::Browser::prepare): devices whose cameras are made by
/// the test. `?cameras=NAME` names the device, `window.__cameras` tells what happened.
pub const OF_OUR_MAKING: &str = include_str!("cameras.js");

/// Greys as a camera in a lit room would give them (video range).
const WALL: u8 = 96;
const PAPER: u8 = 225;
const INK: u8 = 24;
/// No colour.
const GREY: u8 = 128;

/// Quiet zone around a code, in modules, as its standard wants.
const QUIET: usize = 4;

/// The same beside bars, and how high they are.
const QUIET_BARS: usize = 10;
const HIGH: usize = 40;

/// The letter by which pairs of digits are asked for.
const PAIRS: char = '\u{0106}';

/// One thing to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Picture {
    /// A wall.
    Nothing,
    /// A phone whose screen shows a QR code of this text.
    Phone(String),
    /// A phone whose screen shows these digits as bars alone.
    Bars(String),
}

/// A film: pictures, each for a time.
#[derive(Clone, Debug)]
pub struct Film {
    width: usize,
    height: usize,
    fps: usize,
    parts: Vec<(Picture, u64)>,
    /// Frames one after the other, in place of all the above.
    strip: Option<Vec<Arc<[u8]>>>,
}

impl Film {
    /// JPEGs one after the other, 30 a second; a browser that has begun with such a film must stay
    /// with such.
    pub const fn of_jpegs(strip: Vec<Arc<[u8]>>) -> Self {
        Self {
            width: 0,
            height: 0,
            fps: 30,
            parts: Vec::new(),
            strip: Some(strip),
        }
    }

    /// The ending of the file's name, by which the browser knows its kind.
    pub(crate) const fn ending(&self) -> &'static str {
        if self.strip.is_some() { "mjpeg" } else { "y4m" }
    }

    /// A camera that looks at a wall.
    pub fn of_nothing() -> Self {
        Self::of(Picture::Nothing)
    }

    /// A phone with this code, held still.
    pub fn of_code(text: &str) -> Self {
        Self::of(Picture::Phone(text.to_owned()))
    }

    /// A phone of which the camera sees the bars alone, held still; an even number of digits.
    pub fn of_bars(digits: &str) -> Self {
        Self::of(Picture::Bars(digits.to_owned()))
    }

    /// A wall for `ms`, then a phone with this code for as long.
    pub fn of_late_code(text: &str, ms: u64) -> Self {
        let parts = vec![
            (Picture::Nothing, ms),
            (Picture::Phone(text.to_owned()), ms),
        ];
        Self {
            parts,
            ..Self::of_nothing()
        }
    }

    /// Frames per second; ten when not said.
    #[must_use]
    pub fn at_fps(self, fps: usize) -> Self {
        Self { fps, ..self }
    }

    fn of(picture: Picture) -> Self {
        Self {
            width: 1280,
            height: 720,
            fps: 10,
            parts: vec![(picture, 500)],
            strip: None,
        }
    }

    /// Writes the film beside `path` and moves it there at once, so that a camera that is opened
    /// meanwhile sees the one film or the other.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) {
        let making = path.with_extension("making");
        self.write_to(&making).expect("the film can be written");
        std::fs::rename(&making, path).expect("the film can be moved");
    }

    fn write_to(&self, path: &Path) -> io::Result<()> {
        let mut out = BufWriter::new(File::create(path)?);
        if let Some(strip) = &self.strip {
            for jpeg in strip {
                out.write_all(jpeg)?;
            }
            return out.flush();
        }
        let (width, height, fps) = (self.width, self.height, self.fps);
        writeln!(
            out,
            "YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C420jpeg"
        )?;
        let colour = vec![GREY; width.div_ceil(2) * height.div_ceil(2)];
        for (picture, ms) in &self.parts {
            let luma = self.luma(picture);
            for _ in 0..(fps as u64 * ms / 1000).max(1) {
                out.write_all(b"FRAME\n")?;
                out.write_all(&luma)?;
                out.write_all(&colour)?;
                out.write_all(&colour)?;
            }
        }
        out.flush()
    }

    fn luma(&self, picture: &Picture) -> Vec<u8> {
        let mut luma = vec![WALL; self.width * self.height];
        match picture {
            Picture::Nothing => {}
            Picture::Phone(text) => {
                let code = QrCode::with_error_correction_level(text, EcLevel::M);
                self.draw(&mut luma, &code.expect("a payment code fits"));
            }
            Picture::Bars(digits) => self.draw_bars(&mut luma, digits),
        }
        luma
    }

    /// The code in the middle of a white card, a little more than half as high as the picture.
    fn draw(&self, luma: &mut [u8], code: &QrCode) {
        let modules = code.width() + 2 * QUIET;
        let module = (self.height * 11 / 20) / modules;
        let side = module * modules;
        let (left, top) = ((self.width - side) / 2, (self.height - side) / 2);
        let colors = code.to_colors();
        for y in 0..side {
            for x in 0..side {
                let place = (y / module, x / module);
                let is_dark = is_dark(&colors, code.width(), place);
                luma[(top + y) * self.width + left + x] = if is_dark { INK } else { PAPER };
            }
        }
    }

    /// The bars in the middle of a white card, about half as wide as the picture.
    fn draw_bars(&self, luma: &mut [u8], digits: &str) {
        let code = Code128::new(format!("{PAIRS}{digits}")).expect("digits");
        let modules = code.encode();
        let count = modules.len() + 2 * QUIET_BARS;
        let module = self.width / 2 / count;
        let (wide, high) = (count * module, HIGH * module);
        let (left, top) = ((self.width - wide) / 2, (self.height - high) / 2);
        for y in 0..high {
            let is_beside = y < 2 * module || y >= high - 2 * module;
            for x in 0..wide {
                let bar = (x / module).checked_sub(QUIET_BARS);
                let is_bar = bar.is_some_and(|bar| modules.get(bar) == Some(&1));
                let grey = if is_bar && !is_beside { INK } else { PAPER };
                luma[(top + y) * self.width + left + x] = grey;
            }
        }
    }
}

fn is_dark(colors: &[Color], width: usize, (row, column): (usize, usize)) -> bool {
    let inside = |place: usize| place.checked_sub(QUIET).filter(|place| *place < width);
    match (inside(row), inside(column)) {
        (Some(row), Some(column)) => colors[row * width + column] == Color::Dark,
        (None, _) | (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use scan::{Luma, Scanner};

    use super::{Film, Picture};

    #[test]
    fn the_scanner_reads_what_the_camera_is_shown() {
        let code = "281234567890123456";
        for picture in [
            Picture::Phone(code.to_owned()),
            Picture::Bars(code.to_owned()),
        ] {
            let pixels = Film::of_nothing().luma(&picture);
            let luma = Luma::new(&pixels, 1280, 720, 1280).expect("a whole picture");
            let sighting = Scanner::default().look(&luma).expect("a sharp code");
            assert_eq!(sighting.text, code);
        }
    }
}
