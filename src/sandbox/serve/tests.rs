//! The shell over a real port and over the router alone.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use money::{Stamp, World};
use provider::alipay::{Trust, write_form};
use provider::{Account, Alipay, Ask, PrivateKey, PublicKey};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use super::{APP_ID, Sandbox};
use crate::script::Fault;

const START_MS: i64 = 1_795_312_800_000;

/// A clock that stands still until it is moved, and bytes that count.
#[derive(Default)]
struct Still {
    moved_ms: AtomicI64,
    drawn: AtomicI64,
}

impl World for Still {
    fn now(&self) -> Stamp {
        Stamp::from_ms(START_MS + self.moved_ms.load(Ordering::SeqCst))
    }

    fn ticks_ms(&self) -> i64 {
        self.moved_ms.load(Ordering::SeqCst)
    }

    fn entropy(&self) -> [u8; 16] {
        let drawn = self.drawn.fetch_add(1, Ordering::SeqCst);
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&drawn.to_be_bytes());
        bytes
    }
}

fn sandbox() -> (Sandbox, Arc<Still>) {
    let world = Arc::new(Still::default());
    let sandbox = Sandbox::in_memory(world.clone()).expect("keys can be made");
    (sandbox, world)
}

fn merchant(sandbox: &Sandbox) -> Alipay {
    let account = sandbox.account("http://sandbox/gateway.do");
    let key = PublicKey::read(&account.alipay_public_key).expect("the public key reads back");
    Alipay::new(Account {
        gateway: account.gateway,
        app_id: APP_ID.to_owned(),
        private_key: PrivateKey::read(&account.app_private_key).expect("the key reads back"),
        trust: Trust::Key(key),
        seller_id: None,
    })
}

async fn send(sandbox: &Sandbox, request: Request<Body>) -> (StatusCode, Vec<u8>) {
    let answer = sandbox.router().oneshot(request).await;
    let answer = answer.expect("the router never fails");
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 1 << 20)
        .await
        .unwrap_or_default();
    (status, body.to_vec())
}

async fn ask(sandbox: &Sandbox, method: &str, path: &str, body: &Value) -> (StatusCode, Value) {
    let body = if body.is_null() {
        Body::empty()
    } else {
        Body::from(body.to_string())
    };
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
        .expect("a plain request");
    let (status, body) = send(sandbox, request).await;
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

async fn look(sandbox: &Sandbox, path: &str) -> Value {
    ask(sandbox, "GET", path, &Value::Null).await.1
}

/// Pays with the customer's present code, through the gateway.
async fn pay(sandbox: &Sandbox, customer: &str, number: &str) -> String {
    let shown = look(sandbox, &format!("/api/customers/{customer}/code")).await;
    let code = money::PayCode::parse(shown["code"].as_str().unwrap_or_default());
    let ask = Ask::Pay(provider::PayAsk {
        order: money::OrderNo::parse(number).expect("a plain number"),
        amount: money::Amount::chargeable(1_250).expect("not zero"),
        code: code.expect("the phone shows a code"),
        subject: "茶".to_owned(),
        device: "till".to_owned(),
        sources: provider::Sources::default(),
    });
    let wire = merchant(sandbox).request(&ask, sandbox.now());
    let request = Request::post(wire.url)
        .header(header::CONTENT_TYPE, wire.content_type)
        .body(Body::from(wire.body))
        .expect("a plain request");
    let (status, body) = send(sandbox, request).await;
    assert_eq!(status, StatusCode::OK);
    String::from_utf8_lossy(&body).into_owned()
}

#[tokio::test]
async fn everything_may_come_in_the_query_by_get() {
    let (sandbox, _) = sandbox();
    let number = money::OrderNo::parse("S1").expect("a plain number");
    let wire = merchant(&sandbox).request(&Ask::Query(number), sandbox.now());
    let query = wire.url.split_once('?').map_or("", |(_, query)| query);
    let mut params = provider::alipay::parse_form(query.as_bytes());
    params.extend(provider::alipay::parse_form(&wire.body));
    let by_get = Request::get(format!("/gateway.do?{}", write_form(&params)));
    let by_get = by_get.body(Body::empty()).expect("a plain request");
    let in_body = Request::post("/gateway.do").body(Body::from(write_form(&params)));
    for request in [by_get, in_body.expect("a plain request")] {
        let (status, body) = send(&sandbox, request).await;
        let body = String::from_utf8_lossy(&body).into_owned();
        assert_eq!(status, StatusCode::OK);
        assert!(body.contains("ACQ.TRADE_NOT_EXIST"), "{body}");
    }
}

#[tokio::test]
async fn a_code_changes_when_it_is_spent_and_when_its_minute_is_over() {
    let (sandbox, world) = sandbox();
    let path = "/api/customers/balance/code";
    let first = look(&sandbox, path).await;
    assert_eq!(look(&sandbox, path).await["code"], first["code"]);
    assert!(
        pay(&sandbox, "balance", "S1")
            .await
            .contains("\"code\":\"10000\"")
    );
    let second = look(&sandbox, path).await;
    assert_ne!(second["code"], first["code"]);
    world.moved_ms.store(60_000, Ordering::SeqCst);
    let third = look(&sandbox, path).await;
    assert_ne!(third["code"], second["code"]);
    assert_eq!(third["expires_ms"], START_MS + 120_000);
    let forced = look(&sandbox, "/api/customers/balance/code?fresh=1").await;
    assert_ne!(forced["code"], third["code"]);
}

#[tokio::test]
async fn the_password_is_asked_on_the_phone_and_given_there() {
    let (sandbox, _) = sandbox();
    let path = "/api/customers/password/prompt";
    assert_eq!(look(&sandbox, path).await, Value::Null);
    assert!(
        pay(&sandbox, "password", "S1")
            .await
            .contains("\"code\":\"10003\"")
    );
    assert_eq!(look(&sandbox, path).await["amount_fen"], 1_250);
    let confirm = "/api/customers/password/confirm";
    let other = json!({ "ok": true, "order_no": "S2" });
    assert_eq!(
        ask(&sandbox, "POST", confirm, &other).await.0,
        StatusCode::CONFLICT
    );
    let (status, order) = ask(&sandbox, "POST", confirm, &json!({ "ok": true })).await;
    assert_eq!((status, &order["state"]), (StatusCode::OK, &json!("paid")));
    assert_eq!(
        look(&sandbox, "/api/orders/S1").await["funding"],
        "ALIPAYACCOUNT"
    );
    assert_eq!(
        look(&sandbox, "/api/orders").await.as_array().map(Vec::len),
        Some(1)
    );
    let again = ask(&sandbox, "POST", confirm, &json!({ "ok": true })).await;
    assert_eq!(again.0, StatusCode::CONFLICT);
}

#[tokio::test]
async fn faults_are_made_listed_and_cleared() {
    let (sandbox, _) = sandbox();
    let rule = json!({ "what": "busy", "method": "pay", "customer": "huabei", "next": 1 });
    let (status, made) = ask(&sandbox, "POST", "/api/faults", &rule).await;
    assert_eq!((status, &made["id"]), (StatusCode::CREATED, &json!(1)));
    assert!(pay(&sandbox, "balance", "S1").await.contains("10000"));
    assert!(pay(&sandbox, "huabei", "S2").await.contains("20000"));
    assert_eq!(look(&sandbox, "/api/faults").await, json!([]));
    for wrong in [
        json!({ "what": "rain" }),
        json!({ "what": "busy", "method": "fly" }),
        json!({ "what": "busy", "next": 0 }),
        json!({ "what": "busy", "colour": 1 }),
    ] {
        let (status, body) = ask(&sandbox, "POST", "/api/faults", &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(body["error"].is_string(), "{body}");
    }
    let slow = json!({ "what": "slow", "ms": 5 });
    assert_eq!(ask(&sandbox, "POST", "/api/faults", &slow).await.1["ms"], 5);
    let cleared = ask(&sandbox, "DELETE", "/api/faults/2", &Value::Null)
        .await
        .0;
    assert_eq!(cleared, StatusCode::NO_CONTENT);
    let gone = ask(&sandbox, "DELETE", "/api/faults/2", &Value::Null)
        .await
        .0;
    assert_eq!(gone, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_answer_carries_the_policy_and_long_bodies_are_refused() {
    let (sandbox, _) = sandbox();
    for path in [
        "/wallet",
        "/wallet.js",
        "/api/customers",
        "/api/words",
        "/nowhere",
    ] {
        let request = Request::get(path).body(Body::empty());
        let answer = sandbox.router().oneshot(request.expect("a plain request"));
        let answer = answer.await.expect("the router never fails");
        let policy = answer.headers().get(header::CONTENT_SECURITY_POLICY);
        assert!(policy.is_some(), "{path}");
        assert!(
            answer
                .headers()
                .contains_key(header::X_CONTENT_TYPE_OPTIONS),
            "{path}"
        );
    }
    let long = Request::post("/gateway.do").body(Body::from("x".repeat(65_537)));
    let (status, _) = send(&sandbox, long.expect("a plain request")).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn words_and_people_come_in_the_language_asked_for() {
    let (sandbox, _) = sandbox();
    assert_eq!(
        look(&sandbox, "/api/words?lang=en").await["words"]["huabei"],
        "Huabei"
    );
    assert_eq!(
        look(&sandbox, "/api/words").await["words"]["huabei"],
        "花呗"
    );
    let people = look(&sandbox, "/api/customers?lang=zh").await;
    assert_eq!(people.as_array().map(Vec::len), Some(7));
    let (status, _) = ask(&sandbox, "GET", "/api/customers/nobody/code", &Value::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_lost_answer_breaks_the_connection_before_its_first_byte() {
    let (sandbox, _) = sandbox();
    let number = money::OrderNo::parse("S1").expect("a plain number");
    let wire = merchant(&sandbox).request(&Ask::Query(number), sandbox.now());
    let query = wire.url.split_once('?').map_or("", |(_, query)| query);
    let fault = json!({ "what": "lost-answer" });
    assert_eq!(
        ask(&sandbox, "POST", "/api/faults", &fault).await.0,
        StatusCode::CREATED
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let body = String::from_utf8_lossy(&wire.body).into_owned();
    let first = format!("POST /gateway.do?{query} HTTP/1.1\r\nhost: x\r\ncontent-length: ");
    let said = format!("{first}{}\r\n\r\n{body}", body.len());
    let talk = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.write_all(said.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        // The connection may end or be reset; what counts is that nothing was said before.
        let _ = stream.read_to_end(&mut answer);
        answer
    });
    let heard = tokio::select! {
        heard = talk => heard.expect("the talk ends"),
        ended = sandbox.serve(listener) => panic!("the sandbox stopped serving: {ended:?}"),
    };
    assert_eq!(heard, b"");
}

#[test]
fn keys_are_made_once_and_read_afterwards() {
    let dir = std::env::temp_dir().join(format!("scantill-keys-{}", std::process::id()));
    let world = Arc::new(Still::default());
    let first = Sandbox::create(&dir, world.clone()).expect("the directory can be written");
    let second = Sandbox::create(&dir, world.clone()).expect("the keys read back");
    let (first, second) = (first.account("x"), second.account("x"));
    assert_eq!(first.app_private_key, second.app_private_key);
    assert_eq!(first.root_cert, second.root_cert);
    std::fs::write(dir.join("alipayPrivateKey.pem"), "broken").expect("it can be written");
    let fault = Sandbox::create(&dir, world)
        .map(|_| ())
        .map_err(|fault| fault.to_string());
    assert!(fault.is_err_and(|text| text.contains("damaged")));
    std::fs::remove_dir_all(&dir).expect("it can be removed");
}

/// Signs a form for any method and sends it to the gateway.
async fn speak(sandbox: &Sandbox, method: &str, content: &Value, notify_url: &str) -> Value {
    let account = sandbox.account("http://sandbox/gateway.do");
    let key = PrivateKey::read(&account.app_private_key).expect("the key reads back");
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut params = vec![
        pair("app_id", APP_ID),
        pair("method", method),
        pair("charset", "utf-8"),
        pair("sign_type", "RSA2"),
        pair("timestamp", &sandbox.now().beijing()),
        pair("version", "1.0"),
        pair("notify_url", notify_url),
        pair("biz_content", &content.to_string()),
    ];
    let text = provider::alipay::text_to_sign(&params);
    params.push(pair("sign", &key.sign(text.as_bytes())));
    let request = Request::post("/gateway.do")
        .header(header::HOST, "bank.example:7")
        .body(Body::from(write_form(&params)));
    let (_, body) = send(sandbox, request.expect("a plain request")).await;
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    body[format!("{}_response", method.replace('.', "_"))].clone()
}

/// A merchant's server that answers every notice with this, and counts them.
async fn merchant_server(answer: &'static str) -> (String, Arc<AtomicI64>, JoinSet<()>) {
    let heard = Arc::new(AtomicI64::new(0));
    let count = Arc::clone(&heard);
    let take = move || {
        count.fetch_add(1, Ordering::SeqCst);
        async move { answer }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let routes = axum::Router::new().route("/n", axum::routing::post(take));
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { drop(axum::serve(listener, routes).await) });
    (format!("http://{address}/n"), heard, tasks)
}

#[tokio::test]
async fn an_order_code_is_scanned_on_the_phone_and_its_merchant_is_told() {
    let (sandbox, _) = sandbox();
    let sale = json!({ "out_trade_no": "S1", "total_amount": "1.00", "subject": "茶" });
    let url = "http://127.0.0.1:9/n";
    let made = speak(&sandbox, "alipay.trade.precreate", &sale, url).await;
    let code = json!({ "code": made["qr_code"] });
    let (status, refused) = ask(&sandbox, "POST", "/api/customers/broke/scan", &code).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(refused["error"].is_string(), "{refused}");
    let (status, order) = ask(&sandbox, "POST", "/api/customers/huabei/scan", &code).await;
    assert_eq!((status, &order["state"]), (StatusCode::OK, &json!("paid")));
    let letters = look(&sandbox, "/api/notices").await;
    assert_eq!(letters[0]["order_no"], "S1");
    assert_eq!(letters[0]["taken"], false);
}

#[tokio::test]
async fn letters_are_sent_on_demand_until_the_merchant_says_success() {
    for (answer, is_taken) in [("success", true), ("success ", false), ("fail", false)] {
        let (sandbox, _) = sandbox();
        let (url, heard, _tasks) = merchant_server(answer).await;
        let sale = json!({ "out_trade_no": "S1", "total_amount": "1.00", "subject": "茶" });
        let made = speak(&sandbox, "alipay.trade.precreate", &sale, &url).await;
        let code = json!({ "code": made["qr_code"] });
        ask(&sandbox, "POST", "/api/customers/balance/scan", &code).await;
        let path = "/api/notices/send";
        let (_, sent) = ask(&sandbox, "POST", path, &json!({})).await;
        assert_eq!(sent[0]["taken"], is_taken, "{answer:?}: {sent}");
        let again = json!({ "order_no": "S1", "times": 3, "what": "notice-forged" });
        let (_, sent) = ask(&sandbox, "POST", path, &again).await;
        assert_eq!(sent.as_array().map(Vec::len), Some(3));
        assert_eq!(heard.load(Ordering::SeqCst), 4);
        for wrong in [json!({ "what": "rain" }), json!({ "order_no": "" })] {
            let (status, _) = ask(&sandbox, "POST", path, &wrong).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
    }
}

#[tokio::test]
async fn an_early_notice_comes_before_the_answer() {
    let (sandbox, _) = sandbox();
    let (url, heard, _tasks) = merchant_server("success").await;
    let early = json!({ "what": "notice-early" });
    let (status, _) = ask(&sandbox, "POST", "/api/faults", &early).await;
    assert_eq!(status, StatusCode::CREATED);
    let shown = look(&sandbox, "/api/customers/balance/code").await;
    let sale = json!({
        "out_trade_no": "S1", "total_amount": "1.00", "subject": "茶",
        "auth_code": shown["code"],
    });
    assert_eq!(
        speak(&sandbox, "alipay.trade.pay", &sale, &url).await["code"],
        "10000"
    );
    assert_eq!(heard.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_bill_is_fetched_where_the_gateway_was_reached() {
    let (sandbox, world) = sandbox();
    let early = json!({ "early": true });
    let (status, _) = ask(&sandbox, "PUT", "/api/bills", &early).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let day = sandbox.now().beijing()[..10].to_owned();
    let bill = json!({ "bill_type": "trade", "bill_date": day });
    let method = "alipay.data.dataservice.bill.downloadurl.query";
    let said = speak(&sandbox, method, &bill, "http://x/").await;
    let url = said["bill_download_url"].as_str().unwrap_or_default();
    let path = url.strip_prefix("http://bank.example:7").unwrap_or(url);
    let fetch = || {
        Request::get(path)
            .body(Body::empty())
            .expect("a plain request")
    };
    let (status, zip) = send(&sandbox, fetch()).await;
    assert_eq!(
        (status, zip.get(..2)),
        (StatusCode::OK, Some(b"PK".as_slice()))
    );
    world.moved_ms.store(30_000, Ordering::SeqCst);
    assert_eq!(send(&sandbox, fetch()).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_console_gives_back_a_part_and_then_what_is_left() {
    let (sandbox, _) = sandbox();
    pay(&sandbox, "balance", "S1").await;
    let path = "/api/orders/S1/give-back";
    let part = json!({ "amount_fen": 250 });
    let (status, order) = ask(&sandbox, "POST", path, &part).await;
    assert_eq!((status, &order["state"]), (StatusCode::OK, &json!("paid")));
    assert_eq!(order["refunds"][0]["refund_no"], "console-1");
    for wrong in [json!({ "amount_fen": 1_001 }), json!({ "amount_fen": -1 })] {
        let (status, said) = ask(&sandbox, "POST", path, &wrong).await;
        assert_eq!(status, StatusCode::CONFLICT, "{wrong}");
        assert!(said["error"].is_string(), "{said}");
    }
    let (_, order) = ask(&sandbox, "POST", path, &json!({})).await;
    assert_eq!(
        (&order["state"], &order["refunded_fen"]),
        (&json!("given-back"), &json!(1_250))
    );
    let (status, _) = ask(&sandbox, "POST", path, &json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, _) = ask(&sandbox, "POST", "/api/orders/S2/give-back", &json!({})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_clock_of_the_bank_can_be_set_off_and_its_answers_say_so() {
    let (sandbox, _) = sandbox();
    let number = money::OrderNo::parse("S1").expect("a plain number");
    let day_ms = 86_400_000;
    for (ahead_ms, date) in [(day_ms, "Mon, 23 Nov 2026"), (-day_ms, "Sat, 21 Nov 2026")] {
        let wire = merchant(&sandbox).request(&Ask::Query(number.clone()), sandbox.now());
        let ahead = json!({ "ahead_ms": ahead_ms });
        let (status, _) = ask(&sandbox, "PUT", "/api/clock", &ahead).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        assert_eq!(
            look(&sandbox, "/api/clock").await["now_ms"],
            START_MS + ahead_ms
        );
        let request = Request::post(wire.url).header(header::CONTENT_TYPE, wire.content_type);
        let request = request
            .body(Body::from(wire.body))
            .expect("a plain request");
        let answer = sandbox
            .router()
            .oneshot(request)
            .await
            .expect("the router never fails");
        let told = answer
            .headers()
            .get(header::DATE)
            .and_then(|date| date.to_str().ok());
        assert!(told.is_some_and(|told| told.starts_with(date)), "{told:?}");
        let body = to_bytes(answer.into_body(), 1 << 20)
            .await
            .unwrap_or_default();
        let body = String::from_utf8_lossy(&body).into_owned();
        assert!(body.contains("isv.invalid-timestamp"), "{body}");
    }
    for wrong in [i64::MIN, i64::MAX, 401 * day_ms] {
        let (status, _) = ask(&sandbox, "PUT", "/api/clock", &json!({ "ahead_ms": wrong })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

#[tokio::test]
async fn a_notice_comes_as_often_as_is_wanted_and_to_another_address() {
    let (sandbox, _) = sandbox();
    let ten = json!({ "what": "notice-again", "times": 10, "next": 1 });
    let (status, made) = ask(&sandbox, "POST", "/api/faults", &ten).await;
    assert_eq!((status, &made["times"]), (StatusCode::CREATED, &json!(10)));
    for wrong in [
        json!({ "what": "notice-again", "times": 0 }),
        json!({ "what": "notice-again", "times": 101 }),
        json!({ "what": "busy", "times": 2 }),
    ] {
        let (status, _) = ask(&sandbox, "POST", "/api/faults", &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let (url, heard, _tasks) = merchant_server("success").await;
    let sale = json!({ "out_trade_no": "S1", "total_amount": "1.00", "subject": "茶" });
    let made = speak(&sandbox, "alipay.trade.precreate", &sale, &url).await;
    let code = json!({ "code": made["qr_code"] });
    ask(&sandbox, "POST", "/api/customers/balance/scan", &code).await;
    let path = "/api/notices/send";
    let (_, sent) = ask(&sandbox, "POST", path, &json!({ "times": 20 })).await;
    assert_eq!(sent.as_array().map(Vec::len), Some(10));
    assert_eq!(heard.load(Ordering::SeqCst), 10);
    let (other, elsewhere, _more) = merchant_server("success").await;
    let there = json!({ "order_no": "S1", "url": other });
    let (_, sent) = ask(&sandbox, "POST", path, &there).await;
    assert_eq!(sent[0]["taken"], true);
    assert_eq!(
        (
            elsewhere.load(Ordering::SeqCst),
            heard.load(Ordering::SeqCst)
        ),
        (1, 10)
    );
    let wrong = json!({ "order_no": "S1", "url": "file:///etc" });
    let (status, _) = ask(&sandbox, "POST", path, &wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn every_fault_stands_in_the_readers_table_with_a_line_that_makes_it() {
    let table = include_str!("../../../docs/sandbox.md");
    let (sandbox, _) = sandbox();
    let mut told = BTreeSet::new();
    for line in table.lines().filter(|line| line.starts_with('|')) {
        let rule = line
            .rsplit_once("`'")
            .and_then(|(_, rest)| rest.split_once("'`"));
        let rule = rule.and_then(|(rule, _)| serde_json::from_str::<Value>(rule).ok());
        let Some(rule) = rule.filter(|rule| rule["what"].is_string()) else {
            continue;
        };
        let (status, made) = ask(&sandbox, "POST", "/api/faults", &rule).await;
        assert_eq!(status, StatusCode::CREATED, "{line}: {made}");
        told.insert(made["what"].as_str().unwrap_or_default().to_owned());
        ask(&sandbox, "DELETE", "/api/faults", &Value::Null).await;
    }
    let all: BTreeSet<_> = Fault::all(0)
        .into_iter()
        .map(|one| one.as_str().to_owned())
        .collect();
    assert_eq!(told, all);
}
