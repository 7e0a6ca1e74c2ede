//! A charge through its addresses: opened once, found again, listed, cancelled, told to screens.

use axum::body::Body;
use futures::StreamExt as _;
use tower::ServiceExt as _;

use super::{CODE, Stand, ask, asking};

/// The code of the next customer.
const OTHER: &str = "281234567890123457";

#[tokio::test]
async fn the_same_key_gives_the_same_charge_and_other_content_is_refused() {
    let stand = Stand::open();
    let body = ask("sale-1", 100, CODE);
    let first = stand.charge("key-1", &body).await;
    assert_eq!(first.status, 201);
    let id = first.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(first.header("location"), format!("/api/v1/charges/{id}"));
    let again = stand.charge("key-1", &body).await;
    assert_eq!(
        (again.status.as_u16(), again.json()["id"].as_str()),
        (200, Some(id.as_str()))
    );
    let other = stand.charge("key-1", &ask("sale-1", 200, OTHER)).await;
    assert_eq!(
        (other.status.as_u16(), other.problem().as_str()),
        (409, "key-reused")
    );
    assert_eq!(other.json()["charge"], id);
    let by_key = stand.get("/api/v1/keys/key-1").await;
    assert_eq!(
        (by_key.status.as_u16(), by_key.json()["id"].as_str()),
        (200, Some(id.as_str()))
    );
}

#[tokio::test]
async fn a_code_and_a_sale_are_charged_once() {
    let stand = Stand::open();
    assert_eq!(
        stand
            .charge("key-1", &ask("sale-1", 100, CODE))
            .await
            .status,
        201
    );
    let same_code = stand.charge("key-2", &ask("sale-2", 100, CODE)).await;
    assert_eq!(
        (same_code.status.as_u16(), same_code.problem().as_str()),
        (409, "code-used")
    );
    let same_sale = stand.charge("key-3", &ask("sale-1", 100, OTHER)).await;
    assert_eq!(
        (same_sale.status.as_u16(), same_sale.problem().as_str()),
        (409, "sale-busy")
    );
}

#[tokio::test]
async fn a_key_that_was_told_absent_charges_nothing_when_its_request_comes_late() {
    let stand = Stand::open();
    assert_eq!(
        stand.get("/api/v1/keys/key").await.problem(),
        "charge-absent"
    );
    let late = stand.charge("key", &ask("sale", 100, CODE)).await;
    assert_eq!(
        (late.status.as_u16(), late.problem().as_str()),
        (404, "charge-absent")
    );
    assert_eq!(late.json()["field"], "Idempotency-Key");
    assert_eq!(stand.get("/api/v1/keys/key").await.status, 404);
    let fresh = stand.charge("key-2", &ask("sale", 100, CODE)).await;
    assert_eq!(fresh.status, 201, "sale and code are free");
}

/// Whatever the moment in which the question comes: what it is told stays true.
#[tokio::test]
async fn no_key_is_told_absent_while_its_request_is_on_its_way_to_the_record() {
    let stand = Stand::open();
    for round in 0..40 {
        let (key, body) = numbered(round);
        let path = format!("/api/v1/keys/{key}");
        let question = async {
            wait_a_little(round).await;
            stand.get(&path).await
        };
        let (opened, told) = tokio::join!(stand.charge(&key, &body), question);
        match (opened.status.as_u16(), told.status.as_u16()) {
            (201, 200) => assert_eq!(opened.json()["id"], told.json()["id"]),
            (201, 503) => {
                assert_eq!(told.problem(), "not-ready");
                assert!(!told.header("retry-after").is_empty());
            }
            (404, 404) => {}
            answers => panic!("round {round}: {answers:?}"),
        }
    }
}

/// A provider that begins to refuse us hides no charge.
#[tokio::test]
async fn a_charge_that_is_being_opened_is_not_hidden_by_a_provider_that_refuses() {
    let stand = Stand::open();
    for round in 0..40 {
        let (key, body) = numbered(round);
        let again = async {
            wait_a_little(round).await;
            stand.pulse.note_refused();
            stand.charge(&key, &body).await
        };
        let (first, second) = tokio::join!(stand.charge(&key, &body), again);
        match (first.status.as_u16(), second.status.as_u16()) {
            (201, 200) => assert_eq!(first.json()["id"], second.json()["id"]),
            (503, 503) => assert_eq!(second.problem(), "provider-refuses"),
            answers => panic!("round {round}: {answers:?}"),
        }
        stand.pulse.note_accepted();
    }
}

/// A request of its own for each round.
fn numbered(round: u32) -> (String, String) {
    let code = format!("2812345678901{round:05}");
    (
        format!("key-{round}"),
        ask(&format!("sale-{round}"), 100, &code),
    )
}

/// Lets others go first, up to some milliseconds.
async fn wait_a_little(round: u32) {
    for _ in 0..round % 8 {
        tokio::task::yield_now().await;
    }
    let pause = std::time::Duration::from_micros(u64::from(round / 8) * 400);
    tokio::time::sleep(pause).await;
}

#[tokio::test]
async fn a_cancelled_charge_is_being_reversed_and_an_absent_one_is_absent() {
    let stand = Stand::open();
    let opened = stand.charge("key", &ask("sale", 100, CODE)).await.json();
    let path = format!(
        "/api/v1/charges/{}/cancel",
        opened["id"].as_str().expect("an id")
    );
    let cancelled = stand.post(&path, &[], "{}").await;
    assert_eq!(cancelled.status, 200);
    assert_eq!(cancelled.json()["state"], "reversing");
    assert_eq!(cancelled.json()["reverse_why"], "cashier");
    assert_eq!(stand.post(&path, &[], "").await.status, 200);
    assert_eq!(
        stand.post(&path, &[], "{\"why\":1}").await.problem(),
        "field-unknown"
    );
    let absent = stand.post("/api/v1/charges/x/cancel", &[], "{}").await;
    assert_eq!(
        (absent.status.as_u16(), absent.problem().as_str()),
        (404, "charge-absent")
    );
}

#[tokio::test]
async fn the_list_goes_page_by_page_and_by_device() {
    let stand = Stand::open();
    let count = |page: &serde_json::Value| page["charges"].as_array().map(Vec::len);
    for number in 0..3 {
        let code = format!("28123456789012345{number}");
        let body = ask(&format!("sale-{number}"), 100, &code);
        assert_eq!(
            stand.charge(&format!("key-{number}"), &body).await.status,
            201
        );
    }
    let page = stand.get("/api/v1/charges?limit=2").await.json();
    assert_eq!(count(&page), Some(2));
    let before = page["next_before"].as_str().expect("there is more");
    let rest = stand
        .get(&format!("/api/v1/charges?limit=2&before={before}"))
        .await
        .json();
    assert_eq!(count(&rest), Some(1));
    assert!(rest["next_before"].is_null());
    assert_eq!(
        count(&stand.get("/api/v1/charges?device=till-9").await.json()),
        Some(0)
    );
}

#[tokio::test]
async fn a_stream_says_hello_then_the_open_charges_then_changes() {
    let stand = Stand::open();
    let first = stand
        .charge("key-1", &ask("sale-1", 100, CODE))
        .await
        .json();
    let request = asking("GET", "/api/v1/events", &[], "");
    let answer = stand
        .router
        .clone()
        .oneshot(request)
        .await
        .expect("never fails");
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut stream = answer.into_body();
    let text = read_until(&mut stream, "event: beat").await;
    assert!(
        text.starts_with("event: hello\ndata: {\"version\""),
        "{text}"
    );
    assert!(
        text.contains(first["id"].as_str().expect("an id")),
        "{text}"
    );
    let second = stand
        .charge("key-2", &ask("sale-2", 100, OTHER))
        .await
        .json();
    let text = read_until(&mut stream, second["id"].as_str().expect("an id")).await;
    assert!(text.contains("event: charge\nid: "), "{text}");
    assert!(!text.contains(OTHER));
}

/// What the stream says up to `mark`.
async fn read_until(body: &mut Body, mark: &str) -> String {
    let mut text = String::new();
    let mut chunks = std::mem::take(body).into_data_stream();
    while !text.contains(mark) {
        let chunk = chunks
            .next()
            .await
            .expect("the stream goes on")
            .expect("a chunk");
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    *body = Body::from_stream(chunks);
    text
}
