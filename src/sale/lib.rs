//! What is owed: the catalogue, the cart, the keypad, and what they come to.
//!
//! Pure: no IO, no clock, no randomness, no floating point. The page shows a [`Quote`] while goods
//! are put together, and the backend makes the same quote again before anything is charged.

pub mod cart;
pub mod catalogue;
pub mod discount;
pub mod item;
pub mod keypad;
pub mod quote;
pub mod text;

#[cfg(test)]
mod tests;

pub use cart::{Cart, CartError, Line, Thing};
pub use catalogue::{Catalogue, CatalogueError, Change, ChangeKind};
pub use discount::{Discount, DiscountError, Percent};
pub use item::{Colour, Item, ItemError, ItemId, Look, Name, Sign};
pub use keypad::{Key, Keypad, SumError};
pub use quote::{Quote, QuoteError, QuoteLine};
pub use text::TextError;
