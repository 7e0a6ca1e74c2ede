//! The two languages.

use tests::browser::Setting;
use tests::patience;
use tests::stage::{Stage, play};

async fn is_chinese(stage: &Stage) -> bool {
    let text = stage
        .screen
        .browser
        .script("return document.body.innerText")
        .await;
    text.as_str().unwrap_or_default().contains('收')
}

async fn until_chinese(stage: &Stage, wanted: bool) {
    patience::until(&format!("Chinese is {wanted}"), async || {
        (is_chinese(stage).await == wanted).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_page_speaks_the_browsers_language_and_can_be_switched() {
    play("language", Setting::usual(), async |stage| {
        stage.open_till().await;
        until_chinese(stage, true).await;
        stage.screen.browser.press("lang").await;
        until_chinese(stage, false).await;
        stage.screen.reload().await;
        stage.screen.until("ready").await;
        until_chinese(stage, false).await;
        stage.screen.browser.press("lang").await;
        until_chinese(stage, true).await;
    })
    .await;
}

#[tokio::test]
async fn an_english_browser_sees_english() {
    let setting = Setting {
        lang: "en-US",
        ..Setting::usual()
    };
    play("english", setting, async |stage| {
        stage.open_till().await;
        until_chinese(stage, false).await;
        let lang = stage
            .screen
            .browser
            .script("return document.documentElement.lang")
            .await;
        assert!(
            lang.as_str().is_some_and(|lang| lang.starts_with("en")),
            "{lang}"
        );
    })
    .await;
}
