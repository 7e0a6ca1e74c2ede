//! Refunds and their queries, as forms that a merchant signs.

use money::Stamp;
use serde_json::{Value, json};

use super::{KEYS, NOON, merchant, params, pay_ask, say, set, signed, stage_with_code};
use crate::alipay::{Sent, answer};
use crate::bank::{CANCEL_WINDOW_MS, House, REFUND_WINDOW_MS};
use crate::customer::Customer;
use crate::script::{Fault, Method, Rule};
use crate::stage::Stage;
use ledger::Outcome;
use provider::Ask;

/// Asks the gateway for a method with this content; `None` when the connection breaks.
pub(super) fn call(
    stage: &mut Stage,
    method: Method,
    content: &Value,
    now: Stamp,
) -> Option<Value> {
    let mut asked = params(&merchant(false), &Ask::Query(super::order()));
    set(&mut asked, "method", method.wire());
    set(&mut asked, "biz_content", &content.to_string());
    set(&mut asked, "timestamp", &now.beijing());
    let Sent::Body(body) = answer(&KEYS, stage, &signed(asked), now).sent else {
        return None;
    };
    let body: Value = serde_json::from_slice(&body).expect("answers are JSON");
    let name = format!("{}_response", method.wire().replace('.', "_"));
    Some(body[name].clone())
}

/// A stage where `S01` is paid with 12.50 by 花呗.
fn paid() -> Stage {
    let (mut stage, code) = stage_with_code(Customer::Huabei);
    let outcome = say(&mut stage, &merchant(false), &pay_ask(code));
    assert!(matches!(outcome, Outcome::Paid(_)), "{outcome:?}");
    stage
}

fn refund(stage: &mut Stage, number: &str, sum: &str) -> Option<Value> {
    let content = json!({
        "out_trade_no": "S01", "out_request_no": number, "refund_amount": sum,
        "refund_reason": "凉了",
    });
    call(stage, Method::Refund, &content, NOON)
}

fn look(stage: &mut Stage, number: &str) -> Value {
    let content = json!({ "out_trade_no": "S01", "out_request_no": number });
    call(stage, Method::RefundQuery, &content, NOON).unwrap_or_default()
}

#[test]
fn refunds_name_the_total_so_far_and_whether_money_moved() {
    let mut stage = paid();
    let first = refund(&mut stage, "R1", "2.00").unwrap_or_default();
    assert_eq!(
        (&first["fund_change"], &first["refund_fee"]),
        (&json!("Y"), &json!("2.00"))
    );
    let second = refund(&mut stage, "R2", "10.50").unwrap_or_default();
    assert_eq!(second["refund_fee"], "12.50");
    let again = refund(&mut stage, "R1", "2.00").unwrap_or_default();
    assert_eq!(
        (&again["fund_change"], &again["refund_fee"]),
        (&json!("N"), &json!("12.50"))
    );
    assert!(again.get("send_back_fee").is_none(), "only when asked for");
    let query = say(&mut stage, &merchant(false), &Ask::Query(super::order()));
    let closed = Outcome::Closed {
        is_given_back: true,
    };
    assert_eq!(query, closed);
}

#[test]
fn a_refund_query_has_a_status_only_for_what_went_back() {
    let mut stage = paid();
    let none = look(&mut stage, "R1");
    assert_eq!(none["code"], "10000");
    assert!(none.get("refund_status").is_none(), "{none}");
    refund(&mut stage, "R1", "2.00");
    let found = look(&mut stage, "R1");
    assert_eq!(found["refund_status"], "REFUND_SUCCESS");
    assert_eq!(found["refund_amount"], "2.00");
    assert_eq!(found["total_amount"], "12.50");
    assert_eq!(found["refund_reason"], "凉了");
    let lost = call(
        &mut Stage::default(),
        Method::RefundQuery,
        &json!({ "out_trade_no": "S01", "out_request_no": "R1" }),
        NOON,
    );
    assert_eq!(lost.unwrap_or_default()["sub_code"], "ACQ.TRADE_NOT_EXIST");
}

fn of(order: &str, number: &str, sum: &str) -> Value {
    json!({ "out_trade_no": order, "out_request_no": number, "refund_amount": sum })
}

#[test]
fn refused_refunds_name_their_cause() {
    let mut stage = paid();
    refund(&mut stage, "R1", "2.00");
    let mut check = |content: Value, sub_code: &str| {
        let said = call(&mut stage, Method::Refund, &content, NOON).unwrap_or_default();
        assert_eq!(said["sub_code"], sub_code, "{content}");
    };
    let with = |number: &str, sum: &str| of("S01", number, sum);
    check(with("R1", "3.00"), "ACQ.DISCORDANT_REPEAT_REQUEST");
    check(with("R2", "10.51"), "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL");
    check(with("R2", "1.001"), "ACQ.INVALID_PARAMETER");
    check(with(&"R".repeat(65), "1.00"), "ACQ.INVALID_PARAMETER");
    check(
        json!({ "out_trade_no": "S01", "refund_amount": "1.00" }),
        "ACQ.INVALID_PARAMETER",
    );
    check(of("S02", "R1", "1.00"), "ACQ.TRADE_NOT_EXIST");
}

#[test]
fn a_whole_refund_may_go_without_a_number_and_a_part_forbids_cancelling() {
    let mut stage = paid();
    let whole = json!({ "out_trade_no": "S01", "refund_amount": "12.50" });
    let first = call(&mut stage, Method::Refund, &whole, NOON).unwrap_or_default();
    let again = call(&mut stage, Method::Refund, &whole, NOON).unwrap_or_default();
    assert_eq!(
        (&first["fund_change"], &again["fund_change"]),
        (&json!("Y"), &json!("N"))
    );
    assert_eq!(look(&mut stage, "S01")["refund_status"], "REFUND_SUCCESS");

    let mut stage = paid();
    refund(&mut stage, "R1", "2.00");
    let cancel = json!({ "out_trade_no": "S01" });
    let said = call(&mut stage, Method::Cancel, &cancel, NOON).unwrap_or_default();
    assert_eq!(said["sub_code"], "ACQ.REASON_TRADE_REFUND_FEE_ERR");
}

#[test]
fn each_fault_strikes_refunds_as_it_strikes_payments() {
    let check = |fault, held| {
        let mut stage = paid();
        let rule = Rule {
            id: 0,
            fault,
            method: Some(Method::Refund),
            customer: Some(Customer::Huabei),
            left: Some(1),
        };
        assert!(stage.script.add(rule).is_some());
        refund_struck(&mut stage, fault);
        assert!(stage.script.rules().is_empty(), "{fault:?} struck");
        assert_eq!(
            stage.bank.money_held(&super::order()).fen(),
            held,
            "{fault:?}"
        );
    };
    check(Fault::LostAnswer, 1_050);
    check(Fault::LostRequest, 1_250);
    check(Fault::Busy, 1_250);
    check(Fault::Down, 1_250);
    check(Fault::WrongAmount, 1_050);
    check(Fault::Slow(5), 1_050);
    check(Fault::BusyDone, 1_050);
}

#[test]
fn a_paid_order_is_cancelled_for_a_day_and_given_back_by_refunds_after_that() {
    let mut stage = paid();
    let cancel = json!({ "out_trade_no": "S01" });
    let late = NOON.plus_ms(CANCEL_WINDOW_MS);
    let said = call(&mut stage, Method::Cancel, &cancel, late).unwrap_or_default();
    assert_eq!(said["sub_code"], "ACQ.TRADE_CANCEL_TIME_OUT");
    let said = refund(&mut stage, "R1", "12.50").unwrap_or_default();
    assert_eq!(said["fund_change"], "Y");
    let mut stage = paid();
    let later = NOON.plus_ms(REFUND_WINDOW_MS + 1);
    let said = call(&mut stage, Method::Cancel, &cancel, later).unwrap_or_default();
    assert_eq!(said["sub_code"], "ACQ.TRADE_HAS_FINISHED");
}

#[test]
fn faults_of_cancels_strike_cancels_only_and_leave_the_bank_as_it_was() {
    let mut stage = paid();
    let cancel = json!({ "out_trade_no": "S01" });
    for fault in [Fault::AskAgain, Fault::CancelTooLate] {
        let rule = Rule {
            id: 0,
            fault,
            method: None,
            customer: None,
            left: Some(1),
        };
        assert!(stage.script.add(rule).is_some());
        assert_eq!(look(&mut stage, "R1")["code"], "10000", "no cancel");
        let said = call(&mut stage, Method::Cancel, &cancel, NOON).unwrap_or_default();
        if fault == Fault::AskAgain {
            assert_eq!(said["retry_flag"], "Y");
        } else {
            assert_eq!(said["sub_code"], "ACQ.TRADE_CANCEL_TIME_OUT");
        }
        assert_eq!(stage.bank.money_held(&super::order()).fen(), 1_250);
    }
    let said = call(&mut stage, Method::Cancel, &cancel, NOON).unwrap_or_default();
    assert_eq!(said["action"], "refund");
}

#[test]
fn a_refund_that_is_under_way_is_told_of_by_nothing_but_its_own_number() {
    let mut stage = paid();
    let house = stage.bank.house();
    stage.bank.keep(House {
        refund_ms: 10_000,
        ..house
    });
    for _ in 0..2 {
        let said = refund(&mut stage, "R1", "12.50").unwrap_or_default();
        assert_eq!(
            (&said["code"], &said["fund_change"]),
            (&json!("10000"), &json!("N"))
        );
    }
    let found = look(&mut stage, "R1");
    assert_eq!(found["code"], "10000");
    assert!(found.get("refund_status").is_none());
    let other = refund(&mut stage, "R2", "12.50").unwrap_or_default();
    assert_eq!(other["sub_code"], "ACQ.TRADE_HAS_CLOSE");
    let content = json!({ "out_trade_no": "S01", "out_request_no": "R1" });
    let later = NOON.plus_ms(10_000);
    let found = call(&mut stage, Method::RefundQuery, &content, later).unwrap_or_default();
    assert_eq!(found["refund_status"], "REFUND_SUCCESS");
}

#[test]
fn a_cancel_of_what_went_back_can_be_answered_as_if_it_had_never_been_paid() {
    let mut stage = paid();
    let cancel = json!({ "out_trade_no": "S01" });
    let rule = Rule {
        id: 0,
        fault: Fault::CloseAgain,
        method: None,
        customer: None,
        left: Some(2),
    };
    assert!(stage.script.add(rule).is_some());
    for action in ["refund", "close"] {
        let said = call(&mut stage, Method::Cancel, &cancel, NOON).unwrap_or_default();
        assert_eq!(said["action"], action);
    }
}

fn refund_struck(stage: &mut Stage, fault: Fault) {
    let said = refund(stage, "R1", "2.00");
    match fault {
        Fault::WrongAmount => assert_eq!(said.unwrap_or_default()["refund_fee"], "3.00"),
        Fault::Busy | Fault::BusyDone => assert_eq!(said.unwrap_or_default()["code"], "20000"),
        Fault::RefundUnderWay(_) => assert_eq!(said.unwrap_or_default()["fund_change"], "N"),
        Fault::Slow(_) => assert_eq!(said.unwrap_or_default()["refund_fee"], "2.00"),
        Fault::LostAnswer
        | Fault::LostRequest
        | Fault::WrongSignature
        | Fault::Garbage
        | Fault::Down
        | Fault::Unsigned
        | Fault::AskAgain
        | Fault::CancelTooLate
        | Fault::CodeStays
        | Fault::CloseAgain
        | Fault::WrongOrder
        | Fault::WrongCurrency
        | Fault::OtherKey
        | Fault::Bill(_)
        | Fault::Notice(_) => assert_eq!(said, None),
    }
}
