//! What the answers of `alipay.trade.query` mean.

use ledger::{AskKind, Doubt, Outcome};
use money::Stamp;

use super::content;
use crate::alipay::tests::{ORDER, amount, order, outcome_of};

fn heard(node: &str) -> Outcome {
    outcome_of(AskKind::Query, node)
}

fn found(status: &str, more: &str) -> String {
    let head = r#""code":"10000","trade_no":"T1","total_amount":"12.50""#;
    format!(r#"{{{head},"out_trade_no":"{ORDER}","trade_status":"{status}"{more}}}"#)
}

#[test]
fn the_question_names_the_order_and_asks_for_the_source_of_the_money() {
    let expect = format!(r#"{{"out_trade_no":"{ORDER}","query_options":["fund_bill_list"]}}"#);
    assert_eq!(content(&order()), expect);
}

#[test]
fn a_paid_order_is_paid_before_and_after_its_refund_window() {
    for status in ["TRADE_SUCCESS", "TRADE_FINISHED"] {
        let node = found(status, r#","send_pay_date":"2026-11-22 10:00:01""#);
        let Outcome::Paid(facts) = heard(&node) else {
            panic!("{status} is not paid")
        };
        assert_eq!((facts.amount, facts.order), (amount(), order()));
        assert_eq!(facts.paid_at, Stamp::from_beijing("2026-11-22 10:00:01"));
    }
}

#[test]
fn the_number_of_instalments_is_kept_where_it_is_told() {
    let months = |more: &str| {
        let Outcome::Paid(facts) = heard(&found("TRADE_SUCCESS", more)) else {
            panic!("a paid order is not paid with {more}")
        };
        facts.months
    };
    let told = r#","hb_fq_pay_info":{"user_install_num":"6","fq_amount":"12.50"}"#;
    assert_eq!(months(told), Some(6));
    for other in [
        "",
        r#","hb_fq_pay_info":{}"#,
        r#","hb_fq_pay_info":"6""#,
        r#","hb_fq_pay_info":{"user_install_num":"six"}"#,
        r#","hb_fq_pay_info":{"user_install_num":"-6"}"#,
    ] {
        assert_eq!(months(other), None, "{other}");
    }
}

#[test]
fn a_paid_order_over_another_sum_is_a_mismatch() {
    let mismatch = Outcome::Unknown(Doubt::Mismatch);
    let node = found("TRADE_SUCCESS", "");
    assert_eq!(heard(&node.replace("12.50", "12.49")), mismatch);
    assert_eq!(heard(&node.replace(ORDER, "S2")), mismatch);
}

#[test]
fn a_paid_order_in_another_currency_is_a_mismatch() {
    let named = |currency: &str| found("TRADE_SUCCESS", currency);
    let other = heard(&named(r#","trans_currency":"USD""#));
    assert_eq!(other, Outcome::Unknown(Doubt::Mismatch));
    let ours = heard(&named(r#","trans_currency":"CNY""#));
    assert!(matches!(ours, Outcome::Paid(_)));
}

#[test]
fn an_unconfirmed_order_is_waited_for() {
    let node = found("WAIT_BUYER_PAY", "");
    assert_eq!(heard(&node), Outcome::Waiting);
    let nameless = node.replace("out_trade_no", "x");
    assert_eq!(heard(&nameless), Outcome::Unknown(Doubt::Unclear));
}

#[test]
fn a_closed_order_tells_by_its_traces_whether_money_moved() {
    let closed = |is_given_back| Outcome::Closed { is_given_back };
    assert_eq!(heard(&found("TRADE_CLOSED", "")), closed(false));
    assert_eq!(
        heard(&found("TRADE_CLOSED", r#","send_pay_date":"""#)),
        closed(false)
    );
    assert_eq!(
        heard(&found("TRADE_CLOSED", r#","fund_bill_list":[]"#)),
        closed(false)
    );
    let dated = r#","send_pay_date":"2026-11-22 10:00:01""#;
    assert_eq!(heard(&found("TRADE_CLOSED", dated)), closed(true));
    let funded = r#","fund_bill_list":[{"amount":"12.50","fund_channel":"PCREDIT"}]"#;
    assert_eq!(heard(&found("TRADE_CLOSED", funded)), closed(true));
}

#[test]
fn a_closed_order_of_another_number_is_a_mismatch() {
    let node = found("TRADE_CLOSED", "");
    assert_eq!(
        heard(&node.replace(ORDER, "S2")),
        Outcome::Unknown(Doubt::Mismatch)
    );
    let nameless = node.replace("out_trade_no", "x");
    assert_eq!(heard(&nameless), Outcome::Unknown(Doubt::Unclear));
}

#[test]
fn an_order_that_alipay_does_not_know_is_absent() {
    let node = r#"{"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST","sub_msg":"交易不存在"}"#;
    assert_eq!(heard(node), Outcome::Absent);
}

#[test]
fn everything_else_is_unknown() {
    let busy = Outcome::Unknown(Doubt::Busy);
    let unclear = Outcome::Unknown(Doubt::Unclear);
    assert_eq!(heard(r#"{"code":"20000"}"#), busy);
    assert_eq!(
        heard(r#"{"code":"40004","sub_code":"ACQ.SYSTEM_ERROR"}"#),
        busy
    );
    assert_eq!(
        heard(r#"{"code":"40004","sub_code":"ACQ.INVALID_PARAMETER"}"#),
        unclear
    );
    assert_eq!(
        heard(r#"{"code":"40002","sub_code":"isv.invalid-signature"}"#),
        unclear
    );
    assert_eq!(heard(&found("TRADE_SOMETHING", "")), unclear);
    assert_eq!(heard(&found("", "")), unclear);
}
