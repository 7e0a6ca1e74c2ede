//! A verified answer: the node's words, read only after the signature fits its raw bytes.

use ledger::{Cause, Doubt, Funding, Outcome, PaidFacts, Refusal};
use money::{Amount, OrderNo, Stamp};
use serde_json::{Map, Value};

use crate::alipay::Trust;
use crate::alipay::codes::{self, Class};
use crate::alipay::envelope;
use crate::message::{Reply, WireFault};

/// What we ask for and what is ours.
const CURRENCY: &str = "CNY";
/// The gateway answers everything, also refusals, with this status.
const STATUS_OK: u16 = 200;
/// Longest sentence of the provider that is kept.
const TEXT_LETTERS_MAX: usize = 200;
/// A payment code has at least so many digits; a run this long is never kept.
const CODE_DIGITS_MIN: usize = 16;

/// Why a question that is not about an order has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Alipay says no, with its cause.
    Refused(Refusal),
    /// Nothing can be concluded; ask again.
    Unknown(Doubt),
}

/// What an answer must repeat to be about our order.
pub(super) struct Expect<'a> {
    pub(super) order: &'a OrderNo,
    pub(super) amount: Amount,
    pub(super) seller_id: Option<&'a str>,
}

/// A verified answer.
pub(super) struct Answer {
    node: Map<String, Value>,
}

/// Verifies a reply and reads its node.
pub(super) fn read(
    reply: &Result<Reply, WireFault>,
    method: &str,
    trust: &Trust,
) -> Result<Answer, Doubt> {
    let reply = match reply {
        Ok(reply) => reply,
        Err(WireFault::Unreachable) => return Err(Doubt::Unreachable),
        Err(WireFault::Lost) => return Err(Doubt::Lost),
    };
    if reply.status != STATUS_OK {
        return Err(Doubt::Garbled);
    }
    let envelope =
        envelope::open(&reply.body, &envelope::node_name(method)).ok_or(Doubt::Garbled)?;
    #[cfg(feature = "planted")]
    if envelope.sign.is_none() && ledger::planted::is(ledger::planted::Bug::UnsignedBelieved) {
        let node = serde_json::from_slice(envelope.node).map_err(|_| Doubt::Garbled)?;
        return Ok(Answer { node });
    }
    let sign = envelope.sign.ok_or(Doubt::Unverified)?;
    let key = match trust {
        Trust::Key(key) => key,
        Trust::Cert(set) => {
            if envelope.cert_sn.as_deref() != Some(set.alipay_cert_sn.as_str()) {
                return Err(Doubt::Unverified);
            }
            &set.alipay_key
        }
    };
    if !key.verify(envelope.node, &sign) {
        return Err(Doubt::Unverified);
    }
    let node = serde_json::from_slice(envelope.node).map_err(|_| Doubt::Garbled)?;
    Ok(Answer { node })
}

/// What a failure says of itself, believed or not. `None` for anything but a failure.
pub(super) fn complaint(reply: &Reply, method: &str) -> Option<String> {
    let envelope = envelope::open(&reply.body, &envelope::node_name(method))?;
    let node = serde_json::from_slice(envelope.node).ok()?;
    let answer = Answer { node };
    let code = match answer.code() {
        "" | "10000" | "10003" => return None,
        code => code,
    };
    let text = answer.text("sub_msg").or_else(|| answer.text("msg"));
    let parts = [code, answer.sub_code(), text.unwrap_or_default()];
    Some(without_codes(&parts.join(" ")))
}

impl Answer {
    /// A field's text; a missing field, an empty text and another kind of value are all `None`.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.node
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    }

    /// The gateway's code, e.g. `10000`.
    pub(super) fn code(&self) -> &str {
        self.text("code").unwrap_or_default()
    }

    /// The business code, e.g. `ACQ.TRADE_NOT_EXIST`.
    pub(super) fn sub_code(&self) -> &str {
        self.text("sub_code").unwrap_or_default()
    }

    /// Whether the answer names an order (or a seller) that is not ours. Signed answers can be
    /// replayed, so one that names another order proves nothing about this one.
    pub(super) fn is_foreign(&self, expect: &Expect<'_>) -> bool {
        #[cfg(feature = "planted")]
        if ledger::planted::is(ledger::planted::Bug::OtherOrdersAnswer) {
            return false;
        }
        let is_other_order = self
            .text("out_trade_no")
            .is_some_and(|order| order != expect.order.as_str());
        let is_other_seller = match (self.text("seller_id"), expect.seller_id) {
            (Some(theirs), Some(ours)) => theirs != ours,
            _ => false,
        };
        is_other_order || is_other_seller
    }

    /// Whether the answer names our order.
    pub(super) fn names(&self, expect: &Expect<'_>) -> bool {
        #[cfg(feature = "planted")]
        if ledger::planted::is(ledger::planted::Bug::OtherOrdersAnswer) {
            return true;
        }
        self.text("out_trade_no") == Some(expect.order.as_str())
    }

    /// Whether its sums are in another currency than ours. It is named where an order can be in
    /// another one; the totals are in that one then.
    pub(super) fn is_other_currency(&self) -> bool {
        #[cfg(feature = "planted")]
        if ledger::planted::is(ledger::planted::Bug::CurrencyUnchecked) {
            return false;
        }
        ["trans_currency", "refund_currency"]
            .iter()
            .filter_map(|name| self.text(name))
            .any(|currency| currency != CURRENCY)
    }

    /// A success: paid when order and sum are ours. `time_field` says when the money was taken.
    pub(super) fn paid(&self, expect: &Expect<'_>, time_field: &str) -> Outcome {
        let total = self
            .text("total_amount")
            .and_then(|yuan| Amount::from_yuan(yuan).ok());
        let (Some(amount), Some(provider_no)) = (total, self.text("trade_no")) else {
            return Outcome::Unknown(Doubt::Garbled);
        };
        #[cfg(feature = "planted")]
        let amount = if ledger::planted::is(ledger::planted::Bug::SumUnchecked) {
            expect.amount
        } else {
            amount
        };
        if !self.names(expect) || amount != expect.amount || self.is_other_currency() {
            return Outcome::Unknown(Doubt::Mismatch);
        }
        Outcome::Paid(PaidFacts {
            order: expect.order.clone(),
            provider_no: provider_no.to_owned(),
            amount,
            funding: self.funding(),
            payer: self.text("buyer_logon_id").map(str::to_owned),
            paid_at: self.text(time_field).and_then(Stamp::from_beijing),
            months: self.months(),
        })
    }

    /// The number of instalments, which only a query tells, and only where the contract says so.
    fn months(&self) -> Option<u8> {
        let plan = self.node.get("hb_fq_pay_info")?;
        plan.get("user_install_num")?.as_str()?.parse().ok()
    }

    /// A refusal with the provider's words.
    pub(super) fn refusal(&self, cause: Cause) -> Refusal {
        let code = self.text("sub_code").unwrap_or_else(|| self.code());
        let text = self
            .text("sub_msg")
            .or_else(|| self.text("msg"))
            .unwrap_or_default();
        Refusal {
            cause,
            code: without_codes(code),
            text: without_codes(text),
        }
    }

    /// A failed question that is not about an order, by the method's table of business codes.
    pub(super) fn denied(&self, table: &[(&str, Class)]) -> Denied {
        match codes::class_in(table, self.code(), self.sub_code()) {
            Class::Refused(cause) => Denied::Refused(self.refusal(cause)),
            Class::Busy => Denied::Unknown(Doubt::Busy),
            Class::Unclear => Denied::Unknown(Doubt::Unclear),
        }
    }

    /// What every failed question or reverse has in common: nothing is known.
    pub(super) fn failed(&self) -> Outcome {
        let class = codes::class(self.code(), self.sub_code());
        Outcome::Unknown(match class {
            Class::Busy => Doubt::Busy,
            Class::Unclear | Class::Refused(_) => Doubt::Unclear,
        })
    }

    /// Where the money came from. An entry that cannot be read is left out: the sum that counts is
    /// the total.
    pub(super) fn funding(&self) -> Vec<Funding> {
        let bills = self.node.get("fund_bill_list").and_then(Value::as_array);
        bills.into_iter().flatten().filter_map(funding_of).collect()
    }
}

fn funding_of(bill: &Value) -> Option<Funding> {
    let channel = bill.get("fund_channel")?.as_str()?;
    let amount = bill.get("amount")?.as_str()?;
    Some(Funding {
        channel: channel.to_owned(),
        amount: Amount::from_yuan(amount).ok()?,
    })
}

/// The provider's words without anything as long as a payment code (a refused signature quotes the
/// whole request, code included), and not longer than a sentence.
fn without_codes(text: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for one in text.chars() {
        if one.is_ascii_digit() {
            digits.push(one);
        } else {
            flush(&mut out, &mut digits);
            out.push(one);
        }
    }
    flush(&mut out, &mut digits);
    out.chars().take(TEXT_LETTERS_MAX).collect()
}

fn flush(out: &mut String, digits: &mut String) {
    if digits.len() < CODE_DIGITS_MIN {
        out.push_str(digits);
    } else {
        out.push('…');
    }
    digits.clear();
}
