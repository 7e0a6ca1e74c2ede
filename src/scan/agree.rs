//! The same code counts once, however many frames show it.
//!
//! Scanners that call back for every frame are the shortest road to a double charge. A text is
//! accepted the first time and not again until its life is over; a payment code lives about a
//! minute, and holding the phone in view does not lengthen that.

use std::fmt;

/// At most this many texts are remembered; the oldest goes first.
const REMEMBERED_MAX: usize = 64;

/// Texts that were accepted and are still alive.
pub struct Accepted {
    life_ms: u64,
    alive: Vec<(String, u64)>,
}

impl Accepted {
    /// Remembers each accepted text for `life_ms` milliseconds.
    pub fn new(life_ms: u64) -> Self {
        Self {
            life_ms,
            alive: Vec::new(),
        }
    }

    /// True if `text` is to be used at `now_ms`; false if it was accepted within its life.
    pub fn accept(&mut self, text: &str, now_ms: u64) -> bool {
        let life_ms = self.life_ms;
        self.alive
            .retain(|(_, since_ms)| now_ms.saturating_sub(*since_ms) < life_ms);
        if self.alive.iter().any(|(known, _)| known == text) {
            return false;
        }
        if self.alive.len() == REMEMBERED_MAX {
            self.alive.remove(0);
        }
        self.alive.push((text.to_owned(), now_ms));
        true
    }
}

impl fmt::Debug for Accepted {
    /// The number only: the texts are payment codes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Accepted({} alive, life {} ms)",
            self.alive.len(),
            self.life_ms
        )
    }
}
