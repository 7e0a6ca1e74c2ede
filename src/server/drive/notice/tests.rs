//! Notices in the loop: told that we have it only when it is durable, and nothing else believed.

use ledger::{
    AskKind, Asked, Charge, Doubt, Event, Funding, Opening, Outcome, PaidFacts, RefundWish,
    ReverseEnd, ReverseWhy,
};
use money::{Amount, ChargeId, Provider, RefundNo, Stamp};
use provider::{Notice, RefundTold};
use store::{StoreFault, Verdict};

use crate::drive::{Drive, Input, Output, Ticket};

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

fn no() -> RefundNo {
    RefundNo::fresh(NOW, [8; 16])
}

/// A charge over 12.50 that is waiting for its customer.
fn waiting() -> (Charge, Vec<Event>) {
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
    let mut history = first.events;
    let charge = hear(first.charge, AskKind::Pay, Outcome::Waiting, &mut history);
    (charge, history)
}

fn hear(charge: Charge, kind: AskKind, outcome: Outcome, history: &mut Vec<Event>) -> Charge {
    let asked = Asked {
        kind,
        at: NOW,
        age_ms: 0,
    };
    let step = charge.hear(asked, outcome, &ledger::plan::ALIPAY, NOW);
    let step = step.expect("a legal move");
    history.extend(step.events);
    step.charge
}

fn paid_outcome(charge: &Charge) -> Outcome {
    Outcome::Paid(PaidFacts {
        order: charge.order_no(),
        provider_no: "2026".to_owned(),
        amount: charge.amount(),
        funding: vec![Funding {
            channel: "PCREDIT".to_owned(),
            amount: charge.amount(),
        }],
        payer: None,
        paid_at: None,
        months: None,
    })
}

fn paid() -> (Charge, Vec<Event>) {
    let (charge, mut history) = waiting();
    let outcome = paid_outcome(&charge);
    (hear(charge, AskKind::Query, outcome, &mut history), history)
}

fn reversed(end: ReverseEnd) -> (Charge, Vec<Event>) {
    let (charge, mut history) = waiting();
    let begun = charge
        .reverse(ReverseWhy::Cashier, NOW)
        .expect("may reverse");
    history.extend(begun.events);
    let outcome = Outcome::Reversed(end);
    let charge = hear(begun.charge, AskKind::Reverse, outcome, &mut history);
    (charge, history)
}

fn closed_unpaid() -> (Charge, Vec<Event>) {
    let (charge, mut history) = reversed(ReverseEnd::Closed);
    let unpaid = Outcome::Closed {
        is_given_back: false,
    };
    let charge = hear(charge, AskKind::Query, unpaid, &mut history);
    (charge, history)
}

fn paid_notice(charge: &Charge) -> Notice {
    Notice {
        order: charge.order_no(),
        amount: charge.amount(),
        outcome: paid_outcome(charge),
        notify_id: "notice-1".to_owned(),
        refund: None,
    }
}

fn refund_notice(charge: &Charge, number: Option<RefundNo>, total: i64) -> Notice {
    Notice {
        refund: Some(RefundTold {
            no: number.map(|number| number.to_string()),
            total: fen(total),
            at: None,
        }),
        ..paid_notice(charge)
    }
}

/// What came of a notice: whether the provider is told that we have it, the facts that are to be
/// committed, and the alarms.
#[derive(Debug, Default)]
struct Told {
    is_taken: Option<bool>,
    commit: Option<u64>,
    facts: Vec<&'static str>,
    alarms: Vec<&'static str>,
}

fn told(outputs: Vec<Output>) -> Told {
    let mut told = Told::default();
    for output in outputs {
        match output {
            Output::Commit { token, batch } => {
                told.commit = Some(token);
                let facts = batch.events.iter().map(|event| event.fact.as_str());
                told.facts.extend(facts);
            }
            Output::Answer { answer, .. } => told.is_taken = Some(answer.is_ok()),
            Output::Alarm { what, .. } => told.alarms.push(what),
            Output::Ask { .. } | Output::Publish { .. } => {}
        }
    }
    told
}

fn notice(drive: &mut Drive, charge: &Charge, notice: Notice, history: &[Event]) -> Told {
    let input = Input::Noticed {
        ticket: Ticket(1),
        charge: charge.id(),
        notice: Box::new(notice),
        history: history.to_vec(),
    };
    told(drive.step(input, NOW))
}

fn committed(drive: &mut Drive, told: &Told, verdict: Result<Verdict, StoreFault>) -> Told {
    let token = told.commit.expect("a commit");
    self::told(drive.step(Input::Committed { token, verdict }, NOW))
}

fn take_up(history: &[Event]) -> Drive {
    Drive::take_up("小摊", vec![history.to_vec()], NOW).0
}

#[test]
fn a_notice_is_taken_only_when_what_it_tells_is_durable() {
    let (charge, history) = waiting();
    let mut drive = take_up(&history);
    let first = notice(&mut drive, &charge, paid_notice(&charge), &history);
    assert_eq!(
        (first.is_taken, first.facts.as_slice()),
        (None, &["paid"][..])
    );
    let written = Ok(Verdict::Written { last_seq: 3 });
    assert_eq!(committed(&mut drive, &first, written).is_taken, Some(true));
}

#[test]
fn a_notice_that_cannot_be_written_is_not_taken() {
    let (charge, history) = waiting();
    let mut drive = take_up(&history);
    let first = notice(&mut drive, &charge, paid_notice(&charge), &history);
    let full = committed(&mut drive, &first, Err(StoreFault::Full));
    assert_eq!(full.is_taken, Some(false));
    let again = notice(&mut drive, &charge, paid_notice(&charge), &history);
    assert_eq!(again.is_taken, Some(false), "it waits to be written");
}

#[test]
fn a_repetition_waits_for_the_first_and_changes_nothing() {
    let (charge, history) = waiting();
    let mut drive = take_up(&history);
    let first = notice(&mut drive, &charge, paid_notice(&charge), &history);
    let second = notice(&mut drive, &charge, paid_notice(&charge), &history);
    assert_eq!((second.is_taken, second.commit), (None, None));
    let written = Ok(Verdict::Written { last_seq: 3 });
    assert_eq!(committed(&mut drive, &first, written).is_taken, Some(true));
    let (charge, history) = paid();
    let late = notice(&mut drive, &charge, paid_notice(&charge), &history);
    assert_eq!((late.is_taken, late.commit), (Some(true), None));
    assert!(late.alarms.is_empty());
}

#[test]
fn a_success_over_another_sum_is_noted_as_a_doubt_and_not_taken() {
    let (charge, history) = waiting();
    let mut drive = take_up(&history);
    let mut other = paid_notice(&charge);
    other.amount = fen(1);
    if let Outcome::Paid(facts) = &mut other.outcome {
        facts.amount = fen(1);
    }
    let heard = notice(&mut drive, &charge, other, &history);
    assert_eq!(heard.is_taken, Some(false));
    assert_eq!(heard.facts, ["doubted"]);
    assert!(!heard.alarms.is_empty());
}

#[test]
fn a_closed_order_over_another_sum_changes_nothing() {
    let (charge, history) = waiting();
    let mut drive = take_up(&history);
    let mut other = paid_notice(&charge);
    other.amount = fen(1);
    other.outcome = Outcome::Closed {
        is_given_back: false,
    };
    let heard = notice(&mut drive, &charge, other, &history);
    assert_eq!((heard.is_taken, heard.commit), (Some(false), None));
    assert_eq!(heard.alarms.len(), 1);
}

#[test]
fn a_late_notice_after_the_money_went_back_is_taken_without_alarm() {
    let (charge, history) = reversed(ReverseEnd::GivenBack);
    let mut drive = take_up(&[]);
    let heard = notice(&mut drive, &charge, paid_notice(&charge), &history);
    assert_eq!((heard.is_taken, heard.alarms.len()), (Some(true), 0));
}

#[test]
fn a_notice_that_it_went_back_elsewhere_is_written_with_an_alarm_and_ends_it() {
    let (charge, history) = waiting();
    let mut drive = take_up(&history);
    let mut closed = paid_notice(&charge);
    closed.outcome = Outcome::Closed {
        is_given_back: true,
    };
    let heard = notice(&mut drive, &charge, closed, &history);
    assert_eq!(heard.facts, ["reversed"]);
    assert_eq!(
        heard.alarms,
        ["it was paid, and given back elsewhere before anybody here heard of it"]
    );
}

#[test]
fn money_for_an_order_that_was_closed_is_an_alarm_each_time() {
    let (charge, history) = closed_unpaid();
    let mut drive = take_up(&[]);
    for _ in 0..2 {
        let heard = notice(&mut drive, &charge, paid_notice(&charge), &history);
        assert_eq!((heard.is_taken, heard.commit), (Some(false), None));
        assert_eq!(heard.alarms.len(), 1);
    }
}

#[test]
fn a_charge_that_is_open_elsewhere_is_left_to_whoever_works_on_it() {
    let (charge, history) = waiting();
    let mut drive = take_up(&[]);
    let heard = notice(&mut drive, &charge, paid_notice(&charge), &history);
    assert_eq!((heard.is_taken, heard.commit), (Some(false), None));
    let heard = notice(&mut drive, &charge, paid_notice(&charge), &[]);
    assert_eq!(heard.is_taken, Some(false), "unknown to the record");
}

#[test]
fn a_refund_that_was_asked_for_at_another_server_alarms_nobody_here() {
    let (charge, history) = waiting();
    let mut drive = take_up(&history);
    let (_, mut recorded) = paid();
    let wish = RefundWish {
        no: no(),
        amount: fen(250),
        reason: String::new(),
        by: String::new(),
    };
    let paid = Charge::fold(&recorded).expect("a history");
    recorded.extend(
        paid.ask_refund(wish, NOW)
            .expect("an allowed refund")
            .events,
    );
    let told = refund_notice(&charge, Some(no()), 250);
    let heard = notice(&mut drive, &charge, told, &recorded);
    assert_eq!((heard.is_taken, heard.commit), (Some(false), None));
    assert!(heard.alarms.is_empty(), "{:?}", heard.alarms);
}

#[test]
fn a_notice_of_a_refund_ends_it() {
    let (charge, mut history) = paid();
    let wish = RefundWish {
        no: no(),
        amount: fen(250),
        reason: String::new(),
        by: String::new(),
    };
    let asked = charge.ask_refund(wish, NOW).expect("an allowed refund");
    history.extend(asked.events);
    let mut drive = take_up(&history);
    let other = refund_notice(&asked.charge, Some(no()), 500);
    let heard = notice(&mut drive, &asked.charge, other, &history);
    assert_eq!(
        (heard.is_taken, heard.commit),
        (Some(true), None),
        "it may be late"
    );
    let told = refund_notice(&asked.charge, Some(no()), 250);
    let heard = notice(&mut drive, &asked.charge, told, &history);
    assert_eq!(heard.facts, ["refund-given"]);
    let written = Ok(Verdict::Written { last_seq: 5 });
    assert_eq!(committed(&mut drive, &heard, written).is_taken, Some(true));
    assert_eq!(drive.open_count(), 0);
}

#[test]
fn a_refund_that_nobody_here_asked_for_is_told_to_a_person() {
    let (charge, history) = paid();
    let mut drive = take_up(&[]);
    for number in [None, Some(no())] {
        let told = refund_notice(&charge, number, 250);
        let heard = notice(&mut drive, &charge, told, &history);
        assert_eq!((heard.commit, heard.alarms.len()), (None, 1));
    }
    let (charge, history) = reversed(ReverseEnd::GivenBack);
    let told = refund_notice(&charge, None, 1250);
    let heard = notice(&mut drive, &charge, told, &history);
    assert_eq!((heard.is_taken, heard.alarms.len()), (Some(true), 0));
}

#[test]
fn what_is_waited_for_is_asked_for_all_the_same_when_a_notice_says_nothing() {
    let (charge, history) = waiting();
    let mut drive = take_up(&history);
    let mut still = paid_notice(&charge);
    still.outcome = Outcome::Waiting;
    let heard = notice(&mut drive, &charge, still, &history);
    assert_eq!((heard.is_taken, heard.commit), (Some(true), None));
    assert!(drive.wake_at().is_some());
    let mut doubt = paid_notice(&charge);
    doubt.outcome = Outcome::Unknown(Doubt::Unclear);
    let heard = notice(&mut drive, &charge, doubt, &history);
    assert_eq!((heard.is_taken, heard.commit), (Some(true), None));
}
