//! Certificates: the numbers by which Alipay knows them, and the keys inside.
//!
//! A certificate's number is MD5 over its issuer's name and its serial number; it names, it does
//! not protect.

use md5::{Digest as _, Md5};
use x509_cert::Certificate;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::der::asn1::{Ia5StringRef, PrintableStringRef, TeletexStringRef, Utf8StringRef};
use x509_cert::der::{Decode as _, Encode as _, Tag, Tagged as _};
use x509_cert::name::Name;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use zeroize::Zeroizing;

use crate::pem;
use crate::sign::{PublicKey, SecretError};

/// Object identifiers of RSA keys and signatures begin so.
const RSA_FAMILY: &str = "1.2.840.113549.1.1.";
/// The short names that RFC 2253 has; other attributes are written by number.
const SHORT_NAMES: [(&str, &str); 9] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
];

/// The number of the first certificate of a text: 32 letters of lower-case hex.
///
/// # Errors
/// [`SecretError::NotACertificate`] when there is none.
pub fn cert_sn(pem: &str) -> Result<String, SecretError> {
    number(&parse(&first(pem)?)?)
}

/// What is in the first block. One that says that it is private is no certificate, whatever it
/// holds: nobody else may be shown it.
fn first(pem: &str) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let block = pem::blocks(pem).into_iter().next();
    block
        .filter(|block| !block.label.contains("PRIVATE"))
        .and_then(|block| block.bytes)
        .ok_or(SecretError::NotACertificate)
}

/// The number of a root bundle: those of its RSA-signed certificates in file order, joined by `_`.
///
/// # Errors
/// [`SecretError::NotACertificate`] when a block is not one; [`SecretError::NoRsaRoot`] when none
/// is signed by RSA.
pub fn root_cert_sn(bundle: &str) -> Result<String, SecretError> {
    let mut numbers = Vec::new();
    for block in pem::blocks(bundle) {
        let bytes = block.bytes.ok_or(SecretError::NotACertificate)?;
        let certificate = parse(&bytes)?;
        let algorithm = certificate.signature_algorithm().oid.to_string();
        if algorithm.starts_with(RSA_FAMILY) {
            numbers.push(number(&certificate)?);
        }
    }
    if numbers.is_empty() {
        return Err(SecretError::NoRsaRoot);
    }
    Ok(numbers.join("_"))
}

/// The public key inside the first certificate of a text.
///
/// # Errors
/// A [`SecretError`] when there is no certificate or no RSA key of enough bits in it.
pub fn cert_key(pem: &str) -> Result<PublicKey, SecretError> {
    PublicKey::from_der(&spki(&first(pem)?)?)
}

/// The key part of a certificate, as DER.
pub(crate) fn spki(certificate: &[u8]) -> Result<Vec<u8>, SecretError> {
    parse(certificate)?
        .tbs_certificate()
        .subject_public_key_info()
        .to_der()
        .map_err(|_| SecretError::NotACertificate)
}

/// Whether the bytes are a public key of any kind.
pub(crate) fn is_spki(der: &[u8]) -> bool {
    SubjectPublicKeyInfoOwned::from_der(der).is_ok()
}

fn parse(der: &[u8]) -> Result<Certificate, SecretError> {
    Certificate::from_der(der).map_err(|_| SecretError::NotACertificate)
}

fn number(certificate: &Certificate) -> Result<String, SecretError> {
    let inside = certificate.tbs_certificate();
    let issuer = issuer(inside.issuer()).ok_or(SecretError::NotACertificate)?;
    Ok(number_of(&issuer, inside.serial_number().as_bytes()))
}

fn number_of(issuer: &str, serial: &[u8]) -> String {
    let text = format!("{issuer}{}", decimal(serial));
    hex(&Md5::digest(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// A name as RFC 2253 writes it: most specific first, no blanks between.
fn issuer(name: &Name) -> Option<String> {
    let mut parts = Vec::new();
    for rdn in name.iter_rdn() {
        let pairs: Option<Vec<String>> = rdn.iter().map(attribute).collect();
        parts.push(pairs?.join("+"));
    }
    parts.reverse();
    Some(parts.join(","))
}

fn attribute(pair: &AttributeTypeAndValue) -> Option<String> {
    let oid = pair.oid.to_string();
    let short = SHORT_NAMES.iter().find(|(known, _)| *known == oid);
    if let (Some((_, short)), Some(value)) = (short, string_of(pair)) {
        return Some(format!("{short}={}", escape(value)));
    }
    let der = pair.value.to_der().ok()?;
    Some(format!("{oid}=#{}", hex(&der)))
}

fn string_of(pair: &AttributeTypeAndValue) -> Option<&str> {
    let value = &pair.value;
    let tag = value.tag();
    if tag == Tag::Utf8String {
        Utf8StringRef::try_from(value).ok().map(|one| one.as_str())
    } else if tag == Tag::PrintableString {
        PrintableStringRef::try_from(value)
            .ok()
            .map(|one| one.as_str())
    } else if tag == Tag::Ia5String {
        Ia5StringRef::try_from(value).ok().map(|one| one.as_str())
    } else if tag == Tag::TeletexString {
        TeletexStringRef::try_from(value)
            .ok()
            .map(|one| one.as_str())
    } else {
        None
    }
}

fn escape(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut out = String::with_capacity(value.len());
    for (place, one) in value.chars().enumerate() {
        let is_special = matches!(one, ',' | '+' | '"' | '\\' | '<' | '>' | ';')
            || (one == '#' && place == 0)
            || (one == ' ' && (place == 0 || place == last));
        if is_special {
            out.push('\\');
        }
        out.push(one);
    }
    out
}

/// A big-endian whole number in decimal.
fn decimal(bytes: &[u8]) -> String {
    let mut digits: Vec<u8> = vec![0];
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) * 256;
            *digit = u8::try_from(carry % 10).expect("invariant: below ten");
            carry /= 10;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 10).expect("invariant: below ten"));
            carry /= 10;
        }
    }
    digits
        .iter()
        .rev()
        .map(|digit| char::from(b'0' + digit))
        .collect()
}

#[cfg(test)]
mod tests;
