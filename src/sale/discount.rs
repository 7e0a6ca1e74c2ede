//! What is taken off: a sum, or so many percent.

use money::Amount;

/// Why something cannot be taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscountError {
    /// It is more than there is.
    #[error("the discount is larger than what it is taken from")]
    OverSum,
    /// It is not from 1 to 100 percent, or takes nothing.
    #[error("a discount is from 1 fen, or from 1 to 100 percent")]
    None,
}

/// So many percent, 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u8);

impl Percent {
    /// 1 to 100 percent.
    ///
    /// # Errors
    /// [`DiscountError::None`] for any other number.
    pub const fn of(count: u8) -> Result<Self, DiscountError> {
        match count {
            1..=100 => Ok(Self(count)),
            _ => Err(DiscountError::None),
        }
    }

    /// How many.
    pub const fn count(self) -> u8 {
        self.0
    }
}

/// What is taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discount {
    /// This sum.
    Fen(Amount),
    /// So many percent, rounded to the fen; half a fen is given to the customer.
    Percent(Percent),
}

impl Discount {
    /// A sum to take off; never zero.
    ///
    /// # Errors
    /// [`DiscountError::None`] when it is zero.
    pub fn fen(amount: Amount) -> Result<Self, DiscountError> {
        if amount == Amount::ZERO {
            Err(DiscountError::None)
        } else {
            Ok(Self::Fen(amount))
        }
    }

    /// What it takes off that sum, to the fen.
    ///
    /// # Errors
    /// [`DiscountError::OverSum`] when there is not so much.
    pub fn off(self, sum: Amount) -> Result<Amount, DiscountError> {
        let off = match self {
            Self::Fen(amount) => amount,
            Self::Percent(percent) => {
                // Half up: at most 10^10 fen by 100, which is far from the end of the numbers.
                let fen = (sum.fen() * i64::from(percent.count()) + 50) / 100;
                Amount::from_fen(fen).map_err(|_| DiscountError::OverSum)?
            }
        };
        if off > sum {
            Err(DiscountError::OverSum)
        } else {
            Ok(off)
        }
    }
}
