//! How hard a frame is to read: what light, hand and lens do to it, class by class.

use std::fmt;

/// From a phone held still in good light to one that people would hold again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Held still, sharp, straight.
    Clean,
    /// As an attentive customer holds it.
    Easy,
    /// As most hold it: tilted, some glare, some blur.
    Medium,
    /// Turned anyhow, noisy, over- or underexposed, partly covered.
    Hard,
    /// Where single frames mostly fail.
    Extreme,
    /// Easy but for a screen that is hardly lit.
    Dark,
    /// Easy but for the distance: a module is less than two pixels.
    Far,
    /// Easy but for the focus or the hand.
    Blurred,
    /// Easy but for a lamp in the glass.
    Glaring,
}

impl Class {
    /// All of them, from the easiest.
    pub const ALL: [Self; 5] = [
        Self::Clean,
        Self::Easy,
        Self::Medium,
        Self::Hard,
        Self::Extreme,
    ];

    /// Those with one fault each, which a person can be told.
    pub const FAULTS: [Self; 4] = [Self::Dark, Self::Far, Self::Blurred, Self::Glaring];

    /// The class of that name.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter().chain(Self::FAULTS);
        all.find(|class| class.as_str() == name)
    }

    /// Its name in tables and on command lines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Easy => "easy",
            Self::Medium => "medium",
            Self::Hard => "hard",
            Self::Extreme => "extreme",
            Self::Dark => "dark",
            Self::Far => "far",
            Self::Blurred => "blurred",
            Self::Glaring => "glaring",
        }
    }

    pub(crate) const fn conditions(self) -> &'static Conditions {
        match self {
            Self::Clean => &CLEAN,
            Self::Easy => &EASY,
            Self::Medium => &MEDIUM,
            Self::Hard => &HARD,
            Self::Extreme => &EXTREME,
            Self::Dark => &DARK,
            Self::Far => &FAR,
            Self::Blurred => &BLURRED,
            Self::Glaring => &GLARING,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// From the least to the most.
type Span = (f32, f32);

/// What a class does to its frames. Angles are degrees, greys of 255; blur is measured in modules
/// of the code as it lies in the frame, so that near and far codes are equally hard to resolve.
#[derive(Debug)]
pub(crate) struct Conditions {
    /// Side of the code in pixels, if it faced the camera.
    pub(crate) side: Span,
    /// Turned in the picture's plane, to either side.
    pub(crate) turn: f32,
    /// Tilted away from the camera.
    pub(crate) tilt: Span,
    /// Radius of the defocus, in modules.
    pub(crate) defocus: Span,
    /// Length of the motion, in modules.
    pub(crate) motion: Span,
    /// Noise of reading the sensor, in greys.
    pub(crate) read_noise: Span,
    /// Noise that grows with the light.
    pub(crate) shot_noise: f32,
    /// Where the exposure puts a white screen; over 255 it burns out.
    pub(crate) white: Span,
    /// Room light that the glass throws back evenly.
    pub(crate) veil: Span,
    /// Probability of lamps in the glass, and how bright they are.
    pub(crate) glare: f32,
    pub(crate) glare_light: Span,
    /// Depth of the fringes between screen and sensor.
    pub(crate) moire: Span,
    /// Depth of bands from a flickering screen.
    pub(crate) bands: Span,
    /// Quality of the camera's compression, 1 to 100.
    pub(crate) quality: Span,
    /// Probability of light modules on dark ground.
    pub(crate) inverted: f32,
    /// Probability of a finger, and how many modules it reaches into the code.
    pub(crate) finger: f32,
    pub(crate) finger_reach: Span,
}

const CLEAN: Conditions = Conditions {
    side: (220.0, 380.0),
    turn: 4.0,
    tilt: (0.0, 5.0),
    defocus: (0.0, 0.05),
    motion: (0.0, 0.0),
    read_noise: (0.5, 1.5),
    shot_noise: 0.2,
    white: (200.0, 235.0),
    veil: (0.01, 0.03),
    glare: 0.0,
    glare_light: (0.0, 0.0),
    moire: (0.0, 0.0),
    bands: (0.0, 0.0),
    quality: (96.0, 99.0),
    inverted: 0.0,
    finger: 0.0,
    finger_reach: (0.0, 0.0),
};

const EASY: Conditions = Conditions {
    side: (200.0, 420.0),
    turn: 10.0,
    tilt: (0.0, 15.0),
    defocus: (0.0, 0.15),
    motion: (0.0, 0.2),
    read_noise: (1.0, 3.0),
    shot_noise: 0.5,
    white: (170.0, 250.0),
    veil: (0.02, 0.08),
    glare: 0.1,
    glare_light: (0.05, 0.15),
    moire: (0.0, 0.03),
    bands: (0.0, 0.05),
    quality: (88.0, 98.0),
    inverted: 0.0,
    finger: 0.0,
    finger_reach: (0.0, 0.0),
};

const MEDIUM: Conditions = Conditions {
    side: (140.0, 460.0),
    turn: 30.0,
    tilt: (10.0, 30.0),
    defocus: (0.0, 0.3),
    motion: (0.0, 0.45),
    read_noise: (2.0, 6.0),
    shot_noise: 1.0,
    white: (120.0, 265.0),
    veil: (0.03, 0.16),
    glare: 0.35,
    glare_light: (0.1, 0.4),
    moire: (0.0, 0.08),
    bands: (0.0, 0.12),
    quality: (70.0, 95.0),
    inverted: 0.05,
    finger: 0.15,
    finger_reach: (-2.5, -1.0),
};

const HARD: Conditions = Conditions {
    side: (110.0, 480.0),
    turn: 180.0,
    tilt: (20.0, 42.0),
    defocus: (0.1, 0.5),
    motion: (0.0, 0.8),
    read_noise: (4.0, 11.0),
    shot_noise: 1.6,
    white: (75.0, 310.0),
    veil: (0.05, 0.3),
    glare: 0.6,
    glare_light: (0.2, 0.9),
    moire: (0.02, 0.16),
    bands: (0.0, 0.25),
    quality: (45.0, 85.0),
    inverted: 0.12,
    finger: 0.35,
    finger_reach: (-1.5, 0.0),
};

const EXTREME: Conditions = Conditions {
    side: (90.0, 500.0),
    turn: 180.0,
    tilt: (35.0, 50.0),
    defocus: (0.25, 0.75),
    motion: (0.1, 1.2),
    read_noise: (7.0, 18.0),
    shot_noise: 2.4,
    white: (40.0, 340.0),
    veil: (0.08, 0.45),
    glare: 0.8,
    glare_light: (0.3, 1.6),
    moire: (0.05, 0.28),
    bands: (0.0, 0.4),
    quality: (25.0, 65.0),
    inverted: 0.15,
    finger: 0.5,
    finger_reach: (-1.0, 1.2),
};

const DARK: Conditions = Conditions {
    white: (4.0, 20.0),
    veil: (0.01, 0.03),
    glare: 0.0,
    ..EASY
};

const FAR: Conditions = Conditions {
    side: (24.0, 40.0),
    glare: 0.0,
    ..EASY
};

const BLURRED: Conditions = Conditions {
    defocus: (0.6, 1.2),
    motion: (0.3, 2.0),
    glare: 0.0,
    ..EASY
};

const GLARING: Conditions = Conditions {
    glare: 1.0,
    glare_light: (0.8, 2.4),
    ..EASY
};
