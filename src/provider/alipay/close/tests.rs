//! What the answers of `alipay.trade.close` mean.

use ledger::{Doubt, Outcome, ReverseEnd};

use crate::alipay::CLOSE;
use crate::alipay::tests::{ORDER, by_key, order, signed_reply};
use crate::message::WireFault;

fn heard(node: &str) -> Outcome {
    by_key().close_outcome(&order(), &signed_reply(CLOSE, node))
}

fn failed(sub_code: &str) -> Outcome {
    heard(&format!(r#"{{"code":"40004","sub_code":"{sub_code}"}}"#))
}

#[test]
fn a_closed_order_names_itself() {
    let node = format!(r#"{{"code":"10000","out_trade_no":"{ORDER}"}}"#);
    assert_eq!(heard(&node), Outcome::Reversed(ReverseEnd::Closed));
    let other = node.replace(ORDER, "S2");
    assert_eq!(heard(&other), Outcome::Unknown(Doubt::Mismatch));
    let nameless = r#"{"code":"10000"}"#;
    assert_eq!(heard(nameless), Outcome::Unknown(Doubt::Unclear));
}

#[test]
fn a_code_that_nobody_scanned_has_nothing_to_close() {
    for spelling in ["ACQ.TRADE_NOT_EXIST", "TRADE_NOT_EXIST"] {
        assert_eq!(failed(spelling), Outcome::Reversed(ReverseEnd::Nothing));
    }
}

#[test]
fn an_order_that_cannot_be_closed_may_be_paid() {
    for sub_code in [
        "ACQ.TRADE_STATUS_ERROR",
        "ACQ.REASON_TRADE_STATUS_INVALID",
        "ACQ.REASON_ILLEGAL_STATUS",
        "ACQ.INVALID_PARAMETER",
        "ACQ.SOMETHING",
    ] {
        assert_eq!(failed(sub_code), Outcome::Unknown(Doubt::Unclear));
    }
    assert_eq!(failed("ACQ.SYSTEM_ERROR"), Outcome::Unknown(Doubt::Busy));
    let busy = r#"{"code":"20000"}"#;
    assert_eq!(heard(busy), Outcome::Unknown(Doubt::Busy));
}

#[test]
fn no_answer_is_a_doubt() {
    let lost = by_key().close_outcome(&order(), &Err(WireFault::Lost));
    assert_eq!(lost, Outcome::Unknown(Doubt::Lost));
}
