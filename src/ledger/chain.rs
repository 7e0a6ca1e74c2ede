//! Canonical bytes of an event, and the hash chain over all of them.
//!
//! Every field is written with its length, so that no two events share their bytes; each link
//! covers the one before it, so that a changed, dropped or moved event breaks every later link.

use money::{Provider, Stamp};
use sha2::{Digest, Sha256};

use crate::event::{Event, Fact, Way};
use crate::outcome::{PaidFacts, Refusal};

#[cfg(test)]
mod tests;

/// A link of the chain: SHA-256.
pub type ChainHash = [u8; 32];

/// The link for `event` behind `before` (32 zero bytes at the beginning).
pub fn link(before: &ChainHash, event: &Event) -> ChainHash {
    let mut digest = Sha256::new();
    digest.update(before);
    digest.update(canonical(event));
    digest.finalize().into()
}

/// Ties an idempotency key, and what was asked under it, to the event that it was bound with, whose
/// link is `link`.
pub fn bond(link: &ChainHash, key: &str, fingerprint: &[u8; 32]) -> ChainHash {
    let mut digest = Sha256::new();
    digest.update(b"key");
    digest.update(link);
    // The fingerprint's length is fixed, so no two pairs share their bytes.
    digest.update(fingerprint);
    digest.update(key);
    digest.finalize().into()
}

/// The bytes that stand for an event, the same on every machine and in every version.
pub fn canonical(event: &Event) -> Vec<u8> {
    let mut out = Line::default();
    out.text(event.charge.as_str());
    out.number(i64::from(event.revision));
    out.number(event.at.ms());
    out.text(event.fact.as_str());
    write_fact(&mut out, &event.fact);
    out.0
}

fn write_fact(out: &mut Line, fact: &Fact) {
    match fact {
        Fact::Opened(opened) => {
            out.text(&opened.sale);
            out.number(opened.amount.fen());
            out.text(Provider::as_str(opened.provider));
            out.text(&opened.device);
            // What came later is written where it is not as it always was, each behind its name.
            if opened.way == Way::Shown {
                out.text("way");
                out.text(opened.way.as_str());
            }
            if let Some(plan) = opened.instalments {
                out.text("instalments");
                out.number(i64::from(plan.months.count()));
                out.text(plan.fee_on.as_str());
            }
            if let Some(goods) = &opened.goods {
                out.text("goods");
                out.text(goods);
            }
        }
        Fact::Sent | Fact::Waiting => {}
        Fact::Shown { code } => out.text(code),
        Fact::Doubted(doubt) => out.text(doubt.as_str()),
        Fact::Paid(facts) | Fact::PaidWhileReversing(facts) => write_paid(out, facts),
        Fact::Refused(refusal) => write_refusal(out, refusal),
        Fact::ReverseBegun(why) => out.text(why.as_str()),
        Fact::Reversed(end) => out.text(end.as_str()),
        Fact::RefundAsked {
            no,
            amount,
            reason,
            by,
        } => {
            out.text(&no.to_string());
            out.number(amount.fen());
            out.text(reason);
            out.text(by);
        }
        Fact::RefundGiven { no, at } => {
            out.text(&no.to_string());
            out.number(at.map_or(i64::MIN, Stamp::ms));
        }
        Fact::ReturnBegun { no, refusal } | Fact::RefundRefused { no, refusal } => {
            out.text(&no.to_string());
            write_refusal(out, refusal);
        }
        Fact::RefundDoubted { no, doubt } => {
            out.text(&no.to_string());
            out.text(doubt.as_str());
        }
    }
}

fn write_refusal(out: &mut Line, refusal: &Refusal) {
    out.text(refusal.cause.as_str());
    out.text(&refusal.code);
    out.text(&refusal.text);
}

fn write_paid(out: &mut Line, facts: &PaidFacts) {
    out.text(facts.order.as_str());
    out.text(&facts.provider_no);
    out.number(facts.amount.fen());
    out.number(i64::try_from(facts.funding.len()).unwrap_or(i64::MAX));
    for part in &facts.funding {
        out.text(&part.channel);
        out.number(part.amount.fen());
    }
    out.optional(facts.payer.as_deref());
    out.number(facts.paid_at.map_or(i64::MIN, Stamp::ms));
    if let Some(months) = facts.months {
        out.text("months");
        out.number(i64::from(months));
    }
}

/// Bytes that are being written, each field behind its length.
#[derive(Default)]
struct Line(Vec<u8>);

impl Line {
    fn text(&mut self, text: &str) {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn optional(&mut self, text: Option<&str>) {
        self.0.push(u8::from(text.is_some()));
        self.text(text.unwrap_or_default());
    }

    fn number(&mut self, number: i64) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }
}
