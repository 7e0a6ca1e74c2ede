//! Sales from the first key to the record.

use tests::browser::Setting;
use tests::camera::Film;
use tests::patience;
use tests::stage::{Stage, play};

/// Keys the amount in, holds the customer's phone to the camera, and waits for the screen.
pub(crate) async fn sell(stage: &Stage, amount: &str, customer: &str, end: &str) {
    stage.screen.amount(amount).await;
    stage.screen.charge().await;
    let code = stage.shop.bank.fresh_code(customer).await;
    stage.screen.browser.show(&Film::of_code(&code)).await;
    stage.screen.until(end).await;
}

#[tokio::test]
async fn a_sale_is_paid_by_balance() {
    play("paid-by-balance", Setting::usual(), async |stage| {
        stage.open_till().await;
        sell(stage, "12.5", "balance", "paid").await;
        stage.screen.until("ready").await;
        let orders = stage.shop.bank.orders().await;
        assert_eq!(orders.len(), 1, "{orders:?}");
        assert_eq!(
            (orders[0].state.as_str(), orders[0].amount_fen),
            ("paid", 1_250)
        );
    })
    .await;
}

#[tokio::test]
async fn a_sum_is_paid_by_huabei_and_the_record_says_so() {
    play("paid-by-huabei", Setting::usual(), async |stage| {
        stage.open_till().await;
        sell(stage, "12.5+8×2", "huabei", "paid").await;
        let orders = stage.shop.bank.orders().await;
        assert_eq!(orders[0].amount_fen, 2_850);
        stage.screen.until("ready").await;
        stage.screen.browser.press("records").await;
        let browser = &stage.screen.browser;
        browser.until_text("records", |_| true).await;
        browser
            .until_text("record-row", |text| text.contains("28.50"))
            .await;
        browser.press("record-row").await;
        browser
            .until_text("record-funding", |text| text.contains("花呗"))
            .await;
        browser
            .until_text("record-order-no", |text| text.contains(&orders[0].order_no))
            .await;
        let number = browser.text("record-provider-no").await.unwrap_or_default();
        assert!(number.len() > 10, "{number}");
        assert_eq!(browser.count("record-state").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_customer_confirms_with_the_password_and_it_is_paid() {
    play("password", Setting::usual(), async |stage| {
        stage.open_till().await;
        sell(stage, "9.9", "password", "waiting").await;
        assert_eq!(stage.shop.bank.paid_count().await, 0);
        stage.shop.bank.confirm("password", true).await;
        stage.screen.until("paid").await;
        assert_eq!(stage.shop.bank.paid_count().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_customer_without_money_is_refused_and_a_second_customer_pays_the_same_sale() {
    play("second-customer", Setting::usual(), async |stage| {
        stage.open_till().await;
        sell(stage, "20", "broke", "refused").await;
        let browser = &stage.screen.browser;
        browser
            .until_text("refused-cause", |text| !text.trim().is_empty())
            .await;
        let code = stage.shop.bank.fresh_code("balance").await;
        browser.show(&Film::of_nothing()).await;
        browser.press("refused-action").await;
        browser.show(&Film::of_code(&code)).await;
        stage.screen.until("paid").await;
        let charges = stage.shop.api.list("").await.charges;
        assert_eq!(charges.len(), 2);
        assert_eq!(charges[0].sale, charges[1].sale, "it is the same sale");
        assert_eq!(stage.shop.bank.paid_count().await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_code_that_expired_on_the_way_is_refused_with_that_cause() {
    play("expired", Setting::usual(), async |stage| {
        let code = stage.shop.bank.fresh_code("balance").await;
        stage.open_till().await;
        // A code lives for a minute; this one is shown too late.
        patience::let_pass(std::time::Duration::from_secs(61)).await;
        stage.screen.amount("5").await;
        stage.screen.charge().await;
        stage.screen.browser.show(&Film::of_code(&code)).await;
        stage.screen.until("refused").await;
        let charges = stage.shop.api.list("").await.charges;
        let cause = charges[0]
            .refusal
            .as_ref()
            .map(|refusal| refusal.cause.as_str());
        assert_eq!(cause, Some("code-expired"));
        assert!(stage.shop.bank.orders().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_code_shown_before_the_amount_waits_for_it() {
    play("scan-first", Setting::usual(), async |stage| {
        stage.open_till().await;
        let code = stage.shop.bank.fresh_code("balance").await;
        stage.screen.browser.show(&Film::of_code(&code)).await;
        stage.screen.browser.element("code-in-hand").await;
        assert!(
            stage.shop.bank.orders().await.is_empty(),
            "nothing is charged without an amount"
        );
        stage.screen.amount("3.3").await;
        stage.screen.charge().await;
        stage.screen.until("paid").await;
        assert_eq!(stage.shop.bank.orders().await[0].amount_fen, 330);
    })
    .await;
}

#[tokio::test]
async fn a_waiting_sale_is_cancelled_by_the_cashier() {
    play("cancelled", Setting::usual(), async |stage| {
        stage.open_till().await;
        sell(stage, "9.9", "password", "waiting").await;
        stage.screen.browser.press("cancel").await;
        stage.screen.until("reversed").await;
        let orders = stage.shop.bank.orders().await;
        assert_eq!(orders[0].state, "closed");
    })
    .await;
}
