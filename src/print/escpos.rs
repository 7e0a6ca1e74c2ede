//! ESC/POS: the bytes that receipt printers take.
//!
//! By Epson's command reference, in the part of it that the printers sold in China have in common.
//! Each command is written where its length is known; text goes through [`Page`], which has no
//! control bytes, codes through their own types, pictures through [`Picture`].

use crate::code::{BAR_DOTS, BarText, QrText};
use crate::layout::{Layout, Line, Paper, Row, Style};
use crate::page::Page;
use crate::picture::Picture;
use crate::sign::MISSING;

const ESC: u8 = 0x1B;
const FS: u8 = 0x1C;
const GS: u8 = 0x1D;
const LF: u8 = 0x0A;

/// Rows of a picture in one command: cheap printers keep no more.
const BAND_ROWS: usize = 128;
/// Lines between the last one and the edge where paper is torn off.
const FEED_LINES: u8 = 4;
/// Height of bars in dots: 9 mm.
const BARS_HEIGHT: u8 = 72;

/// On which wire of the printer's socket the drawer hangs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pin {
    /// The first drawer, on pin 2.
    #[default]
    Two,
    /// The second, on pin 5.
    Five,
}

/// What is done beside printing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// Cut the paper, all but a bridge in the middle. Printers without a knife do nothing.
    pub is_cut: bool,
    /// Open the drawer, before anything is printed.
    pub drawer: Option<Pin>,
}

/// A layout in the printer's own letters. What the page does not have is a visible `□`.
pub fn letters(layout: &Layout, page: Page, end: End) -> Vec<u8> {
    let mut out = Out::begin(end);
    // Two bytes are one Chinese letter from here on.
    out.put(&[FS, b'&']);
    for row in layout.rows() {
        match row {
            Row::Line(line) => out.line(line, page),
            Row::Rule => {
                out.put(&b"-".repeat(layout.paper().columns()));
                out.put(&[LF]);
            }
            Row::Gap => out.put(&[LF]),
            Row::Qr(says) => out.qr(says, layout.paper()),
            Row::Bars(says) => out.bars(says),
        }
    }
    out.finish(end)
}

/// A receipt that somebody drew.
pub fn raster(picture: &Picture, end: End) -> Vec<u8> {
    let mut out = Out::begin(end);
    let row_bytes = picture.paper().dots() / 8;
    let rows: Vec<&[u8]> = picture.rows().collect();
    for band in rows.chunks(BAND_ROWS) {
        out.put(&[GS, b'v', b'0', 0]);
        out.put_u16(row_bytes);
        out.put_u16(band.len());
        for row in band {
            out.put(row);
        }
    }
    out.finish(end)
}

/// Opens the drawer and prints nothing.
pub fn kick(pin: Pin) -> Vec<u8> {
    let pin = match pin {
        Pin::Two => 0,
        Pin::Five => 1,
    };
    // Current for 50 ms, then none for half a second: magnets burn.
    vec![ESC, b'p', pin, 25, 250]
}

/// Bytes under way, and how the printer writes after them.
struct Out {
    bytes: Vec<u8>,
    style: Style,
}

impl Out {
    fn begin(end: End) -> Self {
        let mut out = Self {
            bytes: vec![ESC, b'@'],
            style: Style::Plain,
        };
        if let Some(pin) = end.drawer {
            out.put(&kick(pin));
        }
        out
    }

    fn finish(mut self, end: End) -> Vec<u8> {
        self.look(Style::Plain);
        self.put(&[ESC, b'd', FEED_LINES]);
        if end.is_cut {
            self.put(&[GS, b'V', 66, 0]);
        }
        self.bytes
    }

    fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Low byte first. What does not fit is never asked for: rows and codes are bounded.
    fn put_u16(&mut self, count: usize) {
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        self.put(&count.to_le_bytes());
    }

    fn look(&mut self, style: Style) {
        if self.style == style {
            return;
        }
        self.style = style;
        let (bold, size, chinese) = match style {
            Style::Plain => (0, 0, 0),
            Style::Strong => (1, 0, 0),
            Style::Large => (1, 0x11, 0x0C),
        };
        self.put(&[ESC, b'E', bold, GS, b'!', size]);
        // Printers that keep a size of their own for Chinese want it told twice.
        self.put(&[FS, b'!', chinese]);
    }

    fn line(&mut self, line: &Line, page: Page) {
        let mut at = 0;
        for piece in line.pieces() {
            // Blanks between pieces are of the plain size, so that every column can be reached.
            self.look(Style::Plain);
            let blanks = piece.column().saturating_sub(at);
            self.put(&b" ".repeat(blanks));
            self.look(line.style());
            self.text(piece.text(), page);
            at = piece.column() + piece.width();
        }
        self.look(Style::Plain);
        self.put(&[LF]);
    }

    fn text(&mut self, says: &str, page: Page) {
        for letter in says.chars() {
            let bytes = page.bytes(letter).or_else(|| page.bytes(MISSING));
            self.put(&bytes.unwrap_or_default());
        }
    }

    /// Model 2, error correction M.
    fn qr(&mut self, says: &QrText, paper: Paper) {
        let says_bytes = says.as_str().as_bytes();
        self.put(&[ESC, b'a', 1]);
        self.put(&[GS, b'(', b'k', 4, 0, b'1', 65, b'2', 0]);
        self.put(&[GS, b'(', b'k', 3, 0, b'1', 67, says.module_dots(paper)]);
        self.put(&[GS, b'(', b'k', 3, 0, b'1', 69, b'1']);
        self.put(&[GS, b'(', b'k']);
        self.put_u16(says_bytes.len() + 3);
        self.put(&[b'1', 80, b'0']);
        self.put(says_bytes);
        self.put(&[GS, b'(', b'k', 3, 0, b'1', 81, b'0']);
        self.put(&[ESC, b'a', 0]);
    }

    /// Without the text below, which is a line of its own.
    fn bars(&mut self, says: &BarText) {
        let signs = bar_signs(says);
        let count = u8::try_from(signs.len()).unwrap_or(u8::MAX);
        let dots = u8::try_from(BAR_DOTS).unwrap_or(u8::MAX);
        self.put(&[ESC, b'a', 1]);
        self.put(&[GS, b'h', BARS_HEIGHT, GS, b'w', dots, GS, b'H', 0]);
        self.put(&[GS, b'k', 73, count]);
        self.put(&signs);
        self.put(&[ESC, b'a', 0]);
    }
}

/// Set C for numbers, two digits to a sign; else, and for an odd digit, set B.
fn bar_signs(says: &BarText) -> Vec<u8> {
    let Some(pairs) = says.pairs() else {
        return [b"{B", says.as_str().as_bytes()].concat();
    };
    let mut signs = [b"{C".as_slice(), &pairs].concat();
    let odd = says.as_str().as_bytes().chunks_exact(2).remainder();
    if !odd.is_empty() {
        signs.extend_from_slice(b"{B");
        signs.extend_from_slice(odd);
    }
    signs
}
