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
}

impl Stage {
    /// Writes letters about what changed at the bank since the last time.
    pub fn write_letters(&mut self, now: Stamp) {
        self.outbox.write(&mut self.bank, &mut self.script, now);
    }
}
