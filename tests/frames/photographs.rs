//! Pictures from files with what is to be read in them: photographs, or frames that another
//! program drew.

use std::fs;
use std::path::{Path, PathBuf};

use image::{ImageReader, Limits};
use serde_json::Value;

/// Longest side of a picture that is taken, in pixels.
const SIDE_MAX: u32 = 8192;

/// Endings of pictures' names.
const ENDINGS: [&str; 5] = ["bmp", "jpeg", "jpg", "png", "webp"];

/// A picture and what stands in it.
#[derive(Clone, Debug)]
pub struct Photograph {
    /// Name of the file.
    pub name: String,
    /// Greys, row after row without padding.
    pub pixels: Vec<u8>,
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The text to be read; `None` where nothing may be read.
    pub expected: Option<String>,
}

/// The folders in which pictures lie: `top` itself and those inside, by their names.
///
/// # Errors
/// A sentence, when the folder cannot be read or holds no picture.
pub fn folders(top: &Path) -> Result<Vec<(String, Vec<PathBuf>)>, String> {
    let mut found = Vec::new();
    let mut open = vec![top.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(&folder);
        let entries = entries.map_err(|fault| format!("{}: {fault}", folder.display()))?;
        let mut pictures = Vec::new();
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if is_picture(&path) {
                pictures.push(path);
            }
        }
        pictures.sort();
        if !pictures.is_empty() {
            let name = folder
                .strip_prefix(top)
                .unwrap_or(&folder)
                .display()
                .to_string();
            let own = top.file_name().unwrap_or_default().to_string_lossy();
            found.push((if name.is_empty() { own.into() } else { name }, pictures));
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(format!("{} holds no png, jpg, webp or bmp", top.display()));
    }
    Ok(found)
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    ENDINGS.contains(&ending.to_lowercase().as_str())
}

impl Photograph {
    /// Reads a picture with what is said about it: in a file of the same name that ends in `.txt`
    /// or `.bin`, or as `code` in the folder's `meta.json`.
    ///
    /// # Errors
    /// A sentence with the file's name.
    pub fn read(path: &Path) -> Result<Self, String> {
        let fault = |words: String| format!("{}: {words}", path.display());
        let mut reader = ImageReader::open(path)
            .and_then(ImageReader::with_guessed_format)
            .map_err(|cause| fault(cause.to_string()))?;
        let mut limits = Limits::default();
        limits.max_image_width = Some(SIDE_MAX);
        limits.max_image_height = Some(SIDE_MAX);
        reader.limits(limits);
        let picture = reader.decode().map_err(|cause| fault(cause.to_string()))?;
        let grey = picture.into_luma8();
        Ok(Self {
            name: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into(),
            width: grey.width() as usize,
            height: grey.height() as usize,
            pixels: grey.into_raw(),
            expected: expected(path),
        })
    }
}

fn expected(path: &Path) -> Option<String> {
    let bytes = ["txt", "bin"]
        .iter()
        .find_map(|end| fs::read(path.with_extension(end)).ok());
    let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    text.or_else(|| from_list(path))
}

/// What `meta.json` beside the picture says.
fn from_list(path: &Path) -> Option<String> {
    let list = fs::read(path.with_file_name("meta.json")).ok()?;
    let list: Value = serde_json::from_slice(&list).ok()?;
    let name = path.file_name()?.to_string_lossy();
    let entry = list
        .as_array()?
        .iter()
        .find(|entry| entry["file"] == *name)?;
    entry["code"].as_str().map(str::to_owned)
}

/// Whether a reader's text is the expected one. Line ends at the end, which editors add, and how
/// bytes were written that are no UTF-8, are left out of account.
pub fn is_same(read: &str, expected: &str) -> bool {
    let plain = |text: &str| {
        text.trim_end_matches(['\r', '\n', '\0'])
            .replace("\r\n", "\n")
    };
    read == expected || plain(read) == plain(expected)
}
