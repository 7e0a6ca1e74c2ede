//! Pictures of every screen, in both languages, light and dark, on three sizes of device, into
//! `target/shots`. Run by `cargo xtask shots`; not a test, so it is ignored otherwise.

use tests::roll;
use tests::stage::{Stage, shots};
use tests::tour::{self, Guise, guises};

/// Pictures of the present screen in every form.
async fn picture(stage: &Stage, name: &str) {
    for guise in guises() {
        guise.put_on(stage).await;
        let Guise { lang, theme, size } = guise;
        let file = format!("{name}-{lang}-{theme}-{}x{}.png", size.0, size.1);
        stage.screen.browser.picture(&shots().join(file)).await;
    }
    Guise::put_off(stage).await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn every_screen_is_pictured() {
    tour::till(&picture).await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn every_screen_with_a_code_of_ours_is_pictured() {
    tour::shown(&picture).await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn every_amount_that_is_questioned_is_pictured() {
    tour::questions(&picture).await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn the_settings_of_a_device_are_pictured() {
    tour::settings(&picture).await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn every_screen_of_instalments_is_pictured() {
    tour::plans(&picture).await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn every_screen_of_catalogue_and_cart_is_pictured() {
    tour::goods(&picture).await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn the_receipt_is_pictured_on_both_rolls() {
    let on_both_rolls = async |stage: &Stage, name: &str| {
        let browser = &stage.screen.browser;
        for lang in ["zh", "en"] {
            for width in [58, 80] {
                roll::lay_on(browser, width).await;
                let file = format!("{name}-{lang}-{width}mm.png");
                browser.picture(&shots().join(file)).await;
                roll::take_off(browser).await;
            }
            browser.press_covered("lang").await;
            browser.element("record-print").await;
        }
    };
    tour::receipt(&on_both_rolls).await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn every_screen_of_the_kiosk_is_pictured() {
    tour::kiosk(&picture).await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn the_keys_of_the_camera_are_pictured() {
    tour::cameras(&picture).await;
}

#[tokio::test]
#[ignore = "makes pictures; run by cargo xtask shots"]
async fn the_till_without_its_camera_is_pictured() {
    tour::blind(&picture).await;
}
