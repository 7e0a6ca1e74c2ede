//! The book on a thread of its own: whatever waits is committed at once, so that many tills share
//! one fsync.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use money::{ChargeId, Stamp};
use sale::Catalogue;

use crate::batch::{Batch, Verdict};
use crate::claim::{Backend, Claimed};
use crate::closing::Closing;
use crate::failpoint::hit;
use crate::fault::StoreFault;
use crate::shelf::Shelving;

/// Called exactly once after the commit, on the writer's thread, and must not block it. Only when
/// the writer has stopped is it called by whoever submits.
pub type Done = Box<dyn FnOnce(Result<Verdict, StoreFault>) + Send>;

/// As [`Done`], for what changed hands.
pub type Handed = Box<dyn FnOnce(Result<Claimed, StoreFault>) + Send>;

/// As [`Done`], for a key that was to be closed.
pub type Shut = Box<dyn FnOnce(Result<Closing, StoreFault>) + Send>;

/// As [`Done`], for what the shop is to sell.
pub type Shelved = Box<dyn FnOnce(Result<Shelving, StoreFault>) + Send>;

/// Batches that may wait. Beyond it the caller is told, instead of every till waiting longer.
const QUEUE: usize = 1_024;
/// Batches in one commit.
const GROUP: usize = 256;

/// The queue is full: nothing was taken, and `done` is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many payments are waiting for the disk")]
pub struct QueueFull;

/// The writing side for many threads. Batches are written in the order of their submission.
/// Dropping it writes what waits, then closes the book.
#[derive(Debug)]
pub struct Writer {
    queue: Option<SyncSender<Order>>,
    thread: Option<JoinHandle<()>>,
    is_shared: bool,
}

/// What the thread is to do.
enum Order {
    Write(Job),
    Close {
        key: String,
        now: Stamp,
        done: Shut,
    },
    Shelve {
        next: Box<Catalogue>,
        done: Shelved,
    },
    Claim {
        live: Vec<ChargeId>,
        wanted: Vec<ChargeId>,
        done: Handed,
    },
}

/// A batch and who waits for it.
struct Job {
    batch: Option<Batch>,
    done: Option<Done>,
}

impl Writer {
    /// Moves the book to its own thread.
    ///
    /// # Panics
    /// When the system has no thread left.
    pub fn spawn(book: impl Backend + 'static) -> Self {
        let is_shared = book.is_shared();
        let (queue, jobs) = sync_channel(QUEUE);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write_all(Box::new(book), &jobs))
            .expect("a thread for the writer");
        Self {
            queue: Some(queue),
            thread: Some(thread),
            is_shared,
        }
    }

    /// Queues a batch. `done` hears the verdict after the batch is durable or refused; it hears
    /// [`StoreFault::Broken`] when the writer has stopped.
    ///
    /// # Errors
    /// [`QueueFull`] when 1,024 batches wait.
    pub fn submit(&self, batch: Batch, done: Done) -> Result<(), QueueFull> {
        let Some(queue) = &self.queue else {
            return Err(QueueFull);
        };
        match queue.try_send(Order::Write(Job {
            batch: Some(batch),
            done: Some(done),
        })) {
            Err(TrySendError::Full(Order::Write(mut job))) => {
                job.done = None;
                Err(QueueFull)
            }
            Err(TrySendError::Full(
                Order::Close { .. } | Order::Shelve { .. } | Order::Claim { .. },
            )) => Err(QueueFull),
            // A job that nobody will take tells its caller when it is dropped.
            Ok(()) | Err(TrySendError::Disconnected(_)) => Ok(()),
        }
    }

    /// Closes a key behind every batch that was submitted before. `done` may never be called when
    /// the writer stops: then nothing is known.
    ///
    /// # Errors
    /// [`QueueFull`] as in [`Writer::submit`].
    pub fn close(&self, key: String, now: Stamp, done: Shut) -> Result<(), QueueFull> {
        let queue = self.queue.as_ref().ok_or(QueueFull)?;
        let order = Order::Close { key, now, done };
        queue.try_send(order).map_err(|_| QueueFull)
    }

    /// Writes what the shop sells from now on. `done` may never be called when the writer stops:
    /// then nothing is known.
    ///
    /// # Errors
    /// [`QueueFull`] as in [`Writer::submit`].
    pub fn shelve(&self, next: Box<Catalogue>, done: Shelved) -> Result<(), QueueFull> {
        let queue = self.queue.as_ref().ok_or(QueueFull)?;
        let order = Order::Shelve { next, done };
        queue.try_send(order).map_err(|_| QueueFull)
    }

    /// False once the writer has ended by a defect: nothing is written any more, and what became of
    /// what was under way is found out by a start.
    pub fn is_running(&self) -> bool {
        self.thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
    }

    /// True when other servers may write the same record: then [`Writer::claim`] is called again
    /// and again, every [`crate::claim::RENEWAL`].
    pub const fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Renews the claims on the charges in `live`, takes over what nobody works on, and what is
    /// wanted. `done` may never be called when the writer stops.
    ///
    /// # Errors
    /// [`QueueFull`] as in [`Writer::submit`]; the next call may fare better.
    pub fn claim(
        &self,
        live: Vec<ChargeId>,
        wanted: Vec<ChargeId>,
        done: Handed,
    ) -> Result<(), QueueFull> {
        let queue = self.queue.as_ref().ok_or(QueueFull)?;
        let order = Order::Claim { live, wanted, done };
        queue.try_send(order).map_err(|_| QueueFull)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        let Some(thread) = self.thread.take() else {
            return;
        };
        // A callback may hold the last handle; the thread cannot wait for itself.
        if thread.thread().id() != thread::current().id() {
            // A panic of the writer was told to every caller already.
            drop(thread.join());
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if let Some(done) = self.done.take() {
            done(Err(StoreFault::Broken("the writer has stopped".to_owned())));
        }
    }
}

fn write_all(mut book: Box<dyn Backend>, orders: &Receiver<Order>) {
    while let Ok(first) = orders.recv() {
        let mut group = Vec::new();
        let mut closings = Vec::new();
        let mut claims = Vec::new();
        let mut shelves = Vec::new();
        for order in std::iter::once(first).chain(orders.try_iter().take(GROUP - 1)) {
            match order {
                Order::Write(job) => group.push(job),
                Order::Close { key, now, done } => closings.push((key, now, done)),
                Order::Shelve { next, done } => shelves.push((next, done)),
                Order::Claim { live, wanted, done } => claims.push((live, wanted, done)),
            }
        }
        if !group.is_empty() {
            hit("group-gathered");
            write_group(book.as_mut(), group);
        }
        // Behind the batches, of which some may have come later: what they wrote is seen.
        close_group(book.as_mut(), closings);
        for (next, done) in shelves {
            done(book.shelve(&next));
        }
        for (live, wanted, done) in claims {
            done(book.claim(&live, &wanted));
        }
    }
    hit("writer-ends");
    book.release();
}

fn write_group(book: &mut dyn Backend, mut group: Vec<Job>) {
    let batches: Vec<Batch> = group
        .iter_mut()
        .filter_map(|job| job.batch.take())
        .collect();
    assert_eq!(
        batches.len(),
        group.len(),
        "invariant: a batch is written once"
    );
    match book.commit(&batches) {
        Ok(verdicts) => {
            hit("group-committed");
            for (job, verdict) in group.iter_mut().zip(verdicts) {
                tell(job, Ok(verdict));
                hit("group-one-told");
            }
            hit("group-told");
        }
        // One charge's batch may be what does not fit: its neighbours are not to suffer for it.
        Err(StoreFault::Full | StoreFault::Disk(_) | StoreFault::Broken(_)) if group.len() > 1 => {
            for (job, batch) in group.iter_mut().zip(&batches) {
                tell(job, write_one(book, batch));
            }
        }
        // A lone batch, or a file that takes no writes at all.
        Err(fault) => tell_all(&mut group, &fault),
    }
}

fn close_group(book: &mut dyn Backend, group: Vec<(String, Stamp, Shut)>) {
    let Some(now) = group.iter().map(|(_, now, _)| *now).max() else {
        return;
    };
    let keys: Vec<String> = group.iter().map(|(key, ..)| key.clone()).collect();
    match book.close(&keys, now) {
        Ok(closings) => {
            assert_eq!(
                closings.len(),
                keys.len(),
                "invariant: each key has its answer"
            );
            for ((.., done), closing) in group.into_iter().zip(closings) {
                done(Ok(closing));
            }
        }
        Err(fault) => {
            for (.., done) in group {
                done(Err(fault.clone()));
            }
        }
    }
}

fn write_one(book: &mut dyn Backend, batch: &Batch) -> Result<Verdict, StoreFault> {
    let mut verdicts = book.commit(std::slice::from_ref(batch))?;
    Ok(verdicts
        .pop()
        .expect("invariant: each batch has its verdict"))
}

fn tell_all(group: &mut [Job], fault: &StoreFault) {
    for job in group {
        tell(job, Err(fault.clone()));
    }
}

fn tell(job: &mut Job, result: Result<Verdict, StoreFault>) {
    if let Some(done) = job.done.take() {
        done(result);
    }
}

#[cfg(test)]
mod tests;
