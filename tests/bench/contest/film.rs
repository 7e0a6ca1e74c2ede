//! The films of the contest: a wall, then a phone in a hand, drawn from a seed.
//!
//! Every frame carries a marker in its corner that says whether the phone is in view and since how
//! many frames, so that what a page is shown can be told without reading the code.

use std::sync::Arc;

use frames::{Class, HEIGHT, Order, Show, WIDTH, Wallet};
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use tests::camera::Film;

/// Frames a second of the browser's camera.
pub(crate) const FPS: u32 = 30;

/// Frames of the wall: time for every page to be ready.
const IDLE: usize = 75;

/// Frames in which the phone is in view.
const SHOWN: usize = 150;

/// Different frames of the wall, and of the phone; they are shown to and fro.
const WALLS: u64 = 4;
const TAKES: u64 = 24;

/// What is left of the frames by the film's own compression.
const QUALITY: u8 = 95;

/// Side of a cell of the marker in pixels.
const CELL: usize = 16;

/// Cells of a marker: white, black, whether the phone is in view, and five of the frame's number.
const CELLS: usize = 8;

/// A film with what is to be read in it.
pub(crate) struct Scene {
    /// How hard it is.
    pub(crate) class: Class,
    /// The code on the phone.
    pub(crate) text: String,
    /// What the camera plays.
    pub(crate) film: Film,
}

impl Scene {
    /// The first films of a class that show a code our till takes.
    pub(crate) fn some(seed: u64, class: Class, count: usize) -> Vec<Self> {
        (0..)
            .filter_map(|number| Self::of(seed, class, number))
            .take(count)
            .collect()
    }

    fn of(seed: u64, class: Class, number: u64) -> Option<Self> {
        let order = |show, take| Order {
            seed,
            class,
            number,
            show,
            take,
        };
        let first = order(Show::Both, 0).draw();
        if first.wallet != Wallet::Alipay {
            return None;
        }
        let wall = (0..WALLS).map(|take| jpeg(order(Show::Nothing, take).draw().pixels, None));
        let wall: Vec<_> = wall.collect();
        let phone = (1..TAKES).map(|take| order(Show::Both, take).draw().pixels);
        let phone = std::iter::once(first.pixels).chain(phone);
        let phone: Vec<_> = phone
            .enumerate()
            .map(|(number, pixels)| jpeg(pixels, Some(number)))
            .collect();
        let strip = to_and_fro(&wall, IDLE).chain(to_and_fro(&phone, SHOWN));
        Some(Self {
            class,
            text: first.text,
            film: Film::of_jpegs(strip.collect()),
        })
    }
}

/// So many of these: from the first to the last, back, and so on.
fn to_and_fro(frames: &[Arc<[u8]>], count: usize) -> impl Iterator<Item = Arc<[u8]>> + use<'_> {
    let back = frames
        .iter()
        .rev()
        .skip(1)
        .take(frames.len().saturating_sub(2));
    frames.iter().chain(back).cycle().take(count).cloned()
}

/// A frame with its marker, compressed.
fn jpeg(mut pixels: Vec<u8>, shown: Option<usize>) -> Arc<[u8]> {
    let number = shown.unwrap_or(0);
    let is_white = |cell: usize| match cell {
        0 => true,
        1 => false,
        2 => shown.is_some(),
        bit => number >> (CELLS - 1 - bit) & 1 == 1,
    };
    for row in pixels.chunks_exact_mut(WIDTH).take(CELL) {
        for (cell, part) in row.chunks_exact_mut(CELL).take(CELLS).enumerate() {
            part.fill(if is_white(cell) { 235 } else { 20 });
        }
    }
    let mut bytes = Vec::new();
    let side = |pixels| u32::try_from(pixels).expect("a frame is small");
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode(&pixels, side(WIDTH), side(HEIGHT), ExtendedColorType::L8)
        .expect("a grey frame can be compressed");
    bytes.into()
}
