//! The disk, the power and the clock: commits, deaths, starts.

use ledger::{Event, Fact};
use money::Stamp;
use server::drive::{Drive, Input};
use store::{Batch, StoreFault, Verdict};

use super::{Fuse, PATIENCE_MS, Shop, taken_up};
use crate::mail::{Mail, Meaning};
use crate::marks::Mark;

/// A clock may be set by so many minutes, forth or back.
const CLOCK_MINUTES_MAX: usize = 10;

impl Shop {
    /// The store writes what has waited longest, up to so many batches in one commit.
    pub(crate) fn write(&mut self, count: usize) {
        let count = count.clamp(1, self.disk.len());
        let (tokens, batches): (Vec<u64>, Vec<Batch>) = self.disk.drain(..count).unzip();
        if self.is_store_broken {
            self.line(|| format!("the disk takes nothing: {tokens:?}"));
            let fault = self.rng.pick(&[Fault::Full, Fault::Busy, Fault::ReadOnly]);
            for (token, batch) in tokens.into_iter().zip(&batches) {
                self.sometimes(Mark::OutcomeUnwritten, batch.key.is_none());
                let verdict = Err(fault.told());
                self.inbox.push_back(Input::Committed { token, verdict });
            }
            return;
        }
        for (token, verdict) in tokens.into_iter().zip(self.commit(&batches)) {
            let verdict = Ok(verdict);
            self.inbox.push_back(Input::Committed { token, verdict });
        }
    }

    fn commit(&mut self, batches: &[Batch]) -> Vec<Verdict> {
        let verdicts = self.shelf.commit(batches);
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
        if self.server.take().is_none() {
            return;
        }
        self.line(|| "crash".to_owned());
        self.mark_crash();
        self.unheard.clear();
        self.inbox.clear();
        let is_weighing = !self.noticed.is_empty();
        self.sometimes(Mark::CrashNoticed, is_weighing);
        self.noticed.clear();
        let torn: Vec<Batch> = self.disk.drain(..).map(|(_, batch)| batch).collect();
        if torn.is_empty() || self.is_store_broken {
            return;
        }
        self.sometimes(Mark::TornWritten, is_written);
        self.sometimes(Mark::TornVanished, !is_written);
        if is_written {
            self.commit(&torn);
        }
    }

    /// The process will die between two effects that are near.
    pub(crate) fn light_fuse(&mut self) {
        let near = u32::try_from(self.rng.below(8)).unwrap_or_default();
        self.fuse = Some(Fuse {
            at: self.effects + near,
            is_written: self.rng.chance(50),
        });
    }

    fn mark_crash(&mut self) {
        let is_echo = |input: &Input| matches!(input, Input::Committed { .. });
        let is_between = self.inbox.iter().any(is_echo);
        self.sometimes(Mark::CrashBeforeEcho, is_between);
        let is_paying = self
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
            .unheard
            .values()
            .any(|note| note.ask.refund().is_some());
        self.sometimes(Mark::CrashRefunding, is_refunding);
    }

    /// The process starts and takes up what is open.
    pub(crate) fn start(&mut self) {
        if self.server.is_some() {
            return;
        }
        self.life += 1;
        self.skew_ms = self.wall_ms;
        self.sometimes(Mark::ClockAhead, self.skew_ms > 0);
        self.sometimes(Mark::ClockBehind, self.skew_ms < 0);
        let open = self.shelf.open_charges();
        self.line(|| format!("start with {} open", open.len()));
        for history in &open {
            self.mark_taken_up(history);
        }
        let (server, outputs) = taken_up(open, self.server_now());
        self.server = Some(server);
        self.carry_out(outputs);
    }

    fn mark_taken_up(&mut self, history: &[Event]) {
        self.restarted.extend(history.first().map(|one| one.charge));
        let last = history.last().map(|event| &event.fact);
        let is_opened = matches!(last, Some(Fact::Opened(_) | Fact::Sent));
        self.sometimes(Mark::TakenUpOpened, is_opened);
        self.sometimes(Mark::TakenUpWaiting, matches!(last, Some(Fact::Waiting)));
        let is_reversing = matches!(
            last,
            Some(Fact::ReverseBegun(_) | Fact::PaidWhileReversing(_))
        );
        self.sometimes(Mark::TakenUpReversing, is_reversing);
        let is_refund = |event: &Event| matches!(event.fact, Fact::RefundAsked { .. });
        self.sometimes(Mark::TakenUpRefunding, history.iter().any(is_refund));
    }

    /// Somebody sets the machine's clock.
    pub(crate) fn set_clock(&mut self) {
        let minutes = self.rng.span_ms(2 * CLOCK_MINUTES_MAX + 1);
        let minutes = minutes - i64::try_from(CLOCK_MINUTES_MAX).unwrap_or_default();
        self.wall_ms = minutes * 60_000;
        self.line(|| format!("the clock is {minutes} minutes off"));
    }

    /// Time goes on; what was held up comes through, asks that nobody answered are given up, and
    /// the loop is woken.
    pub(crate) fn pass(&mut self, ms: i64) {
        self.now = self.now.plus_ms(ms);
        let now = self.now;
        let through = self.late.extract_if(.., |(due, _)| *due <= now);
        self.wire.extend(through.map(|(_, mail)| mail));
        self.post_letters(false);
        let given_up: Vec<(u64, Meaning)> = self
            .unheard
            .iter()
            .filter(|(_, note)| now.ms_since(note.left_at) >= PATIENCE_MS)
            .map(|(number, note)| (*number, note.lost()))
            .collect();
        for (number, lost) in given_up {
            self.line(|| format!("ask {number} is given up"));
            self.hear(number, lost);
        }
        let wake = self.server.as_ref().and_then(Drive::wake_at);
        if wake.is_some_and(|at| at <= self.server_now()) {
            self.tell(Input::Tick);
        }
    }

    /// When something happens by itself next: a tick, or an ask that is given up.
    pub(crate) fn next_moment(&self) -> Option<Stamp> {
        let wake = self.server.as_ref().and_then(Drive::wake_at);
        let wake = wake.map(|at| at.plus_ms(-self.skew_ms));
        let given_up = self
            .unheard
            .values()
            .map(|note| note.left_at.plus_ms(PATIENCE_MS));
        let late = self.late.iter().map(|(due, _)| *due);
        given_up.chain(wake).chain(late).min()
    }

    /// One thing on the wire is held up for so long.
    pub(crate) fn hold_up(&mut self, place: usize, ms: i64) {
        self.line(|| format!("held up for {ms} ms"));
        let mail = self.wire.remove(place);
        self.hold(mail, ms);
    }

    /// Comes through in so long.
    pub(super) fn hold(&mut self, mail: Mail, ms: i64) {
        self.late.push((self.now.plus_ms(ms), mail));
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
