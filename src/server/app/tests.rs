//! Goal: every address answers in its form, with its headers, and refuses with its words. Method:
//! the whole router over a real record, with a provider that never makes up its mind.

mod books;
mod files;
mod full;
mod refusals;
mod sales;
mod streams;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use ledger::{Doubt, Outcome, RefundOutcome};
use money::{Amount, ChargeId, Provider, Stamp, World};
use provider::{Ask, Distrust, Notice};
use serde_json::json;
use store::{Book, Writer};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt as _;

use super::{App, Shop, router};
use crate::archive::Archive;
use crate::call::Line;
use crate::desk::Limits;
use crate::http::files::{Files, Page};
use crate::pulse::Pulse;
use crate::pump::{self, Pump, Surroundings};

/// A clock that stands still, and bytes that count.
#[derive(Default)]
struct Quiet(AtomicU64);

impl World for Quiet {
    fn now(&self) -> Stamp {
        Stamp::from_ms(1_795_312_800_000)
    }

    fn ticks_ms(&self) -> i64 {
        0
    }

    fn entropy(&self) -> [u8; 16] {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed))
            .wrapping_shl(64)
            .to_be_bytes()
    }
}

/// A provider that never tells.
struct Silent;

impl Line for Silent {
    fn carry<'a>(&'a self, _ask: &'a Ask, _amount: Amount) -> BoxFuture<'a, Outcome> {
        async { Outcome::Unknown(Doubt::Busy) }.boxed()
    }

    fn carry_refund<'a>(&'a self, _ask: &'a Ask, _amount: Amount) -> BoxFuture<'a, RefundOutcome> {
        async { RefundOutcome::Unknown(Doubt::Lost) }.boxed()
    }

    fn notice(&self, _body: &[u8]) -> Result<Notice, Distrust> {
        Err(Distrust::Unverified)
    }
}

/// The pages of a test.
const PAGES: &[Page] = &[
    ("index.html", b"<!doctype html>", None),
    ("till.js", b"plain script", Some(b"pressed")),
    ("eye_bg.wasm", b"\0asm", None),
];

/// A backend without a port.
struct Stand {
    router: Router,
    pump: Pump,
    pulse: Arc<Pulse>,
    path: PathBuf,
    _stop: watch::Sender<bool>,
}

impl Drop for Stand {
    fn drop(&mut self) {
        // What is left behind in the temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// What came back.
struct Heard {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Heard {
    fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("plain text"))
    }

    /// The stable name of the problem; its form is checked on the way.
    fn problem(&self) -> String {
        let problem: wire::Problem =
            serde_json::from_slice(&self.body).expect("the body is a problem");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem.status, self.status.as_u16());
        assert!(!problem.detail.is_empty());
        problem
            .kind_uri
            .trim_start_matches("urn:scantill:problem:")
            .to_owned()
    }
}

impl Stand {
    fn open() -> Self {
        Self::with_pages(PAGES)
    }

    fn with_pages(pages: &[Page]) -> Self {
        Self::over(pages, Arc::new(Silent))
    }

    fn over(pages: &[Page], line: Arc<dyn Line>) -> Self {
        Self::upon(pages, line, Writer::spawn)
    }

    fn upon(pages: &[Page], line: Arc<dyn Line>, write: impl FnOnce(Book) -> Writer) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("scantill-server-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        let book = Book::open(&path.join("book.db")).expect("a book");
        let reader = book.reader().expect("a reader");
        let (pulse, world) = (Arc::new(Pulse::starting(0)), Arc::new(Quiet::default()));
        let (sender, stopping) = watch::channel(false);
        let around = Surroundings {
            writer: write(book),
            line: Arc::clone(&line),
            world: Arc::clone(&world) as Arc<dyn World>,
            pulse: Arc::clone(&pulse),
            stop: stopping.clone(),
        };
        let (pump, _task) = pump::start("shop", Vec::new(), around);
        let charge_max = Amount::chargeable(500_000).expect("an amount");
        let limits = Limits {
            charge_max,
            providers: vec![Provider::Alipay],
            instalments: money::Offer::NONE,
        };
        let shop = Shop {
            name: "shop".to_owned(),
            limits,
            confirm_above_fen: None,
            is_sandbox: true,
        };
        let router = router(App {
            pump: pump.clone(),
            archive: Archive::new(Box::new(reader)),
            line,
            books: Arc::new(books::Shelf),
            pulse: Arc::clone(&pulse),
            world,
            files: Files::new(pages),
            shop,
            printer: None,
            secret: [9; 32],
            streams: Arc::new(Semaphore::new(2)),
            stop: stopping,
        });
        Self {
            router,
            pump,
            pulse,
            path,
            _stop: sender,
        }
    }

    async fn send(&self, request: Request<Body>) -> Heard {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("never fails");
        let (parts, body) = response.into_parts();
        let is_stream = parts.headers.get("content-type").is_some_and(|media| {
            media
                .to_str()
                .is_ok_and(|media| media.starts_with("text/event-stream"))
        });
        let body = if is_stream {
            Vec::new()
        } else {
            to_bytes(body, usize::MAX).await.expect("a body").to_vec()
        };
        Heard {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    async fn get(&self, path: &str) -> Heard {
        self.send(asking("GET", path, &[], "")).await
    }

    /// A till's own POST.
    async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Heard {
        let json = [("content-type", "application/json")];
        self.send(asking("POST", path, &[&json, headers].concat(), body))
            .await
    }

    async fn charge(&self, key: &str, body: &str) -> Heard {
        self.post("/api/v1/charges", &[("idempotency-key", key)], body)
            .await
    }
}

fn asking(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request
        .body(Body::from(body.to_owned()))
        .expect("a request")
}

/// A right request for a charge.
fn ask(sale: &str, fen: i64, code: &str) -> String {
    format!(
        "{{\"sale\":\"{sale}\",\"amount_fen\":{fen},\"code\":\"{code}\",\"device\":\"till-1\",\
         \"source\":\"camera\"}}"
    )
}

const CODE: &str = "281234567890123456";

#[tokio::test]
async fn every_answer_of_every_route_carries_the_headers() {
    let stand = Stand::open();
    let absent = "/api/v1/charges/01ARZ3NDEKTSV4RRFFQ69G5FAV";
    let cancel = format!("{absent}/cancel");
    let long = format!("/{}", "a".repeat(3_000));
    let table = [
        ("GET", "/", 200),
        ("GET", "/kiosk", 200),
        ("GET", "/settings", 200),
        ("GET", "/records", 200),
        ("GET", "/records/x", 200),
        ("HEAD", "/", 200),
        ("GET", "/till.js", 200),
        ("GET", "/eye_bg.wasm", 200),
        ("GET", "/nothing.js", 404),
        ("GET", "/../etc/passwd", 404),
        ("GET", &long, 404),
        ("DELETE", "/", 405),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/api/openapi.json", 200),
        ("GET", "/api/v1/events", 200),
        ("GET", "/api/v1/charges", 200),
        ("GET", "/api/v1/charges?limit=x", 400),
        ("GET", "/api/v1/instalments?amount_fen=1", 200),
        ("GET", "/api/v1/instalments", 400),
        ("POST", "/api/v1/charges", 415),
        ("PUT", "/api/v1/charges", 405),
        ("GET", absent, 404),
        ("POST", &cancel, 415),
        ("GET", &cancel, 405),
        ("GET", "/api/v1/keys/k", 404),
        ("GET", "/api/v1/nothing", 404),
        ("OPTIONS", "/api/v1/charges", 405),
    ];
    for (method, path, status) in table {
        let heard = stand.send(asking(method, path, &[], "")).await;
        assert_eq!(heard.status.as_u16(), status, "{method} {path}");
        for (name, value) in crate::headers::EVERYWHERE {
            assert_eq!(heard.header(name.as_str()), value, "{method} {path}");
        }
        let is_live = path.starts_with("/api/") || path.ends_with('z');
        let kept = heard.header("cache-control");
        assert_eq!(kept == "no-store", is_live, "{method} {path}: {kept}");
    }
}

#[tokio::test]
async fn health_names_what_is_wrong_and_turns_red_where_nothing_can_be_charged() {
    let stand = Stand::open();
    assert_eq!(stand.get("/healthz").await.json()["status"], "green");
    stand.pulse.note_reachable(false);
    assert_eq!(stand.get("/healthz").await.json()["status"], "amber");
    assert_eq!(stand.get("/readyz").await.status, 200);
    stand.pulse.note_reachable(true);
    stand.pulse.note_refused();
    let health = stand.get("/healthz").await.json();
    assert_eq!(
        (&health["status"], &health["complaints"][0]["name"]),
        (
            &serde_json::json!("red"),
            &serde_json::json!("provider-refuses")
        )
    );
    stand.pulse.note_accepted();
    assert_eq!(stand.get("/healthz").await.json()["status"], "green");
    stand.pulse.note_skew(-301_000);
    let health = stand.get("/healthz").await.json();
    assert_eq!(
        (&health["status"], &health["complaints"][0]["name"]),
        (&serde_json::json!("red"), &serde_json::json!("clock-wrong"))
    );
    let ready = stand.get("/readyz").await;
    assert_eq!(ready.status, 503);
    assert_eq!(ready.json()["status"], "red");
    stand.pulse.note_skew(0);
    stand.pulse.note_writable(false);
    assert_eq!(stand.get("/readyz").await.status, 503);
}

#[tokio::test]
async fn health_says_how_often_a_person_was_called_and_what_for() {
    let stand = Stand::open();
    let health = stand.get("/healthz").await.json();
    assert_eq!(
        (&health["alarms"], health.get("last_alarm")),
        (&json!(0), None)
    );
    let charge = |byte| ChargeId::fresh(Quiet::default().now(), [byte; 16]);
    stand
        .pulse
        .note_alarm(charge(1), "it was paid while being reversed");
    stand
        .pulse
        .note_alarm(charge(2), "it could not be reversed for five minutes");
    let health = stand.get("/healthz").await.json();
    let last = json!({
        "charge": charge(2).as_str(), "what": "it could not be reversed for five minutes",
    });
    assert_eq!(
        (&health["alarms"], &health["last_alarm"]),
        (&json!(2), &last)
    );
    let complaint = &health["complaints"][0];
    assert_eq!(
        (&complaint["name"], &complaint["status"]),
        (&json!("alarms"), &json!("amber"))
    );
    let detail = complaint["detail"].as_str().expect("a sentence");
    assert!(
        detail.contains(" 2 ") && detail.contains(charge(2).as_str()),
        "{detail}"
    );
    assert_eq!(
        stand.get("/readyz").await.status,
        200,
        "others can pay all the same"
    );
}

#[tokio::test]
async fn the_description_names_every_route_of_the_interface() {
    let described = Stand::open().get("/api/openapi.json").await.json();
    assert!(
        described["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1"))
    );
    let routes = [
        ("/api/v1/charges", "post"),
        ("/api/v1/charges", "get"),
        ("/api/v1/charges/{id}", "get"),
        ("/api/v1/charges/{id}/cancel", "post"),
        ("/api/v1/keys/{key}", "get"),
        ("/api/v1/events", "get"),
        ("/healthz", "get"),
        ("/readyz", "get"),
    ];
    for (path, method) in routes {
        assert!(
            described["paths"][path][method]["responses"]["200"].is_object(),
            "{method} {path}"
        );
    }
    assert!(described["components"]["schemas"]["ChargeView"]["properties"]["state"].is_object());
}

#[test]
fn every_cause_and_doubt_of_the_ledger_has_words() {
    for cause in ledger::Cause::ALL {
        assert!(say::cause::REFUSALS.contains(&cause.as_str()), "{cause:?}");
    }
    for doubt in Doubt::ALL {
        assert!(say::cause::DOUBTS.contains(&doubt.as_str()), "{doubt:?}");
    }
}
