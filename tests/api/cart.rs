//! A sale from a cart: priced again by what the shop sells now, and kept with the charge.

use serde_json::{Value, json};
use tests::api::{Answer, ask};
use tests::shop::Shop;
use wire::StateName;

async fn shop() -> Shop {
    let shop = Shop::open();
    shop.api.put_item("tea", "奶茶 🧋", 450).await;
    shop.api.put_item("egg", "بيض", 199).await;
    shop
}

fn line(item: &str, unit_fen: i64, count: u32) -> Value {
    json!({"item": item, "unit_fen": unit_fen, "count": count})
}

fn free(unit_fen: i64) -> Value {
    json!({"unit_fen": unit_fen, "count": 1})
}

/// A request for those goods, by the code of a customer with money.
async fn ask_for(shop: &Shop, sale: &str, fen: i64, cart: Value) -> Value {
    let code = shop.bank.fresh_code("balance").await;
    let mut ask = ask(sale, fen, &code);
    ask["cart"] = cart;
    ask
}

async fn sell(shop: &Shop, sale: &str, fen: i64, cart: Value) -> Answer {
    let ask = ask_for(shop, sale, fen, cart).await;
    shop.api.post(sale, &ask).await
}

fn answered(answer: &Answer) -> (u16, String) {
    (answer.status, answer.problem())
}

#[tokio::test]
async fn a_cart_is_charged_and_stands_with_its_charge() {
    let mut shop = shop().await;
    let cart = json!({
        "lines": [
            line("tea", 450, 2),
            json!({"item": "egg", "unit_fen": 199, "count": 1, "discount": {"fen": 9}}),
            free(60),
        ],
        "discount": {"percent": 10},
    });
    // 900 + 190 + 60 = 1,150, less 115.
    let answer = sell(&shop, "sale", 1_035, cart).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let paid = shop.api.until(&answer.charge().id, StateName::Paid).await;
    shop.api.put_item("tea", "Milk tea", 500).await;
    shop.api.take_item("egg").await;
    shop.kill();
    shop.start_again();
    let told = shop.api.charge(&paid.id).await;
    let cart = serde_json::to_value(told.cart.expect("a cart")).expect("JSON");
    assert_eq!(
        cart,
        json!({
            "lines": [
                {"item": "tea", "name": "奶茶 🧋", "unit_fen": 450, "count": 2,
                 "off_fen": 0, "sum_fen": 900},
                {"item": "egg", "name": "بيض", "unit_fen": 199, "count": 1,
                 "off_fen": 9, "sum_fen": 190},
                {"unit_fen": 60, "count": 1, "off_fen": 0, "sum_fen": 60},
            ],
            "subtotal_fen": 1_150,
            "off_fen": 115,
        })
    );
    let held = shop.api.get("/api/v1/catalogue").await.json();
    assert_eq!(
        (&held["revision"], &held["items"][0]["price_fen"]),
        (&json!(4), &json!(500))
    );
    shop.verify();
    shop.close();
}

#[tokio::test]
async fn a_sale_without_a_cart_has_none() {
    let shop = shop().await;
    let code = shop.bank.fresh_code("balance").await;
    let opened = shop.api.open("sale", 450, &code).await;
    assert_eq!(opened.cart, None);
    shop.api.until(&opened.id, StateName::Paid).await;
    shop.close();
}

#[tokio::test]
async fn a_price_that_changed_charges_nothing_and_says_the_new_sum() {
    let shop = shop().await;
    shop.api.put_item("tea", "Milk tea", 500).await;
    let cart = |fen| json!({"lines": [line("tea", fen, 2), free(30)]});
    let refused = sell(&shop, "early", 930, cart(450)).await;
    assert_eq!(answered(&refused), (409, "price-changed".to_owned()));
    let told = refused.json();
    assert_eq!(
        (&told["total_fen"], &told["item"]),
        (&json!(1_030), &json!("tea"))
    );
    assert!(
        told["detail"]
            .as_str()
            .is_some_and(|text| text.contains("10.30")),
        "{told}"
    );
    // The same sum by other goods is no better: the customer was told other prices.
    let refused = sell(&shop, "again", 930, cart(500)).await;
    assert_eq!(answered(&refused), (409, "price-changed".to_owned()));
    assert_eq!(shop.bank.orders().await.len(), 0);
    let sold = sell(&shop, "early-2", 1_030, cart(500)).await;
    assert_eq!(sold.status, 201, "{}", sold.text);
    shop.api.until(&sold.charge().id, StateName::Paid).await;
    shop.close();
}

#[tokio::test]
async fn an_item_that_is_gone_charges_nothing_and_is_named() {
    let shop = shop().await;
    shop.api.take_item("egg").await;
    let cart = json!({"lines": [line("tea", 450, 1), line("egg", 199, 1)]});
    let refused = sell(&shop, "sale", 649, cart).await;
    assert_eq!(answered(&refused), (409, "item-gone".to_owned()));
    assert_eq!(refused.json()["item"], "egg");
    assert_eq!(shop.bank.orders().await.len(), 0);
    shop.close();
}

#[tokio::test]
async fn a_key_that_was_refused_for_its_price_opens_nothing_any_more() {
    let shop = shop().await;
    let cart = json!({"lines": [line("tea", 440, 1)]});
    let ask = ask_for(&shop, "sale", 440, cart).await;
    let refused = shop.api.post("key", &ask).await;
    assert_eq!(answered(&refused), (409, "price-changed".to_owned()));
    shop.api.put_item("tea", "Milk tea", 440).await;
    let late = shop.api.post("key", &ask).await;
    assert_eq!(answered(&late), (404, "charge-absent".to_owned()));
    let fresh = shop.api.post("key-2", &ask).await;
    assert_eq!(fresh.status, 201, "{}", fresh.text);
    shop.api.until(&fresh.charge().id, StateName::Paid).await;
    assert_eq!(shop.bank.orders().await.len(), 1);
    shop.close();
}

#[tokio::test]
async fn a_request_that_is_repeated_after_the_price_changed_is_its_charge() {
    let shop = shop().await;
    let cart = json!({"lines": [line("tea", 450, 1)]});
    let ask = ask_for(&shop, "sale", 450, cart).await;
    let first = shop.api.post("key", &ask).await;
    assert_eq!(first.status, 201, "{}", first.text);
    shop.api.until(&first.charge().id, StateName::Paid).await;
    shop.api.put_item("tea", "Milk tea", 500).await;
    let again = shop.api.post("key", &ask).await;
    assert_eq!((again.status, again.charge().id), (200, first.charge().id));
    let mut other = ask;
    other["cart"]["lines"][0]["count"] = json!(2);
    let other = shop.api.post("key", &other).await;
    assert_eq!(answered(&other), (409, "key-reused".to_owned()));
    assert_eq!(shop.bank.orders().await.len(), 1);
    shop.close();
}

#[tokio::test]
async fn a_cart_that_nobody_could_put_together_is_refused() {
    let shop = shop().await;
    let check = async |fen: i64, cart: Value, status: u16, problem: &str| {
        let refused = sell(&shop, "sale", fen, cart.clone()).await;
        assert_eq!(answered(&refused), (status, problem.to_owned()), "{cart}");
    };
    let invalid = "cart-invalid";
    check(450, json!({"lines": []}), 422, invalid).await;
    check(450, json!({"lines": [line("tea", 450, 0)]}), 422, invalid).await;
    check(
        450,
        json!({"lines": [line("tea", 450, 1_000)]}),
        422,
        invalid,
    )
    .await;
    check(450, json!({"lines": [line("t a", 450, 1)]}), 422, invalid).await;
    check(450, json!({"lines": [free(0)]}), 422, invalid).await;
    check(101, json!({"lines": vec![free(1); 101]}), 422, invalid).await;
    let off = |discount: Value| json!({"lines": [line("tea", 450, 1)], "discount": discount});
    check(450, off(json!({"percent": 0})), 422, invalid).await;
    check(450, off(json!({"fen": -1})), 422, invalid).await;
    check(1, off(json!({"fen": 451})), 422, "discount-over-sum").await;
    check(1, off(json!({"percent": 100})), 422, "discount-over-sum").await;
    check(450, off(json!({"share": 1})), 400, "body-invalid").await;
    let huge = json!({"lines": vec![free(10_000_000_000); 2]});
    check(5_000_000, huge, 422, "amount-too-large").await;
    let more = json!({"lines": [{"item": "tea", "unit_fen": 450, "count": 1, "note": "hot"}]});
    check(450, more, 400, "field-unknown").await;
    assert_eq!(shop.bank.orders().await.len(), 0);
    shop.close();
}

#[tokio::test]
async fn a_cart_as_full_as_one_may_be_is_charged_and_told() {
    let shop = Shop::open();
    let name = "面".repeat(40);
    for number in 0..100 {
        let id = format!("item-with-a-rather-long-id-{number}");
        shop.api.put_item(&id, &name, 7).await;
    }
    let lines: Vec<Value> = (0..100)
        .map(|number| line(&format!("item-with-a-rather-long-id-{number}"), 7, 2))
        .collect();
    let sold = sell(&shop, "sale", 1_400, json!({"lines": lines})).await;
    assert_eq!(sold.status, 201, "{}", sold.text);
    let paid = shop.api.until(&sold.charge().id, StateName::Paid).await;
    let cart = paid.cart.expect("a cart");
    assert_eq!((cart.lines.len(), cart.subtotal_fen), (100, 1_400));
    assert_eq!(cart.lines[99].name.as_deref(), Some(name.as_str()));
    shop.verify();
    shop.close();
}
