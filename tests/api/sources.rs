//! Sources of money that the shop does not take: the customer is told, and no money moves.

use tests::shop::Shop;
use wire::StateName;

/// The cause for which the bank refuses this customer.
async fn refused_to(shop: &Shop, customer: &str) -> Option<String> {
    let code = shop.bank.fresh_code(customer).await;
    let opened = shop.api.open(&format!("sale-{customer}"), 500, &code).await;
    let refused = shop.api.until(&opened.id, StateName::Refused).await;
    assert_eq!(refused.funding, []);
    refused.refusal.map(|refusal| refusal.cause)
}

async fn paid_from(shop: &Shop, customer: &str) -> String {
    let code = shop.bank.fresh_code(customer).await;
    let opened = shop.api.open(&format!("sale-{customer}"), 500, &code).await;
    let paid = shop.api.until(&opened.id, StateName::Paid).await;
    paid.funding[0].channel.clone()
}

#[tokio::test]
async fn a_shop_without_huabei_refuses_it_and_takes_the_rest() {
    let refused = "pcredit,pcreditpayInstallment";
    let shop = Shop::open_with(&["--refused-sources", refused]);
    let cause = refused_to(&shop, "huabei").await;
    assert_eq!(cause.as_deref(), Some("no-funding"));
    assert_eq!(paid_from(&shop, "balance").await, "ALIPAYACCOUNT");
    assert_eq!(shop.bank.paid_count().await, 1);
    shop.close();
}

#[tokio::test]
async fn a_shop_that_takes_credit_only_refuses_the_balance() {
    let shop = Shop::open_with(&["--refused-sources", "balance"]);
    let cause = refused_to(&shop, "balance").await;
    assert_eq!(cause.as_deref(), Some("no-funding"));
    assert_eq!(paid_from(&shop, "huabei").await, "PCREDIT");
    shop.close();
}
