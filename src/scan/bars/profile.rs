//! The brightness along a code between its own dark and light, and where its edges lie.

use crate::number::{float, floor};

/// Parts of the bars' length that find their own dark and light.
const CELLS: f32 = 24.0;

/// Less contrast than this part of the greatest is none.
const CONTRAST_MIN: f32 = 0.15;

/// Light beside bars is at least this many times as wide as bars and spaces are on average.
const QUIET: f32 = 2.3;

/// Light at the border of the picture counts as so many times as much.
const HIDDEN: f32 = 2.0;

/// Even light beside blurred bars: its least part of their length, and how light it is.
const QUIET_SHARE: f32 = 0.035;
const LIGHT_MIN: f32 = 0.8;

/// Light that changes less than this part of what it does in the bars is even.
const EVEN_MAX: f32 = 0.25;

/// This part of the length to each side of the middle is surely bars.
const INNER: f32 = 0.38;

/// Reused brightness of one strip.
#[derive(Default)]
pub(crate) struct Profile {
    /// Mean light along the code; filled by the caller.
    pub(crate) light: Vec<f32>,
    /// 0 is dark and 1 is light.
    pub(crate) levels: Vec<f32>,
    /// Where the levels pass the middle, in samples; before the first it is light.
    pub(crate) edges: Vec<f32>,
    cells: Vec<(f32, f32)>,
}

/// Where bars begin and end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// Numbers of the first and the last edge.
    pub(crate) first: usize,
    pub(crate) last: usize,
}

impl Profile {
    /// Judges the light; `length` is that of the bars, in samples. With `is_light` the bars are
    /// light on dark ground, and all is turned over.
    pub(crate) fn judge(&mut self, length: f32, is_light: bool) {
        if is_light {
            for light in &mut self.light {
                *light = 1.0 - *light;
            }
        }
        let cell = floor(length / CELLS).max(2);
        self.measure_cells(cell);
        self.levels.clear();
        let most = self.cells.iter().map(|(low, high)| high - low);
        let least = most.fold(0.0, f32::max) * CONTRAST_MIN;
        for (at, light) in self.light.iter().enumerate() {
            let (low, high) = self.between(float(at) / float(cell) - 0.5);
            let level = if high - low > least {
                (light - low) / (high - low)
            } else {
                1.0
            };
            self.levels.push(level.clamp(-0.2, 1.2));
        }
        self.find_edges();
    }

    /// Darkest and lightest of each cell and its neighbours.
    fn measure_cells(&mut self, cell: usize) {
        self.cells.clear();
        let count = self.light.len().div_ceil(cell);
        for number in 0..count {
            let first = number.saturating_sub(1) * cell;
            let last = ((number + 2) * cell).min(self.light.len());
            let span = &self.light[first..last];
            let low = span.iter().copied().fold(f32::MAX, f32::min);
            let high = span.iter().copied().fold(f32::MIN, f32::max);
            self.cells.push((low, high));
        }
    }

    /// Dark and light at a place between the middles of two cells.
    fn between(&self, place: f32) -> (f32, f32) {
        let number = floor(place);
        let share = (place - float(number)).clamp(0.0, 1.0);
        let cell = |number: usize| self.cells.get(number).or(self.cells.last());
        let (one, two) = (cell(number), cell(number + 1));
        let (one, two) = (
            one.copied().unwrap_or_default(),
            two.copied().unwrap_or_default(),
        );
        (
            one.0 + (two.0 - one.0) * share,
            one.1 + (two.1 - one.1) * share,
        )
    }

    fn find_edges(&mut self) {
        self.edges.clear();
        let mut is_dark = false;
        for (at, pair) in self.levels.windows(2).enumerate() {
            let (before, after) = (pair[0] - 0.5, pair[1] - 0.5);
            if (after < 0.0) != is_dark {
                is_dark = !is_dark;
                let fall = before - after;
                let share = if fall.abs() > f32::EPSILON {
                    before / fall
                } else {
                    0.0
                };
                self.edges.push(float(at) + share.clamp(0.0, 1.0));
            }
        }
    }

    /// The bars around `middle`, which is in samples: from one wide light to the next. Without
    /// light enough on both sides there are none.
    pub(crate) fn span(&self, middle: f32, length: f32) -> Option<Span> {
        let edges = &self.edges;
        let (low, high) = (middle - 0.35 * length, middle + 0.35 * length);
        let begin = edges.partition_point(|edge| *edge < low);
        let end = edges.partition_point(|edge| *edge < high);
        if end < begin + 8 {
            return None;
        }
        let mean = (edges[end - 1] - edges[begin]) / float(end - 1 - begin);
        let wide = QUIET * mean;
        // Light runs end with an edge of an even number.
        let centre = edges.partition_point(|edge| *edge < middle);
        // What lies beyond the picture is not seen, and taken for light.
        let light = |number: &usize| {
            let from = number.checked_sub(1).map(|before| edges[before]);
            let to = edges.get(*number).copied();
            let share = if from.is_none() || to.is_none() {
                HIDDEN
            } else {
                1.0
            };
            share * (to.unwrap_or(float(self.levels.len())) - from.unwrap_or(0.0))
        };
        let first = (0..=centre).rev().filter(|number| number % 2 == 0);
        let first = first.clone().find(|number| light(number) >= wide)?;
        let mut after = (centre..=edges.len()).filter(|number| number % 2 == 0);
        let last = after.find(|number| *number > first && light(number) >= wide)?;
        Some(Span {
            first,
            last: last - 1,
        })
    }

    /// True when the even light next to the bars is darker than they are on average. Where there is
    /// none, or it differs from side to side, nothing is told.
    pub(crate) fn is_light(&self, middle: f32, length: f32) -> Option<bool> {
        let wide = floor(length * QUIET_SHARE).max(2);
        let light = &self.light;
        let end = |far: f32| floor((middle + far * length).max(0.0)).min(light.len());
        let inside = light
            .get(end(-INNER)..end(INNER))
            .filter(|inside| !inside.is_empty())?;
        let mean = |part: &[f32]| part.iter().sum::<f32>() / float(part.len().max(1));
        let range = |part: &[f32]| {
            let low = part.iter().copied().fold(f32::MAX, f32::min);
            let high = part.iter().copied().fold(f32::MIN, f32::max);
            high - low
        };
        let most = EVEN_MAX * range(inside);
        let is_even = |part: &&[f32]| range(part) < most;
        let before = light[..end(-INNER)].windows(wide).rev().find(is_even)?;
        let behind = light[end(INNER)..].windows(wide).find(is_even)?;
        let is_darker = |beside: &[f32]| mean(beside) < mean(inside);
        (is_darker(before) == is_darker(behind)).then(|| is_darker(before))
    }

    /// The ends of blurred bars around `middle`: from there outwards the first stretches of even
    /// light, which need not be seen whole where the picture ends. What lies within most of
    /// `length` is surely bars.
    pub(crate) fn blurred_span(&self, middle: f32, length: f32) -> Option<(f32, f32)> {
        let wide = floor(length * QUIET_SHARE).max(2);
        let inner = length * INNER;
        let last = self.levels.len().checked_sub(1)?;
        let is_light = |at: &usize| self.levels[*at] > LIGHT_MIN;
        let start = floor(middle + inner).min(last);
        let mut run = 0;
        let right = (start..=last).find(|at| {
            run = if is_light(at) { run + 1 } else { 0 };
            run >= wide
        });
        let end = floor((middle - inner).max(0.0)).min(last);
        run = 0;
        let left = (0..=end).rev().find(|at| {
            run = if is_light(at) { run + 1 } else { 0 };
            run >= wide
        });
        let edges = &self.edges;
        let before = edges.partition_point(|edge| *edge < float(left.unwrap_or(0) + wide - 1));
        let after = edges.partition_point(|edge| {
            *edge < float((right.unwrap_or(last) + 1).saturating_sub(wide) + 1)
        });
        let ends = (*edges.get(before)?, *edges.get(after.checked_sub(1)?)?);
        (left.is_some() && right.is_some() && ends.1 - ends.0 > inner).then_some(ends)
    }

    /// Edges from one end to the other.
    pub(crate) fn edges_within(&self, ends: (f32, f32)) -> usize {
        let within = self.edges.iter();
        within
            .filter(|edge| (ends.0..=ends.1).contains(edge))
            .count()
    }
}
