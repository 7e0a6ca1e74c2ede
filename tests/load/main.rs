//! Measurements of the backend under load and with an old record, printed as JSON. Run by
//! `cargo xtask bench charges` and `cargo xtask bench age` on the release program; ignored
//! otherwise, because a figure from a busy machine is no verdict.

mod fill;
mod limit;
mod line;
mod tills;

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::shop::Shop;

use line::Line;
use tills::{Harvest, Screens, Work};

/// How long the sandbox thinks about each request.
const BANK_MS: u32 = 50;
/// Charges in the small record, and in the large one where nothing is said.
const SMALL: u32 = 10_000;
const LARGE: u32 = 1_000_000;
/// Rounds in which small and large take turns, and charges in each.
const ROUNDS: u32 = 10;
const ROUND: Duration = Duration::from_secs(3);

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
        "paid": harvest.paid.len(), "lost": harvest.lost, "seconds": tenths(harvest.seconds),
        "intent_durable_and_answered_ms": spread(&harvest.answered, 0.0),
        "own_until_paid_on_screen_ms": spread(&harvest.paid, f64::from(BANK_MS)),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; run by cargo xtask bench"]
async fn charges() {
    let (shop, _apart) = Shop::open_apart();
    slow_bank(&shop).await;
    let bank = shop.bank.gateway().replace("/gateway.do", "");
    let seconds = setting("LOAD_SECONDS", 60);
    let rate = setting("LOAD_RATE", 300);
    let screens = Arc::new(Screens::open(&shop, "load").await);
    let work = |rate, tills, seconds: u32| Work {
        tills,
        rate,
        span: Duration::from_secs(seconds.into()),
    };
    screens.run(&shop, &bank, work(Some(50), 32, 3)).await;
    let before = processor_s(shop.program().id());
    let paced = screens
        .run(&shop, &bank, work(Some(rate), 256, seconds))
        .await;
    let used = processor_s(shop.program().id()) - before;
    let most = screens
        .run(&shop, &bank, work(None, 128, seconds.min(15)))
        .await;
    let folder = shop.home().path();
    let fsyncs = limit::fsyncs(folder);
    let groups = [1, 8, 32, 128].map(|group| (group, limit::charges(folder, group)));
    let plain: serde_json::Map<String, Value> = groups
        .iter()
        .map(|(group, rate)| (format!("groups_of_{group}"), tenths(*rate).into()))
        .collect();
    let limit = groups[2].1;
    let count = f64::from(u32::try_from(paced.paid.len()).unwrap_or(u32::MAX));
    print(&json!({
        "bench": "charges",
        "database": "sqlite", "bank_ms": BANK_MS, "offered_per_s": rate,
        "at_the_offered_rate": told(&paced),
        "processor_ms_for_each_charge": tenths(used * 1_000.0 / count.max(1.0)),
        "as_fast_as_128_tills_can": told(&most),
        "disk": {"fsyncs_per_s": tenths(fsyncs), "plain_inserts_charges_per_s": plain},
        "part_of_plain_inserts_in_groups_of_32": thousandths(most.rate() / limit),
    }));
    drop(screens);
    shop.close();
}

/// A shop whose record holds so many old charges.
fn aged(rows: u32) -> (Shop, f64) {
    let mut shop = Shop::open();
    shop.kill();
    let start = Instant::now();
    fill::fill(Path::new(&shop.home().file("scantill.db")), rows);
    let filled = start.elapsed().as_secs_f64();
    shop.start_again();
    (shop, filled)
}

/// Charges one after the other, and questions about old ones.
async fn look(shop: &Shop, screens: &Arc<Screens>, rows: u32, spans: &mut Spans) {
    let bank = shop.bank.gateway().replace("/gateway.do", "");
    let work = Work {
        tills: 1,
        rate: None,
        span: ROUND,
    };
    let harvest = screens.run(shop, &bank, work).await;
    assert_eq!(harvest.lost, 0, "every charge is paid");
    spans.answered.extend(harvest.answered);
    spans.paid.extend(harvest.paid);
    let mut line = Line::open(shop.till()).await;
    let middle = fill::id(rows / 2);
    for path in [
        "/api/v1/charges?limit=50".to_owned(),
        format!("/api/v1/charges?limit=50&before={middle}"),
        format!("/api/v1/charges?limit=50&device=old-till-3&before={middle}"),
    ] {
        let start = Instant::now();
        let (status, text) = line.get(&path).await;
        spans.lists.push(start.elapsed().as_secs_f64() * 1_000.0);
        assert!(status == 200 && text.len() > 10_000, "{path}: {status}");
    }
    for path in [
        format!("/api/v1/charges/{middle}"),
        format!("/api/v1/keys/{}", fill::key(rows / 3)),
    ] {
        let start = Instant::now();
        let (status, _) = line.get(&path).await;
        spans.finds.push(start.elapsed().as_secs_f64() * 1_000.0);
        assert_eq!(status, 200, "{path}");
    }
}

#[derive(Debug, Default)]
struct Spans {
    answered: Vec<f64>,
    paid: Vec<f64>,
    lists: Vec<f64>,
    finds: Vec<f64>,
}

impl Spans {
    fn told(&self) -> Value {
        json!({
            "intent_durable_and_answered_ms": spread(&self.answered, 0.0),
            "until_paid_on_screen_ms": spread(&self.paid, 0.0),
            "list_of_50_ms": spread(&self.lists, 0.0),
            "one_by_number_or_key_ms": spread(&self.finds, 0.0),
        })
    }
}

/// Kills the backend while charges are open, and waits until it is ready again.
async fn ready_after_kill(shop: &mut Shop) -> f64 {
    for number in 0..20 {
        let code = shop.bank.fresh_code("password").await;
        shop.api.open(&format!("open-{number}"), 1, &code).await;
    }
    shop.kill();
    let start = Instant::now();
    shop.start_again();
    start.elapsed().as_secs_f64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; run by cargo xtask bench"]
async fn age() {
    let rows = setting("LOAD_ROWS", LARGE);
    let ((mut small, _), (mut large, filled)) = (aged(SMALL), aged(rows));
    let (mut young, mut old) = (Spans::default(), Spans::default());
    let of_small = Arc::new(Screens::open(&small, "small").await);
    let of_large = Arc::new(Screens::open(&large, "large").await);
    for _ in 0..ROUNDS {
        look(&small, &of_small, SMALL, &mut young).await;
        look(&large, &of_large, rows, &mut old).await;
    }
    drop((of_small, of_large));
    let ratio = percentile(&old.answered, 0.5) / percentile(&young.answered, 0.5);
    let whole = percentile(&old.paid, 0.5) / percentile(&young.paid, 0.5);
    let ready = json!({
        "small": thousandths(ready_after_kill(&mut small).await),
        "large": thousandths(ready_after_kill(&mut large).await),
    });
    let file = std::fs::metadata(large.home().file("scantill.db")).expect("the record");
    let start = Instant::now();
    large.verify();
    print(&json!({
        "bench": "age",
        "rows": {"small": SMALL, "large": rows},
        "small": young.told(), "large": old.told(),
        "p50_large_by_small": {"intent": thousandths(ratio), "paid": thousandths(whole)},
        "ready_after_kill_s": ready,
        "large_file_mb": file.len() / 1_000_000,
        "filled_s": tenths(filled), "verify_s": tenths(start.elapsed().as_secs_f64()),
    }));
}
