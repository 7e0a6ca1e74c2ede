//! 花呗分期 at the till: chosen before the charge, with what it costs in sight.

use tests::browser::Setting;
use tests::camera::Film;
use tests::stage::play_with;

const OFFER: [&str; 2] = ["--instalments", "3 customer 2.3%, 12 customer 7.5%"];

#[tokio::test]
async fn a_sale_in_instalments_tells_its_cost_and_is_paid_by_its_plan() {
    play_with(&OFFER, "plans", Setting::usual(), async |stage| {
        stage.open_till().await;
        let browser = &stage.screen.browser;
        browser.press("plan").await;
        browser.element("plan-none").await;
        browser.press("plan-back").await;
        stage.screen.amount("300").await;
        browser.press("plan").await;
        browser.press("plan-3-customer").await;
        let costs = |text: &str| text.contains("102.30") && text.contains("6.90");
        browser.until_text("notice", costs).await;
        let code = stage.shop.bank.fresh_code("instalments").await;
        browser.show(&Film::of_code(&code)).await;
        stage.screen.until("paid").await;
        let orders = stage.shop.bank.orders().await;
        assert_eq!(orders[0].amount_fen, 30_000);
        stage
            .screen
            .open(&format!("{}/records", stage.shop.till()))
            .await;
        browser.press("record-row").await;
        browser
            .until_text("record-instalments", |text| text.contains('3'))
            .await;
    })
    .await;
}
