//! `scantill decode`: what a program that calls it can rely on.

use std::path::{Path, PathBuf};

use serde_json::Value;

fn photograph(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("frames/photographs")
        .join(name)
}

/// Status and lines of `scantill decode` on these files.
fn decode(files: &[&Path]) -> (Option<i32>, Vec<Value>) {
    let paths: Vec<String> = files
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let mut words = vec!["decode"];
    words.extend(paths.iter().map(String::as_str));
    let ended = tests::program::run(&words);
    let line = |text: &str| serde_json::from_str(text).expect("a line of JSON");
    (ended.status.code(), ended.said.lines().map(line).collect())
}

#[test]
fn each_picture_is_a_line_and_the_status_tells_the_worst() {
    let readable = photograph("qrcode-5/14.webp");
    let text = std::fs::read_to_string(readable.with_extension("txt")).expect("its text");
    let (status, lines) = decode(&[&readable]);
    assert_eq!((status, lines.len()), (Some(0), 1));
    assert_eq!(lines[0]["path"], readable.display().to_string());
    assert_eq!(lines[0]["text"], text);
    assert_eq!(lines[0]["kind"], "qr");
    assert_eq!(lines[0]["corners"].as_array().map(Vec::len), Some(4));
    assert!(lines[0]["ms"].as_f64().is_some_and(|ms| ms > 0.0));

    let empty = photograph("falsepositives-1/01.webp");
    let (status, lines) = decode(&[&readable, &empty]);
    assert_eq!((status, lines.len()), (Some(3), 2));
    assert!(lines[1]["failure"].is_string() && lines[1].get("text").is_none());

    let (words, absent) = (photograph("README.md"), photograph("absent.png"));
    let (status, lines) = decode(&[&words, &empty, &absent, &readable]);
    assert_eq!((status, lines.len()), (Some(1), 4));
    assert_eq!(lines[0]["failure"], "foreign");
    assert_eq!(lines[2]["failure"], "unreadable");
    assert!(
        lines[2]["why"]
            .as_str()
            .is_some_and(|why| why.contains("absent.png"))
    );
    assert_eq!(lines[3]["text"], text);
}

#[test]
fn the_help_tells_what_the_status_means() {
    let help = tests::program::run(&["decode", "--help"]);
    assert!(help.status.success());
    assert!(help.said.contains("Exit status"), "{}", help.said);
    let none = tests::program::run(&["decode"]);
    assert_eq!(none.status.code(), Some(2), "{}", none.said);
}
