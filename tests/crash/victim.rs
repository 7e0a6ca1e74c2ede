//! The program that is going to be killed: started with places to die at, watched, ended.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tests::program::{Output, binary};

/// How long a start may take on a machine that is busy.
const START: Duration = Duration::from_mins(1);
/// Pause between two looks at a process.
const LOOK: Duration = Duration::from_millis(5);
/// The signal that `abort` raises in the process itself.
const ABORTED: i32 = 6;

/// How a program is started.
#[derive(Clone, Debug, Default)]
pub(crate) struct Launch {
    /// Everything after `scantill`.
    pub(crate) args: Vec<String>,
    /// Variables beside those of the tests.
    pub(crate) variables: Vec<(String, String)>,
    /// True when a write beyond the allowed size of a file is an error rather than the end.
    pub(crate) is_size_bound: bool,
}

impl Launch {
    /// With these words.
    pub(crate) fn of(args: &[&str]) -> Self {
        Self {
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            ..Self::default()
        }
    }

    /// And this variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn command(&self) -> Command {
        let mut command = if self.is_size_bound {
            let mut shell = Command::new("sh");
            shell
                .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
                .arg(deadly());
            shell
        } else {
            Command::new(deadly())
        };
        command.args(&self.args).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env_remove("FAILPOINTS").env("SCANTILL_LOG", "warn");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// The program with the named places inside: `SCANTILL_CRASH_BIN`, or the one under test.
pub(crate) fn deadly() -> PathBuf {
    std::env::var_os("SCANTILL_CRASH_BIN").map_or_else(binary, PathBuf::from)
}

/// A process that runs, or has ended without our asking.
#[derive(Debug)]
pub(crate) struct Victim {
    child: Child,
    output: Output,
}

impl Victim {
    /// Starts it and waits until it is ready, or has ended.
    ///
    /// # Panics
    /// When it is neither within a minute.
    pub(crate) fn start(launch: &Launch) -> Self {
        let mut child = launch
            .command()
            .spawn()
            .expect("the program can be started");
        let output = Output::default();
        output.drain(child.stdout.take().expect("stdout is a pipe"));
        output.drain(child.stderr.take().expect("stderr is a pipe"));
        let mut victim = Self { child, output };
        let start = Instant::now();
        while !victim.is_ready() && victim.ended().is_none() {
            assert!(start.elapsed() < START, "not ready:\n{}", victim.said());
            thread::sleep(LOOK);
        }
        victim
    }

    fn is_ready(&self) -> bool {
        self.output
            .find(|line| (line.trim() == "ready").then_some(()))
            .is_some()
    }

    /// How it ended, when it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be asked")
    }

    /// Waits for its end, for at most so long.
    pub(crate) async fn end_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        while start.elapsed() < limit {
            if let Some(status) = self.ended() {
                return Some(status);
            }
            tokio::time::sleep(LOOK).await;
        }
        None
    }

    /// The address that it printed under this name, without the path; none before it is ready.
    pub(crate) fn address(&self, name: &str) -> Option<String> {
        let address = self.output.find(|line| {
            let mut words = line.split_whitespace();
            (words.next() == Some(name)).then(|| words.next().map(str::to_owned))?
        })?;
        let rest = address.strip_prefix("http://")?;
        let host = rest.split('/').next().unwrap_or_default();
        Some(format!("http://{host}"))
    }

    /// All that it said.
    pub(crate) fn said(&self) -> String {
        self.output.text()
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Asks it to end.
    pub(crate) fn ask_to_end(&self) {
        signal("-TERM", self.id());
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Sends a signal to a process that this suite started.
pub(crate) fn signal(name: &str, id: u32) {
    // Whoever has ended meanwhile does not hear it.
    drop(Command::new("kill").args([name, &id.to_string()]).status());
}

/// True when a process ended at one of its named places.
pub(crate) fn died_at_place(status: ExitStatus) -> bool {
    status.signal() == Some(ABORTED)
}

/// Runs `scantill verify` over a home and gives its complaint, when it has one.
///
/// # Panics
/// When it cannot be started.
pub(crate) fn complaint(home: &Path) -> Option<String> {
    let place = home.display().to_string();
    let checked = Command::new(deadly())
        .args(["verify", "--home", &place])
        .env_remove("FAILPOINTS")
        .output()
        .expect("the program can be started");
    let said = [checked.stdout, checked.stderr].concat();
    (!checked.status.success()).then(|| String::from_utf8_lossy(&said).into_owned())
}
