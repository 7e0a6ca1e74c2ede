//! The one way to start a task: under a name, and a defect in it is heard of.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Starts a task. Its panic becomes a line in the log and `None` for whoever waits.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that the ban names"
)]
pub fn spawn<F>(name: &'static str, task: F) -> JoinHandle<Option<F::Output>>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    tokio::spawn(async move {
        let end = AssertUnwindSafe(task).catch_unwind().await;
        if end.is_err() {
            tracing::error!(task.name = name, "a task stopped by a defect");
        }
        end.ok()
    })
}

/// Carries out what may fail without harm, such as a line in the log: its panic ends here, so that
/// what stands behind it is done all the same.
pub fn aside(note: impl FnOnce()) {
    // The panic itself was reported when it was raised.
    let _ = std::panic::catch_unwind(AssertUnwindSafe(note));
}

/// Ends when the program is to end.
pub async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|is_stopping| *is_stopping).await;
}

#[cfg(test)]
mod tests {
    use super::aside;

    #[test]
    fn a_defect_in_a_note_harms_nothing_behind_it() {
        let mut is_written = false;
        aside(|| panic!("a log that cannot be written"));
        aside(|| is_written = true);
        assert!(is_written);
    }
}
