//! Files that are pictures, were pictures, or never were.

use std::fs;
use std::path::PathBuf;

use image::{DynamicImage, GrayImage, ImageFormat, Luma as Grey};
use qrcode::{Color, EcLevel, QrCode};
use say::Lang;

use super::{Line, look_into};

const CODE: &str = "281234567890123456";

const FORMATS: [(ImageFormat, &str); 4] = [
    (ImageFormat::Png, "png"),
    (ImageFormat::Jpeg, "jpg"),
    (ImageFormat::WebP, "webp"),
    (ImageFormat::Bmp, "bmp"),
];

/// A folder of one test's own, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn of(test: &str) -> Self {
        let place = std::env::temp_dir().join(format!("decode-{test}-{}", std::process::id()));
        fs::create_dir_all(&place).expect("a folder");
        Self(place)
    }

    fn with(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).expect("it can be written");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A code of eight pixels a module, with its margin.
fn picture() -> DynamicImage {
    let code = QrCode::with_error_correction_level(CODE, EcLevel::M).expect("it fits");
    let modules = code.to_colors();
    let side = u32::try_from(code.width() + 8).expect("a small code") * 8;
    let grey = GrayImage::from_fn(side, side, |x, y| {
        let inside = |at: u32| usize::try_from(at / 8).ok()?.checked_sub(4);
        let place = inside(x).zip(inside(y));
        let place = place.filter(|(x, y)| *x < code.width() && *y < code.width());
        let is_dark = place.is_some_and(|(x, y)| modules[y * code.width() + x] == Color::Dark);
        Grey([if is_dark { 20 } else { 235 }])
    });
    // The lossless WebP writer takes colours only.
    DynamicImage::ImageRgb8(DynamicImage::ImageLuma8(grey).into_rgb8())
}

fn file(format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture()
        .write_to(&mut bytes, format)
        .expect("it can be written");
    bytes.into_inner()
}

fn decode(path: &std::path::Path) -> Line {
    look_into(path, Lang::En)
}

#[test]
fn every_format_is_read_whatever_the_file_is_called() {
    let folder = Folder::of("formats");
    for (format, ending) in FORMATS {
        for name in [
            format!("code.{ending}"),
            format!("{ending} without an ending"),
        ] {
            let line = decode(&folder.with(&name, &file(format)));
            assert_eq!(line.text.as_deref(), Some(CODE), "{name}: {line:?}");
            assert_eq!(line.kind.as_deref(), Some("qr"));
            assert!(line.ms.is_some() && line.failure.is_none());
            let corners = line.corners.expect("it has a place");
            assert!((corners[0].0 - 32.0).abs() < 8.0, "{corners:?}");
        }
    }
}

#[test]
fn a_file_that_is_cut_off_is_called_broken() {
    let folder = Folder::of("cut");
    for (format, ending) in FORMATS {
        let whole = file(format);
        for part in [whole.len() / 2, whole.len() * 9 / 10] {
            let path = folder.with(&format!("cut-{part}.{ending}"), &whole[..part]);
            let line = decode(&path);
            assert_eq!(line.failure, Some("broken"), "{ending} at {part}: {line:?}");
            let why = line.why.expect("a sentence");
            assert!(why.ends_with("Copy it again."), "{why}");
        }
    }
}

#[test]
fn what_is_no_picture_is_called_foreign() {
    let folder = Folder::of("foreign");
    let cases: [(&str, &[u8]); 4] = [
        ("empty.png", b""),
        ("text.jpg", b"no picture at all"),
        ("page.webp", b"<html></html>"),
        ("moving.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
    ];
    for (name, bytes) in cases {
        let line = decode(&folder.with(name, bytes));
        assert_eq!(line.failure, Some("foreign"), "{name}: {line:?}");
    }
    let line = decode(&folder.0.join("absent.png"));
    assert_eq!(line.failure, Some("unreadable"));
    assert_eq!(decode(&folder.0).failure, Some("unreadable"), "a folder");
}

#[test]
fn a_picture_beyond_every_camera_is_called_too_large() {
    let folder = Folder::of("large");
    let mut bytes = std::io::Cursor::new(Vec::new());
    let wide = DynamicImage::new_luma8(8_193, 1);
    wide.write_to(&mut bytes, ImageFormat::Png)
        .expect("it can be written");
    let line = decode(&folder.with("wide.png", &bytes.into_inner()));
    assert_eq!(line.failure, Some("too-large"), "{line:?}");
    assert!(line.why.expect("a sentence").contains("8192"));
}

#[test]
fn a_picture_without_a_code_says_what_was_missed() {
    let folder = Folder::of("none");
    let mut bytes = std::io::Cursor::new(Vec::new());
    let white = DynamicImage::ImageLuma8(GrayImage::from_pixel(640, 480, Grey([255])));
    white
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("it can be written");
    let line = decode(&folder.with("white.png", &bytes.into_inner()));
    assert_eq!(line.failure, Some("nothing"));
    assert!(line.why.is_none() && line.ms.is_some());
}
