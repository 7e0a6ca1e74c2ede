//! The handheld scanner, which the browser takes for a keyboard.
//!
//! A scanner types 16 to 24 digits within a few milliseconds of each other and ends with Enter; a
//! person never does. Digits are held for at most [`GAP_MS`] until it is clear who typed them, so
//! a code never shows up in the amount, and what a person typed arrives whole and in order.

/// Longest pause between two signs of a scanner, in milliseconds.
pub(crate) const GAP_MS: f64 = 50.0;

/// Digits of a payment code, shortest and longest.
const DIGITS: core::ops::RangeInclusive<usize> = 16..=24;

/// Who typed what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Typed {
    /// A person's key, by its name in the browser's key events.
    Key(String),
    /// A scanner's code.
    Code(String),
}

/// Tells a scanner from a person.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wedge {
    held: String,
    last_ms: f64,
}

impl Wedge {
    /// Takes one key; returns what is clear by now, in the order of typing.
    pub(crate) fn press(&mut self, key: &str, at_ms: f64) -> Vec<Typed> {
        let mut told = self.settle(at_ms);
        self.last_ms = at_ms;
        if key.len() == 1 && key.bytes().all(|byte| byte.is_ascii_digit()) {
            self.held.push_str(key);
            if self.held.len() > *DIGITS.end() {
                told.extend(self.let_go());
            }
        } else if key == "Enter" && DIGITS.contains(&self.held.len()) {
            told.push(Typed::Code(core::mem::take(&mut self.held)));
        } else {
            told.extend(self.let_go());
            told.push(Typed::Key(key.to_owned()));
        }
        told
    }

    /// Returns what turned out to be a person's, because no further sign came in time.
    pub(crate) fn settle(&mut self, now_ms: f64) -> Vec<Typed> {
        if now_ms - self.last_ms > GAP_MS {
            self.let_go()
        } else {
            Vec::new()
        }
    }

    /// True while digits are held.
    pub(crate) fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    fn let_go(&mut self) -> Vec<Typed> {
        let digits = core::mem::take(&mut self.held);
        digits
            .chars()
            .map(|digit| Typed::Key(digit.to_string()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Typed, Wedge};

    fn feed(keys: &[&str], gap_ms: f64) -> Vec<Typed> {
        let mut wedge = Wedge::default();
        let mut told = Vec::new();
        let mut now_ms = 1_000.0;
        for key in keys {
            now_ms += gap_ms;
            told.extend(wedge.press(key, now_ms));
        }
        told.extend(wedge.settle(now_ms + 60.0));
        told
    }

    fn keys(signs: &str) -> Vec<&str> {
        signs
            .split("")
            .filter(|sign| !sign.is_empty())
            .map(|sign| if sign == "\n" { "Enter" } else { sign })
            .collect()
    }

    fn person(signs: &[&str]) -> Vec<Typed> {
        signs
            .iter()
            .map(|sign| Typed::Key((*sign).to_owned()))
            .collect()
    }

    #[test]
    fn a_fast_code_with_enter_is_a_scanners() {
        let told = feed(&keys("281234567890123456\n"), 3.0);
        assert_eq!(told, [Typed::Code("281234567890123456".to_owned())]);
    }

    #[test]
    fn the_same_digits_typed_slowly_are_a_persons() {
        let typed = keys("281234567890123456\n");
        assert_eq!(feed(&typed, 80.0), person(&typed));
    }

    #[test]
    fn fast_fingers_on_an_amount_lose_nothing() {
        let typed = keys("1250.5+8\n");
        assert_eq!(feed(&typed, 5.0), person(&typed));
    }

    #[test]
    fn a_barcode_of_goods_is_no_payment_code() {
        let typed = keys("6901234567892\n");
        assert_eq!(feed(&typed, 3.0), person(&typed));
        let typed = keys("2812345678901234567890123456\n");
        assert_eq!(feed(&typed, 3.0), person(&typed));
    }

    #[test]
    fn an_amount_typed_just_before_a_scan_stays_an_amount() {
        let mut wedge = Wedge::default();
        let mut told = wedge.press("7", 1_000.0);
        let mut now_ms = 1_200.0;
        for key in keys("281234567890123456\n") {
            now_ms += 4.0;
            told.extend(wedge.press(key, now_ms));
        }
        let code = Typed::Code("281234567890123456".to_owned());
        assert_eq!(told, [Typed::Key("7".to_owned()), code]);
    }

    #[test]
    fn digits_are_held_only_until_it_is_clear_who_typed_them() {
        let mut wedge = Wedge::default();
        assert_eq!(wedge.press("1", 1_000.0), []);
        assert!(wedge.is_holding());
        assert_eq!(wedge.settle(1_040.0), []);
        assert_eq!(wedge.settle(1_051.0), person(&["1"]));
        assert!(!wedge.is_holding());
    }
}
