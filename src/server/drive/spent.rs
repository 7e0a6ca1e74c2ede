//! What opens nothing any more, for a while.
//!
//! Payment codes that were used a moment ago, by keyed hash, so that one code is charged once
//! however often it is shown. The provider refuses a used code as well; this answers sooner and
//! says which charge it was.
//!
//! And keys of which somebody was told that they opened nothing. Whoever hears that frees the sale,
//! so a request that was slower than the question must come to nothing.

use money::{ChargeId, Stamp};
use wire::ProblemKind;

use self::fading::Fading;
use super::{Drive, Refused};

mod fading;

/// A wallet shows a code for about a minute; twice that covers clocks and slow hands.
const CODE_MS: i64 = 120_000;
/// Longer than a request can be on its way, and than any code can be charged.
const KEY_MS: i64 = 900_000;
/// Closed keys at once. With more no key is said to have opened nothing.
const KEYS_MAX: usize = 100_000;

pub(super) struct Spent {
    codes: Fading<[u8; 32], Use>,
    keys: Fading<String, ()>,
}

struct Use {
    key: String,
    charge: Option<ChargeId>,
}

impl Spent {
    pub(super) const fn nothing() -> Self {
        Self {
            codes: Fading::empty(),
            keys: Fading::empty(),
        }
    }

    /// Takes a code for the request with this key.
    ///
    /// # Errors
    /// [`Refused`] when another request has it, with the charge that came of it, if it is known
    /// yet; or when the key is closed.
    pub(super) fn take(&mut self, mark: [u8; 32], key: &str, now: Stamp) -> Result<(), Refused> {
        self.codes.sweep(now);
        let refused = |kind, charge| Refused {
            kind,
            charge,
            rest: None,
        };
        if self.is_closed(key, now) {
            return Err(refused(ProblemKind::ChargeAbsent, None));
        }
        match self.codes.get(&mark) {
            Some(other) if other.key != key => {
                return Err(refused(ProblemKind::CodeUsed, other.charge));
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

    /// True while nothing may come of the key.
    pub(super) fn is_closed(&mut self, key: &str, now: Stamp) -> bool {
        self.keys.sweep(now);
        self.keys.get(&key.to_owned()).is_some()
    }

    /// Closes a key; false when there is no room.
    fn close(&mut self, key: &str, now: Stamp) -> bool {
        let is_room = self.is_closed(key, now) || self.keys.len() < KEYS_MAX;
        if is_room {
            self.keys.keep(key.to_owned(), (), now.plus_ms(KEY_MS));
        }
        is_room
    }
}

impl Drive {
    /// True while a request with this key is on its way to the record.
    pub fn is_under_way(&self, key: &str) -> bool {
        let is_opening = self.openings.values().any(|one| one.key == key);
        is_opening || self.live.values().any(|one| one.refunding.has(key))
    }

    /// Lets nothing come of a key any more: what the record has of it from here on is all that
    /// there will be. False, and nothing is closed, while a request with it is under way, or when
    /// too many keys are closed already.
    #[must_use]
    pub fn close_key(&mut self, key: &str, now: Stamp) -> bool {
        !self.is_under_way(key) && self.spent.close(key, now)
    }
}
