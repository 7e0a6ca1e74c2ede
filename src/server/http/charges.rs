//! `/api/v1/charges`: open, list, show, cancel.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use sale::Catalogue;
use serde::Deserialize;
use store::failpoint::hit;
use wire::{CartAsk, ChargeAsk, ChargeList, ChargeView, Problem, ProblemKind};

use crate::app::App;
use crate::archive::told;
use crate::desk::{self, Objection, Turned};
use crate::drive::{Answered, DeskAsk, Refused};
use crate::http::told::{Told, ToldNothing, charge_id, header, trouble_of};
use crate::problem::Trouble;
use crate::quota;

/// The header that makes a repeated request harmless.
pub const KEY_HEADER: &str = "idempotency-key";

impl From<Objection> for Trouble {
    fn from(objection: Objection) -> Self {
        Self::of(objection.kind).with_field(objection.field)
    }
}

/// Take money from the customer's payment code, or show a code that the customer scans.
///
/// Either `code` and `source`, or `"way": "shown"` and `provider`. What the shown code says comes
/// as `show`, as soon as the provider has made it.
///
/// With `cart` the sum is priced again here: where the goods do not come to `amount_fen` by the
/// catalogue that holds, nothing is charged, and the key opens nothing any more.
///
/// With `instalments` it can be paid by that plan of 花呗分期 and in no other way.
///
/// Answered as soon as the intent is durable; what the provider says comes by `/api/v1/events`.
/// The same key with the same content gives the same charge, however often it is sent.
#[utoipa::path(
    post, path = "/api/v1/charges", tag = "charges", request_body = ChargeAsk,
    params(("Idempotency-Key" = String, Header,
        description = "1 to 64 letters, digits, `-`, `_`; keep it before sending")),
    responses(
        (status = 201, description = "Opened by this request", body = ChargeView),
        (status = 200, description = "Opened by an earlier request with this key",
            body = ChargeView),
        (status = 400, description = "body-invalid, field-unknown, key-missing",
            body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "foreign-origin",
            body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "charge-absent: `/api/v1/keys/{key}` has told that this key \
            opened nothing, and it opens nothing any more; begin with a fresh key",
            body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "code-used, key-reused, sale-busy, price-changed \
            (`total_fen` says what the cart comes to), item-gone (`item` says which)",
            body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "body-too-large",
            body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "media-type",
            body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "amount-zero, amount-negative, amount-too-large, \
            name-invalid, code-not-digits, code-length, code-unknown, \
            way-mixed, provider-disabled, instalments-not-offered, instalments-too-small, \
            cart-invalid, discount-over-sum",
            body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "too-busy: try again after Retry-After seconds",
            body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "defect: look at the charge by its key before charging again",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "record-unwritable, record-unreadable, \
            provider-refuses, not-ready",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn open(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Result<Told<ChargeAsk>, Trouble>,
) -> Result<Response, Trouble> {
    let key = header(&headers, KEY_HEADER);
    let (mut ask, cart) = match understood(key, body, &app.secret) {
        Ok(understood) => understood,
        Err(trouble) => return Err(not_understood(&app, key, trouble).await),
    };
    let flight = app.pump.begin(&ask.key);
    let bond = (ask.key.clone(), ask.fingerprint);
    let catalogue = match cart {
        Some(_) => app.archive.catalogue().await?,
        None => Catalogue::default(),
    };
    let answered = match desk::offered(&ask, cart.as_ref(), &catalogue, &app.shop.limits) {
        Ok(goods) => {
            ask.goods = goods;
            hit("http-open");
            match app.pump.open(&flight, ask).await {
                Ok(answered) => answered,
                Err(refused) => repeated(&app, bond, refused).await?,
            }
        }
        Err(trouble) => turned_down(&app, bond, trouble).await?,
    };
    hit("http-opened");
    let status = if answered.is_fresh {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let view = view_of(&app, answered).await?;
    let place = format!("/api/v1/charges/{}", view.id);
    Ok((status, [(LOCATION, place)], Json(view)).into_response())
}

fn understood(
    key: Option<&str>,
    body: Result<Told<ChargeAsk>, Trouble>,
    secret: &[u8; 32],
) -> Result<(DeskAsk, Option<CartAsk>), Trouble> {
    let Told(ask) = body?;
    Ok((desk::check(key, &ask, secret)?, ask.cart))
}

/// What is said to a request whose form is wrong. Another version may have understood a copy of
/// it: a key that stands for something is told instead, never that nothing came of the request.
pub(crate) async fn not_understood(app: &App, key: Option<&str>, trouble: Trouble) -> Trouble {
    let Ok(key) = desk::checked_key(key) else {
        return trouble;
    };
    match app.archive.bound(key.to_owned()).await {
        Ok(Some((charge, _))) => Trouble::from(desk::reused(charge)),
        Ok(None) => trouble,
        Err(unreadable) => unreadable,
    }
}

/// A request that the shop does not take now: told only once its key is closed, and not at all
/// where it was taken before.
async fn turned_down(
    app: &App,
    (key, asked): (String, [u8; 32]),
    trouble: Trouble,
) -> Result<Answered, Trouble> {
    let turned = match desk::turned_down(trouble, None) {
        Turned::Close(trouble) => {
            let closing = app.pump.close_key(key.clone()).await?;
            desk::turned_down(trouble, Some(closing))
        }
        turned @ (Turned::Refuse(_) | Turned::Bound) => turned,
    };
    match turned {
        Turned::Close(trouble) | Turned::Refuse(trouble) => Err(trouble),
        Turned::Bound => match desk::known(app.archive.bound(key).await?, asked) {
            Some(answer) => Ok(answer?),
            None => Err(Trouble::of(ProblemKind::RecordUnreadable)),
        },
    }
}

/// Which part of the list is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListAsk {
    /// 1 to 200; 50 where it is left out.
    limit: Option<u32>,
    /// Go on behind this charge: `next_before` of the page before.
    before: Option<String>,
    /// Only charges of this till.
    device: Option<String>,
}

/// The last charges, newest first.
#[utoipa::path(
    get, path = "/api/v1/charges", tag = "charges", params(ListAsk),
    responses(
        (status = 200, description = "A page of the list", body = ChargeList),
        (status = 400, description = "body-invalid, field-unknown: the query has another form",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    query: Result<Query<ListAsk>, QueryRejection>,
) -> Result<Json<ChargeList>, Trouble> {
    let Query(ask) = query.map_err(|error| trouble_of(&error.body_text()))?;
    let limit = ask.limit.unwrap_or(quota::LIST_USUAL);
    if !(1..=quota::LIST_MAX).contains(&limit) {
        return Err(Trouble::of(ProblemKind::BodyInvalid).with_field("limit"));
    }
    let before = ask.before.as_deref().map(charge_id).transpose()?;
    let mut charges = app.archive.list(limit + 1, before, ask.device).await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_more = charges.len() > most;
    charges.truncate(most);
    let last = charges.last().filter(|_| is_more);
    let next_before = last.map(|charge| charge.id.clone());
    Ok(Json(ChargeList {
        charges,
        next_before,
    }))
}

/// One charge with its history.
#[utoipa::path(
    get, path = "/api/v1/charges/{id}", tag = "charges",
    params(("id" = String, Path, description = "The charge's id")),
    responses(
        (status = 200, description = "As it stands", body = ChargeView),
        (status = 404, description = "charge-absent",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<ChargeView>, Trouble> {
    Ok(Json(app.archive.charge(charge_id(&id)?).await?))
}

/// Make sure that this charge takes no money, or give it back.
///
/// Answered when the decision is durable; how it ends comes by `/api/v1/events`.
#[utoipa::path(
    post, path = "/api/v1/charges/{id}/cancel", tag = "charges",
    params(("id" = String, Path, description = "The charge's id")),
    responses(
        (status = 200, description = "Being reversed", body = ChargeView),
        (status = 404, description = "charge-absent",
            body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "charge-ended",
            body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "media-type: send application/json, `{}` or empty",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    ToldNothing: ToldNothing,
) -> Result<Json<ChargeView>, Trouble> {
    let id = charge_id(&id)?;
    app.archive.charge(id).await?;
    hit("http-cancel");
    let answered = app.pump.cancel(id).await?;
    hit("http-cancelled");
    Ok(Json(view_of(&app, answered).await?))
}

/// What is refused now may have been accepted before: a repeated request is answered with its
/// charge, not with "over the rest" or "too busy, so nothing was charged". When the record cannot
/// tell, nothing is claimed.
pub(crate) async fn repeated(
    app: &App,
    (key, asked): (String, [u8; 32]),
    refused: Refused,
) -> Result<Answered, Trouble> {
    match desk::known(app.archive.bound(key).await?, asked) {
        Some(answer) => Ok(answer?),
        None if refused.kind == ProblemKind::ChargeAbsent => {
            Err(Trouble::from(refused).with_field("Idempotency-Key"))
        }
        None => Err(Trouble::from(refused)),
    }
}

pub(crate) async fn view_of(app: &App, answered: Answered) -> Result<ChargeView, Trouble> {
    match answered.history {
        Some(history) => told(&history),
        None => app.archive.charge(answered.charge).await,
    }
}
