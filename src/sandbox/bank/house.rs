//! What the documents leave open, or tell in several ways: how this bank does it.

use super::Bank;

/// A paid order can be cancelled for so long, in milliseconds: a day, as is widely said. Later only
/// a refund gives the money back.
pub const CANCEL_WINDOW_MS: i64 = 86_400_000;

/// The bank's own rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct House {
    /// From its payment on an order can be cancelled for so long, in milliseconds.
    pub cancel_ms: i64,
    /// Whether cancelling leaves an order code good that nobody has scanned: it answers the same,
    /// and whoever has photographed the code can still pay.
    pub are_codes_left: bool,
    /// Whether a cancel of what has gone back already is answered as if it had never been paid.
    pub is_back_closed: bool,
    /// For so long nothing tells of a refund that was taken in, in milliseconds.
    pub refund_ms: i64,
}

impl Default for House {
    fn default() -> Self {
        Self {
            cancel_ms: CANCEL_WINDOW_MS,
            are_codes_left: false,
            is_back_closed: false,
            refund_ms: 0,
        }
    }
}

impl Bank {
    /// The rules in force.
    pub const fn house(&self) -> House {
        self.house
    }

    /// From now on these rules are in force.
    pub const fn keep(&mut self, house: House) {
        self.house = house;
    }

    /// From now on cancelling leaves an order code good that nobody has scanned.
    pub const fn leave_codes(&mut self) {
        self.house.are_codes_left = true;
    }
}
