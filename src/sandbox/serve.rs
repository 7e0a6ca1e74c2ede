//! The shell: a port, the routes, and the breaking of connections.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, RawQuery, State};
use axum::http::header::{self, HeaderName};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use money::{Stamp, World};
use provider::alipay::parse_form;
use tokio::net::TcpListener;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::alipay::account::{self, BILL_PATH};
use crate::alipay::{self, Sent};
use crate::keys::{APP_ID, Keys, KeysFault};
use crate::notice::Choice;
use crate::phone;
use crate::stage::Stage;

mod date;
mod line;
mod post;
#[cfg(test)]
mod tests;

use date::date;
use line::{Lines, Scissors};
pub(crate) use post::Way;

/// Longest body that is read, in bytes.
const BODY_MAX: usize = 64 * 1024;

/// Nothing from elsewhere, nothing inline, no frames, no forms.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src \
                      'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types \
                      'none'";

/// What a merchant must know to use the sandbox as its provider.
#[derive(Clone)]
pub struct Credentials {
    /// The gateway's address.
    pub gateway: String,
    /// The app's number.
    pub app_id: String,
    /// The app's private key, PEM.
    pub app_private_key: String,
    /// Alipay's public key, PEM.
    pub alipay_public_key: String,
    /// The app's certificate, PEM.
    pub app_cert: String,
    /// Alipay's certificate, PEM.
    pub alipay_cert: String,
    /// The root certificate, PEM.
    pub root_cert: String,
}

/// A provider and its customers on this machine. Clones share everything.
#[derive(Clone)]
pub struct Sandbox(Arc<Shared>);

struct Shared {
    keys: Keys,
    stage: Mutex<Stage>,
    world: Arc<dyn World>,
    /// By how much the bank's clock is ahead of the world's, in milliseconds.
    ahead_ms: AtomicI64,
}

impl Sandbox {
    /// A sandbox whose keys live in `dir`; they are made there at the first start.
    ///
    /// # Errors
    /// A [`KeysFault`] with the cause and the next step.
    pub fn create(dir: &Path, world: Arc<dyn World>) -> Result<Self, KeysFault> {
        Ok(Self::of(Keys::at(dir)?, world))
    }

    /// A sandbox whose keys are in memory only.
    ///
    /// # Errors
    /// [`KeysFault::NotMade`].
    pub fn in_memory(world: Arc<dyn World>) -> Result<Self, KeysFault> {
        Ok(Self::of(Keys::in_memory()?, world))
    }

    fn of(keys: Keys, world: Arc<dyn World>) -> Self {
        Self(Arc::new(Shared {
            keys,
            stage: Mutex::new(Stage::default()),
            world,
            ahead_ms: AtomicI64::new(0),
        }))
    }

    /// What a merchant needs; `gateway` is the address under which this sandbox is reached,
    /// ending in `/gateway.do`.
    pub fn account(&self, gateway: &str) -> Credentials {
        let texts = &self.0.keys.texts;
        Credentials {
            gateway: gateway.to_owned(),
            app_id: APP_ID.to_owned(),
            app_private_key: texts.app_private.clone(),
            alipay_public_key: texts.alipay_public.clone(),
            app_cert: texts.app_cert.clone(),
            alipay_cert: texts.alipay_cert.clone(),
            root_cert: texts.root_cert.clone(),
        }
    }

    /// Reads or changes what the sandbox remembers.
    pub fn with_stage<T>(&self, act: impl FnOnce(&mut Stage) -> T) -> T {
        act(&mut self.0.stage.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The present time by the bank's clock.
    pub fn now(&self) -> Stamp {
        self.0.world.now().plus_ms(self.ahead_ms())
    }

    /// By how much the bank's clock is ahead of the sandbox's world, in milliseconds.
    pub fn ahead_ms(&self) -> i64 {
        self.0.ahead_ms.load(Ordering::SeqCst)
    }

    /// Sets the bank's clock so far ahead of the sandbox's world, or behind it.
    pub fn set_ahead(&self, ms: i64) {
        self.0.ahead_ms.store(ms, Ordering::SeqCst);
    }

    /// Sixteen unpredictable bytes of the sandbox's world.
    pub fn entropy(&self) -> [u8; 16] {
        self.0.world.entropy()
    }

    /// Answers a gateway request whose parameters are decoded.
    pub fn hear(&self, params: &[(String, String)]) -> alipay::Answer {
        let now = self.now();
        self.with_stage(|stage| alipay::answer(&self.0.keys, stage, params, now))
    }

    /// All routes: gateway, wallet page and the page's API.
    pub fn router(&self) -> Router {
        let fixed = |name: HeaderName, value| {
            SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
        };
        Router::new()
            .route("/gateway.do", get(gateway).post(gateway))
            .route(BILL_PATH, get(bill))
            .merge(phone::routes())
            .layer(DefaultBodyLimit::max(BODY_MAX))
            .layer(fixed(header::CONTENT_SECURITY_POLICY, POLICY))
            .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
            .layer(fixed(header::CACHE_CONTROL, "no-store"))
            .with_state(self.clone())
    }

    /// Serves all routes on this listener, and sends notices, until the task is dropped.
    ///
    /// # Errors
    /// What the system says about the listener.
    pub async fn serve(self, listener: TcpListener) -> io::Result<()> {
        let service = self
            .router()
            .into_make_service_with_connect_info::<Scissors>();
        tokio::select! {
            ended = axum::serve(Lines(listener), service) => ended,
            () = self.carry_letters() => Ok(()),
        }
    }
}

/// A bill, by the address that the gateway gave for it. Who has the address has the bill.
async fn bill(State(sandbox): State<Sandbox>, RawQuery(query): RawQuery) -> Response {
    let params = parse_form(query.unwrap_or_default().as_bytes());
    let now = sandbox.now();
    let found = sandbox.with_stage(|stage| account::fetch(&sandbox.0.keys, stage, &params, now));
    match found {
        Some(zip) => ([(header::CONTENT_TYPE, "application/zip")], zip).into_response(),
        None => StatusCode::FORBIDDEN.into_response(),
    }
}

/// Merges query and form body, as the real gateway does, and does what the script wants.
async fn gateway(
    State(sandbox): State<Sandbox>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    extensions: Extensions,
    body: Bytes,
) -> Response {
    if let Some(host) = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
    {
        sandbox.with_stage(|stage| stage.address = format!("http://{host}"));
    }
    let mut params = parse_form(query.unwrap_or_default().as_bytes());
    params.extend(parse_form(&body));
    let answer = sandbox.hear(&params);
    sandbox.send_letters(&Choice::Early, &Way::default()).await;
    if answer.pause_ms > 0 {
        tokio::time::sleep(Duration::from_millis(answer.pause_ms)).await;
    }
    let html = [(header::CONTENT_TYPE, "text/html;charset=utf-8")];
    let mut response = match answer.sent {
        Sent::Body(body) => (html, body).into_response(),
        Sent::Down => {
            let page = "<html><body><h1>503 Service Unavailable</h1></body></html>";
            (StatusCode::SERVICE_UNAVAILABLE, html, page).into_response()
        }
        Sent::Cut => {
            if let Some(ConnectInfo(scissors)) = extensions.get::<ConnectInfo<Scissors>>() {
                scissors.cut();
            }
            // Where there is no line to cut, a body that breaks off says the same.
            let broken = Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset));
            Response::new(Body::from_stream(tokio_stream::once(broken)))
        }
    };
    if sandbox.ahead_ms() != 0
        && let Ok(date) = HeaderValue::from_str(&date(sandbox.now()))
    {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}
