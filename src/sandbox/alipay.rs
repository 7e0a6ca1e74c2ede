//! Alipay's gateway, version 2, over the bank: checks what a merchant sends, does it, signs.
//!
//! Pure: parameters and the present time in, bytes out. The shell sleeps and breaks connections
//! where the script wants that.

use money::Stamp;
use provider::PrivateKey;
use provider::alipay::envelope::node_name;

use crate::bank::House;
use crate::keys::Keys;
use crate::script::{Fault, Method};
use crate::stage::Stage;

pub(crate) mod account;
mod check;
mod node;
mod offer;
mod refund;
#[cfg(test)]
mod tests;
mod trade;

use check::{Call, Complaint};
use node::Node;

/// The node of failures that happen before the gateway knows the method.
const ERROR_NODE: &str = "error_response";
/// The field that names an order, and an order that nobody asked about.
const ORDER: &str = "out_trade_no";
const OTHER_ORDER: &str = "S00000000000000000000000000";

/// What goes back to the merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// HTTP 200 with this body.
    Body(Vec<u8>),
    /// Nothing: the connection breaks.
    Cut,
    /// HTTP 503 with a page for people.
    Down,
}

/// What the shell must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// First wait so long, in milliseconds.
    pub pause_ms: u64,
    /// Then send this.
    pub sent: Sent,
}

/// How an answer is spoiled on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seal {
    Signed,
    Wrong,
    OtherKey,
    Missing,
}

/// Answers one request. `params` are those of query and body together, decoded.
pub fn answer(keys: &Keys, stage: &mut Stage, params: &[(String, String)], now: Stamp) -> Answer {
    match check::check(keys, params, now) {
        Ok(call) => {
            let answer = obey(keys, stage, &call, now);
            stage.write_letters(now);
            answer
        }
        Err(complaint) => Answer {
            pause_ms: 0,
            sent: Sent::Body(refuse(keys, params, &complaint)),
        },
    }
}

/// A verified call, with what the script does to it.
fn obey(keys: &Keys, stage: &mut Stage, call: &Call, now: Stamp) -> Answer {
    let Stage { bank, script, .. } = stage;
    let customer = script.customer_of(bank, call.order(bank).as_ref(), call.code().as_ref());
    let customer = customer.or_else(|| call.payer(bank, now));
    let faults = script.strike(call.method, customer);
    let pause_ms = faults.iter().filter_map(|fault| fault.pause_ms()).sum();
    let fault = faults
        .into_iter()
        .find(|fault| !matches!(fault, Fault::Slow(_)));
    let house = stage.bank.house();
    stage
        .bank
        .keep(fault.map_or(house, |fault| bent(house, fault)));
    let flaw = if let Some(Fault::Bill(flaw)) = fault {
        Some(flaw)
    } else {
        None
    };
    let mut act = |is_sum_wrong| match call.method {
        Method::Bill => account::bill(keys, stage, call, flaw, now)
            .unwrap_or_else(|sub_code| trade::failed(call, sub_code)),
        Method::Balance => account::balance(stage),
        Method::Pay
        | Method::Query
        | Method::Cancel
        | Method::Refund
        | Method::RefundQuery
        | Method::Precreate
        | Method::Close => trade::act(&mut stage.bank, call, is_sum_wrong, now),
    };
    let sealed = |node: &Node, seal| Sent::Body(sign(keys, call, node, seal));
    let sent = match fault {
        None
        | Some(
            Fault::Slow(_)
            | Fault::Notice(_)
            | Fault::CancelTooLate
            | Fault::CodeStays
            | Fault::CloseAgain
            | Fault::RefundUnderWay(_)
            | Fault::Bill(_),
        ) => sealed(&act(false), Seal::Signed),
        Some(Fault::WrongOrder) => sealed(&act(false).instead(ORDER, OTHER_ORDER), Seal::Signed),
        Some(Fault::WrongCurrency) => sealed(&in_dollars(act(false)), Seal::Signed),
        Some(Fault::OtherKey) => sealed(&act(false), Seal::OtherKey),
        Some(Fault::AskAgain) => sealed(&trade::again(call), Seal::Signed),
        Some(Fault::BusyDone) => {
            act(false);
            sealed(&trade::busy(), Seal::Signed)
        }
        Some(Fault::LostRequest) => Sent::Cut,
        Some(Fault::Down) => Sent::Down,
        Some(Fault::Busy) => sealed(&trade::busy(), Seal::Signed),
        Some(Fault::WrongAmount) => sealed(&act(true), Seal::Signed),
        Some(Fault::WrongSignature) => sealed(&act(false), Seal::Wrong),
        Some(Fault::Unsigned) => sealed(&act(false), Seal::Missing),
        Some(Fault::LostAnswer) => {
            act(false);
            Sent::Cut
        }
        Some(Fault::Garbage) => {
            act(false);
            Sent::Body(b"<html>\n<body>{\"alipay_trade_\xff".to_vec())
        }
    };
    stage.bank.keep(house);
    Answer { pause_ms, sent }
}

/// An answer about a sum, in a currency that was not asked for.
fn in_dollars(node: Node) -> Node {
    if node.has("total_amount") {
        node.text("trans_currency", "USD")
    } else if node.has("refund_fee") {
        node.text("refund_currency", "USD")
    } else {
        node
    }
}

/// The bank's rules while a fault strikes.
const fn bent(house: House, fault: Fault) -> House {
    match fault {
        Fault::CancelTooLate => House {
            cancel_ms: 0,
            ..house
        },
        Fault::CodeStays => House {
            are_codes_left: true,
            ..house
        },
        Fault::CloseAgain => House {
            is_back_closed: true,
            ..house
        },
        Fault::RefundUnderWay(ms) => House {
            refund_ms: ms.cast_signed(),
            ..house
        },
        Fault::Slow(_)
        | Fault::LostAnswer
        | Fault::LostRequest
        | Fault::Busy
        | Fault::WrongSignature
        | Fault::WrongAmount
        | Fault::Garbage
        | Fault::Down
        | Fault::Unsigned
        | Fault::BusyDone
        | Fault::AskAgain
        | Fault::WrongOrder
        | Fault::WrongCurrency
        | Fault::OtherKey
        | Fault::Bill(_)
        | Fault::Notice(_) => house,
    }
}

/// A complaint about the request itself.
fn refuse(keys: &Keys, params: &[(String, String)], complaint: &Complaint) -> Vec<u8> {
    let name = check::known_method(params)
        .map_or_else(|| ERROR_NODE.to_owned(), |method| node_name(method.wire()));
    let node = complaint.node().json();
    let seal = complaint.is_signed.then(|| seal(keys, &node, Seal::Signed));
    let certificate = check::is_cert_mode(params).then_some(keys.alipay_cert_sn.as_str());
    node::envelope(
        &name,
        &node,
        certificate.filter(|_| complaint.is_signed),
        seal.flatten(),
    )
}

fn sign(keys: &Keys, call: &Call, node: &Node, how: Seal) -> Vec<u8> {
    let json = node.json();
    let number = if how == Seal::OtherKey {
        &keys.app_cert_sn
    } else {
        &keys.alipay_cert_sn
    };
    let certificate = call.is_cert_mode.then_some(number.as_str());
    node::envelope(
        &node_name(call.method.wire()),
        &json,
        certificate,
        seal(keys, &json, how),
    )
}

fn seal(keys: &Keys, node: &str, how: Seal) -> Option<String> {
    match how {
        Seal::Signed => Some(keys.alipay_private.sign(node.as_bytes())),
        Seal::Wrong => Some(keys.alipay_private.sign(format!("{node} ").as_bytes())),
        // Nobody expects the merchant's own key there.
        Seal::OtherKey => {
            let other = PrivateKey::read(&keys.texts.app_private).ok()?;
            Some(other.sign(node.as_bytes()))
        }
        Seal::Missing => None,
    }
}
