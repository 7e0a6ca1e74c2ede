//! What a request's body, address and headers tell, each refusal with its kind.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use futures::StreamExt as _;
use money::ChargeId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wire::ProblemKind;

use crate::problem::Trouble;
use crate::quota::BODY_BYTES_MAX;

/// A body of JSON in the form of `T`.
pub struct Told<T>(pub T);

/// A body that says nothing: empty, or `{}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Told<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Trouble> {
        let (parts, body) = request.into_parts();
        require_json(&parts.headers)?;
        let bytes = read_whole(&parts.headers, body).await?;
        parse(&bytes).map(Self)
    }
}

/// A body that must be JSON but need not say anything.
pub struct ToldNothing;

impl<S: Send + Sync> FromRequest<S> for ToldNothing {
    type Rejection = Trouble;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Trouble> {
        let (parts, body) = request.into_parts();
        require_json(&parts.headers)?;
        let bytes = read_whole(&parts.headers, body).await?;
        if !bytes.trim_ascii().is_empty() {
            let Nothing {} = parse(&bytes)?;
        }
        Ok(Self)
    }
}

/// A form on a foreign page cannot send this type without asking first, and asking is refused.
fn require_json(headers: &HeaderMap) -> Result<(), Trouble> {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media = value
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    if media.trim().eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(Trouble::of(ProblemKind::MediaType))
    }
}

async fn read_whole(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Trouble> {
    let told = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    if told.is_some_and(|length: usize| length > BODY_BYTES_MAX) {
        return Err(Trouble::of(ProblemKind::BodyTooLarge));
    }
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Trouble::of(ProblemKind::BodyInvalid))?;
        if bytes.len() + chunk.len() > BODY_BYTES_MAX {
            return Err(Trouble::of(ProblemKind::BodyTooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Trouble> {
    serde_json::from_slice(bytes).map_err(|error| trouble_of(&error.to_string()))
}

/// Serde names fields only in its sentence. The sentence itself may quote a value, perhaps the
/// payment code, so nothing of it goes further than a field's name.
pub fn trouble_of(sentence: &str) -> Trouble {
    let named = |lead: &str| {
        let rest = sentence.split_once(lead)?.1;
        let name = rest.split('`').next()?;
        Some(name.chars().take(64).collect::<String>())
    };
    if let Some(name) = named("unknown field `") {
        Trouble::of(ProblemKind::FieldUnknown).with_field(name)
    } else if let Some(name) = named("missing field `") {
        Trouble::of(ProblemKind::BodyInvalid).with_field(name)
    } else {
        Trouble::of(ProblemKind::BodyInvalid)
    }
}

/// A header as text.
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get(name)
        .map(HeaderValue::to_str)
        .and_then(Result::ok)
}

/// The charge that an address names. A text that is no id names no charge.
///
/// # Errors
/// [`ProblemKind::ChargeAbsent`].
pub fn charge_id(text: &str) -> Result<ChargeId, Trouble> {
    ChargeId::parse(text).map_err(|_| Trouble::of(ProblemKind::ChargeAbsent))
}
