//! `cargo xtask bench charges`: the backend under load.

use std::env;
use std::path::Path;

use crate::fault::Fault;
use crate::tool::number_of;
use crate::{call, need, run, suite};

/// Charges a second at a busy chain's peak, and for how long.
const RATE: u64 = 300;
const SECONDS: u64 = 60;

/// `bench charges [--postgres] [--seconds N] [--rate R]`.
pub(crate) fn charges(words: &[&str]) -> Result<(), Fault> {
    let (mut seconds, mut rate) = (SECONDS, RATE);
    let is_database = words.contains(&"--postgres");
    let words: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| *word != "--postgres")
        .collect();
    for pair in words.chunks(2) {
        match pair {
            ["--seconds", ..] => seconds = number_of(pair, "--seconds", SECONDS)?,
            _ => rate = number_of(pair, "--rate", RATE)?,
        }
    }
    let settings = [("LOAD_SECONDS", seconds), ("LOAD_RATE", rate)];
    if is_database {
        need::database()?;
        measure("charges_in_postgres", &settings)
    } else {
        measure("charges", &settings)
    }
}

fn measure(name: &str, settings: &[(&str, u64)]) -> Result<(), Fault> {
    measure_in(&env::temp_dir(), name, settings)
}

/// One measurement, whose files lie in this folder until its end. Needs no browser, and the pages
/// only as far as they are built already.
pub(crate) fn measure_in(folder: &Path, name: &str, settings: &[(&str, u64)]) -> Result<(), Fault> {
    let binary = run::release_binary()?;
    let mut cargo = suite::test("load");
    cargo.args([
        "--",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
        "--exact",
        name,
    ]);
    for (key, number) in settings {
        cargo.env(key, number.to_string());
    }
    call::run(cargo.env("SCANTILL_BIN", binary).env("TMPDIR", folder))
}
