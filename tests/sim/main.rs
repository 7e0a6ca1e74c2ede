//! The simulation of the money path: the real law, loop and bytes, with a clock, a wire, a bank,
//! a disk and customers that a seed decides. Never twice, never lost, after every step.

mod clock;
mod counter;
mod crew;
mod desk;
mod exhaust;
mod history;
mod laws;
mod mail;
mod marks;
mod options;
#[cfg(feature = "planted")]
mod planted;
mod report;
mod rng;
mod scripts;
mod seat;
mod shelf;
mod shop;
mod trace;
mod track;

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use clock::Clock;
use crew::Yield;
use marks::Seen;
use options::Options;
use report::{Part, Report};
use shop::Manner;

/// Every history of so many is run twice, the second time beside the real store.
const TWICE_EVERY: u64 = 20;
/// Of those, every one of so many with real signatures.
const RSA_EVERY: u64 = 10;
/// A long run says so often how far it is.
const PROGRESS: u64 = 20;

fn main() -> ExitCode {
    crew::listen();
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(words) => {
            report::write(&words);
            return ExitCode::FAILURE;
        }
    };
    if run(&options) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn run(options: &Options) -> bool {
    let mut report = Report::begun(options.is_json);
    if let Some((script, strikes)) = &options.script {
        return told(|| exhaust::run(*script, strikes, Manner::default()).0);
    }
    if options.histories == 1 {
        return told(|| twice(options.seed));
    }
    if options.histories > 0 {
        report.add_histories(histories(options));
        report.add(lines(
            "singles",
            &exhaust::singles(),
            exhaust::walk,
            options,
        ));
    }
    if options.has_pairs {
        report.add(pairs(options));
    }
    if options.is_planted {
        hunt(options, &mut report);
    }
    report.finish()
}

/// Random histories.
fn histories(options: &Options) -> Part {
    let clock = Clock::start();
    let (threads, count) = (options.threads, options.histories);
    let tally = crew::run(threads, options.seed, count, |seed| {
        crew::caught(|| check(seed)).map(Yield::one)
    });
    let seed = tally.failure.as_ref().map(|failure| failure.number);
    Part {
        name: "histories",
        spent: clock.stop(threads),
        replay: seed.map(|seed| format!("--histories 1 --seed {seed}")),
        tally,
    }
}

/// A history; one of some is also run twice.
fn check(seed: u64) -> Seen {
    if seed.is_multiple_of(TWICE_EVERY) {
        twice(seed)
    } else {
        history::run(seed, Manner::default())
    }
}

/// The same seed gives the same history: beside the quick record and beside the real store, under
/// the cheap seal and under real signatures.
fn twice(seed: u64) -> Seen {
    trace::keep();
    let marks = history::run(seed, Manner::default());
    let first = trace::take();
    trace::keep();
    let manner = Manner {
        is_doubled: true,
        is_rsa: (seed / TWICE_EVERY).is_multiple_of(RSA_EVERY),
    };
    history::run(seed, manner);
    let second = trace::take();
    let differs = first.iter().zip(&second).find(|(one, two)| one != two);
    assert_eq!(differs, None, "the same seed gives another history");
    assert_eq!(first.len(), second.len(), "the same seed goes on longer");
    marks
}

/// Two faults in every script, or a part of that.
fn pairs(options: &Options) -> Part {
    let all = exhaust::firsts();
    let mine = all.iter().enumerate();
    let mine = mine.filter(|(place, _)| options.part.has(*place));
    let mine: Vec<_> = mine.map(|(_, first)| *first).collect();
    let (done, runs) = (AtomicU64::new(0), AtomicU64::new(0));
    let count = u64::try_from(mine.len()).unwrap_or_default();
    let walk = |first: &exhaust::First| {
        let walked = exhaust::walk_pairs(first)?;
        let runs = runs.fetch_add(walked.runs, Ordering::Relaxed) + walked.runs;
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if !options.is_json && done.is_multiple_of(count.div_ceil(PROGRESS)) {
            report::write(&format!(
                "pairs      {done} of {count} first faults, {runs} runs"
            ));
        }
        Ok(walked)
    };
    lines("pairs", &mine, walk, options)
}

/// Scripts under faults.
fn lines<T: Sync>(
    name: &'static str,
    lines: &[T],
    walk: impl Fn(&T) -> Result<Yield, String> + Sync,
    options: &Options,
) -> Part {
    let clock = Clock::start();
    let count = u64::try_from(lines.len()).unwrap_or_default();
    let tally = crew::run(options.threads, 0, count, |number| {
        let place = usize::try_from(number).unwrap_or_default();
        walk(&lines[place])
    });
    let words = tally.failure.as_ref().map(|failure| failure.words.as_str());
    let replay = words.and_then(|words| words.split_once(": "));
    Part {
        name,
        spent: clock.stop(options.threads),
        replay: replay.map(|(command, _)| command.to_owned()),
        tally,
    }
}

/// Runs one history or script and prints it line by line when it breaks a law.
fn told(work: impl Fn() -> Seen) -> bool {
    trace::keep();
    let result = crew::caught(work);
    let lines = trace::take();
    match result {
        Ok(_) => report::write("every law held"),
        Err(words) => {
            for line in &lines {
                report::write(line);
            }
            report::write(&format!("BROKEN: {words}"));
            return false;
        }
    }
    true
}

#[cfg(feature = "planted")]
fn hunt(options: &Options, report: &mut Report) {
    report.add_found(planted::hunt(options.threads, options.seed));
}

#[cfg(not(feature = "planted"))]
fn hunt(_: &Options, report: &mut Report) {
    report::write("This build has no defects to plant: it lacks the feature `planted`.");
    report.add_found(std::iter::empty());
}
