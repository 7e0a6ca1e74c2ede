//! Payment codes that were used a moment ago, by keyed hash, so that one code is charged once
//! however often it is shown. The provider refuses a used code as well; this answers sooner and
//! says which charge it was.

use std::collections::BTreeMap;

use money::{ChargeId, Stamp};

/// A wallet shows a code for about a minute; twice that covers clocks and slow hands.
const LIFE_MS: i64 = 120_000;

#[derive(Default)]
pub(super) struct Spent(BTreeMap<[u8; 32], Use>);

struct Use {
    key: String,
    charge: Option<ChargeId>,
    until: Stamp,
}

impl Spent {
    /// Takes a code for the request with this key.
    ///
    /// # Errors
    /// When another request has it: the charge that came of it, if it is known yet.
    pub(super) fn take(
        &mut self,
        mark: [u8; 32],
        key: &str,
        now: Stamp,
    ) -> Result<(), Option<ChargeId>> {
        match self.0.get(&mark) {
            Some(other) if other.until > now && other.key != key => Err(other.charge),
            Some(same) if same.until > now => Ok(()),
            Some(_) | None => {
                let until = now.plus_ms(LIFE_MS);
                self.0.insert(
                    mark,
                    Use {
                        key: key.to_owned(),
                        charge: None,
                        until,
                    },
                );
                Ok(())
            }
        }
    }

    /// Notes which charge came of it, whatever a repeat of the request came to meanwhile.
    pub(super) fn bind(&mut self, mark: [u8; 32], key: &str, charge: ChargeId, now: Stamp) {
        let one = Use {
            key: key.to_owned(),
            charge: Some(charge),
            until: now.plus_ms(LIFE_MS),
        };
        self.0.insert(mark, one);
    }

    /// The request came to no charge; unless a repeat of it did, the code is free again.
    pub(super) fn let_go(&mut self, mark: [u8; 32]) {
        if self.0.get(&mark).is_some_and(|one| one.charge.is_none()) {
            self.0.remove(&mark);
        }
    }

    /// The code's request never left this machine: the customer's code is as good as before.
    pub(super) fn give_back(&mut self, mark: [u8; 32]) {
        self.0.remove(&mark);
    }

    /// Forgets codes whose life is over.
    pub(super) fn sweep(&mut self, now: Stamp) {
        self.0.retain(|_, one| one.until > now);
    }
}
