//! `cargo xtask tidy`: the rules of the house that no compiler knows.

pub(crate) mod arrows;
mod docs;
pub(crate) mod pages;
mod sizes;
mod source;
mod words;

use crate::fault::Fault;
use crate::{call, show};

/// One broken rule at one place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    place: String,
    /// Counted from 1; 0 is the file as a whole.
    line: usize,
    words: String,
}

impl Finding {
    fn new(place: &str, line: usize, words: String) -> Self {
        Self {
            place: place.to_owned(),
            line,
            words,
        }
    }
}

/// Checks everything and prints every finding.
pub(crate) fn run() -> Result<(), Fault> {
    let root = call::root();
    let (sources, mut findings) = source::all(&root)?;
    for source in &sources {
        findings.extend(docs::check(source));
        findings.extend(sizes::check(source));
        findings.extend(words::check(source));
    }
    findings.extend(sizes::check_rooms(&sources));
    findings.extend(sizes::check_blobs(&root)?);
    findings.extend(arrows::check(&root)?);
    findings.extend(pages::check(&root)?);
    findings.extend(pages::check_sizes()?);
    for Finding { place, line, words } in &findings {
        show::line(&format!("{place}:{line}: {words}"));
    }
    if !findings.is_empty() {
        return Err(Fault::Untidy(findings.len()));
    }
    show::line(&format!(
        "{} files follow the rules of the house.",
        sources.len()
    ));
    Ok(())
}
