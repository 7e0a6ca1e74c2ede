//! `/notify/alipay`: what Alipay posts by itself when an order changes.
//!
//! Anybody can reach this address. What is not signed by Alipay for this account changes nothing;
//! what is, is taken like the answer to a question. Alipay is told `success` only when what it told
//! is durable, and tells again otherwise.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use ledger::Event;
use money::{ChargeId, OrderNo};
use provider::{Distrust, NOTICE_TAKEN, Notice};

use crate::app::App;

/// Anything but the word that Alipay wants.
const NOT_TAKEN: &str = "failure";

/// Alipay tells that an order changed.
///
/// Answered with `success`, as plain text, when what it tells is durable, and with `failure`
/// otherwise: then Alipay tells again.
#[utoipa::path(
    post, path = "/notify/alipay", tag = "notices",
    request_body(content = String, content_type = "application/x-www-form-urlencoded",
        description = "Alipay's signed form"),
    responses((status = 200, description = "`success` or `failure`", body = String))
)]
pub(crate) async fn alipay(State(app): State<Arc<App>>, body: Bytes) -> Response {
    let word = if take(&app, &body).await {
        NOTICE_TAKEN
    } else {
        NOT_TAKEN
    };
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], word).into_response()
}

async fn take(app: &App, body: &[u8]) -> bool {
    let notice = match app.line.notice(body) {
        Ok(notice) => notice,
        Err(distrust) => {
            log(distrust);
            return false;
        }
    };
    let Some((charge, history)) = find(app, &notice).await else {
        return false;
    };
    let answer = app.pump.notice(charge, Box::new(notice), history).await;
    answer.is_ok()
}

/// The charge that it is about, as the record has it.
async fn find(app: &App, notice: &Notice) -> Option<(ChargeId, Vec<Event>)> {
    let charge = charge_of(&notice.order);
    let history = match charge {
        Some(charge) => app.archive.history(charge).await.ok()?,
        None => Vec::new(),
    };
    if history.is_empty() {
        if let Some(charge) = charge {
            let what = "Alipay tells of an order that the record does not know";
            app.pulse.note_alarm(charge, what);
        }
        tracing::error!(
            order.no = notice.order.as_str(),
            "a notice needs a person: Alipay tells of an order that this record does not know"
        );
    }
    charge
        .filter(|_| !history.is_empty())
        .map(|one| (one, history))
}

fn charge_of(order: &OrderNo) -> Option<ChargeId> {
    let charge = ChargeId::parse(order.as_str().get(1..)?).ok()?;
    (charge.order_no() == *order).then_some(charge)
}

/// What Alipay did not sign is noise of the internet; what it signed for others is a mistake in the
/// settings, or somebody's try.
fn log(distrust: Distrust) {
    match distrust {
        Distrust::TooLong
        | Distrust::NotAForm
        | Distrust::NotUtf8
        | Distrust::Unsigned
        | Distrust::SignType
        | Distrust::Unverified => {
            tracing::warn!(notice.fault = %distrust, "a notice was refused");
        }
        Distrust::Certificate
        | Distrust::OtherApp
        | Distrust::OtherSeller
        | Distrust::OtherKind
        | Distrust::NoId
        | Distrust::OtherOrder
        | Distrust::BadAmount
        | Distrust::NoTradeNo
        | Distrust::Status => {
            tracing::error!(notice.fault = %distrust, "a notice needs a person: it was refused");
        }
    }
}
