//! Lines are cut into cells as they were written, or not at all.

use super::super::columns::SUMMARY;
use super::super::error::BillFile;
use super::{Table, cells};

fn cut_into(line: &str, words: &[&str]) -> bool {
    cells(line, words.len()).is_ok_and(|cells| cells == words)
}

#[test]
fn blanks_and_tabs_around_a_cell_do_not_count() {
    assert!(cut_into("2019\t, a b ,\t", &["2019", "a b", ""]));
    assert!(cut_into("", &[""]));
    assert!(cut_into(",", &["", ""]));
}

#[test]
fn a_cell_in_quotes_may_hold_commas_and_quotes() {
    assert!(cut_into("\"a,b\"\t,c", &["a,b", "c"]));
    assert!(cut_into("x, \"a, \"\"b\"\"\"", &["x", "a, \"b\""]));
    assert!(cut_into("\"\",\"a,b\"", &["", "a,b"]));
    assert!(cut_into("\"a\"\t,\"\"", &["a", ""]));
}

#[test]
fn quotes_of_the_merchants_own_stay_where_they_are() {
    assert!(cut_into("a\"b,c", &["a\"b", "c"]));
    assert!(cut_into("\"a\"b,\"c", &["\"a\"b", "\"c"]));
}

#[test]
fn too_many_commas_that_no_quotes_explain_are_counted() {
    assert_eq!(cells("a,b,c", 2), Err(3));
    assert_eq!(cells("\"a,b,c", 2), Err(3));
    assert_eq!(cells("\"a,b\"c,d", 2), Err(3));
    assert_eq!(cells("\"a,b\",c,d", 2), Err(4));
    assert_eq!(cells("a", 2), Err(1));
}

#[test]
fn blank_lines_are_left_out_and_a_file_may_have_no_rows() {
    let text = "#a\n\n门店编号,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收(元),服务费\n \t\n\
                #业务汇总列表结束\n#导出时间：[x]\n";
    let table = Table::read(text, BillFile::Summary, SUMMARY).expect("a table");
    assert!(table.rows().is_empty());
    assert_eq!(table.last_line(), 6);
}

#[test]
fn an_empty_file_and_one_with_rows_after_its_end_are_refused() {
    assert!(Table::read("", BillFile::Summary, SUMMARY).is_err());
    let after = "#列表结束\n1,2\n#导出时间：[x]";
    assert!(Table::read(after, BillFile::Summary, SUMMARY).is_err());
}
