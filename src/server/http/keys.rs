//! `/api/v1/keys/{key}`: which charge a key opened, so that a page finds its charge again.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use wire::{ChargeView, Problem, ProblemKind};

use crate::app::App;
use crate::desk;
use crate::problem::Trouble;

/// The charge that this idempotency key opened.
#[utoipa::path(
    get, path = "/api/v1/keys/{key}", tag = "charges",
    params(("key" = String, Path, description = "The Idempotency-Key of the first request")),
    responses(
        (status = 200, description = "As it stands", body = ChargeView),
        (status = 404, description = "charge-absent: the key opened nothing",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
) -> Result<Json<ChargeView>, Trouble> {
    desk::checked_key(Some(&key)).map_err(|_| Trouble::of(ProblemKind::ChargeAbsent))?;
    Ok(Json(app.archive.by_key(key).await?))
}
