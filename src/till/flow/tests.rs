//! The sale's law, told as stories: what is typed, read and answered, and what must leave.

mod charge;
mod goods;
mod plan;
mod ready;
mod restart;
mod show;

use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};

use money::{Stamp, World};
use wire::{
    Beat, ChargeAsk, ChargeView, CodeSource, Hello, Problem, ProblemKind, RefusalView, StateName,
};

use super::{Effect, Flow, Input, Mode, Notice, Read, Screen, SendFault, StateWord};
use sale::Key;

const CODE: &str = "281234567890123456";
const OTHER_CODE: &str = "281234567890123457";

/// A clock that is set, and chance that counts.
struct Made {
    now_ms: AtomicI64,
    count: AtomicU8,
}

impl World for Made {
    fn now(&self) -> Stamp {
        Stamp::from_ms(self.now_ms.load(Ordering::Relaxed))
    }

    fn ticks_ms(&self) -> i64 {
        self.now_ms.load(Ordering::Relaxed)
    }

    fn entropy(&self) -> [u8; 16] {
        [self.count.fetch_add(1, Ordering::Relaxed); 16]
    }
}

/// A till with its world, and all that left it.
struct Rig {
    flow: Flow,
    world: Made,
    sent: Vec<(String, ChargeAsk)>,
}

impl Rig {
    fn till() -> Self {
        Self::of(Mode::Till)
    }

    fn of(mode: Mode) -> Self {
        let world = Made {
            now_ms: AtomicI64::new(1_795_312_800_000),
            count: AtomicU8::new(1),
        };
        let flow = Flow::begin(mode, "till-1".to_owned(), None, &world);
        let mut rig = Self {
            flow,
            world,
            sent: Vec::new(),
        };
        rig.tell(Input::Hello(Box::new(hello(rig.now_ms()))));
        rig
    }

    fn now_ms(&self) -> i64 {
        self.world.now().ms()
    }

    fn tell(&mut self, input: Input) -> Vec<Effect> {
        let effects = self.flow.step(input, &self.world);
        let mut kept = None;
        for effect in &effects {
            match effect {
                Effect::Keep(open) => kept = Some(open.clone()),
                Effect::Send { key, ask, .. } => {
                    // The law of every test: what leaves was kept before, and is kept whole.
                    let kept = kept.as_ref().expect("kept before it is sent");
                    assert!(
                        kept.iter()
                            .any(|one| one.key == *key && one.sale == ask.sale)
                    );
                    self.sent.push((key.clone(), ask.clone()));
                }
                Effect::LookUp { .. }
                | Effect::LookAt { .. }
                | Effect::Cancel { .. }
                | Effect::Shelf
                | Effect::Play(_)
                | Effect::Speak { .. } => {}
            }
        }
        effects
    }

    /// Time goes by as it does on the page, with the backend's beats.
    fn pass(&mut self, ms: i64) -> Vec<Effect> {
        let mut effects = Vec::new();
        for _ in 0..ms / 200 {
            self.world.now_ms.fetch_add(200, Ordering::Relaxed);
            let now_ms = self.now_ms();
            effects.extend(self.tell(Input::Beat(beat(now_ms))));
            effects.extend(self.tell(Input::Tick));
        }
        effects
    }

    /// Time goes by and the backend is silent.
    fn silence(&mut self, ms: i64) -> Vec<Effect> {
        let mut effects = Vec::new();
        for _ in 0..ms / 200 {
            self.world.now_ms.fetch_add(200, Ordering::Relaxed);
            effects.extend(self.tell(Input::Tick));
        }
        effects
    }

    fn press(&mut self, signs: &str) {
        for sign in signs.chars() {
            let key = Key::of(&sign.to_string()).expect("a key of the keypad");
            self.tell(Input::Key(key));
        }
    }

    fn see(&mut self, text: &str) -> Vec<Effect> {
        self.read(text, CodeSource::Camera)
    }

    fn read(&mut self, text: &str, source: CodeSource) -> Vec<Effect> {
        self.tell(Input::Code(Read {
            text: text.to_owned(),
            source,
            frame: None,
        }))
    }

    /// An amount, a moment, a code: the charge is on its way.
    fn charge(&mut self, signs: &str, code: &str) {
        self.press(signs);
        self.pass(1_000);
        self.see(code);
        assert_eq!(self.word(), StateWord::Sending);
    }

    fn word(&self) -> StateWord {
        self.flow.word()
    }

    fn last(&self) -> &(String, ChargeAsk) {
        self.sent.last().expect("something was sent")
    }

    /// The last sent charge as the backend tells of it.
    fn view(&self, state: StateName, revision: u32) -> ChargeView {
        let (key, ask) = self.last();
        view(&format!("C{key}"), ask, state, revision)
    }

    fn answer(&mut self, result: Result<ChargeView, SendFault>) -> Vec<Effect> {
        let key = self.last().0.clone();
        let result = result.map(Box::new);
        self.tell(Input::Answered { key, result })
    }

    fn hear(&mut self, state: StateName, revision: u32) -> Vec<Effect> {
        let view = self.view(state, revision);
        self.tell(Input::Charge(Box::new(view)))
    }
}

fn hello(now_ms: i64) -> Hello {
    Hello {
        version: "0.1.0".to_owned(),
        now_ms,
        shop: "面馆".to_owned(),
        providers: vec!["alipay".to_owned()],
        confirm_above_fen: Some(100_000),
        charge_max_fen: 5_000_000,
        is_sandbox: true,
        instalments: wire::InstalmentsTerms {
            least_fen: 10_000,
            plans: vec![plan(3, "2.3%"), plan(12, "7.5%")],
        },
        has_printer: false,
    }
}

fn plan(months: u8, rate: &str) -> wire::PlanTerms {
    wire::PlanTerms {
        months,
        fee_on: wire::FeeOnName::Customer,
        rate: rate.to_owned(),
    }
}

fn beat(now_ms: i64) -> Beat {
    Beat {
        now_ms,
        seq: 1,
        in_doubt: 0,
        is_provider_reachable: true,
        complaint: None,
    }
}

fn view(id: &str, ask: &ChargeAsk, state: StateName, revision: u32) -> ChargeView {
    let refusal = (state == StateName::Refused).then(|| RefusalView {
        cause: "no-money".to_owned(),
        code: "ACQ.BUYER_BALANCE_NOT_ENOUGH".to_owned(),
        text: String::new(),
    });
    ChargeView {
        id: id.to_owned(),
        sale: ask.sale.clone(),
        device: ask.device.clone(),
        amount_fen: ask.amount_fen,
        currency: "CNY".to_owned(),
        provider: "alipay".to_owned(),
        order_no: format!("S{id}"),
        state,
        revision,
        opened_ms: 0,
        changed_ms: 0,
        deadline_ms: 60_000,
        way: ask.way,
        show: None,
        show_until_ms: None,
        instalments: None,
        cart: None,
        paid_months: None,
        provider_no: None,
        funding: Vec::new(),
        payer: None,
        refusal,
        doubt: None,
        reverse_why: None,
        reverse_end: None,
        refunded_fen: 0,
        refund_rest_fen: 0,
        refunds: Vec::new(),
        history: Vec::new(),
    }
}

fn problem(kind: ProblemKind, charge: Option<&str>) -> SendFault {
    SendFault::Problem(Box::new(Problem {
        kind_uri: kind.uri(),
        title: String::new(),
        status: kind.status(),
        detail: String::new(),
        charge: charge.map(str::to_owned),
        field: None,
        rest_fen: None,
        total_fen: None,
        item: None,
        revision: None,
        changes: Vec::new(),
    }))
}
