//! `/api/v1/instalments`: by which plans of 花呗分期 a sum can be paid here.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use wire::{InstalmentsOffer, Problem};

use crate::app::App;
use crate::desk;
use crate::http::told::trouble_of;
use crate::problem::Trouble;

/// Which sum it is about.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OfferAsk {
    /// What is to be taken, in fen.
    amount_fen: i64,
}

/// The plans of 花呗分期 that this shop offers for a sum, each with its fee and what the customer
/// pays a month.
///
/// Nothing is charged or kept. The fees are estimates by the rates of the shop's contract, rounded
/// up; the wallet shows the customer what counts.
#[utoipa::path(
    get, path = "/api/v1/instalments", tag = "charges", params(OfferAsk),
    responses(
        (status = 200, description = "What is offered; no plans for a sum that is too small",
            body = InstalmentsOffer),
        (status = 400, description = "body-invalid, field-unknown: the query has another form",
            body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "amount-zero, amount-negative, amount-too-large",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    query: Result<Query<OfferAsk>, QueryRejection>,
) -> Result<Json<InstalmentsOffer>, Trouble> {
    let Query(ask) = query.map_err(|error| trouble_of(&error.body_text()))?;
    Ok(Json(desk::offer(ask.amount_fen, &app.shop.limits)?))
}
