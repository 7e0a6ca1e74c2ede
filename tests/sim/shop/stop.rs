//! A server that has just stood still, and one that is asked to end: what they take no more, and
//! what they still do.

#[cfg(feature = "planted")]
use ledger::planted::{Bug, is as planted};
use money::{ChargeId, Stamp};
use server::door::awake::GAP_MS;
use server::door::{Door, Entry, Knock};
use server::drive::Ticket;
use wire::ProblemKind;

use super::{START, Shop};
use crate::mail::Wish;
use crate::marks::Mark;

/// A loop that is at work looks at something at least so often.
const NAP_MS: usize = 1_000;
/// Longer than it counts as waking: what was before makes no difference.
const WAKEFUL_MS: i64 = 20_000;

impl Shop {
    /// The ticks of a server's clock, which goes on while it stands still.
    pub(super) const fn ticks_ms(&self) -> i64 {
        self.now.ms_since(START)
    }

    /// A process starts behind a fresh door.
    pub(super) fn open_door(&mut self) {
        let ticks_ms = self.ticks_ms();
        self.here.door = Some(Door::open(self.is_shared(), ticks_ms));
        self.here.seen_ms = ticks_ms;
    }

    /// This server has been at work until now.
    pub(super) fn stay_awake(&mut self) {
        let (seen_ms, ticks_ms) = (self.here.seen_ms, self.ticks_ms());
        if self.here.server.is_none() {
            return;
        }
        let door = self.here.door();
        for seen_ms in (seen_ms.max(ticks_ms - WAKEFUL_MS)..ticks_ms).step_by(NAP_MS) {
            door.note_awake(seen_ms);
        }
        self.note_awake();
    }

    /// It looks at something, and sees by its clock how long it stood still.
    pub(super) fn note_awake(&mut self) {
        let ticks_ms = self.ticks_ms();
        self.here.door().note_awake(ticks_ms);
        self.here.seen_ms = ticks_ms;
    }

    /// What its door says to a wish.
    pub(super) fn entry(&mut self, knock: Knock<'_>) -> Entry {
        self.here.door();
        match (&self.here.door, &self.here.server) {
            (Some(door), Some(server)) => door.entry(knock, server, false),
            (None, _) | (_, None) => Entry::Away(ProblemKind::NotReady),
        }
    }

    /// It reads what came while it stood still. L5: what would take or give money is not carried
    /// out once whoever asked may have given it up.
    pub(super) fn hear_stale(&mut self, came_at: Stamp, ticket: Ticket, wish: Wish) {
        let is_old = self.now.ms_since(came_at) >= GAP_MS;
        let is_money = matches!(wish, Wish::Open(_) | Wish::Refund(_));
        let is_in = self.hear_till(ticket, wish);
        assert!(
            !is_in || !is_old || !is_money,
            "L5: what lay in the socket of a server that stood still is carried out"
        );
    }

    /// Somebody ends the program: it takes no more requests, and hears the answers that are on
    /// their way for a while.
    pub(crate) fn stop(&mut self) {
        let is_at_work = self.here.server.is_some() && !self.here.is_frozen;
        if !is_at_work || self.here.ends_at().is_some() {
            return;
        }
        self.line(|| "asked to end".to_owned());
        let ticks_ms = self.ticks_ms();
        self.here.door().close(ticks_ms);
        self.end_of_stop();
    }

    /// It ends when nothing is on its way, or when it has waited long enough; what was given to the
    /// store is written first.
    pub(super) fn end_of_stop(&mut self) {
        let (ticks_ms, under_way) = (self.ticks_ms(), self.here.under_way());
        if !self.here.door().is_over(under_way, ticks_ms) {
            return;
        }
        let is_quiet = under_way == 0;
        self.sometimes(Mark::Stopped, is_quiet);
        self.sometimes(Mark::StopCutShort, !is_quiet);
        let handed = self.handed_to_store();
        self.write_all();
        self.assert_written(&handed);
        self.here.unheard.clear();
        self.here.inbox.clear();
        self.crash(true);
        self.here.has_ended = true;
    }

    /// What the store was given and must write: all but requests, which it may refuse.
    fn handed_to_store(&self) -> Vec<(ChargeId, u32)> {
        let batches = self.here.disk.iter().map(|(_, batch)| batch);
        let of_course = batches.filter(|batch| batch.key.is_none());
        let last = of_course.filter_map(|batch| batch.events.last());
        last.map(|event| (event.charge, event.revision)).collect()
    }

    fn write_all(&mut self) {
        #[cfg(feature = "planted")]
        if planted(Bug::StopDropsCommits) {
            self.here.disk.clear();
        }
        while !self.here.disk.is_empty() && !self.is_store_broken {
            self.write(usize::MAX);
        }
    }

    /// What a server was told before it ended as it was asked to is on the record.
    fn assert_written(&mut self, handed: &[(ChargeId, u32)]) {
        if self.is_store_broken || self.is_shared() {
            return;
        }
        for (charge, revision) in handed {
            let count = self.shelf.history(*charge).len();
            let is_written = u32::try_from(count).is_ok_and(|count| count >= *revision);
            assert!(is_written, "L2: {charge} lost what its server had heard");
        }
        self.sometimes(Mark::StopHeard, !handed.is_empty());
    }
}
