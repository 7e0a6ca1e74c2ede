//! A server that has just stood still, and one that is asked to end: what they take no more, and
//! what they still do.

#[cfg(feature = "planted")]
use ledger::planted::{Bug, is as planted};
use money::{ChargeId, Stamp};
use server::drive::{Refused, Ticket};
use server::pump::awake::{Awake, GAP_MS};
use wire::ProblemKind;

use super::{START, Shop};
use crate::mail::Wish;
use crate::marks::Mark;

/// How long a server that is to end waits for answers that are on their way.
const LAST_WAIT_MS: i64 = 5_000;
/// A loop that is at work looks at something at least so often.
const NAP_MS: usize = 1_000;
/// Longer than it counts as waking.
const WAKEFUL_MS: i64 = 20_000;

impl Shop {
    /// The ticks of this server's clock, which goes on while it stands still.
    fn ticks_ms(&self) -> i64 {
        let ticks_ms = self.now.ms_since(START);
        #[cfg(feature = "planted")]
        if planted(Bug::SleepUnseen) {
            return ticks_ms - self.here.slept_ms;
        }
        ticks_ms
    }

    /// This server has been at work until now.
    pub(super) fn stay_awake(&mut self) {
        let ticks_ms = self.ticks_ms();
        let mut awake = self.here.awake.unwrap_or(Awake::since(ticks_ms));
        let seen_ms = self.here.seen_ms.max(ticks_ms - WAKEFUL_MS);
        if seen_ms > self.here.seen_ms {
            awake = Awake::since(seen_ms);
        }
        for seen_ms in (seen_ms..=ticks_ms).step_by(NAP_MS) {
            awake.note(seen_ms);
        }
        awake.note(ticks_ms);
        self.here.awake = Some(awake);
        self.here.seen_ms = ticks_ms;
    }

    /// It goes on, and sees by its clock that it stood still.
    pub(super) fn note_awake(&mut self) {
        let ticks_ms = self.ticks_ms();
        let awake = self
            .here
            .awake
            .get_or_insert(Awake::since(self.here.seen_ms));
        awake.note(ticks_ms);
        self.here.seen_ms = ticks_ms;
    }

    /// Whether what is asked of it may be older than it looks.
    fn is_waking(&self) -> bool {
        #[cfg(feature = "planted")]
        if planted(Bug::StaleRequestTaken) {
            return false;
        }
        self.here.awake.is_some_and(|awake| awake.is_waking())
    }

    /// It reads what came while it stood still. L5: what would take or give money is not carried
    /// out once whoever asked may have given it up.
    pub(super) fn hear_stale(&mut self, came_at: Stamp, ticket: Ticket, wish: Wish) {
        let is_old = self.now.ms_since(came_at) >= GAP_MS && self.here.server.is_some();
        let is_money = matches!(wish, Wish::Open(_) | Wish::Refund(_));
        let is_refused = self.is_waking() || self.here.stops_at.is_some();
        assert!(
            is_refused || !is_old || !is_money,
            "L5: what lay in the socket of a server that stood still is carried out"
        );
        self.hear_till(ticket, wish);
    }

    /// Refuses a request of a till, where the server has just stood still or is to end.
    pub(super) fn is_turned_away(&mut self, ticket: Ticket, wish: &Wish) -> bool {
        let is_ending = self.here.stops_at.is_some();
        let is_money = matches!(wish, Wish::Open(_) | Wish::Refund(_));
        let is_waking = is_money && self.is_waking();
        #[cfg(feature = "planted")]
        if is_ending && planted(Bug::StopTakesRequests) {
            return false;
        }
        if !is_ending && !is_waking {
            return false;
        }
        self.sometimes(Mark::RefusedWaking, is_waking);
        self.sometimes(Mark::StopRefused, is_ending);
        let refused = Refused {
            kind: ProblemKind::NotReady,
            charge: None,
            rest: None,
        };
        self.answered(ticket, Err(refused));
        true
    }

    /// Somebody ends the program: it takes no more requests, and hears the answers that are on
    /// their way for a while.
    pub(crate) fn stop(&mut self) {
        let is_at_work = self.here.server.is_some() && !self.here.is_frozen;
        if !is_at_work || self.here.stops_at.is_some() {
            return;
        }
        self.line(|| "asked to end".to_owned());
        self.here.stops_at = Some(self.now.plus_ms(LAST_WAIT_MS));
        self.end_of_stop();
    }

    /// It ends when nothing is on its way, or when it has waited long enough; what was given to the
    /// store is written first.
    pub(super) fn end_of_stop(&mut self) {
        let here = &self.here;
        let is_quiet = here.unheard.is_empty() && here.disk.is_empty() && here.inbox.is_empty();
        let is_over = here.stops_at.is_some_and(|at| at <= self.now);
        if !is_quiet && !is_over {
            return;
        }
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
