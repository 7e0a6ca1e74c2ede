//! The page's clock for measuring: milliseconds since 1970 that never go back.
//!
//! Time origin plus `now` is the same scale on the page and in the Worker, so the way of a frame
//! can be measured across both. Nothing is decided by it; the sale's time comes from the server.

/// Milliseconds since 1970 with fractions, monotonic.
pub(crate) fn now_ms() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| {
            performance.time_origin() + performance.now()
        })
}
