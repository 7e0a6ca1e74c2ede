//! Two servers on one record: claims, freezing, and whose turn it is.

use ledger::Doubt;
use money::{ChargeId, Stamp};
use server::door::Door;
use server::drive::{Drive, Input};
use store::StoreFault;

use super::{Shop, refused};
use crate::desk::Understood;
use crate::mail::Mail;
use crate::marks::Mark;
use crate::seat::{Fetched, Heard, Renewal, Seat};
use crate::shelf::Writer;

/// Of what a server is about to send when it freezes, so many in a hundred leave when it wakes.
const STUCK_PERCENT: usize = 50;

impl Shop {
    /// A second server starts on the same record.
    pub(crate) fn share(&mut self) {
        self.shelf.share();
        self.last_life += 1;
        self.here.life = self.last_life;
        self.here.server = self.here.server.take().map(Drive::shared);
        self.here.door = Some(Door::open(true, self.ticks_ms()));
        self.claim(Vec::new());
        self.beside = Some(Box::new(Seat::default()));
        self.swap();
        self.start();
    }

    /// Whether servers share the record.
    pub(crate) const fn is_shared(&self) -> bool {
        self.shelf.claims().is_some()
    }

    /// The story goes on with the other server. False when there is none.
    pub(crate) fn swap(&mut self) -> bool {
        let Some(beside) = &mut self.beside else {
            return false;
        };
        std::mem::swap(&mut self.here, beside);
        true
    }

    /// Does something at the server that this life is of, if it still lives.
    pub(super) fn at(&mut self, life: u32, act: impl FnOnce(&mut Self)) {
        let is_other =
            self.here.life != life && self.beside.as_ref().is_some_and(|seat| seat.life == life);
        if is_other {
            self.swap();
        }
        act(self);
        if is_other {
            self.swap();
        }
    }

    /// The loop will hear of it.
    pub(super) fn hear_of(&mut self, input: Input) {
        self.here.inbox.push_back(Heard::Loop(input));
    }

    /// This process stands still. What it was about to send may have left, or leaves when it wakes.
    pub(crate) fn freeze(&mut self) {
        if self.here.server.is_none() || self.here.is_frozen {
            return;
        }
        self.line(|| "frozen".to_owned());
        self.here.is_frozen = true;
        for mail in std::mem::take(&mut self.wire) {
            let is_own = match &mail {
                // What the wire has doubled has left.
                Mail::ToBank { note, .. } => {
                    note.life == self.here.life && !self.doubled.contains(&note.number)
                }
                Mail::FromTill { .. } | Mail::Answer { .. } | Mail::Notice { .. } => false,
            };
            if is_own && self.rng.chance(STUCK_PERCENT) {
                self.here.socket.push(mail);
            } else {
                self.wire.push(mail);
            }
        }
    }

    /// It goes on, and does not know for how long it stood still.
    pub(crate) fn thaw(&mut self) {
        if !self.here.is_frozen {
            return;
        }
        self.line(|| "goes on".to_owned());
        self.here.is_frozen = false;
        self.note_awake();
        for (came_at, ticket, wish) in std::mem::take(&mut self.here.doorstep) {
            self.hear_stale(came_at, ticket, wish);
        }
        for mail in std::mem::take(&mut self.here.socket) {
            self.leave_late(mail);
        }
        self.wake();
    }

    /// What was about to leave is judged once more, or was past that already.
    fn leave_late(&mut self, mail: Mail) {
        if let Mail::ToBank { note, .. } = &mail {
            let is_late = note.leave_by.is_some_and(|by| by <= self.now);
            if is_late && self.rng.chance(STUCK_PERCENT) {
                let (number, unsent) = (note.number, note.doubted(Doubt::Unreachable));
                self.sometimes(Mark::NotLeft, true);
                return self.hear(number, unsent);
            }
            self.sometimes(Mark::LeftLate, true);
        }
        self.wire.push(mail);
    }

    /// Asks for the claims on what is open here, on what nobody works on, and on these.
    pub(super) fn claim(&mut self, fetched: Fetched) {
        if !self.is_shared() || self.here.server.is_none() {
            return;
        }
        self.follow_clock();
        let ticks_ms = self.ticks_ms();
        self.here.door().note_claim(ticks_ms);
        self.here.renewals.push_back(Renewal {
            live: self.here.live(),
            fetched,
            behind: self.here.disk.len(),
            asked_at: self.now,
        });
    }

    /// The server reads what others wrote: it may have lost something.
    pub(crate) fn look_abroad(&mut self) {
        let charges = self.here.live();
        let Some(server) = self.here.server.as_ref().filter(|_| !self.here.is_frozen) else {
            return;
        };
        for charge in charges {
            if let Some(door) = &mut self.here.door {
                door.note_abroad(charge, server);
            }
        }
        self.claim_if_due();
    }

    /// Claims are renewed when the door says so.
    pub(super) fn claim_if_due(&mut self) {
        let ticks_ms = self.ticks_ms();
        if self.here.door().is_claim_due(ticks_ms) {
            self.claim(Vec::new());
        }
    }

    /// The store renews claims.
    pub(crate) fn renew(&mut self) {
        let behind = self.here.renewals.front().map_or(0, |first| first.behind);
        if behind > 0 {
            return self.write(behind);
        }
        let Some(renewal) = self.here.renewals.pop_front() else {
            return;
        };
        if self.is_store_broken {
            self.line(|| "claims are not renewed".to_owned());
            return self.here.inbox.push_back(Heard::Handed {
                claimed: Err(StoreFault::Busy),
                live: renewal.live,
                asked_at: renewal.asked_at,
                fetched: renewal.fetched,
            });
        }
        let (owner, now) = (self.here.life, self.now);
        let hands = &mut self.here.hands;
        let mut writer = Writer {
            owner,
            hands,
            now,
            is_heard: true,
        };
        let claimed = self.shelf.claim(&renewal, &mut writer);
        let (taken, lost) = (claimed.taken.len(), claimed.lost.len());
        self.line(|| format!("claims: {taken} taken, {lost} lost"));
        self.here.inbox.push_back(Heard::Handed {
            claimed: Ok(claimed),
            live: renewal.live,
            asked_at: renewal.asked_at,
            fetched: renewal.fetched,
        });
    }

    /// The loop learns what changed hands.
    pub(super) fn handed(&mut self, heard: Heard) {
        let (claimed, live, asked_at, fetched) = match heard {
            Heard::Loop(input) => return self.tell(input),
            Heard::Handed {
                claimed,
                live,
                asked_at,
                fetched,
            } => (claimed, live, asked_at, fetched),
        };
        if self.here.ends_at().is_some() {
            // The shell looks no more what changed hands.
            return;
        }
        let Ok(claimed) = claimed else {
            return self.not_fetched(fetched);
        };
        let is_frozen = self.beside.as_ref().is_some_and(|seat| seat.is_frozen);
        let is_dead = self
            .beside
            .as_ref()
            .is_some_and(|seat| seat.server.is_none());
        let has_taken = !claimed.taken.is_empty();
        self.sometimes(Mark::TakenFromDead, has_taken && is_dead);
        self.sometimes(Mark::TakenFromFrozen, has_taken && is_frozen);
        self.sometimes(Mark::LostToOther, !claimed.lost.is_empty());
        for history in &claimed.taken {
            self.mark_taken_up(history);
        }
        self.follow_clock();
        let now = self.server_now();
        // An idle loop may have taken up another wall clock since, so the span counts.
        let asked_at = now.plus_ms(asked_at.ms_since(self.now));
        let Some(server) = &mut self.here.server else {
            return;
        };
        let outputs = server.hand_over(claimed, &live, asked_at, now);
        self.carry_out(outputs);
        for (ticket, request) in fetched {
            let is_refund = matches!(request, Understood::Refund(..));
            self.sometimes(Mark::Fetched, !is_refund);
            self.sometimes(Mark::FetchedToRefund, is_refund);
            self.let_in(ticket, request);
        }
    }

    /// Claims were not renewed: who waits for a charge of another server hears so.
    fn not_fetched(&mut self, fetched: Fetched) {
        let kind = self.here.door().note_unclaimed();
        for (ticket, _) in fetched {
            self.sometimes(Mark::NotFetched, true);
            self.answered(ticket, Err(refused(kind)));
        }
    }

    /// L9: who asks about a charge may count on it.
    pub(super) fn assert_leased(&self, charge: ChargeId) {
        if let Some(claims) = self.shelf.claims() {
            claims.assert_asker(charge, self.here.life, self.now);
        }
    }

    /// Until when an ask about a charge may leave, by the true clock.
    pub(super) fn leave_by(&self, charge: ChargeId) -> Option<Stamp> {
        let by = self.here.server.as_ref()?.leave_by(charge)?;
        Some(by.plus_ms(-self.here.skew_ms))
    }

    /// What came to a process that stands still waits in its socket.
    pub(super) fn wait_in_socket(&mut self, mail: Mail) -> Option<Mail> {
        if !self.here.is_frozen {
            return Some(mail);
        }
        match mail {
            Mail::FromTill { ticket, wish } => {
                self.here.doorstep.push((self.now, ticket, wish));
            }
            Mail::ToBank { .. } | Mail::Answer { .. } | Mail::Notice { .. } => {
                self.here.socket.push(mail);
            }
        }
        None
    }
}
