//! How far this machine's clock is off, from the `Date` header of a provider's answer.

use money::Stamp;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, IMF-fixdate). `None` for any other form; the
/// older ones have not been sent for decades.
pub fn read_date(text: &str) -> Option<Stamp> {
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.split(' ');
    let day: i64 = parts.next()?.parse().ok()?;
    let name = parts.next()?;
    let month = MONTHS
        .iter()
        .zip(1_i64..)
        .find(|(known, _)| **known == name)?
        .1;
    let year: i64 = parts.next()?.parse().ok()?;
    let mut clock = parts.next()?.splitn(3, ':').map(str::parse::<i64>);
    let (hour, minute, second) = (
        clock.next()?.ok()?,
        clock.next()?.ok()?,
        clock.next()?.ok()?,
    );
    let is_plain = (1_970..10_000).contains(&year)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    if !is_plain || parts.next() != Some("GMT") {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(Stamp::from_ms(seconds * 1_000))
}

/// Days from 1970-01-01 in the Gregorian calendar. The year is counted from March, so that the
/// leap day is its last.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year / 400;
    let year_of_era = year - era * 400;
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use money::Stamp;

    use super::read_date;

    fn check(text: &str, expect_s: Option<i64>) {
        assert_eq!(
            read_date(text).map(Stamp::ms),
            expect_s.map(|s| s * 1_000),
            "{text}"
        );
    }

    #[test]
    fn dates_of_http_answers_are_read() {
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777));
        check("Thu, 01 Jan 1970 00:00:00 GMT", Some(0));
        check("Thu, 29 Feb 2024 23:59:59 GMT", Some(1_709_251_199));
        check("Sun, 22 Nov 2026 02:00:00 GMT", Some(1_795_312_800));
    }

    #[test]
    fn what_is_no_date_says_nothing_about_the_clock() {
        check("", None);
        check("Sunday, 06-Nov-94 08:49:37 GMT", None);
        check("Sun, 06 Nov 1994 08:49:37", None);
        check("Sun, 06 Now 1994 08:49:37 GMT", None);
        check("Sun, 06 Nov 1994 08:49 GMT", None);
        check("Sun, 06 Nov 1994 99:49:37 GMT", None);
    }
}
