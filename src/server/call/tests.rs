//! Goal: no fate of a request is mistaken for another. Method: a listener on this machine that
//! answers with given bytes, or does not.

use std::sync::Arc;

use ledger::{Cause, Doubt, Outcome, Refusal};
use money::{Stamp, World};
use provider::{Reply, Request, WireFault};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::Caller;
use crate::pulse::Pulse;
use crate::quota::REPLY_BYTES_MAX;
use crate::spawn::spawn;

/// Sunday, 22 November 2026, 02:00:00 UTC, and always the same bytes.
struct Still;

impl World for Still {
    fn now(&self) -> Stamp {
        Stamp::from_ms(1_795_312_800_000)
    }

    fn ticks_ms(&self) -> i64 {
        0
    }

    fn entropy(&self) -> [u8; 16] {
        [7; 16]
    }
}

fn caller() -> (Caller, Arc<Pulse>) {
    let pulse = Arc::new(Pulse::starting(0));
    (
        Caller::open(Arc::new(Still), Arc::clone(&pulse)).expect("a client"),
        pulse,
    )
}

fn request(port: u16) -> Request {
    let url = format!("http://127.0.0.1:{port}/gateway.do?sign=secret");
    Request {
        url,
        content_type: "text/plain",
        body: b"pay".to_vec(),
    }
}

/// Hears one request, says `answer` and closes.
async fn answering(answer: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    spawn("gateway", async move {
        let (mut line, _) = listener.accept().await.expect("a caller");
        let mut heard = [0; 4_096];
        let _ = line.read(&mut heard).await;
        let _ = line.write_all(&answer).await;
    });
    port
}

fn http(head: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[tokio::test]
async fn an_answer_comes_back_as_its_bytes_whatever_its_status() {
    let (caller, pulse) = caller();
    let port = answering(http("502 Bad Gateway", "busy")).await;
    let reply = caller.send(request(port)).await;
    assert_eq!(
        reply,
        Ok(Reply {
            status: 502,
            body: b"busy".to_vec()
        })
    );
    assert!(pulse.is_reachable());
}

#[tokio::test]
async fn a_closed_port_is_unreachable_since_nothing_left() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let (caller, pulse) = caller();
    assert_eq!(
        caller.send(request(port)).await,
        Err(WireFault::Unreachable)
    );
    assert!(!pulse.is_reachable());
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_lost_since_the_request_may_have_arrived() {
    let (caller, _) = caller();
    let port = answering(Vec::new()).await;
    assert_eq!(caller.send(request(port)).await, Err(WireFault::Lost));
    let port = answering(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec()).await;
    assert_eq!(caller.send(request(port)).await, Err(WireFault::Lost));
    let port = answering(b"no http at all".to_vec()).await;
    assert_eq!(caller.send(request(port)).await, Err(WireFault::Lost));
}

#[tokio::test]
async fn an_answer_without_end_is_lost() {
    let (caller, _) = caller();
    let port = answering(http("200 OK", &"x".repeat(REPLY_BYTES_MAX + 1))).await;
    assert_eq!(caller.send(request(port)).await, Err(WireFault::Lost));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let (caller, _) = caller();
    let elsewhere = answering(http("200 OK", "stolen")).await;
    let head = format!("302 Found\r\nlocation: http://127.0.0.1:{elsewhere}/");
    let port = answering(http(&head, "")).await;
    let reply = caller.send(request(port)).await;
    assert_eq!(
        reply,
        Ok(Reply {
            status: 302,
            body: Vec::new()
        })
    );
}

#[tokio::test]
async fn a_clock_more_than_five_minutes_off_is_noticed() {
    let (caller, pulse) = caller();
    let date = |time: &str| http(&format!("200 OK\r\ndate: Sun, 22 Nov 2026 {time} GMT"), "");
    let port = answering(date("01:55:01")).await;
    assert!(caller.send(request(port)).await.is_ok());
    assert!(!pulse.is_clock_off());
    let port = answering(date("02:05:01")).await;
    assert!(caller.send(request(port)).await.is_ok());
    assert_eq!((pulse.is_clock_off(), pulse.skew_ms()), (true, -301_000));
}

#[tokio::test]
async fn answers_tell_whether_the_account_is_accepted() {
    let (caller, pulse) = caller();
    assert_eq!((pulse.is_accepted(), pulse.is_refused()), (false, false));
    pulse.note_refused();
    for silent in [Doubt::Busy, Doubt::Lost, Doubt::Unreachable] {
        caller.note_standing(&Outcome::Unknown(silent));
        assert!(pulse.is_refused(), "{silent:?} says nothing about it");
    }
    caller.note_standing(&Outcome::Waiting);
    assert_eq!((pulse.is_accepted(), pulse.is_refused()), (true, false));
    let refusal = |cause| {
        Outcome::Refused(Refusal {
            cause,
            code: String::new(),
            text: String::new(),
        })
    };
    caller.note_standing(&refusal(Cause::NoMoney));
    assert!(pulse.is_accepted());
    for doubtful in [
        refusal(Cause::Setup),
        Outcome::Unknown(Doubt::Unverified),
        Outcome::Unknown(Doubt::Unclear),
    ] {
        pulse.note_accepted();
        caller.note_standing(&doubtful);
        // One such answer wants a trial, and is no complaint yet.
        assert_eq!((pulse.is_accepted(), pulse.is_refused()), (false, false));
    }
}
