//! What the answers about refunds mean.

use ledger::{AskKind, Cause, Doubt, GivenSum, Outcome, RefundOutcome};
use money::{RefundNo, Stamp};

use super::reason;
use crate::alipay::golden::{fen, refund_no};
use crate::alipay::tests::{
    ORDER, amount, by_key, order, outcome_of, pay_ask, signed_reply, with_seller,
};
use crate::alipay::{REFUND, REFUND_QUERY};
use crate::ask::{Ask, RefundAsk};
use crate::message::WireFault;

const NUMBER: &str = "R01KAP3C5R00000000000000001";

fn refund() -> Ask {
    Ask::Refund(RefundAsk {
        order: order(),
        refund: refund_no(),
        amount: fen(250),
        reason: String::new(),
    })
}

fn query() -> Ask {
    Ask::RefundQuery {
        order: order(),
        refund: refund_no(),
    }
}

fn heard(node: &str) -> RefundOutcome {
    by_key().refund_outcome(&refund(), amount(), &signed_reply(REFUND, node))
}

fn found(node: &str) -> RefundOutcome {
    by_key().refund_outcome(&query(), amount(), &signed_reply(REFUND_QUERY, node))
}

fn done(fund_change: &str, refund_fee: &str) -> String {
    format!(
        r#"{{"code":"10000","out_trade_no":"{ORDER}","fund_change":"{fund_change}",
        "refund_fee":"{refund_fee}","gmt_refund_pay":"2026-11-22 10:03:00"}}"#
    )
}

fn status(status: &str, refund_amount: &str) -> String {
    format!(
        r#"{{"code":"10000","out_trade_no":"{ORDER}","out_request_no":"{NUMBER}",
        "refund_status":"{status}","refund_amount":"{refund_amount}","total_amount":"12.50",
        "gmt_refund_pay":"2026-11-22 10:03:00"}}"#
    )
}

fn doubted(doubt: Doubt) -> RefundOutcome {
    RefundOutcome::Unknown(doubt)
}

fn given(sum: GivenSum) -> RefundOutcome {
    RefundOutcome::Given {
        sum,
        at: Stamp::from_beijing("2026-11-22 10:03:00"),
    }
}

#[test]
fn a_refund_tells_the_orders_total_that_went_back() {
    for (text, sum) in [("2.50", 250), ("7.00", 700), ("12.50", 1_250)] {
        assert_eq!(heard(&done("Y", text)), given(GivenSum::Total(fen(sum))));
    }
}

#[test]
fn a_total_below_the_refund_or_above_the_order_is_a_mismatch() {
    assert_eq!(heard(&done("Y", "2.49")), doubted(Doubt::Mismatch));
    assert_eq!(heard(&done("Y", "12.51")), doubted(Doubt::Mismatch));
    assert_eq!(heard(&done("Y", "2.500")), doubted(Doubt::Garbled));
    assert_eq!(heard(&done("Y", "")), doubted(Doubt::Garbled));
}

#[test]
fn a_success_without_a_change_of_funds_is_left_to_the_question() {
    assert_eq!(heard(&done("N", "2.50")), doubted(Doubt::Unclear));
    assert_eq!(heard(&done("", "2.50")), doubted(Doubt::Garbled));
    assert_eq!(heard(&done("y", "2.50")), doubted(Doubt::Garbled));
}

#[test]
fn a_success_that_names_another_order_or_none_is_a_mismatch() {
    let node = done("Y", "2.50");
    assert_eq!(heard(&node.replace(ORDER, "S2")), doubted(Doubt::Mismatch));
    let nameless = node.replace("out_trade_no", "x");
    assert_eq!(heard(&nameless), doubted(Doubt::Mismatch));
    let seller = node.replace("\"code\"", "\"seller_id\":\"2088000000000002\",\"code\"");
    let reply = signed_reply(REFUND, &seller);
    let outcome = with_seller().refund_outcome(&refund(), amount(), &reply);
    assert_eq!(outcome, doubted(Doubt::Mismatch));
}

#[test]
fn a_refusal_need_not_name_the_order_but_not_another() {
    let node = concat!(
        r#"{"code":"40004","sub_code":"ACQ.SELLER_BALANCE_NOT_ENOUGH","sub_msg":"卖家余额不足","#,
        r#""refund_fee":"0.00","send_back_fee":"0.00"}"#,
    );
    let RefundOutcome::Refused(refusal) = heard(node) else {
        panic!("not refused")
    };
    assert_eq!(refusal.cause, Cause::Merchant);
    assert_eq!(refusal.code, "ACQ.SELLER_BALANCE_NOT_ENOUGH");
    assert_eq!(refusal.text, "卖家余额不足");
    let other = node.replace("\"sub_msg\"", "\"out_trade_no\":\"S2\",\"sub_msg\"");
    assert_eq!(heard(&other), doubted(Doubt::Mismatch));
}

#[test]
fn every_failure_of_a_refund_has_its_class() {
    let failed = |sub_code: &str| heard(&format!(r#"{{"code":"40004","sub_code":"{sub_code}"}}"#));
    assert_eq!(failed("ACQ.TRADE_NOT_EXIST"), RefundOutcome::Absent);
    let other_sum = failed("ACQ.DISCORDANT_REPEAT_REQUEST");
    assert_eq!(other_sum, doubted(Doubt::Mismatch));
    assert_eq!(failed("ACQ.SYSTEM_ERROR"), doubted(Doubt::Busy));
    assert_eq!(failed("ACQ.BRAND_NEW"), doubted(Doubt::Unclear));
    assert_eq!(heard(r#"{"code":"20000"}"#), doubted(Doubt::Busy));
    let setup = failed("ACQ.USER_NOT_MATCH_ERR");
    assert!(matches!(setup, RefundOutcome::Refused(one) if one.cause == Cause::Setup));
}

#[test]
fn an_order_that_is_closed_or_in_another_state_has_no_such_refund_and_ends_none() {
    let codes = [
        "TRADE_HAS_CLOSE",
        "TRADE_STATUS_ERROR",
        "REASON_TRADE_STATUS_INVALID",
    ];
    for code in codes {
        let node = format!(r#"{{"code":"40004","sub_code":"ACQ.{code}"}}"#);
        assert_eq!(heard(&node), RefundOutcome::Absent, "{code}");
    }
}

#[test]
fn a_refund_in_another_currency_is_none_of_ours() {
    let ours = done("Y", "2.50");
    for (name, currency, is_ours) in [
        ("refund_currency", "CNY", true),
        ("refund_currency", "USD", false),
        ("trans_currency", "USD", false),
    ] {
        let node = ours.replacen('{', &format!(r#"{{"{name}":"{currency}","#), 1);
        let is_given = matches!(heard(&node), RefundOutcome::Given { .. });
        assert_eq!(is_given, is_ours, "{name} {currency}");
        assert!(is_given || heard(&node) == doubted(Doubt::Mismatch));
    }
}

#[test]
fn a_refund_that_is_found_in_another_currency_is_none_of_ours() {
    let ours = status("REFUND_SUCCESS", "2.50");
    for (currency, is_ours) in [("CNY", true), ("HKD", false)] {
        let node = ours.replacen('{', &format!(r#"{{"refund_currency":"{currency}","#), 1);
        let is_given = matches!(found(&node), RefundOutcome::Given { .. });
        assert_eq!(is_given, is_ours, "{currency}");
        assert!(is_given || found(&node) == doubted(Doubt::Mismatch));
    }
}

#[test]
fn a_gateway_that_did_not_look_for_the_number_says_nothing_of_earlier_requests() {
    for code in ["20001", "40001", "40002", "40003", "40006"] {
        let node = format!(r#"{{"code":"{code}","sub_code":"isv.anything"}}"#);
        assert_eq!(heard(&node), doubted(Doubt::Unclear), "{code}");
    }
}

#[test]
fn the_question_finds_the_refund_alone() {
    let sum = GivenSum::Alone(fen(250));
    assert_eq!(found(&status("REFUND_SUCCESS", "2.50")), given(sum));
    let whole = GivenSum::Alone(amount());
    assert_eq!(found(&status("REFUND_SUCCESS", "12.50")), given(whole));
}

#[test]
fn a_refund_without_a_state_is_absent() {
    assert_eq!(found(r#"{"code":"10000"}"#), RefundOutcome::Absent);
    assert_eq!(found(&status("", "2.50")), RefundOutcome::Absent);
    for sub_code in ["ACQ.TRADE_NOT_EXIST", "TRADE_NOT_EXIST"] {
        let node = format!(r#"{{"code":"40004","sub_code":"{sub_code}"}}"#);
        assert_eq!(found(&node), RefundOutcome::Absent);
    }
}

#[test]
fn a_found_refund_of_another_number_order_or_sum_is_a_mismatch() {
    let node = status("REFUND_SUCCESS", "2.50");
    let mismatch = doubted(Doubt::Mismatch);
    assert_eq!(found(&node.replace(ORDER, "S2")), mismatch);
    assert_eq!(found(&node.replace(NUMBER, "R2")), mismatch);
    assert_eq!(found(&node.replace("out_trade_no", "x")), mismatch);
    assert_eq!(found(&node.replace("out_request_no", "x")), mismatch);
    assert_eq!(found(&node.replace("12.50", "12.51")), mismatch);
    assert_eq!(found(&status("REFUND_SUCCESS", "12.51")), mismatch);
    let nameless = node.replace("total_amount", "x");
    assert_eq!(found(&nameless), given(GivenSum::Alone(fen(250))));
    let without_sum = node.replace("refund_amount", "x");
    assert_eq!(found(&without_sum), doubted(Doubt::Garbled));
}

#[test]
fn a_failed_question_says_nothing_of_the_refund() {
    let failed = |sub_code: &str| found(&format!(r#"{{"code":"40004","sub_code":"{sub_code}"}}"#));
    assert_eq!(failed("ACQ.SYSTEM_ERROR"), doubted(Doubt::Busy));
    assert_eq!(failed("ACQ.INVALID_PARAMETER"), doubted(Doubt::Unclear));
    assert_eq!(failed("ACQ.BRAND_NEW"), doubted(Doubt::Unclear));
    assert_eq!(
        found(&status("REFUND_FAIL", "2.50")),
        doubted(Doubt::Unclear)
    );
    assert_eq!(found(r#"{"code":"40001"}"#), doubted(Doubt::Unclear));
}

#[test]
fn orders_and_refunds_are_never_taken_for_one_another() {
    for kind in [AskKind::Refund, AskKind::RefundQuery] {
        let outcome = outcome_of(kind, &done("Y", "2.50"));
        assert_eq!(outcome, Outcome::Unknown(Doubt::Unclear));
    }
    for (ask, method) in [
        (Ask::Pay(pay_ask()), crate::alipay::PAY),
        (Ask::Query(order()), crate::alipay::QUERY),
        (Ask::Reverse(order()), crate::alipay::CANCEL),
    ] {
        let reply = signed_reply(method, &done("Y", "2.50"));
        let outcome = by_key().refund_outcome(&ask, amount(), &reply);
        assert_eq!(outcome, doubted(Doubt::Unclear));
        assert_eq!(ask.refund(), None::<RefundNo>);
    }
    assert_eq!(refund().refund(), query().refund());
    assert_eq!((refund().order(), query().order()), (&order(), &order()));
}

#[test]
fn trouble_on_the_wire_is_a_doubt_of_its_kind() {
    for ask in [refund(), query()] {
        let heard = |reply| by_key().refund_outcome(&ask, amount(), &reply);
        assert_eq!(heard(Err(WireFault::Lost)), doubted(Doubt::Lost));
        assert_eq!(
            heard(Err(WireFault::Unreachable)),
            doubted(Doubt::Unreachable)
        );
    }
}

#[test]
fn a_reason_is_plain_words_or_left_out() {
    assert_eq!(reason(" \u{0}\r\n"), None);
    assert_eq!(reason("少了\n一根").as_deref(), Some("少了 一根"));
    let long = reason(&"长".repeat(300)).expect("a reason");
    assert_eq!(long.chars().count(), 256);
}
