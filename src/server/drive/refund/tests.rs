//! Refunds in the loop: what is durable before what leaves, who is answered what, and that a lost
//! answer gives nothing back twice.

use ledger::{
    AskKind, Asked, Cause, Charge, Doubt, Event, GivenSum, Opening, Outcome, PaidFacts,
    RefundOutcome, RefundState, Refusal,
};
use money::{Amount, ChargeId, Provider, RefundNo, Stamp};
use provider::Ask;
use store::{Batch, Book, Closing, Read as _, StoreFault, Verdict};
use wire::ProblemKind;

use crate::drive::{Drive, Input, Output, RefundDesk, Ticket};

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

/// A loop over a record in memory, with one charge over 12.50 that is paid.
struct Shop {
    drive: Drive,
    book: Book,
    charge: ChargeId,
    now: Stamp,
    tickets: u64,
    /// Answers to requests: the ticket, and the problem if it was refused.
    answers: Vec<(u64, Result<bool, ProblemKind>)>,
    rests: Vec<Option<Amount>>,
    /// Asks about refunds that left.
    left: Vec<(RefundNo, Asked)>,
    alarms: Vec<&'static str>,
    /// The question for the whole order that left last, and how the provider answers it.
    question: Option<Asked>,
    order: Outcome,
    /// Commits that the store has not answered.
    commits: Vec<(u64, Batch)>,
}

impl Shop {
    fn open() -> Self {
        let mut book = Book::in_memory();
        let history = paid_history();
        let key = store::KeyBinding {
            key: "key-1".to_owned(),
            fingerprint: [1; 32],
        };
        let charge = history[0].charge;
        let opening = Batch {
            events: history,
            key: Some(key),
        };
        book.commit(&[opening]).expect("a record that takes writes");
        let mut shop = Self {
            drive: Drive::take_up("小摊", Vec::new(), NOW).0,
            book,
            charge,
            now: NOW,
            tickets: 0,
            answers: Vec::new(),
            rests: Vec::new(),
            left: Vec::new(),
            question: None,
            order: Outcome::Waiting,
            alarms: Vec::new(),
            commits: Vec::new(),
        };
        shop.restart();
        shop
    }

    /// A power cut: what is not in the record is gone.
    fn restart(&mut self) {
        self.commits.clear();
        let histories = self.book.open_charges().expect("a record that can be read");
        let (drive, outputs) = Drive::take_up("小摊", histories, self.now);
        self.drive = drive;
        self.carry_out(outputs);
    }

    fn step(&mut self, input: Input) {
        let outputs = self.drive.step(input, self.now);
        self.carry_out(outputs);
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Commit { token, batch } => self.commits.push((token, batch)),
                Output::Ask { ask, asked, .. } => {
                    let Some(no) = ask.refund() else {
                        self.question = Some(asked);
                        continue;
                    };
                    self.assert_durable(&ask);
                    self.left.push((no, asked));
                }
                Output::Answer { ticket, answer } => {
                    self.rests
                        .push(answer.as_ref().err().and_then(|one| one.rest));
                    let answer = answer.map(|one| one.is_fresh).map_err(|one| one.kind);
                    self.answers.push((ticket.0, answer));
                }
                Output::Alarm { what, .. } => self.alarms.push(what),
                Output::Publish { .. } => {}
            }
        }
    }

    /// L5: nothing leaves before its intent is durable, and what leaves says what is durable.
    fn assert_durable(&self, ask: &Ask) {
        let charge = self.recorded();
        let refund = ask.refund().and_then(|no| charge.refund(no));
        let refund = refund.expect("what is asked of the provider is in the record");
        if let Ask::Refund(ask) = ask {
            assert_eq!((ask.amount, &ask.reason), (refund.amount, &refund.reason));
        }
    }

    fn recorded(&self) -> Charge {
        Charge::fold(&self.history()).expect("a history that can be")
    }

    fn history(&self) -> Vec<Event> {
        self.book.history(self.charge).expect("the history")
    }

    /// Asks for a refund; what the route read of the record is passed along.
    fn ask_with(&mut self, key: &str, sum: i64, history: Vec<Event>) -> u64 {
        self.tickets += 1;
        let mark = u8::try_from(self.tickets).expect("a small number");
        let fen_mark = u8::try_from(sum % 251).expect("below 251");
        let input = Input::Refund {
            ticket: Ticket(self.tickets),
            ask: RefundDesk {
                key: key.to_owned(),
                fingerprint: [fen_mark; 32],
                charge: self.charge,
                amount: fen(sum),
                reason: "换货".to_owned(),
                by: "till-1".to_owned(),
                history,
            },
            entropy: [mark; 16],
        };
        self.step(input);
        self.tickets
    }

    fn ask(&mut self, key: &str, sum: i64) -> u64 {
        let history = self.history();
        self.ask_with(key, sum, history)
    }

    /// The store writes what is on its way to it, until nothing is.
    fn write(&mut self) {
        while !self.commits.is_empty() {
            let (token, batch) = self.commits.remove(0);
            let verdict = self.book.commit(&[batch]);
            let verdict = verdict.map(|mut verdicts| verdicts.remove(0));
            self.step(Input::Committed { token, verdict });
        }
    }

    /// The store refuses what is on its way to it.
    fn refuse_write(&mut self, verdict: Result<Verdict, StoreFault>) {
        let (token, _) = self.commits.remove(0);
        self.step(Input::Committed { token, verdict });
    }

    /// The provider answers the last ask.
    fn hear(&mut self, outcome: RefundOutcome) {
        let (refund, asked) = *self.left.last().expect("an ask left");
        let input = Input::HeardRefund {
            charge: self.charge,
            refund,
            asked,
            outcome,
        };
        self.step(input);
        self.write();
        self.answer_question();
    }

    fn answer_question(&mut self) {
        if let Some(asked) = self.question.take() {
            let (charge, outcome) = (self.charge, self.order.clone());
            self.step(Input::Heard {
                charge,
                asked,
                outcome,
            });
        }
    }

    /// Time passes until the loop wants to be woken, and then some.
    fn wait(&mut self) {
        self.now = self.drive.wake_at().expect("the loop waits for something");
        self.step(Input::Tick);
        self.write();
    }

    fn kinds(&self) -> Vec<AskKind> {
        self.left.iter().map(|(_, asked)| asked.kind).collect()
    }

    fn answer_to(&self, ticket: u64) -> Result<bool, ProblemKind> {
        let found = self.answers.iter().find(|(told, _)| *told == ticket);
        found.expect("an answer").1
    }
}

pub(in crate::drive) fn paid_history() -> Vec<Event> {
    let opening = Opening {
        id: ChargeId::fresh(NOW, [3; 16]),
        sale: "sale-1".to_owned(),
        amount: fen(1250),
        provider: Provider::Alipay,
        device: "till-1".to_owned(),
        way: ledger::Way::Scanned,
        instalments: None,
        goods: None,
    };
    let first = Charge::open(opening, NOW);
    let facts = PaidFacts {
        order: first.charge.order_no(),
        provider_no: "2026".to_owned(),
        amount: fen(1250),
        funding: Vec::new(),
        payer: None,
        paid_at: None,
        months: None,
    };
    let asked = Asked {
        kind: AskKind::Pay,
        at: NOW,
        age_ms: 0,
    };
    let outcome = Outcome::Paid(facts);
    let paid = first
        .charge
        .hear(asked, outcome, &ledger::plan::ALIPAY, NOW);
    let mut history = first.events;
    history.extend(paid.expect("a legal move").events);
    history
}

fn total(sum: i64) -> RefundOutcome {
    RefundOutcome::Given {
        sum: GivenSum::Total(fen(sum)),
        at: None,
    }
}

fn lost() -> RefundOutcome {
    RefundOutcome::Unknown(Doubt::Lost)
}

fn refused() -> RefundOutcome {
    RefundOutcome::Refused(Refusal {
        cause: Cause::Merchant,
        code: "ACQ.SELLER_BALANCE_NOT_ENOUGH".to_owned(),
        text: String::new(),
    })
}

#[test]
fn a_refund_leaves_only_after_it_is_durable_and_its_end_lets_the_charge_rest() {
    let mut shop = Shop::open();
    let ticket = shop.ask("refund-1", 250);
    assert!(shop.left.is_empty() && shop.answers.is_empty());
    shop.write();
    assert_eq!(shop.answer_to(ticket), Ok(true));
    assert_eq!(shop.kinds(), [AskKind::Refund]);
    shop.hear(total(250));
    assert_eq!(shop.recorded().refunded(), fen(250));
    assert_eq!((shop.drive.open_count(), shop.drive.wake_at()), (0, None));
    assert!(shop.alarms.is_empty());
}

#[test]
fn a_lost_answer_is_asked_about_and_then_ordered_again_under_the_same_number() {
    let mut shop = Shop::open();
    shop.ask("refund-1", 250);
    shop.write();
    for _ in 0..4 {
        shop.hear(lost());
        assert_eq!(shop.kinds().last(), Some(&AskKind::RefundQuery));
        shop.hear(RefundOutcome::Absent);
        shop.wait();
        assert_eq!(shop.kinds().last(), Some(&AskKind::Refund));
    }
    shop.hear(total(250));
    let first = shop.left[0].0;
    assert!(shop.left.iter().all(|(no, _)| *no == first));
    assert_eq!(shop.recorded().refunds().len(), 1);
    assert_eq!(shop.drive.open_count(), 0);
}

#[test]
fn a_refusal_after_a_lost_order_is_no_end_until_the_lost_one_cannot_arrive() {
    let mut shop = Shop::open();
    shop.ask("refund-1", 250);
    shop.write();
    shop.hear(lost());
    shop.hear(RefundOutcome::Absent);
    let begun = shop.now;
    let mut asked = 0;
    while shop.recorded().refund_asked().is_some() {
        shop.wait();
        if shop.kinds().last() == Some(&AskKind::Refund) {
            shop.hear(refused());
            asked += 1;
        }
        if shop.recorded().refund_asked().is_some() {
            shop.hear(RefundOutcome::Absent);
        }
    }
    let stray_ms = ledger::plan::ALIPAY.stray_ms;
    assert!(shop.now.ms_since(begun) >= stray_ms);
    assert!(asked < 20, "{asked} orders");
    assert_eq!(shop.recorded().refund_rest(), fen(1250));
}

fn cause_of(shop: &Shop) -> Option<Cause> {
    let charge = shop.recorded();
    let RefundState::Refused(refusal) = &charge.refunds()[0].state else {
        return None;
    };
    Some(refusal.cause)
}

#[test]
fn a_refund_of_what_was_given_back_elsewhere_is_refused_and_a_person_is_told() {
    let mut shop = Shop::open();
    shop.order = Outcome::Closed {
        is_given_back: true,
    };
    shop.ask("refund-1", 1250);
    shop.write();
    shop.hear(RefundOutcome::Unknown(Doubt::Unclear));
    let begun = shop.now;
    while cause_of(&shop).is_none() {
        shop.hear(RefundOutcome::Absent);
        if shop.drive.wake_at().is_some() {
            shop.wait();
        }
    }
    let kinds = shop.kinds();
    let last = kinds.split_at(kinds.len() - 2).1;
    assert_eq!(last, [AskKind::Refund, AskKind::RefundQuery]);
    assert_eq!(cause_of(&shop), Some(Cause::GivenElsewhere));
    let stray_ms = ledger::plan::ALIPAY.stray_ms;
    assert!(shop.now.ms_since(begun) >= stray_ms, "an order was unclear");
    let told = "all of it was given back elsewhere, and a refund of it gave nothing";
    assert!(shop.alarms.contains(&told));
    assert_eq!(shop.drive.open_count(), 0);
}

#[test]
fn a_refund_that_is_under_way_for_hours_is_asked_about_and_never_called_refused() {
    let mut shop = Shop::open();
    shop.order = Outcome::Closed {
        is_given_back: true,
    };
    shop.ask("refund-1", 1250);
    shop.write();
    let begun = shop.now;
    while shop.now.ms_since(begun) < 4 * 3_600_000 {
        let is_order = shop.kinds().last() == Some(&AskKind::Refund);
        // The number is known, and nothing moved by this very request.
        shop.hear(if is_order {
            RefundOutcome::Unknown(Doubt::Unclear)
        } else {
            RefundOutcome::Absent
        });
        assert_eq!(cause_of(&shop), None);
        if shop.drive.wake_at().is_some() {
            shop.wait();
        }
    }
    let orders = shop.kinds().into_iter();
    assert!(orders.filter(|kind| *kind == AskKind::Refund).count() > 3);
    shop.hear(RefundOutcome::Given {
        sum: GivenSum::Alone(fen(1250)),
        at: None,
    });
    assert_eq!(shop.recorded().refunded(), fen(1250));
}

#[test]
fn a_stale_refusal_from_before_it_was_taken_up_again_ends_nothing() {
    let mut shop = Shop::open();
    shop.order = Outcome::Closed {
        is_given_back: true,
    };
    shop.ask("refund-1", 1250);
    shop.write();
    let (refund, asked) = shop.left[0];
    shop.restart();
    while shop.kinds().last() != Some(&AskKind::Refund) {
        shop.hear(RefundOutcome::Absent);
        shop.wait();
    }
    let stale = Input::HeardRefund {
        charge: shop.charge,
        refund,
        asked,
        outcome: refused(),
    };
    shop.step(stale);
    shop.write();
    assert_eq!(cause_of(&shop), None, "the present one is on its way");
    shop.hear(RefundOutcome::Given {
        sum: GivenSum::Total(fen(1250)),
        at: None,
    });
    assert_eq!(shop.recorded().refunded(), fen(1250));
}

#[test]
fn a_refund_that_closed_the_order_itself_is_found_and_given() {
    let mut shop = Shop::open();
    shop.order = Outcome::Closed {
        is_given_back: true,
    };
    shop.ask("refund-1", 1250);
    shop.write();
    shop.hear(lost());
    shop.hear(RefundOutcome::Unknown(Doubt::Lost));
    shop.wait();
    shop.hear(RefundOutcome::Given {
        sum: GivenSum::Alone(fen(1250)),
        at: None,
    });
    assert_eq!(shop.recorded().refunded(), fen(1250));
}

#[test]
fn a_refund_of_another_accounts_order_is_refused_after_a_minute() {
    let mut shop = Shop::open();
    shop.order = Outcome::Absent;
    shop.ask("refund-1", 250);
    shop.write();
    let begun = shop.now;
    shop.hear(RefundOutcome::Absent);
    while cause_of(&shop).is_none() {
        shop.hear(RefundOutcome::Absent);
        if cause_of(&shop).is_none() {
            shop.wait();
        }
    }
    assert_eq!(cause_of(&shop), Some(Cause::OtherAccount));
    assert!(shop.now.ms_since(begun) >= 60_000);
    assert!(shop.left.len() < 20, "{}", shop.left.len());
    assert_eq!(shop.recorded().refund_rest(), fen(1250));
}

#[test]
fn refunds_of_one_charge_are_asked_of_the_provider_one_after_the_other() {
    let mut shop = Shop::open();
    shop.ask("refund-1", 250);
    shop.ask("refund-2", 1000);
    let over = shop.ask("refund-3", 1);
    shop.write();
    assert_eq!(shop.answer_to(over), Err(ProblemKind::RefundOverRest));
    assert_eq!(shop.rests.last(), Some(&Some(fen(0))));
    assert_eq!(shop.left.len(), 1);
    shop.hear(total(250));
    assert_eq!(shop.left.len(), 1, "the provider wants a pause");
    shop.wait();
    assert_eq!(shop.kinds(), [AskKind::Refund, AskKind::Refund]);
    shop.hear(total(1250));
    assert_eq!(shop.recorded().refunded(), fen(1250));
    assert_eq!(shop.drive.open_count(), 0);
}

#[test]
fn the_same_key_asks_once_and_with_other_content_not_at_all() {
    let mut shop = Shop::open();
    let (first, same) = (shop.ask("refund-1", 1250), shop.ask("refund-1", 1250));
    let other = shop.ask("refund-1", 1000);
    assert_eq!(shop.answer_to(other), Err(ProblemKind::KeyReused));
    shop.write();
    assert_eq!(shop.answer_to(first), Ok(true));
    assert_eq!(shop.answer_to(same), Ok(false));
    let opening = shop.ask("key-1", 1);
    shop.write();
    assert_eq!(
        shop.answer_to(opening),
        Err(ProblemKind::RefundOverRest),
        "nothing is left"
    );
    assert_eq!(shop.recorded().refunds().len(), 1);
}

#[test]
fn a_closed_key_gives_nothing_back_and_the_next_request_has_the_sum() {
    let mut shop = Shop::open();
    let closed = shop.book.close(&["refund-1".to_owned()], NOW);
    assert_eq!(closed.as_deref(), Ok(&[Closing::Closed][..]));
    let late = shop.ask("refund-1", 1250);
    let queued = shop.ask("refund-2", 1250);
    for key in ["refund-1", "refund-2"] {
        assert!(shop.drive.is_under_way(key), "{key}");
    }
    shop.write();
    assert_eq!(shop.answer_to(late), Err(ProblemKind::ChargeAbsent));
    shop.write();
    assert_eq!(shop.answer_to(queued), Ok(true));
    assert_eq!(shop.recorded().refunds().len(), 1);
}

#[test]
fn a_key_that_was_used_long_ago_gives_nothing_back_and_leaves_no_trace() {
    let mut shop = Shop::open();
    shop.ask("refund-1", 250);
    shop.write();
    shop.hear(total(250));
    let (same, other) = (shop.ask("refund-1", 250), shop.ask("key-1", 100));
    shop.write();
    assert_eq!(shop.answer_to(same), Ok(false));
    assert_eq!(shop.answer_to(other), Err(ProblemKind::KeyReused));
    assert_eq!(shop.recorded().refunds().len(), 1);
    assert_eq!(shop.left.len(), 1);
    assert_eq!(shop.drive.open_count(), 0);
}

#[test]
fn what_is_read_too_early_is_told_to_come_again_and_takes_nothing() {
    let mut shop = Shop::open();
    let old = shop.history();
    shop.ask("refund-1", 1000);
    shop.write();
    shop.hear(total(1000));
    let late = shop.ask_with("refund-2", 1000, old);
    shop.write();
    assert_eq!(shop.answer_to(late), Err(ProblemKind::ChargeMoved));
    assert_eq!(shop.drive.open_count(), 0);
    assert!(shop.alarms.is_empty(), "{:?}", shop.alarms);
    let again = shop.ask("refund-2", 1000);
    assert_eq!(shop.answer_to(again), Err(ProblemKind::RefundOverRest));
}

#[test]
fn a_refund_that_was_only_read_is_not_asked_about() {
    let mut shop = Shop::open();
    shop.ask("refund-1", 1000);
    shop.write();
    let old = shop.history();
    let refusal = Refusal {
        cause: Cause::Closed,
        code: "ACQ.TRADE_HAS_FINISHED".to_owned(),
        text: String::new(),
    };
    shop.hear(RefundOutcome::Refused(refusal));
    let asked_before = shop.left.len();
    let over = shop.ask_with("refund-2", 1000, old);
    assert!(shop.answer_to(over).is_err());
    shop.write();
    assert_eq!(shop.left.len(), asked_before, "{:?}", shop.left);
    assert_eq!(shop.drive.open_count(), 0);
}

#[test]
fn fifty_requests_at_once_never_take_more_than_was_paid() {
    let mut shop = Shop::open();
    let history = shop.history();
    for number in 0..50 {
        shop.ask_with(&format!("refund-{number}"), 300, history.clone());
    }
    shop.write();
    let accepted = shop.answers.iter().filter(|(_, answer)| answer.is_ok());
    assert_eq!((accepted.count(), shop.answers.len()), (4, 50));
    assert_eq!(shop.recorded().refund_rest(), fen(50));
}

#[test]
fn when_the_intent_cannot_be_written_nothing_leaves_and_the_rest_stays() {
    let mut shop = Shop::open();
    let (full, next) = (shop.ask("refund-1", 1250), shop.ask("refund-2", 1250));
    shop.refuse_write(Err(StoreFault::Full));
    assert_eq!(shop.answer_to(full), Err(ProblemKind::RecordUnwritable));
    assert!(shop.left.is_empty());
    shop.write();
    assert_eq!(shop.answer_to(next), Ok(true));
    assert_eq!(shop.recorded().refunds().len(), 1);
}

#[test]
fn when_nobody_knows_whether_a_request_was_written_nobody_is_told_that_it_was_not() {
    let mut shop = Shop::open();
    shop.drive = Drive::take_up("小摊", Vec::new(), NOW).0.shared();
    let (doubted, next) = (shop.ask("refund-1", 250), shop.ask("refund-2", 250));
    shop.refuse_write(Err(StoreFault::Doubted("its answer was lost".to_owned())));
    assert_eq!(shop.answer_to(doubted), Err(ProblemKind::RecordUnreadable));
    assert_eq!(shop.answer_to(next), Err(ProblemKind::ChargeMoved));
    // What is known of the charge here may be old: whoever claims it reads it anew.
    assert_eq!((shop.drive.open_count(), shop.commits.len()), (0, 0));
    assert!(shop.left.is_empty());
}

#[test]
fn what_was_heard_while_a_request_failed_is_heard_again() {
    let mut shop = Shop::open();
    shop.ask("refund-1", 250);
    shop.write();
    shop.ask("refund-2", 100);
    let (refund, asked) = shop.left[0];
    let input = Input::HeardRefund {
        charge: shop.charge,
        refund,
        asked,
        outcome: total(250),
    };
    shop.step(input);
    shop.refuse_write(Err(StoreFault::Busy));
    assert_eq!(shop.recorded().refunded(), fen(0));
    assert_eq!(shop.kinds().last(), Some(&AskKind::RefundQuery));
    let sum = GivenSum::Alone(fen(250));
    shop.hear(RefundOutcome::Given { sum, at: None });
    assert_eq!(shop.recorded().refunded(), fen(250));
    assert_eq!(shop.drive.open_count(), 0);
}

#[test]
fn an_end_that_cannot_be_written_is_kept_and_written_later() {
    let mut shop = Shop::open();
    shop.ask("refund-1", 250);
    shop.write();
    let (refund, asked) = shop.left[0];
    let input = Input::HeardRefund {
        charge: shop.charge,
        refund,
        asked,
        outcome: total(250),
    };
    shop.step(input);
    shop.refuse_write(Err(StoreFault::Full));
    shop.wait();
    assert_eq!(shop.recorded().refunded(), fen(250));
    assert_eq!(shop.left.len(), 1);
}

#[test]
fn a_power_cut_before_the_intent_is_durable_leaves_nothing() {
    let mut shop = Shop::open();
    shop.ask("refund-1", 250);
    shop.restart();
    assert!(shop.left.is_empty());
    assert_eq!(shop.drive.open_count(), 0);
}

#[test]
fn a_power_cut_behind_an_order_is_asked_about_and_given_once() {
    let mut shop = Shop::open();
    shop.ask("refund-1", 250);
    shop.write();
    shop.restart();
    assert_eq!(shop.kinds(), [AskKind::Refund, AskKind::RefundQuery]);
    shop.hear(RefundOutcome::Absent);
    assert_eq!(shop.kinds().last(), Some(&AskKind::Refund));
    // The order of before the cut had arrived: the repeat changes nothing, and says so.
    shop.hear(RefundOutcome::Unknown(Doubt::Unclear));
    let sum = GivenSum::Alone(fen(250));
    shop.hear(RefundOutcome::Given { sum, at: None });
    assert_eq!(shop.recorded().refunded(), fen(250));
    assert!(shop.left.iter().all(|(no, _)| *no == shop.left[0].0));
}

#[test]
fn a_total_that_is_not_ours_is_told_to_a_person_and_asked_about() {
    let mut shop = Shop::open();
    shop.ask("refund-1", 250);
    shop.write();
    shop.hear(total(500));
    assert_eq!(shop.alarms.len(), 1);
    assert_eq!(shop.recorded().refunded(), fen(0));
    assert_eq!(shop.kinds().last(), Some(&AskKind::RefundQuery));
}

#[test]
fn a_person_is_told_once_of_a_refund_that_takes_long() {
    let mut shop = Shop::open();
    shop.ask("refund-1", 250);
    shop.write();
    let begun = shop.now;
    while shop.now.ms_since(begun) < 900_000 {
        shop.hear(lost());
        shop.hear(RefundOutcome::Unknown(Doubt::Busy));
        shop.wait();
    }
    assert_eq!(shop.alarms.len(), 1, "{:?}", shop.alarms);
    assert!(shop.recorded().refund_asked().is_some());
}

#[test]
fn a_charge_that_is_not_paid_gives_nothing_back() {
    let mut shop = Shop::open();
    let mut history = shop.history();
    history.truncate(1);
    let ticket = shop.ask_with("refund-1", 250, history);
    assert_eq!(shop.answer_to(ticket), Err(ProblemKind::NotPaid));
    let ticket = shop.ask_with("refund-1", 250, Vec::new());
    assert_eq!(shop.answer_to(ticket), Err(ProblemKind::Defect));
    assert_eq!(shop.drive.open_count(), 0);
}

#[test]
fn an_echo_of_an_earlier_refund_changes_nothing() {
    let mut shop = Shop::open();
    shop.ask("refund-1", 250);
    shop.write();
    let stray = Input::HeardRefund {
        charge: shop.charge,
        refund: RefundNo::fresh(NOW, [99; 16]),
        asked: shop.left[0].1,
        outcome: total(250),
    };
    shop.step(stray);
    assert!(shop.commits.is_empty() && shop.alarms.is_empty());
    shop.hear(refused());
    assert_eq!(shop.recorded().refund_rest(), fen(1250));
    assert_eq!(shop.drive.open_count(), 0);
}
