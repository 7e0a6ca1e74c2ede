//! From a camera frame to a plane of brightness in Wasm memory.
//!
//! Most formats begin with the plane that is wanted: it costs 0.3 ms at 720p, where a canvas
//! costs 22. Only the visible part counts, and rows may be padded: offset and stride come from the
//! layout that the browser returns, never from the width.

use js_sys::{Object, Uint8Array, Uint8ClampedArray};
use scan::{BadPlane, Luma};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    ImageBitmap, OffscreenCanvas, OffscreenCanvasRenderingContext2d, PlaneLayout, VideoFrame,
    VideoFrameCopyToOptions, VideoPixelFormat,
};

use crate::post::put;
use crate::shot::{Picture, field};

/// Bytes per RGBA pixel.
const RGBA: usize = 4;

/// How a frame's bytes lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Brightness first, one byte a pixel.
    LumaFirst,
    /// Four bytes a pixel, red first.
    RedFirst,
    /// Four bytes a pixel, blue first.
    BlueFirst,
    /// Deep colour, or pixels that only the graphics card holds: ask for RGBA.
    Unknown,
}

impl Order {
    fn of(frame: &VideoFrame) -> Self {
        match field(frame, "format").as_string().as_deref() {
            Some("I420" | "I420A" | "I422" | "I422A" | "I444" | "I444A" | "NV12" | "NV12A") => {
                Self::LumaFirst
            }
            Some("RGBA" | "RGBX") => Self::RedFirst,
            Some("BGRA" | "BGRX") => Self::BlueFirst,
            Some(_) | None => Self::Unknown,
        }
    }
}

/// Reused buffers: a JS one that the browser copies into, a Wasm one that the scanner reads.
///
/// Not one for both: Wasm memory that grows while the browser copies would take the buffer away.
pub(crate) struct Plane {
    copied: Uint8Array,
    bytes: Vec<u8>,
    width: usize,
    height: usize,
    stride: usize,
    canvas: Option<OffscreenCanvasRenderingContext2d>,
}

impl Default for Plane {
    fn default() -> Self {
        Self {
            copied: Uint8Array::new_with_length(0),
            bytes: Vec::new(),
            width: 0,
            height: 0,
            stride: 0,
            canvas: None,
        }
    }
}

impl Plane {
    /// Takes the brightness of `picture`; on failure the cause in words.
    pub(crate) async fn load(&mut self, picture: &Picture) -> Result<(), String> {
        match picture {
            Picture::Video(frame) => self.load_frame(frame).await.map_err(|cause| say(&cause)),
            Picture::Bitmap(bitmap) => self.load_bitmap(bitmap).map_err(|cause| say(&cause)),
            Picture::Pixels {
                rgba,
                width,
                height,
            } => self
                .take_colour(rgba, Order::RedFirst, (*width, *height, *width * RGBA))
                .map_err(|cause| say(&cause)),
        }
    }

    /// The plane loaded last.
    pub(crate) fn luma(&self) -> Result<Luma<'_>, BadPlane> {
        Luma::new(&self.bytes, self.width, self.height, self.stride)
    }

    async fn load_frame(&mut self, frame: &VideoFrame) -> Result<(), JsValue> {
        let (width, height) = visible_size(frame)?;
        let order = Order::of(frame);
        if order == Order::Unknown {
            return self.load_unknown(frame, (width, height)).await;
        }
        let options = VideoFrameCopyToOptions::new();
        let layout = self.copy(frame, &options).await?;
        let (offset, stride) = (as_usize(layout.get_offset()), as_usize(layout.get_stride()));
        if order == Order::LumaFirst {
            return self.take_luma(offset, (width, height, stride));
        }
        let colour = self
            .copied
            .subarray(layout.get_offset(), self.copied.length());
        self.take_colour(&colour, order, (width, height, stride))
    }

    /// RGBA by the browser's own conversion, else through a canvas.
    async fn load_unknown(
        &mut self,
        frame: &VideoFrame,
        (width, height): (usize, usize),
    ) -> Result<(), JsValue> {
        let options = VideoFrameCopyToOptions::new();
        options.set_format(VideoPixelFormat::Rgba);
        if let Ok(layout) = self.copy(frame, &options).await {
            let colour = self
                .copied
                .subarray(layout.get_offset(), self.copied.length());
            let stride = as_usize(layout.get_stride());
            return self.take_colour(&colour, Order::RedFirst, (width, height, stride));
        }
        let context = self.canvas(as_u32(width), as_u32(height))?;
        context.draw_image_with_video_frame(frame, 0.0, 0.0)?;
        self.take_drawn(&context, (width, height))
    }

    fn load_bitmap(&mut self, bitmap: &ImageBitmap) -> Result<(), JsValue> {
        let (width, height) = (bitmap.width(), bitmap.height());
        let context = self.canvas(width, height)?;
        context.draw_image_with_image_bitmap(bitmap, 0.0, 0.0)?;
        self.take_drawn(&context, (as_usize(width), as_usize(height)))
    }

    /// Takes what was drawn on the canvas.
    fn take_drawn(
        &mut self,
        context: &OffscreenCanvasRenderingContext2d,
        (width, height): (usize, usize),
    ) -> Result<(), JsValue> {
        let (wide, high) = (f64::from(as_u32(width)), f64::from(as_u32(height)));
        let drawn = context.get_image_data(0.0, 0.0, wide, high)?;
        // Reached by name: the typed getter would copy all of it.
        let colour: Uint8ClampedArray = field(&drawn, "data").dyn_into()?;
        let colour = Uint8Array::new(&colour.buffer());
        self.take_colour(&colour, Order::RedFirst, (width, height, width * RGBA))
    }

    /// Lets the browser copy `frame` into the JS buffer; returns where the first plane lies.
    async fn copy(
        &mut self,
        frame: &VideoFrame,
        options: &VideoFrameCopyToOptions,
    ) -> Result<PlaneLayout, JsValue> {
        let needed = frame.allocation_size_with_options(options)?;
        if self.copied.length() < needed {
            self.copied = Uint8Array::new_with_length(needed);
        }
        let target: &Object = self.copied.as_ref();
        let layouts = frame
            .copy_to_with_buffer_source_and_options(target, options)
            .await?;
        Ok(layouts.get(0))
    }

    fn take_luma(
        &mut self,
        offset: usize,
        (width, height, stride): (usize, usize, usize),
    ) -> Result<(), JsValue> {
        let length = stride
            .saturating_mul(height.saturating_sub(1))
            .saturating_add(width);
        let end = offset.saturating_add(length);
        if stride < width || end > as_usize(self.copied.length()) {
            return Err(JsValue::from_str("the plane is larger than the frame"));
        }
        self.bytes.resize(length, 0);
        self.copied
            .subarray(as_u32(offset), as_u32(end))
            .copy_to(&mut self.bytes);
        (self.width, self.height, self.stride) = (width, height, stride);
        Ok(())
    }

    fn take_colour(
        &mut self,
        colour: &Uint8Array,
        order: Order,
        (width, height, stride): (usize, usize, usize),
    ) -> Result<(), JsValue> {
        let needed = stride
            .saturating_mul(height.saturating_sub(1))
            .saturating_add(width * RGBA);
        if stride < width * RGBA || needed > as_usize(colour.length()) {
            return Err(JsValue::from_str("the picture is larger than its buffer"));
        }
        self.bytes.resize(needed, 0);
        colour.subarray(0, as_u32(needed)).copy_to(&mut self.bytes);
        let red_at = if order == Order::BlueFirst { 2 } else { 0 };
        brightness_in_place(&mut self.bytes, red_at, (width, height, stride));
        (self.width, self.height, self.stride) = (width, height, width);
        Ok(())
    }

    fn canvas(
        &mut self,
        width: u32,
        height: u32,
    ) -> Result<OffscreenCanvasRenderingContext2d, JsValue> {
        if let Some(context) = &self.canvas {
            let canvas = context.canvas();
            if canvas.width() == width && canvas.height() == height {
                return Ok(context.clone());
            }
        }
        let canvas = OffscreenCanvas::new(width, height)?;
        // It is read after every drawing; a canvas on the graphics card would be slower.
        let wishes = Object::new();
        put(&wishes, "willReadFrequently", &JsValue::TRUE);
        let context = canvas
            .get_context_with_context_options("2d", &wishes)?
            .ok_or(JsValue::from_str("no canvas"))?;
        let context: OffscreenCanvasRenderingContext2d = context.unchecked_into();
        self.canvas = Some(context.clone());
        Ok(context)
    }
}

/// Overwrites colour by brightness (BT.601 weights over 256), packed without padding. The write
/// never overtakes the read, because a grey pixel is shorter than a coloured one.
fn brightness_in_place(
    bytes: &mut [u8],
    red_at: usize,
    (width, height, stride): (usize, usize, usize),
) {
    for y in 0..height {
        for x in 0..width {
            let at = y * stride + x * RGBA;
            let (red, green, blue) = (bytes[at + red_at], bytes[at + 1], bytes[at + 2 - red_at]);
            let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
            bytes[y * width + x] = u8::try_from(sum / 256).unwrap_or(u8::MAX);
        }
    }
}

fn visible_size(frame: &VideoFrame) -> Result<(usize, usize), JsValue> {
    let rect = frame
        .visible_rect()
        .ok_or(JsValue::from_str("the frame is closed"))?;
    Ok((whole(rect.width()), whole(rect.height())))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of u16 before the cast"
)]
fn whole(side: f64) -> usize {
    side.clamp(0.0, 65_535.0) as usize
}

fn as_usize(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

fn as_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn say(cause: &JsValue) -> String {
    let text = field(cause, "message")
        .as_string()
        .or_else(|| cause.as_string());
    text.unwrap_or_else(|| "the frame could not be copied".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_becomes_packed_brightness_whichever_comes_first() {
        // Two rows of white, red and blue, with one pixel of padding.
        let rows = [
            [255, 255, 255, 0],
            [255, 0, 0, 9],
            [0, 0, 255, 9],
            [7, 7, 7, 7],
        ];
        for (red_at, expected) in [(0, [255, 76, 28]), (2, [255, 28, 76])] {
            let mut bytes: Vec<u8> = rows.iter().chain(&rows).flatten().copied().collect();
            brightness_in_place(&mut bytes, red_at, (3, 2, 4 * RGBA));
            assert_eq!(bytes[..3], expected);
            assert_eq!(bytes[3..6], expected);
        }
    }

    #[test]
    fn sides_are_never_negative_or_huge() {
        assert_eq!([whole(-1.0), whole(720.0), whole(1e9)], [0, 720, 65_535]);
    }
}
