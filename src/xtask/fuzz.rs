//! `cargo xtask fuzz`: the search for bytes that break a promise.
//!
//! libFuzzer is linked by an ordinary crate, and the counters that it is led by are a pass of the
//! compiler's own LLVM, which the stable compiler runs when told so by its name. So this needs no
//! nightly compiler and no further tool. Only memory is not watched as a sanitizer would: the
//! rooms that are fed have no unsafe code.

mod tally;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::Stdio;

use crate::fault::Fault;
use crate::need::{self, Right};
use crate::tool::number_of;
use crate::{call, show};
use tally::Tally;

/// Minutes for a target where the person does not say.
const MINUTES: u64 = 5;
/// Longest bytes that are tried, and of those that are drawn as pictures.
const BYTES_MAX: u32 = 16 * 1024;
const PICTURE_BYTES_MAX: u32 = 512;
const PICTURES: [&str; 3] = ["bars", "code", "luma"];
/// Counters on every edge, and what is compared with what: the search is led by both.
const COUNTERS: [&str; 8] = [
    "--cfg",
    "fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
];

/// Searches with one target, or with all of them one after the other.
pub(crate) fn run(words: &[&str]) -> Result<(), Fault> {
    let (wanted, options) = match words {
        [first, rest @ ..] if !first.starts_with("--") => (Some(*first), rest),
        rest => (None, rest),
    };
    let end = match options {
        ["--runs", ..] => format!("-runs={}", number_of(options, "--runs", 0)?),
        _ => format!(
            "-max_total_time={}",
            60 * number_of(options, "--minutes", MINUTES)?
        ),
    };
    let targets = chosen(targets()?, wanted)?;
    if !call::has("c++") {
        let why = "libFuzzer, which leads the search, is built from its C++";
        need::install(Right::here(), &["g++".to_owned()], why)?;
    }
    let host = host()?;
    for target in targets {
        build(&target, &host)?;
        search(&target, &host, &end)?;
    }
    Ok(())
}

/// The names of all targets: each has a program of its own.
fn targets() -> Result<Vec<String>, Fault> {
    let folder = call::root().join("fuzz/fuzz_targets");
    let files = call::files_under(&folder)?;
    let name =
        |path: &std::path::PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into());
    Ok(files.iter().filter_map(name).collect())
}

fn chosen(all: Vec<String>, wanted: Option<&str>) -> Result<Vec<String>, Fault> {
    let Some(wanted) = wanted else {
        return Ok(all);
    };
    if all.iter().any(|name| name == wanted) {
        return Ok(vec![wanted.to_owned()]);
    }
    Err(Fault::Usage(format!(
        "There is no fuzz target `{wanted}`; there are: {}.",
        all.join(", ")
    )))
}

/// The kind of machine that this compiler compiles for.
fn host() -> Result<String, Fault> {
    let said = call::text(call::program("rustc").arg("-vV")).unwrap_or_default();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| {
        Fault::ByHand("`rustc -vV` does not name its host; is rustc on the PATH?".to_owned())
    })
}

/// With the host named, cargo builds its own programs, such as build scripts, without counters. Not
/// `--locked`: this workspace's list of crates follows the rooms that it feeds.
fn build(target: &str, host: &str) -> Result<(), Fault> {
    show::line(&format!(
        "Building the target {target}. The first one takes some minutes."
    ));
    let mut cargo = call::cargo();
    cargo
        .args(["build", "--manifest-path", "fuzz/Cargo.toml"])
        .args(["--release", "--bin", target, "--target", host])
        .arg("--target-dir")
        .arg(call::target().join("fuzz"))
        .env("CARGO_ENCODED_RUSTFLAGS", COUNTERS.join("\u{1f}"));
    call::run(&mut cargo)
}

/// What is found goes into the target folder: a seed that is worth keeping is copied by hand.
fn search(target: &str, host: &str, end: &str) -> Result<(), Fault> {
    show::heading(&format!("{target}, {end}"));
    let folder = call::target().join("fuzz");
    let (found, broken) = (
        folder.join("found").join(target),
        folder.join("broken").join(target),
    );
    for place in [&found, &broken] {
        fs::create_dir_all(place).map_err(Fault::file(place))?;
    }
    let before = call::files_under(&found)?.len();
    let binary = folder.join(host).join("release").join(target);
    let (tally, is_sound) = feed(&binary, target, [&found, &broken], end)?;
    let fresh = call::files_under(&found)?.len().saturating_sub(before);
    show::line(&format!("{target}: {}, {fresh} fresh seeds.", tally.told()));
    if is_sound {
        return Ok(());
    }
    Err(Fault::ByHand(format!(
        "Bytes that break a promise of {target} lie in {}: repair the cause and keep them as a \
         seed in fuzz/corpus/{target}.",
        broken.display()
    )))
}

/// Runs the program, passes on what it says, and counts. Whether it found nothing wrong.
fn feed(
    binary: &Path,
    target: &str,
    [found, broken]: [&Path; 2],
    end: &str,
) -> Result<(Tally, bool), Fault> {
    let length = if PICTURES.contains(&target) {
        PICTURE_BYTES_MAX
    } else {
        BYTES_MAX
    };
    let mut fuzz = call::program(binary);
    fuzz.arg(found)
        .arg(format!("fuzz/corpus/{target}"))
        .args([end, "-timeout=20", "-print_final_stats=1"])
        .arg(format!("-max_len={length}"))
        .arg(format!("-artifact_prefix={}/", broken.display()))
        .stderr(Stdio::piped());
    let unstarted = |source| Fault::Unstarted {
        command: target.to_owned(),
        source,
    };
    let mut child = fuzz.spawn().map_err(unstarted)?;
    let mut tally = Tally::default();
    if let Some(said) = child.stderr.take() {
        for line in BufReader::new(said).lines().map_while(Result::ok) {
            tally.hear(&line);
            // A screen that has gone away stops no search.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }
    let status = child.wait().map_err(unstarted)?;
    Ok((tally, status.success()))
}

#[cfg(test)]
mod tests {
    use super::{chosen, targets};

    #[test]
    fn a_target_is_known_by_its_program() {
        let all = targets().expect("the folder can be read");
        assert!(all.contains(&"history".to_owned()), "{all:?}");
        assert_eq!(
            chosen(all.clone(), Some("row")).ok(),
            Some(vec!["row".to_owned()])
        );
        assert_eq!(chosen(all.clone(), None).ok(), Some(all.clone()));
        let fault = chosen(all, Some("rain")).expect_err("no such target");
        assert!(fault.to_string().contains("amount, "), "{fault}");
    }
}
