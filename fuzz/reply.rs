//! A provider's answers: unsigned bytes prove nothing, signed ones nothing about another order.

use std::sync::OnceLock;

use ledger::{AskKind, Doubt, GivenSum, Outcome, RefundOutcome};
use money::{Amount, OrderNo, RefundNo};
use provider::alipay::envelope::{find_node, find_text, node_name};
use provider::alipay::{self, Account, Alipay, Trust};
use provider::{Ask, Denied, PrivateKey, PublicKey, RefundAsk, Reply};
use provider::{BillOutcome, CodeAsk, CodeLife, CodeOutcome, CodeProduct, Sources};
use serde_json::{Map, Value};

use super::Choices;

const APP_KEY: &str = include_str!("../src/provider/tests/keys/app.pkcs8.pem");
const GATEWAY_KEY: &str = include_str!("../src/provider/tests/keys/gateway.pkcs8.pem");
const GATEWAY_PUBLIC: &str = include_str!("../src/provider/tests/keys/gateway.public.pem");
const ORDER: &str = "S01KAP3C5R00000000000000000";
const AMOUNT_FEN: i64 = 1_250;
const REFUND_FEN: i64 = 400;
const REFUND_NO: &str = "R01KAP3C5R00000000000000000";

/// An ask by its method on the wire.
#[derive(Clone, Copy, Debug)]
enum Asked {
    Order(AskKind, &'static str),
    Refund,
    RefundQuery,
    Close,
    Code,
    Bill,
    Balance,
}

const ASKED: [Asked; 9] = [
    Asked::Order(AskKind::Pay, alipay::PAY),
    Asked::Order(AskKind::Query, alipay::QUERY),
    Asked::Order(AskKind::Reverse, alipay::CANCEL),
    Asked::Refund,
    Asked::RefundQuery,
    Asked::Close,
    Asked::Code,
    Asked::Bill,
    Asked::Balance,
];

impl Asked {
    const fn method(self) -> &'static str {
        match self {
            Self::Order(_, method) => method,
            Self::Refund => alipay::REFUND,
            Self::RefundQuery => alipay::REFUND_QUERY,
            Self::Close => alipay::CLOSE,
            Self::Code => alipay::PRECREATE,
            Self::Bill => alipay::BILL,
            Self::Balance => alipay::BALANCE,
        }
    }
}

/// The app's number.
pub(super) const APP_ID: &str = "2021000000000001";

/// We, and the key of the gateway that stands on the other side.
pub(super) struct Sides {
    pub(super) ours: Alipay,
    pub(super) gateway: PrivateKey,
}

/// Keys are read once: each takes a while.
pub(super) fn sides() -> &'static Sides {
    static SIDES: OnceLock<Sides> = OnceLock::new();
    SIDES.get_or_init(|| Sides {
        ours: Alipay::new(Account {
            gateway: alipay::GATEWAY.to_owned(),
            app_id: APP_ID.to_owned(),
            private_key: PrivateKey::read(APP_KEY).expect("a key"),
            trust: Trust::Key(PublicKey::read(GATEWAY_PUBLIC).expect("a key")),
            seller_id: None,
        }),
        gateway: PrivateKey::read(GATEWAY_KEY).expect("a key"),
    })
}

/// The first byte says whether the rest is a whole body or a node that the gateway signs, the
/// second which ask is answered.
pub(crate) fn reply(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let is_signed = choices.is_true();
    let asked = choices.of_all(&ASKED);
    let rest = choices.rest();
    if is_signed {
        signed(asked, rest);
    } else {
        let is_believed = hear(asked, rest.to_vec(), None);
        assert!(
            !is_believed,
            "{asked:?} is answered by bytes that nobody signed"
        );
        cut_as_parsed(rest, &node_name(asked.method()));
    }
}

fn code_ask(order: OrderNo) -> CodeAsk {
    CodeAsk {
        order,
        amount: fen(AMOUNT_FEN),
        subject: "茶".to_owned(),
        device: "till-1".to_owned(),
        life: CodeLife::Minutes(2),
        product: CodeProduct::InPerson,
        sources: Sources::default(),
    }
}

fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

/// Whether anything follows from the answer; whatever follows is judged by the node that was
/// signed.
fn hear(asked: Asked, body: Vec<u8>, node: Option<&[u8]>) -> bool {
    let ours = &sides().ours;
    let order = OrderNo::parse(ORDER).expect("an order number");
    let no = RefundNo::parse(REFUND_NO).expect("a refund number");
    let reply = Reply { status: 200, body };
    if let Some(complaint) = ours.complaint_of(asked.method(), &reply) {
        assert!(complaint.chars().count() < 1_000);
    }
    let said = || Said::of(node.expect("what is believed was signed"));
    let reply = Ok(reply);
    let about_refund = |ask: &Ask| {
        let outcome = ours.refund_outcome(ask, fen(AMOUNT_FEN), &reply);
        let is_believed = !matches!(outcome, RefundOutcome::Unknown(_));
        if is_believed {
            judge_refund(&outcome, &said());
        }
        is_believed
    };
    match asked {
        Asked::Order(kind, _) => {
            let outcome = ours.outcome(kind, &order, fen(AMOUNT_FEN), &reply);
            let is_believed = !matches!(outcome, Outcome::Unknown(_));
            if is_believed {
                judge(kind, &outcome, &said());
            }
            is_believed
        }
        Asked::Refund => about_refund(&Ask::Refund(RefundAsk {
            order,
            refund: no,
            amount: fen(REFUND_FEN),
            reason: String::new(),
        })),
        Asked::RefundQuery => about_refund(&Ask::RefundQuery { order, refund: no }),
        Asked::Close => {
            let outcome = ours.close_outcome(&order, &reply);
            let is_end = matches!(outcome, Outcome::Reversed(_));
            assert!(
                is_end || matches!(outcome, Outcome::Unknown(_)),
                "{outcome:?}"
            );
            is_end
        }
        Asked::Code => match ours.precreate_outcome(&code_ask(order), &reply) {
            CodeOutcome::Shown(code) => {
                assert!(!code.is_empty() && code.chars().count() <= 512);
                assert!(said().is_ours());
                true
            }
            CodeOutcome::Refused(_) => true,
            CodeOutcome::Unknown(_) => false,
        },
        Asked::Bill => match ours.bill_outcome(&reply) {
            BillOutcome::Ready { url, .. } => {
                assert!(
                    url.starts_with("http") && url.chars().count() <= 4_096,
                    "{url}"
                );
                true
            }
            BillOutcome::NotMade | BillOutcome::Denied(Denied::Refused(_)) => true,
            BillOutcome::Denied(Denied::Unknown(_)) => false,
        },
        Asked::Balance => !matches!(ours.balance_outcome(&reply), Err(Denied::Unknown(_))),
    }
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

fn signed(asked: Asked, node: &[u8]) {
    let sign = sides().gateway.sign(node);
    let start = format!("{{\"{}\":", node_name(asked.method()));
    let tail = format!(",\"sign\":\"{sign}\"}}");
    let body = [start.as_bytes(), node, tail.as_bytes()].concat();
    let late = sides().ours.outcome(
        AskKind::Query,
        &OrderNo::parse(ORDER).expect("an order number"),
        fen(AMOUNT_FEN),
        &Ok(Reply {
            status: 502,
            body: body.clone(),
        }),
    );
    assert_eq!(
        late,
        Outcome::Unknown(Doubt::Garbled),
        "only status 200 is an answer"
    );
    hear(asked, body, Some(node));
}

/// The node's own words.
struct Said(Map<String, Value>);

impl Said {
    fn of(node: &[u8]) -> Self {
        Self(serde_json::from_slice(node).expect("what is believed is JSON"))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// Names our order, or none.
    fn is_ours(&self) -> bool {
        self.text("out_trade_no").is_none_or(|order| order == ORDER)
    }
}

fn judge(kind: AskKind, outcome: &Outcome, said: &Said) {
    assert!(said.is_ours(), "{outcome:?} about another order");
    match outcome {
        Outcome::Paid(facts) => {
            assert_eq!(said.text("out_trade_no"), Some(ORDER));
            assert_eq!(facts.order.as_str(), ORDER);
            assert_eq!(facts.amount.fen(), AMOUNT_FEN);
            assert!(kind != AskKind::Reverse, "a reverse never ends in paid");
        }
        Outcome::Refused(refusal) => {
            assert!(refusal.text.chars().count() <= 200 && refusal.code.chars().count() <= 200);
            assert!(!has_long_number(&refusal.text) && !has_long_number(&refusal.code));
        }
        Outcome::Waiting
        | Outcome::Shown(_)
        | Outcome::Absent
        | Outcome::Closed { .. }
        | Outcome::Reversed(_)
        | Outcome::Unknown(_) => {}
    }
}

fn judge_refund(outcome: &RefundOutcome, said: &Said) {
    assert!(said.is_ours(), "{outcome:?} about another order");
    if let RefundOutcome::Given { sum, .. } = outcome {
        assert_eq!(said.text("out_trade_no"), Some(ORDER));
        match sum {
            GivenSum::Total(total) => assert!((REFUND_FEN..=AMOUNT_FEN).contains(&total.fen())),
            GivenSum::Alone(sum) => {
                assert!(sum.fen() <= AMOUNT_FEN);
                assert_eq!(said.text("out_request_no"), Some(REFUND_NO));
            }
        }
    }
}

/// Whether a run of digits is as long as a payment code.
fn has_long_number(text: &str) -> bool {
    let parts = text.split(|one: char| !one.is_ascii_digit());
    parts.into_iter().any(|part| part.len() >= 16)
}
