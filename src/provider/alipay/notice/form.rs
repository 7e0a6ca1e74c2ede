//! A notice's body, read strictly: two different bodies never have the same meaning, so that one
//! flipped bit cannot go unnoticed, not even where the signature would not see it.

use super::Distrust;

/// Longer than any notice: fields and their limits sum up to a few thousand bytes.
const BYTES_MAX: usize = 64 * 1024;
/// More parameters than any notice has.
const PARAMS_MAX: usize = 128;

/// The parameters of a form, decoded once, each name at most once.
pub(super) fn read(body: &[u8]) -> Result<Vec<(String, String)>, Distrust> {
    if body.len() > BYTES_MAX {
        return Err(Distrust::TooLong);
    }
    let mut params: Vec<(String, String)> = Vec::new();
    let mut case = Case::Unseen;
    for pair in body.split(|byte| *byte == b'&') {
        let equals = pair.iter().position(|byte| *byte == b'=');
        let (name, value) = equals
            .map(|place| (&pair[..place], &pair[place + 1..]))
            .ok_or(Distrust::NotAForm)?;
        let name = decode(name, &mut case)?;
        let value = decode(value, &mut case)?;
        if name.is_empty() || params.iter().any(|(known, _)| *known == name) {
            return Err(Distrust::NotAForm);
        }
        if params.len() == PARAMS_MAX {
            return Err(Distrust::TooLong);
        }
        params.push((name, value));
    }
    Ok(params)
}

/// How the letters of the escapes are written. A sender writes them one way; both ways in one body
/// are a change on the road that decoding would hide.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Unseen,
    Upper,
    Lower,
}

fn decode(text: &[u8], case: &mut Case) -> Result<String, Distrust> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (high, after) = after.split_first().ok_or(Distrust::NotAForm)?;
                let (low, after) = after.split_first().ok_or(Distrust::NotAForm)?;
                bytes.push(hex(*high, case)? * 16 + hex(*low, case)?);
                rest = after;
            }
            plain => bytes.push(*plain),
        }
    }
    String::from_utf8(bytes).map_err(|_| Distrust::NotUtf8)
}

fn hex(digit: u8, case: &mut Case) -> Result<u8, Distrust> {
    let (value, written) = match digit {
        b'0'..=b'9' => return Ok(digit - b'0'),
        b'A'..=b'F' => (digit - b'A' + 10, Case::Upper),
        b'a'..=b'f' => (digit - b'a' + 10, Case::Lower),
        _ => return Err(Distrust::NotAForm),
    };
    if *case != Case::Unseen && *case != written {
        return Err(Distrust::NotAForm);
    }
    *case = written;
    Ok(value)
}
