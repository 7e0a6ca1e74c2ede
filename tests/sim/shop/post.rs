//! Notices: what the bank tells unasked, late, twice, swapped or never, and what others forge.

use ledger::{Charge, Outcome, State};
use money::{ChargeId, OrderNo};
use provider::{Distrust, Notice};
use sandbox::notice::Spoil;
use server::door::{Entry, Knock};
use server::drive::{Answered, Input, Refused, Ticket};

use super::Shop;
use crate::counter::Forgery;
use crate::mail::{Lie, Mail};
use crate::marks::Mark;

/// Of the words `success`, so many in a hundred do not reach the bank where the wire is bad.
const DEAF_PERCENT: usize = 5;

/// A notice that the loop weighs.
pub(crate) struct Weighed {
    letter: Option<String>,
    notice: Notice,
    lie: Option<Lie>,
}

impl Shop {
    /// The bank's letters leave whose time has come; with `is_last`, all that are left. False
    /// when there are none.
    pub(crate) fn post_letters(&mut self, is_last: bool) -> bool {
        let letters = self.counter.letters(is_last, self.now);
        let has_any = !letters.is_empty();
        for told in letters {
            self.line(|| format!("the bank tells by {:?}", told.letter));
            self.wire.push(Mail::Notice {
                letter: told.letter,
                body: told.body,
                lie: told.lie,
            });
        }
        has_any
    }

    /// The bank's next letter is spoiled in some way.
    pub(crate) fn spoil_letter(&mut self) {
        let spoil = self.rng.pick(&Spoil::ALL);
        self.counter.spoil_next(spoil);
    }

    /// Somebody tells that the youngest charge of the record was paid.
    pub(crate) fn forge(&mut self, forgery: Forgery) {
        let Some(charge) = self.shelf.charges().last() else {
            return;
        };
        let (order, amount) = (charge.order_no(), charge.amount());
        self.line(|| format!("somebody tells that {order} was paid: {forgery:?}"));
        let told = self
            .counter
            .forge((&order, amount), forgery, &mut self.rng, self.now);
        self.wire.push(Mail::Notice {
            letter: None,
            body: told.body,
            lie: told.lie,
        });
    }

    /// A notice reaches the server, when one listens: what is verified and about a charge of ours
    /// goes to the loop with what the record has of it at this moment.
    pub(super) fn hear_notice(&mut self, letter: Option<String>, body: &[u8], lie: Option<Lie>) {
        if self.here.server.is_none() {
            self.sometimes(Mark::ServerDown, true);
            return self.told_back(letter.as_deref(), false);
        }
        if self.entry(Knock::Notice) != Entry::In {
            return self.told_back(letter.as_deref(), false);
        }
        let notice = match self.counter.speaker().notice(body) {
            Ok(notice) => notice,
            Err(distrust) => return self.distrust(letter.as_deref(), distrust, lie),
        };
        let charge = charge_of(&notice.order);
        let history = charge.map_or_else(Vec::new, |id| self.shelf.history(id).to_vec());
        let Some(charge) = charge.filter(|_| !history.is_empty()) else {
            self.line(|| format!("a notice about the unknown {}", notice.order));
            self.sometimes(Mark::NoticeUnknown, true);
            assert!(lie.is_some(), "L2: no record of {}", notice.order);
            return self.told_back(letter.as_deref(), false);
        };
        self.mark_notice(charge, letter.as_deref(), &notice);
        let ticket = Ticket(self.fresh_number());
        self.line(|| format!("noticed {charge} {:?}", notice.outcome));
        let told = Box::new(notice.clone());
        self.hear_of(Input::Noticed {
            ticket,
            charge,
            notice: told,
            history,
        });
        let weighed = Weighed {
            letter,
            notice,
            lie,
        };
        self.here.noticed.insert(ticket, weighed);
    }

    fn distrust(&mut self, letter: Option<&str>, distrust: Distrust, lie: Option<Lie>) {
        self.line(|| "a notice is refused".to_owned());
        assert!(lie.is_some(), "L2: a genuine notice is refused: {distrust}");
        self.sometimes(Mark::NoticeForged, distrust == Distrust::Unverified);
        self.sometimes(Mark::NoticeForeign, distrust == Distrust::OtherApp);
        self.told_back(letter, false);
    }

    /// The bank hears whether its letter was taken, if it hears anything.
    fn told_back(&mut self, letter: Option<&str>, is_taken: bool) {
        let Some(letter) = letter else { return };
        let is_refused = self.is_at_last && !is_taken;
        assert!(!is_refused, "L2: a genuine notice is never taken");
        self.sometimes(Mark::NoticeNotTaken, !is_taken);
        if !self.rng.chance(DEAF_PERCENT) {
            self.counter.hear_of(letter, is_taken, self.now);
        }
    }

    /// The loop has weighed a notice. True when the ticket is one of a notice.
    ///
    /// L3: what is not genuine changes nothing. L5: the bank is told that we have it only when it
    /// is durable.
    pub(super) fn weighed(&mut self, ticket: Ticket, answer: &Result<Answered, Refused>) -> bool {
        let Some(weighed) = self.here.noticed.remove(&ticket) else {
            return false;
        };
        let is_taken = answer.is_ok();
        self.line(|| format!("notice taken: {is_taken}"));
        let sum_lie = weighed.lie == Some(Lie::Sum);
        self.sometimes(Mark::NoticeWrongSum, sum_lie && !is_taken);
        if is_taken {
            assert_eq!(weighed.lie, None, "L3: a notice that lies is taken");
            let charge = charge_of(&weighed.notice.order).and_then(|id| self.shelf.charge(id));
            assert_known(charge, &weighed.notice);
        }
        self.told_back(weighed.letter.as_deref(), is_taken);
        true
    }

    fn mark_notice(&mut self, id: ChargeId, letter: Option<&str>, notice: &Notice) {
        let is_again = letter.is_some_and(|letter| self.counter.was_taken(letter));
        self.sometimes(Mark::NoticeAgain, is_again);
        let is_first = self.here.unheard.values().any(|note| note.charge == id);
        self.sometimes(Mark::NoticeFirst, is_first);
        let Some(charge) = self.shelf.charge(id) else {
            return;
        };
        let is_paid = matches!(notice.outcome, Outcome::Paid(_));
        let is_reversed = matches!(charge.state(), State::Reversed { .. });
        let is_reversing = matches!(charge.state(), State::Reversing { .. });
        self.sometimes(Mark::NoticeAfterReverse, is_paid && is_reversed);
        self.sometimes(Mark::NoticeWhileReversing, is_paid && is_reversing);
    }

    /// Marks what a notice moved: its answer waits until that is durable.
    pub(super) fn mark_moved(&mut self, ticket: Ticket) {
        let Some(weighed) = self.here.noticed.get(&ticket) else {
            return;
        };
        let is_refund = weighed.notice.is_refund();
        let is_paid = matches!(weighed.notice.outcome, Outcome::Paid(_));
        let is_closed = matches!(weighed.notice.outcome, Outcome::Closed { .. });
        self.sometimes(Mark::PaidByNotice, is_paid && !is_refund);
        self.sometimes(Mark::ClosedByNotice, is_closed);
        self.sometimes(Mark::RefundByNotice, is_refund && is_paid);
    }
}

/// The charge that an order is of.
fn charge_of(order: &OrderNo) -> Option<ChargeId> {
    let charge = ChargeId::parse(order.as_str().get(1..)?).ok()?;
    (charge.order_no() == *order).then_some(charge)
}

/// L5: what the bank told, and need not tell again, is on the record.
fn assert_known(charge: Option<&Charge>, notice: &Notice) {
    let charge = charge.expect("L5: a notice is taken without a record");
    let is_open = matches!(
        charge.state(),
        State::Opened | State::Sent | State::Waiting | State::Unknown(_)
    );
    let is_refused = matches!(charge.state(), State::Refused(_));
    match notice.outcome {
        Outcome::Paid(_) => {
            let is_known = !is_open && !is_refused;
            assert!(is_known, "L5: a paid notice is taken before it is durable");
        }
        Outcome::Closed { .. } => {
            assert!(!is_open, "L5: a notice is taken before it is durable");
        }
        Outcome::Waiting
        | Outcome::Shown(_)
        | Outcome::Refused(_)
        | Outcome::Absent
        | Outcome::Reversed(_)
        | Outcome::Unknown(_) => {}
    }
}
