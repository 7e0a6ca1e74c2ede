//! The zip around a bill: stored or deflated files, names as raw bytes.
//!
//! Names are GBK without the flag that says so, therefore the caller decodes them. Sizes are
//! limited before anything is unpacked: a few bytes of zip can stand for gigabytes.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::error::BillError;
use super::file::Limits;

/// The record at the end of a zip, and its length without a comment.
const END: [u8; 4] = *b"PK\x05\x06";
const END_LENGTH: usize = 22;
/// A zip's comment has at most so many bytes.
const COMMENT_MAX: usize = 0xFFFF;
/// A file's record in the list at the end.
const ENTRY: [u8; 4] = *b"PK\x01\x02";
const ENTRY_LENGTH: usize = 46;
/// A file's record before its bytes.
const LOCAL: [u8; 4] = *b"PK\x03\x04";
const LOCAL_LENGTH: usize = 30;
/// The flag of a file that is protected by a password.
const LOCKED: u16 = 1;

/// One unpacked file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    pub(super) bytes: Vec<u8>,
}

/// Unpacks all files; folders are left out.
pub(super) fn unpack(zip: &[u8], limits: Limits) -> Result<Vec<Entry>, BillError> {
    if zip.len() > limits.packed {
        return Err(BillError::TooLarge {
            limit: limits.packed,
        });
    }
    let end = end(zip).ok_or(BillError::NotAZip)?;
    let count = usize::from(short(zip, end + 10)?);
    if count > limits.files {
        return Err(BillError::TooManyFiles {
            limit: limits.files,
        });
    }
    let mut place = long(zip, end + 16)?;
    let mut left = limits.unpacked;
    let mut entries = Vec::new();
    for _ in 0..count {
        let (entry, next) = entry(zip, place, left, limits)?;
        left -= entry.bytes.len();
        if !entry.name.ends_with(b"/") {
            entries.push(entry);
        }
        place = next;
    }
    Ok(entries)
}

/// The place of the last record: its comment must reach exactly to the end.
fn end(zip: &[u8]) -> Option<usize> {
    let last = zip.len().checked_sub(END_LENGTH)?;
    let first = last.saturating_sub(COMMENT_MAX);
    (first..=last).rev().find(|place| {
        let comment = short(zip, place + 20).map(usize::from);
        zip[*place..].starts_with(&END) && comment == Ok(last - place)
    })
}

fn entry(
    zip: &[u8],
    place: usize,
    left: usize,
    limits: Limits,
) -> Result<(Entry, usize), BillError> {
    signed(zip, place, ENTRY)?;
    let method = short(zip, place + 10)?;
    if short(zip, place + 8)? & LOCKED != 0 {
        return Err(BillError::Packing { method });
    }
    let (packed, unpacked) = (long(zip, place + 20)?, long(zip, place + 24)?);
    if unpacked > left {
        return Err(BillError::TooLarge {
            limit: limits.unpacked,
        });
    }
    let name_length = usize::from(short(zip, place + 28)?);
    let name = slice(zip, place + ENTRY_LENGTH, name_length)?;
    let local = long(zip, place + 42)?;
    signed(zip, local, LOCAL)?;
    let before = usize::from(short(zip, local + 26)?) + usize::from(short(zip, local + 28)?);
    let raw = slice(zip, local + LOCAL_LENGTH + before, packed)?;
    let bytes = match method {
        0 => raw.to_vec(),
        8 => decompress_to_vec_with_limit(raw, unpacked).map_err(|_| BillError::Damaged)?,
        _ => return Err(BillError::Packing { method }),
    };
    if bytes.len() != unpacked || crc(&bytes) != word(zip, place + 16)? {
        return Err(BillError::Damaged);
    }
    let after = usize::from(short(zip, place + 30)?) + usize::from(short(zip, place + 32)?);
    let entry = Entry {
        name: name.to_vec(),
        bytes,
    };
    Ok((entry, place + ENTRY_LENGTH + name_length + after))
}

fn signed(zip: &[u8], place: usize, mark: [u8; 4]) -> Result<(), BillError> {
    if slice(zip, place, 4)? == mark {
        Ok(())
    } else {
        Err(BillError::NotAZip)
    }
}

fn slice(zip: &[u8], place: usize, length: usize) -> Result<&[u8], BillError> {
    let rest = zip.get(place..).and_then(|rest| rest.get(..length));
    rest.ok_or(BillError::NotAZip)
}

fn short(zip: &[u8], place: usize) -> Result<u16, BillError> {
    let bytes = slice(zip, place, 2)?;
    Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
}

fn word(zip: &[u8], place: usize) -> Result<u32, BillError> {
    let bytes = slice(zip, place, 4)?;
    Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

fn long(zip: &[u8], place: usize) -> Result<usize, BillError> {
    usize::try_from(word(zip, place)?).map_err(|_| BillError::NotAZip)
}

/// The checksum of zip files (CRC-32, reflected 0x04C11DB7).
pub(super) fn crc(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum = TABLE[usize::from(sum.to_le_bytes()[0] ^ byte)] ^ (sum >> 8);
    }
    !sum
}

/// The checksum's remainder of every byte.
const TABLE: [u32; 256] = {
    let mut table = [0_u32; 256];
    let mut place = 0;
    let mut byte = 0_u32;
    while place < 256 {
        let mut rest = byte;
        let mut bit = 0;
        while bit < 8 {
            rest = if rest & 1 == 1 {
                0xEDB8_8320 ^ (rest >> 1)
            } else {
                rest >> 1
            };
            bit += 1;
        }
        table[place] = rest;
        place += 1;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests;
