//! Parameters of a request: the text that is signed, and the form that travels.

/// The text that a request's signature covers: all parameters but `sign` and the empty ones,
/// sorted by name, raw values, joined as `name=value&name=value`. `sign_type` stays in.
pub fn text_to_sign(params: &[(String, String)]) -> String {
    let mut signed: Vec<&(String, String)> = params
        .iter()
        .filter(|(name, value)| name != "sign" && !value.is_empty())
        .collect();
    signed.sort();
    let pairs: Vec<String> = signed
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// Reads a query or a form body: `+` is a blank, `%XX` is a byte of UTF-8.
pub fn parse_form(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes).into_owned().collect()
}

/// Writes a query or a form body.
pub fn write_form<'a>(params: impl IntoIterator<Item = &'a (String, String)>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in params {
        form.append_pair(name, value);
    }
    form.finish()
}
