//! Everything that the sandbox remembers while it runs.

use crate::bank::Bank;
use crate::script::Script;

/// The bank and the script that its gateway plays by.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// The truth about orders.
    pub bank: Bank,
    /// What goes wrong.
    pub script: Script,
}
