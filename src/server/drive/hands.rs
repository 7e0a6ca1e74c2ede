//! Charges that change hands between servers of one database.

use ledger::Event;
use money::{ChargeId, Stamp};

use super::{Drive, Output};

impl Drive {
    /// Takes up charges that another server has left, and lets go of those that another has taken
    /// over, because this one was not heard of for too long.
    pub fn hand_over(
        &mut self,
        taken: Vec<Vec<Event>>,
        lost: &[ChargeId],
        now: Stamp,
    ) -> Vec<Output> {
        let mut out = Vec::new();
        for charge in lost {
            self.abandon(*charge, &mut out);
        }
        for history in taken {
            let is_live = |event: &Event| self.live.contains_key(&event.charge);
            if !history.first().is_some_and(is_live) {
                self.take_up_one(history, now, &mut out);
            }
        }
        out
    }
}
