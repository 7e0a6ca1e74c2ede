//! `/api/v1/keys/{key}`: which charge a key opened, so that a page finds its charge again.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use store::Closing;
use wire::{ChargeView, Problem, ProblemKind};

use crate::app::App;
use crate::archive::told;
use crate::desk;
use crate::problem::Trouble;

/// The charge that this idempotency key opened, or asked money back of.
///
/// Whoever is told that it opened nothing may charge the sale again. So a key is told absent only
/// after the record has closed it: a request with it that is still on its way, to whichever server
/// of this record, opens nothing, and is refused with `charge-absent`. While a request with it is
/// being written, or while the record takes no writes, nothing is told.
#[utoipa::path(
    get, path = "/api/v1/keys/{key}", tag = "charges",
    params(("key" = String, Path, description = "The Idempotency-Key of the first request")),
    responses(
        (status = 200, description = "As it stands", body = ChargeView),
        (status = 404, description = "charge-absent: the key opened nothing, and never opens \
            anything",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "not-ready: a request with this key is under way, or too \
            many keys are asked for, ask again after Retry-After seconds; record-unreadable",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
) -> Result<Json<ChargeView>, Trouble> {
    desk::checked_key(Some(&key)).map_err(|_| Trouble::of(ProblemKind::ChargeAbsent))?;
    if let Some((charge, _)) = app.archive.bound(key.clone()).await? {
        return Ok(Json(app.archive.charge(charge).await?));
    }
    // What is read may be behind what is written, or read from a database that another has
    // replaced. Absent is only what can be closed.
    match app.pump.close_key(key).await? {
        Closing::Closed => Err(Trouble::of(ProblemKind::ChargeAbsent)),
        Closing::Bound(charge) => {
            let history = app.archive.history(charge).await?;
            if history.is_empty() {
                return Err(Trouble::of(ProblemKind::RecordUnreadable));
            }
            Ok(Json(told(&history)?))
        }
    }
}
