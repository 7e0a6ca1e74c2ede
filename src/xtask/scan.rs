//! `cargo xtask bench scan`: our scanner beside the readers that others wrote, on the same frames;
//! and `bench scan-to-charge`: our page beside pages of others, on the same films.

use std::path::PathBuf;

use crate::conformance::{self, Ready};
use crate::fault::Fault;
use crate::{call, need, show, suite, web};

/// Options with a word behind them; they are the program's own.
const PAIRS: [&str; 5] = ["--pictures", "--seed", "--per-class", "--size", "--readers"];

/// Builds both halves, native and Node, and lets them run.
pub(crate) fn bench(options: &[&str]) -> Result<(), Fault> {
    check(options)?;
    need::foreign()?;
    need::foreign_scanner()?;
    let node = node()?;
    let mut bench = call::cargo();
    let build = ["run", "--quiet", "--locked", "--release", "--manifest-path"];
    bench
        .args(build)
        .arg(manifest())
        .arg("--target-dir")
        .arg(target());
    bench.args(["--package", "bench", "--"]);
    // A folder that the person names is meant from where they stand.
    if let Ok(here) = std::env::current_dir() {
        bench.current_dir(here);
    }
    bench.args(options);
    if let Some(node) = node {
        bench.arg("--node").arg(node);
    }
    call::run(&mut bench)
}

/// Options of `bench scan-to-charge`, each a number, and how the measurement is told.
const CONTEST: [(&str, &str); 3] = [
    ("--films", "SCANTILL_FILMS"),
    ("--repeats", "SCANTILL_REPEATS"),
    ("--seed", "SCANTILL_SEED"),
];

/// Installs the pages of others and lets the browser see the films on all of them.
pub(crate) fn charge(options: &[&str]) -> Result<(), Fault> {
    let mut told = told(options)?;
    need::foreign()?;
    let pages = call::root().join("bench/pages");
    let place = target().join("pages");
    match conformance::npm(&pages, &place)? {
        Ready::Unreachable(sentence) => show::line(&sentence),
        Ready::Yes => {
            for from in call::files_under(&pages)? {
                let to = place.join(from.file_name().unwrap_or_default());
                std::fs::copy(&from, &to).map_err(Fault::file(&from))?;
            }
            told.push(("SCANTILL_PAGES", place.display().to_string()));
        }
    }
    suite::bench_told("scan_to_charge", &told)
}

/// The options as the measurement's environment.
fn told(options: &[&str]) -> Result<Vec<(&'static str, String)>, Fault> {
    let mut told = Vec::new();
    for pair in options.chunks(2) {
        let known = CONTEST.iter().find(|(option, _)| *option == pair[0]);
        let number = pair.get(1).and_then(|word| word.parse::<u64>().ok());
        match (known, number) {
            (Some((_, name)), Some(number)) => told.push((*name, number.to_string())),
            _ => {
                return Err(Fault::Usage(format!(
                    "`{}` is not an option of this measurement, or no number stands behind it.",
                    pair[0]
                )));
            }
        }
    }
    Ok(told)
}

fn manifest() -> PathBuf {
    call::root().join("bench/Cargo.toml")
}

/// Built apart: nothing of it is the product's.
fn target() -> PathBuf {
    call::target().join("bench")
}

/// The folder of the readers in Node, filled; nothing where the registry cannot be reached.
fn node() -> Result<Option<PathBuf>, Fault> {
    let place = target().join("node");
    let lists = call::root().join("bench/node");
    if let Ready::Unreachable(sentence) = conformance::npm(&lists, &place)? {
        show::line(&sentence);
        return Ok(None);
    }
    web::build_reader(&manifest(), &place.join("reader"))?;
    let (from, to) = (lists.join("read.mjs"), place.join("read.mjs"));
    std::fs::copy(&from, &to).map_err(Fault::file(&from))?;
    Ok(Some(place))
}

/// Names a wrong option before anything is built.
fn check(options: &[&str]) -> Result<(), Fault> {
    let mut words = options.iter();
    while let Some(word) = words.next() {
        if *word != "--json" && !(PAIRS.contains(word) && words.next().is_some()) {
            return Err(Fault::Usage(format!(
                "`{word}` is not an option of this measurement, or a word is missing behind it."
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{check, told};

    #[test]
    fn options_of_the_measurement_are_checked_before_it_is_built() {
        assert!(check(&["--pictures", "/some/where", "--json", "--seed", "7"]).is_ok());
        assert!(check(&["--pictures"]).is_err());
        assert!(check(&["--fast"]).is_err());
        assert!(told(&["--films"]).is_err());
        assert!(told(&["--films", "many"]).is_err());
        assert!(told(&["--pictures", "3"]).is_err());
        let told = told(&["--films", "3", "--seed", "7"]).expect("both are options");
        let expected = [("SCANTILL_FILMS", "3"), ("SCANTILL_SEED", "7")];
        let told = told.iter().map(|(name, number)| (*name, number.as_str()));
        assert!(told.eq(expected));
    }
}
