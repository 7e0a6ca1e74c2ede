//! `alipay.data.bill.balance.query`: how much money stands on the shop's account.

use ledger::Doubt;
use money::Stamp;
use serde::Serialize;

use crate::alipay::answer::{Answer, Denied};
use crate::alipay::codes;
use crate::alipay::{Alipay, BALANCE, fen};
use crate::message::{Reply, Request, WireFault};

/// The account's money in fen. An account can be overdrawn, and can hold more than one payment may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Everything on it.
    pub total_fen: i64,
    /// What can be used, e.g. for refunds.
    pub available_fen: i64,
    /// What is held back.
    pub frozen_fen: i64,
}

#[derive(Serialize)]
struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    bill_user_id: Option<&'a str>,
}

impl Alipay {
    /// The signed request for the balance of the account, to be sent by POST.
    pub fn balance_request(&self, now: Stamp) -> Request {
        let content = content(self.account.seller_id.as_deref());
        self.signed(BALANCE, &content, now)
    }

    /// What a reply to it says.
    ///
    /// # Errors
    /// [`Denied`] with Alipay's cause, or with the doubt.
    pub fn balance_outcome(&self, reply: &Result<Reply, WireFault>) -> Result<Balance, Denied> {
        self.read(reply, BALANCE)
            .map_err(Denied::Unknown)
            .and_then(|answer| balance(&answer))
    }
}

fn content(seller_id: Option<&str>) -> String {
    let content = Content {
        bill_user_id: seller_id,
    };
    serde_json::to_string(&content).expect("invariant: texts become JSON")
}

fn balance(answer: &Answer) -> Result<Balance, Denied> {
    if answer.code() != "10000" {
        return Err(answer.denied(&codes::BALANCE_SUB_CODES));
    }
    let sum = |name: &str| {
        let text = answer.text(name).ok_or(Denied::Unknown(Doubt::Garbled))?;
        fen::read(text).ok_or(Denied::Unknown(Doubt::Garbled))
    };
    Ok(Balance {
        total_fen: sum("total_amount")?,
        available_fen: sum("available_amount")?,
        frozen_fen: sum("freeze_amount")?,
    })
}

#[cfg(test)]
mod tests {
    //! What the answers to the question for the balance mean.

    use ledger::{Cause, Doubt};

    use super::Denied;
    use crate::alipay::BALANCE;
    use crate::alipay::tests::{by_key, signed_reply};
    use crate::message::WireFault;

    fn denied(node: &str) -> Denied {
        let outcome = by_key().balance_outcome(&signed_reply(BALANCE, node));
        outcome.expect_err("no balance")
    }

    #[test]
    fn a_balance_that_is_not_whole_is_garbled() {
        let whole =
            r#"{"code":"10000","total_amount":"1","available_amount":"1","freeze_amount":"1"}"#;
        for name in ["total_amount", "available_amount", "freeze_amount"] {
            let garbled = Denied::Unknown(Doubt::Garbled);
            assert_eq!(denied(&whole.replace(name, "x")), garbled, "{name}");
            let odd = whole.replace(&format!("{name}\":\"1"), &format!("{name}\":\"1.234"));
            assert_eq!(denied(&odd), garbled, "{name}");
        }
    }

    #[test]
    fn a_refusal_names_its_cause_and_trouble_is_unknown() {
        for (sub_code, cause) in [
            ("INVALID_PARAMETER", Cause::Request),
            ("ACQ.NO_PERMISSION", Cause::Setup),
            ("ALIPAY_ACCOUNT_NOT_EXIST", Cause::Setup),
        ] {
            let node = format!(r#"{{"code":"40004","sub_code":"{sub_code}"}}"#);
            let is_right = matches!(denied(&node), Denied::Refused(one) if one.cause == cause);
            assert!(is_right, "{sub_code}");
        }
        let busy = denied(r#"{"code":"40004","sub_code":"SYSTEM_ERROR"}"#);
        assert_eq!(busy, Denied::Unknown(Doubt::Busy));
        let odd = denied(r#"{"code":"40004","sub_code":"BRAND_NEW"}"#);
        assert_eq!(odd, Denied::Unknown(Doubt::Unclear));
        let lost = by_key().balance_outcome(&Err(WireFault::Lost));
        assert_eq!(lost, Err(Denied::Unknown(Doubt::Lost)));
    }
}
