//! Asynchronous notices: Alipay posts a signed form when an order changes.
//!
//! Anybody can post to an address on the internet, so nothing of a notice is read before its
//! signature fits; and a signed one can be sent again or to another shop, so it must name our app,
//! our account and an order of ours. What it says is then weighed like any other answer.

mod form;

use ledger::{Funding, GivenSum, Outcome, PaidFacts, RefundOutcome};
use money::{Amount, ChargeId, OrderNo, RefundNo, Stamp};
use serde_json::Value;

use crate::alipay::{Alipay, Trust};

/// The body that Alipay wants back, exactly; anything else makes it send the notice again.
pub const NOTICE_TAKEN: &str = "success";
/// The only kind of notice that tells about an order.
const ORDER_NOTICE: &str = "trade_status_sync";
/// Longest number of a notice that is kept.
const ID_LETTERS_MAX: usize = 128;
/// The letters of a time to the second.
const SECONDS: usize = 19;

/// What a verified notice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The order, in the shape of our numbers; whether we have it, the store knows.
    pub order: OrderNo,
    /// The order's whole sum, to be compared with ours.
    pub amount: Amount,
    /// What became of the order. A partly refunded order is still a paid one.
    pub outcome: Outcome,
    /// Alipay's number of this notice: the same each time it is sent again.
    pub notify_id: String,
    /// Money that went back, when the notice tells of a refund.
    pub refund: Option<RefundTold>,
}

/// What a notice says about money that went back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundTold {
    /// The refund's number as it was asked for; a reverse has none.
    pub no: Option<String>,
    /// Everything of this order that went back so far.
    pub total: Amount,
    /// When it went back.
    pub at: Option<Stamp>,
}

impl RefundTold {
    /// The refund's number when it is one of ours.
    pub fn number(&self) -> Option<RefundNo> {
        RefundNo::parse(self.no.as_deref()?).ok()
    }

    /// What it means for that refund. A late notice can tell an earlier total: whoever hears it
    /// compares.
    pub const fn outcome(&self) -> RefundOutcome {
        RefundOutcome::Given {
            sum: GivenSum::Total(self.total),
            at: self.at,
        }
    }
}

impl Notice {
    /// Whether it tells of a refund.
    pub const fn is_refund(&self) -> bool {
        self.refund.is_some()
    }
}

/// Why a notice is refused: it changes nothing, and is answered with anything but [`NOTICE_TAKEN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// More bytes or parameters than a notice has.
    #[error("the notice is longer than any that Alipay sends; it was not read")]
    TooLong,
    /// Not `name=value` pairs, an escape that is none, a name twice.
    #[error("the notice is not a proper form; somebody else than Alipay may have sent it")]
    NotAForm,
    /// Text in another charset.
    #[error("the notice is not UTF-8; Alipay answers in the charset of the request, ours is utf-8")]
    NotUtf8,
    /// No signature in it.
    #[error("the notice is not signed; somebody else than Alipay may have sent it")]
    Unsigned,
    /// Signed in another way than RSA2.
    #[error("the notice is not signed by RSA2; choose RSA2 for the app in Alipay's console")]
    SignType,
    /// The signature does not fit.
    #[error("the notice is not signed by Alipay's key; compare the key in the settings")]
    Unverified,
    /// Signed under another certificate of Alipay's than ours.
    #[error("the notice names another certificate; fetch Alipay's present certificate")]
    Certificate,
    /// For another app.
    #[error("the notice is for another app; give each app its own notify address")]
    OtherApp,
    /// For another receiving account.
    #[error("the notice is for another receiving account; compare the account in the settings")]
    OtherSeller,
    /// Not about an order.
    #[error("the notice is not about an order; only trade_status_sync is taken here")]
    OtherKind,
    /// No number of its own, by which a repetition is known.
    #[error("the notice has no number of its own; it cannot be told from a repetition")]
    NoId,
    /// The order's number is not in the shape of ours.
    #[error("the notice is about an order that this installation never made")]
    OtherOrder,
    /// A sum is missing or not in yuan with two decimals.
    #[error("a sum in the notice is not in yuan with two decimals; ask Alipay by a query")]
    BadAmount,
    /// Paid, but without Alipay's number of the order.
    #[error("the notice has no number of Alipay's for the order; ask Alipay by a query")]
    NoTradeNo,
    /// A state that the documents do not name.
    #[error("the notice names an unknown state of the order; ask Alipay by a query")]
    Status,
}

impl Alipay {
    /// What a notice's body says, once its signature fits. Reading it twice gives the same: who
    /// takes it must know repetitions by `notify_id`, or not mind them.
    ///
    /// # Errors
    /// A [`Distrust`]; nothing may be changed then.
    pub fn notice(&self, body: &[u8]) -> Result<Notice, Distrust> {
        let mut params = form::read(body)?;
        self.verify(&mut params)?;
        let said = Said(params);
        let is_ours = said.text("app_id") == Some(self.account.app_id.as_str());
        #[cfg(feature = "planted")]
        let is_ours = is_ours || ledger::planted::is(ledger::planted::Bug::NoticeOfOtherApp);
        if !is_ours {
            return Err(Distrust::OtherApp);
        }
        if let Some(ours) = self.account.seller_id.as_deref()
            && said.text("seller_id") != Some(ours)
        {
            return Err(Distrust::OtherSeller);
        }
        if said.text("notify_type") != Some(ORDER_NOTICE) {
            return Err(Distrust::OtherKind);
        }
        said.notice()
    }

    /// The signature covers every parameter but `sign` and `sign_type`, sorted by name, decoded,
    /// empty ones included. In a request `sign_type` is covered: here it is not.
    fn verify(&self, params: &mut Vec<(String, String)>) -> Result<(), Distrust> {
        let sign = take(params, "sign").ok_or(Distrust::Unsigned)?;
        if take(params, "sign_type").as_deref() != Some("RSA2") {
            return Err(Distrust::SignType);
        }
        params.sort();
        let pairs: Vec<String> = params
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let key = match &self.account.trust {
            Trust::Key(key) => key,
            Trust::Cert(set) => &set.alipay_key,
        };
        let is_signed = key.verify(pairs.join("&").as_bytes(), &sign);
        #[cfg(feature = "planted")]
        let is_signed = is_signed || ledger::planted::is(ledger::planted::Bug::NoticeUnverified);
        if !is_signed {
            return Err(Distrust::Unverified);
        }
        let named = params.iter().find(|(name, _)| name == "alipay_cert_sn");
        match (&self.account.trust, named) {
            (Trust::Cert(set), Some((_, sn))) if *sn != set.alipay_cert_sn => {
                Err(Distrust::Certificate)
            }
            (Trust::Cert(_) | Trust::Key(_), _) => Ok(()),
        }
    }
}

fn take(params: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let place = params.iter().position(|(known, _)| known == name)?;
    Some(params.remove(place).1)
}

/// The verified parameters.
struct Said(Vec<(String, String)>);

impl Said {
    /// A parameter's text; a missing and an empty one are both `None`.
    fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|text| !text.is_empty())
    }

    fn stamp(&self, name: &str) -> Option<Stamp> {
        self.text(name).and_then(Stamp::from_beijing)
    }

    /// A sum in yuan with exactly two decimals and nothing around it.
    fn amount(&self, name: &str) -> Result<Amount, Distrust> {
        let text = self.text(name).ok_or(Distrust::BadAmount)?;
        Amount::from_yuan(text)
            .ok()
            .filter(|amount| amount.yuan() == text)
            .ok_or(Distrust::BadAmount)
    }

    fn notice(&self) -> Result<Notice, Distrust> {
        let notify_id = self
            .text("notify_id")
            .filter(|id| id.len() <= ID_LETTERS_MAX)
            .ok_or(Distrust::NoId)?;
        let order = self.order().ok_or(Distrust::OtherOrder)?;
        let amount = self.amount("total_amount")?;
        let refund = self.refund()?;
        let outcome = match self.text("trade_status") {
            Some("TRADE_SUCCESS" | "TRADE_FINISHED") => self.paid(&order, amount)?,
            Some("WAIT_BUYER_PAY") => Outcome::Waiting,
            Some("TRADE_CLOSED") => Outcome::Closed {
                is_given_back: refund.is_some() || self.has_been_paid(),
            },
            _ => return Err(Distrust::Status),
        };
        Ok(Notice {
            order,
            amount,
            outcome,
            notify_id: notify_id.to_owned(),
            refund,
        })
    }

    /// A number in the shape of ours: other programs of the same merchant have other shapes.
    fn order(&self) -> Option<OrderNo> {
        let text = self.text("out_trade_no")?;
        ChargeId::parse(text.strip_prefix('S')?).ok()?;
        OrderNo::parse(text).ok()
    }

    fn paid(&self, order: &OrderNo, amount: Amount) -> Result<Outcome, Distrust> {
        if amount == Amount::ZERO {
            return Err(Distrust::BadAmount);
        }
        Ok(Outcome::Paid(PaidFacts {
            order: order.clone(),
            provider_no: self.text("trade_no").ok_or(Distrust::NoTradeNo)?.to_owned(),
            amount,
            funding: self.funding(),
            payer: self.text("buyer_logon_id").map(str::to_owned),
            paid_at: self.stamp("gmt_payment"),
            months: None,
        }))
    }

    fn has_been_paid(&self) -> bool {
        self.text("gmt_payment").is_some() || !self.funding().is_empty()
    }

    /// A refund's number, its time or a sum that went back make a notice one about a refund; then
    /// the sum must be readable.
    fn refund(&self) -> Result<Option<RefundTold>, Distrust> {
        let no = self.text("out_biz_no");
        let when = self.text("gmt_refund");
        let is_told = no.is_some() || when.is_some();
        if !is_told && self.text("refund_fee").is_none() {
            return Ok(None);
        }
        let total = self.amount("refund_fee")?;
        if !is_told && total == Amount::ZERO {
            return Ok(None);
        }
        Ok(Some(RefundTold {
            no: no.map(str::to_owned),
            total,
            // The time of a refund may carry parts of a second.
            at: when.and_then(|text| Stamp::from_beijing(text.get(..SECONDS)?)),
        }))
    }

    /// Where the money came from: in a notice it is JSON inside a parameter, with other names than
    /// in an answer. An entry that cannot be read is left out: the sum that counts is the total.
    fn funding(&self) -> Vec<Funding> {
        let text = self.text("fund_bill_list").unwrap_or("[]");
        let bills: Vec<Value> = serde_json::from_str(text).unwrap_or_default();
        bills.iter().filter_map(funding_of).collect()
    }
}

fn funding_of(bill: &Value) -> Option<Funding> {
    let channel = bill.get("fundChannel").or_else(|| bill.get("fund_channel"));
    Some(Funding {
        channel: channel?.as_str()?.to_owned(),
        amount: Amount::from_yuan(bill.get("amount")?.as_str()?).ok()?,
    })
}

#[cfg(test)]
mod tests;
