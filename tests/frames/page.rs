//! The wallet's page: a card with bars, digits and a QR code among the usual rest of a screen.

use crate::chance::Chance;
use crate::wallet::{Grid, bars};

/// Pixels of the phone's screen.
const SCREEN: (usize, usize) = (1080, 2280);

/// Frame of the phone around its screen.
const BEZEL: usize = 34;

/// Radius of the phone's corners.
const ROUND: f64 = 120.0;

/// Middle of the QR code on the screen.
const MIDDLE: (usize, usize) = (540, 1010);

/// Segments of a digit as on a pocket calculator: top, top right, bottom right, bottom, bottom
/// left, top left, middle; one bit each.
const SEGMENTS: [u8; 10] = [0x3F, 0x06, 0x5B, 0x4F, 0x66, 0x6D, 0x7D, 0x07, 0x7F, 0x6F];

/// What of the two patterns the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// Bars above the QR code, as wallets do.
    Both,
    /// Only the QR code.
    Qr,
    /// Only the bars.
    Bars,
    /// No phone at all.
    Nothing,
}

/// A phone that faces us, in greys of 255.
pub(crate) struct Page {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) greys: Vec<u8>,
    /// Outline of the pattern that is to be read, clockwise from the top left.
    pub(crate) quad: [(f64, f64); 4],
    /// The middle of the outline, around which the phone is placed.
    pub(crate) middle: (f64, f64),
    /// Length of the QR code's side, also where it is not shown: sizes are given by it.
    pub(crate) side: usize,
    /// Modules along that side.
    pub(crate) modules: usize,
}

/// Grey of what is drawn and of what it is drawn on.
#[derive(Clone, Copy)]
struct Inks {
    card: u8,
    ink: u8,
}

impl Inks {
    fn any(is_inverted: bool, chance: &mut Chance) -> Self {
        let grey = |chance: &mut Chance, low: usize, high: usize| {
            u8::try_from(low + chance.below(high - low)).unwrap_or(u8::MAX)
        };
        if is_inverted {
            Self {
                card: grey(chance, 14, 40),
                ink: grey(chance, 215, 250),
            }
        } else {
            Self {
                card: grey(chance, 246, 256),
                ink: grey(chance, 0, 22),
            }
        }
    }

    /// Grey text on the card.
    fn pale(self) -> u8 {
        u8::midpoint(self.card, self.ink)
    }
}

impl Page {
    pub(crate) fn draw(code: &str, is_inverted: bool, show: Show, chance: &mut Chance) -> Self {
        let grid = Grid::of(code, chance);
        let pixel = (500 + chance.below(100)) / grid.width;
        let mut page = Self::blank(pixel * grid.width, grid.width, chance);
        let inks = Inks::any(is_inverted, chance);
        page.rect((45, 260), (990, 1240), inks.card);
        let row = page.bars(code, show, inks, chance);
        let is_hidden = chance.is(0.6);
        page.digits(code, is_hidden, inks.pale());
        let logo = grid.logo;
        let corner = (MIDDLE.0 - page.side / 2, MIDDLE.1 - page.side / 2);
        if show != Show::Bars {
            page.grid(&grid, corner, pixel, inks);
            if chance.is(0.65) {
                page.logo(chance.between(logo), pixel, inks.card, chance);
            }
        }
        page.rest(inks, chance);
        let (place, size) = match show {
            Show::Both | Show::Qr | Show::Nothing => (corner, (page.side, page.side)),
            Show::Bars => row,
        };
        page.outline(place, size);
        page
    }

    fn blank(side: usize, modules: usize, chance: &mut Chance) -> Self {
        let (width, height) = (SCREEN.0 + 2 * BEZEL, SCREEN.1 + 2 * BEZEL);
        let body = u8::try_from(4 + chance.below(36)).unwrap_or_default();
        let mut page = Self {
            width,
            height,
            greys: vec![body; width * height],
            quad: [(0.0, 0.0); 4],
            middle: (0.0, 0.0),
            side,
            modules,
        };
        let theme = u8::try_from(85 + chance.below(40)).unwrap_or_default();
        page.rect((0, 0), SCREEN, theme);
        page.words((430, 110), 64, 4, 245, chance);
        page
    }

    /// Fills a rectangle of the screen.
    fn rect(&mut self, (left, top): (usize, usize), (wide, high): (usize, usize), grey: u8) {
        let left = (left + BEZEL).min(self.width);
        let right = (left + wide).min(self.width);
        for row in self
            .greys
            .chunks_exact_mut(self.width)
            .skip(top + BEZEL)
            .take(high)
        {
            row[left..right].fill(grey);
        }
    }

    /// The bars with their place and size.
    fn bars(
        &mut self,
        code: &str,
        show: Show,
        inks: Inks,
        chance: &mut Chance,
    ) -> ((usize, usize), (usize, usize)) {
        let modules = bars(code);
        let pixel = 5 + chance.below(2);
        let wide = pixel * modules.len();
        let (left, top, high) = ((SCREEN.0 - wide) / 2, 340, 180);
        if show != Show::Qr {
            for (number, _) in modules.iter().enumerate().filter(|(_, is_bar)| **is_bar) {
                self.rect((left + number * pixel, top), (pixel, high), inks.ink);
            }
        }
        ((left, top), (wide, high))
    }

    /// The code's digits, the middle ones mostly hidden.
    fn digits(&mut self, code: &str, is_hidden: bool, grey: u8) {
        let (mut left, top) = (280, 552);
        for (number, digit) in code.chars().enumerate() {
            if is_hidden && (4..12).contains(&number) {
                self.rect((left + 7, top + 16), (8, 8), grey);
            } else {
                let lit = digit
                    .to_digit(10)
                    .map_or(0, |digit| SEGMENTS[digit as usize]);
                self.digit((left, top), lit, grey);
            }
            left += if number % 4 == 3 { 42 } else { 28 };
        }
    }

    fn digit(&mut self, (left, top): (usize, usize), lit: u8, grey: u8) {
        let parts = [
            ((0, 0), (20, 4)),
            ((16, 0), (4, 20)),
            ((16, 18), (4, 20)),
            ((0, 34), (20, 4)),
            ((0, 18), (4, 20)),
            ((0, 0), (4, 20)),
            ((0, 17), (20, 4)),
        ];
        for (bit, ((x, y), size)) in parts.into_iter().enumerate() {
            if lit >> bit & 1 == 1 {
                self.rect((left + x, top + y), size, grey);
            }
        }
    }

    fn grid(&mut self, grid: &Grid, (left, top): (usize, usize), pixel: usize, inks: Inks) {
        for row in 0..grid.width {
            for column in 0..grid.width {
                if grid.is_dark(column, row) {
                    let place = (left + column * pixel, top + row * pixel);
                    self.rect(place, (pixel, pixel), inks.ink);
                }
            }
        }
    }

    /// A logo in the middle, on a margin in the card's grey.
    fn logo(&mut self, part: f32, pixel: usize, card: u8, chance: &mut Chance) {
        let size = (self.side as f32 * part) as usize;
        let place = (MIDDLE.0 - size / 2, MIDDLE.1 - size / 2);
        let edge = pixel / 3;
        self.rect(
            (place.0 - edge, place.1 - edge),
            (size + 2 * edge, size + 2 * edge),
            card,
        );
        let grey = u8::try_from(90 + chance.below(50)).unwrap_or_default();
        self.rect(place, (size, size), grey);
        let (thin, third) = (size / 8, size / 3);
        self.rect(
            (place.0 + third, place.1 + third / 2),
            (thin, 2 * third),
            250,
        );
        self.rect(
            (place.0 + third / 2, place.1 + third),
            (2 * third, thin),
            250,
        );
    }

    /// What else stands on such a page.
    fn rest(&mut self, inks: Inks, chance: &mut Chance) {
        self.rect((90, 1360), (900, 2), inks.pale());
        self.words((110, 1400), 56, 6, inks.pale(), chance);
        for top in [1620, 1760, 1900] {
            let grey = u8::try_from(130 + chance.below(110)).unwrap_or_default();
            self.rect((45, top), (990, 110), grey);
            self.words((110, top + 30), 48, 12, 30, chance);
        }
    }

    /// Signs as busy as Chinese ones: strokes across and down in a square.
    fn words(
        &mut self,
        (left, top): (usize, usize),
        size: usize,
        count: usize,
        grey: u8,
        chance: &mut Chance,
    ) {
        let stroke = (size / 12).max(2);
        for number in 0..count {
            let left = left + number * (size + size / 6);
            for _ in 0..3 + chance.below(4) {
                let (x, y) = (chance.below(size / 2), chance.below(size - stroke));
                self.rect((left + x, top + y), (size / 2, stroke), grey);
                let (x, y) = (chance.below(size - stroke), chance.below(size / 2));
                self.rect((left + x, top + y), (stroke, size / 2), grey);
            }
        }
    }

    fn outline(&mut self, (left, top): (usize, usize), (wide, high): (usize, usize)) {
        let (left, top) = ((left + BEZEL) as f64, (top + BEZEL) as f64);
        let (right, bottom) = (left + wide as f64, top + high as f64);
        self.quad = [(left, top), (right, top), (right, bottom), (left, bottom)];
        self.middle = (f64::midpoint(left, right), f64::midpoint(top, bottom));
    }

    /// Whether a place belongs to the phone, whose corners are round.
    pub(crate) fn is_phone(&self, x: f64, y: f64) -> bool {
        let (wide, high) = (self.width as f64, self.height as f64);
        if x < 0.0 || y < 0.0 || x >= wide || y >= high {
            return false;
        }
        let dx = (ROUND - x).max(x - (wide - ROUND)).max(0.0);
        let dy = (ROUND - y).max(y - (high - ROUND)).max(0.0);
        dx * dx + dy * dy <= ROUND * ROUND
    }

    /// Whether a place of the phone lies on its screen.
    pub(crate) fn is_screen(&self, x: f64, y: f64) -> bool {
        let edge = BEZEL as f64;
        x >= edge && y >= edge && x < self.width as f64 - edge && y < self.height as f64 - edge
    }
}
