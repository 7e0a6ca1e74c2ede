//! Two servers on one database: what one leaves open the other brings to its end.

use reqwest::Method;
use serde_json::json;
use tests::api::{Api, ask};
use tests::news::Stream;
use tests::patience;
use tests::shop::{Apart, Shop};
use wire::{ChargeView, StateName};

use crate::cluster;
use crate::freeze::sell;

/// Two servers, one database, one bank that outlives both.
fn open() -> (Shop, Shop, Apart) {
    let database = cluster().database();
    let apart = Apart::open();
    let one = Shop::open_on(&database, &apart);
    let two = Shop::open_on(&database, &apart);
    (one, two, apart)
}

#[tokio::test]
async fn what_a_killed_server_left_open_the_other_finishes() {
    let (mut one, two, _apart) = open();
    let prompted = one.bank.fresh_code("password").await;
    let prompted = one.api.open("prompted", 700, &prompted).await;
    one.api.until(&prompted.id, StateName::Waiting).await;
    let lost = json!({"what": "lost-answer", "method": "pay", "next": 1});
    one.bank.misbehave(&lost).await;
    let lost = one.bank.fresh_code("balance").await;
    let lost = one.api.open("lost", 900, &lost).await;
    patience::until("the bank has taken the money", async || {
        (one.bank.paid_count().await == 1).then_some(())
    })
    .await;
    one.kill();
    two.bank.confirm("password", true).await;
    for (charge, fen) in [(&prompted, 700), (&lost, 900)] {
        let limit = patience::REVERSAL;
        let paid = two
            .api
            .until_within(limit, &charge.id, StateName::Paid)
            .await;
        assert_eq!(paid.amount_fen, fen);
    }
    assert_eq!(two.bank.paid_count().await, 2, "each was taken once");
    two.close();
}

#[tokio::test]
async fn a_frozen_server_that_wakes_changes_nothing_that_the_other_has_done() {
    let (one, two, _apart) = open();
    let code = one.bank.fresh_code("password").await;
    let charge = one.api.open("key", 700, &code).await;
    one.api.until(&charge.id, StateName::Waiting).await;
    one.program().signal("STOP");
    two.bank.confirm("password", true).await;
    let paid = two
        .api
        .until_within(patience::REVERSAL, &charge.id, StateName::Paid)
        .await;
    one.program().signal("CONT");
    // The one that woke takes part again, and says the same.
    sell(&one, "further").await;
    let known = one.api.charge(&charge.id).await;
    assert_eq!((known.state, known.revision), (paid.state, paid.revision));
    assert_eq!(one.bank.paid_count().await, 2);
    one.close();
    two.close();
}

#[tokio::test]
async fn a_request_that_is_repeated_to_the_other_server_comes_to_the_same_charge() {
    let (one, two, _apart) = open();
    let code = one.bank.fresh_code("balance").await;
    let asked = ask("sale", 450, &code);
    let first = one.api.post("key", &asked).await.charge();
    let again = two.api.post("key", &asked).await;
    assert_eq!((again.status, again.charge().id), (200, first.id.clone()));
    let other = ask("sale", 460, &code);
    assert_eq!(two.api.post("key", &other).await.problem(), "key-reused");
    one.api.until(&first.id, StateName::Paid).await;
    let code = one.bank.fresh_code("balance").await;
    let rival = two.api.post("rival", &ask("sale", 450, &code)).await;
    assert_eq!(rival.problem(), "sale-busy");
    assert_eq!(one.bank.paid_count().await, 1);
    one.close();
    two.close();
}

#[tokio::test]
async fn a_screen_at_one_server_is_told_what_the_other_does() {
    let (one, two, _apart) = open();
    let mut stream = Stream::open(&two.api).await;
    let code = one.bank.fresh_code("balance").await;
    let charge = one.api.open("key", 450, &code).await;
    loop {
        let news = stream.next_named("charge").await;
        let told: ChargeView = serde_json::from_str(&news.text).expect("a charge has its form");
        assert_eq!(told.id, charge.id);
        if told.state == StateName::Paid {
            break;
        }
    }
    drop(stream);
    one.close();
    two.close();
}

#[tokio::test]
async fn a_cashier_at_one_server_cancels_a_charge_that_the_other_works_on() {
    let (one, two, _apart) = open();
    let code = one.bank.fresh_code("password").await;
    let charge = one.api.open("key", 700, &code).await;
    one.api.until(&charge.id, StateName::Waiting).await;
    let cancelled = two.api.cancel(&charge.id).await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.text);
    assert_eq!(cancelled.charge().state, StateName::Reversing);
    let limit = patience::REVERSAL;
    let end = one.api.until_within(limit, &charge.id, StateName::Reversed);
    assert_eq!(end.await.amount_fen, 700);
    assert_eq!(one.bank.paid_count().await, 0);
    patience::until("the first server knows that it is ended", async || {
        let again = one.api.cancel(&charge.id).await;
        (again.problem() == "charge-ended").then_some(())
    })
    .await;
    one.close();
    two.close();
}

#[tokio::test]
async fn a_refund_at_one_server_need_not_wait_until_the_other_has_an_end_of_an_earlier_one() {
    let (one, two, _apart) = open();
    let code = one.bank.fresh_code("balance").await;
    let charge = one.api.open("key", 700, &code).await;
    one.api.until(&charge.id, StateName::Paid).await;
    for method in ["refund", "refund-query"] {
        let busy = json!({"what": "busy", "method": method});
        one.bank.misbehave(&busy).await;
    }
    let path = format!("/api/v1/charges/{}/refunds", charge.id);
    let back = async |shop: &Shop, key: &str, fen: i64| {
        let request = shop.api.request(Method::POST, &path);
        let request = request.header("Idempotency-Key", key);
        let body = json!({"amount_fen": fen, "reason": "returned"});
        Api::send(request.json(&body)).await
    };
    assert_eq!(back(&one, "first", 200).await.status, 201);
    let second = back(&two, "second", 300).await;
    assert_eq!(second.status, 201, "{}", second.text);
    let health = [&one, &two].map(|shop| shop.api.get("/healthz"));
    for health in health {
        let alarms = &health.await.json()["alarms"];
        assert_eq!(*alarms, json!(0), "nobody is called for that");
    }
    one.bank.behave().await;
    let limit = patience::REVERSAL;
    patience::until_within(limit, "both refunds have their end", async || {
        let now = two.api.charge(&charge.id).await;
        (now.refunded_fen == 500).then_some(())
    })
    .await;
    one.close();
    two.close();
}
