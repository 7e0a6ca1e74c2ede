//! Waiting for a condition instead of for a time.

use std::future::Future;
use std::time::{Duration, Instant};

/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// How long anything may take that takes a moment on an idle machine. Generous: a busy machine
/// must not fail a test, and a test that passes never waits for it.
pub const LONG: Duration = Duration::from_mins(1);

/// Longer than the rhythm after which an unpaid charge is reversed: a minute until the decision,
/// another half until the code is certainly dead, and the pauses between asks; two minutes and one
/// for a code on our own screen.
pub const REVERSAL: Duration = Duration::from_mins(5);

/// Looks until `look` gives something, and fails with `what` after [`LONG`].
pub async fn until<T, F>(what: &str, look: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    until_within(LONG, what, look).await
}

/// Looks until `look` gives something, and fails with `what` after `limit`.
///
/// # Panics
/// When the time is over.
pub async fn until_within<T, F>(limit: Duration, what: &str, mut look: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let start = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(start.elapsed() < limit, "after {limit:?} still not: {what}");
        tokio::time::sleep(LOOK).await;
    }
}

/// Lets time pass where the test is about nothing happening meanwhile.
pub async fn let_pass(span: Duration) {
    tokio::time::sleep(span).await;
}
