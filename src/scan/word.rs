//! Small codes (versions 1 to 4, as payment codes are) with errors and erasures corrected on the
//! modules themselves, so that rqrr gets a code without a fault.
//!
//! A module near its threshold makes its codeword doubtful; doubtful codewords are handed to the
//! error correction as erasures, the weakest first. That spends the checks that guard against a
//! wrong correction, so what was mended with erasures counts only if it is a number with the
//! header, end and padding that every encoder writes: no chance result has them.

use crate::mend::mend;
use crate::symbol::{known, version};

/// Largest side that is mended here: version 4.
const SIDE_MAX: usize = 33;

/// Most codewords of such a code.
const WORDS_MAX: usize = 100;

/// Checks that must stay unspent when codewords are erased.
const SPARE: usize = 2;

/// Digits of a payment code, at least and at most.
const DIGITS: std::ops::RangeInclusive<usize> = 16..=24;

/// Padding codewords that must be there and right.
const PADDING_MIN: usize = 2;

/// Format words of level and mask are the valid ones nearest to what is seen, if at most this
/// many of both copies' thirty bits differ.
const FORMAT_OFF_MAX: u32 = 9;

/// Codewords, check codewords a block, and blocks, for versions 1 to 4 and levels L, M, Q, H.
const SHAPES: [(usize, [(usize, usize); 4]); 4] = [
    (26, [(7, 1), (10, 1), (13, 1), (17, 1)]),
    (44, [(10, 1), (16, 1), (22, 1), (28, 1)]),
    (70, [(15, 1), (26, 1), (18, 2), (22, 2)]),
    (100, [(20, 1), (18, 2), (26, 2), (16, 4)]),
];

/// What a code says about itself, and how sure that is.
#[derive(Debug, Clone, Copy)]
struct Format {
    /// Bits of the level: 1, 0, 3, 2 for L, M, Q, H.
    level: usize,
    mask: usize,
    /// Bits of both copies that differ.
    off: u32,
}

/// Reused codewords of one code.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// Places of the modules that hold content, eight a codeword.
    places: Vec<(usize, usize)>,
    /// Side that `places` are of.
    side: usize,
    /// Codewords as seen, in the code's order.
    seen: Vec<u8>,
    /// How sure the least sure module of each is.
    sure: Vec<f32>,
    /// Modules after mending.
    mended: Vec<f32>,
}

/// True for sides that are mended here.
pub(crate) fn is_small(side: usize) -> bool {
    side <= SIDE_MAX
}

impl Words {
    /// The modules of a faultless code near `soft`, with up to `erasures` codewords a block taken
    /// as lost; `None` when there is none. Negative is dark.
    pub(crate) fn mend(&mut self, soft: &[f32], side: usize, erasures: usize) -> Option<&[f32]> {
        if !is_small(side) || soft.len() != side * side {
            return None;
        }
        let straight = format(soft, side, false);
        let mirrored = format(soft, side, true);
        let is_mirrored = mirrored.off < straight.off;
        let format = if is_mirrored { mirrored } else { straight };
        if format.off > FORMAT_OFF_MAX {
            return None;
        }
        let (total, levels) = *SHAPES.get(version(side).checked_sub(1)?)?;
        let (checks, blocks) = levels[[1, 0, 3, 2][format.level]];
        self.collect(soft, side, (format.mask, is_mirrored), total);
        let mut words = [0; WORDS_MAX];
        let words = words.get_mut(..total)?;
        words.copy_from_slice(self.seen.get(..total)?);
        let length = total / blocks;
        let mut content = [0; WORDS_MAX];
        for block in 0..blocks {
            let lost = self.weakest(block, blocks);
            let mut own = [0; WORDS_MAX];
            for (at, word) in own.iter_mut().take(length).enumerate() {
                *word = words[at * blocks + block];
            }
            let spare = if erasures == 0 { 0 } else { SPARE };
            if !mend(&mut own[..length], checks, lost.get(..erasures)?, spare) {
                return None;
            }
            for (at, &word) in own.iter().take(length).enumerate() {
                words[at * blocks + block] = word;
            }
            let start = block * (length - checks);
            content[start..start + length - checks].copy_from_slice(&own[..length - checks]);
        }
        let content = &content[..total - checks * blocks];
        if erasures > 0 && !is_padded_number(content) {
            return None;
        }
        self.put_back(soft, (side, is_mirrored), format, words);
        Some(&self.mended)
    }

    /// Codewords and how sure they are, from the modules that hold content.
    fn collect(
        &mut self,
        soft: &[f32],
        side: usize,
        (mask, is_mirrored): (usize, bool),
        total: usize,
    ) {
        if self.side != side {
            self.side = side;
            self.places.clear();
            self.places.extend(content_places(side));
        }
        self.seen.clear();
        self.sure.clear();
        for places in self.places.chunks_exact(8).take(total) {
            let (mut word, mut sure) = (0, f32::MAX);
            for &(x, y) in places {
                let module = soft[index(side, x, y, is_mirrored)];
                let bit = (module < 0.0) != is_masked(mask, x, y);
                word = word << 1 | u8::from(bit);
                sure = sure.min(module.abs());
            }
            self.seen.push(word);
            self.sure.push(sure);
        }
    }

    /// Places in block `block` of its codewords, the least sure first.
    fn weakest(&self, block: usize, blocks: usize) -> [usize; WORDS_MAX] {
        let mut order = [0; WORDS_MAX];
        let sure = |at: usize| self.sure.get(at * blocks + block).copied();
        let length = (self.seen.len() / blocks).min(WORDS_MAX);
        for (at, place) in order.iter_mut().enumerate() {
            *place = at;
        }
        order[..length].sort_unstable_by(|&a, &b| {
            let (a, b) = (sure(a).unwrap_or(f32::MAX), sure(b).unwrap_or(f32::MAX));
            a.total_cmp(&b)
        });
        order
    }

    /// Writes the mended codewords and the format into a copy of the modules.
    fn put_back(
        &mut self,
        soft: &[f32],
        (side, is_mirrored): (usize, bool),
        format: Format,
        words: &[u8],
    ) {
        self.mended.clear();
        self.mended.extend_from_slice(soft);
        let ink = |is_dark: bool| if is_dark { -1.0 } else { 1.0 };
        for (places, &word) in self.places.chunks_exact(8).zip(words) {
            for (bit, &(x, y)) in places.iter().enumerate() {
                let is_dark = (word >> (7 - bit) & 1 == 1) != is_masked(format.mask, x, y);
                self.mended[index(side, x, y, is_mirrored)] = ink(is_dark);
            }
        }
        let bits = format_word(format.level << 3 | format.mask);
        for copy in [false, true] {
            for (bit, (x, y)) in format_places(side, copy).enumerate() {
                let is_dark = bits >> (14 - bit) & 1 == 1;
                self.mended[index(side, x, y, is_mirrored)] = ink(is_dark);
            }
        }
    }
}

fn index(side: usize, x: usize, y: usize, is_mirrored: bool) -> usize {
    if is_mirrored {
        x * side + y
    } else {
        y * side + x
    }
}

/// Modules of the content in the order of its bits: pairs of columns from the right, up and down
/// in turn.
fn content_places(side: usize) -> impl Iterator<Item = (usize, usize)> {
    // The timing column stands alone.
    let pairs = (0..side / 2).map(move |pair| {
        let right = side - 1 - 2 * pair;
        if right <= 6 { right - 1 } else { right }
    });
    let columns = pairs.enumerate().flat_map(move |(pair, right)| {
        (0..side).flat_map(move |step| {
            let y = if pair.is_multiple_of(2) {
                side - 1 - step
            } else {
                step
            };
            [(right, y), (right - 1, y)]
        })
    });
    columns.filter(move |&(x, y)| {
        let is_format =
            (x == 8 && (y < 9 || y >= side - 8)) || (y == 8 && (x < 9 || x >= side - 8));
        !is_format && known(side, x, y).is_none()
    })
}

/// Whether the mask turns a module over.
fn is_masked(mask: usize, x: usize, y: usize) -> bool {
    let rest = match mask {
        0 => (x + y) % 2,
        1 => y % 2,
        2 => x % 3,
        3 => (x + y) % 3,
        4 => (y / 2 + x / 3) % 2,
        5 => x * y % 2 + x * y % 3,
        6 => (x * y % 2 + x * y % 3) % 2,
        _ => ((x + y) % 2 + x * y % 3) % 2,
    };
    rest == 0
}

/// Places of the format's bits, the highest first; the second copy lies by the other finders.
fn format_places(side: usize, is_second: bool) -> impl Iterator<Item = (usize, usize)> {
    (0..15).map(move |bit| match (is_second, bit) {
        (false, 0..=5) => (bit, 8),
        (false, 6) => (7, 8),
        (false, 7) => (8, 8),
        (false, 8) => (8, 7),
        (false, _) => (8, 14 - bit),
        (true, 0..=6) => (8, side - 1 - bit),
        (true, _) => (side - 15 + bit, 8),
    })
}

/// The fifteen bits of a format with their check bits and mask (ISO/IEC 18004, annex C).
fn format_word(content: usize) -> u16 {
    let content = u16::try_from(content & 31).unwrap_or(0);
    let mut rest = content << 10;
    for bit in (10..15).rev() {
        if rest >> bit & 1 == 1 {
            rest ^= 0x537 << (bit - 10);
        }
    }
    (content << 10 | rest) ^ 0x5412
}

/// The valid format nearest to both copies.
fn format(soft: &[f32], side: usize, is_mirrored: bool) -> Format {
    let copy = |is_second: bool| {
        format_places(side, is_second).fold(0_u16, |bits, (x, y)| {
            let module = soft[index(side, x, y, is_mirrored)];
            bits << 1 | u16::from(module < 0.0)
        })
    };
    let (first, second) = (copy(false), copy(true));
    let all = (0..32).map(|content| {
        let word = format_word(content);
        Format {
            level: content >> 3,
            mask: content & 7,
            off: (word ^ first).count_ones() + (word ^ second).count_ones(),
        }
    });
    all.min_by_key(|format| format.off).unwrap_or(Format {
        level: 0,
        mask: 0,
        off: u32::MAX,
    })
}

/// True for content that is one number of a payment code's length, its end and its padding.
fn is_padded_number(content: &[u8]) -> bool {
    let bit = |at: usize| {
        let word = content.get(at / 8).copied().unwrap_or(0);
        usize::from(word >> (7 - at % 8) & 1)
    };
    let number = |start: usize, length: usize| {
        (start..start + length).fold(0, |value, at| value << 1 | bit(at))
    };
    let digits = number(4, 10);
    if number(0, 4) != 1 || !DIGITS.contains(&digits) {
        return false;
    }
    let mut at = 14;
    for start in (0..digits).step_by(3) {
        let (length, limit) = match digits - start {
            1 => (4, 10),
            2 => (7, 100),
            _ => (10, 1000),
        };
        if number(at, length) >= limit {
            return false;
        }
        at += length;
    }
    let end = (at + 4).next_multiple_of(8);
    let padding = content.get(end / 8..).unwrap_or_default();
    let is_right = |(at, &word): (usize, &u8)| word == if at % 2 == 0 { 0xec } else { 0x11 };
    number(at, end - at) == 0
        && padding.len() >= PADDING_MIN
        && padding.iter().enumerate().all(is_right)
}

#[cfg(test)]
mod tests {
    use qrcode::{Color, EcLevel, QrCode, Version};

    use super::Words;

    fn modules(code: &QrCode, is_mirrored: bool) -> Vec<f32> {
        let side = code.width();
        let places = (0..side * side).map(|at| (at % side, at / side));
        let dark = places.map(|(x, y)| {
            let place = if is_mirrored { (y, x) } else { (x, y) };
            code[place] == Color::Dark
        });
        dark.map(|is_dark| if is_dark { -1.0 } else { 1.0 })
            .collect()
    }

    fn codes() -> Vec<QrCode> {
        let levels = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H];
        let versions = (1..=4).map(Version::Normal);
        let shapes = versions.flat_map(|version| levels.map(|level| (version, level)));
        shapes
            .filter_map(|(version, level)| {
                QrCode::with_version("284512345678901234", version, level).ok()
            })
            .collect()
    }

    #[test]
    fn faultless_codes_stay_as_they_are_straight_and_mirrored() {
        for code in codes() {
            for is_mirrored in [false, true] {
                let soft = modules(&code, is_mirrored);
                let mut words = Words::default();
                assert_eq!(words.mend(&soft, code.width(), 0), Some(&soft[..]));
            }
        }
    }

    #[test]
    fn doubtful_modules_are_mended_beyond_what_errors_alone_allow() {
        let mut rescued = 0;
        for code in codes() {
            let side = code.width();
            let sound = modules(&code, false);
            let mut soft = sound.clone();
            // A smudge that turns modules over but leaves them faint.
            for (x, y) in (9..side - 6).flat_map(|x| (9..side - 8).map(move |y| (x, y))) {
                if (x * 7 + y * 3) % 4 == 0 && x < side / 2 + 2 {
                    soft[y * side + x] *= -0.1;
                }
            }
            let mut words = Words::default();
            let plain = words.mend(&soft, side, 0).is_some();
            for erasures in (2..20).step_by(2) {
                if let Some(mended) = words.mend(&soft, side, erasures) {
                    assert_eq!(mended, sound);
                    rescued += usize::from(!plain);
                    break;
                }
            }
        }
        assert!(rescued > 0, "erasures are worth their while");
    }

    #[test]
    fn noise_is_never_mended_into_a_code() {
        let mut state = 9_u32;
        let mut words = Words::default();
        for _ in 0..500 {
            let side = 21;
            let soft: Vec<f32> = (0..side * side)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    f32::from(state.to_be_bytes()[0]) / 128.0 - 1.0
                })
                .collect();
            for erasures in [2, 4, 6, 8] {
                assert_eq!(words.mend(&soft, side, erasures), None);
            }
        }
    }
}
