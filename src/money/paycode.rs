//! The digits on a customer's phone, and whose they are.

use core::fmt;

use zeroize::Zeroizing;

/// Who runs the wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    /// 支付宝, funded by balance, card or 花呗.
    Alipay,
    /// 微信支付.
    Wechat,
    /// 银联云闪付.
    Unionpay,
}

impl Provider {
    /// Stable name used on the wire and in rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alipay => "alipay",
            Self::Wechat => "wechat",
            Self::Unionpay => "unionpay",
        }
    }

    /// The provider of that stable name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Alipay, Self::Wechat, Self::Unionpay]
            .into_iter()
            .find(|one| one.as_str() == name)
    }
}

/// Why a text is not a payment code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeError {
    /// Holds something other than digits: another kind of QR code.
    NotDigits,
    /// Digits, but no wallet's codes have this length.
    WrongLength,
    /// The right length, but no wallet's codes begin so.
    UnknownPrefix,
}

impl fmt::Display for CodeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NotDigits => "a payment code is made of digits only",
            Self::WrongLength => "a payment code has 16 to 24 digits",
            Self::UnknownPrefix => "no supported wallet's codes begin with these digits",
        })
    }
}

impl core::error::Error for CodeError {}

/// A customer's one-time payment code. It lives in memory only, is wiped when dropped, and shows
/// itself in logs as its first two digits and its length.
#[derive(Clone, PartialEq, Eq)]
pub struct PayCode {
    digits: Zeroizing<String>,
    provider: Provider,
}

impl PayCode {
    /// Recognises a payment code by prefix and length. Blanks between groups of digits are
    /// dropped, as people type them.
    ///
    /// Alipay: 16 to 24 digits from 25 to 30; WeChat Pay: 18 digits from 10 to 15; UnionPay: 19
    /// digits beginning 62.
    ///
    /// # Errors
    /// A [`CodeError`] that says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let digits: Zeroizing<String> =
            Zeroizing::new(text.chars().filter(|one| *one != ' ').collect());
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CodeError::NotDigits);
        }
        if !(16..=24).contains(&digits.len()) {
            return Err(CodeError::WrongLength);
        }
        let prefix = digits
            .get(..2)
            .and_then(|two| two.parse::<u8>().ok())
            .unwrap_or_default();
        let provider = match (prefix, digits.len()) {
            (25..=30, _) => Provider::Alipay,
            (10..=15, 18) => Provider::Wechat,
            (62, 19) => Provider::Unionpay,
            (10..=15 | 62, _) => return Err(CodeError::WrongLength),
            _ => return Err(CodeError::UnknownPrefix),
        };
        Ok(Self { digits, provider })
    }

    /// Whose code it is.
    pub const fn provider(&self) -> Provider {
        self.provider
    }

    /// The digits themselves, for the one request that spends them.
    pub fn expose(&self) -> &str {
        &self.digits
    }
}

impl fmt::Debug for PayCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = self.digits.get(..2).unwrap_or_default();
        write!(out, "{head}…({})", self.digits.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{CodeError, PayCode, Provider};

    fn check(text: &str, expect: Result<Provider, CodeError>) {
        assert_eq!(
            PayCode::parse(text).map(|code| code.provider()),
            expect,
            "{text}"
        );
    }

    #[test]
    fn the_provider_is_known_by_prefix_and_length() {
        check("281234567890123456", Ok(Provider::Alipay));
        check("2512345678901234", Ok(Provider::Alipay));
        check("301234567890123456789012", Ok(Provider::Alipay));
        check("134567890123456789", Ok(Provider::Wechat));
        check("6212345678901234567", Ok(Provider::Unionpay));
    }

    #[test]
    fn typed_groups_are_joined() {
        check("2812 3456 7890 1234 56", Ok(Provider::Alipay));
    }

    #[test]
    fn what_is_no_payment_code_says_why() {
        check("", Err(CodeError::NotDigits));
        check("https://example.com/menu", Err(CodeError::NotDigits));
        check("28123456789012345x", Err(CodeError::NotDigits));
        check(
            "２８１２３４５６７８９０１２３４５６",
            Err(CodeError::NotDigits),
        );
        check("281234567890", Err(CodeError::WrongLength));
        check("28123456789012345678901234", Err(CodeError::WrongLength));
        check("13456789012345678", Err(CodeError::WrongLength));
        check("991234567890123456", Err(CodeError::UnknownPrefix));
    }

    #[test]
    fn a_code_does_not_show_itself_in_a_log() {
        let shown = format!("{:?}", PayCode::parse("281234567890123456"));
        assert_eq!(shown, "Ok(28…(18))");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}") {
            let _ = PayCode::parse(&text);
        }
    }
}
