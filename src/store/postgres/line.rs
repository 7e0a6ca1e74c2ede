//! A connection on a thread of its own, asked from any thread: the crate beneath runs a loop of its
//! own while it waits, which a thread that runs one already may not.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use super::address::Address;
use super::connect::Wire;
use super::fault::DatabaseFault;
use crate::fault::{OpenFault, StoreFault};

/// What is done with the connection, on its thread.
type Errand = Box<dyn FnOnce(&mut Wire) + Send>;

/// The far end of a connection.
pub(super) struct Line {
    errands: Option<Sender<Errand>>,
    thread: Option<JoinHandle<()>>,
}

impl Line {
    /// Connects, and makes the connection ready.
    pub(super) fn open(
        address: &Address,
        ready: fn(&mut Wire) -> Result<(), DatabaseFault>,
    ) -> Result<Self, OpenFault> {
        let (errands, inbox) = channel::<Errand>();
        let (opened, told) = channel();
        let place = address.clone();
        let run = move || {
            let made = Wire::open(&place).and_then(|mut wire| ready(&mut wire).map(|()| wire));
            match made {
                Ok(mut wire) => {
                    let _ = opened.send(Ok(()));
                    run_errands(&mut wire, &inbox);
                }
                Err(fault) => drop(opened.send(Err(fault))),
            }
        };
        let thread = thread::Builder::new().name("store-postgres".to_owned());
        let thread = thread.spawn(run).map_err(|error| DatabaseFault::Other {
            place: address.to_string(),
            cause: error.to_string(),
        })?;
        let line = Self {
            errands: Some(errands),
            thread: Some(thread),
        };
        let ended = || DatabaseFault::Other {
            place: address.to_string(),
            cause: "its thread has ended".to_owned(),
        };
        told.recv().map_err(|_| ended())??;
        Ok(line)
    }

    /// Asks something that changes nothing: a broken connection is made again and asked again.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        question: impl Fn(&mut Wire) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        self.ask_once(move |wire| {
            wire.mend()?;
            match question(wire) {
                Err(StoreFault::Lost(_)) => wire.mend().and_then(|()| question(wire)),
                answer => answer,
            }
        })
    }

    /// Has something done, once. Its panic is the caller's.
    pub(super) fn ask_once<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Wire) -> Result<T, StoreFault> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let (answer, heard) = channel();
        let errand: Errand = Box::new(move |wire| {
            let end = catch_unwind(AssertUnwindSafe(|| work(wire)));
            if end.is_err() {
                // Whatever it had begun must not be finished by the next.
                wire.cut();
            }
            let _ = answer.send(end);
        });
        let ended = || StoreFault::Broken("the connection's thread has ended".to_owned());
        let errands = self.errands.as_ref().ok_or_else(ended)?;
        errands.send(errand).map_err(|_| ended())?;
        match heard.recv().map_err(|_| ended())? {
            Ok(result) => result,
            Err(panic) => resume_unwind(panic),
        }
    }
}

fn run_errands(wire: &mut Wire, errands: &Receiver<Errand>) {
    for errand in errands {
        errand(wire);
    }
}

impl Drop for Line {
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
