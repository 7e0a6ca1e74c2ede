//! Whether a JPEG is there to its end.

/// Marks of the format, each behind a byte of 255.
const START_OF_SCAN: u8 = 0xDA;
const END_OF_PICTURE: u8 = 0xD9;

/// Walks from part to part until the picture's end. What lies inside a part, such as a small
/// picture of the same picture, is stepped over.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    // Behind the mark of the beginning.
    let mut at = 2;
    loop {
        let Some(mark) = mark_at(bytes, at) else {
            return false;
        };
        if mark == END_OF_PICTURE {
            return true;
        }
        let Some(length) = bytes.get(at + 2..at + 4) else {
            return false;
        };
        at += 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
        if mark == START_OF_SCAN {
            at = end_of_scan(bytes, at);
        }
    }
}

fn mark_at(bytes: &[u8], at: usize) -> Option<u8> {
    let pair = bytes.get(at..at + 2)?;
    (pair[0] == 0xFF).then_some(pair[1])
}

/// Where the next mark stands that is not part of a scan's own bytes.
fn end_of_scan(bytes: &[u8], from: usize) -> usize {
    let is_end = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF);
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.windows(2).position(is_end).unwrap_or(rest.len())
}
