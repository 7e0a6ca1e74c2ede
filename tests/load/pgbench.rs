//! What this machine's PostgreSQL can do at most, by its own measuring program, in the same server
//! and the same run.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tests::postgres::{self, Cluster};

use crate::tenths;

/// For how long each is tried, in seconds.
const TRY: u32 = 4;
/// Connections at once.
const CLIENTS: [u32; 3] = [1, 8, 32];
/// One transaction of one small row: what a commit costs that carries no law.
const INSERT: &str = "\\set number random(1, 1000000)\n\
    INSERT INTO plain (charge, body) VALUES ('01KAP3C5R00000000000000000', 'sale=' || :number);\n";

/// What `pgbench` found.
pub(crate) struct Limit {
    /// Durable inserts a second with the most connections.
    pub(crate) inserts: f64,
    /// Everything, for print.
    pub(crate) told: Value,
}

/// Measures in a database of its own. `folder` takes the script.
pub(crate) fn measure(cluster: &Cluster, folder: &Path) -> Limit {
    let address = cluster.database();
    let name = address.rsplit('/').next().expect("a name").to_owned();
    let table = "CREATE TABLE plain (seq bigserial PRIMARY KEY, charge text, body text)";
    cluster.ask(&name, table);
    let script = folder.join("insert.sql");
    std::fs::write(&script, INSERT).expect("a file in the shop's folder");
    let script = script.display().to_string();
    let inserts = CLIENTS.map(|clients| (clients, run(&address, clients, &["-f", &script])));
    run_once(&address, &["-i", "-q", "-s", "10"]);
    let whole = run(&address, 8, &["-b", "tpcb-like"]);
    let told: serde_json::Map<String, Value> = inserts
        .iter()
        .map(|(clients, rate)| {
            (
                format!("inserts_by_{clients}_clients"),
                tenths(*rate).into(),
            )
        })
        .collect();
    Limit {
        inserts: inserts[2].1,
        told: json!({
            "transactions_per_s": told,
            "tpcb_like_by_8_clients_per_s": tenths(whole),
            "synchronous_commit": cluster.ask(&name, "SHOW synchronous_commit"),
        }),
    }
}

/// Transactions a second.
fn run(address: &str, clients: u32, more: &[&str]) -> f64 {
    let (clients, seconds) = (clients.to_string(), TRY.to_string());
    let usual = [
        "-n", "-M", "prepared", "-j", "2", "-c", &clients, "-T", &seconds,
    ];
    let said = run_once(address, &[&usual, more].concat());
    let line = said.lines().find_map(|line| line.strip_prefix("tps = "));
    let rate = line.and_then(|line| line.split_whitespace().next());
    rate.and_then(|rate| rate.parse().ok())
        .unwrap_or_else(|| panic!("pgbench tells no rate:\n{said}"))
}

fn run_once(address: &str, more: &[&str]) -> String {
    let programs = postgres::programs().expect("PostgreSQL is installed");
    let mut command = Command::new(programs.join("pgbench"));
    let out = command.args(more).arg(address).output();
    let out = out.expect("pgbench comes with PostgreSQL");
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success(), "{said}");
    String::from_utf8_lossy(&out.stdout).into_owned()
}
