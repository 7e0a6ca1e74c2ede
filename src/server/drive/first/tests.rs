//! Codes on our own screen, from the request to each end, step by step: what leaves, what is
//! written, and what a screen may show.

use ledger::{AskKind, Asked, Doubt, Event, Outcome, PaidFacts, ReverseEnd};
use money::{Amount, ChargeId, Provider, Stamp};
use provider::{Ask, CodeLife, Notice};
use store::{Batch, Verdict};

use super::super::{DeskAsk, Drive, Input, Means, Output, Ticket};
use crate::view::charge_view;

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);
const CODE: &str = "https://qr.alipay.com/bax0";
const NOTHING: Outcome = Outcome::Reversed(ReverseEnd::Nothing);

/// A loop, and all that came of it; every commit is written at once.
struct Shop {
    drive: Drive,
    now: Stamp,
    asks: Vec<(Asked, Ask)>,
    published: Vec<Event>,
    alarms: Vec<&'static str>,
    charge: Option<ChargeId>,
}

impl Shop {
    fn taken_up(histories: Vec<Vec<Event>>, now: Stamp) -> Self {
        let (drive, first) = Drive::take_up("小摊", histories, now);
        let mut shop = Self {
            drive,
            now,
            asks: Vec::new(),
            published: Vec::new(),
            alarms: Vec::new(),
            charge: None,
        };
        shop.carry_out(first);
        shop
    }

    /// A loop that has asked for one code.
    fn open() -> Self {
        let mut shop = Self::taken_up(Vec::new(), NOW);
        shop.ask_for_code("key-1", "sale-1");
        shop
    }

    fn ask_for_code(&mut self, key: &str, sale: &str) {
        let ask = DeskAsk {
            key: key.to_owned(),
            fingerprint: [1; 32],
            mark: [1; 32],
            sale: sale.to_owned(),
            amount: Amount::from_fen(1_250).expect("an amount"),
            means: Means::Shown(Provider::Alipay),
            device: "till-1".to_owned(),
            instalments: None,
            goods: None,
        };
        self.step(Input::Open {
            ticket: Ticket(1),
            ask,
            entropy: [7; 16],
        });
    }

    fn step(&mut self, input: Input) {
        let outputs = self.drive.step(input, self.now);
        self.carry_out(outputs);
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Commit { token, batch } => self.write(token, &batch),
                Output::Ask {
                    asked, ask, charge, ..
                } => {
                    self.charge = Some(charge);
                    self.asks.push((asked, ask));
                }
                Output::Publish { history, .. } => self.published = history,
                Output::Alarm { what, .. } => self.alarms.push(what),
                Output::Answer { .. } => {}
            }
        }
    }

    fn write(&mut self, token: u64, batch: &Batch) {
        self.charge = batch.events.first().map(|event| event.charge);
        let verdict = Ok(Verdict::Written { last_seq: token });
        self.step(Input::Committed { token, verdict });
    }

    fn id(&self) -> ChargeId {
        self.charge.expect("a charge is open")
    }

    /// Answers the last ask, so many seconds after the opening.
    fn hear(&mut self, second: i64, outcome: Outcome) {
        self.now = NOW.plus_ms(second * 1_000);
        let asked = self.asks.last().expect("something was asked").0;
        let charge = self.id();
        self.step(Input::Heard {
            charge,
            asked,
            outcome,
        });
    }

    fn tick(&mut self, second: i64) {
        self.now = NOW.plus_ms(second * 1_000);
        self.step(Input::Tick);
    }

    fn kinds(&self) -> Vec<AskKind> {
        self.asks.iter().map(|(asked, _)| asked.kind).collect()
    }

    fn facts(&self) -> Vec<&str> {
        let name = |event: &Event| event.fact.as_str();
        self.published.iter().map(name).collect()
    }

    /// What screens show as a QR code.
    fn on_screen(&self) -> Option<String> {
        charge_view(&self.published).expect("a history").show
    }

    fn shown() -> Self {
        let mut shop = Self::open();
        shop.hear(1, Outcome::Shown(CODE.to_owned()));
        shop
    }

    fn paid(&self) -> Outcome {
        Outcome::Paid(PaidFacts {
            order: self.id().order_no(),
            provider_no: "2026".to_owned(),
            amount: Amount::from_fen(1_250).expect("an amount"),
            funding: Vec::new(),
            payer: None,
            paid_at: None,
            months: None,
        })
    }
}

#[test]
fn a_code_is_asked_for_once_for_exactly_this_order_and_two_minutes() {
    let shop = Shop::open();
    assert_eq!(shop.facts(), ["opened"]);
    let [(_, Ask::Precreate(ask))] = &shop.asks[..] else {
        panic!("one ask for a code: {:?}", shop.asks);
    };
    assert_eq!(
        (&ask.order, ask.amount.fen()),
        (&shop.id().order_no(), 1_250)
    );
    assert_eq!(ask.life, CodeLife::Minutes(2));
}

#[test]
fn the_code_is_on_the_screen_once_it_is_written_and_until_it_is_paid() {
    let mut shop = Shop::shown();
    assert_eq!(shop.facts(), ["opened", "sent", "shown"]);
    let view = charge_view(&shop.published).expect("a history");
    assert_eq!(view.show.as_deref(), Some(CODE));
    assert_eq!(view.way, wire::WayName::Shown);
    assert_eq!(view.show_until_ms, Some(NOW.plus_ms(120_000).ms()));
    shop.tick(4);
    shop.hear(4, Outcome::Absent);
    assert_eq!(shop.on_screen().as_deref(), Some(CODE));
    shop.tick(7);
    shop.hear(7, shop.paid());
    assert_eq!(shop.facts(), ["opened", "sent", "shown", "paid"]);
    assert_eq!(shop.on_screen(), None);
    assert!(shop.drive.is_idle());
}

#[test]
fn a_code_that_nobody_scans_is_taken_back_when_its_time_is_up() {
    let mut shop = Shop::shown();
    for second in (4..120).step_by(3) {
        shop.tick(second);
        shop.hear(second, Outcome::Absent);
        assert_eq!(shop.kinds().last(), Some(&AskKind::Query));
    }
    shop.tick(121);
    shop.hear(121, Outcome::Absent);
    assert_eq!(shop.kinds().last(), Some(&AskKind::Reverse));
    assert_eq!(shop.on_screen(), None, "nobody may begin to pay now");
    shop.hear(122, NOTHING);
    assert_eq!(shop.facts()[2..], ["shown", "reverse-begun"]);
    let mut second = 122;
    while second < 181 {
        shop.hear(second, Outcome::Absent);
        second += 1;
        shop.tick(second);
    }
    assert_eq!(shop.kinds().last(), Some(&AskKind::Reverse));
    shop.hear(182, NOTHING);
    assert_eq!(shop.facts()[2..], ["shown", "reverse-begun", "reversed"]);
    assert!(shop.drive.is_idle());
}

#[test]
fn money_that_comes_while_it_is_taken_back_goes_back_and_a_person_is_told() {
    let mut shop = Shop::shown();
    let (ticket, charge) = (Ticket(2), shop.id());
    shop.step(Input::Cancel { ticket, charge });
    assert_eq!(shop.kinds().last(), Some(&AskKind::Reverse));
    shop.hear(3, Outcome::Unknown(Doubt::Lost));
    shop.hear(4, shop.paid());
    assert_eq!(shop.alarms, ["it was paid while being reversed"]);
    shop.tick(10);
    shop.hear(10, Outcome::Reversed(ReverseEnd::GivenBack));
    let end = charge_view(&shop.published).expect("a history");
    assert_eq!(end.reverse_end.as_deref(), Some("given-back"));
}

#[test]
fn a_lost_answer_is_not_asked_for_again_and_frees_the_sale() {
    let mut shop = Shop::open();
    shop.hear(10, Outcome::Unknown(Doubt::Lost));
    assert_eq!(shop.kinds(), [AskKind::Precreate, AskKind::Reverse]);
    shop.hear(11, NOTHING);
    let end = charge_view(&shop.published).expect("a history");
    assert_eq!(end.state, wire::StateName::Reversed);
    assert_eq!(end.reverse_why.as_deref(), Some("code-lost"));
}

#[test]
fn a_lost_answer_to_the_cancel_is_asked_for_until_there_is_one() {
    let mut shop = Shop::shown();
    let (ticket, charge) = (Ticket(2), shop.id());
    shop.step(Input::Cancel { ticket, charge });
    shop.hear(3, Outcome::Unknown(Doubt::Lost));
    shop.hear(4, Outcome::Absent);
    assert_eq!(shop.facts().last(), Some(&"reverse-begun"));
    shop.tick(10);
    assert_eq!(shop.kinds().last(), Some(&AskKind::Reverse));
    for second in [11, 13] {
        shop.hear(second, NOTHING);
        shop.hear(second + 1, Outcome::Absent);
    }
    assert_eq!(
        shop.facts().last(),
        Some(&"reverse-begun"),
        "somebody may have photographed the code"
    );
    shop.tick(181);
    assert_eq!(shop.kinds().last(), Some(&AskKind::Reverse));
    shop.hear(182, NOTHING);
    assert_eq!(shop.facts().last(), Some(&"reversed"));
}

#[test]
fn after_a_start_a_shown_code_is_shown_on_and_a_code_that_was_not_written_is_not() {
    let before = Shop::shown();
    let mut again = Shop::taken_up(vec![before.published.clone()], NOW.plus_ms(5_000));
    assert_eq!(again.kinds(), [AskKind::Query]);
    again.hear(6, Outcome::Waiting);
    again.tick(9);
    again.hear(9, before.paid());
    assert_eq!(again.facts(), ["opened", "sent", "shown", "paid"]);
    let before = Shop::open();
    let mut again = Shop::taken_up(vec![before.published.clone()], NOW.plus_ms(5_000));
    again.hear(6, Outcome::Absent);
    assert_eq!(again.kinds(), [AskKind::Query, AskKind::Reverse]);
    again.hear(7, NOTHING);
    assert_eq!(again.facts().last(), Some(&"reversed"));
}

#[test]
fn a_notice_that_it_was_paid_ends_the_waiting_at_once() {
    let mut shop = Shop::shown();
    let notice = Notice {
        notify_id: "n-1".to_owned(),
        order: shop.id().order_no(),
        amount: Amount::from_fen(1_250).expect("an amount"),
        outcome: shop.paid(),
        refund: None,
    };
    let (charge, history) = (shop.id(), shop.published.clone());
    shop.step(Input::Noticed {
        ticket: Ticket(3),
        charge,
        notice: Box::new(notice),
        history,
    });
    assert_eq!(shop.facts().last(), Some(&"paid"));
    assert_eq!(shop.kinds(), [AskKind::Precreate]);
}
