//! A shop with a browser in it, and what must be true after every play.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};

use futures::FutureExt;
use tokio::sync::Mutex;

use crate::browser::{Browser, Setting};
use crate::screen::Screen;
use crate::shop::Shop;

/// One browser at a time: two would starve each other's cameras on a small machine.
static TURN: Mutex<()> = Mutex::const_new(());

/// A shop, and a cashier's screen.
pub struct Stage {
    /// The shop.
    pub shop: Shop,
    /// The screen.
    pub screen: Screen,
    forgiven: Vec<&'static str>,
}

impl Stage {
    /// Errors in the console with these words are part of what is played.
    pub fn forgive(&mut self, words: &'static str) {
        self.forgiven.push(words);
    }

    /// Opens the till.
    pub async fn open_till(&self) {
        self.screen.open(&format!("{}/", self.shop.till())).await;
        self.screen.until("ready").await;
    }

    async fn judge(&self) {
        let faults = self.screen.browser.faults().await;
        let is_forgiven = |fault: &String| self.forgiven.iter().any(|words| fault.contains(words));
        let faults: Vec<_> = faults
            .into_iter()
            .filter(|fault| !is_forgiven(fault))
            .collect();
        assert!(faults.is_empty(), "the browser complains: {faults:#?}");
        let kept = self.screen.browser.kept().await;
        let codes = self.shop.bank.codes();
        assert!(
            !codes.iter().any(|code| kept.contains(code.as_str())),
            "a code is kept: {kept}"
        );
    }
}

/// Plays a test on a fresh shop and a fresh browser. Afterwards: no error in the console, no
/// violation of the policy, no payment code in the browser's storage, on disk or in a log, and a
/// sound record. A failure leaves a picture in `target/shots/failed`.
///
/// # Panics
/// When the play fails, or one of this is not so.
pub async fn play(name: &str, setting: Setting, play: impl AsyncFnOnce(&mut Stage)) {
    play_with(&[], name, setting, play).await;
}

/// As [`play`], in a shop with further options of `scantill serve`.
///
/// # Panics
/// As [`play`].
pub async fn play_with(
    options: &[&str],
    name: &str,
    setting: Setting,
    play: impl AsyncFnOnce(&mut Stage),
) {
    let turn = TURN.lock().await;
    let shop = Shop::open_with(options);
    let screen = Screen::of(Browser::start(&setting).await);
    let mut stage = Stage {
        shop,
        screen,
        forgiven: Vec::new(),
    };
    let played = async {
        play(&mut stage).await;
        stage.judge().await;
    };
    let played = AssertUnwindSafe(played).catch_unwind().await;
    if played.is_err() {
        leave_traces(&stage, name).await;
    }
    let Stage { shop, screen, .. } = stage;
    screen.browser.quit().await;
    match played {
        Ok(()) => shop.close(),
        Err(cause) => resume_unwind(cause),
    }
    drop(turn);
}

/// Where pictures go.
pub fn shots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/shots")
}

async fn leave_traces(stage: &Stage, name: &str) {
    let folder = shots().join("failed");
    let browser = &stage.screen.browser;
    // The cause of the failure must reach the reader, whatever state the browser is in.
    let path = folder.join(format!("{name}.png"));
    drop(
        AssertUnwindSafe(browser.picture(&path))
            .catch_unwind()
            .await,
    );
    let states = AssertUnwindSafe(stage.screen.states())
        .catch_unwind()
        .await
        .unwrap_or_default();
    let faults = AssertUnwindSafe(browser.faults())
        .catch_unwind()
        .await
        .unwrap_or_default();
    let orders = AssertUnwindSafe(stage.shop.bank.orders())
        .catch_unwind()
        .await;
    let orders = orders.unwrap_or_default();
    let said = stage.shop.program().said();
    let text = format!("states {states:?}\nfaults {faults:#?}\norders {orders:#?}\n{said}\n");
    drop(std::fs::write(folder.join(format!("{name}.txt")), text));
}
