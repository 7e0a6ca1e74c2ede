//! `/api/v1/keys/{key}`: which charge a key opened, so that a page finds its charge again.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use wire::{ChargeView, Problem, ProblemKind};

use crate::app::App;
use crate::desk;
use crate::problem::Trouble;

/// The charge that this idempotency key opened, or asked money back of.
///
/// Whoever is told that it opened nothing may charge the sale again. So a key that is told absent
/// is closed in the same moment: a request with it that is still on its way opens nothing, and is
/// refused with `charge-absent`. While a request with it is being written nothing is told.
#[utoipa::path(
    get, path = "/api/v1/keys/{key}", tag = "charges",
    params(("key" = String, Path, description = "The Idempotency-Key of the first request")),
    responses(
        (status = 200, description = "As it stands", body = ChargeView),
        (status = 404, description = "charge-absent: the key opened nothing, and opens nothing \
            for the next 15 minutes",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "not-ready: a request with this key is under way, ask again \
            after Retry-After seconds; record-unreadable",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
) -> Result<Json<ChargeView>, Trouble> {
    desk::checked_key(Some(&key)).map_err(|_| Trouble::of(ProblemKind::ChargeAbsent))?;
    if app.archive.bound(key.clone()).await?.is_none() {
        // From here on nothing comes of the key; what came of it until now is in the record.
        app.pump.close_key(key.clone()).await?;
    }
    Ok(Json(app.archive.by_key(key).await?))
}
