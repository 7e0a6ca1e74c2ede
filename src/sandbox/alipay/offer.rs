//! `alipay.trade.precreate` and `alipay.trade.close`: order codes that a customer scans.

use money::Stamp;

use super::check::Call;
use super::node::Node;
use super::trade::{check_named, terms, wait_ms};
use crate::bank::{Bank, CloseEnd, OFFER_LIFE_MS};

/// Makes a code for exactly one order.
pub(super) fn precreate(bank: &mut Bank, call: &Call, now: Stamp) -> Result<Node, &'static str> {
    let terms = terms(call)?;
    let life_ms = life_ms(call, now)?;
    let taken = "ACQ.APPLY_PC_MERCHANT_CODE_ERROR";
    let offer = bank.offer(terms, life_ms, now).map_err(|_| taken)?;
    Ok(Node::of("10000", "Success")
        .text("out_trade_no", offer.terms.order.as_str())
        .text("qr_code", &offer.code))
}

/// How long the code can be scanned: to the earlier of the code's own end and the order's.
fn life_ms(call: &Call, now: Stamp) -> Result<i64, &'static str> {
    let invalid = "ACQ.INVALID_PARAMETER";
    let own_ms = match call.text("qr_code_timeout_express") {
        Some(text) => wait_ms(text).ok_or(invalid)?,
        None => OFFER_LIFE_MS,
    };
    let Some(text) = call.text("time_expire") else {
        return Ok(own_ms);
    };
    let left_ms = Stamp::from_beijing(text).ok_or(invalid)?.ms_since(now);
    if left_ms <= 0 {
        return Err(invalid);
    }
    Ok(own_ms.min(left_ms))
}

/// Closes an order that nobody paid. A code that nobody scanned is no order yet.
pub(super) fn close(bank: &mut Bank, call: &Call, now: Stamp) -> Result<Node, &'static str> {
    check_named(call)?;
    let missing = "ACQ.TRADE_NOT_EXIST";
    let number = call.order(bank).ok_or(missing)?;
    match bank.close(&number, now) {
        CloseEnd::Closed => {}
        CloseEnd::Paid => return Err("ACQ.REASON_TRADE_STATUS_INVALID"),
        CloseEnd::Nothing => return Err(missing),
    }
    let order = bank.query(&number, now).ok_or(missing)?;
    Ok(Node::of("10000", "Success")
        .text("trade_no", &order.trade_no)
        .text("out_trade_no", order.number.as_str()))
}
