//! What is written at once for one charge, and what became of it.

use ledger::{Event, Fact};
use money::ChargeId;

/// An idempotency key bound, for ever, to the charge that it opened or asked money back of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyBinding {
    /// The key as the till sent it.
    pub key: String,
    /// What was asked under it: a digest that tells a repeat from another ask.
    pub fingerprint: [u8; 32],
}

/// Events of one charge with consecutive revisions; all of them are written or none.
///
/// A batch that begins with revision 1 opens a charge, and one that asks for a refund is of that
/// event alone; these two carry the key of their request, and no other batch carries one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// At least one event.
    pub events: Vec<Event>,
    /// The key, exactly when the batch opens the charge or asks for a refund.
    pub key: Option<KeyBinding>,
}

/// What became of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Durable.
    Written {
        /// The place in the whole record of the batch's last event.
        last_seq: u64,
    },
    /// Nothing written: the key opened a charge, or asked for a refund, before.
    KeyTaken {
        /// That charge.
        charge: ChargeId,
        /// What was asked then.
        fingerprint: [u8; 32],
    },
    /// Nothing written: somebody was told that the key opened nothing, so nothing comes of it.
    KeyClosed,
    /// Nothing written: another charge of the sale holds money or still may.
    SaleTaken {
        /// That charge.
        charge: ChargeId,
    },
    /// Nothing written: the first event does not follow what is recorded.
    Stale {
        /// The revision that the record has; 0 when it does not know the charge.
        revision: u32,
    },
    /// Nothing written: another server works on the charge.
    Fenced {
        /// Its number; ours is lower, or none.
        fence: i64,
    },
}

impl Batch {
    /// The charge whose events these are.
    ///
    /// # Panics
    /// When the batch is empty.
    pub fn charge(&self) -> ChargeId {
        self.first().charge
    }

    /// The event that must follow what is recorded.
    pub(crate) fn first(&self) -> &Event {
        self.events
            .first()
            .expect("invariant: a batch holds at least one event")
    }

    /// The revision of the event that the request's key is bound to; `None` for a batch that came
    /// of no request.
    pub fn binds(&self) -> Option<u32> {
        let first = self.first();
        let is_request = first.revision == 1 || is_refund(first);
        is_request.then_some(first.revision)
    }

    /// Half of a pair of assertions: judged before the write, read back after it.
    pub(crate) fn assert_shape(&self) {
        let first = self.first();
        for (event, revision) in self.events.iter().zip(first.revision..) {
            assert_eq!(
                event.charge, first.charge,
                "invariant: a batch is of one charge"
            );
            assert_eq!(
                event.revision, revision,
                "invariant: revisions follow each other"
            );
        }
        assert!(first.revision > 0, "invariant: revisions begin with 1");
        assert_eq!(
            self.binds().is_some(),
            self.key.is_some(),
            "invariant: an opening or a refund carries its key, and nothing else does"
        );
        assert!(
            self.events.len() == 1 || !self.events.iter().any(is_refund),
            "invariant: a refund is asked for in a batch of its own"
        );
    }
}

const fn is_refund(event: &Event) -> bool {
    matches!(event.fact, Fact::RefundAsked { .. })
}
