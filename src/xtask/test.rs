//! `cargo xtask test`: all that CI runs, by the same command for a person.

use std::fs::{self, File};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::conformance::Ready;
use crate::fault::Fault;
use crate::{access, call, conformance, crash, need, show, simulate, suite, tidy};

/// What became of a step.
struct Done {
    name: &'static str,
    time: Duration,
    /// `None` when it was left out because something before it failed.
    is_passed: Option<bool>,
    /// Why it could not run here although nothing failed, in one sentence.
    skipped: Option<String>,
}

/// The steps so far. A failing step does not stop the others: one run shows all that is wrong.
#[derive(Default)]
struct Round {
    done: Vec<Done>,
}

impl Round {
    /// Runs a step, prints its fault, and says whether it passed.
    fn step(&mut self, name: &'static str, work: impl FnOnce() -> Result<(), Fault>) -> bool {
        show::heading(name);
        let start = Instant::now();
        let result = work();
        if let Err(fault) = &result {
            show::line(&format!("{fault}"));
        }
        let is_passed = Some(result.is_ok());
        self.done.push(Done {
            name,
            time: start.elapsed(),
            is_passed,
            skipped: None,
        });
        result.is_ok()
    }

    /// Notes a step that cannot run.
    fn leave_out(&mut self, name: &'static str) {
        self.done.push(Done {
            name,
            time: Duration::ZERO,
            is_passed: None,
            skipped: None,
        });
    }

    /// Notes a step that this machine cannot run, which is no fault of what is tested.
    fn skip(&mut self, name: &'static str, sentence: String) {
        show::heading(name);
        show::line(&sentence);
        self.done.push(Done {
            name,
            time: Duration::ZERO,
            is_passed: Some(true),
            skipped: Some(sentence),
        });
    }

    /// Prints the table. Fails unless every step ran and passed.
    fn finish(self) -> Result<(), Fault> {
        show::heading("all steps");
        for done in &self.done {
            let word = match done.is_passed {
                Some(true) if done.skipped.is_some() => "SKIPPED",
                Some(true) => "passed",
                Some(false) => "FAILED",
                None => "left out",
            };
            let time = show::seconds(done.time);
            show::line(&format!("{:<14} {word:<9} {time:>12}", done.name));
        }
        let sentences = self.done.iter().filter_map(|done| done.skipped.as_deref());
        sentences.for_each(show::line);
        let total: Duration = self.done.iter().map(|done| done.time).sum();
        show::line(&format!("{:<24} {:>12}", "together", show::seconds(total)));
        let failed: Vec<_> = self
            .done
            .iter()
            .filter(|done| done.is_passed != Some(true))
            .map(|d| d.name)
            .collect();
        if failed.is_empty() {
            Ok(())
        } else {
            Err(Fault::Steps(failed.join(", ")))
        }
    }
}

/// Runs every step. The pages are built beside lints and unit tests: each of the two leaves a
/// processor idle at its end (linking), and they share nothing.
pub(crate) fn run(is_slow: bool) -> Result<(), Fault> {
    let mut round = Round::default();
    round.step("tidy", tidy::run);
    round.step("format", || {
        call::run(call::cargo().args(["fmt", "--all", "--check"]))
    });
    round.step("machine", need::all);
    let pages = start_pages();
    round.step("lints", || call::run(&mut clippy()));
    round.step("unit tests", || call::run(&mut unit_tests()));
    let has_pages = round.step("web pages", || pages.and_then(finish_pages));
    let has_deadly = round.step("deadly program", crash::build);
    let has_binary = round.step("program", suite::build_binary);
    for (name, is_ready) in [
        ("api", has_binary),
        ("replay", true),
        ("reads", true),
        ("crash", has_deadly),
        ("postgres", has_binary),
        ("browser", has_binary && has_pages),
    ] {
        if is_ready {
            round.step(name, || call::run(&mut long(suite::test(name), is_slow)));
        } else {
            round.leave_out(name);
        }
    }
    round.step("sim", || simulate::test(is_slow));
    let names = ("foreign clients", "conformance");
    with_foreign(
        &mut round,
        names,
        conformance::prepare,
        conformance::command,
    );
    if has_binary && has_pages {
        let names = ("foreign judge", "access");
        with_foreign(&mut round, names, access::prepare, access::command);
    } else {
        round.leave_out("access");
    }
    round.finish()
}

/// A suite for which something by others must be fetched first, which not every machine can.
fn with_foreign(
    round: &mut Round,
    (fetching, name): (&'static str, &'static str),
    prepare: impl FnOnce() -> Result<Ready, Fault>,
    suite: impl FnOnce() -> Command,
) {
    let mut ready = Ready::Yes;
    let is_ready = round.step(fetching, || {
        ready = prepare()?;
        Ok(())
    });
    match ready {
        Ready::Unreachable(sentence) => round.skip(name, sentence),
        Ready::Yes if is_ready => {
            round.step(name, || call::run(&mut suite()));
        }
        Ready::Yes => round.leave_out(name),
    }
}

fn clippy() -> Command {
    let mut cargo = call::cargo();
    cargo.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]);
    cargo
}

fn unit_tests() -> Command {
    let mut cargo = call::cargo();
    cargo.args([
        "test",
        "--workspace",
        "--lib",
        "--bins",
        "--locked",
        "--no-fail-fast",
    ]);
    cargo
}

/// What the suites read: the program to start, and whether there is time.
fn long(mut cargo: Command, is_slow: bool) -> Command {
    cargo
        .env("SCANTILL_BIN", suite::debug_binary())
        .env("SCANTILL_CRASH_BIN", crash::binary())
        .env("CRASH_SEED", call::commit_seed().to_string());
    if is_slow {
        cargo.env("SCANTILL_SLOW", "1").env("CRASH_KILLS", "1000");
        cargo.env("CRASH_FAILOVERS", "20");
    }
    cargo
}

/// Where the output of the pages' build goes while another step has the terminal.
fn pages_log() -> std::path::PathBuf {
    call::target().join("web.log")
}

fn start_pages() -> Result<Child, Fault> {
    let log = pages_log();
    let file = File::create(&log).map_err(Fault::file(&log))?;
    let twin = file.try_clone().map_err(Fault::file(&log))?;
    let own = std::env::current_exe().map_err(Fault::file(&log))?;
    let mut web = call::program(own);
    web.arg("web")
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(twin);
    web.spawn().map_err(|source| Fault::Unstarted {
        command: "xtask web".into(),
        source,
    })
}

/// Waits for the pages and shows what their build said, which is short when all is well.
fn finish_pages(mut child: Child) -> Result<(), Fault> {
    let log = pages_log();
    let status = child.wait().map_err(Fault::file(&log))?;
    let text = fs::read_to_string(&log).map_err(Fault::file(&log))?;
    if status.success() {
        let tail = text.lines().rev().take(2).collect::<Vec<_>>();
        tail.into_iter().rev().for_each(show::line);
        return Ok(());
    }
    show::line(&text);
    Err(Fault::Refused {
        command: "xtask web".into(),
        how: "with a fault".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::Round;
    use crate::fault::Fault;

    #[test]
    fn a_failing_step_lets_the_others_run_and_fails_the_round() {
        let mut round = Round::default();
        assert!(!round.step("one", || Err(Fault::Untidy(3))));
        assert!(round.step("two", || Ok(())));
        round.leave_out("three");
        let fault = round.finish().expect_err("two steps are not passed");
        assert!(
            fault.to_string().starts_with("Failed: one, three."),
            "{fault}"
        );
    }

    #[test]
    fn a_skipped_step_fails_nothing() {
        let mut round = Round::default();
        round.skip("one", "There is no network here.".to_owned());
        assert!(round.finish().is_ok());
    }

    #[test]
    fn a_round_of_passing_steps_passes() {
        let mut round = Round::default();
        round.step("one", || Ok(()));
        assert!(round.finish().is_ok());
    }
}
