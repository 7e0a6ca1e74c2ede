//! Goal: the loop hears of every ask, and ends without leaving one behind. Method: lines that
//! answer late, or stop by a defect.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use ledger::{Doubt, Outcome, RefundOutcome};
use money::{Amount, ChargeId, PayCode, Stamp, World};
use provider::{Ask, Distrust, Notice};
use sale::Catalogue;
use store::{Backend, Batch, Book, Claimed, Closing, Shelving, StoreFault, Verdict, Writer};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Pump, Surroundings, start};
use crate::call::Line;
use crate::drive::{DeskAsk, Means};
use crate::pulse::Pulse;

mod abroad;
mod copies;

struct Quiet;

impl World for Quiet {
    fn now(&self) -> Stamp {
        Stamp::from_ms(1_795_312_800_000)
    }

    fn ticks_ms(&self) -> i64 {
        0
    }

    fn entropy(&self) -> [u8; 16] {
        [3; 16]
    }
}

/// Stops by a defect at every ask.
struct Defective;

impl Line for Defective {
    fn carry<'a>(&'a self, _ask: &'a Ask, _amount: Amount) -> BoxFuture<'a, Outcome> {
        async { panic!("a defect of this test") }.boxed()
    }

    fn carry_refund<'a>(&'a self, _ask: &'a Ask, _amount: Amount) -> BoxFuture<'a, RefundOutcome> {
        async { RefundOutcome::Unknown(Doubt::Lost) }.boxed()
    }

    fn notice(&self, _body: &[u8]) -> Result<Notice, Distrust> {
        Err(Distrust::Unverified)
    }
}

/// Answers after a while.
struct Slow(Duration);

impl Line for Slow {
    fn carry<'a>(&'a self, _ask: &'a Ask, _amount: Amount) -> BoxFuture<'a, Outcome> {
        async {
            tokio::time::sleep(self.0).await;
            Outcome::Waiting
        }
        .boxed()
    }

    fn carry_refund<'a>(&'a self, _ask: &'a Ask, _amount: Amount) -> BoxFuture<'a, RefundOutcome> {
        async { RefundOutcome::Unknown(Doubt::Lost) }.boxed()
    }

    fn notice(&self, _body: &[u8]) -> Result<Notice, Distrust> {
        Err(Distrust::Unverified)
    }
}

fn open(line: impl Line + 'static) -> (Pump, JoinHandle<Option<Writer>>, watch::Sender<bool>) {
    open_on(Book::in_memory(), line)
}

fn ask() -> DeskAsk {
    DeskAsk {
        key: "key".to_owned(),
        fingerprint: [1; 32],
        mark: [2; 32],
        sale: "sale".to_owned(),
        amount: Amount::chargeable(100).expect("an amount"),
        means: Means::Scanned(PayCode::parse("281234567890123456").expect("a code")),
        device: "till".to_owned(),
        instalments: None,
        goods: None,
    }
}

/// Waits for news that hold this text.
async fn until(pump: &Pump, mark: &str) {
    let mut news = pump.news();
    let said = async {
        for known in pump.look().await.expect("the loop runs") {
            if known.json.contains(mark) {
                return;
            }
        }
        while !news
            .recv()
            .await
            .expect("the loop runs")
            .json
            .contains(mark)
        {}
    };
    tokio::time::timeout(Duration::from_secs(10), said)
        .await
        .expect("it is said in time");
}

#[tokio::test]
async fn an_ask_that_stops_by_a_defect_is_heard_as_lost() {
    let (pump, _task, _sender) = open(Defective);
    assert!(
        pump.open(&pump.begin("key"), ask())
            .await
            .is_ok_and(|answered| answered.is_fresh)
    );
    until(&pump, "\"doubt\":\"lost\"").await;
}

#[tokio::test]
async fn a_loop_that_ends_hears_and_writes_what_is_under_way() {
    let (pump, task, sender) = open(Slow(Duration::from_millis(200)));
    let mut news = pump.news();
    pump.open(&pump.begin("key"), ask())
        .await
        .expect("it is opened");
    sender.send(true).expect("the loop listens");
    let writer = task.await.expect("the task is there").expect("no defect");
    let mut last = String::new();
    while let Ok(told) = news.try_recv() {
        last = told.json.as_ref().to_owned();
    }
    assert!(last.contains("\"state\":\"waiting\""), "{last}");
    assert!(
        pump.open(&pump.begin("key"), ask())
            .await
            .is_err_and(|refused| refused.kind.as_str() == "not-ready")
    );
    drop(writer);
}

/// A record that several servers write, whose writer stops by a defect.
struct Failing {
    is_at_claim: bool,
}

impl Backend for Failing {
    fn commit(&mut self, _batches: &[Batch]) -> Result<Vec<Verdict>, StoreFault> {
        panic!("a defect of this test")
    }

    fn close(&mut self, _: &[String], _: Stamp) -> Result<Vec<Closing>, StoreFault> {
        Err(StoreFault::Doubted("its answer was lost".to_owned()))
    }

    fn claim(&mut self, _: &[ChargeId], _: &[ChargeId]) -> Result<Claimed, StoreFault> {
        assert!(!self.is_at_claim, "a defect of this test");
        Ok(Claimed::default())
    }

    fn release(&mut self) {}

    fn is_shared(&self) -> bool {
        true
    }

    fn shelve(&mut self, _: &Catalogue) -> Result<Shelving, StoreFault> {
        Err(StoreFault::Busy)
    }
}

fn open_on(
    book: impl Backend + 'static,
    line: impl Line + 'static,
) -> (Pump, JoinHandle<Option<Writer>>, watch::Sender<bool>) {
    let (sender, stop) = watch::channel(false);
    let around = Surroundings {
        writer: Writer::spawn(book),
        line: Arc::new(line),
        world: Arc::new(Quiet),
        pulse: Arc::new(Pulse::starting(0)),
        stop,
    };
    let (pump, task) = start("shop", Vec::new(), around);
    (pump, task, sender)
}

#[tokio::test]
async fn a_writer_that_stops_by_a_defect_in_a_commit_ends_the_loop_and_nobody_hears_not_written() {
    let (pump, task, _sender) = open_on(Failing { is_at_claim: false }, Defective);
    let refused = pump
        .open(&pump.begin("key"), ask())
        .await
        .expect_err("it is not opened");
    assert_eq!(refused.kind.as_str(), "defect");
    task.await.expect("the loop ends by itself");
    let refused = pump
        .open(&pump.begin("key"), ask())
        .await
        .expect_err("nobody is there");
    assert_eq!(refused.kind.as_str(), "not-ready");
}

#[tokio::test]
async fn a_key_is_told_absent_only_when_the_record_has_closed_it() {
    let (pump, _task, _sender) = open_on(Failing { is_at_claim: false }, Defective);
    let refused = pump.close_key("key".to_owned()).await;
    let kind = refused.expect_err("nobody knows").kind;
    assert_eq!(kind.as_str(), "record-unreadable");

    let (pump, task, sender) = open(Slow(Duration::ZERO));
    let closed = pump.close_key("key".to_owned()).await;
    assert_eq!(closed, Ok(Closing::Closed));
    let refused = pump
        .open(&pump.begin("key"), ask())
        .await
        .expect_err("it is closed");
    assert_eq!(refused.kind.as_str(), "charge-absent");
    let other = DeskAsk {
        key: "other".to_owned(),
        ..ask()
    };
    let opened = pump
        .open(&pump.begin("key-2"), other)
        .await
        .expect("it is opened");
    let bound = pump.close_key("other".to_owned()).await;
    assert_eq!(bound, Ok(Closing::Bound(opened.charge)));
    sender.send(true).expect("the loop listens");
    drop(task.await.expect("the task is there"));
    let refused = pump.close_key("late".to_owned()).await;
    let kind = refused.expect_err("nobody is there").kind;
    assert_eq!(kind.as_str(), "not-ready");
}

#[tokio::test]
async fn a_writer_that_stops_by_a_defect_in_a_renewal_ends_the_loop() {
    let (_pump, task, _sender) = open_on(Failing { is_at_claim: true }, Defective);
    task.await.expect("the loop ends by itself");
}
