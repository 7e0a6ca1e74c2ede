//! A walk past every screen there is, for whoever looks at them: one takes pictures, one judges
//! whether everybody can use them.

use core::time::Duration;

use serde_json::json;

use crate::browser::{Permission, Setting};
use crate::camera::Film;
use crate::patience;
use crate::stage::{Stage, play, play_with};

mod gear;
mod goods;
mod guise;
mod kiosk;

pub use guise::{Guise, guises};

/// Who looks at a screen, which has this name.
pub trait Look: AsyncFn(&Stage, &str) {}

impl<L: AsyncFn(&Stage, &str)> Look for L {}

/// Lets a test hold the page's clock: the paid screen would be gone before its last look.
const HOLD: &str = "const real = window.setInterval;
    window.setInterval = (work, ms, ...rest) => real(() => {
      if (!window.__hold) work(...rest);
    }, ms);";

/// The till, its records, the wallet, and the kiosk at rest.
pub async fn till(look: &impl Look) {
    play("tour-till", Setting::usual(), async |stage| {
        // The program is stopped on this walk; a page may be loading just then.
        stage.forgive("net::ERR_");
        stage.forgive("Failed to fetch");
        stage.screen.browser.prepare(HOLD).await;
        before_a_charge(stage, look).await;
        a_charge(stage, look).await;
        a_charge_in_doubt(stage, look).await;
        the_record(stage, look).await;
        other_pages(stage, look).await;
    })
    .await;
}

/// A code on the screen of till and kiosk.
pub async fn shown(look: &impl Look) {
    play("tour-shown", Setting::usual(), async |stage| {
        a_code_of_ours(stage, look).await;
    })
    .await;
}

/// Amounts that are questioned.
pub async fn questions(look: &impl Look) {
    let options = ["--confirm-above-fen", "100000"];
    play_with(&options, "tour-amounts", Setting::usual(), async |stage| {
        amounts(stage, look).await;
    })
    .await;
}

/// The settings of a device.
pub async fn settings(look: &impl Look) {
    play("tour-settings", Setting::usual(), async |stage| {
        the_settings(stage, look).await;
    })
    .await;
}

/// A sale in instalments.
pub async fn plans(look: &impl Look) {
    let plans = "3 customer 2.3%, 6 shop 4.5%, 12 customer 7.5%";
    let options = ["--instalments", plans, "--confirm-above-fen", "100000"];
    play_with(&options, "tour-plans", Setting::usual(), async |stage| {
        the_plans(stage, look).await;
    })
    .await;
}

/// A till with a catalogue, and the page where it is edited.
pub async fn goods(look: &impl Look) {
    play("tour-goods", Setting::usual(), async |stage| {
        // A price changes under the customer's eyes.
        stage.forgive("409 (Conflict)");
        goods::at_the_till(stage, look).await;
        goods::edited(stage, look).await;
    })
    .await;
}

/// The page of a sale whose receipt can be printed.
pub async fn receipt(look: &impl Look) {
    play("tour-receipt", Setting::usual(), async |stage| {
        goods::sold(stage, look).await;
    })
    .await;
}

/// The kiosk in use.
pub async fn kiosk(look: &impl Look) {
    play("tour-kiosk", Setting::usual(), async |stage| {
        stage.screen.browser.prepare(HOLD).await;
        kiosk::in_use(stage, look).await;
        kiosk::in_doubt(stage, look).await;
    })
    .await;
}

/// The till whose camera may not be used.
pub async fn blind(look: &impl Look) {
    let setting = Setting {
        camera: Permission::Denied,
        ..Setting::usual()
    };
    play("tour-blind", setting, async |stage| {
        stage.open_till().await;
        patience::let_pass(Duration::from_secs(1)).await;
        look(stage, "camera-denied").await;
    })
    .await;
}

/// The till with cameras that have much, or little.
pub async fn cameras(look: &impl Look) {
    play("tour-cameras", Setting::usual(), async |stage| {
        gear::of_cameras(stage, look).await;
    })
    .await;
}

async fn hold(stage: &Stage, is_held: bool) {
    stage
        .screen
        .browser
        .script(&format!("window.__hold = {is_held}"))
        .await;
}

/// Shows a customer's code to the camera.
async fn show(stage: &Stage, customer: &str) {
    let code = stage.shop.bank.fresh_code(customer).await;
    stage.screen.browser.show(&Film::of_code(&code)).await;
}

async fn ready(stage: &Stage) {
    stage.screen.browser.show(&Film::of_nothing()).await;
    stage.open_till().await;
}

/// A customer pays by the code on the screen: taking it back lasts until the code is dead.
async fn pay_ours(stage: &Stage) {
    let browser = &stage.screen.browser;
    let code = browser.attribute("show-code", "data-code").await;
    let code = code.expect("a code is shown");
    assert_eq!(stage.shop.bank.scan("huabei", &code).await, 200);
    stage.screen.until("paid").await;
}

async fn before_a_charge(stage: &Stage, look: &impl Look) {
    stage
        .screen
        .open(&format!("{}/records", stage.shop.till()))
        .await;
    stage.screen.browser.element("sheet-close").await;
    patience::let_pass(Duration::from_secs(1)).await;
    look(stage, "records-empty").await;
    stage.open_till().await;
    look(stage, "ready").await;
    stage.screen.amount("12.5+8×2").await;
    look(stage, "amount").await;
    stage.screen.browser.press("type-code").await;
    stage.screen.browser.element("code-input").await;
    look(stage, "type-code").await;
    ready(stage).await;
    show(stage, "balance").await;
    stage.screen.browser.element("code-in-hand").await;
    look(stage, "code-in-hand").await;
    stage
        .screen
        .open(&format!("{}/?debug", stage.shop.till()))
        .await;
    stage.screen.figure("fps").await;
    look(stage, "debug").await;
}

async fn a_charge(stage: &Stage, look: &impl Look) {
    ready(stage).await;
    stage.screen.amount("9.9").await;
    show(stage, "password").await;
    stage.screen.until("waiting").await;
    look(stage, "waiting").await;
    stage.screen.browser.press("cancel").await;
    stage.screen.until("reversed").await;
    look(stage, "reversed").await;

    ready(stage).await;
    stage.screen.amount("128").await;
    hold(stage, true).await;
    show(stage, "huabei").await;
    stage.screen.until("paid").await;
    look(stage, "paid").await;
    hold(stage, false).await;

    ready(stage).await;
    stage.screen.amount("20").await;
    show(stage, "broke").await;
    stage.screen.until("refused").await;
    look(stage, "refused").await;
}

async fn a_charge_in_doubt(stage: &Stage, look: &impl Look) {
    ready(stage).await;
    let slow = json!({"what": "slow", "method": "pay", "next": 1, "ms": 9_000});
    stage.shop.bank.misbehave(&slow).await;
    stage.screen.amount("66").await;
    show(stage, "balance").await;
    stage.screen.until("sending").await;
    look(stage, "sending").await;
    stage.screen.until("paid").await;

    ready(stage).await;
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
    stage.screen.amount("35.5").await;
    show(stage, "huabei").await;
    stage.screen.until("unknown").await;
    look(stage, "unknown").await;
    stage.screen.browser.press("unknown-minimise").await;
    stage.screen.browser.element("unknown-badge").await;
    look(stage, "unknown-badge").await;
    stage.shop.bank.behave().await;
}

/// A code on the till's own screen, and on the kiosk's.
async fn a_code_of_ours(stage: &Stage, look: &impl Look) {
    ready(stage).await;
    stage.screen.amount("12.5").await;
    stage.screen.browser.press("show").await;
    stage.screen.until("showing").await;
    look(stage, "showing").await;
    pay_ours(stage).await;
    kiosk::with_amount(stage, "18.5").await;
    stage.screen.browser.press("show").await;
    stage.screen.until("showing").await;
    look(stage, "kiosk-showing").await;
    pay_ours(stage).await;
}

/// Amounts that cannot be charged, and one that is asked about.
async fn amounts(stage: &Stage, look: &impl Look) {
    for (name, amount) in [
        ("too-fine", "0.5×0.35"),
        ("too-large", "9999999"),
        (
            "too-long",
            "11.11+22.22+33.33+44.44+55.55+66.66+77.77+88.88",
        ),
    ] {
        ready(stage).await;
        stage.screen.amount(amount).await;
        look(stage, &format!("amount-{name}")).await;
    }
    ready(stage).await;
    stage.screen.amount("1288").await;
    stage.screen.charge().await;
    show(stage, "balance").await;
    stage.screen.browser.element("confirm-yes").await;
    look(stage, "confirm").await;
}

/// A customer's phone that asks for the password.
async fn the_password(stage: &Stage, look: &impl Look) {
    let browser = &stage.screen.browser;
    stage.screen.open(&stage.shop.bank.wallet()).await;
    browser.press_css("[data-customer=\"password\"]").await;
    let code = stage.shop.bank.fresh_code("password").await;
    stage.shop.api.open("sale-asked", 990, &code).await;
    patience::until("the page asks", async || {
        let shown = "return document.querySelector('#ask-yes')?.checkVisibility() ?? false";
        browser.script(shown).await.as_bool()?.then_some(())
    })
    .await;
    look(stage, "wallet-password").await;
    stage.shop.bank.confirm("password", false).await;
}

async fn the_record(stage: &Stage, look: &impl Look) {
    stage
        .screen
        .open(&format!("{}/records", stage.shop.till()))
        .await;
    stage.screen.browser.element("record-row").await;
    look(stage, "records").await;
    stage.screen.browser.press("record-row").await;
    stage.screen.browser.element("record-order-no").await;
    look(stage, "record").await;
}

async fn other_pages(stage: &mut Stage, look: &impl Look) {
    stage
        .screen
        .open(&format!("{}/kiosk", stage.shop.till()))
        .await;
    patience::let_pass(Duration::from_secs(2)).await;
    look(stage, "kiosk").await;
    stage.screen.open(&stage.shop.bank.wallet()).await;
    patience::let_pass(Duration::from_secs(2)).await;
    look(stage, "wallet").await;
    the_password(stage, look).await;
    ready(stage).await;
    stage.shop.kill();
    stage.screen.browser.element("offline-strip").await;
    look(stage, "offline").await;
    stage.shop.start_again();
}

/// The device's settings, and the till as it looks with them.
async fn the_settings(stage: &Stage, look: &impl Look) {
    let browser = &stage.screen.browser;
    ready(stage).await;
    browser.press("settings").await;
    browser.element("set-volume-full").await;
    patience::let_pass(Duration::from_secs(1)).await;
    look(stage, "settings").await;
    browser.press("set-hand-left").await;
    browser.press("sheet-close").await;
    stage.screen.amount("12.5").await;
    look(stage, "left-hand").await;
    browser.press("settings").await;
    browser.press("set-theme-daylight").await;
    look(stage, "settings-daylight").await;
    browser.press("sheet-close").await;
    look(stage, "daylight").await;
}

/// 花呗分期: the choice, what it costs, and what is said where it does not fit.
async fn the_plans(stage: &Stage, look: &impl Look) {
    let browser = &stage.screen.browser;
    ready(stage).await;
    look(stage, "plans-ready").await;
    stage.screen.amount("20").await;
    browser.press("plan").await;
    browser.element("plan-none").await;
    look(stage, "plans-too-little").await;
    ready(stage).await;
    stage.screen.amount("1299").await;
    browser.press("plan").await;
    look(stage, "plans-choice").await;
    browser.press("plan-6-shop").await;
    look(stage, "plans-chosen").await;
    let slow = json!({"what": "slow", "method": "pay", "next": 1, "ms": 9_000});
    stage.shop.bank.misbehave(&slow).await;
    stage.screen.charge().await;
    show(stage, "instalments").await;
    browser.element("confirm-yes").await;
    look(stage, "plans-confirm").await;
    browser.press("confirm-yes").await;
    stage.screen.until("sending").await;
    look(stage, "plans-sending").await;
    stage.screen.until("paid").await;
}
