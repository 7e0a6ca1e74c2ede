//! `cargo xtask simulate`: random and scripted histories of charges, in a build that is quick where
//! they spend their time.

use std::process::Command;

use crate::call;
use crate::fault::Fault;

/// Options that stand alone.
const FLAGS: [&str; 3] = ["--json", "--pairs", "--planted"];
/// Options with a word behind them.
const PAIRS: [&str; 6] = [
    "--histories",
    "--seed",
    "--threads",
    "--part",
    "--script",
    "--strikes",
];
/// Histories of a test run, and of one for the night.
const HISTORIES: [&str; 2] = ["20000", "200000"];

/// Runs the simulation with these options.
pub(crate) fn run(options: &[&str]) -> Result<(), Fault> {
    check(options)?;
    call::run(command().args(options))
}

/// What `cargo xtask test` runs: histories of the commit's own, every planted defect, and at night
/// every pair of faults.
pub(crate) fn test(is_slow: bool) -> Result<(), Fault> {
    let seed = call::commit_seed().to_string();
    let histories = HISTORIES[usize::from(is_slow)];
    let mut options = vec!["--histories", histories, "--planted", "--seed", &seed];
    options.extend(is_slow.then_some("--pairs"));
    run(&options)
}

fn command() -> Command {
    let mut cargo = call::cargo();
    cargo.args([
        "run",
        "--quiet",
        "--locked",
        "--package",
        "sim",
        "--profile",
        "sim",
        "--features",
        "planted",
        "--",
    ]);
    cargo
}

/// Names a wrong option before anything is built.
fn check(options: &[&str]) -> Result<(), Fault> {
    let mut words = options.iter();
    while let Some(word) = words.next() {
        let is_known = FLAGS.contains(word) || (PAIRS.contains(word) && words.next().is_some());
        if !is_known {
            return Err(Fault::Usage(format!(
                "`{word}` is not an option of the simulation, or a word is missing behind it."
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn options_of_the_simulation_are_checked_before_it_is_built() {
        assert!(check(&["--seed", "7", "--json", "--histories", "2000"]).is_ok());
        assert!(check(&["--script", "double-tap", "--strikes", "crash@3"]).is_ok());
        assert!(check(&["--seed"]).is_err());
        assert!(check(&["--speed", "9"]).is_err());
    }
}
