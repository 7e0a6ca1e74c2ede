//! What this disk and `SQLite` can do at most, measured in the same folder and the same run.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// For how long each is tried.
const TRY: Duration = Duration::from_secs(3);
/// About as long as an event's row.
const ROW: (&str, &str) = (
    "01KAP3C5R00000000000000000",
    "sale=sale-1\namount=1250\nprovider=alipay\ndevice=till-1",
);

/// Writes of one page that the disk makes durable, for each second.
pub(crate) fn fsyncs(folder: &Path) -> f64 {
    let path = folder.join("limit.bin");
    let mut file = File::create(&path).expect("a file in the shop's folder");
    let rate = per_second(1, || {
        file.write_all(&[7; 4_096]).expect("room on the disk");
        file.sync_data().expect("the disk obeys");
    });
    std::fs::remove_file(path).expect("it is ours");
    rate
}

/// Charges a second when nothing is done but two durable inserts for each, `group` of them in one
/// commit: the same two commits that a charge needs, without any law.
pub(crate) fn charges(folder: &Path, group: u32) -> f64 {
    let path = folder.join(format!("limit-{group}.db"));
    let connection = Connection::open(&path).expect("a database");
    let made = connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE event (seq INTEGER PRIMARY KEY, charge TEXT NOT NULL, body TEXT NOT NULL)",
    );
    made.expect("a table");
    let sql = "INSERT INTO event (charge, body) VALUES (?1, ?2)";
    let mut insert = connection.prepare(sql).expect("valid");
    let rate = per_second(group, || {
        for _ in 0..2 {
            connection.execute_batch("BEGIN IMMEDIATE").expect("alone");
            for _ in 0..group {
                insert.execute(ROW).expect("room on the disk");
            }
            connection.execute_batch("COMMIT").expect("the disk obeys");
        }
    });
    drop(insert);
    drop(connection);
    for end in ["db", "db-wal", "db-shm"] {
        // The last connection has taken the other two away already.
        drop(std::fs::remove_file(path.with_extension(end)));
    }
    rate
}

fn per_second(each: u32, mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut count = 0_u32;
    while start.elapsed() < TRY {
        work();
        count += each;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}
