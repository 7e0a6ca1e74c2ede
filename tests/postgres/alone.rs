//! A commit that stands on the primary alone, because the connection that waited for the standby
//! was cut: it is not called written, and no money moves for it.

use tests::api::{Api, ask};
use tests::judge;
use tests::patience;
use tests::shop::{Apart, Shop};
use wire::StateName;

use crate::pair::{Death, Pair};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_a_dead_primary_had_was_never_sent_to_the_bank() {
    let mut pair = tokio::task::block_in_place(Pair::start);
    let apart = Apart::open();
    let shop = Shop::open_on(&pair.address(), &apart);
    let code = shop.bank.fresh_code("balance").await;
    let first = shop.api.open("first", 500, &code).await;
    shop.api.until(&first.id, StateName::Paid).await;

    tokio::task::block_in_place(|| pair.hold());
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
    tokio::task::block_in_place(|| {
        pair.kill(Death::Whole);
        pair.promote();
    });
    let answer = asked.await.expect("no defect").expect("an answer");
    let said = (answer.status, answer.text);
    let charges = patience::until("every charge has its end", async || {
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
