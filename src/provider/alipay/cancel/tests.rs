//! What the answers of `alipay.trade.cancel` mean.

use ledger::{AskKind, Doubt, Outcome, ReverseEnd};

use super::content;
use crate::alipay::tests::{ORDER, order, outcome_of};

fn heard(node: &str) -> Outcome {
    outcome_of(AskKind::Reverse, node)
}

fn done(more: &str) -> Outcome {
    heard(&format!(
        r#"{{"code":"10000","msg":"Success","out_trade_no":"{ORDER}"{more}}}"#
    ))
}

#[test]
fn the_order_is_named_and_nothing_else() {
    assert_eq!(
        content(&order()),
        format!(r#"{{"out_trade_no":"{ORDER}"}}"#)
    );
}

#[test]
fn the_action_tells_how_it_ended() {
    let ended = Outcome::Reversed;
    assert_eq!(
        done(r#","retry_flag":"N","action":"close""#),
        ended(ReverseEnd::Closed)
    );
    assert_eq!(
        done(r#","retry_flag":"N","action":"refund""#),
        ended(ReverseEnd::GivenBack)
    );
    assert_eq!(done(r#","retry_flag":"N""#), ended(ReverseEnd::Nothing));
    assert_eq!(
        done(r#","retry_flag":"N","action":"""#),
        ended(ReverseEnd::Nothing)
    );
}

#[test]
fn a_retry_flag_means_that_nothing_is_known_yet() {
    let busy = Outcome::Unknown(Doubt::Busy);
    assert_eq!(done(r#","retry_flag":"Y","action":"close""#), busy);
    assert_eq!(done(r#","retry_flag":"Y""#), busy);
    assert_eq!(
        done(r#","action":"close""#),
        Outcome::Unknown(Doubt::Unclear)
    );
    assert_eq!(
        done(r#","retry_flag":"N","action":"else""#),
        Outcome::Unknown(Doubt::Unclear)
    );
}

#[test]
fn an_end_of_another_order_is_a_mismatch() {
    let node = r#"{"code":"10000","out_trade_no":"S2","retry_flag":"N","action":"close"}"#;
    assert_eq!(heard(node), Outcome::Unknown(Doubt::Mismatch));
    let nameless = r#"{"code":"10000","retry_flag":"N","action":"close"}"#;
    assert_eq!(heard(nameless), Outcome::Unknown(Doubt::Unclear));
    let idle = r#"{"code":"10000","retry_flag":"N"}"#;
    assert_eq!(heard(idle), Outcome::Unknown(Doubt::Unclear));
}

#[test]
fn a_reverse_that_failed_for_want_of_an_order_is_not_one_that_was_carried_out() {
    let node = r#"{"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST"}"#;
    assert_eq!(heard(node), Outcome::Absent);
}

#[test]
fn an_order_that_is_cancelled_no_more_is_told_as_refused_in_the_providers_words() {
    for sub_code in [
        "ACQ.TRADE_HAS_FINISHED",
        "ACQ.TRADE_CANCEL_TIME_OUT",
        "ACQ.CANCEL_NOT_ALLOWED",
        "ACQ.REASON_TRADE_REFUND_FEE_ERR",
        "AQC.TRADE_CANCEL_TIME_OUT",
    ] {
        let node = format!(r#"{{"code":"40004","sub_code":"{sub_code}","sub_msg":"超时"}}"#);
        let Outcome::Refused(refusal) = heard(&node) else {
            panic!("{sub_code} is not refused");
        };
        assert_eq!(
            (refusal.code.as_str(), refusal.text.as_str()),
            (sub_code, "超时")
        );
    }
    let unsigned = r#"{"code":"20000","sub_code":"ACQ.TRADE_CANCEL_TIME_OUT"}"#;
    assert_eq!(heard(unsigned), Outcome::Unknown(Doubt::Busy));
}

#[test]
fn a_refused_reverse_proves_nothing() {
    let unclear = Outcome::Unknown(Doubt::Unclear);
    for sub_code in [
        "ACQ.SELLER_BALANCE_NOT_ENOUGH",
        "ACQ.REASON_TRADE_BEEN_FREEZEN",
        "ACQ.INVALID_PARAMETER",
    ] {
        let node = format!(r#"{{"code":"40004","sub_code":"{sub_code}"}}"#);
        assert_eq!(heard(&node), unclear, "{sub_code}");
    }
    let system = r#"{"code":"40004","sub_code":"AQC.SYSTEM_ERROR"}"#;
    assert_eq!(heard(system), Outcome::Unknown(Doubt::Busy));
}
