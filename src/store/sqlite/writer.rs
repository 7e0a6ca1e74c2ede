//! The book on a thread of its own: whatever waits is committed at once, so that many tills share
//! one fsync.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use crate::batch::{Batch, Verdict};
use crate::failpoint::hit;
use crate::fault::StoreFault;
use crate::sqlite::Book;

/// Called exactly once after the commit, on the writer's thread, and must not block it. Only when
/// the writer has stopped is it called by whoever submits.
pub type Done = Box<dyn FnOnce(Result<Verdict, StoreFault>) + Send>;

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
    queue: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
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
    pub fn spawn(book: Book) -> Self {
        let (queue, jobs) = sync_channel(QUEUE);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write_all(book, &jobs))
            .expect("a thread for the writer");
        Self {
            queue: Some(queue),
            thread: Some(thread),
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
        match queue.try_send(Job {
            batch: Some(batch),
            done: Some(done),
        }) {
            // A job that nobody will take tells its caller when it is dropped.
            Ok(()) | Err(TrySendError::Disconnected(_)) => Ok(()),
            Err(TrySendError::Full(mut job)) => {
                job.done = None;
                Err(QueueFull)
            }
        }
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

fn write_all(mut book: Book, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        group.extend(jobs.try_iter().take(GROUP - 1));
        hit("group-gathered");
        write_group(&mut book, group);
        hit("group-told");
    }
    hit("writer-ends");
}

fn write_group(book: &mut Book, mut group: Vec<Job>) {
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
        }
        // One charge's batch may be what does not fit: its neighbours are not to suffer for it.
        Err(StoreFault::Full | StoreFault::Broken(_)) if group.len() > 1 => {
            for (job, batch) in group.iter_mut().zip(&batches) {
                tell(job, write_one(book, batch));
            }
        }
        // A lone batch, or a file that takes no writes at all.
        Err(fault) => tell_all(&mut group, &fault),
    }
}

fn write_one(book: &mut Book, batch: &Batch) -> Result<Verdict, StoreFault> {
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
