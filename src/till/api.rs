//! Calls of the backend.

use futures::future::{Either, select};
use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use serde::de::DeserializeOwned;
use wire::{ChargeAsk, ChargeList, ChargeView, Problem};

use crate::flow::SendFault;

/// An answer that takes longer counts as lost, in milliseconds.
const PATIENCE_MS: u32 = 15_000;

/// What a call gives.
type Answer<T> = Result<T, SendFault>;

/// Asks for a charge. The same key twice is the same charge.
pub(crate) async fn charge(key: &str, ask: &ChargeAsk, lang: &str) -> Answer<Box<ChargeView>> {
    let request = with_words(Request::post("/api/v1/charges"), lang)
        .header("Idempotency-Key", key)
        .json(ask)
        .map_err(|_| SendFault::Lost)?;
    answer(request.send()).await
}

/// The charge of a key.
pub(crate) async fn look_up(key: &str, lang: &str) -> Answer<Box<ChargeView>> {
    answer(get(&format!("/api/v1/keys/{key}"), lang).send()).await
}

/// A charge by its id.
pub(crate) async fn look_at(charge: &str, lang: &str) -> Answer<Box<ChargeView>> {
    answer(get(&format!("/api/v1/charges/{charge}"), lang).send()).await
}

/// Asks for a charge to be reversed.
pub(crate) async fn cancel(charge: &str, lang: &str) -> Answer<Box<ChargeView>> {
    let path = format!("/api/v1/charges/{charge}/cancel");
    let request = with_words(Request::post(&path), lang)
        .header("Content-Type", "application/json")
        .body("{}")
        .map_err(|_| SendFault::Lost)?;
    answer(request.send()).await
}

/// The newest charges, before a given one.
pub(crate) async fn list(limit: u32, before: Option<&str>, lang: &str) -> Answer<ChargeList> {
    let before = before.map(|id| format!("&before={id}")).unwrap_or_default();
    answer(get(&format!("/api/v1/charges?limit={limit}{before}"), lang).send()).await
}

fn get(path: &str, lang: &str) -> RequestBuilder {
    with_words(Request::get(path), lang)
}

fn with_words(request: RequestBuilder, lang: &str) -> RequestBuilder {
    request.header("Accept-Language", lang)
}

async fn answer<T: DeserializeOwned>(
    sent: impl Future<Output = Result<Response, gloo_net::Error>>,
) -> Answer<T> {
    let read = async {
        let response = sent.await.map_err(|_| SendFault::Lost)?;
        if response.ok() {
            return response.json().await.map_err(|_| SendFault::Lost);
        }
        let problem: Problem = response.json().await.map_err(|_| SendFault::Lost)?;
        Err(SendFault::Problem(Box::new(problem)))
    };
    match select(Box::pin(read), TimeoutFuture::new(PATIENCE_MS)).await {
        Either::Left((read, _)) => read,
        Either::Right(((), _)) => Err(SendFault::Lost),
    }
}
