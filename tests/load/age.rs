//! A charge, a list, a search and a start with ten thousand charges in the record, and with very
//! many: the two take turns in one run, so that what else the machine does meets both.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::shop::Shop;

use crate::fill;
use crate::line::Line;
use crate::tills::{Screens, Work};
use crate::{percentile, spread, tenths, thousandths};

/// Charges in the small record, and in the large one where nothing is said.
pub(crate) const SMALL: u32 = 10_000;
pub(crate) const LARGE: u32 = 1_000_000;
/// Turns of each record, and for how long charges are made in one.
const TURNS: u32 = 20;
const TURN: Duration = Duration::from_secs(3);
/// Places in the record at which each turn looks.
const PLACES: u32 = 10;
/// Kills of each, with so many charges open.
const KILLS: u32 = 5;
const OPEN: u32 = 20;
/// What is held against the figures: age must cost no charge more than this much more, a list or a
/// search this many milliseconds, a start this many seconds.
const RATIO_MOST: f64 = 1.2;
const LOOK_MS_MOST: f64 = 50.0;
const READY_S_MOST: f64 = 2.0;

/// Fills both records, measures them in turns, and tells the figures; then verifies the large one,
/// which takes longer than all before.
pub(crate) async fn measure(rows: u32, tell: impl Fn(&Value)) {
    let ((mut small, _), (mut large, filled)) = (aged(SMALL), aged(rows));
    let (mut young, mut old) = (Spans::default(), Spans::default());
    let of_small = Arc::new(Screens::open(&small, "small").await);
    let of_large = Arc::new(Screens::open(&large, "large").await);
    for turn in 0..TURNS {
        look(&small, &of_small, (SMALL, turn), &mut young).await;
        look(&large, &of_large, (rows, turn), &mut old).await;
    }
    drop((of_small, of_large));
    young.ready = ready_after_kills(&mut small).await;
    old.ready = ready_after_kills(&mut large).await;
    let file = std::fs::metadata(large.home().file("scantill.db")).expect("the record");
    let ratio = |pick: fn(&Spans) -> &Vec<f64>| {
        thousandths(percentile(pick(&old), 0.5) / percentile(pick(&young), 0.5))
    };
    let (intent, paid) = (ratio(|spans| &spans.answered), ratio(|spans| &spans.paid));
    tell(&json!({
        "bench": "age",
        "rows": {"small": SMALL, "large": rows},
        "small": young.told(), "large": old.told(),
        "p50_large_by_small": {"intent": intent, "paid": paid},
        "holds": {
            "charge_costs_the_same": intent <= RATIO_MOST && paid <= RATIO_MOST,
            "list_p99": percentile(&old.lists, 0.99) < LOOK_MS_MOST,
            "search_p99": percentile(&old.finds, 0.99) < LOOK_MS_MOST,
            "ready": percentile(&old.ready, 1.0) <= READY_S_MOST,
        },
        "large_file_mb": file.len() / 1_000_000, "filled_s": tenths(filled),
    }));
    large.kill();
    let start = Instant::now();
    large.verify();
    let verified = tenths(start.elapsed().as_secs_f64());
    tell(&json!({"bench": "age", "verify_s": verified, "sound": true}));
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

/// Charges one after the other, and questions about old ones all over the record.
async fn look(shop: &Shop, screens: &Arc<Screens>, turn: (u32, u32), spans: &mut Spans) {
    let bank = shop.bank.gateway().replace("/gateway.do", "");
    let work = Work {
        tills: 1,
        rate: None,
        span: TURN,
    };
    let harvest = screens.run(shop, &bank, work).await;
    assert_eq!(harvest.lost.first(), None, "every charge is paid");
    spans.answered.extend(harvest.answered);
    spans.paid.extend(harvest.paid);
    let mut line = Line::open(shop.till()).await;
    let (rows, turn) = turn;
    for place in 0..PLACES {
        let number = number_at(rows, turn * PLACES + place);
        let (id, key) = (fill::id(number), fill::key(number));
        for path in [
            "/api/v1/charges?limit=50".to_owned(),
            format!("/api/v1/charges?limit=50&before={id}"),
            format!("/api/v1/charges?limit=50&device=old-till-3&before={id}"),
        ] {
            spans.lists.push(ask(&mut line, &path, 10_000).await);
        }
        for path in [
            format!("/api/v1/charges/{id}"),
            format!("/api/v1/keys/{key}"),
        ] {
            spans.finds.push(ask(&mut line, &path, 100).await);
        }
    }
}

/// A place in the record with several pages of charges before it, far from the one before.
fn number_at(rows: u32, place: u32) -> u32 {
    let count = u64::from(TURNS * PLACES);
    // Odd and no factor of the count, so that each place comes once.
    let mixed = u64::from(place) * 77 % count;
    let (rows, first) = (u64::from(rows), u64::from(rows) / 10);
    let number = first + (rows - first) * mixed / count;
    u32::try_from(number).expect("a charge of the record")
}

/// How many milliseconds a question takes whose answer has at least so many bytes.
async fn ask(line: &mut Line, path: &str, bytes: usize) -> f64 {
    let start = Instant::now();
    let (status, text) = line.get(path).await;
    let span = start.elapsed().as_secs_f64() * 1_000.0;
    assert!(status == 200 && text.len() > bytes, "{path}: {status}");
    span
}

/// Kills the backend while charges are open, and waits until it is ready again, several times.
async fn ready_after_kills(shop: &mut Shop) -> Vec<f64> {
    let mut spans = Vec::new();
    for kill in 0..KILLS {
        for number in 0..OPEN {
            let code = shop.bank.fresh_code("password").await;
            let key = format!("open-{kill}-{number}");
            shop.api.open(&key, 1, &code).await;
        }
        shop.kill();
        let start = Instant::now();
        shop.start_again();
        spans.push(start.elapsed().as_secs_f64());
    }
    spans
}

#[derive(Debug, Default)]
struct Spans {
    answered: Vec<f64>,
    paid: Vec<f64>,
    lists: Vec<f64>,
    finds: Vec<f64>,
    /// Seconds; the others are milliseconds.
    ready: Vec<f64>,
}

impl Spans {
    fn told(&self) -> Value {
        let ready: Vec<f64> = self.ready.iter().copied().map(thousandths).collect();
        json!({
            "intent_durable_and_answered_ms": spread(&self.answered, 0.0),
            "until_paid_on_screen_ms": spread(&self.paid, 0.0),
            "list_of_50_ms": spread(&self.lists, 0.0),
            "one_by_number_or_key_ms": spread(&self.finds, 0.0),
            "ready_after_kill_s": ready,
        })
    }
}
