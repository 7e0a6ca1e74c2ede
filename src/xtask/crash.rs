//! `cargo xtask crash`: the program with its named places inside, killed again and again; its
//! database, of which the primary is lost; one server of two, frozen.

use std::fs;
use std::path::PathBuf;

use crate::fault::Fault;
use crate::{call, need, suite};

/// Kills of a run that nobody has said otherwise for.
const KILLS: &str = "200";

/// Where the program with the named places lies.
pub(crate) fn binary() -> PathBuf {
    call::target().join("crash/scantill")
}

/// Builds the program that can be ended at named places, and puts the usual one back into the
/// place that both are built into.
pub(crate) fn build() -> Result<(), Fault> {
    let deadly = ["build", "--workspace", "--locked", "--bin", "scantill"];
    let features = ["--features", "scantill/failpoints"];
    call::run(call::cargo().args(deadly).args(features))?;
    let (from, to) = (suite::debug_binary(), binary());
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(Fault::file(folder))?;
    }
    // A program that runs cannot be written over, but its name can be given to another.
    let beside = to.with_extension("part");
    fs::copy(&from, &beside).map_err(Fault::file(&beside))?;
    fs::rename(&beside, &to).map_err(Fault::file(&to))?;
    suite::build_binary()
}

/// A variable's name and value.
type Variable = (&'static str, String);

/// What is done to the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blow {
    /// It is killed.
    Kill,
    /// The primary of its database is.
    Failover,
    /// It is frozen.
    Freeze,
}

/// `cargo xtask crash [--kills N | --failovers N | --freeze] [--seed S] [--json]`.
pub(crate) fn run(options: &[&str]) -> Result<(), Fault> {
    let (blow, settings) = settings(options)?;
    let mut cargo = match blow {
        Blow::Kill => {
            build()?;
            suite::test("crash")
        }
        Blow::Failover | Blow::Freeze => {
            need::database()?;
            suite::build_binary()?;
            suite::test("postgres")
        }
    };
    cargo.args(["--", "--nocapture", "--test-threads=1"]);
    match blow {
        Blow::Kill => cargo.arg("killed_anywhere"),
        Blow::Failover => cargo.arg("primary_that_dies"),
        Blow::Freeze => cargo.args(["--ignored", "frozen_for_a_minute"]),
    };
    cargo.env("SCANTILL_CRASH_BIN", binary());
    cargo.env("SCANTILL_BIN", suite::debug_binary());
    call::run(cargo.env("CRASH_KILLS", KILLS).envs(settings))
}

/// Options as the blow and the variables that the suites read.
fn settings(options: &[&str]) -> Result<(Blow, Vec<Variable>), Fault> {
    let mut settings = Vec::new();
    let mut blow = Blow::Kill;
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        let name = match *option {
            "--json" => {
                settings.push(("CRASH_JSON", "1".to_owned()));
                continue;
            }
            "--freeze" => {
                blow = Blow::Freeze;
                continue;
            }
            "--failovers" => {
                blow = Blow::Failover;
                "CRASH_FAILOVERS"
            }
            "--kills" => "CRASH_KILLS",
            "--seed" => "CRASH_SEED",
            _ => return Err(Fault::Usage(format!("`{option}` is not an option."))),
        };
        let number = rest.next().and_then(|word| word.parse::<u64>().ok());
        let number = number
            .ok_or_else(|| Fault::Usage(format!("`{option}` is followed by a whole number.")))?;
        settings.push((name, number.to_string()));
    }
    Ok((blow, settings))
}

#[cfg(test)]
mod tests {
    use super::{Blow, settings};

    #[test]
    fn options_of_the_crash_run_become_variables() {
        let found = settings(&["--seed", "7", "--json", "--kills", "20"]).expect("valid");
        let text = |words: &str| words.to_owned();
        let expect = [
            ("CRASH_SEED", text("7")),
            ("CRASH_JSON", text("1")),
            ("CRASH_KILLS", text("20")),
        ];
        assert_eq!(found, (Blow::Kill, expect.to_vec()));
        let found = settings(&["--failovers", "20"]).expect("valid");
        assert_eq!(
            found,
            (Blow::Failover, vec![("CRASH_FAILOVERS", text("20"))])
        );
        let found = settings(&["--freeze"]).expect("valid");
        assert_eq!(found, (Blow::Freeze, vec![]));
        assert!(settings(&["--failovers"]).is_err());
        assert!(settings(&["--kills"]).is_err());
        assert!(settings(&["--kills", "many"]).is_err());
        assert!(settings(&["--places"]).is_err());
    }
}
