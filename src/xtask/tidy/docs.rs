//! Every file says in its first line what it is there for.

use super::Finding;
use super::source::Source;

/// Checks the first line.
pub(super) fn check(source: &Source) -> Option<Finding> {
    let first = source.text.lines().next().unwrap_or_default();
    let has_words = first
        .strip_prefix("//! ")
        .is_some_and(|words| words.trim().len() > 3);
    let words = || "the first line is no module doc (`//! …`)".to_owned();
    (!has_words).then(|| Finding::new(&source.place, 1, words()))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::source::Source;

    fn is_found(text: &str) -> bool {
        check(&Source::read("src/till/a.rs", text).expect("the text is Rust")).is_some()
    }

    #[test]
    fn a_file_without_module_doc_in_line_1_is_found() {
        assert!(is_found(""));
        assert!(is_found("fn f() {}"));
        assert!(is_found("\n//! Late."));
        assert!(is_found("//!\n//! Empty first."));
        assert!(!is_found("//! The keypad."));
    }
}
