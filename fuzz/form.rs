//! Forms and queries, as requests bring them.

use provider::alipay::{parse_form, text_to_sign, write_form};

/// What is read from a form is read again from what is written of it; what is signed has an order
/// of its own.
pub(crate) fn form(bytes: &[u8]) {
    let params = parse_form(bytes);
    let written = write_form(&params);
    assert!(written.is_ascii());
    assert_eq!(parse_form(written.as_bytes()), params);
    let mut turned = params.clone();
    turned.reverse();
    let signed = text_to_sign(&params);
    assert_eq!(text_to_sign(&turned), signed);
    let unsigned = |(name, value): &&(String, String)| name == "sign" || value.is_empty();
    if params.iter().all(|pair| unsigned(&pair)) {
        assert!(signed.is_empty());
    }
}
