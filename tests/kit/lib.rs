//! What every suite stands on: the real program in a fresh home, the bank that the sandbox plays,
//! a browser with a camera, and patience instead of fixed pauses.
//!
//! A test starts a [`shop::Shop`] or a [`stage::Stage`]; both stop what they started when they
//! are dropped, and both look afterwards for what must never be there: a payment code on disk or
//! in a log, an error in the console, a violation of the page's security policy.

pub mod api;
pub mod bank;
pub mod browser;
pub mod camera;
pub mod home;
pub mod judge;
pub mod news;
pub mod patience;
pub mod postgres;
pub mod printer;
pub mod program;
pub mod rng;
pub mod roll;
pub mod screen;
pub mod shop;
pub mod stage;
pub mod tour;
