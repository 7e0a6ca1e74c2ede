//! A real PostgreSQL for tests: started by whoever needs it, on a free port of this machine, gone
//! with the process that started it, also when that one is killed.
//!
//! Its guard is a shell that waits for the end of its input, which is this process's to close; then
//! it stops the server and removes its files.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where Debian puts each version's programs.
const VERSIONS: &str = "/usr/lib/postgresql";

/// How often a start is tried: another program may take the port first.
const TRIES: u32 = 5;

/// Makes the cluster, runs it, says what became of it, and stops it when the input ends. PostgreSQL
/// refuses to run as root: then it runs as the user that its package made. Arguments: its programs,
/// the folder, the port.
const GUARD: &str = r#"
trap '' INT TERM HUP
as=
if [ "$(id -u)" = 0 ]; then
    as="setpriv --reuid=postgres --regid=postgres --clear-groups"
    chown postgres: "$2"
fi
cd "$2" || exit 1
if [ ! -d data ]; then
    $as "$1/initdb" -D "$2/data" -U till --auth-local=trust --auth-host=trust --no-sync \
        --encoding=UTF8 --locale=C.UTF-8 >init.log 2>&1 || { cat init.log >&2; exit 1; }
fi
set -- "$1" "$2" "-c listen_addresses=127.0.0.1 -c port=$3 -c unix_socket_directories=$2 \
    -c max_connections=200 -c shared_buffers=32MB"
if $as "$1/pg_ctl" -D "$2/data" -l "$2/log" -w -t 60 -o "$3" start >start.log 2>&1; then
    echo started
    read -r word
else
    echo refused
    word=keep
fi
$as "$1/pg_ctl" -D "$2/data" -m immediate -w stop >stop.log 2>&1
cd / && [ "$word" = keep ] || rm -rf "$2"
"#;

/// A running PostgreSQL with nothing in it.
#[derive(Debug)]
pub struct Cluster {
    guard: Child,
    input: Option<ChildStdin>,
    folder: PathBuf,
    port: u16,
}

/// The newest version's programs, or `None` where PostgreSQL is not installed.
pub fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir(VERSIONS).ok()?.flatten();
    let folders = versions.map(|version| version.path().join("bin"));
    let mut whole: Vec<PathBuf> = folders
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    whole.sort();
    whole.pop()
}

impl Cluster {
    /// Starts one, which takes about two seconds.
    ///
    /// # Panics
    /// When PostgreSQL is not installed, or does not start.
    pub fn start() -> Self {
        let programs = programs();
        let programs = programs.expect("PostgreSQL is installed: `apt-get install postgresql`");
        let folder = folder();
        for _ in 0..TRIES {
            let port = free_port();
            if let Some((guard, input)) = run(&programs, &folder, port) {
                return Self {
                    guard,
                    input: Some(input),
                    folder,
                    port,
                };
            }
        }
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        panic!("PostgreSQL does not start in {}:\n{log}", folder.display());
    }

    /// The address of the database of that name, whether it is there or not.
    pub fn address(&self, name: &str) -> String {
        format!("postgres://till@127.0.0.1:{}/{name}", self.port)
    }

    /// Makes an empty database that no other test has, and gives its address.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("shop_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.ask("postgres", &format!("CREATE DATABASE {name}"));
        self.address(&name)
    }

    /// Has `psql` carry out a statement in a database, and gives what it printed.
    ///
    /// # Panics
    /// When the statement is refused.
    pub fn ask(&self, name: &str, sql: &str) -> String {
        let psql = programs().expect("PostgreSQL is installed").join("psql");
        let mut command = Command::new(psql);
        command.args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]);
        let out = command.arg(self.address(name)).output();
        let out = out.expect("psql can be started");
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.success(), "{sql}: {said}");
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    }

    /// Stops it as a power cut would, and starts it again on the same port and data.
    ///
    /// # Panics
    /// When it does not come back.
    pub fn restart(&mut self) {
        self.stop();
        let programs = programs().expect("PostgreSQL is installed");
        let run = run(&programs, &self.folder, self.port);
        let (guard, input) = run.expect("PostgreSQL starts again");
        self.guard = guard;
        self.input = Some(input);
    }

    /// Stops it as a power cut would.
    pub fn stop(&mut self) {
        if let Some(mut input) = self.input.take() {
            // It may have ended by itself.
            drop(input.write_all(b"keep\n"));
        }
        drop(self.guard.wait());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.input = None;
        drop(self.guard.wait());
        // The guard of a server that was stopped before is gone, and left the files.
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// An empty folder that PostgreSQL's own user can reach.
fn folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("scantill-pg-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).expect("the temporary folder can be made");
    folder
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// Starts the guard; `None` when PostgreSQL did not start, for which the port may be to blame.
fn run(programs: &Path, folder: &Path, port: u16) -> Option<(Child, ChildStdin)> {
    let (mut guard, input, output) = spawn(programs, folder, port);
    let mut line = String::new();
    let read = BufReader::new(output).read_line(&mut line);
    if read.is_ok() && line.trim() == "started" {
        return Some((guard, input));
    }
    drop(input);
    drop(guard.wait());
    None
}

fn spawn(programs: &Path, folder: &Path, port: u16) -> (Child, ChildStdin, ChildStdout) {
    let mut command = Command::new("sh");
    command.args(["-c", GUARD, "guard"]);
    command.arg(programs).arg(folder).arg(port.to_string());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut guard = command.spawn().expect("a shell can be started");
    let input = guard.stdin.take().expect("stdin is a pipe");
    let output = guard.stdout.take().expect("stdout is a pipe");
    (guard, input, output)
}
