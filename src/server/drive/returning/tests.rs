//! A reversal by refund, step by step: what is durable before what leaves.

use ledger::{
    AskKind, Asked, Cause, Charge, Doubt, Event, Fact, GivenSum, Opening, Outcome, PaidFacts,
    RefundOutcome, Refusal, ReverseEnd, ReverseWhy, Way,
};
use money::{Amount, ChargeId, Provider, Stamp};
use provider::Ask;
use store::{Batch, Verdict};

use super::super::{Drive, Input, Output, REST_BY_HAND};

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

/// A loop over one charge that is being reversed; commits wait until they are written.
struct Shop {
    drive: Drive,
    id: ChargeId,
    amount: Amount,
    recorded: Vec<Event>,
    waiting: Vec<(u64, Batch)>,
    asks: Vec<(Asked, Ask)>,
    alarms: Vec<&'static str>,
    now: Stamp,
}

impl Shop {
    fn open() -> Self {
        let id = ChargeId::fresh(NOW, [7; 16]);
        let amount = Amount::from_fen(1_250).expect("an amount");
        let opening = Opening {
            id,
            sale: "sale-1".to_owned(),
            amount,
            provider: Provider::Alipay,
            device: "till-1".to_owned(),
            way: Way::Scanned,
            instalments: None,
            goods: None,
        };
        let opened = Charge::open(opening, NOW);
        let begun = opened.charge.reverse(ReverseWhy::Cashier, NOW);
        let mut recorded = opened.events;
        recorded.extend(begun.expect("an open charge").events);
        let (drive, outputs) = Drive::take_up("小摊", vec![recorded.clone()], NOW);
        let mut shop = Self {
            drive,
            id,
            amount,
            recorded,
            waiting: Vec::new(),
            asks: Vec::new(),
            alarms: Vec::new(),
            now: NOW,
        };
        shop.carry_out(outputs);
        shop
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Commit { token, batch } => self.waiting.push((token, batch)),
                Output::Ask { asked, ask, .. } => self.asks.push((asked, ask)),
                Output::Alarm { what, .. } => self.alarms.push(what),
                Output::Publish { .. } | Output::Answer { .. } => {}
            }
        }
    }

    fn step(&mut self, input: Input) {
        let outputs = self.drive.step(input, self.now);
        self.carry_out(outputs);
    }

    fn write(&mut self) {
        for (token, batch) in std::mem::take(&mut self.waiting) {
            self.recorded.extend(batch.events);
            let verdict = Ok(Verdict::Written { last_seq: token });
            self.step(Input::Committed { token, verdict });
        }
    }

    fn last(&self) -> (Asked, Ask) {
        self.asks.last().expect("something was asked").clone()
    }

    fn hear(&mut self, outcome: Outcome) {
        let (asked, _) = self.last();
        let charge = self.id;
        self.step(Input::Heard {
            charge,
            asked,
            outcome,
        });
    }

    fn hear_refund(&mut self, outcome: RefundOutcome) {
        let (asked, ask) = self.last();
        self.step(Input::HeardRefund {
            charge: self.id,
            refund: ask.refund().expect("it was about a refund"),
            asked,
            outcome,
        });
    }

    fn wait(&mut self) {
        self.now = self.drive.wake_at().expect("it goes on");
        self.step(Input::Tick);
    }

    fn paid(&self) -> Outcome {
        Outcome::Paid(PaidFacts {
            order: self.id.order_no(),
            provider_no: "2026112222001".to_owned(),
            amount: self.amount,
            funding: Vec::new(),
            payer: None,
            paid_at: None,
            months: None,
        })
    }

    /// The order was paid, and then the cancel is refused for good.
    fn refused() -> Self {
        let mut shop = Self::open();
        shop.hear(refused());
        assert_eq!(shop.last().0.kind, AskKind::Query);
        shop.hear(shop.paid());
        shop.write();
        shop.wait();
        assert_eq!(shop.last().0.kind, AskKind::Reverse);
        shop.hear(refused());
        shop
    }
}

fn refused() -> Outcome {
    Outcome::Refused(Refusal {
        cause: Cause::Merchant,
        code: "ACQ.TRADE_CANCEL_TIME_OUT".to_owned(),
        text: String::new(),
    })
}

fn given(shop: &Shop) -> RefundOutcome {
    RefundOutcome::Given {
        sum: GivenSum::Total(shop.amount),
        at: None,
    }
}

#[test]
fn the_refund_leaves_only_after_its_decision_is_durable_and_ends_the_charge() {
    let mut shop = Shop::refused();
    assert_eq!(shop.last().0.kind, AskKind::Reverse, "nothing left yet");
    shop.write();
    let (_, ask) = shop.last();
    assert!(matches!(&ask, Ask::Refund(one) if one.amount == shop.amount));
    assert_eq!(ask.refund(), Some(shop.id.return_no()));
    shop.hear_refund(given(&shop));
    shop.write();
    let end = shop.recorded.last().map(|event| event.fact.as_str());
    assert_eq!(end, Some("reversed"));
    assert!(shop.drive.is_idle());
    let told = "it was paid and can be cancelled no more, so a refund gives the money back";
    assert!(shop.alarms.contains(&told));
}

#[test]
fn every_ask_for_the_return_has_the_same_number_across_a_crash_too() {
    let mut shop = Shop::refused();
    shop.write();
    let lost = || RefundOutcome::Unknown(ledger::Doubt::Lost);
    for _ in 0..3 {
        shop.hear_refund(lost());
        shop.hear_refund(RefundOutcome::Absent);
        shop.hear(shop.paid());
        shop.wait();
        assert_eq!(shop.last().0.kind, AskKind::Refund);
    }
    let (drive, outputs) = Drive::take_up("小摊", vec![shop.recorded.clone()], shop.now);
    shop.drive = drive;
    shop.carry_out(outputs);
    assert_eq!(shop.last().0.kind, AskKind::RefundQuery);
    let numbers: Vec<_> = shop
        .asks
        .iter()
        .filter_map(|(_, ask)| ask.refund())
        .collect();
    assert_eq!(numbers.len(), 8);
    let own = shop.id.return_no();
    assert!(numbers.iter().all(|number| *number == own), "{numbers:?}");
}

#[test]
fn a_return_that_the_provider_refuses_is_asked_for_again_and_a_person_is_told() {
    let mut shop = Shop::refused();
    shop.write();
    let poor = RefundOutcome::Refused(Refusal {
        cause: Cause::Merchant,
        code: "ACQ.SELLER_BALANCE_NOT_ENOUGH".to_owned(),
        text: String::new(),
    });
    for _ in 0..12 {
        shop.hear_refund(poor.clone());
        shop.hear_refund(RefundOutcome::Absent);
        shop.hear(shop.paid());
        shop.wait();
    }
    assert_eq!(shop.last().0.kind, AskKind::Refund);
    let stuck = "it could not be reversed for five minutes";
    assert_eq!(shop.alarms.iter().filter(|one| **one == stuck).count(), 1);
    shop.hear_refund(given(&shop));
    shop.write();
    assert!(shop.drive.is_idle());
}

#[test]
fn what_is_left_behind_a_part_that_went_back_elsewhere_is_for_a_person_who_is_told_once() {
    let mut shop = Shop::refused();
    shop.write();
    for _ in 0..3 {
        shop.hear_refund(RefundOutcome::Refused(Refusal {
            cause: Cause::AmountLimit,
            code: "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL".to_owned(),
            text: String::new(),
        }));
        shop.hear_refund(RefundOutcome::Absent);
        shop.hear(shop.paid());
        shop.wait();
        assert_eq!(shop.last().0.kind, AskKind::Refund, "it goes on");
    }
    let told = shop.alarms.iter();
    assert_eq!(told.filter(|what| **what == REST_BY_HAND).count(), 1);
    shop.hear_refund(RefundOutcome::Absent);
    shop.hear_refund(RefundOutcome::Absent);
    shop.hear(Outcome::Closed {
        is_given_back: true,
    });
    shop.write();
    assert!(shop.drive.is_idle(), "the rest was given back by hand");
}

#[test]
fn a_cancel_that_says_closed_after_one_was_lost_ends_it_as_the_question_tells() {
    let mut shop = Shop::open();
    shop.hear(Outcome::Unknown(Doubt::Lost));
    shop.hear(Outcome::Unknown(Doubt::Lost));
    shop.wait();
    assert_eq!(shop.last().0.kind, AskKind::Reverse);
    shop.hear(Outcome::Reversed(ReverseEnd::Closed));
    assert!(shop.waiting.is_empty(), "nothing is decided yet");
    assert_eq!(shop.last().0.kind, AskKind::Query, "asked at once");
    shop.hear(Outcome::Closed {
        is_given_back: true,
    });
    shop.write();
    assert!(shop.drive.is_idle());
    let end = shop.recorded.last().map(|event| &event.fact);
    assert_eq!(end, Some(&Fact::Reversed(ReverseEnd::GivenBack)));
}
