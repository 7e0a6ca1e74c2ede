//! A bill must be about the day that was asked for; its file has no signature that says so.

use money::Stamp;
use provider::Bill;

use super::{BooksFault, DAY_MS, of_day};

/// A bill from one moment to another, without rows.
pub(super) fn bill(from: Stamp, until: Stamp) -> Bill {
    Bill {
        account: "20881021000099990156".to_owned(),
        from,
        until,
        lines: Vec::new(),
        totals: provider::alipay::bill::Totals::default(),
        summary: None,
    }
}

/// The first moment of the day of the tests.
pub(super) fn day() -> Stamp {
    Stamp::from_beijing("2026-11-22 00:00:00").expect("a time")
}

#[test]
fn a_bill_of_another_day_or_of_a_part_of_it_is_refused() {
    let day = day();
    for until_ms in [DAY_MS, DAY_MS - 1_000] {
        assert!(of_day(bill(day, day.plus_ms(until_ms)), day).is_ok());
    }
    for (from_ms, until_ms) in [
        (-DAY_MS, 0),
        (DAY_MS, 2 * DAY_MS),
        (0, DAY_MS / 2),
        (0, 31 * DAY_MS),
        (1_000, DAY_MS),
    ] {
        let other = bill(day.plus_ms(from_ms), day.plus_ms(until_ms));
        assert_eq!(of_day(other, day), Err(BooksFault::OtherDay));
    }
}
