//! What a notice says, in Alipay's parameters.

use money::{Amount, Stamp};
use provider::alipay::{text_to_sign, write_form};
use serde_json::json;

use super::Spoil;
use crate::bank::{Order, OrderState};
use crate::keys::{APP_ID, Keys, SELLER_ID};

/// An app that is not this merchant's.
const FOREIGN_APP: &str = "2021000000009999";
/// What a wrong notice names too much, in fen.
const WRONG_BY_FEN: i64 = 100;

/// The number of a letter: by the day and the millisecond, so that a sandbox that was started
/// again gives no number twice.
pub(super) fn letter_id(serial: u64, now: Stamp) -> String {
    let day: String = now
        .beijing()
        .chars()
        .filter(char::is_ascii_digit)
        .take(8)
        .collect();
    format!("{day}{:013}{:012}", now.ms(), serial)
}

/// Everything but the time of sending and the signature. Nothing is sent empty.
pub(super) fn params(order: &Order, refund: Option<&str>, id: &str) -> Vec<(String, String)> {
    let mut params = Vec::new();
    let mut say = |name: &str, value: &str| params.push((name.to_owned(), value.to_owned()));
    say("notify_type", "trade_status_sync");
    say("notify_id", id);
    say("app_id", APP_ID);
    say("auth_app_id", APP_ID);
    say("charset", "utf-8");
    say("version", "1.0");
    say("trade_no", &order.trade_no);
    say("out_trade_no", order.number.as_str());
    say("buyer_id", order.customer.user_no());
    say("buyer_logon_id", order.customer.login());
    say("seller_id", SELLER_ID);
    if !order.subject.is_empty() {
        say("subject", &order.subject);
    }
    say("trade_status", status(order));
    say("gmt_create", &order.opened_at.beijing());
    let sum = order.amount.yuan();
    say("total_amount", &sum);
    if let Some(paid_at) = order.paid_at() {
        for name in ["receipt_amount", "buyer_pay_amount", "invoice_amount"] {
            say(name, &sum);
        }
        say("point_amount", "0.00");
        say("gmt_payment", &paid_at.beijing());
        let channel = order.purse.channel();
        let bills = json!([{ "amount": sum, "fundChannel": channel }]);
        say("fund_bill_list", &bills.to_string());
    }
    let (given_back, at) = order.given_back();
    if given_back > Amount::ZERO {
        say("refund_fee", &given_back.yuan());
        let ms = at.ms().rem_euclid(1_000);
        say("gmt_refund", &format!("{}.{ms:03}", at.beijing()));
    }
    if let Some(number) = refund {
        say("out_biz_no", number);
    }
    match order.state {
        OrderState::Closed { at } | OrderState::GivenBack { at, .. } => {
            say("gmt_close", &at.beijing());
        }
        OrderState::Waiting { .. } | OrderState::Paid { .. } => {}
    }
    params
}

const fn status(order: &Order) -> &'static str {
    match order.state {
        OrderState::Waiting { .. } => "WAIT_BUYER_PAY",
        OrderState::Paid { .. } => "TRADE_SUCCESS",
        OrderState::Closed { .. } | OrderState::GivenBack { .. } => "TRADE_CLOSED",
    }
}

/// The signed form. The signature leaves out `sign` and `sign_type`, unlike a request's.
pub(super) fn body(
    keys: &Keys,
    params: &[(String, String)],
    spoil: Option<Spoil>,
    now: Stamp,
) -> Vec<u8> {
    let mut params = params.to_vec();
    params.push(("notify_time".to_owned(), now.beijing()));
    if let Some(spoil) = spoil {
        for pair in &mut params {
            bend(pair, spoil);
        }
    }
    let mut text = text_to_sign(&params);
    if spoil == Some(Spoil::Forged) {
        text.push(' ');
    }
    let sign = keys.alipay_private.sign(text.as_bytes());
    params.push(("sign_type".to_owned(), "RSA2".to_owned()));
    params.push(("sign".to_owned(), sign));
    write_form(&params).into_bytes()
}

/// Changes the parameter that is to be wrong, before it is signed.
fn bend((name, value): &mut (String, String), spoil: Spoil) {
    let wrong = match (spoil, name.as_str()) {
        (Spoil::ForeignApp, "app_id" | "auth_app_id") => FOREIGN_APP.to_owned(),
        (Spoil::WrongAmount, "total_amount" | "receipt_amount" | "buyer_pay_amount") => {
            let sum = Amount::from_yuan(value).map_or(0, Amount::fen) + WRONG_BY_FEN;
            Amount::from_fen(sum).unwrap_or(Amount::MAX).yuan()
        }
        (Spoil::UnknownOrder, "out_trade_no") => another(value),
        (Spoil::Forged | Spoil::ForeignApp | Spoil::WrongAmount | Spoil::UnknownOrder, _) => return,
    };
    *value = wrong;
}

/// A number of the same form that differs in its last letter.
fn another(number: &str) -> String {
    let mut letters = number.to_owned();
    let last = if letters.pop() == Some('0') { '1' } else { '0' };
    letters.push(last);
    letters
}
