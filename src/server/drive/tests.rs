//! The loop's order of things, step by step. Random histories are in the simulation.

use ledger::{AskKind, Asked, Doubt, Event, Fact, Outcome};
use money::{Amount, ChargeId, PayCode, Stamp};
use store::{Batch, StoreFault, Verdict};
use wire::ProblemKind;

use super::{DeskAsk, Drive, Input, Means, Output, Ticket};

mod outage;

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

pub(super) fn drive() -> Drive {
    Drive::take_up("夜市小摊", Vec::new(), NOW).0
}

fn ask(key: &str, mark: u8) -> DeskAsk {
    DeskAsk {
        key: key.to_owned(),
        fingerprint: [mark; 32],
        mark: [mark; 32],
        sale: "sale-1".to_owned(),
        amount: Amount::from_fen(1250).expect("an amount"),
        means: Means::Scanned(PayCode::parse("281234567890123456").expect("a code")),
        device: "till-1".to_owned(),
        instalments: None,
        goods: None,
    }
}

pub(super) fn open(drive: &mut Drive, key: &str, mark: u8) -> Vec<Output> {
    let input = Input::Open {
        ticket: Ticket(1),
        ask: ask(key, mark),
        entropy: [mark; 16],
    };
    drive.step(input, NOW)
}

/// The commits among outputs.
pub(super) fn commits(outputs: &[Output]) -> Vec<(u64, Batch)> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Commit { token, batch } => Some((*token, batch.clone())),
            Output::Ask { .. }
            | Output::Answer { .. }
            | Output::Publish { .. }
            | Output::Alarm { .. } => None,
        })
        .collect()
}

/// The kinds of ask among outputs.
pub(super) fn asks(outputs: &[Output]) -> Vec<(ChargeId, Asked)> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Ask { charge, asked, .. } => Some((*charge, *asked)),
            Output::Commit { .. }
            | Output::Answer { .. }
            | Output::Publish { .. }
            | Output::Alarm { .. } => None,
        })
        .collect()
}

pub(super) fn problems(outputs: &[Output]) -> Vec<ProblemKind> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Answer {
                answer: Err(refused),
                ..
            } => Some(refused.kind),
            Output::Answer { answer: Ok(_), .. }
            | Output::Commit { .. }
            | Output::Ask { .. }
            | Output::Publish { .. }
            | Output::Alarm { .. } => None,
        })
        .collect()
}

pub(super) fn written(drive: &mut Drive, token: u64, now: Stamp) -> Vec<Output> {
    let verdict = Ok(Verdict::Written { last_seq: token });
    drive.step(Input::Committed { token, verdict }, now)
}

/// A drive whose one charge has sent `Pay`.
fn asked_pay() -> (Drive, ChargeId, Asked) {
    let mut drive = drive();
    let token = commits(&open(&mut drive, "key-1", 1))[0].0;
    let (charge, asked) = asks(&written(&mut drive, token, NOW))[0];
    (drive, charge, asked)
}

fn hear(drive: &mut Drive, charge: ChargeId, asked: Asked, outcome: Outcome) -> Vec<Output> {
    drive.step(
        Input::Heard {
            charge,
            asked,
            outcome,
        },
        asked.at,
    )
}

/// The cashier cancels; the number of the commit that makes the decision durable.
fn cancel(drive: &mut Drive, charge: ChargeId) -> u64 {
    let ticket = Ticket(2);
    commits(&drive.step(Input::Cancel { ticket, charge }, NOW))[0].0
}

#[test]
fn pay_leaves_only_after_the_intent_is_durable() {
    let mut drive = drive();
    let outputs = open(&mut drive, "key-1", 1);
    assert!(asks(&outputs).is_empty());
    let (token, batch) = commits(&outputs)[0].clone();
    assert!(matches!(batch.events[0].fact, Fact::Opened(_)));
    let asked = asks(&written(&mut drive, token, NOW));
    assert_eq!(asked[0].1.kind, AskKind::Pay);
}

#[test]
fn when_the_intent_cannot_be_written_nothing_leaves_and_the_code_stays_good() {
    let mut drive = drive();
    let token = commits(&open(&mut drive, "key-1", 1))[0].0;
    let full = Input::Committed {
        token,
        verdict: Err(StoreFault::Full),
    };
    let outputs = drive.step(full, NOW);
    assert!(asks(&outputs).is_empty());
    assert_eq!(problems(&outputs), [ProblemKind::RecordUnwritable]);
    assert_eq!(commits(&open(&mut drive, "key-2", 1)).len(), 1);
}

#[test]
fn a_code_is_charged_once_in_its_life() {
    let (mut drive, ..) = asked_pay();
    assert_eq!(
        problems(&open(&mut drive, "key-2", 1)),
        [ProblemKind::CodeUsed]
    );
    assert_eq!(
        commits(&open(&mut drive, "key-3", 2)).len(),
        1,
        "another code is another try"
    );
}

#[test]
fn a_key_with_other_content_is_refused() {
    let mut drive = drive();
    let token = commits(&open(&mut drive, "key-1", 1))[0].0;
    let charge = ChargeId::fresh(NOW, [9; 16]);
    let verdict = Ok(Verdict::KeyTaken {
        charge,
        fingerprint: [8; 32],
    });
    let outputs = drive.step(Input::Committed { token, verdict }, NOW);
    assert_eq!(problems(&outputs), [ProblemKind::KeyReused]);
}

#[test]
fn happy_path_takes_two_commits() {
    let (mut drive, charge, asked) = asked_pay();
    let facts = ledger::PaidFacts {
        order: charge.order_no(),
        provider_no: "2026".to_owned(),
        amount: Amount::from_fen(1250).expect("an amount"),
        funding: Vec::new(),
        payer: None,
        paid_at: None,
        months: None,
    };
    let committed = commits(&hear(&mut drive, charge, asked, Outcome::Paid(facts)));
    assert_eq!(committed.len(), 1);
    let facts: Vec<&str> = committed[0]
        .1
        .events
        .iter()
        .map(|one| one.fact.as_str())
        .collect();
    assert_eq!(facts, ["sent", "paid"]);
    assert!(asks(&written(&mut drive, committed[0].0, NOW)).is_empty());
    assert_eq!(drive.open_count(), 0);
    assert_eq!(drive.wake_at(), None);
}

#[test]
fn a_reverse_leaves_only_after_its_decision_is_durable() {
    let (mut drive, charge, asked) = asked_pay();
    let decided = cancel(&mut drive, charge);
    assert!(
        asks(&written(&mut drive, decided, NOW)).is_empty(),
        "Pay is still on its way"
    );
    let lost = hear(&mut drive, charge, asked, Outcome::Unknown(Doubt::Lost));
    assert_eq!(asks(&lost)[0].1.kind, AskKind::Reverse);
}

#[test]
fn a_refused_reverse_is_followed_by_a_question_and_told_to_a_person_after_five_minutes() {
    let (mut drive, charge, asked) = asked_pay();
    let decided = cancel(&mut drive, charge);
    written(&mut drive, decided, NOW);
    let lost = hear(&mut drive, charge, asked, Outcome::Unknown(Doubt::Lost));
    let reverse = asks(&lost)[0].1;
    let refused = hear(
        &mut drive,
        charge,
        reverse,
        Outcome::Unknown(Doubt::Unclear),
    );
    let question = asks(&refused)[0].1;
    assert_eq!(question.kind, AskKind::Query);
    let late = Input::Heard {
        charge,
        asked: question,
        outcome: Outcome::Absent,
    };
    let outputs = drive.step(late, NOW.plus_ms(300_000));
    let is_alarm = |output: &Output| matches!(output, Output::Alarm { .. });
    assert_eq!(outputs.iter().filter(|output| is_alarm(output)).count(), 1);
}

#[test]
fn a_charge_that_nobody_can_tell_of_is_told_to_a_person_five_minutes_after_its_time() {
    let (drive, charge, _) = asked_pay();
    let histories = drive.open_histories().map(<[Event]>::to_vec).collect();
    let (mut drive, outputs) = Drive::take_up("夜市小摊", histories, NOW);
    let asked = asks(&written(&mut drive, commits(&outputs)[0].0, NOW))[0].1;
    let mut alarms_at = |ms: i64| {
        let input = Input::Heard {
            charge,
            asked,
            outcome: Outcome::Unknown(Doubt::Unclear),
        };
        let outputs = drive.step(input, NOW.plus_ms(ms));
        let is_alarm = |output: &&Output| matches!(output, Output::Alarm { .. });
        outputs.iter().filter(is_alarm).count()
    };
    assert_eq!(alarms_at(359_999), 0);
    assert_eq!(alarms_at(360_000), 1);
    assert_eq!(alarms_at(400_000), 0, "once");
}

#[test]
fn an_outcome_that_cannot_be_written_is_kept_and_written_later() {
    let (mut drive, charge, asked) = asked_pay();
    let token = commits(&hear(&mut drive, charge, asked, Outcome::Waiting))[0].0;
    let full = Input::Committed {
        token,
        verdict: Err(StoreFault::Full),
    };
    drive.step(full, NOW);
    let later = NOW.plus_ms(1_000);
    assert_eq!(drive.wake_at(), Some(later));
    let again = commits(&drive.step(Input::Tick, later));
    assert_eq!(
        again[0].1.events.last().map(|one| one.fact.as_str()),
        Some("waiting")
    );
}

#[test]
fn a_request_whose_key_is_closed_opens_nothing_and_leaves_its_code_free() {
    let mut drive = drive();
    let token = commits(&open(&mut drive, "key-1", 1))[0].0;
    let closed = Input::Committed {
        token,
        verdict: Ok(Verdict::KeyClosed),
    };
    let outputs = drive.step(closed, NOW);
    assert_eq!(problems(&outputs), [ProblemKind::ChargeAbsent]);
    assert!(asks(&outputs).is_empty() && !drive.is_under_way("key-1"));
    assert_eq!(commits(&open(&mut drive, "key-2", 1)).len(), 1);
}

#[test]
fn a_key_is_under_way_while_a_request_with_it_is_being_written() {
    let mut drive = drive();
    let first = commits(&open(&mut drive, "key-1", 1))[0].0;
    let again = commits(&open(&mut drive, "key-1", 1))[0].0;
    assert!(drive.is_under_way("key-1"));
    let charge = asks(&written(&mut drive, first, NOW))[0].0;
    assert!(drive.is_under_way("key-1"), "its repeat is being written");
    let verdict = Ok(Verdict::KeyTaken {
        charge,
        fingerprint: [1; 32],
    });
    drive.step(
        Input::Committed {
            token: again,
            verdict,
        },
        NOW,
    );
    assert!(!drive.is_under_way("key-1"));
}

#[test]
fn when_nobody_knows_whether_the_intent_was_written_the_till_is_not_told_that_nothing_was_charged()
{
    let mut drive = drive();
    let token = commits(&open(&mut drive, "key-1", 1))[0].0;
    let doubted = Input::Committed {
        token,
        verdict: Err(StoreFault::Doubted("its answer was lost".to_owned())),
    };
    let outputs = drive.step(doubted, NOW);
    assert_eq!(problems(&outputs), [ProblemKind::RecordUnreadable]);
    assert!(asks(&outputs).is_empty(), "and nothing of it ever leaves");
    assert!(drive.is_idle());
}

#[test]
fn a_cancel_whose_commit_is_doubted_is_not_told_to_be_unwritten_also_when_the_next_try_is_certain()
{
    let (mut drive, charge, _) = asked_pay();
    let unreadable = [ProblemKind::RecordUnreadable];
    let token = cancel(&mut drive, charge);
    let verdict = Err(StoreFault::Doubted("its answer was lost".to_owned()));
    let told = drive.step(Input::Committed { token, verdict }, NOW);
    assert_eq!(problems(&told), unreadable);
    let token = commits(&drive.step(Input::Tick, NOW.plus_ms(1_000)))[0].0;
    let verdict = Err(StoreFault::Busy);
    drive.step(Input::Committed { token, verdict }, NOW.plus_ms(1_000));
    let ticket = Ticket(3);
    let told = drive.step(Input::Cancel { ticket, charge }, NOW.plus_ms(1_000));
    assert_eq!(problems(&told), unreadable);
}

#[test]
fn an_unreachable_gateway_leaves_the_code_good() {
    let (mut drive, charge, asked) = asked_pay();
    hear(
        &mut drive,
        charge,
        asked,
        Outcome::Unknown(Doubt::Unreachable),
    );
    assert!(problems(&open(&mut drive, "key-2", 1)).is_empty());
}

#[test]
fn an_old_charge_is_not_reversed_before_the_provider_was_heard_of_it() {
    let (drive, charge, _) = asked_pay();
    let histories = drive.open_histories().map(<[Event]>::to_vec).collect();
    let start = NOW.plus_ms(2 * 86_400_000);
    let (mut drive, outputs) = Drive::take_up("夜市小摊", histories, start);
    let mut asked = asks(&written(&mut drive, commits(&outputs)[0].0, start));
    for _ in 0..100 {
        let query = asked.pop().expect("it is asked for ever").1;
        assert_eq!(query.kind, AskKind::Query);
        let unheard = Outcome::Unknown(Doubt::Unreachable);
        assert!(commits(&hear(&mut drive, charge, query, unheard)).is_empty());
        let next = drive.wake_at().expect("it is asked for ever");
        asked = asks(&drive.step(Input::Tick, next));
    }
    let query = asked[0].1;
    let outputs = hear(&mut drive, charge, query, Outcome::Absent);
    let begun = &commits(&outputs)[0].1.events[0].fact;
    assert_eq!(begun.as_str(), "reverse-begun");
}

#[test]
fn an_intent_that_was_written_too_late_is_never_sent() {
    let mut drive = drive();
    let token = commits(&open(&mut drive, "key-1", 1))[0].0;
    let late = written(&mut drive, token, NOW.plus_ms(3_000));
    assert!(asks(&late).is_empty(), "{late:?}");
    let [(_, end)] = &commits(&late)[..] else {
        panic!("its end is written: {late:?}");
    };
    let Fact::Refused(refusal) = &end.events[0].fact else {
        panic!("it ends refused: {end:?}");
    };
    assert_eq!(refusal.cause, ledger::Cause::NotSent);
    let again = open(&mut drive, "key-2", 1);
    assert_eq!(problems(&again), [], "the code is as good as before");
    let mut drive = self::drive();
    let token = commits(&open(&mut drive, "key-1", 1))[0].0;
    let soon = written(&mut drive, token, NOW.plus_ms(2_999));
    assert_eq!(asks(&soon)[0].1.kind, AskKind::Pay);
}
