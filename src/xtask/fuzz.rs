//! `cargo xtask fuzz`: the search for bytes that break a promise, on the nightly compiler.

use std::fs;

use crate::fault::Fault;
use crate::tool::{Tool, number_of};
use crate::{call, show};

const TOOL: Tool = Tool {
    name: "cargo-fuzz",
    version: "0.13.2",
    why: "it builds the targets for libFuzzer",
};
/// Minutes for a target where the person does not say.
const MINUTES: u64 = 5;
/// Longest bytes that are tried.
const BYTES_MAX: u32 = 16 * 1024;

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
    need_nightly()?;
    TOOL.need()?;
    for target in targets {
        search(&target, &end)?;
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

fn need_nightly() -> Result<(), Fault> {
    let version = call::program("rustup")
        .args(["run", "nightly", "rustc", "--version"])
        .output();
    if version.is_ok_and(|output| output.status.success()) {
        return Ok(());
    }
    Err(Fault::ByHand(
        "The search needs the nightly compiler, for its counters of what the bytes reach. Install \
         it with `rustup toolchain install nightly --profile minimal`, then repeat this command. \
         The corpora are replayed on the stable compiler by `cargo xtask test`."
            .to_owned(),
    ))
}

/// What is found goes into the target folder: a seed that is worth keeping is copied by hand.
fn search(target: &str, end: &str) -> Result<(), Fault> {
    show::heading(&format!("{target}, {end}"));
    let found = call::target().join("fuzz/found").join(target);
    fs::create_dir_all(&found).map_err(Fault::file(&found))?;
    let mut fuzz = call::program("rustup");
    fuzz.args([
        "run",
        "nightly",
        "cargo",
        "fuzz",
        "run",
        "--fuzz-dir",
        "fuzz",
    ])
    .args(["--sanitizer", "none", "--target-dir"])
    .arg(call::target().join("fuzz"))
    .arg(target)
    .arg(&found)
    .arg(format!("fuzz/corpus/{target}"))
    .arg("--")
    .arg(end)
    .arg(format!("-max_len={BYTES_MAX}"))
    .args(["-timeout=20", "-print_final_stats=1"]);
    call::run(&mut fuzz).map_err(|fault| {
        Fault::ByHand(format!(
            "{fault} Bytes that break a promise lie in fuzz/artifacts/{target}: repair the cause \
             and keep them as a seed in fuzz/corpus/{target}."
        ))
    })
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
