//! Icons, drawn in the page so that they take the colour of the text.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    /// A tick.
    Check,
    /// A cross.
    Cross,
    /// An exclamation mark.
    Alert,
    /// A question mark.
    Question,
    /// An arrow going back.
    Undo,
    /// A list of lines.
    List,
    /// A key that deletes.
    Delete,
    /// Keys to type on.
    Keyboard,
    /// A camera.
    Camera,
    /// A camera struck out.
    NoCamera,
    /// Corners of a QR code.
    Code,
    /// Sliders.
    Settings,
    /// A flash of light.
    Torch,
    /// A sun.
    Light,
    /// A glass that enlarges.
    Closer,
    /// Two arrows in a ring.
    Turn,
    /// One more.
    Plus,
    /// One less.
    Minus,
    /// A bin.
    Bin,
}

impl Icon {
    /// Strokes in a square of 24.
    const fn path(self) -> &'static str {
        match self {
            Self::Check => "M4 12.5l5.5 5.5L20 7",
            Self::Cross => "M6 6l12 12M18 6L6 18",
            Self::Alert => "M12 5v9M12 18.5v.5",
            Self::Question => "M8.5 8.5a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18.5v.5",
            Self::Undo => "M9 5L4 10l5 5M4 10h9a6 6 0 0 1 0 12h-2",
            Self::List => "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
            Self::Delete => "M9 5h11v14H9l-6-7zM12 9l5 6M17 9l-5 6",
            Self::Keyboard => "M3 7h18v10H3zM7 10h.01M11 10h.01M15 10h.01M18 10h.01M8 14h8",
            Self::Camera => "M3 8h4l2-3h6l2 3h4v11H3zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7",
            Self::Code => "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h3v3M20 14v6h-6",
            Self::Settings => "M4 7h9M17 7h3M15 4.5v5M4 17h3M11 17h9M9 14.5v5",
            Self::Torch => "M13 3L5 14h6l-1 7 8.5-12H12.5z",
            Self::Light => {
                "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4\
                 M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5"
            }
            Self::Closer => {
                "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5l5 5\
                 M10.5 7.5v6M7.5 10.5h6"
            }
            Self::Turn => {
                "M4 11a8 8 0 0 1 14-4.5L20 9M20 4v5h-5M20 13a8 8 0 0 1-14 4.5L4 15M4 20v-5h5"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Minus => "M5 12h14",
            Self::Bin => "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
            Self::NoCamera => {
                "M8.5 5.8L9 5h6l2 3h4v9.5M18 19H3V8h3M9.2 11a3.5 3.5 0 0 0 4.8 4.9M3 3l18 18"
            }
        }
    }
}

/// An icon; it says nothing to a screen reader, the text beside it does.
#[component]
pub(crate) fn Mark(
    /// What it shows.
    icon: Icon,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=icon.path()></path>
        </svg>
    }
}
