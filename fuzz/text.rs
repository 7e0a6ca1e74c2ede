//! Short texts from people, phones and providers: sums, codes, names, dates.

use money::{Amount, AmountError, ChargeId, OrderNo, PayCode, Provider, Stamp};

/// A sum in yuan reads as its digits say, and back.
pub(crate) fn amount(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match Amount::from_yuan(&text) {
        Ok(amount) => {
            assert_eq!(Some(amount.fen()), fen_by_hand(&text), "{text:?}");
            assert_eq!(Amount::from_yuan(&amount.yuan()), Ok(amount));
            let plain = amount.yuan_grouped().replace(',', "");
            assert_eq!(Amount::from_yuan(&plain), Ok(amount));
        }
        Err(AmountError::NotANumber) => {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            assert!(text.is_empty() || !is_plain, "{text:?} is a number");
        }
        Err(AmountError::TooFine | AmountError::TooLarge | AmountError::Negative) => {
            assert!(text.bytes().any(|byte| byte.is_ascii_digit()));
        }
        Err(AmountError::Zero) => panic!("nothing is an amount that can be read"),
    }
}

/// Digit by digit; the fen of a text that has a form we know.
fn fen_by_hand(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
    let mut fen: i64 = 0;
    for digit in whole.chars().chain(cents.chars()) {
        fen = fen
            .checked_mul(10)?
            .checked_add(digit.to_digit(10)?.into())?;
    }
    for _ in cents.chars().count()..2 {
        fen = fen.checked_mul(10)?;
    }
    Some(fen)
}

/// A payment code is its own digits, belongs to one wallet, and does not show itself.
pub(crate) fn paycode(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let dense: String = text.chars().filter(|one| *one != ' ').collect();
    let Ok(code) = PayCode::parse(&text) else {
        let is_alipay = dense.len() == 18 && dense.starts_with("28");
        let is_number = dense.bytes().all(|byte| byte.is_ascii_digit());
        assert!(!(is_alipay && is_number), "a code of Alipay was refused");
        return;
    };
    assert_eq!(code.expose(), dense);
    assert!((16..=24).contains(&dense.len()));
    let prefix: u8 = dense[..2].parse().expect("two digits");
    match code.provider() {
        Provider::Alipay => assert!((25..=30).contains(&prefix)),
        Provider::Wechat => assert!((10..=15).contains(&prefix) && dense.len() == 18),
        Provider::Unionpay => assert!(prefix == 62 && dense.len() == 19),
    }
    let shown = format!("{code:?}");
    assert!(!shown.contains(&dense[2..6]) || dense.len() < 6, "{shown}");
}

/// Names of charges and orders, and moments, are what they were read from.
pub(crate) fn name(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(id) = ChargeId::parse(&text) {
        assert_eq!(id.as_str(), text);
        let order = id.order_no();
        assert_eq!(OrderNo::parse(order.as_str()), Ok(order));
    }
    if let Ok(order) = OrderNo::parse(&text) {
        assert_eq!(order.as_str(), text);
        assert!(text.len() <= 64);
    }
    if let Some(moment) = Stamp::from_beijing(&text) {
        assert_eq!(Stamp::from_beijing(&moment.beijing()), Some(moment));
    }
}

/// The date of an answer: a moment that a calendar has, or nothing.
pub(crate) fn date(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Some(moment) = server::skew::read_date(&text) else {
        return;
    };
    assert!(text.ends_with("GMT") || text.contains(" GMT "), "{text:?}");
    // From 1970 to the end of the year 9999, with room for a day that the month does not have.
    assert!(
        (0..=253_402_300_800_000 + 86_400_000).contains(&moment.ms()),
        "{text:?}"
    );
    assert_eq!(moment.ms() % 1_000, 0);
}
