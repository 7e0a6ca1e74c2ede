//! The node is cut by depth, never by its first textual occurrence.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{find_node, find_text, node_name, open};

const NODE: &str = "alipay_trade_pay_response";

fn node_of(body: &str) -> Option<&str> {
    find_node(body.as_bytes(), NODE).map(|node| std::str::from_utf8(node).expect("UTF-8"))
}

#[test]
fn the_node_is_named_by_its_method() {
    assert_eq!(node_name("alipay.trade.pay"), NODE);
}

#[test]
fn the_node_is_cut_as_it_travelled() {
    let raw = r#"{ "qr":"https:\/\/qr.alipay.com\/x", "t":"\u6d4b}{\"sign\":\"x\"", "n":[{}] }"#;
    let body = format!(r#"{{"{NODE}":{raw},"alipay_cert_sn":"c","sign":"a\/b="}}"#);
    assert_eq!(node_of(&body), Some(raw));
    assert_eq!(find_text(body.as_bytes(), "sign").as_deref(), Some("a/b="));
    let envelope = open(body.as_bytes(), NODE).expect("an envelope");
    assert_eq!(envelope.node, raw.as_bytes());
    assert_eq!(envelope.sign.as_deref(), Some("a/b="));
    assert_eq!(envelope.cert_sn.as_deref(), Some("c"));
}

#[test]
fn a_name_inside_a_value_is_not_the_node() {
    let body = format!(r#"{{"x":{{"{NODE}":{{"a":1}}}},"y":"\"{NODE}\":{{","{NODE}":{{"b":2}}}}"#);
    assert_eq!(node_of(&body), Some(r#"{"b":2}"#));
}

#[test]
fn the_signature_may_stand_before_the_node() {
    let body = format!(r#"{{"sign":"s","{NODE}":{{"b":2}}}}"#);
    let envelope = open(body.as_bytes(), NODE).expect("an envelope");
    assert_eq!(
        (envelope.node, envelope.sign.as_deref()),
        (&br#"{"b":2}"#[..], Some("s"))
    );
}

#[test]
fn what_is_there_twice_is_refused() {
    let twice = format!(r#"{{"{NODE}":{{}},"{NODE}":{{}},"sign":"s"}}"#);
    assert_eq!(node_of(&twice), None);
    assert_eq!(open(twice.as_bytes(), NODE), None);
    let escaped = format!(
        r#"{{"{NODE}":{{}},"\u0061{}":{{}},"sign":"s"}}"#,
        &NODE[1..]
    );
    assert_eq!(open(escaped.as_bytes(), NODE), None);
    let signs = format!(r#"{{"{NODE}":{{}},"sign":"s","sign":"t"}}"#);
    assert_eq!(open(signs.as_bytes(), NODE), None);
}

#[test]
fn an_error_node_is_read_when_the_methods_node_is_missing() {
    let body = br#"{"error_response":{"code":"40002"}}"#;
    let envelope = open(body, NODE).expect("an envelope");
    assert_eq!(envelope.node, br#"{"code":"40002"}"#);
    assert_eq!(envelope.sign, None);
}

#[test]
fn broken_bodies_are_refused() {
    let broken = [
        "",
        " ",
        "{",
        "}",
        "[]",
        "null",
        "\"x\"",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1",
        "{\"a\":1,}",
        "{,}",
        "{\"a\":1}x",
        "{\"a\":1}{}",
        "{\"a\" 1}",
        "{a:1}",
        "{\"a\":\"",
        "{\"a\":{\"b\":\"}\"",
        "<html>busy</html>",
    ];
    for body in broken {
        assert_eq!(open(body.as_bytes(), "a"), None, "{body}");
    }
}

#[test]
fn an_object_of_nothing_or_of_too_much_has_no_node() {
    assert_eq!(open(b"{}", NODE), None);
    assert_eq!(open(b" { } x", NODE), None);
    let members = |count: usize| {
        let more: Vec<_> = (1..count).map(|place| format!("\"x{place}\":1")).collect();
        format!("{{\"{NODE}\":{{}},{}}}", more.join(","))
    };
    assert!(open(members(64).as_bytes(), NODE).is_some());
    assert_eq!(open(members(65).as_bytes(), NODE), None);
}

#[test]
fn a_signature_that_is_no_text_is_refused() {
    let body = format!(r#"{{"{NODE}":{{}},"sign":5}}"#);
    assert_eq!(open(body.as_bytes(), NODE), None);
}

fn nasty_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\"sign\":\"".to_owned()),
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("\\".to_owned()),
        Just("\"".to_owned()),
        Just(format!("\"{NODE}\":{{")),
        ".{0,5}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        nasty_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((nasty_text(), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_is_cut_exactly(
        (before, node, after) in (value(), value(), value()),
        is_wide: bool,
    ) {
        let write = |value: &Value| {
            if is_wide { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) }
        };
        let (before, node, after) = (write(&before)?, write(&node)?, write(&after)?);
        let tail = format!("\"sign\":\"s\",\"z\":{after}");
        let body = format!("{{\"a\":{before} , \"{NODE}\" :{node},\n{tail}}}");
        let cut = find_node(body.as_bytes(), NODE);
        prop_assert_eq!(cut, Some(node.as_bytes()));
    }

    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = open(&body, NODE);
    }

    #[test]
    fn a_body_cut_short_is_refused(text in nasty_text(), place: prop::sample::Index) {
        let body = json!({ NODE: { "subject": text }, "sign": "s" }).to_string();
        let end = place.index(body.len());
        prop_assert_eq!(open(&body.as_bytes()[..end], NODE), None);
    }
}
