//! Power cuts at the worst moments. The bank is another process and remembers; afterwards record
//! and bank must say the same about every charge.

use std::time::Duration;

use serde_json::json;
use tests::api::{Api, ask};
use tests::patience;
use tests::shop::Shop;
use wire::{ChargeView, StateName};

/// Sends the request, cuts the power so long after it, starts again, and gives the key's charge.
async fn cut(shop: &mut Shop, number: usize, after: Duration) -> Option<ChargeView> {
    let key = format!("key-{number}");
    let code = shop.bank.fresh_code("balance").await;
    let request = shop
        .api
        .post_request(&key, &ask(&format!("sale-{number}"), 640, &code));
    let sent = tokio::spawn(Api::try_send(request));
    patience::let_pass(after).await;
    shop.kill();
    // The request may have been cut off; what counts is the record.
    drop(sent.await);
    shop.start_again();
    let found = shop.api.get(&format!("/api/v1/keys/{key}")).await;
    (found.status == 200).then(|| found.charge())
}

#[tokio::test]
async fn after_a_power_cut_the_record_and_the_bank_agree() {
    let (mut shop, _apart) = Shop::open_apart();
    let mut opened = Vec::new();
    for (number, after_ms) in [0, 3, 8, 15, 30, 60, 120].into_iter().enumerate() {
        opened.extend(cut(&mut shop, number, Duration::from_millis(after_ms)).await);
    }
    for charge in &opened {
        let end = patience::until_within(patience::REVERSAL, "every charge ends", async || {
            let charge = shop.api.charge(&charge.id).await;
            charge.state.is_end().then_some(charge)
        });
        let end = end.await;
        let order = shop.bank.order(&end.order_no).await;
        let is_paid_there = order.is_some_and(|order| order.state == "paid");
        assert_eq!(end.state == StateName::Paid, is_paid_there, "{end:#?}");
    }
    let ours = shop.api.list("?limit=100").await.charges;
    let paid = ours
        .iter()
        .filter(|charge| charge.state == StateName::Paid)
        .count();
    assert_eq!(
        paid,
        shop.bank.paid_count().await,
        "the bank has no order that we do not know"
    );
    shop.close();
}

#[tokio::test]
async fn a_payment_whose_answer_was_cut_off_is_found_again() {
    let (mut shop, _apart) = Shop::open_apart();
    shop.bank
        .misbehave(&json!({"what": "slow", "method": "pay", "next": 1, "ms": 30_000}))
        .await;
    let code = shop.bank.fresh_code("huabei").await;
    let opened = shop.api.open("sale", 640, &code).await;
    patience::until("the bank has taken the money", async || {
        (shop.bank.paid_count().await == 1).then_some(())
    })
    .await;
    shop.kill();
    shop.start_again();
    let paid = shop.api.until(&opened.id, StateName::Paid).await;
    let facts: Vec<_> = paid.history.iter().map(|step| step.fact.as_str()).collect();
    assert!(facts.ends_with(&["doubted", "paid"]), "{facts:?}");
    let doubt = paid.history.iter().find(|step| step.fact == "doubted");
    assert_eq!(
        doubt.and_then(|step| step.detail.as_deref()),
        Some("restarted")
    );
    assert_eq!(shop.bank.orders().await.len(), 1);
    shop.close();
}

#[tokio::test]
async fn a_customer_who_confirms_during_the_power_cut_has_paid() {
    let (mut shop, _apart) = Shop::open_apart();
    let code = shop.bank.fresh_code("password").await;
    let opened = shop.api.open("sale", 640, &code).await;
    shop.api.until(&opened.id, StateName::Waiting).await;
    shop.kill();
    shop.bank.confirm("password", true).await;
    shop.start_again();
    shop.api.until(&opened.id, StateName::Paid).await;
    shop.close();
}
