//! A server that is frozen for a minute, with everything under way that there is, while another
//! finishes its work. It takes two minutes: `cargo xtask crash --freeze`.

use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tests::api::{Api, ask};
use tests::bank::{Bank, BankOrder};
use tests::judge;
use tests::patience;
use tests::shop::{Apart, Shop};
use wire::{ChargeView, RefundStateName, StateName};

use crate::cluster;

/// How long the server is frozen.
const FROZEN: Duration = Duration::from_mins(1);
/// How long a request to it is waited for.
const UNHEARD: Duration = Duration::from_secs(3);
/// After it woke: longer than one ask may take, and than claims go without renewal.
const AWAKE: Duration = Duration::from_secs(20);

fn refund_request(api: &Api, charge: &ChargeView, key: &str) -> RequestBuilder {
    let path = format!("/api/v1/charges/{}/refunds", charge.id);
    let body = json!({"amount_fen": 100, "reason": "returned", "device": "till-1"});
    let request = api.request(Method::POST, &path).json(&body);
    request.header("Idempotency-Key", key)
}

/// Asks a server that does not answer.
async fn ask_in_vain(request: RequestBuilder) {
    let sent = Api::try_send(request.timeout(UNHEARD)).await;
    assert!(sent.is_err(), "it is frozen");
}

async fn fault(bank: &Bank, what: &str, method: &str) {
    let fault = json!({"what": what, "method": method, "next": 1, "ms": 3_000});
    bank.misbehave(&fault).await;
}

/// A paid charge. A server that has just woken takes it at the second or third try.
pub(crate) async fn sell(shop: &Shop, key: &str) -> ChargeView {
    let code = shop.bank.fresh_code("balance").await;
    let body = ask(key, 500, &code);
    let charge = patience::until("the sale is taken", async || {
        let answer = shop.api.post(key, &body).await;
        let is_refused = answer.problem() == "not-ready";
        (!is_refused).then(|| answer.charge())
    })
    .await;
    shop.api.until(&charge.id, StateName::Paid).await
}

/// Waits until the bank has so much given back of a charge.
async fn given_by_bank(bank: &Bank, charge: &ChargeView) {
    patience::until("the bank has given back", async || {
        let order = bank.order(&charge.order_no).await?;
        (order.refunded_fen == 100).then_some(())
    })
    .await;
}

/// What is under way at the server when it freezes.
struct UnderWay {
    /// The customer is asked for the password.
    prompted: ChargeView,
    /// The bank took the money, and its answer was lost.
    lost: ChargeView,
    /// The request is about to leave, or on its way, or the bank's answer is: any end is right.
    slow: ChargeView,
    /// The bank gave the refund, and its answer was lost.
    refunded: ChargeView,
    /// The refund never reached the bank.
    unheard: ChargeView,
    /// Paid long ago; a refund of it is asked while the server is frozen.
    old: ChargeView,
}

impl UnderWay {
    async fn at(shop: &Shop) -> Self {
        let (api, bank) = (&shop.api, &shop.bank);
        let old = sell(shop, "old").await;
        let (refunded, unheard) = (sell(shop, "refunded").await, sell(shop, "unheard").await);
        let code = bank.fresh_code("password").await;
        let prompted = api.open("prompted", 700, &code).await;
        api.until(&prompted.id, StateName::Waiting).await;
        for (charge, what) in [(&unheard, "lost-request"), (&refunded, "lost-answer")] {
            fault(bank, what, "refund").await;
            let asked = Api::send(refund_request(api, charge, what)).await;
            assert_eq!(asked.status, 201, "{}", asked.text);
        }
        given_by_bank(bank, &refunded).await;
        fault(bank, "lost-answer", "pay").await;
        let code = bank.fresh_code("huabei").await;
        let lost = api.open("lost", 900, &code).await;
        patience::until("the bank has taken the money", async || {
            bank.order(&lost.order_no).await
        })
        .await;
        fault(bank, "slow", "pay").await;
        let code = bank.fresh_code("instalments").await;
        let slow = api.open("slow", 800, &code).await;
        Self {
            prompted,
            lost,
            slow,
            refunded,
            unheard,
            old,
        }
    }

    /// The other server brings everything to its end.
    async fn finish(&self, other: &Shop) {
        other.bank.confirm("password", true).await;
        let limit = patience::REVERSAL;
        for charge in [&self.prompted, &self.lost] {
            let end = other.api.until_within(limit, &charge.id, StateName::Paid);
            end.await;
        }
        patience::until_within(limit, "the slow one has its end", async || {
            let charge = other.api.charge(&self.slow.id).await;
            charge.state.is_end().then_some(())
        })
        .await;
        for charge in [&self.refunded, &self.unheard, &self.old] {
            patience::until_within(limit, "the refund is given", async || {
                let charge = other.api.charge(&charge.id).await;
                let is_given = |state| state == RefundStateName::Given;
                let refund = charge.refunds.first()?;
                is_given(refund.state).then_some(())
            })
            .await;
        }
    }
}

/// What record and bank have of these sales.
async fn account(shop: &Shop, sales: &[&str]) -> (Vec<ChargeView>, Vec<BankOrder>) {
    let mut charges = judge::charges(&shop.api).await;
    charges.retain(|charge| sales.contains(&charge.sale.as_str()));
    let mut orders = shop.bank.orders().await;
    orders.retain(|order| charges.iter().any(|one| one.order_no == order.order_no));
    (charges, orders)
}

/// A charge that is asked of the frozen server in vain, and then of the other.
async fn ask_both(frozen: &Shop, other: &Shop, sale: &str) {
    let code = other.bank.fresh_code("balance").await;
    let body: Value = ask(sale, 600, &code);
    ask_in_vain(frozen.api.post_request(sale, &body)).await;
    let opened = other.api.post(sale, &body).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    let id = opened.charge().id;
    other.api.until(&id, StateName::Paid).await;
}

#[tokio::test]
#[ignore = "two minutes; `cargo xtask crash --freeze`"]
async fn a_server_that_was_frozen_for_a_minute_changes_nothing_when_it_wakes() {
    let database = cluster().database();
    let apart = Apart::open();
    let (one, two) = (
        Shop::open_on(&database, &apart),
        Shop::open_on(&database, &apart),
    );
    let under_way = UnderWay::at(&one).await;
    one.program().signal("STOP");
    let begun = Instant::now();
    ask_in_vain(refund_request(&one.api, &under_way.old, "old-back")).await;
    let asked = Api::send(refund_request(&two.api, &under_way.old, "old-back")).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    ask_both(&one, &two, "asked-twice").await;
    under_way.finish(&two).await;
    patience::let_pass(FROZEN.saturating_sub(begun.elapsed())).await;

    let sales = ["old", "refunded", "unheard", "prompted", "lost", "slow"];
    let sales = [&sales[..], &["asked-twice"]].concat();
    let before = account(&two, &sales).await;
    assert_eq!(before.0.len(), sales.len());
    one.program().signal("CONT");
    // The one that woke takes part again, and says the same.
    sell(&one, "further").await;
    patience::let_pass(AWAKE).await;
    assert_eq!(account(&one, &sales).await, before);
    assert_eq!(account(&two, &sales).await, before);
    let charges = judge::charges(&one.api).await;
    assert_eq!(charges.len(), sales.len() + 1, "nothing was added");
    let orders = two.bank.orders().await;
    assert_eq!(judge::wrongs(&charges, &orders, &[], &[]), [""; 0]);
    one.close();
    two.close();
}

#[tokio::test]
async fn a_request_that_lay_in_a_frozen_server_takes_no_money_once_it_was_given_up() {
    let database = cluster().database();
    let apart = Apart::open();
    let (one, two) = (
        Shop::open_on(&database, &apart),
        Shop::open_on(&database, &apart),
    );
    one.program().signal("STOP");
    let code = two.bank.fresh_code("balance").await;
    let body = ask("given-up", 600, &code);
    ask_in_vain(one.api.post_request("given-up", &body)).await;
    // What the page does before it says that nothing was charged.
    for _ in 0..5 {
        let found = two.api.get("/api/v1/keys/given-up").await;
        assert_eq!(found.problem(), "charge-absent", "{}", found.text);
        patience::let_pass(Duration::from_secs(1)).await;
    }
    one.program().signal("CONT");
    sell(&one, "further").await;
    let charges = judge::charges(&two.api).await;
    let sales: Vec<_> = charges.iter().map(|charge| charge.sale.as_str()).collect();
    assert_eq!(sales, ["further"], "{charges:#?}");
    assert_eq!(two.bank.paid_count().await, 1);
    one.close();
    two.close();
}
