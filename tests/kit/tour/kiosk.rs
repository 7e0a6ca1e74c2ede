//! The kiosk's screens.

use serde_json::json;

use super::{Look, hold, show};
use crate::camera::Film;
use crate::stage::Stage;

/// The kiosk with an amount.
pub(super) async fn with_amount(stage: &Stage, amount: &str) {
    stage.screen.browser.show(&Film::of_nothing()).await;
    let address = format!("{}/kiosk", stage.shop.till());
    stage.screen.open(&address).await;
    stage.screen.until("ready").await;
    stage.screen.amount(amount).await;
}

pub(super) async fn in_use(stage: &Stage, look: &impl Look) {
    with_amount(stage, "18.5").await;
    look(stage, "kiosk-amount").await;
    let slow = json!({"what": "slow", "method": "pay", "next": 1, "ms": 9_000});
    stage.shop.bank.misbehave(&slow).await;
    show(stage, "balance").await;
    stage.screen.until("sending").await;
    look(stage, "kiosk-sending").await;
    stage.screen.until("paid").await;

    with_amount(stage, "18.5").await;
    show(stage, "password").await;
    stage.screen.until("waiting").await;
    look(stage, "kiosk-waiting").await;
    stage.shop.bank.confirm("password", true).await;
    stage.screen.until("paid").await;

    with_amount(stage, "18.5").await;
    show(stage, "broke").await;
    stage.screen.until("refused").await;
    look(stage, "kiosk-refused").await;

    let address = format!("{}/kiosk?amount=12.50&sale=order-1", stage.shop.till());
    stage.screen.browser.show(&Film::of_nothing()).await;
    stage.screen.open(&address).await;
    stage.screen.until("ready").await;
    look(stage, "kiosk-given").await;
    hold(stage, true).await;
    show(stage, "huabei").await;
    stage.screen.until("paid").await;
    look(stage, "kiosk-paid").await;
    hold(stage, false).await;
    stage.screen.until("ready").await;
    look(stage, "kiosk-done").await;
}

/// The kiosk while nobody knows whether money was taken.
pub(super) async fn in_doubt(stage: &Stage, look: &impl Look) {
    let lost = json!({"what": "lost-answer", "method": "pay", "next": 1});
    stage.shop.bank.misbehave(&lost).await;
    let busy = json!({"what": "busy", "method": "query"});
    stage.shop.bank.misbehave(&busy).await;
    with_amount(stage, "35.5").await;
    show(stage, "huabei").await;
    stage.screen.until("unknown").await;
    look(stage, "kiosk-unknown").await;
    stage.shop.bank.behave().await;
}
