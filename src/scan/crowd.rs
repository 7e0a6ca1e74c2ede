//! A bound on the work: pictures full of finder patterns.
//!
//! The search tries finders in groups of three, so its work grows with the cube of their number,
//! and a wall of stickers could hold the scanner up for minutes. The finders are counted cheaply
//! first; of a crowded picture only the middle is searched, of a hopeless one nothing.

/// More finders than this are a crowd: about thirty codes.
const FINDERS_MAX: usize = 96;

/// Rows between two counted ones; a finder's middle is higher than this even when far away.
const ROW_STEP: usize = 2;

/// Runs of a finder across its middle, in modules.
const RATIO: [usize; 5] = [1, 1, 3, 1, 1];

/// Clears what is outside the middle of a crowded picture of one byte a pixel. Returns false if
/// even the middle is crowded.
pub(crate) fn thin(drawn: &mut [u8], width: usize, height: usize) -> bool {
    if !is_crowded(drawn, width) {
        return true;
    }
    for (y, row) in drawn.chunks_exact_mut(width).enumerate() {
        if (height / 3..height - height / 3).contains(&y) {
            row[..width / 3].fill(0);
            row[width - width / 3..].fill(0);
        } else {
            row.fill(0);
        }
    }
    !is_crowded(drawn, width)
}

fn is_crowded(drawn: &[u8], width: usize) -> bool {
    let mut finders: Vec<Middle> = Vec::new();
    for (y, row) in drawn.chunks_exact(width).enumerate().step_by(ROW_STEP) {
        let mut runs = Runs::default();
        // An unmarked pixel after the last one ends a finder at the edge.
        for (x, &mark) in row.iter().chain(&[0]).enumerate() {
            let Some(module) = runs.advance(mark == 1) else {
                continue;
            };
            let middle = Middle {
                x: x.saturating_sub(module * 7 / 2),
                y,
                module,
            };
            if middle.stands_upright(drawn, width) && !finders.iter().any(|f| f.is_near(&middle)) {
                finders.push(middle);
                if finders.len() > FINDERS_MAX {
                    return true;
                }
            }
        }
    }
    false
}

/// The last five runs of a row.
#[derive(Default)]
struct Runs {
    lengths: [usize; 5],
    current: usize,
    is_marked: bool,
}

impl Runs {
    /// Takes the next pixel; returns the module size when a finder's runs have just ended.
    fn advance(&mut self, is_marked: bool) -> Option<usize> {
        if is_marked == self.is_marked {
            self.current += 1;
            return None;
        }
        self.lengths.rotate_left(1);
        self.lengths[4] = self.current;
        self.is_marked = is_marked;
        self.current = 1;
        if is_marked {
            None
        } else {
            module_of(&self.lengths)
        }
    }
}

/// The module size, if the runs are roughly a finder's.
fn module_of(lengths: &[usize; 5]) -> Option<usize> {
    let module = (lengths[0] + lengths[1] + lengths[3] + lengths[4]) / 4;
    let slack = module * 3 / 4;
    let fits = lengths
        .iter()
        .zip(RATIO)
        .all(|(&run, share)| run.abs_diff(share * module) <= slack);
    (module > 0 && fits).then_some(module)
}

/// The middle of what may be a finder.
struct Middle {
    x: usize,
    y: usize,
    module: usize,
}

impl Middle {
    /// True if the column through it has a finder's runs too.
    fn stands_upright(&self, drawn: &[u8], width: usize) -> bool {
        let height = drawn.len() / width;
        let reach = 6 * self.module;
        let column = |y: usize| drawn[y * width + self.x] == 1;
        let above = three_runs((self.y.saturating_sub(reach)..=self.y).rev().map(column));
        let below = three_runs((self.y..height.min(self.y + reach)).map(column));
        // Both ways count the row they start from.
        let lengths = [
            above[2],
            above[1],
            (above[0] + below[0]).saturating_sub(1),
            below[1],
            below[2],
        ];
        module_of(&lengths).is_some()
    }

    fn is_near(&self, other: &Self) -> bool {
        let reach = 3 * self.module.max(other.module);
        self.x.abs_diff(other.x) <= reach && self.y.abs_diff(other.y) <= reach
    }
}

/// Lengths of the first three runs, the first of which is marked.
fn three_runs(marks: impl Iterator<Item = bool>) -> [usize; 3] {
    let mut lengths = [0; 3];
    let mut run = 0;
    for mark in marks {
        let is_expected = mark == (run % 2 == 0);
        run += usize::from(!is_expected);
        match lengths.get_mut(run) {
            Some(length) => *length += 1,
            None => break,
        }
    }
    lengths
}
