//! The event stream: what the backend says by itself.

use futures::future::{Either, select};
use futures::stream::select_all;
use futures::{FutureExt, Stream, StreamExt};
use gloo_net::eventsource::futures::EventSource;
use gloo_timers::future::TimeoutFuture;
use serde::de::DeserializeOwned;

use crate::flow::Input;

const ADDRESS: &str = "/api/v1/events";

/// Pause before the stream is opened again, in milliseconds.
const PAUSE_MS: u32 = 1_000;

/// The backend beats every two seconds. A stream silent for longer is opened anew, because a
/// connection may be dead without either end having heard of it.
const SILENCE_MS: u32 = 8_000;

/// Listens for as long as the page lives.
pub(crate) async fn listen(hear: impl Fn(Input)) {
    loop {
        if let Ok(mut source) = EventSource::new(ADDRESS) {
            let subscribed: Result<Vec<_>, _> = ["hello", "charge", "beat"]
                .into_iter()
                .map(|name| source.subscribe(name))
                .collect();
            if let Ok(streams) = subscribed {
                let read = |one: Result<(String, web_sys::MessageEvent), _>| one.ok();
                let told = select_all(
                    streams
                        .into_iter()
                        .map(|stream| stream.map(read).boxed_local()),
                );
                drain(told, &hear).await;
            }
            source.close();
        }
        TimeoutFuture::new(PAUSE_MS).await;
    }
}

/// Passes events on until the stream breaks or falls silent.
async fn drain(
    mut told: impl Stream<Item = Option<(String, web_sys::MessageEvent)>> + Unpin,
    hear: &impl Fn(Input),
) {
    loop {
        let next = select(told.next(), TimeoutFuture::new(SILENCE_MS).fuse()).await;
        match next {
            Either::Left((Some(Some((name, event))), _)) => {
                let text = event.data().as_string().unwrap_or_default();
                if let Some(input) = input(&name, &text) {
                    hear(input);
                }
            }
            Either::Left((Some(None) | None, _)) | Either::Right(_) => return,
        }
    }
}

/// What an event means; `None` when it is not of the expected form.
fn input(name: &str, text: &str) -> Option<Input> {
    match name {
        "hello" => from_json(text).map(Input::Hello),
        "charge" => from_json(text).map(Input::Charge),
        "beat" => from_json(text).map(Input::Beat),
        _ => None,
    }
}

fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::input;
    use crate::flow::Input;

    #[test]
    fn events_are_read_by_their_name() {
        let beat = r#"{"now_ms":5,"seq":9,"in_doubt":1,"is_provider_reachable":true}"#;
        assert!(matches!(input("beat", beat), Some(Input::Beat(beat)) if beat.seq == 9));
        assert_eq!(input("beat", "{}"), None);
        assert_eq!(input("weather", beat), None);
    }
}
