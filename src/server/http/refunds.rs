//! `/api/v1/charges/{id}/refunds`: money goes back, in part or whole.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use wire::{ChargeView, Problem, ProblemKind, RefundAsk};

use crate::app::App;
use crate::desk;
use crate::drive::{Answered, RefundDesk, Refused};
use crate::http::charges::{KEY_HEADER, not_understood, repeated, view_of};
use crate::http::told::{Told, charge_id, header};
use crate::problem::Trouble;
use crate::pump::Flight;

/// How often a request is judged afresh when the charge moved under it.
const TRIES_MAX: usize = 20;

/// Give money of a paid charge back to the customer.
///
/// Answered as soon as the intent is durable; the provider is asked until it answers, and what it
/// says comes by `/api/v1/events`. The same key with the same content asks once, however often it
/// is sent. All refunds that are asked for or given are never more than the payment.
#[utoipa::path(
    post, path = "/api/v1/charges/{id}/refunds", tag = "charges", request_body = RefundAsk,
    params(
        ("id" = String, Path, description = "The charge's id"),
        ("Idempotency-Key" = String, Header,
            description = "1 to 64 letters, digits, `-`, `_`; keep it before sending"),
    ),
    responses(
        (status = 201, description = "Asked for by this request", body = ChargeView),
        (status = 200, description = "Asked for by an earlier request with this key",
            body = ChargeView),
        (status = 400, description = "body-invalid, field-unknown, key-missing",
            body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "charge-absent",
            body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "not-paid, refund-over-rest (`rest_fen` says what is left), \
            refund-too-many, key-reused, charge-moved",
            body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "media-type",
            body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "amount-zero, amount-negative, amount-too-large, \
            name-invalid, reason-invalid",
            body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "too-busy: try again after Retry-After seconds",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "record-unwritable, record-unreadable, not-ready",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn ask(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Told<RefundAsk>, Trouble>,
) -> Result<Response, Trouble> {
    let key = header(&headers, KEY_HEADER);
    let ask = match understood(key, &id, body, &app.secret) {
        Ok(ask) => ask,
        Err(trouble) => return Err(not_understood(&app, key, trouble).await),
    };
    let flight = app.pump.begin(&ask.key);
    let answered = match try_refund(&app, &flight, &ask).await? {
        Ok(answered) => answered,
        Err(refused) => repeated(&app, (ask.key, ask.fingerprint), refused).await?,
    };
    let status = if answered.is_fresh {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let view: ChargeView = view_of(&app, answered).await?;
    Ok((status, Json(view)).into_response())
}

fn understood(
    key: Option<&str>,
    id: &str,
    body: Result<Told<RefundAsk>, Trouble>,
    secret: &[u8; 32],
) -> Result<RefundDesk, Trouble> {
    let Told(ask) = body?;
    Ok(desk::check_refund(key, charge_id(id)?, &ask, secret)?)
}

/// Judged against the record as it is now; should the charge move meanwhile, once more.
async fn try_refund(
    app: &App,
    flight: &Flight,
    ask: &RefundDesk,
) -> Result<Result<Answered, Refused>, Trouble> {
    let mut tries = 0;
    loop {
        let history = app.archive.history(ask.charge).await?;
        if history.is_empty() {
            return Err(Trouble::of(ProblemKind::ChargeAbsent));
        }
        let ask = RefundDesk {
            history,
            ..ask.clone()
        };
        tries += 1;
        match app.pump.refund(flight, ask).await {
            Err(refused) if refused.kind == ProblemKind::ChargeMoved && tries < TRIES_MAX => {}
            answer => return Ok(answer),
        }
    }
}
