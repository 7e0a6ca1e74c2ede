//! Money that goes back: never more than was paid, never twice, and the bank agrees.

use std::time::Duration;

use futures::future::join_all;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tests::api::{Answer, Api};
use tests::patience;
use tests::shop::Shop;
use wire::{ChargeView, RefundStateName, StateName};

/// A paid charge over this sum.
async fn paid(shop: &Shop, sale: &str, amount_fen: i64) -> ChargeView {
    let code = shop.bank.fresh_code("balance").await;
    let opened = shop.api.open(sale, amount_fen, &code).await;
    shop.api.until(&opened.id, StateName::Paid).await
}

fn refund_request(shop: &Shop, id: &str, key: &str, body: &Value) -> RequestBuilder {
    let path = format!("/api/v1/charges/{id}/refunds");
    let request = shop.api.request(Method::POST, &path);
    request.header("Idempotency-Key", key).json(body)
}

async fn refund(shop: &Shop, id: &str, key: &str, amount_fen: i64) -> Answer {
    let body = json!({"amount_fen": amount_fen, "reason": "换货", "device": "till-1"});
    Api::send(refund_request(shop, id, key, &body)).await
}

/// Waits until every refund of the charge has an end.
async fn settled(shop: &Shop, id: &str) -> ChargeView {
    let look = async || {
        let charge = shop.api.charge(id).await;
        let is_open = |state| state == RefundStateName::Asked;
        let is_settled = !charge.refunds.iter().any(|one| is_open(one.state));
        is_settled.then_some(charge)
    };
    patience::until_within(patience::REVERSAL, "every refund ends", look).await
}

/// What the bank has given back of this order, refund by refund: number and sum.
async fn given_by_bank(shop: &Shop, charge: &ChargeView) -> Vec<(String, i64)> {
    let bank = Api::at(shop.bank.wallet().trim_end_matches("/wallet"));
    let path = format!("/api/orders/{}", charge.order_no);
    let order = bank.get(&path).await.json();
    let refunds = order["refunds"].as_array().cloned().unwrap_or_default();
    let one = |refund: &Value| {
        let number = refund["refund_no"].as_str().unwrap_or_default().to_owned();
        (number, refund["amount_fen"].as_i64().unwrap_or_default())
    };
    refunds.iter().map(one).collect()
}

/// The record and the bank say the same about what went back.
async fn assert_agreed(shop: &Shop, charge: &ChargeView) {
    let given = charge
        .refunds
        .iter()
        .filter(|one| one.state == RefundStateName::Given);
    let ours: Vec<_> = given.map(|one| (one.no.clone(), one.amount_fen)).collect();
    assert_eq!(given_by_bank(shop, charge).await, ours);
    let sum: i64 = ours.iter().map(|(_, fen)| fen).sum();
    assert_eq!(charge.refunded_fen, sum);
    assert!(sum <= charge.amount_fen);
}

#[tokio::test]
async fn a_payment_goes_back_in_parts_and_then_no_further() {
    let shop = Shop::open();
    let charge = paid(&shop, "sale", 1_250).await;
    let first = refund(&shop, &charge.id, "refund-1", 250).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let view = first.charge();
    assert_eq!((view.refunds.len(), view.refund_rest_fen), (1, 1_000));
    assert_eq!(view.refunds[0].reason, "换货");
    assert_eq!(view.refunds[0].by, "till-1");
    settled(&shop, &charge.id).await;

    let over = refund(&shop, &charge.id, "refund-2", 1_001).await;
    assert_eq!(
        (over.status, over.problem().as_str()),
        (409, "refund-over-rest")
    );
    assert_eq!(over.json()["rest_fen"], 1_000);
    assert!(over.text.contains("10.00"), "{}", over.text);

    let whole = refund(&shop, &charge.id, "refund-3", 1_000).await;
    assert_eq!(whole.status, 201, "{}", whole.text);
    let end = settled(&shop, &charge.id).await;
    assert_eq!((end.refunded_fen, end.refund_rest_fen), (1_250, 0));
    assert_eq!(end.state, StateName::Paid);
    assert!(
        end.refunds.iter().all(|one| one.given_ms.is_some()),
        "{end:#?}"
    );
    let facts: Vec<_> = end.history.iter().map(|step| step.fact.as_str()).collect();
    assert!(
        facts.ends_with(&["refund-asked", "refund-given"]),
        "{facts:?}"
    );
    assert_agreed(&shop, &end).await;
    let none = refund(&shop, &charge.id, "refund-4", 1).await;
    assert_eq!(none.problem(), "refund-over-rest");
    shop.close();
}

#[tokio::test]
async fn the_same_key_gives_back_once_whatever_is_left() {
    let shop = Shop::open();
    let charge = paid(&shop, "sale", 900).await;
    let body = json!({"amount_fen": 900, "reason": ""});
    let requests = (0..20).map(|_| Api::send(refund_request(&shop, &charge.id, "refund", &body)));
    let answers = join_all(requests).await;
    let fresh = answers.iter().filter(|answer| answer.status == 201).count();
    let same = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((fresh, same), (1, 19));
    let end = settled(&shop, &charge.id).await;
    assert_agreed(&shop, &end).await;
    let later = refund_request(&shop, &charge.id, "refund", &body);
    assert_eq!(Api::send(later).await.status, 200);
    let other = refund(&shop, &charge.id, "refund", 900).await;
    assert_eq!(
        (other.status, other.problem().as_str()),
        (409, "key-reused")
    );
    let of_sale = refund(&shop, &charge.id, "sale", 1).await;
    assert_eq!(
        of_sale.problem(),
        "key-reused",
        "the key of the charge itself"
    );
    assert_eq!(shop.api.charge(&charge.id).await.refunds.len(), 1);
    shop.close();
}

#[tokio::test]
async fn fifty_at_once_never_give_back_more_than_was_paid() {
    let shop = Shop::open();
    let charge = paid(&shop, "sale", 1_000).await;
    let keys: Vec<_> = (0..50).map(|number| format!("refund-{number}")).collect();
    let answers = join_all(keys.iter().map(|key| refund(&shop, &charge.id, key, 300))).await;
    let accepted = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(accepted, 3);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(answer.problem(), "refund-over-rest", "{}", answer.text);
        assert_eq!(answer.json()["rest_fen"], 100);
    }
    let end = settled(&shop, &charge.id).await;
    assert_eq!((end.refunded_fen, end.refund_rest_fen), (900, 100));
    assert_agreed(&shop, &end).await;
    shop.close();
}

#[tokio::test]
async fn a_lost_answer_is_found_out_and_gives_back_once() {
    let shop = Shop::open();
    for what in [
        "lost-answer",
        "lost-request",
        "garbage",
        "wrong-signature",
        "busy",
    ] {
        let charge = paid(&shop, &format!("sale-{what}"), 700).await;
        shop.bank
            .misbehave(&json!({"what": what, "method": "refund", "next": 1}))
            .await;
        let asked = refund(&shop, &charge.id, &format!("refund-{what}"), 300).await;
        assert_eq!(asked.status, 201, "{}", asked.text);
        let end = settled(&shop, &charge.id).await;
        assert_eq!(end.refunded_fen, 300, "{what}: {end:#?}");
        assert_agreed(&shop, &end).await;
    }
    shop.close();
}

#[tokio::test]
async fn what_cannot_be_refunded_says_why_and_changes_nothing() {
    let shop = Shop::open();
    let code = shop.bank.fresh_code("broke").await;
    let opened = shop.api.open("sale-broke", 500, &code).await;
    let broke = shop.api.until(&opened.id, StateName::Refused).await;
    let not_paid = refund(&shop, &broke.id, "refund-1", 500).await;
    assert_eq!(
        (not_paid.status, not_paid.problem().as_str()),
        (409, "not-paid")
    );
    let absent = refund(&shop, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "refund-2", 1).await;
    assert_eq!(
        (absent.status, absent.problem().as_str()),
        (404, "charge-absent")
    );

    let charge = paid(&shop, "sale", 500).await;
    for (body, status, problem) in [
        (json!({"amount_fen": 0, "reason": ""}), 422, "amount-zero"),
        (
            json!({"amount_fen": -1, "reason": ""}),
            422,
            "amount-negative",
        ),
        (
            json!({"amount_fen": i64::MAX, "reason": ""}),
            422,
            "amount-too-large",
        ),
        (
            json!({"amount_fen": 1, "reason": "a\nb"}),
            422,
            "reason-invalid",
        ),
        (
            json!({"amount_fen": 1, "reason": "长".repeat(201)}),
            422,
            "reason-invalid",
        ),
        (
            json!({"amount_fen": 1, "reason": "", "device": ""}),
            422,
            "name-invalid",
        ),
        (
            json!({"amount_fen": 1, "reason": "", "sum": 1}),
            400,
            "field-unknown",
        ),
        (
            json!({"amount_fen": 1.5, "reason": ""}),
            400,
            "body-invalid",
        ),
        (
            json!({"amount_fen": 501, "reason": ""}),
            409,
            "refund-over-rest",
        ),
    ] {
        let answer = Api::send(refund_request(&shop, &charge.id, "refund-3", &body)).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (status, problem),
            "{body}"
        );
    }
    let path = format!("/api/v1/charges/{}/refunds", charge.id);
    let keyless = shop.api.request(Method::POST, &path);
    let keyless = Api::send(keyless.json(&json!({"amount_fen": 1, "reason": ""}))).await;
    assert_eq!(keyless.problem(), "key-missing");
    assert_eq!(shop.api.charge(&charge.id).await.refunds, []);
    shop.close();
}

#[tokio::test]
async fn a_refund_survives_power_cuts_and_goes_back_once() {
    let (mut shop, _apart) = Shop::open_apart();
    let charge = paid(&shop, "sale", 1_000).await;
    for (number, after_ms) in [0, 4, 10, 25, 60].into_iter().enumerate() {
        let body = json!({"amount_fen": 100, "reason": "断电"});
        let key = format!("refund-{number}");
        let request = refund_request(&shop, &charge.id, &key, &body);
        let sent = tokio::spawn(Api::try_send(request));
        patience::let_pass(Duration::from_millis(after_ms)).await;
        shop.kill();
        drop(sent.await);
        shop.start_again();
        // The same request again, as a page would send it after the cut.
        let again = refund(&shop, &charge.id, &format!("{key}-unused"), 5_000).await;
        assert_eq!(again.problem(), "refund-over-rest");
        let again = Api::send(refund_request(&shop, &charge.id, &key, &body)).await;
        assert!(again.status < 300, "{}", again.text);
    }
    let end = settled(&shop, &charge.id).await;
    assert_eq!((end.refunds.len(), end.refunded_fen), (5, 500));
    assert_agreed(&shop, &end).await;
    shop.close();
}
