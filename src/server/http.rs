//! The HTTP interface, one file per part of the address.

pub mod books;
pub mod catalogue;
pub mod charges;
pub mod events;
pub mod files;
pub mod health;
pub mod instalments;
pub mod keys;
pub mod notices;
pub mod openapi;
pub mod printing;
pub mod refunds;
pub mod told;
