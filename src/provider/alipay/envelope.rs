//! An answer's outer shape, cut as bytes: the signature covers the node's value exactly as it
//! travelled, so nothing here may be parsed and written again.

use serde_json::Value;

/// The node that some failures of the gateway come in.
const ERROR_NODE: &str = "error_response";
/// More members than any answer has: a longer one is not from the gateway.
const MEMBERS_MAX: usize = 64;

/// One member of the outer object.
struct Member<'a> {
    name: String,
    value: &'a [u8],
}

/// An answer taken apart, nothing believed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The raw bytes of the node's value: what the signature covers.
    pub node: &'a [u8],
    /// The signature in Base64, when there is one.
    pub sign: Option<String>,
    /// The number of the certificate that signed, in certificate mode.
    pub cert_sn: Option<String>,
}

/// The node of a method's answer: `alipay.trade.pay` has `alipay_trade_pay_response`.
pub fn node_name(method: &str) -> String {
    format!("{}_response", method.replace('.', "_"))
}

/// Takes an answer apart. The method's node counts, else the gateway's `error_response`.
///
/// `None` when the body is not one JSON object, when no such node is there, or when a member that
/// matters is there twice.
pub fn open<'a>(body: &'a [u8], node_name: &str) -> Option<Envelope<'a>> {
    let members = members(body)?;
    let node = match only(&members, node_name)? {
        Some(node) => node,
        None => only(&members, ERROR_NODE)??,
    };
    Some(Envelope {
        node,
        sign: text(&members, "sign")?,
        cert_sn: text(&members, "alipay_cert_sn")?,
    })
}

/// The raw bytes of one member's value, found by its name at depth 1, never by its first textual
/// occurrence. `None` when it is missing or there twice, or when the body is not one JSON object.
pub fn find_node<'a>(body: &'a [u8], name: &str) -> Option<&'a [u8]> {
    only(&members(body)?, name)?
}

/// The text of one member at depth 1, its escapes read. `None` as for [`find_node`], and when the
/// value is not a string.
pub fn find_text(body: &[u8], name: &str) -> Option<String> {
    text(&members(body)?, name)?
}

/// The member of that name: `None` when it is there twice, `Some(None)` when it is not there.
#[expect(
    clippy::option_option,
    reason = "twice, missing and found are three answers, used with `?` within this file only"
)]
fn only<'a>(members: &[Member<'a>], name: &str) -> Option<Option<&'a [u8]>> {
    let mut found = members.iter().filter(|member| member.name == name);
    let first = found.next().map(|member| member.value);
    match found.next() {
        Some(_) => None,
        None => Some(first),
    }
}

#[expect(
    clippy::option_option,
    reason = "refused, missing and found are three answers, used with `?` within this file only"
)]
fn text(members: &[Member<'_>], name: &str) -> Option<Option<String>> {
    match only(members, name)? {
        None => Some(None),
        Some(raw) => match serde_json::from_slice(raw).ok()? {
            Value::String(text) => Some(Some(text)),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => None,
        },
    }
}

/// The members of the one object that the body must be.
fn members(body: &[u8]) -> Option<Vec<Member<'_>>> {
    let mut rest = skip_blanks(body).strip_prefix(b"{")?;
    let mut members = Vec::new();
    rest = skip_blanks(rest);
    if let Some(after) = rest.strip_prefix(b"}") {
        return skip_blanks(after).is_empty().then_some(members);
    }
    while members.len() < MEMBERS_MAX {
        let (name, after) = split_value(skip_blanks(rest))?;
        let name: String = serde_json::from_slice(name).ok()?;
        let after = skip_blanks(after).strip_prefix(b":")?;
        let (value, after) = split_value(skip_blanks(after))?;
        members.push(Member { name, value });
        rest = skip_blanks(after);
        if let Some(after) = rest.strip_prefix(b"}") {
            return skip_blanks(after).is_empty().then_some(members);
        }
        rest = rest.strip_prefix(b",")?;
    }
    None
}

/// Cuts one JSON value off the front, without judging its inside.
fn split_value(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = match bytes.first()? {
        b'"' => string_length(bytes)?,
        b'{' | b'[' => nested_length(bytes)?,
        _ => bytes
            .iter()
            .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n'))?,
    };
    (length > 0).then(|| bytes.split_at(length))
}

/// The length of the string that begins here, with both quotes.
fn string_length(bytes: &[u8]) -> Option<usize> {
    let mut is_escaped = false;
    for (place, byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return Some(place + 1),
            _ => {}
        }
    }
    None
}

/// The length of the object or array that begins here. Quotes hide braces, and escapes hide quotes.
fn nested_length(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        match byte {
            b'"' => place += string_length(bytes.get(place..)?)? - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        place += 1;
        if depth == 0 {
            return Some(place);
        }
    }
    None
}

fn skip_blanks(bytes: &[u8]) -> &[u8] {
    let blanks = bytes
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
        .count();
    &bytes[blanks..]
}

#[cfg(test)]
mod tests;
