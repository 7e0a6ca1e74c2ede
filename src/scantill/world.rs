//! The operating system's clock, randomness, environment and signals; nothing else reads them.

use std::env;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use money::{Stamp, World};
use say::Lang;
use tracing_subscriber::EnvFilter;

use crate::fault::Fault;

/// This machine.
pub(crate) struct Machine {
    /// From here ticks are counted.
    begun_ms: i64,
}

impl Machine {
    /// The machine, once it has shown that it gives randomness.
    ///
    /// # Errors
    /// [`Fault::Chance`].
    pub(crate) fn checked() -> Result<Self, Fault> {
        chance::<16>().map(|_| Self {
            begun_ms: since_boot_ms(),
        })
    }
}

impl World for Machine {
    fn now(&self) -> Stamp {
        let now = SystemTime::now();
        let ms = match now.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            // A clock before 1970 is wrong anyway; the provider's date will say so.
            Err(_) => 0,
        };
        #[cfg(feature = "failpoints")]
        let ms = crate::clock::wall_ms(ms);
        Stamp::from_ms(ms)
    }

    fn ticks_ms(&self) -> i64 {
        let ms = since_boot_ms().saturating_sub(self.begun_ms);
        #[cfg(feature = "failpoints")]
        let ms = crate::clock::ticks_ms(ms);
        ms
    }

    fn entropy(&self) -> [u8; 16] {
        chance().expect("invariant: a system that gave randomness at the start goes on giving it")
    }
}

/// A clock that nobody sets. It goes on while the machine sleeps: the claims of a server that slept
/// are over, and so is the life of a payment code. The standard library's stands still meanwhile.
#[cfg(target_os = "linux")]
fn since_boot_ms() -> i64 {
    use rustix::time::{ClockId, clock_gettime};
    let since = clock_gettime(ClockId::Boottime);
    let ms = since.tv_nsec / 1_000_000;
    since.tv_sec.saturating_mul(1_000).saturating_add(ms)
}

/// Where no such clock is known, the standard library's.
#[cfg(not(target_os = "linux"))]
fn since_boot_ms() -> i64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    i64::try_from(BEGUN.elapsed().as_millis()).unwrap_or(i64::MAX)
}

/// Bytes that nobody can predict.
///
/// # Errors
/// [`Fault::Chance`] when the system has none.
pub(crate) fn chance<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Fault::Chance(error.to_string()))?;
    Ok(bytes)
}

/// A variable of the environment; an empty one counts as absent.
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The language of the terminal, in the order that POSIX gives the variables.
pub(crate) fn lang() -> Lang {
    let wanted = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(variable);
    Lang::prefer(&wanted.unwrap_or_default())
}

/// Sends the program's log to stderr. A filter that makes no sense is the usual one.
///
/// A line that cannot be written is lost and harms nothing: complaining about it to the same stderr
/// would panic in the middle of a payment.
pub(crate) fn speak_logs(filter: Option<&str>, is_json: bool) {
    let usual = "info,hyper=warn,reqwest=warn";
    let filter = filter.and_then(|filter| EnvFilter::try_new(filter).ok());
    let filter = filter.unwrap_or_else(|| EnvFilter::new(usual));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .log_internal_errors(false)
        .with_writer(io::stderr);
    if is_json {
        logs.json().init();
    } else {
        logs.with_ansi(false).init();
    }
}

/// Ends when a person or the system asks the program to end.
pub(crate) async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut ended) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = ended.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
