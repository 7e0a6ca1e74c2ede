//! Where a finder's edges lie along a line through its middle, on grey and between the pixels.
//!
//! The size of a module at a finder, along the code's own direction, is what tells a leaning code
//! from a larger one. It is taken between edges of the same kind (dark to light both times), so
//! that a wrong threshold moves both ends alike.

use wide::f32x4;

use crate::luma::Luma;
use crate::number::{float, floor};
use crate::warp::Point;

/// Samples in a module of the rough size.
const PER_MODULE: f32 = 8.0;

/// Samples to each side of the middle: seven rough modules.
const REACH: usize = 56;

/// Less difference between dark and light is noise.
const CONTRAST_MIN: f32 = 4.0;

/// What a line through a finder's middle shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure {
    /// Size of a module along the line, in pixels.
    pub(crate) module: f32,
    /// How far along the line the finder's true middle lies, in pixels.
    pub(crate) shift: f32,
}

/// Measures the finder at `middle` along `direction` (of length 1); `rough` is a guess at its
/// module size. `None` when its edges cannot be told.
pub(crate) fn measure(
    view: &Luma<'_>,
    middle: Point,
    direction: Point,
    rough: f32,
    is_light: bool,
) -> Option<Measure> {
    let step = rough / PER_MODULE;
    let ahead = profile(view, middle, direction.scaled(step), is_light);
    let behind = profile(view, middle, direction.scaled(-step), is_light);
    let near = floor(PER_MODULE);
    let ink = f32::midpoint(mean(&ahead[..near]), mean(&behind[..near]));
    let paper = f32::midpoint(most(&ahead[near..]), most(&behind[near..]));
    if paper - ink < CONTRAST_MIN {
        return None;
    }
    let threshold = f32::midpoint(ink, paper);
    let (ahead, behind) = (edges(&ahead, threshold), edges(&behind, threshold));
    let (module, shift) = match (ahead, behind) {
        // Each is the end of the middle, of the ring and of the outline: 1.5, 2.5 and 3.5 modules
        // from the middle.
        (
            [Some(heart), Some(ring), Some(rim)],
            [Some(back_heart), Some(back_ring), Some(back_rim)],
        ) => {
            let shift = (heart - back_heart) + (ring - back_ring) + (rim - back_rim);
            ((ring + back_rim + rim + back_ring) / 12.0, shift / 6.0)
        }
        ([heart, _, _], [back_heart, _, _]) => {
            let (heart, back_heart) = (heart?, back_heart?);
            ((heart + back_heart) / 3.0, (heart - back_heart) / 2.0)
        }
    };
    plausible(module * step, shift * step, rough)
}

fn plausible(module: f32, shift: f32, rough: f32) -> Option<Measure> {
    let is_sound = module > rough * 0.4 && module < rough * 2.0 && shift.abs() < rough * 1.5;
    is_sound.then_some(Measure { module, shift })
}

/// Brightness along the line, turned over for light finders, so that ink is dark.
#[inline(never)]
fn profile(view: &Luma<'_>, from: Point, step: Point, is_light: bool) -> [f32; REACH] {
    let mut levels = [0.0; REACH];
    let splat = |point: Point| (f32x4::splat(point.x), f32x4::splat(point.y));
    let ((x, y), (step_x, step_y)) = (splat(from), splat(step));
    let mut at = f32x4::new([0.0, 1.0, 2.0, 3.0]);
    for four in levels.as_chunks_mut::<4>().0 {
        let seen = view.at_four(x + step_x * at, y + step_y * at);
        let seen = if is_light {
            f32x4::splat(255.0) - seen
        } else {
            seen
        };
        *four = seen.to_array();
        at += f32x4::splat(4.0);
    }
    levels
}

/// The first three crossings of the threshold: to light, to dark, to light.
fn edges(levels: &[f32; REACH], threshold: f32) -> [Option<f32>; 3] {
    let mut found = [None; 3];
    let mut next = 0;
    for (at, pair) in levels.windows(2).enumerate() {
        let (before, after) = (pair[0] - threshold, pair[1] - threshold);
        let is_crossed = if next == 1 {
            before >= 0.0 && after < 0.0
        } else {
            before < 0.0 && after >= 0.0
        };
        if is_crossed && next < found.len() {
            found[next] = Some(float(at) + before / (before - after));
            next += 1;
        }
    }
    found
}

fn mean(levels: &[f32]) -> f32 {
    levels.iter().sum::<f32>() / float(levels.len().max(1))
}

/// The brightest in the part where the ring lies.
fn most(levels: &[f32]) -> f32 {
    let ring = &levels[..levels.len().min(28)];
    ring.iter().copied().fold(0.0, f32::max)
}
