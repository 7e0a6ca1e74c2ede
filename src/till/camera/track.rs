//! Frames straight from the camera's track, without the video element.
//!
//! The stream is read here and each frame handed on. Handing the whole stream to the Worker would
//! spare the page that, but Chromium then leaves frames unclosed when the Worker is slow to take
//! the stream over, and a camera whose frames are not closed stops.

use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{MediaStreamTrack, ReadableStream, ReadableStreamDefaultReader, VideoFrame};

use super::ladder::Feed;
use super::open::put;

#[wasm_bindgen]
extern "C" {
    /// Not in web-sys without its unstable switch.
    type MediaStreamTrackProcessor;

    #[wasm_bindgen(constructor, catch)]
    fn new(wishes: &Object) -> Result<MediaStreamTrackProcessor, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn readable(this: &MediaStreamTrackProcessor) -> ReadableStream;
}

/// The frames of `track`, one for each reading.
pub(super) fn frames_of(track: &MediaStreamTrack) -> Result<ReadableStreamDefaultReader, JsValue> {
    let wishes = Object::new();
    put(&wishes, "track", track);
    let readable = MediaStreamTrackProcessor::new(&wishes)?.readable();
    ReadableStreamDefaultReader::new(&readable)
}

/// Passes every frame on until the track or the feed ends.
pub(super) async fn send_all(feed: Rc<Feed>, frames: ReadableStreamDefaultReader) {
    while let Some(frame) = next(&frames).await {
        if feed.is_ended() {
            frame.close();
            // The stream is wanted no more; whether it says so or not.
            drop(frames.cancel().await);
            return;
        }
        feed.pass_on(frame);
    }
}

/// The next frame; `None` when the track has ended.
async fn next(frames: &ReadableStreamDefaultReader) -> Option<VideoFrame> {
    let part = frames.read().await.ok()?;
    // At the end there is no value.
    let value = Reflect::get(&part, &JsValue::from_str("value")).ok()?;
    value.dyn_into().ok()
}
