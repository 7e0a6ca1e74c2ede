//! Any text as signs that stand in columns: one for ASCII, two for everything else.
//!
//! A sign is what a person takes for one letter (a grapheme cluster), so a family emoji of seven
//! code points is one. What would steer is made blank or visible here, and nowhere else: the other
//! files of this room get signs only.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::page::Page;
use crate::receipt::TEXT_MAX;

/// What stands for a sign that cannot be printed.
pub const MISSING: char = '□';
/// What ends a text that was cut.
const CUT: char = '…';

/// How letters come on the paper.
#[derive(Clone, Copy, Debug)]
pub struct Writing {
    /// The printer's letters, if it writes them itself. A function and no page, so that a program
    /// that only draws carries no tables of letters.
    has: Option<fn(char) -> bool>,
}

impl Writing {
    /// Somebody draws or shows the layout and has all letters.
    pub const DRAWN: Self = Self { has: None };
    /// The printer writes, in GBK.
    pub const GBK: Self = Self {
        has: Some(|letter| Page::Gbk.bytes(letter).is_some()),
    };
    /// The printer writes, in GB 18030.
    pub const GB18030: Self = Self {
        has: Some(|letter| Page::Gb18030.bytes(letter).is_some()),
    };

    /// How a printer with that page writes.
    pub const fn of(page: Page) -> Self {
        match page {
            Page::Gbk => Self::GBK,
            Page::Gb18030 => Self::GB18030,
        }
    }

    /// The signs of a text: blanks are one, ends are none, and too much is cut.
    pub(crate) fn signs(self, text: &str) -> Vec<Sign> {
        // Letters first: a single sign may be made of any number of them.
        let is_cut = text.chars().nth(TEXT_MAX).is_some();
        let mut kept: String = text.chars().take(TEXT_MAX).collect();
        if is_cut {
            kept.push(CUT);
        }
        let mut signs: Vec<Sign> = Vec::new();
        for cluster in kept.graphemes(true) {
            let Some(sign) = self.sign(cluster) else {
                continue;
            };
            let is_twice = sign.is_blank() && signs.last().is_none_or(Sign::is_blank);
            if !is_twice {
                signs.push(sign);
            }
        }
        if signs.last().is_some_and(Sign::is_blank) {
            signs.pop();
        }
        signs
    }

    /// `None` for what nobody sees.
    fn sign(self, cluster: &str) -> Option<Sign> {
        if cluster.chars().all(char::is_whitespace) {
            return Some(Sign::of(' '));
        }
        if cluster.chars().any(char::is_control) {
            return Some(Sign::of(MISSING));
        }
        let seen: String = cluster.chars().filter(|one| !is_turning(*one)).collect();
        let mut letters = seen.chars().filter(|one| !is_joining(*one));
        let first = letters.next()?;
        let is_alone = letters.next().is_none();
        match self.has {
            None if seen.is_ascii() => Some(Sign::of(first)),
            None => Some(Sign {
                text: seen,
                width: 2,
            }),
            Some(has) => {
                // The sign for yuan is another one there.
                let letter = if first == '¥' { '￥' } else { first };
                let is_had = is_alone && has(letter);
                Some(Sign::of(if is_had { letter } else { MISSING }))
            }
        }
    }
}

/// Changes the direction of writing, or makes no mark at all. In a line of columns each piece has a
/// place of its own, so nothing needs them.
const fn is_turning(letter: char) -> bool {
    matches!(
        letter,
        '\u{AD}' | '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
    )
}

/// Only tells how its neighbours look.
const fn is_joining(letter: char) -> bool {
    matches!(letter, '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}')
}

/// One letter as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sign {
    text: String,
    width: usize,
}

impl Sign {
    fn of(letter: char) -> Self {
        Self {
            text: letter.to_string(),
            width: if letter.is_ascii() { 1 } else { 2 },
        }
    }

    fn is_blank(&self) -> bool {
        self.text == " "
    }

    /// Signs that Chinese and Latin never begin a line with.
    fn is_closing(&self) -> bool {
        const CLOSING: &str = "，。、；：？！）》」』】”’…·,.;:?!)]}%";
        CLOSING.contains(self.text.as_str())
    }
}

/// The columns that signs take.
pub(crate) fn width(signs: &[Sign]) -> usize {
    signs.iter().map(|sign| sign.width).sum()
}

/// The signs as a text.
pub(crate) fn text(signs: &[Sign]) -> String {
    signs.iter().map(|sign| sign.text.as_str()).collect()
}

/// Lines of at most that many columns (2 or more). Between Chinese signs a line may end anywhere,
/// Latin words stay whole where they can.
pub(crate) fn wrap(signs: &[Sign], columns: usize) -> Vec<&[Sign]> {
    let mut lines = Vec::new();
    let mut rest = signs;
    while !rest.is_empty() {
        let count = fitting(rest, columns.max(2));
        let (line, after) = rest.split_at(count);
        lines.push(trimmed(line));
        let blanks = after.iter().take_while(|sign| sign.is_blank()).count();
        rest = after.get(blanks..).unwrap_or_default();
    }
    lines
}

fn trimmed(line: &[Sign]) -> &[Sign] {
    match line.split_last() {
        Some((last, before)) if last.is_blank() => before,
        _ => line,
    }
}

/// How many signs go on a line: at least one.
fn fitting(signs: &[Sign], columns: usize) -> usize {
    let mut used = 0;
    let mut end = None;
    for (place, sign) in signs.iter().enumerate() {
        if place > 0 && may_part(signs.get(place - 1), sign) {
            end = Some(place);
        }
        used += sign.width;
        // A blank at the end of a line takes no place.
        if used > columns && !sign.is_blank() {
            return end.unwrap_or(place).max(1);
        }
    }
    signs.len()
}

fn may_part(before: Option<&Sign>, after: &Sign) -> bool {
    let Some(before) = before else { return false };
    let is_wide = before.width > 1 || after.width > 1;
    !after.is_closing() && (before.is_blank() || is_wide)
}
