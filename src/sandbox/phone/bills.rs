//! Bills before their time: tests cannot wait for the next morning.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::routing::put;
use serde::Deserialize;

use super::{Problem, problem};
use crate::serve::Sandbox;

/// The routes of bills.
pub(super) fn routes() -> Router<Sandbox> {
    Router::new().route("/api/bills", put(set))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bills {
    early: bool,
}

async fn set(
    State(sandbox): State<Sandbox>,
    body: Result<Json<Bills>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let Json(bills) = body.map_err(|fault| problem(fault.status(), &fault.body_text()))?;
    sandbox.with_stage(|stage| stage.are_bills_early = bills.early);
    Ok(StatusCode::NO_CONTENT)
}
