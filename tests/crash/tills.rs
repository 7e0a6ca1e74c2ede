//! Tills and screens during a round: they sell, tap twice, cancel, and note all they were told.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tests::api::{Answer, Api, ask};
use tests::bank::Bank;
use tests::judge::{Sale, Told};
use tests::rng::Rng;
use wire::{ChargeView, StateName};

/// Sales of one till in one round.
const SALES: u64 = 12;
/// Looks at a charge before the till goes on to the next customer.
const LOOKS: u64 = 6;
/// Who stands before which till: a phone shows one code at a time, so no two tills share one.
const CUSTOMERS: [&[&str]; 4] = [
    &["balance"],
    &["huabei", "broke"],
    &["password"],
    &["instalments", "limit"],
];
/// Tills that sell at the same time.
pub(crate) const TILLS: usize = CUSTOMERS.len();

/// What was told to tills and screens; it must stay true, whatever happens to the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory(Arc<Mutex<Vec<Told>>>);

impl Memory {
    fn note(&self, charge: &ChargeView) {
        self.note_state(&charge.id, charge.state);
    }

    fn note_state(&self, charge: &str, state: StateName) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.push((charge.to_owned(), state));
    }

    /// Everything that was told.
    pub(crate) fn all(&self) -> Vec<Told> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// One till on one backend.
pub(crate) struct Till {
    /// Which one, from 0.
    pub(crate) number: usize,
    /// Names of this round's sales begin so.
    pub(crate) round: String,
    /// The backend.
    pub(crate) api: Api,
    /// The customers.
    pub(crate) bank: Bank,
    /// What it was told.
    pub(crate) memory: Memory,
    /// Its chance.
    pub(crate) rng: Rng,
    /// Turns true when the day is over.
    pub(crate) is_over: Arc<AtomicBool>,
}

impl Till {
    /// Sells until the backend is gone, the day is over, or all is sold.
    pub(crate) async fn sell(mut self) -> Vec<Sale> {
        let mut sales = Vec::new();
        for number in 0..SALES {
            if self.is_over.load(Ordering::Relaxed) {
                break;
            }
            let key = format!("{}-{}-{number}", self.round, self.number);
            let customer = *self.rng.pick(CUSTOMERS[self.number]);
            let code = self.bank.fresh_code(customer).await;
            let amount = i64::try_from(100 + self.rng.below(900)).expect("below a thousand");
            let body = ask(&key, amount, &code);
            sales.push(Sale {
                name: key.clone(),
                charge: None,
            });
            let answer = self.post(&key, &body).await;
            let Some(charge) = answer else { break };
            let known = sales.last_mut().expect("it was just put there");
            known.charge = Some(charge.clone());
            if self.attend(customer, &key, &body, &charge).await.is_none() {
                break;
            }
        }
        sales
    }

    /// The charge's id; `None` when the backend is gone or refuses.
    async fn post(&self, key: &str, body: &Value) -> Option<String> {
        let sent = Api::try_send(self.api.post_request(key, body)).await;
        let charge = charge_of(&sent.ok()?)?;
        self.memory.note(&charge);
        Some(charge.id)
    }

    /// What a till does until the customer has gone; `None` when the backend is gone.
    async fn attend(
        &mut self,
        customer: &str,
        key: &str,
        body: &Value,
        charge: &str,
    ) -> Option<()> {
        if self.rng.chance(15) {
            let again = self.post(key, body).await?;
            assert_eq!(again, charge, "the same key, the same charge");
        }
        if customer == "password" && self.rng.chance(70) {
            confirm(&self.bank, self.rng.chance(80)).await;
        }
        for _ in 0..LOOKS {
            if self.rng.chance(12) {
                let sent = Api::try_send(self.api.cancel_request(charge)).await;
                if let Some(charge) = charge_of(&sent.ok()?) {
                    self.memory.note(&charge);
                }
            }
            tokio::time::sleep(self.rng.span(25)).await;
            let look = self
                .api
                .request(Method::GET, &format!("/api/v1/charges/{charge}"));
            let seen = charge_of(&Api::try_send(look).await.ok()?)?;
            self.memory.note(&seen);
            if seen.state.is_end() {
                break;
            }
        }
        Some(())
    }
}

fn charge_of(answer: &Answer) -> Option<ChargeView> {
    let is_charge = answer.status == 200 || answer.status == 201;
    is_charge.then(|| answer.charge())
}

/// The customer's thumb, whether or not the phone asks.
async fn confirm(bank: &Bank, is_ok: bool) {
    let base = bank.wallet();
    let base = base.trim_end_matches("/wallet");
    let url = format!("{base}/api/customers/password/confirm");
    let pressed = Client::new().post(url).json(&json!({ "ok": is_ok })).send();
    // A phone that asks nothing says so; that is no fault.
    drop(pressed.await);
}

/// A screen: reads the event stream until the backend is gone.
pub(crate) async fn watch(api: Api, memory: Memory) {
    let Ok(mut stream) = api.request(Method::GET, "/api/v1/events").send().await else {
        return;
    };
    let mut rest = String::new();
    while let Ok(Some(part)) = stream.chunk().await {
        rest.push_str(&String::from_utf8_lossy(&part));
        while let Some(end) = rest.find('\n') {
            let line: String = rest.drain(..=end).collect();
            let told = line.trim().strip_prefix("data:").map(str::trim);
            // `hello` and `beat` are no charges.
            if let Some(Ok(charge)) = told.map(serde_json::from_str::<ChargeView>) {
                memory.note(&charge);
            }
        }
    }
}

/// Wakes the backend's loop, which else sleeps by the machine's clock and not by the test's.
pub(crate) async fn poke(api: &Api) {
    let look = api.request(Method::GET, "/api/v1/events").send();
    drop(tokio::time::timeout(Duration::from_secs(5), look).await);
}
