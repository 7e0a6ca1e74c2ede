//! What stands on a receipt, in the order in which it is read.

use money::Amount;

use crate::code::{BarText, QrText};

/// Lines of goods at most: what a cart holds, and as much again.
pub const GOODS_MAX: usize = 200;
/// Lines of the address, lines of the footer and ways of payment at most, each.
pub const PART_MAX: usize = 12;
/// Characters of one text at most; what is longer is cut, and ends in `…`.
pub const TEXT_MAX: usize = 200;

/// Why something cannot be printed as one receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// More goods than a receipt has lines for.
    #[error("a receipt has at most 200 lines of goods; print it in parts")]
    TooManyGoods,
    /// More lines of address or footer, or more ways of payment, than a receipt has.
    #[error("address, footer and ways of payment have at most 12 lines each; leave some out")]
    TooManyLines,
}

/// Whose receipt it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shop {
    /// Its name, at the head.
    pub name: String,
    /// Address, telephone, tax number: what the shop wants below its name.
    pub address: Vec<String>,
}

/// What became of the money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// It was paid.
    #[default]
    Payment,
    /// It went back to the customer.
    Refund,
    /// The payment was made undone.
    Reversal,
}

/// One line of goods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Good {
    /// Its name; empty for a typed amount.
    pub name: String,
    /// How many.
    pub count: u32,
    /// What one costs.
    pub unit: Amount,
    /// What is taken off this line.
    pub off: Amount,
    /// What the line comes to.
    pub sum: Amount,
}

/// One way in which it was paid, or given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// The wallet's name, or cash.
    pub wallet: String,
    /// Where the wallet took it from, as 花呗; empty where not told.
    pub source: String,
    /// How much.
    pub sum: Amount,
}

/// In which instalments the customer pays it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// In how many months.
    pub months: u8,
    /// What the customer pays in a month.
    pub each: Amount,
    /// The fee on the customer; zero where the shop bears it.
    pub fee: Amount,
}

/// A receipt as a value. Texts may hold anything: what cannot be printed is made visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Whose it is.
    pub shop: Shop,
    /// What became of the money.
    pub kind: Kind,
    /// It was printed before.
    pub is_reprint: bool,
    /// The till's name.
    pub till: String,
    /// The cashier's name; empty where nobody is told.
    pub cashier: String,
    /// When, in the shop's zone and writing.
    pub time: String,
    /// The goods; empty for a typed amount alone.
    pub goods: Vec<Good>,
    /// What is taken off all of them together.
    pub off: Amount,
    /// What was paid, or given back.
    pub total: Amount,
    /// In which ways.
    pub paid: Vec<Paid>,
    /// The plan of instalments, if it was paid by one.
    pub plan: Option<Plan>,
    /// Our number of the order.
    pub order_no: String,
    /// The provider's number; empty where it told none.
    pub provider_no: String,
    /// What the shop says at the end.
    pub footer: Vec<String>,
    /// What a QR code at the end says.
    pub qr: Option<QrText>,
    /// What bars at the end say, a number of the order as a rule.
    pub bars: Option<BarText>,
}

impl Receipt {
    /// A receipt of that sum without anything else.
    pub fn of(kind: Kind, total: Amount) -> Self {
        Self {
            shop: Shop::default(),
            kind,
            is_reprint: false,
            till: String::new(),
            cashier: String::new(),
            time: String::new(),
            goods: Vec::new(),
            off: Amount::ZERO,
            total,
            paid: Vec::new(),
            plan: None,
            order_no: String::new(),
            provider_no: String::new(),
            footer: Vec::new(),
            qr: None,
            bars: None,
        }
    }

    /// Whether it is of a size that can be printed.
    ///
    /// # Errors
    /// [`ReceiptError`] with the part that is too long.
    pub const fn check(&self) -> Result<(), ReceiptError> {
        if self.goods.len() > GOODS_MAX {
            return Err(ReceiptError::TooManyGoods);
        }
        let is_long = self.shop.address.len() > PART_MAX
            || self.footer.len() > PART_MAX
            || self.paid.len() > PART_MAX;
        if is_long {
            return Err(ReceiptError::TooManyLines);
        }
        Ok(())
    }
}
