//! What people look up: the list, its pages, one sale.

use tests::shop::Shop;
use wire::StateName;

#[tokio::test]
async fn the_list_is_newest_first_and_goes_on_page_by_page() {
    let shop = Shop::open();
    let mut opened = Vec::new();
    for number in 0..5 {
        let code = shop.bank.fresh_code("balance").await;
        let charge = shop
            .api
            .open(&format!("sale-{number}"), 100 + number, &code)
            .await;
        opened.push(charge.id);
    }
    opened.reverse();
    let mut heard = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = shop.api.list(&query).await;
        assert!(page.charges.len() <= 2);
        heard.extend(page.charges.into_iter().map(|charge| charge.id));
        let Some(before) = page.next_before else {
            break;
        };
        query = format!("?limit=2&before={before}");
    }
    assert_eq!(heard, opened);
    shop.close();
}

#[tokio::test]
async fn the_list_of_one_device_holds_its_sales_only() {
    let shop = Shop::open();
    for device in ["till-1", "till-2", "till-2"] {
        let code = shop.bank.fresh_code("balance").await;
        let mut body = tests::api::ask(&format!("sale-{}", code.len()), 100, &code);
        body["device"] = device.into();
        body["sale"] = format!("sale-{}", shop.bank.codes().len()).into();
        let answer = shop
            .api
            .post(&format!("key-{}", shop.bank.codes().len()), &body)
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    assert_eq!(shop.api.list("?device=till-2").await.charges.len(), 2);
    assert_eq!(shop.api.list("?device=till-1").await.charges.len(), 1);
    assert_eq!(shop.api.list("?device=till-3").await.charges.len(), 0);
    shop.close();
}

#[tokio::test]
async fn the_record_survives_a_restart() {
    let mut shop = Shop::open();
    let code = shop.bank.fresh_code("huabei").await;
    let opened = shop.api.open("sale", 4_200, &code).await;
    let before = shop.api.until(&opened.id, StateName::Paid).await;
    shop.kill();
    shop.start_again();
    assert_eq!(shop.api.charge(&opened.id).await, before);
    let again = shop
        .api
        .post("sale", &tests::api::ask("sale", 4_200, &code))
        .await;
    assert_eq!((again.status, again.charge().id), (200, opened.id));
    shop.close();
}
