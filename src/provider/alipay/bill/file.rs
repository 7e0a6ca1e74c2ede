//! Which file in the zip is which, and how much of anything a bill may hold.

use encoding_rs::GBK;

use super::error::{BillError, BillFile};
use super::zip::{self, Entry};

/// How much of anything a bill may hold. The usual value is far above a busy chain's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the zip.
    pub packed: usize,
    /// Bytes of all files together, unpacked.
    pub unpacked: usize,
    /// Files in the zip.
    pub files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            packed: 64 << 20,
            unpacked: 128 << 20,
            files: 16,
        }
    }
}

/// Both files of a bill as text.
pub(super) struct Files {
    pub(super) details: String,
    pub(super) summary: Option<String>,
}

pub(super) fn open(bytes: &[u8], limits: Limits) -> Result<Files, BillError> {
    let mut details = None;
    let mut summary = None;
    for entry in zip::unpack(bytes, limits)? {
        let Some(file) = kind(&entry.name) else {
            continue;
        };
        let place = match file {
            BillFile::Details => &mut details,
            BillFile::Summary => &mut summary,
        };
        if place.replace(text(&entry, file)?).is_some() {
            return Err(BillError::Twice(file));
        }
    }
    Ok(Files {
        details: details.ok_or(BillError::Missing(BillFile::Details))?,
        summary,
    })
}

/// Which file it is, by its name; other files (notes to the reader) are not read.
fn kind(name: &[u8]) -> Option<BillFile> {
    let (name, _) = GBK.decode_without_bom_handling(name);
    if !name.contains("业务明细") || !name.ends_with(".csv") {
        None
    } else if name.contains("汇总") {
        Some(BillFile::Summary)
    } else {
        Some(BillFile::Details)
    }
}

/// The file's text. A file in UTF-8 can be read as wrong letters of GBK without a fault, so it is
/// told by itself: no bill of Chinese words in GBK is UTF-8.
fn text(entry: &Entry, file: BillFile) -> Result<String, BillError> {
    if let Ok(utf8) = core::str::from_utf8(&entry.bytes)
        && !utf8.is_ascii()
    {
        let before = utf8.lines().take_while(|line| line.is_ascii()).count();
        return Err(BillError::NotGbk {
            file,
            line: before + 1,
        });
    }
    let mut text = String::with_capacity(entry.bytes.len());
    for (place, line) in entry
        .bytes
        .split_inclusive(|byte| *byte == b'\n')
        .enumerate()
    {
        let line = GBK
            .decode_without_bom_handling_and_without_replacement(line)
            .ok_or(BillError::NotGbk {
                file,
                line: place + 1,
            })?;
        text.push_str(&line);
    }
    Ok(text)
}
