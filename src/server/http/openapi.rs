//! `/api/openapi.json`: this interface described in OpenAPI 3.1, made from the code.

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use utoipa::OpenApi;

use crate::http::{
    books, catalogue, charges, events, health, instalments, keys, notices, printing, refunds,
};

/// The interface's description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Scantill",
        description = "Charges a customer's payment code. Money is integer fen, time is \
            milliseconds since 1970 (UTC). Every answer of 400 and above is a problem of RFC 9457 \
            whose `type` never changes its meaning."
    ),
    paths(
        charges::open,
        charges::list,
        charges::show,
        charges::cancel,
        refunds::ask,
        instalments::show,
        catalogue::show,
        catalogue::put,
        catalogue::take,
        notices::alipay,
        books::balance,
        books::bill,
        keys::show,
        printing::charge,
        printing::drawer,
        printing::show,
        events::stream,
        health::show,
        health::ready
    ),
    components(schemas(wire::Hello, wire::Beat, wire::ChargeView, wire::Problem))
)]
pub struct Description;

static TEXT: LazyLock<String> =
    LazyLock::new(|| Description::openapi().to_json().unwrap_or_default());

/// The description.
pub(crate) async fn show() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], TEXT.as_str())
}
