//! What planted defects make of the loop: inputs are bent before it sees them, and outputs are
//! warped before the shell does. The simulation must notice each.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use ledger::planted::{Bug, is};
use ledger::{
    AskKind, Asked, Cause, Charge, Doubt, Event, Fact, OrderTold, Outcome, PaidFacts,
    RefundOutcome, RefundReply, Refusal, ReverseWhy, State,
};
use money::{ChargeId, RefundNo, Stamp};
use provider::{Ask, CodeAsk, Notice, PayAsk, RefundAsk, Sources};
use store::{Batch, Verdict};

use super::{Answered, DeskAsk, Drive, Input, Means, Output, Ticket, first_ask, plan_of};

/// How old a charge of the time-out defect is, in milliseconds.
const TIME_OUT_MS: i64 = 20_000;

thread_local! {
    static CODES: RefCell<BTreeMap<ChargeId, Means>> = const { RefCell::new(BTreeMap::new()) };
    static REFUNDS: RefCell<BTreeSet<RefundNo>> = const { RefCell::new(BTreeSet::new()) };
}

impl Drive {
    /// As [`Drive::take_up`], with the planted defect.
    pub fn planted_take_up(
        subject: &str,
        mut histories: Vec<Vec<Event>>,
        now: Stamp,
    ) -> (Self, Vec<Output>) {
        histories.retain(|history| {
            let has = |is: fn(&Fact) -> bool| history.iter().any(|event| is(&event.fact));
            let is_doubted = has(|fact| matches!(fact, Fact::Doubted(_)));
            let is_reversing = has(|fact| matches!(fact, Fact::ReverseBegun(_)));
            !(is(Bug::DoubtNotTakenUp) && is_doubted && !is_reversing
                || is(Bug::ReversingNotTakenUp) && is_reversing)
        });
        Self::take_up(subject, histories, now)
    }

    /// As [`Drive::step`], with the planted defect.
    pub fn planted_step(&mut self, input: Input, now: Stamp) -> Vec<Output> {
        let mut out = Vec::new();
        let cancelled = if let Input::Cancel { ticket, charge } = &input {
            Some((*ticket, *charge))
        } else {
            None
        };
        if cancelled.is_some_and(|(_, id)| self.overwrites(id, now, &mut out)) {
            return out;
        }
        let Some(input) = self.bent_input(input, now, &mut out) else {
            return out;
        };
        let plain = self.step(input, now);
        for output in plain {
            self.warp(output, now, &mut out);
        }
        if let Some((ticket, id)) = cancelled.filter(|_| is(Bug::CancelAnsweredEarly)) {
            self.answer_early(ticket, id, &mut out);
        }
        out
    }

    /// What the loop is told in place of the truth; `None` when it is told nothing.
    fn bent_input(&mut self, input: Input, now: Stamp, out: &mut Vec<Output>) -> Option<Input> {
        if let Input::Open {
            ticket,
            ask,
            entropy,
        } = input
        {
            let ask = asked_again(ticket, ask);
            Some(Input::Open {
                ticket,
                ask,
                entropy,
            })
        } else if let Input::Committed { token, verdict } = input {
            let verdict = self.bent(token, verdict, now, out)?;
            Some(Input::Committed { token, verdict })
        } else if let Input::Heard {
            charge,
            asked,
            outcome,
        } = input
        {
            let (asked, outcome) = self.misheard(charge, asked, outcome, out)?;
            Some(Input::Heard {
                charge,
                asked,
                outcome,
            })
        } else if let Input::Noticed {
            ticket,
            charge,
            notice,
            history,
        } = input
        {
            let notice = Box::new(overlooked(*notice, &history));
            if is(Bug::NoticeTakenEarly) {
                let answer = Ok(Answered {
                    charge,
                    is_fresh: false,
                    history: None,
                });
                out.push(Output::Answer { ticket, answer });
            }
            Some(Input::Noticed {
                ticket,
                charge,
                notice,
                history,
            })
        } else {
            Some(input)
        }
    }

    /// What the store is taken to have said; `None` when it is not heard at all.
    fn bent(
        &mut self,
        token: u64,
        verdict: Result<Verdict, store::StoreFault>,
        now: Stamp,
        out: &mut Vec<Output>,
    ) -> Option<Result<Verdict, store::StoreFault>> {
        let written = Ok(Verdict::Written { last_seq: 0 });
        let Some(pending) = self.openings.get(&token) else {
            let is_failed = verdict.is_err();
            if is_failed && is(Bug::CommitNotRepeated) {
                return None;
            }
            let is_forgotten = is_failed && is(Bug::UnwrittenForgotten);
            return Some(if is_forgotten { written } else { verdict });
        };
        let means = pending.means.clone();
        match &verdict {
            Ok(Verdict::Written { .. }) => {
                CODES.with_borrow_mut(|codes| codes.insert(pending.charge.id(), means));
            }
            Ok(Verdict::KeyTaken { charge, .. }) if is(Bug::RepeatPaysAgain) => {
                out.extend(pay(self, *charge, means, now));
            }
            Ok(Verdict::KeyTaken { charge, .. }) if is(Bug::KeyContentIgnored) => {
                return Some(Ok(Verdict::KeyTaken {
                    charge: *charge,
                    fingerprint: pending.fingerprint,
                }));
            }
            Ok(Verdict::SaleTaken { charge })
                if is(Bug::SecondWhileUnknown) && self.is_unknown(*charge) =>
            {
                self.open_second(token, now, out);
                return None;
            }
            Err(_) if is(Bug::PayWithoutIntent) => return Some(written),
            Ok(_) | Err(_) => {}
        }
        Some(verdict)
    }

    fn is_unknown(&self, charge: ChargeId) -> bool {
        let live = self.live.get(&charge);
        live.is_some_and(|live| matches!(live.charge.state(), State::Unknown(_)))
    }

    /// The sale is taken; it is opened under another name.
    fn open_second(&mut self, token: u64, now: Stamp, out: &mut Vec<Output>) {
        let Some(pending) = self.openings.remove(&token) else {
            return;
        };
        let mut entropy = [0; 16];
        entropy[8..].copy_from_slice(&token.to_be_bytes());
        let ask = DeskAsk {
            key: pending.key,
            fingerprint: pending.fingerprint,
            mark: pending.mark,
            sale: format!("{}~{token}", pending.charge.sale()),
            amount: pending.charge.amount(),
            means: pending.means,
            device: pending.charge.device().to_owned(),
            instalments: pending.charge.instalments(),
            goods: None,
        };
        let input = Input::Open {
            ticket: pending.ticket,
            ask,
            entropy,
        };
        out.extend(self.step(input, now));
    }

    /// What a provider is taken to have said; `None` when it is not heard at all.
    fn misheard(
        &mut self,
        id: ChargeId,
        asked: Asked,
        outcome: Outcome,
        out: &mut Vec<Output>,
    ) -> Option<(Asked, Outcome)> {
        self.refuse_refund(id, asked, &outcome, out);
        let Some(live) = self.live.get(&id) else {
            return Some((asked, outcome));
        };
        if is(Bug::AnswerDropped) && live.is_committing() {
            return None;
        }
        let is_open = matches!(live.charge.state(), State::Waiting | State::Unknown(_));
        let is_paid = matches!(outcome, Outcome::Paid(_));
        let is_late = asked.age_ms >= TIME_OUT_MS && is_open;
        let was_down = live
            .durable
            .iter()
            .any(|event| event.fact == Fact::Doubted(Doubt::Restarted));
        let is_failed = !is_paid
            && (is(Bug::ClosedLocally) && is_late
                || is(Bug::CrashMeansFailed) && was_down && is_open);
        if is_failed {
            let kind = AskKind::Pay;
            return Some((Asked { kind, ..asked }, Outcome::Refused(refusal())));
        }
        if is(Bug::ToldNotWritten) && is_paid {
            let told = live
                .charge
                .clone()
                .hear(asked, outcome, plan_of(&live.charge), asked.at);
            let history = live.durable.iter().cloned();
            let events = told.map(|step| step.events).unwrap_or_default();
            out.push(Output::Publish {
                charge: id,
                history: history.chain(events).collect(),
                seq: 0,
            });
            return Some((asked, Outcome::Unknown(Doubt::Unclear)));
        }
        if is(Bug::PaysAgain)
            && asked.kind == AskKind::Pay
            && outcome == Outcome::Unknown(Doubt::Lost)
            && let Some(code) = CODES.with_borrow(|codes| codes.get(&id).cloned())
        {
            out.extend(pay(self, id, code, asked.at));
        }
        Some((asked, outcome))
    }

    /// What is told of the whole order ends the refund that was asked for.
    fn refuse_refund(
        &mut self,
        id: ChargeId,
        asked: Asked,
        outcome: &Outcome,
        out: &mut Vec<Output>,
    ) {
        let is_closed = matches!(outcome, Outcome::Closed { .. });
        let order = if is_closed && is(Bug::ClosedMeansRefused) {
            OrderTold::Closed
        } else if *outcome == Outcome::Absent && is(Bug::UnknownMeansRefused) {
            OrderTold::Unknown
        } else {
            return;
        };
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        let Some(no) = live.charge.refund_asked().map(|refund| refund.no) else {
            return;
        };
        let reply = RefundReply {
            kind: AskKind::RefundQuery,
            is_alone: true,
            order,
            outcome: RefundOutcome::Absent,
        };
        if let Ok(step) = live.charge.clone().hear_refund(no, reply, asked.at) {
            live.take(step);
        }
        self.flush(id, asked.at, out);
    }

    /// A paid charge begins to be reversed.
    fn overwrites(&mut self, id: ChargeId, now: Stamp, out: &mut Vec<Output>) -> bool {
        let Some(live) = self.live.get_mut(&id) else {
            return false;
        };
        let is_paid = matches!(live.charge.state(), State::Paid(_));
        if !is_paid || !is(Bug::EndOverwritten) {
            return false;
        }
        if let Ok(step) = live.charge.clone().reverse(ReverseWhy::Cashier, now) {
            live.take(step);
        }
        self.flush(id, now, out);
        true
    }

    fn warp(&mut self, output: Output, now: Stamp, out: &mut Vec<Output>) {
        match output {
            Output::Commit { token, batch } => self.warp_commit(token, batch, now, out),
            Output::Ask {
                charge,
                amount,
                asked,
                ask,
            } => {
                let opened = self.live.get(&charge).map(|live| live.charge.opened_at());
                let age_ms = opened
                    .filter(|_| is(Bug::AgeByWallClock))
                    .map_or(asked.age_ms, |opened| now.ms_since(opened));
                out.push(Output::Ask {
                    charge,
                    amount,
                    asked: Asked { age_ms, ..asked },
                    ask: numbered_again(without_plan(ask), now),
                });
            }
            other @ (Output::Answer { .. } | Output::Publish { .. } | Output::Alarm { .. }) => {
                out.push(other);
            }
        }
    }

    fn warp_commit(&mut self, token: u64, batch: Batch, now: Stamp, out: &mut Vec<Output>) {
        let id = batch.charge();
        if let Some(pending) = self.openings.get(&token) {
            let means = pending.means.clone();
            out.push(Output::Commit { token, batch });
            if is(Bug::PayBeforeIntent) {
                out.extend(pay(self, id, means, now));
            }
            return;
        }
        let begins = batch
            .events
            .iter()
            .any(|event| matches!(event.fact, Fact::ReverseBegun(_)));
        let returns = batch
            .events
            .iter()
            .any(|event| matches!(event.fact, Fact::ReturnBegun { .. }));
        if returns
            && is(Bug::ReturnBeforeDecision)
            && let Some(live) = self.live.get_mut(&id).filter(|live| !live.chase.is_asking)
        {
            live.ask_return(AskKind::Refund, now, out);
        }
        if begins && (is(Bug::ReverseBeforeDecision) || is(Bug::ReverseUndecided)) {
            out.push(ask(self, id, Ask::Reverse(id.order_no()), now));
        }
        for event in &batch.events {
            if let Fact::RefundAsked { no, amount, .. } = &event.fact
                && is(Bug::RefundBeforeIntent)
            {
                let refund = RefundAsk {
                    order: id.order_no(),
                    refund: *no,
                    amount: *amount,
                    reason: String::new(),
                };
                out.push(ask(self, id, Ask::Refund(refund), now));
            }
        }
        if is(Bug::ToldBeforeDurable)
            && let Some(live) = self.live.get(&id)
        {
            let history = live.durable.iter().chain(&batch.events).cloned().collect();
            out.push(Output::Publish {
                charge: id,
                history,
                seq: 0,
            });
        }
        let is_end = self
            .live
            .get(&id)
            .is_some_and(|live| live.charge.state().is_end());
        if is_end && is(Bug::EndLetGo) {
            self.forget(id);
        }
        if !(begins && is(Bug::ReverseUndecided)) {
            out.push(Output::Commit { token, batch });
        }
    }

    fn answer_early(&mut self, ticket: Ticket, id: ChargeId, out: &mut Vec<Output>) {
        let Some(live) = self.live.get_mut(&id) else {
            return;
        };
        live.tickets.retain(|other| *other != ticket);
        let unsaved = out.iter().find_map(|output| match output {
            Output::Commit { batch, .. } => Some(batch.events.clone()),
            Output::Ask { .. }
            | Output::Answer { .. }
            | Output::Publish { .. }
            | Output::Alarm { .. } => None,
        });
        let history = live
            .durable
            .iter()
            .cloned()
            .chain(unsaved.into_iter().flatten());
        out.push(Output::Answer {
            ticket,
            answer: Ok(Answered {
                charge: id,
                is_fresh: false,
                history: Some(history.collect()),
            }),
        });
    }
}

/// A request that names another key and another sale each time it is sent.
fn asked_again(ticket: Ticket, ask: DeskAsk) -> DeskAsk {
    if !is(Bug::RetryChargesAgain) {
        return ask;
    }
    let mut mark = ask.mark;
    mark[..8].copy_from_slice(&ticket.0.to_be_bytes());
    DeskAsk {
        key: format!("{}~{}", ask.key, ticket.0),
        sale: format!("{}~{}", ask.sale, ticket.0),
        mark,
        ..ask
    }
}

/// A notice with the sum that the charge has, whatever it names.
fn overlooked(notice: Notice, history: &[Event]) -> Notice {
    let ours = Charge::fold(history).map(|charge| charge.amount());
    let Some(amount) = ours.ok().filter(|_| is(Bug::NoticeSumUnchecked)) else {
        return notice;
    };
    let outcome = match notice.outcome {
        Outcome::Paid(facts) => Outcome::Paid(PaidFacts { amount, ..facts }),
        other @ (Outcome::Waiting
        | Outcome::Shown(_)
        | Outcome::Refused(_)
        | Outcome::Absent
        | Outcome::Closed { .. }
        | Outcome::Reversed(_)
        | Outcome::Unknown(_)) => other,
    };
    Notice {
        amount,
        outcome,
        ..notice
    }
}

/// A payment that may be by any source, whatever the record says.
fn without_plan(ask: Ask) -> Ask {
    match ask {
        Ask::Pay(pay) if is(Bug::PlanLost) => Ask::Pay(PayAsk {
            sources: Sources::default(),
            ..pay
        }),
        Ask::Precreate(code) if is(Bug::PlanLost) => Ask::Precreate(CodeAsk {
            sources: Sources::default(),
            ..code
        }),
        Ask::Pay(_)
        | Ask::Precreate(_)
        | Ask::Query(_)
        | Ask::Reverse(_)
        | Ask::Refund(_)
        | Ask::RefundQuery { .. } => ask,
    }
}

/// A refund, or the one of a reversal, that is asked for again under a fresh number.
fn numbered_again(ask: Ask, now: Stamp) -> Ask {
    match ask {
        Ask::Refund(refund)
            if is(numbering(&refund))
                && !REFUNDS.with_borrow_mut(|known| known.insert(refund.refund)) =>
        {
            Ask::Refund(RefundAsk {
                refund: RefundNo::fresh(now, [1; 16]),
                ..refund
            })
        }
        Ask::Pay(_)
        | Ask::Precreate(_)
        | Ask::Query(_)
        | Ask::Reverse(_)
        | Ask::Refund(_)
        | Ask::RefundQuery { .. } => ask,
    }
}

/// The defect that is about the numbers of such refunds.
fn numbering(refund: &RefundAsk) -> Bug {
    if refund.order.as_str().get(1..) == refund.refund.to_string().get(1..) {
        Bug::ReturnNumberedAgain
    } else {
        Bug::RefundNumberedAgain
    }
}

/// `None` for a charge that is at its end.
fn pay(drive: &Drive, id: ChargeId, means: Means, now: Stamp) -> Option<Output> {
    let live = drive.live.get(&id).map(|live| &live.charge);
    let opening = drive.openings.values().find(|one| one.charge.id() == id);
    let charge = live.or(opening.map(|one| &one.charge))?;
    let pay = first_ask(charge, means, &drive.subject);
    Some(ask(drive, id, pay, now))
}

fn ask(drive: &Drive, id: ChargeId, ask: Ask, now: Stamp) -> Output {
    let live = drive.live.get(&id).map(|live| live.charge.amount());
    Output::Ask {
        charge: id,
        amount: live.unwrap_or_default(),
        asked: Asked {
            kind: ask.kind(),
            at: now,
            age_ms: 0,
        },
        ask,
    }
}

fn refusal() -> Refusal {
    Refusal {
        cause: Cause::Closed,
        code: String::new(),
        text: String::new(),
    }
}
