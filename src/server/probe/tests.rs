//! Goal: wrong credentials are known before a customer waits, and a bad line is not taken for them.
//! Method: lines that answer what they are told, and short pauses.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use ledger::{Doubt, Outcome, RefundOutcome};
use money::Amount;
use provider::{Ask, Distrust, Notice};
use tokio::sync::watch::channel;

use super::{ORDER, try_for_ever, try_once, watch};
use crate::call::Line;
use crate::pulse::Pulse;
use crate::spawn::spawn;

/// Says one outcome after the other, the last one again and again.
struct Told(Mutex<Vec<Outcome>>);

impl Told {
    fn of(outcomes: &[Outcome]) -> Self {
        Self(Mutex::new(outcomes.iter().rev().cloned().collect()))
    }

    fn left(&self) -> usize {
        self.0.lock().expect("no panic").len()
    }
}

impl Line for Told {
    fn carry<'a>(&'a self, ask: &'a Ask, _amount: Amount) -> BoxFuture<'a, Outcome> {
        assert!(matches!(ask, Ask::Query(order) if order.as_str() == ORDER));
        let mut outcomes = self.0.lock().expect("no panic");
        let outcome = match outcomes.as_slice() {
            [last] => last.clone(),
            _ => outcomes.pop().expect("an outcome"),
        };
        async { outcome }.boxed()
    }

    fn carry_refund<'a>(&'a self, _ask: &'a Ask, _amount: Amount) -> BoxFuture<'a, RefundOutcome> {
        async { RefundOutcome::Unknown(Doubt::Lost) }.boxed()
    }

    fn notice(&self, _body: &[u8]) -> Result<Notice, Distrust> {
        Err(Distrust::Unverified)
    }
}

/// Between two trials of a test.
const PAUSE: Duration = Duration::from_millis(5);

async fn until(is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), wait)
        .await
        .expect("it comes about in time");
}

/// Accepted and refused after the first trial.
async fn check(outcome: Outcome, expect: (bool, bool)) {
    let pulse = Pulse::starting(0);
    try_once(&Told::of(std::slice::from_ref(&outcome)), &pulse).await;
    assert_eq!(
        (pulse.is_accepted(), pulse.is_refused()),
        expect,
        "{outcome:?}"
    );
}

#[tokio::test]
async fn only_the_absence_of_the_order_proves_the_account() {
    check(Outcome::Absent, (true, false)).await;
    for doubt in Doubt::ALL {
        let is_refused = matches!(doubt, Doubt::Unverified | Doubt::Unclear);
        check(Outcome::Unknown(doubt), (false, is_refused)).await;
    }
}

#[tokio::test]
async fn it_tries_until_the_account_is_accepted_and_again_when_in_doubt() {
    let line = Told::of(&[
        Outcome::Unknown(Doubt::Unreachable),
        Outcome::Unknown(Doubt::Unverified),
        Outcome::Absent,
        Outcome::Unknown(Doubt::Unclear),
        Outcome::Absent,
    ]);
    let pulse = Pulse::starting(0);
    let story = async {
        until(|| pulse.is_accepted()).await;
        assert_eq!((line.left(), pulse.is_refused()), (2, false));
        tokio::time::sleep(PAUSE * 20).await;
        assert_eq!(line.left(), 2, "an accepted account is left alone");
        pulse.note_doubted();
        until(|| line.left() == 1 && pulse.is_accepted()).await;
        assert!(!pulse.is_refused());
    };
    tokio::select! {
        () = story => {}
        () = try_for_ever(&line, &pulse, PAUSE) => {}
    }
}

#[tokio::test]
async fn it_ends_with_the_program() {
    let (sender, stop) = channel(false);
    let line: Arc<dyn Line> = Arc::new(Told::of(&[Outcome::Absent]));
    let pulse = Arc::new(Pulse::starting(0));
    let task = spawn("probe", watch(line, Arc::clone(&pulse), stop));
    until(|| pulse.is_accepted()).await;
    sender.send(true).expect("it listens");
    let end = tokio::time::timeout(Duration::from_secs(10), task).await;
    assert!(matches!(end, Ok(Ok(Some(())))));
}
