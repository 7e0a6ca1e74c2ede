//! Everything that the sandbox remembers while it runs.

use money::Stamp;

use crate::bank::Bank;
use crate::notice::Outbox;
use crate::script::Script;

/// The bank, the script that its gateway plays by, and the letters to its merchant.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// The truth about orders.
    pub bank: Bank,
    /// What goes wrong.
    pub script: Script,
    /// What the merchant is told unasked.
    pub outbox: Outbox,
    /// Where the sandbox is reached, without a slash at the end: bills are fetched there.
    pub address: String,
    /// Whether a bill can be had before its time is over and the night has passed.
    pub are_bills_early: bool,
}

impl Stage {
    /// Writes letters about what changed at the bank since the last time.
    pub fn write_letters(&mut self, now: Stamp) {
        self.outbox.write(&mut self.bank, &mut self.script, now);
    }
}
