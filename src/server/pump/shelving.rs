//! Changes of what the shop sells, written by the one who writes the record.

use sale::Catalogue;
use store::{Shelving, StoreFault};
use tokio::sync::oneshot;
use wire::ProblemKind;

use super::{Pump, Shell, Wish, refused};
use crate::drive::{Refused, kind_of};

/// What became of a catalogue that was to be the next.
pub(super) type Shelved = Result<Shelving, ProblemKind>;

impl Pump {
    /// Makes this what the shop sells, durably, if it follows what it sells now.
    ///
    /// # Errors
    /// [`Refused`] when the record takes no writes, or when nobody can tell whether it did.
    pub async fn shelve(&self, next: Catalogue) -> Result<Shelving, Refused> {
        let (answer, heard) = oneshot::channel();
        let next = Box::new(next);
        self.wish(Wish::Shelve { next, answer })?;
        let shelved = heard.await.unwrap_or(Err(ProblemKind::NotReady));
        shelved.map_err(refused)
    }
}

impl Shell {
    pub(super) fn shelve(&self, next: Box<Catalogue>, answer: oneshot::Sender<Shelved>) {
        let done = move |shelving: Result<Shelving, StoreFault>| {
            let shelved = shelving.map_err(|fault| {
                tracing::error!(store.fault = %fault, "a catalogue was not written");
                kind_of(&fault)
            });
            let _ = answer.send(shelved);
        };
        // A full queue drops the answer's sender, and whoever waits hears that nobody can tell.
        let _ = self.around.writer.shelve(next, Box::new(done));
    }
}
