//! The primary of a database is lost under load and its standby takes its place: nothing that was
//! confirmed is lost, nobody is charged twice, and sales go on.
//!
//! `cargo xtask crash --failovers N --seed S` sets how often; `cargo xtask test` does it once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tests::bank::{Bank, BankOrder};
use tests::judge;
use tests::patience;
use tests::rng::Rng;
use tests::shop::{Apart, Shop};
use tokio::task::{JoinHandle, JoinSet, block_in_place};
use wire::{ChargeView, RefundStateName, StateName};

use crate::pair::{Death, Pair};
use crate::report::Report;
use crate::tills::{Memory, Till, confirm, watch};

/// Who stands before which till, and which server that one is connected to. A phone shows one code
/// at a time, so no two tills share one.
const TILLS: [(&str, usize); 6] = [
    ("balance", 0),
    ("huabei", 1),
    ("broke", 0),
    ("instalments", 1),
    ("password", 0),
    ("limit", 1),
];
/// From one look at the bank's list to the next. The list shows the newest only.
const LOOK: Duration = Duration::from_secs(1);
/// Sales go on so long after everything works again.
const AFTER: Duration = Duration::from_secs(1);

fn setting(name: &str, otherwise: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Two servers of one shop, the pair of databases beneath them, and the bank.
struct Field {
    pair: Pair,
    shops: [Shop; 2],
    apart: Apart,
    memory: Memory,
    /// Numbers of all orders that the bank ever listed.
    orders: Arc<Mutex<BTreeSet<String>>>,
    /// Screens, and whoever reads the bank's list.
    beside: JoinSet<()>,
    rng: Rng,
}

impl Field {
    async fn open(seed: u64) -> Self {
        let pair = block_in_place(Pair::start);
        let apart = Apart::open();
        let shops = [(); 2].map(|()| Shop::open_on(&pair.address(), &apart));
        let (memory, orders) = (Memory::default(), Arc::default());
        let mut beside = JoinSet::new();
        for shop in &shops {
            beside.spawn(watch(shop.api.clone(), memory.clone()));
        }
        beside.spawn(list(apart.bank.clone(), Arc::clone(&orders)));
        // Screens that are not open yet would miss the first sales.
        tokio::task::yield_now().await;
        Self {
            pair,
            shops,
            apart,
            memory,
            orders,
            beside,
            rng: Rng::seeded(seed),
        }
    }

    /// Sells, loses the primary in the midst of it, promotes the standby, and sells on. Gives how
    /// long each server took no sales.
    async fn round(&mut self, number: u64, death: Death) -> [Duration; 2] {
        let is_over = Arc::new(AtomicBool::new(false));
        let tills: Vec<JoinHandle<()>> = (0..TILLS.len())
            .map(|till| tokio::spawn(self.till(number, till, &is_over).sell()))
            .collect();
        tokio::time::sleep(AFTER + self.rng.span(1_500)).await;
        let died = block_in_place(|| self.pair.kill(death));
        tokio::time::sleep(self.rng.span(2_000)).await;
        block_in_place(|| self.pair.promote());
        let back = [self.back(0, died).await, self.back(1, died).await];
        tokio::time::sleep(AFTER).await;
        block_in_place(|| self.pair.mend());
        is_over.store(true, Ordering::Relaxed);
        for till in tills {
            till.await.expect("a till without a defect");
        }
        back
    }

    fn till(&mut self, round: u64, number: usize, is_over: &Arc<AtomicBool>) -> Till {
        let (customer, own) = TILLS[number];
        Till {
            number,
            round: format!("round-{round}"),
            servers: self.shops.iter().map(|shop| shop.api.clone()).collect(),
            own,
            bank: self.apart.bank.clone(),
            customer,
            memory: self.memory.clone(),
            rng: Rng::seeded(self.rng.next()),
            is_over: Arc::clone(is_over),
        }
    }

    /// From the primary's end to the first sale which this server accepts and which was asked for
    /// after it.
    async fn back(&self, server: usize, died: Instant) -> Duration {
        let words = format!("server {server} takes sales again");
        patience::until_within(patience::REVERSAL, &words, async || {
            let notes = self.memory.notes();
            let later = notes
                .accepted
                .iter()
                .filter(|one| one.server == server && one.sent > died);
            later.map(|one| one.heard - died).min()
        })
        .await
    }

    /// Waits until every charge has its end, and compares all there is with all else.
    async fn judge(mut self, report: &mut Report) {
        let charges = self.quiet().await;
        self.beside.abort_all();
        while let Some(ended) = self.beside.join_next().await {
            let is_fine = ended.is_ok() || ended.is_err_and(|error| error.is_cancelled());
            assert!(is_fine, "a screen fell silent");
        }
        let orders = self.orders(&charges).await;
        let notes = self.memory.notes().clone();
        let views: Vec<ChargeView> = notes.views.values().cloned().collect();
        report.count(&charges, &notes);
        report.wrongs.extend(notes.wrongs);
        let found = judge::wrongs(&charges, &orders, &notes.sales, &[]);
        report.wrongs.extend(found);
        let found = judge::contradictions(&charges, &views);
        report.wrongs.extend(found);
        for key in &notes.freed {
            let found = self.shops[0].api.get(&format!("/api/v1/keys/{key}")).await;
            if found.status == 200 && found.charge().state == StateName::Paid {
                let words = format!("{key} was said to take nothing and has: {}", found.text);
                report.wrongs.push(words);
            }
        }
        let other = judge::charges(&self.shops[1].api).await;
        if other != charges {
            report.wrongs.push("the servers tell two stories".into());
        }
        for shop in self.shops {
            shop.close();
        }
    }

    async fn quiet(&self) -> Vec<ChargeView> {
        let api = &self.shops[0].api;
        let is_still = |charge: &ChargeView| {
            let is_asked = |state| state == RefundStateName::Asked;
            let is_refunding = charge.refunds.iter().any(|refund| is_asked(refund.state));
            charge.state.is_end() && !is_refunding
        };
        patience::until_within(patience::REVERSAL, "every charge has its end", async || {
            tokio::time::sleep(LOOK).await;
            // Whoever still holds a phone that asks pays now; else that alone takes a minute.
            confirm(&self.apart.bank, true).await;
            let charges = judge::charges(api).await;
            charges.iter().all(is_still).then_some(charges)
        })
        .await
    }

    /// Every order that the bank ever listed, or that the record has, as it is now.
    async fn orders(&self, charges: &[ChargeView]) -> Vec<BankOrder> {
        let mut numbers = lock(&self.orders).clone();
        numbers.extend(charges.iter().map(|charge| charge.order_no.clone()));
        let mut orders = Vec::new();
        for number in numbers {
            orders.extend(self.apart.bank.order(&number).await);
        }
        orders
    }
}

fn lock(orders: &Mutex<BTreeSet<String>>) -> MutexGuard<'_, BTreeSet<String>> {
    orders.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes what the bank lists, as long as it is let.
async fn list(bank: Bank, orders: Arc<Mutex<BTreeSet<String>>>) {
    loop {
        let listed = bank.orders().await.into_iter().map(|order| order.order_no);
        lock(&orders).extend(listed);
        tokio::time::sleep(LOOK).await;
    }
}

/// Each kind of death as often as the others, in an order that the seed decides.
fn plan(failovers: usize, rng: &mut Rng) -> Vec<Death> {
    let kinds = Death::ALL.iter().copied().cycle();
    rng.shuffled(kinds.take(failovers).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_primary_that_dies_takes_no_confirmed_commit_with_it() {
    let seed = setting("CRASH_SEED", 1);
    let failovers = usize::try_from(setting("CRASH_FAILOVERS", 1)).expect("a number of failovers");
    let mut rng = Rng::seeded(seed);
    let plan = plan(failovers, &mut rng);
    let mut report = Report::begun(seed);
    let mut field = Field::open(rng.next()).await;
    for (number, death) in (0..).zip(plan) {
        let back = field.round(number, death).await;
        report.failed_over(death, back);
    }
    field.judge(&mut report).await;
    report.finish();
}
