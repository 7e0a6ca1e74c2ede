//! A primary, a standby that has every commit before it is confirmed, and ways to lose the primary.

use std::thread;
use std::time::{Duration, Instant};

use tests::patience;
use tests::postgres::{Cluster, signal};

/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(50);
/// How long a link is held before the primary dies: many commits come to wait for it.
const HELD: Duration = Duration::from_millis(300);

/// How a primary is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Death {
    /// All its processes at once, as with its machine.
    Whole,
    /// The first process; the others notice.
    FirstProcess,
    /// As a whole, after its link to the standby was held: what waits to be committed is on the
    /// dead disk only, and must be written again.
    Unsent,
    /// As a whole, after the standby had commits that nobody was told of: they must not be written
    /// again.
    Unheard,
}

impl Death {
    /// Each of them.
    pub(crate) const ALL: [Self; 4] =
        [Self::Unsent, Self::Unheard, Self::Whole, Self::FirstProcess];
}

/// Two servers of one database, of which one takes writes.
pub(crate) struct Pair {
    /// None while it is dead and nobody has taken its place.
    primary: Option<Cluster>,
    /// None from its promotion to the next [`Pair::mend`].
    standby: Option<Cluster>,
    name: String,
    ports: [u16; 2],
}

impl Pair {
    /// Starts both, with an empty database.
    pub(crate) fn start() -> Self {
        let primary = Cluster::start();
        let database = primary.database();
        let (_, name) = database.rsplit_once('/').expect("an address with a name");
        let standby = primary.start_standby(None);
        wait_for_standby(&primary);
        Self {
            name: name.to_owned(),
            ports: [primary.port(), standby.port()],
            primary: Some(primary),
            standby: Some(standby),
        }
    }

    /// The address with both servers, the same whichever of them is the primary.
    pub(crate) fn address(&self) -> String {
        let [one, two] = self.ports;
        format!(
            "postgres://till@127.0.0.1:{one},127.0.0.1:{two}/{}",
            self.name
        )
    }

    /// Loses the primary, and says when.
    ///
    /// # Panics
    /// When it is lost already.
    pub(crate) fn kill(&mut self, death: Death) -> Instant {
        let mut primary = self.primary.take().expect("there is a primary");
        match death {
            Death::Whole | Death::FirstProcess => {}
            Death::Unsent => {
                signal("STOP", &senders(&primary));
                thread::sleep(HELD);
            }
            Death::Unheard => {
                let (senders, backends) = (senders(&primary), backends(&primary));
                signal("STOP", &senders);
                thread::sleep(HELD);
                signal("STOP", &backends);
                signal("CONT", &senders);
                thread::sleep(HELD);
            }
        }
        let at = Instant::now();
        primary.kill(death != Death::FirstProcess);
        at
    }

    /// Holds the link to the standby: from now on the primary has commits that it cannot confirm.
    ///
    /// # Panics
    /// When there is no primary.
    pub(crate) fn hold(&self) {
        let primary = self.primary.as_ref().expect("there is a primary");
        signal("STOP", &senders(primary));
    }

    /// Ends the connection that waits for the standby, as a restart of the primary does. What it
    /// was to commit stands from then on, on the primary alone. False while nothing waits.
    ///
    /// # Panics
    /// When there is no primary.
    pub(crate) fn cut_waiting(&self) -> bool {
        let primary = self.primary.as_ref().expect("there is a primary");
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
            WHERE wait_event = 'SyncRep'";
        !primary.ask("postgres", sql).is_empty()
    }

    /// Makes the standby the primary.
    ///
    /// # Panics
    /// When there is none.
    pub(crate) fn promote(&mut self) {
        let mut standby = self.standby.take().expect("there is a standby");
        standby.promote();
        self.primary = Some(standby);
    }

    /// Puts a fresh standby where the dead primary was.
    ///
    /// # Panics
    /// When there is no primary to copy.
    pub(crate) fn mend(&mut self) {
        let primary = self.primary.as_ref().expect("there is a primary");
        let [one, two] = self.ports;
        let port = if primary.port() == one { two } else { one };
        self.standby = Some(primary.start_standby(Some(port)));
        wait_for_standby(primary);
    }
}

/// From now on a commit is confirmed when the standby has it.
///
/// # Panics
/// When no standby follows.
pub(crate) fn wait_for_standby(primary: &Cluster) {
    let demand = "ALTER SYSTEM SET synchronous_standby_names = '*'";
    primary.ask("postgres", demand);
    primary.ask("postgres", "SELECT pg_reload_conf()");
    let begun = Instant::now();
    let sql = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
    while primary.ask("postgres", sql) != "1" {
        assert!(begun.elapsed() < patience::LONG, "no standby follows");
        thread::sleep(LOOK);
    }
}

/// The processes that send the log to the standby.
pub(crate) fn senders(primary: &Cluster) -> Vec<u32> {
    processes(primary, "SELECT pid FROM pg_stat_replication")
}

/// The processes that serve our program.
fn backends(primary: &Cluster) -> Vec<u32> {
    let sql = "SELECT pid FROM pg_stat_activity WHERE application_name = 'scantill'";
    processes(primary, sql)
}

fn processes(primary: &Cluster, sql: &str) -> Vec<u32> {
    let listed = primary.ask("postgres", sql);
    let found: Vec<u32> = listed
        .lines()
        .filter_map(|line| line.parse().ok())
        .collect();
    assert!(!found.is_empty(), "nothing found by {sql}");
    found
}
