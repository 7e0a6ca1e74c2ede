//! Many tills at once: each takes a code off a phone, charges it, and waits until its screen says
//! paid.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tests::news::Stream;
use tests::shop::Shop;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::line::{Line, text_of};

/// How long a screen may wait before the sale counts as lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the tills work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    /// Tills at once.
    pub(crate) tills: u32,
    /// Charges a second, all tills together; `None` is as fast as they can.
    pub(crate) rate: Option<u32>,
    /// For how long new sales begin.
    pub(crate) span: Duration,
}

/// What came of it, times in milliseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Harvest {
    /// From the moment at which a sale was due to the answer that its intent is durable.
    pub(crate) answered: Vec<f64>,
    /// From the same moment to "paid" on the screen.
    pub(crate) paid: Vec<f64>,
    /// Why, for each request that was refused and each sale that no screen saw paid.
    pub(crate) lost: Vec<String>,
    /// From the first sale to the last end, in seconds.
    pub(crate) seconds: f64,
}

impl Harvest {
    /// Charges that were paid, for each second.
    pub(crate) fn rate(&self) -> f64 {
        let count = u32::try_from(self.paid.len()).unwrap_or(u32::MAX);
        f64::from(count) / self.seconds.max(0.001)
    }
}

/// The times of a sale's answer and end, or why there was none.
type Sale = Result<(Duration, Duration), String>;

type Waiting = Arc<Mutex<BTreeMap<String, oneshot::Sender<Instant>>>>;

/// The screens: one event stream for all tills.
pub(crate) struct Screens {
    waiting: Waiting,
    tasks: JoinSet<()>,
    next: AtomicU32,
    /// Set apart, so that no two runs share a sale.
    prefix: &'static str,
}

impl Screens {
    /// Begins to listen. Sales are named after `prefix`.
    pub(crate) async fn open(shop: &Shop, prefix: &'static str) -> Self {
        let waiting = Waiting::default();
        let mut stream = Stream::open(&shop.api).await;
        let heard = Arc::clone(&waiting);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            loop {
                let news = stream.next_named("charge").await;
                if text_of(&news.text, "state") == "paid" {
                    let mut waiting = heard.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Some(till) = waiting.remove(text_of(&news.text, "sale")) {
                        // A till that went away asked for nothing more.
                        let _ = till.send(Instant::now());
                    }
                }
            }
        });
        Self {
            waiting,
            tasks,
            next: AtomicU32::new(0),
            prefix,
        }
    }

    /// Lets the tills work.
    pub(crate) async fn run(self: &Arc<Self>, shop: &Shop, bank: &str, work: Work) -> Harvest {
        assert!(!self.tasks.is_empty(), "the screens listen");
        let harvest = Arc::new(Mutex::new(Harvest::default()));
        let turn = Arc::new(AtomicU32::new(0));
        let start = Instant::now();
        let mut tills = JoinSet::new();
        for _ in 0..work.tills {
            let (screens, harvest) = (Arc::clone(self), Arc::clone(&harvest));
            let turn = Arc::clone(&turn);
            let mut own = Till {
                till: Line::open(shop.till()).await,
                phone: Line::open(bank).await,
            };
            tills.spawn(async move {
                while let Some(due) = due(&turn, start, work) {
                    tokio::time::sleep_until(due.into()).await;
                    let due = work.rate.map_or_else(Instant::now, |_| due);
                    let sale = screens.sale(&mut own, due).await;
                    note(&harvest, sale);
                }
            });
        }
        while let Some(ended) = tills.join_next().await {
            ended.expect("a till works to its end");
        }
        let mut harvest = harvest.lock().unwrap_or_else(PoisonError::into_inner);
        harvest.seconds = start.elapsed().as_secs_f64();
        harvest.clone()
    }

    /// One sale; its times count since `due`.
    async fn sale(&self, till: &mut Till, due: Instant) -> Sale {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let sale = format!("{}-{number}", self.prefix);
        let (seen, screen) = oneshot::channel();
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(sale.clone(), seen);
        let (_, shown) = till.phone.get("/api/customers/balance/code?fresh=1").await;
        let code = text_of(&shown, "code");
        let ask = format!(
            "{{\"sale\":\"{sale}\",\"amount_fen\":1,\"code\":\"{code}\",\"device\":\"till-1\",\
             \"source\":\"scanner\"}}"
        );
        let (status, said) = till.till.post("/api/v1/charges", &sale, &ask).await;
        let answered = due.elapsed();
        if status != 201 {
            return Err(format!("{sale}: {status} {said}"));
        }
        let seen = tokio::time::timeout(PATIENCE, screen).await;
        let seen = seen.ok().and_then(Result::ok);
        let seen = seen.ok_or_else(|| format!("{sale}: no screen saw it paid"))?;
        Ok((answered, seen.saturating_duration_since(due)))
    }
}

/// What one till holds on to.
struct Till {
    till: Line,
    phone: Line,
}

/// When the next sale is due; `None` when the day is over. Sales that are due while every till is
/// busy keep their moment, so that a stall counts for all whom it would have kept waiting.
fn due(turn: &AtomicU32, start: Instant, work: Work) -> Option<Instant> {
    let number = turn.fetch_add(1, Ordering::Relaxed);
    let after = match work.rate {
        Some(rate) => Duration::from_secs_f64(f64::from(number) / f64::from(rate)),
        None => start.elapsed(),
    };
    (after < work.span).then(|| start + after)
}

fn note(harvest: &Mutex<Harvest>, sale: Sale) {
    let mut harvest = harvest.lock().unwrap_or_else(PoisonError::into_inner);
    match sale {
        Ok((answered, paid)) => {
            harvest.answered.push(answered.as_secs_f64() * 1_000.0);
            harvest.paid.push(paid.as_secs_f64() * 1_000.0);
        }
        Err(why) => harvest.lost.push(why),
    }
}
