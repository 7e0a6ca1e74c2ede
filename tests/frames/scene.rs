//! A frame from its beginning to its end.

use crate::chance::Chance;
use crate::class::Class;
use crate::lens::blur;
use crate::page::{Page, Show};
use crate::place::{Homography, Pose};
use crate::room::{Finger, Flicker, Lamp, wall};
use crate::sensor::{expose, lights};
use crate::wallet::Wallet;
use crate::{HEIGHT, WIDTH};

/// Samples along a pixel's side.
const SAMPLES: usize = 2;

/// Which frame is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The seed of a whole set.
    pub seed: u64,
    /// How hard it is to be.
    pub class: Class,
    /// Its number in the set.
    pub number: u64,
    /// What the page shows.
    pub show: Show,
    /// 0 for the scene's first frame; the next ones show the same scene with other noise, in a
    /// hand that trembles.
    pub take: u64,
}

/// A frame and what there is to be read in it.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Greys, row after row without padding, [`WIDTH`] by [`HEIGHT`].
    pub pixels: Vec<u8>,
    /// The digits; empty where there is no phone.
    pub text: String,
    /// Whose they are.
    pub wallet: Wallet,
    /// Light on dark.
    pub is_inverted: bool,
    /// Outline of what is to be read in pixels, clockwise from the pattern's own top left.
    pub quad: [(f32, f32); 4],
}

impl Order {
    /// Draws the frame.
    pub fn draw(self) -> Frame {
        let numbers = [self.seed, self.class as u64, self.number, self.show as u64];
        let mut chance = Chance::of(&numbers);
        let conditions = self.class.conditions();
        let wallet = Wallet::any(&mut chance);
        let text = wallet.code(&mut chance);
        let is_inverted = chance.is(conditions.inverted);
        let page = Page::draw(&text, is_inverted, self.show, &mut chance);
        let mut pose = Pose::find(&page, conditions, &mut chance);
        let mut moment = Chance::of(&[self.seed, self.number, self.take]);
        if self.take > 0 {
            pose = pose.trembling(&mut moment);
        }
        let to_frame = pose.homography(&page);
        let quad = page.quad.map(|corner| {
            let (x, y) = to_frame.apply(corner);
            (x as f32, y as f32)
        });
        let side = pose.side as f32;
        let module = shortest(&page, &to_frame) / page.modules as f32;

        let mut light = wall(&mut chance);
        let glass = Glass {
            flicker: Flicker::any(conditions, &mut chance),
            veil: chance.between(conditions.veil),
            lamps: self.lamps(&quad, side, &mut chance),
        };
        let is_phone = self.show != Show::Nothing;
        if is_phone {
            glass.show(&page, &to_frame, &mut light);
        }
        if chance.is(conditions.finger) && is_phone {
            let reach = chance.between(conditions.finger_reach) * module;
            cover(&mut light, &Finger::any(&quad, side, reach, &mut chance));
        }
        let defocus = chance.between(conditions.defocus) * module;
        let motion = chance.between(conditions.motion) * module;
        let direction = if self.take > 0 {
            &mut moment
        } else {
            &mut chance
        };
        let direction = direction.between((0.0, std::f32::consts::PI));
        blur(&mut light, defocus, motion, direction);
        Frame {
            pixels: expose(
                &light,
                conditions,
                if self.take > 0 {
                    &mut moment
                } else {
                    &mut chance
                },
            ),
            text: if is_phone { text } else { String::new() },
            wallet,
            is_inverted,
            quad,
        }
    }

    fn lamps(self, quad: &[(f32, f32); 4], side: f32, chance: &mut Chance) -> Vec<Lamp> {
        let conditions = self.class.conditions();
        if !chance.is(conditions.glare) {
            return Vec::new();
        }
        let middle = (
            quad.iter().map(|corner| corner.0).sum::<f32>() / 4.0,
            quad.iter().map(|corner| corner.1).sum::<f32>() / 4.0,
        );
        let count = 1 + chance.below(3);
        let mut lamp = || Lamp::any(middle, side, conditions, chance);
        (0..count).map(|_| lamp()).collect()
    }
}

/// The shortest edge that the QR code has in the frame, or would have, in pixels.
fn shortest(page: &Page, to_frame: &Homography) -> f32 {
    let half = page.side as f64 / 2.0;
    let (x, y) = page.middle;
    let corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
        .map(|(dx, dy)| to_frame.apply((x + dx, y + dy)));
    let edge = |number: usize| {
        let (a, b) = (corners[number], corners[(number + 1) % 4]);
        ((a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1)).sqrt()
    };
    (0..4).map(edge).fold(f64::INFINITY, f64::min) as f32
}

/// The phone's glass: the page's light, and what room and lamps add.
struct Glass {
    flicker: Flicker,
    veil: f32,
    lamps: Vec<Lamp>,
}

/// What the samples of a pixel saw.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// Parts of the pixel that are phone and screen.
    phone: f32,
    screen: f32,
    light: f32,
}

impl Glass {
    /// Puts the phone before the wall.
    fn show(&self, page: &Page, to_frame: &Homography, light: &mut [f32]) {
        let texture = Texture::of(page);
        let to_page = to_frame.inverse();
        let (columns, rows) = bounds(page, to_frame);
        for y in rows {
            for x in columns.clone() {
                let seen = texture.look(page, &to_page, (x, y));
                if seen.phone == 0.0 {
                    continue;
                }
                let lamps: f32 = self.lamps.iter().map(|lamp| lamp.at(x, y)).sum();
                let behind = &mut light[y * WIDTH + x];
                *behind = *behind * (1.0 - seen.phone)
                    + seen.light * self.flicker.at(x, y)
                    + self.veil * (0.7 * seen.phone + 0.3 * seen.screen)
                    + lamps * seen.phone;
            }
        }
    }
}

/// Columns and rows of the frame in which the phone lies.
fn bounds(page: &Page, to_frame: &Homography) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    let (wide, high) = (page.width as f64, page.height as f64);
    let corners = [(0.0, 0.0), (wide, 0.0), (wide, high), (0.0, high)];
    // A corner behind the camera has no place; then the phone may be anywhere.
    if corners
        .iter()
        .any(|corner| to_frame.sums(*corner)[2] <= 0.0)
    {
        return (0..WIDTH, 0..HEIGHT);
    }
    let places = corners.map(|corner| to_frame.apply(corner));
    let span = |values: [f64; 4], most: usize| {
        let low = values.into_iter().fold(f64::INFINITY, f64::min);
        let high = values.into_iter().fold(f64::NEG_INFINITY, f64::max);
        let start = (low.max(0.0) as usize).min(most);
        start..((high.max(0.0) as usize) + 2).clamp(start, most)
    };
    let columns = span(places.map(|place| place.0), WIDTH);
    (columns, span(places.map(|place| place.1), HEIGHT))
}

/// The page's light, ready to be looked up between its pixels.
struct Texture {
    width: usize,
    height: usize,
    light: Vec<f32>,
}

impl Texture {
    fn of(page: &Page) -> Self {
        let lights = lights();
        Self {
            width: page.width,
            height: page.height,
            light: page
                .greys
                .iter()
                .map(|grey| lights[usize::from(*grey)])
                .collect(),
        }
    }

    fn look(&self, page: &Page, to_page: &Homography, (x, y): (usize, usize)) -> Seen {
        let mut seen = Seen::default();
        let part = 1.0 / (SAMPLES * SAMPLES) as f32;
        let place = |pixel: usize, sample: usize| {
            pixel as f64 + (sample as f64 + 0.5) / SAMPLES as f64 - 0.5
        };
        let step = to_page.step().map(|step| step / SAMPLES as f64);
        for row in 0..SAMPLES {
            let mut sums = to_page.sums((place(x, 0), place(y, row)));
            for _ in 0..SAMPLES {
                let near = 1.0 / sums[2];
                let at = (sums[0] * near, sums[1] * near);
                if page.is_phone(at.0, at.1) {
                    seen.phone += part;
                    seen.light += part * self.between(at);
                    seen.screen += if page.is_screen(at.0, at.1) {
                        part
                    } else {
                        0.0
                    };
                }
                sums = [sums[0] + step[0], sums[1] + step[1], sums[2] + step[2]];
            }
        }
        seen
    }

    /// The light between four pixels.
    fn between(&self, (x, y): (f64, f64)) -> f32 {
        let (x, y) = ((x as f32 - 0.5).max(0.0), (y as f32 - 0.5).max(0.0));
        let (left, top) = (
            (x as usize).min(self.width - 2),
            (y as usize).min(self.height - 2),
        );
        let (right, low) = (x - left as f32, y - top as f32);
        let upper = &self.light[top * self.width + left..][..2];
        let lower = &self.light[(top + 1) * self.width + left..][..2];
        (upper[0] * (1.0 - right) + upper[1] * right) * (1.0 - low)
            + (lower[0] * (1.0 - right) + lower[1] * right) * low
    }
}

fn cover(light: &mut [f32], finger: &Finger) {
    for (at, light) in light.iter_mut().enumerate() {
        if let Some((part, own)) = finger.at(at % WIDTH, at / WIDTH) {
            *light = *light * (1.0 - part) + own * part;
        }
    }
}
