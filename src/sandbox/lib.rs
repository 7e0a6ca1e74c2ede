//! A provider and its customers that do what the script says, on this machine.
//!
//! It stands in for Alipay at the wire: it verifies our signatures, signs its own answers, keeps
//! an account of every order, and shows payment codes on a wallet page. The product does not know
//! that it is not the real one.

pub mod alipay;
pub mod bank;
pub mod books;
pub mod customer;
pub mod draw;
pub mod keys;
pub mod notice;
pub mod script;
pub mod serve;
pub mod stage;

mod phone;

pub use bank::Bank;
pub use customer::{Customer, Purse};
pub use keys::{Keys, KeysFault};
pub use script::{Fault, Method, Rule, Script};
pub use serve::{Credentials, Sandbox};
pub use stage::Stage;
