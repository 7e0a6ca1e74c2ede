//! A provider that is away while ten thousand charges are open: it is not stormed, and once it is
//! back all of them end within five minutes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use ledger::{AskKind, Asked, Charge, Doubt, Event, Opening, Outcome, ReverseEnd, Way};
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

/// A charge of which nobody knows what became.
fn opened(number: u16) -> Vec<Event> {
    let mut entropy = [7; 16];
    entropy[..2].copy_from_slice(&number.to_be_bytes());
    let opening = Opening {
        id: ChargeId::fresh(NOW, entropy),
        sale: format!("sale-{number}"),
        amount: Amount::from_fen(1_250).expect("an amount"),
        provider: Provider::Alipay,
        device: "till-1".to_owned(),
        way: Way::Scanned,
        instalments: None,
        goods: None,
    };
    Charge::open(opening, NOW).events
}

/// The loop, a record that takes everything, and a provider that is away at first.
struct Stage {
    drive: Drive,
    now: Stamp,
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
                    let at = self.now.plus_ms(ANSWER_MS);
                    self.under_way.push(Reverse((at, charge, number)));
                    self.asked.push(asked);
                }
                Output::Answer { .. } | Output::Publish { .. } | Output::Alarm { .. } => {}
            }
        }
    }

    fn run_until(&mut self, end: Stamp, answer: impl Fn(AskKind) -> Outcome) {
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

    fn heard(&mut self, answer: impl Fn(AskKind) -> Outcome) -> Input {
        let Reverse((_, charge, number)) = self.under_way.pop().expect("an ask");
        let place = usize::try_from(number).expect("few enough");
        let asked = self.asked[place];
        Input::Heard {
            charge,
            asked,
            outcome: answer(asked.kind),
        }
    }

    fn asked_since(&self, since: Stamp) -> usize {
        let asked = self.asked.iter().rev();
        asked.take_while(|asked| asked.at >= since).count()
    }
}

#[test]
fn ten_thousand_charges_storm_nobody_in_an_outage_and_end_within_five_minutes_behind_it() {
    let histories = (0..MANY).map(opened).collect();
    let (drive, outputs) = Drive::take_up("夜市小摊", histories, NOW);
    let mut stage = Stage {
        drive,
        now: NOW,
        under_way: BinaryHeap::new(),
        asked: Vec::new(),
    };
    stage.carry_out(outputs);
    let back = NOW.plus_ms(AWAY_MS);
    let away = |_: AskKind| Outcome::Unknown(Doubt::Unreachable);
    stage.run_until(back.plus_ms(-3 * MINUTE_MS), away);
    let late = stage.now;
    stage.run_until(back, away);
    assert_eq!(stage.drive.open_count(), usize::from(MANY));
    let a_second = stage.asked_since(late) / 180;
    assert!(a_second <= 200, "{a_second} asks a second");
    let there = |kind| match kind {
        AskKind::Reverse => Outcome::Reversed(ReverseEnd::GivenBack),
        AskKind::Query
        | AskKind::Pay
        | AskKind::Precreate
        | AskKind::Refund
        | AskKind::RefundQuery => Outcome::Waiting,
    };
    stage.run_until(back.plus_ms(5 * MINUTE_MS), there);
    assert_eq!(stage.drive.open_count(), 0);
}
