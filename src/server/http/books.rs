//! `/api/v1/balance` and `/api/v1/bills/{day}`: the shop's books at the provider.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use money::Stamp;
use wire::{BalanceView, BillView, Problem, ProblemKind};

use crate::app::App;
use crate::books::compared;
use crate::problem::Trouble;

/// The letters of a day, `2026-11-22`.
const DAY_LETTERS: usize = 10;

/// What stands on the shop's account at the provider.
#[utoipa::path(
    get, path = "/api/v1/balance", tag = "books",
    responses(
        (status = 200, description = "As the provider says now", body = BalanceView),
        (status = 502, description = "provider-denies: the provider refuses, with its cause",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "provider-silent: no answer that can be believed",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn balance(State(app): State<Arc<App>>) -> Result<Json<BalanceView>, Trouble> {
    let balance = app.books.balance().await?;
    Ok(Json(BalanceView {
        total_fen: balance.total_fen,
        available_fen: balance.available_fen,
        frozen_fen: balance.frozen_fen,
        at_ms: app.world.now().ms(),
    }))
}

/// The provider's bill of a day, compared with the record.
///
/// The bill is fetched and compared anew each time; nothing of it is kept and nothing in the record
/// changes. It is there from about nine o'clock of the next morning in Beijing. The day is the
/// provider's, by the time at which it completed a payment; what moved within five minutes of
/// midnight and is in neither of the two bills is told on the later day.
#[utoipa::path(
    get, path = "/api/v1/bills/{day}", tag = "books",
    params(("day" = String, Path, description = "A day in Beijing, `2026-11-22`")),
    responses(
        (status = 200, description = "Bill and record side by side", body = BillView),
        (status = 404, description = "bill-absent: not made yet, or a day without sales",
            body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "day-invalid",
            body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "too-busy: another bill is being read",
            body = Problem, content_type = "application/problem+json"),
        (status = 502, description = "bill-unreadable, provider-denies; with the cause",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "provider-silent, record-unreadable",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn bill(
    State(app): State<Arc<App>>,
    Path(day): Path<String>,
) -> Result<Json<BillView>, Trouble> {
    let from = beginning(&day).ok_or(Trouble::of(ProblemKind::DayInvalid).with_field("day"))?;
    let view = compared(app.books.as_ref(), &app.archive, &day, from).await?;
    Ok(Json(view))
}

/// The first moment of a day in Beijing.
fn beginning(day: &str) -> Option<Stamp> {
    let moment = Stamp::from_beijing(&format!("{day} 00:00:00"))?;
    // What is read back equal is written as days are.
    (day.len() == DAY_LETTERS && moment.beijing().starts_with(day)).then_some(moment)
}
