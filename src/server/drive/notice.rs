//! Notices in the loop: what a provider says unasked is weighed like an answer, and it is told that
//! we have it only when what came of it is durable.

use ledger::{Charge, Event, Outcome, State, Step};
use money::{ChargeId, Stamp};
use provider::{Notice, RefundTold};
use wire::ProblemKind;

use super::{Answered, Drive, Output, Refused, Ticket, alarm, plan_of};

impl Drive {
    /// A verified notice about a charge. `history` is what the record had of it a moment ago; a
    /// charge that is open elsewhere is not ours to move.
    pub(super) fn notice(
        &mut self,
        ticket: Ticket,
        (id, notice): (ChargeId, &Notice),
        history: &[Event],
        now: Stamp,
        out: &mut Vec<Output>,
    ) {
        let Some(live) = self.live.get_mut(&id) else {
            let answer = at_rest(id, notice, history, now, out);
            out.push(Output::Answer { ticket, answer });
            return;
        };
        if !live.knows(history) {
            // Another server wrote it: what is known of it here is too old to judge by.
            let answer = Err(refused(id));
            out.push(Output::Answer { ticket, answer });
            return;
        }
        let is_foreign = is_foreign(&live.charge, notice, out);
        let steps = heard(&live.charge, notice, now, out);
        let is_believed = steps.is_some() && !is_foreign;
        for step in steps.unwrap_or_default() {
            alarm::note_events(&step, out);
            live.take(step);
        }
        if !is_believed {
            let answer = Err(refused(id));
            out.push(Output::Answer { ticket, answer });
        } else if live.is_written() {
            let answer = Ok(answered(id));
            out.push(Output::Answer { ticket, answer });
        } else {
            live.tickets.push(ticket);
        }
        self.flush(id, now, out);
        self.answer_if_durable(id, out);
        self.advance(id, now, out);
    }
}

/// A charge that nobody works on here: a notice can only tell what is known, or raise an alarm.
fn at_rest(
    id: ChargeId,
    notice: &Notice,
    history: &[Event],
    now: Stamp,
    out: &mut Vec<Output>,
) -> Result<Answered, Refused> {
    let charge = Charge::fold(history)
        .ok()
        .filter(|charge| charge.id() == id);
    let charge = charge.ok_or(refused(id))?;
    if is_foreign(&charge, notice, out) {
        return Err(refused(id));
    }
    let steps = heard(&charge, notice, now, out).ok_or(refused(id))?;
    // What would change something is for whoever works on the charge; it is told again.
    if steps.iter().all(|step| step.events.is_empty()) {
        Ok(answered(id))
    } else {
        Err(refused(id))
    }
}

/// The order is ours, its sum is not: never believed, whatever else it says.
fn is_foreign(charge: &Charge, notice: &Notice, out: &mut Vec<Output>) -> bool {
    let is_foreign = notice.amount != charge.amount();
    if is_foreign {
        out.push(Output::Alarm {
            charge: charge.id(),
            what: "a notice names another sum for it",
        });
    }
    is_foreign
}

/// What comes of the notice; nothing when the law forbids it, which a person is told. Of a notice
/// over another sum only a success is heard, which becomes a doubt in the history.
fn heard(charge: &Charge, notice: &Notice, now: Stamp, out: &mut Vec<Output>) -> Option<Vec<Step>> {
    let plan = plan_of(charge);
    let id = charge.id();
    let is_success = matches!(notice.outcome, Outcome::Paid(_));
    if notice.amount != charge.amount() && !is_success {
        return Some(Vec::new());
    }
    let Ok(first) = charge
        .clone()
        .hear_notice(notice.outcome.clone(), plan, now)
    else {
        let what = "a notice tells of money after its end";
        out.push(Output::Alarm { charge: id, what });
        return None;
    };
    let mut steps = vec![first];
    if let Some(told) = &notice.refund
        && notice.amount == charge.amount()
    {
        steps.extend(heard_refund(&steps[0].charge, told, now, out)?);
    }
    Some(steps)
}

/// What comes of the part about money that went back: at most one step, or nothing at all when the
/// law forbids it.
fn heard_refund(
    charge: &Charge,
    told: &RefundTold,
    now: Stamp,
    out: &mut Vec<Output>,
) -> Option<Vec<Step>> {
    let id = charge.id();
    if !matches!(charge.state(), State::Paid(_)) {
        // A reverse gives back without a number of ours.
        return Some(Vec::new());
    }
    let Some(no) = told.number().filter(|no| charge.refund(*no).is_some()) else {
        let what = "a notice tells of a refund that was not asked for here";
        out.push(Output::Alarm { charge: id, what });
        return Some(Vec::new());
    };
    let step = charge
        .clone()
        .hear_refund_notice(no, told.total, told.at, now);
    if step.is_err() {
        let what = "a notice tells of money that went back by a refused refund";
        out.push(Output::Alarm { charge: id, what });
    }
    step.ok().map(|step| vec![step])
}

const fn refused(id: ChargeId) -> Refused {
    Refused {
        kind: ProblemKind::ChargeMoved,
        charge: Some(id),
        rest: None,
    }
}

const fn answered(id: ChargeId) -> Answered {
    Answered {
        charge: id,
        is_fresh: false,
        history: None,
    }
}

#[cfg(test)]
mod tests;
