//! One key, one charge; one sale, one payment; one code, one use.

use futures::future::join_all;
use tests::api::ask;
use tests::shop::Shop;
use wire::StateName;

#[tokio::test]
async fn fifty_requests_with_one_key_at_once_are_one_charge() {
    let shop = Shop::open();
    let code = shop.bank.fresh_code("balance").await;
    let body = ask("sale", 700, &code);
    let all = join_all((0..50).map(|_| shop.api.post("one-key", &body))).await;
    let fresh = all.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(fresh, 1, "one of them opened it");
    let again = all.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(again, 49, "the others heard of it");
    let first = all[0].charge().id;
    assert!(all.iter().all(|answer| answer.charge().id == first));
    shop.api.until(&first, StateName::Paid).await;
    assert_eq!(shop.bank.orders().await.len(), 1);
    shop.close();
}

#[tokio::test]
async fn a_key_answers_with_the_present_state() {
    let shop = Shop::open();
    let code = shop.bank.fresh_code("balance").await;
    let opened = shop.api.open("sale", 700, &code).await;
    shop.api.until(&opened.id, StateName::Paid).await;
    let again = shop.api.post("sale", &ask("sale", 700, &code)).await;
    assert_eq!((again.status, again.charge().state), (200, StateName::Paid));
    let by_key = shop.api.get("/api/v1/keys/sale").await;
    assert_eq!((by_key.status, by_key.charge().id), (200, opened.id));
    assert_eq!(
        shop.api.get("/api/v1/keys/unheard").await.problem(),
        "charge-absent"
    );
    shop.close();
}

#[tokio::test]
async fn a_key_with_other_content_is_refused() {
    let shop = Shop::open();
    let code = shop.bank.fresh_code("balance").await;
    let other = shop.bank.fresh_code("huabei").await;
    let opened = shop.api.open("sale", 700, &code).await;
    for body in [
        ask("sale", 701, &code),
        ask("sale-2", 700, &code),
        ask("sale", 700, &other),
    ] {
        let answer = shop.api.post("sale", &body).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (409, "key-reused")
        );
        assert_eq!(answer.json()["charge"], opened.id.as_str());
    }
    shop.api.until(&opened.id, StateName::Paid).await;
    assert_eq!(shop.bank.orders().await.len(), 1);
    shop.close();
}

#[tokio::test]
async fn a_charged_key_is_told_even_to_a_request_that_is_not_understood() {
    let shop = Shop::open();
    let code = shop.bank.fresh_code("balance").await;
    let opened = shop.api.open("sale", 700, &code).await;
    let mut of_a_later_page = ask("sale", 700, &code);
    of_a_later_page["tip_fen"] = 100.into();
    let mut of_a_later_wallet = ask("sale", 700, &code);
    of_a_later_wallet["code"] = "991234567890123456".into();
    for (body, plain) in [(of_a_later_page, 400), (of_a_later_wallet, 422)] {
        let answer = shop.api.post("sale", &body).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (409, "key-reused")
        );
        assert_eq!(answer.json()["charge"], opened.id.as_str());
        // A key that stands for nothing may be sent again with what was wrong set right.
        assert_eq!(shop.api.post("key-2", &body).await.status, plain);
    }
    shop.api.until(&opened.id, StateName::Paid).await;
    shop.close();
}

#[tokio::test]
async fn a_key_that_was_charged_is_told_so_though_the_shop_takes_such_sums_no_more() {
    let mut shop = Shop::open();
    let code = shop.bank.fresh_code("balance").await;
    let opened = shop.api.open("sale", 7_000, &code).await;
    shop.api.until(&opened.id, StateName::Paid).await;
    shop.kill();
    shop.start_again_with(&["--charge-max-fen", "5000"]);
    let again = shop.api.post("sale", &ask("sale", 7_000, &code)).await;
    assert_eq!((again.status, again.charge().id), (200, opened.id));
    let other = shop.api.post("sale", &ask("sale", 7_001, &code)).await;
    assert_eq!(
        (other.status, other.problem().as_str()),
        (409, "key-reused")
    );
    let fresh = shop.api.post("key-2", &ask("sale-2", 7_000, &code)).await;
    assert_eq!(
        (fresh.status, fresh.problem().as_str()),
        (422, "amount-too-large")
    );
    // What was told stays true, whatever the shop takes later.
    let later = shop.api.post("key-2", &ask("sale-2", 4_000, &code)).await;
    assert_eq!(
        (later.status, later.problem().as_str()),
        (404, "charge-absent")
    );
    // The bank began anew with the shop, and was asked for nothing since.
    assert_eq!(shop.bank.orders().await.len(), 0);
    shop.close();
}

#[tokio::test]
async fn a_sale_that_is_open_or_paid_is_not_charged_again() {
    let shop = Shop::open();
    let code = shop.bank.fresh_code("password").await;
    let opened = shop.api.open("sale", 700, &code).await;
    let other = shop.bank.fresh_code("balance").await;
    let busy = shop.api.post("key-2", &ask("sale", 700, &other)).await;
    assert_eq!((busy.status, busy.problem().as_str()), (409, "sale-busy"));
    assert_eq!(busy.json()["charge"], opened.id.as_str());
    shop.bank.confirm("password", true).await;
    shop.api.until(&opened.id, StateName::Paid).await;
    let paid = shop.api.post("key-3", &ask("sale", 700, &other)).await;
    assert_eq!((paid.status, paid.problem().as_str()), (409, "sale-busy"));
    assert_eq!(shop.bank.paid_count().await, 1);
    shop.close();
}

#[tokio::test]
async fn ten_tills_that_charge_one_sale_at_once_charge_it_once() {
    let shop = Shop::open();
    let mut codes = Vec::new();
    for _ in 0..10 {
        codes.push(shop.bank.fresh_code("balance").await);
    }
    let wishes = codes.iter().enumerate().map(async |(place, code)| {
        shop.api
            .post(&format!("key-{place}"), &ask("one-sale", 300, code))
            .await
    });
    let all = join_all(wishes).await;
    let opened: Vec<_> = all.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(opened.len(), 1);
    assert!(
        all.iter()
            .all(|answer| answer.status == 201 || answer.problem() == "sale-busy")
    );
    shop.api
        .until(&opened[0].charge().id, StateName::Paid)
        .await;
    assert_eq!(shop.bank.orders().await.len(), 1);
    shop.close();
}

#[tokio::test]
async fn a_code_that_was_charged_a_moment_ago_is_not_charged_again() {
    let shop = Shop::open();
    let code = shop.bank.fresh_code("balance").await;
    let opened = shop.api.open("sale", 700, &code).await;
    let used = shop.api.post("key-2", &ask("sale-2", 700, &code)).await;
    assert_eq!((used.status, used.problem().as_str()), (409, "code-used"));
    shop.api.until(&opened.id, StateName::Paid).await;
    let used = shop.api.post("key-3", &ask("sale-3", 700, &code)).await;
    assert_eq!((used.status, used.problem().as_str()), (409, "code-used"));
    assert_eq!(shop.bank.orders().await.len(), 1);
    shop.close();
}
