//! The disk, the power and the clock: commits, deaths, starts.

use std::collections::BTreeMap;

use ledger::{Charge, Event, Fact};
use server::drive::Input;
use store::postgres::judge::Hands;
use store::{Batch, StoreFault, Tie, TieName, Verdict, tie};

use super::{Fuse, Shop, taken_up};
use crate::marks::Mark;
use crate::seat::Heard;
use crate::shelf::{Writer, doubt};

/// A clock may be set by so many minutes, forth or back.
const CLOCK_MINUTES_MAX: usize = 10;
/// Of the commits that fail at a database, of so many in a hundred nobody knows whether they did.
const DOUBT_PERCENT: usize = 40;

impl Shop {
    /// The store writes what has waited longest, up to so many batches in one commit; a renewal of
    /// claims keeps its place among them.
    pub(crate) fn write(&mut self, count: usize) {
        let most = match self.here.renewals.front() {
            Some(first) if first.behind == 0 => return self.renew(),
            Some(first) => first.behind,
            None => self.here.disk.len(),
        };
        let count = count.clamp(1, most);
        for renewal in &mut self.here.renewals {
            renewal.behind -= count;
        }
        let (tokens, batches): (Vec<u64>, Vec<Batch>) = self.here.disk.drain(..count).unzip();
        if self.is_store_broken && self.is_shared() && self.rng.chance(DOUBT_PERCENT) {
            self.line(|| format!("nobody knows whether it was written: {tokens:?}"));
            self.sometimes(Mark::Doubted, true);
            if self.rng.chance(50) {
                self.commit(&batches, false);
            } else {
                doubt(&mut self.here.hands, &batches);
            }
            for token in tokens {
                let verdict = Err(StoreFault::Doubted("its answer was lost".to_owned()));
                self.hear_of(Input::Committed { token, verdict });
            }
            return;
        }
        if self.is_store_broken {
            self.line(|| format!("the disk takes nothing: {tokens:?}"));
            let fault = self.rng.pick(&[Fault::Full, Fault::Busy, Fault::ReadOnly]);
            for (token, batch) in tokens.into_iter().zip(&batches) {
                self.sometimes(Mark::OutcomeUnwritten, batch.key.is_none());
                let verdict = Err(fault.told());
                self.hear_of(Input::Committed { token, verdict });
            }
            return;
        }
        for (token, verdict) in tokens.into_iter().zip(self.commit(&batches, true)) {
            let verdict = Ok(verdict);
            self.hear_of(Input::Committed { token, verdict });
        }
    }

    fn commit(&mut self, batches: &[Batch], is_heard: bool) -> Vec<Verdict> {
        let (owner, now) = (self.here.life, self.now);
        let hands = &mut self.here.hands;
        let mut writer = Writer {
            owner,
            hands,
            now,
            is_heard,
        };
        let verdicts = self.shelf.commit(batches, &mut writer);
        let is_fenced = |one: &Verdict| matches!(one, Verdict::Fenced { .. });
        let has_fenced = verdicts.iter().any(is_fenced);
        self.sometimes(Mark::Fenced, has_fenced);
        let is_written = |verdict: &Verdict| matches!(verdict, Verdict::Written { .. });
        let count = verdicts.iter().filter(|one| is_written(one)).count();
        let is_mixed = count > 0 && count < verdicts.len();
        self.sometimes(Mark::GroupCommit, count > 1);
        self.sometimes(Mark::GroupRefusal, is_mixed);
        for (batch, verdict) in batches.iter().zip(&verdicts) {
            if is_written(verdict) {
                self.written(batch);
            }
        }
        verdicts
    }

    /// The process ends without a word. What it had asked of the store happens whole or not at
    /// all; what is on the wire goes on.
    pub(crate) fn crash(&mut self, is_written: bool) {
        if self.here.server.take().is_none() {
            return;
        }
        self.line(|| "crash".to_owned());
        self.mark_crash();
        self.here.unheard.clear();
        self.here.inbox.clear();
        let is_weighing = !self.here.noticed.is_empty();
        self.sometimes(Mark::CrashNoticed, is_weighing);
        self.here.noticed.clear();
        self.here.renewals.clear();
        self.here.socket.clear();
        self.here.doorstep.clear();
        self.here.is_frozen = false;
        self.here.door = None;
        let torn: Vec<Batch> = self.here.disk.drain(..).map(|(_, batch)| batch).collect();
        if !torn.is_empty() && !self.is_store_broken {
            self.sometimes(Mark::TornWritten, is_written);
            self.sometimes(Mark::TornVanished, !is_written);
            if is_written {
                self.commit(&torn, true);
            }
        }
        self.here.hands = Hands::default();
    }

    /// The shop changes its account at the bank: the program ends, and is started with other
    /// credentials if the record allows it, else with the earlier ones.
    pub(crate) fn adopt(&mut self) {
        if self.is_shared() || self.is_store_broken || self.here.server.is_none() {
            return;
        }
        self.crash(true);
        let has_open = !self.shelf.open_charges().is_empty();
        let earlier = BTreeMap::from([(TieName::App.as_str().to_owned(), vec![1; 32])]);
        let present = Tie {
            name: TieName::App,
            value: [2; 32],
        };
        let is_adopted = tie::judge(&earlier, &[present], true, has_open).is_ok();
        self.sometimes(Mark::Adopted, is_adopted);
        self.sometimes(Mark::AdoptRefused, !is_adopted);
        if is_adopted {
            self.line(|| "another account".to_owned());
            let orders = self.shelf.charges().map(Charge::order_no);
            self.counter.change_account(orders);
        }
        self.start();
    }

    /// The process will die between two effects that are near.
    pub(crate) fn light_fuse(&mut self) {
        let near = u32::try_from(self.rng.below(8)).unwrap_or_default();
        self.here.fuse = Some(Fuse {
            at: self.here.effects + near,
            is_written: self.rng.chance(50),
        });
    }

    fn mark_crash(&mut self) {
        let is_echo = |heard: &Heard| matches!(heard, Heard::Loop(Input::Committed { .. }));
        let is_between = self.here.inbox.iter().any(is_echo);
        self.sometimes(Mark::CrashBeforeEcho, is_between);
        let is_paying = self
            .here
            .unheard
            .values()
            .any(|note| note.asked.kind == ledger::AskKind::Pay);
        self.sometimes(Mark::CrashOnTheWay, is_paying);
        let is_reversing = self
            .shelf
            .charges()
            .any(|charge| charge.state().as_str() == "reversing");
        self.sometimes(Mark::CrashReversing, is_reversing);
        let is_refunding = self
            .here
            .unheard
            .values()
            .any(|note| note.ask.refund().is_some());
        self.sometimes(Mark::CrashRefunding, is_refunding);
    }

    /// The process starts and takes up what is open; beside another, what nobody works on.
    pub(crate) fn start(&mut self) {
        if self.here.server.is_some() || self.here.is_gone {
            return;
        }
        self.here.has_ended = false;
        self.last_life += 1;
        self.here.life = self.last_life;
        self.here.skew_ms = self.here.wall_ms;
        self.sometimes(Mark::ClockAhead, self.here.skew_ms > 0);
        self.sometimes(Mark::ClockBehind, self.here.skew_ms < 0);
        let open = if self.is_shared() {
            Vec::new()
        } else {
            self.shelf.open_charges()
        };
        self.line(|| format!("start with {} open", open.len()));
        for history in &open {
            self.mark_taken_up(history);
        }
        let (server, outputs) = taken_up(open, self.server_now());
        let is_shared = self.is_shared();
        let server = if is_shared { server.shared() } else { server };
        self.here.server = Some(server);
        self.open_door();
        self.carry_out(outputs);
        self.claim(Vec::new());
    }

    pub(super) fn mark_taken_up(&mut self, history: &[Event]) {
        self.restarted.extend(history.first().map(|one| one.charge));
        let last = history.last().map(|event| &event.fact);
        let is_opened = matches!(last, Some(Fact::Opened(_) | Fact::Sent));
        self.sometimes(Mark::TakenUpOpened, is_opened);
        self.sometimes(Mark::TakenUpWaiting, matches!(last, Some(Fact::Waiting)));
        let is_reversing = matches!(
            last,
            Some(Fact::ReverseBegun(_) | Fact::PaidWhileReversing(_) | Fact::ReturnBegun { .. })
        );
        self.sometimes(Mark::TakenUpReversing, is_reversing);
        let is_refund = |event: &Event| matches!(event.fact, Fact::RefundAsked { .. });
        self.sometimes(Mark::TakenUpRefunding, history.iter().any(is_refund));
    }

    /// Somebody sets the machine's clock.
    pub(crate) fn set_clock(&mut self) {
        let minutes = self.rng.span_ms(2 * CLOCK_MINUTES_MAX + 1);
        let minutes = minutes - i64::try_from(CLOCK_MINUTES_MAX).unwrap_or_default();
        self.here.wall_ms = minutes * 60_000;
        self.line(|| format!("the clock is {minutes} minutes off"));
    }
}

/// What a disk can say.
#[derive(Clone, Copy)]
enum Fault {
    Full,
    Busy,
    ReadOnly,
}

impl Fault {
    const fn told(self) -> StoreFault {
        match self {
            Self::Full => StoreFault::Full,
            Self::Busy => StoreFault::Busy,
            Self::ReadOnly => StoreFault::ReadOnly,
        }
    }
}
