//! `/api/v1/events`: every durable change as it happens, as server-sent events.
//!
//! A stream begins with `hello` and every open charge, and beats every two seconds. One that falls
//! behind is brought up to date in one go rather than left with a gap.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, Sse};
use futures::Stream;
use futures::stream::unfold;
use store::failpoint::hit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Interval, MissedTickBehavior, interval};
use wire::{Beat, Hello, Problem, ProblemKind};

use crate::app::App;
use crate::archive::told;
use crate::http::health;
use crate::problem::Trouble;
use crate::pump::News;
use crate::spawn::stopped;

/// From one sign of life to the next.
const BEAT: Duration = Duration::from_secs(2);
/// Every durable change, as server-sent events.
///
/// `hello` once ([`Hello`]), `charge` for every open charge at first and then for every change
/// (a `ChargeView`; the id is the number of the last durable event), `beat` every two seconds
/// ([`Beat`]). Silence over five seconds means that the screen is stale.
#[utoipa::path(
    get, path = "/api/v1/events", tag = "events",
    responses(
        (status = 200, description = "hello, charge, beat", content_type = "text/event-stream",
            body = Hello),
        (status = 429, description = "too-busy: too many streams",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "not-ready",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn stream(
    State(app): State<Arc<App>>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Trouble> {
    let place = Arc::clone(&app.streams).try_acquire_owned();
    let place = place.map_err(|_| Trouble::of(ProblemKind::TooBusy))?;
    // Subscribed before looking, so that no change falls between.
    let news = app.pump.news();
    let told = app.pulse.told();
    let open = app.pump.look().await?;
    hit("stream-opens");
    let mut backlog = VecDeque::from([json_event("hello", &hello(&app))]);
    backlog.extend(open.iter().map(charge_event));
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stop = app.stop.clone();
    let feed = Feed {
        app,
        news,
        beat,
        backlog,
        told,
        is_behind: false,
        stop,
        _place: place,
    };
    Ok(Sse::new(unfold(feed, Feed::next)))
}

struct Feed {
    app: Arc<App>,
    news: Receiver<News>,
    beat: Interval,
    backlog: VecDeque<Event>,
    /// The event up to which this stream has been told everything.
    told: u64,
    /// Whether the channel has dropped some of what stands behind that.
    is_behind: bool,
    stop: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
}

impl Feed {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while self.backlog.is_empty() {
            if self.is_behind {
                self.catch_up().await;
                if !self.backlog.is_empty() {
                    break;
                }
            }
            // Read before the channel is found empty.
            let told = self.app.pulse.told();
            tokio::select! {
                biased;
                () = stopped(&mut self.stop) => return None,
                news = self.news.recv() => match news {
                    Ok(news) => self.backlog.push_back(charge_event(&news)),
                    Err(RecvError::Lagged(_)) => self.is_behind = true,
                    Err(RecvError::Closed) => return None,
                },
                _ = self.beat.tick() => {
                    if !self.is_behind {
                        self.told = self.told.max(told);
                    }
                    self.backlog.push_back(json_event("beat", &beat(&self.app)));
                }
            }
        }
        let event = self.backlog.pop_front()?;
        hit("stream-tells");
        Some((Ok(event), self))
    }

    /// Tells what has moved since all was told, a page at a time; a change told twice is harmless,
    /// since each has its revision. A record that cannot be read now is read after the next beat.
    async fn catch_up(&mut self) {
        let Ok(moved) = self.app.archive.moved_since(self.told).await else {
            return;
        };
        // A page without a row: nothing stands behind it.
        self.is_behind = !moved.is_empty();
        for (seq, history) in moved {
            self.told = self.told.max(seq);
            if let Ok(view) = told(&history) {
                let event = json_event("charge", &view).id(seq.to_string());
                self.backlog.push_back(event);
            }
        }
    }
}

fn charge_event(news: &News) -> Event {
    Event::default()
        .event("charge")
        .id(news.seq.to_string())
        .data(&*news.json)
}

fn json_event(name: &str, value: &impl serde::Serialize) -> Event {
    Event::default()
        .event(name)
        .data(serde_json::to_string(value).unwrap_or_default())
}

fn hello(app: &App) -> Hello {
    let shop = &app.shop;
    let providers = shop.limits.providers.iter();
    Hello {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        now_ms: app.world.now().ms(),
        shop: shop.name.clone(),
        providers: providers
            .map(|provider| provider.as_str().to_owned())
            .collect(),
        confirm_above_fen: shop.confirm_above_fen,
        charge_max_fen: shop.limits.charge_max.fen(),
        is_sandbox: shop.is_sandbox,
        instalments: (&shop.limits.instalments).into(),
        has_printer: app.printer.is_some(),
    }
}

fn beat(app: &App) -> Beat {
    Beat {
        now_ms: app.world.now().ms(),
        seq: app.pulse.seq(),
        in_doubt: app.pulse.open(),
        is_provider_reachable: app.pulse.is_reachable(),
        complaint: health::worst(app).map(str::to_owned),
    }
}
