//! Many histories on all processors: each processor runs whole histories, so that one history
//! stays one thread.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::marks::{Mark, Seen};

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
    static WORDS: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What one piece of work came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Yield {
    /// Runs in it; every one kept every law.
    pub(crate) runs: u64,
    /// Marks that any of them reached.
    pub(crate) seen: Seen,
}

impl Yield {
    /// What one history came to.
    pub(crate) const fn one(seen: Seen) -> Self {
        Self { runs: 1, seen }
    }
}

/// What many histories came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Runs that kept every law.
    pub(crate) runs: u64,
    /// How many pieces of work reached each mark, in the order of [`Mark::ALL`].
    pub(crate) reached: Vec<u64>,
    /// The first failure that was found.
    pub(crate) failure: Option<Failure>,
}

/// A history that broke a law.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The number of its piece of work: the seed of a random history.
    pub(crate) number: u64,
    /// The words of the law.
    pub(crate) words: String,
}

impl Tally {
    fn note(&mut self, done: Yield) {
        self.runs += done.runs;
        self.reached.resize(Mark::ALL.len(), 0);
        for (count, mark) in self.reached.iter_mut().zip(Mark::ALL) {
            *count += u64::from(done.seen.has(*mark));
        }
    }

    /// Adds what another came to; the failure with the lower number stays.
    pub(crate) fn merge(&mut self, other: Self) {
        self.runs += other.runs;
        self.reached.resize(Mark::ALL.len(), 0);
        for (count, more) in self.reached.iter_mut().zip(&other.reached) {
            *count += more;
        }
        self.failure = [self.failure.take(), other.failure]
            .into_iter()
            .flatten()
            .min_by_key(|failure| failure.number);
    }

    /// Marks that no run reached.
    pub(crate) fn missing(&self) -> Vec<Mark> {
        let count = |place: usize| self.reached.get(place).copied().unwrap_or_default();
        let all = Mark::ALL.iter().enumerate();
        all.filter(|(place, _)| count(*place) == 0)
            .map(|(_, mark)| *mark)
            .collect()
    }
}

/// Runs the numbers `first..first + count` on that many threads; ends soon after a failure.
pub(crate) fn run(
    threads: usize,
    first: u64,
    count: u64,
    work: impl Fn(u64) -> Result<Yield, String> + Sync,
) -> Tally {
    let next = AtomicU64::new(first);
    let end = first.saturating_add(count);
    let whole = Mutex::new(Tally::default());
    let turn = || {
        let mut tally = Tally::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= end {
                break;
            }
            match work(number) {
                Ok(done) => tally.note(done),
                Err(words) => {
                    next.store(end, Ordering::Relaxed);
                    tally.failure = Some(Failure { number, words });
                    break;
                }
            }
        }
        whole.lock().expect("no thread panics here").merge(tally);
    };
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(turn);
        }
    });
    whole.into_inner().expect("no thread panics here")
}

/// Runs to the end, or to the words of whatever assertion was broken.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    IS_QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    IS_QUIET.set(false);
    result.map_err(|_| WORDS.take())
}

/// From now on a broken assertion inside a history is kept as words and not printed.
pub(crate) fn listen() {
    let loud = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !IS_QUIET.get() {
            return loud(panic);
        }
        let place = panic.location().map(ToString::to_string);
        let text = said(panic.payload());
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let text = lines.join(", ");
        WORDS.set(format!("{text} ({})", place.unwrap_or_default()));
    }));
}

fn said(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().cloned();
    let word = payload
        .downcast_ref::<&str>()
        .map(|word| (*word).to_owned());
    text.or(word).unwrap_or_default()
}
