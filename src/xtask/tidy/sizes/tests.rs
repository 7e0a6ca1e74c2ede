//! Each size can fail, and what is just within it does not.

use super::{FILE_MAX, blob, check, check_rooms};
use crate::tidy::source::Source;

fn source(place: &str, text: &str) -> Source {
    Source::read(place, text).expect("the text is Rust")
}

fn words(place: &str, text: &str) -> Vec<String> {
    check(&source(place, text))
        .into_iter()
        .map(|finding| finding.words)
        .collect()
}

/// A function with so many lines, its first and last included.
fn function(lines: usize) -> String {
    format!("fn long() {{\n{}}}\n", "    go();\n".repeat(lines - 2))
}

#[test]
fn a_function_over_70_lines_is_found() {
    assert!(words("src/money/a.rs", &function(70)).is_empty());
    let found = words("src/money/a.rs", &function(71));
    assert_eq!(found, ["71 lines in `long`; the limit is 70"]);
}

#[test]
fn a_method_is_measured_like_a_function() {
    let text = format!("impl Till {{\n{}}}\n", function(71));
    assert_eq!(
        words("src/till/a.rs", &text),
        ["71 lines in `long`; the limit is 70"]
    );
}

#[test]
fn a_test_has_100_lines() {
    for text in [
        format!("#[test]\n{}", function(101)),
        format!("#[tokio::test]\nasync {}", function(101)),
        format!("#[cfg(test)]\nmod tests {{\n{}}}\n", function(101)),
    ] {
        assert_eq!(
            words("src/money/a.rs", &text),
            ["101 lines in `long`; the limit is 100"]
        );
    }
    assert!(words("src/money/a/tests.rs", &function(100)).is_empty());
}

#[test]
fn a_file_over_600_lines_is_found_and_a_test_file_over_1000() {
    let text = "//! A\n".repeat(FILE_MAX + 1);
    assert_eq!(
        words("src/money/a.rs", &text),
        ["601 lines in a file; the limit is 600"]
    );
    assert!(words("tests/api/charges.rs", &text).is_empty());
    let text = "//! A\n".repeat(1_001);
    assert_eq!(
        words("tests/api/charges.rs", &text),
        ["1001 lines in a file; the limit is 1000"]
    );
}

#[test]
fn a_line_over_100_characters_is_found_and_characters_are_not_bytes() {
    assert!(words("src/say/zh.rs", &format!("// {}\n", "收".repeat(97))).is_empty());
    let found = words("src/say/zh.rs", &format!("// {}\n", "收".repeat(98)));
    assert_eq!(found, ["101 characters in a line; the limit is 100"]);
}

#[test]
fn a_seventh_parameter_is_found() {
    let text = "fn f(a: A, b: A, c: A, d: A, e: A, f: A, g: A) {}";
    assert_eq!(
        words("src/money/a.rs", text),
        ["7 parameters of `f`; at most 6"]
    );
}

#[test]
fn a_fifth_level_is_found_once_and_else_if_is_no_level() {
    let deep =
        "fn f() { for a in b { if c { match d { _ => { loop { while e { if g {} } } } } } } }";
    assert_eq!(
        words("src/money/a.rs", deep),
        ["branches and loops lie more than 4 deep"]
    );
    let flat = "fn f() { if a {} else if b {} else if c {} else if d {} else if e {} else {} }";
    assert!(words("src/money/a.rs", flat).is_empty());
}

#[test]
fn a_room_a_quarter_over_its_aim_is_found() {
    let text = "//! A\n".repeat(750);
    let eye = |place: &str| source(place, &text);
    let with_tests = format!(
        "//! A\n#[cfg(test)]\nmod tests {{\n{}}}\n",
        "// a\n".repeat(900)
    );
    assert!(check_rooms(&[source("src/eye/a.rs", &with_tests)]).is_empty());
    assert!(check_rooms(&[eye("src/eye/a.rs"), eye("src/eye/tests.rs")]).is_empty());
    let found = check_rooms(&[eye("src/eye/a.rs"), source("src/eye/b.rs", "//! B\n")]);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].words,
        "751 lines in the room; it aims at 600 and ends at 750"
    );
}

#[test]
fn a_tracked_file_over_a_megabyte_is_found() {
    assert!(blob("style/logo.svg", 1_000_000).is_none());
    assert!(blob("style/film.mp4", 1_000_001).is_some());
}
