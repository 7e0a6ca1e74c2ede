//! The only time type: milliseconds since 1970-01-01T00:00:00 UTC.

use time::format_description::BorrowedFormatItem;
use time::macros::{format_description, offset};
use time::{OffsetDateTime, PrimitiveDateTime};

/// Beijing wall clock as providers write it, e.g. `2026-11-22 10:00:00`.
const BEIJING: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
/// RFC 3339 in UTC with milliseconds, e.g. `2026-11-22T02:00:00.123Z`.
const RFC3339: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// A moment in milliseconds since the Unix epoch. Subtraction saturates: clocks may jump back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(i64);

impl Stamp {
    /// A moment from milliseconds since the Unix epoch.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// This moment `ms` milliseconds later (earlier when negative), saturating.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment; negative when the clock went back.
    pub const fn ms_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Beijing wall clock (UTC+8) as Alipay writes it: `yyyy-MM-dd HH:mm:ss`.
    pub fn beijing(self) -> String {
        self.utc()
            .to_offset(offset!(+8))
            .format(BEIJING)
            .unwrap_or_default()
    }

    /// Reads Alipay's `yyyy-MM-dd HH:mm:ss`, which is Beijing time. `None` when it is not one.
    pub fn from_beijing(text: &str) -> Option<Self> {
        let wall = PrimitiveDateTime::parse(text, BEIJING).ok()?;
        let nanos = wall.assume_offset(offset!(+8)).unix_timestamp_nanos();
        i64::try_from(nanos / 1_000_000).ok().map(Self)
    }

    /// RFC 3339 in UTC with milliseconds, for our own API and logs.
    pub fn rfc3339(self) -> String {
        self.utc().format(RFC3339).unwrap_or_default()
    }

    fn utc(self) -> OffsetDateTime {
        let nanos = i128::from(self.0) * 1_000_000;
        OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::Stamp;

    #[test]
    fn beijing_time_is_eight_hours_ahead_and_reads_back() {
        let stamp = Stamp::from_ms(1_795_312_800_000);
        let wall = stamp.beijing();
        assert_eq!(Stamp::from_beijing(&wall), Some(stamp), "{wall}");
        assert_eq!(stamp.rfc3339().len(), "2026-11-22T02:00:00.000Z".len());
    }

    #[test]
    fn a_text_that_is_no_time_is_refused() {
        assert_eq!(Stamp::from_beijing("2026-13-01 00:00:00"), None);
        assert_eq!(Stamp::from_beijing("yesterday"), None);
    }

    #[test]
    fn a_clock_that_went_back_gives_a_negative_span() {
        assert_eq!(Stamp::from_ms(5).ms_since(Stamp::from_ms(9)), -4);
    }
}
