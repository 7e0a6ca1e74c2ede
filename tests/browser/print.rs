//! The receipt that the browser prints.

use serde_json::json;
use tests::browser::{Browser, Setting};
use tests::camera::Film;
use tests::roll;
use tests::stage::{Stage, play};

/// Counts what is sent to the printer, which a browser without a screen does not have.
const PRINTER: &str = "window.print = () => { window.__printed = (window.__printed ?? 0) + 1; }";

/// What can be seen of the receipt and of the rest, and how far anything sticks out.
const SIGHT: &str = "const seen = (css) => [...document.querySelectorAll(css)]
      .filter((one) => one.checkVisibility());
    const right = Math.max(...seen('.slip *').map((one) => one.getBoundingClientRect().right));
    return {
      slip: seen('.slip *').length,
      rest: seen('.till *:not(.slip, .slip *)').filter((one) => !one.querySelector('.slip')).length,
      over: Math.max(right, document.documentElement.scrollWidth) - window.innerWidth,
    }";

async fn sell(stage: &Stage, customer: &str) {
    let code = stage.shop.bank.fresh_code(customer).await;
    stage.screen.charge().await;
    stage.screen.browser.show(&Film::of_code(&code)).await;
}

async fn open_record(browser: &Browser) {
    browser.press("records").await;
    browser.press("record-row").await;
    browser.element("record-order-no").await;
}

#[tokio::test]
async fn a_receipt_fits_a_roll_of_58_and_of_80_mm_and_nothing_else_is_printed() {
    play("print-receipt", Setting::usual(), async |stage| {
        let browser = &stage.screen.browser;
        browser.prepare(PRINTER).await;
        let long = "珍珠奶茶（大杯，少冰，三分糖，加布丁加椰果，打包带走）";
        let goods = [
            ("tea", long, 1_200),
            ("kebab", "كباب لحم", 1_800),
            ("cake", "🍮 Crème", 999),
        ];
        for (id, name, fen) in goods {
            stage
                .shop
                .api
                .put_item_as(id, json!({"name": name, "price_fen": fen}))
                .await;
        }
        stage.open_till().await;
        for id in ["tea", "tea", "kebab", "cake"] {
            browser.press_css(&format!("[data-item=\"{id}\"]")).await;
        }
        browser.press("discount").await;
        browser.press("discount-10").await;
        sell(stage, "huabei").await;
        stage.screen.until("paid").await;
        stage.screen.until("ready").await;
        open_record(browser).await;
        let order = browser.text("record-order-no").await.expect("a number");
        browser.press("record-print").await;
        assert_eq!(
            browser.script("return window.__printed").await.as_u64(),
            Some(1)
        );
        assert_eq!(
            browser.script(SIGHT).await["slip"],
            0,
            "on the screen there is none"
        );
        let text = browser.text("slip").await.expect("a receipt");
        for part in [
            long,
            "كباب لحم",
            "🍮 Crème",
            "2 × 12.00",
            "24.00",
            "51.99",
            "-5.20",
            "¥46.79",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(text.contains(&order) && text.contains("花呗"), "{text}");
        for width in [58, 80] {
            roll::lay_on(browser, width).await;
            let sight = browser.script(SIGHT).await;
            assert!(sight["slip"].as_u64() > Some(20), "{width} mm: {sight}");
            assert_eq!(sight["rest"], 0, "{width} mm: {sight}");
            assert!(sight["over"].as_f64() <= Some(0.5), "{width} mm: {sight}");
            roll::take_off(browser).await;
            assert_eq!(roll::sheets(browser, width).await, 1, "{width} mm");
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_printed_of_a_sale_that_was_not_paid() {
    play("print-refused", Setting::usual(), async |stage| {
        let browser = &stage.screen.browser;
        stage.open_till().await;
        stage.screen.amount("20").await;
        sell(stage, "broke").await;
        stage.screen.until("refused").await;
        let page = format!("{}/records", stage.shop.till());
        stage.screen.open(&page).await;
        browser.press("record-row").await;
        browser.element("record-order-no").await;
        assert_eq!(
            browser.count("record-print").await + browser.count("slip").await,
            0
        );
    })
    .await;
}
