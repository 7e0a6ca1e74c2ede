//! A roll of paper in a receipt printer: the page as the browser would print it there.

use serde_json::{Value, json};

use crate::browser::Browser;

/// CSS pixels in a millimetre, ten thousand times.
const PIXELS: u32 = 37_795;

/// What the page leaves free on both sides together, in millimetres.
const MARGIN_MM: u32 = 4;

/// Shows the page as it would lie on a roll of that width in millimetres.
pub async fn lay_on(browser: &Browser, width_mm: u32) {
    let media = json!({ "media": "print" });
    browser.cdp("Emulation.setEmulatedMedia", media).await;
    let size = json!({
        "width": (width_mm - MARGIN_MM) * PIXELS / 10_000, "height": 1_100,
        "deviceScaleFactor": 2, "mobile": false,
    });
    let what = "Emulation.setDeviceMetricsOverride";
    browser.cdp(what, size).await;
}

/// Shows it as a screen does.
pub async fn take_off(browser: &Browser) {
    let media = json!({ "media": "" });
    browser.cdp("Emulation.setEmulatedMedia", media).await;
    let what = "Emulation.clearDeviceMetricsOverride";
    browser.cdp(what, json!({})).await;
}

/// On how many sheets of that width the browser prints it; each is 297 mm long.
///
/// # Panics
/// When it does not print.
pub async fn sheets(browser: &Browser, width_mm: u32) -> u64 {
    let inches = |mm: u32| f64::from(mm) / 25.4;
    let paper = json!({ "paperWidth": inches(width_mm), "paperHeight": inches(297) });
    let printed = browser.cdp("Page.printToPDF", paper).await;
    let printed = printed["data"].as_str().expect("a document");
    let count = format!("return (atob('{printed}').match(/\\/Type\\s*\\/Page\\b/g) ?? []).length");
    let count: Value = browser.script(&count).await;
    count.as_u64().expect("a number of pages")
}
