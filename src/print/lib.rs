//! A receipt as a value, its lines on narrow paper, and the bytes that a receipt printer takes.
//!
//! Pure: no IO, no clock. A [`Receipt`] becomes a [`Layout`] of columns; a layout becomes bytes of
//! ESC/POS in the printer's own Chinese letters, or a picture of it does ([`escpos`]). Nothing that
//! stands on a receipt reaches the printer as a command, whatever was typed into it.

pub mod code;
pub mod escpos;
pub mod layout;
pub mod page;
pub mod picture;
pub mod receipt;
pub mod sign;
pub mod status;

#[cfg(test)]
mod tests;

pub use code::{BarText, CodeError, QrText};
pub use escpos::{End, Pin};
pub use layout::{Layout, Line, Paper, Piece, Row, Style};
pub use page::Page;
pub use picture::{Picture, PictureError};
pub use receipt::{Good, Kind, Paid, Plan, Receipt, ReceiptError, Shop};
pub use sign::Writing;
pub use status::{Question, Status, StatusError, Trouble};
