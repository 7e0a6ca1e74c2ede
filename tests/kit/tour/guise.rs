//! In what forms one screen can be seen: language, light and dark, and the size of the device.

use core::time::Duration;

use serde_json::json;

use crate::patience;
use crate::stage::Stage;

/// A tablet lying, a tablet standing, a phone.
const SIZES: [(u32, u32); 3] = [(1280, 800), (800, 1280), (390, 844)];
const THEMES: [&str; 2] = ["light", "dark"];
const LANGS: [&str; 2] = ["zh", "en"];

/// Is answered when the page has been drawn anew.
const DRAWN: &str = "return new Promise((drawn) =>
    requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))));";

/// One form of a screen.
#[derive(Clone, Copy, Debug)]
pub struct Guise {
    /// The language.
    pub lang: &'static str,
    /// Light or dark, as the device wants it.
    pub theme: &'static str,
    /// Width and height in CSS pixels.
    pub size: (u32, u32),
}

/// Every form.
pub fn guises() -> impl Iterator<Item = Guise> {
    LANGS.into_iter().flat_map(|lang| {
        THEMES.into_iter().flat_map(move |theme| {
            let guise = move |size| Guise { lang, theme, size };
            SIZES.into_iter().map(guise)
        })
    })
}

impl Guise {
    /// Puts the present screen into this form.
    pub async fn put_on(self, stage: &Stage) {
        speak(stage, self.lang).await;
        let browser = &stage.screen.browser;
        // Without motion, whoever looks sees the end of it.
        let features = json!([
            { "name": "prefers-color-scheme", "value": self.theme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        let media = json!({ "features": features });
        browser.cdp("Emulation.setEmulatedMedia", media).await;
        let (width, height) = self.size;
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        browser
            .cdp("Emulation.setDeviceMetricsOverride", size)
            .await;
        browser.script(DRAWN).await;
        patience::let_pass(Duration::from_millis(120)).await;
    }

    /// The device is as large as before.
    pub async fn put_off(stage: &Stage) {
        let browser = &stage.screen.browser;
        browser
            .cdp("Emulation.clearDeviceMetricsOverride", json!({}))
            .await;
    }
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
