//! What a merchant does at the bank itself, past its own program, and the bank's clock.

use axum::Json;
use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use money::{Amount, OrderNo};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, order_view, problem};
use crate::bank::{Demand, RefundWhy};
use crate::serve::Sandbox;

/// The bank's clock can be set off by so much at most: a little more than the year in which a
/// payment can be refunded.
const AHEAD_MS_MAX: i64 = 400 * 86_400_000;

/// The routes of the console.
pub(super) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/api/orders/{order_no}/give-back", post(give_back))
        .route("/api/clock", get(clock).put(set_clock))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GiveBack {
    amount_fen: Option<i64>,
}

/// Gives back a part of a payment, or what is left of it, under a number of the bank's own.
async fn give_back(
    State(sandbox): State<Sandbox>,
    Path(number): Path<String>,
    body: Result<Json<GiveBack>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(ask) = body.map_err(|fault| problem(fault.status(), &fault.body_text()))?;
    let now = sandbox.now();
    let missing = || problem(StatusCode::NOT_FOUND, "the bank knows no such order");
    let order = OrderNo::parse(&number).map_err(|_| missing())?;
    sandbox.with_stage(|stage| {
        let found = stage.bank.query(&order, now).ok_or_else(missing)?;
        let amount = match ask.amount_fen {
            Some(fen) => Amount::from_fen(fen).unwrap_or(Amount::ZERO),
            None => found.held(),
        };
        let demand = Demand {
            order: order.clone(),
            number: format!("console-{}", found.refunds().len() + 1),
            amount,
            reason: None,
        };
        let refuse = |why| problem(StatusCode::CONFLICT, sentence(why));
        stage.bank.refund(&demand, now).map_err(refuse)?;
        stage.write_letters(now);
        let order = stage.bank.query(&order, now).map(order_view);
        order.map(Json).ok_or_else(missing)
    })
}

const fn sentence(why: RefundWhy) -> &'static str {
    match why {
        RefundWhy::NoOrder => "the bank knows no such order",
        RefundWhy::NotPaid => "the order is not paid",
        RefundWhy::Closed => "the order is closed: nothing is left to give back",
        RefundWhy::TooMuch => "amount_fen: from 1 to what is left of the payment",
        RefundWhy::OtherAmount => "the number was used for another sum",
        RefundWhy::TooLate => "the payment is too old",
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    ahead_ms: i64,
}

async fn clock(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({ "now_ms": sandbox.now().ms(), "ahead_ms": sandbox.ahead_ms() }))
}

async fn set_clock(
    State(sandbox): State<Sandbox>,
    body: Result<Json<Clock>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let Json(clock) = body.map_err(|fault| problem(fault.status(), &fault.body_text()))?;
    if clock
        .ahead_ms
        .checked_abs()
        .is_none_or(|ms| ms > AHEAD_MS_MAX)
    {
        let sentence = format!("ahead_ms: {AHEAD_MS_MAX} at most, or as much below zero");
        return Err(problem(StatusCode::UNPROCESSABLE_ENTITY, &sentence));
    }
    sandbox.set_ahead(clock.ahead_ms);
    Ok(StatusCode::NO_CONTENT)
}
