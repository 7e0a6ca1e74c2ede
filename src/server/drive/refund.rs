//! Refunds in the loop: one request at a time becomes durable, one refund at a time is asked of
//! the provider, and no refund is given up.
//!
//! A request is judged against all that is durable before it, so requests from several places never
//! take more than is left; what the store will not take is taken back here as if it never was.

use std::collections::{BTreeSet, VecDeque};

use ledger::{
    AskKind, Asked, Charge, Effect, Event, Fact, OrderTold, Outcome, Refund, RefundChase,
    RefundForbidden, RefundOutcome, RefundReply, RefundWish, State,
};
use money::{ChargeId, RefundNo, Stamp};
use provider::{Ask, RefundAsk};
use store::{KeyBinding, StoreFault, Verdict};
use wire::ProblemKind;

use super::live::Live;
use super::{Answered, Drive, Output, RefundDesk, Refused, Ticket, alarm, kind_of, plan_of};

/// What a charge's loop remembers of its refunds. Not durable.
#[derive(Default)]
pub(super) struct Refunding {
    waiting: VecDeque<Request>,
    /// Applied to the charge, on its way to the store.
    committing: Option<Request>,
    /// Refunds that were asked for here and never asked of the provider.
    fresh: BTreeSet<RefundNo>,
    chase: Option<(RefundNo, RefundChase)>,
    /// When the next refund may be asked of the provider.
    gap_until: Option<Stamp>,
    /// Whether a person was told to give the rest of a reversal back by hand.
    pub(super) is_rest_told: bool,
}

/// A request for a refund, from its arrival until it is durable or refused.
struct Request {
    ask: RefundDesk,
    no: RefundNo,
    /// Who waits: the first asked for it, the others repeated it.
    tickets: Vec<Ticket>,
}

impl Refunding {
    /// True when no request waits for anything.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.committing.is_none()
    }

    /// True while a request with this key waits or is on its way to the store.
    pub(super) fn has(&self, key: &str) -> bool {
        let mut all = self.committing.iter().chain(&self.waiting);
        all.any(|request| request.ask.key == key)
    }

    /// The key of the request that is the first of what is not saved.
    pub(super) fn binding(&self) -> Option<KeyBinding> {
        self.committing.as_ref().map(|request| KeyBinding {
            key: request.ask.key.clone(),
            fingerprint: request.ask.fingerprint,
        })
    }

    /// Everybody who waits for a request, which then are no more.
    pub(super) fn dismiss(&mut self) -> Vec<Ticket> {
        let all = self.committing.take().into_iter();
        all.chain(self.waiting.drain(..))
            .flat_map(|request| request.tickets)
            .collect()
    }

    /// Takes a request in, unless one with its key is here already.
    fn take(&mut self, request: Request) -> Result<(), (Ticket, ProblemKind)> {
        let mut here = self.committing.iter_mut().chain(&mut self.waiting);
        let Some(same) = here.find(|other| other.ask.key == request.ask.key) else {
            self.waiting.push_back(request);
            return Ok(());
        };
        if same.ask.fingerprint == request.ask.fingerprint {
            same.tickets.extend(request.tickets);
            return Ok(());
        }
        let first = request.tickets.first().copied();
        first.map_or(Ok(()), |ticket| Err((ticket, ProblemKind::KeyReused)))
    }

    /// Notes what was told of the whole order, when that was asked for a refund's sake.
    pub(super) fn hears_order(&mut self, asked: Asked, outcome: &Outcome) -> bool {
        let chase = self.chase.as_mut().map(|(_, chase)| chase);
        let is_awaited = |chase: &&mut RefundChase| {
            asked.kind == AskKind::Query && chase.waits_for(asked.kind, asked.at)
        };
        let Some(chase) = chase.filter(is_awaited) else {
            return false;
        };
        *chase = chase.heard_order(outcome);
        true
    }

    /// The memory of asking about this refund, made when it is its turn.
    fn chase_of(&mut self, no: RefundNo, taken_up: RefundChase, now: Stamp) -> RefundChase {
        match self.chase {
            Some((chased, chase)) if chased == no => chase,
            Some(_) | None => {
                let chase = if self.fresh.remove(&no) {
                    RefundChase::fresh(self.gap_until.unwrap_or(now))
                } else {
                    taken_up
                };
                self.chase = Some((no, chase));
                chase
            }
        }
    }
}

impl Drive {
    /// Somebody wants money of a charge back.
    pub(super) fn refund(
        &mut self,
        ticket: Ticket,
        mut ask: RefundDesk,
        entropy: [u8; 16],
        now: Stamp,
        out: &mut Vec<Output>,
    ) {
        let id = ask.charge;
        let history = std::mem::take(&mut ask.history);
        let known = self.live.get(&id).map(|live| live.charge.clone());
        let charge = match known.map_or_else(|| Charge::fold(&history), Ok) {
            Ok(charge) if charge.id() == id => charge,
            Ok(_) | Err(_) => return refuse(&[ticket], ProblemKind::Defect, id, out),
        };
        if !matches!(charge.state(), State::Paid(_)) {
            return refuse(&[ticket], ProblemKind::NotPaid, id, out);
        }
        let leased_at = self.is_shared.then_some(now);
        let live = self
            .live
            .entry(id)
            .or_insert_with(|| Live::at_rest(charge, history, leased_at, now));
        let taken = live.refunding.take(Request {
            ask,
            no: RefundNo::fresh(now, entropy),
            tickets: vec![ticket],
        });
        if let Err((ticket, kind)) = taken {
            refuse(&[ticket], kind, id, out);
        }
        self.next_request(id, now, out);
        self.advance(id, now, out);
    }

    /// Judges the next request once all before it is durable, and hands it to the store.
    pub(super) fn next_request(&mut self, id: ChargeId, now: Stamp, out: &mut Vec<Output>) {
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        while live.is_durable() && live.refunding.committing.is_none() {
            let Some(request) = live.refunding.waiting.pop_front() else {
                break;
            };
            match live.charge.clone().ask_refund(request.wish(), now) {
                Ok(step) => {
                    live.take(step);
                    live.refunding.committing = Some(request);
                }
                Err(forbidden) => forbid(&request.tickets, forbidden, id, out),
            }
        }
        self.flush(id, now, out);
    }

    /// Takes back a request that the store refused, and what was heard behind it; whoever waits for
    /// that to be durable hears that it is not.
    pub(super) fn take_back(&mut self, id: ChargeId, out: &mut Vec<Output>) {
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        live.take_back();
        let tickets = std::mem::take(&mut live.tickets);
        refuse(&tickets, ProblemKind::RecordUnwritable, id, out);
    }

    /// Tells who asked for a refund what the store made of it.
    pub(super) fn answer_request(
        &mut self,
        id: ChargeId,
        verdict: &Result<Verdict, StoreFault>,
        out: &mut Vec<Output>,
    ) {
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        let Some(Request { ask, no, tickets }) = live.refunding.committing.take() else {
            return;
        };
        match verdict {
            Ok(Verdict::Written { .. }) => {
                live.refunding.fresh.insert(no);
                tell_accepted(&tickets, id, Some(&live.durable), out);
            }
            Ok(Verdict::KeyTaken {
                charge,
                fingerprint,
            }) if *fingerprint == ask.fingerprint => tell_accepted(&tickets, *charge, None, out),
            Ok(Verdict::KeyTaken { charge, .. }) => {
                refuse(&tickets, ProblemKind::KeyReused, *charge, out);
            }
            Ok(Verdict::KeyClosed) => refuse(&tickets, ProblemKind::ChargeAbsent, id, out),
            Ok(Verdict::Stale { .. } | Verdict::SaleTaken { .. } | Verdict::Fenced { .. }) => {
                refuse(&tickets, ProblemKind::ChargeMoved, id, out);
            }
            Err(fault) => refuse(&tickets, kind_of(fault), id, out),
        }
    }

    /// The provider has answered about a refund, or the shell has given up waiting.
    pub(super) fn heard_refund(
        &mut self,
        (id, no): (ChargeId, RefundNo),
        asked: Asked,
        outcome: RefundOutcome,
        now: Stamp,
        out: &mut Vec<Output>,
    ) {
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        if live.charge.returning() == Some(no) {
            return self.heard_return(id, &outcome, now, out);
        }
        let Some((chased, chase)) = live.refunding.chase.filter(|(chased, _)| *chased == no) else {
            return;
        };
        let plan = plan_of(&live.charge);
        let is_awaited = chase.waits_for(asked.kind, asked.at);
        if is_awaited {
            live.refunding.chase = Some((chased, chase.heard(&outcome, plan)));
        }
        let gap_until = asked.at.plus_ms(plan.refund_gap_ms);
        live.refunding.gap_until = live.refunding.gap_until.max(Some(gap_until));
        // What a stale answer says that went back went back; what it denies proves nothing.
        let reply = RefundReply {
            kind: asked.kind,
            is_alone: is_awaited && chase.is_alone(),
            order: if is_awaited {
                chase.told_before()
            } else {
                OrderTold::Nothing
            },
            outcome,
        };
        match live.charge.clone().hear_refund(no, reply, now) {
            Ok(step) => {
                alarm::note_events(&step, out);
                live.take(step);
            }
            Err(_) => out.push(Output::Alarm {
                charge: id,
                what: "money went back by a refund that was refused",
            }),
        }
        self.flush(id, now, out);
        self.advance(id, now, out);
    }

    /// Asks the provider about the first refund that has no end, as far as what is durable allows.
    pub(super) fn advance_refund(&mut self, id: ChargeId, now: Stamp, out: &mut Vec<Output>) {
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        let Some(refund) = live.charge.refund_asked().cloned() else {
            if live.is_durable() && live.refunding.is_idle() {
                return self.forget(id);
            }
            return self.plan_retry(id);
        };
        if !live.is_ours {
            // Read, not taken up: whoever works on it asks about its refunds.
            if live.is_durable() && live.refunding.is_idle() {
                return self.forget(id);
            }
            return self.plan_retry(id);
        }
        if !live.is_asked_durably(refund.no) {
            // Its commit comes back here.
            return self.plan_retry(id);
        }
        let plan = plan_of(&live.charge);
        let taken_up = RefundChase::taken_up(plan, now);
        let mut chase = live.refunding.chase_of(refund.no, taken_up, now);
        if chase.is_stuck(plan, refund.asked_at, now) {
            chase = chase.told();
            live.refunding.chase = Some((refund.no, chase));
            out.push(Output::Alarm {
                charge: id,
                what: "a refund of it has had no end for five minutes",
            });
        }
        match live.allowed(plan.next_refund(chase, now), now) {
            Effect::Ask(kind) => {
                live.ask_refund(&refund, kind, now, out);
                self.plan_retry(id);
            }
            Effect::Wait(at) => {
                let at = live.retry_at.map_or(at, |retry| retry.min(at));
                self.plan_at(id, at);
            }
            Effect::Rest => self.plan_retry(id),
        }
    }
}

impl Live {
    /// A charge at its end, taken up for what is asked of it now.
    /// The commit of the first request claims it.
    fn at_rest(charge: Charge, durable: Vec<Event>, leased_at: Option<Stamp>, now: Stamp) -> Self {
        let mut live = Self::opened(charge, durable, [0; 32], now);
        live.leased_at = leased_at;
        live.is_ours = false;
        live
    }

    /// L5: the intent to give back is durable.
    fn is_asked_durably(&self, no: RefundNo) -> bool {
        self.durable.iter().any(|event| match &event.fact {
            Fact::RefundAsked { no: asked, .. } => *asked == no,
            Fact::Opened(_)
            | Fact::Sent
            | Fact::Waiting
            | Fact::Shown { .. }
            | Fact::Doubted(_)
            | Fact::Paid(_)
            | Fact::Refused(_)
            | Fact::ReverseBegun(_)
            | Fact::PaidWhileReversing(_)
            | Fact::ReturnBegun { .. }
            | Fact::Reversed(_)
            | Fact::RefundGiven { .. }
            | Fact::RefundRefused { .. }
            | Fact::RefundDoubted { .. } => false,
        })
    }

    fn ask_refund(&mut self, refund: &Refund, kind: AskKind, now: Stamp, out: &mut Vec<Output>) {
        let order = self.charge.order_no();
        let ask = match kind {
            AskKind::Refund => Ask::Refund(RefundAsk {
                order,
                refund: refund.no,
                amount: refund.amount,
                reason: refund.reason.clone(),
            }),
            AskKind::Query => Ask::Query(order),
            AskKind::RefundQuery | AskKind::Pay | AskKind::Precreate | AskKind::Reverse => {
                Ask::RefundQuery {
                    order,
                    refund: refund.no,
                }
            }
        };
        if let Some((_, chase)) = &mut self.refunding.chase {
            *chase = chase.asked(kind, now);
        }
        out.push(Output::Ask {
            charge: self.charge.id(),
            amount: self.charge.amount(),
            asked: Asked {
                kind: ask.kind(),
                at: now,
                age_ms: self.chase.age_ms(now),
            },
            ask,
        });
    }
}

impl Request {
    fn wish(&self) -> RefundWish {
        RefundWish {
            no: self.no,
            amount: self.ask.amount,
            reason: self.ask.reason.clone(),
            by: self.ask.by.clone(),
        }
    }
}

fn refuse(tickets: &[Ticket], kind: ProblemKind, charge: ChargeId, out: &mut Vec<Output>) {
    let refused = Refused {
        kind,
        charge: Some(charge),
        rest: None,
    };
    tell_refused(tickets, refused, out);
}

/// The first ticket of a request that was written by itself is the one that asked; all others
/// repeated it.
fn tell_accepted(
    tickets: &[Ticket],
    charge: ChargeId,
    history: Option<&[Event]>,
    out: &mut Vec<Output>,
) {
    for (place, ticket) in tickets.iter().enumerate() {
        let answered = Answered {
            charge,
            is_fresh: place == 0 && history.is_some(),
            history: history.map(<[Event]>::to_vec),
        };
        out.push(Output::Answer {
            ticket: *ticket,
            answer: Ok(answered),
        });
    }
}

/// What the law forbids, in the words of the interface.
fn forbid(tickets: &[Ticket], why: RefundForbidden, charge: ChargeId, out: &mut Vec<Output>) {
    let (kind, rest) = match why {
        RefundForbidden::NotPaid(_) => (ProblemKind::NotPaid, None),
        RefundForbidden::Zero => (ProblemKind::AmountZero, None),
        RefundForbidden::OverRest { rest } => (ProblemKind::RefundOverRest, Some(rest)),
        RefundForbidden::TooMany => (ProblemKind::RefundTooMany, None),
        RefundForbidden::Repeated(_) => (ProblemKind::ChargeMoved, None),
    };
    let refused = Refused {
        kind,
        charge: Some(charge),
        rest,
    };
    tell_refused(tickets, refused, out);
}

fn tell_refused(tickets: &[Ticket], refused: Refused, out: &mut Vec<Output>) {
    out.extend(tickets.iter().map(|ticket| Output::Answer {
        ticket: *ticket,
        answer: Err(refused),
    }));
}

#[cfg(test)]
pub(super) mod tests;
