//! One suite of the test crate at a time: screenshots, measurements, simulation.

use std::path::Path;
use std::process::Command;

use crate::fault::Fault;
use crate::{call, need, run, web};

/// Cargo for one suite. `--workspace` is for the features: with the same set every time, cargo
/// builds each outside crate once.
pub(crate) fn test(suite: &str) -> Command {
    let mut cargo = call::cargo();
    cargo.args([
        "test",
        "--workspace",
        "--locked",
        "--no-fail-fast",
        "--test",
        suite,
    ]);
    cargo
}

/// Builds the debug program with the pages inside, for suites that start it.
pub(crate) fn build_binary() -> Result<(), Fault> {
    call::run(call::cargo().args(["build", "--workspace", "--locked", "--bin", "scantill"]))
}

/// Where [`build_binary`] puts the program.
pub(crate) fn debug_binary() -> std::path::PathBuf {
    call::target().join("debug/scantill")
}

/// `cargo xtask shots`.
pub(crate) fn shots() -> Result<(), Fault> {
    need::browser()?;
    web::build(web::Profile::Web)?;
    build_binary()?;
    ignored(test("shots"), None, &debug_binary())
}

/// `cargo xtask bench NAME`. Measured on the release program: the debug one is another thing.
pub(crate) fn bench(filter: &str) -> Result<(), Fault> {
    need::browser()?;
    web::build(web::Profile::Web)?;
    let binary = run::release_binary()?;
    ignored(test("bench"), Some(filter), &binary)
}

fn ignored(mut cargo: Command, filter: Option<&str>, binary: &Path) -> Result<(), Fault> {
    cargo
        .args(["--", "--ignored", "--nocapture", "--test-threads=1"])
        .args(filter);
    call::run(cargo.env("SCANTILL_BIN", binary))
}

/// `cargo xtask simulate [--histories N] [--seed S]`.
pub(crate) fn simulate(options: &[&str]) -> Result<(), Fault> {
    let mut cargo = test("sim");
    cargo.args(["--", "--nocapture"]);
    for (key, number) in simulate_words(options)? {
        cargo.env(key, number.to_string());
    }
    call::run(&mut cargo)
}

/// Options as the variables that the suite reads.
fn simulate_words(options: &[&str]) -> Result<Vec<(&'static str, u64)>, Fault> {
    let mut pairs = Vec::new();
    for pair in options.chunks(2) {
        let (key, number) = match pair {
            ["--histories", number] => ("SIM_HISTORIES", number),
            ["--seed", number] => ("SIM_SEED", number),
            _ => {
                return Err(Fault::Usage(format!(
                    "`{}` is not an option.",
                    pair.join(" ")
                )));
            }
        };
        let number = number
            .parse()
            .map_err(|_| Fault::Usage(format!("`{number}` is not a whole number.")))?;
        pairs.push((key, number));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::simulate_words;

    #[test]
    fn options_of_the_simulation_become_variables() {
        let words = simulate_words(&["--seed", "7", "--histories", "2000"]).expect("valid");
        assert_eq!(words, [("SIM_SEED", 7), ("SIM_HISTORIES", 2000)]);
        assert!(simulate_words(&["--seed"]).is_err());
        assert!(simulate_words(&["--seed", "x"]).is_err());
        assert!(simulate_words(&["--speed", "9"]).is_err());
    }
}
