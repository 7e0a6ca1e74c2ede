//! Frames straight from the camera's track, without the page.
//!
//! The page makes a `MediaStreamTrackProcessor` and transfers its stream here; from then on the
//! page's thread has no work with frames at all.

use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ReadableStream, ReadableStreamDefaultReader, VideoFrame};

use crate::inbox::Inbox;
use crate::shot::{Shot, field};

/// Pours every frame of `readable` into the inbox until the track or the wish for more ends.
pub(crate) async fn pour(readable: ReadableStream, inbox: Rc<Inbox>) {
    // A stream that is locked already has another reader: nothing to do here.
    let Ok(reader) = ReadableStreamDefaultReader::new(&readable) else {
        return;
    };
    let mut n = 0.0;
    while let Ok(part) = reader.read().await {
        let is_done =
            Reflect::get(&part, &JsValue::from_str("done")).is_ok_and(|done| done.is_truthy());
        if is_done {
            break;
        }
        if let Ok(frame) = field(&part, "value").dyn_into::<VideoFrame>() {
            n += 1.0;
            inbox.offer(Shot::of_stream(frame, n));
        }
        if inbox.is_closed() {
            break;
        }
    }
}
