//! What the backend hands out besides charges: pages, headers, its own description, its health.

use serde_json::Value;
use tests::shop::Shop;

/// The policy of every page: nothing but our own files, and no text that becomes markup.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; connect-src 'self'; img-src 'self'; media-src 'self' blob:; \
    worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default";

#[tokio::test]
async fn every_answer_carries_the_policy() {
    let shop = Shop::open();
    let routes = [
        "/",
        "/kiosk",
        "/records",
        "/records/01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "/boot.js",
        "/eye-boot.js",
        "/api/v1/charges",
        "/api/v1/charges/nonsense",
        "/api/v1/keys/none",
        "/api/openapi.json",
        "/healthz",
        "/readyz",
        "/nothing/here",
    ];
    for route in routes {
        let answer = shop.api.get(route).await;
        assert_eq!(answer.header("content-security-policy"), POLICY, "{route}");
        assert_eq!(
            answer.header("x-content-type-options"),
            "nosniff",
            "{route}"
        );
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{route}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{route}"
        );
        assert!(
            answer
                .header("permissions-policy")
                .contains("camera=(self)"),
            "{route}"
        );
        assert!(!answer.header("content-type").is_empty(), "{route}");
    }
    shop.close();
}

#[tokio::test]
async fn the_pages_of_the_till_are_one_page_without_inline_code() {
    let shop = Shop::open();
    let page = shop.api.get("/").await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    for twin in ["/kiosk", "/records", "/records/01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        assert_eq!(shop.api.get(twin).await.text, page.text, "{twin}");
    }
    assert!(!page.text.contains("style="), "no inline style");
    for script in page.text.split("<script").skip(1) {
        assert!(
            script.contains("src=") && script.contains("></script>"),
            "<script{script}"
        );
    }
    shop.close();
}

#[tokio::test]
async fn it_says_that_it_lives_and_is_ready() {
    let shop = Shop::open();
    assert_eq!(shop.api.get("/healthz").await.status, 200);
    assert_eq!(shop.api.get("/readyz").await.status, 200);
    shop.close();
}

#[tokio::test]
async fn the_interface_describes_itself() {
    let shop = Shop::open();
    let about = shop.api.get("/api/openapi.json").await.json();
    assert!(
        about["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1."))
    );
    assert!(about["info"]["title"].is_string() && about["info"]["version"].is_string());
    for (path, method) in [
        ("/api/v1/charges", "post"),
        ("/api/v1/charges", "get"),
        ("/api/v1/charges/{id}", "get"),
        ("/api/v1/charges/{id}/cancel", "post"),
        ("/api/v1/keys/{key}", "get"),
        ("/api/v1/events", "get"),
        ("/healthz", "get"),
        ("/readyz", "get"),
    ] {
        let operation = &about["paths"][path][method];
        let answers = operation["responses"].as_object();
        assert!(
            answers.is_some_and(|answers| !answers.is_empty()),
            "{method} {path}"
        );
        let parameters = operation["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let names: Vec<_> = parameters
            .iter()
            .filter_map(|one| one["name"].as_str())
            .collect();
        for name in path
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
        {
            assert!(names.contains(&name), "{method} {path} describes {name}");
        }
    }
    let mut references = Vec::new();
    collect(&about, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let place = reference
            .strip_prefix('#')
            .and_then(|place| about.pointer(place));
        assert!(place.is_some(), "{reference} leads nowhere");
    }
    shop.close();
}

/// All references in a document, without recursion.
fn collect(root: &Value, references: &mut Vec<String>) {
    let mut open = vec![root];
    while let Some(value) = open.pop() {
        if let Some(reference) = value["$ref"].as_str() {
            references.push(reference.to_owned());
        }
        if let Some(fields) = value.as_object() {
            open.extend(fields.values());
        }
        open.extend(value.as_array().into_iter().flatten());
    }
}
