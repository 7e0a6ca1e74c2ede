//! Codes on the till's own screen: scanned and paid, never scanned, cancelled, and with every
//! answer lost that can be. What the bank holds and what the record says must be the same each
//! time.

use serde_json::{Value, json};
use tests::api::{ask, ask_to_show};
use tests::patience;
use tests::shop::Shop;
use wire::{ChargeView, StateName, WayName};

fn facts(view: &ChargeView) -> Vec<&str> {
    view.history.iter().map(|step| step.fact.as_str()).collect()
}

/// A cancel that finds no order is an end only when the code is dead: somebody may have
/// photographed it.
async fn until_gone(shop: &Shop, id: &str) -> ChargeView {
    let limit = patience::REVERSAL;
    shop.api.until_within(limit, id, StateName::Reversed).await
}

/// The customer can no longer pay by this code, and the sale can be charged again.
async fn assert_gone(shop: &Shop, end: &ChargeView, code: &str) {
    assert_eq!((end.show.as_deref(), end.show_until_ms), (None, None));
    assert_eq!(shop.bank.scan("balance", code).await, 409, "{end:#?}");
    let again = ask_to_show(&end.sale, end.amount_fen);
    let again = shop.api.post(&format!("{}-again", end.sale), &again).await;
    assert_eq!(again.status, 201, "{}", again.text);
    let waiting = shop.api.until(&again.charge().id, StateName::Waiting).await;
    let fresh = waiting.show.expect("a fresh code");
    assert_ne!(fresh, code);
    assert_eq!(shop.bank.scan("balance", &fresh).await, 200);
    shop.api.until(&waiting.id, StateName::Paid).await;
}

#[tokio::test]
async fn a_customer_scans_the_tills_code_and_has_paid_exactly_that() {
    let shop = Shop::open();
    let (shown, code) = shop.api.show("sale", 1_250).await;
    assert_eq!(shown.way, WayName::Shown);
    assert_eq!(shown.provider, "alipay");
    assert_eq!(shown.show_until_ms, Some(shown.deadline_ms));
    assert!(shown.deadline_ms - shown.opened_ms >= 60_000);
    assert!(
        shop.bank.order(&shown.order_no).await.is_none(),
        "no order yet"
    );
    assert_eq!(shop.bank.scan("huabei", &code).await, 200);
    let paid = shop.api.until(&shown.id, StateName::Paid).await;
    assert_eq!(facts(&paid), ["opened", "sent", "shown", "paid"]);
    assert_eq!(paid.show, None);
    assert_eq!(paid.funding.len(), 1);
    assert_eq!(
        (paid.funding[0].channel.as_str(), paid.funding[0].amount_fen),
        ("PCREDIT", 1_250)
    );
    assert_eq!(shop.bank.paid_count().await, 1);
    let repeat = shop.api.post("sale", &ask_to_show("sale", 1_250)).await;
    assert_eq!((repeat.status, repeat.charge().id), (200, paid.id));
    shop.close();
}

#[tokio::test]
async fn a_customer_with_a_password_is_waited_for() {
    let shop = Shop::open();
    let (shown, code) = shop.api.show("sale", 990).await;
    assert_eq!(
        shop.bank.scan("broke", &code).await,
        409,
        "another may still pay"
    );
    assert_eq!(shop.bank.scan("password", &code).await, 200);
    let waiting = shop.api.charge(&shown.id).await;
    assert_eq!(waiting.state, StateName::Waiting);
    shop.bank.confirm("password", true).await;
    shop.api.until(&shown.id, StateName::Paid).await;
    shop.close();
}

/// A code that nobody scans is taken back when its time is up.
async fn leave(shop: &Shop) {
    let (shown, code) = shop.api.show("left", 700).await;
    let end = until_gone(shop, &shown.id).await;
    assert_eq!(end.reverse_why.as_deref(), Some("deadline"));
    assert!(shop.bank.order(&end.order_no).await.is_none());
    assert_gone(shop, &end, &code).await;
}

/// A code that the cashier takes back pays no more.
async fn take_back(shop: &Shop) {
    let (shown, code) = shop.api.show("back", 700).await;
    let cancel = shop.api.cancel(&shown.id).await;
    assert!(cancel.status < 300, "{}", cancel.text);
    assert_eq!(cancel.charge().show, None);
    let again = shop.api.post("again", &ask_to_show("back", 700)).await;
    assert_eq!(again.problem(), "sale-busy", "somebody may still pay");
    let end = until_gone(shop, &shown.id).await;
    assert_eq!(end.reverse_why.as_deref(), Some("cashier"));
    assert!(end.changed_ms - end.opened_ms >= 180_000);
    assert_eq!(end.reverse_end.as_deref(), Some("nothing"));
    assert_gone(shop, &end, &code).await;
}

#[tokio::test]
async fn a_customer_who_has_scanned_and_not_confirmed_is_let_go() {
    let shop = Shop::open();
    let (shown, code) = shop.api.show("sale", 700).await;
    assert_eq!(shop.bank.scan("password", &code).await, 200);
    shop.api.cancel(&shown.id).await;
    let end = shop.api.until(&shown.id, StateName::Reversed).await;
    assert_eq!(end.reverse_end.as_deref(), Some("closed"));
    assert_gone(&shop, &end, &code).await;
    shop.close();
}

#[tokio::test]
async fn a_payment_that_nobody_has_heard_of_yet_goes_back_when_the_cashier_cancels() {
    let shop = Shop::open();
    let (shown, code) = shop.api.show("sale", 700).await;
    for fault in [
        json!({"what": "busy", "method": "query"}),
        json!({"what": "notice-late", "ms": 60_000}),
    ] {
        shop.bank.misbehave(&fault).await;
    }
    assert_eq!(shop.bank.scan("balance", &code).await, 200);
    shop.api.cancel(&shown.id).await;
    let end = shop.api.until(&shown.id, StateName::Reversed).await;
    assert_eq!(end.reverse_end.as_deref(), Some("given-back"));
    assert_eq!(shop.bank.paid_count().await, 0);
    shop.close();
}

#[tokio::test]
async fn a_code_whose_answer_is_lost_is_never_asked_for_again_and_frees_its_sale() {
    let shop = Shop::open();
    for what in ["lost-answer", "lost-request", "garbage", "busy"] {
        let fault = json!({"what": what, "method": "precreate", "next": 1});
        shop.bank.misbehave(&fault).await;
        let sale = format!("sale-{what}");
        let opened = shop.api.post(&sale, &ask_to_show(&sale, 480)).await;
        assert_eq!(opened.status, 201, "{}", opened.text);
        let id = opened.charge().id;
        let end = shop.api.until(&id, StateName::Reversed).await;
        assert_eq!(end.reverse_why.as_deref(), Some("code-lost"), "{what}");
        assert_eq!(end.show, None);
        assert!(!facts(&end).contains(&"shown"));
        let scanned = shop.bank.fresh_code("balance").await;
        let other = format!("{sale}-scanned");
        let again = shop.api.post(&other, &ask(&sale, 480, &scanned)).await;
        shop.api.until(&again.charge().id, StateName::Paid).await;
    }
    assert_eq!(shop.bank.paid_count().await, 4);
    shop.close();
}

/// A lost answer to the cancel is asked for until the code is gone.
async fn take_back_unheard(shop: &Shop) {
    let (shown, code) = shop.api.show("unheard", 700).await;
    for what in ["lost-request", "lost-answer"] {
        let fault = json!({"what": what, "method": "cancel", "next": 1});
        shop.bank.misbehave(&fault).await;
    }
    shop.api.cancel(&shown.id).await;
    let end = until_gone(shop, &shown.id).await;
    assert_gone(shop, &end, &code).await;
}

/// All three side by side: each takes as long as its code lives.
#[tokio::test]
async fn a_code_that_is_taken_back_frees_its_sale_when_nobody_can_pay_by_it_any_more() {
    let shop = Shop::open();
    tokio::join!(leave(&shop), take_back(&shop), take_back_unheard(&shop));
    shop.close();
}

#[tokio::test]
async fn a_code_is_shown_on_after_a_power_cut_and_can_be_paid() {
    let (mut shop, _apart) = Shop::open_apart();
    let (shown, code) = shop.api.show("sale", 700).await;
    shop.kill();
    shop.start_again();
    let again = shop.api.charge(&shown.id).await;
    assert_eq!(again.state, StateName::Waiting);
    assert_eq!(again.show.as_deref(), Some(code.as_str()));
    assert_eq!(shop.bank.scan("balance", &code).await, 200);
    shop.api.until(&shown.id, StateName::Paid).await;
    let (other, code) = shop.api.show("other", 800).await;
    shop.kill();
    assert_eq!(shop.bank.scan("balance", &code).await, 200);
    shop.start_again();
    shop.api.until(&other.id, StateName::Paid).await;
    assert_eq!(shop.bank.paid_count().await, 2);
    shop.close();
}

#[tokio::test]
async fn a_request_that_mixes_the_ways_to_pay_is_refused_with_the_field() {
    let shop = Shop::open();
    let code = shop.bank.fresh_code("balance").await;
    let with = |ask: &Value, field: &str, value: Value| {
        let mut ask = ask.clone();
        ask[field] = value;
        ask
    };
    let (shown, scanned) = (ask_to_show("sale", 100), ask("sale", 100, &code));
    let cases = [
        (with(&shown, "code", json!(code)), "way-mixed", "code"),
        (
            with(&shown, "source", json!("typed")),
            "way-mixed",
            "source",
        ),
        (
            with(&shown, "provider", Value::Null),
            "way-mixed",
            "provider",
        ),
        (
            with(&shown, "provider", json!("wechat")),
            "provider-disabled",
            "provider",
        ),
        (
            with(&scanned, "provider", json!("alipay")),
            "way-mixed",
            "provider",
        ),
        (with(&scanned, "code", Value::Null), "way-mixed", "code"),
        (with(&scanned, "source", Value::Null), "way-mixed", "source"),
    ];
    for (ask, kind, field) in cases {
        let answer = shop.api.post("key", &ask).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (422, kind),
            "{ask}"
        );
        assert_eq!(answer.json()["field"], field, "{ask}");
    }
    let odd = with(&shown, "way", json!("sung"));
    assert_eq!(shop.api.post("key", &odd).await.problem(), "body-invalid");
    assert!(shop.bank.orders().await.is_empty());
    shop.close();
}
