//! What a notice must be to be believed, and what it says then.

use ledger::{GivenSum, Outcome, RefundOutcome};
use money::{RefundNo, Stamp};

use super::{Distrust, Notice, RefundTold};
use crate::alipay::golden::fen;
use crate::alipay::tests::{ORDER, by_cert, by_key, gateway_sign, order, with_seller};
use crate::alipay::write_form;

type Params = Vec<(String, String)>;

fn params(pairs: &[(&str, &str)]) -> Params {
    let text = |text: &str| text.to_owned();
    pairs.iter().map(|(n, v)| (text(n), text(v))).collect()
}

fn paid() -> Params {
    params(&[
        ("app_id", "2021000000000001"),
        ("notify_type", "trade_status_sync"),
        ("notify_id", "N1"),
        ("out_trade_no", ORDER),
        ("trade_no", "T1"),
        ("trade_status", "TRADE_SUCCESS"),
        ("total_amount", "12.50"),
        ("seller_id", "2088000000000001"),
        ("gmt_payment", "2026-11-22 10:00:01"),
        ("buyer_logon_id", "159****5620"),
    ])
}

fn with(mut params: Params, name: &str, value: &str) -> Params {
    params.retain(|(known, _)| known != name);
    params.push((name.to_owned(), value.to_owned()));
    params
}

fn less(mut params: Params, name: &str) -> Params {
    params.retain(|(known, _)| known != name);
    params
}

/// The form as Alipay would post it.
fn posted(params: &Params) -> String {
    let mut sorted = params.clone();
    sorted.sort();
    let pairs: Vec<_> = sorted.iter().map(|(n, v)| format!("{n}={v}")).collect();
    sorted.push(("sign".to_owned(), gateway_sign(&pairs.join("&"))));
    sorted.push(("sign_type".to_owned(), "RSA2".to_owned()));
    write_form(&sorted)
}

fn heard(params: &Params) -> Result<Notice, Distrust> {
    with_seller().notice(posted(params).as_bytes())
}

fn read(body: &str) -> Result<Notice, Distrust> {
    by_key().notice(body.as_bytes())
}

fn outcome(params: &Params) -> Outcome {
    heard(params).expect("a notice").outcome
}

#[test]
fn a_paid_order_is_told_with_all_that_the_record_keeps() {
    let notice = heard(&paid()).expect("a notice");
    assert_eq!((&notice.order, notice.amount), (&order(), fen(1_250)));
    assert_eq!(notice.notify_id, "N1");
    assert!(!notice.is_refund());
    let Outcome::Paid(facts) = notice.outcome else {
        panic!("not paid")
    };
    assert_eq!(facts.provider_no, "T1");
    assert_eq!(facts.payer.as_deref(), Some("159****5620"));
    assert_eq!(facts.paid_at, Stamp::from_beijing("2026-11-22 10:00:01"));
    assert_eq!(facts.funding, []);
}

#[test]
fn the_same_notice_again_says_the_same() {
    assert_eq!(heard(&paid()), heard(&paid()));
}

#[test]
fn sources_are_read_in_both_spellings_and_unreadable_ones_left_out() {
    let list = r#"[{"fundChannel":"PCREDIT","amount":"10.00"},{"fund_channel":"POINT","amount":"1"},
        {"fundChannel":"COUPON"},{"amount":"1.00"},{"fundChannel":1,"amount":"1"},
        {"fundChannel":"X","amount":"x"},{"fundChannel":"Y","amount":1}]"#;
    let Outcome::Paid(facts) = outcome(&with(paid(), "fund_bill_list", list)) else {
        panic!("not paid")
    };
    let found: Vec<_> = facts
        .funding
        .iter()
        .map(|one| (one.channel.as_str(), one.amount.fen()))
        .collect();
    assert_eq!(found, [("PCREDIT", 1_000), ("POINT", 100)]);
    let Outcome::Paid(facts) = outcome(&with(paid(), "fund_bill_list", "no list")) else {
        panic!("not paid")
    };
    assert_eq!(facts.funding, []);
}

#[test]
fn a_closed_order_tells_by_its_traces_whether_money_moved() {
    let closed = with(paid(), "trade_status", "TRADE_CLOSED");
    let unpaid = less(closed.clone(), "gmt_payment");
    let is_given_back = |params: &Params| outcome(params);
    let end = |is_given_back| Outcome::Closed { is_given_back };
    assert_eq!(is_given_back(&unpaid), end(false));
    assert_eq!(is_given_back(&closed), end(true));
    let list = r#"[{"fundChannel":"PCREDIT","amount":"12.50"}]"#;
    let funded = with(unpaid.clone(), "fund_bill_list", list);
    assert_eq!(is_given_back(&funded), end(true));
    let refunded = with(unpaid.clone(), "refund_fee", "12.50");
    assert_eq!(is_given_back(&refunded), end(true));
    let nothing_back = with(unpaid, "refund_fee", "0.00");
    assert_eq!(is_given_back(&nothing_back), end(false));
}

#[test]
fn a_refund_is_told_with_number_total_and_time() {
    let told = |params: &Params| heard(params).expect("a notice").refund;
    let whole = with(paid(), "refund_fee", "3.00");
    let expect = RefundTold {
        no: None,
        total: fen(300),
        at: None,
    };
    assert_eq!(told(&whole), Some(expect.clone()));
    let dated = with(whole, "gmt_refund", "2026-11-22 10:03:00.12");
    let dated = with(dated, "out_biz_no", "R1");
    let expect = RefundTold {
        no: Some("R1".to_owned()),
        at: Stamp::from_beijing("2026-11-22 10:03:00"),
        ..expect
    };
    assert_eq!(told(&dated), Some(expect));
    assert_eq!(told(&with(paid(), "refund_fee", "0.00")), None);
    for broken in ["3", "3.0", "-3.00", "x"] {
        let params = with(paid(), "refund_fee", broken);
        assert_eq!(heard(&params), Err(Distrust::BadAmount), "{broken}");
    }
    for mark in ["gmt_refund", "out_biz_no"] {
        let params = with(paid(), mark, "x");
        assert_eq!(heard(&params), Err(Distrust::BadAmount), "{mark}");
        let params = with(with(paid(), mark, "x"), "refund_fee", "0.00");
        let told = told(&params).expect("a refund");
        assert_eq!((told.total, told.at), (fen(0), None), "{mark}");
    }
}

#[test]
fn a_refund_of_ours_is_known_by_its_number() {
    let number = "R01KAP3C5R00000000000000001";
    let told = |no: Option<&str>| RefundTold {
        no: no.map(str::to_owned),
        total: fen(300),
        at: None,
    };
    assert_eq!(told(Some(number)).number(), RefundNo::parse(number).ok());
    assert_eq!(told(Some("20261122")).number(), None);
    assert_eq!(told(None).number(), None);
    let given = RefundOutcome::Given {
        sum: GivenSum::Total(fen(300)),
        at: None,
    };
    assert_eq!(told(None).outcome(), given);
}

#[test]
fn what_is_for_another_app_account_or_purpose_is_refused() {
    for (name, value, why) in [
        ("app_id", "2021000000000002", Distrust::OtherApp),
        ("app_id", "", Distrust::OtherApp),
        ("seller_id", "2088000000000002", Distrust::OtherSeller),
        ("seller_id", "", Distrust::OtherSeller),
        ("notify_type", "dut_user_sign", Distrust::OtherKind),
        ("notify_id", "", Distrust::NoId),
        ("out_trade_no", "", Distrust::OtherOrder),
        ("out_trade_no", "2026112200001", Distrust::OtherOrder),
        (
            "out_trade_no",
            "S01KAP3C5R0000000000000000",
            Distrust::OtherOrder,
        ),
        (
            "out_trade_no",
            "S01KAP3C5R0000000000000000u",
            Distrust::OtherOrder,
        ),
        ("trade_status", "TRADE_PENDING", Distrust::Status),
        ("trade_status", "", Distrust::Status),
        ("trade_no", "", Distrust::NoTradeNo),
    ] {
        assert_eq!(
            heard(&with(paid(), name, value)),
            Err(why),
            "{name}={value}"
        );
        if value.is_empty() {
            assert_eq!(heard(&less(paid(), name)), Err(why), "{name}");
        }
    }
    let long = with(paid(), "notify_id", &"9".repeat(129));
    assert_eq!(heard(&long), Err(Distrust::NoId));
    let longest = with(paid(), "notify_id", &"9".repeat(128));
    assert!(heard(&longest).is_ok());
}

#[test]
fn where_no_account_is_set_none_is_asked_for() {
    let other = posted(&with(paid(), "seller_id", "2088000000000002"));
    assert!(read(&other).is_ok());
}

#[test]
fn a_sum_has_exactly_two_decimals_and_is_not_nothing() {
    for sum in [
        "",
        "12",
        "12.5",
        "12.500",
        "012.50",
        "+12.50",
        "-12.50",
        "1e3",
        " 12.50",
        "12.50元",
        "0.00",
        "100000000.01",
        "12,50",
    ] {
        let params = with(paid(), "total_amount", sum);
        assert_eq!(heard(&params), Err(Distrust::BadAmount), "{sum}");
    }
    assert_eq!(
        heard(&less(paid(), "total_amount")),
        Err(Distrust::BadAmount)
    );
    for sum in ["0.01", "100000000.00"] {
        assert!(heard(&with(paid(), "total_amount", sum)).is_ok(), "{sum}");
    }
}

#[test]
fn an_unsigned_notice_and_one_that_others_signed_are_refused() {
    let body = posted(&paid());
    let (unsigned, _) = body.split_once("&sign=").expect("signed");
    assert_eq!(read(unsigned), Err(Distrust::Unsigned));
    assert_eq!(read(&format!("{unsigned}&sign=x")), Err(Distrust::SignType));
    let other = body.replace("sign_type=RSA2", "sign_type=RSA");
    assert_eq!(read(&other), Err(Distrust::SignType));
    let forged = format!("{unsigned}&sign=AAAA&sign_type=RSA2");
    assert_eq!(read(&forged), Err(Distrust::Unverified));
    let changed = body.replace("12.50", "12.51");
    assert_eq!(read(&changed), Err(Distrust::Unverified));
    let added = format!("{body}&more=1");
    assert_eq!(read(&added), Err(Distrust::Unverified));
}

#[test]
fn in_certificate_mode_a_named_certificate_must_be_ours() {
    let alipay = by_cert();
    let heard = |params: &Params| alipay.notice(posted(params).as_bytes());
    assert!(heard(&paid()).is_ok());
    let other = with(paid(), "alipay_cert_sn", "9ab9c5cc1fc3420cbbd7453d14243ee7");
    assert_eq!(heard(&other), Err(Distrust::Certificate));
    let crate::alipay::Trust::Cert(set) = &alipay.account.trust else {
        panic!("certificate mode")
    };
    let ours = with(paid(), "alipay_cert_sn", &set.alipay_cert_sn);
    assert!(heard(&ours).is_ok());
    assert!(read(&posted(&other)).is_ok());
}

#[test]
fn a_body_that_is_no_proper_form_is_refused() {
    let body = posted(&paid());
    for broken in [
        String::new(),
        "sign".to_owned(),
        "=x".to_owned(),
        format!("{body}&"),
        format!("&{body}"),
        format!("{body}&app_id=2021000000000001"),
        format!("{body}&x=%"),
        format!("{body}&x=%A"),
        format!("{body}&x=%GA"),
        format!("{body}&x=%AG"),
        format!("{body}&x=%e6%B5%8B"),
    ] {
        assert_eq!(read(&broken), Err(Distrust::NotAForm), "{broken}");
    }
    assert_eq!(read(&format!("{body}&x=%FF")), Err(Distrust::NotUtf8));
    let gbk = by_key().notice(b"a=\xb8\xb6");
    assert_eq!(gbk, Err(Distrust::NotUtf8));
}

#[test]
fn escapes_may_be_small_if_all_are() {
    let body = posted(&with(paid(), "subject", "ab"));
    assert!(body.contains("%3D"));
    let mut small = body.clone();
    while let Some(place) = small.find(['%']) {
        let code = small[place..place + 3].to_lowercase().replace('%', "~");
        small.replace_range(place..place + 3, &code);
    }
    assert!(read(&small.replace('~', "%")).is_ok());
}

#[test]
fn a_body_larger_than_any_notice_is_not_read() {
    let longest = format!("a={}", "x".repeat(64 * 1024 - 2));
    assert_eq!(read(&longest), Err(Distrust::Unsigned));
    assert_eq!(read(&format!("{longest}x")), Err(Distrust::TooLong));
    let many: Vec<_> = (0..129).map(|count| format!("a{count}=1")).collect();
    assert_eq!(read(&many.join("&")), Err(Distrust::TooLong));
    assert_eq!(read(&many[..128].join("&")), Err(Distrust::Unsigned));
}

#[test]
fn every_refusal_says_what_to_do() {
    for why in [
        Distrust::TooLong,
        Distrust::NotAForm,
        Distrust::NotUtf8,
        Distrust::Unsigned,
        Distrust::SignType,
        Distrust::Unverified,
        Distrust::Certificate,
        Distrust::OtherApp,
        Distrust::OtherSeller,
        Distrust::OtherKind,
        Distrust::NoId,
        Distrust::OtherOrder,
        Distrust::BadAmount,
        Distrust::NoTradeNo,
        Distrust::Status,
    ] {
        let words = why.to_string();
        assert!(words.contains("notice") && words.len() < 120, "{words}");
    }
}
