//! A request that is on its way to one server while another tells that nothing came of its key.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use reqwest::Method;
use serde_json::json;
use tests::api::{Api, ask};
use tests::shop::{Apart, Shop};
use wire::StateName;

use crate::cluster;
use crate::freeze::sell;

/// A request of which one server has everything but the end, as from behind a slow proxy.
struct Late {
    stream: TcpStream,
    rest: String,
}

impl Late {
    fn to(shop: &Shop, key: &str, body: &str) -> Self {
        let place = shop.till().trim_start_matches("http://");
        let mut stream = TcpStream::connect(place).expect("the server listens");
        let (begun, rest) = body.split_at(body.len() / 2);
        let length = body.len();
        write!(
            stream,
            "POST /api/v1/charges HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\
             Idempotency-Key: {key}\r\n\r\n{begun}"
        )
        .expect("the server reads");
        let rest = rest.to_owned();
        Self { stream, rest }
    }

    /// Sends the end; gives the whole answer.
    fn arrive(mut self) -> String {
        self.stream
            .write_all(self.rest.as_bytes())
            .expect("the server reads");
        let mut answer = String::new();
        self.stream
            .read_to_string(&mut answer)
            .expect("the server answers");
        answer
    }
}

#[tokio::test]
async fn a_request_that_comes_late_to_one_server_charges_nothing_once_the_other_told_it_absent() {
    let database = cluster().database();
    let apart = Apart::open();
    let (mut one, two) = (
        Shop::open_on(&database, &apart),
        Shop::open_on(&database, &apart),
    );
    let code = two.bank.fresh_code("balance").await;
    let body = ask("sale", 600, &code);
    let late = Late::to(&one, "key", &body.to_string());
    let found = two.api.get("/api/v1/keys/key").await;
    assert_eq!(found.problem(), "charge-absent", "{}", found.text);
    let answer = late.arrive();
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(
        answer.contains("charge-absent") && answer.contains("Idempotency-Key"),
        "{answer}"
    );
    // Whoever told it may be gone, and whoever hears it may have begun anew.
    two.close();
    one.kill();
    one.start_again();
    let again = one.api.post("key", &body).await;
    assert_eq!(
        (again.status, again.problem()),
        (404, "charge-absent".to_owned())
    );
    assert_eq!(one.bank.paid_count().await, 0);
    assert_eq!(one.api.list("").await.charges, []);
    let fresh = one.api.open("key-2", 600, &code).await;
    one.api.until(&fresh.id, StateName::Paid).await;
    assert_eq!(one.bank.paid_count().await, 1, "sale and code are free");
    one.close();
}

#[tokio::test]
async fn a_late_refund_gives_nothing_back_once_the_other_server_told_its_key_absent() {
    let database = cluster().database();
    let apart = Apart::open();
    let (one, two) = (
        Shop::open_on(&database, &apart),
        Shop::open_on(&database, &apart),
    );
    let charge = sell(&one, "sold").await;
    let found = two.api.get("/api/v1/keys/back").await;
    assert_eq!(found.problem(), "charge-absent", "{}", found.text);
    let path = format!("/api/v1/charges/{}/refunds", charge.id);
    let body = json!({"amount_fen": 100, "reason": "returned", "device": "till-1"});
    let request = one.api.request(Method::POST, &path).json(&body);
    let late = Api::send(request.header("Idempotency-Key", "back")).await;
    assert_eq!(
        (late.status, late.problem()),
        (404, "charge-absent".to_owned())
    );
    let order = one.bank.order(&charge.order_no).await.expect("an order");
    assert_eq!(order.refunded_fen, 0);
    one.close();
    two.close();
}
