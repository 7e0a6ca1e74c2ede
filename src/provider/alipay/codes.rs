//! What each of Alipay's codes means for the order of a payment; [`refund`] has those of refunds.
//!
//! The table holds the whole official list of business codes of `alipay.trade.pay` (the SDK of
//! 2025-12-16 has 95). A code that is not in it proves nothing: a query decides.

use ledger::Cause;

pub mod refund;

/// What a failure says about the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Money will never be taken for this order.
    Refused(Cause),
    /// The provider could not answer: it may have taken the money.
    Busy,
    /// The answer does not tell; the provider must be asked what became of the order.
    Unclear,
}

use Class::{Busy, Refused, Unclear};

/// The business codes of `alipay.trade.pay` without their prefix, grouped by what helps.
pub const PAY_SUB_CODES: [(&str, Class); 95] = [
    ("SYSTEM_ERROR", Busy),
    // A fresh code helps.
    ("PAYMENT_AUTH_CODE_INVALID", Refused(Cause::CodeExpired)),
    ("AUTH_TOKEN_IS_NOT_EXIST", Refused(Cause::CodeExpired)),
    ("PULL_MOBILE_CASHIER_FAIL", Refused(Cause::TryAgain)),
    ("PAYMENT_FAIL", Refused(Cause::TryAgain)),
    // The customer can help it in the wallet, or pays in another way.
    ("MOBILE_PAYMENT_SWITCH_OFF", Refused(Cause::WalletSetting)),
    (
        "USER_FACE_PAYMENT_SWITCH_OFF",
        Refused(Cause::WalletSetting),
    ),
    (
        "ERROR_BALANCE_PAYMENT_DISABLE",
        Refused(Cause::WalletSetting),
    ),
    ("BUYER_BALANCE_NOT_ENOUGH", Refused(Cause::NoMoney)),
    ("BUYER_BANKCARD_BALANCE_NOT_ENOUGH", Refused(Cause::NoMoney)),
    (
        "NO_PAYMENT_INSTRUMENTS_AVAILABLE",
        Refused(Cause::NoFunding),
    ),
    ("NOT_SUPPORT_PAYMENT_INST", Refused(Cause::NoFunding)),
    ("CARD_USER_NOT_MATCH", Refused(Cause::NoFunding)),
    ("CARD_TYPE_ERROR", Refused(Cause::NoFunding)),
    ("BUYER_UNSUPPORT_ADVANCE", Refused(Cause::NoFunding)),
    ("ORDER_UNSUPPORT_ADVANCE", Refused(Cause::NoFunding)),
    (
        "BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR",
        Refused(Cause::CustomerLimit),
    ),
    (
        "BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR",
        Refused(Cause::CustomerLimit),
    ),
    ("PAYMENT_REQUEST_HAS_RISK", Refused(Cause::Risk)),
    (
        "BUYER_ENABLE_STATUS_FORBID",
        Refused(Cause::CustomerAccount),
    ),
    ("BUYER_NOT_EXIST", Refused(Cause::CustomerAccount)),
    (
        "ERROR_BUYER_CERTIFY_LEVEL_LIMIT",
        Refused(Cause::CustomerAccount),
    ),
    ("NOT_CERTIFIED_USER", Refused(Cause::CustomerAccount)),
    ("BUYER_NOT_MAINLAND_CERT", Refused(Cause::CustomerAccount)),
    ("CERT_EXPIRED", Refused(Cause::CustomerAccount)),
    ("USER_LOGONID_DUP", Refused(Cause::CustomerAccount)),
    ("BUYER_SELLER_EQUAL", Refused(Cause::SamePerson)),
    // The sum.
    ("PRODUCT_AMOUNT_LIMIT_ERROR", Refused(Cause::AmountLimit)),
    ("REQUEST_AMOUNT_EXCEED", Refused(Cause::AmountLimit)),
    ("AMOUNT_OR_CURRENCY_ERROR", Refused(Cause::AmountLimit)),
    ("TOTAL_FEE_EXCEED", Refused(Cause::AmountLimit)),
    // The merchant's limits and status: the owner talks to Alipay.
    ("BEYOND_PAY_RESTRICTION", Refused(Cause::Merchant)),
    ("BEYOND_PER_RECEIPT_RESTRICTION", Refused(Cause::Merchant)),
    (
        "BEYOND_PER_RECEIPT_SINGLE_RESTRICTION",
        Refused(Cause::Merchant),
    ),
    (
        "BEYOND_PER_RECEIPT_DAY_RESTRICTION",
        Refused(Cause::Merchant),
    ),
    (
        "MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT",
        Refused(Cause::Merchant),
    ),
    (
        "MERCHANT_PERM_RECEIPT_SINGLE_LIMIT",
        Refused(Cause::Merchant),
    ),
    ("MERCHANT_PERM_RECEIPT_DAY_LIMIT", Refused(Cause::Merchant)),
    ("SELLER_BEEN_BLOCKED", Refused(Cause::Merchant)),
    ("SELLER_NOT_EXIST", Refused(Cause::Merchant)),
    ("INVALID_RECEIVE_ACCOUNT", Refused(Cause::Merchant)),
    ("MERCHANT_STATUS_NOT_NORMAL", Refused(Cause::Merchant)),
    ("MERCHANT_AGREEMENT_NOT_EXIST", Refused(Cause::Merchant)),
    ("MERCHANT_AGREEMENT_INVALID", Refused(Cause::Merchant)),
    ("RESTRICTED_MERCHANT_INDUSTRY", Refused(Cause::Merchant)),
    // The app and its contracts.
    ("ACCESS_FORBIDDEN", Refused(Cause::Setup)),
    ("PARTNER_ERROR", Refused(Cause::Setup)),
    ("MERCHANT_UNSUPPORT_ADVANCE", Refused(Cause::Setup)),
    // The number is in use: what became of it, a query tells.
    ("TRADE_HAS_SUCCESS", Unclear),
    ("TRADE_HAS_CLOSE", Unclear),
    ("TRADE_BUYER_NOT_MATCH", Unclear),
    ("PAYER_UNMATCHED", Unclear),
    ("CONTEXT_INCONSISTENT", Unclear),
    ("TRADE_STATUS_ERROR", Unclear),
    ("NOW_TIME_AFTER_EXPIRE_TIME_ERROR", Unclear),
    // The request.
    ("EXIST_FORBIDDEN_WORD", Refused(Cause::Request)),
    ("INVALID_PARAMETER", Refused(Cause::Request)),
    ("CURRENCY_NOT_SUPPORT", Refused(Cause::Request)),
    ("SUB_GOODS_SIZE_MAX_COUNT", Refused(Cause::Request)),
    ("INVALID_STORE_ID", Refused(Cause::Request)),
    ("RISK_MERCHANT_IP_NOT_EXIST", Refused(Cause::Request)),
    ("UN_SUPPORT_TRADE_SCENE", Refused(Cause::Request)),
    // Platforms and their merchants.
    ("SUB_MERCHANT_CREATE_FAIL", Refused(Cause::Setup)),
    ("SUB_MERCHANT_TYPE_INVALID", Refused(Cause::Setup)),
    ("SECONDARY_MERCHANT_STATUS_ERROR", Refused(Cause::Merchant)),
    ("SECONDARY_MERCHANT_ID_INVALID", Refused(Cause::Setup)),
    ("SECONDARY_MERCHANT_ID_BLANK", Refused(Cause::Setup)),
    ("SECONDARY_MERCHANT_NOT_MATCH", Refused(Cause::Setup)),
    (
        "SECONDARY_MERCHANT_ALIPAY_ACCOUNT_INVALID",
        Refused(Cause::Setup),
    ),
    (
        "SECONDARY_MERCHANT_ISV_PUNISH_INDIRECT",
        Refused(Cause::Merchant),
    ),
    (
        "PLATFORM_BUSINESS_ACQUIRE_MODE_MUST_MERCHANT_ID",
        Refused(Cause::Setup),
    ),
    ("SMILE_PAY_MERCHANT_NOT_MATCH", Refused(Cause::Setup)),
    ("TRADE_SETTLE_ERROR", Refused(Cause::Setup)),
    ("ROYALTY_ACCOUNT_NOT_EXIST", Refused(Cause::Setup)),
    // Products that a till does not use: agreements and pre-authorisations.
    ("AGREEMENT_NOT_EXIST", Refused(Cause::Setup)),
    ("AGREEMENT_INVALID", Refused(Cause::Setup)),
    ("AGREEMENT_STATUS_NOT_NORMAL", Refused(Cause::Setup)),
    ("AGREEMENT_ERROR", Refused(Cause::Setup)),
    ("AUTH_NO_ERROR", Refused(Cause::Setup)),
    ("AUTH_AMOUNT_NOT_ENOUGH", Refused(Cause::Setup)),
    ("PRE_AUTH_PROD_CODE_INCONSISTENT", Refused(Cause::Setup)),
    ("AUTH_ORDER_NOT_PAID", Refused(Cause::Setup)),
    ("AUTH_ORDER_HAS_FINISHED", Refused(Cause::Setup)),
    ("AUTH_ORDER_HAS_CLOSED", Refused(Cause::Setup)),
    ("ZM_AUTH_AMOUNT_EXCEED", Refused(Cause::Setup)),
    ("ZM_CREDIT_AUTH_FAIL", Refused(Cause::Setup)),
    ("ZM_AUTH_RULE_LIMIT", Refused(Cause::Setup)),
    ("CYCLE_PAY_DATE_NOT_MATCH", Refused(Cause::Setup)),
    ("CYCLE_PAY_SINGLE_FEE_EXCEED", Refused(Cause::Setup)),
    ("CYCLE_PAY_TOTAL_FEE_EXCEED", Refused(Cause::Setup)),
    ("CYCLE_PAY_TOTAL_TIMES_EXCEED", Refused(Cause::Setup)),
    ("OVER_MAX_DEDUCT_COUNT", Refused(Cause::Setup)),
    ("OVER_MAX_UNDER_WAY_DEDUCT_COUNT", Refused(Cause::Setup)),
    ("OVER_DEDUCT_PERIOD", Refused(Cause::Setup)),
    ("OVER_MERCHANT_DAILY_DEDUCT_AMOUNT", Refused(Cause::Setup)),
];

/// The business codes of `alipay.trade.precreate` beyond those of `alipay.trade.pay`.
pub const PRECREATE_SUB_CODES: [(&str, Class); 2] = [
    // The number is in use: an earlier request under it arrived, so there is a code.
    ("APPLY_PC_MERCHANT_CODE_ERROR", Unclear),
    ("DEFAULT_SETTLE_RULE_NOT_EXIST", Refused(Cause::Setup)),
];

/// The business codes of `alipay.trade.close` but `TRADE_NOT_EXIST`, for which see
/// [`is_no_such_trade`]. An order in another state than unpaid may be a paid one.
pub const CLOSE_SUB_CODES: [(&str, Class); 5] = [
    ("SYSTEM_ERROR", Busy),
    ("TRADE_STATUS_ERROR", Unclear),
    ("REASON_TRADE_STATUS_INVALID", Unclear),
    ("REASON_ILLEGAL_STATUS", Unclear),
    ("INVALID_PARAMETER", Refused(Cause::Request)),
];

/// The business codes of the question for a bill but those for a bill that is not made, for which
/// see [`is_no_such_bill`]. One is misspelt by Alipay.
pub const BILL_SUB_CODES: [(&str, Class); 6] = [
    ("INVAILID_ARGUMENTS", Refused(Cause::Request)),
    ("INVALID_ARGUMENTS", Refused(Cause::Request)),
    ("BILL_DATE_BEFORE_REGISTRATION", Refused(Cause::Request)),
    ("TYPE_NOT_SUPPORTED", Refused(Cause::Setup)),
    ("UNKNOWN_ERROR", Busy),
    ("SYSTEM_ERROR", Busy),
];

/// The business codes of the question for the balance.
pub const BALANCE_SUB_CODES: [(&str, Class); 6] = [
    ("SYSTEM_ERROR", Busy),
    ("INVALID_PARAMETER", Refused(Cause::Request)),
    ("NO_PERMISSION", Refused(Cause::Setup)),
    ("NO_PERMISSION_ACCOUNT", Refused(Cause::Setup)),
    ("MERCHANT_AGREEMENT_VERIFY_FAIL", Refused(Cause::Setup)),
    ("ALIPAY_ACCOUNT_NOT_EXIST", Refused(Cause::Setup)),
];

/// What a failure of `alipay.trade.pay` says, by the gateway's code and the business code.
pub fn class(code: &str, sub_code: &str) -> Class {
    class_in(&PAY_SUB_CODES, code, sub_code)
}

/// What a failure of `alipay.trade.precreate` says.
pub fn precreate_class(code: &str, sub_code: &str) -> Class {
    let name = plain(sub_code);
    let is_own = PRECREATE_SUB_CODES.iter().any(|(known, _)| *known == name);
    let table: &[(&str, Class)] = if is_own {
        &PRECREATE_SUB_CODES
    } else {
        &PAY_SUB_CODES
    };
    class_in(table, code, sub_code)
}

/// What a failure says by a method's table.
///
/// Only for a verified answer. Codes of the gateway's own checks (signature, app, permission) mean
/// that what was asked for was never begun. A business code that the table does not have proves
/// nothing.
pub fn class_in(table: &[(&str, Class)], code: &str, sub_code: &str) -> Class {
    match code {
        "40004" => {
            let name = plain(sub_code);
            table
                .iter()
                .find(|(known, _)| *known == name)
                .map_or(Unclear, |(_, class)| *class)
        }
        "40001" | "40002" | "40003" | "40006" | "20001" => Refused(Cause::Setup),
        "20000" | "40005" => Busy,
        _ => Unclear,
    }
}

/// Whether a business code says that Alipay knows no such order.
pub fn is_no_such_trade(sub_code: &str) -> bool {
    plain(sub_code) == "TRADE_NOT_EXIST"
}

/// Whether a business code says that an order is not cancelled now and never will be: too late for
/// it, not allowed, or a part of it was refunded. What is left of a payment can still go back by a
/// refund.
pub fn is_never_cancelled(sub_code: &str) -> bool {
    let names = [
        "TRADE_CANCEL_TIME_OUT",
        "TRADE_HAS_FINISHED",
        "CANCEL_NOT_ALLOWED",
        "REASON_TRADE_REFUND_FEE_ERR",
    ];
    names.contains(&plain(sub_code))
}

/// Whether a business code says that there is no such bill: not made yet, or no trade that day. The
/// same words come in capitals without a prefix, and small behind `isp.`.
pub fn is_no_such_bill(sub_code: &str) -> bool {
    let name = sub_code.strip_prefix("isp.").unwrap_or(sub_code);
    ["BILL_NOT_EXIST", "NO_BILL_DATA"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// A business code without its prefix, which comes spelt in several ways (`AQC.` is Alipay's own).
fn plain(sub_code: &str) -> &str {
    let inner = sub_code.strip_prefix("aop.").unwrap_or(sub_code);
    inner
        .strip_prefix("ACQ.")
        .or_else(|| inner.strip_prefix("AQC."))
        .unwrap_or(inner)
}

#[cfg(test)]
mod tests;
