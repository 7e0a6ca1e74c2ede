//! A provider that is away while ten thousand charges are open: it is not stormed, and once it is
//! back all of them are decided within the time that the law names.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use ledger::plan::DECIDED_WITHIN_MS;
use ledger::{
    AskKind, Asked, Cause, Charge, Doubt, Event, GivenSum, Opening, Outcome, PaidFacts,
    RefundOutcome, Refusal, ReverseEnd, ReverseWhy, Way,
};
use money::{Amount, ChargeId, Provider, Stamp};
use store::Verdict;

use super::NOW;
use crate::drive::{Drive, Input, Output};

/// As many as may be open at once.
const MANY: u16 = 10_000;
const MINUTE_MS: i64 = 60_000;
const AWAY_MS: i64 = 6 * MINUTE_MS;
/// From an ask to its answer.
const ANSWER_MS: i64 = 50;
/// After which time an ask without an answer is given up.
const PATIENCE_MS: i64 = 10_000;

/// A charge of which nobody knows what became.
fn opened(number: u16) -> Vec<Event> {
    open(number).1
}

/// A charge that is being reversed.
fn reversing(number: u16) -> Vec<Event> {
    let (charge, mut events) = open(number);
    let begun = charge.reverse(ReverseWhy::Cashier, NOW);
    events.extend(begun.expect("an open charge").events);
    events
}

fn open(number: u16) -> (Charge, Vec<Event>) {
    let mut entropy = [7; 16];
    entropy[..2].copy_from_slice(&number.to_be_bytes());
    let opening = Opening {
        id: ChargeId::fresh(NOW, entropy),
        sale: format!("sale-{number}"),
        amount: fen(1_250),
        provider: Provider::Alipay,
        device: "till-1".to_owned(),
        way: Way::Scanned,
        instalments: None,
        goods: None,
    };
    let step = Charge::open(opening, NOW);
    (step.charge, step.events)
}

fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

/// The loop, a record that takes everything, and a provider that is away at first.
struct Stage {
    drive: Drive,
    now: Stamp,
    answer_ms: i64,
    /// Asks that are on their way, the next to be answered on top.
    under_way: BinaryHeap<Reverse<(Stamp, ChargeId, u64)>>,
    asked: Vec<Asked>,
}

impl Stage {
    fn carry_out(&mut self, mut outputs: Vec<Output>) {
        while let Some(output) = outputs.pop() {
            match output {
                Output::Commit { token, .. } => {
                    let verdict = Ok(Verdict::Written { last_seq: token });
                    let input = Input::Committed { token, verdict };
                    outputs.extend(self.drive.step(input, self.now));
                }
                Output::Ask { charge, asked, .. } => {
                    let number = self.asked.len();
                    let number = u64::try_from(number).expect("few enough");
                    let at = self.now.plus_ms(self.answer_ms);
                    self.under_way.push(Reverse((at, charge, number)));
                    self.asked.push(asked);
                }
                Output::Answer { .. } | Output::Publish { .. } | Output::Alarm { .. } => {}
            }
        }
    }

    /// Runs until `end`, with a provider that answers so.
    fn run_until(&mut self, end: Stamp, answer: impl Fn(ChargeId, AskKind) -> Outcome) {
        loop {
            let answered_at = self.under_way.peek().map(|Reverse((at, ..))| *at);
            let next = answered_at.into_iter().chain(self.drive.wake_at()).min();
            let Some(next) = next.filter(|next| *next < end) else {
                break;
            };
            self.now = self.now.max(next);
            let input = match self.under_way.peek() {
                Some(Reverse((at, ..))) if *at <= self.now => self.heard(&answer),
                Some(_) | None => Input::Tick,
            };
            let outputs = self.drive.step(input, self.now);
            self.carry_out(outputs);
        }
        self.now = end;
    }

    fn heard(&mut self, answer: impl Fn(ChargeId, AskKind) -> Outcome) -> Input {
        let Reverse((_, charge, number)) = self.under_way.pop().expect("an ask");
        let place = usize::try_from(number).expect("few enough");
        let asked = self.asked[place];
        let outcome = answer(charge, asked.kind);
        match asked.kind {
            AskKind::Refund | AskKind::RefundQuery => Input::HeardRefund {
                charge,
                refund: charge.return_no(),
                asked,
                outcome: returned(&outcome),
            },
            AskKind::Pay | AskKind::Precreate | AskKind::Query | AskKind::Reverse => Input::Heard {
                charge,
                asked,
                outcome,
            },
        }
    }

    fn asked_since(&self, since: Stamp) -> usize {
        let asked = self.asked.iter().rev();
        asked.take_while(|asked| asked.at >= since).count()
    }
}

/// The same of a refund: what is silent is silent, and all else gives the money back.
fn returned(outcome: &Outcome) -> RefundOutcome {
    match outcome {
        Outcome::Unknown(doubt) => RefundOutcome::Unknown(*doubt),
        Outcome::Paid(_)
        | Outcome::Waiting
        | Outcome::Shown(_)
        | Outcome::Refused(_)
        | Outcome::Absent
        | Outcome::Closed { .. }
        | Outcome::Reversed(_) => RefundOutcome::Given {
            sum: GivenSum::Total(fen(1_250)),
            at: None,
        },
    }
}

/// A provider that is away: so every ask is answered, that long after it left.
struct Outage {
    histories: Vec<Vec<Event>>,
    doubt: Doubt,
    answer_ms: i64,
}

impl Outage {
    /// While it is away nobody storms it; from its return on all are decided in time.
    fn ends(self, there: impl Fn(ChargeId, AskKind) -> Outcome) {
        let count = self.histories.len();
        let (drive, outputs) = Drive::take_up("夜市小摊", self.histories, NOW);
        let mut stage = Stage {
            drive,
            now: NOW,
            answer_ms: self.answer_ms,
            under_way: BinaryHeap::new(),
            asked: Vec::new(),
        };
        stage.carry_out(outputs);
        let back = NOW.plus_ms(AWAY_MS);
        let away = |_: ChargeId, _: AskKind| Outcome::Unknown(self.doubt);
        stage.run_until(back.plus_ms(-3 * MINUTE_MS), away);
        let late = stage.now;
        stage.run_until(back, away);
        assert_eq!(stage.drive.open_count(), count);
        let a_second = stage.asked_since(late) / 180;
        assert!(a_second <= 200, "{a_second} asks a second");
        stage.answer_ms = ANSWER_MS;
        stage.run_until(back.plus_ms(DECIDED_WITHIN_MS), there);
        assert_eq!(stage.drive.open_count(), 0);
    }
}

/// The provider gives back what is reversed, and has nobody's word on what is open.
fn gives_back(_: ChargeId, kind: AskKind) -> Outcome {
    match kind {
        AskKind::Reverse => Outcome::Reversed(ReverseEnd::GivenBack),
        AskKind::Query
        | AskKind::Pay
        | AskKind::Precreate
        | AskKind::Refund
        | AskKind::RefundQuery => Outcome::Waiting,
    }
}

/// The provider cancels no more what was paid, and gives it back by a refund.
fn cancels_no_more(charge: ChargeId, kind: AskKind) -> Outcome {
    match kind {
        AskKind::Reverse => Outcome::Refused(Refusal {
            cause: Cause::Request,
            code: "ACQ.REASON_TRADE_REFUND_FEE_ERR".to_owned(),
            text: String::new(),
        }),
        AskKind::Query => Outcome::Paid(PaidFacts {
            order: charge.order_no(),
            provider_no: "T1".to_owned(),
            amount: fen(1_250),
            funding: Vec::new(),
            payer: None,
            paid_at: None,
            months: None,
        }),
        AskKind::Pay | AskKind::Precreate | AskKind::Refund | AskKind::RefundQuery => {
            Outcome::Waiting
        }
    }
}

#[test]
fn ten_thousand_charges_storm_nobody_in_an_outage_and_are_decided_in_time_behind_it() {
    let outage = Outage {
        histories: (0..MANY).map(opened).collect(),
        doubt: Doubt::Unreachable,
        answer_ms: ANSWER_MS,
    };
    outage.ends(gives_back);
}

#[test]
fn ten_thousand_reversals_without_an_answer_storm_nobody_and_end_in_time_behind_the_silence() {
    let outage = Outage {
        histories: (0..MANY).map(reversing).collect(),
        doubt: Doubt::Lost,
        answer_ms: PATIENCE_MS,
    };
    outage.ends(gives_back);
}

#[test]
fn behind_a_silence_what_is_cancelled_no_more_goes_back_in_time_as_well() {
    let outage = Outage {
        histories: (0..500).map(reversing).collect(),
        doubt: Doubt::Lost,
        answer_ms: PATIENCE_MS,
    };
    outage.ends(cancels_no_more);
}
