//! The same sale with the provider known by its certificate instead of its key.

use tests::shop::{Shop, Trust};
use wire::StateName;

#[tokio::test]
async fn a_sale_is_paid_in_certificate_mode() {
    let (shop, _apart) = Shop::open_apart_with(Trust::Certificate);
    let code = shop.bank.fresh_code("huabei").await;
    let opened = shop.api.open("sale", 1_990, &code).await;
    let paid = shop.api.until(&opened.id, StateName::Paid).await;
    assert!(
        paid.history.iter().all(|step| step.fact != "doubted"),
        "{:#?}",
        paid.history
    );
    assert_eq!(shop.bank.paid_count().await, 1);
    shop.close();
}
