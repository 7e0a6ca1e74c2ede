//! The few conversions between counts and coordinates, each with its reason in one place.

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
