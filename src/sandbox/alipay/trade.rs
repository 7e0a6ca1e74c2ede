//! `alipay.trade.pay`, `query` and `cancel`, and what the answers to all methods share.

use money::{Amount, AmountError, FeeOn, Instalments, Months, OrderNo, Stamp};
use serde_json::{Value, json};

use super::check::Call;
use super::node::Node;
use super::{offer, refund};
use crate::bank::{
    Bank, CancelEnd, Claim, Funding, Order, OrderState, PayEnd, REFUND_WINDOW_MS, Terms,
    WAIT_DEFAULT_MS, Why, is_contracted,
};
use crate::customer::Purse;
use crate::script::Method;

/// The shop as the wallet's bill shows it; the blank and the slash are there on purpose.
const STORE: &str = "扫码收银台/沙箱店";
/// What a wrong answer names too much, in fen.
const WRONG_BY_FEN: i64 = 100;
/// A day, in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// Carries out a verified call.
pub(super) fn act(bank: &mut Bank, call: &Call, is_sum_wrong: bool, now: Stamp) -> Node {
    let done = match call.method {
        Method::Pay => pay(bank, call, is_sum_wrong, now),
        Method::Query => query(bank, call, is_sum_wrong, now),
        Method::Cancel => cancel(bank, call, now),
        Method::Refund => refund::refund(bank, call, is_sum_wrong, now),
        Method::RefundQuery => refund::query(bank, call, is_sum_wrong, now),
        Method::Precreate => offer::precreate(bank, call, now),
        Method::Close => offer::close(bank, call, now),
        // They are about the account, not about an order.
        Method::Bill | Method::Balance => Err("ACQ.SYSTEM_ERROR"),
    };
    done.unwrap_or_else(|sub_code| failed(call, sub_code))
}

/// 20000: the system is busy.
pub(super) fn busy() -> Node {
    Node::of("20000", "Service Currently Unavailable")
        .text("sub_code", "isp.unknow-error")
        .text("sub_msg", "系统繁忙，请稍后重试")
}

fn pay(bank: &mut Bank, call: &Call, is_wrong: bool, now: Stamp) -> Result<Node, &'static str> {
    let claim = claim(call)?;
    let end = bank.take(&claim, now);
    let order = bank.query(&claim.terms.order, now);
    match (end, order) {
        (PayEnd::Refused(why), _) => Err(sub_code(why)),
        (PayEnd::Paid, Some(order)) => Ok(pay_fields(call, order, is_wrong, "10000")),
        (PayEnd::Waiting, Some(order)) => Ok(pay_fields(call, order, is_wrong, "10003")),
        (PayEnd::Paid | PayEnd::Waiting, None) => Err("ACQ.SYSTEM_ERROR"),
    }
}

fn pay_fields(call: &Call, order: &Order, is_wrong: bool, code: &str) -> Node {
    let msg = if code == "10000" {
        "Success"
    } else {
        "order success pay inprocess"
    };
    let paid_at = order.paid_at().map(Stamp::beijing);
    money_fields(Node::of(code, msg), call, order, is_wrong)
        .text_if("gmt_payment", paid_at.as_deref())
        .text("store_name", STORE)
}

fn query(bank: &mut Bank, call: &Call, is_wrong: bool, now: Stamp) -> Result<Node, &'static str> {
    check_named(call)?;
    let number = call.order(bank).ok_or("ACQ.TRADE_NOT_EXIST")?;
    let order = bank.query(&number, now).ok_or("ACQ.TRADE_NOT_EXIST")?;
    let status = match order.state {
        OrderState::Waiting { .. } => "WAIT_BUYER_PAY",
        OrderState::Paid { paid_at } if now.ms_since(paid_at) > REFUND_WINDOW_MS => {
            "TRADE_FINISHED"
        }
        OrderState::Paid { .. } => "TRADE_SUCCESS",
        OrderState::Closed { .. } | OrderState::GivenBack { .. } => "TRADE_CLOSED",
    };
    let paid_at = order.paid_at().map(Stamp::beijing);
    let subject = Some(order.subject.as_str()).filter(|text| !text.is_empty());
    let node = Node::of("10000", "Success").text("trade_status", status);
    Ok(money_fields(node, call, order, is_wrong)
        .text_if("send_pay_date", paid_at.as_deref())
        .json_if("hb_fq_pay_info", plan_info(order))
        .text_if("subject", subject)
        .text("store_name", STORE))
}

/// By which plan it was paid; only a question is told.
fn plan_info(order: &Order) -> Option<Value> {
    let plan = order.instalments.filter(|_| order.paid_at().is_some())?;
    let count = plan.months.count().to_string();
    Some(json!({ "user_install_num": count, "fq_amount": order.amount.yuan() }))
}

fn cancel(bank: &mut Bank, call: &Call, now: Stamp) -> Result<Node, &'static str> {
    check_named(call)?;
    let Some(number) = call.order(bank) else {
        return Ok(cancel_fields(call, None, None));
    };
    let (action, is_refund) = match bank.cancel(&number, now) {
        CancelEnd::Closed => (Some("close"), false),
        CancelEnd::GivenBack => (Some("refund"), true),
        CancelEnd::RefundedInPart => return Err("ACQ.REASON_TRADE_REFUND_FEE_ERR"),
        CancelEnd::TooLate => return Err("ACQ.TRADE_CANCEL_TIME_OUT"),
        CancelEnd::Finished => return Err("ACQ.TRADE_HAS_FINISHED"),
        CancelEnd::Nothing => (None, false),
    };
    let order = bank.query(&number, now);
    let node = cancel_fields(call, order, action);
    let given_at = order.map(|order| order.changed_at().beijing());
    Ok(node.text_if("gmt_refund_pay", given_at.as_deref().filter(|_| is_refund)))
}

/// A cancel that was not carried out, and is to be asked for again.
pub(super) fn again(call: &Call) -> Node {
    Node::of("10000", "Success")
        .text_if("out_trade_no", call.text("out_trade_no"))
        .text("retry_flag", "Y")
}

fn cancel_fields(call: &Call, order: Option<&Order>, action: Option<&str>) -> Node {
    let number = order.map(|order| order.number.as_str());
    Node::of("10000", "Success")
        .text_if("trade_no", order.map(|order| order.trade_no.as_str()))
        .text_if("out_trade_no", number.or_else(|| call.text("out_trade_no")))
        .text("retry_flag", "N")
        .text_if("action", action)
}

/// The fields that pay and query share.
fn money_fields(node: Node, call: &Call, order: &Order, is_wrong: bool) -> Node {
    let sum = told(order.amount, is_wrong);
    let paid = if order.paid_at().is_some() {
        sum
    } else {
        Amount::ZERO
    };
    let bills = (order.paid_at().is_some() && call.wants("fund_bill_list")).then(|| {
        let channel = order.purse.channel();
        json!([{ "amount": paid.yuan(), "fund_channel": channel, "real_amount": paid.yuan() }])
    });
    node.text("trade_no", &order.trade_no)
        .text("out_trade_no", order.number.as_str())
        .text("buyer_logon_id", order.customer.login())
        .text("buyer_user_id", order.customer.user_no())
        .text("total_amount", &sum.yuan())
        .text("receipt_amount", &paid.yuan())
        .text("buyer_pay_amount", &paid.yuan())
        .text("invoice_amount", &paid.yuan())
        .text("point_amount", "0.00")
        .json_if("fund_bill_list", bills)
}

/// A sum as the answer names it: a wrong one is too high.
pub(super) fn told(sum: Amount, is_wrong: bool) -> Amount {
    let more = if is_wrong { WRONG_BY_FEN } else { 0 };
    Amount::from_fen(sum.fen() + more).unwrap_or(sum)
}

/// 40004 with its cause. A payment's failure still names the order and sums of nothing.
pub(super) fn failed(call: &Call, sub_code: &'static str) -> Node {
    let node = Node::of("40004", "Business Failed")
        .text("sub_code", sub_code)
        .text("sub_msg", sub_msg(sub_code))
        .text_if("out_trade_no", call.text("out_trade_no"));
    match call.method {
        Method::Pay => [
            "buyer_pay_amount",
            "invoice_amount",
            "point_amount",
            "receipt_amount",
        ]
        .into_iter()
        .fold(node, |node, name| node.text(name, "0.00")),
        Method::Query
        | Method::Cancel
        | Method::Refund
        | Method::RefundQuery
        | Method::Precreate
        | Method::Close
        | Method::Bill
        | Method::Balance => node,
    }
}

fn claim(call: &Call) -> Result<Claim, &'static str> {
    if call.text("scene").unwrap_or("bar_code") != "bar_code" {
        return Err("ACQ.INVALID_PARAMETER");
    }
    Ok(Claim {
        terms: terms(call)?,
        code: call.code().ok_or("ACQ.PAYMENT_AUTH_CODE_INVALID")?,
    })
}

/// What is to be paid for, as pay and precreate say it.
pub(super) fn terms(call: &Call) -> Result<Terms, &'static str> {
    let invalid = "ACQ.INVALID_PARAMETER";
    let number = call.text("out_trade_no").ok_or(invalid)?;
    let subject = call.text("subject").ok_or(invalid)?;
    let is_plain = !subject.contains(['/', '=', '&']) && subject.chars().count() <= 256;
    if !is_plain {
        return Err(invalid);
    }
    let amount = Amount::from_yuan(call.text("total_amount").ok_or(invalid)?)
        .and_then(|amount| Amount::chargeable(amount.fen()))
        .map_err(|error| match error {
            AmountError::Zero | AmountError::Negative | AmountError::TooLarge => {
                "ACQ.TOTAL_FEE_EXCEED"
            }
            AmountError::TooFine | AmountError::NotANumber => invalid,
        })?;
    let wait_ms = match call.text("timeout_express") {
        Some(text) => wait_ms(text).ok_or(invalid)?,
        None => WAIT_DEFAULT_MS,
    };
    Ok(Terms {
        order: OrderNo::parse(number).map_err(|_| invalid)?,
        amount,
        subject: subject.to_owned(),
        wait_ms,
        notify_url: call.notify_url.clone(),
        funding: funding(call)?,
    })
}

/// Which sources of money are taken. A plan of instalments must be one that Alipay has, and that
/// this merchant's contract has.
fn funding(call: &Call) -> Result<Funding, &'static str> {
    let mut funding = Funding::default();
    for channel in call
        .text("disable_pay_channels")
        .unwrap_or_default()
        .split(',')
    {
        match channel {
            "balance" => funding.refused.insert(Purse::Balance),
            "pcredit" | "credit_group" => funding.refused.insert(Purse::Huabei),
            // The sandbox's customers have no other sources.
            _ => false,
        };
    }
    funding.instalments = plan(call)?;
    Ok(funding)
}

fn plan(call: &Call) -> Result<Option<Instalments>, &'static str> {
    let invalid = "ACQ.INVALID_PARAMETER";
    let said = |name| call.inner("extend_params", name);
    let (count, percent) = match (said("hb_fq_num"), said("hb_fq_seller_percent")) {
        (None, None) => return Ok(None),
        (Some(count), Some(percent)) => (count, percent),
        (Some(_), None) | (None, Some(_)) => return Err(invalid),
    };
    let mut all = Months::ALL.into_iter();
    let plan = Instalments {
        months: all
            .find(|one| one.count().to_string() == count)
            .ok_or(invalid)?,
        fee_on: match percent {
            "0" => FeeOn::Customer,
            "100" => FeeOn::Shop,
            _ => return Err(invalid),
        },
    };
    if is_contracted(plan) {
        Ok(Some(plan))
    } else {
        Err("ACQ.MERCHANT_AGREEMENT_NOT_EXIST")
    }
}

/// Reads `timeout_express`: `1m` to `15d`, whole numbers; `1c` is the end of the day, for which
/// a day is near enough here.
pub(super) fn wait_ms(text: &str) -> Option<i64> {
    if text == "1c" {
        return Some(DAY_MS);
    }
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit_ms = match unit {
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => DAY_MS,
        _ => return None,
    };
    let ms = number.parse::<i64>().ok()?.checked_mul(unit_ms)?;
    (60_000..=15 * DAY_MS).contains(&ms).then_some(ms)
}

/// The call must name an order, by either number.
pub(super) fn check_named(call: &Call) -> Result<(), &'static str> {
    let is_named = call
        .text("out_trade_no")
        .or(call.text("trade_no"))
        .is_some();
    is_named.then_some(()).ok_or("ACQ.INVALID_PARAMETER")
}

const fn sub_code(why: Why) -> &'static str {
    match why {
        Why::CodeInvalid => "ACQ.PAYMENT_AUTH_CODE_INVALID",
        Why::NotEnough => "ACQ.BUYER_BALANCE_NOT_ENOUGH",
        Why::NoFunding => "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE",
        Why::DayLimit => "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR",
        Why::Frozen => "ACQ.BUYER_ENABLE_STATUS_FORBID",
        Why::OtherContent => "ACQ.CONTEXT_INCONSISTENT",
        Why::Closed => "ACQ.TRADE_HAS_CLOSE",
    }
}

fn sub_msg(sub_code: &str) -> &'static str {
    match sub_code {
        "ACQ.PAYMENT_AUTH_CODE_INVALID" => {
            "付款码无效，请顾客刷新后重新收款[SOUNDWAVE_PARSER_FAIL]"
        }
        "ACQ.BUYER_BALANCE_NOT_ENOUGH" => "顾客余额不足，请换一种付款方式",
        "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE" => "顾客没有可用的付款方式",
        "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR" => "顾客今天的付款额度已用完",
        "ACQ.BUYER_ENABLE_STATUS_FORBID" => "顾客的账户不能付款，请联系客服",
        "ACQ.CONTEXT_INCONSISTENT" => "订单号已用于内容不同的交易",
        "ACQ.TRADE_HAS_CLOSE" => "交易已经关闭",
        "ACQ.TRADE_NOT_EXIST" => "查询的交易不存在",
        "ACQ.MERCHANT_AGREEMENT_NOT_EXIST" => "商家没有签约这种花呗分期",
        "ACQ.TOTAL_FEE_EXCEED" => "金额超出允许的范围",
        "ACQ.REASON_TRADE_REFUND_FEE_ERR" => "交易已部分退款，剩余金额请用退款接口退回",
        "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL" => "退款金额超过可退金额",
        "ACQ.DISCORDANT_REPEAT_REQUEST" => "同一退款请求号的金额不一致",
        "ACQ.TRADE_STATUS_ERROR" | "ACQ.REASON_TRADE_STATUS_INVALID" => "交易状态不合法",
        "ACQ.APPLY_PC_MERCHANT_CODE_ERROR" => "该订单号已经申请过订单码，请换一个订单号",
        "ACQ.TRADE_HAS_FINISHED" => "交易已经完结，不能退款",
        "ACQ.TRADE_CANCEL_TIME_OUT" => "超过撤销时间范围，请改用退款",
        "BILL_NOT_EXIST" => "账单还没有生成",
        "TYPE_NOT_SUPPORTED" => "不支持的账单类型",
        "ACQ.SYSTEM_ERROR" => "系统异常，请稍后查询",
        _ => "参数有误",
    }
}
