//! Order codes as forms that a merchant signs.

use serde_json::{Value, json};

use super::NOON;
use super::refund::call;
use crate::bank::PayEnd;
use crate::customer::Customer;
use crate::script::Method;
use crate::stage::Stage;

fn ask(stage: &mut Stage, method: Method, content: &Value) -> Value {
    call(stage, method, content, NOON).unwrap_or_default()
}

fn sale() -> Value {
    json!({
        "out_trade_no": "S01", "total_amount": "12.50", "subject": "茶",
        "qr_code_timeout_express": "90m", "product_code": "QR_CODE_OFFLINE",
    })
}

#[test]
fn a_code_is_no_order_until_it_is_scanned() {
    let mut stage = Stage::default();
    let made = ask(&mut stage, Method::Precreate, &sale());
    assert_eq!(made["code"], "10000", "{made}");
    let code = made["qr_code"].as_str().unwrap_or_default();
    assert!(code.starts_with("https://qr.alipay.com/bax"), "{code}");
    let named = json!({ "out_trade_no": "S01" });
    for method in [Method::Query, Method::Close] {
        let said = ask(&mut stage, method, &named);
        assert_eq!(said["sub_code"], "ACQ.TRADE_NOT_EXIST");
    }
    let again = ask(&mut stage, Method::Precreate, &sale());
    assert_eq!(again["sub_code"], "ACQ.APPLY_PC_MERCHANT_CODE_ERROR");
    let (_, end) = stage.bank.scan(code, Customer::Password, NOON);
    assert_eq!(end, PayEnd::Waiting);
    let found = ask(&mut stage, Method::Query, &named);
    assert_eq!(found["trade_status"], "WAIT_BUYER_PAY");
    assert_eq!(ask(&mut stage, Method::Close, &named)["code"], "10000");
    let closed = ask(&mut stage, Method::Query, &named);
    assert_eq!(closed["trade_status"], "TRADE_CLOSED");
}

#[test]
fn a_paid_order_is_not_closed_and_an_unscanned_code_is_killed_by_cancelling() {
    let mut stage = Stage::default();
    let named = json!({ "out_trade_no": "S01" });
    let made = ask(&mut stage, Method::Precreate, &sale());
    let code = made["qr_code"].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        stage.bank.scan(&code, Customer::Huabei, NOON).1,
        PayEnd::Paid
    );
    let said = ask(&mut stage, Method::Close, &named);
    assert_eq!(said["sub_code"], "ACQ.REASON_TRADE_STATUS_INVALID");

    let mut stage = Stage::default();
    let made = ask(&mut stage, Method::Precreate, &sale());
    let code = made["qr_code"].as_str().unwrap_or_default().to_owned();
    let cancelled = ask(&mut stage, Method::Cancel, &named);
    assert_eq!(
        (&cancelled["code"], cancelled.get("action")),
        (&json!("10000"), None)
    );
    let (order, _) = stage.bank.scan(&code, Customer::Huabei, NOON);
    assert_eq!(order, None);
}

#[test]
fn a_code_whose_end_cannot_be_read_or_is_past_is_refused() {
    for (name, end) in [
        ("qr_code_timeout_express", "soon"),
        ("time_expire", "tomorrow"),
        ("time_expire", "2020-01-01 00:00:00"),
    ] {
        let mut content = sale();
        content[name] = json!(end);
        let said = ask(&mut Stage::default(), Method::Precreate, &content);
        assert_eq!(said["sub_code"], "ACQ.INVALID_PARAMETER", "{name} {end}");
    }
}
