//! What an order code is asked for with, and what the answers mean.

use ledger::{AskKind, Cause, Doubt, Outcome};
use money::Stamp;
use serde_json::Value;

use super::{CodeLife, CodeOutcome, content};
use crate::alipay::golden::code_ask;
use crate::alipay::sources::{Channel, Disabled};
use crate::alipay::tests::{ORDER, by_key, pay_ask, signed_reply};
use crate::alipay::{PRECREATE, parse_form};
use crate::ask::Ask;
use crate::message::WireFault;

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

fn heard(node: &str) -> CodeOutcome {
    let ask = code_ask(CodeLife::Minutes(5));
    by_key().precreate_outcome(&ask, &signed_reply(PRECREATE, node))
}

fn shown(code: &str) -> CodeOutcome {
    heard(&format!(
        r#"{{"code":"10000","out_trade_no":"{ORDER}","qr_code":"{code}"}}"#
    ))
}

fn failed(code: &str, sub_code: &str) -> CodeOutcome {
    heard(&format!(
        r#"{{"code":"{code}","sub_code":"{sub_code}","out_trade_no":"{ORDER}"}}"#
    ))
}

#[test]
fn a_code_lives_from_one_minute_to_two_hours_or_up_to_a_moment() {
    let said = |life| -> Value {
        serde_json::from_str(&content(&code_ask(life), None, NOW)).expect("JSON")
    };
    for (minutes, text) in [(0, "1m"), (1, "1m"), (120, "120m"), (121, "120m")] {
        let said = said(CodeLife::Minutes(minutes));
        assert_eq!(said["qr_code_timeout_express"], text);
        assert!(said.get("time_expire").is_none());
    }
    assert_eq!(CodeLife::lasting(120_000), CodeLife::Minutes(2));
    assert_eq!(CodeLife::lasting(179_999), CodeLife::Minutes(2));
    let until = said(CodeLife::Within(120_999));
    assert_eq!(until["time_expire"], "2026-11-22 10:02:00");
    assert!(until.get("qr_code_timeout_express").is_none());
}

#[test]
fn what_the_shop_refuses_is_refused_for_every_kind_of_order() {
    let disabled = Disabled::list(&[Channel::AllCredit]).expect("short");
    let shop = by_key().refusing(disabled);
    let now = Stamp::from_ms(1_795_312_800_000);
    let said = |body: Vec<u8>| -> Value {
        let (_, content) = parse_form(&body).remove(0);
        serde_json::from_str(&content).expect("JSON")
    };
    let code = said(
        shop.precreate_request(&code_ask(CodeLife::Minutes(5)), now)
            .body,
    );
    assert_eq!(code["disable_pay_channels"], "credit_group");
    let pay = said(shop.request(&Ask::Pay(pay_ask()), now).body);
    assert_eq!(pay["disable_pay_channels"], "credit_group");
    let mut own = pay_ask();
    own.sources.disabled = Disabled::list(&[Channel::Coupon]).expect("short");
    let own = said(shop.request(&Ask::Pay(own), now).body);
    assert_eq!(own["disable_pay_channels"], "coupon", "the ask's own list");
}

#[test]
fn a_till_without_a_plain_name_is_left_out() {
    let mut ask = code_ask(CodeLife::Minutes(5));
    ask.device = "收银台".to_owned();
    assert!(!content(&ask, None, NOW).contains("terminal_id"));
}

#[test]
fn a_code_is_shown_when_the_answer_names_our_order() {
    let code = "https://qr.alipay.com/bax0";
    assert_eq!(shown(code), CodeOutcome::Shown(code.to_owned()));
    let mismatch = CodeOutcome::Unknown(Doubt::Mismatch);
    let other = format!(r#"{{"code":"10000","out_trade_no":"S2","qr_code":"{code}"}}"#);
    assert_eq!(heard(&other), mismatch);
    let nameless = format!(r#"{{"code":"10000","qr_code":"{code}"}}"#);
    assert_eq!(heard(&nameless), mismatch);
}

#[test]
fn an_ask_for_a_code_is_the_same_request_and_means_the_same() {
    let asked = code_ask(CodeLife::Within(120_000));
    let ask = Ask::Precreate(asked.clone());
    assert_eq!(ask.kind(), AskKind::Precreate);
    assert_eq!((ask.order(), ask.refund()), (&asked.order, None));
    let request = by_key().request(&ask, NOW);
    assert_eq!(request.url, by_key().precreate_request(&asked, NOW).url);
    let node = format!(r#"{{"code":"10000","out_trade_no":"{ORDER}","qr_code":"c"}}"#);
    let reply = signed_reply(PRECREATE, &node);
    let heard = |reply| by_key().outcome(AskKind::Precreate, &asked.order, asked.amount, reply);
    assert_eq!(heard(&reply), Outcome::Shown("c".to_owned()));
    let lost = Err(WireFault::Lost);
    assert_eq!(heard(&lost), Outcome::Unknown(Doubt::Lost));
}

#[test]
fn a_text_that_no_wallet_reads_is_not_shown() {
    let garbled = CodeOutcome::Unknown(Doubt::Garbled);
    assert_eq!(shown(""), garbled);
    assert_eq!(shown("a b"), garbled);
    assert_eq!(shown("码"), garbled);
    assert_eq!(shown(&"x".repeat(513)), garbled);
}

#[test]
fn a_number_in_use_is_unknown_and_a_refusal_names_its_cause_and_order() {
    let unclear = CodeOutcome::Unknown(Doubt::Unclear);
    assert_eq!(failed("40004", "ACQ.APPLY_PC_MERCHANT_CODE_ERROR"), unclear);
    assert_eq!(failed("40004", "ACQ.TRADE_HAS_SUCCESS"), unclear);
    assert_eq!(failed("40004", "ACQ.BRAND_NEW"), unclear);
    let nameless = r#"{"code":"40004","sub_code":"ACQ.EXIST_FORBIDDEN_WORD"}"#;
    assert_eq!(heard(nameless), unclear);
    for (code, sub_code, cause) in [
        ("40004", "ACQ.DEFAULT_SETTLE_RULE_NOT_EXIST", Cause::Setup),
        ("40004", "ACQ.EXIST_FORBIDDEN_WORD", Cause::Request),
        ("40006", "isv.insufficient-isv-permissions", Cause::Setup),
    ] {
        let outcome = failed(code, sub_code);
        let is_right = matches!(&outcome, CodeOutcome::Refused(one) if one.cause == cause);
        assert!(is_right, "{outcome:?}");
    }
    let setup = heard(r#"{"code":"40002","sub_code":"isv.invalid-signature"}"#);
    assert!(matches!(setup, CodeOutcome::Refused(_)));
}

#[test]
fn trouble_is_unknown() {
    let busy = CodeOutcome::Unknown(Doubt::Busy);
    assert_eq!(failed("40004", "ACQ.SYSTEM_ERROR"), busy);
    assert_eq!(failed("20000", "aop.unknow-error"), busy);
    let ask = code_ask(CodeLife::Minutes(5));
    let lost = by_key().precreate_outcome(&ask, &Err(WireFault::Unreachable));
    assert_eq!(lost, CodeOutcome::Unknown(Doubt::Unreachable));
}
