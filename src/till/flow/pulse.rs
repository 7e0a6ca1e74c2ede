//! How fresh the screen is: the backend's signs of life and its clock.

use money::{Amount, Offer, Provider};
use wire::{Beat, Hello};

/// Silence after which the screen counts as stale, in milliseconds.
const STALE_MS: i64 = 5_000;

/// Difference of the clocks above which somebody must set one, in milliseconds.
const CLOCK_MAX_MS: i64 = 300_000;

/// What the strip at the top says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Warning {
    /// Nothing heard since then.
    Stale {
        /// When something was last heard.
        since_ms: i64,
    },
    /// This device's clock is wrong, or the backend's.
    Clock {
        /// By how many minutes the device is ahead.
        ahead_minutes: i64,
    },
    /// The backend cannot charge, for this reason.
    Backend(Complaint),
    /// The backend cannot reach the provider.
    ProviderAway,
}

/// Why the backend cannot charge, as its signs of life say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Complaint {
    /// Its loop has ended.
    LoopStopped,
    /// Its disk is full or read-only.
    RecordUnwritable,
    /// Its clock differs from the provider's.
    ClockWrong,
    /// The provider does not accept the shop's account or keys.
    ProviderRefuses,
}

impl Complaint {
    const ALL: [Self; 4] = [
        Self::LoopStopped,
        Self::RecordUnwritable,
        Self::ClockWrong,
        Self::ProviderRefuses,
    ];

    /// The stable name on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::LoopStopped => "loop-stopped",
            Self::RecordUnwritable => "record-unwritable",
            Self::ClockWrong => "clock-wrong",
            Self::ProviderRefuses => "provider-refuses",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// The backend as the screen knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pulse {
    /// What the backend said about the shop.
    pub(crate) hello: Option<Hello>,
    heard_ms: i64,
    is_stale: bool,
    ahead_ms: i64,
    is_provider_away: bool,
    complaint: Option<Complaint>,
    offer: Option<Offer>,
}

impl Pulse {
    pub(super) fn begin(now_ms: i64) -> Self {
        Self {
            hello: None,
            heard_ms: now_ms,
            is_stale: false,
            ahead_ms: 0,
            is_provider_away: false,
            complaint: None,
            offer: None,
        }
    }

    pub(super) fn heard(&mut self, now_ms: i64) {
        (self.heard_ms, self.is_stale) = (now_ms, false);
    }

    pub(super) fn hello(&mut self, hello: Hello, now_ms: i64) {
        self.heard(now_ms);
        self.ahead_ms = now_ms.saturating_sub(hello.now_ms);
        let offer = hello.instalments.offer();
        self.offer = (!offer.plans().is_empty()).then_some(offer);
        self.hello = Some(hello);
    }

    pub(super) fn beat(&mut self, beat: &Beat, now_ms: i64) {
        self.heard(now_ms);
        self.ahead_ms = now_ms.saturating_sub(beat.now_ms);
        self.is_provider_away = !beat.is_provider_reachable;
        self.complaint = beat.complaint.as_deref().and_then(Complaint::named);
    }

    pub(super) fn tick(&mut self, now_ms: i64) {
        self.is_stale = now_ms.saturating_sub(self.heard_ms) > STALE_MS;
    }

    /// True when the backend was heard a moment ago, so that charges can be taken.
    pub(crate) fn is_live(&self) -> bool {
        self.hello.is_some() && !self.is_stale
    }

    /// What the strip says, the worst first.
    pub(crate) fn warning(&self) -> Option<Warning> {
        if self.is_stale {
            return Some(Warning::Stale {
                since_ms: self.heard_ms,
            });
        }
        if self.ahead_ms.abs() > CLOCK_MAX_MS {
            return Some(Warning::Clock {
                ahead_minutes: self.ahead_ms / 60_000,
            });
        }
        let complaint = self.complaint.map(Warning::Backend);
        complaint.or(self.is_provider_away.then_some(Warning::ProviderAway))
    }

    /// The backend's time at this moment of the device's clock.
    pub(crate) fn backend_ms(&self, now_ms: i64) -> i64 {
        now_ms.saturating_sub(self.ahead_ms)
    }

    /// The most that one charge may take.
    pub(crate) fn limit(&self) -> Amount {
        let told = self.hello.as_ref().map(|hello| hello.charge_max_fen);
        told.and_then(|fen| Amount::from_fen(fen).ok())
            .unwrap_or(Amount::MAX)
    }

    /// What the shop offers of 花呗分期, if it does.
    pub(crate) fn offer(&self) -> Option<&Offer> {
        self.offer.as_ref()
    }

    /// True when that amount is worth a question.
    pub(super) fn is_to_confirm(&self, amount: Amount) -> bool {
        let above = self
            .hello
            .as_ref()
            .and_then(|hello| hello.confirm_above_fen);
        above.is_some_and(|fen| amount.fen() > fen)
    }

    /// True when the shop takes that wallet.
    pub(super) fn takes(&self, provider: Provider) -> bool {
        self.hello.as_ref().is_none_or(|hello| {
            let mut names = hello.providers.iter();
            names.any(|name| name == provider.as_str())
        })
    }
}
