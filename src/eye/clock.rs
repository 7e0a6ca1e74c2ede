//! The Worker's only clock: milliseconds since 1970 that never go back.
//!
//! Page and Worker have different time origins; origin plus `now` is the same scale in both, so
//! the page can tell how long a frame took from the camera to the callback.

use wasm_bindgen::JsCast;
use web_sys::WorkerGlobalScope;

/// Milliseconds since 1970 with fractions, monotonic.
pub(crate) fn now_ms() -> f64 {
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    scope.performance().map_or(0.0, |performance| {
        performance.time_origin() + performance.now()
    })
}

/// The same without fractions.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "milliseconds since 1970 are positive and far below 2^53"
)]
pub(crate) fn whole_ms(ms: f64) -> u64 {
    ms.max(0.0) as u64
}
