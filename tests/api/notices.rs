//! What Alipay posts by itself: taken when it is signed, ours and durable, and never otherwise.

use provider::PrivateKey;
use provider::alipay::{text_to_sign, write_form};
use reqwest::Method;
use serde_json::json;
use tests::api::{Answer, Api};
use tests::patience;
use tests::shop::Shop;
use wire::{ChargeView, StateName};

/// The app that the sandbox gives every shop.
const APP_ID: &str = "2021000000000001";

/// What a notice says of this order: names and values, not signed yet.
fn said(order_no: &str, status: &str, total: &str) -> Vec<(String, String)> {
    [
        ("app_id", APP_ID),
        ("charset", "utf-8"),
        ("notify_id", "2026112200222100000000000000000001"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", order_no),
        ("seller_id", "2088102100009999"),
        ("total_amount", total),
        ("trade_no", "2026112222001400000000000001"),
        ("trade_status", status),
        ("version", "1.0"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// The form as Alipay would send it, signed with the sandbox's own key.
fn signed(shop: &Shop, mut params: Vec<(String, String)>) -> String {
    let path = shop.home().file_named("alipayPrivateKey.pem");
    let text = std::fs::read_to_string(path).expect("the bank's key");
    let key = PrivateKey::read(&text).expect("a private key");
    let sign = key.sign(text_to_sign(&params).as_bytes());
    params.push(("sign_type".to_owned(), "RSA2".to_owned()));
    params.push(("sign".to_owned(), sign));
    write_form(&params)
}

async fn post(shop: &Shop, body: String) -> Answer {
    let request = shop.api.request(Method::POST, "/notify/alipay");
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    Api::send(request.header("content-type", form).body(body)).await
}

async fn assert_said(shop: &Shop, params: Vec<(String, String)>, word: &str) {
    let answer = post(shop, signed(shop, params)).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, word));
}

/// A charge whose customer is asked for a password.
async fn waiting(shop: &Shop, sale: &str) -> ChargeView {
    let code = shop.bank.fresh_code("password").await;
    let opened = shop.api.open(sale, 1_250, &code).await;
    shop.api.until(&opened.id, StateName::Waiting).await
}

#[tokio::test]
async fn a_payment_is_known_by_its_notice_while_no_question_gets_through() {
    let shop = Shop::open();
    let charge = waiting(&shop, "sale").await;
    shop.bank
        .misbehave(&json!({"what": "garbage", "method": "query"}))
        .await;
    shop.bank.confirm("password", true).await;
    let params = said(&charge.order_no, "TRADE_SUCCESS", "12.50");
    assert_said(&shop, params.clone(), "success").await;
    let paid = shop.api.charge(&charge.id).await;
    assert_eq!(paid.state, StateName::Paid, "told only when it is durable");
    for _ in 0..3 {
        assert_said(&shop, params.clone(), "success").await;
    }
    assert_eq!(
        shop.api.charge(&charge.id).await,
        paid,
        "repetitions change nothing"
    );
    let body = json!({"amount_fen": 250, "reason": ""});
    let path = format!("/api/v1/charges/{}/refunds", charge.id);
    let refund = shop
        .api
        .request(Method::POST, &path)
        .header("Idempotency-Key", "refund");
    assert_eq!(Api::send(refund.json(&body)).await.status, 201);
    patience::until("the refund is given", async || {
        let charge = shop.api.charge(&charge.id).await;
        (charge.refunded_fen == 250).then_some(())
    })
    .await;
    assert_said(&shop, params, "success").await;
    shop.close();
}

#[tokio::test]
async fn the_bank_tells_the_shop_by_itself_when_the_customer_confirms() {
    let shop = Shop::open_told(&[]);
    let charge = waiting(&shop, "sale").await;
    // No question gets through any more, so only a notice can make it paid.
    shop.bank
        .misbehave(&json!({"what": "down", "method": "query"}))
        .await;
    shop.bank.confirm("password", true).await;
    let paid = shop.api.until(&charge.id, StateName::Paid).await;
    assert_eq!(paid.order_no, charge.order_no);
    let look = async || {
        let notices = shop.bank.notices(&charge.order_no).await;
        notices.into_iter().find(|one| one["taken"] == true)
    };
    let notice = patience::until("the bank knows that it was taken", look).await;
    let url = notice["url"].as_str().unwrap_or_default();
    assert_eq!(url, format!("{}/notify/alipay", shop.till()));
    shop.close();
}

#[tokio::test]
async fn a_shop_that_wants_no_notices_gets_none_and_finds_out_by_asking() {
    let shop = Shop::open_told(&["--public-url", "none"]);
    let charge = waiting(&shop, "sale").await;
    shop.bank.confirm("password", true).await;
    shop.api.until(&charge.id, StateName::Paid).await;
    assert_eq!(shop.bank.notices(&charge.order_no).await.len(), 0);
    shop.close();
}

#[tokio::test]
async fn a_bank_elsewhere_calls_the_address_that_was_given() {
    let (mut shop, apart) = Shop::open_apart();
    shop.kill();
    let till = shop.till().to_owned();
    shop.start_again_with(&["--public-url", &till]);
    let code = apart.bank.fresh_code("password").await;
    let opened = shop.api.open("sale", 1_250, &code).await;
    let charge = shop.api.until(&opened.id, StateName::Waiting).await;
    apart
        .bank
        .misbehave(&json!({"what": "down", "method": "query"}))
        .await;
    apart.bank.confirm("password", true).await;
    shop.api.until(&charge.id, StateName::Paid).await;
    shop.close();
}

#[tokio::test]
async fn what_is_not_signed_or_not_ours_changes_nothing() {
    let shop = Shop::open();
    let charge = waiting(&shop, "sale").await;
    let ours = || said(&charge.order_no, "TRADE_SUCCESS", "12.50");
    let with = |name: &str, value: &str| {
        let mut params = ours();
        for (known, kept) in &mut params {
            if known == name {
                value.clone_into(kept);
            }
        }
        params
    };
    for params in [
        with("app_id", "2021000000009999"),
        with("out_trade_no", "S01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        with("out_trade_no", "somebody-else-1"),
        with("notify_type", "other"),
        with("trade_status", "TRADE_CLOSED_PERHAPS"),
        with("total_amount", "12.5"),
    ] {
        assert_said(&shop, params, "failure").await;
    }
    let whole = signed(&shop, ours());
    for forged in [
        whole.replace("12.50", "12.51"),
        whole.replace("TRADE_SUCCESS", "TRADE_CLOSED"),
        whole.replace("sign=", "sign=A"),
        write_form(&ours()),
        "%".to_owned(),
        String::new(),
    ] {
        let answer = post(&shop, forged.clone()).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (200, "failure"),
            "{forged}"
        );
    }
    assert_eq!(shop.api.charge(&charge.id).await.history, charge.history);
    shop.close();
}

#[tokio::test]
async fn a_success_over_another_sum_is_a_doubt_in_the_record_and_never_a_payment() {
    let shop = Shop::open();
    let charge = waiting(&shop, "sale").await;
    let params = said(&charge.order_no, "TRADE_SUCCESS", "12.51");
    assert_said(&shop, params, "failure").await;
    let look = async || {
        let charge = shop.api.charge(&charge.id).await;
        let is_noted = |fact: &str, detail: &str| {
            let mut steps = charge.history.iter();
            steps.any(|one| one.fact == fact && one.detail.as_deref() == Some(detail))
        };
        is_noted("doubted", "mismatch").then_some(charge.state)
    };
    let state = patience::until("the doubt is in the record", look).await;
    assert_ne!(state, StateName::Paid);
    shop.close();
}
