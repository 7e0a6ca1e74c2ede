//! A provider's answers: unsigned bytes prove nothing, signed ones nothing about another order.

use std::sync::OnceLock;

use ledger::{AskKind, Doubt, Outcome};
use money::{Amount, OrderNo};
use provider::alipay::envelope::{find_node, find_text, node_name};
use provider::alipay::{self, Account, Alipay, Trust};
use provider::{PrivateKey, PublicKey, Reply};
use serde_json::{Map, Value};

use super::Choices;

const APP_KEY: &str = include_str!("../src/provider/tests/keys/app.pkcs8.pem");
const GATEWAY_KEY: &str = include_str!("../src/provider/tests/keys/gateway.pkcs8.pem");
const GATEWAY_PUBLIC: &str = include_str!("../src/provider/tests/keys/gateway.public.pem");
const ORDER: &str = "S01KAP3C5R00000000000000000";
const AMOUNT_FEN: i64 = 1_250;
const KINDS: [(AskKind, &str); 3] = [
    (AskKind::Pay, alipay::PAY),
    (AskKind::Query, alipay::QUERY),
    (AskKind::Reverse, alipay::CANCEL),
];

struct Sides {
    ours: Alipay,
    gateway: PrivateKey,
}

fn sides() -> &'static Sides {
    static SIDES: OnceLock<Sides> = OnceLock::new();
    SIDES.get_or_init(|| Sides {
        ours: Alipay::new(Account {
            gateway: alipay::GATEWAY.to_owned(),
            app_id: "2021000000000001".to_owned(),
            private_key: PrivateKey::read(APP_KEY).expect("a key"),
            trust: Trust::Key(PublicKey::read(GATEWAY_PUBLIC).expect("a key")),
            seller_id: None,
        }),
        gateway: PrivateKey::read(GATEWAY_KEY).expect("a key"),
    })
}

/// The first byte says which ask is answered, and whether the rest is a whole body or a node that
/// the gateway signs.
pub(crate) fn reply(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let is_signed = choices.is_true();
    let (kind, method) = choices.of_all(&KINDS);
    let rest = choices.rest();
    if is_signed {
        signed(kind, method, rest);
    } else {
        unsigned(kind, method, rest);
    }
}

fn outcome(kind: AskKind, body: Vec<u8>, status: u16) -> Outcome {
    let order = OrderNo::parse(ORDER).expect("an order number");
    let amount = Amount::from_fen(AMOUNT_FEN).expect("an amount");
    let reply = Reply { status, body };
    if let Some(complaint) = sides().ours.complaint(kind, &reply) {
        assert!(complaint.chars().count() < 1_000);
    }
    sides().ours.outcome(kind, &order, amount, &Ok(reply))
}

fn unsigned(kind: AskKind, method: &str, body: &[u8]) {
    let heard = outcome(kind, body.to_vec(), 200);
    assert!(
        matches!(heard, Outcome::Unknown(Doubt::Garbled | Doubt::Unverified)),
        "{heard:?} from bytes that nobody signed"
    );
    cut_as_parsed(body, &node_name(method));
}

/// Where the whole body is JSON, the cut by bytes is the value that a parser finds.
fn cut_as_parsed(body: &[u8], name: &str) {
    let cut = find_node(body, name);
    let Ok(whole) = serde_json::from_slice::<Map<String, Value>>(body) else {
        return;
    };
    if let Some(cut) = cut {
        let value: Option<Value> = serde_json::from_slice(cut).ok();
        assert_eq!(value.as_ref(), whole.get(name), "cut out of {body:?}");
    }
    if let Some(text) = find_text(body, "sign") {
        assert_eq!(whole.get("sign"), Some(&Value::String(text)));
    }
}

fn signed(kind: AskKind, method: &str, node: &[u8]) {
    let sign = sides().gateway.sign(node);
    let start = format!("{{\"{}\":", node_name(method));
    let tail = format!(",\"sign\":\"{sign}\"}}");
    let body = [start.as_bytes(), node, tail.as_bytes()].concat();
    let heard = outcome(kind, body.clone(), 200);
    let late = outcome(kind, body, 502);
    assert_eq!(
        late,
        Outcome::Unknown(Doubt::Garbled),
        "only status 200 is an answer"
    );
    if matches!(heard, Outcome::Unknown(_)) {
        return;
    }
    let said: Map<String, Value> = serde_json::from_slice(node).expect("what is believed is JSON");
    let order = said.get("out_trade_no").and_then(Value::as_str);
    assert!(
        order.is_none_or(|order| order == ORDER),
        "{heard:?} about {order:?}"
    );
    match heard {
        Outcome::Paid(facts) => {
            assert_eq!(order, Some(ORDER));
            assert_eq!(facts.order.as_str(), ORDER);
            assert_eq!(facts.amount.fen(), AMOUNT_FEN);
            assert!(kind != AskKind::Reverse, "a reverse never ends in paid");
        }
        Outcome::Refused(refusal) => {
            assert!(refusal.text.chars().count() <= 200 && refusal.code.chars().count() <= 200);
            assert!(!has_long_number(&refusal.text) && !has_long_number(&refusal.code));
        }
        Outcome::Waiting
        | Outcome::Absent
        | Outcome::Closed { .. }
        | Outcome::Reversed(_)
        | Outcome::Unknown(_) => {}
    }
}

/// Whether a run of digits is as long as a payment code.
fn has_long_number(text: &str) -> bool {
    let parts = text.split(|one: char| !one.is_ascii_digit());
    parts.into_iter().any(|part| part.len() >= 16)
}
