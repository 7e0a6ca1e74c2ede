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
