//! The node of an answer: ordered fields, written as the real gateway writes them.

use serde_json::Value;

/// Fields in the order in which they are written; the signature is over exactly these bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Node(Vec<(&'static str, Value)>);

impl Node {
    /// A node that begins with the gateway's code and its words.
    pub(super) fn of(code: &str, msg: &str) -> Self {
        Self::default().text("code", code).text("msg", msg)
    }

    /// Adds a text.
    pub(super) fn text(mut self, name: &'static str, value: &str) -> Self {
        self.0.push((name, Value::from(value)));
        self
    }

    /// Adds a text where there is one; the gateway sends no empty fields.
    pub(super) fn text_if(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    /// Adds any JSON.
    pub(super) fn json_if(mut self, name: &'static str, value: Option<Value>) -> Self {
        self.0.extend(value.map(|value| (name, value)));
        self
    }

    /// With this text in the place of the one of that name; a node that has none stays as it is.
    pub(super) fn instead(mut self, name: &str, value: &str) -> Self {
        for (known, kept) in &mut self.0 {
            if *known == name {
                *kept = Value::from(value);
            }
        }
        self
    }

    /// Whether it has that field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| *known == name)
    }

    /// Compact JSON with the gateway's habits: slashes escaped, and the shop's name in `\u`
    /// escapes, so that whoever parses and writes again finds another text than was signed.
    pub(super) fn json(&self) -> String {
        let mut out = String::from("{");
        for (place, (name, value)) in self.0.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            let text = value.to_string().replace('/', "\\/");
            let is_escaped = *name == "store_name";
            let text = if is_escaped { in_ascii(&text) } else { text };
            out.extend(["\"", *name, "\":", &text]);
        }
        out.push('}');
        out
    }
}

/// Every letter beyond ASCII as `\uXXXX`.
fn in_ascii(text: &str) -> String {
    let escaped = |unit: u16| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        Ok(_) | Err(_) => format!("\\u{unit:04x}"),
    };
    text.encode_utf16().map(escaped).collect()
}

/// The whole body: node first, then the certificate's number, then the signature. Official
/// clients read it in this order only.
pub(super) fn envelope(
    name: &str,
    node: &str,
    cert_sn: Option<&str>,
    sign: Option<String>,
) -> Vec<u8> {
    let certificate =
        cert_sn.map_or_else(String::new, |sn| format!(",\"alipay_cert_sn\":\"{sn}\""));
    let sign = sign.map_or_else(String::new, |sign| format!(",\"sign\":\"{sign}\""));
    format!("{{\"{name}\":{node}{certificate}{sign}}}").into_bytes()
}
