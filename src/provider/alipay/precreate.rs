//! `alipay.trade.precreate`: a code on our screen for exactly one order, which the customer scans.

use ledger::{Doubt, Outcome, Refusal, is_showable};
use money::{Amount, OrderNo, Stamp};
use serde::Serialize;

use crate::alipay::answer::{Answer, Expect};
use crate::alipay::codes::{self, Class};
use crate::alipay::pay::{subject, terminal};
use crate::alipay::sources::{Fields, Sources};
use crate::alipay::{Alipay, PRECREATE};
use crate::message::{Reply, Request, WireFault};

/// A code works two hours at most, whatever is asked.
const MINUTES_MAX: u16 = 120;
const MINUTE_MS: i64 = 60_000;

/// What the request for an order code says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeAsk {
    /// Our number, unique for ever; a second request under it is refused.
    pub order: OrderNo,
    /// The sum; never zero.
    pub amount: Amount,
    /// What the customer reads in the wallet's bill.
    pub subject: String,
    /// The till's name, for the provider's own record.
    pub device: String,
    /// How long the order can be paid.
    pub life: CodeLife,
    /// Which contract the code belongs to.
    pub product: CodeProduct,
    /// What the customer's sources of money must be.
    pub sources: Sources,
}

/// How long an order code can be paid. Alipay documents the relative span as the order's latest
/// payment, counted from the making of the code; which of the two binds when both are given is
/// documented nowhere, so only one is ever given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeLife {
    /// Up to so many milliseconds after the request's own time, by the second. Alipay takes no
    /// request whose time is minutes off, so the end is wrong by no more than that.
    Within(i64),
    /// For so many minutes from its making, from 1 to 120; what is beyond is brought within.
    Minutes(u16),
}

impl CodeLife {
    /// For so many milliseconds from its making, in whole minutes; what is over them falls away.
    /// No clock's error is in it.
    pub fn lasting(ms: i64) -> Self {
        Self::Minutes(u16::try_from(ms / MINUTE_MS).unwrap_or(1))
    }
}

/// Which contract an order code belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CodeProduct {
    /// 当面付, the same as for customers' codes.
    #[default]
    InPerson,
    /// 订单码支付.
    OrderCode,
}

/// What became of a request for an order code. No money moves by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeOutcome {
    /// The text to be shown as a QR code.
    Shown(String),
    /// There is no such code and will be none under this number.
    Refused(Refusal),
    /// There may be a code that nobody has seen: the order must be closed, or asked about.
    Unknown(Doubt),
}

impl From<CodeOutcome> for Outcome {
    fn from(outcome: CodeOutcome) -> Self {
        match outcome {
            CodeOutcome::Shown(code) => Self::Shown(code),
            CodeOutcome::Refused(refusal) => Self::Refused(refusal),
            CodeOutcome::Unknown(doubt) => Self::Unknown(doubt),
        }
    }
}

/// Field names are Alipay's.
#[derive(Serialize)]
struct Content<'a> {
    out_trade_no: &'a str,
    product_code: &'a str,
    subject: &'a str,
    total_amount: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_expire: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    qr_code_timeout_express: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seller_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terminal_id: Option<&'a str>,
    #[serde(flatten)]
    sources: Fields,
}

impl Alipay {
    /// The signed request for a code that the customer scans, to be sent by POST. No money moves
    /// by it, but an order may be made: it leaves once, like every other ask that makes one.
    pub fn precreate_request(&self, ask: &CodeAsk, now: Stamp) -> Request {
        let ask = CodeAsk {
            sources: self.sources(&ask.sources),
            ..ask.clone()
        };
        let content = content(&ask, self.account.seller_id.as_deref(), now);
        self.signed(PRECREATE, &content, now)
    }

    /// What a reply to it means.
    pub fn precreate_outcome(
        &self,
        ask: &CodeAsk,
        reply: &Result<Reply, WireFault>,
    ) -> CodeOutcome {
        match self.read(reply, PRECREATE) {
            Ok(answer) => outcome(&answer, &self.expect(&ask.order, ask.amount)),
            Err(doubt) => CodeOutcome::Unknown(doubt),
        }
    }
}

fn content(ask: &CodeAsk, seller_id: Option<&str>, now: Stamp) -> String {
    let terminal = terminal(&ask.device);
    let (until, minutes) = match ask.life {
        CodeLife::Within(ms) => (Some(now.plus_ms(ms).beijing()), None),
        CodeLife::Minutes(count) => (None, Some(format!("{}m", count.clamp(1, MINUTES_MAX)))),
    };
    let content = Content {
        out_trade_no: ask.order.as_str(),
        product_code: match ask.product {
            CodeProduct::InPerson => "FACE_TO_FACE_PAYMENT",
            CodeProduct::OrderCode => "QR_CODE_OFFLINE",
        },
        subject: &subject(&ask.subject, ask.order.as_str()),
        total_amount: &ask.amount.yuan(),
        time_expire: until,
        qr_code_timeout_express: minutes,
        seller_id,
        terminal_id: (!terminal.is_empty()).then_some(terminal.as_str()),
        sources: ask.sources.fields(),
    };
    serde_json::to_string(&content).expect("invariant: texts become JSON")
}

pub(super) fn outcome(answer: &Answer, expect: &Expect<'_>) -> CodeOutcome {
    if answer.is_foreign(expect) {
        return CodeOutcome::Unknown(Doubt::Mismatch);
    }
    match answer.code() {
        "10000" if !answer.names(expect) => CodeOutcome::Unknown(Doubt::Mismatch),
        "10000" => match answer.text("qr_code").filter(|text| is_showable(text)) {
            Some(text) => CodeOutcome::Shown(text.to_owned()),
            None => CodeOutcome::Unknown(Doubt::Garbled),
        },
        code => match codes::precreate_class(code, answer.sub_code()) {
            Class::Refused(_) if code == "40004" && !answer.names(expect) => {
                CodeOutcome::Unknown(Doubt::Unclear)
            }
            Class::Refused(cause) => CodeOutcome::Refused(answer.refusal(cause)),
            Class::Busy => CodeOutcome::Unknown(Doubt::Busy),
            Class::Unclear => CodeOutcome::Unknown(Doubt::Unclear),
        },
    }
}

#[cfg(test)]
mod tests;
