//! JSON of Scantill's own HTTP interface, shared by backend and page.
//!
//! Closed structs: unknown fields are refused. Money is integer fen, time is milliseconds since
//! 1970 (UTC). Stable texts (states, causes, problem types) never change their meaning.

pub mod books;
pub mod cart;
pub mod catalogue;
pub mod charge;
pub mod instalments;
pub mod news;
pub mod printer;
pub mod problem;

pub use books::{BalanceView, BillRow, BillView, MovedName};
pub use cart::{CartAsk, CartLine, CartView, CartViewLine, DiscountAsk};
pub use catalogue::{CatalogueView, ChangeView, ItemAsk, ItemView};
pub use charge::{
    ChargeAsk, ChargeList, ChargeView, CodeSource, FundingView, RefundAsk, RefundStateName,
    RefundView, RefusalView, StateName, StepView, WayName,
};
pub use instalments::{
    FeeOnName, InstalmentsOffer, InstalmentsPlan, InstalmentsTerms, PlanTerms, PlanView,
};
pub use news::{Beat, Hello};
pub use printer::{PrintedView, PrinterView};
pub use problem::{Problem, ProblemKind};
