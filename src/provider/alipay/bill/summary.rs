//! 业务明细(汇总): a line for each shop, and a last one for all of them.

use super::columns::{self, SUMMARY};
use super::error::{BillError, BillFile};
use super::table::Table;

const FILE: BillFile = BillFile::Summary;
/// The name of the last row.
const ALL: &str = "合计";

/// The second file of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Shop by shop.
    pub shops: Vec<Shop>,
    /// All shops together, as the file says it.
    pub total: Shop,
}

/// What one shop took and gave back. Sums are in fen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shop {
    /// The merchant's number of the shop; possibly empty.
    pub no: String,
    /// Its name.
    pub name: String,
    /// How many payments.
    pub payments: u64,
    /// How many refunds.
    pub refunds: u64,
    /// The sums of the orders.
    pub amount_fen: i64,
    /// What the shop got before the fee.
    pub received_fen: i64,
    /// Alipay's fee.
    pub fee_fen: i64,
}

impl Summary {
    pub(super) fn read(text: &str) -> Result<Self, BillError> {
        let table = Table::read(text, FILE, SUMMARY)?;
        let no = table.column(columns::SHOP_NO)?;
        let name = table.column_if(columns::SHOP_NAME);
        let payments = table.column(columns::PAYMENTS)?;
        let refunds = table.column(columns::REFUNDS)?;
        let amount = table.column(columns::AMOUNT)?;
        let received = table.column(columns::RECEIVED)?;
        let fee = table.column(columns::FEE)?;
        let mut shops = Vec::with_capacity(table.rows().len());
        for row in table.rows() {
            shops.push(Shop {
                no: row.text(Some(no)),
                name: row.text(name),
                payments: row.count(payments)?,
                refunds: row.count(refunds)?,
                amount_fen: row.fen(amount)?,
                received_fen: row.fen(received)?,
                fee_fen: row.fen(fee)?,
            });
        }
        let line = table.last_line();
        let total = shops
            .pop()
            .filter(|last| last.no == ALL)
            .ok_or(BillError::CutShort { file: FILE, line })?;
        let line = table.rows().last().map_or(line, |row| row.line);
        if sums(&shops) == sums(core::slice::from_ref(&total)) {
            Ok(Self { shops, total })
        } else {
            Err(BillError::Sum { file: FILE, line })
        }
    }
}

/// Counts, and sums in fen, over some rows; wide enough never to overflow.
fn sums(shops: &[Shop]) -> [i128; 5] {
    let over = |part: fn(&Shop) -> i128| shops.iter().map(part).sum();
    [
        over(|shop| shop.payments.into()),
        over(|shop| shop.refunds.into()),
        over(|shop| shop.amount_fen.into()),
        over(|shop| shop.received_fen.into()),
        over(|shop| shop.fee_fen.into()),
    ]
}
