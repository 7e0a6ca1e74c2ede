//! Payment codes that were used a moment ago, by keyed hash, so that one code is charged once
//! however often it is shown. The provider refuses a used code as well; this answers sooner and
//! says which charge it was.

use money::{ChargeId, Stamp};
use wire::ProblemKind;

use self::fading::Fading;
use super::{Drive, Refused};

mod fading;

/// A wallet shows a code for about a minute; twice that covers clocks and slow hands.
const CODE_MS: i64 = 120_000;

pub(super) struct Spent {
    codes: Fading<[u8; 32], Use>,
}

struct Use {
    key: String,
    charge: Option<ChargeId>,
}

impl Spent {
    pub(super) const fn nothing() -> Self {
        Self {
            codes: Fading::empty(),
        }
    }

    /// Takes a code for the request with this key.
    ///
    /// # Errors
    /// [`Refused`] when another request has it, with the charge that came of it, if it is known
    /// yet.
    pub(super) fn take(&mut self, mark: [u8; 32], key: &str, now: Stamp) -> Result<(), Refused> {
        self.codes.sweep(now);
        match self.codes.get(&mark) {
            Some(other) if other.key != key => {
                return Err(Refused {
                    kind: ProblemKind::CodeUsed,
                    charge: other.charge,
                    rest: None,
                });
            }
            Some(_) => {}
            None => self.keep(mark, key, None, now),
        }
        Ok(())
    }

    /// Notes which charge came of it, whatever a repeat of the request came to meanwhile.
    pub(super) fn bind(&mut self, mark: [u8; 32], key: &str, charge: ChargeId, now: Stamp) {
        self.keep(mark, key, Some(charge), now);
    }

    fn keep(&mut self, mark: [u8; 32], key: &str, charge: Option<ChargeId>, now: Stamp) {
        let key = key.to_owned();
        let until = now.plus_ms(CODE_MS);
        self.codes.keep(mark, Use { key, charge }, until);
    }

    /// The request came to no charge; unless a repeat of it did, the code is free again.
    pub(super) fn let_go(&mut self, mark: [u8; 32]) {
        if self
            .codes
            .get(&mark)
            .is_some_and(|one| one.charge.is_none())
        {
            self.codes.remove(&mark);
        }
    }

    /// The code's request never left this machine: the customer's code is as good as before.
    pub(super) fn give_back(&mut self, mark: [u8; 32]) {
        self.codes.remove(&mark);
    }
}

impl Drive {
    /// True while a request with this key is on its way to the record.
    pub fn is_under_way(&self, key: &str) -> bool {
        let is_opening = self.openings.values().any(|one| one.key == key);
        is_opening || self.live.values().any(|one| one.refunding.has(key))
    }
}
