//! The event stream, read event by event.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::Value;

use crate::api::Api;

/// How long to wait for one event; there is a sign of life every two seconds.
const SILENCE: Duration = Duration::from_secs(30);

/// One server-sent event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// `hello`, `charge` or `beat`.
    pub name: String,
    /// The event's id, empty when it has none.
    pub id: String,
    /// The data line.
    pub text: String,
}

impl News {
    /// The data as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }
}

/// An open event stream.
pub struct Stream {
    parts: BoxStream<'static, Vec<u8>>,
    rest: String,
}

impl Stream {
    /// Opens the stream.
    ///
    /// # Panics
    /// When the backend does not give one.
    pub async fn open(api: &Api) -> Self {
        let client = reqwest::Client::new();
        let answer = client.get(api.url("/api/v1/events")).send().await;
        let answer = answer.expect("the backend answers");
        assert_eq!(answer.status().as_u16(), 200);
        let kind = answer.headers()["content-type"]
            .to_str()
            .unwrap_or_default();
        assert!(kind.starts_with("text/event-stream"), "{kind}");
        let parts = answer
            .bytes_stream()
            .map(|part| part.map(|part| part.to_vec()));
        let parts = parts.map(Result::unwrap_or_default).boxed();
        Self {
            parts,
            rest: String::new(),
        }
    }

    /// The next event.
    ///
    /// # Panics
    /// When nothing comes for half a minute.
    pub async fn next(&mut self) -> News {
        loop {
            while let Some(end) = self.rest.find("\n\n") {
                let block: String = self.rest.drain(..end + 2).collect();
                let news = read(&block);
                if !news.name.is_empty() {
                    return news;
                }
            }
            let part = tokio::time::timeout(SILENCE, self.parts.next()).await;
            let part = part
                .expect("the stream is not silent")
                .expect("the stream goes on");
            self.rest.push_str(&String::from_utf8_lossy(&part));
        }
    }

    /// The next event of that name.
    pub async fn next_named(&mut self, name: &str) -> News {
        loop {
            let news = self.next().await;
            if news.name == name {
                return news;
            }
        }
    }
}

fn read(block: &str) -> News {
    let mut news = News::default();
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut news.name),
            "id" => value.clone_into(&mut news.id),
            "data" => news.text.push_str(value),
            _ => {}
        }
    }
    news
}
