//! The law of codes on our own screen against the bank: any faults, cancels, crashes and clocks,
//! and customers who scan whenever they like, also off a photograph of a code that was taken back.

use ledger::plan::ALIPAY;
use ledger::{
    AskKind, Asked, Charge, Chase, Effect, Event, Fact, Opening, Outcome, ReverseWhy, State, Step,
    Way,
};
use money::{ChargeId, Provider, Stamp};
use proptest::prelude::*;
use provider::alipay::parse_form;
use provider::{Ask, CodeAsk, CodeLife, CodeProduct, Reply, Sources, WireFault};

use super::{KEYS, NOON, Sent, answer, fen, merchant};
use crate::bank::{OrderState, PayEnd};
use crate::customer::Customer;
use crate::script::{Fault, Rule};
use crate::stage::Stage;

/// After so many steps nothing goes wrong any more.
const TROUBLE: usize = 30;
/// By then every history is at its end.
const STEPS_MAX: usize = 400;

/// What happens in one step of a history.
#[derive(Clone, Copy, Debug)]
struct Chance {
    /// Seconds that go by.
    pause_s: i64,
    /// What is wrong with the next answer; see [`FAULTS`].
    fault: usize,
    /// Who scans, if anybody has seen the code.
    scans: Option<Customer>,
    also: Also,
}

/// What else happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Also {
    Nothing,
    /// The cashier cancels.
    Cancel,
    /// The program stops and starts again.
    Crash,
    /// It stops before what was heard is durable.
    Torn,
    /// The request arrives twice.
    Doubled,
}

const FAULTS: [Option<Fault>; 15] = [
    None,
    None,
    None,
    None,
    None,
    None,
    None,
    None,
    None,
    None,
    Some(Fault::LostAnswer),
    Some(Fault::LostRequest),
    Some(Fault::Busy),
    Some(Fault::Garbage),
    Some(Fault::WrongSignature),
];

fn chance() -> impl Strategy<Value = Chance> {
    let customers = prop_oneof![
        16 => Just(None),
        1 => Just(Some(Customer::Balance)),
        1 => Just(Some(Customer::Password)),
        1 => Just(Some(Customer::Broke)),
    ];
    let also = prop_oneof![
        20 => Just(Also::Nothing),
        1 => Just(Also::Cancel),
        1 => Just(Also::Crash),
        1 => Just(Also::Torn),
        1 => Just(Also::Doubled),
    ];
    let parts = (0..9_i64, 0..FAULTS.len(), customers, also);
    parts.prop_map(|(pause_s, fault, scans, also)| Chance {
        pause_s,
        fault,
        scans,
        also,
    })
}

/// One charge, its bank, and both clocks.
struct Counter {
    stage: Stage,
    charge: Charge,
    durable: Vec<Event>,
    chase: Chase,
    now: Stamp,
    /// How far our clock is ahead of the bank's, in milliseconds.
    ahead_ms: i64,
    /// What anybody may have photographed.
    seen: Option<String>,
    precreates: u32,
}

impl Counter {
    fn open(ahead_ms: i64) -> Self {
        let opening = Opening {
            id: ChargeId::fresh(NOON, [4; 16]),
            sale: "sale-1".to_owned(),
            amount: fen(1_250),
            provider: Provider::Alipay,
            device: "till-1".to_owned(),
            way: Way::Shown,
            instalments: None,
            goods: None,
        };
        let opened = Charge::open(opening, NOON);
        let sent = opened.charge.clone().sent(NOON).expect("leaves once");
        Self {
            stage: Stage::default(),
            charge: sent.charge,
            durable: [opened.events, sent.events].concat(),
            chase: Chase::begun(NOON),
            now: NOON,
            ahead_ms,
            seen: None,
            precreates: 0,
        }
    }

    fn take(&mut self, step: Step) {
        self.charge = step.charge;
        if step
            .events
            .iter()
            .any(|one| matches!(one.fact, Fact::Shown { .. }))
        {
            self.chase = self.chase.shown(self.now);
        }
        self.durable.extend(step.events);
        if let (State::Waiting, Some(code)) = (self.charge.state(), self.charge.shown()) {
            self.seen = Some(code.to_owned());
        }
    }

    fn ask_of(&mut self, kind: AskKind) -> Ask {
        let order = self.charge.order_no();
        match kind {
            AskKind::Precreate => {
                self.precreates += 1;
                assert_eq!(self.precreates, 1, "a code is asked for once");
                Ask::Precreate(CodeAsk {
                    order,
                    amount: self.charge.amount(),
                    subject: "茶".to_owned(),
                    device: "till-1".to_owned(),
                    life: CodeLife::lasting(ALIPAY.show_ms),
                    product: CodeProduct::InPerson,
                    sources: Sources::default(),
                })
            }
            AskKind::Query => Ask::Query(order),
            AskKind::Reverse => Ask::Reverse(order),
            AskKind::Pay | AskKind::Refund | AskKind::RefundQuery => {
                unreachable!("no such ask for a shown code")
            }
        }
    }

    /// Asks once, and hears at once what came of it.
    fn ask(&mut self, kind: AskKind, chance: Chance) {
        let merchant = merchant(false);
        let ask = self.ask_of(kind);
        let asked = Asked {
            kind,
            at: self.now,
            age_ms: self.chase.age_ms(self.now),
        };
        self.chase = self.chase.asked(kind, self.now);
        let request = merchant.request(&ask, self.now.plus_ms(self.ahead_ms));
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let mut params = parse_form(query.as_bytes());
        params.extend(parse_form(&request.body));
        if chance.also == Also::Doubled {
            answer(&KEYS, &mut self.stage, &params, self.now);
        }
        if let Some(fault) = FAULTS[chance.fault] {
            self.stage.script.add(Rule {
                id: 0,
                fault,
                method: None,
                customer: None,
                left: Some(1),
            });
        }
        let heard = answer(&KEYS, &mut self.stage, &params, self.now);
        self.stage.script.clear_all();
        let reply = match heard.sent {
            Sent::Body(body) => Ok(Reply { status: 200, body }),
            Sent::Cut | Sent::Down => Err(WireFault::Lost),
        };
        let (order, amount) = (self.charge.order_no(), self.charge.amount());
        let outcome = merchant.outcome(kind, &order, amount, &reply);
        self.chase = self.chase.answered();
        if chance.also != Also::Torn {
            self.hear(asked, outcome);
        }
    }

    fn hear(&mut self, asked: Asked, outcome: Outcome) {
        let heard = self.charge.clone().hear(asked, outcome, &ALIPAY, self.now);
        self.take(heard.expect("no money after the end"));
        if ALIPAY.is_overdue(&self.charge, self.chase, self.now) {
            let why = self.charge.why_overdue();
            let step = self.charge.clone().reverse(why, self.now);
            self.take(step.expect("an open charge can be reversed"));
        }
    }

    fn start_again(&mut self) {
        let folded = Charge::fold(&self.durable).expect("it has happened");
        let step = folded.recover(self.now).expect("always");
        self.chase = Chase::begun(self.now);
        self.take(step);
    }

    fn scan(&mut self, customer: Customer) -> PayEnd {
        let code = self.seen.clone().unwrap_or_default();
        self.stage.bank.scan(&code, customer, self.now).1
    }

    fn step(&mut self, chance: Chance) {
        self.now = self.now.plus_ms(chance.pause_s * 1_000);
        if let Some(customer) = chance.scans {
            self.scan(customer);
            self.stage
                .bank
                .confirm(customer, chance.pause_s % 2 == 0, self.now);
        }
        if chance.also == Also::Cancel && !self.charge.state().is_end() {
            let reversed = self.charge.clone().reverse(ReverseWhy::Cashier, self.now);
            if let Ok(step) = reversed {
                self.take(step);
            }
        }
        if let Effect::Ask(kind) = ALIPAY.next(&self.charge, self.chase, self.now) {
            self.ask(kind, chance);
        }
        if matches!(chance.also, Also::Crash | Also::Torn) {
            self.start_again();
        }
    }

    fn holds_money(&mut self) -> bool {
        let order = self.charge.order_no();
        let found = self.stage.bank.query(&order, self.now);
        found.is_some_and(|order| matches!(order.state, OrderState::Paid { .. }))
    }
}

/// Nothing goes wrong, and nobody does anything.
const QUIET: Chance = Chance {
    pause_s: 4,
    fault: 0,
    scans: None,
    also: Also::Nothing,
};

const CANCEL: Chance = Chance {
    pause_s: 4,
    also: Also::Cancel,
    ..QUIET
};

/// A charge whose code was seen and then cancelled, at a bank where that leaves the code good.
fn cancelled() -> Counter {
    let mut counter = Counter::open(0);
    counter.stage.bank.leave_codes();
    counter.ask(AskKind::Precreate, QUIET);
    counter.step(CANCEL);
    counter
}

fn until_its_end(counter: &mut Counter) {
    for _ in 0..STEPS_MAX {
        if counter.charge.state().is_end() {
            return;
        }
        counter.step(QUIET);
    }
    unreachable!("stuck: {:?}", counter.charge);
}

#[test]
fn a_customer_who_scans_a_photograph_after_the_cancel_gets_the_money_back() {
    for second in [1, 60, 115] {
        let mut counter = cancelled();
        counter.now = counter.now.plus_ms(second * 1_000);
        assert_eq!(counter.scan(Customer::Balance), PayEnd::Paid);
        assert_eq!(counter.charge.state().as_str(), "reversing");
        until_its_end(&mut counter);
        assert_eq!(counter.charge.state().as_str(), "reversed");
        assert!(!counter.holds_money(), "{second}");
    }
}

#[test]
fn a_customer_who_scans_in_the_last_second_and_confirms_late_pays_nothing() {
    let mut counter = cancelled();
    let end = NOON.plus_ms(ALIPAY.show_ms - 1);
    while counter.now.plus_ms(QUIET.pause_s * 1_000) <= end {
        counter.step(QUIET);
    }
    counter.now = end;
    assert_eq!(counter.scan(Customer::Password), PayEnd::Waiting);
    until_its_end(&mut counter);
    let is_paid = counter
        .stage
        .bank
        .confirm(Customer::Password, true, counter.now);
    assert_eq!(is_paid, None, "the order is closed");
    assert!(!counter.holds_money());
}

#[test]
fn a_cancelled_code_that_nobody_scans_is_over_a_minute_after_its_life() {
    let mut counter = cancelled();
    until_its_end(&mut counter);
    let life_ms = counter.now.ms_since(NOON);
    assert!(
        life_ms >= ALIPAY.show_ms + ALIPAY.show_margin_ms,
        "{life_ms}"
    );
    assert!(life_ms <= 190_000, "{life_ms}");
    assert!(matches!(
        counter.scan(Customer::Balance),
        PayEnd::Refused(_)
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_history_of_a_shown_code_ends_as_the_bank_says(
        ahead_s in -330..330_i64,
        first in chance(),
        troubles in prop::collection::vec(chance(), TROUBLE),
        late_scan in any::<bool>(),
        are_codes_left in any::<bool>(),
    ) {
        let mut counter = Counter::open(ahead_s * 1_000);
        if are_codes_left {
            counter.stage.bank.leave_codes();
        }
        counter.ask(AskKind::Precreate, first);
        if first.also == Also::Torn {
            counter.start_again();
        }
        for chance in troubles {
            counter.step(chance);
        }
        // Somebody sets the clock; what the code was made with stays as it was.
        counter.ahead_ms = 0;
        let mut steps = 0;
        while !counter.charge.state().is_end() {
            counter.step(QUIET);
            steps += 1;
            prop_assert!(steps < STEPS_MAX, "stuck: {:?}", counter.charge);
        }
        let is_paid = matches!(counter.charge.state(), State::Paid(_));
        prop_assert_eq!(is_paid, counter.holds_money(), "{:?}", &counter.durable);
        if !is_paid && late_scan {
            let end = counter.scan(Customer::Huabei);
            prop_assert!(matches!(end, PayEnd::Refused(_)), "{:?}", &counter.durable);
            prop_assert!(!counter.holds_money());
        }
    }
}
