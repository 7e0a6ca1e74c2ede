//! What a cart comes to: line by line, what is taken off, and the total.
//!
//! First each line (price by pieces, less its own discount), then their sum, less the discount on
//! all of it. Every step is checked; a step that would leave the range of amounts is an error.

use money::Amount;

use crate::cart::{Cart, Line, Thing};
use crate::catalogue::Catalogue;
use crate::discount::{Discount, DiscountError};
use crate::item::{ItemId, Name};

/// Why a cart cannot be charged as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// Nothing is in it.
    #[error("the cart is empty")]
    Empty,
    /// An item is not sold any more.
    #[error("the item {0} is not in the catalogue any more")]
    Gone(ItemId),
    /// An item costs something else than when it was put in.
    #[error("the price of {item} changed from {} to {}", .was.yuan(), .now.yuan())]
    PriceChanged {
        /// Which item.
        item: ItemId,
        /// What it cost.
        was: Amount,
        /// What it costs.
        now: Amount,
    },
    /// More than can be charged at all.
    #[error("the sum is above 100,000,000.00 yuan")]
    TooLarge,
    /// More is taken off than there is.
    #[error("the discount is larger than what it is taken from")]
    DiscountOverSum,
    /// All of it is taken off: nothing is left to charge.
    #[error("nothing is left to charge")]
    Zero,
}

impl From<DiscountError> for QuoteError {
    fn from(error: DiscountError) -> Self {
        match error {
            DiscountError::OverSum | DiscountError::None => Self::DiscountOverSum,
        }
    }
}

/// One line with its price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteLine {
    /// Which item; `None` for an amount that was typed.
    pub item: Option<ItemId>,
    /// What it was called when it was sold; `None` for an amount that was typed.
    pub name: Option<Name>,
    /// What one piece costs.
    pub unit: Amount,
    /// How many pieces.
    pub count: u32,
    /// What is taken off the line.
    pub off: Amount,
    /// What the line comes to: unit by count, less what is taken off.
    pub sum: Amount,
}

/// What a cart comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Line by line, in the cart's order.
    pub lines: Vec<QuoteLine>,
    /// What the lines come to.
    pub subtotal: Amount,
    /// What is taken off all of it.
    pub off: Amount,
    /// What is to be charged; never zero.
    pub total: Amount,
}

impl Cart {
    /// What it comes to by this catalogue.
    ///
    /// # Errors
    /// The first [`QuoteError`], line by line.
    pub fn quote(&self, catalogue: &Catalogue) -> Result<Quote, QuoteError> {
        if self.is_empty() {
            return Err(QuoteError::Empty);
        }
        let lines = self.lines().iter().map(|line| priced(line, catalogue));
        let lines: Vec<QuoteLine> = lines.collect::<Result<_, _>>()?;
        total(lines, self.discount)
    }
}

fn priced(line: &Line, catalogue: &Catalogue) -> Result<QuoteLine, QuoteError> {
    let (item, name) = match &line.thing {
        Thing::Free => (None, None),
        Thing::Item(id) => {
            let item = catalogue
                .item(id)
                .ok_or_else(|| QuoteError::Gone(id.clone()))?;
            if item.price() != line.unit {
                return Err(QuoteError::PriceChanged {
                    item: id.clone(),
                    was: line.unit,
                    now: item.price(),
                });
            }
            (Some(id.clone()), Some(item.name.clone()))
        }
    };
    let whole = product(line.unit, line.count)?;
    let off = taken(line.discount, whole)?;
    Ok(QuoteLine {
        item,
        name,
        unit: line.unit,
        count: line.count,
        off,
        sum: less(whole, off)?,
    })
}

fn total(lines: Vec<QuoteLine>, discount: Option<Discount>) -> Result<Quote, QuoteError> {
    let subtotal = lines.iter().try_fold(Amount::ZERO, |sum, line| {
        sum.plus(line.sum).map_err(|_| QuoteError::TooLarge)
    })?;
    let off = taken(discount, subtotal)?;
    let total = less(subtotal, off)?;
    if total == Amount::ZERO {
        return Err(QuoteError::Zero);
    }
    Ok(Quote {
        lines,
        subtotal,
        off,
        total,
    })
}

fn taken(discount: Option<Discount>, sum: Amount) -> Result<Amount, QuoteError> {
    Ok(discount.map_or(Ok(Amount::ZERO), |discount| discount.off(sum))?)
}

/// A price by pieces.
pub(crate) fn product(unit: Amount, count: u32) -> Result<Amount, QuoteError> {
    let fen = unit.fen().checked_mul(i64::from(count));
    let amount = fen.and_then(|fen| Amount::from_fen(fen).ok());
    amount.ok_or(QuoteError::TooLarge)
}

/// What is left of a sum.
pub(crate) fn less(sum: Amount, off: Amount) -> Result<Amount, QuoteError> {
    Amount::from_fen(sum.fen() - off.fen()).map_err(|_| QuoteError::DiscountOverSum)
}
