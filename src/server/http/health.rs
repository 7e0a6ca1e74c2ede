//! `/healthz` for people and screens, `/readyz` for machines that send work here.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use say::Lang;
use serde::Serialize;

use crate::app::App;
use crate::problem::{Spoken, lang_of};

/// How well it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// All is well.
    Green,
    /// Charges are kept safe, but cannot end now.
    Amber,
    /// Nothing can be charged.
    Red,
}

/// The answer of both addresses.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// The worst of the complaints.
    status: Colour,
    /// The backend's version.
    version: &'static str,
    /// The backend's clock.
    now_ms: i64,
    /// How far it is ahead of the provider's, as last heard.
    clock_skew_ms: i64,
    /// Charges that are not at their end.
    in_doubt: u32,
    /// Number of the last durable event.
    seq: u64,
    /// How often since its start it called for a person, in its log.
    alarms: u32,
    /// What for, the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_alarm: Option<Alarm>,
    /// What is wrong, each with its cause and the next step.
    complaints: Vec<Complaint>,
}

/// A charge at which a person must look.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Alarm {
    /// Its id.
    charge: String,
    /// What is wrong with it, in English, as the log has it.
    what: &'static str,
}

/// One thing that is wrong.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Complaint {
    /// Stable name: `loop-stopped`, `record-unwritable`, `clock-wrong`, `provider-unreachable`,
    /// `provider-refuses`, `alarms`.
    name: &'static str,
    /// How bad it is.
    status: Colour,
    /// Cause and next step, in the asked language.
    detail: Cow<'static, str>,
}

/// How the backend is. Always 200 while it can answer.
#[utoipa::path(
    get, path = "/healthz", tag = "health",
    responses((status = 200, description = "How it is", body = Health))
)]
pub(crate) async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Json<Health> {
    Json(health(&app, lang_of(&headers)))
}

/// Whether it can charge: 200, or 503 with the same body.
#[utoipa::path(
    get, path = "/readyz", tag = "health",
    responses(
        (status = 200, description = "It can charge", body = Health),
        (status = 503, description = "It cannot", body = Health),
    )
)]
pub(crate) async fn ready(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let health = health(&app, lang_of(&headers));
    let status = match health.status {
        Colour::Green | Colour::Amber => StatusCode::OK,
        Colour::Red => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = (status, Json(health)).into_response();
    response.extensions_mut().insert(Spoken);
    response
}

fn health(app: &App, lang: Lang) -> Health {
    let complaints = complaints(app, lang);
    let alarms = app.pulse.alarms();
    Health {
        status: complaints
            .iter()
            .map(|one| one.status)
            .max()
            .unwrap_or(Colour::Green),
        version: env!("CARGO_PKG_VERSION"),
        now_ms: app.world.now().ms(),
        clock_skew_ms: app.pulse.skew_ms(),
        in_doubt: app.pulse.open(),
        seq: app.pulse.seq(),
        alarms: alarms.count,
        last_alarm: alarms.last.map(|(charge, what)| Alarm {
            charge: charge.as_str().to_owned(),
            what,
        }),
        complaints,
    }
}

/// Stable name of the first complaint because of which nothing can be charged.
pub(crate) fn worst(app: &App) -> Option<&'static str> {
    let complaints = complaints(app, Lang::En);
    let worst = complaints.iter().find(|one| one.status == Colour::Red);
    worst.map(|one| one.name)
}

fn complaints(app: &App, lang: Lang) -> Vec<Complaint> {
    let words = say::health::Health::of(lang);
    let pulse = &app.pulse;
    let all = [
        (
            !pulse.is_running(),
            "loop-stopped",
            Colour::Red,
            words.loop_stopped,
        ),
        (
            !pulse.is_writable(),
            "record-unwritable",
            Colour::Red,
            words.record_unwritable,
        ),
        (
            pulse.is_clock_off(),
            "clock-wrong",
            Colour::Red,
            words.clock_wrong,
        ),
        (
            !pulse.is_reachable(),
            "provider-unreachable",
            Colour::Amber,
            words.provider_unreachable,
        ),
        (
            pulse.is_refused(),
            "provider-refuses",
            Colour::Red,
            words.provider_refuses,
        ),
    ];
    let wrong = all.into_iter().filter(|(is_wrong, ..)| *is_wrong);
    let wrong = wrong.map(|(_, name, status, detail)| Complaint {
        name,
        status,
        detail: Cow::Borrowed(detail),
    });
    wrong.chain(alarms(app, words)).collect()
}

/// Money that needs a person's eyes is no reason to charge nobody else.
fn alarms(app: &App, words: &say::health::Health) -> Option<Complaint> {
    let alarms = app.pulse.alarms();
    let (charge, _) = alarms.last?;
    let count = alarms.count.to_string();
    let filled = [("count", &*count), ("charge", charge.as_str())];
    Some(Complaint {
        name: "alarms",
        status: Colour::Amber,
        detail: Cow::Owned(say::fill(words.alarms, &filled)),
    })
}
