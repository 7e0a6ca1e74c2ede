//! Tills that sell while the database is lost under them, and note all they were told.
//!
//! They do what the page does: keep the key, take a problem for an end only when it says for
//! certain that nothing was opened, else ask for the key until it is known or has been absent for
//! a while.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::json;
use tests::api::{Answer, Api, ask};
use tests::bank::Bank;
use tests::judge::Sale;
use tests::news::Stream;
use tests::rng::Rng;
use wire::{ChargeView, Problem, StateName};

/// An answer that takes longer counts as lost, as on the page.
const PATIENCE: Duration = Duration::from_secs(15);
/// From one question about a key to the next, as on the page.
const LOOK: Duration = Duration::from_secs(1);
/// After so long of "no such key" the page takes it for certain.
const ABSENT: Duration = Duration::from_secs(4);
/// Looks at a charge before the till goes on to the next customer.
const LOOKS: u64 = 60;
/// Keys of one sale, each after the one before was known to have opened nothing.
const KEYS: u64 = 40;

/// A request that was accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Accepted {
    /// By which server.
    pub(crate) server: usize,
    /// When the request left.
    pub(crate) sent: Instant,
    /// When the answer was there.
    pub(crate) heard: Instant,
}

/// What tills and screens were told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// Each charge, at each revision that anybody was shown.
    pub(crate) views: BTreeMap<(String, u32), ChargeView>,
    /// All sales.
    pub(crate) sales: Vec<Sale>,
    /// Keys of which a till was told, or had to conclude, that they took no money.
    pub(crate) freed: Vec<String>,
    /// Charges that were accepted.
    pub(crate) accepted: Vec<Accepted>,
    /// How often each problem was met; `lost` where no answer came.
    pub(crate) problems: BTreeMap<String, u64>,
    /// Refunds that were accepted.
    pub(crate) refunds: u64,
    /// What was wrong already when it was heard.
    pub(crate) wrongs: Vec<String>,
}

/// The notes of all tills and screens of a shop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory(Arc<Mutex<Notes>>);

impl Memory {
    /// All notes.
    pub(crate) fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, view: &ChargeView) {
        let mut notes = self.notes();
        let place = (view.id.clone(), view.revision);
        let before = notes.views.insert(place, view.clone());
        if before.is_some_and(|before| before.history != view.history) {
            let words = format!("one revision, two histories: {view:?}");
            notes.wrongs.push(words);
        }
    }
}

/// What an answer means to a till.
enum Heard {
    Charge(Box<ChargeView>),
    /// The problem's name, and the charge that it names.
    Problem(String, Option<String>),
    Lost,
}

/// What became of a request for a charge.
enum Fate {
    /// The charge of that id has the sale.
    Taken(String),
    /// Nothing was taken under this key.
    Free,
    /// Not known until the day was over.
    Open,
}

/// One till.
pub(crate) struct Till {
    /// Which one.
    pub(crate) number: usize,
    /// Names of its sales begin so.
    pub(crate) round: String,
    /// The servers.
    pub(crate) servers: Vec<Api>,
    /// Which of them is its own; for looks it also asks the others.
    pub(crate) own: usize,
    /// The bank.
    pub(crate) bank: Bank,
    /// Who stands before it.
    pub(crate) customer: &'static str,
    /// What it was told.
    pub(crate) memory: Memory,
    /// Its chance.
    pub(crate) rng: Rng,
    /// Turns true when the day is over.
    pub(crate) is_over: Arc<AtomicBool>,
}

impl Till {
    /// Sells until the day is over.
    pub(crate) async fn sell(mut self) {
        let mut number = 0;
        while !self.is_over() {
            let sale = format!("{}-{}-{number}", self.round, self.number);
            let charge = self.serve(&sale).await;
            self.memory.notes().sales.push(Sale { name: sale, charge });
            number += 1;
        }
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// One sale; the charge that has it at last.
    async fn serve(&mut self, sale: &str) -> Option<String> {
        for number in 0..KEYS {
            let key = format!("{sale}-{number}");
            match self.charge(sale, &key).await {
                Fate::Taken(charge) => {
                    self.attend(sale, &charge).await;
                    return Some(charge);
                }
                Fate::Open => return None,
                Fate::Free => self.memory.notes().freed.push(key),
            }
            if self.is_over() {
                return None;
            }
            tokio::time::sleep(self.rng.span(400)).await;
        }
        None
    }

    async fn charge(&mut self, sale: &str, key: &str) -> Fate {
        let code = self.bank.fresh_code(self.customer).await;
        let amount = i64::try_from(100 + self.rng.below(900)).expect("below a thousand");
        let mut body = ask(sale, amount, &code);
        body["device"] = json!(format!("till-{}", self.number));
        let sent = Instant::now();
        match self.hear(self.own().post_request(key, &body)).await {
            Heard::Charge(view) => {
                self.memory.notes().accepted.push(Accepted {
                    server: self.own,
                    sent,
                    heard: Instant::now(),
                });
                if self.rng.chance(15) {
                    self.tap_again(&view.id, key, &body).await;
                }
                Fate::Taken(view.id)
            }
            Heard::Problem(name, Some(charge)) if name == "sale-busy" => Fate::Taken(charge),
            Heard::Problem(name, _) if is_nothing(&name) => Fate::Free,
            Heard::Problem(..) | Heard::Lost => self.look_up(key).await,
        }
    }

    /// The same request once more, to any server.
    async fn tap_again(&mut self, charge: &str, key: &str, body: &serde_json::Value) {
        let again = self.any().post_request(key, body);
        if let Heard::Charge(view) = self.hear(again).await
            && view.id != charge
        {
            let words = format!("{key} is {charge} and {}", view.id);
            self.memory.notes().wrongs.push(words);
        }
    }

    /// Asks for the key until it is known what became of it.
    async fn look_up(&mut self, key: &str) -> Fate {
        let mut absent: Option<Instant> = None;
        while !self.is_over() {
            tokio::time::sleep(LOOK).await;
            let path = format!("/api/v1/keys/{key}");
            let look = self.any().request(Method::GET, &path);
            match self.hear(look).await {
                Heard::Charge(view) => return Fate::Taken(view.id),
                Heard::Problem(name, _) if name == "charge-absent" => {
                    let since = absent.get_or_insert_with(Instant::now);
                    if since.elapsed() >= ABSENT {
                        return Fate::Free;
                    }
                }
                Heard::Problem(..) | Heard::Lost => absent = None,
            }
        }
        Fate::Open
    }

    /// What a till does until the customer has gone.
    async fn attend(&mut self, sale: &str, charge: &str) {
        if self.customer == "password" && self.rng.chance(80) {
            tokio::time::sleep(self.rng.span(400)).await;
            confirm(&self.bank, self.rng.chance(80)).await;
        }
        for _ in 0..LOOKS {
            if self.is_over() {
                return;
            }
            if self.rng.chance(4) {
                let cancel = self.own().cancel_request(charge);
                self.hear(cancel).await;
            }
            tokio::time::sleep(self.rng.span(300)).await;
            let path = format!("/api/v1/charges/{charge}");
            let look = self.any().request(Method::GET, &path);
            let Heard::Charge(view) = self.hear(look).await else {
                continue;
            };
            if view.state.is_end() {
                if view.state == StateName::Paid && self.rng.chance(25) {
                    self.refund(sale, &view).await;
                }
                return;
            }
        }
    }

    /// Gives back a part, or all, with one key until it is answered for.
    async fn refund(&mut self, sale: &str, paid: &ChargeView) {
        let part = i64::try_from(1 + self.rng.below(99)).expect("below a hundred");
        let whole = self.rng.chance(40);
        let amount = if whole { paid.amount_fen } else { part };
        let body = json!({"amount_fen": amount, "reason": "returned", "device": "till"});
        let path = format!("/api/v1/charges/{}/refunds", paid.id);
        while !self.is_over() {
            let request = self.any().request(Method::POST, &path).json(&body);
            let request = request.header("Idempotency-Key", format!("{sale}-back"));
            match self.hear(request).await {
                Heard::Charge(_) => {
                    self.memory.notes().refunds += 1;
                    return;
                }
                Heard::Problem(..) | Heard::Lost => tokio::time::sleep(LOOK).await,
            }
        }
    }

    fn own(&self) -> &Api {
        &self.servers[self.own]
    }

    /// Its own server mostly, sometimes another one.
    fn any(&mut self) -> &Api {
        let is_own = self.rng.chance(70);
        let other = self.rng.pick(&self.servers);
        if is_own {
            &self.servers[self.own]
        } else {
            other
        }
    }

    async fn hear(&self, request: RequestBuilder) -> Heard {
        let sent = Api::try_send(request.timeout(PATIENCE)).await;
        let heard = sent.map_or(Heard::Lost, |answer| read(&answer));
        match &heard {
            Heard::Charge(view) => self.memory.note(view),
            Heard::Problem(name, _) => self.met(name),
            Heard::Lost => self.met("lost"),
        }
        heard
    }

    fn met(&self, problem: &str) {
        let mut notes = self.memory.notes();
        *notes.problems.entry(problem.to_owned()).or_default() += 1;
    }
}

fn read(answer: &Answer) -> Heard {
    if answer.status == 200 || answer.status == 201 {
        return Heard::Charge(Box::new(answer.charge()));
    }
    let problem = serde_json::from_str::<Problem>(&answer.text);
    Heard::Problem(answer.problem(), problem.ok().and_then(|one| one.charge))
}

/// The problems after which the page lets the sale be charged again at once.
fn is_nothing(problem: &str) -> bool {
    ["record-unwritable", "too-busy", "code-used"].contains(&problem)
}

/// The customer's thumb, whether or not the phone asks.
pub(crate) async fn confirm(bank: &Bank, is_ok: bool) {
    let base = bank.wallet();
    let base = base.trim_end_matches("/wallet");
    let url = format!("{base}/api/customers/password/confirm");
    let pressed = Client::new().post(url).json(&json!({ "ok": is_ok })).send();
    // A phone that asks nothing says so; that is no fault.
    drop(pressed.await);
}

/// A screen. It must show a sign of life all the time, also without a database.
pub(crate) async fn watch(api: Api, memory: Memory) {
    let mut stream = Stream::open(&api).await;
    loop {
        let news = stream.next_named("charge").await;
        let view = serde_json::from_str(&news.text).expect("a charge has its form");
        memory.note(&view);
    }
}
