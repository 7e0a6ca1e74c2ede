//! Sums of money in minor units (fen), checked at every step.

use core::fmt;

/// A sum in fen, from 0 to [`Amount::MAX`]. There is no negative amount and no floating point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

/// Why a number or a text is not an amount that can be charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// Nothing to charge.
    Zero,
    /// Below zero.
    Negative,
    /// Above [`Amount::MAX`].
    TooLarge,
    /// More than two decimals: there is no coin below one fen.
    TooFine,
    /// Not a number of yuan at all.
    NotANumber,
}

impl fmt::Display for AmountError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Zero => "the amount is zero",
            Self::Negative => "the amount is negative",
            Self::TooLarge => "the amount is above 100,000,000.00 yuan",
            Self::TooFine => "the amount has more than two decimals",
            Self::NotANumber => "the amount is not a number",
        })
    }
}

impl core::error::Error for AmountError {}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// Alipay's ceiling for one payment: 100,000,000.00 yuan.
    pub const MAX: Self = Self(10_000_000_000);

    /// An amount from fen, 0 allowed.
    ///
    /// # Errors
    /// [`AmountError::Negative`] or [`AmountError::TooLarge`].
    pub const fn from_fen(fen: i64) -> Result<Self, AmountError> {
        if fen < 0 {
            return Err(AmountError::Negative);
        }
        if fen > Self::MAX.0 {
            return Err(AmountError::TooLarge);
        }
        Ok(Self(fen))
    }

    /// An amount that can be charged: from 1 fen up.
    ///
    /// # Errors
    /// As [`Amount::from_fen`], and [`AmountError::Zero`].
    pub const fn chargeable(fen: i64) -> Result<Self, AmountError> {
        if fen == 0 {
            Err(AmountError::Zero)
        } else {
            Self::from_fen(fen)
        }
    }

    /// Fen.
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// The sum of two amounts.
    ///
    /// # Errors
    /// [`AmountError::TooLarge`] above [`Amount::MAX`].
    pub const fn plus(self, other: Self) -> Result<Self, AmountError> {
        match self.0.checked_add(other.0) {
            Some(fen) => Self::from_fen(fen),
            None => Err(AmountError::TooLarge),
        }
    }

    /// Reads yuan as providers and people write them: `12`, `12.5`, `12.50`.
    ///
    /// # Errors
    /// Every [`AmountError`] but `Zero`.
    pub fn from_yuan(text: &str) -> Result<Self, AmountError> {
        let below_zero = text.strip_prefix('-');
        let digits = below_zero.unwrap_or(text);
        let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(cents) {
            return Err(AmountError::NotANumber);
        }
        if cents.len() > 2 {
            return Err(AmountError::TooFine);
        }
        let fen: i64 = format!("{whole}{cents:0<2}")
            .parse()
            .map_err(|_| AmountError::TooLarge)?;
        Self::from_fen(if below_zero.is_some() { -fen } else { fen })
    }

    /// Yuan with exactly two decimals and no grouping, as Alipay wants them: `12.50`.
    pub fn yuan(self) -> String {
        format!("{}.{:02}", self.0 / 100, self.0 % 100)
    }

    /// Yuan for people, grouped by thousands: `12,345.60`.
    pub fn yuan_grouped(self) -> String {
        let whole = (self.0 / 100).to_string();
        let mut out = String::with_capacity(whole.len() + 8);
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        format!("{out}.{:02}", self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Amount, AmountError};

    fn check(text: &str, expect: Result<i64, AmountError>) {
        assert_eq!(Amount::from_yuan(text).map(Amount::fen), expect, "{text}");
    }

    #[test]
    fn yuan_are_read_to_the_fen() {
        check("12", Ok(1200));
        check("12.5", Ok(1250));
        check("0.01", Ok(1));
        check("100000000.00", Ok(10_000_000_000));
    }

    #[test]
    fn what_is_no_amount_says_why() {
        check("0.001", Err(AmountError::TooFine));
        check("-1.00", Err(AmountError::Negative));
        check("100000000.01", Err(AmountError::TooLarge));
        check("1000000000000", Err(AmountError::TooLarge));
        check("99999999999999999999999999", Err(AmountError::TooLarge));
        check("", Err(AmountError::NotANumber));
        check(".", Err(AmountError::NotANumber));
        check("1e3", Err(AmountError::NotANumber));
        check("1.x", Err(AmountError::NotANumber));
        check("１２", Err(AmountError::NotANumber));
    }

    #[test]
    fn thousands_are_grouped_for_people() {
        let shown = |fen| Amount::from_fen(fen).map(Amount::yuan_grouped);
        assert_eq!(shown(5), Ok("0.05".to_owned()));
        assert_eq!(shown(123_456_789), Ok("1,234,567.89".to_owned()));
        assert_eq!(shown(99_900), Ok("999.00".to_owned()));
    }

    proptest! {
        #[test]
        fn every_amount_reads_back_from_its_text(fen in 0..=10_000_000_000_i64) {
            let amount = Amount::from_fen(fen)?;
            prop_assert_eq!(Amount::from_yuan(&amount.yuan()), Ok(amount));
            prop_assert_eq!(Amount::from_yuan(&amount.yuan_grouped().replace(',', "")), Ok(amount));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            let _ = Amount::from_yuan(&text);
        }
    }
}
