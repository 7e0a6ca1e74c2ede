//! Bad input gets a problem with a stable name and a sentence in both languages, and changes
//! nothing.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tests::api::{Answer, Api, ask};
use tests::shop::Shop;

const CODE: &str = "281234567890123456";

/// Sends the request in both languages: the same problem, each with its own words.
async fn check(shop: &Shop, request: RequestBuilder, status: u16, problem: &str) -> Answer {
    let in_lang = |lang: &str| {
        let twin = request.try_clone().expect("the body is in memory");
        Api::send(twin.header("Accept-Language", lang))
    };
    let (zh, en) = (in_lang("zh-CN").await, in_lang("en").await);
    for answer in [&zh, &en] {
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (status, problem),
            "{answer:?}"
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json()["status"], status);
    }
    for field in ["title", "detail"] {
        let (zh, en) = (zh.json()[field].clone(), en.json()[field].clone());
        let (zh, en) = (
            zh.as_str().unwrap_or_default(),
            en.as_str().unwrap_or_default(),
        );
        assert!(zh.chars().any(|sign| sign > '\u{3000}'), "{problem}: {zh}");
        assert!(en.is_ascii() && en.len() > 5, "{problem}: {en}");
    }
    assert!(
        shop.api.list("").await.charges.is_empty(),
        "{problem}: nothing was recorded"
    );
    zh
}

/// A wish with one field spoilt.
async fn check_field(shop: &Shop, field: &str, value: Value, status: u16, problem: &str) {
    let mut body = ask("sale", 100, CODE);
    body[field] = value;
    let answer = check(shop, shop.api.post_request("key", &body), status, problem).await;
    if status == 422 {
        assert_eq!(answer.json()["field"], field);
    }
}

#[tokio::test]
async fn an_amount_that_cannot_be_taken_is_refused() {
    let shop = Shop::open_with(&["--charge-max-fen", "500000"]);
    let field = "amount_fen";
    check_field(&shop, field, json!(0), 422, "amount-zero").await;
    check_field(&shop, field, json!(-1), 422, "amount-negative").await;
    check_field(&shop, field, json!(500_001), 422, "amount-too-large").await;
    check_field(
        &shop,
        field,
        json!(1_000_000_000_000_i64),
        422,
        "amount-too-large",
    )
    .await;
    check_field(&shop, field, json!(12.345), 400, "body-invalid").await;
    check_field(&shop, field, json!(1e300), 400, "body-invalid").await;
    check_field(&shop, field, json!("100"), 400, "body-invalid").await;
    check_field(&shop, field, Value::Null, 400, "body-invalid").await;
    assert!(shop.bank.orders().await.is_empty());
    shop.close();
}

#[tokio::test]
async fn a_code_that_is_no_payment_code_is_refused() {
    let shop = Shop::open();
    let field = "code";
    check_field(&shop, field, json!(""), 422, "code-not-digits").await;
    check_field(
        &shop,
        field,
        json!("https://example.com/menu"),
        422,
        "code-not-digits",
    )
    .await;
    check_field(
        &shop,
        field,
        json!("28123456789012345x"),
        422,
        "code-not-digits",
    )
    .await;
    check_field(&shop, field, json!("281234"), 422, "code-length").await;
    check_field(
        &shop,
        field,
        json!("2812345678901234567890123"),
        422,
        "code-length",
    )
    .await;
    check_field(
        &shop,
        field,
        json!("991234567890123456"),
        422,
        "code-unknown",
    )
    .await;
    check_field(
        &shop,
        field,
        json!("134567890123456789"),
        422,
        "provider-disabled",
    )
    .await;
    check_field(
        &shop,
        field,
        json!("6212345678901234567"),
        422,
        "provider-disabled",
    )
    .await;
    check_field(
        &shop,
        field,
        json!(281_234_567_890_i64),
        400,
        "body-invalid",
    )
    .await;
    assert!(shop.bank.orders().await.is_empty());
    shop.close();
}

#[tokio::test]
async fn a_name_of_another_form_is_refused() {
    let shop = Shop::open();
    check_field(&shop, "sale", json!(""), 422, "name-invalid").await;
    check_field(&shop, "sale", json!("a b"), 422, "name-invalid").await;
    check_field(&shop, "sale", json!("a".repeat(65)), 422, "name-invalid").await;
    check_field(&shop, "device", json!("柜台"), 422, "name-invalid").await;
    check_field(&shop, "device", json!("a".repeat(33)), 422, "name-invalid").await;
    check_field(&shop, "source", json!("thin air"), 400, "body-invalid").await;
    shop.close();
}

#[tokio::test]
async fn a_body_of_another_form_is_refused() {
    let shop = Shop::open();
    let post = || {
        shop.api
            .request(Method::POST, "/api/v1/charges")
            .header("Idempotency-Key", "k")
    };
    let as_json = || post().header("Content-Type", "application/json");
    check(&shop, as_json().body("{"), 400, "body-invalid").await;
    check(&shop, as_json().body("[]"), 400, "body-invalid").await;
    check(&shop, as_json().body(""), 400, "body-invalid").await;
    check(&shop, as_json().body(vec![0xFF, 0xFE]), 400, "body-invalid").await;
    check(&shop, post().body("amount=1"), 415, "media-type").await;

    let mut extra = ask("sale", 100, CODE);
    extra["amount_yuan"] = json!(1);
    check(
        &shop,
        shop.api.post_request("k", &extra),
        400,
        "field-unknown",
    )
    .await;

    let mut large = ask("sale", 100, CODE);
    large["code"] = json!("2".repeat(66_000));
    check(
        &shop,
        shop.api.post_request("k", &large),
        413,
        "body-too-large",
    )
    .await;
    shop.close();
}

#[tokio::test]
async fn a_missing_or_misshapen_key_is_refused() {
    let shop = Shop::open();
    let body = ask("sale", 100, CODE);
    let bare = shop
        .api
        .request(Method::POST, "/api/v1/charges")
        .json(&body);
    check(&shop, bare, 400, "key-missing").await;
    check(&shop, shop.api.post_request("", &body), 400, "key-missing").await;
    check(
        &shop,
        shop.api.post_request("a b", &body),
        400,
        "key-missing",
    )
    .await;
    check(
        &shop,
        shop.api.post_request(&"k".repeat(65), &body),
        400,
        "key-missing",
    )
    .await;
    shop.close();
}

#[tokio::test]
async fn an_address_or_method_that_is_not_there_is_refused() {
    let shop = Shop::open();
    let request = |method, path| shop.api.request(method, path);
    check(
        &shop,
        request(Method::GET, "/api/v1/nothing"),
        404,
        "not-found",
    )
    .await;
    check(
        &shop,
        request(Method::PUT, "/api/v1/charges"),
        405,
        "method-not-allowed",
    )
    .await;
    let absent = "/api/v1/charges/01ARZ3NDEKTSV4RRFFQ69G5FAV";
    check(&shop, request(Method::GET, absent), 404, "charge-absent").await;
    check(
        &shop,
        request(Method::GET, "/api/v1/charges/nonsense"),
        404,
        "charge-absent",
    )
    .await;
    let cancel = shop.api.cancel_request("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    check(&shop, cancel, 404, "charge-absent").await;
    shop.close();
}

#[tokio::test]
async fn another_sites_page_cannot_charge() {
    let shop = Shop::open();
    let body = ask("sale", 100, CODE);
    for (name, value) in [
        ("Origin", "https://evil.example"),
        ("Sec-Fetch-Site", "cross-site"),
    ] {
        let request = shop.api.post_request("key", &body).header(name, value);
        check(&shop, request, 403, "foreign-origin").await;
    }
    shop.close();
}
