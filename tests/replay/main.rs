//! The corpora of the fuzz targets and changed copies of them, fed on the stable compiler: what the
//! search once found stays found, and each run looks around a little.

#[path = "../../fuzz/lib.rs"]
pub mod fuzz;
mod spoil;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use fuzz::{TARGETS, Target};
use spoil::Spoiler;

/// All seeds of one target together.
const CORPUS_BYTES_MAX: usize = 100_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

/// The seeds of a target, in the order of their names.
fn corpus(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = folder().join("corpus").join(name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let bytes = fs::read(path).expect("a seed can be read");
        (path.display().to_string(), bytes)
    };
    paths.iter().map(read).collect()
}

/// Feeds bytes; a broken promise names the target and the bytes.
fn feed(target: Target, what: &str, bytes: &[u8]) {
    let fed = std::panic::catch_unwind(|| (target.feed)(bytes));
    assert!(
        fed.is_ok(),
        "{}: {what} breaks a promise; the bytes: {}",
        target.name,
        bytes.escape_ascii()
    );
}

fn replay(target: Target) {
    let seeds = corpus(target.name);
    for (name, bytes) in &seeds {
        feed(target, name, bytes);
    }
    let bodies: Vec<&[u8]> = seeds.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    let mut spoiler = Spoiler::of(target.name);
    for number in 0..target.copies {
        let bytes = spoiler.copy(&bodies);
        feed(target, &format!("changed copy {number}"), &bytes);
    }
}

#[test]
fn every_seed_and_every_changed_copy_keeps_the_promises() {
    // A thread each: on two processors the long ones run beside the others.
    thread::scope(|scope| {
        let running = TARGETS.map(|target| (target.name, scope.spawn(move || replay(target))));
        for (name, thread) in running {
            assert!(thread.join().is_ok(), "{name}: its words stand above");
        }
    });
}

#[test]
fn every_target_has_a_small_corpus_and_a_program_for_the_search() {
    for target in TARGETS {
        let seeds = corpus(target.name);
        assert!(
            seeds.len() >= 3,
            "{} has {} seeds",
            target.name,
            seeds.len()
        );
        let total: usize = seeds.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(
            total <= CORPUS_BYTES_MAX,
            "{} has {total} bytes",
            target.name
        );
        let program = folder()
            .join("fuzz_targets")
            .join(target.name)
            .with_extension("rs");
        let text = fs::read_to_string(program).expect("a program for the search");
        assert!(text.contains(&format!("fuzz::feed(\"{}\", bytes)", target.name)));
        fuzz::feed(target.name, b"");
    }
}
