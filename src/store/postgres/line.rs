//! A connection on a thread of its own, asked from any thread: the crate beneath runs a loop of its
//! own while it waits, which a thread that runs one already may not.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::address::Address;
use super::connect::Wire;
use super::fault::DatabaseFault;
use crate::fault::{OpenFault, StoreFault};

/// What is done with the connection, on its thread.
type Errand = Box<dyn FnOnce(&mut Wire) + Send>;

/// How long a question may go unanswered: a server that is frozen keeps its connections and says
/// nothing, and neither the network nor a time-out of its own ends that. Shorter than whoever asked
/// waits.
const ANSWERED: Duration = Duration::from_secs(8);

/// The far end of a connection.
pub(super) struct Line {
    address: Address,
    clerk: Mutex<Clerk>,
    /// How long a question waits.
    pub(super) answered: Duration,
}

/// The thread that has the connection.
struct Clerk {
    errands: Option<Sender<Errand>>,
    thread: Option<JoinHandle<()>>,
}

impl Line {
    /// Connects, and makes the connection ready.
    pub(super) fn open(
        address: &Address,
        ready: fn(&mut Wire) -> Result<(), DatabaseFault>,
    ) -> Result<Self, OpenFault> {
        let (opened, told) = channel();
        let place = address.clone();
        let clerk = Clerk::hire(address, move || {
            let made = Wire::open(&place).and_then(|mut wire| ready(&mut wire).map(|()| wire));
            match made {
                Ok(wire) => {
                    let _ = opened.send(Ok(()));
                    Some(wire)
                }
                Err(fault) => {
                    let _ = opened.send(Err(fault));
                    None
                }
            }
        })?;
        let ended = || DatabaseFault::Other {
            place: address.to_string(),
            cause: "its thread has ended".to_owned(),
        };
        let line = Self {
            address: address.clone(),
            clerk: Mutex::new(clerk),
            answered: ANSWERED,
        };
        told.recv().map_err(|_| ended())??;
        Ok(line)
    }

    /// Asks something that changes nothing: a broken connection is made again and asked again. Who
    /// is not answered in time is told so, and the connection is left to its thread, which ends
    /// when it is heard of again; the next question has another.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        question: impl Fn(&mut Wire) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let heard = self.send(twice(question))?;
        match heard.recv_timeout(self.answered) {
            Ok(end) => end.unwrap_or_else(|panic| resume_unwind(panic)),
            Err(RecvTimeoutError::Disconnected) => Err(ended()),
            Err(RecvTimeoutError::Timeout) => {
                let place = self.address.clone();
                let fresh = Clerk::hire(&self.address, move || Some(Wire::idle(&place)));
                if let Ok(fresh) = fresh {
                    let mut clerk = self.clerk.lock().unwrap_or_else(PoisonError::into_inner);
                    // Not waited for: nobody knows when it ends.
                    std::mem::replace(&mut *clerk, fresh).thread = None;
                }
                let cause = "it keeps the connection and does not answer".to_owned();
                Err(StoreFault::Lost(cause))
            }
        }
    }

    /// The same for what may take its time.
    pub(super) fn ask_long<T: Send + 'static>(
        &self,
        question: impl Fn(&mut Wire) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        self.ask_once(twice(question))
    }

    /// Has something done, once. Its panic is the caller's.
    pub(super) fn ask_once<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Wire) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let heard = self.send(work)?;
        match heard.recv().map_err(|_| ended())? {
            Ok(result) => result,
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Gives an errand to the thread; what comes of it, or its panic, is heard later.
    fn send<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Wire) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<Receiver<thread::Result<Result<T, StoreFault>>>, StoreFault> {
        let (answer, heard) = channel();
        let errand: Errand = Box::new(move |wire| {
            let end = catch_unwind(AssertUnwindSafe(|| work(wire)));
            if end.is_err() {
                // Whatever it had begun must not be finished by the next.
                wire.cut();
            }
            let _ = answer.send(end);
        });
        let clerk = self.clerk.lock().unwrap_or_else(PoisonError::into_inner);
        let errands = clerk.errands.as_ref().ok_or_else(ended)?;
        errands.send(errand).map_err(|_| ended())?;
        Ok(heard)
    }
}

/// The question, and the same once more where the connection broke.
fn twice<T>(
    question: impl Fn(&mut Wire) -> Result<T, StoreFault>,
) -> impl FnOnce(&mut Wire) -> Result<T, StoreFault> {
    move |wire| {
        wire.mend()?;
        match question(wire) {
            Err(StoreFault::Lost(_)) => wire.mend().and_then(|()| question(wire)),
            answer => answer,
        }
    }
}

fn ended() -> StoreFault {
    StoreFault::Broken("the connection's thread has ended".to_owned())
}

impl Clerk {
    /// A thread that begins with `make`, and does errands when that gave a connection.
    fn hire(
        address: &Address,
        make: impl FnOnce() -> Option<Wire> + Send + 'static,
    ) -> Result<Self, DatabaseFault> {
        let (errands, inbox) = channel::<Errand>();
        let run = move || {
            if let Some(mut wire) = make() {
                run_errands(&mut wire, &inbox);
            }
        };
        let thread = thread::Builder::new().name("store-postgres".to_owned());
        let thread = thread.spawn(run).map_err(|error| DatabaseFault::Other {
            place: address.to_string(),
            cause: error.to_string(),
        })?;
        Ok(Self {
            errands: Some(errands),
            thread: Some(thread),
        })
    }
}

fn run_errands(wire: &mut Wire, errands: &Receiver<Errand>) {
    for errand in errands {
        errand(wire);
    }
}

impl Drop for Clerk {
    fn drop(&mut self) {
        self.errands = None;
        if let Some(thread) = self.thread.take() {
            // Its panics were told to whoever asked.
            drop(thread.join());
        }
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}
