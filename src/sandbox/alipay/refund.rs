//! `alipay.trade.refund` and `alipay.trade.fastpay.refund.query`.

use money::{Amount, Stamp};
use serde_json::{Value, json};

use super::check::Call;
use super::node::Node;
use super::trade::{check_named, told};
use crate::bank::{Bank, Demand, Order, REFUND_NUMBER_MAX, Refund, RefundEnd, RefundWhy};

/// The longest reason, in letters.
const REASON_MAX: usize = 256;

/// Gives money back, or repeats what was said when it went back under the same number.
pub(super) fn refund(
    bank: &mut Bank,
    call: &Call,
    is_wrong: bool,
    now: Stamp,
) -> Result<Node, &'static str> {
    let demand = demand(bank, call, now)?;
    let end = bank.refund(&demand, now).map_err(sub_code)?;
    let order = bank.query(&demand.order, now).ok_or("ACQ.SYSTEM_ERROR")?;
    let given = order.refund(&demand.number).ok_or("ACQ.SYSTEM_ERROR")?;
    let fund_change = match end {
        RefundEnd::Moved if !given.is_under_way(now) => "Y",
        RefundEnd::Moved | RefundEnd::Before => "N",
    };
    let sum = told(given.amount, is_wrong).yuan();
    let details = call.wants("refund_detail_item_list");
    Ok(Node::of("10000", "Success")
        .text("trade_no", &order.trade_no)
        .text("out_trade_no", order.number.as_str())
        .text("buyer_logon_id", order.customer.login())
        .text("buyer_user_id", order.customer.user_no())
        .text("fund_change", fund_change)
        .text("refund_fee", &told(order.refunded(), is_wrong).yuan())
        .text_if(
            "send_back_fee",
            Some(sum.as_str()).filter(|_| call.wants("send_back_fee") || details),
        )
        .json_if(
            "refund_detail_item_list",
            details.then(|| sources(order, &sum)),
        )
        .text("gmt_refund_pay", &given.at.beijing()))
}

/// What became of a refund. A number that gave nothing back is a success without a status, and so
/// is one that is under way.
pub(super) fn query(
    bank: &mut Bank,
    call: &Call,
    is_wrong: bool,
    now: Stamp,
) -> Result<Node, &'static str> {
    check_named(call)?;
    let asked = number(call)?.ok_or("ACQ.INVALID_PARAMETER")?;
    let order = call.order(bank).ok_or("ACQ.TRADE_NOT_EXIST")?;
    let order = bank.query(&order, now).ok_or("ACQ.TRADE_NOT_EXIST")?;
    let node = Node::of("10000", "Success")
        .text("trade_no", &order.trade_no)
        .text("out_trade_no", order.number.as_str());
    let found = order.refund(asked);
    let Some(refund) = found.filter(|refund| !refund.is_under_way(now)) else {
        return Ok(node);
    };
    Ok(given_fields(node, call, order, refund, is_wrong))
}

fn given_fields(node: Node, call: &Call, order: &Order, refund: &Refund, is_wrong: bool) -> Node {
    let sum = told(refund.amount, is_wrong).yuan();
    let details = call.wants("refund_detail_item_list");
    node.text("out_request_no", &refund.number)
        .text_if("refund_reason", refund.reason.as_deref())
        .text("total_amount", &order.amount.yuan())
        .text("refund_amount", &sum)
        .text("refund_status", "REFUND_SUCCESS")
        .json_if(
            "refund_detail_item_list",
            details.then(|| sources(order, &sum)),
        )
        .text("gmt_refund_pay", &refund.at.beijing())
}

/// Where the money went: back to where it came from.
fn sources(order: &Order, sum: &str) -> Value {
    json!([{ "amount": sum, "fund_channel": order.purse.channel(), "real_amount": sum }])
}

fn demand(bank: &mut Bank, call: &Call, now: Stamp) -> Result<Demand, &'static str> {
    let invalid = "ACQ.INVALID_PARAMETER";
    check_named(call)?;
    let sum = Amount::from_yuan(call.text("refund_amount").ok_or(invalid)?);
    let amount = sum.map_err(|_| invalid)?;
    let reason = call.text("refund_reason");
    if reason.is_some_and(|text| text.chars().count() > REASON_MAX) {
        return Err(invalid);
    }
    let order = call.order(bank).ok_or("ACQ.TRADE_NOT_EXIST")?;
    let found = bank.query(&order, now).ok_or("ACQ.TRADE_NOT_EXIST")?;
    // Without a number it must be the whole sum, and the order's own number stands in for it.
    let number = match number(call)? {
        Some(number) => number.to_owned(),
        None if amount == found.amount => found.number.as_str().to_owned(),
        None => return Err(invalid),
    };
    Ok(Demand {
        order,
        number,
        amount,
        reason: reason.map(str::to_owned),
    })
}

/// The refund's number, where there is one.
fn number(call: &Call) -> Result<Option<&str>, &'static str> {
    let number = call.text("out_request_no");
    let is_long = number.is_some_and(|text| text.chars().count() > REFUND_NUMBER_MAX);
    if is_long {
        Err("ACQ.INVALID_PARAMETER")
    } else {
        Ok(number)
    }
}

const fn sub_code(why: RefundWhy) -> &'static str {
    match why {
        RefundWhy::NoOrder => "ACQ.TRADE_NOT_EXIST",
        RefundWhy::NotPaid => "ACQ.TRADE_STATUS_ERROR",
        RefundWhy::Closed => "ACQ.TRADE_HAS_CLOSE",
        RefundWhy::TooMuch => "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
        RefundWhy::OtherAmount => "ACQ.DISCORDANT_REPEAT_REQUEST",
        RefundWhy::TooLate => "ACQ.TRADE_HAS_FINISHED",
    }
}
