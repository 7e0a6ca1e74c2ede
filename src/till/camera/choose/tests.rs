//! Lists of cameras as people met them, and which one is used.

use super::{Chooser, Missed, Wish};
use crate::camera::lens::Lens;

/// Frames ten times a second.
const FRAME_MS: f64 = 100.0;

fn lens(label: &str) -> Lens {
    Lens {
        id: format!("id of {label}"),
        label: label.to_owned(),
    }
}

/// A device whose browser gives the lens of this place when the rear camera is wished.
struct Device {
    labels: Vec<&'static str>,
    default: usize,
}

impl Device {
    fn with(labels: &[&'static str], default: usize) -> Self {
        Self {
            labels: labels.to_vec(),
            default,
        }
    }

    fn all(&self) -> Vec<Lens> {
        self.labels.iter().map(|label| lens(label)).collect()
    }

    /// Opens what is wished for until the chooser is content; gives the lens and how often the
    /// browser was asked.
    fn open(&self, chooser: &mut Chooser) -> (&'static str, usize) {
        for asked in 1..10 {
            let has = |id: &str| self.labels.iter().position(|label| lens(label).id == id);
            let place = match chooser.wish() {
                Wish::Rear => self.default,
                Wish::Kept { id, .. } => has(&id).unwrap_or(self.default),
                Wish::Exactly(id) => has(&id).expect("only what is there is asked for"),
            };
            let label = self.labels[place];
            if !chooser.opened(&lens(label), self.all()) {
                return (label, asked);
            }
        }
        panic!("it never stops opening");
    }

    fn first(&self) -> (&'static str, usize) {
        self.open(&mut Chooser::default())
    }
}

/// Lets a code be held, unread, for so long; true when another lens is to be opened.
fn fail(chooser: &mut Chooser, missed: Missed, span_ms: f64) -> bool {
    let mut at_ms = chooser.last_ms.unwrap_or(0.0);
    let end_ms = at_ms + span_ms;
    while at_ms < end_ms {
        at_ms += FRAME_MS;
        if chooser.missed(missed, at_ms) {
            return true;
        }
    }
    false
}

/// Devices from the complaints about other scanners: what is listed, what the browser gives for
/// the rear camera, what is used, and how often the browser is asked for it.
const LISTS: [(&str, &[&str], usize, &str, usize); 18] = [
    (
        "an iPhone with three lenses that gives the ultra wide one",
        &[
            "Front Camera",
            "Back Triple Camera",
            "Back Dual Wide Camera",
            "Back Ultra Wide Camera",
            "Back Camera",
            "Back Telephoto Camera",
        ],
        3,
        "Back Triple Camera",
        2,
    ),
    (
        "the same that gives the one lens which cannot focus near",
        &[
            "Front Camera",
            "Back Camera",
            "Back Dual Wide Camera",
            "Back Ultra Wide Camera",
        ],
        1,
        "Back Dual Wide Camera",
        2,
    ),
    (
        "the same in Chinese",
        &["前置相机", "后置相机", "后置双广角相机", "后置超广角相机"],
        3,
        "后置双广角相机",
        2,
    ),
    (
        "an iPhone with one rear lens",
        &["Front Camera", "Back Camera"],
        1,
        "Back Camera",
        1,
    ),
    (
        "an iPhone whose browser ignores which side is wished",
        &["Front TrueDepth Camera", "Back Camera"],
        0,
        "Back Camera",
        2,
    ),
    (
        "a Samsung that gives its wide lens",
        &[
            "camera2 1, facing front",
            "camera2 3, facing front",
            "camera2 2, facing back",
            "camera2 0, facing back",
        ],
        2,
        "camera2 0, facing back",
        2,
    ),
    (
        "a Samsung in Firefox",
        &[
            "Camera 0, Facing back, Orientation 90",
            "Camera 1, Facing front, Orientation 270",
            "Camera 2, Facing back, Orientation 90",
        ],
        2,
        "Camera 0, Facing back, Orientation 90",
        2,
    ),
    (
        "an Android phone whose rear camera is not given at all",
        &["camera2 1, facing front", "camera2 0, facing back"],
        0,
        "camera2 0, facing back",
        2,
    ),
    (
        "a tablet with a front camera alone",
        &["Front Camera"],
        0,
        "Front Camera",
        1,
    ),
    (
        "a Windows tablet",
        &[
            "Microsoft Camera Front",
            "Microsoft IR Camera Front",
            "Microsoft Camera Rear",
        ],
        0,
        "Microsoft Camera Rear",
        2,
    ),
    (
        "a notebook",
        &["Integrated Camera (04f2:b6be)"],
        0,
        "Integrated Camera (04f2:b6be)",
        1,
    ),
    (
        "a notebook whose camera for faces comes first",
        &["Integrated IR Camera", "Integrated Camera"],
        0,
        "Integrated Camera",
        2,
    ),
    (
        "a computer whose played camera comes first",
        &["OBS Virtual Camera", "USB2.0 HD UVC WebCam"],
        0,
        "USB2.0 HD UVC WebCam",
        2,
    ),
    (
        "a computer with nothing but played cameras",
        &["OBS Virtual Camera", "Snap Camera"],
        0,
        "OBS Virtual Camera",
        1,
    ),
    (
        "a Mac with a phone in somebody's pocket",
        &[
            "Desk View Camera",
            "FaceTime HD Camera",
            "Anna's iPhone Camera",
        ],
        0,
        "FaceTime HD Camera",
        2,
    ),
    (
        "two cameras on cables",
        &["HD Pro Webcam C920", "HD Webcam"],
        1,
        "HD Webcam",
        1,
    ),
    (
        "an iPad with a wide rear lens",
        &["Front Camera", "Back Ultra Wide Camera", "Back Camera"],
        1,
        "Back Camera",
        2,
    ),
    ("a browser that names nothing", &["", ""], 0, "", 1),
];

#[test]
fn the_lens_that_can_do_by_its_name_is_opened_on_every_kind_of_device() {
    for (what, labels, default, expected, asked) in LISTS {
        let device = Device::with(labels, default);
        assert_eq!(device.first(), (expected, asked), "{what}");
    }
}

#[test]
fn the_lens_that_read_is_asked_for_first_the_next_time() {
    for (what, labels, default, expected, _) in LISTS {
        let device = Device::with(labels, default);
        let mut chooser = Chooser::default();
        device.open(&mut chooser);
        let Some(kept) = chooser.read() else {
            panic!("{what}: it is worth remembering");
        };
        assert_eq!(kept.label, expected, "{what}");
        assert_eq!(chooser.read(), None, "{what}: it is remembered already");
        let mut next_day = Chooser::with(Some(kept));
        assert_eq!(device.open(&mut next_day), (expected, 1), "{what}");
    }
}

#[test]
fn a_lens_that_read_is_used_whatever_its_name() {
    let labels = ["Back Camera", "Back Ultra Wide Camera"];
    let device = Device::with(&labels, 0);
    let mut chooser = Chooser::with(Some(lens(labels[1])));
    assert_eq!(device.open(&mut chooser), (labels[1], 1));
}

#[test]
fn a_lens_whose_name_in_the_browser_has_changed_is_found_by_its_name_for_people() {
    let labels = ["Back Camera", "Back Ultra Wide Camera"];
    let device = Device::with(&labels, 0);
    let kept = Lens {
        id: "of yesterday".to_owned(),
        label: labels[1].to_owned(),
    };
    assert_eq!(device.open(&mut Chooser::with(Some(kept))), (labels[1], 2));
    let nameless = Device::with(&["", "Back Camera"], 1);
    let kept = Lens {
        id: "of yesterday".to_owned(),
        label: String::new(),
    };
    let opened = nameless.open(&mut Chooser::with(Some(kept)));
    assert_eq!(opened, ("Back Camera", 1));
}

#[test]
fn a_lens_through_which_codes_are_seen_and_not_read_gives_way_to_the_next() {
    let labels = [
        "Back Triple Camera",
        "Back Camera",
        "Back Telephoto Camera",
        "Front Camera",
    ];
    let device = Device::with(&labels, 0);
    let mut chooser = Chooser::default();
    device.open(&mut chooser);
    assert!(fail(&mut chooser, Missed::TooBlurred, 4_200.0));
    assert_eq!(device.open(&mut chooser), (labels[1], 1));
    assert!(fail(&mut chooser, Missed::FindersOnly, 4_200.0));
    assert_eq!(device.open(&mut chooser), (labels[2], 1));
    // The front camera looks elsewhere: a code that is held to the others is not held to it.
    assert!(fail(&mut chooser, Missed::BadGrid, 4_200.0));
    assert_eq!(device.open(&mut chooser), (labels[0], 1));
    // All were tried: now with more patience.
    assert!(!fail(&mut chooser, Missed::TooBlurred, 7_000.0));
    assert!(fail(&mut chooser, Missed::TooBlurred, 2_000.0));
}

#[test]
fn a_lens_that_read_is_given_more_patience_than_one_that_has_not() {
    let device = Device::with(&["Back Triple Camera", "Back Camera"], 0);
    let mut chooser = Chooser::default();
    device.open(&mut chooser);
    chooser.read();
    assert!(!fail(&mut chooser, Missed::TooBlurred, 14_000.0));
    assert!(fail(&mut chooser, Missed::TooBlurred, 2_000.0));
}

#[test]
fn an_empty_or_dark_view_says_nothing_against_a_lens() {
    let device = Device::with(&["Back Triple Camera", "Back Camera"], 0);
    for missed in [Missed::Nothing, Missed::TooDark, Missed::Glare] {
        let mut chooser = Chooser::default();
        device.open(&mut chooser);
        assert!(!fail(&mut chooser, missed, 120_000.0), "{missed:?}");
    }
    // A passing phone now and then does not add up.
    let mut chooser = Chooser::default();
    device.open(&mut chooser);
    for _ in 0..50 {
        assert!(!fail(&mut chooser, Missed::TooBlurred, 1_000.0));
        assert!(!fail(&mut chooser, Missed::Nothing, 5_000.0));
    }
}

#[test]
fn a_device_with_one_camera_keeps_it_whatever_it_reads() {
    let device = Device::with(&["Front Camera"], 0);
    let mut chooser = Chooser::default();
    device.open(&mut chooser);
    assert!(!fail(&mut chooser, Missed::TooBlurred, 60_000.0));
    assert!(!chooser.is_choosable());
    assert!(!chooser.pass_on());
}

#[test]
fn a_person_can_go_through_all_cameras_and_the_choice_is_remembered() {
    let labels = ["Back Camera", "Front Camera", "OBS Virtual Camera"];
    let device = Device::with(&labels, 0);
    let mut chooser = Chooser::default();
    device.open(&mut chooser);
    assert!(chooser.is_choosable());
    for expected in [labels[1], labels[2], labels[0]] {
        assert!(chooser.pass_on());
        assert_eq!(device.open(&mut chooser), (expected, 1));
        let kept = chooser.remember().map(|lens| lens.label);
        assert_eq!(kept.as_deref(), Some(expected));
    }
}

#[test]
fn a_camera_that_is_opened_again_is_the_same_one() {
    let labels = ["Back Triple Camera", "Back Camera"];
    let device = Device::with(&labels, 0);
    let mut chooser = Chooser::default();
    device.open(&mut chooser);
    assert!(fail(&mut chooser, Missed::TooBlurred, 4_200.0));
    device.open(&mut chooser);
    assert_eq!(device.open(&mut chooser), (labels[1], 1));
}

#[test]
fn a_camera_that_does_not_open_is_passed_by() {
    let labels = ["HD Webcam", "Front Camera"];
    let device = Device::with(&labels, 1);
    let mut chooser = Chooser::with(Some(lens(labels[0])));
    assert!(chooser.stumbled(device.all()));
    assert_eq!(chooser.wish(), Wish::Rear);
    assert_eq!(device.open(&mut chooser), (labels[1], 1));
}

#[test]
fn every_camera_is_tried_before_it_is_said_that_none_opens() {
    let labels = ["Front Camera", "HD Webcam"];
    let device = Device::with(&labels, 0);
    let kept = Wish::Kept {
        id: lens(labels[1]).id,
        is_front: false,
    };
    let mut chooser = Chooser::with(Some(lens(labels[1])));
    assert_eq!(chooser.wish(), kept);
    assert!(chooser.stumbled(device.all()));
    assert_eq!(chooser.wish(), Wish::Rear);
    assert!(chooser.stumbled(device.all()));
    assert_eq!(chooser.wish(), Wish::Exactly(lens(labels[0]).id));
    assert!(!chooser.stumbled(device.all()));
    // After a pause everything is tried again from the beginning.
    assert_eq!(chooser.wish(), kept);
}

#[test]
fn a_browser_that_lists_no_cameras_is_asked_once() {
    let mut chooser = Chooser::default();
    assert!(!chooser.stumbled(Vec::new()));
    assert!(!chooser.stumbled(vec![Lens::default()]));
}

#[test]
fn the_camera_that_read_is_taken_again_when_it_is_plugged_in_again() {
    let labels = ["HD Webcam", "Front Camera"];
    let both = Device::with(&labels, 0);
    let mut chooser = Chooser::with(Some(lens(labels[0])));
    both.open(&mut chooser);
    let rest = Device::with(&labels[1..], 0);
    assert_eq!(rest.open(&mut chooser), (labels[1], 1));
    assert!(!chooser.relisted(rest.all()));
    assert!(chooser.relisted(both.all()));
    assert_eq!(both.open(&mut chooser), (labels[0], 1));
    assert!(!chooser.relisted(both.all()));
}
