//! The clock of a crash test: a file says how fast time goes and how far the wall clock is off.
//!
//! Only with the feature `failpoints`. `SCANTILL_TEST_CLOCK` names the file; its text is
//! `ANCHOR_MS RATE OFFSET_MS`: time goes `RATE` times as fast since the anchor, and the wall clock
//! is `OFFSET_MS` ahead. It is read each time, so that a running program's clock can be set.

use std::fs;

use crate::world::variable;

/// What the file says.
struct Setting {
    anchor_ms: i64,
    rate: i64,
    offset_ms: i64,
}

impl Setting {
    fn read() -> Option<Self> {
        let text = fs::read_to_string(variable("SCANTILL_TEST_CLOCK")?).ok()?;
        let mut numbers = text.split_whitespace().map(str::parse);
        let mut next = || numbers.next()?.ok();
        Some(Self {
            anchor_ms: next()?,
            rate: next()?,
            offset_ms: next()?,
        })
    }
}

/// The wall clock, where the machine's says `real_ms`.
pub(crate) fn wall_ms(real_ms: i64) -> i64 {
    Setting::read().map_or(real_ms, |setting| {
        let gone_ms = real_ms.saturating_sub(setting.anchor_ms);
        let gone_ms = gone_ms.saturating_mul(setting.rate);
        setting.anchor_ms + gone_ms + setting.offset_ms
    })
}

/// The ticks, where the machine counts `real_ms`. A clock that is set does not move them.
pub(crate) fn ticks_ms(real_ms: i64) -> i64 {
    Setting::read().map_or(real_ms, |setting| real_ms.saturating_mul(setting.rate))
}
