//! Headers that keep a page honest, on every answer, also of files and of refusals.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use wire::ProblemKind;

use crate::problem::Trouble;

/// What a page of ours may load and do. A Worker lives under the policy of its own file, so it
/// stands on every file.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; connect-src 'self'; img-src 'self'; media-src 'self' blob:; \
    worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default";

/// The headers of every answer.
pub const EVERYWHERE: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(), geolocation=()",
    ),
];

/// What the browser says about where a request comes from.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Sets the headers of every answer, and forbids keeping what the interface says.
pub async fn guard(request: Request, next: Next) -> Response {
    let is_live = is_live(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in EVERYWHERE {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_live {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// True for addresses whose answer is the present state, not a file.
fn is_live(path: &str) -> bool {
    path.starts_with("/api/")
        || path.starts_with("/notify/")
        || path == "/healthz"
        || path == "/readyz"
}

/// Lets only our own pages (and programs that are no browser) change anything.
pub async fn refuse_foreign(request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_safe && is_foreign(request.headers()) {
        return Trouble::of(ProblemKind::ForeignOrigin).into_response();
    }
    next.run(request).await
}

/// True when the request was made by another site's page.
fn is_foreign(headers: &HeaderMap) -> bool {
    let site = headers.get(FETCH_SITE).map(HeaderValue::as_bytes);
    if !matches!(site, None | Some(b"same-origin" | b"none")) {
        return true;
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return false;
    };
    let origin = origin.to_str().unwrap_or_default();
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let ours = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    host.is_empty() || !ours.is_some_and(|ours| ours.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::is_foreign;

    fn check(pairs: &[(&'static str, &'static str)], expect: bool) {
        let headers: HeaderMap = pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        assert_eq!(is_foreign(&headers), expect, "{pairs:?}");
    }

    #[test]
    fn only_our_own_pages_and_plain_programs_may_change_anything() {
        check(&[], false);
        check(&[("host", "till.local:8080")], false);
        check(
            &[("host", "till.local"), ("origin", "https://till.local")],
            false,
        );
        check(
            &[("host", "till.local"), ("sec-fetch-site", "same-origin")],
            false,
        );
        check(&[("host", "till.local"), ("sec-fetch-site", "none")], false);
        check(
            &[("host", "till.local"), ("sec-fetch-site", "cross-site")],
            true,
        );
        check(
            &[("host", "till.local"), ("sec-fetch-site", "same-site")],
            true,
        );
        check(
            &[("host", "till.local"), ("origin", "https://evil.example")],
            true,
        );
        check(
            &[("host", "till.local"), ("origin", "http://till.local:81")],
            true,
        );
        check(&[("host", "till.local"), ("origin", "null")], true);
        check(&[("origin", "https://till.local")], true);
    }
}
