//! The one door through which time and entropy enter the rooms.

use crate::Stamp;

/// Gives the present time and unpredictable bytes. The binary implements it over the operating
/// system, a simulation over its seed; logic never reads a clock by itself.
pub trait World: Send + Sync {
    /// The present time.
    fn now(&self) -> Stamp;
    /// Milliseconds since some fixed moment. They only grow, also while the clock of
    /// [`World::now`] is set. A server's go on while the machine sleeps; a page's may stand still.
    fn ticks_ms(&self) -> i64;
    /// Sixteen bytes that nobody can predict (in a simulation: that the seed decides).
    fn entropy(&self) -> [u8; 16];
}
