//! A request that comes twice while there is no room: neither copy is told what is true of the
//! other one alone.

use std::pin::pin;
use std::time::Duration;

use futures::{FutureExt as _, poll};

use super::{Slow, ask, open};
use crate::drive::DeskAsk;
use crate::pump::{Answer, Pump};
use crate::quota;

fn asked(key: &str) -> DeskAsk {
    DeskAsk {
        key: key.to_owned(),
        ..ask()
    }
}

fn problem(answer: Answer) -> &'static str {
    answer.expect_err("it is refused").kind.as_str()
}

/// What of the queue is free is taken by requests whose askers have gone away.
fn fill(pump: &Pump) {
    for _ in 0..quota::WISHES_MAX {
        let _ = pump.look().now_or_never();
    }
}

#[tokio::test]
async fn no_copy_of_a_request_that_is_under_way_hears_that_nothing_was_charged() {
    let (pump, _task, _sender) = open(Slow(Duration::ZERO));
    // The loop has its turn only where this test waits.
    let flight = pump.begin("key");
    let mut first = pin!(pump.open(&flight, asked("key")));
    assert!(poll!(&mut first).is_pending());
    fill(&pump);
    assert_eq!(
        problem(pump.open(&pump.begin("key"), asked("key")).await),
        "not-ready"
    );
    assert_eq!(
        problem(pump.open(&pump.begin("other"), asked("other")).await),
        "too-busy"
    );
    assert_eq!(
        problem(pump.open(&pump.begin("other"), asked("other")).await),
        "too-busy"
    );
    let charge = first.await.expect("it is opened").charge;
    let again = pump
        .open(&pump.begin("key"), asked("key"))
        .await
        .expect("there is room");
    assert_eq!((again.charge, again.is_fresh), (charge, false));
}

#[tokio::test]
async fn a_copy_whose_asker_went_away_is_under_way_until_the_loop_has_answered_it() {
    let (pump, _task, _sender) = open(Slow(Duration::ZERO));
    assert!(
        pump.open(&pump.begin("key"), asked("key"))
            .now_or_never()
            .is_none()
    );
    fill(&pump);
    assert_eq!(
        problem(pump.open(&pump.begin("key"), asked("key")).await),
        "not-ready"
    );
    // There is room again once everything before has been looked at.
    while pump.look().await.is_err() {
        tokio::task::yield_now().await;
    }
    let again = pump
        .open(&pump.begin("key"), asked("key"))
        .await
        .expect("there is room");
    assert!(!again.is_fresh, "the first copy has opened it");
    fill(&pump);
    assert_eq!(
        problem(pump.open(&pump.begin("key"), asked("key")).await),
        "too-busy"
    );
}
