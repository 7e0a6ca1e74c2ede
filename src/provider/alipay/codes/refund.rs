//! What each of Alipay's codes means for a refund.
//!
//! The table holds the whole official list of business codes of `alipay.trade.refund` (the SDK of
//! 2025-12-16 has 31) but `TRADE_NOT_EXIST`, which is an answer of its own. A refusal says that
//! nothing went back by this very request; whether an earlier one may still be on its way, only
//! the one who asks can know.

use ledger::Cause;

use super::Class::{self, Busy, Refused, Unclear};

/// Another sum stands under the refund's number already: somebody's record is wrong.
pub const OTHER_SUM: &str = "DISCORDANT_REPEAT_REQUEST";

/// The business codes of `alipay.trade.refund` without their prefix, grouped by what helps.
pub const REFUND_SUB_CODES: [(&str, Class); 30] = [
    // The same number later.
    ("SYSTEM_ERROR", Busy),
    ("REFUND_CHARGE_ERROR", Busy),
    (OTHER_SUM, Unclear),
    // The shop's account: the owner puts money on it, or talks to Alipay.
    ("SELLER_BALANCE_NOT_ENOUGH", Refused(Cause::Merchant)),
    ("REASON_TRADE_BEEN_FREEZEN", Refused(Cause::Merchant)),
    ("TRADE_HAS_FINISHED", Refused(Cause::Merchant)),
    ("TRADE_NOT_ALLOW_REFUND", Refused(Cause::Merchant)),
    (
        "ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND",
        Refused(Cause::Merchant),
    ),
    // The order is in another state than paid: closed, because all of it went back (perhaps by this
    // very refund, asked for earlier), or one that nobody names. Our charge is paid, so they
    // contradict the record and end nothing; the question for the refund tells what became of it.
    ("TRADE_HAS_CLOSE", Unclear),
    ("TRADE_STATUS_ERROR", Unclear),
    ("REASON_TRADE_STATUS_INVALID", Unclear),
    // The sum.
    ("REFUND_AMT_NOT_EQUAL_TOTAL", Refused(Cause::AmountLimit)),
    ("REASON_TRADE_REFUND_FEE_ERR", Refused(Cause::AmountLimit)),
    ("REFUND_FEE_ERROR", Refused(Cause::AmountLimit)),
    ("NOT_ALLOW_PARTIAL_REFUND", Refused(Cause::AmountLimit)),
    // The customer's account.
    ("BUYER_NOT_EXIST", Refused(Cause::CustomerAccount)),
    (
        "BUYER_ENABLE_STATUS_FORBID",
        Refused(Cause::CustomerAccount),
    ),
    ("BUYER_ERROR", Refused(Cause::CustomerAccount)),
    ("CUSTOMER_VALIDATE_ERROR", Refused(Cause::CustomerAccount)),
    ("ENTERPRISE_PAY_BIZ_ERROR", Refused(Cause::CustomerAccount)),
    // The request.
    ("INVALID_PARAMETER", Refused(Cause::Request)),
    ("CURRENCY_NOT_SUPPORT", Refused(Cause::Request)),
    ("ALLOC_AMOUNT_VALIDATE_ERROR", Refused(Cause::Request)),
    // The app and its contracts; platforms and their merchants.
    ("USER_NOT_MATCH_ERR", Refused(Cause::Setup)),
    ("TRADE_SETTLE_ERROR", Refused(Cause::Setup)),
    ("OVERDRAFT_ASSIGN_ACCOUNT_INVALID", Refused(Cause::Setup)),
    ("OVERDRAFT_AGREEMENT_NOT_MATCH", Refused(Cause::Setup)),
    ("REFUND_ACCOUNT_NOT_EXIST", Refused(Cause::Setup)),
    (
        "REFUND_ROYALTY_PAYEE_ACCOUNT_NOT_EXIST",
        Refused(Cause::Setup),
    ),
    ("REFUNDALLOC_UNAUTH_LIMIT", Refused(Cause::Setup)),
];

/// What a failure of `alipay.trade.refund` says, by the gateway's code and the business code.
pub fn class(code: &str, sub_code: &str) -> Class {
    super::class_in(&REFUND_SUB_CODES, code, sub_code)
}

/// Whether a business code says that the order as it stands gives nothing back, also not under this
/// number: a refund that was taken in before, and may still be under way, is repeated as a success.
pub fn is_in_the_way(sub_code: &str) -> bool {
    let names = [
        "TRADE_HAS_CLOSE",
        "TRADE_STATUS_ERROR",
        "REASON_TRADE_STATUS_INVALID",
    ];
    names.contains(&super::plain(sub_code))
}

/// Whether a business code says that another sum stands under this refund's number.
pub fn is_other_sum(sub_code: &str) -> bool {
    super::plain(sub_code) == OTHER_SUM
}
