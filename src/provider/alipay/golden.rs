//! Our client against vectors that other people's code made: see `golden/README.md`.

use ledger::{AskKind, Cause, Doubt, GivenSum, Outcome, RefundOutcome, ReverseEnd};
use money::{Amount, FeeOn, Instalments, Months, OrderNo, RefundNo, Stamp};
use serde_json::Value;

use super::balance::Balance;
use super::bill::{BillKind, BillOutcome, BillSpan};
use super::notice::Distrust;
use super::precreate::{CodeAsk, CodeLife, CodeOutcome, CodeProduct};
use super::sources::{Channel, Disabled, Sources};
use super::tests::{
    amount, by_cert, by_key, gateway_sign, now, order, params_of, pay_ask, signed_reply,
    with_seller,
};
use super::{Alipay, Denied, PRECREATE, parse_form};
use crate::ask::{Ask, PayAsk, RefundAsk};
use crate::message::Request;

const REQUESTS: &str = include_str!("../golden/requests.json");
const NOTICES: &str = include_str!("../golden/notices.json");
const ANSWERS: &str = include_str!("../golden/answers.json");
const NOTIFY: &str = "https://shop.example/alipay?till=1&x=%20";

fn vectors(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("vectors")
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().expect("a text")
}

pub(super) fn refund_no() -> RefundNo {
    RefundNo::parse("R01KAP3C5R00000000000000001").expect("a number")
}

pub(super) fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

fn other_order() -> OrderNo {
    OrderNo::parse("S01KAP3C5RZZZZZZZZZZZZZZZZZ").expect("a number")
}

fn refund(order: OrderNo, amount: Amount, reason: &str) -> Ask {
    Ask::Refund(RefundAsk {
        order,
        refund: refund_no(),
        amount,
        reason: reason.to_owned(),
    })
}

const fn refund_query(order: OrderNo, refund: RefundNo) -> Ask {
    Ask::RefundQuery { order, refund }
}

fn without(channels: &[Channel]) -> Sources {
    Sources {
        disabled: Disabled::list(channels).expect("a short list"),
        instalments: None,
    }
}

fn pay(sources: Sources) -> Ask {
    Ask::Pay(PayAsk {
        sources,
        ..pay_ask()
    })
}

pub(super) fn code_ask(life: CodeLife) -> CodeAsk {
    CodeAsk {
        order: order(),
        amount: amount(),
        subject: "豆浆/油条 + 100% \"热\"".to_owned(),
        device: "till-1".to_owned(),
        life,
        product: CodeProduct::default(),
        sources: Sources::default(),
    }
}

fn noticed(alipay: Alipay) -> Alipay {
    alipay.notifying(NOTIFY.to_owned())
}

fn of_pay(name: &str) -> Request {
    let instalments = Sources {
        disabled: Disabled::default(),
        instalments: Some(Instalments {
            months: Months::Twelve,
            fee_on: FeeOn::Shop,
        }),
    };
    let huabei = [Channel::Huabei, Channel::HuabeiInstalments];
    match name {
        "pay-without-huabei" => by_key().request(&pay(without(&huabei)), now()),
        "pay-in-instalments" => with_seller().request(&pay(instalments), now()),
        _ => noticed(by_cert()).request(&pay(Sources::default()), now()),
    }
}

fn of_orders(name: &str) -> Request {
    let (key, cert, now) = (by_key(), by_cert(), now());
    match name {
        "query-other" => key.request(&Ask::Query(other_order()), now),
        "query-by-cert" => cert.request(&Ask::Query(order()), now),
        "cancel-by-key" => key.request(&Ask::Reverse(order()), now),
        "cancel-other" => key.request(&Ask::Reverse(other_order()), now),
        "refund-in-part" => key.request(&refund(order(), fen(1), "少了一根 & 油条"), now),
        "refund-whole" => key.request(&refund(order(), amount(), " \n"), now),
        "refund-by-cert" => cert.request(&refund(other_order(), Amount::MAX, "x"), now),
        "refund-query" => key.request(&refund_query(order(), refund_no()), now),
        "refund-query-other" => key.request(&refund_query(other_order(), refund_no()), now),
        _ => cert.request(&refund_query(order(), refund_no()), now),
    }
}

fn of_codes(name: &str) -> Request {
    let (key, cert, now) = (by_key(), by_cert(), now());
    let until = Stamp::from_beijing("2026-11-22 10:05:00").expect("a time");
    match name {
        "precreate-minutes" => key.precreate_request(&code_ask(CodeLife::Minutes(5)), now),
        "precreate-until" => noticed(with_seller())
            .precreate_request(&code_ask(CodeLife::Within(until.ms_since(now))), now),
        "precreate-by-cert" => {
            let mut ask = code_ask(CodeLife::Minutes(1_000));
            ask.product = CodeProduct::OrderCode;
            ask.sources = without(&[Channel::AllCredit]);
            noticed(cert).precreate_request(&ask, now)
        }
        "close" => key.close_request(&order(), now),
        "close-other" => key.close_request(&other_order(), now),
        _ => cert.close_request(&order(), now),
    }
}

fn of_account(name: &str) -> Request {
    let (key, cert, now) = (by_key(), by_cert(), now());
    match name {
        "bill-of-a-day" => key.bill_request(BillKind::Trade, BillSpan::Day(now), now),
        "bill-of-a-month" => key.bill_request(BillKind::Trade, BillSpan::Month(now), now),
        "bill-of-the-account" => cert.bill_request(BillKind::Account, BillSpan::Day(now), now),
        "balance" => key.balance_request(now),
        "balance-of-seller" => with_seller().balance_request(now),
        _ => cert.balance_request(now),
    }
}

fn ours(name: &str) -> Request {
    match name.split('-').next() {
        Some("pay") => of_pay(name),
        Some("query" | "cancel" | "refund") => of_orders(name),
        Some("precreate" | "close") => of_codes(name),
        _ => of_account(name),
    }
}

#[test]
fn every_request_is_the_official_sdks_to_the_letter() {
    let vectors = vectors(REQUESTS);
    assert_eq!(vectors.len(), 25);
    for vector in &vectors {
        let name = text(vector, "name");
        let object = vector["sent"].as_object().expect("parameters");
        let mut theirs: Vec<(String, String)> = object
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned()))
            .collect();
        theirs.sort();
        assert_eq!(params_of(&ours(name)), theirs, "{name}");
    }
}

#[test]
fn only_orders_that_can_be_paid_are_noticed() {
    let alipay = noticed(by_key());
    for (request, is_noticed) in [
        (alipay.request(&Ask::Pay(pay_ask()), now()), true),
        (
            alipay.precreate_request(&code_ask(CodeLife::Minutes(5)), now()),
            true,
        ),
        (alipay.request(&Ask::Query(order()), now()), false),
        (alipay.close_request(&order(), now()), false),
        (alipay.balance_request(now()), false),
    ] {
        assert_eq!(request.url.contains("notify_url="), is_noticed);
    }
}

#[test]
fn notices_that_others_signed_are_believed_and_ours_are_by_others() {
    let vectors = vectors(NOTICES);
    assert_eq!(vectors.len(), 12);
    for vector in &vectors {
        let (name, body) = (text(vector, "name"), text(vector, "body"));
        let notice = with_seller().notice(body.as_bytes()).expect(name);
        assert_eq!(notice.order, order());
        assert_eq!(notice.amount, amount());
        assert!(notice.notify_id.starts_with("2026112200222100"));
        let is_as_named = match &notice.outcome {
            Outcome::Paid(facts) => {
                let funding: i64 = facts.funding.iter().map(|one| one.amount.fen()).sum();
                funding == 1_250 && matches!(name, "paid" | "finished" | "refunded-in-part")
            }
            Outcome::Closed {
                is_given_back: true,
            } => name == "refunded-whole",
            Outcome::Closed { .. } => name == "closed-unpaid",
            Outcome::Waiting => name == "waiting",
            Outcome::Shown(_)
            | Outcome::Refused(_)
            | Outcome::Absent
            | Outcome::Reversed(_)
            | Outcome::Unknown(_) => false,
        };
        assert!(is_as_named, "{name}: {notice:?}");
        assert_eq!(notice.is_refund(), name.starts_with("refunded"), "{name}");
        assert_eq!(vector["is_believed"], true, "{name}");
        assert_eq!(text_and_sign(body), sealed_by_us(body), "{name}");
    }
}

/// The text that a notice's signature covers, and the signature.
fn text_and_sign(body: &str) -> (String, String) {
    let mut params = parse_form(body.as_bytes());
    params.sort();
    let sign = params.iter().find(|(name, _)| name == "sign");
    let sign = sign.map(|(_, value)| value.clone()).unwrap_or_default();
    params.retain(|(name, _)| !matches!(name.as_str(), "sign" | "sign_type"));
    let pairs: Vec<_> = params.iter().map(|(n, v)| format!("{n}={v}")).collect();
    (pairs.join("&"), sign)
}

fn sealed_by_us(body: &str) -> (String, String) {
    let (text, _) = text_and_sign(body);
    let sign = gateway_sign(&text);
    (text, sign)
}

fn check_flips(notices: core::ops::Range<usize>) {
    let alipay = with_seller();
    for vector in &vectors(NOTICES)[notices] {
        let whole = text(vector, "body").as_bytes();
        for place in 0..whole.len() {
            for bit in 0..8 {
                let mut flipped = whole.to_vec();
                flipped[place] ^= 1 << bit;
                let name = text(vector, "name");
                // Refused before anything of it is weighed.
                let is_refused = matches!(
                    alipay.notice(&flipped),
                    Err(Distrust::NotAForm
                        | Distrust::NotUtf8
                        | Distrust::Unsigned
                        | Distrust::SignType
                        | Distrust::Unverified)
                );
                assert!(is_refused, "{name}: byte {place} bit {bit}");
            }
        }
    }
}

#[test]
fn every_single_flipped_bit_makes_a_notice_of_a_payment_or_refund_refused() {
    check_flips(0..3);
}

#[test]
fn every_single_flipped_bit_makes_a_notice_of_an_end_refused() {
    check_flips(3..6);
}

#[test]
fn a_notice_cut_short_is_refused() {
    let vectors = vectors(NOTICES);
    let whole = text(&vectors[0], "body");
    for end in 0..whole.len() {
        let refused = by_key().notice(&whole.as_bytes()[..end]);
        assert!(refused.is_err(), "{end}");
    }
    assert_eq!(by_key().notice(b""), Err(Distrust::NotAForm));
}

fn check_order(vector: &Value, kind: AskKind) {
    let (method, name) = (text(vector, "method"), text(vector, "name"));
    let reply = signed_reply(method, text(vector, "node"));
    let outcome = by_key().outcome(kind, &order(), amount(), &reply);
    let is_right = match (kind, name) {
        (AskKind::Pay | AskKind::Query, "paid") => matches!(outcome, Outcome::Paid(_)),
        (_, "waiting") => outcome == Outcome::Waiting,
        (_, "absent") => outcome == Outcome::Absent,
        (_, "closed") => outcome == Outcome::Reversed(ReverseEnd::Closed),
        (_, "given-back") => outcome == Outcome::Reversed(ReverseEnd::GivenBack),
        (_, "nothing") => outcome == Outcome::Reversed(ReverseEnd::Nothing),
        _ => matches!(outcome, Outcome::Refused(ref refusal) if refusal.cause == Cause::NoMoney),
    };
    assert!(is_right, "{method} {name}: {outcome:?}");
}

fn check_refund(vector: &Value, ask: &Ask) {
    let (method, name) = (text(vector, "method"), text(vector, "name"));
    let reply = signed_reply(method, text(vector, "node"));
    let outcome = by_key().refund_outcome(ask, amount(), &reply);
    let is_right = match name {
        "given" => match outcome {
            RefundOutcome::Given { sum, .. } => {
                sum == GivenSum::Total(fen(1)) || sum == GivenSum::Alone(fen(1))
            }
            RefundOutcome::Refused(_) | RefundOutcome::Absent | RefundOutcome::Unknown(_) => false,
        },
        "again" => outcome == RefundOutcome::Unknown(Doubt::Unclear),
        "none" | "no-order" => outcome == RefundOutcome::Absent,
        _ => matches!(outcome, RefundOutcome::Refused(ref one) if one.cause == Cause::Merchant),
    };
    assert!(is_right, "{method} {name}");
}

fn check_code(vector: &Value) {
    let reply = signed_reply(PRECREATE, text(vector, "node"));
    let outcome = by_key().precreate_outcome(&code_ask(CodeLife::Minutes(5)), &reply);
    let shown = "https://qr.alipay.com/bax03431ljhokirwl38f00a7".to_owned();
    match text(vector, "name") {
        "shown" => assert_eq!(outcome, CodeOutcome::Shown(shown)),
        "in-use" => assert_eq!(outcome, CodeOutcome::Unknown(Doubt::Unclear)),
        _ => assert!(matches!(outcome, CodeOutcome::Refused(one) if one.cause == Cause::Request)),
    }
}

fn check_close(vector: &Value) {
    let reply = signed_reply(text(vector, "method"), text(vector, "node"));
    let expect = match text(vector, "name") {
        "closed" => Outcome::Reversed(ReverseEnd::Closed),
        "nothing" => Outcome::Reversed(ReverseEnd::Nothing),
        _ => Outcome::Unknown(Doubt::Unclear),
    };
    assert_eq!(by_key().close_outcome(&order(), &reply), expect);
}

fn check_bill(vector: &Value) {
    let reply = signed_reply(text(vector, "method"), text(vector, "node"));
    match (text(vector, "name"), by_key().bill_outcome(&reply)) {
        ("ready", BillOutcome::Ready { url, is_empty }) => {
            assert!(url.starts_with("http://dwbillcenter.alipay.com/"), "{url}");
            assert!(!is_empty);
        }
        ("empty", BillOutcome::Ready { is_empty, .. }) => assert!(is_empty),
        (name, outcome) => assert_eq!((name, outcome), ("not-made", BillOutcome::NotMade)),
    }
}

fn check_balance(vector: &Value) {
    let reply = signed_reply(text(vector, "method"), text(vector, "node"));
    let balance = |total_fen, available_fen, frozen_fen| Balance {
        total_fen,
        available_fen,
        frozen_fen,
    };
    match (text(vector, "name"), by_key().balance_outcome(&reply)) {
        ("balance", found) => {
            assert_eq!(found, Ok(balance(12_345_678_901, 12_345_678_901, 0)));
        }
        ("overdrawn", found) => assert_eq!(found, Ok(balance(96, -4, 100))),
        (_, denied) => {
            assert!(matches!(denied, Err(Denied::Refused(one)) if one.cause == Cause::Setup));
        }
    }
}

#[test]
fn answers_that_others_signed_mean_what_they_say() {
    let vectors = vectors(ANSWERS);
    assert_eq!(vectors.len(), 27);
    for vector in &vectors {
        assert_eq!(gateway_sign(text(vector, "node")), text(vector, "sign"));
        assert_eq!(vector["is_believed"], true);
        assert_eq!(vector["is_believed_changed"], false);
        match text(vector, "method") {
            super::PAY => check_order(vector, AskKind::Pay),
            super::QUERY => check_order(vector, AskKind::Query),
            super::CANCEL => check_order(vector, AskKind::Reverse),
            super::REFUND => check_refund(vector, &refund(order(), fen(1), "")),
            super::REFUND_QUERY => check_refund(vector, &refund_query(order(), refund_no())),
            PRECREATE => check_code(vector),
            super::CLOSE => check_close(vector),
            super::BILL => check_bill(vector),
            _ => check_balance(vector),
        }
    }
}
