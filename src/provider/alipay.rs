//! Alipay's language, version 2 of its gateway: in-person payment by the customer's code.
//!
//! A request's parameters are signed over their sorted text; an answer is believed only after its
//! signature fits the raw bytes of its node. An answer without a fitting signature proves nothing,
//! whatever it says.

pub mod balance;
pub mod bill;
pub mod codes;
pub mod envelope;
pub mod notice;
pub mod params;
pub mod precreate;
pub mod sources;

mod answer;
mod cancel;
mod close;
mod fen;
mod pay;
mod query;
mod refund;

use ledger::{AskKind, Doubt, Outcome, RefundOutcome};
use money::{Amount, OrderNo, Stamp};

pub use answer::Denied;
pub use params::{parse_form, text_to_sign, write_form};

use crate::alipay::answer::{Answer, Expect};
use crate::alipay::sources::{Disabled, Sources};
use crate::ask::{Ask, PayAsk};
use crate::message::{Reply, Request, WireFault};
use crate::sign::{PrivateKey, PublicKey};

/// Alipay's gateway for real money.
pub const GATEWAY: &str = "https://openapi.alipay.com/gateway.do";
/// Takes money from the customer's code.
pub const PAY: &str = "alipay.trade.pay";
/// Tells what became of an order.
pub const QUERY: &str = "alipay.trade.query";
/// Makes an order impossible, or gives its money back.
pub const CANCEL: &str = "alipay.trade.cancel";
/// Gives money of a paid order back, in part or whole.
pub const REFUND: &str = "alipay.trade.refund";
/// Tells what became of a refund.
pub const REFUND_QUERY: &str = "alipay.trade.fastpay.refund.query";
/// Makes an order with a code that the customer scans.
pub const PRECREATE: &str = "alipay.trade.precreate";
/// Closes an order that nobody has paid.
pub const CLOSE: &str = "alipay.trade.close";
/// Tells from where a bill can be fetched.
pub const BILL: &str = "alipay.data.dataservice.bill.downloadurl.query";
/// Tells how much money stands on the account.
pub const BALANCE: &str = "alipay.data.bill.balance.query";

const FORM: &str = "application/x-www-form-urlencoded;charset=utf-8";

/// What an owner has at Alipay.
#[derive(Clone, Debug)]
pub struct Account {
    /// The gateway's address, e.g. [`GATEWAY`].
    pub gateway: String,
    /// The app's number, 16 digits.
    pub app_id: String,
    /// Signs our requests.
    pub private_key: PrivateKey,
    /// Verifies Alipay's answers.
    pub trust: Trust,
    /// The receiving account, `2088...`; when set it is asked for and checked.
    pub seller_id: Option<String>,
}

/// By what Alipay's answers are verified: an app has one of the two modes at a time.
#[derive(Clone, Debug)]
pub enum Trust {
    /// The Alipay public key of this app.
    Key(PublicKey),
    /// Certificates.
    Cert(CertSet),
}

/// Certificate mode: three numbers and the key out of Alipay's certificate.
#[derive(Clone, Debug)]
pub struct CertSet {
    /// The number of `appCertPublicKey_<app id>.crt`.
    pub app_cert_sn: String,
    /// The number of `alipayRootCert.crt`.
    pub root_cert_sn: String,
    /// The number of `alipayCertPublicKey_RSA2.crt`; answers must name it.
    pub alipay_cert_sn: String,
    /// The key inside `alipayCertPublicKey_RSA2.crt`.
    pub alipay_key: PublicKey,
}

/// Speaks for one account.
#[derive(Clone, Debug)]
pub struct Alipay {
    account: Account,
    notify_url: Option<String>,
    disabled: Disabled,
}

impl Alipay {
    /// For this account.
    pub const fn new(account: Account) -> Self {
        Self {
            account,
            notify_url: None,
            disabled: Disabled::NONE,
        }
    }

    /// Has Alipay post a notice to this address when an order changes. Without one it is asked by
    /// queries only, which is enough.
    #[must_use]
    pub fn notifying(mut self, url: String) -> Self {
        self.notify_url = Some(url);
        self
    }

    /// Has no payment come from these sources, unless an ask brings a list of its own.
    #[must_use]
    pub fn refusing(mut self, disabled: Disabled) -> Self {
        self.disabled = disabled;
        self
    }

    /// What an order asks of the customer's sources, with what the shop refuses altogether.
    fn sources(&self, asked: &Sources) -> Sources {
        let mut sources = asked.clone();
        if sources.disabled.is_empty() {
            sources.disabled.clone_from(&self.disabled);
        }
        sources
    }

    /// The account that it speaks for.
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The gateway's address.
    pub fn gateway(&self) -> &str {
        &self.account.gateway
    }

    /// The signed request for an ask, to be sent by POST. `now` becomes its timestamp; Alipay
    /// refuses one that is minutes off.
    pub fn request(&self, ask: &Ask, now: Stamp) -> Request {
        let content = match ask {
            Ask::Pay(pay) => {
                let sources = self.sources(&pay.sources);
                let ask = PayAsk {
                    sources,
                    ..pay.clone()
                };
                pay::content(&ask, self.account.seller_id.as_deref())
            }
            Ask::Precreate(ask) => return self.precreate_request(ask, now),
            Ask::Query(order) => query::content(order),
            Ask::Reverse(order) => cancel::content(order),
            Ask::Refund(ask) => refund::content(ask),
            Ask::RefundQuery { order, refund } => refund::question(order, *refund),
        };
        self.signed(method(ask.kind()), &content, now)
    }

    /// What a reply means for the order that was asked about. `amount` is what the order is to
    /// take; a success over another sum is [`Doubt::Mismatch`], never paid.
    pub fn outcome(
        &self,
        kind: AskKind,
        order: &OrderNo,
        amount: Amount,
        reply: &Result<Reply, WireFault>,
    ) -> Outcome {
        let answer = match self.read(reply, method(kind)) {
            Ok(answer) => answer,
            Err(doubt) => return Outcome::Unknown(doubt),
        };
        let expect = self.expect(order, amount);
        match kind {
            AskKind::Pay => pay::outcome(&answer, &expect),
            AskKind::Precreate => precreate::outcome(&answer, &expect).into(),
            AskKind::Query => query::outcome(&answer, &expect),
            AskKind::Reverse => cancel::outcome(&answer, &expect),
            // A refund's answer says nothing about its order.
            AskKind::Refund | AskKind::RefundQuery => Outcome::Unknown(Doubt::Unclear),
        }
    }

    /// What a reply means for the refund that was asked for or about. `amount` is what the order
    /// took.
    pub fn refund_outcome(
        &self,
        ask: &Ask,
        amount: Amount,
        reply: &Result<Reply, WireFault>,
    ) -> RefundOutcome {
        let answer = match self.read(reply, method(ask.kind())) {
            Ok(answer) => answer,
            Err(doubt) => return RefundOutcome::Unknown(doubt),
        };
        let expect = self.expect(ask.order(), amount);
        match ask {
            Ask::Refund(ask) => refund::outcome(&answer, &expect, ask.amount),
            Ask::RefundQuery { refund, .. } => refund::found(&answer, &expect, *refund),
            // An order's answer says nothing about its refunds.
            Ask::Pay(_) | Ask::Precreate(_) | Ask::Query(_) | Ask::Reverse(_) => {
                RefundOutcome::Unknown(Doubt::Unclear)
            }
        }
    }

    /// A failure's own words (`40002 isv.invalid-app-id ...`), signed or not: a line for the log of
    /// the owner, never a ground for a decision. Alipay does not sign its answer to an unknown app,
    /// so this is how a wrong app number shows itself.
    pub fn complaint(&self, kind: AskKind, reply: &Reply) -> Option<String> {
        answer::complaint(reply, method(kind))
    }

    /// As [`Alipay::complaint`], for methods that are no ask about an order.
    pub fn complaint_of(&self, method: &str, reply: &Reply) -> Option<String> {
        answer::complaint(reply, method)
    }

    fn read(&self, reply: &Result<Reply, WireFault>, method: &str) -> Result<Answer, Doubt> {
        answer::read(reply, method, &self.account.trust)
    }

    fn expect<'a>(&'a self, order: &'a OrderNo, amount: Amount) -> Expect<'a> {
        Expect {
            order,
            amount,
            seller_id: self.account.seller_id.as_deref(),
        }
    }

    fn signed(&self, method: &str, content: &str, now: Stamp) -> Request {
        let mut params: Vec<(String, String)> = [
            ("app_id", self.account.app_id.as_str()),
            ("method", method),
            ("format", "JSON"),
            ("charset", "utf-8"),
            ("sign_type", "RSA2"),
            ("timestamp", &now.beijing()),
            ("version", "1.0"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        if let Trust::Cert(set) = &self.account.trust {
            params.push(("app_cert_sn".to_owned(), set.app_cert_sn.clone()));
            params.push(("alipay_root_cert_sn".to_owned(), set.root_cert_sn.clone()));
        }
        let is_noticed = matches!(method, PAY | PRECREATE);
        if let Some(url) = self.notify_url.as_ref().filter(|_| is_noticed) {
            params.push(("notify_url".to_owned(), url.clone()));
        }
        params.push(("biz_content".to_owned(), content.to_owned()));
        let sign = self
            .account
            .private_key
            .sign(text_to_sign(&params).as_bytes());
        let content = params.split_off(params.len() - 1);
        params.push(("sign".to_owned(), sign));
        let joint = if self.account.gateway.contains('?') {
            '&'
        } else {
            '?'
        };
        Request {
            url: format!("{}{joint}{}", self.account.gateway, write_form(&params)),
            content_type: FORM,
            body: write_form(&content).into_bytes(),
        }
    }
}

const fn method(kind: AskKind) -> &'static str {
    match kind {
        AskKind::Pay => PAY,
        AskKind::Precreate => PRECREATE,
        AskKind::Query => QUERY,
        AskKind::Reverse => CANCEL,
        AskKind::Refund => REFUND,
        AskKind::RefundQuery => REFUND_QUERY,
    }
}

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;
