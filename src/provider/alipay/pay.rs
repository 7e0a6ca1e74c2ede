//! `alipay.trade.pay`: takes money from the wallet that showed its code.

use ledger::{Doubt, Outcome};
use serde::Serialize;

use crate::alipay::answer::{Answer, Expect};
use crate::alipay::codes::{self, Class};
use crate::alipay::sources::Fields;
use crate::ask::PayAsk;

/// Longest subject.
const SUBJECT_LETTERS_MAX: usize = 256;
/// Longest till name.
const TERMINAL_LETTERS_MAX: usize = 32;
/// How long Alipay lets the customer confirm. Our own plan reverses well before; the documents
/// advise at least five minutes.
const TIMEOUT: &str = "5m";

/// Field names are Alipay's.
#[derive(Serialize)]
struct Content<'a> {
    out_trade_no: &'a str,
    scene: &'a str,
    auth_code: &'a str,
    product_code: &'a str,
    subject: &'a str,
    total_amount: &'a str,
    timeout_express: &'a str,
    query_options: [&'a str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    seller_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terminal_id: Option<&'a str>,
    #[serde(flatten)]
    sources: Fields,
}

pub(super) fn content(ask: &PayAsk, seller_id: Option<&str>) -> String {
    #[cfg(feature = "planted")]
    let ask = &rounded_up(ask);
    let terminal = terminal(&ask.device);
    let content = Content {
        out_trade_no: ask.order.as_str(),
        scene: "bar_code",
        auth_code: ask.code.expose(),
        product_code: "FACE_TO_FACE_PAYMENT",
        subject: &subject(&ask.subject, ask.order.as_str()),
        total_amount: &ask.amount.yuan(),
        timeout_express: TIMEOUT,
        query_options: ["fund_bill_list"],
        seller_id,
        terminal_id: (!terminal.is_empty()).then_some(terminal.as_str()),
        sources: ask.sources.fields(),
    };
    serde_json::to_string(&content).expect("invariant: texts become JSON")
}

pub(super) fn outcome(answer: &Answer, expect: &Expect<'_>) -> Outcome {
    if answer.is_foreign(expect) {
        return Outcome::Unknown(Doubt::Mismatch);
    }
    match answer.code() {
        "10000" if is_asynchronous(answer) => Outcome::Unknown(Doubt::Unclear),
        "10000" if !is_success_of_pay(answer) => Outcome::Unknown(Doubt::Unclear),
        "10000" => answer.paid(expect, "gmt_payment"),
        "10003" if answer.names(expect) => Outcome::Waiting,
        code => match codes::class(code, answer.sub_code()) {
            // A refused payment names its order: without the name it may be another's.
            Class::Refused(_) if code == "40004" && !answer.names(expect) => {
                Outcome::Unknown(Doubt::Unclear)
            }
            Class::Refused(cause) => Outcome::Refused(answer.refusal(cause)),
            Class::Busy => Outcome::Unknown(Doubt::Busy),
            Class::Unclear => Outcome::Unknown(Doubt::Unclear),
        },
    }
}

/// The node's name is not signed, so the answer itself must be one to `pay`: it says when it was
/// paid, and has no `trade_status`, which only a query answers.
fn is_success_of_pay(answer: &Answer) -> bool {
    answer.text("gmt_payment").is_some() && answer.text("trade_status").is_none()
}

/// A success of an asynchronous product only says that the order was accepted. We never ask for
/// one; should it come, a query decides.
fn is_asynchronous(answer: &Answer) -> bool {
    answer
        .text("async_payment_mode")
        .is_some_and(|mode| mode == "ASYNC_DELAY_PAY")
}

/// The defect of a sum in whole yuan.
#[cfg(feature = "planted")]
fn rounded_up(ask: &PayAsk) -> PayAsk {
    let is_planted = ledger::planted::is(ledger::planted::Bug::SumRoundedUp);
    let fen = (ask.amount.fen() + 99) / 100 * 100;
    let whole = money::Amount::from_fen(fen).unwrap_or(ask.amount);
    PayAsk {
        amount: if is_planted { whole } else { ask.amount },
        ..ask.clone()
    }
}

/// What the customer reads. Alipay refuses `/`, `=` and `&`, and an empty subject.
pub(super) fn subject(text: &str, instead: &str) -> String {
    let plain: String = text
        .chars()
        .map(|one| {
            let is_refused = matches!(one, '/' | '=' | '&') || one.is_control();
            if is_refused { ' ' } else { one }
        })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let subject: String = words.join(" ").chars().take(SUBJECT_LETTERS_MAX).collect();
    if subject.is_empty() {
        instead.to_owned()
    } else {
        subject
    }
}

/// A till's name in plain letters, as a terminal number must be.
pub(super) fn terminal(device: &str) -> String {
    device
        .chars()
        .filter(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_'))
        .take(TERMINAL_LETTERS_MAX)
        .collect()
}

#[cfg(test)]
mod tests;
