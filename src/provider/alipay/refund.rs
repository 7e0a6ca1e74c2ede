//! `alipay.trade.refund` gives money back under a number of ours, and the same number again gives
//! nothing twice; `alipay.trade.fastpay.refund.query` tells what became of it.

use ledger::{Doubt, GivenSum, RefundOutcome};
use money::{Amount, OrderNo, RefundNo, Stamp};
use serde::Serialize;

use crate::alipay::answer::{Answer, Expect};
use crate::alipay::codes::{self, Class};
use crate::ask::RefundAsk;

/// Longest reason.
const REASON_LETTERS_MAX: usize = 256;

/// Field names are Alipay's. It refuses fields that it does not know.
#[derive(Serialize)]
struct Content<'a> {
    out_trade_no: &'a str,
    refund_amount: String,
    out_request_no: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_reason: Option<String>,
}

#[derive(Serialize)]
struct Question<'a> {
    out_trade_no: &'a str,
    out_request_no: String,
}

pub(super) fn content(ask: &RefundAsk) -> String {
    let content = Content {
        out_trade_no: ask.order.as_str(),
        refund_amount: ask.amount.yuan(),
        out_request_no: ask.refund.to_string(),
        refund_reason: reason(&ask.reason),
    };
    serde_json::to_string(&content).expect("invariant: texts become JSON")
}

pub(super) fn question(order: &OrderNo, refund: RefundNo) -> String {
    let content = Question {
        out_trade_no: order.as_str(),
        out_request_no: refund.to_string(),
    };
    serde_json::to_string(&content).expect("invariant: texts become JSON")
}

/// What an answer to the refund says. A refusal of the real gateway does not name the order, so
/// only one that names another is doubted.
pub(super) fn outcome(answer: &Answer, expect: &Expect<'_>, amount: Amount) -> RefundOutcome {
    if answer.is_foreign(expect) {
        return RefundOutcome::Unknown(Doubt::Mismatch);
    }
    let sub_code = answer.sub_code();
    match answer.code() {
        "10000" => given(answer, expect, amount),
        "40004" if codes::is_no_such_trade(sub_code) || codes::refund::is_in_the_way(sub_code) => {
            RefundOutcome::Absent
        }
        "40004" if codes::refund::is_other_sum(sub_code) => RefundOutcome::Unknown(Doubt::Mismatch),
        code => match codes::refund::class(code, sub_code) {
            // The gateway's own checks come before it looks for the number: when this request is a
            // repetition, they say nothing about the earlier ones.
            Class::Refused(_) if code != "40004" => RefundOutcome::Unknown(Doubt::Unclear),
            Class::Refused(cause) => RefundOutcome::Refused(answer.refusal(cause)),
            Class::Busy => RefundOutcome::Unknown(Doubt::Busy),
            Class::Unclear => RefundOutcome::Unknown(Doubt::Unclear),
        },
    }
}

/// A success. `refund_fee` is everything of the order that went back so far. Without a change of
/// funds it is either a repetition or not done yet: the question for the refund tells which.
/// `amount` is this refund's own.
fn given(answer: &Answer, expect: &Expect<'_>, amount: Amount) -> RefundOutcome {
    if !answer.names(expect) || answer.is_other_currency() {
        return RefundOutcome::Unknown(Doubt::Mismatch);
    }
    match answer.text("fund_change") {
        Some("Y") => {}
        Some("N") => return RefundOutcome::Unknown(Doubt::Unclear),
        _ => return RefundOutcome::Unknown(Doubt::Garbled),
    }
    match sum(answer, "refund_fee") {
        None => RefundOutcome::Unknown(Doubt::Garbled),
        Some(total) if total < amount || total > expect.amount => {
            RefundOutcome::Unknown(Doubt::Mismatch)
        }
        Some(total) => RefundOutcome::Given {
            sum: GivenSum::Total(total),
            at: moment(answer),
        },
    }
}

/// What an answer to the question for a refund says. Without a state there is no such refund, or
/// it failed, or it is not done yet: the documents do not tell them apart.
pub(super) fn found(answer: &Answer, expect: &Expect<'_>, refund: RefundNo) -> RefundOutcome {
    let is_other = answer
        .text("out_request_no")
        .is_some_and(|number| number != refund.to_string());
    if is_other || answer.is_foreign(expect) {
        return RefundOutcome::Unknown(Doubt::Mismatch);
    }
    match (answer.code(), answer.text("refund_status")) {
        ("10000", Some("REFUND_SUCCESS")) => found_given(answer, expect),
        ("10000", None) => RefundOutcome::Absent,
        ("40004", _) if codes::is_no_such_trade(answer.sub_code()) => RefundOutcome::Absent,
        (code, _) => match codes::class(code, answer.sub_code()) {
            Class::Busy => RefundOutcome::Unknown(Doubt::Busy),
            Class::Unclear | Class::Refused(_) => RefundOutcome::Unknown(Doubt::Unclear),
        },
    }
}

/// The refund's own sum is compared with ours by whoever knows it; here only with the order's.
fn found_given(answer: &Answer, expect: &Expect<'_>) -> RefundOutcome {
    let Some(amount) = sum(answer, "refund_amount") else {
        return RefundOutcome::Unknown(Doubt::Garbled);
    };
    let is_named = answer.names(expect) && answer.text("out_request_no").is_some();
    let is_other_order = sum(answer, "total_amount").is_some_and(|total| total != expect.amount);
    let is_other_sum = is_other_order || amount > expect.amount || answer.is_other_currency();
    if !is_named || is_other_sum {
        return RefundOutcome::Unknown(Doubt::Mismatch);
    }
    RefundOutcome::Given {
        sum: GivenSum::Alone(amount),
        at: moment(answer),
    }
}

fn sum(answer: &Answer, name: &str) -> Option<Amount> {
    Amount::from_yuan(answer.text(name)?).ok()
}

fn moment(answer: &Answer) -> Option<Stamp> {
    answer.text("gmt_refund_pay").and_then(Stamp::from_beijing)
}

/// What the customer reads beside the refund; left out when there is nothing to read.
fn reason(text: &str) -> Option<String> {
    let plain: String = text
        .chars()
        .map(|one| if one.is_control() { ' ' } else { one })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let reason: String = words.join(" ").chars().take(REASON_LETTERS_MAX).collect();
    (!reason.is_empty()).then_some(reason)
}

#[cfg(test)]
mod tests;
