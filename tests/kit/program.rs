//! The real program as a child process: started, listened to, killed, started again.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long the program may take to get ready, or to say why it cannot.
const START: Duration = Duration::from_mins(1);

/// Everything that a child said so far, line by line.
#[derive(Clone, Debug, Default)]
pub struct Output {
    lines: Arc<Mutex<Vec<String>>>,
}

impl Output {
    /// Reads `from` to its end in the background, so that the child never waits for a reader.
    pub fn drain(&self, from: impl Read + Send + 'static) {
        let lines = Arc::clone(&self.lines);
        thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                lines
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(line);
            }
        });
    }

    /// What was said so far.
    pub fn text(&self) -> String {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .join("\n")
    }

    /// The first line for which `pick` gives something.
    pub fn find<T>(&self, pick: impl Fn(&str) -> Option<T>) -> Option<T> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().find_map(|line| pick(line))
    }
}

/// A program that ended instead of getting ready.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub status: ExitStatus,
    /// What it said, on both streams.
    pub said: String,
}

/// A running `scantill`.
#[derive(Debug)]
pub struct Program {
    child: Child,
    output: Output,
}

/// Where the program under test is: `SCANTILL_BIN`, or the debug build.
///
/// # Panics
/// When there is none: it must be built before.
pub fn binary() -> PathBuf {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug/scantill");
    let path = std::env::var_os("SCANTILL_BIN").map_or(built, PathBuf::from);
    assert!(
        path.exists(),
        "build the program first: {} is not there",
        path.display()
    );
    path
}

fn ready(line: &str) -> Option<()> {
    (line.trim() == "ready").then_some(())
}

/// Runs the program to its end, as a person would run `scantill verify`.
///
/// # Panics
/// When it cannot be started.
pub fn run(args: &[&str]) -> Ended {
    let out = Command::new(binary())
        .args(args)
        .output()
        .expect("the program can be started");
    let said = [out.stdout, out.stderr].concat();
    Ended {
        status: out.status,
        said: String::from_utf8_lossy(&said).into_owned(),
    }
}

impl Program {
    /// Starts the program and waits until it says `ready`.
    ///
    /// # Panics
    /// When it ends before that.
    pub fn start(args: &[String]) -> Self {
        Self::try_start(args)
            .unwrap_or_else(|ended| panic!("{args:?} ended with {}:\n{}", ended.status, ended.said))
    }

    /// Starts the program and waits until it says `ready`.
    ///
    /// # Errors
    /// [`Ended`] when it ended instead.
    ///
    /// # Panics
    /// When it neither gets ready nor ends within a minute.
    pub fn try_start(args: &[String]) -> Result<Self, Ended> {
        let mut program = Self::spawn(args);
        match program.wait_ready() {
            None => Ok(program),
            Some(status) => Err(Ended {
                status,
                said: program.output.text(),
            }),
        }
    }

    fn spawn(args: &[String]) -> Self {
        let mut command = Command::new(binary());
        command.args(args).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program can be started");
        let output = Output::default();
        output.drain(child.stdout.take().expect("stdout is a pipe"));
        output.drain(child.stderr.take().expect("stderr is a pipe"));
        Self { child, output }
    }

    /// Waits for `ready`; gives the status when the program ended instead.
    fn wait_ready(&mut self) -> Option<ExitStatus> {
        let start = Instant::now();
        while self.output.find(ready).is_none() {
            if let Some(status) = self.child.try_wait().expect("a child can be asked") {
                // The readers need a moment for what was said last.
                thread::sleep(Duration::from_millis(300));
                return Some(status);
            }
            let said = self.output.text();
            assert!(start.elapsed() < START, "not ready:\n{said}");
            thread::sleep(Duration::from_millis(20));
        }
        None
    }

    /// The address that the program printed under this name, without its path.
    ///
    /// # Panics
    /// When it printed none.
    pub fn address(&self, name: &str) -> String {
        let address = self.output.find(|line| {
            let mut words = line.split_whitespace();
            (words.next() == Some(name)).then(|| words.next().map(str::to_owned))?
        });
        let address = address.unwrap_or_else(|| panic!("no {name} in:\n{}", self.output.text()));
        let scheme = address.find("://").map_or(0, |at| at + 3);
        let end = address[scheme..]
            .find('/')
            .map_or(address.len(), |at| scheme + at);
        address[..end].to_owned()
    }

    /// All that it said.
    pub fn said(&self) -> String {
        self.output.text()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal by name, such as `STOP` and `CONT`.
    ///
    /// # Panics
    /// When it does not run any more.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(
            sent.is_ok_and(|status| status.success()),
            "the program runs"
        );
    }

    /// Ends it as a power cut would: no chance to write anything.
    pub fn kill(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Asks it to end and waits for it.
    ///
    /// # Panics
    /// When it does not end within a minute.
    pub fn stop(&mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status();
        assert!(
            asked.is_ok_and(|status| status.success()),
            "the program runs"
        );
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be asked") {
                return status;
            }
            assert!(
                start.elapsed() < START,
                "it does not stop:\n{}",
                self.output.text()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
