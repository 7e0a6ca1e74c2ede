//! What the codes at the end of a receipt say, and how many dots they need.

use crate::layout::Paper;

/// Longest text of a QR code, in bytes: a link.
pub const QR_MAX: usize = 300;
/// Longest text of bars, in bytes.
pub const BARS_MAX: usize = 40;
/// Dots of the narrowest bar: with one, phones do not read them any more.
pub(crate) const BAR_DOTS: usize = 2;
/// Dots of a module of a QR code at most: 0.75 mm.
const MODULE_DOTS_MAX: usize = 6;
/// Blank modules around a QR code, both sides together.
const QUIET: usize = 8;

/// Bytes that a QR code of version 1, 2, 3 … holds at error correction M (ISO/IEC 18004, table 7).
const QR_HOLDS: [usize; 13] = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331];

/// Why a text cannot be printed as a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Empty, too long, or with blanks or letters beyond ASCII.
    #[error("a QR code of a receipt says 1 to 300 letters, digits and signs of ASCII; shorten it")]
    Qr,
    /// Empty, too long, or with other signs.
    #[error("bars of a receipt say 1 to 40 letters, digits, - and _; shorten it")]
    Bars,
}

/// What a QR code says, a link as a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrText(String);

impl QrText {
    /// A text of 1 to 300 visible signs of ASCII.
    ///
    /// # Errors
    /// [`CodeError::Qr`].
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let is_text =
            (1..=QR_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_text.then(|| Self(text.to_owned())).ok_or(CodeError::Qr)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many dots a module may have on that paper. The printer chooses the version: one that
    /// mixes kinds of signs badly takes the one above the smallest, so there is room for that.
    pub(crate) fn module_dots(&self, paper: Paper) -> u8 {
        let before = QR_HOLDS.iter().take_while(|holds| **holds < self.0.len());
        let version = before.count() + 2;
        let modules = 17 + 4 * version + QUIET;
        let dots = (paper.dots() / modules).clamp(1, MODULE_DOTS_MAX);
        u8::try_from(dots).unwrap_or(1)
    }
}

/// What bars (Code 128) say, a number of the order as a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarText(String);

impl BarText {
    /// A text of 1 to 40 letters, digits, `-`, `_`.
    ///
    /// # Errors
    /// [`CodeError::Bars`].
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let is_text = (1..=BARS_MAX).contains(&text.len()) && text.bytes().all(is_sign);
        is_text
            .then(|| Self(text.to_owned()))
            .ok_or(CodeError::Bars)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether its bars are wide enough to be read on that paper.
    pub(crate) fn fits(&self, paper: Paper) -> bool {
        // Start, signs, check sign and stop.
        let modules = 11 * (self.signs() + 2) + 13;
        modules * BAR_DOTS <= paper.dots()
    }

    /// The same as a QR code, which is smaller.
    pub(crate) fn to_qr(&self) -> QrText {
        QrText(self.0.clone())
    }

    /// How many signs of Code 128 it takes, start and end not counted.
    fn signs(&self) -> usize {
        match self.pairs() {
            Some(pairs) => pairs.len() + 2 * (self.0.len() % 2),
            None => self.0.len(),
        }
    }

    /// The pairs of digits, where it is a number: half as wide. `None` where two pairs would be a
    /// command that printers obey even inside of other commands.
    pub(crate) fn pairs(&self) -> Option<Vec<u8>> {
        let is_number = self.0.len() >= 4 && self.0.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            return None;
        }
        let digits = self.0.as_bytes().chunks_exact(2);
        let pairs: Vec<u8> = digits
            .map(|pair| pair.iter().fold(0, |sum, digit| sum * 10 + (digit - b'0')))
            .collect();
        let is_command = pairs.windows(2).any(|two| {
            two.first() == Some(&0x10) && matches!(two.last(), Some(0x04 | 0x05 | 0x14))
        });
        (!is_command).then_some(pairs)
    }
}
