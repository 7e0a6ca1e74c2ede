//! Defects are planted one at a time, and the simulation must find each: otherwise it would not
//! have found it in the real law either.

use ledger::planted::{Bug, plant};

use crate::crew::{self, Yield};
use crate::history;
use crate::report::Found;
use crate::shop::Manner;

/// A defect that hides for longer counts as not found.
const HISTORIES_MAX: u64 = 50_000;

/// Plants one after another.
pub(crate) fn hunt(threads: usize, seed: u64) -> Vec<Found> {
    let one = |bug: &Bug| found(*bug, threads, seed);
    Bug::ALL.iter().map(one).collect()
}

fn found(bug: Bug, threads: usize, seed: u64) -> Found {
    let tally = crew::run(threads, seed, HISTORIES_MAX, |seed| {
        plant(Some(bug));
        crew::caught(|| history::run(seed, Manner::default())).map(Yield::one)
    });
    Found {
        name: bug.as_str(),
        what: bug.what().trim(),
        histories: tally.failure.as_ref().map(|one| one.number - seed + 1),
        words: tally.failure.map(|one| one.words).unwrap_or_default(),
    }
}
