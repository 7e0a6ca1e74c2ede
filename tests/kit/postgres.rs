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

/// Ports are looked for from here on.
const FIRST_PORT: u16 = 16_000;

/// Among so many.
const SPREAD: u32 = 16_000;

/// Makes the cluster, runs it, says what became of it, and stops it when the input ends. PostgreSQL
/// refuses to run as root: then it runs as the user that its package made. Arguments: its programs,
/// the folder, the port, and for a standby the port that it copies. A server that was killed left
/// a piece of shared memory behind, which its notes name.
const GUARD: &str = r#"
trap '' INT TERM HUP
as=
if [ "$(id -u)" = 0 ]; then
    as="setpriv --reuid=postgres --regid=postgres --clear-groups"
    chown postgres: "$2"
fi
cd "$2" || exit 1
if [ ! -d data ] && [ -n "$4" ]; then
    $as "$1/pg_basebackup" -h 127.0.0.1 -p "$4" -U till -D "$2/data" -R -X stream -c fast \
        --no-sync >init.log 2>&1 || { cat init.log >&2; exit 1; }
elif [ ! -d data ]; then
    $as "$1/initdb" -D "$2/data" -U till --auth-local=trust --auth-host=trust --no-sync \
        --encoding=UTF8 --locale=C.UTF-8 >init.log 2>&1 || { cat init.log >&2; exit 1; }
fi
set -- "$1" "$2" "-c listen_addresses=127.0.0.1 -c port=$3 -c unix_socket_directories=$2 \
    -c max_connections=200 -c shared_buffers=32MB -c dynamic_shared_memory_type=mmap"
if $as "$1/pg_ctl" -D "$2/data" -l "$2/log" -w -t 60 -o "$3" start >start.log 2>&1; then
    echo started
    while read -r word && [ "$word" = promote ]; do
        $as "$1/pg_ctl" -D "$2/data" -w -t 60 promote >promote.log 2>&1
        echo promoted
    done
else
    echo refused
    word=keep
fi
if [ "$word" = killed ]; then
    $as ipcrm -m "$(sed -n '7s/.* //p' data/postmaster.pid)" >stop.log 2>&1
else
    $as "$1/pg_ctl" -D "$2/data" -m immediate -w stop >stop.log 2>&1
fi
cd / && [ "$word" = keep ] || rm -rf "$2"
"#;

/// A running PostgreSQL, at first with nothing in it.
#[derive(Debug)]
pub struct Cluster {
    guard: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
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
        Self::start_at(free_port, None)
    }

    /// Starts a copy of this one that follows it and takes no writes until it is promoted, at a
    /// port of its own or at this one.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_standby(&self, port: Option<u16>) -> Self {
        Self::start_at(|| port.unwrap_or_else(free_port), Some(self.port))
    }

    fn start_at(port: impl Fn() -> u16, source: Option<u16>) -> Self {
        let programs = programs();
        let programs = programs.expect("PostgreSQL is installed: `apt-get install postgresql`");
        let folder = folder();
        for _ in 0..TRIES {
            let port = port();
            if let Some((guard, input, output)) = run(&programs, &folder, port, source) {
                return Self {
                    guard,
                    input: Some(input),
                    output,
                    folder,
                    port,
                };
            }
        }
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        panic!("PostgreSQL does not start in {}:\n{log}", folder.display());
    }

    /// Where it listens.
    pub const fn port(&self) -> u16 {
        self.port
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

    /// Has it speak TLS from now on, with this certificate and key in PEM.
    ///
    /// # Panics
    /// When it does not.
    pub fn speak_tls(&self, certificate: &str, key: &str) {
        for (text, file) in [(certificate, "server.crt"), (key, "server.key")] {
            // By its own hand, because it reads no key that belongs to another.
            self.ask(
                "postgres",
                &format!(
                    "COPY (SELECT regexp_split_to_table('{text}', '\r?\n')) \
                     TO PROGRAM 'umask 077; cat > {file}'"
                ),
            );
        }
        self.ask("postgres", "ALTER SYSTEM SET ssl = on");
        self.ask("postgres", "SELECT pg_reload_conf()");
        // The reload is heard a moment later, by connections that are made then.
        for _ in 0..600 {
            if self.ask("postgres", "SHOW ssl") == "on" {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("it does not speak TLS");
    }

    /// Stops it as a power cut would, and starts it again on the same port and data.
    ///
    /// # Panics
    /// When it does not come back.
    pub fn restart(&mut self) {
        self.stop();
        let programs = programs().expect("PostgreSQL is installed");
        let run = run(&programs, &self.folder, self.port, None);
        let (guard, input, output) = run.expect("PostgreSQL starts again");
        self.guard = guard;
        self.input = Some(input);
        self.output = output;
    }

    /// Stops it as a power cut would.
    pub fn stop(&mut self) {
        self.leave("keep");
    }

    /// Makes a standby take writes, and follow nobody any more.
    ///
    /// # Panics
    /// When it does not.
    pub fn promote(&mut self) {
        let input = self.input.as_mut().expect("it runs");
        input.write_all(b"promote\n").expect("its guard lives");
        let mut line = String::new();
        let read = self.output.read_line(&mut line);
        let log = fs::read_to_string(self.folder.join("promote.log")).unwrap_or_default();
        assert!(read.is_ok() && line.trim() == "promoted", "{line}\n{log}");
    }

    /// Ends its first process at once, and all others of it as well unless they are to notice by
    /// themselves. Whatever it had in memory is gone. It does not come back.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill(&mut self, are_all: bool) {
        let first = self.first_process();
        let mut doomed = vec![first];
        if are_all {
            // Held, so that it makes no further ones meanwhile.
            signal("STOP", &[first]);
            doomed.extend(children(first));
        }
        signal("KILL", &doomed);
        self.leave("killed");
    }

    /// Stops all of it in its tracks, as a machine that is frozen: connections stay, nobody
    /// answers. Gives what [`signal`] is to wake.
    ///
    /// # Panics
    /// When it does not run.
    #[must_use]
    pub fn freeze(&self) -> Vec<u32> {
        let first = self.first_process();
        signal("STOP", &[first]);
        let mut frozen = children(first);
        frozen.push(first);
        signal("STOP", &frozen);
        frozen
    }

    /// The number of the process that started all others of it.
    fn first_process(&self) -> u32 {
        let notes = fs::read_to_string(self.folder.join("data/postmaster.pid"));
        let notes = notes.expect("a server that runs has its notes");
        let first = notes
            .lines()
            .next()
            .and_then(|line| line.trim().parse().ok());
        first.expect("they begin with its process")
    }

    fn leave(&mut self, word: &str) {
        if let Some(mut input) = self.input.take() {
            // It may have ended by itself.
            drop(input.write_all(format!("{word}\n").as_bytes()));
        }
        drop(self.guard.wait());
    }
}

/// Sends a signal to processes of a cluster; those that have ended do not hear it.
pub fn signal(name: &str, processes: &[u32]) {
    let processes = processes.iter().map(u32::to_string);
    drop(
        Command::new("kill")
            .args(["-s", name])
            .args(processes)
            .status(),
    );
}

/// The processes that this one started.
fn children(parent: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers
        .filter(|id| parent_of(*id) == Some(parent))
        .collect()
}

fn parent_of(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // Behind the name, which may hold anything: state, then parent.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
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

/// A port that nothing listens on, below those that the system gives to whoever connects: a server
/// that is gone must find it free when it comes back.
fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let begin = std::process::id().wrapping_mul(97) % SPREAD;
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        assert!(number < SPREAD, "no port is free");
        let port = u32::from(FIRST_PORT) + begin.wrapping_add(number) % SPREAD;
        let port = u16::try_from(port).expect("a port");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Starts the guard; `None` when PostgreSQL did not start, for which the port may be to blame.
fn run(
    programs: &Path,
    folder: &Path,
    port: u16,
    source: Option<u16>,
) -> Option<(Child, ChildStdin, BufReader<ChildStdout>)> {
    let (mut guard, input, output) = spawn(programs, folder, port, source);
    let mut line = String::new();
    let mut output = BufReader::new(output);
    let read = output.read_line(&mut line);
    if read.is_ok() && line.trim() == "started" {
        return Some((guard, input, output));
    }
    drop(input);
    drop(guard.wait());
    None
}

fn spawn(
    programs: &Path,
    folder: &Path,
    port: u16,
    source: Option<u16>,
) -> (Child, ChildStdin, ChildStdout) {
    let mut command = Command::new("sh");
    command.args(["-c", GUARD, "guard"]);
    command.arg(programs).arg(folder).arg(port.to_string());
    command.args(source.map(|port| port.to_string()));
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut guard = command.spawn().expect("a shell can be started");
    let input = guard.stdin.take().expect("stdin is a pipe");
    let output = guard.stdout.take().expect("stdout is a pipe");
    (guard, input, output)
}
