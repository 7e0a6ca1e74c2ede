//! A sale from its opening to its end, with the record in PostgreSQL.

use tests::api::ask;
use tests::patience;
use tests::postgres::Cluster;
use tests::shop::{Apart, Shop};
use wire::StateName;

use crate::cluster;

#[tokio::test]
async fn a_charge_is_paid_listed_and_found_sound() {
    let database = cluster().database();
    let shop = Shop::open_with(&["--database", &database]);
    let code = shop.bank.fresh_code("balance").await;
    let charge = shop.api.open("key-1", 1_250, &code).await;
    let paid = shop.api.until(&charge.id, StateName::Paid).await;
    assert_eq!(paid.amount_fen, 1_250);
    assert_eq!(shop.api.list("").await.charges.len(), 1);
    let found = shop.api.get("/api/v1/keys/key-1").await;
    assert_eq!(found.charge().id, charge.id);
    assert_eq!(shop.bank.paid_count().await, 1);
    assert!(!shop.home().path().join("scantill.db").exists());
    shop.close();
}

#[tokio::test]
async fn after_a_power_cut_the_open_charge_is_taken_up_when_its_claim_is_over() {
    let database = cluster().database();
    let apart = Apart::open();
    let mut shop = Shop::open_on(&database, &apart);
    let code = shop.bank.fresh_code("password").await;
    let charge = shop.api.open("key-1", 500, &code).await;
    shop.api.until(&charge.id, StateName::Waiting).await;
    shop.kill();
    shop.start_again();
    shop.bank.confirm("password", true).await;
    let paid = shop
        .api
        .until_within(patience::REVERSAL, &charge.id, StateName::Paid);
    assert_eq!(paid.await.amount_fen, 500);
    shop.close();
}

#[tokio::test]
async fn a_database_that_goes_down_and_comes_back_has_everything_and_the_shop_goes_on() {
    let mut cluster = Cluster::start();
    let shop = Shop::open_with(&["--database", &cluster.database()]);
    let code = shop.bank.fresh_code("password").await;
    let charge = shop.api.open("key-1", 500, &code).await;
    shop.api.until(&charge.id, StateName::Waiting).await;
    cluster.stop();
    let code = shop.bank.fresh_code("balance").await;
    let asked = ask("sale-2", 600, &code);
    let refused = shop.api.post("key-2", &asked).await;
    assert_eq!(refused.problem(), "record-unreadable", "{}", refused.text);
    shop.bank.confirm("password", true).await;
    cluster.restart();
    shop.api.until(&charge.id, StateName::Paid).await;
    let found = shop.api.get("/api/v1/keys/key-2").await;
    assert_eq!(found.problem(), "charge-absent", "{}", found.text);
    let code = shop.bank.fresh_code("balance").await;
    let charge = shop.api.open("key-3", 700, &code).await;
    shop.api.until(&charge.id, StateName::Paid).await;
    assert_eq!(
        shop.bank.paid_count().await,
        2,
        "the refused one was never sent"
    );
    shop.close();
}
