//! Files: known by their hash, pressed where the browser takes it, and a word where there are none.

use super::{Stand, asking};

#[tokio::test]
async fn every_screens_address_is_the_one_page() {
    let stand = Stand::open();
    for path in [
        "/",
        "/kiosk",
        "/settings",
        "/records",
        "/records/01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "/index.html",
    ] {
        let heard = stand.get(path).await;
        assert_eq!(heard.status, 200, "{path}");
        assert_eq!(heard.body, b"<!doctype html>", "{path}");
        assert_eq!(heard.header("content-type"), "text/html; charset=utf-8");
    }
}

#[tokio::test]
async fn a_file_that_the_browser_knows_is_not_sent_again() {
    let stand = Stand::open();
    let first = stand.get("/till.js").await;
    let etag = first.header("etag").to_owned();
    assert_eq!(
        (etag.len(), first.header("cache-control")),
        (34, "no-cache")
    );
    for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}")] {
        let request = asking("GET", "/till.js", &[("if-none-match", &known)], "");
        let heard = stand.send(request).await;
        assert_eq!(
            (heard.status.as_u16(), heard.body.len()),
            (304, 0),
            "{known}"
        );
        assert_eq!(heard.header("etag"), etag);
    }
    let request = asking("GET", "/till.js", &[("if-none-match", "\"other\"")], "");
    assert_eq!(stand.send(request).await.status, 200);
}

#[tokio::test]
async fn a_pressed_file_is_sent_where_the_browser_takes_it() {
    let stand = Stand::open();
    let table = [
        ("", false),
        ("gzip, br", true),
        ("gzip, deflate", false),
        ("gzip, deflate, BR;q=0.8", true),
        ("br;q=0", false),
        ("brotli", false),
    ];
    let plain = stand.get("/till.js").await;
    for (accepted, is_pressed) in table {
        let request = asking("GET", "/till.js", &[("accept-encoding", accepted)], "");
        let heard = stand.send(request).await;
        let body: &[u8] = if is_pressed {
            b"pressed"
        } else {
            b"plain script"
        };
        assert_eq!(heard.body, body, "{accepted}");
        assert_eq!(
            heard.header("content-encoding"),
            if is_pressed { "br" } else { "" }
        );
        assert_eq!(heard.header("vary"), "accept-encoding");
        assert_eq!(
            heard.header("etag") == plain.header("etag"),
            !is_pressed,
            "{accepted}"
        );
    }
    let request = asking("GET", "/eye_bg.wasm", &[("accept-encoding", "br")], "");
    let heard = stand.send(request).await;
    assert_eq!(heard.header("content-type"), "application/wasm");
    assert_eq!(heard.header("content-encoding"), "");
}

#[tokio::test]
async fn a_binary_without_pages_says_which_command_builds_them() {
    let stand = Stand::with_pages(&[]);
    let heard = stand.get("/").await;
    assert_eq!(heard.status, 503);
    assert!(String::from_utf8_lossy(&heard.body).contains("cargo xtask run"));
    assert_eq!(heard.header("content-type"), "text/html; charset=utf-8");
}
