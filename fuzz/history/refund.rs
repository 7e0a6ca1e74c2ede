//! The moves of refunds within a history: asked and heard in any order, with any answer.

use ledger::{
    AskKind, Cause, Charge, Doubt, GivenSum, IllegalMove, OrderTold, Refund, RefundOutcome,
    RefundReply, RefundState, RefundWish, Refusal, State, Step,
};
use money::{Amount, RefundNo, Stamp};

use super::super::Choices;
use super::FEN;

/// Numbers of refunds that a history can name: few, so that they are named again.
const NUMBERS: u8 = 6;

fn number(choices: &mut Choices<'_>) -> RefundNo {
    RefundNo::fresh(Stamp::from_ms(1), [choices.byte() % NUMBERS; 16])
}

/// Sums around what was paid and what may be left of it.
fn sum(choices: &mut Choices<'_>) -> Amount {
    let fen = choices.of_all(&[0, 1, 50, 400, 625, FEN - 1, FEN, FEN + 1, 2 * FEN]);
    Amount::from_fen(fen).expect("an amount")
}

/// Asks for a refund; the charge must refuse what is too much, repeated or too early.
pub(super) fn ask(charge: Charge, choices: &mut Choices<'_>, now: Stamp) -> Option<Step> {
    let wish = RefundWish {
        no: number(choices),
        amount: sum(choices),
        reason: "a\nb\\c".to_owned(),
        by: "till-1".to_owned(),
    };
    let (no, amount) = (wish.no, wish.amount);
    let rest = charge.refund_rest();
    let is_known = charge.refund(no).is_some();
    let is_paid = matches!(charge.state(), State::Paid(_));
    let step = charge.ask_refund(wish, now).ok();
    let may_be = is_paid && !is_known && amount > Amount::ZERO && amount <= rest;
    assert_eq!(step.is_some(), may_be, "{amount:?} of {rest:?}");
    if let Some(step) = &step {
        let asked = step.charge.refund(no);
        let facts = asked.map(|refund| (refund.amount, &refund.state));
        assert_eq!(facts, Some((amount, &RefundState::Asked)));
    }
    step
}

/// Hears an answer about a refund.
pub(super) fn hear(
    charge: Charge,
    choices: &mut Choices<'_>,
    now: Stamp,
) -> Result<Step, IllegalMove> {
    if charge.returning().is_some() {
        return hear_return(charge, choices, now);
    }
    let no = number(choices);
    let before = charge.refund(no).cloned();
    let given_before = charge.refunded();
    let reply = reply(choices);
    let step = charge.hear_refund(no, reply.clone(), now)?;
    match (before, step.charge.refund(no)) {
        (Some(before), Some(after)) => judge(&before, after, &reply, given_before),
        (before, after) => panic!("a refund came or went: {before:?}, {after:?}"),
    }
    Ok(step)
}

/// Hears an answer about the refund by which a reversal gives everything back: only the whole sum
/// ends it.
fn hear_return(charge: Charge, choices: &mut Choices<'_>, now: Stamp) -> Result<Step, IllegalMove> {
    let before = charge.state().clone();
    let outcome = reply(choices).outcome;
    let step = charge.hear_return(&outcome, now)?;
    if *step.charge.state() != before {
        let RefundOutcome::Given { sum, .. } = outcome else {
            panic!("returned by {outcome:?}");
        };
        let (GivenSum::Total(sum) | GivenSum::Alone(sum)) = sum;
        assert_eq!(sum.fen(), FEN, "another sum proves nothing");
    }
    Ok(step)
}

fn reply(choices: &mut Choices<'_>) -> RefundReply {
    let kind = choices.of_all(&[AskKind::Refund, AskKind::RefundQuery]);
    let is_alone = choices.is_true();
    let outcome = match choices.byte() % 6 {
        0 | 1 => RefundOutcome::Given {
            sum: GivenSum::Total(sum(choices)),
            at: choices.is_true().then_some(Stamp::from_ms(5)),
        },
        2 => RefundOutcome::Given {
            sum: GivenSum::Alone(sum(choices)),
            at: None,
        },
        3 => RefundOutcome::Refused(Refusal {
            cause: choices.of_all(&Cause::ALL),
            code: "ACQ.X".to_owned(),
            text: String::new(),
        }),
        4 => RefundOutcome::Absent,
        _ => RefundOutcome::Unknown(choices.of_all(&Doubt::ALL)),
    };
    let order = match choices.byte() % 4 {
        0 => OrderTold::Closed,
        1 => OrderTold::Unknown,
        _ => OrderTold::Nothing,
    };
    RefundReply {
        kind,
        is_alone,
        order,
        outcome,
    }
}

/// Only an answer that fits ends a refund, and an ended one stays as it is.
fn judge(before: &Refund, after: &Refund, reply: &RefundReply, given_before: Amount) {
    assert_eq!((before.no, before.amount), (after.no, after.amount));
    if before.state != RefundState::Asked {
        assert_eq!(before, after, "an ended refund stays");
        return;
    }
    match &after.state {
        RefundState::Asked => {}
        RefundState::Given { .. } => {
            let RefundOutcome::Given { sum, .. } = &reply.outcome else {
                panic!("given by {reply:?}");
            };
            let expected = match sum {
                GivenSum::Alone(_) => GivenSum::Alone(before.amount),
                GivenSum::Total(_) => {
                    GivenSum::Total(given_before.plus(before.amount).expect("an amount"))
                }
            };
            assert_eq!(*sum, expected, "another sum proves nothing");
        }
        RefundState::Refused(_) if reply.order != OrderTold::Nothing => {
            let is_refused = matches!(reply.outcome, RefundOutcome::Refused(_));
            assert!(is_refused || reply.outcome == RefundOutcome::Absent);
            assert!(reply.is_alone, "an earlier request may still arrive");
        }
        RefundState::Refused(refusal) => {
            assert_eq!(reply.outcome, RefundOutcome::Refused(refusal.clone()));
            assert_eq!(
                reply.kind,
                AskKind::Refund,
                "a refused question ends nothing"
            );
            assert!(reply.is_alone, "an earlier request may still arrive");
        }
    }
}

/// What holds at any time, over all refunds together.
pub(super) fn check(charge: &Charge) {
    let paid = match charge.state() {
        State::Paid(facts) => facts.amount.fen(),
        State::Opened
        | State::Sent
        | State::Waiting
        | State::Unknown(_)
        | State::Reversing { .. }
        | State::Refused(_)
        | State::Reversed { .. } => {
            assert!(
                charge.refunds().is_empty(),
                "nothing goes back that never came"
            );
            0
        }
    };
    let sum = |counts: fn(&RefundState) -> bool| -> i64 {
        let counted = charge.refunds().iter().filter(|one| counts(&one.state));
        counted.map(|one| one.amount.fen()).sum()
    };
    let bound = sum(|state| !matches!(state, RefundState::Refused(_)));
    assert!(bound <= paid, "{bound} of {paid} are asked back");
    assert_eq!(charge.refund_rest().fen(), paid - bound);
    let given = sum(|state| matches!(state, RefundState::Given { .. }));
    assert_eq!(charge.refunded().fen(), given);
}
