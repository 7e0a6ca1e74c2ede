//! Sharp bars: symbols from the widths between edges.
//!
//! A wrong threshold makes all bars wider and all spaces narrower by the same. The distance from
//! an edge to the next of its kind does not see that, so symbols are told by those distances, and
//! the sum of the bars only decides between the few that share them.

use crate::bars::code::{self, MODULES, STARTS, STOP, STOP_MODULES, SYMBOLS};
use crate::number::float;

/// Most symbols that are read.
pub(crate) const SYMBOLS_MAX: usize = 96;

/// Farther from its distances no symbol is, in modules squared, summed.
const FAR_MAX: f32 = 1.1;

/// How much nearer than the next one a symbol is at least.
const CLEAR_MIN: f32 = 0.25;

/// Weight of the bars' sum beside the distances.
const SUM_WEIGHT: f32 = 0.2;

/// Distances that tell a symbol: four from edge to like edge, and the sum of its bars.
type Marks = [f32; 5];

/// Marks of all symbols.
pub(crate) struct Runs {
    marks: Vec<Marks>,
}

impl Default for Runs {
    fn default() -> Self {
        let marks = |symbol| marks(&code::widths(symbol).map(f32::from), 1.0);
        Self {
            marks: (0..SYMBOLS).map(marks).collect(),
        }
    }
}

impl Runs {
    /// Fills `symbols` from the start to the check symbol, if all can be told; `edges` go from the
    /// first edge of one end to the last of the other. The answer is true when the stop came first.
    pub(crate) fn read(&self, edges: &[f32], symbols: &mut Vec<u8>) -> Option<bool> {
        [false, true]
            .into_iter()
            .find(|is_turned| self.read_one_way(edges, *is_turned, symbols).is_some())
    }

    fn read_one_way(&self, edges: &[f32], is_turned: bool, symbols: &mut Vec<u8>) -> Option<()> {
        symbols.clear();
        let count = edges.len();
        // Six for each symbol and eight for the stop.
        if count < 26 || count % 6 != 2 || (count - 8) / 6 > SYMBOLS_MAX {
            return None;
        }
        let edge = |number: usize| {
            if is_turned {
                -edges[count - 1 - number]
            } else {
                edges[number]
            }
        };
        let whole = (count - 8) / 6;
        let stop: [f32; 7] =
            std::array::from_fn(|at| edge(6 * whole + at + 1) - edge(6 * whole + at));
        if !is_stop(&stop) {
            return None;
        }
        for number in 0..whole {
            let widths =
                std::array::from_fn(|at| edge(6 * number + at + 1) - edge(6 * number + at));
            let symbol = self.symbol(&widths)?;
            if (number == 0) != STARTS.contains(&symbol) {
                return None;
            }
            symbols.push(symbol);
        }
        Some(())
    }

    fn symbol(&self, widths: &[f32; 6]) -> Option<u8> {
        let module = widths.iter().sum::<f32>() / float(MODULES);
        let seen = marks(widths, module);
        let (mut best, mut next) = ((f32::MAX, 0_u8), f32::MAX);
        for (symbol, marks) in (0_u8..).zip(&self.marks) {
            let far = far(&seen, marks);
            if far < best.0 {
                next = best.0;
                best = (far, symbol);
            } else {
                next = next.min(far);
            }
        }
        (best.0 < FAR_MAX && next - best.0 > CLEAR_MIN).then_some(best.1)
    }
}

fn marks(widths: &[f32; 6], module: f32) -> Marks {
    let pair = |at: usize| (widths[at] + widths[at + 1]) / module;
    let bars = (widths[0] + widths[2] + widths[4]) / module;
    [pair(0), pair(1), pair(2), pair(3), bars]
}

fn far(seen: &Marks, marks: &Marks) -> f32 {
    let parts = seen.iter().zip(marks).enumerate();
    let squares = parts.map(|(at, (seen, mark))| {
        let far = seen - mark;
        far * far * if at == 4 { SUM_WEIGHT } else { 1.0 }
    });
    squares.sum()
}

fn is_stop(widths: &[f32; 7]) -> bool {
    let module = widths.iter().sum::<f32>() / float(STOP_MODULES);
    let pairs = widths.windows(2).zip(STOP.windows(2));
    let far: f32 = pairs
        .map(|(seen, stop)| {
            let far = (seen[0] + seen[1]) / module - f32::from(stop[0] + stop[1]);
            far * far
        })
        .sum();
    far < 2.0 * FAR_MAX
}
