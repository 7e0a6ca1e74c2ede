//! The other side of the wire: the sandbox's gateway and bank, stepped, and our own speaker.

mod letters;

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::LazyLock;

use money::{Amount, OrderNo, PayCode, Stamp};
use provider::alipay::envelope::node_name;
use provider::alipay::{Account, Alipay, CANCEL, QUERY, Trust, parse_form};
use provider::sign::PrivateKey;
use provider::{Reply, Request, WireFault};
use sandbox::alipay::{Sent, answer};
use sandbox::bank::{CANCEL_WINDOW_MS, Demand, House, Order, OrderState, PayEnd};
use sandbox::notice::Spoil;
use sandbox::script::{Fault, Rule};
use sandbox::{Bank, Customer, Keys, Stage};

use crate::mail::Lie;
use crate::rng::Rng;

pub(crate) use letters::Forgery;

/// Answers of the bank that may be brought again.
const HEARD_MAX: usize = 24;
/// Where notices go to; the wire needs no address.
const NOTIFY_URL: &str = "http://127.0.0.1:1/notify/alipay";
/// A slow bank answers after so long at most, in milliseconds.
const SLOW_MS_MAX: usize = 30_000;
/// A refund is under way for longer than a lost request may stray, in milliseconds.
pub(crate) const UNDER_WAY_MS: u64 = 1_500_000;

/// Both sides' keys, and our voice.
struct Pair {
    keys: Keys,
    speaker: Alipay,
    /// Our voice where it asks for notices.
    told_speaker: Alipay,
    /// A key that is not the bank's.
    stranger: PrivateKey,
}

/// Keys are made once a run: they decide nothing in a history.
static RSA: LazyLock<Pair> = LazyLock::new(|| {
    let keys = Keys::in_memory().expect("fresh keys");
    let app = PrivateKey::read(&keys.texts.app_private).expect("a private key");
    pair(keys, app)
});

/// The same keys under the cheap seal.
#[cfg(feature = "planted")]
static QUICK: LazyLock<Pair> = LazyLock::new(|| {
    let app = PrivateKey::read(&RSA.keys.texts.app_private).expect("a private key");
    let app = app.quick();
    let keys = Keys {
        app_public: app.public(),
        alipay_private: RSA.keys.alipay_private.clone().quick(),
        ..RSA.keys.clone()
    };
    pair(keys, app)
});

fn pair(keys: Keys, app: PrivateKey) -> Pair {
    let speaker = Alipay::new(Account {
        gateway: "http://127.0.0.1:1/gateway.do".to_owned(),
        app_id: sandbox::keys::APP_ID.to_owned(),
        private_key: app.clone(),
        trust: Trust::Key(keys.alipay_private.public()),
        seller_id: None,
    });
    let told_speaker = speaker.clone().notifying(NOTIFY_URL.to_owned());
    Pair {
        keys,
        speaker,
        told_speaker,
        stranger: app,
    }
}

fn quick() -> &'static Pair {
    #[cfg(feature = "planted")]
    return &QUICK;
    #[cfg(not(feature = "planted"))]
    return &RSA;
}

/// What the bank does to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whim {
    /// A fault that the sandbox knows.
    Known(Fault),
    /// A reverse is not carried out, and the answer says to ask again.
    AskAgain,
    /// Carried out, and the answer says that the bank is too busy to.
    BusyAllTheSame,
    /// Carried out, and the answer names another plan of instalments than the customer's.
    OtherPlan,
}

/// An answer as it leaves the bank.
pub(crate) struct Served {
    /// So long after the request, in milliseconds.
    pub(crate) pause_ms: i64,
    /// The bytes, or nothing.
    pub(crate) reply: Result<Reply, WireFault>,
    /// What is wrong with it.
    pub(crate) lie: Option<Lie>,
}

/// The bank behind its gateway.
pub(crate) struct Counter {
    stage: Stage,
    pair: &'static Pair,
    whims: Vec<Whim>,
    /// What somebody gave back in the bank's own console, in fen.
    elsewhere: BTreeMap<OrderNo, i64>,
    /// Orders that an earlier account took: the present one knows none of them.
    foreign: BTreeSet<OrderNo>,
    /// Orders that the next question does not find.
    hidden: BTreeSet<OrderNo>,
    /// Orders that had gone back when a cancel of theirs was answered with `close`.
    said_closed: BTreeSet<OrderNo>,
    heard: Vec<(OrderNo, Reply)>,
    codes: Vec<PayCode>,
    calls: u32,
    /// Whether the bank names another plan than the one that was asked for.
    is_other_plan: bool,
    /// Whether the bank tells of changes unasked.
    is_telling: bool,
    /// What is wrong with the next notices.
    spoils: Vec<Spoil>,
}

impl Counter {
    /// A bank on its first day. `is_rsa` signs as the real one does.
    pub(crate) fn open(is_rsa: bool) -> Self {
        let mut bank = Bank::opened();
        // The worse of the two that the documents allow.
        bank.leave_codes();
        Self {
            stage: Stage {
                bank,
                ..Stage::default()
            },
            pair: if is_rsa { &RSA } else { quick() },
            whims: Vec::new(),
            elsewhere: BTreeMap::new(),
            foreign: BTreeSet::new(),
            hidden: BTreeSet::new(),
            said_closed: BTreeSet::new(),
            heard: Vec::new(),
            codes: Vec::new(),
            calls: 0,
            is_other_plan: false,
            is_telling: false,
            spoils: Vec::new(),
        }
    }

    /// Our side's voice.
    pub(crate) const fn speaker(&self) -> &'static Alipay {
        if self.is_telling {
            &self.pair.told_speaker
        } else {
            &self.pair.speaker
        }
    }

    /// The code that the customer's phone shows; now and then one that was shown before.
    pub(crate) fn show_code(&mut self, customer: Customer, rng: &mut Rng, now: Stamp) -> PayCode {
        let bank = &mut self.stage.bank;
        let code = match (bank.shown_code(customer, now), rng.below(10)) {
            (_, 0) if !self.codes.is_empty() => {
                return self.codes[rng.below(self.codes.len())].clone();
            }
            (Some(shown), 1..=4) => shown.code,
            (Some(_) | None, _) => bank.fresh_code(customer, rng.bytes(), now),
        };
        self.codes.push(code.clone());
        code
    }

    /// The gateway answers a request's bytes.
    pub(crate) fn serve(&mut self, order: &OrderNo, request: &Request, now: Stamp) -> Served {
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let mut params = parse_form(query.as_bytes());
        params.extend(parse_form(&request.body));
        self.calls += 1;
        let whim = self.whims.pop();
        match whim {
            Some(Whim::AskAgain) if is_method(&params, CANCEL) => return self.ask_again(order),
            Some(Whim::Known(fault)) => self.strike(fault),
            Some(Whim::AskAgain | Whim::BusyAllTheSame | Whim::OtherPlan) | None => {}
        }
        let is_vague =
            whim == Some(Whim::Known(Fault::CloseAgain)) || self.stage.bank.house().is_back_closed;
        if is_vague && is_method(&params, CANCEL) && self.has_gone_back(order) {
            self.said_closed.insert(order.clone());
        }
        let is_unknown =
            self.foreign.contains(order) || is_method(&params, QUERY) && self.hidden.remove(order);
        let known = is_unknown.then(|| mem::replace(&mut self.stage.bank, Bank::opened()));
        let answer = answer(&self.pair.keys, &mut self.stage, &params, now);
        if let Some(known) = known {
            self.stage.bank = known;
        }
        // What is spoiled already is not signed anew.
        let is_other_plan = whim == Some(Whim::OtherPlan) || self.is_other_plan && whim.is_none();
        // A request that the gateway refuses as such meets no rule.
        let is_struck = self.stage.script.rules().is_empty();
        self.stage.script.clear_all();
        let reply = match answer.sent {
            Sent::Body(_) if whim == Some(Whim::BusyAllTheSame) => Ok(self.busy(&params)),
            Sent::Body(body) if is_other_plan => Ok(self.by_another_plan(body)),
            Sent::Body(body) => Ok(Reply { status: 200, body }),
            Sent::Cut => Err(WireFault::Lost),
            Sent::Down => Ok(Reply {
                status: 503,
                body: b"<html>503</html>".to_vec(),
            }),
        };
        let lie = whim.filter(|_| is_struck).and_then(lie_of);
        if let (Ok(reply), None) = (&reply, lie) {
            self.remember(order, reply);
        }
        Served {
            pause_ms: i64::try_from(answer.pause_ms).unwrap_or_default(),
            reply,
            lie,
        }
    }

    fn strike(&mut self, fault: Fault) {
        self.stage.script.add(Rule {
            id: 0,
            fault,
            method: None,
            customer: None,
            left: Some(1),
        });
    }

    /// A signed answer that says nothing.
    fn busy(&self, params: &[(String, String)]) -> Reply {
        let method = params.iter().find(|(name, _)| name == "method");
        let name = node_name(method.map_or("", |(_, value)| value));
        let node = "{\"code\":\"20000\",\"msg\":\"Service Currently Unavailable\",\
                    \"sub_code\":\"isp.unknow-error\"}";
        let sign = self.pair.keys.alipay_private.sign(node.as_bytes());
        let body = format!("{{\"{name}\":{node},\"sign\":\"{sign}\"}}");
        Reply {
            status: 200,
            body: body.into_bytes(),
        }
    }

    /// The signed answer with another number of instalments, where it names one.
    fn by_another_plan(&self, body: Vec<u8>) -> Reply {
        let text = String::from_utf8_lossy(&body);
        let node = text.split_once("_response\":").and_then(|(name, rest)| {
            let (node, _) = rest.rsplit_once(",\"sign\"")?;
            Some((name, node_of_another_plan(node)?))
        });
        let body = match node {
            Some((name, node)) => {
                let sign = self.pair.keys.alipay_private.sign(node.as_bytes());
                format!("{name}_response\":{node},\"sign\":\"{sign}\"}}").into_bytes()
            }
            None => body,
        };
        Reply { status: 200, body }
    }

    /// A signed answer that claims an action and yet wants the reverse to be asked again.
    fn ask_again(&self, order: &OrderNo) -> Served {
        let node = format!(
            "{{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"{order}\",\
             \"retry_flag\":\"Y\",\"action\":\"close\"}}"
        );
        let sign = self.pair.keys.alipay_private.sign(node.as_bytes());
        let body = format!("{{\"alipay_trade_cancel_response\":{node},\"sign\":\"{sign}\"}}");
        Served {
            pause_ms: 0,
            reply: Ok(Reply {
                status: 200,
                body: body.into_bytes(),
            }),
            lie: Some(Lie::Again),
        }
    }

    /// Keeps an answer that names its order: only such a one can be known again.
    fn remember(&mut self, order: &OrderNo, reply: &Reply) {
        let name = order.as_str().as_bytes();
        let is_named = reply.body.windows(name.len()).any(|part| part == name);
        if is_named && self.heard.len() < HEARD_MAX {
            self.heard.push((order.clone(), reply.clone()));
        }
    }

    /// A genuine answer to another order.
    pub(crate) fn replay(&self, order: &OrderNo, rng: &mut Rng) -> Option<Reply> {
        let others: Vec<&Reply> = self
            .heard
            .iter()
            .filter(|(other, _)| other != order)
            .map(|(_, reply)| reply)
            .collect();
        (!others.is_empty()).then(|| others[rng.below(others.len())].clone())
    }

    /// Whether there is such an answer.
    pub(crate) fn knows_another(&self, order: &OrderNo) -> bool {
        self.heard.iter().any(|(other, _)| other != order)
    }

    /// Calls so far, and the faults that wait for the next ones.
    pub(crate) const fn calls(&self) -> (u32, usize) {
        (self.calls, self.whims.len())
    }

    /// The next call, or the next few, go wrong in some way.
    pub(crate) fn fail_next(&mut self, rng: &mut Rng) {
        let slow = u64::try_from(rng.below(SLOW_MS_MAX)).unwrap_or_default();
        let whim = rng.pick(&[
            Whim::Known(Fault::LostAnswer),
            Whim::Known(Fault::LostRequest),
            Whim::Known(Fault::Busy),
            Whim::Known(Fault::WrongSignature),
            Whim::Known(Fault::WrongAmount),
            Whim::Known(Fault::WrongAmount),
            Whim::Known(Fault::Garbage),
            Whim::Known(Fault::Down),
            Whim::Known(Fault::Unsigned),
            Whim::Known(Fault::WrongOrder),
            Whim::Known(Fault::WrongCurrency),
            Whim::Known(Fault::OtherKey),
            Whim::Known(Fault::Slow(slow)),
            Whim::Known(Fault::CancelTooLate),
            Whim::Known(Fault::CloseAgain),
            Whim::Known(Fault::RefundUnderWay(UNDER_WAY_MS)),
            Whim::AskAgain,
            Whim::BusyAllTheSame,
            Whim::OtherPlan,
        ]);
        for _ in 0..=rng.below(4) {
            self.whims.push(whim);
        }
    }

    /// From now on the bank cancels what was paid for so long, in milliseconds.
    pub(crate) const fn cancel_within(&mut self, cancel_ms: i64) {
        let house = self.stage.bank.house();
        self.stage.bank.keep(House { cancel_ms, ..house });
    }

    /// Whether the bank names another plan than the one that was asked for, from now on.
    pub(crate) const fn name_another_plan(&mut self, is_other_plan: bool) {
        self.is_other_plan = is_other_plan;
    }

    /// From now on the bank calls closed what has gone back, and is long in giving back.
    pub(crate) const fn be_vague(&mut self, is_back_closed: bool, refund_ms: i64) {
        let house = self.stage.bank.house();
        self.stage.bank.keep(House {
            is_back_closed,
            refund_ms,
            ..house
        });
    }

    /// Whether the bank may refuse to cancel this order for good: soon after its payment, or
    /// because some of it went back in its console.
    pub(crate) fn cancels_no_more(&self, order: &OrderNo) -> bool {
        self.stage.bank.house().cancel_ms < CANCEL_WINDOW_MS || self.given_elsewhere(order) > 0
    }

    /// Somebody gives money of an order back in the bank's own console.
    pub(crate) fn give_back(&mut self, order: &OrderNo, amount: Amount, now: Stamp) {
        let before = self.elsewhere.entry(order.clone()).or_default();
        let demand = Demand {
            order: order.clone(),
            number: format!("console-{before}"),
            amount,
            reason: None,
        };
        if self.stage.bank.refund(&demand, now).is_ok() {
            *before += amount.fen();
        }
    }

    /// The shop has another account from now on, which knows nothing of what the earlier one took.
    pub(crate) fn change_account(&mut self, orders: impl Iterator<Item = OrderNo>) {
        self.foreign.extend(orders);
    }

    /// The next question for this order does not find it.
    pub(crate) fn hide_once(&mut self, order: OrderNo) {
        self.hidden.insert(order);
    }

    /// What went back of an order in that way, in fen.
    pub(crate) fn given_elsewhere(&self, order: &OrderNo) -> i64 {
        self.elsewhere.get(order).copied().unwrap_or_default()
    }

    /// The next call goes wrong in this way.
    pub(crate) fn fail_once(&mut self, whim: Whim) {
        self.whims.push(whim);
    }

    /// No more faults.
    pub(crate) fn heal(&mut self) {
        let is_back_closed = self.stage.bank.house().is_back_closed;
        self.be_vague(is_back_closed, 0);
        self.whims.clear();
        self.hidden.clear();
        self.spoils.clear();
    }

    /// Where the order stands at the bank.
    pub(crate) fn state(&mut self, order: &OrderNo, now: Stamp) -> Option<OrderState> {
        self.stage.bank.query(order, now).map(|order| order.state)
    }

    /// Since when the customer is asked for the password.
    pub(crate) fn prompted_at(&mut self, customer: Customer, now: Stamp) -> Option<Stamp> {
        let order = self.stage.bank.prompt(customer, now)?;
        Some(order.opened_at)
    }

    /// The customer answers the password prompt, if there is one.
    pub(crate) fn confirm(&mut self, customer: Customer, is_ok: bool, now: Stamp) {
        self.stage.bank.confirm(customer, is_ok, now);
    }

    /// A customer scans a code of ours. Whether it was paid by that, now or before.
    pub(crate) fn scan(&mut self, code: &str, customer: Customer, now: Stamp) -> bool {
        let (_, end) = self.stage.bank.scan(code, customer, now);
        end == PayEnd::Paid
    }

    /// The order as the bank has it, if it has it.
    pub(crate) fn order(&self, order: &OrderNo) -> Option<&Order> {
        self.stage.bank.orders().find(|one| one.number == *order)
    }

    /// Whether money was ever taken for an order.
    pub(crate) fn was_paid(&self, order: &OrderNo) -> bool {
        self.order(order).is_some_and(|one| one.paid_at().is_some())
    }

    fn has_gone_back(&self, order: &OrderNo) -> bool {
        let state = self.order(order).map(|one| one.state);
        matches!(state, Some(OrderState::GivenBack { .. }))
    }

    /// Whether the bank has called an order closed that it had given back.
    pub(crate) fn has_said_closed(&self, order: &OrderNo) -> bool {
        self.said_closed.contains(order)
    }

    /// What the bank holds for an order.
    pub(crate) fn money_held(&self, order: &OrderNo) -> Amount {
        self.stage.bank.money_held(order)
    }

    /// Orders for which the bank holds money, and how much.
    pub(crate) fn paid_orders(&self) -> Vec<(OrderNo, Amount)> {
        let orders = self.stage.bank.orders();
        orders
            .map(|one| (one.number.clone(), self.money_held(&one.number)))
            .filter(|(_, held)| *held > Amount::ZERO)
            .collect()
    }
}

/// The node with another plan; `None` where it names none.
fn node_of_another_plan(node: &str) -> Option<String> {
    let named = |count: &str| format!("\"user_install_num\":\"{count}\"");
    let others = [("3", "6"), ("6", "12"), ("12", "3")];
    let (said, other) = others
        .into_iter()
        .find(|(said, _)| node.contains(&named(said)))?;
    Some(node.replace(&named(said), &named(other)))
}

fn is_method(params: &[(String, String)], method: &str) -> bool {
    params
        .iter()
        .any(|(name, value)| name == "method" && value == method)
}

const fn lie_of(whim: Whim) -> Option<Lie> {
    match whim {
        Whim::Known(
            Fault::WrongSignature
            | Fault::Unsigned
            | Fault::Garbage
            | Fault::WrongOrder
            | Fault::OtherKey,
        ) => Some(Lie::Worthless),
        Whim::Known(Fault::WrongAmount) => Some(Lie::Sum),
        Whim::Known(Fault::WrongCurrency) => Some(Lie::Currency),
        Whim::Known(
            Fault::Slow(_)
            | Fault::LostAnswer
            | Fault::LostRequest
            | Fault::Busy
            | Fault::Down
            | Fault::BusyDone
            | Fault::AskAgain
            | Fault::CancelTooLate
            | Fault::CodeStays
            | Fault::CloseAgain
            | Fault::RefundUnderWay(_)
            | Fault::Bill(_)
            | Fault::Notice(_),
        )
        | Whim::AskAgain
        | Whim::BusyAllTheSame
        | Whim::OtherPlan => None,
    }
}
