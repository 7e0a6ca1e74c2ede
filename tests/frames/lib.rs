//! Camera frames for the scanner's tests and measurements: a phone with a payment page, as a
//! tablet's camera sees it, drawn from a seed.
//!
//! A frame goes the way of the light: a page on a screen, the phone's place in space, lamps and
//! fringes on its glass, a finger, blur, exposure, noise, the curve of greys, compression. Nothing
//! is stored: the same seed, class and number give the same bytes on every machine, because all
//! functions beyond the four operations and the root come from one library in plain Rust.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels, greys and small counts: all far inside what both sides of a cast can hold"
)]

mod chance;
mod class;
mod lens;
mod page;
pub mod photographs;
mod place;
mod room;
mod scene;
mod sensor;
mod wallet;

pub use class::Class;
pub use page::Show;
pub use scene::{Frame, Order};
pub use wallet::Wallet;

/// Pixels in a row of every frame.
pub const WIDTH: usize = 1280;

/// Rows of every frame.
pub const HEIGHT: usize = 720;
