//! The one outbound client: carries signed requests to a provider and brings back what came.
//!
//! No redirect, no proxy, no repeat: `Pay` leaves at most once. A connection that never came about
//! is [`WireFault::Unreachable`]; every other failure is [`WireFault::Lost`], since the request
//! may have arrived.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use ledger::{Cause, Doubt, Outcome, RefundOutcome, plan};
use money::{Amount, Stamp, World};
use provider::{Alipay, Ask, Distrust, Notice, Reply, Request, WireFault};
use reqwest::header::{CONTENT_TYPE, DATE};
use store::failpoint::hit;
use tokio::time::Instant;

use crate::books::AlipayBooks;
use crate::pulse::Pulse;
use crate::quota;
use crate::skew;
use crate::spawn::aside;

#[cfg(test)]
mod tests;

/// From the first packet to an open, encrypted connection.
const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// Idle connections are let go before a gateway does it under a request.
const IDLE_MAX: Duration = Duration::from_secs(20);

/// Carries an ask to a provider and gives back what the answer (or its absence) means.
pub trait Line: Send + Sync {
    /// Asks once. Never fails and always ends.
    fn carry<'a>(&'a self, ask: &'a Ask, amount: Amount) -> BoxFuture<'a, Outcome>;

    /// As [`Line::carry`], for an ask about a refund; `amount` is what its charge took.
    fn carry_refund<'a>(&'a self, ask: &'a Ask, amount: Amount) -> BoxFuture<'a, RefundOutcome>;

    /// What a notice from this provider says, once its signature fits.
    ///
    /// # Errors
    /// [`Distrust`]: then nothing of it counts.
    fn notice(&self, body: &[u8]) -> Result<Notice, Distrust>;
}

/// Alipay over HTTP.
pub struct AlipayLine {
    alipay: Alipay,
    caller: Caller,
}

impl AlipayLine {
    /// For one account.
    ///
    /// # Errors
    /// [`reqwest::Error`] when the system gives no TLS certificates to trust.
    pub fn open(
        alipay: Alipay,
        world: Arc<dyn World>,
        pulse: Arc<Pulse>,
    ) -> Result<Self, reqwest::Error> {
        Ok(Self {
            alipay,
            caller: Caller::open(world, pulse)?,
        })
    }

    /// The same account's books.
    ///
    /// # Errors
    /// As [`AlipayLine::open`].
    pub fn books(&self) -> Result<AlipayBooks, reqwest::Error> {
        AlipayBooks::open(self.alipay.clone(), self.caller.clone())
    }
}

/// Sends requests, and notes what their fate tells about this machine.
#[derive(Clone)]
pub(crate) struct Caller {
    client: reqwest::Client,
    world: Arc<dyn World>,
    pulse: Arc<Pulse>,
}

impl Caller {
    fn open(world: Arc<dyn World>, pulse: Arc<Pulse>) -> Result<Self, reqwest::Error> {
        let wait_ms = u64::try_from(plan::ALIPAY.ask_timeout_ms).unwrap_or_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT_WAIT)
            .timeout(Duration::from_millis(wait_ms))
            .pool_idle_timeout(IDLE_MAX)
            .user_agent(concat!("scantill/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            client,
            world,
            pulse,
        })
    }

    /// The present time.
    pub(crate) fn now(&self) -> Stamp {
        self.world.now()
    }

    /// Sends one request and reads what comes back.
    pub(crate) async fn send(&self, request: Request) -> Result<Reply, WireFault> {
        let reply = self.exchange(request).await;
        self.pulse.note_reachable(reply.is_ok());
        reply
    }

    async fn exchange(&self, request: Request) -> Result<Reply, WireFault> {
        let sent = self
            .client
            .post(request.url)
            .header(CONTENT_TYPE, request.content_type)
            .body(request.body)
            .send()
            .await;
        let mut response = sent.map_err(|error| fault_of(&error))?;
        hit("ask-head-came");
        self.note_clock(&response);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| WireFault::Lost)? {
            if body.len() + chunk.len() > quota::REPLY_BYTES_MAX {
                return Err(WireFault::Lost);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply {
            status: response.status().as_u16(),
            body,
        })
    }

    /// Whether our account and its keys are accepted, as far as this outcome tells.
    fn note_standing(&self, outcome: &Outcome) {
        match outcome {
            Outcome::Refused(refusal) if refusal.cause == Cause::Setup => self.pulse.note_doubted(),
            Outcome::Unknown(Doubt::Unverified | Doubt::Unclear) => self.pulse.note_doubted(),
            Outcome::Unknown(_) => {}
            Outcome::Paid(_)
            | Outcome::Waiting
            | Outcome::Shown(_)
            | Outcome::Refused(_)
            | Outcome::Absent
            | Outcome::Closed { .. }
            | Outcome::Reversed(_) => self.pulse.note_accepted(),
        }
    }

    /// The provider's clock is right to the second; ours should be.
    fn note_clock(&self, response: &reqwest::Response) {
        let date = response
            .headers()
            .get(DATE)
            .and_then(|date| date.to_str().ok());
        if let Some(theirs) = date.and_then(skew::read_date) {
            aside(|| self.pulse.note_skew(self.world.now().ms_since(theirs)));
        }
    }
}

/// What an outcome tells the log.
struct Said {
    name: &'static str,
    /// Worth the provider's own words.
    is_odd: bool,
}

impl AlipayLine {
    /// Asks once. `read` gives the outcome a meaning, and `say` its words for the log.
    async fn exchange<T>(
        &self,
        ask: &Ask,
        read: impl FnOnce(&Result<Reply, WireFault>) -> T,
        say: impl FnOnce(&T) -> Said,
    ) -> T {
        let begun = Instant::now();
        let request = self.alipay.request(ask, self.caller.world.now());
        hit("ask-signed");
        let reply = self.caller.send(request).await;
        hit("ask-answered");
        let outcome = read(&reply);
        // What was heard must reach the charge, whatever becomes of the log.
        aside(|| self.log(ask, begun, &reply, &say(&outcome)));
        outcome
    }

    fn log(&self, ask: &Ask, begun: Instant, reply: &Result<Reply, WireFault>, said: &Said) {
        tracing::info!(
            order.no = ask.order().as_str(),
            refund.no = ask.refund().map(tracing::field::display),
            ask.kind = ?ask.kind(),
            ask.wait_ms = begun.elapsed().as_millis(),
            reply.status = reply.as_ref().ok().map(|reply| reply.status),
            outcome.kind = said.name,
            "asked Alipay"
        );
        let complaint = reply
            .as_ref()
            .ok()
            .filter(|_| said.is_odd)
            .and_then(|reply| self.alipay.complaint(ask.kind(), reply));
        if let Some(complaint) = complaint {
            tracing::warn!(
                order.no = ask.order().as_str(),
                provider.complaint = complaint,
                "Alipay complains"
            );
        }
    }
}

impl Line for AlipayLine {
    fn carry<'a>(&'a self, ask: &'a Ask, amount: Amount) -> BoxFuture<'a, Outcome> {
        let read = move |reply: &Result<Reply, WireFault>| {
            let outcome = self.alipay.outcome(ask.kind(), ask.order(), amount, reply);
            self.caller.note_standing(&outcome);
            outcome
        };
        self.exchange(ask, read, said).boxed()
    }

    fn carry_refund<'a>(&'a self, ask: &'a Ask, amount: Amount) -> BoxFuture<'a, RefundOutcome> {
        let read =
            move |reply: &Result<Reply, WireFault>| self.alipay.refund_outcome(ask, amount, reply);
        self.exchange(ask, read, refund_said).boxed()
    }

    fn notice(&self, body: &[u8]) -> Result<Notice, Distrust> {
        self.alipay.notice(body)
    }
}

/// The error's own text holds the address and with it the signature, so only its kind is kept.
fn fault_of(error: &reqwest::Error) -> WireFault {
    if error.is_connect() {
        WireFault::Unreachable
    } else {
        WireFault::Lost
    }
}

fn said(outcome: &Outcome) -> Said {
    let (name, is_odd) = match outcome {
        Outcome::Paid(_) => ("paid", false),
        Outcome::Waiting => ("waiting", false),
        Outcome::Shown(_) => ("shown", false),
        Outcome::Refused(refusal) => (refusal.cause.as_str(), refusal.cause == Cause::Setup),
        Outcome::Absent => ("absent", false),
        Outcome::Closed { .. } => ("closed", false),
        Outcome::Reversed(end) => (end.as_str(), false),
        Outcome::Unknown(doubt) => (doubt.as_str(), true),
    };
    Said { name, is_odd }
}

/// A refused refund is rare, and its cause is the owner's to see.
fn refund_said(outcome: &RefundOutcome) -> Said {
    let (name, is_odd) = match outcome {
        RefundOutcome::Given { .. } => ("given", false),
        RefundOutcome::Refused(refusal) => (refusal.cause.as_str(), true),
        RefundOutcome::Absent => ("absent", false),
        RefundOutcome::Unknown(doubt) => (doubt.as_str(), true),
    };
    Said { name, is_odd }
}
