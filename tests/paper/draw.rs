//! The paper as a picture, dot by dot, eight dots to a millimetre.

use std::path::Path;

use ab_glyph::{Font as _, FontVec, PxScale, ScaleFont as _};
use barcoders::sym::code128::Code128;
use image::{GrayImage, Luma};
use qrcode::{Color, EcLevel, QrCode};

use crate::printer::{Glyph, Sheet, Strip};

/// Dots of a column, of a plain letter from top to bottom, and of a line.
const COLUMN: usize = 12;
const LETTER: usize = 24;
const LINE: usize = 32;

/// Letters of the machine, for people who look at the pictures.
pub struct Font(FontVec);

impl Font {
    /// The one font of a file with several that is Chinese with half-width Latin letters.
    pub fn open(file: &Path, index: u32) -> Option<Self> {
        let bytes = std::fs::read(file).ok()?;
        FontVec::try_from_vec_and_index(bytes, index).ok().map(Self)
    }
}

/// What lies on the paper. Without a font, letters are grey boxes.
pub fn draw(sheet: &Sheet, columns: usize, font: Option<&Font>) -> GrayImage {
    let heights = sheet.strips.iter().map(height);
    let all: usize = heights.sum();
    let size = |dots: usize| u32::try_from(dots).unwrap_or(u32::MAX);
    let mut paper = Paper {
        image: GrayImage::from_pixel(size(columns * COLUMN), size(all), Luma([255])),
        top: 0,
        font,
    };
    for strip in &sheet.strips {
        paper.strip(strip);
        paper.top += height(strip);
    }
    paper.image
}

fn height(strip: &Strip) -> usize {
    match strip {
        Strip::Line(glyphs) => {
            let most = glyphs.iter().map(|glyph| glyph.height).max();
            LINE * most.unwrap_or(1)
        }
        Strip::Qr { .. } => wide(strip),
        Strip::Bars { height, .. } => height + 16,
        Strip::Picture { row, bits } => bits.len() / row.max(&1),
        Strip::Feed(lines) => LINE * usize::from(*lines),
        Strip::Cut => 4,
    }
}

/// The dots from the left edge of a code to its right one, the blank around it that it needs for
/// QR included; 0 for what is no code.
pub fn wide(strip: &Strip) -> usize {
    match strip {
        Strip::Qr { says, dots, .. } => (qr(says).width() + 8) * dots,
        Strip::Bars {
            says,
            is_number,
            dots,
            ..
        } => bars(says, *is_number).len() * dots,
        Strip::Line(_) | Strip::Picture { .. } | Strip::Feed(_) | Strip::Cut => 0,
    }
}

fn qr(says: &str) -> QrCode {
    let code = QrCode::with_error_correction_level(says, EcLevel::M);
    code.expect("invariant: what a QR code of a receipt says is short")
}

fn bars(says: &str, is_number: bool) -> Vec<u8> {
    let even = says.len() / 2 * 2;
    let text = match says.split_at_checked(even) {
        Some((pairs, "")) if is_number => format!("\u{106}{pairs}"),
        Some((pairs, odd)) if is_number => format!("\u{106}{pairs}\u{181}{odd}"),
        _ => format!("\u{181}{says}"),
    };
    let code = Code128::new(text);
    code.map_or_else(|_| Vec::new(), |code| code.encode())
}

struct Paper<'a> {
    image: GrayImage,
    top: usize,
    font: Option<&'a Font>,
}

impl Paper<'_> {
    fn strip(&mut self, strip: &Strip) {
        match strip {
            Strip::Line(glyphs) => {
                let most = glyphs.iter().map(|glyph| glyph.height).max().unwrap_or(1);
                for glyph in glyphs {
                    self.glyph(*glyph, self.top + (most - glyph.height) * LETTER);
                }
            }
            Strip::Qr { says, dots, .. } => self.qr(says, *dots),
            Strip::Bars {
                says,
                is_number,
                dots,
                height,
            } => {
                let modules = bars(says, *is_number);
                let left = self.middle(modules.len() * dots);
                for (place, _) in modules.iter().enumerate().filter(|(_, one)| **one == 1) {
                    self.block((left + place * dots, self.top + 8), (*dots, *height), 0);
                }
            }
            Strip::Picture { row, bits } => {
                for (place, byte) in bits.iter().enumerate() {
                    let (x, y) = (place % row * 8, place / row);
                    for bit in (0..8).filter(|bit| byte >> (7 - bit) & 1 == 1) {
                        self.block((x + bit, self.top + y), (1, 1), 0);
                    }
                }
            }
            Strip::Feed(_) => {}
            Strip::Cut => {
                let width = self.width();
                self.block((0, self.top + 1), (width, 1), 160);
            }
        }
    }

    fn qr(&mut self, says: &str, dots: usize) {
        let code = qr(says);
        let side = code.width();
        let (left, top) = (self.middle(side * dots), self.top + 4 * dots);
        for (place, color) in code.to_colors().into_iter().enumerate() {
            if color == Color::Dark {
                let corner = (left + place % side * dots, top + place / side * dots);
                self.block(corner, (dots, dots), 0);
            }
        }
    }

    fn width(&self) -> usize {
        usize::try_from(self.image.width()).unwrap_or_default()
    }

    fn middle(&self, wide: usize) -> usize {
        self.width().saturating_sub(wide) / 2
    }

    fn block(&mut self, (left, top): (usize, usize), (wide, high): (usize, usize), grey: u8) {
        for y in top..top + high {
            for x in left..left + wide {
                let at = u32::try_from(x).ok().zip(u32::try_from(y).ok());
                let dot = at.and_then(|(x, y)| self.image.get_pixel_mut_checked(x, y));
                if let Some(dot) = dot {
                    dot.0 = [grey.min(dot.0[0])];
                }
            }
        }
    }

    fn glyph(&mut self, glyph: Glyph, top: usize) {
        let left = glyph.column * COLUMN;
        if glyph.letter == ' ' {
            return;
        }
        let Some(font) = self.font else {
            let size = (glyph.width * COLUMN - 2, glyph.height * LETTER - 2);
            self.block((left + 1, top + 1), size, 128);
            return;
        };
        self.outline(font, glyph, (left, top));
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "dots of a letter: some dozens"
    )]
    fn outline(&mut self, font: &Font, glyph: Glyph, (left, top): (usize, usize)) {
        let scale = |times: usize| (LETTER * times) as f32;
        let columns = if glyph.letter.is_ascii() { 1 } else { 2 };
        // Pixels of a font are from its highest to its lowest, not of its square.
        let whole = font.0.height_unscaled() / font.0.units_per_em().unwrap_or(1_000.0);
        let size = PxScale {
            x: scale(glyph.width / columns) * whole,
            y: scale(glyph.height) * whole,
        };
        let scaled = font.0.as_scaled(size);
        let base = top as f32 + scale(glyph.height) * 0.86;
        let id = font.0.glyph_id(glyph.letter);
        let placed = id.with_scale_and_position(size, ab_glyph::point(left as f32, base));
        let Some(shape) = scaled.outline_glyph(placed) else {
            return;
        };
        let corner = shape.px_bounds().min;
        let bold = usize::from(glyph.is_bold);
        shape.draw(|x, y, ink| {
            if ink > 0.45 {
                let (x, y) = (corner.x + x as f32, corner.y + y as f32);
                self.block((x.max(0.0) as usize, y.max(0.0) as usize), (1 + bold, 1), 0);
            }
        });
    }
}
