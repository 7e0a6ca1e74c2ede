//! A refund of a charge whose earlier refund another server is still asking about.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ledger::{
    AskKind, Asked, Charge, Event, Opening, Outcome, PaidFacts, RefundState, RefundWish, Way, plan,
};
use money::{Amount, ChargeId, Provider, RefundNo, Stamp, World as _};
use sale::Catalogue;
use store::{Backend, Batch, Claimed, Closing, Shelving, StoreFault, Verdict};

use super::{Quiet, Slow, open_on};
use crate::drive::RefundDesk;

fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

/// A paid charge over 12.50, of which 2.50 were asked back.
fn refunding() -> Vec<Event> {
    let now = Quiet.now();
    let opening = Opening {
        id: ChargeId::fresh(now, [3; 16]),
        sale: "sale-1".to_owned(),
        amount: fen(1_250),
        provider: Provider::Alipay,
        device: "till-1".to_owned(),
        way: Way::Scanned,
        instalments: None,
        goods: None,
    };
    let first = Charge::open(opening, now);
    let facts = PaidFacts {
        order: first.charge.order_no(),
        provider_no: "2026".to_owned(),
        amount: fen(1_250),
        funding: Vec::new(),
        payer: None,
        paid_at: None,
        months: None,
    };
    let asked = Asked {
        kind: AskKind::Pay,
        at: now,
        age_ms: 0,
    };
    let mut history = first.events;
    let paid = Outcome::Paid(facts);
    let paid = first.charge.hear(asked, paid, &plan::ALIPAY, now);
    let paid = paid.expect("a legal move");
    history.extend(paid.events);
    let wish = RefundWish {
        no: RefundNo::fresh(now, [5; 16]),
        amount: fen(250),
        reason: "换货".to_owned(),
        by: "till-1".to_owned(),
    };
    let asked = paid.charge.ask_refund(wish, now).expect("a legal move");
    history.extend(asked.events);
    history
}

/// A record in which another server works on the charge until it is wanted here.
struct Held {
    history: Vec<Event>,
    is_ours: bool,
    seen: Arc<Mutex<Vec<&'static str>>>,
}

impl Held {
    fn note(&self, what: &'static str) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push(what);
    }
}

impl Backend for Held {
    fn commit(&mut self, batches: &[Batch]) -> Result<Vec<Verdict>, StoreFault> {
        self.note(if self.is_ours { "written" } else { "fenced" });
        let verdict = if self.is_ours {
            Verdict::Written { last_seq: 9 }
        } else {
            Verdict::Fenced { fence: 2 }
        };
        Ok(batches.iter().map(|_| verdict.clone()).collect())
    }

    fn close(&mut self, _: &[String], _: Stamp) -> Result<Vec<Closing>, StoreFault> {
        Err(StoreFault::Busy)
    }

    fn claim(&mut self, _: &[ChargeId], wanted: &[ChargeId]) -> Result<Claimed, StoreFault> {
        let mut claimed = Claimed::default();
        if wanted == [self.history[0].charge] {
            self.note("fetched");
            self.is_ours = true;
            claimed.taken.push(self.history.clone());
        }
        Ok(claimed)
    }

    fn release(&mut self) {}

    fn is_shared(&self) -> bool {
        true
    }

    fn shelve(&mut self, _: &Catalogue) -> Result<Shelving, StoreFault> {
        Err(StoreFault::Busy)
    }
}

#[tokio::test]
async fn a_refund_fetches_a_charge_that_another_server_holds_by_an_earlier_refund() {
    let (history, seen) = (refunding(), Arc::new(Mutex::new(Vec::new())));
    let book = Held {
        history: history.clone(),
        is_ours: false,
        seen: Arc::clone(&seen),
    };
    let (pump, _task, _sender) = open_on(book, Slow(Duration::from_mins(10)));
    let ask = RefundDesk {
        key: "refund-2".to_owned(),
        fingerprint: [2; 32],
        charge: history[0].charge,
        amount: fen(100),
        reason: String::new(),
        by: "till-2".to_owned(),
        history,
    };
    let answered = pump
        .refund(&pump.begin("key"), ask)
        .await
        .expect("it is asked for");
    let charge = Charge::fold(&answered.history.expect("its events")).expect("a history");
    let is_asked = |state: &RefundState| *state == RefundState::Asked;
    let asked = charge.refunds().iter().filter(|one| is_asked(&one.state));
    assert_eq!(asked.count(), 2);
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert_eq!(seen[..2], ["fetched", "written"], "{seen:?}");
    assert!(!seen.contains(&"fenced"), "{seen:?}");
}
