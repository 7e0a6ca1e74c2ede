//! Requests as the official SDK signs them; answers believed only by their signature.

use ledger::{AskKind, Cause, Doubt, Outcome, ReverseEnd};
use money::{Amount, OrderNo, PayCode, Stamp};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::envelope::node_name;
use super::{
    Account, Alipay, CertSet, GATEWAY, Trust, method, parse_form, text_to_sign, write_form,
};
use crate::alipay::sources::Sources;
use crate::ask::{Ask, PayAsk};
use crate::cert::{cert_key, cert_sn, root_cert_sn};
use crate::message::{Reply, Request, WireFault};
use crate::sign::{PrivateKey, PublicKey};

const APP_KEY: &str = include_str!("../tests/keys/app.pkcs8.pem");
const GATEWAY_KEY: &str = include_str!("../tests/keys/gateway.pkcs8.pem");
const GATEWAY_PUBLIC: &str = include_str!("../tests/keys/gateway.public.pem");
const APP_CERT: &str = include_str!("../tests/certs/app.crt");
const GATEWAY_CERT: &str = include_str!("../tests/certs/gateway.crt");
const ROOTS: &str = include_str!("../tests/certs/roots.crt");
const GOLDEN: &str = include_str!("../tests/golden.json");
pub(super) const ORDER: &str = "S01KAP3C5R00000000000000000";
pub(super) const NOW: &str = "2026-11-22 10:00:00";

pub(super) fn with_trust(trust: Trust) -> Alipay {
    Alipay::new(Account {
        gateway: GATEWAY.to_owned(),
        app_id: "2021000000000001".to_owned(),
        private_key: PrivateKey::read(APP_KEY).expect("a key"),
        trust,
        seller_id: None,
    })
}

pub(super) fn by_key() -> Alipay {
    with_trust(Trust::Key(PublicKey::read(GATEWAY_PUBLIC).expect("a key")))
}

pub(super) fn by_cert() -> Alipay {
    with_trust(Trust::Cert(CertSet {
        app_cert_sn: cert_sn(APP_CERT).expect("a number"),
        // The first root's number only, as golden.json was made with it.
        root_cert_sn: "b7226d080e1216a70408715eb3347f44".to_owned(),
        alipay_cert_sn: cert_sn(GATEWAY_CERT).expect("a number"),
        alipay_key: cert_key(GATEWAY_CERT).expect("a key"),
    }))
}

pub(super) fn order() -> OrderNo {
    OrderNo::parse(ORDER).expect("an order number")
}

pub(super) fn amount() -> Amount {
    Amount::from_fen(1_250).expect("an amount")
}

pub(super) fn pay_ask() -> PayAsk {
    PayAsk {
        order: order(),
        amount: amount(),
        code: PayCode::parse("281234567890123456").expect("a code"),
        subject: "豆浆/油条 + 100% \"热\"".to_owned(),
        device: "till-1".to_owned(),
        sources: Sources::default(),
    }
}

pub(super) fn gateway_sign(node: &str) -> String {
    PrivateKey::read(GATEWAY_KEY)
        .expect("a key")
        .sign(node.as_bytes())
}

pub(super) fn reply(body: String) -> Reply {
    Reply {
        status: 200,
        body: body.into_bytes(),
    }
}

fn body(kind: AskKind, node: &str) -> String {
    let name = node_name(method(kind));
    format!(r#"{{"{name}":{node},"sign":"{}"}}"#, gateway_sign(node))
}

fn heard(alipay: &Alipay, kind: AskKind, body: String) -> Outcome {
    alipay.outcome(kind, &order(), amount(), &Ok(reply(body)))
}

/// What a signed node means for our order.
pub(super) fn outcome_of(kind: AskKind, node: &str) -> Outcome {
    heard(&by_key(), kind, body(kind, node))
}

/// A reply with this node, signed by the gateway, to any method.
#[expect(
    clippy::unnecessary_wraps,
    reason = "a reply stands as it comes from the wire"
)]
pub(super) fn signed_reply(method: &str, node: &str) -> Result<Reply, WireFault> {
    let (name, sign) = (node_name(method), gateway_sign(node));
    Ok(reply(format!(r#"{{"{name}":{node},"sign":"{sign}"}}"#)))
}

/// Ours in key mode, with a receiving account that is asked for and checked.
pub(super) fn with_seller() -> Alipay {
    let mut alipay = by_key();
    alipay.account.seller_id = Some("2088000000000001".to_owned());
    alipay
}

pub(super) fn paid_node() -> String {
    concat!(
        r#"{"code":"10000","msg":"Success","buyer_logon_id":"159****5620","#,
        r#""buyer_open_id":"x{\"sign\":\"","fund_bill_list":["#,
        r#"{"amount":"2.50","fund_channel":"COUPON"},"#,
        r#"{"amount":"10.00","fund_channel":"PCREDIT"}],"#,
        r#""gmt_payment":"2026-11-22 10:00:01","out_trade_no":"ORDER","receipt_amount":"12.50","#,
        r#""store_name":"\u6d4b\/1","total_amount":"12.50","#,
        r#""trade_no":"2026112222001412345678901234"}"#,
    )
    .replace("ORDER", ORDER)
}

fn sent(alipay: &Alipay, ask: &Ask) -> Vec<(String, String)> {
    params_of(&alipay.request(ask, now()))
}

pub(super) fn now() -> Stamp {
    Stamp::from_beijing(NOW).expect("a time")
}

/// Everything that was sent, from address and body together.
pub(super) fn params_of(request: &Request) -> Vec<(String, String)> {
    let (address, query) = request.url.split_once('?').expect("a query");
    assert_eq!(address, GATEWAY);
    let in_query = parse_form(query.as_bytes());
    let in_body = parse_form(&request.body);
    assert!(in_body.iter().all(|(name, _)| name == "biz_content"));
    assert!(in_query.iter().any(|(name, _)| name == "sign"));
    let mut all = [in_query, in_body].concat();
    all.sort();
    all
}

fn golden(name: &str) -> Vec<(String, String)> {
    let vectors: Vec<Value> = serde_json::from_str(GOLDEN).expect("vectors");
    let vector = vectors
        .iter()
        .find(|one| one["name"] == name)
        .expect("the vector");
    let object = vector["sent"].as_object().expect("parameters");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut all: Vec<_> = object
        .iter()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect();
    all.sort();
    all
}

#[test]
fn requests_are_signed_as_the_official_sdk_signs_them() {
    assert_eq!(sent(&by_key(), &Ask::Pay(pay_ask())), golden("pay"));
    assert_eq!(sent(&by_key(), &Ask::Query(order())), golden("query"));
    assert_eq!(sent(&by_cert(), &Ask::Reverse(order())), golden("cancel"));
}

#[test]
fn the_text_to_sign_is_that_of_the_documents() {
    let content = concat!(
        r#"{"out_trade_no":"A1","scene":"bar_code","auth_code":"281234567890123456","#,
        r#""subject":"测试","total_amount":"1.00"}"#,
    );
    let params = [
        ("version", "1.0"),
        ("timestamp", NOW),
        ("sign_type", "RSA2"),
        ("sign", "not covered"),
        ("app_auth_token", ""),
        ("notify_url", "http://x/n?a=1"),
        ("method", "alipay.trade.pay"),
        ("charset", "utf-8"),
        ("biz_content", content),
        ("app_id", "2021000000000001"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let text = text_to_sign(&params);
    assert!(text.starts_with("app_id=2021000000000001&biz_content={\"out_trade_no\""));
    let hash: String = Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat();
    assert_eq!(
        hash,
        "89fbaaedee0e555dcfa2f44a5116e6af8aab244c5444c6d559dd0cdd95f470a5"
    );
}

#[test]
fn a_form_reads_back_whatever_is_in_it() {
    let params = vec![
        ("sign".to_owned(), "a+b/c==".to_owned()),
        ("x".to_owned(), "测 &=%".to_owned()),
    ];
    let form = write_form(&params);
    assert!(form.starts_with("sign=a%2Bb%2Fc%3D%3D&x="), "{form}");
    assert_eq!(parse_form(form.as_bytes()), params);
}

#[test]
fn a_gateway_with_a_query_of_its_own_keeps_it() {
    let mut alipay = by_key();
    alipay.account.gateway = "http://127.0.0.1:1/gateway.do?a=b".to_owned();
    assert_eq!(alipay.gateway(), "http://127.0.0.1:1/gateway.do?a=b");
    let request = alipay.request(&Ask::Query(order()), Stamp::from_ms(0));
    assert!(
        request
            .url
            .starts_with("http://127.0.0.1:1/gateway.do?a=b&app_id=")
    );
}

#[test]
fn a_root_bundle_and_both_certificates_are_enough_for_certificate_mode() {
    let number = root_cert_sn(ROOTS).expect("a number");
    let Trust::Cert(set) = by_cert().account.trust else {
        panic!("certificate mode")
    };
    let trust = Trust::Cert(CertSet {
        root_cert_sn: number.clone(),
        ..set
    });
    let request = with_trust(trust).request(&Ask::Query(order()), Stamp::from_ms(0));
    assert!(
        request
            .url
            .contains(&format!("alipay_root_cert_sn={number}"))
    );
}

#[test]
fn a_signed_success_is_paid() {
    let Outcome::Paid(facts) = outcome_of(AskKind::Pay, &paid_node()) else {
        panic!("not paid")
    };
    assert_eq!(facts.order, order());
    assert_eq!(facts.amount, amount());
    assert_eq!(facts.provider_no, "2026112222001412345678901234");
    assert_eq!(facts.payer.as_deref(), Some("159****5620"));
    assert_eq!(facts.paid_at, Stamp::from_beijing("2026-11-22 10:00:01"));
    let funding: Vec<_> = facts
        .funding
        .iter()
        .map(|one| (one.channel.as_str(), one.amount.fen()))
        .collect();
    assert_eq!(funding, [("COUPON", 250), ("PCREDIT", 1_000)]);
}

#[test]
fn every_single_flipped_bit_makes_an_answer_unbelievable() {
    let alipay = by_key();
    let whole = body(AskKind::Pay, &paid_node()).into_bytes();
    for place in 0..whole.len() {
        for bit in 0..8 {
            let mut flipped = whole.clone();
            flipped[place] ^= 1 << bit;
            let outcome = alipay.outcome(
                AskKind::Pay,
                &order(),
                amount(),
                &Ok(Reply {
                    status: 200,
                    body: flipped,
                }),
            );
            let is_refused = outcome == Outcome::Unknown(Doubt::Garbled)
                || outcome == Outcome::Unknown(Doubt::Unverified);
            assert!(is_refused, "byte {place} bit {bit}: {outcome:?}");
        }
    }
}

#[test]
fn an_answer_cut_short_is_garbled() {
    let alipay = by_key();
    let whole = body(AskKind::Pay, &paid_node()).into_bytes();
    for end in 0..whole.len() {
        let cut = Reply {
            status: 200,
            body: whole[..end].to_vec(),
        };
        let outcome = alipay.outcome(AskKind::Pay, &order(), amount(), &Ok(cut));
        assert_eq!(outcome, Outcome::Unknown(Doubt::Garbled), "{end}");
    }
}

#[test]
fn an_unsigned_answer_is_never_believed() {
    let name = node_name(method(AskKind::Pay));
    let unsigned = |node: &str| heard(&by_key(), AskKind::Pay, format!(r#"{{"{name}":{node}}}"#));
    assert_eq!(unsigned(&paid_node()), Outcome::Unknown(Doubt::Unverified));
    let refusal = r#"{"code":"40002","sub_code":"isv.invalid-app-id"}"#;
    assert_eq!(unsigned(refusal), Outcome::Unknown(Doubt::Unverified));
    let error = format!(r#"{{"error_response":{refusal}}}"#);
    assert_eq!(
        heard(&by_key(), AskKind::Pay, error),
        Outcome::Unknown(Doubt::Unverified)
    );
    let empty = format!(r#"{{"{name}":{},"sign":""}}"#, paid_node());
    assert_eq!(
        heard(&by_key(), AskKind::Pay, empty),
        Outcome::Unknown(Doubt::Unverified)
    );
}

#[test]
fn an_unbelieved_failure_still_has_words_for_the_log() {
    let name = node_name(method(AskKind::Query));
    let said = |node: &str| {
        let body = format!(r#"{{"{name}":{node}}}"#);
        by_key().complaint(AskKind::Query, &reply(body))
    };
    let node = r#"{"code":"40002","sub_code":"isv.invalid-app-id","sub_msg":"无效的AppID参数"}"#;
    let words = "40002 isv.invalid-app-id 无效的AppID参数";
    assert_eq!(said(node).as_deref(), Some(words));
    assert_eq!(said(&paid_node()), None);
    assert_eq!(said("[]"), None);
    assert_eq!(
        said(r#"{"code":"20000","msg":"busy"}"#).as_deref(),
        Some("20000  busy")
    );
    let page = reply("<html>busy</html>".to_owned());
    assert_eq!(by_key().complaint(AskKind::Query, &page), None);
    let name = node_name(super::CLOSE);
    let close = reply(format!(r#"{{"{name}":{node}}}"#));
    assert_eq!(
        by_key().complaint_of(super::CLOSE, &close).as_deref(),
        Some(words)
    );
}

#[test]
fn an_answer_signed_by_another_key_is_not_believed() {
    let name = node_name(method(AskKind::Pay));
    let ours = PrivateKey::read(APP_KEY)
        .expect("a key")
        .sign(paid_node().as_bytes());
    let body = format!(r#"{{"{name}":{},"sign":"{ours}"}}"#, paid_node());
    assert_eq!(
        heard(&by_key(), AskKind::Pay, body),
        Outcome::Unknown(Doubt::Unverified)
    );
}

#[test]
fn a_signed_gateway_error_is_a_refusal_by_setup() {
    let node = r#"{"code":"40002","sub_code":"isv.invalid-signature","sub_msg":"bad"}"#;
    let body = format!(
        r#"{{"error_response":{node},"sign":"{}"}}"#,
        gateway_sign(node)
    );
    let Outcome::Refused(refusal) = heard(&by_key(), AskKind::Pay, body) else {
        panic!("not refused")
    };
    assert_eq!(refusal.cause, Cause::Setup);
    assert_eq!(refusal.code, "isv.invalid-signature");
}

#[test]
fn in_certificate_mode_the_answer_must_name_our_certificate() {
    let alipay = by_cert();
    let node = paid_node();
    let name = node_name(method(AskKind::Pay));
    let sign = gateway_sign(&node);
    let with = |number: &str| {
        let body = format!(r#"{{"{name}":{node},"alipay_cert_sn":"{number}","sign":"{sign}"}}"#);
        heard(&alipay, AskKind::Pay, body)
    };
    let known = cert_sn(GATEWAY_CERT).expect("a number");
    assert!(matches!(with(&known), Outcome::Paid(_)));
    let unbelieved = Outcome::Unknown(Doubt::Unverified);
    assert_eq!(with("9ab9c5cc1fc3420cbbd7453d14243ee7"), unbelieved);
    assert_eq!(
        heard(&alipay, AskKind::Pay, body(AskKind::Pay, &node)),
        unbelieved
    );
}

#[test]
fn an_answer_to_another_question_is_garbled() {
    let to_query = body(AskKind::Query, &paid_node());
    assert_eq!(
        heard(&by_key(), AskKind::Pay, to_query),
        Outcome::Unknown(Doubt::Garbled)
    );
}

#[test]
fn trouble_on_the_wire_is_a_doubt_of_its_kind() {
    let alipay = by_key();
    for kind in [AskKind::Pay, AskKind::Query, AskKind::Reverse] {
        let heard = |reply| alipay.outcome(kind, &order(), amount(), &reply);
        assert_eq!(heard(Err(WireFault::Lost)), Outcome::Unknown(Doubt::Lost));
        assert_eq!(
            heard(Err(WireFault::Unreachable)),
            Outcome::Unknown(Doubt::Unreachable)
        );
        let down = Reply {
            status: 502,
            body: body(kind, &paid_node()).into_bytes(),
        };
        assert_eq!(heard(Ok(down)), Outcome::Unknown(Doubt::Garbled));
        let page = Reply {
            status: 200,
            body: b"<html>busy</html>".to_vec(),
        };
        assert_eq!(heard(Ok(page)), Outcome::Unknown(Doubt::Garbled));
    }
}

#[test]
fn a_node_that_is_no_object_is_garbled_even_when_signed() {
    for node in ["[]", "\"AES\"", "null", "{\"code\":}"] {
        for kind in [AskKind::Pay, AskKind::Query, AskKind::Reverse] {
            let outcome = heard(&by_key(), kind, body(kind, node));
            assert_eq!(outcome, Outcome::Unknown(Doubt::Garbled), "{node}");
        }
    }
}

#[test]
fn only_what_makes_an_order_can_be_refused_and_only_a_reverse_can_end_one() {
    let codes = [
        "10000", "10003", "20000", "20001", "40001", "40002", "40004", "40005", "40006", "",
    ];
    let subs = [
        "ACQ.PAYMENT_FAIL",
        "ACQ.TRADE_NOT_EXIST",
        "ACQ.SYSTEM_ERROR",
        "isv.invalid-signature",
    ];
    let makes_orders = [AskKind::Pay, AskKind::Precreate];
    let kinds = [AskKind::Query, AskKind::Reverse];
    for kind in makes_orders.into_iter().chain(kinds) {
        for (code, sub) in codes.iter().flat_map(|code| subs.map(|sub| (code, sub))) {
            let node = format!(r#"{{"code":"{code}","sub_code":"{sub}","retry_flag":"N"}}"#);
            match outcome_of(kind, &node) {
                Outcome::Refused(_) => assert!(makes_orders.contains(&kind), "{node}"),
                Outcome::Absent => assert!(kinds.contains(&kind), "{node}"),
                Outcome::Reversed(end) => {
                    assert_eq!(
                        (kind, end),
                        (AskKind::Reverse, ReverseEnd::Nothing),
                        "{node}"
                    );
                }
                Outcome::Paid(_) | Outcome::Shown(_) | Outcome::Closed { .. } => panic!("{node}"),
                Outcome::Waiting => assert_eq!((kind, *code), (AskKind::Pay, "10003")),
                Outcome::Unknown(_) => {}
            }
        }
    }
}
