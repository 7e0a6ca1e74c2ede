//! Sums typed key by key.

use money::Amount;

use super::{Key, Keypad, SumError};

fn typed(signs: &str) -> Keypad {
    let mut keypad = Keypad::default();
    for sign in signs.chars() {
        let name = if sign == '<' {
            "Backspace".to_owned()
        } else {
            sign.to_string()
        };
        keypad.press(Key::of(&name).expect("a key of the keypad"));
    }
    keypad
}

fn sum(signs: &str) -> Result<i64, SumError> {
    typed(signs)
        .sum(Amount::from_fen(5_000_000).unwrap_or_default())
        .map(Amount::fen)
}

fn check(signs: &str, fen: i64) {
    assert_eq!(sum(signs), Ok(fen), "{signs}");
}

#[test]
fn sums_and_products_are_exact() {
    check("12", 1_200);
    check("12.5", 1_250);
    check("12.5+8*2", 2_850);
    check("8*2+12.5", 2_850);
    check("0.1+0.2", 30);
    check("3.99*3", 1_197);
    check("2*3*4", 2_400);
    check("12.8*1.25", 1_600);
    check("19.9*0.5", 995);
}

#[test]
fn an_unfinished_sum_counts_what_is_there() {
    check("12+", 1_200);
    check("12*", 1_200);
    check("12.", 1_200);
    check("12+.", 1_200);
    check(".5", 50);
}

#[test]
fn signs_are_corrected_as_a_person_means_them() {
    check("12+*2", 2_400);
    check("+*5", 500);
    check("1.2.5", 125);
    check("007", 700);
    check("0.05", 5);
    check("125<<", 100);
}

#[test]
fn what_cannot_be_charged_says_why() {
    assert_eq!(sum(""), Err(SumError::Empty));
    assert_eq!(sum("0"), Err(SumError::Zero));
    assert_eq!(sum("0.00"), Err(SumError::Zero));
    assert_eq!(sum("0*5"), Err(SumError::Zero));
    assert_eq!(sum("1.234"), Err(SumError::TooFine));
    assert_eq!(sum("0.05*0.5"), Err(SumError::TooFine));
    assert_eq!(sum("50000.01"), Err(SumError::TooLarge));
    assert_eq!(sum("1000000000000"), Err(SumError::TooLarge));
    assert_eq!(sum("9".repeat(40).as_str()), Err(SumError::TooLarge));
    assert_eq!(sum("9".repeat(41).as_str()), Err(SumError::TooLong));
}

#[test]
fn decimals_that_end_in_zeros_are_not_too_fine() {
    check("1.230", 123);
    check("0.5*0.02", 1);
}

#[test]
fn the_limit_itself_can_be_charged() {
    check("50000", 5_000_000);
}

#[test]
fn a_full_display_says_so_until_something_is_taken_away() {
    let mut keypad = typed("1+".repeat(21).as_str());
    assert_eq!(keypad.sum(Amount::MAX), Err(SumError::TooLong));
    keypad.press(Key::Back);
    assert_eq!(keypad.sum(Amount::MAX).map(Amount::fen), Ok(2_000));
    keypad.press(Key::Clear);
    assert!(keypad.is_empty());
}

#[test]
fn the_amount_is_shown_grouped_and_to_the_last_decimal() {
    assert_eq!(typed("").shown(), "0.00");
    assert_eq!(typed("1234567.5").shown(), "1,234,567.50");
    assert_eq!(typed("1.234").shown(), "1.234");
    assert_eq!(typed("0.05").shown(), "0.05");
    assert_eq!(typed("12.5+8*2").shown(), "28.50");
}

#[test]
fn an_amount_reads_back_as_if_typed() {
    let amount = Amount::from_fen(123_405).expect("in range");
    assert_eq!(Keypad::of(amount).sum(Amount::MAX), Ok(amount));
}

#[test]
fn a_number_with_times_behind_it_counts_pieces() {
    let check =
        |signs: &str, count: Option<u32>| assert_eq!(typed(signs).times(), count, "{signs}");
    check("3*", Some(3));
    check("12+*", Some(12));
    check("999*", Some(999));
    for signs in ["", "*", "3", "3*2", "1000*", "0*", "1.5*", "1+3*"] {
        check(signs, None);
    }
}
