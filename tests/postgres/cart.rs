//! A sale from a cart at two servers of one database: what one has told, the other tells as well,
//! whatever the goods cost by then.

use serde_json::{Value, json};
use tests::api::ask;
use tests::shop::{Apart, Shop};
use wire::StateName;

use crate::cluster;

/// Two servers, one database, one bank; a milk tea costs 4.50.
async fn open() -> (Shop, Shop, Apart) {
    let database = cluster().database();
    let apart = Apart::open();
    let one = Shop::open_on(&database, &apart);
    let two = Shop::open_on(&database, &apart);
    one.api.put_item("tea", "Milk tea", 450).await;
    (one, two, apart)
}

/// A request for so many milk teas at that price, by the code of a customer with money.
async fn ask_for(shop: &Shop, sale: &str, unit_fen: i64, count: i64) -> Value {
    let code = shop.bank.fresh_code("balance").await;
    let mut ask = ask(sale, unit_fen * count, &code);
    ask["cart"] = json!({"lines": [{"item": "tea", "unit_fen": unit_fen, "count": count}]});
    ask
}

#[tokio::test]
async fn a_charge_of_a_cart_is_told_at_the_other_server_after_the_price_changed() {
    let (one, two, _apart) = open().await;
    let ask = ask_for(&one, "sale", 450, 2).await;
    let first = one.api.post("key", &ask).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let first = first.charge();
    one.api.until(&first.id, StateName::Paid).await;
    two.api.put_item("tea", "Milk tea", 500).await;
    for server in [&two, &one] {
        let again = server.api.post("key", &ask).await;
        assert_eq!((again.status, again.charge().id), (200, first.id.clone()));
        let cart = again.charge().cart.expect("a cart");
        assert_eq!((cart.subtotal_fen, cart.lines[0].unit_fen), (900, 450));
    }
    let mut other = ask;
    other["cart"] = json!({"lines": [{"item": "tea", "unit_fen": 900, "count": 1}]});
    let other = two.api.post("key", &other).await;
    assert_eq!(
        (other.status, other.problem().as_str()),
        (409, "key-reused")
    );
    assert_eq!(one.bank.orders().await.len(), 1);
    one.close();
    two.close();
}

#[tokio::test]
async fn a_cart_that_one_server_refused_stays_refused_at_both() {
    let (one, two, _apart) = open().await;
    let ask = ask_for(&one, "sale", 440, 1).await;
    let refused = two.api.post("key", &ask).await;
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (409, "price-changed")
    );
    one.api.put_item("tea", "Milk tea", 440).await;
    for server in [&one, &two] {
        let late = server.api.post("key", &ask).await;
        assert_eq!(
            (late.status, late.problem().as_str()),
            (404, "charge-absent")
        );
    }
    let fresh = one.api.post("key-2", &ask).await;
    assert_eq!(fresh.status, 201, "{}", fresh.text);
    one.api.until(&fresh.charge().id, StateName::Paid).await;
    assert_eq!(one.bank.orders().await.len(), 1);
    one.close();
    two.close();
}
