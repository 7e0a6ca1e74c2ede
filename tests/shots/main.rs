//! Pictures of every screen, in both languages, light and dark, on three sizes of device, into
//! `target/shots`. Run by `cargo xtask shots`; not a test, so it is ignored otherwise.

use core::time::Duration;

use serde_json::json;
use tests::browser::{Permission, Setting};
use tests::camera::Film;
use tests::patience;
use tests::stage::{Stage, play, play_with, shots};

/// A tablet lying, a tablet standing, a phone.
const SIZES: [(u32, u32); 3] = [(1280, 800), (800, 1280), (390, 844)];
const THEMES: [&str; 2] = ["light", "dark"];
const LANGS: [&str; 2] = ["zh", "en"];

/// Lets a test hold the page's clock: the paid screen would be gone before its last picture.
const HOLD: &str = "const real = window.setInterval;
    window.setInterval = (work, ms, ...rest) => real(() => {
      if (!window.__hold) work(...rest);
    }, ms);";

/// Pictures of the present screen in every language, theme and size.
async fn picture(stage: &Stage, name: &str) {
    let browser = &stage.screen.browser;
    for lang in LANGS {
        speak(stage, lang).await;
        for theme in THEMES {
            let features = json!([{ "name": "prefers-color-scheme", "value": theme }]);
            browser
                .cdp(
                    "Emulation.setEmulatedMedia",
                    json!({ "features": features }),
                )
                .await;
            // Colours pass into each other; a picture shows the end of it.
            patience::let_pass(Duration::from_millis(120)).await;
            for (width, height) in SIZES {
                let size = json!({
                    "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
                });
                browser
                    .cdp("Emulation.setDeviceMetricsOverride", size)
                    .await;
                let file = format!("{name}-{lang}-{theme}-{width}x{height}.png");
                browser.picture(&shots().join(file)).await;
            }
        }
    }
    browser
        .cdp("Emulation.clearDeviceMetricsOverride", json!({}))
        .await;
}

async fn speak(stage: &Stage, lang: &str) {
    let browser = &stage.screen.browser;
    let is_till = browser.count("lang").await > 0;
    patience::until("the language is switched", async || {
        let now = browser.script("return document.documentElement.lang").await;
        if now.as_str().unwrap_or_default().starts_with(lang) {
            return Some(());
        }
        if is_till {
            browser.press_covered("lang").await;
        } else {
            // The wallet's switch.
            browser
                .script("document.querySelector('#language').click()")
                .await;
        }
        None
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

async fn before_a_charge(stage: &Stage) {
    stage
        .screen
        .open(&format!("{}/records", stage.shop.till()))
        .await;
    stage.screen.browser.element("sheet-close").await;
    patience::let_pass(Duration::from_secs(1)).await;
    picture(stage, "records-empty").await;
    stage.open_till().await;
    picture(stage, "ready").await;
    stage.screen.amount("12.5+8×2").await;
    picture(stage, "amount").await;
    stage.screen.browser.press("type-code").await;
    stage.screen.browser.element("code-input").await;
    picture(stage, "type-code").await;
    ready(stage).await;
    show(stage, "balance").await;
    stage.screen.browser.element("code-in-hand").await;
    picture(stage, "code-in-hand").await;
    stage
        .screen
        .open(&format!("{}/?debug", stage.shop.till()))
        .await;
    stage.screen.figure("fps").await;
    picture(stage, "debug").await;
}

async fn a_charge(stage: &Stage) {
    ready(stage).await;
    stage.screen.amount("9.9").await;
    show(stage, "password").await;
    stage.screen.until("waiting").await;
    picture(stage, "waiting").await;
    stage.screen.browser.press("cancel").await;
    stage.screen.until("reversed").await;
    picture(stage, "reversed").await;

    ready(stage).await;
    stage.screen.amount("128").await;
    hold(stage, true).await;
    show(stage, "huabei").await;
    stage.screen.until("paid").await;
    picture(stage, "paid").await;
    hold(stage, false).await;

    ready(stage).await;
    stage.screen.amount("20").await;
    show(stage, "broke").await;
    stage.screen.until("refused").await;
    picture(stage, "refused").await;
}

async fn a_charge_in_doubt(stage: &Stage) {
    ready(stage).await;
    let slow = json!({"what": "slow", "method": "pay", "next": 1, "ms": 9_000});
    stage.shop.bank.misbehave(&slow).await;
    stage.screen.amount("66").await;
    show(stage, "balance").await;
    stage.screen.until("sending").await;
    picture(stage, "sending").await;
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
    picture(stage, "unknown").await;
    stage.screen.browser.press("unknown-minimise").await;
    stage.screen.browser.element("unknown-badge").await;
    picture(stage, "unknown-badge").await;
    stage.shop.bank.behave().await;
}

/// A code on the till's own screen, and on the kiosk's.
async fn a_code_of_ours(stage: &Stage) {
    ready(stage).await;
    stage.screen.amount("12.5").await;
    stage.screen.browser.press("show").await;
    stage.screen.until("showing").await;
    picture(stage, "showing").await;
    pay_ours(stage).await;
    kiosk(stage, "18.5").await;
    stage.screen.browser.press("show").await;
    stage.screen.until("showing").await;
    picture(stage, "kiosk-showing").await;
    pay_ours(stage).await;
}

/// A customer pays by the code on the screen: taking it back lasts until the code is dead.
async fn pay_ours(stage: &Stage) {
    let browser = &stage.screen.browser;
    let code = browser.attribute("show-code", "data-code").await;
    let code = code.expect("a code is shown");
    assert_eq!(stage.shop.bank.scan("huabei", &code).await, 200);
    stage.screen.until("paid").await;
}

/// Amounts that cannot be charged, and one that is asked about.
async fn amounts(stage: &Stage) {
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
        picture(stage, &format!("amount-{name}")).await;
    }
    ready(stage).await;
    stage.screen.amount("1288").await;
    stage.screen.charge().await;
    show(stage, "balance").await;
    stage.screen.browser.element("confirm-yes").await;
    picture(stage, "confirm").await;
}

/// The kiosk with an amount.
async fn kiosk(stage: &Stage, amount: &str) {
    stage.screen.browser.show(&Film::of_nothing()).await;
    let address = format!("{}/kiosk", stage.shop.till());
    stage.screen.open(&address).await;
    stage.screen.until("ready").await;
    stage.screen.amount(amount).await;
}

async fn the_kiosk(stage: &Stage) {
    kiosk(stage, "18.5").await;
    picture(stage, "kiosk-amount").await;
    let slow = json!({"what": "slow", "method": "pay", "next": 1, "ms": 9_000});
    stage.shop.bank.misbehave(&slow).await;
    show(stage, "balance").await;
    stage.screen.until("sending").await;
    picture(stage, "kiosk-sending").await;
    stage.screen.until("paid").await;

    kiosk(stage, "18.5").await;
    show(stage, "password").await;
    stage.screen.until("waiting").await;
    picture(stage, "kiosk-waiting").await;
    stage.shop.bank.confirm("password", true).await;
    stage.screen.until("paid").await;

    kiosk(stage, "18.5").await;
    show(stage, "broke").await;
    stage.screen.until("refused").await;
    picture(stage, "kiosk-refused").await;

    let address = format!("{}/kiosk?amount=12.50&sale=order-1", stage.shop.till());
    stage.screen.browser.show(&Film::of_nothing()).await;
    stage.screen.open(&address).await;
    stage.screen.until("ready").await;
    picture(stage, "kiosk-given").await;
    hold(stage, true).await;
    show(stage, "huabei").await;
    stage.screen.until("paid").await;
    picture(stage, "kiosk-paid").await;
    hold(stage, false).await;
    stage.screen.until("ready").await;
    picture(stage, "kiosk-done").await;
}

/// The kiosk while nobody knows whether money was taken.
async fn the_kiosk_in_doubt(stage: &Stage) {
    let lost = json!({"what": "lost-answer", "method": "pay", "next": 1});
    stage.shop.bank.misbehave(&lost).await;
    let busy = json!({"what": "busy", "method": "query"});
    stage.shop.bank.misbehave(&busy).await;
    kiosk(stage, "35.5").await;
    show(stage, "huabei").await;
    stage.screen.until("unknown").await;
    picture(stage, "kiosk-unknown").await;
    stage.shop.bank.behave().await;
}

/// A customer's phone that asks for the password.
async fn the_password(stage: &Stage) {
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
    picture(stage, "wallet-password").await;
    stage.shop.bank.confirm("password", false).await;
}

async fn the_record(stage: &Stage) {
    stage
        .screen
        .open(&format!("{}/records", stage.shop.till()))
        .await;
    stage.screen.browser.element("record-row").await;
    picture(stage, "records").await;
    stage.screen.browser.press("record-row").await;
    stage.screen.browser.element("record-order-no").await;
    picture(stage, "record").await;
}

async fn other_pages(stage: &mut Stage) {
    stage
        .screen
        .open(&format!("{}/kiosk", stage.shop.till()))
        .await;
    patience::let_pass(Duration::from_secs(2)).await;
    picture(stage, "kiosk").await;
    stage.screen.open(&stage.shop.bank.wallet()).await;
    patience::let_pass(Duration::from_secs(2)).await;
    picture(stage, "wallet").await;
    the_password(stage).await;
    ready(stage).await;
    stage.shop.kill();
    stage.screen.browser.element("offline-strip").await;
    picture(stage, "offline").await;
    stage.shop.start_again();
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn every_screen_is_pictured() {
    play("shots", Setting::usual(), async |stage| {
        stage.forgive("net::ERR_");
        stage.screen.browser.prepare(HOLD).await;
        before_a_charge(stage).await;
        a_charge(stage).await;
        a_charge_in_doubt(stage).await;
        the_record(stage).await;
        other_pages(stage).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn every_screen_with_a_code_of_ours_is_pictured() {
    play("shots-shown", Setting::usual(), async |stage| {
        a_code_of_ours(stage).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn every_amount_that_is_questioned_is_pictured() {
    let options = ["--confirm-above-fen", "100000"];
    play_with(&options, "shots-amounts", Setting::usual(), async |stage| {
        amounts(stage).await;
    })
    .await;
}

/// The device's settings, and the till as it looks with them.
async fn the_settings(stage: &Stage) {
    let browser = &stage.screen.browser;
    ready(stage).await;
    browser.press("settings").await;
    browser.element("set-volume-full").await;
    patience::let_pass(Duration::from_secs(1)).await;
    picture(stage, "settings").await;
    browser.press("set-hand-left").await;
    browser.press("sheet-close").await;
    stage.screen.amount("12.5").await;
    picture(stage, "left-hand").await;
    browser.press("settings").await;
    browser.press("set-theme-daylight").await;
    picture(stage, "settings-daylight").await;
    browser.press("sheet-close").await;
    picture(stage, "daylight").await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn the_settings_of_a_device_are_pictured() {
    play("shots-settings", Setting::usual(), async |stage| {
        the_settings(stage).await;
    })
    .await;
}

/// 花呗分期: the choice, what it costs, and what is said where it does not fit.
async fn the_plans(stage: &Stage) {
    let browser = &stage.screen.browser;
    ready(stage).await;
    picture(stage, "plans-ready").await;
    stage.screen.amount("20").await;
    browser.press("plan").await;
    browser.element("plan-none").await;
    picture(stage, "plans-too-little").await;
    ready(stage).await;
    stage.screen.amount("1299").await;
    browser.press("plan").await;
    picture(stage, "plans-choice").await;
    browser.press("plan-6-shop").await;
    picture(stage, "plans-chosen").await;
    let slow = json!({"what": "slow", "method": "pay", "next": 1, "ms": 9_000});
    stage.shop.bank.misbehave(&slow).await;
    stage.screen.charge().await;
    show(stage, "instalments").await;
    browser.element("confirm-yes").await;
    picture(stage, "plans-confirm").await;
    browser.press("confirm-yes").await;
    stage.screen.until("sending").await;
    picture(stage, "plans-sending").await;
    stage.screen.until("paid").await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn every_screen_of_instalments_is_pictured() {
    let plans = "3 customer 2.3%, 6 shop 4.5%, 12 customer 7.5%";
    let options = ["--instalments", plans, "--confirm-above-fen", "100000"];
    play_with(&options, "shots-plans", Setting::usual(), async |stage| {
        the_plans(stage).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn every_screen_of_the_kiosk_is_pictured() {
    play("shots-kiosk", Setting::usual(), async |stage| {
        stage.screen.browser.prepare(HOLD).await;
        the_kiosk(stage).await;
        the_kiosk_in_doubt(stage).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn the_till_without_its_camera_is_pictured() {
    let setting = Setting {
        camera: Permission::Denied,
        ..Setting::usual()
    };
    play("shots-denied", setting, async |stage| {
        stage.open_till().await;
        patience::let_pass(Duration::from_secs(1)).await;
        picture(stage, "camera-denied").await;
    })
    .await;
}
