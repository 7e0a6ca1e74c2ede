//! What happened in the history of this thread, line by line, when somebody wants to read it.

use std::cell::RefCell;

thread_local! {
    static LINES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// From now on every line is kept; what was kept before is gone.
pub(crate) fn keep() {
    LINES.set(Some(Vec::new()));
}

/// The lines since [`keep`]; from now on none is kept.
pub(crate) fn take() -> Vec<String> {
    LINES.take().unwrap_or_default()
}

/// Adds a line, which is made only when it is kept.
pub(crate) fn note(line: impl FnOnce() -> String) {
    LINES.with_borrow_mut(|lines| {
        if let Some(lines) = lines {
            lines.push(line());
        }
    });
}
