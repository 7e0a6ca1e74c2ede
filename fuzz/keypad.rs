//! The keypad of the till, pressed anyhow.

use money::Amount;
use sale::{Key, Keypad};

/// More presses than any cashier's, and far more than the display has room for.
const PRESSES_MAX: usize = 200;
const MOST_FEN: i64 = 5_000_000;
const SIGNS_MAX: usize = 40;

/// A prime: sums are compared by what they leave of it, so that no number is too large.
const PRIME: u128 = (1 << 61) - 1;
/// More decimals than the display has room for.
const DECIMALS: u32 = 42;

/// What is charged is what stands there, to the fen; what stands there can be typed again.
pub(crate) fn keypad(bytes: &[u8]) {
    let limit = Amount::from_fen(MOST_FEN).expect("an amount");
    let mut keypad = Keypad::default();
    for byte in bytes.iter().take(PRESSES_MAX) {
        let Some(key) = key(*byte) else { continue };
        keypad.press(key);
        assert!(keypad.text().chars().count() <= SIGNS_MAX);
        assert!(!keypad.shown().is_empty());
        if let Ok(amount) = keypad.sum(limit) {
            assert!((1..=MOST_FEN).contains(&amount.fen()));
            let fen = u128::try_from(amount.fen()).expect("more than nothing");
            assert_eq!(weighed(keypad.text()), fen * tens(DECIMALS - 2) % PRIME);
        }
    }
    let mut again = Keypad::default();
    for sign in keypad.text().chars() {
        again.press(Key::of(&sign.to_string()).expect("only keys leave a sign"));
    }
    assert_eq!(again.text(), keypad.text());
}

fn key(byte: u8) -> Option<Key> {
    match byte {
        b'<' => Some(Key::Back),
        b'c' => Some(Key::Clear),
        sign => Key::of(&char::from(sign).to_string()),
    }
}

/// What a text is worth, so many decimals to the right, as a remainder.
fn weighed(text: &str) -> u128 {
    let text = text.trim_end_matches(['+', '×']);
    let terms = text.split('+').map(|term| {
        let (mut product, mut decimals) = (1, 0);
        for factor in term.split('×') {
            let behind = factor.split_once('.').map_or(0, |(_, behind)| behind.len());
            decimals += u32::try_from(behind).expect("within the display");
            let digits = factor.bytes().filter(u8::is_ascii_digit);
            let number = digits.fold(0, |sum, digit| {
                (sum * 10 + u128::from(digit - b'0')) % PRIME
            });
            product = product * number % PRIME;
        }
        product * tens(DECIMALS - decimals) % PRIME
    });
    terms.sum::<u128>() % PRIME
}

fn tens(exponent: u32) -> u128 {
    (0..exponent).fold(1, |power, _| power * 10 % PRIME)
}
