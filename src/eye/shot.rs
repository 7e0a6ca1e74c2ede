//! One picture on its way to be read.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ImageBitmap, VideoFrame};

use crate::clock;

/// What a picture came as.
pub(crate) enum Picture {
    /// A camera frame, closed when dropped: the camera has only a few buffers, and stops when
    /// nobody gives them back.
    Video(VideoFrame),
    /// A picture of the video, or a photograph; closed when dropped, for it is large.
    Bitmap(ImageBitmap),
    /// RGBA bytes from a canvas, row after row without padding.
    Pixels {
        /// Four bytes a pixel.
        rgba: Uint8Array,
        /// Pixels in a row.
        width: usize,
        /// Number of rows.
        height: usize,
    },
}

/// A picture with its number and time.
pub(crate) struct Shot {
    /// What is to be read.
    pub(crate) picture: Picture,
    /// The page's number for it, given back with the answer.
    pub(crate) n: f64,
    /// When the frame was there, in milliseconds since 1970 (see [`clock`]).
    pub(crate) captured_ms: f64,
}

impl Shot {
    /// The frame or the pixels in a message of the page; `None` for anything else.
    pub(crate) fn from_message(message: &JsValue) -> Option<Self> {
        let picture = match field(message, "kind").as_string()?.as_str() {
            "frame" => Picture::Video(field(message, "frame").dyn_into().ok()?),
            "bitmap" => Picture::Bitmap(field(message, "bitmap").dyn_into().ok()?),
            "pixels" => Picture::Pixels {
                rgba: Uint8Array::new(&field(message, "buffer")),
                width: side(message, "width")?,
                height: side(message, "height")?,
            },
            _ => return None,
        };
        let n = field(message, "n").as_f64().unwrap_or(0.0);
        let captured_ms = field(message, "captured_ms")
            .as_f64()
            .unwrap_or_else(clock::now_ms);
        Some(Self {
            picture,
            n,
            captured_ms,
        })
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        match self {
            Self::Video(frame) => frame.close(),
            Self::Bitmap(bitmap) => bitmap.close(),
            Self::Pixels { .. } => {}
        }
    }
}

/// A field of a message; undefined when it has none.
pub(crate) fn field(message: &JsValue, name: &str) -> JsValue {
    Reflect::get(message, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked before the cast"
)]
fn side(message: &JsValue, name: &str) -> Option<usize> {
    let value = field(message, name).as_f64()?;
    (1.0..=65_535.0).contains(&value).then_some(value as usize)
}
