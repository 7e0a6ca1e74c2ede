//! What the running backend knows about its own health; written by the loop, read by screens.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use money::ChargeId;

/// A clock further off than this makes providers refuse what we sign.
pub const SKEW_MS_MAX: i64 = 5 * 60 * 1_000;

/// What a person was called for since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alarms {
    /// How often.
    pub count: u32,
    /// The last time: about which charge, and what is wrong with it.
    pub last: Option<(ChargeId, &'static str)>,
}

/// Figures of the present moment. Each stands alone; no two must agree.
#[derive(Debug)]
pub struct Pulse {
    is_reachable: AtomicBool,
    is_writable: AtomicBool,
    is_running: AtomicBool,
    is_accepted: AtomicBool,
    is_refused: AtomicBool,
    skew_ms: AtomicI64,
    seq: AtomicU64,
    told: AtomicU64,
    open: AtomicU32,
    alarms: Mutex<Alarms>,
}

impl Pulse {
    /// Healthy until something else is seen. `seq` is the number of the last durable event.
    pub const fn starting(seq: u64) -> Self {
        Self {
            is_reachable: AtomicBool::new(true),
            is_writable: AtomicBool::new(true),
            is_running: AtomicBool::new(true),
            is_accepted: AtomicBool::new(false),
            is_refused: AtomicBool::new(false),
            skew_ms: AtomicI64::new(0),
            seq: AtomicU64::new(seq),
            told: AtomicU64::new(seq),
            open: AtomicU32::new(0),
            alarms: Mutex::new(Alarms {
                count: 0,
                last: None,
            }),
        }
    }

    /// Notes whether the last ask to a provider was delivered.
    pub fn note_reachable(&self, is_reachable: bool) {
        self.is_reachable.store(is_reachable, Ordering::Relaxed);
    }

    /// Notes whether the last commit was written.
    pub fn note_writable(&self, is_writable: bool) {
        self.is_writable.store(is_writable, Ordering::Relaxed);
    }

    /// Notes an answer that only a provider who accepts our account and keys gives.
    pub fn note_accepted(&self) {
        self.is_accepted.store(true, Ordering::Relaxed);
        self.is_refused.store(false, Ordering::Relaxed);
    }

    /// Notes an answer after which our account and keys must be tried again.
    pub fn note_doubted(&self) {
        self.is_accepted.store(false, Ordering::Relaxed);
    }

    /// Notes that our account or its keys were tried and not accepted.
    pub fn note_refused(&self) {
        self.is_accepted.store(false, Ordering::Relaxed);
        self.is_refused.store(true, Ordering::Relaxed);
    }

    /// Notes that the loop has ended.
    pub fn note_stopped(&self) {
        self.is_running.store(false, Ordering::Relaxed);
    }

    /// Notes how far our clock is ahead of a provider's.
    pub fn note_skew(&self, skew_ms: i64) {
        let before = self.skew_ms.swap(skew_ms, Ordering::Relaxed);
        if is_off(skew_ms) && !is_off(before) {
            tracing::error!(
                clock.skew_ms = skew_ms,
                "this machine's clock is more than five minutes off; set it, or the provider \
                 refuses every payment"
            );
        }
    }

    /// Notes the number of the last durable event.
    pub fn note_seq(&self, seq: u64) {
        self.seq.fetch_max(seq, Ordering::Relaxed);
    }

    /// Notes that everything up to this event was handed to every screen's channel.
    pub fn note_told(&self, seq: u64) {
        self.told.fetch_max(seq, Ordering::Release);
    }

    /// Notes how many charges are not at their end.
    pub fn note_open(&self, open: usize) {
        self.open
            .store(u32::try_from(open).unwrap_or(u32::MAX), Ordering::Relaxed);
    }

    /// Notes that a person must look at a charge.
    pub fn note_alarm(&self, charge: ChargeId, what: &'static str) {
        let mut alarms = self.lock_alarms();
        alarms.count = alarms.count.saturating_add(1);
        alarms.last = Some((charge, what));
    }

    /// What a person was called for since the start.
    pub fn alarms(&self) -> Alarms {
        *self.lock_alarms()
    }

    fn lock_alarms(&self) -> MutexGuard<'_, Alarms> {
        self.alarms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True when the last ask to a provider was delivered.
    pub fn is_reachable(&self) -> bool {
        self.is_reachable.load(Ordering::Relaxed)
    }

    /// True when the last commit was written.
    pub fn is_writable(&self) -> bool {
        self.is_writable.load(Ordering::Relaxed)
    }

    /// True when the provider is known to accept our account and keys.
    pub fn is_accepted(&self) -> bool {
        self.is_accepted.load(Ordering::Relaxed)
    }

    /// True when our account or its keys were tried and not accepted.
    pub fn is_refused(&self) -> bool {
        self.is_refused.load(Ordering::Relaxed)
    }

    /// True while the loop runs.
    pub fn is_running(&self) -> bool {
        self.is_running.load(Ordering::Relaxed)
    }

    /// True when this machine's clock is more than [`SKEW_MS_MAX`] off.
    pub fn is_clock_off(&self) -> bool {
        is_off(self.skew_ms())
    }

    /// How far our clock is ahead of the provider's, as last heard.
    pub fn skew_ms(&self) -> i64 {
        self.skew_ms.load(Ordering::Relaxed)
    }

    /// Number of the last durable event.
    pub fn seq(&self) -> u64 {
        self.seq.load(Ordering::Relaxed)
    }

    /// Number of an event up to which every screen's channel has been handed everything. A channel
    /// that is found empty after this was read has been emptied of all that.
    pub fn told(&self) -> u64 {
        self.told.load(Ordering::Acquire)
    }

    /// Charges that are not at their end.
    pub fn open(&self) -> u32 {
        self.open.load(Ordering::Relaxed)
    }
}

const fn is_off(skew_ms: i64) -> bool {
    skew_ms.unsigned_abs() > SKEW_MS_MAX.unsigned_abs()
}
