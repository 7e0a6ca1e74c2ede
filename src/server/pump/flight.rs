//! Requests on their way to the loop and back, and the keys under which more than one is.
//!
//! Browsers and proxies repeat a request on a connection that went stale. A copy that finds no room
//! has charged nothing itself, but the other copy may be in the very act: so "nothing was charged"
//! is said only while no other copy is anywhere between its arrival and the record, and never where
//! another server, of whose requests nobody here knows, may write the same record.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ledger::Event;
use money::ChargeId;
use provider::Notice;
use tokio::sync::oneshot;
use wire::ProblemKind;

use super::{Answer, Pump, Wish, refused};
use crate::drive::{DeskAsk, RefundDesk};

/// Keys of requests that have no answer yet, each with the number of its copies. A request whose
/// asker has gone away counts until the loop has answered it all the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Flights(Arc<Mutex<BTreeMap<String, usize>>>);

/// One copy under way, from its arrival to its answer; it is over when no clone of this is left.
#[derive(Clone, Debug)]
pub struct Flight(Arc<Copy>);

#[derive(Debug)]
struct Copy {
    key: String,
    flights: Flights,
}

impl Flight {
    /// True while another copy with the same key is under way as well.
    fn has_company(&self) -> bool {
        let flights = self.0.flights.lock();
        flights.get(&self.0.key).is_some_and(|copies| *copies > 1)
    }
}

impl Flights {
    fn begin(&self, key: &str) -> Flight {
        *self.lock().entry(key.to_owned()).or_default() += 1;
        Flight(Arc::new(Copy {
            key: key.to_owned(),
            flights: self.clone(),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let mut flights = self.flights.lock();
        if let Some(copies) = flights.get_mut(&self.key) {
            *copies -= 1;
            if *copies == 0 {
                flights.remove(&self.key);
            }
        }
    }
}

/// Where the answer to a request goes. Dropped without one, the asker hears of a defect.
pub(super) struct Reply {
    /// Held until the loop has answered, also when the asker has gone away.
    flight: Option<Flight>,
    sender: oneshot::Sender<Answer>,
}

impl Reply {
    fn to(flight: Option<Flight>) -> (Self, oneshot::Receiver<Answer>) {
        let (sender, heard) = oneshot::channel();
        (Self { flight, sender }, heard)
    }

    pub(super) fn send(self, answer: Answer) {
        drop(self.flight);
        // Whoever has gone away looks the charge up by its key.
        let _ = self.sender.send(answer);
    }
}

impl Pump {
    /// A request with this key has come, and is under way until it is answered.
    pub fn begin(&self, key: &str) -> Flight {
        self.flights.begin(key)
    }

    /// Opens a charge; the answer comes when the intent is durable.
    ///
    /// # Errors
    /// [`Refused`](crate::drive::Refused) when nothing was charged by this request; a kind that
    /// says so of the key is given only while no other request with this key is under way.
    pub async fn open(&self, flight: &Flight, ask: DeskAsk) -> Answer {
        let (reply, heard) = Reply::to(Some(flight.clone()));
        let answer = self.said(Wish::Open { ask, reply }, heard).await;
        self.of_all_copies(flight, answer)
    }

    /// Asks for money of a charge back; the answer comes when the intent is durable.
    ///
    /// # Errors
    /// As [`Pump::open`]: nothing was asked for.
    pub async fn refund(&self, flight: &Flight, ask: RefundDesk) -> Answer {
        let (reply, heard) = Reply::to(Some(flight.clone()));
        let answer = self.said(Wish::Refund { ask, reply }, heard).await;
        self.of_all_copies(flight, answer)
    }

    /// Cancels a charge; the answer comes when the reverse is durably begun.
    ///
    /// # Errors
    /// [`Refused`](crate::drive::Refused) when there is nothing to cancel.
    pub async fn cancel(&self, charge: ChargeId) -> Answer {
        let (reply, heard) = Reply::to(None);
        self.said(Wish::Cancel { charge, reply }, heard).await
    }

    /// Tells of a verified notice; the answer comes when what it changed is durable. `history` is
    /// what the record has of the charge.
    ///
    /// # Errors
    /// [`Refused`](crate::drive::Refused) when the provider must tell again, or nothing of it is
    /// believed.
    pub async fn notice(
        &self,
        charge: ChargeId,
        notice: Box<Notice>,
        history: Vec<Event>,
    ) -> Answer {
        let (reply, heard) = Reply::to(None);
        let wish = Wish::Notice {
            charge,
            notice,
            history,
            reply,
        };
        self.said(wish, heard).await
    }

    async fn said(&self, wish: Wish, heard: oneshot::Receiver<Answer>) -> Answer {
        self.wish(wish)?;
        heard.await.unwrap_or(Err(refused(ProblemKind::Defect)))
    }

    /// What one copy heard, as far as it is true of the request.
    fn of_all_copies(&self, flight: &Flight, answer: Answer) -> Answer {
        answer.map_err(|heard| {
            let says_nothing_came_of_it = matches!(
                heard.kind,
                ProblemKind::TooBusy | ProblemKind::RecordUnwritable | ProblemKind::ProviderRefuses
            );
            if says_nothing_came_of_it && (self.is_shared || flight.has_company()) {
                refused(ProblemKind::NotReady)
            } else {
                heard
            }
        })
    }
}
