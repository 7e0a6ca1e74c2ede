//! A primary that is frozen: whoever wants to read hears so in time, and nobody is told anything
//! about a charge; once it wakes all goes on.

use tests::patience;
use tests::postgres::{Cluster, signal};
use tests::shop::{Apart, Shop};
use tokio::task::block_in_place;

use crate::freeze::sell;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_from_a_frozen_database_is_told_that_the_record_cannot_be_read() {
    let cluster = block_in_place(Cluster::start);
    let database = block_in_place(|| cluster.database());
    let apart = Apart::open();
    let shop = Shop::open_on(&database, &apart);
    let sold = sell(&shop, "before").await;
    let frozen = block_in_place(|| cluster.freeze());
    for path in [
        "/api/v1/charges?limit=10".to_owned(),
        format!("/api/v1/charges/{}", sold.id),
        "/api/v1/keys/before".to_owned(),
    ] {
        let found = shop.api.get(&path).await;
        assert_eq!(
            (found.status, found.problem()),
            (503, "record-unreadable".to_owned()),
            "{path}"
        );
    }
    block_in_place(|| signal("CONT", &frozen));
    let found = patience::until("the record is read again", async || {
        let found = shop.api.get("/api/v1/keys/before").await;
        (found.problem() != "record-unreadable").then_some(found)
    })
    .await;
    assert_eq!(found.status, 200, "{}", found.text);
    sell(&shop, "after").await;
    assert_eq!(shop.api.list("").await.charges.len(), 2);
    shop.close();
}
