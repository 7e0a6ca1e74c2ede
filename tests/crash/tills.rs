//! Tills and screens during a round: they sell by either way, goods and typed sums, change prices,
//! tap twice, cancel, give back, ask what became of a lost request, and note all they were told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tests::api::{Answer, Api, ask, ask_to_show};
use tests::bank::Bank;
use tests::judge::Sale;
use tests::rng::Rng;
use wire::{ChargeView, StateName, WayName};

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
/// Of a hundred sales so many are by a code on the till's screen.
const SHOWN_PERCENT: u64 = 10;
/// Of a hundred sales so many are of goods.
const GOODS_PERCENT: u64 = 30;
/// Before so many of a hundred sales somebody changes a price.
const REPRICE_PERCENT: u64 = 10;
/// What a tea costs at one time or another, in fen.
const PRICES_FEN: [i64; 2] = [150, 180];
/// Of a hundred that are paid so many want money back.
const REFUND_PERCENT: u64 = 20;
/// Tills that sell at the same time.
pub(crate) const TILLS: usize = CUSTOMERS.len();

/// What was told to tills and screens; it must stay true, whatever happens to the program.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Every charge as it was told, by its id and revision.
    pub(crate) views: BTreeMap<(String, u32), ChargeView>,
    /// Keys of which it was told that nothing came of them; each is the name of its sale too.
    pub(crate) freed: BTreeSet<String>,
    /// Keys of requests whose answer was lost.
    lost: Vec<String>,
    /// Refunds whose answer was lost; nobody rests before they are answered for.
    owed: Vec<Refund>,
}

/// The notes of all tills and screens, from one start of the program to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory(Arc<Mutex<Notes>>);

impl Memory {
    /// All notes.
    pub(crate) fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, charge: &ChargeView) {
        let place = (charge.id.clone(), charge.revision);
        self.notes().views.insert(place, charge.clone());
    }
}

/// A request for money back, the same however often it is sent.
#[derive(Clone, Debug)]
struct Refund {
    charge: String,
    key: String,
    amount_fen: i64,
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
            if self.is_over.load(Ordering::Relaxed) || self.settle_up().await.is_none() {
                break;
            }
            let key = format!("{}-{}-{number}", self.round, self.number);
            if self.rng.chance(5) && self.look_up(&key).await.is_none() {
                break;
            }
            if self.rng.chance(REPRICE_PERCENT) && self.reprice().await.is_none() {
                break;
            }
            let customer = *self.rng.pick(CUSTOMERS[self.number]);
            let body = self.wanted(&key, customer).await;
            sales.push(Sale {
                name: key.clone(),
                charge: None,
            });
            match self.post(&key, &body).await {
                Some(Some(charge)) => {
                    let known = sales.last_mut().expect("it was just put there");
                    known.charge = Some(charge.clone());
                    let attended = self.attend(customer, &key, &body, &charge).await;
                    if attended.is_none() {
                        break;
                    }
                }
                Some(None) => {}
                None => {
                    self.memory.notes().lost.push(key);
                    break;
                }
            }
        }
        sales
    }

    /// What the till asks for: a sum that was typed, or what goods come to.
    async fn wanted(&mut self, key: &str, customer: &str) -> Value {
        let typed = i64::try_from(100 + self.rng.below(900)).expect("below a thousand");
        // The price may be another by now: then the goods are not sold.
        let price = *self.rng.pick(&PRICES_FEN);
        let is_cart = self.rng.chance(GOODS_PERCENT);
        let amount = if is_cart { 2 * price + typed } else { typed };
        let mut body = if self.rng.chance(SHOWN_PERCENT) {
            ask_to_show(key, amount)
        } else {
            ask(key, amount, &self.bank.fresh_code(customer).await)
        };
        if is_cart {
            let tea = json!({"item": "tea", "unit_fen": price, "count": 2});
            body["cart"] = json!({"lines": [tea, {"unit_fen": typed, "count": 1}]});
        }
        body
    }

    /// Somebody changes the price of tea, unless another did; `None` when the backend is gone.
    async fn reprice(&mut self) -> Option<()> {
        let look = self.api.request(Method::GET, "/api/v1/catalogue");
        let held = Api::try_send(look).await.ok()?;
        let revision = serde_json::from_str::<Value>(&held.text).unwrap_or_default();
        let price_fen = *self.rng.pick(&PRICES_FEN);
        let revision = &revision["revision"];
        let item = json!({"name": "Tea", "price_fen": price_fen, "revision": revision});
        let path = "/api/v1/catalogue/items/tea";
        let change = self.api.request(Method::PUT, path).json(&item);
        Api::try_send(change).await.ok().map(|_| ())
    }

    /// Clears up what the last backend left unanswered; `None` when this one is gone too.
    async fn settle_up(&mut self) -> Option<()> {
        let lost = self.memory.notes().lost.pop();
        if let Some(key) = lost
            && self.look_up(&key).await.is_none()
        {
            self.memory.notes().lost.push(key);
            return None;
        }
        let owed = self.memory.notes().owed.pop();
        match owed {
            Some(refund) => self.refund(refund).await,
            None => Some(()),
        }
    }

    /// Asks what became of a key; `None` when the backend is gone.
    async fn look_up(&self, key: &str) -> Option<()> {
        let path = format!("/api/v1/keys/{key}");
        let look = self.api.request(Method::GET, &path);
        let answer = Api::try_send(look).await.ok()?;
        if let Some(charge) = charge_of(&answer) {
            self.memory.note(&charge);
        } else if answer.status == 404 {
            self.memory.notes().freed.insert(key.to_owned());
        }
        Some(())
    }

    /// The charge's id, unless it is refused; nothing when the backend is gone.
    async fn post(&self, key: &str, body: &Value) -> Option<Option<String>> {
        let sent = Api::try_send(self.api.post_request(key, body)).await;
        let answer = sent.ok()?;
        if matches!(answer.problem().as_str(), "price-changed" | "item-gone") {
            // Who hears so makes another request, by another key.
            self.memory.notes().freed.insert(key.to_owned());
        }
        let charge = charge_of(&answer);
        Some(charge.map(|charge| {
            self.memory.note(&charge);
            charge.id
        }))
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
            let is_same = again.is_none_or(|again| again == charge);
            assert!(is_same, "the same key, the same charge");
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
            if let Some(code) = seen.show.as_ref().filter(|_| seen.way == WayName::Shown) {
                // The phone says by itself when it cannot be paid, or was paid before.
                self.bank.scan(customer, code).await;
            }
            if seen.state.is_end() {
                return self.part(&seen).await;
            }
        }
        Some(())
    }

    /// Some who have paid want money back, a part or all; `None` when the backend is gone.
    async fn part(&mut self, charge: &ChargeView) -> Option<()> {
        if charge.state != StateName::Paid || !self.rng.chance(REFUND_PERCENT) {
            return Some(());
        }
        let part = i64::try_from(1 + self.rng.below(99)).expect("below a hundred");
        let is_whole = self.rng.chance(40);
        let refund = Refund {
            charge: charge.id.clone(),
            key: format!("{}-back", charge.sale),
            amount_fen: if is_whole { charge.amount_fen } else { part },
        };
        if self.rng.chance(20) {
            self.refund(refund.clone()).await?;
        }
        self.refund(refund).await
    }

    async fn refund(&self, refund: Refund) -> Option<()> {
        let path = format!("/api/v1/charges/{}/refunds", refund.charge);
        let body = json!({"amount_fen": refund.amount_fen, "reason": "returned"});
        let request = self.api.request(Method::POST, &path).json(&body);
        let request = request.header("Idempotency-Key", &refund.key);
        let sent = Api::try_send(request).await;
        let told = sent.as_ref().ok().and_then(charge_of);
        match &told {
            Some(charge) => self.memory.note(charge),
            None => self.memory.notes().owed.push(refund),
        }
        sent.ok().map(|_| ())
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
