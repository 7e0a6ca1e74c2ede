//! The other side of the wire: the sandbox's gateway and bank, stepped, and our own speaker.

use std::sync::LazyLock;

use money::{Amount, OrderNo, PayCode, Stamp};
use provider::alipay::{Account, Alipay, Trust, parse_form};
use provider::sign::{PrivateKey, PublicKey};
use provider::{Reply, Request};
use sandbox::alipay::{Sent, answer};
use sandbox::bank::OrderState;
use sandbox::script::{Fault, Rule};
use sandbox::{Bank, Customer, Keys, Stage};

use crate::rng::Rng;

/// Keys are made once a run: they decide nothing in a history.
static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::in_memory().expect("fresh keys"));
static SPEAKER: LazyLock<Alipay> = LazyLock::new(|| {
    let texts = &KEYS.texts;
    Alipay::new(Account {
        gateway: "http://127.0.0.1:1/gateway.do".to_owned(),
        app_id: sandbox::keys::APP_ID.to_owned(),
        private_key: PrivateKey::read(&texts.app_private).expect("a private key"),
        trust: Trust::Key(PublicKey::read(&texts.alipay_public).expect("a public key")),
        seller_id: None,
    })
});

/// The bank behind its gateway.
pub(crate) struct Counter {
    stage: Stage,
}

impl Counter {
    pub(crate) fn open() -> Self {
        Self {
            stage: Stage {
                bank: Bank::opened(),
                ..Stage::default()
            },
        }
    }

    /// Our side's voice.
    pub(crate) fn speaker() -> &'static Alipay {
        &SPEAKER
    }

    /// The code that the customer's phone shows; a fresh one when there is none alive.
    pub(crate) fn show_code(&mut self, customer: Customer, rng: &mut Rng, now: Stamp) -> PayCode {
        match self.stage.bank.shown_code(customer, now) {
            Some(shown) if rng.chance(50) => shown.code,
            Some(_) | None => self.stage.bank.fresh_code(customer, rng.bytes(), now),
        }
    }

    /// The gateway answers a request's bytes. A connection that it breaks is an empty answer here:
    /// both tell nothing.
    pub(crate) fn serve(&mut self, request: &Request, now: Stamp) -> Reply {
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let mut params = parse_form(query.as_bytes());
        params.extend(parse_form(&request.body));
        let sent = answer(&KEYS, &mut self.stage, &params, now).sent;
        match sent {
            Sent::Body(body) => Reply { status: 200, body },
            Sent::Cut => Reply {
                status: 502,
                body: Vec::new(),
            },
            Sent::Down => Reply {
                status: 503,
                body: Vec::new(),
            },
        }
    }

    /// The next call, or the next few, go wrong in some way.
    pub(crate) fn fail_next(&mut self, rng: &mut Rng) {
        const FAULTS: [Fault; 8] = [
            Fault::LostAnswer,
            Fault::LostRequest,
            Fault::Busy,
            Fault::WrongSignature,
            Fault::WrongAmount,
            Fault::Garbage,
            Fault::Down,
            Fault::Unsigned,
        ];
        let rule = Rule {
            id: 0,
            fault: FAULTS[rng.below(FAULTS.len())],
            method: None,
            customer: None,
            left: Some(1 + u32::try_from(rng.below(4)).unwrap_or_default()),
        };
        self.stage.script.add(rule);
    }

    /// No more faults.
    pub(crate) fn heal(&mut self) {
        self.stage.script.clear_all();
    }

    /// The customer answers the password prompt, if there is one.
    pub(crate) fn confirm(&mut self, customer: Customer, is_ok: bool, now: Stamp) {
        self.stage.bank.confirm(customer, is_ok, now);
    }

    /// What the bank holds for an order.
    pub(crate) fn money_held(&self, order: &OrderNo) -> Amount {
        self.stage.bank.money_held(order)
    }

    /// Orders for which the bank holds money.
    pub(crate) fn paid_orders(&self) -> Vec<OrderNo> {
        let is_paid = |state: &OrderState| matches!(state, OrderState::Paid { .. });
        let orders = self.stage.bank.orders();
        orders
            .filter(|one| is_paid(&one.state))
            .map(|one| one.number.clone())
            .collect()
    }
}
