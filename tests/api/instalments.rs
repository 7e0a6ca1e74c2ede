//! 花呗分期: what is offered, what is asked of the bank, what it costs, and what the record keeps.

use reqwest::Method;
use serde_json::{Value, json};
use tests::api::{Answer, Api, ask, ask_to_show};
use tests::shop::Shop;
use wire::{FeeOnName, InstalmentsOffer, InstalmentsPlan, StateName};

/// What most tests offer; the last plan is not in the bank's contract.
const PLANS: &str = "3 customer 2.3%, 6 customer 4.5%, 6 shop 4.5%, 12 shop 7.5%";

fn shop() -> Shop {
    Shop::open_with(&["--instalments", PLANS])
}

fn by_plan(mut ask: Value, months: u8, fee_on: &str) -> Value {
    ask["instalments"] = json!({"months": months, "fee_on": fee_on});
    ask
}

async fn in_plan(shop: &Shop, customer: &str, key: &str, plan: (u8, &str)) -> Answer {
    let code = shop.bank.fresh_code(customer).await;
    let ask = by_plan(ask(key, 128_801, &code), plan.0, plan.1);
    shop.api.post(key, &ask).await
}

async fn offer(shop: &Shop, amount_fen: i64) -> InstalmentsOffer {
    let path = format!("/api/v1/instalments?amount_fen={amount_fen}");
    let answer = shop.api.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    serde_json::from_str(&answer.text).expect("an offer")
}

#[tokio::test]
async fn what_is_offered_is_told_with_its_costs_before_anything_is_charged() {
    let shop = shop();
    let offer_1288 = offer(&shop, 128_801).await;
    assert_eq!(offer_1288.least_fen, 10_000);
    let costs: Vec<_> = offer_1288
        .plans
        .iter()
        .map(|one| (one.months, one.fee_on, one.fee_fen, one.total_fen))
        .collect();
    assert_eq!(
        costs,
        [
            (3, FeeOnName::Customer, 2_963, 131_764),
            (6, FeeOnName::Customer, 5_797, 134_598),
            (6, FeeOnName::Shop, 5_797, 128_801),
            (12, FeeOnName::Shop, 9_661, 128_801),
        ]
    );
    for plan in &offer_1288.plans {
        let months = i64::from(plan.months);
        let sum = plan.each_fen * (months - 1) + plan.odd_fen;
        assert_eq!(sum, plan.total_fen, "{plan:?}");
    }
    assert_eq!(offer(&shop, 9_999).await.plans, []);
    let check = async |query: &str, status: u16, problem: &str| {
        let answer = shop.api.get(&format!("/api/v1/instalments{query}")).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (status, problem)
        );
    };
    check("?amount_fen=0", 422, "amount-zero").await;
    check("?amount_fen=5000001", 422, "amount-too-large").await;
    check("", 400, "body-invalid").await;
    check("?amount_fen=1&months=3", 400, "field-unknown").await;
    assert_eq!(shop.bank.orders().await.len(), 0);
    shop.close();
}

#[tokio::test]
async fn a_sale_in_instalments_is_paid_by_the_plan_of_the_record() {
    let shop = shop();
    let answer = in_plan(&shop, "instalments", "sale-1", (6, "customer")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let six = InstalmentsPlan {
        months: 6,
        fee_on: FeeOnName::Customer,
    };
    assert_eq!(answer.charge().instalments, Some(six));
    let paid = shop.api.until(&answer.charge().id, StateName::Paid).await;
    assert_eq!((paid.instalments, paid.amount_fen), (Some(six), 128_801));
    let channels: Vec<_> = paid.funding.iter().map(|one| &one.channel[..]).collect();
    assert_eq!(channels, ["PCREDIT"]);
    let (months, bearer, fee) = shop.bank.plan(&paid.order_no).await.expect("a plan");
    assert_eq!((months, bearer.as_str()), (6, "customer"));
    // What was told is never below what is taken, and above it by a fen at most.
    let told = offer(&shop, 128_801).await.plans[1].fee_fen;
    assert!((0..=1).contains(&(told - fee)), "told {told}, taken {fee}");
    shop.close();
}

#[tokio::test]
async fn a_plan_survives_a_power_cut_and_what_the_bank_tells_of_it_is_kept() {
    let (mut shop, _apart) = Shop::open_apart();
    shop.kill();
    shop.start_again_with(&["--instalments", PLANS]);
    let fault = json!({"what": "lost-answer", "method": "pay", "next": 1});
    shop.bank.misbehave(&fault).await;
    shop.bank
        .misbehave(&json!({"what": "busy", "method": "query"}))
        .await;
    let answer = in_plan(&shop, "instalments", "sale-1", (6, "shop")).await;
    let id = answer.charge().id;
    shop.api.until(&id, StateName::Unknown).await;
    shop.kill();
    shop.start_again();
    let doubted = shop.api.charge(&id).await;
    assert_eq!(doubted.instalments, answer.charge().instalments);
    shop.bank.behave().await;
    let paid = shop.api.until(&id, StateName::Paid).await;
    assert_eq!(paid.paid_months, Some(6), "a question is told the plan");
    assert_eq!(shop.bank.paid_count().await, 1);
    shop.close();
}

#[tokio::test]
async fn a_code_on_our_screen_is_paid_by_the_plan_as_well() {
    let shop = shop();
    let ask = by_plan(ask_to_show("sale-1", 30_000), 3, "customer");
    let answer = shop.api.post("sale-1", &ask).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let waiting = shop
        .api
        .until(&answer.charge().id, StateName::Waiting)
        .await;
    let code = waiting.show.expect("a code to show");
    assert_eq!(shop.bank.scan("huabei", &code).await, 409, "no plans here");
    assert_eq!(shop.bank.scan("instalments", &code).await, 200);
    let paid = shop.api.until(&waiting.id, StateName::Paid).await;
    assert_eq!(paid.paid_months, Some(3));
    shop.close();
}

#[tokio::test]
async fn what_cannot_be_paid_by_a_plan_takes_no_money() {
    let shop = shop();
    let refused = async |customer: &str, plan: (u8, &str)| {
        let answer = in_plan(&shop, customer, customer, plan).await;
        let id = answer.charge().id;
        let refused = shop.api.until(&id, StateName::Refused).await;
        refused.refusal.map(|refusal| refusal.cause)
    };
    let none = refused("balance", (3, "customer")).await;
    assert_eq!(none.as_deref(), Some("no-funding"));
    // The shop says that it has this plan; its contract says otherwise.
    let missing = refused("instalments", (12, "shop")).await;
    assert_eq!(missing.as_deref(), Some("merchant"));
    assert_eq!(shop.bank.paid_count().await, 0);
    shop.close();
}

#[tokio::test]
async fn a_plan_that_is_not_offered_or_a_sum_that_is_too_small_is_refused_with_a_sentence() {
    let shop = shop();
    let code = shop.bank.fresh_code("instalments").await;
    let check = async |ask: Value, problem: &str, words: [&str; 2]| {
        for (lang, word) in ["zh-CN", "en"].into_iter().zip(words) {
            let request = shop.api.post_request("key-1", &ask);
            let answer = Api::send(request.header("Accept-Language", lang)).await;
            assert_eq!((answer.status, answer.problem().as_str()), (422, problem));
            assert!(answer.text.contains(word), "{}", answer.text);
        }
    };
    let asked = |fen| ask("sale-1", fen, &code);
    let not_offered = ["没有收款", "nothing was charged"];
    for (months, bearer) in [(3, "shop"), (12, "customer"), (24, "customer")] {
        let ask = by_plan(asked(128_801), months, bearer);
        check(ask, "instalments-not-offered", not_offered).await;
    }
    let small = by_plan(asked(9_999), 3, "customer");
    check(small, "instalments-too-small", ["最小金额", "smallest"]).await;
    let odd = shop
        .api
        .post("key-1", &by_plan(asked(10_000), 3, "nobody"))
        .await;
    assert_eq!((odd.status, odd.problem().as_str()), (400, "body-invalid"));
    assert_eq!(shop.bank.orders().await.len(), 0);
    shop.close();
}

#[tokio::test]
async fn a_key_stands_for_its_plan() {
    let shop = shop();
    let code = shop.bank.fresh_code("instalments").await;
    let ask = |plan| by_plan(ask("sale-1", 128_801, &code), 6, plan);
    let first = shop.api.post("key-1", &ask("customer")).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let again = shop.api.post("key-1", &ask("customer")).await;
    assert_eq!(
        (again.status, again.charge().id),
        (200, first.charge().id),
        "the same"
    );
    let other = shop.api.post("key-1", &ask("shop")).await;
    assert_eq!(
        (other.status, other.problem().as_str()),
        (409, "key-reused")
    );
    shop.close();
}

#[tokio::test]
async fn the_interface_describes_plans_and_a_shop_without_any_offers_none() {
    let shop = Shop::open();
    assert_eq!(offer(&shop, 128_801).await.plans, []);
    let answer = in_plan(&shop, "instalments", "sale-1", (3, "customer")).await;
    assert_eq!(answer.problem(), "instalments-not-offered");
    let described = shop.api.get("/api/openapi.json").await.json();
    assert!(described["paths"]["/api/v1/instalments"]["get"].is_object());
    let request = shop.api.request(Method::POST, "/api/v1/instalments");
    assert_eq!(Api::send(request.json(&json!({}))).await.status, 405);
    shop.close();
}
