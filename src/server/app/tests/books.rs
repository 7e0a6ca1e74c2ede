//! Goal: balance and bills are shown in their form, and each fault has its name and its cause.

use axum::http::StatusCode;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use ledger::{Cause, Doubt, Refusal};
use money::Stamp;
use provider::alipay::bill::Totals;
use provider::{Balance, Bill, BillError};

use super::{Stand, asking};
use crate::books::{Books, BooksFault, FetchFault};

/// Books in which each day tells of one thing that can go wrong.
pub(super) struct Shelf;

impl Books for Shelf {
    fn balance(&self) -> BoxFuture<'_, Result<Balance, BooksFault>> {
        let balance = Balance {
            total_fen: -5,
            available_fen: -6,
            frozen_fen: 1,
        };
        async move { Ok(balance) }.boxed()
    }

    fn bill(&self, day: Stamp) -> BoxFuture<'_, Result<Bill, BooksFault>> {
        let refusal = Refusal {
            cause: Cause::Setup,
            code: "NO_PERMISSION".to_owned(),
            text: "no contract".to_owned(),
        };
        let told = match day.beijing().get(..10).unwrap_or_default() {
            "2026-11-01" => Err(BooksFault::NotMade),
            "2026-11-02" => Err(BooksFault::Refused(refusal)),
            "2026-11-03" => Err(BooksFault::Doubted(Doubt::Lost)),
            "2026-11-04" => Err(BooksFault::Unreadable(BillError::Damaged)),
            "2026-11-05" => Err(BooksFault::Busy),
            "2026-11-06" => Err(BooksFault::Fetch(FetchFault::Status(403))),
            "2026-11-07" => Err(BooksFault::OtherDay),
            "2026-11-08" => Err(BooksFault::Elsewhere),
            _ => Ok(Bill {
                account: "20881021000099990156".to_owned(),
                from: day,
                until: day,
                lines: Vec::new(),
                totals: Totals::default(),
                summary: None,
            }),
        };
        async move { told }.boxed()
    }
}

#[tokio::test]
async fn the_balance_can_be_below_zero() {
    let stand = Stand::open();
    let heard = stand.get("/api/v1/balance").await;
    assert_eq!(heard.status, StatusCode::OK);
    let expect = serde_json::json!({
        "total_fen": -5, "available_fen": -6, "frozen_fen": 1, "at_ms": 1_795_312_800_000_i64,
    });
    assert_eq!(heard.json(), expect);
}

#[tokio::test]
async fn a_bill_without_rows_against_a_record_without_charges_has_no_differences() {
    let stand = Stand::open();
    let heard = stand.get("/api/v1/bills/2026-11-22").await;
    assert_eq!(heard.status, StatusCode::OK);
    let view: wire::BillView = serde_json::from_slice(&heard.body).expect("a bill");
    assert_eq!((view.day.as_str(), view.differences), ("2026-11-22", 0));
}

#[tokio::test]
async fn each_fault_has_its_name_and_says_its_cause() {
    let stand = Stand::open();
    for (day, name, status, word) in [
        ("2026-11-01", "bill-absent", 404, "nine"),
        ("2026-11-02", "provider-denies", 502, "NO_PERMISSION"),
        ("2026-11-03", "provider-silent", 503, "did not answer"),
        ("2026-11-04", "bill-unreadable", 502, "damaged"),
        ("2026-11-05", "too-busy", 429, "busy"),
        ("2026-11-06", "provider-silent", 503, "403"),
        ("2026-11-07", "bill-unreadable", 502, "another day"),
        ("2026-11-08", "bill-unreadable", 502, "address"),
    ] {
        let path = format!("/api/v1/bills/{day}");
        let english = [("accept-language", "en")];
        let heard = stand.send(asking("GET", &path, &english, "")).await;
        assert_eq!(
            (heard.problem().as_str(), heard.status.as_u16()),
            (name, status)
        );
        let detail = heard.json()["detail"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(detail.contains(word) && !detail.contains('{'), "{detail}");
    }
}

#[tokio::test]
async fn what_is_no_day_is_refused_before_anybody_is_asked() {
    let stand = Stand::open();
    for day in [
        "2026-11",
        "2026-02-30",
        "today",
        "2026-11-22%2000",
        "22-11-2026",
        "2026-1-22",
    ] {
        let heard = stand.get(&format!("/api/v1/bills/{day}")).await;
        assert_eq!(heard.problem(), "day-invalid", "{day}");
        assert_eq!(heard.json()["field"], "day");
    }
}
