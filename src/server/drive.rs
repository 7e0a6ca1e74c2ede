//! The one loop that asks, asks again and reverses, as a pure machine: inputs and the time go in,
//! outputs come out, and a shell carries them out. It never gives up on a charge.
//!
//! Order of every move: events first, durable; then the ask that they allow. `Pay` leaves once,
//! right after the opening is durable; a reverse leaves only after `ReverseBegun` is durable.

mod alarm;
mod first;
mod input;
mod lease;
mod live;
mod notice;
#[cfg(feature = "planted")]
mod planted;
mod refund;
mod returning;
mod spent;
#[cfg(test)]
mod tests;
mod unsent;

use std::collections::{BTreeMap, BTreeSet};

use ledger::{
    AskKind, Asked, Charge, Effect, Event, Opening, Outcome, Plan, ReverseWhy, State, plan,
};
use money::{ChargeId, Stamp};
use provider::Ask;
use store::{Batch, KeyBinding, StoreFault, Verdict};
use wire::ProblemKind;

pub use alarm::REST_BY_HAND;
pub use first::Means;
use first::first_ask;
pub(crate) use input::kind_of;
pub use input::{Answered, DeskAsk, Input, Output, RefundDesk, Refused, Ticket};
use live::Live;
use spent::Spent;

/// Pause before a commit that the store could not take is tried again.
const COMMIT_AGAIN_MS: i64 = 1_000;

/// All charges that are not at their end, and what is being waited for.
pub struct Drive {
    subject: String,
    live: BTreeMap<ChargeId, Live>,
    due: BTreeSet<(Stamp, ChargeId)>,
    openings: BTreeMap<u64, Pending>,
    commits: BTreeMap<u64, ChargeId>,
    spent: Spent,
    last_token: u64,
    /// Whether other servers may work on the same charges.
    is_shared: bool,
}

/// An opening that is being made durable.
struct Pending {
    ticket: Ticket,
    charge: Charge,
    events: Vec<Event>,
    key: String,
    fingerprint: [u8; 32],
    mark: [u8; 32],
    means: Means,
}

impl Drive {
    /// Takes up every charge that is not at its end, after a start. `subject` is what customers
    /// read in their wallet's bill.
    pub fn take_up(subject: &str, histories: Vec<Vec<Event>>, now: Stamp) -> (Self, Vec<Output>) {
        let mut drive = Self {
            subject: subject.to_owned(),
            live: BTreeMap::new(),
            due: BTreeSet::new(),
            openings: BTreeMap::new(),
            commits: BTreeMap::new(),
            spent: Spent::nothing(),
            last_token: 0,
            is_shared: false,
        };
        let mut out = Vec::new();
        for history in histories {
            drive.take_up_one(history, now, now, &mut out);
        }
        (drive, out)
    }

    /// Carries out one input.
    pub fn step(&mut self, input: Input, now: Stamp) -> Vec<Output> {
        let mut out = Vec::new();
        match input {
            Input::Open {
                ticket,
                ask,
                entropy,
            } => self.open(ticket, ask, entropy, now, &mut out),
            Input::Cancel { ticket, charge } => self.cancel(ticket, charge, now, &mut out),
            Input::Committed { token, verdict } => self.committed(token, &verdict, now, &mut out),
            Input::Heard {
                charge,
                asked,
                outcome,
            } => {
                self.heard(charge, asked, outcome, now, &mut out);
            }
            Input::Refund {
                ticket,
                ask,
                entropy,
            } => self.refund(ticket, ask, entropy, now, &mut out),
            Input::HeardRefund {
                charge,
                refund,
                asked,
                outcome,
            } => self.heard_refund((charge, refund), asked, outcome, now, &mut out),
            Input::Noticed {
                ticket,
                charge,
                notice,
                history,
            } => self.notice(ticket, (charge, &notice), &history, now, &mut out),
            Input::Tick => self.tick(now, &mut out),
        }
        out
    }

    /// When [`Input::Tick`] is wanted next.
    pub fn wake_at(&self) -> Option<Stamp> {
        self.due.first().map(|(at, _)| *at)
    }

    /// True when nothing is open and nothing is being opened.
    pub fn is_idle(&self) -> bool {
        self.live.is_empty() && self.openings.is_empty()
    }

    /// Charges that are not at their end.
    pub fn open_count(&self) -> usize {
        self.live.len()
    }

    /// Histories of all charges that are not at their end, as far as they are durable.
    pub fn open_histories(&self) -> impl Iterator<Item = &[Event]> {
        self.live.values().map(|live| live.durable.as_slice())
    }

    /// A charge that nobody works on, and that is ours since `leased_at`.
    fn take_up_one(
        &mut self,
        history: Vec<Event>,
        leased_at: Stamp,
        now: Stamp,
        out: &mut Vec<Output>,
    ) {
        let Some(id) = history.first().map(|event| event.charge) else {
            return;
        };
        let folded = Charge::fold(&history)
            .ok()
            .and_then(|charge| charge.recover(now).ok());
        let Some(step) = folded else {
            out.push(Output::Alarm {
                charge: id,
                what: "its history cannot have happened",
            });
            return;
        };
        if step.charge.is_settled() {
            return;
        }
        let mut live = Live::taken_up(step, history, now);
        live.leased_at = self.is_shared.then_some(leased_at);
        self.live.insert(id, live);
        self.flush(id, now, out);
        self.advance(id, now, out);
    }

    fn open(
        &mut self,
        ticket: Ticket,
        ask: DeskAsk,
        entropy: [u8; 16],
        now: Stamp,
        out: &mut Vec<Output>,
    ) {
        if let Err(refused) = self.spent.take(ask.mark, &ask.key, now) {
            out.push(Output::Answer {
                ticket,
                answer: Err(refused),
            });
            return;
        }
        let id = ChargeId::fresh(now, entropy);
        let opening = Opening {
            id,
            sale: ask.sale,
            amount: ask.amount,
            provider: ask.means.provider(),
            device: ask.device,
            way: ask.means.way(),
            instalments: ask.instalments,
            goods: ask.goods,
        };
        let step = Charge::open(opening, now);
        let key = KeyBinding {
            key: ask.key.clone(),
            fingerprint: ask.fingerprint,
        };
        let token = self.fresh_token();
        out.push(Output::Commit {
            token,
            batch: Batch {
                events: step.events.clone(),
                key: Some(key),
            },
        });
        let pending = Pending {
            ticket,
            charge: step.charge,
            events: step.events,
            key: ask.key,
            fingerprint: ask.fingerprint,
            mark: ask.mark,
            means: ask.means,
        };
        self.openings.insert(token, pending);
    }

    fn cancel(&mut self, ticket: Ticket, id: ChargeId, now: Stamp, out: &mut Vec<Output>) {
        let Some(live) = self
            .live
            .get_mut(&id)
            .filter(|live| !live.charge.state().is_end())
        else {
            let refused = Refused {
                kind: ProblemKind::ChargeEnded,
                charge: Some(id),
                rest: None,
            };
            out.push(Output::Answer {
                ticket,
                answer: Err(refused),
            });
            return;
        };
        if let Ok(step) = live.charge.clone().reverse(ReverseWhy::Cashier, now) {
            live.take(step);
        }
        live.tickets.push(ticket);
        self.flush(id, now, out);
        self.answer_if_durable(id, out);
    }

    fn committed(
        &mut self,
        token: u64,
        verdict: &Result<Verdict, StoreFault>,
        now: Stamp,
        out: &mut Vec<Output>,
    ) {
        if let Some(pending) = self.openings.remove(&token) {
            self.opening_committed(pending, verdict, now, out);
        } else if let Some(id) = self.commits.remove(&token) {
            self.events_committed(id, verdict, now, out);
        }
    }

    fn opening_committed(
        &mut self,
        pending: Pending,
        verdict: &Result<Verdict, StoreFault>,
        now: Stamp,
        out: &mut Vec<Output>,
    ) {
        let (kind, charge) = match verdict {
            Ok(Verdict::Written { last_seq }) => return self.opened(pending, *last_seq, now, out),
            Ok(Verdict::KeyTaken {
                charge,
                fingerprint,
            }) if *fingerprint == pending.fingerprint => {
                return self.repeated(&pending, *charge, now, out);
            }
            Ok(Verdict::KeyTaken { charge, .. }) => (ProblemKind::KeyReused, Some(*charge)),
            Ok(Verdict::KeyClosed) => (ProblemKind::ChargeAbsent, None),
            Ok(Verdict::SaleTaken { charge }) => (ProblemKind::SaleBusy, Some(*charge)),
            Ok(Verdict::Stale { .. } | Verdict::Fenced { .. }) => (ProblemKind::Defect, None),
            Err(fault) => (kind_of(fault), None),
        };
        self.spent.let_go(pending.mark);
        out.push(Output::Answer {
            ticket: pending.ticket,
            answer: Err(Refused {
                kind,
                charge,
                rest: None,
            }),
        });
    }

    /// The same request came before: it is answered with the charge that it opened then.
    fn repeated(&mut self, pending: &Pending, charge: ChargeId, now: Stamp, out: &mut Vec<Output>) {
        self.spent.bind(pending.mark, &pending.key, charge, now);
        let history = self.live.get(&charge).map(|live| live.durable.clone());
        out.push(Output::Answer {
            ticket: pending.ticket,
            answer: Ok(Answered {
                charge,
                is_fresh: false,
                history,
            }),
        });
    }

    /// The intent is durable: the till is answered, and the first ask leaves, this once.
    fn opened(&mut self, pending: Pending, seq: u64, now: Stamp, out: &mut Vec<Output>) {
        let Pending {
            ticket,
            charge,
            events,
            key,
            mark,
            means,
            ..
        } = pending;
        let id = charge.id();
        self.spent.bind(mark, &key, id, now);
        out.push(Output::Publish {
            charge: id,
            history: events.clone(),
            seq,
        });
        let answered = Answered {
            charge: id,
            is_fresh: true,
            history: Some(events.clone()),
        };
        out.push(Output::Answer {
            ticket,
            answer: Ok(answered),
        });
        let ask = first_ask(&charge, means, &self.subject);
        let mut live = Live::opened(charge, events, mark, now);
        live.leased_at = self.is_shared.then_some(live.charge.opened_at());
        if let Some(step) = unsent::when_late(&live.charge, now) {
            live.take(step);
            self.spent.give_back(mark);
        } else if let Ok(step) = live.charge.clone().sent(now) {
            live.take(step);
            live.ask(ask, now, out);
        }
        self.live.insert(id, live);
        self.flush(id, now, out);
    }

    fn events_committed(
        &mut self,
        id: ChargeId,
        verdict: &Result<Verdict, StoreFault>,
        now: Stamp,
        out: &mut Vec<Output>,
    ) {
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        let is_request = live.is_requesting();
        match verdict {
            Ok(Verdict::Written { last_seq }) => {
                live.saved();
                let history = live.durable.clone();
                out.push(Output::Publish {
                    charge: id,
                    history,
                    seq: *last_seq,
                });
            }
            Err(StoreFault::Doubted(_)) if is_request && self.is_shared => {
                self.answer_request(id, verdict, out);
                return self.abandon(id, out);
            }
            Ok(Verdict::KeyTaken { .. } | Verdict::KeyClosed) | Err(_) if is_request => {
                self.take_back(id, out);
            }
            Ok(
                Verdict::Stale { .. }
                | Verdict::KeyTaken { .. }
                | Verdict::KeyClosed
                | Verdict::SaleTaken { .. }
                | Verdict::Fenced { .. },
            ) => return self.outrun(id, verdict, out),
            Err(fault) => live.unsaved_until(now.plus_ms(COMMIT_AGAIN_MS), fault),
        }
        self.answer_request(id, verdict, out);
        self.next_request(id, now, out);
        self.answer_if_durable(id, out);
        self.advance(id, now, out);
    }

    fn heard(
        &mut self,
        id: ChargeId,
        asked: Asked,
        outcome: Outcome,
        now: Stamp,
        out: &mut Vec<Output>,
    ) {
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        if live.refunding.hears_order(asked, &outcome) {
            return self.advance(id, now, out);
        }
        live.chase = live.chase.heard(&outcome);
        let plan = plan_of(&live.charge);
        match live.charge.clone().hear(asked, outcome, plan, now) {
            Ok(step) => {
                alarm::note_events(&step, out);
                live.take(step);
            }
            Err(_) => out.push(Output::Alarm {
                charge: id,
                what: "money was taken after its end",
            }),
        }
        if unsent::is_unsent(live.charge.state()) {
            self.spent.give_back(live.mark);
        }
        // Judged right behind an answer, so that the last question is as fresh as can be.
        if plan.is_overdue(&live.charge, live.chase, now)
            && let Ok(step) = live.charge.clone().reverse(live.charge.why_overdue(), now)
        {
            live.take(step);
        }
        alarm::note_stuck(live, plan, now, out);
        self.flush(id, now, out);
        self.advance(id, now, out);
    }

    fn tick(&mut self, now: Stamp, out: &mut Vec<Output>) {
        let late: Vec<ChargeId> = self
            .due
            .iter()
            .take_while(|(at, _)| *at <= now)
            .map(|(_, id)| *id)
            .collect();
        for id in late {
            self.flush(id, now, out);
            self.advance(id, now, out);
        }
    }

    /// Hands unsaved events to the store, one commit at a time for each charge.
    fn flush(&mut self, id: ChargeId, now: Stamp, out: &mut Vec<Output>) {
        let token = self.last_token + 1;
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        if let Some(batch) = live.batch(now) {
            self.last_token = token;
            self.commits.insert(token, id);
            out.push(Output::Commit { token, batch });
        }
    }

    /// Does what the plan says, as far as what is durable allows.
    fn advance(&mut self, id: ChargeId, now: Stamp, out: &mut Vec<Output>) {
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        if let State::Paid(_) = live.charge.state() {
            return self.advance_refund(id, now, out);
        }
        let order = live.charge.order_no();
        let next = plan_of(&live.charge).next(&live.charge, live.chase, now);
        match live.allowed(next, now) {
            Effect::Ask(AskKind::Query) if !live.is_committing() => {
                live.ask(Ask::Query(order), now, out);
            }
            Effect::Ask(AskKind::Reverse) if live.is_durable() => {
                live.ask(Ask::Reverse(order), now, out);
            }
            Effect::Ask(kind @ (AskKind::Refund | AskKind::RefundQuery)) if live.is_durable() => {
                live.ask_return(kind, now, out);
            }
            Effect::Wait(at) => {
                let at = live.retry_at.map_or(at, |retry| retry.min(at));
                return self.plan_at(id, at);
            }
            Effect::Rest if live.is_durable() => return self.forget(id),
            // What is on its way to the store comes back here when it has arrived.
            Effect::Ask(
                AskKind::Pay
                | AskKind::Precreate
                | AskKind::Query
                | AskKind::Reverse
                | AskKind::Refund
                | AskKind::RefundQuery,
            )
            | Effect::Rest => {}
        }
        self.plan_retry(id);
    }

    fn answer_if_durable(&mut self, id: ChargeId, out: &mut Vec<Output>) {
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        if live.is_committing() {
            return;
        }
        for ticket in std::mem::take(&mut live.tickets) {
            let answer = if live.is_durable() {
                let history = Some(live.durable.clone());
                Ok(Answered {
                    charge: id,
                    is_fresh: false,
                    history,
                })
            } else {
                Err(Refused {
                    kind: live.why_unsaved(),
                    charge: Some(id),
                    rest: None,
                })
            };
            out.push(Output::Answer { ticket, answer });
        }
    }

    fn plan_retry(&mut self, id: ChargeId) {
        match self.live.get(&id).and_then(|live| live.retry_at) {
            Some(at) => self.plan_at(id, at),
            None => self.unplan(id),
        }
    }

    fn plan_at(&mut self, id: ChargeId, at: Stamp) {
        self.unplan(id);
        if let Some(live) = self.live.get_mut(&id) {
            live.due = Some(at);
            self.due.insert((at, id));
        }
    }

    fn unplan(&mut self, id: ChargeId) {
        if let Some(at) = self.live.get_mut(&id).and_then(|live| live.due.take()) {
            self.due.remove(&(at, id));
        }
    }

    /// Lets go of a charge that is not this loop's any more; whoever waits for it hears so.
    fn abandon(&mut self, id: ChargeId, out: &mut Vec<Output>) {
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        let tickets = std::mem::take(&mut live.tickets);
        let tickets = tickets.into_iter().map(|one| (one, ProblemKind::Defect));
        let requests = live.refunding.dismiss().into_iter();
        let requests = requests.map(|one| (one, ProblemKind::ChargeMoved));
        for (ticket, kind) in tickets.chain(requests) {
            let refused = Refused {
                kind,
                charge: Some(id),
                rest: None,
            };
            out.push(Output::Answer {
                ticket,
                answer: Err(refused),
            });
        }
        // What the store still says is about a charge that is here no more.
        self.commits.retain(|_, one| *one != id);
        self.forget(id);
    }

    fn forget(&mut self, id: ChargeId) {
        self.unplan(id);
        self.live.remove(&id);
    }

    fn fresh_token(&mut self) -> u64 {
        self.last_token += 1;
        self.last_token
    }
}

/// The rhythm of a charge's provider. One provider speaks today; its figures serve all.
fn plan_of(_charge: &Charge) -> &'static Plan {
    &plan::ALIPAY
}
