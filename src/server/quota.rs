//! Bounds on everything that comes in: sizes, times and numbers.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use wire::ProblemKind;

use crate::problem::Trouble;

/// The most that a request's body may have.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// The most that an address with its query may have.
pub const ADDRESS_BYTES_MAX: usize = 2_048;
/// How long a request may take until its answer begins; a durable intent takes milliseconds.
pub const ANSWER_WAIT: Duration = Duration::from_secs(15);
/// How long a connection may take to say what it wants, from its opening or its last answer.
pub const HEAD_WAIT: Duration = Duration::from_secs(30);
/// Connections at once; more wait outside until one ends. A process may usually have 1,024 files
/// open: the record and the provider must find theirs however many screens there are.
pub const CONNECTIONS_MAX: usize = 800;
/// Requests that wait for the loop; more are told to come again.
pub const WISHES_MAX: usize = 256;
/// Charges that are open at once.
pub const OPEN_MAX: usize = 10_000;
/// Event streams at once; each holds a connection for as long as its page is open.
pub const STREAMS_MAX: usize = 600;
/// News that a slow stream may be behind before it is brought up to date in one go.
pub const NEWS_MAX: usize = 1_024;
/// The most that a provider's answer may have.
pub const REPLY_BYTES_MAX: usize = 256 * 1024;
/// Charges in one page of the list.
pub const LIST_MAX: u32 = 200;
/// Charges in one page of the list where the page does not say.
pub const LIST_USUAL: u32 = 50;

/// Refuses addresses that are too long and answers requests that take too long. Such a request may
/// still become a charge, so the words are those of a defect: look before charging again.
pub async fn bound(request: Request, next: Next) -> Response {
    let uri = request.uri();
    let length = uri.path().len() + uri.query().map_or(0, str::len);
    if length > ADDRESS_BYTES_MAX {
        return Trouble::of(ProblemKind::NotFound).into_response();
    }
    let answer = tokio::time::timeout(ANSWER_WAIT, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        tracing::error!(
            wait.max_ms = ANSWER_WAIT.as_millis(),
            "a request took too long"
        );
        Trouble::of(ProblemKind::Defect).into_response()
    })
}
