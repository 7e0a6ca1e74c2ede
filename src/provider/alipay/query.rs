//! `alipay.trade.query`: tells what became of an order.

use ledger::{Doubt, Outcome};
use money::OrderNo;
use serde::Serialize;

use crate::alipay::answer::{Answer, Expect};
use crate::alipay::codes;

#[derive(Serialize)]
struct Content<'a> {
    out_trade_no: &'a str,
    query_options: [&'a str; 1],
}

pub(super) fn content(order: &OrderNo) -> String {
    let content = Content {
        out_trade_no: order.as_str(),
        query_options: ["fund_bill_list"],
    };
    serde_json::to_string(&content).expect("invariant: texts become JSON")
}

pub(super) fn outcome(answer: &Answer, expect: &Expect<'_>) -> Outcome {
    if answer.is_foreign(expect) {
        return Outcome::Unknown(Doubt::Mismatch);
    }
    match answer.code() {
        "10000" => found(answer, expect),
        "40004" if codes::is_no_such_trade(answer.sub_code()) => Outcome::Absent,
        _ => answer.failed(),
    }
}

fn found(answer: &Answer, expect: &Expect<'_>) -> Outcome {
    match answer.text("trade_status") {
        Some("TRADE_SUCCESS" | "TRADE_FINISHED") => answer.paid(expect, "send_pay_date"),
        Some("WAIT_BUYER_PAY") if answer.names(expect) => Outcome::Waiting,
        Some("TRADE_CLOSED") if answer.names(expect) => Outcome::Closed {
            is_given_back: has_moved(answer),
        },
        _ => Outcome::Unknown(Doubt::Unclear),
    }
}

/// A closed order says nothing of itself about money; a time of payment, a source of money or a
/// refund does.
fn has_moved(answer: &Answer) -> bool {
    let is_dated = [
        "send_pay_date",
        "gmt_payment",
        "gmt_refund",
        "gmt_refund_pay",
    ]
    .iter()
    .any(|field| answer.text(field).is_some());
    is_dated || !answer.funding().is_empty()
}

#[cfg(test)]
mod tests;
