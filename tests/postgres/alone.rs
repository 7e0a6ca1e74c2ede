//! A primary that is alone with what it has: a commit for which the standby was not waited for is
//! not called written, and one that comes back from the dead is not believed.

use tests::api::{Api, ask};
use tests::judge;
use tests::patience;
use tests::postgres::{Cluster, signal};
use tests::shop::{Apart, Shop};
use tokio::task::block_in_place;
use wire::StateName;

use crate::pair::{Death, Pair, senders, wait_for_standby};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_a_dead_primary_had_was_never_sent_to_the_bank() {
    let mut pair = block_in_place(Pair::start);
    let apart = Apart::open();
    let shop = Shop::open_on(&pair.address(), &apart);
    let code = shop.bank.fresh_code("balance").await;
    let first = shop.api.open("first", 500, &code).await;
    shop.api.until(&first.id, StateName::Paid).await;

    block_in_place(|| pair.hold());
    let code = shop.bank.fresh_code("huabei").await;
    let request = shop.api.post_request("alone", &ask("alone", 600, &code));
    let asked = tokio::spawn(Api::try_send(request));
    patience::until("the commit waits and is cut", async || {
        pair.cut_waiting().then_some(())
    })
    .await;
    // Time enough to find the commit and to believe it.
    patience::let_pass(std::time::Duration::from_secs(3)).await;
    assert_eq!(shop.bank.paid_count().await, 1, "nothing was sent for it");
    block_in_place(|| {
        pair.kill(Death::Whole);
        pair.promote();
    });
    let answer = asked.await.expect("no defect").expect("an answer");
    let said = (answer.status, answer.text);
    let limit = patience::REVERSAL;
    let charges = patience::until_within(limit, "every charge has its end", async || {
        let charges = judge::charges(&shop.api).await;
        let are_ended = charges.iter().all(|charge| charge.state.is_end());
        are_ended.then_some(charges)
    })
    .await;
    let orders = shop.bank.orders().await;
    assert_eq!(
        judge::wrongs(&charges, &orders, &[], &[]),
        [""; 0],
        "{said:?}"
    );
    shop.close();
}

/// A paid charge, as soon as the database takes it.
async fn sell(shop: &Shop, key: &str) {
    let code = shop.bank.fresh_code("balance").await;
    let body = ask(key, 500, &code);
    let charge = patience::until("the sale is taken", async || {
        let answer = shop.api.post(key, &body).await;
        [200, 201].contains(&answer.status).then(|| answer.charge())
    })
    .await;
    shop.api.until(&charge.id, StateName::Paid).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_primary_that_comes_back_from_the_dead_is_not_believed() {
    let mut old = block_in_place(Cluster::start);
    let database = old.database();
    let mut promoted = block_in_place(|| old.start_standby(None));
    block_in_place(|| wait_for_standby(&old));
    let own = format!("127.0.0.1:{}", old.port());
    let both = format!("{own},127.0.0.1:{}", promoted.port());
    let apart = Apart::open();
    let shop = Shop::open_on(&database.replace(&own, &both), &apart);
    sell(&shop, "before").await;
    block_in_place(|| {
        old.stop();
        promoted.promote();
    });
    sell(&shop, "after").await;
    block_in_place(|| old.restart());
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
        WHERE application_name = 'scantill'";
    assert_ne!(
        promoted.ask("postgres", cut),
        "0",
        "every connection is made again"
    );
    let found = patience::until("the record is read again", async || {
        let found = shop.api.get("/api/v1/keys/after").await;
        (found.problem() != "record-unreadable").then_some(found)
    })
    .await;
    assert_eq!(found.status, 200, "{}", found.text);
    sell(&shop, "at-last").await;
    assert_eq!(shop.api.list("").await.charges.len(), 3);
    shop.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_primary_that_lives_and_has_lost_its_standby_is_left_for_the_promoted_one() {
    let old = block_in_place(Cluster::start);
    let database = old.database();
    let mut promoted = block_in_place(|| old.start_standby(None));
    block_in_place(|| wait_for_standby(&old));
    let own = format!("127.0.0.1:{}", old.port());
    let both = format!("{own},127.0.0.1:{}", promoted.port());
    let apart = Apart::open();
    let shop = Shop::open_on(&database.replace(&own, &both), &apart);
    sell(&shop, "before").await;
    block_in_place(|| signal("STOP", &senders(&old)));
    let code = shop.bank.fresh_code("huabei").await;
    let request = shop.api.post_request("held", &ask("held", 600, &code));
    let asked = tokio::spawn(Api::try_send(request));
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    let behind = "SELECT count(*) FROM pg_stat_activity \
        WHERE application_name = 'scantill' AND wait_event_type = 'Lock'";
    for (what, sql) in [
        ("the commit waits for the standby", waits),
        ("it is given up, and the next try waits behind it", behind),
    ] {
        patience::until(what, async || {
            block_in_place(|| (old.ask("postgres", sql) != "0").then_some(()))
        })
        .await;
    }
    block_in_place(|| promoted.promote());
    drop(asked.await.expect("no defect"));
    // Paid, or not sent, because its customer has waited too long.
    patience::until("the sale is in the record and ends", async || {
        let found = shop.api.get("/api/v1/keys/held").await;
        (found.status == 200 && found.charge().state.is_end()).then_some(())
    })
    .await;
    sell(&shop, "after").await;
    assert_ne!(old.ask("postgres", waits), "0", "the old one still waits");
    let charges = judge::charges(&shop.api).await;
    assert_eq!(charges.len(), 3);
    let orders = shop.bank.orders().await;
    assert_eq!(judge::wrongs(&charges, &orders, &[], &[]), [""; 0]);
    shop.close();
}
