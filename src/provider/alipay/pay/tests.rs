//! What `alipay.trade.pay` is asked with, and what its answers mean.

use ledger::{AskKind, Cause, Doubt, Outcome};
use money::Amount;
use serde_json::Value;

use super::{content, subject, terminal};
use crate::alipay::tests::{ORDER, outcome_of, paid_node, pay_ask};

fn heard(node: &str) -> Outcome {
    outcome_of(AskKind::Pay, node)
}

fn refused(node: &str) -> (Cause, String, String) {
    let outcome = heard(node);
    let Outcome::Refused(refusal) = outcome else {
        panic!("not refused: {outcome:?}")
    };
    (refusal.cause, refusal.code, refusal.text)
}

#[test]
fn the_request_says_all_that_a_till_knows() {
    let text = content(&pay_ask(), Some("2088000000000001"));
    let said: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(said["out_trade_no"], ORDER);
    assert_eq!(said["scene"], "bar_code");
    assert_eq!(said["auth_code"], "281234567890123456");
    assert_eq!(said["product_code"], "FACE_TO_FACE_PAYMENT");
    assert_eq!(said["subject"], "豆浆 油条 + 100% \"热\"");
    assert_eq!(said["total_amount"], "12.50");
    assert_eq!(said["query_options"][0], "fund_bill_list");
    assert_eq!(said["seller_id"], "2088000000000001");
    assert_eq!(said["terminal_id"], "till-1");
}

#[test]
fn alipay_lets_the_customer_confirm_longer_than_our_plan_waits() {
    let said: Value = serde_json::from_str(&content(&pay_ask(), None)).expect("JSON");
    assert_eq!(said["timeout_express"], "5m");
    assert!(said.get("seller_id").is_none());
    const { assert!(ledger::plan::ALIPAY.reverse_after_ms <= 5 * 60_000) };
}

#[test]
fn small_and_large_sums_have_two_decimals() {
    for (fen, yuan) in [(1, "0.01"), (100, "1.00"), (10_000_000_000, "100000000.00")] {
        let mut ask = pay_ask();
        ask.amount = Amount::from_fen(fen).expect("an amount");
        let said: Value = serde_json::from_str(&content(&ask, None)).expect("JSON");
        assert_eq!(said["total_amount"], yuan);
    }
}

#[test]
fn a_subject_holds_nothing_that_alipay_refuses() {
    assert_eq!(subject("a/b=c&d", "x"), "a b c d");
    assert_eq!(subject(" 早点\r\n摊\u{0}", "x"), "早点 摊");
    assert_eq!(subject("/&=", "S1"), "S1");
    assert_eq!(subject("", "S1"), "S1");
    assert_eq!(subject(&"测".repeat(300), "x").chars().count(), 256);
}

#[test]
fn a_till_with_a_name_that_is_no_number_is_left_out() {
    assert_eq!(terminal("till-1"), "till-1");
    assert_eq!(terminal("收银台"), "");
    assert_eq!(terminal(&"a".repeat(40)).len(), 32);
    let mut ask = pay_ask();
    ask.device = "收银台".to_owned();
    assert!(!content(&ask, None).contains("terminal_id"));
}

#[test]
fn a_success_over_another_sum_or_order_is_a_mismatch() {
    let mismatch = Outcome::Unknown(Doubt::Mismatch);
    let sum = r#""total_amount":"12.50""#;
    assert!(matches!(heard(&paid_node()), Outcome::Paid(_)));
    assert_eq!(
        heard(&paid_node().replace(sum, r#""total_amount":"12.51""#)),
        mismatch
    );
    assert_eq!(
        heard(&paid_node().replace(sum, r#""total_amount":"0.01""#)),
        mismatch
    );
    assert_eq!(heard(&paid_node().replace(ORDER, "S2")), mismatch);
    assert_eq!(
        heard(&paid_node().replace("out_trade_no", "out_trade_x")),
        mismatch
    );
}

#[test]
fn a_success_without_sum_or_number_is_garbled() {
    let garbled = Outcome::Unknown(Doubt::Garbled);
    assert_eq!(heard(&paid_node().replace("total_amount", "x")), garbled);
    assert_eq!(
        heard(&paid_node().replace(r#""total_amount":"12.50""#, r#""total_amount":12.5"#)),
        garbled
    );
    assert_eq!(
        heard(&paid_node().replace(r#""total_amount":"12.50""#, r#""total_amount":"12.500""#)),
        garbled
    );
    assert_eq!(
        heard(&paid_node().replace("trade_no\":\"2026", "x\":\"2026")),
        garbled
    );
}

#[test]
fn an_asynchronous_success_is_left_to_a_query() {
    let node = paid_node().replace(
        "store_name\":\"",
        "async_payment_mode\":\"ASYNC_DELAY_PAY\",\"s\":\"",
    );
    assert_eq!(heard(&node), Outcome::Unknown(Doubt::Unclear));
}

#[test]
fn a_password_is_waited_for() {
    let node = format!(r#"{{"code":"10003","out_trade_no":"{ORDER}"}}"#);
    assert_eq!(heard(&node), Outcome::Waiting);
    assert_eq!(
        heard(&node.replace(ORDER, "S2")),
        Outcome::Unknown(Doubt::Mismatch)
    );
}

#[test]
fn a_wait_or_a_refusal_that_does_not_name_the_order_proves_nothing() {
    let unclear = Outcome::Unknown(Doubt::Unclear);
    assert_eq!(heard(r#"{"code":"10003"}"#), unclear);
    let node = r#"{"code":"40004","sub_code":"ACQ.BUYER_BALANCE_NOT_ENOUGH"}"#;
    assert_eq!(heard(node), unclear);
}

#[test]
fn a_refusal_keeps_alipays_words() {
    let node = concat!(
        r#"{"code":"40004","msg":"Business Failed","sub_code":"ACQ.BUYER_BALANCE_NOT_ENOUGH","#,
        r#""sub_msg":"买家余额不足","out_trade_no":"ORDER","buyer_pay_amount":"0.00"}"#,
    )
    .replace("ORDER", ORDER);
    let expect = (
        Cause::NoMoney,
        "ACQ.BUYER_BALANCE_NOT_ENOUGH".to_owned(),
        "买家余额不足".to_owned(),
    );
    assert_eq!(refused(&node), expect);
    assert_eq!(
        heard(&node.replace(ORDER, "S2")),
        Outcome::Unknown(Doubt::Mismatch)
    );
}

#[test]
fn what_alipay_says_busy_about_is_unknown() {
    let busy = Outcome::Unknown(Doubt::Busy);
    assert_eq!(
        heard(r#"{"code":"20000","sub_code":"isp.unknow-error"}"#),
        busy
    );
    assert_eq!(
        heard(r#"{"code":"40005","sub_code":"isv.app-call-limited"}"#),
        busy
    );
    assert_eq!(
        heard(r#"{"code":"40004","sub_code":"ACQ.SYSTEM_ERROR"}"#),
        busy
    );
}

#[test]
fn an_order_that_was_paid_before_is_left_to_a_query() {
    let unclear = Outcome::Unknown(Doubt::Unclear);
    assert_eq!(
        heard(r#"{"code":"40004","sub_code":"ACQ.TRADE_HAS_SUCCESS"}"#),
        unclear
    );
    assert_eq!(
        heard(r#"{"code":"40004","sub_code":"ACQ.BRAND_NEW"}"#),
        unclear
    );
    assert_eq!(heard(r#"{"code":"40004"}"#), unclear);
    assert_eq!(heard("{}"), unclear);
    assert_eq!(heard(r#"{"code":10000}"#), unclear);
}

#[test]
fn a_refused_signature_does_not_carry_the_payment_code_into_the_record() {
    let node = concat!(
        r#"{"code":"40002","sub_code":"isv.invalid-signature","sub_msg":"验签出错, "#,
        r#"app_id=2021000000000001&amp;biz_content={auth_code:281234567890123456}"}"#,
    );
    let (cause, code, text) = refused(node);
    assert_eq!(
        (cause, code.as_str()),
        (Cause::Setup, "isv.invalid-signature")
    );
    assert_eq!(text, "验签出错, app_id=…&amp;biz_content={auth_code:…}");
}

#[test]
fn a_long_sentence_is_cut_after_its_digits_are_hidden() {
    let sub_msg = format!("{}281234567890123456 and more", "x".repeat(190));
    let head = format!(r#""code":"40004","sub_code":"ACQ.PAYMENT_FAIL","out_trade_no":"{ORDER}""#);
    let node = format!(r#"{{{head},"sub_msg":"{sub_msg}"}}"#);
    let (_, _, text) = refused(&node);
    assert_eq!(text, format!("{}… and more", "x".repeat(190)));
}
