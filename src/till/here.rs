//! The browser's clock, chance and address: the one door of the world into this page.

use money::{Stamp, World};

/// The browser.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Here;

impl World for Here {
    fn now(&self) -> Stamp {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole milliseconds fit for ages"
        )]
        let ms = js_sys::Date::now() as i64;
        Stamp::from_ms(ms)
    }

    fn ticks_ms(&self) -> i64 {
        let performance = web_sys::window().and_then(|window| window.performance());
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole milliseconds fit for ages"
        )]
        let ms = performance.map_or(0.0, |performance| performance.now()) as i64;
        ms
    }

    fn entropy(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        let crypto = web_sys::window().and_then(|window| window.crypto().ok());
        let filled =
            crypto.and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).ok());
        if filled.is_none() {
            // Names must differ, not be secret: chance of a lesser kind is enough.
            for byte in &mut bytes {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "from 0 to 255"
                )]
                let chance = (js_sys::Math::random() * 256.0) as u8;
                *byte = chance;
            }
        }
        bytes
    }
}

/// Path and query of the address.
pub(crate) fn address() -> (String, String) {
    let location = web_sys::window().map(|window| window.location());
    let part = |read: fn(&web_sys::Location) -> Result<String, wasm_bindgen::JsValue>| {
        location
            .as_ref()
            .and_then(|one| read(one).ok())
            .unwrap_or_default()
    };
    (
        part(web_sys::Location::pathname),
        part(web_sys::Location::search),
    )
}

/// Opens the browser's own print.
pub(crate) fn print() {
    // Where a browser cannot print it says so itself.
    drop(web_sys::window().map(|window| window.print()));
}

/// The browser's languages, best first, joined by commas.
pub(crate) fn languages() -> String {
    let languages = web_sys::window().map(|window| window.navigator().languages());
    languages
        .map(|all| all.join(",").into())
        .unwrap_or_default()
}

/// True in the browser inside WeChat, which lets few pages see.
pub(crate) fn is_in_wechat() -> bool {
    let agent = web_sys::window().and_then(|window| window.navigator().user_agent().ok());
    agent.is_some_and(|agent| agent.contains("MicroMessenger"))
}

/// A time of day for people, in the device's zone: `09:05:03`.
pub(crate) fn clock(ms: i64) -> String {
    let date = date(ms);
    format!(
        "{:02}:{:02}:{:02}",
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds()
    )
}

/// Day and time for people: `11-22 09:05`.
pub(crate) fn day_and_time(ms: i64) -> String {
    let date = date(ms);
    let (month, day) = (date.get_month() + 1, date.get_date());
    format!(
        "{month:02}-{day:02} {:02}:{:02}",
        date.get_hours(),
        date.get_minutes()
    )
}

/// Year, day and time for papers that are kept: `2026-11-22 09:05:03`.
pub(crate) fn whole_time(ms: i64) -> String {
    let date = date(ms);
    let (year, month, day) = (date.get_full_year(), date.get_month() + 1, date.get_date());
    format!("{year}-{month:02}-{day:02} {}", clock(ms))
}

fn date(ms: i64) -> js_sys::Date {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of our time fit exactly"
    )]
    let ms = ms as f64;
    js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(ms))
}
