//! `alipay.trade.close`: closes an order that nobody has paid, so that its code pays no more.

use ledger::{Doubt, Outcome, ReverseEnd};
use money::{Amount, OrderNo, Stamp};
use serde::Serialize;

use crate::alipay::answer::{Answer, Expect};
use crate::alipay::codes::{self, Class};
use crate::alipay::{Alipay, CLOSE};
use crate::message::{Reply, Request, WireFault};

#[derive(Serialize)]
struct Content<'a> {
    out_trade_no: &'a str,
}

impl Alipay {
    /// The signed request that closes an unpaid order, to be sent by POST.
    pub fn close_request(&self, order: &OrderNo, now: Stamp) -> Request {
        self.signed(CLOSE, &content(order), now)
    }

    /// What a reply to it means: closed for good, nothing to close (yet: a code that nobody has
    /// scanned is no order, and can become one as long as it lives), or unknown.
    pub fn close_outcome(&self, order: &OrderNo, reply: &Result<Reply, WireFault>) -> Outcome {
        match self.read(reply, CLOSE) {
            Ok(answer) => outcome(&answer, &self.expect(order, Amount::ZERO)),
            Err(doubt) => Outcome::Unknown(doubt),
        }
    }
}

fn content(order: &OrderNo) -> String {
    let content = Content {
        out_trade_no: order.as_str(),
    };
    serde_json::to_string(&content).expect("invariant: texts become JSON")
}

/// Closed for good, nothing to close, or unknown. An order that cannot be closed may have been
/// paid: a query tells.
fn outcome(answer: &Answer, expect: &Expect<'_>) -> Outcome {
    if answer.is_foreign(expect) {
        return Outcome::Unknown(Doubt::Mismatch);
    }
    match answer.code() {
        "10000" if answer.names(expect) => Outcome::Reversed(ReverseEnd::Closed),
        "40004" if codes::is_no_such_trade(answer.sub_code()) => {
            Outcome::Reversed(ReverseEnd::Nothing)
        }
        code => match codes::class_in(&codes::CLOSE_SUB_CODES, code, answer.sub_code()) {
            Class::Busy => Outcome::Unknown(Doubt::Busy),
            Class::Unclear | Class::Refused(_) => Outcome::Unknown(Doubt::Unclear),
        },
    }
}

#[cfg(test)]
mod tests;
