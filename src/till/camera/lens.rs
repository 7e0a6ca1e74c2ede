//! What kind of camera a name speaks of.
//!
//! Browsers tell no more about a lens than its name, and that in the language of the device. The
//! name decides only what is tried first: which lens stays is decided by what it reads (see
//! [`super::choose`]).

use serde::{Deserialize, Serialize};

/// One camera as the browser lists it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Lens {
    /// The browser's name for it. Some browsers give another one after each start.
    pub(crate) id: String,
    /// Its name for people; empty until the person has let the page see.
    pub(crate) label: String,
}

/// What a camera is good for, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Several rear lenses in one, of which the device takes the one that sees sharp, near too.
    Several,
    /// The rear camera.
    Rear,
    /// A camera on a cable, or one that does not say where it looks.
    Other,
    /// A rear lens for wide views: most cannot focus, and a code is small in its picture.
    Wide,
    /// A rear lens for what is far: blurred within an arm's length.
    Far,
    /// It looks at the person at the screen.
    Front,
    /// A program that plays a camera, one for warmth or depth, one that bends the picture, or a
    /// phone in somebody's pocket that a computer has found by radio.
    Unfit,
}

/// Parts of names, in the languages of the devices that are sold.
const FRONT: [&str; 13] = [
    "front",
    "facetime",
    "user facing",
    "selfie",
    "前置",
    "前摄",
    "前面",
    "正面",
    "전면",
    "avant",
    "vorder",
    "anterior",
    "передн",
];
const REAR: [&str; 17] = [
    "back",
    "rear",
    "environment",
    "world facing",
    "后置",
    "後置",
    "后摄",
    "背面",
    "后面",
    "후면",
    "arrière",
    "rück",
    "trasera",
    "traseira",
    "posteriore",
    "задн",
    "tylny",
];
const WIDE: [&str; 9] = [
    "ultra wide",
    "ultra-wide",
    "ultrawide",
    "超广角",
    "超廣角",
    "超広角",
    "ultra-angulaire",
    "ultra grand",
    "ultraweit",
];
const FAR: [&str; 6] = ["tele", "télé", "长焦", "長焦", "望遠", "망원"];
const SEVERAL: [&str; 8] = [
    "triple",
    "dual wide",
    "dual-wide",
    "三镜",
    "三重",
    "双广角",
    "雙廣角",
    "トリプル",
];
const UNFIT: [&str; 18] = [
    "virtual",
    "snap camera",
    "manycam",
    "xsplit",
    "vcam",
    "mmhmm",
    "nvidia broadcast",
    "camtwist",
    "logi capture",
    "screen",
    "desk view",
    "桌上视角",
    "桌面视角",
    "infrared",
    "红外",
    "虚拟",
    "windows hello",
    "iphone",
];

/// Whole words, because they are parts of many others.
const UNFIT_WORDS: [&str; 3] = ["ir", "obs", "depth"];

impl Lens {
    /// What its name says of it.
    pub(super) fn class(&self) -> Class {
        let label = self.label.to_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| label.contains(part));
        let words = || label.split(|letter: char| !letter.is_alphanumeric());
        if has(&UNFIT) || words().any(|word| UNFIT_WORDS.contains(&word)) {
            Class::Unfit
        } else if has(&FRONT) {
            Class::Front
        } else if has(&WIDE) {
            Class::Wide
        } else if has(&FAR) {
            Class::Far
        } else if has(&SEVERAL) {
            Class::Several
        } else if has(&REAR) {
            Class::Rear
        } else {
            Class::Other
        }
    }

    /// True when it looks at the person at the screen.
    pub(super) fn is_front(&self) -> bool {
        self.class() == Class::Front
    }

    /// By which lenses are put in order, the best first. Android numbers the cameras of a side,
    /// the ordinary lens first: `camera2 0, facing back`.
    pub(super) fn rank(&self) -> (Class, u32) {
        (self.class(), self.number().unwrap_or(0))
    }

    fn number(&self) -> Option<u32> {
        let label = self.label.to_lowercase();
        if !label.contains("facing") {
            return None;
        }
        let named = label
            .strip_prefix("camera2")
            .or(label.strip_prefix("camera"));
        let digits: String = named?
            .trim_start()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().ok()
    }
}

impl Class {
    /// True when both look the same way, so that a code that is held to one is held to the other.
    pub(super) fn is_beside(self, other: Self) -> bool {
        let is_front = |class: Self| match class {
            Self::Several | Self::Rear | Self::Other | Self::Wide | Self::Far => Some(false),
            Self::Front => Some(true),
            Self::Unfit => None,
        };
        is_front(self).is_some() && is_front(self) == is_front(other)
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, Lens};

    fn class(label: &str) -> Class {
        Lens {
            id: "1".to_owned(),
            label: label.to_owned(),
        }
        .class()
    }

    #[test]
    fn names_of_lenses_are_known_in_the_languages_of_devices() {
        for (expected, labels) in [
            (
                Class::Several,
                [
                    "Back Triple Camera",
                    "Back Dual Wide Camera",
                    "后置双广角相机",
                ],
            ),
            (
                Class::Rear,
                ["Back Camera", "camera2 0, facing back", "后置相机"],
            ),
            (
                Class::Wide,
                [
                    "Back Ultra Wide Camera",
                    "后置超广角相机",
                    "背面超広角カメラ",
                ],
            ),
            (
                Class::Far,
                ["Back Telephoto Camera", "后置长焦相机", "背面望遠カメラ"],
            ),
            (
                Class::Front,
                ["Front TrueDepth Camera", "前置相机", "FaceTime HD Camera"],
            ),
            (
                Class::Other,
                ["USB2.0 HD UVC WebCam", "Logitech Mirror C920", ""],
            ),
            (
                Class::Unfit,
                [
                    "OBS Virtual Camera",
                    "Integrated IR Camera",
                    "Desk View Camera",
                ],
            ),
        ] {
            for label in labels {
                assert_eq!(class(label), expected, "{label}");
            }
        }
    }

    #[test]
    fn of_androids_numbered_cameras_the_first_is_the_ordinary_one() {
        let lens = |label: &str| Lens {
            id: String::new(),
            label: label.to_owned(),
        };
        assert!(lens("camera2 0, facing back").rank() < lens("camera2 2, facing back").rank());
        assert!(lens("Camera 0, Facing back").rank() < lens("Camera 10, Facing back").rank());
        assert!(lens("camera2 2, facing back").rank() < lens("camera2 1, facing front").rank());
    }
}
