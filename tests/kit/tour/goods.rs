//! Catalogue and cart: at rest, full, with a discount, changed under the customer's eyes, edited.

use core::time::Duration;

use serde_json::json;

use super::{Look, ready, show};
use crate::patience;
use crate::stage::Stage;

/// What a night market's stall sells: id, name, price, category, colour, sign, on the first page.
const STALL: [(&str, &str, i64, &str, &str, &str, bool); 14] = [
    ("noodles", "红烧牛肉面", 2_250, "面食", "red", "🍜", true),
    ("wonton", "鲜肉小馄饨", 1_400, "面食", "red", "🥟", true),
    ("cold", "凉皮", 1_000, "面食", "red", "", false),
    ("skewer", "羊肉串", 500, "烧烤", "orange", "🍢", true),
    ("squid", "铁板鱿鱼", 1_500, "烧烤", "orange", "🦑", true),
    ("corn", "烤玉米", 800, "烧烤", "yellow", "🌽", false),
    (
        "tea",
        "珍珠奶茶（大杯，少冰，三分糖）",
        1_200,
        "饮品",
        "brown",
        "🧋",
        true,
    ),
    ("plum", "酸梅汤", 600, "饮品", "purple", "", true),
    ("soy", "豆浆", 300, "饮品", "plain", "🥛", false),
    ("kebab", "كباب لحم", 1_800, "清真", "green", "🥙", false),
    ("naan", "馕", 500, "清真", "green", "🫓", true),
    (
        "cake",
        "Crème brûlée",
        2_800,
        "Desserts",
        "yellow",
        "🍮",
        false,
    ),
    (
        "family",
        "四人全家福套餐",
        128_800,
        "套餐",
        "blue",
        "👨‍👩‍👧‍👦",
        false,
    ),
    ("bag", "袋子", 30, "", "plain", "", true),
];

async fn open_stall(stage: &Stage) {
    for (id, name, price_fen, category, colour, sign, is_quick) in STALL {
        let mut item = json!({
            "name": name, "price_fen": price_fen, "colour": colour, "sign": sign,
            "is_quick": is_quick,
        });
        if !category.is_empty() {
            item["category"] = json!(category);
        }
        stage.shop.api.put_item_as(id, item).await;
    }
    ready(stage).await;
    stage.screen.browser.element("tile").await;
}

async fn tap(stage: &Stage, item: &str, times: usize) {
    for _ in 0..times {
        let css = format!(".tile[data-item=\"{item}\"]");
        stage.screen.browser.press_css(&css).await;
    }
}

/// The till with goods.
pub(super) async fn at_the_till(stage: &Stage, look: &impl Look) {
    let browser = &stage.screen.browser;
    open_stall(stage).await;
    look(stage, "goods-ready").await;
    for (item, times) in [("noodles", 1), ("skewer", 12), ("tea", 2), ("bag", 1)] {
        tap(stage, item, times).await;
    }
    look(stage, "goods-cart").await;
    browser.press("discount").await;
    look(stage, "goods-discount").await;
    browser.press("discount-12").await;
    browser.press("pad").await;
    stage.screen.amount("3.5").await;
    look(stage, "goods-keypad").await;
    browser.press("pad").await;
    let dearer = json!({
        "name": "羊肉串", "price_fen": 600, "category": "烧烤", "colour": "orange", "sign": "🍢",
        "is_quick": true,
    });
    stage.shop.api.put_item_as("skewer", dearer).await;
    stage.shop.api.take_item("bag").await;
    stage.screen.charge().await;
    show(stage, "balance").await;
    browser.element("cart-accept").await;
    look(stage, "goods-changed").await;
    browser.press("cart-accept").await;
    stage.screen.charge().await;
    show(stage, "huabei").await;
    stage.screen.until("paid").await;
    stage.screen.until("ready").await;
    browser.press("records").await;
    browser.press("record-row").await;
    browser.element("record-goods").await;
    look(stage, "goods-record").await;
}

/// A sale whose receipt has something of everything.
pub(super) async fn sold(stage: &Stage, look: &impl Look) {
    let browser = &stage.screen.browser;
    open_stall(stage).await;
    browser
        .press_css("[data-test=\"goods-page\"]:nth-child(2)")
        .await;
    for (item, times) in [
        ("noodles", 1),
        ("skewer", 12),
        ("tea", 2),
        ("kebab", 1),
        ("cake", 1),
    ] {
        tap(stage, item, times).await;
    }
    browser.press("discount").await;
    browser.press("discount-12").await;
    browser.press("pad").await;
    stage.screen.amount("3.5").await;
    stage.screen.charge().await;
    show(stage, "huabei").await;
    stage.screen.until("paid").await;
    stage.screen.until("ready").await;
    browser.press("records").await;
    browser.press("record-row").await;
    browser.element("record-print").await;
    look(stage, "receipt").await;
}

/// The page where the catalogue is edited.
pub(super) async fn edited(stage: &Stage, look: &impl Look) {
    let browser = &stage.screen.browser;
    let page = format!("{}/catalogue", stage.shop.till());
    stage.screen.open(&page).await;
    browser.element("item-row").await;
    patience::let_pass(Duration::from_secs(1)).await;
    look(stage, "catalogue").await;
    browser
        .press_css("[data-test=\"item-row\"][data-item=\"tea\"]")
        .await;
    browser.element("item-save").await;
    look(stage, "catalogue-item").await;
}
