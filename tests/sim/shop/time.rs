//! Time: what comes through, what is given up, who is woken.

use money::Stamp;
use server::drive::{Drive, Input};

use super::{PATIENCE_MS, Shop};
use crate::mail::{Mail, Meaning};

impl Shop {
    /// Time goes on; what was held up comes through, asks that nobody answered are given up, and
    /// the loops are woken.
    pub(crate) fn pass(&mut self, ms: i64) {
        self.now = self.now.plus_ms(ms);
        let now = self.now;
        let through = self.late.extract_if(.., |(due, _)| *due <= now);
        self.wire.extend(through.map(|(_, mail)| mail));
        self.post_letters(false);
        self.wake();
        if self.swap() {
            self.wake();
            self.swap();
        }
    }

    /// This server sees what time it is.
    pub(super) fn wake(&mut self) {
        if self.here.is_frozen {
            return;
        }
        self.stay_awake();
        let now = self.now;
        let given_up: Vec<(u64, Meaning)> = self
            .here
            .unheard
            .iter()
            .filter(|(_, note)| now.ms_since(note.left_at) >= PATIENCE_MS)
            .map(|(number, note)| (*number, note.lost()))
            .collect();
        for (number, lost) in given_up {
            self.line(|| format!("ask {number} is given up"));
            self.hear(number, lost);
        }
        if self.here.ends_at().is_some() {
            return self.end_of_stop();
        }
        self.claim_if_due();
        let wake = self.here.server.as_ref().and_then(Drive::wake_at);
        if wake.is_some_and(|at| at <= self.server_now()) {
            self.tell(Input::Tick);
        }
    }

    /// When the last of what was held up comes through.
    pub(crate) fn last_late(&self) -> Option<Stamp> {
        self.late.iter().map(|(due, _)| *due).max()
    }

    /// When something happens by itself next: a tick, or an ask that is given up.
    pub(crate) fn next_moment(&self) -> Option<Stamp> {
        let seats = std::iter::once(&self.here).chain(self.beside.as_deref());
        let moments = seats.filter(|seat| !seat.is_frozen).flat_map(|seat| {
            let wake = seat.server.as_ref().and_then(Drive::wake_at);
            let wake = wake.map(|at| at.plus_ms(-seat.skew_ms));
            let asks = seat.unheard.values();
            let given_up = asks.map(|note| note.left_at.plus_ms(PATIENCE_MS));
            // Claims are renewed for ever, which is nothing to wait for when all is at its end.
            let claim = seat.claim_at().filter(|_| !self.is_at_rest());
            let ends_at = seat.ends_at();
            let is_stopping = ends_at.is_some();
            let own = wake.into_iter().chain(claim).filter(move |_| !is_stopping);
            given_up.chain(own).chain(ends_at)
        });
        let late = self.late.iter().map(|(due, _)| *due);
        moments.chain(late).min()
    }

    /// Whether nothing is open, neither in the record nor in a loop.
    fn is_at_rest(&self) -> bool {
        self.is_idle() && self.shelf.charges().all(ledger::Charge::is_settled)
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
