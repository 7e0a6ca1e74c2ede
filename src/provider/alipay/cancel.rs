//! `alipay.trade.cancel`: makes an order impossible, or gives its money back.

use ledger::{Cause, Doubt, Outcome, ReverseEnd};
use money::OrderNo;
use serde::Serialize;

use crate::alipay::answer::{Answer, Expect};
use crate::alipay::codes;

#[derive(Serialize)]
struct Content<'a> {
    out_trade_no: &'a str,
}

pub(super) fn content(order: &OrderNo) -> String {
    let content = Content {
        out_trade_no: order.as_str(),
    };
    serde_json::to_string(&content).expect("invariant: texts become JSON")
}

pub(super) fn outcome(answer: &Answer, expect: &Expect<'_>) -> Outcome {
    if answer.is_foreign(expect) {
        return Outcome::Unknown(Doubt::Mismatch);
    }
    match answer.code() {
        // Also a reverse that had nothing to do names the order it was asked about.
        "10000" if answer.names(expect) => done(answer),
        // Not a success: a code that nobody has scanned may be as good as before.
        "40004" if codes::is_no_such_trade(answer.sub_code()) => Outcome::Absent,
        // This order is cancelled neither now nor later; whether it was paid, a question tells.
        "40004" if codes::is_never_cancelled(answer.sub_code()) => {
            Outcome::Refused(answer.refusal(Cause::Merchant))
        }
        _ => answer.failed(),
    }
}

fn done(answer: &Answer) -> Outcome {
    #[cfg(feature = "planted")]
    if ledger::planted::is(ledger::planted::Bug::AgainIsDone) {
        return Outcome::Reversed(ReverseEnd::Closed);
    }
    match answer.text("retry_flag") {
        Some("N") => {}
        Some("Y") => return Outcome::Unknown(Doubt::Busy),
        _ => return Outcome::Unknown(Doubt::Unclear),
    }
    match answer.text("action") {
        None => Outcome::Reversed(ReverseEnd::Nothing),
        Some("close") => Outcome::Reversed(ReverseEnd::Closed),
        Some("refund") => Outcome::Reversed(ReverseEnd::GivenBack),
        Some(_) => Outcome::Unknown(Doubt::Unclear),
    }
}

#[cfg(test)]
mod tests;
