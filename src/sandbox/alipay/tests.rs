//! The gateway against the product's own way of speaking, and against requests made by hand.

use std::sync::LazyLock;

use ledger::{AskKind, Doubt, Outcome, ReverseEnd};
use money::{Amount, FeeOn, Instalments, Months, OrderNo, PayCode, Stamp};
use provider::alipay::{CertSet, Trust, envelope, parse_form, text_to_sign};
use provider::cert::cert_key;
use provider::{Account, Alipay, Ask, PayAsk, PrivateKey, PublicKey, Reply, WireFault};
use provider::{Channel, Disabled, Sources};

use super::{Answer, Sent, answer};
use crate::customer::Customer;
use crate::keys::{APP_ID, Keys};
use crate::script::{Fault, Method, Rule};
use crate::stage::Stage;

mod account;
mod instalments;
mod offer;
mod refund;
mod shown;

const NOON: Stamp = Stamp::from_ms(1_795_312_800_000);

/// Keys are slow to make; one set serves every test.
static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::in_memory().expect("keys can be made"));

fn merchant(is_cert_mode: bool) -> Alipay {
    let texts = &KEYS.texts;
    let read = |text: &str| PublicKey::read(text).expect("the sandbox writes keys that read back");
    let trust = if is_cert_mode {
        Trust::Cert(CertSet {
            app_cert_sn: KEYS.app_cert_sn.clone(),
            root_cert_sn: KEYS.root_cert_sn.clone(),
            alipay_cert_sn: KEYS.alipay_cert_sn.clone(),
            alipay_key: cert_key(&texts.alipay_cert).expect("the certificate holds a key"),
        })
    } else {
        Trust::Key(read(&texts.alipay_public))
    };
    Alipay::new(Account {
        gateway: "http://127.0.0.1:1/gateway.do".to_owned(),
        app_id: APP_ID.to_owned(),
        private_key: PrivateKey::read(&texts.app_private).expect("the private key reads back"),
        trust,
        seller_id: None,
    })
}

fn order() -> OrderNo {
    OrderNo::parse("S01").expect("a plain name is an order number")
}

fn fen(fen: i64) -> Amount {
    Amount::chargeable(fen).expect("the tests charge small sums")
}

fn pay_ask(code: PayCode) -> Ask {
    Ask::Pay(PayAsk {
        order: order(),
        amount: fen(1_250),
        code,
        subject: "豆浆 油条".to_owned(),
        device: "till-1".to_owned(),
        sources: provider::Sources::default(),
    })
}

/// Parameters of a request as the gateway sees them.
fn params(merchant: &Alipay, ask: &Ask) -> Vec<(String, String)> {
    let request = merchant.request(ask, NOON);
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let mut params = parse_form(query.as_bytes());
    params.extend(parse_form(&request.body));
    params
}

/// What the product makes of an answer.
fn outcome(merchant: &Alipay, kind: AskKind, answer: Answer) -> Outcome {
    let reply = match answer.sent {
        Sent::Body(body) => Ok(Reply { status: 200, body }),
        Sent::Down => Ok(Reply {
            status: 503,
            body: b"<html>".to_vec(),
        }),
        Sent::Cut => Err(WireFault::Lost),
    };
    merchant.outcome(kind, &order(), fen(1_250), &reply)
}

fn say(stage: &mut Stage, merchant: &Alipay, ask: &Ask) -> Outcome {
    let heard = answer(&KEYS, stage, &params(merchant, ask), NOON);
    outcome(merchant, ask.kind(), heard)
}

fn stage_with_code(customer: Customer) -> (Stage, PayCode) {
    let mut stage = Stage::default();
    let code = stage.bank.fresh_code(customer, [5; 16], NOON);
    (stage, code)
}

fn pay_as(customer: Customer) -> Outcome {
    let (mut stage, code) = stage_with_code(customer);
    say(&mut stage, &merchant(false), &pay_ask(code))
}

fn channel(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Paid(facts) => facts
            .funding
            .iter()
            .map(|one| one.channel.clone())
            .collect(),
        Outcome::Waiting
        | Outcome::Shown(_)
        | Outcome::Refused(_)
        | Outcome::Absent
        | Outcome::Closed { .. }
        | Outcome::Reversed(_)
        | Outcome::Unknown(_) => format!("{outcome:?}"),
    }
}

fn refusal(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Refused(refusal) => refusal.code.clone(),
        Outcome::Paid(_)
        | Outcome::Waiting
        | Outcome::Shown(_)
        | Outcome::Absent
        | Outcome::Closed { .. }
        | Outcome::Reversed(_)
        | Outcome::Unknown(_) => format!("{outcome:?}"),
    }
}

#[test]
fn each_customer_pays_from_the_own_purse_or_is_refused() {
    assert_eq!(channel(&pay_as(Customer::Balance)), "ALIPAYACCOUNT");
    assert_eq!(channel(&pay_as(Customer::Huabei)), "PCREDIT");
    assert_eq!(channel(&pay_as(Customer::Instalments)), "PCREDIT");
    assert_eq!(pay_as(Customer::Password), Outcome::Waiting);
    let check = |customer, code| assert_eq!(refusal(&pay_as(customer)), code);
    check(Customer::Broke, "ACQ.BUYER_BALANCE_NOT_ENOUGH");
    check(Customer::Limit, "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR");
    check(Customer::Frozen, "ACQ.BUYER_ENABLE_STATUS_FORBID");
}

/// What becomes of a payment from this customer when the merchant takes these sources only.
fn pay_from(customer: Customer, sources: Sources) -> Outcome {
    let (mut stage, code) = stage_with_code(customer);
    let mut ask = pay_ask(code);
    if let Ask::Pay(pay) = &mut ask {
        pay.sources = sources;
    }
    say(&mut stage, &merchant(false), &ask)
}

#[test]
fn a_merchant_can_refuse_credit_or_insist_on_instalments() {
    let no_huabei = || Sources {
        disabled: Disabled::list(&[Channel::Huabei]).expect("a short list"),
        instalments: None,
    };
    let none = "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE";
    let paid = pay_from(Customer::Balance, no_huabei());
    assert_eq!(channel(&paid), "ALIPAYACCOUNT");
    assert_eq!(refusal(&pay_from(Customer::Huabei, no_huabei())), none);
    let plan = || Sources {
        instalments: Some(Instalments {
            months: Months::Six,
            fee_on: FeeOn::Shop,
        }),
        ..Sources::default()
    };
    let paid = pay_from(Customer::Instalments, plan());
    assert_eq!(channel(&paid), "PCREDIT");
    assert_eq!(refusal(&pay_from(Customer::Huabei, plan())), none);
}

#[test]
fn both_modes_of_signing_pay_query_and_reverse() {
    for is_cert_mode in [false, true] {
        let merchant = merchant(is_cert_mode);
        let (mut stage, code) = stage_with_code(Customer::Huabei);
        let query = Ask::Query(order());
        assert_eq!(say(&mut stage, &merchant, &query), Outcome::Absent);
        let reverse = Ask::Reverse(order());
        let nothing = Outcome::Reversed(ReverseEnd::Nothing);
        assert_eq!(say(&mut stage, &merchant, &reverse), nothing);
        let paid = say(&mut stage, &merchant, &pay_ask(code.clone()));
        assert_eq!(channel(&paid), "PCREDIT");
        assert_eq!(say(&mut stage, &merchant, &pay_ask(code)), paid);
        assert_eq!(channel(&say(&mut stage, &merchant, &query)), "PCREDIT");
        let given_back = Outcome::Reversed(ReverseEnd::GivenBack);
        assert_eq!(say(&mut stage, &merchant, &reverse), given_back);
        let closed = Outcome::Closed {
            is_given_back: true,
        };
        assert_eq!(say(&mut stage, &merchant, &query), closed);
    }
}

#[test]
fn a_waiting_order_is_paid_by_the_password_or_closed_by_cancelling() {
    let merchant = merchant(false);
    let (mut stage, code) = stage_with_code(Customer::Password);
    assert_eq!(say(&mut stage, &merchant, &pay_ask(code)), Outcome::Waiting);
    let query = Ask::Query(order());
    assert_eq!(say(&mut stage, &merchant, &query), Outcome::Waiting);
    stage.bank.confirm(Customer::Password, true, NOON);
    assert_eq!(
        channel(&say(&mut stage, &merchant, &query)),
        "ALIPAYACCOUNT"
    );

    let (mut stage, code) = stage_with_code(Customer::Password);
    assert_eq!(say(&mut stage, &merchant, &pay_ask(code)), Outcome::Waiting);
    let closed = Outcome::Reversed(ReverseEnd::Closed);
    assert_eq!(say(&mut stage, &merchant, &Ask::Reverse(order())), closed);
}

/// Plays one fault on a payment; gives what the product hears and what the bank holds then.
fn struck(fault: Fault) -> (Outcome, i64) {
    let (mut stage, code) = stage_with_code(Customer::Balance);
    let rule = Rule {
        id: 0,
        fault,
        method: Some(Method::Pay),
        customer: Some(Customer::Balance),
        left: Some(1),
    };
    assert!(stage.script.add(rule).is_some());
    let heard = say(&mut stage, &merchant(false), &pay_ask(code));
    assert!(stage.script.rules().is_empty(), "{fault:?} struck");
    (heard, stage.bank.money_held(&order()).fen())
}

#[test]
fn each_fault_leaves_doubt_and_the_bank_has_done_what_it_says() {
    let check = |fault, doubt, held| {
        assert_eq!(struck(fault), (Outcome::Unknown(doubt), held), "{fault:?}");
    };
    check(Fault::LostAnswer, Doubt::Lost, 1_250);
    check(Fault::LostRequest, Doubt::Lost, 0);
    check(Fault::Busy, Doubt::Busy, 0);
    check(Fault::WrongSignature, Doubt::Unverified, 1_250);
    check(Fault::Unsigned, Doubt::Unverified, 1_250);
    check(Fault::WrongAmount, Doubt::Mismatch, 1_250);
    check(Fault::Garbage, Doubt::Garbled, 1_250);
    let (down, held) = struck(Fault::Down);
    assert!(matches!(down, Outcome::Unknown(_)), "{down:?}");
    assert_eq!(held, 0);
    let (slow, held) = struck(Fault::Slow(50));
    assert_eq!((channel(&slow).as_str(), held), ("ALIPAYACCOUNT", 1_250));
}

#[test]
fn a_customers_fault_strikes_queries_of_an_order_that_never_arrived() {
    let (mut stage, code) = stage_with_code(Customer::Huabei);
    let rule = |fault, method| Rule {
        id: 0,
        fault,
        method: Some(method),
        customer: Some(Customer::Huabei),
        left: Some(1),
    };
    assert!(
        stage
            .script
            .add(rule(Fault::LostRequest, Method::Pay))
            .is_some()
    );
    assert!(stage.script.add(rule(Fault::Busy, Method::Query)).is_some());
    let merchant = merchant(false);
    let lost = say(&mut stage, &merchant, &pay_ask(code));
    assert_eq!(lost, Outcome::Unknown(Doubt::Lost));
    let query = Ask::Query(order());
    let busy = Outcome::Unknown(Doubt::Busy);
    assert_eq!(say(&mut stage, &merchant, &query), busy);
    assert_eq!(say(&mut stage, &merchant, &query), Outcome::Absent);
}

/// A body that was answered to parameters, as text.
fn body(params: &[(String, String)], now: Stamp) -> String {
    match answer(&KEYS, &mut Stage::default(), params, now).sent {
        Sent::Body(body) => String::from_utf8(body).expect("answers are UTF-8"),
        Sent::Cut | Sent::Down => String::new(),
    }
}

fn set(params: &mut Vec<(String, String)>, name: &str, value: &str) {
    params.retain(|(key, _)| key != name);
    params.push((name.to_owned(), value.to_owned()));
}

fn signed(mut params: Vec<(String, String)>) -> Vec<(String, String)> {
    let key = PrivateKey::read(&KEYS.texts.app_private).expect("the private key reads back");
    let sign = key.sign(text_to_sign(&params).as_bytes());
    set(&mut params, "sign", &sign);
    params
}

#[test]
fn an_unknown_app_is_answered_without_a_signature() {
    let mut asked = params(&merchant(false), &Ask::Query(order()));
    set(&mut asked, "app_id", "2021999999999999");
    let body = body(&asked, NOON);
    assert!(
        body.starts_with("{\"alipay_trade_query_response\":{\"code\":\"40002\""),
        "{body}"
    );
    assert!(
        body.contains("isv.invalid-app-id") && !body.contains("\"sign\""),
        "{body}"
    );
}

#[test]
fn a_wrong_signature_is_answered_with_a_right_one() {
    let mut asked = params(&merchant(false), &Ask::Query(order()));
    set(&mut asked, "biz_content", "{\"out_trade_no\":\"S02\"}");
    let body = body(&asked, NOON);
    assert!(
        body.contains("isv.invalid-signature") && body.contains("&amp;method="),
        "{body}"
    );
    let name = "alipay_trade_query_response";
    let node = envelope::find_node(body.as_bytes(), name).expect("the method's node is there");
    let sign = envelope::find_text(body.as_bytes(), "sign").expect("it is signed");
    assert!(KEYS.alipay_private.public().verify(node, &sign));
}

#[test]
fn a_clock_off_by_more_than_five_minutes_is_refused() {
    let asked = params(&merchant(false), &Ask::Query(order()));
    let check = |off_ms, is_refused| {
        let body = body(&asked, NOON.plus_ms(off_ms));
        assert_eq!(body.contains("isv.invalid-timestamp"), is_refused, "{body}");
    };
    check(300_000, false);
    check(-300_000, false);
    check(301_000, true);
    check(-301_000, true);
}

#[test]
fn requests_that_lack_something_are_told_what() {
    let whole = params(&merchant(true), &Ask::Query(order()));
    let check = |name: &str, sub_code: &str| {
        let mut asked = whole.clone();
        asked.retain(|(key, _)| key != name);
        let body = body(&asked, NOON);
        assert!(
            body.contains("\"40001\"") && body.contains(sub_code),
            "{name}: {body}"
        );
    };
    check("app_id", "isv.missing-app-id");
    check("method", "isv.missing-method");
    check("sign", "isv.missing-signature");
    check("sign_type", "isv.missing-signature-type");
    check("timestamp", "isv.missing-timestamp");
    check("version", "isv.missing-version");
    check("app_cert_sn", "isv.missing-app-cert-sn");
    check("alipay_root_cert_sn", "isv.missing-alipay-root-cert-sn");
}

#[test]
fn an_unknown_method_is_answered_in_the_error_node() {
    let mut asked = params(&merchant(false), &Ask::Query(order()));
    set(&mut asked, "method", "alipay.trade.fly");
    let body = body(&signed(asked), NOON);
    assert!(
        body.starts_with("{\"error_response\":{\"code\":\"40002\""),
        "{body}"
    );
    assert!(
        body.contains("isv.invalid-method") && body.contains("\"sign\""),
        "{body}"
    );
}

#[test]
fn content_that_is_no_payment_is_refused_by_its_cause() {
    let check = |content: &str, sub_code: &str| {
        let (_, code) = stage_with_code(Customer::Balance);
        let mut asked = params(&merchant(false), &pay_ask(code));
        set(&mut asked, "biz_content", content);
        let body = body(&signed(asked), NOON);
        assert!(body.contains(sub_code), "{content}: {body}");
    };
    let with = |sum: &str, subject: &str, code: &str| {
        format!(
            "{{\"out_trade_no\":\"S9\",\"total_amount\":\"{sum}\",\"subject\":\"{subject}\",\
             \"auth_code\":\"{code}\"}}"
        )
    };
    let code = "281234567890123456";
    check("not json", "isv.illegal-json");
    check("{}", "ACQ.INVALID_PARAMETER");
    check(&with("0.00", "茶", code), "ACQ.TOTAL_FEE_EXCEED");
    check(&with("-1.00", "茶", code), "ACQ.TOTAL_FEE_EXCEED");
    check(&with("100000000.01", "茶", code), "ACQ.TOTAL_FEE_EXCEED");
    check(&with("1.001", "茶", code), "ACQ.INVALID_PARAMETER");
    check(&with("1.00", "a=b", code), "ACQ.INVALID_PARAMETER");
    check(
        &with("1.00", "茶", "134567890123456789"),
        "ACQ.PAYMENT_AUTH_CODE_INVALID",
    );
    check(&with("1.00", "茶", code), "ACQ.PAYMENT_AUTH_CODE_INVALID");
}

#[test]
fn sources_of_money_come_only_when_asked_for_and_texts_are_escaped() {
    let (mut stage, code) = stage_with_code(Customer::Huabei);
    let mut asked = params(&merchant(false), &pay_ask(code.clone()));
    let content = format!(
        "{{\"out_trade_no\":\"S01\",\"total_amount\":\"1.00\",\"subject\":\"茶\",\
         \"auth_code\":\"{}\"}}",
        code.expose()
    );
    set(&mut asked, "biz_content", &content);
    let Sent::Body(body) = answer(&KEYS, &mut stage, &signed(asked), NOON).sent else {
        panic!("the gateway answers");
    };
    let body = String::from_utf8(body).expect("answers are UTF-8");
    assert!(
        body.contains("\"code\":\"10000\"") && !body.contains("fund_bill_list"),
        "{body}"
    );
    assert!(
        body.contains("\\u626b\\u7801") && body.contains("\\/"),
        "{body}"
    );
}
