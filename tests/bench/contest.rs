//! Our page beside the scanning pages of others, in the same browser with the same camera: from the
//! phone in view to the callback, ours to the charge request leaving.
//!
//! Films are drawn from a seed when the measurement runs. Every film is shown to every page, one
//! page after the other, so that a busy machine is busy for all. The pages of others are those of
//! `bench/pages`; without them only ours is measured.

mod board;
mod film;

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use frames::Class;
use serde_json::{Value, json};
use tests::browser::{Browser, Setting};
use tests::patience;
use tests::shop::Shop;

use board::{Board, OURS, Run};
use film::{FPS, Scene};

/// Before the first line of every page.
const STAND: &str = include_str!("stand.js");

/// How long a phone is held up before the customer gives up.
const HELD_MS: f64 = 4_000.0;

/// The pages of others, and where they lie.
const OTHERS: [(&str, &str); 5] = [
    ("html5-qrcode", "html5-qrcode.html"),
    ("html5-qrcode, 30 fps", "html5-qrcode.html?fps=30"),
    ("nimiq qr-scanner", "qr-scanner.html"),
    ("jsQR", "jsqr.html"),
    ("zxing-wasm", "zxing-wasm.html"),
];

const CLASSES: [Class; 3] = [Class::Easy, Class::Medium, Class::Hard];

/// How much is measured.
struct Plan {
    seed: u64,
    films: usize,
    repeats: usize,
}

impl Plan {
    fn read() -> Self {
        let number = |name: &str, usual: u64| {
            let given = env::var(name).ok().and_then(|text| text.parse().ok());
            given.unwrap_or(usual)
        };
        let count = |name: &str, usual: u64| {
            usize::try_from(number(name, usual)).expect("nobody asks for so many")
        };
        Self {
            seed: number("SCANTILL_SEED", 2_026),
            films: count("SCANTILL_FILMS", 4),
            repeats: count("SCANTILL_REPEATS", 2),
        }
    }
}

/// A running server of the pages; ends when its input does.
struct Pages {
    child: Child,
    input: Option<ChildStdin>,
    port: u16,
}

impl Pages {
    /// `None` when they are not installed.
    fn start() -> Option<Self> {
        env::var_os("SCANTILL_PAGES").map(|folder| Self::serve(&PathBuf::from(folder)))
    }

    fn serve(folder: &Path) -> Self {
        let mut node = Command::new("node");
        node.arg("serve.mjs").current_dir(folder);
        node.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = node.spawn().expect("Node is installed");
        let output = child.stdout.take().expect("stdout is a pipe");
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .expect("Node says where it serves");
        let port = line.trim().strip_prefix("port ");
        Self {
            input: child.stdin.take(),
            child,
            port: port.and_then(|port| port.parse().ok()).expect("a port"),
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        drop(self.input.take());
        drop(self.child.wait());
    }
}

/// Where the runs take place.
struct Hall {
    browser: Browser,
    shop: Shop,
    pages: Option<Pages>,
    sales: usize,
}

impl Hall {
    async fn open(first: &Scene) -> Self {
        let setting = Setting::usual().seeing(first.film.clone());
        let browser = Browser::start(&setting).await;
        // The Worker that finds the instant is no part of our page, whose policy forbids it.
        let params = json!({ "enabled": true });
        browser.cdp("Page.setBypassCSP", params).await;
        browser.prepare(STAND).await;
        Self {
            browser,
            shop: Shop::open(),
            pages: Pages::start(),
            sales: 0,
        }
    }

    fn names(&self) -> Vec<&'static str> {
        let others = OTHERS.iter().map(|(name, _)| *name);
        let others = others.filter(|_| self.pages.is_some());
        std::iter::once(OURS).chain(others).collect()
    }

    /// Ours is a kiosk with its amount: it charges what it reads.
    fn address(&mut self, page: &str) -> String {
        let other = OTHERS.iter().find(|(name, _)| *name == page);
        if let (Some((_, file)), Some(pages)) = (other, &self.pages) {
            return format!("http://127.0.0.1:{}/{file}", pages.port);
        }
        self.sales += 1;
        let till = self.shop.till();
        format!("{till}/kiosk?amount=1.00&sale=contest-{}", self.sales)
    }

    async fn run(&mut self, page: &'static str, scene: &Scene) -> Run {
        self.browser.lay(&scene.film);
        let address = self.address(page);
        self.browser.open(&address).await;
        let what = format!("{page} sees the phone");
        let seen = patience::until(&what, async || {
            let seen = self.browser.script(LOOK).await;
            let is_over = seen["waited_ms"].as_f64()? > HELD_MS;
            (is_over || seen["read_ms"].is_f64()).then_some(seen)
        });
        let run = judged(page, scene, &seen.await);
        // Nothing of this run is under way in the next.
        self.browser.open("about:blank").await;
        patience::let_pass(Duration::from_millis(300)).await;
        run
    }
}

/// What the page has come to; `waited_ms` is null until the phone is in view. Our page says nothing
/// of the text: that it charges is what counts.
const LOOK: &str = "const bench = window.__bench;
    const now = performance.timeOrigin + performance.now();
    const ours = window.scantillTimings?.[0]?.sent_ms;
    return {
      ...bench,
      read_ms: ours ?? bench.read_ms,
      waited_ms: bench.in_view_ms === null ? null : now - bench.in_view_ms,
    };";

fn judged(page: &'static str, scene: &Scene, seen: &Value) -> Run {
    let number = |name: &str| seen[name].as_f64();
    let frame_ms = 1_000.0 / f64::from(FPS);
    // The Worker may have been given a later frame than the first.
    let late_ms = number("number").unwrap_or(0.0) * frame_ms;
    let in_view_ms = number("in_view_ms").expect("it was waited for") - late_ms;
    let read_ms = number("read_ms");
    let text = seen["text"].as_str();
    let end_ms = read_ms.unwrap_or(in_view_ms + HELD_MS);
    let begin_ms = number("opened_ms").unwrap_or(0.0);
    let slow = seen["slow"].as_array().into_iter().flatten();
    let slow = slow.filter(|task| {
        let start_ms = task[0].as_f64().unwrap_or(0.0);
        start_ms > begin_ms && start_ms < end_ms
    });
    Run {
        page,
        class: scene.class,
        span_ms: read_ms.map(|read_ms| read_ms - in_view_ms),
        is_wrong: text.is_some_and(|text| text != scene.text),
        slow_ms: slow.filter_map(|task| task[1].as_f64()).collect(),
    }
}

#[tokio::test]
#[ignore = "a measurement; run by cargo xtask bench"]
async fn scan_to_charge_beside_others() {
    let plan = Plan::read();
    crate::say(&format!("Drawing {} films of each class.", plan.films));
    let scenes: Vec<Scene> = CLASSES
        .iter()
        .flat_map(|class| Scene::some(plan.seed, *class, plan.films))
        .collect();
    let mut hall = Hall::open(&scenes[0]).await;
    let names = hall.names();
    // The first pages of a browser are slow for whoever comes first.
    for page in &names {
        hall.run(page, &scenes[0]).await;
    }
    let mut runs = Vec::new();
    for repeat in 0..plan.repeats {
        for (number, scene) in scenes.iter().enumerate() {
            let turn = (repeat + number) % names.len();
            for page in names.iter().cycle().skip(turn).take(names.len()) {
                runs.push(hall.run(page, scene).await);
            }
        }
        crate::say(&format!("Round {} of {}.", repeat + 1, plan.repeats));
    }
    hall.browser.quit().await;
    let board = Board::of(&names, &CLASSES, &runs);
    crate::say(&board.table());
    crate::print(&json!({
        "bench": "scan_to_charge_beside_others",
        "size": "1280x720",
        "camera_fps": FPS,
        "seed": plan.seed,
        "films": plan.films,
        "repeats": plan.repeats,
        "rows": board.json(),
    }));
}
