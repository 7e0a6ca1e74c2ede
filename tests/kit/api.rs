//! The till's HTTP interface as a page would use it, and as a page never would.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use wire::{ChargeList, ChargeView, StateName};

use crate::patience;

/// A client of one backend.
#[derive(Clone, Debug)]
pub struct Api {
    base: String,
    client: Client,
}

/// One answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body's bytes as text.
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|fault| panic!("{} {fault}: {}", self.status, self.text))
    }

    /// The body as a charge.
    ///
    /// # Panics
    /// When it is none.
    pub fn charge(&self) -> ChargeView {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|fault| panic!("{} {fault}: {}", self.status, self.text))
    }

    /// One header's value, empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The name of the problem, empty when it is none.
    pub fn problem(&self) -> String {
        let body: Value = serde_json::from_str(&self.text).unwrap_or_default();
        let kind = body["type"].as_str().unwrap_or_default();
        kind.strip_prefix("urn:scantill:problem:")
            .unwrap_or_default()
            .to_owned()
    }
}

/// What a till asks for, as JSON, so that a test can spoil it.
pub fn ask(sale: &str, amount_fen: i64, code: &str) -> Value {
    json!({
        "sale": sale, "amount_fen": amount_fen, "code": code,
        "device": "till-1", "source": "typed",
    })
}

/// What a till asks for that shows a code itself.
pub fn ask_to_show(sale: &str, amount_fen: i64) -> Value {
    json!({
        "sale": sale, "amount_fen": amount_fen, "way": "shown", "provider": "alipay",
        "device": "till-1",
    })
}

impl Api {
    /// The backend at `base`. Every request has a connection of its own: one that is kept may be
    /// closed by the other side just when it is used again.
    ///
    /// # Panics
    /// When the client cannot be made.
    pub fn at(base: &str) -> Self {
        let client = Client::builder().pool_max_idle_per_host(0).build();
        Self {
            base: base.to_owned(),
            client: client.expect("a plain client can be made"),
        }
    }

    /// The full address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A request to build upon.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, self.url(path))
            .timeout(Duration::from_mins(1))
    }

    /// Sends a request and reads the answer.
    ///
    /// # Panics
    /// When nothing answers.
    pub async fn send(request: RequestBuilder) -> Answer {
        Self::try_send(request).await.expect("the backend answers")
    }

    /// Sends a request that may find nobody.
    ///
    /// # Errors
    /// When the connection fails.
    pub async fn try_send(request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let text = answer.text().await?;
        Ok(Answer {
            status,
            headers,
            text,
        })
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        Self::send(self.request(Method::GET, path)).await
    }

    /// Asks for a charge under this key.
    pub async fn post(&self, key: &str, ask: &Value) -> Answer {
        Self::send(self.post_request(key, ask)).await
    }

    /// The request of [`Api::post`], not sent yet.
    pub fn post_request(&self, key: &str, ask: &Value) -> RequestBuilder {
        self.request(Method::POST, "/api/v1/charges")
            .header("Idempotency-Key", key)
            .json(ask)
    }

    /// Opens a charge that must be accepted.
    ///
    /// # Panics
    /// When it is not.
    pub async fn open(&self, key: &str, amount_fen: i64, code: &str) -> ChargeView {
        let answer = self.post(key, &ask(key, amount_fen, code)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.charge()
    }

    /// Opens a charge by a code on the screen, and waits until it is there.
    ///
    /// # Panics
    /// When it is not accepted.
    pub async fn show(&self, key: &str, amount_fen: i64) -> (ChargeView, String) {
        let answer = self.post(key, &ask_to_show(key, amount_fen)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let waiting = self.until(&answer.charge().id, StateName::Waiting).await;
        let code = waiting.show.clone().expect("a code to show");
        (waiting, code)
    }

    /// One charge.
    pub async fn charge(&self, id: &str) -> ChargeView {
        self.get(&format!("/api/v1/charges/{id}")).await.charge()
    }

    /// Puts an item of that name and price into the catalogue as it stands.
    ///
    /// # Panics
    /// When it is not taken.
    pub async fn put_item(&self, id: &str, name: &str, price_fen: i64) {
        let item = json!({"name": name, "price_fen": price_fen});
        self.put_item_as(id, item).await;
    }

    /// Puts an item, told without its revision, into the catalogue as it stands.
    ///
    /// # Panics
    /// When it is not taken.
    pub async fn put_item_as(&self, id: &str, mut item: Value) {
        item["revision"] = self.get("/api/v1/catalogue").await.json()["revision"].clone();
        let path = format!("/api/v1/catalogue/items/{id}");
        let answer = Self::send(self.request(Method::PUT, &path).json(&item)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// Takes an item out of the catalogue as it stands.
    ///
    /// # Panics
    /// When it is not there.
    pub async fn take_item(&self, id: &str) {
        let held = self.get("/api/v1/catalogue").await.json();
        let path = format!("/api/v1/catalogue/items/{id}?revision={}", held["revision"]);
        let answer = Self::send(self.request(Method::DELETE, &path)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// The cashier's cancel.
    pub async fn cancel(&self, id: &str) -> Answer {
        Self::send(self.cancel_request(id)).await
    }

    /// The request of [`Api::cancel`], not sent yet.
    pub fn cancel_request(&self, id: &str) -> RequestBuilder {
        let path = format!("/api/v1/charges/{id}/cancel");
        self.request(Method::POST, &path).json(&json!({}))
    }

    /// The newest charges.
    ///
    /// # Panics
    /// When the answer is no list.
    pub async fn list(&self, query: &str) -> ChargeList {
        let answer = self.get(&format!("/api/v1/charges{query}")).await;
        serde_json::from_str(&answer.text)
            .unwrap_or_else(|fault| panic!("{} {fault}: {}", answer.status, answer.text))
    }

    /// Waits until the charge is in this state.
    pub async fn until(&self, id: &str, state: StateName) -> ChargeView {
        self.until_within(patience::LONG, id, state).await
    }

    /// Waits, for at most `limit`, until the charge is in this state.
    ///
    /// # Panics
    /// When it reaches another end, or the time is over.
    pub async fn until_within(&self, limit: Duration, id: &str, state: StateName) -> ChargeView {
        let what = format!("charge {id} is {state:?}");
        patience::until_within(limit, &what, async || {
            let charge = self.charge(id).await;
            let is_elsewhere = charge.state.is_end() && charge.state != state;
            assert!(!is_elsewhere, "it is {:?}: {charge:#?}", charge.state);
            (charge.state == state).then_some(charge)
        })
        .await
    }
}
