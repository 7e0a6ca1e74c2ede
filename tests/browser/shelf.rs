//! The page where the catalogue is edited.

use serde_json::json;
use tests::browser::{Browser, Setting};
use tests::stage::{Stage, play};

async fn fill(browser: &Browser, field: &str, text: &str) {
    let field = browser.element(field).await;
    field.send_keys(text).await.expect("the field takes keys");
}

async fn told(browser: &Browser) {
    let is_told = |text: &str| !text.is_empty();
    browser.until_text("item-fault", is_told).await;
}

/// What stands in a field.
async fn value(browser: &Browser, field: &str) -> String {
    let script = format!("return document.querySelector('[data-test={field}]').value");
    let value = browser.script(&script).await;
    value.as_str().unwrap_or_default().to_owned()
}

async fn open_shelf(stage: &Stage) {
    let page = format!("{}/catalogue", stage.shop.till());
    stage.screen.open(&page).await;
}

#[tokio::test]
async fn the_first_item_is_put_into_the_catalogue_and_becomes_a_key() {
    play("shelf-first", Setting::usual(), async |stage| {
        stage.open_till().await;
        let browser = &stage.screen.browser;
        assert_eq!(
            browser.count("pad").await,
            0,
            "a shop without goods has a keypad"
        );
        browser.press("settings").await;
        browser.press("catalogue").await;
        browser.press("item-add").await;
        fill(browser, "item-name", "酸梅汤").await;
        fill(browser, "item-price", "0").await;
        browser.press("item-save").await;
        browser
            .until_text("item-fault", |text| !text.is_empty())
            .await;
        fill(browser, "item-price", ".85").await;
        browser.press("item-save").await;
        browser
            .until_text("item-row", |text| text.contains("0.85"))
            .await;
        browser.press("sheet-close").await;
        browser.press("tile").await;
        browser.until_text("amount", |text| text == "0.85").await;
    })
    .await;
}

#[tokio::test]
async fn who_edits_beside_another_is_told_and_loses_nothing_typed() {
    play("shelf-conflict", Setting::usual(), async |stage| {
        stage.forgive("409 (Conflict)");
        let api = &stage.shop.api;
        let tea = json!({"name": "奶茶", "price_fen": 1_200, "category": "饮品", "sign": "🧋"});
        api.put_item_as("tea", tea).await;
        open_shelf(stage).await;
        let browser = &stage.screen.browser;
        browser.press("item-row").await;
        fill(browser, "item-name", "（大杯）").await;
        browser.press("item-quick").await;
        api.put_item("other", "Other", 100).await;
        browser.press("item-save").await;
        told(browser).await;
        assert_eq!(value(browser, "item-name").await, "奶茶（大杯）");
        assert_eq!(value(browser, "item-sign").await, "🧋");
        browser.press("item-save").await;
        let saved = |text: &str| text.contains("奶茶（大杯）");
        browser.until_text("item-row", saved).await;
        assert_eq!(
            browser.count("item-row").await,
            2,
            "the other one's is there as well"
        );
        let held = api.get("/api/v1/catalogue").await.json();
        let tea = &held["items"][0];
        assert_eq!(
            (
                tea["name"].as_str(),
                tea["is_quick"].as_bool(),
                tea["category"].as_str()
            ),
            (Some("奶茶（大杯）"), Some(true), Some("饮品"))
        );
    })
    .await;
}

#[tokio::test]
async fn nothing_is_deleted_by_one_tap_or_unseen() {
    play("shelf-delete", Setting::usual(), async |stage| {
        stage.forgive("409 (Conflict)");
        let api = &stage.shop.api;
        api.put_item("plum", "酸梅汤", 85).await;
        open_shelf(stage).await;
        let browser = &stage.screen.browser;
        browser.press("item-row").await;
        api.put_item("other", "Other", 100).await;
        browser.press("item-delete").await;
        browser.press("item-delete").await;
        // Somebody else was here: told, and nothing is done before it was seen.
        told(browser).await;
        browser.press("item-delete").await;
        browser.press("item-delete").await;
        let rest = |text: &str| text.contains("Other");
        browser.until_text("item-row", rest).await;
        assert_eq!(browser.count("item-row").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_backend_that_is_away_loses_nothing_typed() {
    play("shelf-away", Setting::usual(), async |stage| {
        stage.forgive("net::ERR_");
        stage.forgive("Failed to fetch");
        open_shelf(stage).await;
        let browser = &stage.screen.browser;
        browser.press("item-add").await;
        fill(browser, "item-name", "凉皮").await;
        fill(browser, "item-price", "10").await;
        stage.shop.kill();
        stage.screen.browser.press("item-save").await;
        told(&stage.screen.browser).await;
        assert_eq!(value(&stage.screen.browser, "item-name").await, "凉皮");
        stage.shop.start_again();
        let browser = &stage.screen.browser;
        browser.press("item-save").await;
        let saved = |text: &str| text.contains("凉皮") && text.contains("10.00");
        browser.until_text("item-row", saved).await;
    })
    .await;
}
