//! The few conversions between counts and coordinates, each with its reason in one place, and the
//! likeness of two rows.

use wide::f32x4;

/// A count or pixel coordinate as a float; sides are below 2^14, so nothing is lost.
#[expect(
    clippy::cast_precision_loss,
    reason = "coordinates and counts of one picture are below 2^24"
)]
pub(crate) fn float(count: usize) -> f32 {
    count as f32
}

/// The pixel that holds a coordinate: rounded down, negative and not-a-number become 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, which is the clamp that is wanted"
)]
pub(crate) fn floor(coordinate: f32) -> usize {
    coordinate as usize
}

/// The same for coordinates that are not negative, in fewer instructions.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates at more than any picture's side, and negative ones are kept out"
)]
pub(crate) fn pixel(coordinate: f32) -> usize {
    coordinate as i32 as usize
}

/// How alike two rows of levels are, apart from brightness and contrast; 1 is the same.
pub(crate) fn likeness(above: &[f32], below: &[f32]) -> f32 {
    let count = above.len().min(below.len());
    let (above, below) = (&above[..count], &below[..count]);
    let share = 1.0 / float(count.max(1));
    let (a, b) = (sum(above) * share, sum(below) * share);
    let ((above, above_rest), (below, below_rest)) = (above.as_chunks(), below.as_chunks());
    let mut sums = [f32x4::ZERO; 3];
    for (above, below) in above.iter().zip(below) {
        let (above, below) = (f32x4::new(*above) - a, f32x4::new(*below) - b);
        sums[0] += above * below;
        sums[1] += above * above;
        sums[2] += below * below;
    }
    let [mut both, mut first, mut second] = sums.map(f32x4::reduce_add);
    for (above, below) in above_rest.iter().zip(below_rest) {
        let (above, below) = (above - a, below - b);
        both += above * below;
        first += above * above;
        second += below * below;
    }
    both / (first * second).sqrt().max(f32::MIN_POSITIVE)
}

fn sum(row: &[f32]) -> f32 {
    let (fours, rest) = row.as_chunks();
    let whole = fours
        .iter()
        .fold(f32x4::ZERO, |sum, four| sum + f32x4::new(*four));
    whole.reduce_add() + rest.iter().sum::<f32>()
}

/// Where a row of so many pixels begins; rows are counted from 0.
#[expect(
    clippy::cast_sign_loss,
    reason = "the callers count rows and columns of a picture, from 0 on"
)]
pub(crate) fn row_start(row: i32, stride: usize) -> usize {
    row as usize * stride
}

/// A side of a picture among coordinates that are counted four at once.
pub(crate) fn whole(side: usize) -> i32 {
    i32::try_from(side).unwrap_or(i32::MAX)
}
