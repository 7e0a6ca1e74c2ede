//! `scantill decode`: reads the codes in picture files, one line of JSON for each.

use std::fs;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use image::{ImageError, ImageFormat, ImageReader, Limits};
use say::Lang;
use say::picture::Picture;
use scan::{Luma, SIDE_MAX, Scanner, Sighting};
use serde::Serialize;

use crate::tell;

mod jpeg;
#[cfg(test)]
mod tests;

/// Options of `scantill decode`.
#[derive(Debug, Args)]
pub(crate) struct Decode {
    /// Pictures: PNG, JPEG, WebP or BMP, known by what is in them.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
}

/// What a caller can rely on.
pub(crate) const STATUS: &str = "\
One line of JSON a file: path, then text, kind, corners (x and y in pixels, from the code's own top
left, clockwise) and ms; or failure instead of text: why no code was read, and for a file that is
no picture also `why`, a sentence.
Exit status: 0 a code in every picture; 3 a picture without one; 1 a file that is no picture, or is
cut off, or cannot be read; 2 wrong options.";

/// Some picture shows no code that can be read.
const UNREAD: u8 = 3;

/// A picture that stands still is looked at until each of the scanner's searches had its turn.
const LOOKS: usize = 2;

/// The line about one file.
#[derive(Debug, Default, Serialize)]
struct Line {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    corners: Option<[(f32, f32); 4]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Of the search alone, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<f64>,
}

/// A file that cannot be looked at.
#[derive(Debug)]
enum Bad {
    /// The file system refuses it.
    Unreadable(io::Error),
    /// It is something else.
    Foreign,
    /// It begins like a picture.
    Broken(String),
    /// Its sides are beyond [`SIDE_MAX`], or it would fill the memory.
    Large,
}

/// A picture's greys.
#[derive(Debug)]
struct Greys {
    pixels: Vec<u8>,
    width: usize,
    height: usize,
}

/// Reads file after file.
pub(crate) fn decode(options: &Decode, lang: Lang) -> ExitCode {
    let mut has_bad = false;
    let mut has_unread = false;
    for path in &options.files {
        let line = look_into(path, lang);
        has_bad |= line.why.is_some();
        has_unread |= line.failure.is_some();
        tell(&serde_json::to_string(&line).unwrap_or_default());
    }
    match (has_bad, has_unread) {
        (true, _) => ExitCode::FAILURE,
        (false, true) => ExitCode::from(UNREAD),
        (false, false) => ExitCode::SUCCESS,
    }
}

fn look_into(path: &Path, lang: Lang) -> Line {
    let line = Line {
        path: path.display().to_string(),
        ..Line::default()
    };
    match open(path) {
        Ok(picture) => search(&picture, line),
        Err(bad) => Line {
            failure: Some(bad.as_str()),
            why: Some(bad.say(path, lang)),
            ..line
        },
    }
}

fn search(greys: &Greys, line: Line) -> Line {
    // Sides and bytes were checked when the file was read; were they not, it is no picture.
    let Ok(luma) = Luma::new(&greys.pixels, greys.width, greys.height, greys.width) else {
        return Line {
            failure: Some(Bad::Large.as_str()),
            ..line
        };
    };
    let mut scanner = Scanner::default();
    let begun = Instant::now();
    let mut found = scanner.look(&luma);
    for _ in 1..LOOKS {
        found = found.or_else(|_| scanner.look(&luma));
    }
    // In milliseconds with two digits.
    let ms = (begun.elapsed().as_secs_f64() * 100_000.0).round() / 100.0;
    let line = Line {
        ms: Some(ms),
        ..line
    };
    match found {
        Ok(sighting) => seen(sighting, line),
        Err(missed) => Line {
            failure: Some(missed.as_str()),
            ..line
        },
    }
}

fn seen(sighting: Sighting, line: Line) -> Line {
    let rounded = |side: f32| (side * 10.0).round() / 10.0;
    Line {
        kind: Some(format!("{:?}", sighting.kind).to_lowercase()),
        corners: Some(sighting.corners.map(|(x, y)| (rounded(x), rounded(y)))),
        text: Some(sighting.text),
        ..line
    }
}

fn open(path: &Path) -> Result<Greys, Bad> {
    let bytes = fs::read(path).map_err(Bad::Unreadable)?;
    let reader = ImageReader::new(Cursor::new(&bytes)).with_guessed_format();
    let mut reader = reader.map_err(Bad::Unreadable)?;
    let format = reader.format().ok_or(Bad::Foreign)?;
    // The decoder fills up what is missing at a JPEG's end, and a part of a code is no code.
    if format == ImageFormat::Jpeg && !jpeg::is_whole(&bytes) {
        return Err(Bad::Broken("no end".to_owned()));
    }
    let mut limits = Limits::default();
    let side = u32::try_from(SIDE_MAX).unwrap_or(u32::MAX);
    limits.max_image_width = Some(side);
    limits.max_image_height = Some(side);
    reader.limits(limits);
    let picture = reader
        .decode()
        .map_err(|error| Bad::of(&error))?
        .into_luma8();
    let pixels_of = |count: u32| usize::try_from(count).map_err(|_| Bad::Large);
    Ok(Greys {
        width: pixels_of(picture.width())?,
        height: pixels_of(picture.height())?,
        pixels: picture.into_raw(),
    })
}

impl Bad {
    fn of(error: &ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::Large,
            ImageError::Unsupported(_) => Self::Foreign,
            ImageError::Decoding(_)
            | ImageError::Encoding(_)
            | ImageError::Parameter(_)
            | ImageError::IoError(_) => Self::Broken(error.to_string()),
        }
    }

    /// A stable word for programs.
    const fn as_str(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::Foreign => "foreign",
            Self::Broken(_) => "broken",
            Self::Large => "too-large",
        }
    }

    fn say(&self, path: &Path, lang: Lang) -> String {
        let words = Picture::of(lang);
        let path = path.display().to_string();
        let side = SIDE_MAX.to_string();
        let (sentence, cause) = match self {
            Self::Unreadable(cause) => (words.unreadable, cause.to_string()),
            Self::Foreign => (words.foreign, String::new()),
            Self::Broken(cause) => (words.broken, cause.clone()),
            Self::Large => (words.large, String::new()),
        };
        let values = [("path", path.as_str()), ("cause", &cause), ("side", &side)];
        say::fill(sentence, &values)
    }
}
