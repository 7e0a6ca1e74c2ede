//! What a search ends with: a sighting, or the reason why there is none.

use std::fmt;

/// The symbology of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// QR code.
    Qr,
    /// Code 128: bars.
    Code128,
}

/// A code that was read.
#[derive(Clone, PartialEq)]
pub struct Sighting {
    /// The code's content.
    pub text: String,
    /// How it was drawn.
    pub kind: Kind,
    /// Outline in pixels of the full frame: top left, top right, bottom right, bottom left as the
    /// code itself sees them.
    pub corners: [(f32, f32); 4],
    /// Full-frame pixels per pixel of the level it was read on (2 for half size).
    pub scale: f32,
}

impl Sighting {
    /// The same, seen in a picture of which this one is the part at (`left`, `top`).
    pub(crate) fn moved(mut self, left: f32, top: f32) -> Self {
        for corner in &mut self.corners {
            *corner = (corner.0 + left, corner.1 + top);
        }
        self
    }
}

impl fmt::Debug for Sighting {
    /// Without the text: a payment code must not reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sighting")
            .field("kind", &self.kind)
            .field("letters", &self.text.chars().count())
            .field("corners", &self.corners)
            .field("scale", &self.scale)
            .finish()
    }
}

/// Why a frame gave no code, from the least to the most that can be told to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missed {
    /// Nothing that looks like a code.
    Nothing,
    /// Nothing found, and the picture is too dark to expect anything.
    TooDark,
    /// A code is there but its modules are too few pixels wide: closer.
    TooSmall,
    /// A code is there and large enough, but blurred, covered or in glare.
    Undecodable,
}

impl Missed {
    /// The one of two that says more.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// A stable word for messages between programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::TooDark => "too-dark",
            Self::TooSmall => "too-small",
            Self::Undecodable => "undecodable",
        }
    }
}
