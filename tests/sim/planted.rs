//! Defects are planted one at a time, and the simulation must find each: otherwise it would not
//! have found it in the real law either.

use ledger::planted::{Bug, plant};

use crate::crew::{self, Yield};
use crate::exhaust;
use crate::history;
use crate::report::Found;
use crate::scripts::SCRIPTS;
use crate::shop::Manner;

/// A defect that hides for longer counts as not found.
const HISTORIES_MAX: u64 = 50_000;

/// Plants one after another.
pub(crate) fn hunt(threads: usize, seed: u64) -> impl Iterator<Item = Found> {
    Bug::ALL.iter().map(move |bug| found(*bug, threads, seed))
}

/// What is rare by chance has a script, so the scripts are played first; each counts as a history.
fn found(bug: Bug, threads: usize, seed: u64) -> Found {
    let scripts = u64::try_from(SCRIPTS.len()).unwrap_or_default();
    let played = crew::run(threads, 0, scripts, |place| {
        plant(Some(bug));
        let script = SCRIPTS[usize::try_from(place).unwrap_or_default()];
        crew::caught(|| exhaust::run(script, &[], Manner::default()).0).map(Yield::one)
    });
    let by_script = played.failure.map(|one| (one.number + 1, one.words));
    let failure = by_script.or_else(|| {
        let tally = crew::run(threads, seed, HISTORIES_MAX, |seed| {
            plant(Some(bug));
            crew::caught(|| history::run(seed, Manner::default())).map(Yield::one)
        });
        let failure = tally.failure?;
        Some((scripts + failure.number - seed + 1, failure.words))
    });
    let (histories, words) = failure.unzip();
    Found {
        name: bug.as_str(),
        what: bug.what().trim(),
        histories,
        words: words.unwrap_or_default(),
    }
}
