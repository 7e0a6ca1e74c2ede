//! Asks and leases: a server that stood still asks nothing until it knows what is still its own.

use ledger::{AskKind, Asked, Event, Fact, Outcome, RefundOutcome, ReverseWhy};
use money::{Amount, ChargeId, RefundNo, Stamp};
use store::{Claimed, Verdict};

use super::{ASKING_MS, LOOK_MS};
use crate::drive::refund::tests::paid_history;
use crate::drive::tests::{asks, commits, drive, open, written};
use crate::drive::{Drive, Input, Output, RefundDesk, Ticket};

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);
/// One look after the lease is over.
const LATE: Stamp = NOW.plus_ms(ASKING_MS);

/// A charge of which nobody knows what became.
fn unknown() -> Vec<Event> {
    let mut history = paid_history();
    history.retain(|event| !matches!(event.fact, Fact::Paid(_)));
    history
}

fn with(mut history: Vec<Event>, fact: Fact) -> Vec<Event> {
    let last = history.last().expect("a history");
    let next = Event {
        revision: last.revision + 1,
        fact,
        ..last.clone()
    };
    history.push(next);
    history
}

fn reversing() -> Vec<Event> {
    with(unknown(), Fact::ReverseBegun(ReverseWhy::Deadline))
}

fn refunding() -> Vec<Event> {
    let asked = Fact::RefundAsked {
        no: RefundNo::fresh(NOW, [5; 16]),
        amount: Amount::from_fen(250).expect("an amount"),
        reason: "换货".to_owned(),
        by: "till-1".to_owned(),
    };
    with(paid_history(), asked)
}

fn taken(history: Vec<Event>) -> Claimed {
    Claimed {
        taken: vec![history],
        lost: Vec::new(),
    }
}

/// A server that has just taken the charge over, has written what came of that, and has asked.
fn server(history: Vec<Event>) -> (Drive, ChargeId, Output) {
    let id = history[0].charge;
    let mut drive = drive().shared();
    let mut outputs = drive.hand_over(taken(history), &[], NOW, NOW);
    for (token, _) in commits(&outputs) {
        outputs.extend(written(&mut drive, token, NOW));
    }
    let is_ask = |output: &Output| matches!(output, Output::Ask { .. });
    let ask = outputs.into_iter().find(is_ask).expect("it asks at once");
    (drive, id, ask)
}

/// The ask comes to nothing at this time; what the loop does from then on until `until`.
fn silence_until(drive: &mut Drive, ask: Output, at: Stamp, until: Stamp) -> Vec<AskKind> {
    let Output::Ask {
        charge, asked, ask, ..
    } = ask
    else {
        panic!("an ask");
    };
    let unknown = ledger::Doubt::Lost;
    let input = match ask.refund() {
        None => Input::Heard {
            charge,
            asked,
            outcome: Outcome::Unknown(unknown),
        },
        Some(refund) => Input::HeardRefund {
            charge,
            refund,
            asked,
            outcome: RefundOutcome::Unknown(unknown),
        },
    };
    let mut outputs = drive.step(input, at);
    outputs.extend(ticked_until(drive, at, until));
    kinds(&outputs)
}

/// Ticks every half a second; each commit is written at once.
fn ticked_until(drive: &mut Drive, from: Stamp, until: Stamp) -> Vec<Output> {
    let (mut all, mut at) = (Vec::new(), from);
    while at <= until {
        let outputs = drive.step(Input::Tick, at);
        for (token, _) in commits(&outputs) {
            all.extend(written(drive, token, at));
        }
        all.extend(outputs);
        at = at.plus_ms(500);
    }
    all
}

fn kinds(outputs: &[Output]) -> Vec<AskKind> {
    asks(outputs).iter().map(|(_, asked)| asked.kind).collect()
}

fn check_stood_still(history: Vec<Event>, wanted: AskKind) {
    let (mut drive, id, ask) = server(history);
    assert_eq!(drive.leave_by(id), Some(LATE));
    let frozen = silence_until(&mut drive, ask, LATE, LATE.plus_ms(600_000));
    assert_eq!(frozen, [], "{wanted:?}: nothing leaves without a lease");
    // The renewal that it asked for when it woke has succeeded.
    let (asked_at, now) = (LATE.plus_ms(600_000), LATE.plus_ms(600_500));
    drive.hand_over(Claimed::default(), &[id], asked_at, now);
    let woken = ticked_until(&mut drive, now, now.plus_ms(2 * LOOK_MS));
    assert_eq!(kinds(&woken).first(), Some(&wanted), "work goes on");
    assert_eq!(drive.leave_by(id), Some(asked_at.plus_ms(ASKING_MS)));
}

#[test]
fn a_server_that_stood_still_past_its_lease_asks_nothing_until_a_renewal_succeeds() {
    check_stood_still(unknown(), AskKind::Query);
    check_stood_still(reversing(), AskKind::Query);
    check_stood_still(refunding(), AskKind::Query);
}

#[test]
fn a_server_that_woke_to_find_its_charge_lost_never_asks_about_it_again() {
    for history in [unknown(), reversing(), refunding()] {
        let (mut drive, id, ask) = server(history);
        let lost = Claimed {
            taken: Vec::new(),
            lost: vec![id],
        };
        assert_eq!(silence_until(&mut drive, ask, LATE, LATE), []);
        let outputs = drive.hand_over(lost, &[id], LATE, LATE);
        assert_eq!(kinds(&outputs), []);
        assert!(drive.is_idle());
        assert_eq!(drive.leave_by(id), None);
    }
}

#[test]
fn a_charge_that_was_claimed_before_its_server_stood_still_is_asked_about_after_the_next_renewal() {
    let id = unknown()[0].charge;
    let mut drive = drive().shared();
    // The claim was granted, then the machine slept, then the loop heard of it.
    let mut outputs = drive.hand_over(taken(refunding()), &[], NOW, LATE);
    outputs.extend(ticked_until(&mut drive, LATE, LATE.plus_ms(5_000)));
    assert_eq!(kinds(&outputs), []);
    // A charge that is taken twice is renewed, not taken up anew.
    let again = drive.hand_over(taken(refunding()), &[], LATE, LATE);
    assert_eq!((again.len(), drive.open_count()), (0, 1));
    assert_eq!(drive.leave_by(id), Some(LATE.plus_ms(ASKING_MS)));
}

#[test]
fn a_charge_that_was_opened_before_its_server_stood_still_is_ended_unsent() {
    let mut drive = drive().shared();
    let token = commits(&open(&mut drive, "key-1", 1))[0].0;
    let outputs = written(&mut drive, token, LATE);
    assert_eq!(kinds(&outputs), []);
    let mut drive = self::drive().shared();
    let token = commits(&open(&mut drive, "key-1", 1))[0].0;
    let outputs = written(&mut drive, token, NOW);
    let (charge, Asked { kind, .. }) = asks(&outputs)[0];
    assert_eq!(kind, AskKind::Pay);
    assert_eq!(drive.leave_by(charge), Some(LATE));
}

#[test]
fn a_renewal_that_is_heard_behind_a_later_one_takes_nothing_back() {
    let (mut drive, id, _) = server(unknown());
    for ms in [2_000, 1_000] {
        let asked_at = NOW.plus_ms(ms);
        drive.hand_over(Claimed::default(), &[id], asked_at, LATE);
    }
    assert_eq!(drive.leave_by(id), Some(LATE.plus_ms(2_000)));
}

#[test]
fn a_record_that_is_ours_alone_needs_no_lease() {
    let (mut drive, outputs) = Drive::take_up("小摊", vec![reversing()], NOW);
    assert_eq!(kinds(&outputs), [AskKind::Reverse]);
    let id = reversing()[0].charge;
    assert_eq!(drive.leave_by(id), None);
    let ask = outputs
        .into_iter()
        .find(|output| matches!(output, Output::Ask { .. }))
        .expect("an ask");
    let later = NOW.plus_ms(900_000);
    assert_eq!(
        silence_until(&mut drive, ask, later, later),
        [AskKind::Query]
    );
}

/// What a person is told when a request for a refund comes to this in the record.
fn alarms_of(drive: &mut Drive, history: Vec<Event>, verdict: Verdict) -> Vec<&'static str> {
    let ask = RefundDesk {
        key: "key-2".to_owned(),
        fingerprint: [2; 32],
        charge: history[0].charge,
        amount: Amount::from_fen(100).expect("an amount"),
        reason: String::new(),
        by: "till-2".to_owned(),
        history,
    };
    let wish = Input::Refund {
        ticket: Ticket(7),
        ask,
        entropy: [7; 16],
    };
    let token = commits(&drive.step(wish, NOW))[0].0;
    let verdict = Ok(verdict);
    let outputs = drive.step(Input::Committed { token, verdict }, NOW);
    let told = outputs.iter().any(|output| {
        matches!(output, Output::Answer { ticket: Ticket(7), answer: Err(refused) }
            if refused.kind == wire::ProblemKind::ChargeMoved)
    });
    assert!(told, "it is judged once more: {outputs:?}");
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Alarm { what, .. } => Some(*what),
            Output::Commit { .. }
            | Output::Ask { .. }
            | Output::Answer { .. }
            | Output::Publish { .. } => None,
        })
        .collect()
}

#[test]
fn nobody_is_called_for_a_charge_that_another_server_works_on() {
    let (fenced, stale) = (Verdict::Fenced { fence: 2 }, Verdict::Stale { revision: 9 });
    for verdict in [&fenced, &stale] {
        let mut reader = drive().shared();
        let alarms = alarms_of(&mut reader, refunding(), verdict.clone());
        assert_eq!(alarms, [""; 0], "it was only read here");
    }
    let (mut owner, ..) = server(refunding());
    assert_eq!(alarms_of(&mut owner, refunding(), fenced), [""; 0]);
    let (mut owner, ..) = server(refunding());
    let alarms = alarms_of(&mut owner, refunding(), stale);
    assert_eq!(alarms, ["somebody else wrote its history"]);
}
