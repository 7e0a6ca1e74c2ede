//! Code 128 itself: which widths make which symbol, and which text the symbols make.

/// Modules of every symbol but the last.
pub(crate) const MODULES: usize = 11;

/// Modules of the stop symbol, its last bar with it.
pub(crate) const STOP_MODULES: usize = 13;

/// Symbols that a width pattern stands for, without the stop.
pub(crate) const SYMBOLS: usize = 106;

/// The three symbols that begin a code: sets A, B and C.
pub(crate) const STARTS: std::ops::Range<u8> = 103..106;

/// Start of pairs of digits, the way from there to letters, and the letter 0.
const START_PAIRS: u8 = 105;
const TO_LETTERS: u8 = 100;
const ZERO: u8 = 16;

/// The modulus of the check symbol.
pub(crate) const CHECK: usize = 103;

/// Widths of the stop, in modules.
pub(crate) const STOP: [u8; 7] = [2, 3, 3, 1, 1, 1, 2];

/// Widths of bar, space, bar, space, bar, space for each symbol.
const WIDTHS: [u32; SYMBOLS] = [
    212_222, 222_122, 222_221, 121_223, 121_322, 131_222, 122_213, 122_312, 132_212, 221_213,
    221_312, 231_212, 112_232, 122_132, 122_231, 113_222, 123_122, 123_221, 223_211, 221_132,
    221_231, 213_212, 223_112, 312_131, 311_222, 321_122, 321_221, 312_212, 322_112, 322_211,
    212_123, 212_321, 232_121, 111_323, 131_123, 131_321, 112_313, 132_113, 132_311, 211_313,
    231_113, 231_311, 112_133, 112_331, 132_131, 113_123, 113_321, 133_121, 313_121, 211_331,
    231_131, 213_113, 213_311, 213_131, 311_123, 311_321, 331_121, 312_113, 312_311, 332_111,
    314_111, 221_411, 431_111, 111_224, 111_422, 121_124, 121_421, 141_122, 141_221, 112_214,
    112_412, 122_114, 122_411, 142_112, 142_211, 241_211, 221_114, 413_111, 241_112, 134_111,
    111_242, 121_142, 121_241, 114_212, 124_112, 124_211, 411_212, 421_112, 421_211, 212_141,
    214_121, 412_121, 111_143, 111_341, 131_141, 114_113, 114_311, 411_113, 411_311, 113_141,
    114_131, 311_141, 411_131, 211_412, 211_214, 211_232,
];

/// The six widths of a symbol below [`SYMBOLS`], in modules.
pub(crate) const fn widths(symbol: usize) -> [u8; 6] {
    let mut rest = WIDTHS[symbol % SYMBOLS];
    let mut widths = [0; 6];
    let mut at = widths.len();
    while at > 0 {
        at -= 1;
        widths[at] = (rest % 10).to_le_bytes()[0];
        rest /= 10;
    }
    widths
}

/// True for each dark module of a symbol, the first lowest.
pub(crate) const fn modules(symbol: usize) -> u16 {
    bits(&widths(symbol))
}

/// The same for the stop.
pub(crate) const fn stop_modules() -> u16 {
    bits(&STOP)
}

const fn bits(widths: &[u8]) -> u16 {
    let mut modules = 0;
    let (mut place, mut number) = (0, 0);
    while number < widths.len() {
        let end = place + widths[number];
        while place < end {
            if number.is_multiple_of(2) {
                modules |= 1 << place;
            }
            place += 1;
        }
        number += 1;
    }
    modules
}

/// By how much the symbols before the check symbol miss what it says; 0 for a sound code. The
/// stop is not among `symbols`.
pub(crate) fn deficit(symbols: &[u8]) -> usize {
    let Some((&check, rest)) = symbols.split_last() else {
        return 1;
    };
    let sum: usize = rest
        .iter()
        .enumerate()
        .map(|(place, &symbol)| weight(place) * usize::from(symbol))
        .sum();
    (sum + CHECK - usize::from(check) % CHECK) % CHECK
}

/// Fills `symbols` with those that wallets show for a number, the check symbol with them: pairs of
/// digits, and an odd last one as a letter.
pub(crate) fn spell(number: &str, symbols: &mut Vec<u8>) {
    symbols.clear();
    symbols.push(START_PAIRS);
    let (pairs, rest) = number.as_bytes().as_chunks::<2>();
    let digit = |byte: &u8| byte.saturating_sub(b'0').min(9);
    symbols.extend(pairs.iter().map(|[ten, one]| 10 * digit(ten) + digit(one)));
    if let [one] = rest {
        symbols.extend([TO_LETTERS, ZERO + digit(one)]);
    }
    symbols.push(0);
    let check = deficit(symbols).to_le_bytes()[0];
    if let Some(last) = symbols.last_mut() {
        *last = check;
    }
}

/// How often the symbol at `place` counts; the start is at place 0 and counts once.
pub(crate) fn weight(place: usize) -> usize {
    place.max(1) % CHECK
}

/// Sets of characters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    A,
    B,
    C,
}

impl Set {
    /// What a start symbol selects.
    fn begun(start: u8) -> Option<Self> {
        match start {
            103 => Some(Self::A),
            104 => Some(Self::B),
            105 => Some(Self::C),
            _ => None,
        }
    }

    /// The set that a shift lends.
    const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B | Self::C => Self::A,
        }
    }
}

/// What has been read of a code.
struct Reading {
    text: String,
    set: Set,
    /// The next symbol alone is of the other set.
    is_shifted: bool,
    /// Letters are in the upper half, until told otherwise.
    is_high: bool,
    /// The next letter alone is in the other half.
    is_high_once: bool,
}

/// The text of `symbols`, from the start to the check symbol, if their sum is right. FNC1 behind
/// the first place stands between fields and becomes the sign for that; FNC2 and FNC3, which are
/// for the reader, are left out.
pub(crate) fn text(symbols: &[u8]) -> Option<String> {
    let (start, rest) = symbols.split_first()?;
    let (_, content) = rest.split_last()?;
    if deficit(symbols) != 0 {
        return None;
    }
    let mut reading = Reading {
        text: String::new(),
        set: Set::begun(*start)?,
        is_shifted: false,
        is_high: false,
        is_high_once: false,
    };
    for (place, &symbol) in content.iter().enumerate() {
        reading.take(symbol, place == 0)?;
    }
    (!reading.text.is_empty()).then_some(reading.text)
}

impl Reading {
    fn take(&mut self, symbol: u8, is_first: bool) -> Option<()> {
        let set = if std::mem::take(&mut self.is_shifted) {
            self.set.other()
        } else {
            self.set
        };
        match (set, symbol) {
            (_, 102) => {
                if !is_first {
                    self.text.push('\u{1d}');
                }
            }
            (Set::C, pair @ 0..=99) => {
                self.text.push(char::from(b'0' + pair / 10));
                self.text.push(char::from(b'0' + pair % 10));
            }
            (Set::A, code @ 64..=95) => self.letter(code - 64),
            (Set::A | Set::B, code @ 0..=95) => self.letter(code + 32),
            (Set::A | Set::B, 96 | 97) => {}
            (Set::A | Set::B, 98) => self.is_shifted = true,
            (Set::A | Set::B, 99) => self.set = Set::C,
            (Set::A, 101) | (Set::B, 100) => self.turn_high(),
            (Set::A | Set::C, 100) => self.set = Set::B,
            (Set::B | Set::C, 101) => self.set = Set::A,
            (Set::A | Set::B | Set::C, _) => return None,
        }
        Some(())
    }

    fn letter(&mut self, code: u8) {
        let is_high = self.is_high != std::mem::take(&mut self.is_high_once);
        let code = if is_high { code + 128 } else { code };
        self.text.push(char::from(code));
    }

    /// FNC4: once for the next letter, twice in a row until twice again.
    fn turn_high(&mut self) {
        if std::mem::take(&mut self.is_high_once) {
            self.is_high = !self.is_high;
        } else {
            self.is_high_once = true;
        }
    }
}
