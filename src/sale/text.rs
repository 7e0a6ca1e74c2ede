//! A catalogue and a quote as texts for the record, one line for each thing, so that a person can
//! read them.
//!
//! Fields stand behind tabs; no name can hold one. The order of the fields never changes; a further
//! one comes behind the others.

use core::fmt::Write as _;

use money::Amount;

use crate::cart::{COUNT_MAX, LINES_MAX};
use crate::catalogue::Catalogue;
use crate::item::{Colour, Item, ItemId, Look, Name, Sign};
use crate::quote::{Quote, QuoteLine, less, product};

/// A text that nobody here wrote, or that was changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {0} is not as it is written")]
pub struct TextError(pub usize);

/// What begins the line of a total.
const TOTAL: &str = "total";

impl Catalogue {
    /// Every item on a line: id, price in fen, colour, `quick` or nothing, sign, category, name.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for item in self.items() {
            let quick = if item.is_quick { "quick" } else { "" };
            let category = item.category.as_ref().map_or("", Name::as_str);
            // Writing to a text cannot fail.
            let _ = writeln!(
                out,
                "{}\t{}\t{}\t{quick}\t{}\t{category}\t{}",
                item.id,
                item.price().fen(),
                item.look.colour.as_str(),
                item.look.sign.as_str(),
                item.name
            );
        }
        out
    }

    /// The catalogue of that text.
    ///
    /// # Errors
    /// [`TextError`] with the first line, from 1, that is not one.
    pub fn from_text(revision: u64, text: &str) -> Result<Self, TextError> {
        let items = text.lines().zip(1..).map(|(line, number)| {
            let fields: Vec<&str> = line.split('\t').collect();
            item_of(&fields).ok_or(TextError(number))
        });
        let items: Vec<Item> = items.collect::<Result<_, _>>()?;
        Self::of(revision, items).map_err(|_| TextError(0))
    }
}

fn item_of(fields: &[&str]) -> Option<Item> {
    let &[id, price, colour, quick, sign, category, name] = fields else {
        return None;
    };
    let (id, name) = (ItemId::parse(id).ok()?, Name::parse(name).ok()?);
    let mut item = Item::of(id, name, amount(price)?).ok()?;
    item.look = Look {
        colour: Colour::named(colour).ok()?,
        sign: Sign::parse(sign).ok()?,
    };
    item.is_quick = match quick {
        "" => false,
        "quick" => true,
        _ => return None,
    };
    if !category.is_empty() {
        item.category = Some(Name::parse(category).ok()?);
    }
    Some(item)
}

fn amount(text: &str) -> Option<Amount> {
    let fen = text.parse().ok()?;
    Amount::from_fen(fen).ok()
}

impl Quote {
    /// Every line (price, pieces, what is taken off, item, name), then the total and what is taken
    /// off it. Sums that follow from these are not written.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for line in &self.lines {
            let item = line.item.as_ref().map_or("", ItemId::as_str);
            let name = line.name.as_ref().map_or("", Name::as_str);
            let (unit, off) = (line.unit.fen(), line.off.fen());
            let _ = writeln!(out, "{unit}\t{}\t{off}\t{item}\t{name}", line.count);
        }
        let _ = write!(out, "{TOTAL}\t{}\t{}", self.total.fen(), self.off.fen());
        out
    }

    /// The quote of that text, if its sums are right.
    ///
    /// # Errors
    /// [`TextError`] with the first line, from 1, that is not one.
    pub fn from_text(text: &str) -> Result<Self, TextError> {
        let (body, end) = text.rsplit_once('\n').ok_or(TextError(1))?;
        let lines = body.split('\n').zip(1..).map(|(line, number)| {
            let fields: Vec<&str> = line.split('\t').collect();
            line_of(&fields).ok_or(TextError(number))
        });
        let lines: Vec<QuoteLine> = lines.collect::<Result<_, _>>()?;
        let fault = TextError(lines.len() + 1);
        let fields: Vec<&str> = end.split('\t').collect();
        let &[TOTAL, total, off] = fields.as_slice() else {
            return Err(fault);
        };
        let (total, off) = (amount(total).ok_or(fault)?, amount(off).ok_or(fault)?);
        let sum = lines
            .iter()
            .try_fold(Amount::ZERO, |sum, line| sum.plus(line.sum));
        let subtotal = sum.map_err(|_| fault)?;
        let quote = Self {
            lines,
            subtotal,
            off,
            total,
        };
        // One quote, one text: `+5` for `5` is somebody else's hand.
        let is_sound = quote.lines.len() <= LINES_MAX
            && less(subtotal, off) == Ok(total)
            && total > Amount::ZERO
            && quote.to_text() == text;
        is_sound.then_some(quote).ok_or(fault)
    }
}

fn line_of(fields: &[&str]) -> Option<QuoteLine> {
    let &[unit, count, off, item, name] = fields else {
        return None;
    };
    let (unit, off) = (amount(unit)?, amount(off)?);
    let count: u32 = count.parse().ok()?;
    // As in a cart: nothing that costs nothing, and no line without a piece.
    if unit == Amount::ZERO || !(1..=COUNT_MAX).contains(&count) {
        return None;
    }
    let (item, name) = match (item, name) {
        ("", "") => (None, None),
        (item, name) => (
            Some(ItemId::parse(item).ok()?),
            Some(Name::parse(name).ok()?),
        ),
    };
    let whole = product(unit, count).ok()?;
    Some(QuoteLine {
        item,
        name,
        unit,
        count,
        off,
        sum: less(whole, off).ok()?,
    })
}
