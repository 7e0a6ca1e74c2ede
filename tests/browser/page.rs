//! The page itself: its line to the backend, its keys, its record.

use tests::browser::Setting;
use tests::patience;
use tests::stage::play;
use wire::StateName;

use crate::sales::sell;

#[tokio::test]
async fn when_the_backend_stops_the_page_says_so_and_recovers_by_itself() {
    play("offline", Setting::usual(), async |stage| {
        // A page that asks for what is not there makes the browser note it.
        stage.forgive("net::ERR_");
        stage.open_till().await;
        stage.shop.kill();
        stage.screen.browser.element("offline-strip").await;
        stage.screen.amount("5").await;
        stage.shop.start_again();
        patience::until("the strip is gone", async || {
            (stage.screen.browser.count("offline-strip").await == 0).then_some(())
        })
        .await;
        stage.screen.browser.press("key-clear").await;
        sell(stage, "5", "balance", "paid").await;
    })
    .await;
}

#[tokio::test]
async fn the_record_shows_what_became_of_each_sale() {
    play("record", Setting::usual(), async |stage| {
        for (sale, customer) in [("a", "balance"), ("b", "broke"), ("c", "huabei")] {
            let code = stage.shop.bank.fresh_code(customer).await;
            let opened = stage.shop.api.open(sale, 1_234, &code).await;
            patience::until("it ends", async || {
                stage
                    .shop
                    .api
                    .charge(&opened.id)
                    .await
                    .state
                    .is_end()
                    .then_some(())
            })
            .await;
        }
        stage
            .screen
            .open(&format!("{}/records", stage.shop.till()))
            .await;
        let browser = &stage.screen.browser;
        browser
            .until_text("record-row", |text| text.contains("12.34"))
            .await;
        assert_eq!(browser.count("record-row").await, 3);
        let rows = browser
            .script(
                "return [...document.querySelectorAll('[data-test=\"record-row\"]')]
                   .map((row) => row.textContent).join('|')",
            )
            .await;
        let rows = rows.as_str().unwrap_or_default().to_owned();
        let count = |words: &str| rows.matches(words).count();
        assert_eq!((count("已到账"), count("没有收到")), (2, 1), "{rows}");
    })
    .await;
}

#[tokio::test]
async fn a_sale_works_by_the_keyboard_alone() {
    play("keyboard", Setting::usual(), async |stage| {
        stage.open_till().await;
        stage.screen.browser.keys("12.5+8*2").await;
        stage
            .screen
            .browser
            .until_text("amount", |text| text.contains("28.50"))
            .await;
        stage.screen.browser.keys("\u{E007}").await;
        let code = stage.shop.bank.fresh_code("balance").await;
        stage
            .screen
            .browser
            .show(&tests::camera::Film::of_code(&code))
            .await;
        stage.screen.until("paid").await;
        assert_eq!(stage.shop.bank.orders().await[0].amount_fen, 2_850);
    })
    .await;
}

#[tokio::test]
async fn the_wallet_page_shows_a_code_that_pays_and_asks_for_the_password() {
    play("wallet", Setting::usual(), async |stage| {
        let browser = &stage.screen.browser;
        browser.open(&stage.shop.bank.wallet()).await;
        browser.press_css("[data-customer=\"password\"]").await;
        let code = patience::until("the page shows a code", async || {
            // Until the chosen customer's code is there, the last one's stands on the page.
            let shown = "return document.querySelector('#card[data-customer=\"password\"] #digits')
                ?.textContent.replace(/\\D/g, '')";
            let shown = browser.script(shown).await.as_str()?.to_owned();
            let qr = "return document.querySelector('#qr').naturalWidth";
            let has_qr = browser.script(qr).await.as_u64()? > 0;
            (shown.len() == 18 && has_qr).then_some(shown)
        })
        .await;
        stage.shop.bank.remember(&code);
        let opened = stage.shop.api.open("sale", 990, &code).await;
        stage.shop.api.until(&opened.id, StateName::Waiting).await;
        browser.press_css("#ask-yes").await;
        stage.shop.api.until(&opened.id, StateName::Paid).await;
    })
    .await;
}
