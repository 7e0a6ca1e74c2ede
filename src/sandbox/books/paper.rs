//! Both files of a bill as text, in Alipay's layout and with its habits: remarks behind `#`, a tab
//! after every number that a spreadsheet would spoil, brackets of full width, CRLF.

use encoding_rs::GBK;
use money::Stamp;

use super::{Entry, Span};
use crate::keys::SELLER_ID;

/// What the account's number ends with in bills.
const SUFFIX: &str = "0156";
const SHOP_NO: &str = "SANDBOX";
const SHOP_NAME: &str = "沙箱店";
const DASHES: &str = "-----------------------------------------";
const DETAILS: &str = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,\
                       门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,\
                       支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,\
                       券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,\
                       退款批次号/请求号,服务费（元）,分润（元）,备注";
/// What a bill with 花呗分期 has behind the others.
const DETAILS_OF_PLANS: &str = "实收净额（元）,商户识别号,交易方式,花呗分期手续费（元）,花呗分期数";
const SUMMARY: &str = "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,\
                       商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,\
                       服务费（元）,分润（元）,实收净额（元）";

/// The account's number as bills write it.
pub(super) fn account() -> String {
    format!("{SELLER_ID}{SUFFIX}")
}

/// A text in GBK; a letter that GBK does not have is a question mark.
pub(super) fn gbk(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        let mut room = [0; 4];
        let (encoded, _, is_lost) = GBK.encode(letter.encode_utf8(&mut room));
        if is_lost {
            bytes.push(b'?');
        } else {
            bytes.extend_from_slice(&encoded);
        }
    }
    bytes
}

fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02}", fen / 100, fen % 100)
}

/// A moment as remarks write it.
fn chinese(at: Stamp) -> String {
    let text = at.beijing();
    let (day, time) = text.split_once(' ').unwrap_or((&text, ""));
    let parts: Vec<_> = day.split('-').collect();
    match parts.as_slice() {
        [year, month, day] => format!("{year}年{month}月{day}日 {time}"),
        _ => text.clone(),
    }
}

/// A text that may hold a comma or a quote.
fn cell(text: &str) -> String {
    let plain = text.replace(['\r', '\n'], " ");
    if plain.contains([',', '"']) {
        format!("\"{}\"", plain.replace('"', "\"\""))
    } else {
        plain
    }
}

/// What both files begin with.
fn head(title: &str, list: &str, span: &Span) -> Vec<String> {
    vec![
        format!("#{title}"),
        format!("#账号：[{}]", account()),
        format!(
            "#起始日期：[{}]   终止日期：[{}]",
            chinese(span.from),
            chinese(span.until)
        ),
        format!("#{DASHES}{list}{DASHES}"),
    ]
}

fn text(mut lines: Vec<String>) -> String {
    lines.push(String::new());
    lines.join("\r\n")
}

/// The same, ending in the middle of its last line of columns.
pub(super) fn torn(mut details: Vec<u8>) -> Vec<u8> {
    let lines = details.split(|byte| *byte == b'\n');
    let rows = lines.scan(0, |end, line| {
        *end += line.len() + 1;
        Some((*end, line))
    });
    let columns = rows.filter(|(_, line)| line.first().is_some_and(|byte| *byte != b'#'));
    let cut = columns.last().map(|(end, line)| end - line.len() / 2);
    details.truncate(cut.unwrap_or_default());
    details
}

/// The same with a column that Alipay does not have, in the heading and in every line.
pub(super) fn with_a_column(details: &str) -> String {
    let widened = details.lines().map(|line| {
        if line.starts_with('#') {
            line.to_owned()
        } else {
            let cell = if line.starts_with("支付宝交易号") {
                "天气"
            } else {
                ""
            };
            format!("{line},{cell}")
        }
    });
    text(widened.collect())
}

/// Sum and count of the entries that go one way.
fn sum(entries: &[Entry<'_>], is_refund: bool) -> (usize, i64) {
    let chosen = || entries.iter().filter(|entry| (entry.fen < 0) == is_refund);
    (chosen().count(), chosen().map(|entry| entry.fen).sum())
}

/// Every movement.
pub(super) fn details(entries: &[Entry<'_>], span: &Span, now: Stamp) -> String {
    let mut lines = head("支付宝业务明细查询", "业务明细列表", span);
    if entries
        .iter()
        .any(|entry| entry.order.instalments.is_some())
    {
        lines.push(format!("{DETAILS},{DETAILS_OF_PLANS}"));
        let whole = |entry: &Entry<'_>| format!("{},{}", row(entry), row_of_plan(entry));
        lines.extend(entries.iter().map(whole));
    } else {
        lines.push(DETAILS.to_owned());
        lines.extend(entries.iter().map(row));
    }
    lines.push(format!("#{DASHES}业务明细列表结束{DASHES}"));
    let (payments, taken) = sum(entries, false);
    let (refunds, back) = sum(entries, true);
    let (taken, back) = (yuan(taken), yuan(back));
    lines.push(format!(
        "#交易合计：{payments}笔，商家实收共{taken}元，商家优惠共0.00元"
    ));
    lines.push(format!(
        "#退款合计：{refunds}笔，商家实收退款共{back}元，商家优惠退款共0.00元"
    ));
    lines.push(format!("#导出时间：[{}]", chinese(now)));
    text(lines)
}

fn row(entry: &Entry<'_>) -> String {
    let order = entry.order;
    let kind = if entry.fen < 0 { "退款" } else { "交易" };
    let tabbed = |text: &str| format!("{text}\t");
    let nothing = || "0.00".to_owned();
    [
        tabbed(&order.trade_no),
        tabbed(order.number.as_str()),
        kind.to_owned(),
        cell(&order.subject),
        order.opened_at.beijing(),
        entry.at.beijing(),
        tabbed(SHOP_NO),
        SHOP_NAME.to_owned(),
        tabbed(""),
        tabbed(""),
        order.customer.login().to_owned(),
        yuan(entry.fen),
        yuan(entry.fen),
        nothing(),
        nothing(),
        nothing(),
        nothing(),
        nothing(),
        String::new(),
        nothing(),
        nothing(),
        tabbed(entry.refund.unwrap_or_default()),
        yuan(entry.fee_fen),
        nothing(),
        String::new(),
    ]
    .join(",")
}

/// The further columns; without a plan its two are empty.
fn row_of_plan(entry: &Entry<'_>) -> String {
    let plan = entry.order.instalments;
    let count = plan.map(|plan| plan.months.count().to_string());
    [
        yuan(entry.fen + entry.fee_fen + entry.plan_fee_fen),
        format!("{SELLER_ID}\t"),
        String::new(),
        plan.map_or_else(String::new, |_| yuan(entry.plan_fee_fen)),
        count.unwrap_or_default(),
    ]
    .join(",")
}

/// One line for the shop, one for all.
pub(super) fn summary(entries: &[Entry<'_>], span: &Span, now: Stamp) -> String {
    let mut lines = head("支付宝业务汇总查询", "业务汇总列表", span);
    lines.push(SUMMARY.to_owned());
    if !entries.is_empty() {
        lines.push(total(entries, &format!("{SHOP_NO}\t"), SHOP_NAME));
    }
    lines.push(total(entries, "合计", ""));
    lines.push(format!("#{DASHES}业务汇总列表结束{DASHES}"));
    lines.push(format!("#导出时间：[{}]", chinese(now)));
    text(lines)
}

fn total(entries: &[Entry<'_>], no: &str, name: &str) -> String {
    let (payments, taken) = sum(entries, false);
    let (refunds, back) = sum(entries, true);
    let fees: i64 = entries.iter().map(|entry| entry.fee_fen).sum();
    let plan_fees: i64 = entries.iter().map(|entry| entry.plan_fee_fen).sum();
    let moved = taken + back;
    let (sum, fee, net) = (yuan(moved), yuan(fees), yuan(moved + fees + plan_fees));
    format!("{no},{name},{payments},{refunds},{sum},{sum},0.00,0.00,0.00,{fee},0.00,{net}")
}
