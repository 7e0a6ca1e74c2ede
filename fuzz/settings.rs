//! What an owner writes: a credentials file, and the address of a database.

use scantill::fed::read_settings;
use store::postgres::Address;

use super::Choices;

const APP_KEY: &str = include_str!("../src/provider/tests/keys/app.pkcs8.pem");
const GATEWAY_PUBLIC: &str = include_str!("../src/provider/tests/keys/gateway.public.pem");
/// A password that stands nowhere else.
const PASSWORD: &str = "Zx7qVb2Kw9";

/// A file is taken or gets a sentence, and no sentence shows the private key. The first byte says
/// whether the rest is a whole file or follows one with an account.
pub(crate) fn settings(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let has_account = choices.is_true();
    let rest = String::from_utf8_lossy(choices.rest());
    let text = if has_account {
        format!(
            "app_id = \"2021000000000001\"\napp_private_key = '''{APP_KEY}'''\n\
             alipay_public_key = '''{GATEWAY_PUBLIC}'''\n{rest}"
        )
    } else {
        rest.into_owned()
    };
    let Err(sentence) = read_settings(&text) else {
        assert!(text.contains("app_id"), "an account without an app");
        return;
    };
    assert!(sentence.chars().count() > 10, "{sentence}");
    let secret = APP_KEY.lines().nth(2).expect("the key has lines");
    assert!(!sentence.contains(secret), "the key is shown: {sentence}");
}

/// An address is an address or gets a sentence, and neither shows the password. The first byte says
/// whether the rest is a whole address or what follows the password of one.
pub(crate) fn address(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let has_password = choices.is_true();
    let rest = String::from_utf8_lossy(choices.rest());
    let lower = rest.to_ascii_lowercase();
    // A file of certificates would be read; and a search learns what it is compared with.
    if lower.contains("sslrootcert") || rest.contains(PASSWORD) {
        return;
    }
    let text = if has_password {
        format!("postgres://till:{PASSWORD}{rest}")
    } else {
        rest.into_owned()
    };
    let shown = match Address::parse(&text) {
        Ok(address) => {
            let shown = address.to_string();
            assert_eq!(format!("{address:?}"), format!("Address({shown})"));
            assert!(shown.starts_with("postgres://"), "{shown}");
            shown
        }
        Err(fault) => {
            let sentence = fault.to_string();
            assert!(sentence.chars().count() > 10, "{sentence}");
            sentence
        }
    };
    assert!(!has_password || !shown.contains(PASSWORD), "{shown}");
}
