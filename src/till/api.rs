//! Calls of the backend.

use futures::future::{Either, select};
use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use serde::de::DeserializeOwned;
use wire::{CatalogueView, ChargeAsk, ChargeList, ChargeView, ItemAsk, Problem};

use crate::flow::SendFault;

/// An answer that takes longer counts as lost, in milliseconds.
const PATIENCE_MS: u32 = 15_000;

/// It is what was known; told as JSON's `null`, and only to those who said what they know.
const NOT_MODIFIED: u16 = 304;

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

/// What the shop sells; `None` where it is what is known already, by its revision.
pub(crate) async fn catalogue(known: Option<u64>, lang: &str) -> Answer<Option<CatalogueView>> {
    let request = get("/api/v1/catalogue", lang);
    let request = match known {
        Some(revision) => request.header("If-None-Match", &format!("\"{revision}\"")),
        None => request,
    };
    answer(request.send()).await
}

/// Puts an item into the catalogue; the catalogue as it stands then.
pub(crate) async fn put_item(id: &str, item: &ItemAsk, lang: &str) -> Answer<CatalogueView> {
    let path = format!("/api/v1/catalogue/items/{id}");
    let request = with_words(Request::put(&path), lang)
        .json(item)
        .map_err(|_| SendFault::Lost)?;
    answer(request.send()).await
}

/// Takes an item out of the catalogue of that revision; the catalogue as it stands then.
pub(crate) async fn take_item(id: &str, revision: u64, lang: &str) -> Answer<CatalogueView> {
    let path = format!("/api/v1/catalogue/items/{id}?revision={revision}");
    answer(with_words(Request::delete(&path), lang).send()).await
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
        if response.status() == NOT_MODIFIED {
            return serde_json::from_str("null").map_err(|_| SendFault::Lost);
        }
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
