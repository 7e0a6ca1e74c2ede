//! Our reader, and rqrr alone, as WebAssembly for Node: greys in, texts out.

use scan::{Luma, Scanner};
use wasm_bindgen::prelude::*;

/// The product's scanner.
#[wasm_bindgen]
#[derive(Default)]
pub struct Ours(Scanner);

#[wasm_bindgen]
impl Ours {
    /// One that has seen nothing.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// What stands in a frame.
    pub fn look(&mut self, grey: &[u8], width: usize, height: usize) -> Vec<String> {
        let luma = Luma::new(grey, width, height, width).ok();
        let sighting = luma.and_then(|luma| self.0.look(&luma).ok());
        sighting.map(|sighting| sighting.text).into_iter().collect()
    }
}

/// What the scanner's error correction is made of, with its own search.
#[wasm_bindgen]
#[derive(Default)]
pub struct Rqrr;

#[wasm_bindgen]
impl Rqrr {
    /// It keeps nothing.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self
    }

    /// What stands in a frame.
    pub fn look(&mut self, grey: &[u8], width: usize, height: usize) -> Vec<String> {
        let mut picture =
            rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| grey[y * width + x]);
        let grids = picture.detect_grids();
        grids
            .iter()
            .filter_map(|grid| grid.decode().ok())
            .map(|(_, text)| text)
            .collect()
    }
}
