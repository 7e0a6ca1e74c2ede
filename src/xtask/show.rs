//! The only place that prints: this room talks to a person at a terminal.

use std::io::{self, Write};
use std::time::Duration;

/// Prints one line. A reader that went away (`| head`) is no reason to stop.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// Prints the heading of a step, so that a long log can be searched.
pub(crate) fn heading(text: &str) {
    line(&format!("\n── {text} ──"));
}

/// A duration as people say it: `2 min 05 s`, `0.4 s`.
pub(crate) fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole >= 60 {
        format!("{} min {:02} s", whole / 60, whole % 60)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}
