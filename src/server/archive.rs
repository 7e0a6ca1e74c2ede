//! The record's reading side for routes: one connection, asked on threads that may wait.

use std::sync::{Arc, Mutex, PoisonError};

use ledger::Event;
use money::ChargeId;
use sale::Catalogue;
use store::{Read, StoreFault, Trace};
use wire::{ChargeView, ProblemKind};

use crate::problem::Trouble;
use crate::view::charge_view;

/// Any reader that can be given to a thread.
pub type AnyReader = Box<dyn Read + Send>;

/// Asks the record without stopping the web server's own threads.
#[derive(Clone)]
pub struct Archive {
    reader: Arc<Mutex<AnyReader>>,
}

impl Archive {
    /// Over a reader of its own.
    pub fn new(reader: AnyReader) -> Self {
        Self {
            reader: Arc::new(Mutex::new(reader)),
        }
    }

    /// The charge as it stands in the record.
    ///
    /// # Errors
    /// [`Trouble`]: absent, or unreadable.
    pub async fn charge(&self, id: ChargeId) -> Result<ChargeView, Trouble> {
        let history = self.history(id).await?;
        if history.is_empty() {
            return Err(Trouble::of(ProblemKind::ChargeAbsent));
        }
        told(&history)
    }

    /// All durable events of a charge; none when it is not known.
    ///
    /// # Errors
    /// [`Trouble`] when the record is unreadable.
    pub async fn history(&self, id: ChargeId) -> Result<Vec<Event>, Trouble> {
        self.ask(move |reader| reader.history(id)).await
    }

    /// The charge that a key is bound to, and what was asked under it.
    ///
    /// # Errors
    /// [`Trouble`] when the record is unreadable.
    pub async fn bound(&self, key: String) -> Result<Option<(ChargeId, [u8; 32])>, Trouble> {
        self.ask(move |reader| reader.by_key(&key)).await
    }

    /// The charge that a key opened, or asked money back of.
    ///
    /// # Errors
    /// [`Trouble`]: absent, or unreadable.
    pub async fn by_key(&self, key: String) -> Result<ChargeView, Trouble> {
        let bound = self.bound(key).await?;
        let (id, _) = bound.ok_or(Trouble::of(ProblemKind::ChargeAbsent))?;
        self.charge(id).await
    }

    /// The newest charges.
    ///
    /// # Errors
    /// [`Trouble`] when the record is unreadable.
    pub async fn list(
        &self,
        limit: u32,
        before: Option<ChargeId>,
        device: Option<String>,
    ) -> Result<Vec<ChargeView>, Trouble> {
        let ask = move |reader: &dyn Read| reader.list(limit, before, device.as_deref());
        let histories = self.ask(ask).await?;
        histories.iter().map(|history| told(history)).collect()
    }

    /// Charges that moved behind the event `seq`, as [`Read::moved_since`] gives them.
    ///
    /// # Errors
    /// [`Trouble`] when the record is unreadable.
    pub async fn moved_since(&self, seq: u64) -> Result<Vec<(u64, Vec<Event>)>, Trouble> {
        self.ask(move |reader| reader.moved_since(seq)).await
    }

    /// Where events stand, as [`Read::traces`] gives it.
    ///
    /// # Errors
    /// [`Trouble`] when the record is unreadable.
    pub async fn traces(&self, behind: u64, limit: u32) -> Result<Vec<Trace>, Trouble> {
        self.ask(move |reader| reader.traces(behind, limit)).await
    }

    /// What the shop sells.
    ///
    /// # Errors
    /// [`Trouble`] when the record is unreadable.
    pub async fn catalogue(&self) -> Result<Catalogue, Trouble> {
        let held = self.ask(|reader| reader.catalogue(None)).await?;
        held.ok_or(Trouble::of(ProblemKind::RecordUnreadable))
    }

    /// What the shop sold after that many changes, where that is still kept.
    ///
    /// # Errors
    /// [`Trouble`] when the record is unreadable.
    pub async fn catalogue_of(&self, revision: u64) -> Result<Option<Catalogue>, Trouble> {
        self.ask(move |reader| reader.catalogue(Some(revision)))
            .await
    }

    /// The place of the last event; 0 when there is none.
    ///
    /// # Errors
    /// [`Trouble`] when the record is unreadable.
    pub async fn last_seq(&self) -> Result<u64, Trouble> {
        self.ask(|reader| reader.last_seq()).await
    }

    /// Histories of these charges, as far as they are known.
    ///
    /// # Errors
    /// [`Trouble`] when the record is unreadable.
    pub async fn histories(
        &self,
        charges: Vec<ChargeId>,
    ) -> Result<Vec<(ChargeId, Vec<Event>)>, Trouble> {
        let read = move |reader: &dyn Read| {
            let charges = charges.into_iter();
            let histories = charges.map(|id| Ok((id, reader.history(id)?)));
            histories
                .filter(|found| !matches!(found, Ok((_, history)) if history.is_empty()))
                .collect()
        };
        self.ask(read).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Read) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, Trouble> {
        let reader = Arc::clone(&self.reader);
        let asked = tokio::task::spawn_blocking(move || {
            let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
            question(reader.as_ref())
        });
        match asked.await {
            Ok(answer) => answer.map_err(Trouble::from),
            Err(_) => Err(Trouble::of(ProblemKind::Defect)),
        }
    }
}

/// A history as it is told outward.
///
/// # Errors
/// [`Trouble`] when it cannot have happened.
pub fn told(history: &[Event]) -> Result<ChargeView, Trouble> {
    charge_view(history).map_err(|fault| {
        let id = history.first().map(|event| event.charge);
        tracing::error!(charge.id = ?id, charge.fault = %fault, "a history cannot have happened");
        Trouble::of(ProblemKind::Defect)
    })
}
