//! What an order code is asked for with, and what the answers mean.

use ledger::{Cause, Doubt};
use money::Stamp;
use serde_json::Value;

use super::{CodeLife, CodeOutcome, content};
use crate::alipay::PRECREATE;
use crate::alipay::golden::code_ask;
use crate::alipay::tests::{ORDER, by_key, signed_reply};
use crate::message::WireFault;

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
    let said =
        |life| -> Value { serde_json::from_str(&content(&code_ask(life), None)).expect("JSON") };
    for (minutes, text) in [(0, "1m"), (1, "1m"), (120, "120m"), (121, "120m")] {
        let said = said(CodeLife::Minutes(minutes));
        assert_eq!(said["qr_code_timeout_express"], text);
        assert!(said.get("time_expire").is_none());
    }
    let until = said(CodeLife::Until(Stamp::from_ms(1_795_312_800_000)));
    assert_eq!(until["time_expire"], "2026-11-22 10:00:00");
    assert!(until.get("qr_code_timeout_express").is_none());
}

#[test]
fn a_till_without_a_plain_name_is_left_out() {
    let mut ask = code_ask(CodeLife::Minutes(5));
    ask.device = "收银台".to_owned();
    assert!(!content(&ask, None).contains("terminal_id"));
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
