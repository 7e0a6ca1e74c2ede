//! Bill addresses and the balance, as forms that a merchant signs.

use provider::alipay::bill::{Bill, Limits};
use provider::alipay::parse_form;
use serde_json::{Value, json};

use super::refund::call;
use super::{KEYS, NOON, merchant, pay_ask, say, stage_with_code};
use crate::alipay::account::fetch;
use crate::customer::Customer;
use crate::script::Method;
use crate::stage::Stage;

fn sold() -> Stage {
    let (mut stage, code) = stage_with_code(Customer::Huabei);
    say(&mut stage, &merchant(false), &pay_ask(code));
    stage.address = "http://127.0.0.1:7".to_owned();
    stage.are_bills_early = true;
    stage
}

fn ask(stage: &mut Stage, kind: &str, date: &str) -> Value {
    let content = json!({ "bill_type": kind, "bill_date": date });
    call(stage, Method::Bill, &content, NOON).unwrap_or_default()
}

#[test]
fn a_bill_is_fetched_for_thirty_seconds_from_the_address_that_was_given() {
    let mut stage = sold();
    let day = NOON.beijing()[..10].to_owned();
    let said = ask(&mut stage, "trade", &day);
    assert!(said.get("bill_file_code").is_none(), "{said}");
    let url = said["bill_download_url"].as_str().unwrap_or_default();
    let (place, query) = url.split_once('?').unwrap_or_default();
    assert_eq!(place, "http://127.0.0.1:7/bills/download");
    let params = parse_form(query.as_bytes());
    let zip = fetch(&KEYS, &stage, &params, NOON.plus_ms(29_999));
    let bill = Bill::read(&zip.unwrap_or_default(), Limits::default());
    assert_eq!(bill.map(|bill| bill.totals.received_fen), Ok(1_250));
    assert_eq!(fetch(&KEYS, &stage, &params, NOON.plus_ms(30_000)), None);
    for (name, value) in [("bill_date", "2026-01-01"), ("until", "9999999999999")] {
        let mut other = params.clone();
        super::set(&mut other, name, value);
        assert_eq!(fetch(&KEYS, &stage, &other, NOON), None, "{name}");
    }
}

#[test]
fn bills_that_do_not_exist_are_refused_by_their_cause() {
    let mut stage = sold();
    let empty = ask(&mut stage, "trade", "2026-01-01");
    assert_eq!(empty["bill_file_code"], "EMPTY_DATA_WITH_BILL_FILE");
    stage.are_bills_early = false;
    let today = NOON.beijing()[..10].to_owned();
    let mut check = |kind: &str, date: &str, sub_code: &str| {
        assert_eq!(
            ask(&mut stage, kind, date)["sub_code"],
            sub_code,
            "{kind} {date}"
        );
    };
    check("trade", &today, "BILL_NOT_EXIST");
    check("signcustomer", &today, "TYPE_NOT_SUPPORTED");
    check("trade", "yesterday", "INVAILID_ARGUMENTS");
    check("", &today, "INVAILID_ARGUMENTS");
}

#[test]
fn the_balance_is_what_was_there_and_what_was_sold_less_the_fee() {
    let mut stage = sold();
    let said = call(&mut stage, Method::Balance, &json!({}), NOON).unwrap_or_default();
    assert_eq!(said["total_amount"], "10012.42");
    assert_eq!(said["available_amount"], "10012.42");
    assert_eq!(said["freeze_amount"], "0.00");
}
