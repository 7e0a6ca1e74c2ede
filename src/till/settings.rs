//! How this device is set: which hand, which look, how loud, what is asked about.
//!
//! Kept in the browser as plain words. A word that this page does not know, from an earlier or a
//! later version of it, is as if it had not been chosen, and takes nothing else with it.

use money::Amount;
use serde::{Deserialize, Serialize};

/// Gives a closed list of choices their words in the browser's storage and in tests.
macro_rules! choice {
    (
        $(#[$about:meta])*
        $name:ident { $($(#[$each:meta])* $one:ident = $word:literal),+ $(,)? }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub(crate) enum $name { $($(#[$each])* $one),+ }

        impl $name {
            /// Every choice, in the order of the screen.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$one),+];

            /// Its word.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$one => $word),+ }
            }

            fn named(word: &str) -> Self {
                let known = Self::ALL.iter().find(|one| one.as_str() == word);
                known.copied().unwrap_or_default()
            }
        }
    };
}

choice! {
    /// The hand that types.
    Hand {
        /// The keypad stands on the right.
        #[default]
        Right = "right",
        /// It stands on the left.
        Left = "left",
    }
}

choice! {
    /// How the page looks.
    Theme {
        /// As the device does.
        #[default]
        Device = "device",
        /// Light.
        Light = "light",
        /// Dark.
        Dark = "dark",
        /// Black on white, with lines around everything: for the sun.
        Daylight = "daylight",
    }
}

choice! {
    /// How loud the page is.
    Volume {
        /// Nothing is heard.
        Off = "off",
        /// For a quiet shop.
        Soft = "soft",
        /// For a street.
        #[default]
        Full = "full",
    }
}

impl Volume {
    /// From 0, silence, to 1.
    pub(crate) const fn share(self) -> f32 {
        match self {
            Self::Off => 0.0,
            Self::Soft => 0.3,
            Self::Full => 1.0,
        }
    }
}

/// All that a person may choose for a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The hand that types.
    pub(crate) hand: Hand,
    /// How the page looks.
    pub(crate) theme: Theme,
    /// How loud it is.
    pub(crate) volume: Volume,
    /// The amount of a paid sale is spoken.
    pub(crate) is_spoken: bool,
    /// The device shakes where it can.
    pub(crate) is_shaking: bool,
    /// Amounts above this are asked about. The shop's own limit holds beside it: a device may
    /// ask more often than the shop wants, never less.
    pub(crate) confirm_above: Option<Amount>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hand: Hand::default(),
            theme: Theme::default(),
            volume: Volume::default(),
            is_spoken: true,
            is_shaking: true,
            confirm_above: None,
        }
    }
}

/// The form in the browser's storage.
#[derive(Serialize, Deserialize)]
#[serde(default)]
struct Words {
    hand: String,
    theme: String,
    volume: String,
    is_spoken: bool,
    is_shaking: bool,
    confirm_above_fen: Option<i64>,
}

impl Default for Words {
    fn default() -> Self {
        Self::from(Settings::default())
    }
}

impl From<Settings> for Words {
    fn from(settings: Settings) -> Self {
        Self {
            hand: settings.hand.as_str().to_owned(),
            theme: settings.theme.as_str().to_owned(),
            volume: settings.volume.as_str().to_owned(),
            is_spoken: settings.is_spoken,
            is_shaking: settings.is_shaking,
            confirm_above_fen: settings.confirm_above.map(Amount::fen),
        }
    }
}

impl From<Words> for Settings {
    fn from(words: Words) -> Self {
        let amount = |fen| Amount::from_fen(fen).ok();
        Self {
            hand: Hand::named(&words.hand),
            theme: Theme::named(&words.theme),
            volume: Volume::named(&words.volume),
            is_spoken: words.is_spoken,
            is_shaking: words.is_shaking,
            confirm_above: words.confirm_above_fen.and_then(amount),
        }
    }
}

impl Settings {
    /// The settings out of the browser's storage; what cannot be read there is not set.
    pub(crate) fn parse(text: &str) -> Self {
        let words: Words = serde_json::from_str(text).unwrap_or_default();
        words.into()
    }

    /// The form for the browser's storage.
    pub(crate) fn text(self) -> String {
        serde_json::to_string(&Words::from(self)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use money::Amount;

    use super::{Hand, Settings, Theme, Volume};

    #[test]
    fn settings_read_back_as_they_were_kept() {
        for hand in Hand::ALL {
            for theme in Theme::ALL {
                for volume in Volume::ALL {
                    let settings = Settings {
                        hand: *hand,
                        theme: *theme,
                        volume: *volume,
                        is_spoken: false,
                        is_shaking: false,
                        confirm_above: Amount::from_fen(50_000).ok(),
                    };
                    assert_eq!(Settings::parse(&settings.text()), settings);
                }
            }
        }
    }

    #[test]
    fn what_another_version_wrote_spoils_nothing_else() {
        let text = r#"{"hand":"left","theme":"sepia","printer":"LAN","is_spoken":false}"#;
        let expected = Settings {
            hand: Hand::Left,
            is_spoken: false,
            ..Settings::default()
        };
        assert_eq!(Settings::parse(text), expected);
    }

    #[test]
    fn a_spoilt_storage_means_nothing_was_chosen() {
        for text in ["", "{", "null", "[1]", r#"{"hand":3}"#] {
            assert_eq!(Settings::parse(text), Settings::default(), "{text}");
        }
        let negative = Settings::parse(r#"{"confirm_above_fen":-5}"#);
        assert_eq!(negative, Settings::default());
    }
}
