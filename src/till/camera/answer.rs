//! What the Worker says about a frame, read from its message.
//!
//! The messages are described where they are made, in the Worker's `post.rs`; till and Worker
//! share no code, so this is the other half of that contract.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::clock;
use super::open::field;

/// A code that was read.
#[derive(Clone, PartialEq)]
pub(crate) struct Seen {
    /// What the code says.
    pub(crate) text: String,
    /// False when this Worker read the same text within its life. A Worker that was replaced has
    /// forgotten: whether a code may be charged is for the sale to remember, not for this.
    pub(crate) is_fresh: bool,
    /// Outline in pixels of the frame, from top left clockwise as the code sees itself.
    pub(crate) corners: [(f64, f64); 4],
    /// Width of the frame that the corners lie in.
    pub(crate) width: f64,
    /// Height of that frame.
    pub(crate) height: f64,
    /// When the frame was there, milliseconds since 1970 (see [`clock::now_ms`]).
    pub(crate) captured_ms: f64,
    /// When the first frame was there that may have shown it: one that was replaced before the
    /// Worker could look at it. At most `captured_ms`; the line of frames fills it in.
    pub(crate) earliest_ms: f64,
    /// When the page heard of it, on the same scale.
    pub(crate) heard_ms: f64,
}

impl std::fmt::Debug for Seen {
    /// Without the text: a payment code must not reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Seen({} letters, fresh {})",
            self.text.chars().count(),
            self.is_fresh
        )
    }
}

/// Why a frame gave no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missed {
    Nothing,
    FindersOnly,
    BadGrid,
    TooManyErrors,
    TooDark,
    TooSmall,
    TooBlurred,
    Glare,
}

/// Black is 0 or 16, as the camera counts.
const BLANK_PEAK: f64 = 17.0;

/// What reading one frame took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Work {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) captured_ms: f64,
    pub(super) heard_ms: f64,
    pub(super) copy_ms: f64,
    pub(super) decode_ms: f64,
    pub(super) light: f64,
    pub(super) peak: f64,
}

impl Work {
    /// True for the even black of a camera that is open and gives no picture. Behind a hand or on
    /// a table a camera's own noise is seen.
    pub(super) fn is_blank(self) -> bool {
        self.peak <= BLANK_PEAK && self.peak - self.light < 1.0
    }
}

/// One message of the Worker.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// It can take frames.
    Ready,
    /// A code was read.
    Seen(Seen, Work),
    /// None was.
    Missed(Missed, Work),
    /// The frame could not be taken.
    Failed(String),
}

impl Answer {
    /// Reads a message; `None` when it is not one of the Worker's.
    pub(super) fn from_message(message: &JsValue) -> Option<Self> {
        match text(message, "kind")?.as_str() {
            "ready" => Some(Self::Ready),
            "seen" => {
                let work = work(message)?;
                Some(Self::Seen(seen(message, work)?, work))
            }
            "missed" => Some(Self::Missed(why(&text(message, "why")?), work(message)?)),
            "failed" => Some(Self::Failed(text(message, "why").unwrap_or_default())),
            _ => None,
        }
    }
}

fn why(word: &str) -> Missed {
    match word {
        "finders-only" => Missed::FindersOnly,
        "bad-grid" => Missed::BadGrid,
        "too-many-errors" => Missed::TooManyErrors,
        "too-dark" => Missed::TooDark,
        "too-small" => Missed::TooSmall,
        "too-blurred" => Missed::TooBlurred,
        "glare" => Missed::Glare,
        // A word of a later Worker is no hint for anybody.
        _ => Missed::Nothing,
    }
}

fn seen(message: &JsValue, work: Work) -> Option<Seen> {
    let numbers: Array = field(message, "corners").dyn_into().ok()?;
    let number = |at: u32| numbers.get(at).as_f64();
    let corner = |at: u32| Some((number(2 * at)?, number(2 * at + 1)?));
    Some(Seen {
        text: text(message, "text")?,
        is_fresh: field(message, "fresh").is_truthy(),
        corners: [corner(0)?, corner(1)?, corner(2)?, corner(3)?],
        width: work.width,
        height: work.height,
        captured_ms: work.captured_ms,
        earliest_ms: work.captured_ms,
        heard_ms: work.heard_ms,
    })
}

fn work(message: &JsValue) -> Option<Work> {
    let number = |name| field(message, name).as_f64();
    Some(Work {
        width: number("width")?,
        height: number("height")?,
        captured_ms: number("captured_ms")?,
        heard_ms: clock::now_ms(),
        copy_ms: number("copy_ms")?,
        decode_ms: number("decode_ms")?,
        light: number("light")?,
        peak: number("peak")?,
    })
}

fn text(message: &JsValue, name: &str) -> Option<String> {
    field(message, name).as_string()
}
