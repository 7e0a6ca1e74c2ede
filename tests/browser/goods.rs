//! Sales from the cart, kept right while somebody edits the shop.

use serde_json::json;
use tests::browser::{Browser, Setting};
use tests::camera::Film;
use tests::stage::{Stage, play, play_with};
use wire::StateName;

/// A stall with three things on offer.
async fn stall(stage: &Stage) {
    let api = &stage.shop.api;
    let tea = json!({"name": "奶茶", "price_fen": 1_200, "category": "饮品", "sign": "🧋"});
    api.put_item_as("tea", tea).await;
    let noodles = json!({"name": "牛肉面", "price_fen": 2_250, "is_quick": true});
    api.put_item_as("noodles", noodles).await;
    api.put_item("egg", "بيض", 199).await;
    stage.open_till().await;
}

async fn tap(browser: &Browser, item: &str) {
    browser.press_css(&format!("[data-item=\"{item}\"]")).await;
}

/// Shows all items, not only those of the first page.
async fn all(browser: &Browser) {
    browser
        .press_css("[data-test=\"goods-page\"]:nth-child(2)")
        .await;
}

async fn amount(browser: &Browser, wanted: &str) {
    browser.until_text("amount", |text| text == wanted).await;
}

async fn pay(stage: &Stage) {
    let code = stage.shop.bank.fresh_code("balance").await;
    stage.screen.charge().await;
    stage.screen.browser.show(&Film::of_code(&code)).await;
}

#[tokio::test]
async fn a_sale_from_the_cart_is_paid_and_its_record_says_what_was_sold() {
    play("goods-sale", Setting::usual(), async |stage| {
        stall(stage).await;
        let browser = &stage.screen.browser;
        all(browser).await;
        tap(browser, "tea").await;
        tap(browser, "noodles").await;
        tap(browser, "tea").await;
        amount(browser, "46.50").await;
        // Newest first: the tea is the second line.
        browser
            .press_css("[data-test=\"cart-line\"]:nth-child(2) [data-test=\"cart-less\"]")
            .await;
        amount(browser, "34.50").await;
        browser.press("pad").await;
        stage.screen.amount("5.5").await;
        amount(browser, "40.00").await;
        browser.press("pad").await;
        browser.press("discount").await;
        browser.press("discount-10").await;
        amount(browser, "36.00").await;
        pay(stage).await;
        stage.screen.until("paid").await;
        stage.screen.until("ready").await;
        assert_eq!(
            browser.count("cart").await,
            0,
            "the next customer's is empty"
        );
        let orders = stage.shop.bank.orders().await;
        assert_eq!((orders.len(), orders[0].amount_fen), (1, 3_600));
        browser.press("records").await;
        browser.press("record-row").await;
        let sold = |text: &str| text.contains("牛肉面") && text.contains("奶茶");
        browser.until_text("record-goods", sold).await;
    })
    .await;
}

#[tokio::test]
async fn an_item_that_is_deleted_while_it_lies_in_the_cart_is_not_charged() {
    play("goods-gone", Setting::usual(), async |stage| {
        stage.forgive("409 (Conflict)");
        stall(stage).await;
        let browser = &stage.screen.browser;
        all(browser).await;
        tap(browser, "tea").await;
        tap(browser, "egg").await;
        amount(browser, "13.99").await;
        stage.shop.api.take_item("egg").await;
        pay(stage).await;
        browser.element("cart-accept").await;
        assert_eq!(stage.shop.bank.orders().await.len(), 0);
        assert_eq!(browser.count("cart-line").await, 2, "nothing is lost");
        browser.press("cart-accept").await;
        amount(browser, "12.00").await;
        pay(stage).await;
        stage.screen.until("paid").await;
        let charges = stage.shop.api.list("").await.charges;
        assert_eq!((charges.len(), charges[0].state), (1, StateName::Paid));
        assert_eq!(charges[0].amount_fen, 1_200);
    })
    .await;
}

#[tokio::test]
async fn a_price_that_changes_while_the_item_lies_in_the_cart_is_told_before_it_is_charged() {
    play("goods-price", Setting::usual(), async |stage| {
        stage.forgive("409 (Conflict)");
        stall(stage).await;
        let browser = &stage.screen.browser;
        tap(browser, "noodles").await;
        amount(browser, "22.50").await;
        stage.shop.api.put_item("noodles", "牛肉面", 2_500).await;
        pay(stage).await;
        let told = |text: &str| text.contains("22.50") && text.contains("25.00");
        browser.until_text("cart-line", told).await;
        assert_eq!(stage.shop.bank.orders().await.len(), 0);
        browser.press("cart-accept").await;
        pay(stage).await;
        stage.screen.until("paid").await;
        let orders = stage.shop.bank.orders().await;
        assert_eq!((orders.len(), orders[0].amount_fen), (1, 2_500));
    })
    .await;
}

#[tokio::test]
async fn a_cart_above_the_shops_amount_is_asked_about_and_no_loses_nothing() {
    let options = ["--confirm-above-fen", "5000"];
    play_with(&options, "goods-confirm", Setting::usual(), async |stage| {
        stall(stage).await;
        let browser = &stage.screen.browser;
        for _ in 0..3 {
            tap(browser, "noodles").await;
        }
        amount(browser, "67.50").await;
        pay(stage).await;
        browser.element("confirm-yes").await;
        assert_eq!(stage.shop.bank.orders().await.len(), 0, "it is asked first");
        browser.press("confirm-no").await;
        amount(browser, "67.50").await;
        tap(browser, "noodles").await;
        amount(browser, "90.00").await;
        stage.screen.charge().await;
        browser.press("confirm-yes").await;
        stage.screen.until("paid").await;
        let orders = stage.shop.bank.orders().await;
        assert_eq!((orders.len(), orders[0].amount_fen), (1, 9_000));
    })
    .await;
}

#[tokio::test]
async fn a_huge_cart_says_when_it_is_full_and_is_charged_whole() {
    play("goods-huge", Setting::usual(), async |stage| {
        for number in 0..102 {
            let (id, name) = (format!("i{number}"), format!("货 {number}"));
            stage.shop.api.put_item(&id, &name, 101).await;
        }
        stage.open_till().await;
        let browser = &stage.screen.browser;
        browser.element("tile").await;
        browser
            .script("document.querySelectorAll('[data-test=tile]').forEach((one) => one.click())")
            .await;
        browser
            .until_text("notice", |text| {
                text.contains("100") && text.contains("999")
            })
            .await;
        amount(browser, "101.00").await;
        assert_eq!(
            browser.count("cart-line").await,
            100,
            "as many as there may be"
        );
        assert_eq!(browser.count("tile").await, 102);
        // The oldest line lies at the end of the list, and can be come by.
        browser
            .press_css("[data-test=\"cart-line\"]:last-child [data-test=\"cart-less\"]")
            .await;
        amount(browser, "99.99").await;
        browser.press("pad").await;
        stage.screen.amount("200×").await;
        browser.press("pad").await;
        tap(browser, "i5").await;
        amount(browser, "301.99").await;
        pay(stage).await;
        stage.screen.until("paid").await;
        let orders = stage.shop.bank.orders().await;
        assert_eq!((orders.len(), orders[0].amount_fen), (1, 30_199));
    })
    .await;
}

/// Where letters of one line stand: the ends of its name and price, and of the line itself.
const PLACES: &str = "const of = (one) => one.getBoundingClientRect();
    const row = (one, name, figure) =>
      [of(one).left, of(one.querySelector(name)).left, of(one.querySelector(name)).right,
       of(one.querySelector(figure)).left, of(one.querySelector(figure)).right, of(one).right];
    return [document.documentElement.scrollWidth, window.innerWidth,
      [...document.querySelectorAll('[data-test=cart-line]')]
        .map((one) => row(one, '.cart__name', '.cart__sum'))]";

#[tokio::test]
async fn names_with_emoji_or_from_right_to_left_or_like_tags_stand_as_they_are() {
    let names = [
        ("family", "👨‍👩‍👧‍👦 全家福 🇨🇳"),
        ("kebab", "كباب لحم 3 قطع"),
        ("tags", "<b>&amp;</b> \"'`${1}"),
        (
            "long",
            "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十",
        ),
    ];
    play("goods-names", Setting::usual(), async |stage| {
        for (id, name) in names {
            stage.shop.api.put_item(id, name, 1_234).await;
        }
        stage.open_till().await;
        let browser = &stage.screen.browser;
        for (id, name) in names {
            let script = format!(
                "return document.querySelector('[data-item={id}] .tile__name')?.textContent"
            );
            tap(browser, id).await;
            assert_eq!(browser.script(&script).await.as_str(), Some(name));
        }
        amount(browser, "49.36").await;
        let places = browser.script(PLACES).await;
        assert!(
            places[0].as_f64() <= places[1].as_f64(),
            "nothing sticks out: {places}"
        );
        for row in places[2].as_array().expect("rows") {
            let row = row.as_array().expect("places");
            let is_in_order = row.windows(2).all(|two| two[0].as_f64() <= two[1].as_f64());
            assert!(is_in_order, "the sum stands right of the name: {row:?}");
        }
        pay(stage).await;
        stage.screen.until("paid").await;
        stage.screen.until("ready").await;
        browser.press("records").await;
        browser.press("record-row").await;
        let all = |text: &str| names.iter().all(|(_, name)| text.contains(name));
        browser.until_text("record-goods", all).await;
    })
    .await;
}
