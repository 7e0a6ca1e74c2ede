//! The table of business codes is complete, and says what the documents say.

use std::collections::BTreeSet;

use ledger::Cause;

use super::{
    BALANCE_SUB_CODES, BILL_SUB_CODES, CLOSE_SUB_CODES, Class, PAY_SUB_CODES, PRECREATE_SUB_CODES,
    class, class_in, is_no_such_bill, is_no_such_trade, precreate_class, refund,
};

/// The names of the official enumeration, one per line.
const OFFICIAL: &str = include_str!("../../tests/pay_sub_codes.txt");
const OFFICIAL_REFUND: &str = include_str!("../../tests/refund_sub_codes.txt");

#[test]
fn every_official_code_has_a_class_and_no_name_is_ours() {
    let official: BTreeSet<&str> = OFFICIAL.lines().collect();
    let ours: BTreeSet<&str> = PAY_SUB_CODES.iter().map(|(name, _)| *name).collect();
    assert_eq!(official.len(), 95);
    assert_eq!(ours.len(), PAY_SUB_CODES.len(), "a name is there twice");
    assert_eq!(official, ours);
}

#[test]
fn every_official_code_is_found_with_its_prefix() {
    for (name, known) in PAY_SUB_CODES {
        assert_eq!(class("40004", &format!("ACQ.{name}")), known, "{name}");
        assert_eq!(class("40004", name), known, "{name}");
    }
}

#[test]
fn a_number_in_use_and_a_busy_system_never_refuse() {
    let open = PAY_SUB_CODES.iter().filter(|(_, known)| match known {
        Class::Busy | Class::Unclear => true,
        Class::Refused(_) => false,
    });
    let names: BTreeSet<&str> = open.map(|(name, _)| *name).collect();
    let expect = [
        "CONTEXT_INCONSISTENT",
        "NOW_TIME_AFTER_EXPIRE_TIME_ERROR",
        "PAYER_UNMATCHED",
        "SYSTEM_ERROR",
        "TRADE_BUYER_NOT_MATCH",
        "TRADE_HAS_CLOSE",
        "TRADE_HAS_SUCCESS",
        "TRADE_STATUS_ERROR",
    ];
    assert_eq!(names, BTreeSet::from(expect));
}

#[test]
fn an_unknown_code_proves_nothing() {
    assert_eq!(class("40004", "ACQ.SOMETHING_ELSE"), Class::Unclear);
    assert_eq!(class("40004", ""), Class::Unclear);
    assert_eq!(class("40004", "ACQ.PAYMENT_FAIL2"), Class::Unclear);
    assert_eq!(class("99999", "ACQ.PAYMENT_FAIL"), Class::Unclear);
    assert_eq!(class("", ""), Class::Unclear);
}

#[test]
fn the_gateways_own_checks_refuse_and_its_troubles_do_not() {
    for code in ["40001", "40002", "40003", "40006", "20001"] {
        assert_eq!(class(code, "isv.anything"), Class::Refused(Cause::Setup));
    }
    assert_eq!(class("20000", "aop.ACQ.SYSTEM_ERROR"), Class::Busy);
    assert_eq!(class("40005", "isv.app-call-limited"), Class::Busy);
    assert_eq!(class("40004", "AQC.SYSTEM_ERROR"), Class::Busy);
}

#[test]
fn a_missing_trade_is_known_in_each_spelling() {
    assert!(is_no_such_trade("ACQ.TRADE_NOT_EXIST"));
    assert!(is_no_such_trade("TRADE_NOT_EXIST"));
    assert!(!is_no_such_trade("ACQ.TRADE_NOT_EXIST2"));
    assert!(!is_no_such_trade("ACQ.BUYER_NOT_EXIST"));
}

#[test]
fn every_official_code_of_a_refund_has_a_class_and_no_name_is_ours() {
    let official: BTreeSet<&str> = OFFICIAL_REFUND.lines().collect();
    let table = refund::REFUND_SUB_CODES.iter().map(|(name, _)| *name);
    let ours: BTreeSet<&str> = table.chain(["TRADE_NOT_EXIST"]).collect();
    assert_eq!(official.len(), 31);
    assert_eq!(official, ours);
    for (name, known) in refund::REFUND_SUB_CODES {
        assert_eq!(refund::class("40004", &format!("ACQ.{name}")), known);
    }
    assert_eq!(
        refund::class("40004", "ACQ.TRADE_NOT_EXIST"),
        Class::Unclear
    );
    assert!(refund::is_other_sum("ACQ.DISCORDANT_REPEAT_REQUEST"));
    assert!(!refund::is_other_sum("ACQ.SYSTEM_ERROR"));
}

#[test]
fn an_order_code_has_two_codes_of_its_own_and_those_of_a_payment() {
    for (name, known) in PRECREATE_SUB_CODES {
        assert_eq!(precreate_class("40004", &format!("ACQ.{name}")), known);
    }
    for (name, known) in PAY_SUB_CODES {
        assert_eq!(precreate_class("40004", &format!("ACQ.{name}")), known);
    }
    assert_eq!(precreate_class("40004", "ACQ.BRAND_NEW"), Class::Unclear);
    assert_eq!(
        precreate_class("40001", "isv.missing-method"),
        Class::Refused(Cause::Setup)
    );
}

#[test]
fn every_code_of_the_other_methods_is_found_once() {
    for table in [&CLOSE_SUB_CODES[..], &BILL_SUB_CODES, &BALANCE_SUB_CODES] {
        let names: BTreeSet<&str> = table.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), table.len());
        for (name, known) in table {
            assert_eq!(class_in(table, "40004", name), *known, "{name}");
        }
    }
}

#[test]
fn a_missing_bill_is_known_in_each_spelling() {
    for name in ["BILL_NOT_EXIST", "NO_BILL_DATA", "isp.bill_not_exist"] {
        assert!(is_no_such_bill(name), "{name}");
    }
    assert!(!is_no_such_bill("UNKNOWN_ERROR"));
}
