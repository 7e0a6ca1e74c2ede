//! Every usual form of a key is read, every mix-up has its own sentence.

use super::{PrivateKey, PublicKey, SecretError};

const APP_PKCS1: &str = include_str!("../tests/keys/app.pkcs1.pem");
const APP_PKCS8: &str = include_str!("../tests/keys/app.pkcs8.pem");
const APP_PUBLIC: &str = include_str!("../tests/keys/app.public.pem");
const GATEWAY_PUBLIC: &str = include_str!("../tests/keys/gateway.public.pem");
const SHORT: &str = include_str!("../tests/keys/short.pkcs1.pem");
const SHORT_PUBLIC: &str = include_str!("../tests/keys/short.public.pem");
const LONG: &str = include_str!("../tests/keys/long.pkcs1.pem");
const CURVE: &str = include_str!("../tests/keys/ec.pkcs8.pem");
const CURVE_PUBLIC: &str = include_str!("../tests/keys/ec.public.pem");
const CURVE_OLD: &str = include_str!("../tests/keys/ec.sec1.pem");
const LOCKED: &str = include_str!("../tests/keys/locked.pkcs8.pem");
const APP_CERT: &str = include_str!("../tests/certs/app.crt");

fn bare(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

fn refused(text: &str) -> Option<SecretError> {
    PrivateKey::read(text).err()
}

#[test]
fn a_private_key_is_read_in_all_four_forms_and_signs_the_same() {
    let texts = [
        APP_PKCS1.to_owned(),
        APP_PKCS8.to_owned(),
        bare(APP_PKCS1),
        bare(APP_PKCS8),
        format!("\u{feff}\r\n  {}\r\n", APP_PKCS8.replace('\n', "\r\n")),
        APP_PKCS8.replace("PRIVATE KEY", "RSA PRIVATE KEY"),
    ];
    let public = PublicKey::read(APP_PUBLIC).expect("a public key");
    for text in &texts {
        let key = PrivateKey::read(text).expect("a private key");
        let sign = key.sign("测试".as_bytes());
        assert_eq!(sign.len(), 344);
        assert_eq!(
            sign,
            PrivateKey::read(APP_PKCS1)
                .expect("a key")
                .sign("测试".as_bytes())
        );
        assert!(public.verify("测试".as_bytes(), &sign));
        assert_eq!(key.public().text(), public.text());
    }
}

#[test]
fn a_public_key_is_read_from_pem_base64_or_certificate() {
    let sign = PrivateKey::read(APP_PKCS8).expect("a key").sign(b"text");
    for text in [
        APP_PUBLIC.to_owned(),
        bare(APP_PUBLIC),
        APP_CERT.to_owned(),
        bare(APP_CERT),
    ] {
        let key = PublicKey::read(&text).expect("a public key");
        assert!(key.verify(b"text", &sign));
        assert_eq!(key.text(), bare(APP_PUBLIC));
    }
}

#[test]
fn another_key_another_text_and_another_signature_are_refused() {
    let sign = PrivateKey::read(APP_PKCS8).expect("a key").sign(b"text");
    let app = PublicKey::read(APP_PUBLIC).expect("a public key");
    let gateway = PublicKey::read(GATEWAY_PUBLIC).expect("a public key");
    assert!(app.verify(b"text", &sign));
    assert!(!gateway.verify(b"text", &sign));
    assert!(!app.verify(b"Text", &sign));
    assert!(!app.verify(b"text", &sign[..340]));
    assert!(!app.verify(b"text", ""));
    assert!(!app.verify(b"text", "not Base64 at all"));
}

#[test]
fn every_mix_up_of_keys_has_its_own_sentence() {
    assert_eq!(refused(" \n"), Some(SecretError::Empty));
    assert_eq!(refused("my key is 秘密"), Some(SecretError::NotBase64));
    assert_eq!(refused("AAAA"), Some(SecretError::NotAKey));
    assert_eq!(refused(LOCKED), Some(SecretError::Encrypted));
    assert_eq!(refused(APP_PUBLIC), Some(SecretError::PublicGiven));
    assert_eq!(refused(&bare(APP_PUBLIC)), Some(SecretError::PublicGiven));
    assert_eq!(refused(APP_CERT), Some(SecretError::CertificateGiven));
    assert_eq!(refused(CURVE), Some(SecretError::NotRsa));
    assert_eq!(refused(CURVE_OLD), Some(SecretError::NotRsa));
    let public = PublicKey::read(CURVE_PUBLIC).err();
    assert_eq!(public, Some(SecretError::NotRsa));
    assert_eq!(refused(SHORT), Some(SecretError::TooShort));
    assert_eq!(refused(LONG), Some(SecretError::TooLong));
    assert_eq!(refused(&APP_PKCS8[..600]), Some(SecretError::NotAKey));
    // A certificate is known by its label even when it is torn, and by its bytes without a label.
    assert_eq!(
        refused(&APP_CERT[..600]),
        Some(SecretError::CertificateGiven)
    );
    assert_eq!(
        refused(&bare(APP_CERT)),
        Some(SecretError::CertificateGiven)
    );
}

#[test]
fn a_private_key_where_a_public_one_is_wanted_is_refused() {
    let given = |text: &str| PublicKey::read(text).err();
    assert_eq!(given(APP_PKCS8), Some(SecretError::PrivateGiven));
    assert_eq!(given(&bare(APP_PKCS8)), Some(SecretError::PrivateGiven));
    assert_eq!(given(&bare(APP_PKCS1)), Some(SecretError::PrivateGiven));
    assert_eq!(given(""), Some(SecretError::Empty));
    assert_eq!(given("%%%"), Some(SecretError::NotBase64));
    assert_eq!(given("AAAA"), Some(SecretError::NotAKey));
}

#[test]
fn the_apps_own_public_key_is_told_from_alipays() {
    let own = PrivateKey::read(APP_PKCS8).expect("a key").public();
    assert_eq!(PublicKey::read(APP_PUBLIC), Ok(own.clone()));
    assert_ne!(PublicKey::read(GATEWAY_PUBLIC), Ok(own));
}

#[test]
fn a_secret_shows_nothing_of_itself() {
    let key = PrivateKey::read(APP_PKCS8).expect("a key");
    assert_eq!(format!("{key:?}"), "PrivateKey(RSA 2048)");
}

#[test]
fn a_public_key_is_named_and_not_spelled_out_in_a_log() {
    let key = PublicKey::read(APP_PUBLIC).expect("a key");
    assert_eq!(format!("{key:?}"), "PublicKey(RSA)");
}

#[test]
fn a_public_key_of_fewer_bits_than_signatures_want_is_refused() {
    assert_eq!(
        PublicKey::read(SHORT_PUBLIC).err(),
        Some(SecretError::TooShort)
    );
}
