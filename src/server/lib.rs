//! The backend's shell: HTTP in front, the record behind, the providers outside. It does IO and
//! decides nothing about money: `desk` checks what comes in, `drive` decides what is done, the rest
//! carries it out.

pub mod abroad;
pub mod app;
pub mod archive;
pub mod books;
pub mod call;
pub mod desk;
pub mod door;
pub mod drive;
pub mod headers;
pub mod http;
pub mod printer;
pub mod probe;
pub mod problem;
pub mod pulse;
pub mod pump;
pub mod quota;
mod serve;
pub mod skew;
pub mod slip;
pub mod spawn;
pub mod start;
pub mod steady;
pub mod view;

pub use app::Shop;
pub use http::files::Page;
pub use start::{Running, Setup, StartFault, start};
