//! The settings of a device: they hold at once and after a reload.

use tests::browser::Setting;
use tests::patience;
use tests::stage::{Stage, play};

/// A computed colour of the page, as the browser gives it.
async fn ground(stage: &Stage) -> String {
    let script = "return getComputedStyle(document.body).backgroundColor";
    let colour = stage.screen.browser.script(script).await;
    colour.as_str().unwrap_or_default().to_owned()
}

/// True when the keypad stands left of the camera.
async fn is_left(stage: &Stage) -> bool {
    // A page that has just been loaded has neither yet.
    let script = "const left = (css) =>
            document.querySelector(css)?.getBoundingClientRect().left;
        return left('.keypad') < left('.scan')";
    let is_left = stage.screen.browser.script(script).await;
    is_left.as_bool().unwrap_or_default()
}

async fn until_left(stage: &Stage) {
    patience::until("the keypad stands on the left", async || {
        is_left(stage).await.then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_is_set_for_a_device_holds_at_once_and_after_a_reload() {
    play("settings", Setting::usual(), async |stage| {
        stage.open_till().await;
        assert!(!is_left(stage).await, "nobody has chosen a hand yet");
        let light = ground(stage).await;
        let browser = &stage.screen.browser;
        browser.press("settings").await;
        browser.press("set-hand-left").await;
        browser.press("set-theme-dark").await;
        until_left(stage).await;
        patience::until("the page is dark", async || {
            (ground(stage).await != light).then_some(())
        })
        .await;
        let dark = ground(stage).await;
        stage.screen.reload().await;
        until_left(stage).await;
        assert_eq!(ground(stage).await, dark);
    })
    .await;
}

#[tokio::test]
async fn an_amount_above_what_the_device_asks_about_is_asked_about() {
    play("settings-ask", Setting::usual(), async |stage| {
        stage.open_till().await;
        let browser = &stage.screen.browser;
        browser.press("settings").await;
        browser.press("set-confirm-above").await;
        browser.keys("0.001\t").await;
        browser.element("set-confirm-above-wrong").await;
        browser.press("set-confirm-above").await;
        browser
            .keys("\u{E003}\u{E003}\u{E003}\u{E003}\u{E003}20\t")
            .await;
        patience::until("the complaint is gone", async || {
            (browser.count("set-confirm-above-wrong").await == 0).then_some(())
        })
        .await;
        browser.press("sheet-close").await;
        stage.screen.amount("20.01").await;
        let code = stage.shop.bank.fresh_code("balance").await;
        browser.show(&tests::camera::Film::of_code(&code)).await;
        browser.element("confirm-yes").await;
        assert_eq!(stage.shop.bank.orders().await.len(), 0);
        browser.press("confirm-yes").await;
        stage.screen.until("paid").await;
    })
    .await;
}
