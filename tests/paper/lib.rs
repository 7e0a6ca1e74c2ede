//! A stand-in for a receipt printer: it reads the bytes as printers do, and shows what would lie on
//! the paper, as text and as a picture.
//!
//! Written by the command reference and not by our encoder, and stricter than printers are: what it
//! does not know, and what no one could have meant, it tells.

mod draw;
mod printer;

#[cfg(test)]
mod receipts;
#[cfg(test)]
mod tests;

pub use draw::{Font, draw, wide};
pub use printer::{Glyph, Sheet, Strip, print};
