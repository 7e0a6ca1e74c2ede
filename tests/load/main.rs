//! Measurements of the backend under load and with an old record, printed as JSON. Run by
//! `cargo xtask bench charges` and `cargo xtask bench age` on the release program; ignored
//! otherwise, because a figure from a busy machine is no verdict.

mod age;
mod fill;
mod limit;
mod line;
mod pgbench;
mod tills;

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tests::postgres::Cluster;
use tests::shop::{Apart, Shop};
use tokio::task::block_in_place;

use tills::{Harvest, Screens, Work};

/// How long the sandbox thinks about each request.
const BANK_MS: u32 = 50;

fn print(figures: &Value) {
    // Nobody reads what cannot be written.
    drop(writeln!(std::io::stdout(), "{figures}"));
}

/// A figure that the command set, or the usual one.
fn setting(name: &str, usual: u32) -> u32 {
    let text = std::env::var(name).ok();
    text.map_or(usual, |text| text.parse().expect("a whole number"))
}

/// The value that this part of all values does not exceed.
fn percentile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = u32::try_from(sorted.len().saturating_sub(1)).map_or(0.0, f64::from);
    let ranks = (0_u32..).map(f64::from).zip(&sorted);
    let below = ranks.take_while(|(rank, _)| *rank <= last * part);
    below.last().map_or(f64::NAN, |(_, value)| tenths(*value))
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn thousandths(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

fn spread(values: &[f64], less: f64) -> Value {
    let own: Vec<f64> = values.iter().map(|value| value - less).collect();
    json!({
        "p50": percentile(&own, 0.5), "p95": percentile(&own, 0.95),
        "p99": percentile(&own, 0.99), "most": percentile(&own, 1.0), "n": own.len(),
    })
}

/// Seconds of processor time that a process has used.
fn processor_s(id: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).expect("it runs");
    let words = text.rsplit(')').next().unwrap_or_default();
    let ticks = |place: usize| {
        let word = words.split_whitespace().nth(place);
        word.and_then(|word| word.parse::<u32>().ok())
            .unwrap_or_default()
    };
    // The kernel counts in hundredths of a second.
    f64::from(ticks(11) + ticks(12)) / 100.0
}

async fn slow_bank(shop: &Shop) {
    let fault = json!({"what": "slow", "ms": BANK_MS});
    shop.bank.misbehave(&fault).await;
}

fn told(harvest: &Harvest) -> Value {
    json!({
        "charges_per_s": tenths(harvest.rate()),
        "paid": harvest.paid.len(), "lost": harvest.lost.len(), "lost_first": harvest.lost.first(),
        "seconds": tenths(harvest.seconds),
        "intent_durable_and_answered_ms": spread(&harvest.answered, 0.0),
        "own_until_paid_on_screen_ms": spread(&harvest.paid, f64::from(BANK_MS)),
    })
}

/// A shop under load: what it did at the offered rate, and as fast as it could.
struct Day {
    rate: u32,
    paced: Harvest,
    most: Harvest,
    processor_ms: f64,
}

impl Day {
    async fn of(shop: &Shop) -> Self {
        slow_bank(shop).await;
        let bank = shop.bank.gateway().replace("/gateway.do", "");
        let seconds = setting("LOAD_SECONDS", 60);
        let rate = setting("LOAD_RATE", 300);
        let screens = Arc::new(Screens::open(shop, "load").await);
        let work = |rate, tills, seconds: u32| Work {
            tills,
            rate,
            span: Duration::from_secs(seconds.into()),
        };
        screens.run(shop, &bank, work(Some(50), 32, 3)).await;
        let before = processor_s(shop.program().id());
        let paced = work(Some(rate), 256, seconds);
        let paced = screens.run(shop, &bank, paced).await;
        let used = processor_s(shop.program().id()) - before;
        let most = work(None, 128, seconds.min(15));
        let most = screens.run(shop, &bank, most).await;
        let count = f64::from(u32::try_from(paced.paid.len()).unwrap_or(u32::MAX));
        Self {
            rate,
            paced,
            most,
            processor_ms: tenths(used * 1_000.0 / count.max(1.0)),
        }
    }

    /// The figures, with what the record lies in and what that can do at most.
    fn print(&self, database: &str, limit: &Value) {
        let mut figures = json!({
            "bench": "charges",
            "database": database, "bank_ms": BANK_MS, "offered_per_s": self.rate,
            "at_the_offered_rate": told(&self.paced),
            "processor_ms_for_each_charge": self.processor_ms,
            "as_fast_as_128_tills_can": told(&self.most),
        });
        for (name, value) in limit.as_object().into_iter().flatten() {
            figures[name] = value.clone();
        }
        print(&figures);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; run by cargo xtask bench"]
async fn charges() {
    let (shop, _apart) = Shop::open_apart();
    let day = Day::of(&shop).await;
    let folder = shop.home().path();
    let fsyncs = limit::fsyncs(folder);
    let groups = [1, 8, 32, 128].map(|group| (group, limit::charges(folder, group)));
    let plain: serde_json::Map<String, Value> = groups
        .iter()
        .map(|(group, rate)| (format!("groups_of_{group}"), tenths(*rate).into()))
        .collect();
    let limit = groups[2].1;
    let limits = json!({
        "disk": {"fsyncs_per_s": tenths(fsyncs), "plain_inserts_charges_per_s": plain},
        "part_of_plain_inserts_in_groups_of_32": thousandths(day.most.rate() / limit),
    });
    day.print("sqlite", &limits);
    shop.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; run by cargo xtask bench"]
async fn charges_in_postgres() {
    let cluster = block_in_place(Cluster::start);
    let database = block_in_place(|| cluster.database());
    let apart = Apart::open();
    let shop = Shop::open_on(&database, &apart);
    let day = Day::of(&shop).await;
    let folder = shop.home().path();
    let (fsyncs, limit) =
        block_in_place(|| (limit::fsyncs(folder), pgbench::measure(&cluster, folder)));
    let limits = json!({
        "disk": {"fsyncs_per_s": tenths(fsyncs)},
        "pgbench": limit.told,
        "charges_for_each_pgbench_insert_by_32_clients":
            thousandths(day.most.rate() / limit.inserts),
    });
    day.print("postgres", &limits);
    shop.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; run by cargo xtask bench"]
async fn age() {
    let rows = setting("LOAD_ROWS", age::LARGE);
    age::measure(rows, print).await;
}
