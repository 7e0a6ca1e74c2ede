//! The till's screen in the words of a cashier.

use std::cell::Cell;
use std::time::Duration;

use crate::browser::Browser;
use crate::patience;

/// The till in a browser.
pub struct Screen {
    /// The browser it is in.
    pub browser: Browser,
    /// How many of the noted states were already asked about.
    heard: Cell<u64>,
}

impl Screen {
    /// A browser's screen.
    pub const fn of(browser: Browser) -> Self {
        Self {
            browser,
            heard: Cell::new(0),
        }
    }

    /// Loads a page and waits until it is alive.
    pub async fn open(&self, address: &str) {
        self.browser.open(address).await;
        self.heard.set(0);
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.browser.reload().await;
        self.heard.set(0);
    }

    /// Types an amount or a sum on the keypad, e.g. `12.5+8×2`.
    pub async fn amount(&self, text: &str) {
        for letter in text.chars() {
            self.browser.press(&key(letter)).await;
        }
    }

    /// The button that charges.
    pub async fn charge(&self) {
        self.browser.press("charge").await;
    }

    /// Types the code instead of scanning it.
    ///
    /// # Panics
    /// When the field does not take it.
    pub async fn type_code(&self, code: &str) {
        self.browser.press("type-code").await;
        let field = self.browser.element("code-input").await;
        field.send_keys(code).await.expect("the field takes keys");
        self.browser.press("code-submit").await;
    }

    /// The screen's state now.
    pub async fn state(&self) -> String {
        self.browser
            .attribute("screen", "data-state")
            .await
            .unwrap_or_default()
    }

    /// Waits until the screen has been in this state since the last wait. It may have left it
    /// again meanwhile: the paid screen passes by itself.
    pub async fn until(&self, state: &str) {
        self.until_within(patience::LONG, state).await;
    }

    /// As [`Screen::until`], for at most `limit`.
    pub async fn until_within(&self, limit: Duration, state: &str) {
        let what = format!("the screen is {state}");
        let place = patience::until_within(limit, &what, async || {
            let script = format!(
                "const from = {}; const at = (window.__watch?.seen ?? []).findIndex(
                   (one, place) => place >= from && one.state === '{state}');
                 return at",
                self.heard.get()
            );
            self.browser.script(&script).await.as_u64()
        });
        self.heard.set(place.await + 1);
    }

    /// Waits until the debug overlay has a figure, and gives it: `rung`, `fps`, `size`.
    pub async fn figure(&self, name: &str) -> String {
        let attribute = format!("data-{name}");
        patience::until(&format!("the overlay's {name}"), async || {
            let figure = self.browser.attribute("debug", &attribute).await;
            figure.filter(|figure| figure != "-" && !figure.is_empty())
        })
        .await
    }

    /// All states since the page was loaded.
    pub async fn states(&self) -> Vec<String> {
        let seen = self
            .browser
            .script("return window.__watch.seen.map((one) => one.state)")
            .await;
        let seen = seen.as_array().cloned().unwrap_or_default();
        seen.iter()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect()
    }
}

fn key(letter: char) -> String {
    match letter {
        '+' => "key-plus".to_owned(),
        '×' => "key-times".to_owned(),
        '.' => "key-dot".to_owned(),
        digit => format!("key-{digit}"),
    }
}
