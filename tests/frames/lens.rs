//! What the lens and the hand do: light of one place spreads over its neighbours.

use crate::{HEIGHT, WIDTH};

/// Blurs with less than this many pixels are no more than the lens's own.
const DEFOCUS_MIN: f32 = 0.3;
const MOTION_MIN: f32 = 0.7;

/// The lens's own blur with the mosaic of colours, as weights of distance 0 and 1 in a row.
const LENS: (f32, f32) = (0.844, 0.078);

/// Where light goes: steps to the right and down, with the part of the light.
type Spread = Vec<(isize, isize, f32)>;

/// Blurs by a defocus of this radius, a motion of this length and direction, and the lens.
pub(crate) fn blur(light: &mut Vec<f32>, radius: f32, length: f32, direction: f32) {
    if radius > DEFOCUS_MIN {
        *light = spread(light, &disk(radius));
    }
    if length > MOTION_MIN {
        *light = spread(light, &line(length, direction));
    }
    let (near, far) = LENS;
    let mut lens = Spread::new();
    for (y, down) in [(-1, far), (0, near), (1, far)] {
        for (x, across) in [(-1, far), (0, near), (1, far)] {
            lens.push((x, y, down * across));
        }
    }
    *light = spread(light, &lens);
}

/// An even disk with soft edges.
fn disk(radius: f32) -> Spread {
    let reach = libm::ceilf(radius) as isize + 1;
    let mut parts = Spread::new();
    for y in -reach..=reach {
        for x in -reach..=reach {
            let far = ((x * x + y * y) as f32).sqrt();
            parts.push((x, y, (radius + 0.5 - far).clamp(0.0, 1.0)));
        }
    }
    whole(parts)
}

/// An even line, shared out between the pixels beside it.
fn line(length: f32, direction: f32) -> Spread {
    let (dx, dy) = (libm::cosf(direction), libm::sinf(direction));
    let reach = libm::ceilf(length / 2.0) as isize + 1;
    let side = 2 * reach + 1;
    let mut sums = vec![0.0; (side * side) as usize];
    let steps = (length * 8.0).max(8.0) as usize;
    for step in 0..steps {
        let far = length * ((step as f32 + 0.5) / steps as f32 - 0.5);
        let (x, y) = (reach as f32 + far * dx, reach as f32 + far * dy);
        let (left, top) = (x as isize, y as isize);
        let (right_part, low_part) = (x - left as f32, y - top as f32);
        for (column, across) in [(left, 1.0 - right_part), (left + 1, right_part)] {
            for (row, down) in [(top, 1.0 - low_part), (top + 1, low_part)] {
                sums[(row * side + column) as usize] += across * down;
            }
        }
    }
    let places = (0..side * side).zip(sums);
    whole(
        places
            .map(|(at, sum)| (at % side - reach, at / side - reach, sum))
            .collect(),
    )
}

/// Leaves out what gets nothing, and sees to it that no light is lost.
fn whole(mut parts: Spread) -> Spread {
    parts.retain(|(_, _, part)| *part > 0.0);
    let sum: f32 = parts.iter().map(|(_, _, part)| part).sum();
    for (_, _, part) in &mut parts {
        *part /= sum;
    }
    parts
}

/// Adds up shifted copies; at the edge the outermost pixels are repeated.
fn spread(light: &[f32], parts: &Spread) -> Vec<f32> {
    let edge = parts
        .iter()
        .map(|(x, _, _)| x.unsigned_abs())
        .max()
        .unwrap_or(0);
    let wide = WIDTH + 2 * edge;
    let mut padded = Vec::with_capacity(wide * HEIGHT);
    for row in light.chunks_exact(WIDTH) {
        padded.extend(std::iter::repeat_n(row[0], edge));
        padded.extend_from_slice(row);
        padded.extend(std::iter::repeat_n(row[WIDTH - 1], edge));
    }
    let mut out = vec![0.0; WIDTH * HEIGHT];
    for (y, sums) in out.chunks_exact_mut(WIDTH).enumerate() {
        for &(right, down, part) in parts {
            let row = y.saturating_add_signed(down).min(HEIGHT - 1);
            let start = (row * wide + edge).saturating_add_signed(right);
            let from = &padded[start..start + WIDTH];
            for (sum, light) in sums.iter_mut().zip(from) {
                *sum += light * part;
            }
        }
    }
    out
}

/// Smooths by a bell of this deviation, with even weights thrice, which comes close to one.
pub(crate) fn smooth(greys: &mut [f32], width: usize, deviation: f32) {
    let reach = (((4.0 * deviation * deviation + 1.0).sqrt() - 1.0) / 2.0).max(0.0);
    let reach = libm::roundf(reach) as usize;
    if reach == 0 {
        return;
    }
    let height = greys.len() / width;
    let mut line = vec![0.0; width.max(height)];
    for _ in 0..3 {
        for row in greys.chunks_exact_mut(width) {
            line[..width].copy_from_slice(row);
            slide(&line[..width], reach, |at, mean| row[at] = mean);
        }
        for column in 0..width {
            for (row, kept) in line[..height].iter_mut().enumerate() {
                *kept = greys[row * width + column];
            }
            slide(&line[..height], reach, |at, mean| {
                greys[at * width + column] = mean;
            });
        }
    }
}

/// The mean of each place and those `reach` around it.
fn slide(line: &[f32], reach: usize, mut put: impl FnMut(usize, f32)) {
    let last = line.len() - 1;
    let span = (2 * reach + 1) as f32;
    let mut sum: f32 = (0..=2 * reach)
        .map(|at| line[at.saturating_sub(reach).min(last)])
        .sum();
    for at in 0..line.len() {
        put(at, sum / span);
        sum += line[(at + reach + 1).min(last)] - line[at.saturating_sub(reach)];
    }
}
