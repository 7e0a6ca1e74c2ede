//! Measurements, printed as JSON. Run by `cargo xtask bench NAME` on the release program; ignored
//! otherwise, because a figure from a busy machine is no verdict.

mod contest;

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::api::ask;
use tests::browser::{Browser, Setting};
use tests::camera::Film;
use tests::patience;
use tests::shop::Shop;
use tests::stage::play;
use wire::StateName;

/// Pictures a second of the bench's camera.
const CAMERA_FPS: usize = 30;
/// One picture of that camera and 10 ms: what the way from the frame to the request may take.
const SCAN_LIMIT_MS: f64 = 1_000.0 / 30.0 + 10.0;
/// Sales that are scanned.
const SCANS: usize = 20;
/// Charges that are timed.
const CHARGES: usize = 200;
/// Charges before them, until everything is warm.
const WARM: usize = 20;

/// Words for the person, beside the figures.
fn say(words: &str) {
    drop(writeln!(std::io::stderr(), "{words}"));
}

fn print(figures: &Value) {
    // Nobody reads what cannot be written.
    drop(writeln!(std::io::stdout(), "{figures}"));
}

/// The value that this part of all values does not exceed.
fn percentile(values: &mut [f64], part: f64) -> f64 {
    assert!(!values.is_empty(), "nothing was measured");
    values.sort_by(f64::total_cmp);
    let last = u32::try_from(values.len() - 1).map_or(0.0, f64::from);
    let wanted = last * part;
    let ranks = (0_u32..).map(f64::from).zip(values.iter());
    ranks
        .take_while(|(rank, _)| *rank <= wanted)
        .map(|(_, value)| *value)
        .last()
        .unwrap_or(0.0)
}

#[tokio::test]
#[ignore = "a measurement; run by cargo xtask bench"]
async fn scan_to_charge() {
    play("bench", Setting::usual(), async |stage| {
        stage
            .screen
            .open(&format!("{}/?debug", stage.shop.till()))
            .await;
        let browser = &stage.screen.browser;
        for number in 0..SCANS {
            stage.screen.until("ready").await;
            stage.screen.amount("1.01").await;
            // An amount counts as typed to its end after a moment without a key.
            patience::let_pass(Duration::from_millis(900)).await;
            let code = stage.shop.bank.fresh_code("balance").await;
            browser
                .show(&Film::of_late_code(&code, 700).at_fps(CAMERA_FPS))
                .await;
            stage.screen.until("paid").await;
            let count = browser.script("return window.scantillTimings.length").await;
            assert_eq!(count, number + 1, "one timing a sale");
        }
        let mut spans = timings(browser, "scan_to_request_ms").await;
        let mut upper = timings(browser, "scan_to_request_upper_ms").await;
        print(&json!({
            "bench": "scan_to_charge",
            "size": "1280x720",
            "camera_fps": CAMERA_FPS,
            "limit_ms": SCAN_LIMIT_MS,
            "rung": stage.screen.figure("rung").await,
            "fps": stage.screen.figure("fps").await,
            // From the frame that was read.
            "frame_available_to_request_ms": judged(&mut spans),
            // From the first frame that may have shown the code: one that was replaced unread
            // because the Worker was busy. Whether it could be read nobody knows.
            "frame_available_to_request_ms_upper": judged(&mut upper),
            "n": spans.len(),
        }));
    })
    .await;
}

/// A figure of all the page's sales.
async fn timings(browser: &Browser, name: &str) -> Vec<f64> {
    let script = format!("return window.scantillTimings.map((one) => one.{name})");
    let all = browser.script(&script).await;
    let all = all.as_array().into_iter().flatten();
    all.filter_map(Value::as_f64).collect()
}

/// Percentiles, and whether the limit holds.
fn judged(spans: &mut [f64]) -> Value {
    let (p50, p95) = (percentile(spans, 0.5), percentile(spans, 0.95));
    json!({"p50": p50, "p95": p95, "holds": p95 <= SCAN_LIMIT_MS})
}

#[tokio::test]
#[ignore = "a measurement; run by cargo xtask bench"]
async fn backend() {
    let shop = Shop::open();
    patience::let_pass(Duration::from_secs(3)).await;
    let idle_kb = resident_kb(shop.program().id());
    let mut spans = Vec::new();
    for number in 0..WARM + CHARGES {
        let code = shop.bank.fresh_code("balance").await;
        let body = ask(&format!("sale-{number}"), 1, &code);
        let request = shop.api.post_request(&format!("key-{number}"), &body);
        let start = Instant::now();
        let answer = tests::api::Api::send(request).await;
        let span = start.elapsed().as_secs_f64() * 1_000.0;
        assert_eq!(answer.status, 201, "{}", answer.text);
        if number >= WARM {
            spans.push(span);
        }
        shop.api.until(&answer.charge().id, StateName::Paid).await;
    }
    print(&json!({
        "bench": "backend",
        "intent_durable_and_answered_ms": {
            "p50": percentile(&mut spans, 0.5), "p95": percentile(&mut spans, 0.95),
        },
        "n": spans.len(),
        "resident_idle_kb": idle_kb,
        "resident_after_kb": resident_kb(shop.program().id()),
    }));
    shop.close();
}

/// Memory of a process that lies in RAM, in kB.
fn resident_kb(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number
        .and_then(|number| number.parse().ok())
        .expect("the kernel tells")
}

#[tokio::test]
#[ignore = "a measurement; run by cargo xtask bench"]
async fn transfer() {
    play("bench-transfer", Setting::usual(), async |stage| {
        stage.open_till().await;
        patience::let_pass(Duration::from_secs(2)).await;
        let loaded = "return performance.getEntriesByType('resource')
            .map((one) => new URL(one.name)).filter((one) => one.origin === location.origin)
            .map((one) => one.pathname).filter((path) => !path.startsWith('/api/'))";
        let loaded = stage.screen.browser.script(loaded).await;
        // What the Worker loads is not in the page's own list.
        let worker = ["/", "/eye-boot.js", "/eye.js", "/eye_bg.wasm"];
        let mut paths: Vec<String> = worker.map(str::to_owned).to_vec();
        paths.extend(
            loaded
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned),
        );
        paths.sort();
        paths.dedup();
        let mut files = serde_json::Map::new();
        let mut total = 0;
        for path in paths {
            let size = size_of(stage.shop.till(), &path).await;
            total += size;
            files.insert(path, size.into());
        }
        print(&json!({"bench": "transfer", "compressed_bytes": total, "files": files}));
    })
    .await;
}

async fn size_of(base: &str, path: &str) -> usize {
    let request = reqwest::Client::new().get(format!("{base}{path}"));
    let answer = request
        .header("Accept-Encoding", "br")
        .send()
        .await
        .expect("it answers");
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer.bytes().await.expect("a body").len()
}
