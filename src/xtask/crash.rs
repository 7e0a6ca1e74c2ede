//! `cargo xtask crash`: the program with its named places inside, killed again and again.

use std::fs;
use std::path::PathBuf;

use crate::fault::Fault;
use crate::{call, suite};

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

/// `cargo xtask crash [--kills N] [--seed S] [--json]`.
pub(crate) fn run(options: &[&str]) -> Result<(), Fault> {
    let settings = settings(options)?;
    build()?;
    let mut cargo = suite::test("crash");
    cargo.args(["--", "--nocapture", "--test-threads=1", "killed_anywhere"]);
    cargo.env("SCANTILL_CRASH_BIN", binary());
    call::run(cargo.env("CRASH_KILLS", KILLS).envs(settings))
}

/// Options as the variables that the suite reads.
fn settings(options: &[&str]) -> Result<Vec<(&'static str, String)>, Fault> {
    let mut settings = Vec::new();
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        let name = match *option {
            "--json" => {
                settings.push(("CRASH_JSON", "1".to_owned()));
                continue;
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
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::settings;

    #[test]
    fn options_of_the_crash_run_become_variables() {
        let found = settings(&["--seed", "7", "--json", "--kills", "20"]).expect("valid");
        let text = |words: &str| words.to_owned();
        let expect = [
            ("CRASH_SEED", text("7")),
            ("CRASH_JSON", text("1")),
            ("CRASH_KILLS", text("20")),
        ];
        assert_eq!(found, expect);
        assert!(settings(&["--kills"]).is_err());
        assert!(settings(&["--kills", "many"]).is_err());
        assert!(settings(&["--places"]).is_err());
    }
}
