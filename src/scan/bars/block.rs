//! Where bars may be: places of the picture in which all edges run the same way.
//!
//! The picture, made small, is cut into blocks of 8x8 pixels. In each the squares and products of
//! the two slopes are summed, which gives the direction that brightness changes in, how strongly,
//! and how much of the change is in that one direction. Neighbouring blocks that agree become one
//! patch; what is long across its edges and not too thin along them may be bars.
//!
//! Bounded: every block is visited once, and [`PATCHES_MAX`] patches are kept.

use crate::lanes::{self, LANES};
use crate::luma::Luma;
use crate::number::{float, floor};
use crate::warp::Point;

/// Side of a block in pixels.
const BLOCK: usize = 8;

/// Most patches that are kept, the largest first.
pub(crate) const PATCHES_MAX: usize = 4;

/// Fewer blocks are no bars.
const BLOCKS_MIN: usize = 8;

/// Less length across the edges is none, in pixels.
const LENGTH_MIN: f32 = 36.0;

/// Least mean square of the slopes.
const ENERGY_MIN: f32 = 60.0;

/// Least share of the change that is in one direction.
const COHERENCE_MIN: f32 = 0.45;

/// Least cosine of twice the angle between a block's direction and its patch's.
const AGREEMENT_MIN: f32 = 0.8;

/// Neighbours of a block. The last four, two blocks off, count where bars may be so wide that there
/// is a block without any edge inside.
const NEAR: [(isize, isize); 8] = [
    (1, 0),
    (-1, 0),
    (0, 1),
    (0, -1),
    (2, 0),
    (-2, 0),
    (0, 2),
    (0, -2),
];

/// Rounds in which a patch's direction is measured.
const ROUNDS: usize = 3;

/// Most that the direction changes in a round, as a tangent.
const SLANT_MAX: f32 = 0.2;

/// The direction of a block: twice its angle, as cosine and sine, so that both signs of a slope
/// are the same; zero where there is none.
type Turn = (f32, f32);

/// What is to the left of a row's places, to their right, above and below.
type Rows<'a> = [&'a [u8]; 4];

/// No direction.
const NO_TURN: Turn = (0.0, 0.0);

/// A place where all edges run the same way, in pixels of the picture it was found in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patch {
    /// Its middle.
    pub(crate) middle: Point,
    /// Across the edges, of length 1.
    pub(crate) along: Point,
    /// Size across the edges.
    pub(crate) length: f32,
    /// Size along the edges.
    pub(crate) height: f32,
    /// Number of its blocks.
    blocks: usize,
}

impl Patch {
    /// The same in a picture of `scale` times as many pixels a side.
    pub(crate) fn scaled(&self, scale: f32) -> Self {
        Self {
            middle: self.middle.scaled(scale),
            length: self.length * scale,
            height: self.height * scale,
            ..*self
        }
    }
}

/// Reused buffers of the search.
#[derive(Default)]
pub(crate) struct Blocks {
    columns: usize,
    turns: Vec<Turn>,
    /// Blocks that were visited.
    is_taken: Vec<bool>,
    /// Blocks of the patch that is being gathered.
    members: Vec<usize>,
    /// How many of them lie at each distance along the edges.
    counts: Vec<u32>,
    /// What was found, the largest first.
    pub(crate) patches: Vec<Patch>,
}

impl Blocks {
    /// Looks for patches in a picture; with `is_wide` also for those of bars wider than a block.
    pub(crate) fn find(&mut self, view: &Luma<'_>, is_wide: bool) {
        self.patches.clear();
        self.measure(view);
        let near = if is_wide { &NEAR } else { &NEAR[..4] };
        self.is_taken.clear();
        self.is_taken
            .extend(self.turns.iter().map(|turn| *turn == NO_TURN));
        for seed in 0..self.turns.len() {
            if !self.is_taken[seed] {
                let sum = self.gather(seed, near);
                if self.members.len() >= BLOCKS_MIN {
                    self.keep(sum);
                }
            }
        }
    }

    /// Fills the blocks' directions. Every second row is enough.
    fn measure(&mut self, view: &Luma<'_>) {
        self.columns = view.width().saturating_sub(2) / BLOCK;
        self.turns.clear();
        for row in 0..view.height().saturating_sub(2) / BLOCK {
            let looked_at: [Rows<'_>; BLOCK / 2] = std::array::from_fn(|number| {
                let y = row * BLOCK + 2 * number + 1;
                let from = |y: usize, left: usize| view.row(y).get(left..).unwrap_or_default();
                [from(y, 0), from(y, 2), from(y - 1, 1), from(y + 1, 1)]
            });
            let lanes = looked_at.map(|rows| rows.map(|row| row.as_chunks::<LANES>().0));
            let end = self.turns.len() + self.columns;
            for at in 0..self.columns / 2 {
                let spots = lanes.iter().filter_map(|[left, right, above, below]| {
                    Some([
                        left.get(at)?,
                        right.get(at)?,
                        above.get(at)?,
                        below.get(at)?,
                    ])
                });
                self.turns.extend(lanes::slopes(spots).map(turn));
            }
            if !self.columns.is_multiple_of(2) {
                let last = looked_at.map(|rows| {
                    rows.map(|row| {
                        let mut lanes = [0; LANES];
                        let block = row.get((self.columns - 1) * BLOCK..).unwrap_or_default();
                        lanes
                            .iter_mut()
                            .zip(block.iter().take(BLOCK))
                            .for_each(|(to, from)| *to = *from);
                        lanes
                    })
                });
                let spots = last.iter().map(<[_; 4]>::each_ref);
                self.turns.extend(lanes::slopes(spots).map(turn));
            }
            self.turns.truncate(end);
        }
    }

    /// Gathers the members of the patch that `seed` belongs to; returns the sum of their turns.
    fn gather(&mut self, seed: usize, near: &[(isize, isize)]) -> Turn {
        self.members.clear();
        self.members.push(seed);
        self.is_taken[seed] = true;
        let mut sum = self.turns[seed];
        let mut next = 0;
        while let Some(&at) = self.members.get(next) {
            next += 1;
            let (column, row) = (at % self.columns, at / self.columns);
            for &(dx, dy) in near {
                let near = column
                    .checked_add_signed(dx)
                    .zip(row.checked_add_signed(dy))
                    .filter(|(x, _)| *x < self.columns)
                    .map(|(x, y)| y * self.columns + x)
                    .filter(|near| self.is_taken.get(*near) == Some(&false));
                let Some(near) = near else { continue };
                let turn = self.turns[near];
                let size = (sum.0 * sum.0 + sum.1 * sum.1).sqrt();
                if turn.0 * sum.0 + turn.1 * sum.1 > AGREEMENT_MIN * size {
                    sum = (sum.0 + turn.0, sum.1 + turn.1);
                    self.is_taken[near] = true;
                    self.members.push(near);
                }
            }
        }
        sum
    }

    /// Keeps the members as a patch if they may be bars. Other things touch bars, digits below
    /// them above all: only where most members lie side by side is the patch. Its direction is at
    /// first that across the edges, then the one in which the members lie: fine bars that are
    /// mixed into few pixels show the former badly.
    fn keep(&mut self, sum: Turn) {
        let columns = self.columns;
        let mut along = direction(sum);
        let mut extent = Extent::default();
        for _ in 0..ROUNDS {
            let down = |member: &usize| along.cross(place(*member, columns));
            let least = self.members.iter().map(down).fold(f32::MAX, f32::min);
            let row = |member: &usize| floor(down(member) - least + 0.5);
            self.counts.clear();
            for member in &self.members {
                let row = row(member);
                self.counts.resize(self.counts.len().max(row + 1), 0);
                self.counts[row] += 1;
            }
            let (top, bottom) = fullest(&self.counts);
            let within = self.members.iter();
            let within = within.filter(|member| (top..=bottom).contains(&row(member)));
            extent = Extent::of(within.map(|member| place(*member, columns)), along);
            let across = Point::new(-along.y, along.x);
            along = along.moved(across, extent.slant).unit();
        }
        let patch = extent.patch();
        if patch.blocks >= BLOCKS_MIN && patch.length > LENGTH_MIN.max(0.6 * patch.height) {
            self.insert(patch);
        }
    }

    fn insert(&mut self, patch: Patch) {
        let smaller = |other: &Patch| other.blocks < patch.blocks;
        let place = self.patches.iter().position(smaller);
        let place = place.unwrap_or(self.patches.len());
        if place < PATCHES_MAX {
            self.patches.truncate(PATCHES_MAX - 1);
            self.patches.insert(place, patch);
        }
    }
}

/// The middle of a block, in blocks.
fn place(member: usize, columns: usize) -> Point {
    Point::new(float(member % columns) + 0.5, float(member / columns) + 0.5)
}

/// Half the angle of a turn, by the roots of its cosine and sine.
fn direction(turn: Turn) -> Point {
    let size = (turn.0 * turn.0 + turn.1 * turn.1)
        .sqrt()
        .max(f32::MIN_POSITIVE);
    let half = |cos: f32| f32::midpoint(1.0, cos / size).max(0.0).sqrt();
    Point::new(half(turn.0), half(-turn.0).copysign(turn.1))
}

/// The extent of blocks along a direction and across it.
#[derive(Default)]
struct Extent {
    along: Point,
    count: usize,
    far: (f32, f32),
    down: (f32, f32),
    /// How far across they go for each step along.
    slant: f32,
}

impl Extent {
    fn of(places: impl Iterator<Item = Point> + Clone, along: Point) -> Self {
        let mut extent = Self {
            along,
            count: 0,
            far: (f32::MAX, f32::MIN),
            down: (f32::MAX, f32::MIN),
            slant: 0.0,
        };
        let (mut far_sum, mut down_sum) = (0.0, 0.0);
        for place in places.clone() {
            let (far, down) = (along.dot(place), along.cross(place));
            extent.far = (extent.far.0.min(far), extent.far.1.max(far));
            extent.down = (extent.down.0.min(down), extent.down.1.max(down));
            far_sum += far;
            down_sum += down;
            extent.count += 1;
        }
        let count = float(extent.count.max(1));
        let (far_mean, down_mean) = (far_sum / count, down_sum / count);
        let (mut both, mut square) = (0.0, 0.0);
        for place in places {
            let (far, down) = (along.dot(place) - far_mean, along.cross(place) - down_mean);
            both += far * down;
            square += far * far;
        }
        if square > 0.0 {
            extent.slant = (both / square).clamp(-SLANT_MAX, SLANT_MAX);
        }
        extent
    }

    fn patch(&self) -> Patch {
        let block = float(BLOCK);
        let far = f32::midpoint(self.far.0, self.far.1) * block;
        let down = f32::midpoint(self.down.0, self.down.1) * block;
        let across = Point::new(-self.along.y, self.along.x);
        Patch {
            middle: Point::new(1.0, 1.0)
                .moved(self.along, far)
                .moved(across, down),
            along: self.along,
            length: (self.far.1 - self.far.0 + 0.7) * block,
            height: (self.down.1 - self.down.0 + 0.7) * block,
            blocks: self.count,
        }
    }
}

/// The rows around the fullest one that hold at least half as much.
fn fullest(counts: &[u32]) -> (usize, usize) {
    let rows = counts.iter().enumerate();
    let (peak, &most) = rows.max_by_key(|(_, count)| **count).unwrap_or((0, &0));
    let is_full = |row: &usize| counts.get(*row).is_some_and(|count| 2 * count > most);
    let first = (0..=peak).rev().take_while(is_full).last().unwrap_or(peak);
    let last = (peak..counts.len()).take_while(is_full).last();
    (first, last.unwrap_or(peak))
}

/// The direction that the sums of a block show, if there is one.
fn turn([across, down, both]: [i32; 3]) -> Turn {
    let pixels = float(BLOCK * BLOCK / 2);
    let energy = (single(across) + single(down)) / pixels;
    if energy < ENERGY_MIN {
        return NO_TURN;
    }
    let (cos, sin) = (
        (single(across) - single(down)) / pixels,
        2.0 * single(both) / pixels,
    );
    let size = (cos * cos + sin * sin).sqrt();
    if size < COHERENCE_MIN * energy {
        return NO_TURN;
    }
    (cos / size, sin / size)
}

/// A block's sum as a float.
#[expect(
    clippy::cast_precision_loss,
    reason = "at most 32 squares of 255, and a sum need not be exact"
)]
fn single(sum: i32) -> f32 {
    sum as f32
}
