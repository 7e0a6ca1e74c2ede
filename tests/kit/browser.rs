//! Chromium by `WebDriver`, headless, with a camera that plays a film.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::{By, ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel};
use thirtyfour::{WebDriver, WebElement};

use crate::camera::Film;
use crate::home::Home;
use crate::patience;
use crate::program::Output;

/// What keeps the browser quiet, and what lets it run as root without a screen.
const QUIET: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,800",
    "--use-fake-device-for-media-stream",
];

/// A customer does not hold the phone up within the moment in which the amount is keyed in: the
/// till would ask whether the amount is whole.
const HOLDING_UP: Duration = Duration::from_secs(1);

/// Runs before the page's first line, in every page: notes each state of the screen (a state may
/// pass faster than a test looks), each violation of the security policy, and each task that held
/// the page for more than 50 ms.
const WATCH: &str = include_str!("watch.js");

/// Whether the person lets the page see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Yes.
    Granted,
    /// No.
    Denied,
}

/// What a browser is started with.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The browser's language, e.g. `zh-CN`.
    pub lang: &'static str,
    /// Whether the camera may be used.
    pub camera: Permission,
    /// What the camera sees first.
    pub film: Film,
}

impl Setting {
    /// A Chinese browser whose camera looks at a wall.
    pub fn usual() -> Self {
        Self {
            lang: "zh-CN",
            camera: Permission::Granted,
            film: Film::of_nothing(),
        }
    }

    /// The same with another film.
    #[must_use]
    pub fn seeing(self, film: Film) -> Self {
        Self { film, ..self }
    }
}

/// A browser with its camera.
pub struct Browser {
    driver: WebDriver,
    // Dropped after the session: ends whatever the session left.
    _chromedriver: Chromedriver,
    film: PathBuf,
    _home: Home,
}

/// The driver's process.
struct Chromedriver {
    child: Child,
    port: u16,
}

impl Chromedriver {
    async fn start() -> Self {
        let mut command = Command::new("chromedriver");
        command
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("chromedriver is installed");
        let output = Output::default();
        output.drain(child.stdout.take().expect("stdout is a pipe"));
        output.drain(child.stderr.take().expect("stderr is a pipe"));
        let mut started = Self { child, port: 0 };
        started.port =
            patience::until("chromedriver has a port", async || output.find(port_of)).await;
        started
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn port_of(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("started successfully on port ")?;
    rest.trim_end_matches('.').parse().ok()
}

impl Browser {
    /// Starts a browser.
    ///
    /// # Panics
    /// When Chromium or its driver does not start.
    pub async fn start(setting: &Setting) -> Self {
        let home = Home::fresh();
        let film = home.path().join("camera");
        let film = film.with_extension(setting.film.ending());
        setting.film.write(&film);
        let chromedriver = Chromedriver::start().await;
        let address = format!("http://127.0.0.1:{}", chromedriver.port);
        let wanted = wanted(setting, &film);
        let driver = WebDriver::new(&address, wanted)
            .await
            .expect("Chromium starts");
        let browser = Self {
            driver,
            _chromedriver: chromedriver,
            film,
            _home: home,
        };
        browser.prepare(WATCH).await;
        browser
    }

    /// Puts a script before the first line of every page that is loaded from now on.
    pub async fn prepare(&self, source: &str) {
        let params = json!({ "source": source });
        self.cdp("Page.addScriptToEvaluateOnNewDocument", params)
            .await;
    }

    /// Loads a page.
    ///
    /// # Panics
    /// When there is none.
    pub async fn open(&self, address: &str) {
        self.driver
            .goto(address)
            .await
            .unwrap_or_else(|fault| panic!("{address}: {fault}"));
    }

    /// Loads the page again.
    ///
    /// # Panics
    /// When there is none.
    pub async fn reload(&self) {
        self.driver
            .refresh()
            .await
            .expect("the page can be loaded again");
    }

    /// Lays another film into the camera, for the next page that opens it.
    ///
    /// # Panics
    /// When it is of another kind than the browser was started with.
    pub fn lay(&self, film: &Film) {
        let ending = self.film.extension().unwrap_or_default();
        assert_eq!(ending, film.ending(), "the camera plays one kind of film");
        film.write(&self.film);
    }

    /// Shows another film from now on: the camera is unplugged and plugged in again, and the page
    /// must find that out by itself.
    pub async fn show(&self, film: &Film) {
        patience::let_pass(HOLDING_UP).await;
        self.lay(film);
        self.script(
            "const video = document.querySelector('video');
             for (const track of video?.srcObject?.getTracks() ?? []) {
               track.stop();
               track.dispatchEvent(new Event('ended'));
             }",
        )
        .await;
    }

    /// Makes the page's browser look for what nobody holds any more.
    pub async fn collect_garbage(&self) {
        self.cdp("HeapProfiler.collectGarbage", json!({})).await;
    }

    /// Runs a script in the page and gives what it returns.
    ///
    /// # Panics
    /// When it fails.
    pub async fn script(&self, script: &str) -> Value {
        let done = self.driver.execute(script, Vec::new()).await;
        done.unwrap_or_else(|fault| panic!("{script}: {fault}"))
            .json()
            .clone()
    }

    /// Sends a command of the browser's own protocol.
    ///
    /// # Panics
    /// When the browser refuses it.
    pub async fn cdp(&self, method: &str, params: Value) -> Value {
        let done = self.driver.cdp().send_raw(method, params).await;
        done.unwrap_or_else(|fault| panic!("{method}: {fault}"))
    }

    /// The element with this `data-test`, waited for until it can be seen.
    pub async fn element(&self, test: &str) -> WebElement {
        patience::until(&format!("`{test}` can be seen"), async || {
            let found = self.driver.find(By::Css(selector(test))).await.ok()?;
            found
                .is_displayed()
                .await
                .unwrap_or_default()
                .then_some(found)
        })
        .await
    }

    /// Presses the element with this `data-test`, waited for until it can be pressed.
    pub async fn press(&self, test: &str) {
        self.press_css(&selector(test)).await;
    }

    /// Presses the first element of a CSS selector, waited for until it can be pressed.
    pub async fn press_css(&self, css: &str) {
        patience::until(&format!("`{css}` can be pressed"), async || {
            let found = self.driver.find(By::Css(css)).await.ok()?;
            // It may be replaced or covered between finding and pressing: look again.
            found.click().await.ok()
        })
        .await;
    }

    /// Presses keys with nothing in focus but what the page itself put there.
    ///
    /// # Panics
    /// When the browser does not take them.
    pub async fn keys(&self, keys: &str) {
        let chain = self.driver.action_chain().send_keys(keys);
        chain.perform().await.expect("keys can be pressed");
    }

    /// Presses an element that another one may cover.
    pub async fn press_covered(&self, test: &str) {
        self.script(&format!(
            "document.querySelector('{}')?.click()",
            selector(test)
        ))
        .await;
    }

    /// The text of the element with this `data-test`; `None` when there is none.
    pub async fn text(&self, test: &str) -> Option<String> {
        let script = format!(
            "return document.querySelector('{}')?.textContent ?? null",
            selector(test)
        );
        self.script(&script).await.as_str().map(str::to_owned)
    }

    /// An attribute of the element with this `data-test`; `None` when either is missing.
    pub async fn attribute(&self, test: &str, name: &str) -> Option<String> {
        let script = format!(
            "return document.querySelector('{}')?.getAttribute('{name}') ?? null",
            selector(test)
        );
        self.script(&script).await.as_str().map(str::to_owned)
    }

    /// How many elements have this `data-test`.
    pub async fn count(&self, test: &str) -> u64 {
        let script = format!(
            "return document.querySelectorAll('{}').length",
            selector(test)
        );
        self.script(&script).await.as_u64().unwrap_or_default()
    }

    /// Waits until the text of the element satisfies `is_wanted`.
    pub async fn until_text(&self, test: &str, is_wanted: impl Fn(&str) -> bool) -> String {
        patience::until(&format!("the text of `{test}`"), async || {
            self.text(test).await.filter(|text| is_wanted(text))
        })
        .await
    }

    /// A picture of the page as PNG.
    ///
    /// # Panics
    /// When it cannot be written.
    pub async fn picture(&self, path: &Path) {
        let folder = path.parent().expect("a picture lies in a folder");
        std::fs::create_dir_all(folder).expect("the folder can be made");
        let png = self
            .driver
            .screenshot_as_png()
            .await
            .expect("the page can be pictured");
        std::fs::write(path, png).expect("the picture can be written");
    }

    /// Errors in the console, and violations of the page's policy, since the last look.
    ///
    /// # Panics
    /// When the browser does not tell.
    pub async fn faults(&self) -> Vec<String> {
        let log = self
            .driver
            .browser_log()
            .await
            .expect("the browser tells its log");
        let errors = log.into_iter().filter(|entry| entry.level == "SEVERE");
        let mut faults: Vec<String> = errors.map(|entry| entry.message).collect();
        let violations = self.script("return window.__watch?.violations ?? []").await;
        let violations = violations.as_array().cloned().unwrap_or_default();
        faults.extend(violations.iter().map(|one| format!("policy: {one}")));
        faults
    }

    /// Everything that the page keeps in the browser, as text.
    pub async fn kept(&self) -> String {
        let kept = self
            .script(
                "return JSON.stringify([{...localStorage}, {...sessionStorage}, location.href])",
            )
            .await;
        kept.as_str().unwrap_or_default().to_owned()
    }

    /// Ends the browser.
    pub async fn quit(self) {
        let Self { driver, .. } = self;
        // Whatever is left of it ends with the driver's process.
        drop(tokio::time::timeout(Duration::from_secs(20), driver.quit()).await);
    }
}

fn selector(test: &str) -> String {
    format!("[data-test=\"{test}\"]")
}

fn wanted(setting: &Setting, film: &Path) -> ChromeCapabilities {
    let mut wanted = ChromeCapabilities::new();
    let mut args: Vec<String> = QUIET.iter().map(|arg| (*arg).to_owned()).collect();
    args.push(format!(
        "--use-file-for-fake-video-capture={}",
        film.display()
    ));
    args.push(format!("--lang={}", setting.lang));
    args.push(format!("--accept-lang={}", setting.lang));
    args.push(match setting.camera {
        Permission::Granted => "--use-fake-ui-for-media-stream".to_owned(),
        Permission::Denied => "--use-fake-ui-for-media-stream=deny".to_owned(),
    });
    for arg in &args {
        wanted.add_arg(arg).expect("an argument is a text");
    }
    let prefs = json!({ "intl.accept_languages": setting.lang });
    wanted
        .add_experimental_option("prefs", prefs)
        .expect("preferences are JSON");
    wanted
        .set_browser_log_level(LoggingPrefsLogLevel::All)
        .expect("a level is a text");
    wanted
}
