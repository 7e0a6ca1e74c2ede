//! One shop in one thread: the real loop, the real law, the real bytes to and from a bank, over a
//! record, a clock, a wire and customers that a seed decides.

mod goods;
mod post;
mod power;
mod servers;
mod stop;
mod till;
mod time;
mod wire;

use std::collections::{BTreeMap, BTreeSet};

use ::wire::ProblemKind;
use ledger::{AskKind, Charge, Event, Fact};
use money::{Amount, ChargeId, OrderNo, RefundNo, Stamp};
use sale::Catalogue;
use server::desk::Limits;
use server::drive::{Answered, Drive, Input, Output, REST_BY_HAND, Refused, Ticket};
use store::Batch;

use crate::counter::Counter;
use crate::desk::{self, Content, Return};
use crate::laws;
use crate::mail::Mail;
use crate::marks::{Mark, Seen};
use crate::rng::Rng;
use crate::seat::Seat;
use crate::shelf::Shelf;
use crate::trace::note;
use crate::track::Verge;

pub(crate) use post::Weighed;
pub(crate) use till::Sale;

/// When the history begins.
pub(crate) const START: Stamp = Stamp::from_ms(1_795_312_800_000);
/// How long the shell waits for an answer.
const PATIENCE_MS: i64 = 10_000;
/// What customers read in their bill.
const SUBJECT: &str = "夜市小摊";

/// How a history is run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    /// The real store stands beside the quick record.
    pub(crate) is_doubled: bool,
    /// Real signatures instead of the cheap seal.
    pub(crate) is_rsa: bool,
}

/// The whole world of one history.
pub(crate) struct Shop {
    pub(crate) now: Stamp,
    pub(crate) rng: Rng,
    pub(crate) shelf: Shelf,
    /// The server that the story is with.
    pub(crate) here: Seat,
    /// Another one on the same record.
    pub(crate) beside: Option<Box<Seat>>,
    /// What is under way outside; it outlives the process.
    pub(crate) wire: Vec<Mail>,
    pub(crate) counter: Counter,
    pub(crate) sales: Vec<Sale>,
    /// Requests for money back, in their order.
    returns: Vec<Return>,
    pub(crate) seen: Seen,
    pub(crate) is_store_broken: bool,
    /// Everything is at its end and nothing goes wrong any more.
    pub(crate) is_at_last: bool,
    late: Vec<(Stamp, Mail)>,
    doubled: BTreeSet<u64>,
    pays: BTreeMap<OrderNo, u32>,
    /// What each key was first used for, and its charge.
    keys: BTreeMap<String, (ChargeId, [u8; 32])>,
    /// Keys that were told absent, and by which process.
    told_absent: BTreeMap<String, u32>,
    /// What the shop's desk takes.
    limits: Limits,
    /// It takes no plans of instalments.
    is_without_plans: bool,
    /// What the shop sells, as the record has it.
    catalogue: Catalogue,
    asked_by: BTreeMap<Ticket, (Content, [u8; 32])>,
    answers: BTreeMap<Ticket, Result<Answered, Refused>>,
    /// Charges for which a question found no order, or a reverse nothing.
    absent: BTreeSet<ChargeId>,
    emptied: BTreeSet<ChargeId>,
    restarted: BTreeSet<ChargeId>,
    reverses: BTreeMap<ChargeId, u32>,
    last_number: u64,
    last_life: u32,
}

/// When and how the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fuse {
    /// Before the effect of this number.
    pub(crate) at: u32,
    /// Whether the store still carries out what it was given.
    pub(crate) is_written: bool,
}

impl Shop {
    pub(crate) fn open(seed: u64, manner: Manner) -> Self {
        let (server, _) = Drive::take_up(SUBJECT, Vec::new(), START);
        Self {
            now: START,
            rng: Rng::seeded(seed),
            shelf: Shelf::empty(manner.is_doubled),
            here: Seat {
                server: Some(server),
                ..Seat::default()
            },
            beside: None,
            wire: Vec::new(),
            counter: Counter::open(manner.is_rsa),
            sales: Vec::new(),
            returns: Vec::new(),
            seen: Seen::default(),
            is_store_broken: false,
            is_at_last: false,
            late: Vec::new(),
            doubled: BTreeSet::new(),
            pays: BTreeMap::new(),
            keys: BTreeMap::new(),
            told_absent: BTreeMap::new(),
            limits: desk::limits(true),
            is_without_plans: false,
            catalogue: goods::first_catalogue(),
            asked_by: BTreeMap::new(),
            answers: BTreeMap::new(),
            absent: BTreeSet::new(),
            emptied: BTreeSet::new(),
            restarted: BTreeSet::new(),
            reverses: BTreeMap::new(),
            last_number: 0,
            last_life: 0,
        }
    }

    /// Notes a mark, when it holds.
    pub(crate) const fn sometimes(&mut self, mark: Mark, holds: bool) {
        self.seen.sometimes(mark, holds);
    }

    /// A line of the history, behind its time.
    pub(crate) fn line(&self, line: impl FnOnce() -> String) {
        let (ms, process) = (self.now.ms_since(START), self.here.life);
        note(|| format!("{ms:>8} #{process} {}", line()));
    }

    /// What the loop's clock says.
    fn server_now(&self) -> Stamp {
        self.now.plus_ms(self.here.skew_ms)
    }

    /// Lets the server act on something, if it runs.
    fn tell(&mut self, input: Input) {
        self.follow_clock();
        let now = self.server_now();
        let Some(server) = &mut self.here.server else {
            return;
        };
        let outputs = stepped(server, input, now);
        self.carry_out(outputs);
    }

    /// An idle loop takes up the wall clock.
    fn follow_clock(&mut self) {
        if self.here.is_idle() {
            self.here.skew_ms = self.here.wall_ms;
        }
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            self.note_verge();
            if let Some(fuse) = self.here.fuse.filter(|fuse| fuse.at == self.here.effects) {
                self.here.fuse = None;
                self.sometimes(Mark::CrashInStep, true);
                self.crash(fuse.is_written);
            }
            if self.here.server.is_none() {
                return;
            }
            self.here.effects += 1;
            self.effect(output);
        }
    }

    fn note_verge(&mut self) {
        let is_torn = !self.here.disk.is_empty() && !self.is_store_broken;
        let effect = self.here.effects;
        if let Some(verges) = &mut self.here.verges {
            verges.push(Verge { effect, is_torn });
        }
    }

    fn effect(&mut self, output: Output) {
        match output {
            Output::Commit { token, batch } => {
                self.line(|| format!("commit {token} {}", facts(&batch.events)));
                self.here.disk.push_back((token, batch));
            }
            Output::Ask {
                charge,
                amount,
                asked,
                ask,
            } => {
                self.ask(charge, amount, asked, &ask);
            }
            Output::Answer { ticket, answer } => self.answered(ticket, answer),
            Output::Publish {
                charge, history, ..
            } => self.assert_durable(charge, &history),
            Output::Alarm { charge, what } => {
                self.line(|| format!("alarm {charge} {what}"));
                if what == REST_BY_HAND {
                    self.give_rest_back(charge);
                }
                assert_ne!(what, "money was taken after its end", "L4 at {charge}");
                let is_refused = what == "money went back by a refund that was refused";
                assert!(!is_refused, "L4: a refund of {charge} is shown refused");
                let is_ours = self.counter.given_elsewhere(&charge.order_no()) == 0;
                let is_false = what == "a notice tells of money after its end"
                    || is_ours && what == "a notice tells of a refund that was not asked for here"
                    || what == "a notice tells of money that went back by a refused refund";
                assert!(!is_false, "L4: {charge}: {what}");
                let is = |words: &str| what == words;
                self.sometimes(
                    Mark::MismatchAlarm,
                    is("the provider's success does not match it"),
                );
                self.sometimes(
                    Mark::PaidWhileReversing,
                    is("it was paid while being reversed"),
                );
                self.sometimes(
                    Mark::StuckAlarm,
                    is("it could not be reversed for five minutes"),
                );
            }
        }
    }

    /// L5: nothing leaves before its intent is durable, and `Pay` leaves once.
    fn assert_allowed(&mut self, charge: ChargeId, kind: AskKind, refund: Option<RefundNo>) {
        let history = self.shelf.history(charge);
        assert!(!history.is_empty(), "L5: {kind:?} left before the intent");
        match kind {
            AskKind::Pay | AskKind::Precreate => {
                let left = self.pays.entry(charge.order_no()).or_default();
                *left += 1;
                assert_eq!(*left, 1, "L5: {kind:?} left twice for {charge}");
            }
            AskKind::Query => {}
            AskKind::Refund | AskKind::RefundQuery => {
                let is_asked = |event: &Event| match (&event.fact, refund) {
                    (Fact::RefundAsked { no, .. } | Fact::ReturnBegun { no, .. }, Some(refund)) => {
                        *no == refund
                    }
                    _ => false,
                };
                assert!(
                    history.iter().any(is_asked),
                    "L5: a refund before its intent"
                );
            }
            AskKind::Reverse => {
                let is_begun = |event: &Event| matches!(event.fact, Fact::ReverseBegun(_));
                assert!(
                    history.iter().any(is_begun),
                    "L5: reverse before its intent"
                );
                let asked = self.reverses.entry(charge).or_default();
                *asked += 1;
                let is_often = *asked >= 4;
                self.sometimes(Mark::ReversedOften, is_often);
            }
        }
    }

    /// L10: nobody is told what is not durable.
    fn assert_durable(&self, charge: ChargeId, history: &[Event]) {
        let durable = self.shelf.history(charge);
        assert!(
            durable.starts_with(history),
            "L10: {charge} told as {}, durable is {}",
            facts(history),
            facts(durable)
        );
        assert!(
            Charge::fold(history).is_ok(),
            "L7: a history that cannot be"
        );
    }

    /// What follows from commits that were written.
    fn written(&mut self, batch: &Batch) {
        self.line(|| format!("durable {} {}", batch.charge(), facts(&batch.events)));
        self.assert_not_told_absent(batch);
        for event in &batch.events {
            laws::note_event(self, event);
        }
        laws::hold(self);
    }

    fn fresh_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// The money that the bank holds for a charge.
    pub(crate) fn held(&self, charge: &Charge) -> Amount {
        self.counter.money_held(&charge.order_no())
    }

    /// Whether a question has found no order for it.
    pub(crate) fn was_absent(&self, charge: ChargeId) -> bool {
        self.absent.contains(&charge)
    }

    /// Whether the wire has doubled that ask's request.
    pub(crate) fn is_doubled(&self, number: u64) -> bool {
        self.doubled.contains(&number)
    }

    /// Whether the program was started while it was open.
    pub(crate) fn was_restarted(&self, charge: ChargeId) -> bool {
        self.restarted.contains(&charge)
    }
}

/// The loop's step, with the planted defect where one is planted.
fn stepped(server: &mut Drive, input: Input, now: Stamp) -> Vec<Output> {
    #[cfg(feature = "planted")]
    if ledger::planted::is_any() {
        return server.planted_step(input, now);
    }
    server.step(input, now)
}

/// The loop's start, with the planted defect where one is planted.
pub(super) fn taken_up(open: Vec<Vec<Event>>, now: Stamp) -> (Drive, Vec<Output>) {
    #[cfg(feature = "planted")]
    if ledger::planted::is_any() {
        return Drive::planted_take_up(SUBJECT, open, now);
    }
    Drive::take_up(SUBJECT, open, now)
}

/// What is told to a request that comes to nothing, and about no charge.
const fn refused(kind: ProblemKind) -> Refused {
    Refused {
        kind,
        charge: None,
        rest: None,
    }
}

/// The facts of some events, in their order.
fn facts(events: &[Event]) -> String {
    let words: Vec<&str> = events.iter().map(|one| one.fact.as_str()).collect();
    words.join("+")
}
