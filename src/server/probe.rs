//! Tries the account and its keys before the first customer does: asks what became of an order that
//! cannot exist. Only a provider that accepts our signature, and whose signature we accept, answers
//! that there is no such order.

use std::sync::Arc;
use std::time::Duration;

use ledger::{Doubt, Outcome};
use money::{Amount, OrderNo};
use provider::Ask;
use tokio::sync::watch;

use crate::call::Line;
use crate::pulse::Pulse;
use crate::spawn::stopped;

#[cfg(test)]
mod tests;

/// No charge of ours has this number: theirs begin with `S` and a time.
const ORDER: &str = "SCANTILLCHECK0000";
/// Pause before the next look whether a trial is wanted.
const PAUSE: Duration = Duration::from_mins(1);
/// How much sooner it looks again after a refusal: until then nothing can be sold.
const HURRY: u32 = 6;

/// Tries until the account is accepted, and again after an answer that makes it doubtful. Ends with
/// the program.
pub async fn watch(line: Arc<dyn Line>, pulse: Arc<Pulse>, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = stopped(&mut stop) => {}
        () = try_for_ever(line.as_ref(), &pulse, PAUSE) => {}
    }
}

async fn try_for_ever(line: &dyn Line, pulse: &Pulse, pause: Duration) {
    loop {
        if !pulse.is_accepted() {
            try_once(line, pulse).await;
        }
        let parts = if pulse.is_refused() { HURRY } else { 1 };
        tokio::time::sleep(pause / parts).await;
    }
}

async fn try_once(line: &dyn Line, pulse: &Pulse) {
    let order = OrderNo::parse(ORDER).expect("invariant: letters and digits");
    let amount = Amount::chargeable(1).expect("invariant: the least amount");
    let outcome = line.carry(&Ask::Query(order), amount).await;
    match outcome {
        Outcome::Absent
        | Outcome::Paid(_)
        | Outcome::Waiting
        | Outcome::Shown(_)
        | Outcome::Closed { .. }
        | Outcome::Reversed(_) => {
            pulse.note_accepted();
            tracing::info!("Alipay accepts the account and its keys");
        }
        Outcome::Refused(_) | Outcome::Unknown(Doubt::Unverified | Doubt::Unclear) => {
            if !pulse.is_refused() {
                tracing::error!(
                    "Alipay does not accept the account, or its answer is not signed by the Alipay \
                     key handed in: check the app id, the app private key and the Alipay public \
                     key, which is not your own public key"
                );
            }
            pulse.note_refused();
        }
        Outcome::Unknown(Doubt::Garbled | Doubt::Mismatch) => tracing::warn!(
            "what answers is not Alipay's gateway: check its address and this machine's network"
        ),
        // Says nothing about the account; that the line is down is complained about elsewhere.
        Outcome::Unknown(Doubt::Lost | Doubt::Unreachable | Doubt::Busy | Doubt::Restarted) => {}
    }
}
