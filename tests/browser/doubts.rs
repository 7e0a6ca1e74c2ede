//! When an answer is lost: the screen says so, and ends with what is true.

use serde_json::json;
use tests::browser::Setting;
use tests::patience;
use tests::stage::play;

use crate::sales::sell;

#[tokio::test]
async fn a_lost_answer_is_resolved_as_paid() {
    play("lost-answer", Setting::usual(), async |stage| {
        let fault = json!({"what": "lost-answer", "method": "pay", "next": 1});
        stage.shop.bank.misbehave(&fault).await;
        stage.open_till().await;
        sell(stage, "8.6", "balance", "unknown").await;
        stage.screen.until("paid").await;
        assert_eq!(stage.shop.bank.paid_count().await, 1);
        assert_eq!(stage.shop.bank.orders().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_lost_request_is_reversed_and_nothing_is_taken() {
    play("lost-request", Setting::usual(), async |stage| {
        let fault = json!({"what": "lost-request", "method": "pay", "next": 1});
        stage.shop.bank.misbehave(&fault).await;
        stage.open_till().await;
        sell(stage, "8.6", "balance", "unknown").await;
        stage
            .screen
            .until_within(patience::REVERSAL, "reversed")
            .await;
        assert!(stage.shop.bank.orders().await.is_empty());
        let charges = stage.shop.api.list("").await.charges;
        assert_eq!(charges[0].reverse_why.as_deref(), Some("deadline"));
    })
    .await;
}

#[tokio::test]
async fn a_sale_in_doubt_can_be_put_aside_and_the_next_one_goes_on() {
    play("put-aside", Setting::usual(), async |stage| {
        stage
            .shop
            .bank
            .misbehave(&json!({"what": "lost-answer", "method": "pay", "next": 1}))
            .await;
        stage
            .shop
            .bank
            .misbehave(&json!({"what": "busy", "method": "query"}))
            .await;
        stage.open_till().await;
        sell(stage, "8.6", "balance", "unknown").await;
        stage.screen.browser.press("unknown-minimise").await;
        stage.screen.until("ready").await;
        stage.screen.browser.element("unknown-badge").await;
        sell(stage, "4", "huabei", "paid").await;
        stage.shop.bank.behave().await;
        patience::until("the badge is gone", async || {
            (stage.screen.browser.count("unknown-badge").await == 0).then_some(())
        })
        .await;
        assert_eq!(stage.shop.bank.paid_count().await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_loaded_again_while_charging_finds_its_charge() {
    play("reloaded", Setting::usual(), async |stage| {
        stage.open_till().await;
        sell(stage, "9.9", "password", "waiting").await;
        stage.screen.reload().await;
        stage.screen.until("waiting").await;
        stage.shop.bank.confirm("password", true).await;
        stage.screen.until("paid").await;
        assert_eq!(stage.shop.bank.orders().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_loaded_again_before_the_answer_finds_its_charge() {
    play("reloaded-early", Setting::usual(), async |stage| {
        let slow = json!({"what": "slow", "method": "pay", "next": 1, "ms": 6_000});
        stage.shop.bank.misbehave(&slow).await;
        stage.open_till().await;
        sell(stage, "9.9", "balance", "sending").await;
        stage.screen.reload().await;
        stage.screen.until("paid").await;
        assert_eq!(stage.shop.bank.orders().await.len(), 1);
    })
    .await;
}
