//! From light to the bytes that a program gets: exposure, noise, the curve of greys, and what the
//! camera's compression leaves of it.

use crate::WIDTH;
use crate::chance::Chance;
use crate::class::Conditions;

/// Exponent between light and grey.
const GAMMA: f32 = 2.2;

/// Steps of the table from light to grey; the curve is steep only in the dark.
const STEPS: usize = 16_384;

/// Side of a block that is compressed by itself.
const BLOCK: usize = 8;

/// How coarsely each frequency of a block is kept at quality 50; the usual table for brightness.
const COARSENESS: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

/// Light of each of the 256 greys.
pub(crate) fn lights() -> [f32; 256] {
    std::array::from_fn(|grey| libm::powf(grey as f32 / 255.0, GAMMA))
}

/// The picture that the camera hands over.
pub(crate) fn expose(light: &[f32], conditions: &Conditions, chance: &mut Chance) -> Vec<u8> {
    let gain = libm::powf(chance.between(conditions.white) / 255.0, GAMMA);
    let read_noise = chance.between(conditions.read_noise);
    let quality = libm::roundf(chance.between(conditions.quality));
    let curve: Vec<f32> = (0..=STEPS)
        .map(|step| 255.0 * libm::powf(step as f32 / STEPS as f32, 1.0 / GAMMA))
        .collect();
    let noise = sensor_noise(light.len(), chance);
    let mut greys: Vec<f32> = light
        .iter()
        .zip(noise)
        .map(|(light, noise)| {
            let light = light * gain;
            let shot = chance.bell() * conditions.shot_noise * 0.01 * light.max(0.0).sqrt();
            let step = (light + shot).clamp(0.0, 1.0) * STEPS as f32;
            let grey = curve[step as usize] + noise * read_noise;
            libm::floorf(grey.clamp(0.0, 255.0))
        })
        .collect();
    compress(&mut greys, quality);
    greys.iter().map(|grey| *grey as u8).collect()
}

/// Noise of deviation one that neighbours share a little, as after a camera's own smoothing.
fn sensor_noise(length: usize, chance: &mut Chance) -> Vec<f32> {
    let fresh: Vec<f32> = (0..length + 2 * WIDTH + 2).map(|_| chance.bell()).collect();
    (0..length)
        .map(|at| {
            let near =
                |row: usize| fresh[at + row] + fresh[at + row + 2] + 2.0 * fresh[at + row + 1];
            let around = near(0) + 2.0 * near(WIDTH) + near(2 * WIDTH);
            0.7 * fresh[at + WIDTH + 1] + 0.6 * around / 16.0
        })
        .collect()
}

/// Rounds the frequencies of each block as a JPEG of this quality does.
fn compress(greys: &mut [f32], quality: f32) {
    let scale = if quality < 50.0 {
        5_000.0 / quality
    } else {
        200.0 - 2.0 * quality
    };
    let coarse = COARSENESS
        .map(|step| libm::floorf((f32::from(step) * scale + 50.0) / 100.0).clamp(1.0, 255.0));
    let waves = waves();
    let back = turned(&waves);
    for rows in greys.chunks_exact_mut(WIDTH * BLOCK) {
        for left in (0..WIDTH).step_by(BLOCK) {
            let mut block: [[f32; BLOCK]; BLOCK] = std::array::from_fn(|y| {
                std::array::from_fn(|x| rows[y * WIDTH + left + x] - 128.0)
            });
            block = turned(&transform(&turned(&transform(&block, &waves)), &waves));
            for (value, step) in block.iter_mut().flatten().zip(&coarse) {
                *value = libm::rintf(*value / step) * step;
            }
            block = turned(&transform(&turned(&transform(&block, &back)), &back));
            for (y, line) in block.iter().enumerate() {
                for (x, value) in line.iter().enumerate() {
                    rows[y * WIDTH + left + x] = libm::rintf(value + 128.0).clamp(0.0, 255.0);
                }
            }
        }
    }
}

type Square = [[f32; BLOCK]; BLOCK];

/// The cosines of the transform, one row a frequency.
fn waves() -> Square {
    std::array::from_fn(|wave| {
        let part: f32 = if wave == 0 { 0.125 } else { 0.25 };
        std::array::from_fn(|at| {
            let angle = std::f32::consts::PI * (2.0 * at as f32 + 1.0) * wave as f32 / 16.0;
            part.sqrt() * libm::cosf(angle)
        })
    })
}

/// Each row of the block by each row of the waves.
fn transform(block: &Square, waves: &Square) -> Square {
    let columns = turned(waves);
    std::array::from_fn(|row| {
        let mut sums = [0.0; BLOCK];
        for (value, column) in block[row].iter().zip(&columns) {
            for (sum, part) in sums.iter_mut().zip(column) {
                *sum += value * part;
            }
        }
        sums
    })
}

fn turned(block: &Square) -> Square {
    std::array::from_fn(|row| std::array::from_fn(|column| block[column][row]))
}
