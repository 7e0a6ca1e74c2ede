//! One charge on its way: what is kept of it, what is known of it, when to ask again.

use serde::{Deserialize, Serialize};
use wire::{CartAsk, ChargeView, StateName};

use super::{Effect, StateWord};

/// Pause between two questions about a charge that nobody answered for, in milliseconds.
const LOOK_MS: i64 = 1_000;
/// Pause between two questions about a charge whose changes come by themselves.
const LOOK_SAFE_MS: i64 = 6_000;
/// For this long the backend's 'no such key' may only mean that the request is still on its way.
const ABSENT_MS: i64 = 4_000;

/// What stays in the browser until the end is known. Never the payment code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The idempotency key.
    pub(crate) key: String,
    /// The sale's name.
    pub(crate) sale: String,
    /// What is to be taken, in fen.
    pub(crate) amount_fen: i64,
    /// This till's name.
    pub(crate) device: String,
    /// When it was sent.
    pub(crate) since_ms: i64,
    /// The charge itself, where the backend named one instead of the key's.
    #[serde(default)]
    pub(crate) charge: Option<String>,
    /// What was sold, for the same sale by another code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cart: Option<CartAsk>,
}

/// A charge whose end is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Running {
    /// What is kept in the browser.
    pub(crate) kept: Kept,
    /// What the backend last said.
    pub(crate) view: Option<ChargeView>,
    /// The cashier asked to reverse it.
    pub(crate) is_cancelling: bool,
    is_answered: bool,
    is_lost: bool,
    absent_ms: Option<i64>,
    looked_ms: i64,
}

impl Running {
    /// A charge that leaves now.
    pub(super) fn sent(kept: Kept) -> Self {
        let looked_ms = kept.since_ms;
        Self {
            kept,
            view: None,
            is_cancelling: false,
            is_answered: false,
            is_lost: false,
            absent_ms: None,
            looked_ms,
        }
    }

    /// A charge that was on its way when the page went away.
    pub(super) fn attached(kept: Kept, now_ms: i64) -> Self {
        Self {
            is_answered: true,
            looked_ms: now_ms - LOOK_MS,
            ..Self::sent(kept)
        }
    }

    /// A charge of the present sale that nobody here waited for: a request that was given up
    /// arrived after all.
    pub(super) fn adopted(view: ChargeView, now_ms: i64) -> Self {
        let kept = Kept {
            key: format!("A{}", view.id),
            sale: view.sale.clone(),
            amount_fen: view.amount_fen,
            device: view.device.clone(),
            since_ms: now_ms,
            charge: Some(view.id.clone()),
            cart: None,
        };
        let mut running = Self::attached(kept, now_ms);
        running.view = Some(view);
        running
    }

    /// True until the request itself was answered.
    pub(super) const fn is_unanswered(&self) -> bool {
        !self.is_answered
    }

    /// The state as one word.
    pub(crate) fn word(&self) -> StateWord {
        match self.view.as_ref().map(|view| view.state) {
            None if self.is_lost => StateWord::Unknown,
            None | Some(StateName::Opened | StateName::Sent) => StateWord::Sending,
            Some(StateName::Waiting) if self.is_shown() => StateWord::Showing,
            Some(StateName::Waiting) => StateWord::Waiting,
            Some(StateName::Unknown | StateName::Reversing) => StateWord::Unknown,
            Some(StateName::Paid) => StateWord::Paid,
            Some(StateName::Refused) => StateWord::Refused,
            Some(StateName::Reversed) => StateWord::Reversed,
        }
    }

    /// True while the customer may scan a code off this screen.
    fn is_shown(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.show.is_some())
    }

    /// The charge's id, once it is known and can still be reversed by the cashier.
    pub(crate) fn cancellable(&self) -> Option<&str> {
        let view = self.view.as_ref().filter(|_| !self.is_cancelling)?;
        match view.state {
            StateName::Opened | StateName::Sent | StateName::Waiting | StateName::Unknown => {
                Some(&view.id)
            }
            StateName::Reversing | StateName::Paid | StateName::Refused | StateName::Reversed => {
                None
            }
        }
    }

    /// True when `view` is about this charge. `ended` are charges of the sale that took nothing.
    pub(super) fn is_about(&self, view: &ChargeView, ended: &[String]) -> bool {
        let known = self.view.as_ref().map(|known| &known.id);
        match known.or(self.kept.charge.as_ref()) {
            Some(id) => *id == view.id,
            None => {
                view.sale == self.kept.sale
                    && view.device == self.kept.device
                    && !ended.contains(&view.id)
            }
        }
    }

    /// Takes news unless they are older than what is known.
    pub(super) fn hear(&mut self, view: ChargeView) {
        let is_later = |known: &ChargeView| known.id != view.id || view.revision > known.revision;
        (self.is_answered, self.is_lost, self.absent_ms) = (true, false, None);
        if self.view.as_ref().is_none_or(is_later) {
            self.view = Some(view);
        }
    }

    /// No answer came.
    pub(super) fn lose(&mut self) {
        (self.is_answered, self.is_lost, self.absent_ms) = (true, true, None);
    }

    /// The backend knows no such key. True when that is certain by now.
    pub(super) fn miss(&mut self, now_ms: i64) -> bool {
        self.is_answered = true;
        let since_ms = *self.absent_ms.get_or_insert(now_ms);
        self.view.is_none() && now_ms - since_ms >= ABSENT_MS
    }

    /// The backend says that another charge holds the sale.
    pub(super) fn follow(&mut self, charge: String) {
        (self.kept.charge, self.is_answered) = (Some(charge), true);
        self.look_soon();
    }

    /// Changes may have been missed.
    pub(super) fn look_soon(&mut self) {
        self.looked_ms = 0;
    }

    /// The question that is due, if one is.
    pub(super) fn look(&mut self, now_ms: i64) -> Option<Effect> {
        let pause_ms = if self.view.is_some() {
            LOOK_SAFE_MS
        } else {
            LOOK_MS
        };
        // Before the first answer a question could overtake the charge itself.
        if !self.is_answered || now_ms - self.looked_ms < pause_ms {
            return None;
        }
        self.looked_ms = now_ms;
        let key = self.kept.key.clone();
        let known = self.view.as_ref().map(|view| view.id.clone());
        Some(match known.or_else(|| self.kept.charge.clone()) {
            Some(charge) => Effect::LookAt { key, charge },
            None => Effect::LookUp { key },
        })
    }
}
