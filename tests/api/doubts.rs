//! A bank that misbehaves: nothing is shown as paid that is not verified, and every doubt ends
//! with what is true at the bank.

use futures::future::join_all;
use serde_json::json;
use tests::patience;
use tests::shop::Shop;
use wire::{ChargeView, StateName};

/// Opens a charge while the answer to `pay` is spoilt once, and follows it to its end.
async fn resolve(shop: &Shop, what: &str) -> ChargeView {
    shop.bank
        .misbehave(&json!({"what": what, "method": "pay", "next": 1}))
        .await;
    let code = shop.bank.fresh_code("balance").await;
    let opened = shop.api.open(&format!("sale-{what}"), 860, &code).await;
    shop.api.until(&opened.id, StateName::Paid).await
}

#[tokio::test]
async fn an_answer_that_cannot_be_trusted_is_asked_for_again() {
    let shop = Shop::open();
    for (what, doubt) in [
        ("lost-answer", "lost"),
        ("wrong-signature", "unverified"),
        ("unsigned", "unverified"),
        ("wrong-amount", "mismatch"),
        ("garbage", "garbled"),
        ("other-key", "unverified"),
        ("wrong-order", "mismatch"),
        ("wrong-currency", "mismatch"),
    ] {
        let paid = resolve(&shop, what).await;
        let doubted = paid.history.iter().find(|step| step.fact == "doubted");
        let detail = doubted.and_then(|step| step.detail.as_deref());
        assert_eq!(detail, Some(doubt), "{what}: {:#?}", paid.history);
        let order = shop
            .bank
            .order(&paid.order_no)
            .await
            .expect("the bank has the order");
        assert_eq!(order.state, "paid", "{what}");
    }
    shop.close();
}

#[tokio::test]
async fn no_spoilt_answer_is_ever_shown_as_paid() {
    let shop = Shop::open();
    for what in ["wrong-signature", "wrong-amount", "garbage", "unsigned"] {
        shop.bank
            .misbehave(&json!({"what": what, "method": "any"}))
            .await;
        let code = shop.bank.fresh_code("huabei").await;
        let opened = shop.api.open(&format!("sale-{what}"), 500, &code).await;
        shop.api.until(&opened.id, StateName::Unknown).await;
        // Longer than the rhythm of the queries, so that some of them were spoilt too.
        patience::let_pass(std::time::Duration::from_secs(8)).await;
        let charge = shop.api.charge(&opened.id).await;
        assert_eq!(charge.state, StateName::Unknown, "{what}");
        assert!(
            charge.funding.is_empty() && charge.provider_no.is_none(),
            "{what}"
        );
        shop.bank.behave().await;
        shop.api.until(&opened.id, StateName::Paid).await;
    }
    shop.close();
}

#[tokio::test]
async fn a_charge_that_never_reached_the_bank_is_reversed_and_takes_nothing() {
    let shop = Shop::open();
    let mut opened = Vec::new();
    for what in ["lost-request", "busy", "down"] {
        shop.bank
            .misbehave(&json!({"what": what, "method": "pay", "next": 1}))
            .await;
        let code = shop.bank.fresh_code("balance").await;
        let charge = shop.api.open(&format!("sale-{what}"), 500, &code).await;
        shop.api.until(&charge.id, StateName::Unknown).await;
        opened.push(charge);
    }
    let ends = opened.iter().map(|charge| {
        shop.api
            .until_within(patience::REVERSAL, &charge.id, StateName::Reversed)
    });
    for end in join_all(ends).await {
        assert_eq!(
            end.reverse_why.as_deref(),
            Some("deadline"),
            "{:#?}",
            end.history
        );
        assert!(shop.bank.order(&end.order_no).await.is_none());
    }
    assert_eq!(shop.bank.paid_count().await, 0);
    shop.close();
}

#[tokio::test]
async fn a_charge_that_the_cashier_cancels_while_its_answer_is_lost_gives_the_money_back() {
    let shop = Shop::open();
    shop.bank
        .misbehave(&json!({"what": "lost-answer", "method": "pay", "next": 1}))
        .await;
    shop.bank
        .misbehave(&json!({"what": "busy", "method": "query"}))
        .await;
    let code = shop.bank.fresh_code("balance").await;
    let opened = shop.api.open("sale", 3_300, &code).await;
    shop.api.until(&opened.id, StateName::Unknown).await;
    let cancel = shop.api.cancel(&opened.id).await;
    assert!(cancel.status < 300, "{}", cancel.text);
    let reversed = shop.api.until(&opened.id, StateName::Reversed).await;
    assert_eq!(reversed.reverse_end.as_deref(), Some("given-back"));
    let order = shop
        .bank
        .order(&opened.order_no)
        .await
        .expect("the bank has the order");
    assert_eq!(order.state, "given-back");
    shop.close();
}

#[tokio::test]
async fn a_slow_bank_is_waited_for() {
    let shop = Shop::open();
    shop.bank
        .misbehave(&json!({"what": "slow", "method": "pay", "next": 1, "ms": 3000}))
        .await;
    let code = shop.bank.fresh_code("balance").await;
    let opened = shop.api.open("sale", 100, &code).await;
    let paid = shop.api.until(&opened.id, StateName::Paid).await;
    assert!(
        paid.history.iter().all(|step| step.fact != "doubted"),
        "{:#?}",
        paid.history
    );
    shop.close();
}

#[tokio::test]
async fn a_gateway_that_cannot_be_reached_refuses_with_that_cause_and_takes_nothing() {
    let (shop, apart) = Shop::open_apart();
    let code = apart.bank.fresh_code("balance").await;
    drop(apart);
    let opened = shop.api.open("sale", 100, &code).await;
    let refused = shop.api.until(&opened.id, StateName::Refused).await;
    let cause = refused.refusal.map(|refusal| refusal.cause);
    assert_eq!(cause.as_deref(), Some("not-sent"));
    shop.close();
}
