//! The named places at which the program can be ended, read off its sources.

use std::fs;
use std::path::{Path, PathBuf};

/// How a place is named in the sources.
const CALL: &str = "hit(\"";

/// Every name, as often as it is written, in alphabetical order.
///
/// # Panics
/// When the sources are not beside the tests.
pub(crate) fn written() -> Vec<String> {
    let mut names = Vec::new();
    for room in ["store", "server", "scantill"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../src")
            .join(room);
        for file in sources(&folder) {
            let text = fs::read_to_string(&file).expect("a source can be read");
            let calls = text.split(CALL).skip(1);
            names.extend(calls.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
    names.sort();
    names
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a room of the sources");
    let mut files = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

/// True for a place that is come to only while the program ends.
pub(crate) fn is_at_end(name: &str) -> bool {
    name.starts_with("stop-") || ["writer-ends", "loop-stops"].contains(&name)
}

/// True for a place that is come to only on a fresh home.
pub(crate) fn is_on_fresh_home(name: &str) -> bool {
    name.starts_with("migrate-")
}

#[test]
fn there_are_at_least_thirty_places_and_each_name_stands_once() {
    let names = written();
    let mut once = names.clone();
    once.dedup();
    assert_eq!(names, once, "a name stands twice");
    assert!(names.len() >= 30, "{} places", names.len());
}
