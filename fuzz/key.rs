//! Keys and certificates, as owners paste them.

use provider::cert::{cert_key, cert_sn, root_cert_sn};
use provider::{PrivateKey, PublicKey};

/// A key that was read works; a certificate's number is one; anything else has a sentence.
pub(crate) fn key(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match PrivateKey::read(&text) {
        Ok(private) => {
            let sign = private.sign(b"text");
            assert!(private.public().verify(b"text", &sign));
            assert!(!private.public().verify(b"texT", &sign));
            assert!(format!("{private:?}").len() < 32);
        }
        Err(fault) => told(&fault.to_string(), &text),
    }
    match PublicKey::read(&text) {
        Ok(public) => {
            assert_eq!(PublicKey::read(&public.text()), Ok(public.clone()));
            assert!(!public.verify(b"text", "bm8gc2lnbmF0dXJl"));
        }
        Err(fault) => told(&fault.to_string(), &text),
    }
    if let Ok(number) = cert_sn(&text) {
        assert!(is_number(&number), "{number}");
    }
    if let Ok(numbers) = root_cert_sn(&text) {
        assert!(numbers.split('_').all(is_number), "{numbers}");
    }
    if let Ok(public) = cert_key(&text) {
        assert_eq!(
            PublicKey::read(&text).map(|key| key.text()),
            Ok(public.text())
        );
    }
}

fn is_number(text: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == 32 && text.bytes().all(is_sign)
}

/// A fault says something, and nothing of what was pasted.
fn told(sentence: &str, pasted: &str) {
    assert!(sentence.len() > 20);
    let pasted = pasted.trim();
    assert!(pasted.len() < 24 || !sentence.contains(pasted));
}
