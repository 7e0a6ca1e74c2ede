//! A sealed stream: what a backup is made of. Whoever lacks the key can neither read nor change it,
//! and a piece that is missing, moved or put in is noticed.
//!
//! The head names form, version and length, and proves the key. Then come parts of 64 KiB under
//! AES-256-GCM with the head as their context; a part's nonce is its number.

use std::io::{self, Read, Write};

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

#[cfg(test)]
mod tests;

/// Names the form; the version's two digits follow.
const FORM: &[u8; 16] = b"scantill backup ";
/// The version of the form that this program writes, and the latest that it reads.
pub(crate) const VERSION: u32 = 1;
const SALT_BYTES: usize = 16;
const PROOF_BYTES: usize = 32;
/// Form, version, kind of the key, salt, length, proof.
const HEAD_BYTES: usize = 16 + 2 + 1 + SALT_BYTES + 8 + PROOF_BYTES;
const PART_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 16;
/// Argon2id: 64 MiB, three passes. The form's version stands for these figures.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;

/// What a parcel is sealed with.
pub(crate) enum Secret {
    /// A person's words.
    Passphrase(Zeroizing<String>),
    /// 32 bytes by chance.
    Key(Zeroizing<[u8; 32]>),
}

/// Why a parcel does not open, or is not written.
#[derive(Debug)]
pub(crate) enum Torn {
    /// The disk's or the reader's complaint.
    Io(io::Error),
    /// Not a parcel at all.
    Foreign,
    /// Of a later version of the form.
    Newer(String),
    /// Another passphrase or key.
    Key,
    /// The end is missing.
    Cut,
    /// This part, counted from 1, is not what was written.
    Changed(u64),
    /// Cannot happen, or no memory is left.
    Defect(&'static str),
}

impl From<io::Error> for Torn {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Secret {
    const fn kind(&self) -> u8 {
        match self {
            Self::Passphrase(_) => b'p',
            Self::Key(_) => b'k',
        }
    }

    /// The parcel's own key.
    fn stretched(&self, salt: &[u8; SALT_BYTES]) -> Result<Zeroizing<[u8; 32]>, Torn> {
        let mut key = Zeroizing::new([0; 32]);
        match self {
            Self::Passphrase(words) => {
                let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32));
                let params = params.map_err(|_| Torn::Defect("the figures of Argon2"))?;
                Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                    .hash_password_into(words.as_bytes(), salt, key.as_mut_slice())
                    .map_err(|_| Torn::Defect("no memory for Argon2"))?;
            }
            Self::Key(bytes) => {
                let own = hmac::Key::new(hmac::HMAC_SHA256, bytes.as_slice());
                key.copy_from_slice(hmac::sign(&own, salt).as_ref());
            }
        }
        Ok(key)
    }
}

/// The head without its proof; `length` is that of all that is sealed.
fn lead(kind: u8, salt: &[u8; SALT_BYTES], length: u64) -> Vec<u8> {
    let version = format!("{VERSION:02}");
    let length = length.to_be_bytes();
    [FORM.as_slice(), version.as_bytes(), &[kind], salt, &length].concat()
}

/// Two keys of one: for the proof in the head, and for the parts.
fn keys(secret: &Secret, salt: &[u8; SALT_BYTES]) -> Result<(hmac::Key, LessSafeKey), Torn> {
    let own = secret.stretched(salt)?;
    let own = hmac::Key::new(hmac::HMAC_SHA256, own.as_slice());
    let proof = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&own, b"proof").as_ref());
    let parts = UnboundKey::new(&AES_256_GCM, hmac::sign(&own, b"parts").as_ref());
    let parts = parts.map_err(|_| Torn::Defect("a key of another length"))?;
    Ok((proof, LessSafeKey::new(parts)))
}

/// No two parts of a parcel have the same, and no two parcels the same key.
fn nonce(number: u64) -> Nonce {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Nonce::assume_unique_for_key(bytes)
}

/// Seals all of `from`, which holds `length` bytes. `salt` is chance.
///
/// # Errors
/// [`Torn`] when something cannot be read or written.
pub(crate) fn pack(
    from: impl Read,
    length: u64,
    secret: &Secret,
    salt: [u8; SALT_BYTES],
    out: &mut impl Write,
) -> Result<(), Torn> {
    let lead = lead(secret.kind(), &salt, length);
    let (proof, key) = keys(secret, &salt)?;
    out.write_all(&lead)?;
    out.write_all(hmac::sign(&proof, &lead).as_ref())?;
    let mut from = from.take(length);
    for number in 0..parts_of(length) {
        let mut part = Zeroizing::new(vec![0; size_of_part(length, number)]);
        from.read_exact(&mut part)?;
        let tag = key.seal_in_place_separate_tag(nonce(number), Aad::from(&lead), &mut part);
        let tag = tag.map_err(|_| Torn::Defect("a part that does not seal"))?;
        out.write_all(&part)?;
        out.write_all(tag.as_ref())?;
    }
    Ok(out.flush()?)
}

/// Opens a parcel and hands its bytes on, part by part. What was handed on counts only when this
/// returns without a fault.
///
/// # Errors
/// [`Torn`] as soon as something is not what was written.
pub(crate) fn unpack(
    mut from: impl Read,
    secret: &Secret,
    hear: &mut dyn FnMut(&[u8]) -> Result<(), Torn>,
) -> Result<(), Torn> {
    let (lead, length, key) = read_head(&mut from, secret)?;
    for number in 0..parts_of(length) {
        let mut part = Zeroizing::new(vec![0; size_of_part(length, number) + TAG_BYTES]);
        read_whole(&mut from, &mut part)?;
        let plain = key.open_in_place(nonce(number), Aad::from(&lead), &mut part);
        hear(plain.map_err(|_| Torn::Changed(number + 1))?)?;
    }
    match from.read(&mut [0])? {
        0 => Ok(()),
        _ => Err(Torn::Changed(parts_of(length) + 1)),
    }
}

fn read_head(from: &mut impl Read, secret: &Secret) -> Result<(Vec<u8>, u64, LessSafeKey), Torn> {
    let mut form = [0; 18];
    from.read_exact(&mut form).map_err(ended(Torn::Foreign))?;
    let version = form.strip_prefix(FORM).ok_or(Torn::Foreign)?;
    let version = std::str::from_utf8(version).map_err(|_| Torn::Foreign)?;
    match version.parse() {
        Ok(VERSION) => {}
        Ok(later) if later > VERSION => return Err(Torn::Newer(later.to_string())),
        Ok(_) | Err(_) => return Err(Torn::Foreign),
    }
    let mut rest = [0; HEAD_BYTES - 18];
    read_whole(from, &mut rest)?;
    let (told, proof) = rest.split_at(rest.len() - PROOF_BYTES);
    let (salt, length) = told[1..].split_at(SALT_BYTES);
    let salt: [u8; SALT_BYTES] = salt.try_into().map_err(|_| Torn::Foreign)?;
    let length = length.try_into().map_err(|_| Torn::Foreign)?;
    let lead = [form.as_slice(), told].concat();
    let (own, key) = keys(secret, &salt)?;
    hmac::verify(&own, &lead, proof).map_err(|_| Torn::Key)?;
    Ok((lead, u64::from_be_bytes(length), key))
}

/// Fills the place, or finds the end of the parcel.
fn read_whole(from: &mut impl Read, place: &mut [u8]) -> Result<(), Torn> {
    from.read_exact(place).map_err(ended(Torn::Cut))
}

/// What it means that there is nothing more to read.
fn ended(torn: Torn) -> impl FnOnce(io::Error) -> Torn {
    move |error| {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            torn
        } else {
            Torn::Io(error)
        }
    }
}

const fn parts_of(length: u64) -> u64 {
    length.div_ceil(PART_BYTES as u64)
}

fn size_of_part(length: u64, number: u64) -> usize {
    let rest = length - number * PART_BYTES as u64;
    usize::try_from(rest).map_or(PART_BYTES, |rest| rest.min(PART_BYTES))
}
