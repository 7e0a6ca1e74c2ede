//! What a search ends with: a sighting, or the reason why there is none.

use std::fmt;

use crate::text::is_number;

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

/// Of what two searches of one frame ended with, the one to go by: a number, any text, then the
/// reason that says more. Of equals it is the first.
pub(crate) fn better(
    one: Result<Sighting, Missed>,
    other: Result<Sighting, Missed>,
) -> Result<Sighting, Missed> {
    match (one, other) {
        (Err(one), Err(other)) => Err(one.or(other)),
        (Err(_), Ok(seen)) | (Ok(seen), Err(_)) => Ok(seen),
        (Ok(one), Ok(other)) if is_number(&other.text) && !is_number(&one.text) => Ok(other),
        (Ok(one), Ok(_)) => Ok(one),
    }
}

/// Why a frame gave no code: how far the search came, then what can be told to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missed {
    /// Nothing that looks like a code.
    Nothing,
    /// Patterns as in the corners of a code, and no three that belong together.
    FindersOnly,
    /// Three corners, and not between them what every code has there.
    BadGrid,
    /// A code whose modules are wrong in more places than can be corrected, as when it is covered.
    TooManyErrors,
    /// The picture or the screen in it is too dark.
    TooDark,
    /// A code is there but its modules are too few pixels wide: closer.
    TooSmall,
    /// A code is there, out of focus or moving: hold still.
    TooBlurred,
    /// A lamp in the glass hides part of the code: tilt the phone.
    Glare,
}

impl Missed {
    /// The one of two that says more.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// All of them, the least telling first.
    pub const ALL: [Self; 8] = [
        Self::Nothing,
        Self::FindersOnly,
        Self::BadGrid,
        Self::TooManyErrors,
        Self::TooDark,
        Self::TooSmall,
        Self::TooBlurred,
        Self::Glare,
    ];

    /// A stable word for messages between programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::FindersOnly => "finders-only",
            Self::BadGrid => "bad-grid",
            Self::TooManyErrors => "too-many-errors",
            Self::TooDark => "too-dark",
            Self::TooSmall => "too-small",
            Self::TooBlurred => "too-blurred",
            Self::Glare => "glare",
        }
    }
}
