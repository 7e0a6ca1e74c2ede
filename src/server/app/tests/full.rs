//! The record's queue is full: whoever comes is told when to come again, and a copy of a request
//! that is being written is not told that nothing was charged.

use std::sync::Arc;

use futures::future::BoxFuture;
use futures::{FutureExt as _, poll};
use ledger::{Outcome, PaidFacts, RefundOutcome};
use money::{Amount, ChargeId, Stamp};
use provider::{Ask, Distrust, Notice};
use sale::Catalogue;
use store::{Backend, Batch, Book, Claimed, Closing, Shelving, StoreFault, Verdict, Writer};
use tokio::sync::Mutex;

use super::{CODE, Heard, PAGES, Stand, ask};
use crate::call::Line;

/// More than may wait for the record with all that one commit takes, and fewer than the keys that
/// are closed in a minute.
const MANY: usize = 1_500;
const OTHER: &str = "281234567890123457";
const THIRD: &str = "281234567890123458";

/// A record on a disk that does nothing while the gate is held.
struct Gated {
    book: Book,
    gate: Arc<Mutex<()>>,
}

impl Backend for Gated {
    fn commit(&mut self, batches: &[Batch]) -> Result<Vec<Verdict>, StoreFault> {
        drop(self.gate.blocking_lock());
        self.book.commit(batches)
    }

    fn close(&mut self, keys: &[String], now: Stamp) -> Result<Vec<Closing>, StoreFault> {
        drop(self.gate.blocking_lock());
        self.book.close(keys, now)
    }

    fn claim(&mut self, _: &[ChargeId], _: &[ChargeId]) -> Result<Claimed, StoreFault> {
        Ok(Claimed::default())
    }

    fn release(&mut self) {}

    fn is_shared(&self) -> bool {
        false
    }

    fn shelve(&mut self, next: &Catalogue) -> Result<Shelving, StoreFault> {
        drop(self.gate.blocking_lock());
        self.book.shelve(next)
    }
}

/// A provider to whom everybody pays at once.
struct Rich;

impl Line for Rich {
    fn carry<'a>(&'a self, ask: &'a Ask, amount: Amount) -> BoxFuture<'a, Outcome> {
        let facts = PaidFacts {
            order: ask.order().clone(),
            provider_no: "2026".to_owned(),
            amount,
            funding: Vec::new(),
            payer: None,
            paid_at: None,
            months: None,
        };
        async { Outcome::Paid(facts) }.boxed()
    }

    fn carry_refund<'a>(&'a self, _ask: &'a Ask, _amount: Amount) -> BoxFuture<'a, RefundOutcome> {
        async { RefundOutcome::Absent }.boxed()
    }

    fn notice(&self, _body: &[u8]) -> Result<Notice, Distrust> {
        Err(Distrust::Unverified)
    }
}

fn told(heard: &Heard) -> (u16, String, String) {
    let again = heard.header("retry-after").to_owned();
    (heard.status.as_u16(), heard.problem(), again)
}

fn tale(status: u16, problem: &str) -> (u16, String, String) {
    (status, problem.to_owned(), "1".to_owned())
}

async fn paid(stand: &Stand) -> String {
    let opened = stand.charge("paid", &ask("paid", 1_250, CODE)).await;
    let id = opened.json()["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/charges/{id}");
    while stand.get(&path).await.json()["state"] != "paid" {
        tokio::task::yield_now().await;
    }
    id
}

/// As many orders wait for the disk as may.
async fn fill(stand: &Stand) {
    for number in 0..MANY {
        let key = format!("gone-{number}");
        assert!(stand.pump.close_key(key).now_or_never().is_none());
        if number % 100 == 0 {
            stand.pump.look().await.expect("the loop runs");
        }
    }
    stand.pump.look().await.expect("the loop runs");
}

#[tokio::test]
async fn when_the_records_queue_is_full_requests_are_told_to_come_again_and_no_copy_is_let_go() {
    let gate = Arc::new(Mutex::new(()));
    let kept = Arc::clone(&gate);
    let write = |book| Writer::spawn(Gated { book, gate });
    let stand = Stand::upon(PAGES, Arc::new(Rich), write);
    let id = paid(&stand).await;
    let held = kept.lock().await;
    let body = ask("first", 100, OTHER);
    let mut first = std::pin::pin!(stand.charge("first", &body));
    assert!(poll!(&mut first).is_pending());
    fill(&stand).await;
    assert_eq!(
        told(&stand.charge("first", &body).await),
        tale(503, "not-ready")
    );
    let late = stand.charge("late", &ask("late", 100, THIRD)).await;
    assert_eq!(told(&late), tale(429, "too-busy"));
    let place = format!("/api/v1/charges/{id}/refunds");
    let back = "{\"amount_fen\":250,\"reason\":\"\"}";
    let key = [("idempotency-key", "back")];
    let late = stand.post(&place, &key, back).await;
    assert_eq!(told(&late), tale(429, "too-busy"));
    drop(held);
    assert_eq!(first.await.status, 201);
    while stand.pump.close_key("room".to_owned()).await.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(stand.charge("first", &body).await.status, 200);
    assert_eq!(stand.post(&place, &key, back).await.status, 201);
    let late = stand.charge("late", &ask("late", 100, THIRD)).await;
    assert_eq!(late.status, 201, "its code and its sale are free");
}
