//! The messages between the page and the Worker: plain objects with a `kind`.
//!
//! Page to Worker, after `ready` was heard:
//! - `{kind: 'frame', frame, n, captured_ms}`: a `VideoFrame`, transferred; the Worker closes it.
//! - `{kind: 'bitmap', bitmap, n, captured_ms}`: an `ImageBitmap`, transferred; closed likewise.
//! - `{kind: 'pixels', buffer, width, height, n, captured_ms}`: RGBA, the buffer transferred.
//! - `{kind: 'forget'}`: another sale begins. Where the last code was and what it looked like is
//!   forgotten; what was read within its life is not.
//! - `{kind: 'end'}`: the last message. The Worker closes every frame it still has, then itself;
//!   a Worker that is terminated instead leaves the frames on their way to it to nobody.
//!
//! Worker to page:
//! - `{kind: 'ready'}`: once.
//! - `{kind: 'seen', text, fresh, corners, width, height, …work}`: `corners` are eight numbers
//!   (x and y from top left clockwise, in pixels of a frame of `width` by `height`); `fresh` is
//!   false when the same text was seen within its life.
//! - `{kind: 'missed', why, …work}`: `why` is nothing, finders-only, bad-grid, too-many-errors,
//!   too-dark, too-small, too-blurred or glare.
//! - `{kind: 'failed', why, n}`: the frame could not be taken; `why` is a sentence for a log.
//!
//! `…work` is `n, captured_ms, done_ms, copy_ms, decode_ms, light, peak, sharpness, width,
//! height`. Times that end a name in `_ms` and are points in time are milliseconds since 1970 with
//! fractions (time origin plus `now`), so that the page can subtract its own. A frame for which a
//! newer one came is dropped and gets no answer; `n` of the next answer is higher.

use js_sys::{Array, Object, Reflect};
use scan::{Light, Missed, Sighting};
use wasm_bindgen::JsValue;
use web_sys::DedicatedWorkerGlobalScope;

use crate::clock;
use crate::shot::field;

/// What reading one frame took.
pub(crate) struct Work {
    /// The frame's number.
    pub(crate) n: f64,
    /// Its width and height in pixels.
    pub(crate) size: (usize, usize),
    /// When it was there, milliseconds since 1970.
    pub(crate) captured_ms: f64,
    /// How long the copy took.
    pub(crate) copy_ms: f64,
    /// How long the search took.
    pub(crate) decode_ms: f64,
    /// How bright and sharp it was.
    pub(crate) light: Light,
}

/// Sends to the page.
pub(crate) struct Post {
    scope: DedicatedWorkerGlobalScope,
}

impl Post {
    /// Answers through the Worker's own scope.
    pub(crate) fn to_page(scope: DedicatedWorkerGlobalScope) -> Self {
        Self { scope }
    }

    /// The Worker can take frames.
    pub(crate) fn ready(&self) {
        self.send(&message("ready"));
    }

    /// A code was read.
    pub(crate) fn seen(&self, work: &Work, sighting: &Sighting, is_fresh: bool) {
        let answer = worked("seen", work);
        put(&answer, "text", &sighting.text.as_str().into());
        put(&answer, "fresh", &is_fresh.into());
        let corners: Array = sighting
            .corners
            .iter()
            .flat_map(|&(x, y)| [JsValue::from(x), JsValue::from(y)])
            .collect();
        put(&answer, "corners", &corners);
        self.send(&answer);
    }

    /// No code was read.
    pub(crate) fn missed(&self, work: &Work, missed: Missed) {
        let answer = worked("missed", work);
        put(&answer, "why", &missed.as_str().into());
        self.send(&answer);
    }

    /// The frame could not be taken.
    pub(crate) fn failed(&self, n: f64, why: &str) {
        let answer = message("failed");
        put(&answer, "n", &n.into());
        put(&answer, "why", &why.into());
        self.send(&answer);
    }

    fn send(&self, answer: &Object) {
        // A page that is gone hears nothing, and the Worker ends with it.
        drop(self.scope.post_message(answer));
    }
}

/// What the page says without a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// Another sale begins.
    Forget,
    /// The last message.
    End,
}

impl Word {
    /// `None` for a message of another kind.
    pub(crate) fn of(received: &JsValue) -> Option<Self> {
        match field(received, "kind").as_string()?.as_str() {
            "forget" => Some(Self::Forget),
            "end" => Some(Self::End),
            _ => None,
        }
    }
}

fn message(kind: &str) -> Object {
    let message = Object::new();
    put(&message, "kind", &kind.into());
    message
}

fn worked(kind: &str, work: &Work) -> Object {
    let answer = message(kind);
    put(&answer, "n", &work.n.into());
    put(&answer, "width", &side(work.size.0));
    put(&answer, "height", &side(work.size.1));
    put(&answer, "captured_ms", &work.captured_ms.into());
    put(&answer, "done_ms", &clock::now_ms().into());
    put(&answer, "copy_ms", &work.copy_ms.into());
    put(&answer, "decode_ms", &work.decode_ms.into());
    put(&answer, "light", &work.light.mean.into());
    put(&answer, "peak", &work.light.peak.into());
    put(&answer, "sharpness", &work.light.sharpness.into());
    answer
}

fn side(pixels: usize) -> JsValue {
    u32::try_from(pixels).unwrap_or(u32::MAX).into()
}

/// Sets a field of a plain object.
pub(crate) fn put(object: &Object, name: &str, value: &JsValue) {
    // Setting a field of a plain object cannot fail.
    drop(Reflect::set(object, &JsValue::from_str(name), value));
}
