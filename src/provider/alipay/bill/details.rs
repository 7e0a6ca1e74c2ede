//! 业务明细: every payment and refund of a time, one line each.

use money::Stamp;

use super::columns::{self, DETAILS};
use super::error::{BillError, BillFile};
use super::file::{self, Limits};
use super::summary::Summary;
use super::table::{Column, Row, Table};
use crate::alipay::fen;

const FILE: BillFile = BillFile::Details;

/// A bill, read whole and found to agree with itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// The account's number with Alipay's suffix, e.g. `20881234567890120156`.
    pub account: String,
    /// The first moment it is about.
    pub from: Stamp,
    /// The last moment it is about.
    pub until: Stamp,
    /// Payments and refunds in the order of the file.
    pub lines: Vec<Line>,
    /// What the lines sum up to.
    pub totals: Totals,
    /// The second file, when there is one.
    pub summary: Option<Summary>,
}

/// Which way the money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// 交易: to the shop.
    Payment,
    /// 退款: back to the customer, by a refund or a reverse.
    Refund,
}

/// One payment or refund. Sums are in fen and below zero where money went back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its line in the file.
    pub line: usize,
    /// Alipay's number of the order.
    pub provider_no: String,
    /// The merchant's number of the order, ours or that of another program.
    pub order_no: String,
    /// Which way the money went.
    pub moved: Moved,
    /// The number under which a refund was asked for, where there is one.
    pub refund_no: Option<String>,
    /// What the customer read.
    pub subject: String,
    /// When the order was made.
    pub created_at: Stamp,
    /// When the money moved; by this a line belongs to its day.
    pub finished_at: Stamp,
    /// The merchant's number of the shop.
    pub shop_no: String,
    /// The till's number.
    pub till: String,
    /// The customer's masked account.
    pub payer: String,
    /// The order's sum, or the sum that went back.
    pub amount_fen: i64,
    /// What the shop got of it before the fee.
    pub received_fen: i64,
    /// Alipay's fee: below zero for a payment, above for one that was given back.
    pub fee_fen: i64,
    /// The fee of 花呗分期, where the bill has it.
    pub plan_fee_fen: Option<i64>,
    /// The number of instalments, where the bill has it.
    pub plan_count: String,
}

/// What the lines sum up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many payments.
    pub payments: u64,
    /// What the shop got of them, in fen.
    pub received_fen: i64,
    /// How many refunds.
    pub refunds: u64,
    /// What went back of it, in fen, not above zero.
    pub given_back_fen: i64,
}

impl Bill {
    /// Reads a business bill as it was fetched.
    ///
    /// # Errors
    /// [`BillError`], with the line where there is one; nothing of the bill is used then.
    pub fn read(zip: &[u8], limits: Limits) -> Result<Self, BillError> {
        let files = file::open(zip, limits)?;
        let mut bill = details(&files.details)?;
        bill.summary = files.summary.as_deref().map(Summary::read).transpose()?;
        let counts = bill
            .summary
            .as_ref()
            .map(|summary| (summary.total.payments, summary.total.refunds));
        if counts.is_some_and(|counts| counts != (bill.totals.payments, bill.totals.refunds)) {
            return Err(BillError::Disagree);
        }
        Ok(bill)
    }
}

fn details(text: &str) -> Result<Bill, BillError> {
    let table = Table::read(text, FILE, DETAILS)?;
    let places = Places::of(&table)?;
    let lines = table
        .rows()
        .iter()
        .map(|row| line(row, &places))
        .collect::<Result<Vec<_>, _>>()?;
    let mut totals = Totals::default();
    for line in &lines {
        match line.moved {
            Moved::Payment => {
                totals.payments += 1;
                totals.received_fen = totals.received_fen.saturating_add(line.received_fen);
            }
            Moved::Refund => {
                totals.refunds += 1;
                totals.given_back_fen = totals.given_back_fen.saturating_add(line.received_fen);
            }
        }
    }
    let payments = (totals.payments, totals.received_fen);
    check_total(&table, "交易合计", payments)?;
    let refunds = (totals.refunds, totals.given_back_fen);
    check_total(&table, "退款合计", refunds)?;
    let (_, account) = table.in_brackets("账号")?;
    Ok(Bill {
        account: account.to_owned(),
        from: table.time("起始日期")?,
        until: table.time("终止日期")?,
        lines,
        totals,
        summary: None,
    })
}

/// Compares what the file says of itself, `交易合计：6笔，商家实收共0.06元，...`, with its lines: a
/// line that is missing altogether shows itself nowhere else.
fn check_total(
    table: &Table<'_>,
    word: &'static str,
    counted: (u64, i64),
) -> Result<(), BillError> {
    let (line, remark) = table.remark(word)?;
    let said = total(remark).ok_or(table.cell(line, word))?;
    if said == counted {
        Ok(())
    } else {
        Err(BillError::Sum { file: FILE, line })
    }
}

fn total(remark: &str) -> Option<(u64, i64)> {
    let (_, rest) = remark.split_once('：')?;
    let (count, rest) = rest.split_once('笔')?;
    let (_, rest) = rest.split_once('共')?;
    let (sum, _) = rest.split_once('元')?;
    Some((count.trim().parse().ok()?, fen::read(sum.trim())?))
}

/// Where the columns of this file are.
struct Places {
    provider_no: Column,
    order_no: Column,
    kind: Column,
    created: Column,
    finished: Column,
    amount: Column,
    received: Column,
    fee: Column,
    refund_no: Option<Column>,
    subject: Option<Column>,
    shop_no: Option<Column>,
    till: Option<Column>,
    payer: Option<Column>,
    plan_fee: Option<Column>,
    plan_count: Option<Column>,
}

impl Places {
    fn of(table: &Table<'_>) -> Result<Self, BillError> {
        Ok(Self {
            provider_no: table.column(columns::PROVIDER_NO)?,
            order_no: table.column(columns::ORDER_NO)?,
            kind: table.column(columns::KIND)?,
            created: table.column(columns::CREATED)?,
            finished: table.column(columns::FINISHED)?,
            amount: table.column(columns::AMOUNT)?,
            received: table.column(columns::RECEIVED)?,
            fee: table.column(columns::FEE)?,
            refund_no: table.column_if(columns::REFUND_NO),
            subject: table.column_if(columns::SUBJECT),
            shop_no: table.column_if(columns::SHOP_NO),
            till: table.column_if(columns::TILL),
            payer: table.column_if(columns::PAYER),
            plan_fee: table.column_if(columns::PLAN_FEE),
            plan_count: table.column_if(columns::PLAN_COUNT),
        })
    }
}

fn line(row: &Row, at: &Places) -> Result<Line, BillError> {
    let moved = match row.word(at.kind)? {
        "交易" => Moved::Payment,
        "退款" => Moved::Refund,
        _ => return Err(kind(row)),
    };
    let amount_fen = row.fen(at.amount)?;
    let received_fen = row.fen(at.received)?;
    let is_signed_right = match moved {
        Moved::Payment => amount_fen >= 0 && received_fen >= 0,
        Moved::Refund => amount_fen <= 0 && received_fen <= 0,
    };
    if !is_signed_right {
        return Err(kind(row));
    }
    let refund_no = row.text(at.refund_no);
    Ok(Line {
        line: row.line,
        provider_no: row.word(at.provider_no)?.to_owned(),
        order_no: row.word(at.order_no)?.to_owned(),
        moved,
        refund_no: (!refund_no.is_empty()).then_some(refund_no),
        subject: row.text(at.subject),
        created_at: row.time(at.created)?,
        finished_at: row.time(at.finished)?,
        shop_no: row.text(at.shop_no),
        till: row.text(at.till),
        payer: row.text(at.payer),
        amount_fen,
        received_fen,
        fee_fen: row.fen(at.fee)?,
        plan_fee_fen: row.fen_if(at.plan_fee)?,
        plan_count: row.text(at.plan_count),
    })
}

const fn kind(row: &Row) -> BillError {
    BillError::Kind {
        file: FILE,
        line: row.line,
    }
}
