//! What a printer does with bytes.

use encoding_rs::GB18030;

/// A letter on the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    /// Which.
    pub letter: char,
    /// In which column it begins.
    pub column: usize,
    /// Columns that it takes.
    pub width: usize,
    /// How many times as high as a plain one.
    pub height: usize,
    /// Bold.
    pub is_bold: bool,
}

/// What lies below each other on the paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Strip {
    /// A line of letters, possibly empty.
    Line(Vec<Glyph>),
    /// A QR code.
    Qr {
        /// What it says.
        says: String,
        /// Dots of a module.
        dots: usize,
        /// In the middle.
        is_centred: bool,
    },
    /// Code 128.
    Bars {
        /// What they say.
        says: String,
        /// Whether they are two digits to a sign.
        is_number: bool,
        /// Dots of the narrowest bar.
        dots: usize,
        /// Dots from top to bottom.
        height: usize,
    },
    /// Rows of dots, eight to a byte.
    Picture {
        /// Bytes in a row.
        row: usize,
        /// All rows.
        bits: Vec<u8>,
    },
    /// So many empty lines.
    Feed(u8),
    /// The knife.
    Cut,
}

/// What came of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// From top to bottom.
    pub strips: Vec<Strip>,
    /// The drawers that were opened.
    pub kicks: Vec<u8>,
    /// Commands that are obeyed wherever they stand (DLE EOT, DLE ENQ, DLE DC4), with their number.
    pub at_once: Vec<[u8; 2]>,
    /// What the printer does not know, or what no one could have meant.
    pub strange: Vec<String>,
}

impl Sheet {
    /// The lines as text; codes as what they say. Feeding at the end is left out.
    pub fn to_text(&self) -> String {
        let line = |strip: &Strip| match strip {
            Strip::Line(glyphs) => Some(glyphs.iter().map(|glyph| glyph.letter).collect()),
            Strip::Qr { says, .. } => Some(format!("[QR {says}]")),
            Strip::Bars { says, .. } => Some(format!("[|| {says}]")),
            Strip::Picture { row, bits } => Some(format!("[{} rows]", bits.len() / row.max(&1))),
            Strip::Feed(_) | Strip::Cut => None,
        };
        let lines = self.strips.iter().filter_map(line);
        lines.map(|line| line + "\n").collect()
    }
}

/// Prints a job on paper of that many columns.
pub fn print(job: &[u8], columns: usize) -> Sheet {
    let mut printer = Printer {
        rest: job,
        columns,
        ..Printer::default()
    };
    printer.sheet.at_once = at_once(job);
    while let Some(byte) = printer.next() {
        printer.obey(byte);
    }
    if !printer.line.is_empty() {
        printer.odd("a line without its end");
    }
    printer.sheet
}

/// These are found by machines that look at each byte as it comes in, in the midst of anything.
fn at_once(job: &[u8]) -> Vec<[u8; 2]> {
    let threes = job.windows(3).filter_map(|three| match three {
        [0x10, kind @ (0x04 | 0x05 | 0x14), number] => Some([*kind, *number]),
        _ => None,
    });
    threes.collect()
}

#[derive(Default)]
struct Printer<'a> {
    rest: &'a [u8],
    columns: usize,
    sheet: Sheet,
    line: Vec<Glyph>,
    at: usize,
    is_bold: bool,
    /// Width and height of plain letters, then of Chinese ones.
    size: (usize, usize),
    chinese: (usize, usize),
    is_chinese: bool,
    is_centred: bool,
    bar: (usize, usize),
    qr: (usize, String),
}

impl Printer<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// The next byte; a job that ends within a command is odd.
    fn want(&mut self) -> u8 {
        let Some(byte) = self.next() else {
            self.odd("the job ends within a command");
            return 0;
        };
        byte
    }

    fn want_u16(&mut self) -> usize {
        usize::from(u16::from_le_bytes([self.want(), self.want()]))
    }

    fn take(&mut self, count: usize) -> Vec<u8> {
        let Some((taken, rest)) = self.rest.split_at_checked(count) else {
            self.odd("the job ends within a command");
            self.rest = &[];
            return Vec::new();
        };
        self.rest = rest;
        taken.to_vec()
    }

    fn odd(&mut self, what: &str) {
        self.sheet.strange.push(what.to_owned());
    }

    fn obey(&mut self, byte: u8) {
        match byte {
            0x0A => {
                let line = std::mem::take(&mut self.line);
                self.sheet.strips.push(Strip::Line(line));
                self.at = 0;
            }
            0x1B => self.escape(),
            0x1C => self.chinese(),
            0x1D => self.group(),
            0x20..=0x7E => self.letter(char::from(byte), self.size, 1),
            0x81..=0xFE if self.is_chinese => self.wide(byte),
            other => self.odd(&format!("byte {other:#04x}")),
        }
    }

    fn escape(&mut self) {
        match self.want() {
            b'@' => {
                self.is_bold = false;
                self.is_centred = false;
                self.is_chinese = false;
                (self.size, self.chinese) = ((1, 1), (1, 1));
            }
            b'E' => self.is_bold = self.want() & 1 == 1,
            b'a' => {
                self.at_start("ESC a");
                self.is_centred = self.want() == 1;
            }
            b'd' => {
                self.at_start("ESC d");
                let lines = self.want();
                self.sheet.strips.push(Strip::Feed(lines));
            }
            b'p' => {
                let pin = self.want();
                self.take(2);
                self.sheet.kicks.push(pin);
            }
            other => self.odd(&format!("ESC {other:#04x}")),
        }
    }

    fn chinese(&mut self) {
        match self.want() {
            b'&' => self.is_chinese = true,
            b'!' => {
                let look = self.want();
                let twice = |bit: u8| if look & bit == 0 { 1 } else { 2 };
                self.chinese = (twice(0x04), twice(0x08));
            }
            other => self.odd(&format!("FS {other:#04x}")),
        }
    }

    fn group(&mut self) {
        match self.want() {
            b'!' => {
                let look = usize::from(self.want());
                self.size = ((look >> 4) + 1, (look & 7) + 1);
                self.chinese = self.size;
            }
            b'h' => self.bar.1 = usize::from(self.want()),
            b'w' => self.bar.0 = usize::from(self.want()),
            b'H' => {
                if self.want() != 0 {
                    self.odd("text below bars, which is ours to print");
                }
            }
            b'V' => {
                self.at_start("GS V");
                let _ = (self.want(), self.want());
                self.sheet.strips.push(Strip::Cut);
            }
            b'k' => self.bars(),
            b'(' => self.long(),
            b'v' => self.picture(),
            other => self.odd(&format!("GS {other:#04x}")),
        }
    }

    fn at_start(&mut self, what: &str) {
        if !self.line.is_empty() {
            self.odd(&format!("{what} within a line"));
        }
    }

    fn picture(&mut self) {
        self.at_start("GS v");
        let _ = (self.want(), self.want());
        let (row, rows) = (self.want_u16(), self.want_u16());
        if row * 8 > self.columns * 12 {
            self.odd("a picture wider than the paper");
        }
        let band = self.take(row * rows);
        match self.sheet.strips.last_mut() {
            Some(Strip::Picture { row: before, bits }) if *before == row => bits.extend(band),
            _ => self.sheet.strips.push(Strip::Picture { row, bits: band }),
        }
    }

    fn bars(&mut self) {
        self.at_start("GS k");
        if self.want() != 73 {
            self.odd("other bars than Code 128");
        }
        let count = usize::from(self.want());
        let signs = self.take(count);
        let (mut says, mut set, mut rest) = (String::new(), b'?', signs.as_slice());
        while let Some((sign, after)) = rest.split_first() {
            rest = after;
            match (*sign, set) {
                (b'{', _) => {
                    set = rest.first().copied().unwrap_or(b'?');
                    rest = rest.get(1..).unwrap_or_default();
                }
                (pair, b'C') if pair < 100 => {
                    says.extend([pair / 10, pair % 10].map(|one| char::from(b'0' + one)));
                }
                (sign, b'B') => says.push(char::from(sign)),
                _ => self.odd("a sign that is in no set"),
            }
        }
        let (dots, height) = self.bar;
        self.sheet.strips.push(Strip::Bars {
            says,
            is_number: signs.get(1) == Some(&b'C'),
            dots,
            height,
        });
    }

    /// GS ( k: all about QR codes.
    fn long(&mut self) {
        if self.want() != b'k' {
            self.odd("GS ( of another kind");
        }
        let count = self.want_u16();
        let command = self.take(count);
        match command.as_slice() {
            [b'1', 65, b'2', 0] | [b'1', 69, b'1'] => {}
            [b'1', 67, dots @ 1..=16] => self.qr.0 = usize::from(*dots),
            [b'1', 80, b'0', says @ ..] => self.qr.1 = String::from_utf8_lossy(says).into(),
            [b'1', 81, b'0'] => {
                self.at_start("GS ( k");
                let (dots, says) = self.qr.clone();
                let is_centred = self.is_centred;
                self.sheet.strips.push(Strip::Qr {
                    says,
                    dots,
                    is_centred,
                });
            }
            other => self.odd(&format!("GS ( k {other:?}")),
        }
    }

    /// Two bytes, or four where the second is a digit.
    fn wide(&mut self, first: u8) {
        let second = self.want();
        let mut bytes = vec![first, second];
        if second.is_ascii_digit() {
            bytes.extend([self.want(), self.want()]);
        }
        let (text, _, is_bad) = GB18030.decode(&bytes);
        match text.chars().next() {
            Some(letter) if !is_bad => self.letter(letter, self.chinese, 2),
            _ => self.odd(&format!("no letter {bytes:02x?}")),
        }
    }

    fn letter(&mut self, letter: char, size: (usize, usize), columns: usize) {
        let width = columns * size.0;
        if self.at + width > self.columns {
            self.odd("a line wider than the paper");
        }
        self.line.push(Glyph {
            letter,
            column: self.at,
            width,
            height: size.1,
            is_bold: self.is_bold,
        });
        self.at += width;
    }
}
