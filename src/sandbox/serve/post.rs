//! Carries letters to the merchant: those that are due by themselves, others when asked to.

use std::time::Duration;

use axum::http::header;
use reqwest::redirect::Policy;

use super::Sandbox;
use crate::notice::{Choice, Post, Spoil, TAKEN};

/// How often the outbox is looked into.
const BEAT: Duration = Duration::from_millis(200);
/// A merchant that says nothing for so long has not taken the letter.
const PATIENCE: Duration = Duration::from_secs(10);
/// Letters of an answer that are remembered.
const SAID_MAX: usize = 120;

/// What became of one post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Posted {
    /// The letter's number.
    pub(crate) id: String,
    /// Whether the merchant answered as it must.
    pub(crate) is_taken: bool,
    /// What the merchant said.
    pub(crate) said: String,
}

/// How letters are sent that somebody asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Way<'a> {
    /// Spoiled like this.
    pub(crate) spoil: Option<Spoil>,
    /// To this address, whatever the merchant asked for.
    pub(crate) elsewhere: Option<&'a str>,
}

impl Sandbox {
    /// Sends what is due, again and again.
    pub(super) async fn carry_letters(&self) {
        loop {
            self.send_letters(&Choice::Due, &Way::default()).await;
            tokio::time::sleep(BEAT).await;
        }
    }

    /// Sends some letters now, one after the other.
    pub(crate) async fn send_letters(&self, choice: &Choice, way: &Way<'_>) -> Vec<Posted> {
        let now = self.now();
        let posts = self.with_stage(|stage| {
            stage.bank.expire(now);
            stage.write_letters(now);
            stage.outbox.take(&self.0.keys, choice, way.spoil, now)
        });
        let mut done = Vec::new();
        for post in posts {
            let url = way.elsewhere.unwrap_or(post.url.as_str());
            let (is_taken, said) = match deliver(url, &post).await {
                Ok((is_taken, said)) => (is_taken, said),
                Err(fault) => (false, fault.to_string()),
            };
            let heard = self.now();
            self.with_stage(|stage| stage.outbox.heard(&post.id, is_taken, &said, heard));
            tracing::debug!(id = post.id, is_taken, said, "a notice was sent");
            done.push(Posted {
                id: post.id,
                is_taken,
                said,
            });
        }
        done
    }
}

/// Posts one letter. Taken is exactly `success` with status 200; a redirect is not followed.
async fn deliver(url: &str, post: &Post) -> Result<(bool, String), reqwest::Error> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(PATIENCE)
        .build()?;
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    let sent = client
        .post(url)
        .header(header::CONTENT_TYPE, form)
        .body(post.body.clone())
        .send();
    let answer = sent.await?;
    let status = answer.status();
    let body = answer.bytes().await?;
    let text: String = String::from_utf8_lossy(&body)
        .chars()
        .take(SAID_MAX)
        .collect();
    let is_taken = status.as_u16() == 200 && body.as_ref() == TAKEN;
    Ok((is_taken, format!("{} {text}", status.as_u16())))
}
