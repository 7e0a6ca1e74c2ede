//! When the claims on open charges are renewed, where several servers share a record.

use store::claim::RENEWAL;

/// From one renewal to the next at least, where news of other servers ask for it.
const HURRY_MS: i64 = 250;
const PAUSE_MS: i64 = RENEWAL.as_secs().cast_signed() * 1_000;

/// By ticks, which go on while the machine sleeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Renewals {
    next_ms: i64,
    /// When they were asked for last, or were to be.
    asked_ms: i64,
}

impl Renewals {
    /// They are to be asked for now.
    pub(super) const fn due(ticks_ms: i64) -> Self {
        Self {
            next_ms: ticks_ms,
            asked_ms: ticks_ms,
        }
    }

    /// They are asked for now.
    pub(super) const fn asked(ticks_ms: i64) -> Self {
        Self {
            next_ms: ticks_ms.saturating_add(PAUSE_MS),
            asked_ms: ticks_ms,
        }
    }

    /// They are to be asked for soon, because one may be lost.
    pub(super) fn hurried(self) -> Self {
        let soon_ms = self.asked_ms.saturating_add(HURRY_MS);
        Self {
            next_ms: self.next_ms.min(soon_ms),
            ..self
        }
    }

    /// When they are asked for next.
    pub(super) const fn next_ms(self) -> i64 {
        self.next_ms
    }
}
