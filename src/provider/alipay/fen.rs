//! Sums of accounts and bills: below zero too, and beyond what one payment may take.

/// Reads yuan with up to two decimals as fen: `-0.01` is -1. `None` when it is no such number.
pub(super) fn read(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || cents.len() > 2 || !is_number(whole) || !is_number(cents) {
        return None;
    }
    let fen: i64 = format!("{whole}{cents:0<2}").parse().ok()?;
    Some(fen * sign)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn sums_of_accounts_go_below_zero_and_beyond_one_payment() {
        assert_eq!(read("-0.04"), Some(-4));
        assert_eq!(read("0"), Some(0));
        assert_eq!(read("0.5"), Some(50));
        assert_eq!(read("12345678901.23"), Some(1_234_567_890_123));
    }

    #[test]
    fn what_is_no_sum_is_refused() {
        for text in [
            "",
            "-",
            ".5",
            "1.234",
            "1e3",
            "+1",
            "--1",
            "1,000.00",
            " 1",
            "１",
            "1.a",
            "99999999999999999999",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
