//! How long it takes from the frame with the code to the request that leaves, for the overlay and
//! the bench: an array on the window, so that a script can read it.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::camera::now_ms;
use crate::flow::FrameTimes;

/// The array's name on the window.
const NAME: &str = "scantillTimings";

/// At most this many are kept.
const KEPT_MAX: u32 = 200;

/// Notes that a charge request leaves now; returns the time since its frame was there, in
/// milliseconds.
pub(crate) fn left(frame: FrameTimes) -> f64 {
    let sent_ms = now_ms();
    let span_ms = sent_ms - frame.captured_ms;
    let entry = Object::new();
    for (name, value) in [
        ("captured_ms", frame.captured_ms),
        ("sent_ms", sent_ms),
        ("scan_to_request_ms", span_ms),
        ("scan_to_request_upper_ms", sent_ms - frame.earliest_ms),
    ] {
        // Setting a field of a plain object cannot fail.
        drop(Reflect::set(
            &entry,
            &name.into(),
            &JsValue::from_f64(value),
        ));
    }
    if let Some(all) = all() {
        if all.length() >= KEPT_MAX {
            all.shift();
        }
        all.push(&entry);
    }
    span_ms
}

fn all() -> Option<Array> {
    let window = web_sys::window()?;
    let found = Reflect::get(&window, &NAME.into()).ok()?;
    if let Some(all) = found.dyn_ref::<Array>() {
        return Some(all.clone());
    }
    let all = Array::new();
    Reflect::set(&window, &NAME.into(), &all).ok()?;
    Some(all)
}
