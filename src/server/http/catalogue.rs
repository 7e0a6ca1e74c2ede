//! `/api/v1/catalogue`: what the shop sells, and changes of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::{ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use sale::{Catalogue, CatalogueError, ItemId};
use serde::Deserialize;
use store::Shelving;
use wire::{CatalogueView, ChangeView, ItemAsk, Problem, ProblemKind};

use crate::app::App;
use crate::desk;
use crate::http::told::{Told, header, trouble_of};
use crate::problem::{Goods, Trouble};

/// All that the shop sells, in its order.
///
/// The answer's `ETag` is its revision: with it in `If-None-Match`, a catalogue that did not change
/// is answered with 304 and nothing else.
#[utoipa::path(
    get, path = "/api/v1/catalogue", tag = "catalogue",
    params(("If-None-Match" = Option<String>, Header, description = "The ETag of what is known")),
    responses(
        (status = 200, description = "As it stands; without items before anybody put one in",
            body = CatalogueView),
        (status = 304, description = "It is the one that is known"),
        (status = 503, description = "record-unreadable",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let catalogue = app.archive.catalogue().await?;
    let tag = tag(&catalogue);
    if header(&headers, IF_NONE_MATCH.as_str()) == Some(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    Ok(whole(&catalogue))
}

/// Put an item into the catalogue: a fresh one at its end, or another form of one that is there.
///
/// What is being sold meanwhile is priced afresh: a till that has an earlier price is told, and the
/// customer is charged neither price unseen.
#[utoipa::path(
    put, path = "/api/v1/catalogue/items/{id}", tag = "catalogue", request_body = ItemAsk,
    params(("id" = String, Path, description = "1 to 32 letters, digits, `-`, `_`")),
    responses(
        (status = 200, description = "The catalogue as it stands now", body = CatalogueView),
        (status = 400, description = "body-invalid, field-unknown",
            body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "catalogue-changed: somebody changed it meanwhile; \
            `revision` is its number now, `changes` says what changed, where that is still known",
            body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "media-type",
            body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "item-invalid (`field` says where), catalogue-full",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "record-unwritable, record-unreadable, not-ready",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Told(ask): Told<ItemAsk>,
) -> Result<Response, Trouble> {
    let item = ask.item(&id).map_err(desk::item_trouble)?;
    change(&app, ask.revision, |catalogue| catalogue.with(item)).await
}

/// Which catalogue an item is taken out of.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TakeAsk {
    /// The revision of the catalogue that this was decided by.
    revision: u64,
}

/// Take an item out of the catalogue. What was sold of it stays in the record as it was.
#[utoipa::path(
    delete, path = "/api/v1/catalogue/items/{id}", tag = "catalogue",
    params(("id" = String, Path, description = "The item's id"), TakeAsk),
    responses(
        (status = 200, description = "The catalogue as it stands now", body = CatalogueView),
        (status = 400, description = "body-invalid, field-unknown: the query has another form",
            body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "item-absent",
            body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "catalogue-changed: as of PUT",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "record-unwritable, record-unreadable, not-ready",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn take(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    query: Result<Query<TakeAsk>, QueryRejection>,
) -> Result<Response, Trouble> {
    let Query(ask) = query.map_err(|error| trouble_of(&error.body_text()))?;
    let id = ItemId::parse(&id).map_err(|_| Trouble::of(ProblemKind::ItemAbsent))?;
    change(&app, ask.revision, |catalogue| catalogue.without(&id)).await
}

/// Makes the next catalogue out of the one that was seen, if that is still the one that holds.
async fn change(
    app: &App,
    seen: u64,
    next: impl FnOnce(&Catalogue) -> Result<Catalogue, CatalogueError>,
) -> Result<Response, Trouble> {
    let held = app.archive.catalogue().await?;
    if held.revision() != seen {
        return Err(stale(app, seen, &held).await);
    }
    let next = next(&held).map_err(|error| match error {
        CatalogueError::TooMany => Trouble::of(ProblemKind::CatalogueFull),
        CatalogueError::Absent(id) => Trouble::of(ProblemKind::ItemAbsent).with_goods(Goods {
            item: Some(id.as_str().to_owned()),
            ..Goods::default()
        }),
        CatalogueError::Twice(_) => Trouble::of(ProblemKind::Defect),
    })?;
    match app.pump.shelve(next.clone()).await? {
        Shelving::Written => Ok(whole(&next)),
        // Somebody was quicker between the reading and the writing.
        Shelving::Stale(_) => {
            let held = app.archive.catalogue().await?;
            Err(stale(app, seen, &held).await)
        }
    }
}

/// What changed since the catalogue that was seen; nothing where that is not kept any more.
async fn stale(app: &App, seen: u64, held: &Catalogue) -> Trouble {
    let earlier = app.archive.catalogue_of(seen).await.ok().flatten();
    let changes = earlier.map(|earlier| held.changes_since(&earlier));
    let changes = changes.unwrap_or_default();
    Trouble::of(ProblemKind::CatalogueChanged)
        .with_field("revision")
        .with_goods(Goods {
            revision: Some(held.revision()),
            changes: changes.iter().map(ChangeView::from).collect(),
            ..Goods::default()
        })
}

fn tag(catalogue: &Catalogue) -> String {
    format!("\"{}\"", catalogue.revision())
}

fn whole(catalogue: &Catalogue) -> Response {
    let view = CatalogueView::from(catalogue);
    ([(ETAG, tag(catalogue))], Json(view)).into_response()
}
