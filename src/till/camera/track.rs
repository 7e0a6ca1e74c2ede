//! Frames straight from the camera's track, without the video element.
//!
//! The stream is read here and each frame handed on. Handing the whole stream to the Worker would
//! spare the page that, but Chromium then leaves frames unclosed when the Worker is slow to take
//! the stream over, and a camera whose frames are not closed stops.

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    MediaStreamTrack, MediaStreamTrackState, ReadableStream, ReadableStreamDefaultReader,
    VideoFrame,
};

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

/// How long the camera may take for one more frame after the last one that was wanted.
const LAST_FRAME_MS: u32 = 500;

/// A camera that has given no frame for so long gives none more.
const DEAD_MS: f64 = 500.0;

/// Time between two looks whether the copy has ended.
const PAUSE_MS: u32 = 20;

/// A track of its own, and its frames one by one.
///
/// Chromium loses a frame, unclosed, when a stream ends while somebody waits for its next frame.
/// So the page's track may be stopped at any time, but this copy of it lives until the frame that
/// is waited for has come.
pub(super) struct Tap {
    copy: MediaStreamTrack,
    frames: ReadableStreamDefaultReader,
}

impl Tap {
    /// Opens a tap on `track`.
    pub(super) fn open(track: &MediaStreamTrack) -> Result<Self, JsValue> {
        // The browser's `clone`, not the language's: another track of the same camera.
        let copy = MediaStreamTrack::clone(track);
        let wishes = Object::new();
        put(&wishes, "track", &copy);
        let readable = MediaStreamTrackProcessor::new(&wishes)?.readable();
        let frames = ReadableStreamDefaultReader::new(&readable)?;
        Ok(Self { copy, frames })
    }

    /// Lets the copy end even if no frame comes any more; at once if none has come for long.
    pub(super) fn close_soon(&self, unfed_ms: Option<f64>) {
        let copy = Clone::clone(&self.copy);
        if unfed_ms.is_none_or(|ms| ms >= DEAD_MS) {
            return copy.stop();
        }
        spawn_local(async move {
            TimeoutFuture::new(LAST_FRAME_MS).await;
            copy.stop();
        });
    }

    /// Waits until the copy has ended.
    pub(super) async fn closed(&self) {
        while self.copy.ready_state() == MediaStreamTrackState::Live {
            TimeoutFuture::new(PAUSE_MS).await;
        }
    }

    /// The next frame; `None` when the track has ended.
    async fn next(&self) -> Option<VideoFrame> {
        let part = self.frames.read().await.ok()?;
        // At the end there is no value.
        let value = Reflect::get(&part, &JsValue::from_str("value")).ok()?;
        value.dyn_into().ok()
    }
}

/// Passes every frame on until the track or the feed ends.
pub(super) async fn send_all(feed: Rc<Feed>, tap: Rc<Tap>) {
    while let Some(frame) = tap.next().await {
        if feed.is_ended() {
            frame.close();
            break;
        }
        feed.pass_on(frame);
    }
    // Nothing more is wanted; whether the stream agrees or not.
    drop(tap.frames.cancel().await);
    tap.copy.stop();
}
