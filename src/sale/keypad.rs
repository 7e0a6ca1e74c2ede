//! The amount as it is typed: sums like `12.5+8×2`, exact to the fen.
//!
//! No floating point: every number is a whole mantissa with a count of decimals, and every step is
//! checked. What cannot be charged stays as it was typed and says why: a key that is silently
//! dropped could charge an amount that nobody meant.

use money::{Amount, AmountError};

use crate::cart::COUNT_MAX;

/// Longest expression, in signs.
const SIGNS_MAX: usize = 40;

/// Most decimals that a number or a product may have on the way.
const DECIMALS_MAX: u32 = 12;

/// A key of the keypad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// 0 to 9.
    Digit(u8),
    /// The decimal point.
    Dot,
    /// Adds the next number.
    Plus,
    /// Multiplies by the next number.
    Times,
    /// Takes the last sign away.
    Back,
    /// Takes everything away.
    Clear,
}

impl Key {
    /// The key of a typed sign; `None` when the keypad has none.
    pub fn of(sign: &str) -> Option<Self> {
        match sign {
            "." | "," | "。" => Some(Self::Dot),
            "+" => Some(Self::Plus),
            "*" | "×" | "x" | "X" => Some(Self::Times),
            "Backspace" => Some(Self::Back),
            "Delete" => Some(Self::Clear),
            _ => match sign.as_bytes() {
                [digit @ b'0'..=b'9'] => Some(Self::Digit(digit - b'0')),
                _ => None,
            },
        }
    }
}

/// Why what was typed cannot be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SumError {
    /// Nothing is typed.
    Empty,
    /// It is zero.
    Zero,
    /// It has more than two decimals.
    TooFine,
    /// It is above the limit.
    TooLarge,
    /// The expression is longer than the display.
    TooLong,
}

/// What has been typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keypad {
    /// Digits, `.`, `+` and `×`.
    text: String,
    /// A key found no room: what is shown is not what was typed.
    is_overfull: bool,
}

/// A decimal number: `mantissa` with the last `decimals` digits behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number {
    mantissa: i128,
    decimals: u32,
}

impl Keypad {
    /// A keypad on which that amount was typed.
    pub fn of(amount: Amount) -> Self {
        Self {
            text: amount.yuan(),
            is_overfull: false,
        }
    }

    /// Takes one key.
    pub fn press(&mut self, key: Key) {
        match key {
            Key::Digit(digit) => self.push_digit(digit),
            Key::Dot => self.push_dot(),
            Key::Plus => self.push_sign('+'),
            Key::Times => self.push_sign('×'),
            Key::Back => {
                if !core::mem::take(&mut self.is_overfull) {
                    self.text.pop();
                }
            }
            Key::Clear => *self = Self::default(),
        }
    }

    /// What was typed, for the small line above the amount.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True when there is more than one number, so that the line above says more than the amount.
    pub fn is_sum(&self) -> bool {
        self.text.contains(['+', '×'])
    }

    /// The whole number before a `×` that nothing stands behind: so many pieces of what comes next.
    pub fn times(&self) -> Option<u32> {
        let count: u32 = self.text.strip_suffix('×')?.parse().ok()?;
        (1..=COUNT_MAX).contains(&count).then_some(count)
    }

    /// True when nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The amount to charge.
    ///
    /// # Errors
    /// [`SumError`] when it cannot be charged.
    pub fn sum(&self, limit: Amount) -> Result<Amount, SumError> {
        if self.is_overfull {
            return Err(SumError::TooLong);
        }
        if self.is_empty() {
            return Err(SumError::Empty);
        }
        let fen = self.exact().ok_or(SumError::TooLarge)?.fen()?;
        let amount = Amount::chargeable(fen).map_err(|why| match why {
            AmountError::Zero | AmountError::Negative | AmountError::NotANumber => SumError::Zero,
            AmountError::TooLarge => SumError::TooLarge,
            AmountError::TooFine => SumError::TooFine,
        })?;
        if amount > limit {
            return Err(SumError::TooLarge);
        }
        Ok(amount)
    }

    /// The amount as people read it, exact even where it cannot be charged: `1,234.50`.
    pub fn shown(&self) -> String {
        self.exact().map_or_else(|| "—".to_owned(), Number::shown)
    }

    fn exact(&self) -> Option<Number> {
        let text = self.text.trim_end_matches(['+', '×']);
        let mut sum = Number::ZERO;
        for term in text.split('+') {
            let mut product = Number::ONE;
            for factor in term.split('×') {
                product = product.times(Number::read(factor)?)?;
            }
            sum = sum.plus(product)?;
        }
        Some(sum)
    }

    fn push_digit(&mut self, digit: u8) {
        let is_zero = self.number() == "0";
        if is_zero {
            // A leading zero gives way: 05 is 5.
            self.text.pop();
        }
        self.push(char::from(b'0' + digit.min(9)));
    }

    fn push_dot(&mut self) {
        if self.number().contains('.') {
            return;
        }
        if self.number().is_empty() {
            self.push('0');
        }
        self.push('.');
    }

    fn push_sign(&mut self, sign: char) {
        if self.text.ends_with(['+', '×']) {
            self.text.pop();
        }
        if !self.text.is_empty() {
            self.push(sign);
        }
    }

    fn push(&mut self, sign: char) {
        if self.text.chars().count() < SIGNS_MAX {
            self.text.push(sign);
        } else {
            self.is_overfull = true;
        }
    }

    /// The number being typed.
    fn number(&self) -> &str {
        self.text.rsplit(['+', '×']).next().unwrap_or_default()
    }
}

impl Number {
    const ZERO: Self = Self {
        mantissa: 0,
        decimals: 0,
    };
    const ONE: Self = Self {
        mantissa: 1,
        decimals: 0,
    };

    /// Reads digits with at most one point; the empty text is zero.
    fn read(text: &str) -> Option<Self> {
        let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("0{whole}{cents}");
        Some(Self {
            mantissa: digits.parse().ok()?,
            decimals: u32::try_from(cents.len()).ok()?,
        })
    }

    fn times(self, other: Self) -> Option<Self> {
        let product = Self {
            mantissa: self.mantissa.checked_mul(other.mantissa)?,
            decimals: self.decimals.checked_add(other.decimals)?,
        };
        product.shortened()
    }

    fn plus(self, other: Self) -> Option<Self> {
        let decimals = self.decimals.max(other.decimals);
        let (one, two) = (self.widened(decimals)?, other.widened(decimals)?);
        Some(Self {
            mantissa: one.checked_add(two)?,
            decimals,
        })
    }

    /// Without the zeros at the end of its decimals.
    fn shortened(mut self) -> Option<Self> {
        while self.decimals > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.decimals -= 1;
        }
        (self.decimals <= DECIMALS_MAX).then_some(self)
    }

    fn widened(self, decimals: u32) -> Option<i128> {
        let missing = decimals.checked_sub(self.decimals)?;
        self.mantissa.checked_mul(10_i128.checked_pow(missing)?)
    }

    fn fen(self) -> Result<i64, SumError> {
        let exact = self.shortened().ok_or(SumError::TooFine)?;
        if exact.decimals > 2 {
            return Err(SumError::TooFine);
        }
        let fen = exact.widened(2).ok_or(SumError::TooLarge)?;
        i64::try_from(fen).map_err(|_| SumError::TooLarge)
    }

    fn shown(self) -> String {
        let exact = self.shortened().unwrap_or(self);
        let decimals = exact.decimals.max(2);
        let Some(mantissa) = exact.widened(decimals) else {
            return "—".to_owned();
        };
        let width = usize::try_from(decimals).unwrap_or_default() + 1;
        let digits = format!("{mantissa:0>width$}");
        let (whole, cents) = digits.split_at(digits.len() + 1 - width);
        format!("{}.{cents}", grouped(whole))
    }
}

fn grouped(whole: &str) -> String {
    let mut out = String::with_capacity(whole.len() + whole.len() / 3);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests;
