//! One suite of the test crate at a time: screenshots, measurements.

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

/// `cargo xtask shots [FILTER]`.
pub(crate) fn shots(filter: Option<&str>) -> Result<(), Fault> {
    need::browser()?;
    web::build(web::Profile::Web)?;
    build_binary()?;
    ignored(test("shots"), filter, &debug_binary())
}

/// `cargo xtask bench NAME`. Measured on the release program: the debug one is another thing.
pub(crate) fn bench(filter: &str) -> Result<(), Fault> {
    bench_told(filter, &[])
}

/// The same with a word or two in the environment.
pub(crate) fn bench_told(filter: &str, told: &[(&str, String)]) -> Result<(), Fault> {
    need::browser()?;
    web::build(web::Profile::Web)?;
    let binary = run::release_binary()?;
    let mut bench = test("bench");
    bench.envs(told.iter().map(|(name, word)| (*name, word)));
    ignored(bench, Some(filter), &binary)
}

fn ignored(mut cargo: Command, filter: Option<&str>, binary: &Path) -> Result<(), Fault> {
    cargo
        .args(["--", "--ignored", "--nocapture", "--test-threads=1"])
        .args(filter);
    call::run(cargo.env("SCANTILL_BIN", binary))
}
