//! The shop's books at the bank: its balance, and its bill of the day against the record.

use money::Stamp;
use reqwest::Method;
use serde_json::json;
use tests::api::Api;
use tests::patience;
use tests::shop::Shop;
use wire::{BalanceView, BillView, ChargeView, MovedName, StateName};

/// The day in Beijing on which something of this charge happened last.
fn day_of(charge: &ChargeView) -> String {
    let text = Stamp::from_ms(charge.changed_ms).beijing();
    text.get(..10).unwrap_or_default().to_owned()
}

async fn paid(shop: &Shop, sale: &str, fen: i64) -> ChargeView {
    let code = shop.bank.fresh_code("balance").await;
    let opened = shop.api.open(sale, fen, &code).await;
    shop.api.until(&opened.id, StateName::Paid).await
}

async fn refunded(shop: &Shop, charge: &ChargeView, fen: i64) -> ChargeView {
    let path = format!("/api/v1/charges/{}/refunds", charge.id);
    let request = shop.api.request(Method::POST, &path);
    let request = request.header("Idempotency-Key", format!("back-{fen}"));
    let body = json!({"amount_fen": fen, "reason": ""});
    assert_eq!(Api::send(request.json(&body)).await.status, 201);
    patience::until("the refund is given", async || {
        let charge = shop.api.charge(&charge.id).await;
        (charge.refunded_fen == fen).then_some(charge)
    })
    .await
}

async fn balance(shop: &Shop) -> BalanceView {
    let answer = shop.api.get("/api/v1/balance").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    serde_json::from_str(&answer.text).expect("a balance")
}

async fn bill(shop: &Shop, day: &str) -> BillView {
    let answer = shop.api.get(&format!("/api/v1/bills/{day}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    serde_json::from_str(&answer.text).expect("a bill")
}

/// Sales, a refund and a reversal, all on one day of Beijing's: near midnight, once more.
async fn busy_day() -> (Shop, ChargeView, String) {
    loop {
        let shop = Shop::open();
        let first = paid(&shop, "sale-1", 1_250).await;
        paid(&shop, "sale-2", 800).await;
        shop.bank
            .misbehave(&json!({"what": "lost-answer", "method": "pay", "next": 1}))
            .await;
        shop.bank
            .misbehave(&json!({"what": "busy", "method": "query"}))
            .await;
        let code = shop.bank.fresh_code("huabei").await;
        let lost = shop.api.open("sale-3", 3_300, &code).await;
        shop.api.until(&lost.id, StateName::Unknown).await;
        assert!(shop.api.cancel(&lost.id).await.status < 300);
        shop.api.until(&lost.id, StateName::Reversed).await;
        shop.bank.behave().await;
        let first_day = day_of(&first);
        let first = refunded(&shop, &first, 250).await;
        shop.bank.make_bills_early().await;
        if day_of(&first) == first_day {
            return (shop, first, first_day);
        }
        shop.close();
    }
}

#[tokio::test]
async fn the_balance_grows_by_what_was_taken_and_shrinks_by_what_went_back() {
    let shop = Shop::open();
    let before = balance(&shop).await;
    assert_eq!(before.frozen_fen, 0);
    assert_eq!(before.available_fen, before.total_fen);
    let charge = paid(&shop, "sale", 10_000).await;
    let after = balance(&shop).await;
    // The bank keeps six in a thousand.
    assert_eq!(after.available_fen - before.available_fen, 9_940);
    refunded(&shop, &charge, 10_000).await;
    assert_eq!(balance(&shop).await.available_fen, before.available_fen);
    shop.close();
}

#[tokio::test]
async fn a_balance_that_cannot_be_believed_is_not_shown() {
    let shop = Shop::open();
    for (what, word) in [
        ("garbage", "provider-silent"),
        ("unsigned", "provider-silent"),
        ("wrong-signature", "provider-silent"),
        ("busy", "provider-silent"),
        ("down", "provider-silent"),
        ("lost-answer", "provider-silent"),
    ] {
        shop.bank
            .misbehave(&json!({"what": what, "method": "balance", "next": 1}))
            .await;
        let answer = shop.api.get("/api/v1/balance").await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (503, word),
            "{what}"
        );
        assert!(!answer.text.contains("available_fen"), "{what}");
    }
    balance(&shop).await;
    shop.close();
}

#[tokio::test]
async fn the_bill_of_a_day_and_the_record_agree_row_by_row() {
    let (shop, first, day) = busy_day().await;
    let bill = bill(&shop, &day).await;
    assert_eq!(bill.differences, 0, "{bill:#?}");
    // Three payments, a refund and a reversal.
    assert_eq!((bill.payments, bill.refunds, bill.matched), (3, 2, 5));
    assert_eq!((bill.received_fen, bill.given_back_fen), (5_350, -3_550));
    assert_eq!(bill.day, day);
    assert_eq!(bill.fee_fen, -11, "of 18.00 that stayed");
    let now = shop.api.charge(&first.id).await;
    assert_eq!(now.history, first.history, "reading a bill changes nothing");
    shop.close();
}

#[tokio::test]
async fn what_another_program_took_on_the_account_is_told_as_the_banks_alone() {
    let (shop, apart) = Shop::open_apart();
    let theirs = Shop::open_on_bank(&apart);
    let ours = paid(&shop, "sale", 500).await;
    let other = paid(&theirs, "sale", 700).await;
    apart.bank.make_bills_early().await;
    let days = [day_of(&ours), day_of(&other)];
    let mut rows = Vec::new();
    let mut matched = 0;
    for day in days.iter().collect::<std::collections::BTreeSet<_>>() {
        let bill = bill(&shop, day).await;
        matched += bill.matched;
        assert_eq!((bill.only_ours.len(), bill.other_amount.len()), (0, 0));
        rows.extend(bill.only_provider);
    }
    assert_eq!((matched, rows.len()), (1, 1), "{rows:#?}");
    assert_eq!(rows[0].order_no, other.order_no);
    assert_eq!(
        (rows[0].moved, rows[0].provider_fen),
        (MovedName::Payment, Some(700))
    );
    assert_eq!((&rows[0].charge, rows[0].state), (&None, None));
    theirs.close();
    shop.close();
}

#[tokio::test]
async fn a_bill_that_is_not_made_or_not_to_be_believed_says_so_and_gives_nothing() {
    let shop = Shop::open();
    let charge = paid(&shop, "sale", 500).await;
    let path = format!("/api/v1/bills/{}", day_of(&charge));
    let early = shop.api.get(&path).await;
    assert_eq!(
        (early.status, early.problem().as_str()),
        (404, "bill-absent")
    );
    assert!(early.text.contains("九点"), "{}", early.text);
    shop.bank.make_bills_early().await;
    for what in ["garbage", "wrong-signature", "busy", "lost-answer"] {
        shop.bank
            .misbehave(&json!({"what": what, "method": "bill", "next": 1}))
            .await;
        let answer = shop.api.get(&path).await;
        let told = (answer.status, answer.problem());
        assert_eq!(told, (503, "provider-silent".to_owned()), "{what}");
    }
    for what in ["bill-torn", "bill-encoding", "bill-column", "bill-day"] {
        let rule = json!({"what": what, "next": 1});
        shop.bank.misbehave(&rule).await;
        let answer = shop.api.get(&path).await;
        let told = (answer.status, answer.problem());
        assert_eq!(told, (502, "bill-unreadable".to_owned()), "{what}");
    }
    let now = shop.api.charge(&charge.id).await;
    assert_eq!(now.history, charge.history, "no bill changes the record");
    let wrong = shop.api.get("/api/v1/bills/yesterday").await;
    assert_eq!(
        (wrong.status, wrong.problem().as_str()),
        (422, "day-invalid")
    );
    assert_eq!(shop.api.get(&path).await.status, 200);
    let empty = bill(&shop, "2026-01-05").await;
    assert_eq!(
        (empty.payments, empty.refunds, empty.differences),
        (0, 0, 0)
    );
    shop.close();
}
