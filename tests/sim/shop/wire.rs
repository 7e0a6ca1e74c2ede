//! The wire to the bank and back: what arrives, is lost, comes twice, late, damaged or forged.

use ledger::{AskKind, Asked, Charge, Doubt, Outcome, RefundOutcome, ReverseEnd};
use money::{Amount, ChargeId};
use provider::alipay::parse_form;
use provider::{Reply, Request, WireFault};
use sandbox::bank::OrderState;
use server::drive::{Input, Ticket};

use super::Shop;
use crate::laws;
use crate::mail::{Lie, Mail, Meaning, Note};
use crate::marks::Mark;
use crate::seat::Heard;

/// Ways to damage an answer.
const SPOILS: usize = 5;

impl Shop {
    /// An ask leaves.
    pub(super) fn ask(
        &mut self,
        charge: ChargeId,
        amount: Amount,
        asked: Asked,
        ask: &provider::Ask,
    ) {
        let note = Note {
            number: self.fresh_number(),
            life: self.here.life,
            charge,
            ask: ask.clone(),
            amount,
            left_at: self.now,
            leave_by: self.leave_by(charge),
            asked,
        };
        self.assert_leased(charge);
        self.assert_allowed(charge, asked.kind, ask.refund());
        self.line(|| format!("leaves {:?} {charge} as {}", asked.kind, note.number));
        let wall = self.now.plus_ms(self.here.wall_ms);
        let request = self.counter.speaker().request(ask, wall);
        self.here.unheard.insert(note.number, note.clone());
        self.wire.push(Mail::ToBank { note, request });
    }

    /// One thing on the wire arrives.
    pub(crate) fn deliver(&mut self, place: usize) {
        let mail = self.wire.remove(place);
        let life = match &mail {
            Mail::ToBank { note, .. } | Mail::Answer { note, .. } => note.life,
            Mail::FromTill { .. } | Mail::Notice { .. } => self.here.life,
        };
        self.at(life, |shop| shop.arrive(mail));
    }

    fn arrive(&mut self, mail: Mail) {
        // What has left a process that stands still goes on.
        let mail = match mail {
            Mail::ToBank { note, request } => return self.serve(note, &request),
            Mail::FromTill { .. } | Mail::Answer { .. } | Mail::Notice { .. } => mail,
        };
        match self.wait_in_socket(mail) {
            Some(Mail::FromTill { ticket, wish }) => {
                self.hear_till(ticket, wish);
            }
            Some(Mail::Answer { note, reply, lie }) => self.read_answer(&note, &reply, lie),
            Some(Mail::Notice { letter, body, lie }) => self.hear_notice(letter, &body, lie),
            Some(Mail::ToBank { .. }) | None => {}
        }
    }

    fn serve(&mut self, note: Note, request: &Request) {
        self.line(|| format!("the bank hears {}", note.number));
        let is_waited_for = self.here.unheard.contains_key(&note.number);
        self.sometimes(Mark::LateRequest, !is_waited_for);
        let served = self.counter.serve(note.order(), request, self.now);
        self.sometimes(Mark::WrongSum, served.lie == Some(Lie::Sum));
        self.sometimes(Mark::SlowBank, served.pause_ms > 0);
        let state = self.counter.state(note.order(), self.now);
        let is_taken = matches!(state, Some(OrderState::Paid { .. }));
        let is_pay = note.asked.kind == AskKind::Pay;
        let is_after_reverse = is_pay && is_taken && self.emptied.contains(&note.charge);
        self.sometimes(Mark::TakenAfterReverse, is_after_reverse);
        let mail = Mail::Answer {
            note,
            reply: served.reply,
            lie: served.lie,
        };
        if served.pause_ms > 0 {
            self.hold(mail, served.pause_ms);
        } else {
            self.wire.push(mail);
        }
        self.post_letters(false);
        laws::hold(self);
    }

    fn read_answer(&mut self, note: &Note, reply: &Result<Reply, WireFault>, lie: Option<Lie>) {
        if note.life != self.here.life || self.here.server.is_none() {
            return self.sometimes(Mark::OldLifeAnswer, true);
        }
        if !self.here.unheard.contains_key(&note.number) {
            return self.sometimes(Mark::LateAnswer, true);
        }
        let kind = note.asked.kind;
        let speaker = self.counter.speaker();
        self.sometimes(Mark::AskAgain, lie == Some(Lie::Again));
        let meaning = if note.ask.refund().is_some() {
            let outcome = speaker.refund_outcome(&note.ask, note.amount, reply);
            self.mark_refund(&outcome);
            Meaning::Refund(outcome)
        } else {
            let outcome = speaker.outcome(kind, note.order(), note.amount, reply);
            self.mark_outcome(note, &outcome);
            Meaning::Order(outcome)
        };
        assert_worthless(lie, &meaning);
        self.hear(note.number, meaning);
    }

    fn mark_refund(&mut self, outcome: &RefundOutcome) {
        let is_given = matches!(outcome, RefundOutcome::Given { .. });
        self.sometimes(Mark::RefundGiven, is_given);
        self.sometimes(Mark::RefundAbsent, *outcome == RefundOutcome::Absent);
    }

    fn mark_outcome(&mut self, note: &Note, outcome: &Outcome) {
        match outcome {
            Outcome::Absent => {
                self.absent.insert(note.charge);
                let charge = self.shelf.charge(note.charge);
                let is_paid = charge.is_some_and(|one| one.state().as_str() == "paid");
                self.sometimes(Mark::PaidNotFound, is_paid);
            }
            Outcome::Reversed(ReverseEnd::Nothing) => {
                self.emptied.insert(note.charge);
                let is_early = note.asked.age_ms < ledger::plan::ALIPAY.code_dead_after_ms;
                self.sometimes(Mark::NothingNotFinal, is_early);
            }
            Outcome::Unknown(doubt) => {
                self.sometimes(Mark::Busy, *doubt == Doubt::Busy);
                self.sometimes(Mark::Garbled, *doubt == Doubt::Garbled);
                self.sometimes(Mark::Unverified, *doubt == Doubt::Unverified);
            }
            Outcome::Refused(refusal) => {
                let charge = self.shelf.charge(note.charge);
                let is_known = charge.is_some_and(|one| one.returning().is_some());
                let is_cancel = note.asked.kind == AskKind::Reverse;
                self.sometimes(Mark::CancelRefused, is_cancel && !is_known);
                let is_spent = refusal.cause == ledger::Cause::CodeExpired;
                self.sometimes(Mark::CodeExpired, is_spent);
                let is_clock = refusal.code == "isv.invalid-timestamp";
                self.sometimes(Mark::WallClockRefused, is_clock);
            }
            Outcome::Closed { .. } => {
                let charge = self.shelf.charge(note.charge);
                let is_reversing = charge.is_some_and(|one| one.state().as_str() == "reversing");
                self.sometimes(Mark::EndedByQuestion, is_reversing);
            }
            Outcome::Paid(facts) => {
                let plan = self.shelf.charge(note.charge).and_then(Charge::instalments);
                let asked = plan.map(|plan| plan.months.count());
                let is_other =
                    asked.is_some_and(|asked| facts.months.is_some_and(|told| told != asked));
                self.sometimes(Mark::OtherPlan, is_other);
            }
            Outcome::Waiting | Outcome::Shown(_) | Outcome::Reversed(_) => {}
        }
    }

    /// The loop hears of an ask, once.
    pub(super) fn hear(&mut self, number: u64, meaning: Meaning) {
        if let Some(note) = self.here.unheard.remove(&number) {
            self.line(|| format!("heard {number} {meaning:?}"));
            self.hear_of(note.heard(meaning));
        }
    }

    /// The loop acts on the first thing that it has heard.
    pub(crate) fn act(&mut self) {
        let Some(heard) = self.here.inbox.pop_front() else {
            return;
        };
        let noticed = if let Heard::Loop(Input::Noticed { ticket, .. }) = &heard {
            Some(*ticket)
        } else {
            None
        };
        self.handed(heard);
        if let Some(ticket) = noticed {
            self.mark_moved(ticket);
        }
    }

    /// One thing on the wire is lost.
    pub(crate) fn lose(&mut self, place: usize) {
        self.line(|| "lost on the wire".to_owned());
        let lost = self.wire.remove(place);
        self.sometimes(Mark::RequestLost, matches!(lost, Mail::ToBank { .. }));
        self.sometimes(Mark::AnswerLost, matches!(lost, Mail::Answer { .. }));
        self.sometimes(Mark::NoticeLost, matches!(lost, Mail::Notice { .. }));
    }

    /// A request arrives twice.
    pub(crate) fn repeat(&mut self, place: usize) {
        match &self.wire[place] {
            Mail::ToBank { note, request } => {
                let twin = Mail::ToBank {
                    note: note.clone(),
                    request: request.clone(),
                };
                self.doubled.insert(note.number);
                self.sometimes(Mark::RequestDoubled, true);
                self.wire.push(twin);
            }
            Mail::FromTill { wish, .. } => {
                let wish = wish.clone();
                let ticket = Ticket(self.fresh_number());
                self.wire.push(Mail::FromTill { ticket, wish });
            }
            Mail::Notice { letter, body, lie } => {
                let twin = Mail::Notice {
                    letter: letter.clone(),
                    body: body.clone(),
                    lie: *lie,
                };
                self.wire.push(twin);
            }
            Mail::Answer { .. } => {}
        }
    }

    /// The connection was never made: the request did not leave.
    pub(crate) fn never_connect(&mut self, place: usize) {
        // What the wire has doubled has left.
        if let Mail::ToBank { note, .. } = &self.wire[place]
            && !self.doubled.contains(&note.number)
        {
            let note = note.clone();
            self.line(|| format!("no connection for {}", note.number));
            self.wire.remove(place);
            self.wire.push(Mail::Answer {
                note,
                reply: Err(WireFault::Unreachable),
                lie: None,
            });
        }
    }

    /// An answer is damaged on its way, or is not the bank's.
    pub(crate) fn spoil(&mut self, place: usize) {
        let way = self.rng.below(SPOILS);
        let chance = self.rng.next();
        if let Mail::Notice { body, lie, .. } = &mut self.wire[place] {
            if spoil_form(body, chance) {
                *lie = Some(Lie::Worthless);
            }
            return self.line(|| "a notice is spoiled".to_owned());
        }
        if let Mail::Answer {
            reply: Ok(reply),
            lie,
            ..
        } = &mut self.wire[place]
        {
            spoil(reply, way, chance);
            *lie = Some(Lie::Worthless);
            self.line(|| format!("spoiled in way {way}"));
        }
    }

    /// In place of the answer comes a genuine one of another order.
    pub(crate) fn replay(&mut self, place: usize) {
        let Mail::Answer { note, .. } = &self.wire[place] else {
            return;
        };
        let (order, kind) = (note.order().clone(), note.asked.kind);
        if let Some(other) = self.counter.replay(&order, &mut self.rng)
            && let Mail::Answer { reply, lie, .. } = &mut self.wire[place]
        {
            *reply = Ok(renamed(&other, kind));
            *lie = Some(Lie::Worthless);
            self.sometimes(Mark::Replayed, true);
            self.line(|| "another order's answer".to_owned());
        }
    }
}

/// L3: nothing is believed of a lie.
fn assert_worthless(lie: Option<Lie>, meaning: &Meaning) {
    let is_doubt = matches!(
        meaning,
        Meaning::Order(Outcome::Unknown(_)) | Meaning::Refund(RefundOutcome::Unknown(_))
    );
    let is_paid = matches!(meaning, Meaning::Order(Outcome::Paid(_)));
    match lie {
        Some(Lie::Worthless | Lie::Again) => {
            assert!(is_doubt, "L3: a worthless answer is believed: {meaning:?}");
        }
        Some(Lie::Currency) => {
            let is_given = matches!(meaning, Meaning::Refund(RefundOutcome::Given { .. }));
            assert!(
                !is_paid && !is_given,
                "L3: an answer in another currency is believed: {meaning:?}"
            );
        }
        Some(Lie::Sum) => assert!(!is_paid, "L3: an answer with another sum is believed"),
        None => {}
    }
}

/// The same signed node under the name that an answer to this kind of ask has: the name is not
/// covered by the signature.
fn renamed(reply: &Reply, kind: AskKind) -> Reply {
    let method = match kind {
        AskKind::Pay => "trade_pay",
        AskKind::Precreate => "trade_precreate",
        AskKind::Query => "trade_query",
        AskKind::Reverse => "trade_cancel",
        AskKind::Refund => "trade_refund",
        AskKind::RefundQuery => "trade_fastpay_refund_query",
    };
    let text = String::from_utf8_lossy(&reply.body);
    let body = match text.split_once("_response\"") {
        Some((_, rest)) => format!("{{\"alipay_{method}_response\"{rest}"),
        None => text.into_owned(),
    };
    Reply {
        status: reply.status,
        body: body.into_bytes(),
    }
}

fn spoil(reply: &mut Reply, way: usize, chance: u64) {
    match way {
        0 => reply.body.truncate(reply.body.len() / 2),
        1 => reply.body = b"<html>502 Bad Gateway</html>".to_vec(),
        2 => reply.status = 500,
        3 => {
            let text = String::from_utf8_lossy(&reply.body)
                .replace("\"total_amount\":\"", "\"total_amount\":\"9");
            reply.body = text.replace("\"sign\":\"", "\"sign\":\"A").into_bytes();
        }
        _ => flip(&mut reply.body, b"\"sign\":\"", chance),
    }
}

/// One bit of what stands before the signature comes out wrong: the signature's length differs by
/// its kind, and a history must be the same under both.
fn flip(body: &mut [u8], sign: &[u8], chance: u64) {
    let said = body.windows(sign.len()).position(|part| part == sign);
    let said = said.unwrap_or(body.len());
    let length = u64::try_from(said.max(1)).unwrap_or(1);
    let place = usize::try_from(chance % length).unwrap_or_default();
    if let Some(byte) = body.get_mut(place) {
        *byte ^= 1 << (chance >> 61);
    }
}

/// One bit of what a form says comes out wrong. False when it would say the same all the same, as
/// letters of an escape may be large or small: then it is left as it was.
fn spoil_form(body: &mut Vec<u8>, chance: u64) -> bool {
    let mut spoilt = body.clone();
    flip(&mut spoilt, b"&sign=", chance);
    let is_spoilt = parse_form(&spoilt) != parse_form(body);
    if is_spoilt {
        *body = spoilt;
    }
    is_spoilt
}
