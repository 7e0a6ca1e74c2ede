//! What a bank, or somebody who poses as one, can do to a shop unasked: ten times, late, out of
//! order, to the wrong place, by hand, by another clock.

use reqwest::Method;
use serde_json::{Value, json};
use tests::api::Api;
use tests::patience;
use tests::shop::Shop;
use wire::{ChargeView, StateName};

const DAY_MS: i64 = 86_400_000;

async fn paid(shop: &Shop, sale: &str) -> ChargeView {
    let code = shop.bank.fresh_code("balance").await;
    let opened = shop.api.open(sale, 1_250, &code).await;
    shop.api.until(&opened.id, StateName::Paid).await
}

/// How often the history has this fact.
fn count(charge: &ChargeView, fact: &str) -> usize {
    let steps = charge.history.iter();
    steps.filter(|step| step.fact == fact).count()
}

async fn tries(shop: &Shop, charge: &ChargeView) -> Vec<Value> {
    let notices = shop.bank.notices(&charge.order_no).await;
    notices.iter().map(|one| one["tries"].clone()).collect()
}

#[tokio::test]
async fn a_notice_that_comes_ten_times_is_one_event() {
    let shop = Shop::open_told(&[]);
    let ten = json!({"what": "notice-again", "times": 10, "next": 1});
    shop.bank.misbehave(&ten).await;
    let charge = paid(&shop, "sale").await;
    patience::until("the notice came ten times", async || {
        (tries(&shop, &charge).await == [json!(10)]).then_some(())
    })
    .await;
    let now = shop.api.charge(&charge.id).await;
    assert_eq!((now.state, count(&now, "paid")), (StateName::Paid, 1));
    assert_eq!(now.history, charge.history);
    shop.close();
}

#[tokio::test]
async fn notices_before_the_answer_after_the_reverse_and_in_the_wrong_order_change_no_end() {
    let shop = Shop::open_told(&[]);
    shop.bank
        .misbehave(&json!({"what": "notice-early", "next": 1}))
        .await;
    let early = paid(&shop, "early").await;
    assert_eq!(count(&early, "paid"), 1, "{:#?}", early.history);
    shop.bank
        .misbehave(&json!({"what": "notice-swapped", "next": 1}))
        .await;
    let swapped = paid(&shop, "swapped").await;
    shop.bank.give_back(&swapped.order_no, Some(250)).await;
    shop.bank
        .misbehave(&json!({"what": "lost-answer", "method": "pay", "next": 1}))
        .await;
    shop.bank
        .misbehave(&json!({"what": "busy", "method": "query"}))
        .await;
    shop.bank
        .misbehave(&json!({"what": "notice-late", "ms": 120_000, "next": 1}))
        .await;
    let code = shop.bank.fresh_code("balance").await;
    let lost = shop.api.open("reversed", 800, &code).await;
    shop.api.until(&lost.id, StateName::Unknown).await;
    assert!(shop.api.cancel(&lost.id).await.status < 300);
    let reversed = shop.api.until(&lost.id, StateName::Reversed).await;
    // Everything that still waits, the payment's notice among it, arrives after the end.
    shop.bank.send_notices(&json!({})).await;
    let both = patience::until("both notices of the swapped came", async || {
        let all = tries(&shop, &swapped).await;
        (all.len() == 2 && all.iter().all(|tries| *tries != 0)).then_some(all)
    });
    both.await;
    for end in [&early, &swapped, &reversed] {
        let now = shop.api.charge(&end.id).await;
        assert_eq!((now.state, &now.history), (end.state, &end.history));
    }
    shop.close();
}

#[tokio::test]
async fn notices_that_are_forged_or_of_somebody_else_are_not_taken_and_a_right_one_is() {
    let shop = Shop::open_told(&[]);
    let code = shop.bank.fresh_code("password").await;
    let opened = shop.api.open("sale", 1_250, &code).await;
    let charge = shop.api.until(&opened.id, StateName::Waiting).await;
    shop.bank
        .misbehave(&json!({"what": "down", "method": "query"}))
        .await;
    let late = json!({"what": "notice-late", "ms": 120_000, "next": 1});
    shop.bank.misbehave(&late).await;
    shop.bank.confirm("password", true).await;
    let send = async |what: Value, times: u32| {
        let ask = json!({"order_no": charge.order_no, "what": what, "times": times});
        shop.bank.send_notices(&ask).await
    };
    for what in [
        "notice-forged",
        "notice-foreign-app",
        "notice-unknown-order",
    ] {
        assert_eq!(send(json!(what), 10).await, [false; 10], "{what}");
    }
    assert_eq!(send(json!("notice-wrong-amount"), 2).await, [false; 2]);
    let now = shop.api.charge(&charge.id).await;
    assert_ne!(now.state, StateName::Paid, "{:#?}", now.history);
    assert_eq!(send(Value::Null, 3).await, [true; 3]);
    let now = shop.api.charge(&charge.id).await;
    assert_eq!((now.state, count(&now, "paid")), (StateName::Paid, 1));
    shop.close();
}

#[tokio::test]
async fn a_notice_to_another_shop_is_not_taken_there() {
    let (shop, apart) = Shop::open_apart();
    let theirs = Shop::open_told(&[]);
    let told = format!("{}/notify/alipay", theirs.till());
    let mut ours = shop;
    ours.kill();
    let till = ours.till().to_owned();
    ours.start_again_with(&["--public-url", &till]);
    let code = apart.bank.fresh_code("balance").await;
    let opened = ours.api.open("sale", 1_250, &code).await;
    let charge = ours.api.until(&opened.id, StateName::Paid).await;
    let astray = json!({"order_no": charge.order_no, "url": told, "times": 2});
    assert_eq!(apart.bank.send_notices(&astray).await, [false; 2]);
    let right = json!({"order_no": charge.order_no});
    assert_eq!(apart.bank.send_notices(&right).await, [true]);
    theirs.close();
    ours.close();
}

#[tokio::test]
async fn what_is_given_back_at_the_bank_itself_is_never_given_back_again() {
    let shop = Shop::open_told(&[]);
    let charge = paid(&shop, "sale").await;
    shop.bank.give_back(&charge.order_no, Some(250)).await;
    let refund = async |key: &str, fen: i64| {
        let path = format!("/api/v1/charges/{}/refunds", charge.id);
        let request = shop.api.request(Method::POST, &path);
        let request = request.header("Idempotency-Key", key);
        let body = json!({"amount_fen": fen, "reason": ""});
        assert_eq!(Api::send(request.json(&body)).await.status, 201);
        patience::until("the refund comes to its end", async || {
            let now = shop.api.charge(&charge.id).await;
            let states = now.refunds.iter().map(|one| one.state);
            let is_open = states
                .into_iter()
                .any(|one| one == wire::RefundStateName::Asked);
            (!is_open).then_some(now)
        })
        .await
    };
    let over = refund("over", 1_250).await;
    assert_eq!(over.refunded_fen, 0, "the bank has 10.00 left: {over:#?}");
    let rest = refund("rest", 1_000).await;
    assert_eq!(rest.refunded_fen, 1_000, "{rest:#?}");
    let order = shop.bank.order(&charge.order_no).await.expect("an order");
    assert_eq!(
        (order.state.as_str(), order.refunded_fen),
        ("given-back", 1_250)
    );
    shop.close();
}

#[tokio::test]
async fn a_bank_by_another_clock_is_noticed_and_charges_go_on_when_it_is_right_again() {
    let shop = Shop::open();
    paid(&shop, "before").await;
    for ahead_ms in [DAY_MS, -DAY_MS] {
        shop.bank.set_clock(ahead_ms).await;
        patience::until("health says that a clock is wrong", async || {
            // Only an answer of the bank's shows it.
            shop.api.get("/api/v1/balance").await;
            let health = shop.api.get("/healthz").await.text;
            health.contains("clock-wrong").then_some(())
        })
        .await;
        shop.bank.set_clock(0).await;
        patience::until("health says that all is well", async || {
            shop.api.get("/api/v1/balance").await;
            let health = shop.api.get("/healthz").await.text;
            (!health.contains("clock-wrong")).then_some(())
        })
        .await;
    }
    paid(&shop, "after").await;
    shop.close();
}
