//! The `Date` of an answer while the bank's clock is set off: by it a merchant sees whose is wrong.

use money::Stamp;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAY_MS: i64 = 86_400_000;
/// Beijing is ahead of Greenwich by so much.
const BEIJING_MS: i64 = 8 * 3_600_000;

/// `Sun, 22 Nov 2026 02:00:00 GMT`.
pub(super) fn date(at: Stamp) -> String {
    let text = at.plus_ms(-BEIJING_MS).beijing();
    let (date, time) = text.split_once(' ').unwrap_or((&text, ""));
    let parts: Vec<_> = date.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return text;
    };
    // The first day of 1970 was a Thursday.
    let weekday = usize::try_from(at.ms().div_euclid(DAY_MS).rem_euclid(7)).unwrap_or_default();
    let month = month.parse().unwrap_or(1_usize);
    let name = MONTHS.get(month.saturating_sub(1)).unwrap_or(&MONTHS[0]);
    let weekday = DAYS.get(weekday).unwrap_or(&DAYS[0]);
    format!("{weekday}, {day} {name} {year} {time} GMT")
}

#[cfg(test)]
mod tests {
    use money::Stamp;

    use super::date;

    #[test]
    fn a_moment_is_written_as_headers_have_it() {
        let check = |ms, text| assert_eq!(date(Stamp::from_ms(ms)), text);
        check(0, "Thu, 01 Jan 1970 00:00:00 GMT");
        check(784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT");
        check(1_795_305_599_000, "Sat, 21 Nov 2026 23:59:59 GMT");
    }
}
