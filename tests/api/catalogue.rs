//! What the shop sells: read, edited by one or by two at once, and there after a restart.

use reqwest::Method;
use serde_json::{Value, json};
use tests::api::{Answer, Api};
use tests::shop::Shop;

async fn put(shop: &Shop, id: &str, item: Value) -> Answer {
    let path = format!("/api/v1/catalogue/items/{id}");
    Api::send(shop.api.request(Method::PUT, &path).json(&item)).await
}

async fn take(shop: &Shop, rest: &str) -> Answer {
    let path = format!("/api/v1/catalogue/items/{rest}");
    Api::send(shop.api.request(Method::DELETE, &path)).await
}

fn tea(revision: u64) -> Value {
    json!({
        "revision": revision, "name": "奶茶 🧋 \"شاي\"", "price_fen": 1_200,
        "category": "Drinks", "colour": "brown", "sign": "🧋", "is_quick": true,
    })
}

fn answered(answer: &Answer) -> (u16, String) {
    (answer.status, answer.problem())
}

#[tokio::test]
async fn an_item_is_put_in_changed_and_taken_out() {
    let shop = Shop::open();
    let empty = shop.api.get("/api/v1/catalogue").await;
    assert_eq!(empty.json(), json!({"revision": 0, "items": []}));
    let first = put(&shop, "tea", tea(0)).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let plain = json!({"revision": 1, "name": "Egg", "price_fen": 200});
    let second = put(&shop, "egg", plain).await.json();
    assert_eq!(second["revision"], 2);
    assert_eq!(second["items"][0]["name"], "奶茶 🧋 \"شاي\"");
    assert_eq!(second["items"][1]["colour"], "plain");
    let mut dearer = tea(2);
    dearer["price_fen"] = json!(1_300);
    let third = put(&shop, "tea", dearer).await.json();
    assert_eq!(third["items"][0]["price_fen"], 1_300);
    assert_eq!(third["items"][1]["id"], "egg", "each keeps its place");
    let fourth = take(&shop, "egg?revision=3").await.json();
    assert_eq!(fourth["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(shop.api.get("/api/v1/catalogue").await.json(), fourth);
    shop.close();
}

#[tokio::test]
async fn a_catalogue_that_did_not_change_is_not_sent_again() {
    let shop = Shop::open();
    shop.api.put_item("tea", "Tea", 450).await;
    let known = async |tag: &str| {
        let ask = shop.api.request(Method::GET, "/api/v1/catalogue");
        Api::send(ask.header("If-None-Match", tag)).await
    };
    let first = shop.api.get("/api/v1/catalogue").await;
    assert_eq!(first.header("etag"), "\"1\"");
    let same = known("\"1\"").await;
    assert_eq!((same.status, same.text.as_str()), (304, ""));
    assert_eq!(same.header("etag"), "\"1\"");
    shop.api.put_item("tea", "Tea", 500).await;
    let other = known("\"1\"").await;
    assert_eq!((other.status, other.header("etag")), (200, "\"2\""));
    shop.close();
}

#[tokio::test]
async fn who_edits_what_somebody_else_changed_is_told_what_changed() {
    let shop = Shop::open();
    for (id, fen) in [("tea", 450), ("egg", 200), ("bun", 300)] {
        shop.api.put_item(id, id, fen).await;
    }
    shop.api.put_item("egg", "egg", 210).await;
    shop.api.take_item("bun").await;
    shop.api.put_item("cake", "cake", 900).await;
    let late = put(&shop, "tea", tea(3)).await;
    assert_eq!(answered(&late), (409, "catalogue-changed".to_owned()));
    let told = late.json();
    assert_eq!(told["revision"], 6);
    assert_eq!(
        told["changes"],
        json!([
            {"item": "egg", "change": "changed"},
            {"item": "cake", "change": "added"},
            {"item": "bun", "change": "gone"},
        ])
    );
    let late = take(&shop, "egg?revision=3").await;
    assert_eq!(answered(&late), (409, "catalogue-changed".to_owned()));
    let ahead = put(&shop, "tea", tea(7)).await;
    assert_eq!(answered(&ahead), (409, "catalogue-changed".to_owned()));
    assert_eq!(ahead.json().get("changes"), None, "nobody knows");
    shop.close();
}

#[tokio::test]
async fn of_two_who_edit_at_once_one_is_told() {
    let shop = Shop::open();
    let both = async |id: &'static str| put(&shop, id, tea(0)).await.status;
    let (one, other) = tokio::join!(both("one"), both("other"));
    let mut seen = [one, other];
    seen.sort_unstable();
    assert_eq!(seen, [200, 409]);
    let held = shop.api.get("/api/v1/catalogue").await.json();
    assert_eq!(held["items"].as_array().map(Vec::len), Some(1));
    shop.close();
}

#[tokio::test]
async fn an_item_that_none_may_have_is_refused_with_its_field() {
    let shop = Shop::open();
    let check = async |id: &str, field: &str, value: Value| {
        let mut item = tea(0);
        item[field] = value;
        let answer = put(&shop, id, item).await;
        assert_eq!(
            answered(&answer),
            (422, "item-invalid".to_owned()),
            "{field}"
        );
        assert_eq!(answer.json()["field"], field);
    };
    check("tea", "name", json!("")).await;
    check("tea", "name", json!("a\nb")).await;
    check("tea", "name", json!("x".repeat(41))).await;
    check("tea", "name", json!("\u{202E}aet")).await;
    check("tea", "price_fen", json!(0)).await;
    check("tea", "price_fen", json!(-1)).await;
    check("tea", "price_fen", json!(10_000_000_001_i64)).await;
    check("tea", "category", json!("")).await;
    check("tea", "colour", json!("pink")).await;
    check("tea", "sign", json!("123456789")).await;
    let answer = put(&shop, "t%20a", tea(0)).await;
    assert_eq!(answer.json()["field"], "id");
    let mut more = tea(0);
    more["cost"] = json!(1);
    let answer = put(&shop, "tea", more).await;
    assert_eq!(answered(&answer), (400, "field-unknown".to_owned()));
    for rest in ["egg?revision=0", "a%20b?revision=0"] {
        let answer = take(&shop, rest).await;
        assert_eq!(answered(&answer), (404, "item-absent".to_owned()), "{rest}");
    }
    assert_eq!(answered(&take(&shop, "egg").await).0, 400);
    let held = shop.api.get("/api/v1/catalogue").await.json();
    assert_eq!(held["revision"], 0, "nothing was written");
    shop.close();
}

#[tokio::test]
async fn another_sites_page_cannot_change_what_is_sold() {
    let shop = Shop::open();
    let ask = shop.api.request(Method::PUT, "/api/v1/catalogue/items/tea");
    let answer = Api::send(ask.header("Sec-Fetch-Site", "cross-site").json(&tea(0))).await;
    assert_eq!(answered(&answer), (403, "foreign-origin".to_owned()));
    shop.close();
}
