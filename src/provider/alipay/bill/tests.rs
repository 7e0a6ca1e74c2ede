//! Bills as Alipay makes them are read whole; everything else is refused by name and line.

use encoding_rs::GBK;
use ledger::{Cause, Doubt};
use money::Stamp;

use super::zip::crc;
use super::{
    BILL, Bill, BillError, BillFile, BillKind, BillOutcome, BillSpan, Limits, Moved, content,
};
use crate::alipay::Denied;
use crate::alipay::tests::{by_key, signed_reply};
use crate::message::WireFault;

pub(super) const DETAILS: &str = include_str!("../../tests/bill/details.csv");
pub(super) const SUMMARY: &str = include_str!("../../tests/bill/summary.csv");
const DETAILS_NAME: &str = "20880000000000010156_20190916_业务明细.csv";
const SUMMARY_NAME: &str = "20880000000000010156_20190916_业务明细(汇总).csv";

pub(super) fn gbk(text: &str) -> Vec<u8> {
    let (bytes, _, is_lossy) = GBK.encode(text);
    assert!(!is_lossy, "{text}");
    bytes.into_owned()
}

/// With the line ends of the real files.
fn real(text: &str) -> Vec<u8> {
    gbk(&text.replace('\n', "\r\n"))
}

/// A zip with these files, each with its method of packing.
pub(super) fn zip(files: &[(&[u8], &[u8], u16)]) -> Vec<u8> {
    zip_noted(files, b"", b"")
}

/// The same, with an extra field behind each name and a note behind each entry of the list.
pub(super) fn zip_noted(files: &[(&[u8], &[u8], u16)], extra: &[u8], note: &[u8]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (name, bytes, method) in files {
        let packed = match method {
            8 => miniz_oxide::deflate::compress_to_vec(bytes, 6),
            _ => bytes.to_vec(),
        };
        let size = |bytes: &[u8]| u32::try_from(bytes.len()).expect("small").to_le_bytes();
        let place = size(&out);
        let length = |text: &[u8]| u16::try_from(text.len()).expect("short").to_le_bytes();
        let mut fields = vec![20, 0, 0, 0];
        fields.extend(method.to_le_bytes());
        fields.extend([0; 4]);
        fields.extend(crc(bytes).to_le_bytes());
        fields.extend(size(&packed));
        fields.extend(size(bytes));
        fields.extend(length(name));
        fields.extend(length(extra));
        out.extend(b"PK\x03\x04");
        out.extend(&fields);
        out.extend([name, extra, &packed].concat());
        list.extend(b"PK\x01\x02\x14\x00");
        list.extend(&fields);
        list.extend(length(note));
        list.extend([0; 8]);
        list.extend(place);
        list.extend([name, extra, note].concat());
    }
    let place = u32::try_from(out.len()).expect("small").to_le_bytes();
    let length = u32::try_from(list.len()).expect("small").to_le_bytes();
    let count = u16::try_from(files.len()).expect("few").to_le_bytes();
    out.extend(list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend([length, place].concat());
    out.extend([0; 2]);
    out
}

fn of(details: &str, summary: &str) -> Result<Bill, BillError> {
    let files: [(&[u8], &[u8], u16); 2] = [
        (&gbk(DETAILS_NAME), &real(details), 8),
        (&gbk(SUMMARY_NAME), &real(summary), 8),
    ];
    Bill::read(&zip(&files), Limits::default())
}

fn read(details: &str) -> Result<Bill, BillError> {
    of(details, SUMMARY)
}

/// The error when this part of the details is replaced by another.
fn changed(from: &str, to: &str) -> BillError {
    assert!(DETAILS.contains(from), "{from}");
    read(&DETAILS.replacen(from, to, 1)).expect_err(to)
}

fn summary_changed(from: &str, to: &str) -> BillError {
    assert!(SUMMARY.contains(from), "{from}");
    of(DETAILS, &SUMMARY.replacen(from, to, 1)).expect_err(to)
}

const FILE: BillFile = BillFile::Details;

#[test]
fn a_bill_is_read_with_its_tabs_comments_and_signs() {
    let bill = read(DETAILS).expect("a bill");
    assert_eq!(bill.account, "20880000000000010156");
    assert_eq!(Stamp::from_beijing("2019-09-16 00:00:00"), Some(bill.from));
    assert_eq!(Stamp::from_beijing("2019-09-17 00:00:00"), Some(bill.until));
    let [first, second, refund, last] = bill.lines.as_slice() else {
        panic!("{} lines", bill.lines.len())
    };
    assert_eq!(first.provider_no, "2019091622001412345678901234");
    assert_eq!(first.order_no, "S01KAP3C5R00000000000000000");
    assert_eq!((first.moved, first.line), (Moved::Payment, 6));
    assert_eq!(
        (first.amount_fen, first.received_fen, first.fee_fen),
        (1_250, 1_250, -8)
    );
    assert_eq!(first.refund_no, None);
    assert_eq!(
        (first.subject.as_str(), first.till.as_str()),
        ("豆浆, \"热\"", "till-1")
    );
    assert_eq!(
        (first.shop_no.as_str(), first.payer.as_str()),
        ("", "*明(159****5620)")
    );
    assert_eq!(
        Some(first.finished_at),
        Stamp::from_beijing("2019-09-16 10:00:01")
    );
    assert_eq!(
        Some(first.created_at),
        Stamp::from_beijing("2019-09-16 10:00:00")
    );
    assert_eq!(second.order_no, "OTHER-1");
    assert_eq!(
        (refund.moved, refund.amount_fen, refund.fee_fen),
        (Moved::Refund, -250, 2)
    );
    assert_eq!(
        refund.refund_no.as_deref(),
        Some("R01KAP3C5R00000000000000001")
    );
    assert_eq!((last.plan_fee_fen, last.plan_count.as_str()), (None, ""));
    let totals = bill.totals;
    assert_eq!((totals.payments, totals.received_fen), (3, 1_352));
    assert_eq!((totals.refunds, totals.given_back_fen), (1, -250));
    let summary = bill.summary.expect("a summary");
    assert_eq!((summary.shops.len(), summary.total.payments), (2, 3));
    assert_eq!(summary.shops[1].name, "早点摊");
}

#[test]
fn the_longer_variant_and_another_order_of_columns_are_read_by_name() {
    let mut lines: Vec<String> = DETAILS.lines().map(str::to_owned).collect();
    lines[4] = format!("花呗分期手续费（元）,花呗分期数,实收净额(元),{}", lines[4]);
    for (place, more) in [
        (5, "1.80\t,3\t,9.00,"),
        (6, ",,0,"),
        (7, ",,0,"),
        (8, "0,,0,"),
    ] {
        lines[place] = format!("{more}{}", lines[place]);
    }
    let bill = read(&lines.join("\n")).expect("a bill");
    assert_eq!(
        (
            bill.lines[0].plan_fee_fen,
            bill.lines[0].plan_count.as_str()
        ),
        (Some(180), "3")
    );
    assert_eq!(bill.lines[1].plan_fee_fen, None);
    assert_eq!(bill.lines[3].plan_fee_fen, Some(0));
    lines[5] = lines[5].replacen("1.80", "1.8x", 1);
    let odd = read(&lines.join("\n")).expect_err("no sum");
    assert_eq!(odd, cell(6, "花呗分期手续费"));
}

fn cell(line: usize, name: &'static str) -> BillError {
    BillError::Cell {
        file: FILE,
        line,
        name,
    }
}

#[test]
fn a_bill_without_a_summary_or_with_other_files_is_read() {
    let files: [(&[u8], &[u8], u16); 4] = [
        (b"folder/", b"", 0),
        (&gbk("说明.txt"), b"\xff\xff", 0),
        (&gbk("业务明细.xls"), b"\xff\xff", 0),
        (&gbk(DETAILS_NAME), &real(DETAILS), 0),
    ];
    let bill = Bill::read(&zip(&files), Limits::default()).expect("a bill");
    assert_eq!(bill.summary, None);
}

#[test]
fn a_missing_or_doubled_file_is_named() {
    let (name, summary, bytes) = (gbk(DETAILS_NAME), gbk(SUMMARY_NAME), real(DETAILS));
    let read = |files: &[(&[u8], &[u8], u16)]| Bill::read(&zip(files), Limits::default());
    let missing = Err(BillError::Missing(FILE));
    assert_eq!(read(&[]), missing);
    assert_eq!(read(&[(&summary, &real(SUMMARY), 8)]), missing);
    let twice = read(&[(&name, &bytes, 8), (&name, &bytes, 8)]);
    assert_eq!(twice, Err(BillError::Twice(FILE)));
}

#[test]
fn a_file_in_another_encoding_is_named_with_its_line() {
    let name = gbk(DETAILS_NAME);
    let read = |bytes: &[u8]| Bill::read(&zip(&[(&name, bytes, 8)]), Limits::default());
    let at = |line| Err(BillError::NotGbk { file: FILE, line });
    assert_eq!(read(DETAILS.as_bytes()), at(1));
    assert_eq!(read(format!("#a\n\u{feff}{DETAILS}").as_bytes()), at(2));
    let mut broken = real(DETAILS);
    let place = broken.len() - 3;
    broken[place] = 0xFF;
    assert_eq!(read(&broken), at(DETAILS.lines().count()));
    assert!(matches!(
        read(b"a,b\n"),
        Err(BillError::UnknownColumn { line: 1, .. })
    ));
}

#[test]
fn a_torn_line_is_named() {
    let torn = |line, cells| BillError::Torn {
        file: FILE,
        line,
        cells,
        columns: 25,
    };
    assert_eq!(changed("OTHER-1\t,", "OTHER-1\t"), torn(7, 24));
    assert_eq!(changed("OTHER-1\t,", "OTHER-1\t,,"), torn(7, 26));
    assert_eq!(changed("\"豆浆", "\"豆\"浆"), torn(6, 26));
    assert_eq!(changed("白粥", "白粥, 咸菜"), torn(7, 26));
    let end = "#-----------------------------------------业务明细列表结束";
    let late = BillError::Torn {
        file: FILE,
        line: 11,
        cells: 25,
        columns: 0,
    };
    let row = DETAILS.lines().nth(6).expect("a row");
    assert_eq!(changed(end, &format!("{end}\n{row}\n#")), late);
}

#[test]
fn a_file_that_ends_too_early_is_named() {
    let lines: Vec<&str> = DETAILS.lines().collect();
    for count in 0..lines.len() {
        let cut = read(&lines[..count].join("\n")).expect_err("cut");
        let expect = BillError::CutShort {
            file: FILE,
            line: count,
        };
        assert_eq!(cut, expect);
    }
    let last = changed("05:46:49]", "05:46");
    assert!(matches!(last, BillError::CutShort { .. }));
    let total = changed("#交易合计", "#交易");
    assert!(matches!(total, BillError::CutShort { .. }));
}

#[test]
fn an_unknown_missing_or_doubled_column_is_named() {
    let file = FILE;
    let unknown = BillError::UnknownColumn {
        file,
        line: 5,
        name: "心情".to_owned(),
    };
    assert_eq!(changed("备注", "心情"), unknown);
    let name = "服务费";
    let double = BillError::DoubleColumn {
        file,
        line: 5,
        name,
    };
    assert_eq!(changed("分润（元）", "服务费（元）"), double);
    let missing = BillError::MissingColumn {
        file,
        line: 5,
        name,
    };
    assert_eq!(changed("服务费（元）", "交易方式"), missing);
    let long = changed("备注", &"长".repeat(50));
    assert!(matches!(long, BillError::UnknownColumn { name, .. } if name.chars().count() == 40));
}

#[test]
fn a_cell_that_is_not_what_its_column_promises_is_named() {
    for (from, to, line, name) in [
        ("2019-09-16 10:00:01", "gestern", 6, "完成时间"),
        ("2019-09-16 10:00:00", "2019-09-16", 6, "创建时间"),
        ("12.50,12.50", "12.5O,12.50", 6, "订单金额"),
        ("12.50,12.50", "12.50,12.505", 6, "商家实收"),
        ("-0.08", "", 6, "服务费"),
        ("2019091622001412345678901234\t", "\t", 6, "支付宝交易号"),
        ("OTHER-1\t", "", 7, "商户订单号"),
        ("交易,白粥", ",白粥", 7, "业务类型"),
        ("账号：[", "账号：", 2, "账号"),
        ("起始日期：[2019年", "起始日期：[年", 3, "起始日期"),
        (
            "终止日期：[2019年09月17日 00:00:00]",
            "终止日期：[]",
            3,
            "终止日期",
        ),
        ("共13.52元", "共一元", 11, "交易合计"),
        ("退款合计：1笔", "退款合计：x笔", 12, "退款合计"),
        ("退款合计：1笔", "退款合计1笔", 12, "退款合计"),
    ] {
        assert_eq!(changed(from, to), cell(line, name), "{to}");
    }
}

#[test]
fn what_is_neither_payment_nor_refund_is_named() {
    let kind = |line| BillError::Kind { file: FILE, line };
    assert_eq!(changed("交易,白粥", "奖励,白粥"), kind(7));
    assert_eq!(changed("12.50,12.50", "-12.50,12.50"), kind(6));
    assert_eq!(changed("12.50,12.50", "12.50,-12.50"), kind(6));
    assert_eq!(changed("-2.50,-2.50", "2.50,-2.50"), kind(8));
    assert_eq!(changed("-2.50,-2.50", "-2.50,2.50"), kind(8));
}

#[test]
fn a_bill_that_contradicts_itself_is_refused() {
    let sum = |line| BillError::Sum { file: FILE, line };
    assert_eq!(changed("共13.52元", "共13.53元"), sum(11));
    assert_eq!(changed("交易合计：3笔", "交易合计：4笔"), sum(11));
    assert_eq!(changed("共-2.50元", "共2.50元"), sum(12));
    let lost: Vec<&str> = DETAILS
        .lines()
        .filter(|line| !line.contains("OTHER-1"))
        .collect();
    assert_eq!(read(&lost.join("\n")), Err(sum(10)));
}

#[test]
fn a_summary_is_read_as_strictly() {
    let file = BillFile::Summary;
    let at = |line| BillError::Sum { file, line };
    assert_eq!(summary_changed("合计\t,,3,1", "合计\t,,4,1"), at(7));
    assert_eq!(
        summary_changed("合计\t,,3,1,11.02", "合计\t,,3,1,11.03"),
        at(7)
    );
    let cut = summary_changed("合计\t", "总计\t");
    assert!(matches!(cut, BillError::CutShort { line: 9, .. }));
    let name = "交易订单总笔数";
    let cell = BillError::Cell {
        file,
        line: 6,
        name,
    };
    assert_eq!(summary_changed("早点摊,1,", "早点摊,一,"), cell);
    let name = "心情".to_owned();
    let unknown = BillError::UnknownColumn {
        file,
        line: 4,
        name,
    };
    assert_eq!(summary_changed("门店名称", "心情"), unknown);
    let utf8: [(&[u8], &[u8], u16); 2] = [
        (&gbk(DETAILS_NAME), &real(DETAILS), 8),
        (&gbk(SUMMARY_NAME), SUMMARY.as_bytes(), 8),
    ];
    let not_gbk = Bill::read(&zip(&utf8), Limits::default());
    assert_eq!(not_gbk, Err(BillError::NotGbk { file, line: 1 }));
}

#[test]
fn details_and_summary_must_agree() {
    let other = SUMMARY
        .replace(",,2,1,", ",,3,1,")
        .replace("合计\t,,3,1", "合计\t,,4,1");
    assert_eq!(of(DETAILS, &other), Err(BillError::Disagree));
}

#[test]
fn every_error_says_what_happened_and_where() {
    let name = "服务费";
    let file = FILE;
    for error in [
        BillError::NotAZip,
        BillError::TooLarge { limit: 1 },
        BillError::TooManyFiles { limit: 1 },
        BillError::Packing { method: 12 },
        BillError::Damaged,
        BillError::Missing(file),
        BillError::Twice(BillFile::Summary),
        BillError::NotGbk { file, line: 7 },
        BillError::CutShort { file, line: 7 },
        BillError::MissingColumn {
            file,
            line: 7,
            name,
        },
        BillError::DoubleColumn {
            file,
            line: 7,
            name,
        },
        BillError::Cell {
            file,
            line: 7,
            name,
        },
        BillError::Kind { file, line: 7 },
        BillError::Sum { file, line: 7 },
        BillError::Disagree,
    ] {
        let words = error.to_string();
        assert!(words.contains("bill") && words.len() < 140, "{words}");
    }
    let torn = changed("OTHER-1\t,", "OTHER-1\t");
    let words = "line 7 of the bill's details is torn: 24 cells in 25 columns; fetch it again";
    assert_eq!(torn.to_string(), words);
}

#[test]
fn a_bill_is_asked_for_by_beijings_day_or_month() {
    let evening = Stamp::from_beijing("2026-12-01 00:30:00").expect("a time");
    assert_eq!(
        content(BillKind::Trade, BillSpan::Day(evening)),
        r#"{"bill_type":"trade","bill_date":"2026-12-01"}"#
    );
    assert_eq!(
        content(BillKind::Account, BillSpan::Month(evening)),
        r#"{"bill_type":"signcustomer","bill_date":"2026-12"}"#
    );
}

#[test]
fn an_address_must_be_one() {
    let heard = |node: &str| by_key().bill_outcome(&signed_reply(BILL, node));
    let garbled = BillOutcome::Denied(Denied::Unknown(Doubt::Garbled));
    assert_eq!(heard(r#"{"code":"10000"}"#), garbled);
    for url in ["ftp://x", "https://a b", "x"] {
        let node = format!(r#"{{"code":"10000","bill_download_url":"{url}"}}"#);
        assert_eq!(heard(&node), garbled, "{url}");
    }
    let long = format!(
        r#"{{"code":"10000","bill_download_url":"https://{}"}}"#,
        "x".repeat(4096)
    );
    assert_eq!(heard(&long), garbled);
}

#[test]
fn a_bill_that_is_not_made_is_no_alarm_and_a_refusal_names_its_cause() {
    let failed = |sub_code: &str| {
        let node = format!(r#"{{"code":"40004","sub_code":"{sub_code}"}}"#);
        by_key().bill_outcome(&signed_reply(BILL, &node))
    };
    for name in ["BILL_NOT_EXIST", "NO_BILL_DATA", "isp.bill_not_exist"] {
        assert_eq!(failed(name), BillOutcome::NotMade);
    }
    for (sub_code, cause) in [
        ("INVAILID_ARGUMENTS", Cause::Request),
        ("BILL_DATE_BEFORE_REGISTRATION", Cause::Request),
        ("TYPE_NOT_SUPPORTED", Cause::Setup),
    ] {
        let outcome = failed(sub_code);
        let is_right = match &outcome {
            BillOutcome::Denied(Denied::Refused(refusal)) => refusal.cause == cause,
            BillOutcome::Denied(_) | BillOutcome::Ready { .. } | BillOutcome::NotMade => false,
        };
        assert!(is_right, "{outcome:?}");
    }
    let unknown = |doubt| BillOutcome::Denied(Denied::Unknown(doubt));
    assert_eq!(failed("UNKNOWN_ERROR"), unknown(Doubt::Busy));
    assert_eq!(failed("BRAND_NEW"), unknown(Doubt::Unclear));
    let lost = by_key().bill_outcome(&Err(WireFault::Lost));
    assert_eq!(lost, unknown(Doubt::Lost));
}
