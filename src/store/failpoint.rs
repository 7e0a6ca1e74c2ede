//! Named places at which a crash test ends the program as a power cut would.
//!
//! Without the feature `failpoints` a place is nothing at all. With it, the environment variable
//! `FAILPOINTS` says where and when: `commit-before=2*off->return` ends the program when it comes
//! to `commit-before` for the third time. The list of places is read off the sources by the crash
//! tests: a place is named once, as a literal.

/// A place at which the program may be ended.
#[inline]
pub fn hit(name: &str) {
    #[cfg(feature = "failpoints")]
    fail::fail_point!(name, |_| std::process::abort());
    #[cfg(not(feature = "failpoints"))]
    let _ = name;
}

/// Reads `FAILPOINTS`, once, before any place is come to.
///
/// # Panics
/// When the variable says what nobody understands.
pub fn begin() {
    // Dropped, it would take every place back.
    #[cfg(feature = "failpoints")]
    std::mem::forget(fail::FailScenario::setup());
}
