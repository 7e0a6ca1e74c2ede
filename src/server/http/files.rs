//! The pages: every file is inside the binary, and known by its hash.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use wire::ProblemKind;

use crate::app::App;
use crate::http::told::header;
use crate::problem::{Spoken, Trouble, lang_of};

/// A file inside the binary: its address without the first `/`, its bytes, and the same pressed
/// by Brotli where that is smaller.
pub type Page = (&'static str, &'static [u8], Option<&'static [u8]>);

/// The file behind every screen's address.
const INDEX: &str = "index.html";

/// All files by address.
pub struct Files {
    files: BTreeMap<&'static str, File>,
}

struct File {
    media: &'static str,
    plain: Body,
    pressed: Option<Body>,
}

struct Body {
    bytes: &'static [u8],
    etag: HeaderValue,
}

impl Files {
    /// Over the files of a binary.
    pub fn new(pages: &[Page]) -> Self {
        let file = |(place, plain, pressed): &Page| {
            let place = place.trim_start_matches('/');
            let pressed = pressed.map(Body::new);
            (
                place,
                File {
                    media: media_of(place),
                    plain: Body::new(plain),
                    pressed,
                },
            )
        };
        Self {
            files: pages.iter().map(file).collect(),
        }
    }
}

impl Body {
    fn new(bytes: &'static [u8]) -> Self {
        let hash = digest(&SHA256, bytes);
        let head = hash
            .as_ref()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"));
        let etag = format!("\"{}\"", head.collect::<String>());
        let etag = HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("\"\""));
        Self { bytes, etag }
    }
}

/// The page of every screen; the page itself reads the address.
pub(crate) async fn index(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if app.files.files.is_empty() {
        return unbuilt(&headers);
    }
    answer(&app.files, INDEX, &headers)
}

/// One file.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(place): Path<String>,
    headers: HeaderMap,
) -> Response {
    answer(&app.files, &place, &headers)
}

fn answer(files: &Files, place: &str, asked: &HeaderMap) -> Response {
    let Some(file) = files.files.get(place) else {
        return Trouble::of(ProblemKind::NotFound).into_response();
    };
    let pressed = file.pressed.as_ref().filter(|_| takes_brotli(asked));
    let body = pressed.unwrap_or(&file.plain);
    let is_known = header(asked, IF_NONE_MATCH.as_str()).is_some_and(|known| {
        known
            .split(',')
            .any(|one| one.trim().trim_start_matches("W/") == body.etag)
    });
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let media = [(CONTENT_TYPE, HeaderValue::from_static(file.media))];
        (media, body.bytes).into_response()
    };
    let headers = response.headers_mut();
    if pressed.is_some() && !is_known {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    headers.insert(ETAG, body.etag.clone());
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = header(headers, ACCEPT_ENCODING.as_str()).unwrap_or_default();
    accepted.split(',').any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        let weight = weight.trim().trim_start_matches("q=");
        let is_refused = matches!(weight, "0" | "0.0" | "0.00" | "0.000");
        name.trim().eq_ignore_ascii_case("br") && !is_refused
    })
}

fn media_of(place: &str) -> &'static str {
    match place.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// A binary that was built without its pages says how to get them.
fn unbuilt(headers: &HeaderMap) -> Response {
    let lang = lang_of(headers);
    let text = say::cli::Cli::of(lang).pages_absent;
    let tag = lang.tag();
    let page = format!(
        "<!doctype html><html lang=\"{tag}\"><meta charset=\"utf-8\"><title>Scantill</title>\
         <h1>Scantill</h1><p>{text}</p></html>"
    );
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, Html(page)).into_response();
    response.extensions_mut().insert(Spoken);
    response
}
