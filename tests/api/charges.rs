//! What becomes of a charge, customer by customer; the bank must agree with the record.

use tests::api::ask;
use tests::patience;
use tests::shop::{Shop, Trust};
use wire::{ChargeView, StateName};

/// Charges `customer` and waits for the end.
async fn end_of(shop: &Shop, customer: &str, end: StateName) -> ChargeView {
    let code = shop.bank.fresh_code(customer).await;
    let opened = shop
        .api
        .open(&format!("sale-{customer}"), 1_250, &code)
        .await;
    shop.api.until(&opened.id, end).await
}

#[tokio::test]
async fn a_sale_is_paid_from_the_balance_and_the_bank_agrees() {
    let shop = Shop::open();
    let paid = end_of(&shop, "balance", StateName::Paid).await;
    let order = shop
        .bank
        .order(&paid.order_no)
        .await
        .expect("the bank has the order");
    assert_eq!((order.state.as_str(), order.amount_fen), ("paid", 1_250));
    assert_eq!((paid.amount_fen, paid.currency.as_str()), (1_250, "CNY"));
    assert_eq!(
        (paid.provider.as_str(), paid.device.as_str()),
        ("alipay", "till-1")
    );
    assert!(
        paid.provider_no
            .as_deref()
            .is_some_and(|number| !number.is_empty())
    );
    assert_eq!(
        paid.funding.iter().map(|one| one.amount_fen).sum::<i64>(),
        1_250
    );
    let facts: Vec<_> = paid.history.iter().map(|step| step.fact.as_str()).collect();
    assert_eq!(facts, ["opened", "sent", "paid"]);
    shop.close();
}

#[tokio::test]
async fn a_sale_paid_by_huabei_says_so() {
    let shop = Shop::open();
    let paid = end_of(&shop, "huabei", StateName::Paid).await;
    let channels: Vec<_> = paid
        .funding
        .iter()
        .map(|one| one.channel.as_str())
        .collect();
    assert_eq!(channels, ["PCREDIT"]);
    shop.close();
}

#[tokio::test]
async fn a_password_is_waited_for_and_then_it_is_paid() {
    let shop = Shop::open();
    let code = shop.bank.fresh_code("password").await;
    let opened = shop.api.open("sale", 990, &code).await;
    shop.api.until(&opened.id, StateName::Waiting).await;
    assert_eq!(shop.bank.paid_count().await, 0);
    shop.bank.confirm("password", true).await;
    let paid = shop.api.until(&opened.id, StateName::Paid).await;
    let facts: Vec<_> = paid.history.iter().map(|step| step.fact.as_str()).collect();
    assert_eq!(facts, ["opened", "sent", "waiting", "paid"]);
    shop.close();
}

#[tokio::test]
async fn a_customer_without_money_is_refused_and_another_pays_the_same_sale() {
    let shop = Shop::open();
    let poor = shop.bank.fresh_code("broke").await;
    let opened = shop.api.open("sale", 2_000, &poor).await;
    let refused = shop.api.until(&opened.id, StateName::Refused).await;
    let refusal = refused.refusal.expect("a refusal has a cause");
    assert_eq!(refusal.cause, "no-money");
    assert!(refusal.code.starts_with("ACQ."), "{refusal:?}");

    let rich = shop.bank.fresh_code("balance").await;
    let again = shop.api.post("key-2", &ask("sale", 2_000, &rich)).await;
    assert_eq!(again.status, 201, "{}", again.text);
    shop.api.until(&again.charge().id, StateName::Paid).await;
    assert_eq!(shop.bank.paid_count().await, 1);
    shop.close();
}

#[tokio::test]
async fn every_refusal_has_its_own_cause() {
    let shop = Shop::open();
    for (customer, cause) in [
        ("broke", "no-money"),
        ("limit", "customer-limit"),
        ("frozen", "customer-account"),
    ] {
        let refused = end_of(&shop, customer, StateName::Refused).await;
        let heard = refused.refusal.map(|refusal| refusal.cause);
        assert_eq!(heard.as_deref(), Some(cause), "{customer}");
    }
    let stranger = shop
        .api
        .open("sale-stranger", 100, "289999999999999999")
        .await;
    let refused = shop.api.until(&stranger.id, StateName::Refused).await;
    let heard = refused.refusal.map(|refusal| refusal.cause);
    assert_eq!(heard.as_deref(), Some("code-expired"));
    assert_eq!(shop.bank.paid_count().await, 0);
    shop.close();
}

#[tokio::test]
async fn a_cancelled_charge_takes_nothing_and_frees_its_sale() {
    let shop = Shop::open();
    let code = shop.bank.fresh_code("password").await;
    let opened = shop.api.open("sale", 990, &code).await;
    shop.api.until(&opened.id, StateName::Waiting).await;
    let cancel = shop.api.cancel(&opened.id).await;
    assert!(cancel.status < 300, "{}", cancel.text);
    let reversed = shop.api.until(&opened.id, StateName::Reversed).await;
    assert_eq!(reversed.reverse_why.as_deref(), Some("cashier"));
    assert_eq!(reversed.reverse_end.as_deref(), Some("closed"));
    let order = shop
        .bank
        .order(&opened.order_no)
        .await
        .expect("the bank has the order");
    assert_eq!(order.state, "closed");

    let code = shop.bank.fresh_code("balance").await;
    let again = shop.api.post("key-2", &ask("sale", 990, &code)).await;
    shop.api.until(&again.charge().id, StateName::Paid).await;
    shop.close();
}

#[tokio::test]
async fn a_charge_at_its_end_cannot_be_cancelled() {
    let shop = Shop::open();
    let paid = end_of(&shop, "balance", StateName::Paid).await;
    let cancel = shop.api.cancel(&paid.id).await;
    assert_eq!(
        (cancel.status, cancel.problem().as_str()),
        (409, "charge-ended")
    );
    let order = shop
        .bank
        .order(&paid.order_no)
        .await
        .expect("the bank has the order");
    assert_eq!(order.state, "paid");
    shop.close();
}

#[tokio::test]
async fn a_shop_with_the_wrong_alipay_key_takes_no_money_and_says_why() {
    let (shop, _apart) = Shop::open_apart_with(Trust::StrangersKey);
    patience::until("the account is known to be refused", async || {
        let health = shop.api.get("/healthz").await;
        health.text.contains("provider-refuses").then_some(())
    })
    .await;
    let code = shop.bank.fresh_code("balance").await;
    let answer = shop.api.post("key", &ask("sale", 1_990, &code)).await;
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert_eq!(answer.problem(), "provider-refuses");
    assert!(shop.bank.orders().await.is_empty());
    shop.close();
}
