//! Foreign clients as merchants of our sandbox.

use tests::home::Home;

use crate::foreign::{Tongue, checks, command, paper};
use crate::world::Counter;

async fn merchant(tongue: Tongue, script: &str, mode: &str, least: usize) {
    let counter = Counter::open().await;
    let home = Home::fresh();
    let mut client = command(tongue, script);
    client.args([&paper(&home, &counter.base, &counter.account), mode]);
    checks(client, least).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_client_pays_asks_and_gives_back_by_key() {
    merchant(Tongue::Node, "merchant.mjs", "key", 37).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_client_pays_asks_and_gives_back_by_certificate() {
    merchant(Tongue::Node, "merchant.mjs", "cert", 37).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_sends_all_in_the_query_is_understood() {
    merchant(Tongue::Python, "merchant.py", "key", 18).await;
}
