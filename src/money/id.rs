//! Names of charges, orders and refunds, made from a given time and given bytes.

use core::fmt;

use crate::Stamp;

/// Crockford's Base32 alphabet: no letter that a person mistakes for a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 48 bits of time and 80 of chance are 26 letters of five bits (as in the ULID specification).
const LETTERS: usize = 26;

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdError;

impl fmt::Display for IdError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an id has 26 letters and digits of Crockford's alphabet")
    }
}

impl core::error::Error for IdError {}

/// A charge: our intent to take money once. Sorts by the time it was opened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChargeId([u8; LETTERS]);

/// 26 letters from a time and sixteen unpredictable bytes, of which ten are used.
fn letters_of(now: Stamp, entropy: [u8; 16]) -> [u8; LETTERS] {
    let time = u128::from(now.ms().max(0).unsigned_abs() & 0xFFFF_FFFF_FFFF);
    let chance = u128::from_be_bytes(entropy) >> 48;
    let bits = (time << 80) + chance;
    let mut letters = [b'0'; LETTERS];
    for (place, letter) in letters.iter_mut().rev().enumerate() {
        let five = (bits >> (5 * place)) & 31;
        *letter = ALPHABET[usize::try_from(five).unwrap_or_default()];
    }
    letters
}

/// The 26 letters of a text that is made of nothing else.
fn parse_letters(text: &str) -> Result<[u8; LETTERS], IdError> {
    let letters: [u8; LETTERS] = text.as_bytes().try_into().map_err(|_| IdError)?;
    if letters.iter().all(|letter| ALPHABET.contains(letter)) {
        Ok(letters)
    } else {
        Err(IdError)
    }
}

impl ChargeId {
    /// A fresh id from the present time and sixteen unpredictable bytes (ten are used).
    pub fn fresh(now: Stamp, entropy: [u8; 16]) -> Self {
        Self(letters_of(now, entropy))
    }

    /// Reads an id back.
    ///
    /// # Errors
    /// [`IdError`] for anything that [`ChargeId::as_str`] never gives.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        parse_letters(text).map(Self)
    }

    /// The 26 letters.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The number under which the provider knows this charge. One charge, one order, for ever:
    /// a customer's next code is another charge.
    pub fn order_no(&self) -> OrderNo {
        OrderNo(format!("S{}", self.as_str()))
    }

    /// The number under which the whole payment goes back once the provider cancels its order no
    /// more. One charge, one such number, for ever: whoever asks, from whichever machine, asks for
    /// the same return.
    pub const fn return_no(&self) -> RefundNo {
        RefundNo(self.0)
    }
}

impl fmt::Display for ChargeId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for ChargeId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Our number of an order at a provider (`out_trade_no`): letters and digits, at most 64.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderNo(String);

impl OrderNo {
    /// Reads an order number as a provider repeats it.
    ///
    /// # Errors
    /// [`IdError`] when it is empty, longer than 64, or holds other than letters, digits and `_`.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let is_plain = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if text.is_empty() || text.len() > 64 || !is_plain {
            return Err(IdError);
        }
        Ok(Self(text.to_owned()))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderNo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Our number of a refund at a provider (Alipay's `out_request_no`): `R` and 26 letters. It is
/// made once and never changes: the same number again never gives money back twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefundNo([u8; LETTERS]);

impl RefundNo {
    /// A fresh number from the present time and sixteen unpredictable bytes (ten are used).
    pub fn fresh(now: Stamp, entropy: [u8; 16]) -> Self {
        Self(letters_of(now, entropy))
    }

    /// Reads a number back, as it is written or as a provider repeats it.
    ///
    /// # Errors
    /// [`IdError`] for anything that its display never gives.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let letters = text.strip_prefix('R').ok_or(IdError)?;
        parse_letters(letters).map(Self)
    }
}

impl fmt::Display for RefundNo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = core::str::from_utf8(&self.0).unwrap_or_default();
        write!(out, "R{letters}")
    }
}

impl fmt::Debug for RefundNo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::{ChargeId, OrderNo, RefundNo};
    use crate::Stamp;

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let early = ChargeId::fresh(Stamp::from_ms(1_000), [255; 16]);
        let late = ChargeId::fresh(Stamp::from_ms(1_001), [0; 16]);
        assert!(early < late);
        assert_eq!(ChargeId::parse(early.as_str()), Ok(early));
    }

    #[test]
    fn ids_of_one_moment_differ_by_chance() {
        let now = Stamp::from_ms(1_795_312_800_000);
        let mut entropy = [7; 16];
        let one = ChargeId::fresh(now, entropy);
        entropy[9] = 8;
        assert_ne!(one, ChargeId::fresh(now, entropy));
    }

    #[test]
    fn a_text_that_is_no_id_is_refused() {
        assert!(ChargeId::parse("").is_err());
        assert!(ChargeId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAI").is_err());
        assert!(OrderNo::parse("a b").is_err());
        assert!(OrderNo::parse(&"a".repeat(65)).is_err());
    }

    #[test]
    fn an_order_number_is_accepted_back_from_the_provider() {
        let order = ChargeId::fresh(Stamp::from_ms(5), [1; 16]).order_no();
        assert_eq!(OrderNo::parse(order.as_str()), Ok(order));
    }

    #[test]
    fn the_number_of_a_return_is_the_charges_own_letters_for_ever() {
        let one = ChargeId::fresh(Stamp::from_ms(5), [1; 16]);
        let other = ChargeId::fresh(Stamp::from_ms(5), [2; 16]);
        assert_eq!(one.return_no().to_string(), format!("R{one}"));
        assert_ne!(one.return_no(), other.return_no());
    }

    #[test]
    fn a_refund_number_reads_back_and_is_not_mistaken_for_an_id() {
        let number = RefundNo::fresh(Stamp::from_ms(7), [3; 16]);
        let text = number.to_string();
        assert_eq!((text.len(), &text[..1]), (27, "R"));
        assert_eq!(RefundNo::parse(&text), Ok(number));
        assert_eq!(format!("{number:?}"), text);
        assert!(RefundNo::parse(&text[1..]).is_err());
        assert!(RefundNo::parse("R").is_err());
        assert!(ChargeId::parse(&text).is_err());
    }
}
