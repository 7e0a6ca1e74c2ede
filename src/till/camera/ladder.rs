//! The ways by which frames come to the Worker, best first.
//!
//! Which one a browser has differs (a track processor on the page: Chromium; frames of a video
//! element: all of today's; bitmaps and a canvas in the Worker: those of some years; a canvas on
//! the page: everything). None of them decodes on the page's thread: all but the last only pass
//! the picture on, which takes no measurable time.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, ImageBitmap, MediaStreamTrack,
    UrlSearchParams, VideoFrame,
};

use super::clock;
use super::link::Link;
use super::open::put;
use super::track::{self, Tap};

#[wasm_bindgen]
extern "C" {
    /// A video element with the frame callback, which web-sys lacks too.
    type PacedVideo;

    #[wasm_bindgen(method, js_name = "requestVideoFrameCallback")]
    fn request_video_frame_callback(this: &PacedVideo, callback: &Function) -> u32;
}

/// A way for frames to reach the Worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rung {
    /// A track processor's frames as the camera gives them, transferred.
    Track,
    /// A `VideoFrame` of the video element at each frame callback, transferred.
    Frame,
    /// A bitmap of the video, transferred and drawn on a canvas of the Worker.
    Bitmap,
    /// The video drawn on a canvas of the page, its pixels transferred: slow, works everywhere.
    Canvas,
}

/// Pause between canvas readings where the browser has no frame callback.
const CANVAS_PAUSE_MS: u32 = 50;

impl Rung {
    /// A stable name for the debug overlay and for tests.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Frame => "frame",
            Self::Bitmap => "bitmap",
            Self::Canvas => "canvas",
        }
    }

    /// The rung that the address asks for (`?rung=1` to `4`), for tests.
    pub(super) fn forced() -> Option<Self> {
        let search = web_sys::window()?.location().search().ok()?;
        let asked = UrlSearchParams::new_with_str(&search).ok()?.get("rung")?;
        match asked.as_str() {
            "1" => Some(Self::Track),
            "2" => Some(Self::Frame),
            "3" => Some(Self::Bitmap),
            "4" => Some(Self::Canvas),
            _ => None,
        }
    }

    /// The best rung this browser has.
    pub(super) fn best() -> Self {
        if has_global("MediaStreamTrackProcessor") && has_global("VideoFrame") {
            Self::Track
        } else {
            Self::Track.next()
        }
    }

    /// The next one down that this browser has; from the last one back to the first, because a
    /// camera that is silent on all of them may have been silent for another reason.
    pub(super) fn next(self) -> Self {
        match self {
            Self::Track if has_frame_callback() && has_global("VideoFrame") => Self::Frame,
            Self::Track | Self::Frame if has_bitmaps() => Self::Bitmap,
            Self::Track | Self::Frame | Self::Bitmap => Self::Canvas,
            Self::Canvas => Self::best(),
        }
    }
}

/// Frames on their way to the Worker, one at a time.
pub(super) struct Feed {
    link: Link,
    video: HtmlVideoElement,
    tap: Cell<Option<Rc<Tap>>>,
    in_flight: Cell<bool>,
    waiting: Cell<Option<Waiting>>,
    is_ended: Cell<bool>,
    sent: Cell<f64>,
    /// When the camera gave its last frame.
    last_frame_ms: Cell<Option<f64>>,
    /// When the first frame came by while the Worker was busy.
    missed_ms: Cell<Option<f64>>,
    /// The same for the frame that the Worker has, or that frame's own time.
    earliest_ms: Cell<f64>,
}

/// A frame that waits for the Worker to be free; closed when a newer one takes its place.
struct Waiting {
    frame: Option<VideoFrame>,
    captured_ms: f64,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(frame) = self.frame.take() {
            frame.close();
        }
    }
}

impl Feed {
    /// A feed over a Worker that has said it is ready.
    pub(super) fn new(link: Link, video: HtmlVideoElement) -> Rc<Self> {
        Rc::new(Self {
            link,
            video,
            tap: Cell::new(None),
            in_flight: Cell::new(false),
            waiting: Cell::new(None),
            is_ended: Cell::new(false),
            sent: Cell::new(0.0),
            last_frame_ms: Cell::new(None),
            missed_ms: Cell::new(None),
            earliest_ms: Cell::new(0.0),
        })
    }

    /// Lets frames flow by `rung` until [`Feed::end`].
    pub(super) fn start(
        self: &Rc<Self>,
        rung: Rung,
        track: &MediaStreamTrack,
    ) -> Result<(), JsValue> {
        match rung {
            Rung::Track => {
                let tap = Rc::new(Tap::open(track)?);
                spawn_local(track::send_all(Rc::clone(self), Rc::clone(&tap)));
                self.tap.set(Some(tap));
                Ok(())
            }
            Rung::Frame => {
                spawn_local(send_frames(Rc::clone(self)));
                Ok(())
            }
            Rung::Bitmap => {
                spawn_local(send_bitmaps(Rc::clone(self)));
                Ok(())
            }
            Rung::Canvas => {
                let canvas = Canvas::new()?;
                spawn_local(send_pixels(Rc::clone(self), canvas));
                Ok(())
            }
        }
    }

    /// The Worker has answered: the waiting frame goes.
    pub(super) fn answered(&self) {
        self.in_flight.set(false);
        if let Some(next) = self.waiting.take() {
            self.send_frame(next);
        }
    }

    /// When the first frame was there that the Worker has not looked at before the one that it
    /// has now, or has just answered.
    pub(super) fn earliest_ms(&self) -> f64 {
        self.earliest_ms.get()
    }

    /// A frame is there and the Worker is busy.
    fn note_missed(&self, captured_ms: f64) {
        let first = self.missed_ms.get().unwrap_or(captured_ms);
        self.missed_ms.set(Some(first));
    }

    /// The Worker could not look at the frame that it had: whatever it showed is still unread.
    pub(super) fn failed(&self) {
        self.missed_ms.set(Some(self.earliest_ms.get()));
        self.answered();
    }

    /// Another sale begins: the Worker forgets where the last code was.
    pub(super) fn forget(&self) {
        self.link.tell("forget");
    }

    /// No more frames, and no Worker. Said, not left to dropping: a task that waits for a frame
    /// of a stopped camera holds the feed for as long as the element lives. Gives what may hold
    /// the camera for a moment longer.
    pub(super) fn end(&self) -> Option<Rc<Tap>> {
        self.is_ended.set(true);
        self.link.close();
        drop(self.waiting.take());
        let tap = self.tap.take()?;
        tap.close_soon(self.unfed_ms(clock::now_ms()));
        Some(tap)
    }

    /// How long no frame has come from the camera, in milliseconds; `None` before the first.
    pub(super) fn unfed_ms(&self, now_ms: f64) -> Option<f64> {
        self.last_frame_ms.get().map(|last_ms| now_ms - last_ms)
    }

    /// The page was out of view, where no frames come.
    pub(super) fn excuse(&self, now_ms: f64) {
        let seen = self.last_frame_ms.get().map(|_| now_ms);
        self.last_frame_ms.set(seen);
    }

    /// True after [`Feed::end`].
    pub(super) fn is_ended(&self) -> bool {
        self.is_ended.get()
    }

    /// Passes on a frame that is there since now.
    pub(super) fn pass_on(&self, frame: VideoFrame) {
        let captured_ms = clock::now_ms();
        self.last_frame_ms.set(Some(captured_ms));
        self.offer(Waiting {
            frame: Some(frame),
            captured_ms,
        });
    }

    /// Sends a frame now if the Worker is free, else keeps it in place of an older one.
    fn offer(&self, next: Waiting) {
        if self.in_flight.get() {
            self.note_missed(next.captured_ms);
            drop(self.waiting.replace(Some(next)));
        } else {
            self.send_frame(next);
        }
    }

    fn send_frame(&self, mut next: Waiting) {
        let Some(frame) = next.frame.take() else {
            return;
        };
        let message = message("frame");
        put(&message, "frame", &frame);
        if !self.send(&message, &frame, next.captured_ms) {
            frame.close();
        }
    }

    /// Sends with number and time; false if it could not be sent.
    fn send(&self, message: &Object, part: &JsValue, captured_ms: f64) -> bool {
        self.sent.set(self.sent.get() + 1.0);
        put(message, "n", &self.sent.get().into());
        put(message, "captured_ms", &captured_ms.into());
        self.earliest_ms
            .set(self.missed_ms.take().unwrap_or(captured_ms));
        let is_sent = self.link.send(message, part).is_ok();
        self.in_flight.set(is_sent);
        is_sent
    }
}

/// A frame of the video element at each of its frame callbacks.
async fn send_frames(feed: Rc<Feed>) {
    loop {
        next_frame(&feed.video).await;
        if feed.is_ended.get() {
            return;
        }
        // Before the first picture there is nothing to make a frame of; the next one will do.
        if let Ok(frame) = VideoFrame::new_with_html_video_element(&feed.video) {
            feed.pass_on(frame);
        }
    }
}

/// Waits until the Worker is free and the video shows something else; returns when that is, or
/// `None` at the end.
async fn next_turn(feed: &Feed) -> Option<f64> {
    loop {
        if has_frame_callback() {
            next_frame(&feed.video).await;
        } else {
            TimeoutFuture::new(CANVAS_PAUSE_MS).await;
        }
        if feed.is_ended.get() {
            return None;
        }
        let captured_ms = clock::now_ms();
        feed.last_frame_ms.set(Some(captured_ms));
        if !feed.in_flight.get() {
            return Some(captured_ms);
        }
        feed.note_missed(captured_ms);
    }
}

/// A bitmap of the video whenever the Worker is free.
async fn send_bitmaps(feed: Rc<Feed>) {
    while let Some(captured_ms) = next_turn(&feed).await {
        // Before the first picture there is nothing to make a bitmap of; the next one will do.
        let Some(bitmap) = bitmap_of(&feed.video).await else {
            continue;
        };
        if feed.is_ended.get() {
            return bitmap.close();
        }
        let message = message("bitmap");
        put(&message, "bitmap", &bitmap);
        if !feed.send(&message, &bitmap, captured_ms) {
            bitmap.close();
        }
    }
}

/// What the video shows, as a bitmap.
async fn bitmap_of(video: &HtmlVideoElement) -> Option<ImageBitmap> {
    let making = web_sys::window()?.create_image_bitmap_with_html_video_element(video);
    let made = wasm_bindgen_futures::JsFuture::from(making.ok()?).await;
    made.ok()?.dyn_into().ok()
}

/// The pixels of the video whenever the Worker is free.
async fn send_pixels(feed: Rc<Feed>, canvas: Canvas) {
    while let Some(captured_ms) = next_turn(&feed).await {
        if let Ok(Some((message, buffer))) = canvas.read(&feed.video) {
            feed.send(&message, &buffer, captured_ms);
        }
    }
}

/// The canvas that the last rung reads from.
struct Canvas {
    element: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Canvas {
    fn new() -> Result<Self, JsValue> {
        let absent = || JsValue::from_str("no canvas");
        let document = web_sys::window().and_then(|window| window.document());
        let element: HtmlCanvasElement = document
            .ok_or_else(absent)?
            .create_element("canvas")?
            .unchecked_into();
        let wishes = Object::new();
        // It is read after every drawing; a canvas on the graphics card would be slower.
        put(&wishes, "willReadFrequently", &JsValue::TRUE);
        let context = element.get_context_with_context_options("2d", &wishes)?;
        let context = context.ok_or_else(absent)?.unchecked_into();
        Ok(Self { element, context })
    }

    /// Draws the video and reads it; `None` while it has no picture.
    fn read(&self, video: &HtmlVideoElement) -> Result<Option<(Object, JsValue)>, JsValue> {
        let (width, height) = (video.video_width(), video.video_height());
        if width == 0 || height == 0 {
            return Ok(None);
        }
        if self.element.width() != width || self.element.height() != height {
            self.element.set_width(width);
            self.element.set_height(height);
        }
        self.context
            .draw_image_with_html_video_element(video, 0.0, 0.0)?;
        let (wide, high) = (f64::from(width), f64::from(height));
        let drawn = self.context.get_image_data(0.0, 0.0, wide, high)?;
        // Reached by name, so that the bytes are not copied through this program's memory.
        let pixels = Reflect::get(&drawn, &JsValue::from_str("data"))?;
        let buffer = Reflect::get(&pixels, &JsValue::from_str("buffer"))?;
        let message = message("pixels");
        put(&message, "buffer", &buffer);
        put(&message, "width", &width.into());
        put(&message, "height", &height.into());
        Ok(Some((message, buffer)))
    }
}

/// Waits until the video shows its next frame.
async fn next_frame(video: &HtmlVideoElement) {
    let paced: &PacedVideo = video.unchecked_ref();
    let shown = Promise::<JsValue>::new(&mut |resolve, _| {
        paced.request_video_frame_callback(resolve.unchecked_ref());
    });
    // It is only ever resolved.
    drop(shown.await);
}

fn has_global(name: &str) -> bool {
    Reflect::has(&js_sys::global(), &JsValue::from_str(name)).unwrap_or(false)
}

fn has_bitmaps() -> bool {
    has_global("createImageBitmap") && has_global("OffscreenCanvas") && has_global("ImageBitmap")
}

fn has_frame_callback() -> bool {
    let element = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.create_element("video").ok());
    element.is_some_and(|video| {
        Reflect::has(&video, &JsValue::from_str("requestVideoFrameCallback")).unwrap_or(false)
    })
}

fn message(kind: &str) -> Object {
    let message = Object::new();
    put(&message, "kind", &kind.into());
    message
}
