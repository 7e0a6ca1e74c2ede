//! Bad requests: each gets its kind of problem, in the asked language, and nothing is charged.

use axum::body::Body;
use axum::http::Request;
use futures::stream;

use super::{CODE, Stand, ask, asking};

async fn check(stand: &Stand, body: &str, status: u16, kind: &str, field: Option<&str>) {
    let heard = stand.charge("key", body).await;
    let told = (heard.status.as_u16(), heard.problem());
    assert_eq!(told, (status, kind.to_owned()), "{body}");
    assert_eq!(heard.json()["field"].as_str(), field, "{body}");
}

#[tokio::test]
async fn bodies_of_another_form_are_refused_whole() {
    let stand = Stand::open();
    check(&stand, "", 400, "body-invalid", None).await;
    check(&stand, "[]", 400, "body-invalid", None).await;
    check(&stand, "{\"sale\":\"s\"", 400, "body-invalid", None).await;
    check(
        &stand,
        "{\"sale\":\"s\"}",
        400,
        "body-invalid",
        Some("amount_fen"),
    )
    .await;
    check(&stand, "\u{feff}{}", 400, "body-invalid", None).await;
    let extra = ask("s", 100, CODE).replace("\"sale\"", "\"tip_fen\":5,\"sale\"");
    check(&stand, &extra, 400, "field-unknown", Some("tip_fen")).await;
    let twice = ask("s", 100, CODE).replace("\"sale\"", "\"amount_fen\":1,\"sale\"");
    check(&stand, &twice, 400, "body-invalid", None).await;
    let broken = ask("s", 100, CODE).replace("100", "12.5");
    check(&stand, &broken, 400, "body-invalid", None).await;
    assert_eq!(
        stand.get("/api/v1/charges").await.json()["charges"],
        serde_json::json!([])
    );
}

#[tokio::test]
async fn what_the_desk_refuses_names_the_field() {
    let stand = Stand::open();
    check(
        &stand,
        &ask("s", 0, CODE),
        422,
        "amount-zero",
        Some("amount_fen"),
    )
    .await;
    check(
        &stand,
        &ask("s", -1, CODE),
        422,
        "amount-negative",
        Some("amount_fen"),
    )
    .await;
    check(
        &stand,
        &ask("s", 500_001, CODE),
        422,
        "amount-too-large",
        Some("amount_fen"),
    )
    .await;
    let huge = ask("s", 1_000_000_000_000, CODE);
    check(&stand, &huge, 422, "amount-too-large", Some("amount_fen")).await;
    check(
        &stand,
        &ask("", 100, CODE),
        422,
        "name-invalid",
        Some("sale"),
    )
    .await;
    check(
        &stand,
        &ask("s", 100, "menu"),
        422,
        "code-not-digits",
        Some("code"),
    )
    .await;
    check(
        &stand,
        &ask("s", 100, "2812"),
        422,
        "code-length",
        Some("code"),
    )
    .await;
    let wechat = ask("s", 100, "134567890123456789");
    check(&stand, &wechat, 422, "provider-disabled", Some("code")).await;
}

#[tokio::test]
async fn a_key_must_be_there_and_in_its_form() {
    let stand = Stand::open();
    let body = ask("s", 100, CODE);
    let heard = stand.post("/api/v1/charges", &[], &body).await;
    assert_eq!(
        (heard.status.as_u16(), heard.problem().as_str()),
        (400, "key-missing")
    );
    for key in ["", "two words", &"k".repeat(65)] {
        assert_eq!(
            stand.charge(key, &body).await.problem(),
            "key-missing",
            "{key}"
        );
    }
}

#[tokio::test]
async fn a_body_over_64_kb_is_refused_whether_its_length_is_told_or_not() {
    let stand = Stand::open();
    let body = ask("s", 100, &"1".repeat(65 * 1024));
    assert_eq!(stand.charge("key", &body).await.problem(), "body-too-large");
    let chunks = (0..65).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1_024]));
    let request = Request::post("/api/v1/charges")
        .header("content-type", "application/json")
        .body(Body::from_stream(stream::iter(chunks)))
        .expect("a request");
    let heard = stand.send(request).await;
    assert_eq!(
        (heard.status.as_u16(), heard.problem().as_str()),
        (413, "body-too-large")
    );
}

#[tokio::test]
async fn only_json_may_change_anything() {
    let stand = Stand::open();
    let medias = [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ];
    for media in medias {
        let headers = [("content-type", media), ("idempotency-key", "k")];
        let request = asking("POST", "/api/v1/charges", &headers, &ask("s", 100, CODE));
        let heard = stand.send(request).await;
        assert_eq!(
            (heard.status.as_u16(), heard.problem().as_str()),
            (415, "media-type")
        );
    }
    let json = [
        ("content-type", "Application/JSON; charset=utf-8"),
        ("idempotency-key", "k"),
    ];
    let request = asking("POST", "/api/v1/charges", &json, &ask("s", 100, CODE));
    assert_eq!(stand.send(request).await.status, 201);
}

#[tokio::test]
async fn another_sites_page_may_change_nothing() {
    let stand = Stand::open();
    let body = ask("s", 100, CODE);
    let foreign: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("host", "till.local"), ("origin", "https://evil.example")],
        &[("host", "till.local"), ("origin", "null")],
    ];
    for headers in foreign {
        let heard = stand.post("/api/v1/charges", headers, &body).await;
        assert_eq!(heard.problem(), "foreign-origin", "{headers:?}");
        assert_eq!(heard.status, 403);
    }
    let own = [
        ("idempotency-key", "k"),
        ("host", "till.local"),
        ("origin", "http://till.local"),
        ("sec-fetch-site", "same-origin"),
    ];
    assert_eq!(stand.post("/api/v1/charges", &own, &body).await.status, 201);
}

#[tokio::test]
async fn a_list_is_asked_for_in_its_form() {
    let stand = Stand::open();
    let table = [
        ("limit=0", "body-invalid"),
        ("limit=201", "body-invalid"),
        ("limit=-1", "body-invalid"),
        ("page=2", "field-unknown"),
        ("before=x", "charge-absent"),
    ];
    for (query, kind) in table {
        let heard = stand.get(&format!("/api/v1/charges?{query}")).await;
        assert_eq!(heard.problem(), kind, "{query}");
    }
}

#[tokio::test]
async fn a_refusal_speaks_the_asked_language_and_says_which() {
    let stand = Stand::open();
    let table = [
        ("zh-CN,zh;q=0.9", "zh-CN"),
        ("en-GB", "en"),
        ("fr", "zh-CN"),
        ("", "zh-CN"),
    ];
    for (wanted, tag) in table {
        let request = asking("GET", "/api/v1/keys/k", &[("accept-language", wanted)], "");
        let heard = stand.send(request).await;
        let told = (heard.header("content-language"), heard.problem());
        assert_eq!(told, (tag, "charge-absent".to_owned()));
    }
}

#[tokio::test]
async fn a_full_house_of_streams_is_told_to_come_again() {
    let stand = Stand::open();
    let mut streams = Vec::new();
    for _ in 0..2 {
        let request = asking("GET", "/api/v1/events", &[], "");
        let answer = tower::ServiceExt::oneshot(stand.router.clone(), request).await;
        let stream = answer.expect("never fails");
        assert_eq!(stream.status(), 200);
        streams.push(stream);
    }
    let heard = stand.get("/api/v1/events").await;
    assert_eq!(
        (heard.problem().as_str(), heard.header("retry-after")),
        ("too-busy", "1")
    );
    drop(streams);
    assert_eq!(stand.get("/api/v1/events").await.status, 200);
}
