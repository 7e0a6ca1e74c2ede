//! What one customer buys, as it is put together.
//!
//! A line remembers what one piece cost when it was put in. So a price that changes meanwhile is
//! noticed and told, and never charged unseen.

use money::Amount;

use crate::catalogue::Catalogue;
use crate::discount::Discount;
use crate::item::{Item, ItemId};

/// Lines of one cart at most.
pub const LINES_MAX: usize = 100;
/// Pieces on one line at most.
pub const COUNT_MAX: u32 = 999;

/// Why something cannot be in a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    /// It has 100 lines already.
    #[error("a cart holds at most 100 lines")]
    TooManyLines,
    /// More than 999 pieces on one line, or none.
    #[error("a line holds 1 to 999 pieces")]
    Count,
    /// It costs nothing.
    #[error("an amount in a cart is at least 1 fen")]
    Zero,
}

/// What a line is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thing {
    /// An item of the catalogue.
    Item(ItemId),
    /// An amount that was typed.
    Free,
}

/// So many pieces of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Of what.
    pub thing: Thing,
    /// What one piece cost when it was put in.
    pub unit: Amount,
    /// How many, 1 to 999.
    pub count: u32,
    /// What is taken off the line.
    pub discount: Option<Discount>,
}

/// What one customer buys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cart {
    lines: Vec<Line>,
    /// What is taken off all of it, behind what is taken off single lines.
    pub discount: Option<Discount>,
}

impl Cart {
    /// A cart with these lines, as another program tells it.
    ///
    /// # Errors
    /// [`CartError`] for what could not have been put in.
    pub fn of(lines: Vec<Line>, discount: Option<Discount>) -> Result<Self, CartError> {
        if lines.len() > LINES_MAX {
            return Err(CartError::TooManyLines);
        }
        for line in &lines {
            check_count(line.count)?;
            if line.unit == Amount::ZERO {
                return Err(CartError::Zero);
            }
        }
        Ok(Self { lines, discount })
    }

    /// What is in it, in the order in which it was put in.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// True when nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Pieces in it.
    pub fn count(&self) -> u32 {
        self.lines.iter().map(|line| line.count).sum()
    }

    /// Puts in so many pieces: on the line that has the item at this price, or on one of its own.
    ///
    /// # Errors
    /// [`CartError`]; then nothing changed.
    pub fn add(&mut self, item: &Item, count: u32) -> Result<(), CartError> {
        let count = check_count(count)?;
        let is_same = |line: &&mut Line| {
            line.thing == Thing::Item(item.id.clone()) && line.unit == item.price()
        };
        if let Some(line) = self.lines.iter_mut().find(is_same) {
            let sum = line.count.saturating_add(count);
            line.count = check_count(sum)?;
            return Ok(());
        }
        self.push(Thing::Item(item.id.clone()), item.price(), count)
    }

    /// Puts in an amount that was typed.
    ///
    /// # Errors
    /// [`CartError`]; then nothing changed.
    pub fn add_free(&mut self, amount: Amount) -> Result<(), CartError> {
        self.push(Thing::Free, amount, 1)
    }

    fn push(&mut self, thing: Thing, unit: Amount, count: u32) -> Result<(), CartError> {
        check_count(count)?;
        if unit == Amount::ZERO {
            return Err(CartError::Zero);
        }
        if self.lines.len() >= LINES_MAX {
            return Err(CartError::TooManyLines);
        }
        self.lines.push(Line {
            thing,
            unit,
            count,
            discount: None,
        });
        Ok(())
    }

    /// Sets how many pieces the line at `place` holds; none takes it away. A place without a line
    /// stays without one.
    ///
    /// # Errors
    /// [`CartError::Count`]; then nothing changed.
    pub fn set_count(&mut self, place: usize, count: u32) -> Result<(), CartError> {
        if count == 0 {
            self.remove(place);
            return Ok(());
        }
        let count = check_count(count)?;
        if let Some(line) = self.lines.get_mut(place) {
            line.count = count;
        }
        Ok(())
    }

    /// Takes the line at `place` away, if there is one.
    pub fn remove(&mut self, place: usize) {
        if place < self.lines.len() {
            self.lines.remove(place);
        }
        if self.lines.is_empty() {
            self.discount = None;
        }
    }

    /// Takes something off the line at `place`, or nothing any more.
    pub fn set_line_discount(&mut self, place: usize, discount: Option<Discount>) {
        if let Some(line) = self.lines.get_mut(place) {
            line.discount = discount;
        }
    }

    /// Takes the catalogue's word for it: lines get the prices that hold now, and items that are
    /// gone leave the cart.
    pub fn accept(&mut self, catalogue: &Catalogue) {
        self.lines.retain_mut(|line| match &line.thing {
            Thing::Free => true,
            Thing::Item(id) => match catalogue.item(id) {
                Some(item) => {
                    line.unit = item.price();
                    true
                }
                None => false,
            },
        });
        if self.lines.is_empty() {
            self.discount = None;
        }
    }
}

const fn check_count(count: u32) -> Result<u32, CartError> {
    match count {
        1..=COUNT_MAX => Ok(count),
        _ => Err(CartError::Count),
    }
}
