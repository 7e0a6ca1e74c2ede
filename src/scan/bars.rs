//! Code 128 in one picture: places where all edges run one way, a strip across each, its symbols.
//!
//! Wallets show the digits of their QR code as bars above it. Where no QR code is read the bars
//! are, in any direction; where one is read the bars above or below it may not say something
//! else.
//!
//! What keeps a picture without bars from being read as some: a strip counts only where many rows
//! show the same; bars need light on both sides, a start, a stop and the right check symbol; both
//! halves of the strip must say the same; and blurred bars are read only if they are a payment
//! code and explain nearly all that the strip shows.
//!
//! Blurred bars are read up to a deviation of four fifths of a module, from 1.4 pixels a module on;
//! beyond that nothing is.
//!
//! Bounded: of each of two sizes every block of pixels is looked at once and at most four patches
//! are kept; of these [`STRIPS_MAX`] strips of 24 rows and 1500 samples are taken, and
//! [`BLURS_MAX`] of them is searched for blurred symbols. Where a QR code was read, once for each
//! number, one strip of 6 rows is taken and compared with it, and only where it shows other bars
//! are those read.

mod block;
mod blur;
mod code;
mod profile;
mod ruler;
mod runs;
mod strip;
#[cfg(test)]
mod tests;
mod trellis;

use wide::f32x4;

use block::{Blocks, Patch};
use blur::{Blur, Way};
use profile::Profile;
use runs::Runs;
use strip::{Lie, Strip};

use crate::luma::Luma;
use crate::number::float;
use crate::sight::{Kind, Sighting};
use crate::text::{is_number, is_payment};
use crate::warp::{Point, Warp};

/// Most strips that are taken of one frame.
const STRIPS_MAX: usize = 3;

/// Most strips of one frame that are searched for blurred bars.
const BLURS_MAX: usize = 1;

/// Pictures smaller than this part of the frame are searched for bars wider than a block.
const WIDE_SCALE: f32 = 3.0;

/// Fewer edges are no blurred bars, which show the wide ones at least.
const BLURRED_EDGES: usize = 20;

/// Lines above a QR code and below it on which bars are looked for, in sides of the code from its
/// upper edge.
const BESIDE: [[f32; 6]; 2] = [
    [-0.25, -0.4, -0.55, -0.7, -0.85, -1.0],
    [1.25, 1.4, 1.55, 1.7, 1.85, 2.0],
];

/// Samples of such a line, and its length in sides.
const LINE: usize = 240;
const LINE_SIDES: f32 = 2.4;

/// About the length of the bars there, in sides; most of it is inside of them.
const LENGTH_SIDES: f32 = 1.3;

/// Edges on such a line that promise bars.
const LINE_EDGES: usize = 30;

/// Least height of those edges, in greys.
const EDGE_MIN: f32 = 12.0;

/// Height of the strip there, in sides.
const STRIP_SIDES: f32 = 0.1;

/// Lines across a patch on which edges are counted first, as parts of its height from the middle,
/// on how many of them they must be, and the edges of the shortest bars without those that blur or
/// a slant may hide.
const GLANCES: [f32; 3] = [-0.2, 0.0, 0.2];
const GLANCES_MIN: usize = 2;
const GLANCE_EDGES: usize = 16;

/// Samples of such a line.
const GLANCE: usize = 240;

/// The numbers of four samples from the first of them.
const FOUR: f32x4 = f32x4::new([0.0, 1.0, 2.0, 3.0]);

/// The code's own corners.
const UNIT: [Point; 4] = [
    Point::new(0.0, 0.0),
    Point::new(1.0, 0.0),
    Point::new(1.0, 1.0),
    Point::new(0.0, 1.0),
];

/// Reused buffers of a search.
#[derive(Default)]
pub(crate) struct Bars {
    blocks: Blocks,
    strip: Strip,
    profile: Profile,
    runs: Runs,
    blur: Blur,
    symbols: Vec<u8>,
    again: Vec<u8>,
    /// The number that bars did not contradict last.
    settled: String,
    /// Strips that may still be taken in this frame, and blurred ones that may be searched.
    strips: usize,
    blurs: usize,
}

/// Bars that were read along a strip.
struct Found {
    text: String,
    /// Where they begin and end, in samples; the first is larger for bars upside down.
    ends: (f32, f32),
}

impl Bars {
    /// Begins a new frame.
    pub(crate) fn begin_frame(&mut self) {
        self.strips = STRIPS_MAX;
        self.blurs = BLURS_MAX;
    }

    /// Searches `coarse`, of which each pixel is `scale` pixels of `frame`, and reads what it
    /// shows from `frame`. Of several bars, the first that are a number win.
    pub(crate) fn find(
        &mut self,
        coarse: &Luma<'_>,
        scale: f32,
        frame: &Luma<'_>,
    ) -> Option<Sighting> {
        self.blocks.find(coarse, scale > WIDE_SCALE);
        let mut other = None;
        for number in 0..self.blocks.patches.len() {
            let patch = self.blocks.patches[number].scaled(scale);
            match self.read(frame, &patch) {
                Some(found) if is_number(&found.text) => return Some(found),
                found => other = other.or(found),
            }
        }
        other
    }

    /// Reads the bars of a patch of `frame`.
    fn read(&mut self, frame: &Luma<'_>, patch: &Patch) -> Option<Sighting> {
        if !has_edges(frame, patch) {
            return None;
        }
        self.strips = self.strips.checked_sub(1)?;
        let size = (patch.length, patch.height);
        let lie = Lie::of(frame, patch.middle, patch.along, size)?;
        if !self.strip.take(frame, lie, patch.length) {
            return None;
        }
        // Bars are darker than what is beside them, or lighter.
        let is_light = self.is_light();
        let found = self.sharp(is_light).or_else(|| self.sharp(!is_light));
        let found = found.or_else(|| self.blurred(is_light, Way::Any))?;
        Some(self.sighting(found))
    }

    fn sighting(&self, found: Found) -> Sighting {
        let (first, last) = (self.strip.far(found.ends.0), self.strip.far(found.ends.1));
        let (mut up, mut down) = self.strip.sides();
        if first > last {
            (up, down) = (down, up);
        }
        let corners = [(first, up), (last, up), (last, down), (first, down)];
        Sighting {
            text: found.text,
            kind: Kind::Code128,
            corners: corners.map(|(far, down)| {
                let place = self.strip.lie.place(far, down);
                (place.x, place.y)
            }),
            scale: 1.0,
        }
    }

    /// True when what is beside the bars of the strip is darker than they are.
    fn is_light(&mut self) -> bool {
        let (middle, length) = self.strip.extent();
        self.strip.mean(0, 1, &mut self.profile.light);
        self.profile.is_light(middle, length).unwrap_or(false)
    }

    /// Reads sharp bars along the strip, if its halves agree.
    fn sharp(&mut self, is_light: bool) -> Option<Found> {
        let found = self.runs_of((0, 1), is_light)?;
        let symbols = std::mem::take(&mut self.symbols);
        let mut agreeing = 0;
        let mut is_contradicted = false;
        for half in 0..2 {
            if self.runs_of((half, 2), is_light).is_some() {
                let is_same = self.symbols == symbols;
                agreeing += usize::from(is_same);
                is_contradicted |= !is_same;
            }
        }
        self.symbols = symbols;
        // What is long enough for a payment code says enough with one of them.
        let needed = if is_payment(&found.text) { 1 } else { 2 };
        (agreeing >= needed && !is_contradicted).then_some(found)
    }

    /// Fills the symbols from the edges along a part of the strip's rows.
    fn runs_of(&mut self, (part, parts): (usize, usize), is_light: bool) -> Option<Found> {
        self.strip.mean(part, parts, &mut self.profile.light);
        let (middle, length) = self.strip.extent();
        self.profile.judge(length, is_light);
        let span = self.profile.span(middle, length)?;
        let edges = self.profile.edges.get(span.first..=span.last)?;
        let is_turned = self.runs.read(edges, &mut self.symbols)?;
        let text = code::text(&self.symbols)?;
        let ends = (*edges.first()?, *edges.last()?);
        let ends = if is_turned { (ends.1, ends.0) } else { ends };
        Some(Found { text, ends })
    }

    /// Reads a blurred payment code along the strip, if its halves do not speak against it.
    fn blurred(&mut self, is_light: bool, way: Way) -> Option<Found> {
        let (middle, length) = self.strip.extent();
        self.strip.mean(0, 1, &mut self.profile.light);
        self.profile.judge(length, is_light);
        let ends = self.profile.blurred_span(middle, length)?;
        if self.profile.edges_within(ends) < BLURRED_EDGES {
            return None;
        }
        self.blurs = self.blurs.checked_sub(1)?;
        let ruler = self
            .blur
            .read(&self.profile.levels, ends, way, &mut self.symbols)?;
        let text = code::text(&self.symbols).filter(|text| is_payment(text))?;
        for half in 0..2 {
            self.strip.mean(half, 2, &mut self.profile.light);
            self.profile.judge(length, is_light);
            self.blur
                .again(&self.profile.levels, &ruler, &mut self.again);
            let pairs = self.symbols.iter().zip(&self.again);
            let agreeing = pairs.filter(|(one, again)| one == again).count();
            if 3 * agreeing < 2 * self.symbols.len() {
                return None;
            }
        }
        let ends = (ruler.place(0.0), ruler.place(float(ruler.modules)));
        Some(Found { text, ends })
    }

    /// True when bars above or below `sighting` in `frame` carry another number: one page, two
    /// codes.
    pub(crate) fn contradict(&mut self, frame: &Luma<'_>, sighting: &Sighting) -> bool {
        let number = &sighting.text;
        if self.settled == *number || !is_payment(number) {
            return false;
        }
        let corners = sighting.corners.map(|(x, y)| Point::new(x, y));
        let page = Warp::between(&UNIT, &corners);
        // Bars that say the same are the page's: it has no others.
        let said = page.and_then(|page| {
            BESIDE.iter().find_map(|lines| {
                self.look_beside(frame, &page, lines)?;
                self.says(number)
            })
        });
        let is_denied = said == Some(false);
        if !is_denied {
            self.settled.clear();
            self.settled.push_str(number);
        }
        is_denied
    }

    /// Whether the bars along the strip, if they are a payment code, are `number`. Most are, and
    /// that is quickly seen, also where they are blurred.
    fn says(&mut self, number: &str) -> Option<bool> {
        let is_light = self.is_light();
        let found = self.runs_of((0, 1), is_light);
        let found = found.or_else(|| self.runs_of((0, 1), !is_light));
        if let Some(found) = found {
            return is_payment(&found.text).then(|| found.text == number);
        }
        if !self.strip.is_even() {
            return None;
        }
        if self.shows(number, is_light) {
            return Some(true);
        }
        let found = self.blurred(is_light, Way::OfPage)?;
        Some(found.text == number)
    }

    /// True when the bars along the strip are surely those of `number`.
    fn shows(&mut self, number: &str, is_light: bool) -> bool {
        let (middle, length) = self.strip.extent();
        self.strip.mean(0, 1, &mut self.profile.light);
        self.profile.judge(length, is_light);
        code::spell(number, &mut self.again);
        let ends = self.profile.blurred_span(middle, length);
        ends.is_some_and(|ends| self.blur.shows(&self.profile.levels, ends, &self.again))
    }

    /// Takes a strip of what may be bars on one of the lines beside a QR code. The code tells how
    /// its page lies, and so where each of the page's places is seen.
    fn look_beside(&mut self, frame: &Luma<'_>, page: &Warp, lines: &[f32]) -> Option<()> {
        let lines = lines.iter().map(|&down| {
            let start = page.map(Point::new(0.5 - LINE_SIDES / 2.0, down));
            let end = page.map(Point::new(0.5 + LINE_SIDES / 2.0, down));
            (down, edges_on(frame, start, start.to(end), LINE))
        });
        let most = lines.max_by_key(|(_, edges)| *edges);
        let (middle, _) = most.filter(|(_, edges)| *edges >= LINE_EDGES)?;
        let tall = (middle - STRIP_SIDES / 2.0, middle + STRIP_SIDES / 2.0);
        let wide = (0.5 - LINE_SIDES / 2.0, 0.5 + LINE_SIDES / 2.0);
        self.strip.take_on(frame, page, wide, tall, LENGTH_SIDES);
        Some(())
    }
}

impl std::fmt::Debug for Bars {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bars({} patches)", self.blocks.patches.len())
    }
}

/// A cheap look at whether a patch shows more than a few edges.
fn has_edges(frame: &Luma<'_>, patch: &Patch) -> bool {
    let across = Point::new(-patch.along.y, patch.along.x);
    let start = patch.middle.moved(patch.along, -patch.length / 2.0);
    let lines = GLANCES.iter().filter(|far| {
        let start = start.moved(across, patch.height * **far);
        edges_on(frame, start, patch.along.scaled(patch.length), GLANCE) >= GLANCE_EDGES
    });
    lines.count() >= GLANCES_MIN
}

/// How often the brightness turns along a line, which is looked at in `count` places.
fn edges_on(frame: &Luma<'_>, start: Point, whole: Point, count: usize) -> usize {
    let step = whole.scaled(1.0 / float(count));
    let (mut last, mut is_rising, mut edges) = (f32::NAN, false, 0);
    for at in (0..count).step_by(4) {
        let at = f32x4::splat(float(at)) + FOUR;
        let four = frame.at_four(at * step.x + start.x, at * step.y + start.y);
        for level in four.to_array() {
            let change = level - last;
            if change.abs() >= EDGE_MIN || last.is_nan() {
                edges += usize::from((change > 0.0) != is_rising);
                is_rising = change > 0.0;
                last = level;
            } else if (change > 0.0) == is_rising {
                last = level;
            }
        }
    }
    edges
}
