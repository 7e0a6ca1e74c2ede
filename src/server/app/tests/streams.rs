//! Screens that do not read for a while are told everything all the same.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::body::BodyDataStream;
use futures::StreamExt as _;
use futures::future::{BoxFuture, FutureExt as _, join_all};
use ledger::{Cause, Doubt, Outcome, RefundOutcome, Refusal};
use money::Amount;
use provider::{Ask, Distrust, Notice};
use tower::ServiceExt as _;

use super::{PAGES, Stand, ask, asking};
use crate::call::Line;
use crate::quota::NEWS_MAX;

/// A provider that refuses whatever it is asked.
struct Refusing;

impl Line for Refusing {
    fn carry<'a>(&'a self, _ask: &'a Ask, _amount: Amount) -> BoxFuture<'a, Outcome> {
        let refusal = Refusal {
            cause: Cause::NoMoney,
            code: "ACQ.BUYER_BALANCE_NOT_ENOUGH".to_owned(),
            text: String::new(),
        };
        async { Outcome::Refused(refusal) }.boxed()
    }

    fn carry_refund<'a>(&'a self, _ask: &'a Ask, _amount: Amount) -> BoxFuture<'a, RefundOutcome> {
        async { RefundOutcome::Unknown(Doubt::Lost) }.boxed()
    }

    fn notice(&self, _body: &[u8]) -> Result<Notice, Distrust> {
        Err(Distrust::Unverified)
    }
}

/// Ids of charges whose end is told, until there are that many.
async fn ends(mut stream: BodyDataStream, count: usize) -> BTreeSet<String> {
    let (mut text, mut ends) = (String::new(), BTreeSet::new());
    while ends.len() < count {
        let part = stream
            .next()
            .await
            .expect("it goes on")
            .expect("it is sound");
        text.push_str(std::str::from_utf8(&part).expect("text"));
        while let Some((event, rest)) = text.split_once("\n\n") {
            let data = event.lines().find_map(|line| line.strip_prefix("data: "));
            let data = data.and_then(|data| serde_json::from_str(data).ok());
            let told: serde_json::Value = data.unwrap_or_default();
            if told["state"] == "refused" {
                ends.insert(told["id"].to_string());
            }
            text = rest.to_owned();
        }
    }
    ends
}

#[tokio::test]
async fn a_screen_that_reads_nothing_while_more_charges_end_than_its_channel_holds_hears_of_each() {
    let stand = Stand::over(PAGES, Arc::new(Refusing));
    let request = asking("GET", "/api/v1/events", &[], "");
    let response = stand.router.clone().oneshot(request).await;
    let stream = response.expect("never fails").into_body();
    // Two news of each.
    let count = NEWS_MAX / 2 + 100;
    for first in (0..count).step_by(100) {
        let charges = (first..count.min(first + 100)).map(async |number| {
            let body = ask(&format!("sale-{number}"), 100, &format!("28{number:016}"));
            stand.charge(&format!("key-{number}"), &body).await.status
        });
        let opened = join_all(charges).await;
        assert!(
            opened.iter().all(|status| status.as_u16() == 201),
            "{opened:?}"
        );
    }
    let patience = Duration::from_mins(1);
    while stand.pulse.open() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let ends = tokio::time::timeout(patience, ends(stream.into_data_stream(), count)).await;
    assert_eq!(ends.expect("all are told in time").len(), count);
}
