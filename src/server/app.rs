//! Routes and layers: what is reachable, and what every request passes through.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post, put};
use money::World;
use tokio::sync::{Semaphore, watch};
use tower_http::catch_panic::CatchPanicLayer;
use wire::ProblemKind;

use crate::archive::Archive;
use crate::books::Books;
use crate::call::Line;
use crate::desk::Limits;
use crate::headers;
use crate::http::files::Files;
use crate::http::{
    books, catalogue, charges, events, files, health, instalments, keys, notices, openapi,
    printing, refunds,
};
use crate::printer::Printer;
use crate::problem::{self, Trouble};
use crate::pulse::Pulse;
use crate::pump::Pump;
use crate::quota;

#[cfg(test)]
mod tests;

/// What the shop is, as far as screens must know.
#[derive(Clone, Debug)]
pub struct Shop {
    /// What customers and the owner read.
    pub name: String,
    /// What it takes.
    pub limits: Limits,
    /// Above this sum, in fen, the till asks the cashier to confirm.
    pub confirm_above_fen: Option<i64>,
    /// True when the provider is the sandbox: no real money moves.
    pub is_sandbox: bool,
}

/// What every route sees.
pub struct App {
    /// The loop.
    pub pump: Pump,
    /// The record, for reading.
    pub archive: Archive,
    /// Verifies the provider's notices.
    pub line: Arc<dyn Line>,
    /// The shop's account at the provider.
    pub books: Arc<dyn Books>,
    /// Health.
    pub pulse: Arc<Pulse>,
    /// Clock and chance.
    pub world: Arc<dyn World>,
    /// The pages.
    pub files: Files,
    /// The shop.
    pub shop: Shop,
    /// The receipt printer on the shop's network, if there is one.
    pub printer: Option<Printer>,
    /// Keys the hashes of requests and codes.
    pub secret: [u8; 32],
    /// Places for event streams.
    pub streams: Arc<Semaphore>,
    /// Turns true when the program is to end.
    pub stop: watch::Receiver<bool>,
}

/// All routes behind all layers. The last layer is the outermost: it sees every answer.
pub fn router(app: App) -> Router {
    let app = Arc::new(app);
    Router::new()
        .route("/api/v1/charges", post(charges::open).get(charges::list))
        .route("/api/v1/charges/{id}", get(charges::show))
        .route("/api/v1/charges/{id}/cancel", post(charges::cancel))
        .route("/api/v1/charges/{id}/refunds", post(refunds::ask))
        .route("/api/v1/charges/{id}/print", post(printing::charge))
        .route("/api/v1/drawer", post(printing::drawer))
        .route("/api/v1/printer", get(printing::show))
        .route("/api/v1/keys/{key}", get(keys::show))
        .route("/api/v1/instalments", get(instalments::show))
        .route("/api/v1/catalogue", get(catalogue::show))
        .route(
            "/api/v1/catalogue/items/{id}",
            put(catalogue::put).delete(catalogue::take),
        )
        .route("/api/v1/balance", get(books::balance))
        .route("/api/v1/bills/{day}", get(books::bill))
        .route("/api/v1/events", get(events::stream))
        .route(
            "/notify/alipay",
            post(notices::alipay).layer(DefaultBodyLimit::max(quota::BODY_BYTES_MAX)),
        )
        .route("/api/openapi.json", get(openapi::show))
        .route("/healthz", get(health::show))
        .route("/readyz", get(health::ready))
        .route("/", get(files::index))
        .route("/kiosk", get(files::index))
        .route("/settings", get(files::index))
        .route("/catalogue", get(files::index))
        .route("/records", get(files::index))
        .route("/records/{id}", get(files::index))
        .route("/{*path}", get(files::show))
        .fallback(nothing)
        .method_not_allowed_fallback(wrong_method)
        .with_state(app)
        .layer(from_fn(headers::refuse_foreign))
        .layer(from_fn(quota::bound))
        .layer(CatchPanicLayer::custom(defect))
        .layer(from_fn(problem::speak))
        .layer(from_fn(headers::guard))
}

async fn nothing() -> Trouble {
    Trouble::of(ProblemKind::NotFound)
}

async fn wrong_method() -> Trouble {
    Trouble::of(ProblemKind::MethodNotAllowed)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands the panic over by value"
)]
fn defect(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(
        defect.text = text.unwrap_or_default(),
        "a route stopped by a defect"
    );
    Trouble::of(ProblemKind::Defect).into_response()
}
