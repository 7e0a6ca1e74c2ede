//! The letters over the API: listed, and sent without waiting for their time.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::routing::{get, post};
use money::OrderNo;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, problem};
use crate::notice::{Choice, Letter, Spoil};
use crate::serve::{Sandbox, Way};

/// How often one request may send a letter.
const TIMES_MAX: u32 = 100;

/// The routes of notices.
pub(super) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/api/notices", get(notices))
        .route("/api/notices/send", post(send))
}

fn view(letter: &Letter) -> Value {
    json!({
        "notify_id": letter.id,
        "order_no": letter.order.as_str(),
        "url": letter.url,
        "tries": letter.tries,
        "taken": letter.is_taken,
        "due_ms": letter.due_at.map(money::Stamp::ms),
        "said": letter.said,
    })
}

async fn notices(State(sandbox): State<Sandbox>) -> Json<Vec<Value>> {
    let now = sandbox.now();
    Json(sandbox.with_stage(|stage| {
        stage.bank.expire(now);
        stage.write_letters(now);
        stage.outbox.letters().map(view).collect()
    }))
}

/// What is to be sent: everything that waits, or the last letter of one order however it stands;
/// where the merchant asked for it, or to another address of the merchant's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SendAsk {
    order_no: Option<String>,
    times: Option<u32>,
    what: Option<String>,
    url: Option<String>,
}

impl SendAsk {
    fn choice(&self) -> Result<Choice, Problem> {
        let Some(number) = self.order_no.as_deref() else {
            return Ok(Choice::Pending);
        };
        OrderNo::parse(number).map(Choice::Again).map_err(|_| {
            let sentence = "order_no: an order's number, or nothing for all that waits";
            problem(StatusCode::UNPROCESSABLE_ENTITY, sentence)
        })
    }

    fn spoil(&self) -> Result<Option<Spoil>, Problem> {
        let Some(what) = self.what.as_deref() else {
            return Ok(None);
        };
        let found = Spoil::ALL.into_iter().find(|one| one.as_str() == what);
        let names = Spoil::ALL.map(Spoil::as_str).join(", ");
        found.map(Some).ok_or_else(|| {
            let sentence = format!("what: {names}, or nothing for a right one");
            problem(StatusCode::UNPROCESSABLE_ENTITY, &sentence)
        })
    }
}

impl SendAsk {
    fn elsewhere(&self) -> Result<Option<&str>, Problem> {
        match self.url.as_deref() {
            Some(url) if !url.starts_with("http://") && !url.starts_with("https://") => {
                let sentence = "url: an address that begins with http, or nothing";
                Err(problem(StatusCode::UNPROCESSABLE_ENTITY, sentence))
            }
            url => Ok(url),
        }
    }
}

async fn send(
    State(sandbox): State<Sandbox>,
    body: Result<Json<SendAsk>, JsonRejection>,
) -> Result<Json<Vec<Value>>, Problem> {
    let Json(ask) = body.map_err(|fault| problem(fault.status(), &fault.body_text()))?;
    let way = Way {
        spoil: ask.spoil()?,
        elsewhere: ask.elsewhere()?,
    };
    let choice = ask.choice()?;
    let mut sent = Vec::new();
    for _ in 0..ask.times.unwrap_or(1).min(TIMES_MAX) {
        let posted = sandbox.send_letters(&choice, &way).await;
        sent.extend(
            posted
                .into_iter()
                .map(|one| json!({ "notify_id": one.id, "taken": one.is_taken, "said": one.said })),
        );
    }
    Ok(Json(sent))
}
