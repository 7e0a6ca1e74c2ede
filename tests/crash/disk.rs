//! A disk that fails: for one write, or for a while. New charges are refused with the cause, those
//! under way are asked about all the same, and nothing that anybody was told is lost.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Command;

use tests::api::ask;
use tests::home::Home;
use tests::judge::{self, Sale};
use tests::patience;
use wire::StateName;

use crate::open::Open;
use crate::shop::quiet;
use crate::tills::poke;
use crate::victim::complaint;

/// The system's numbers for: no space left, an error of the device, a file system for reading.
const ERRORS: [(&str, i32); 3] = [("full", 28), ("broken", 5), ("read-only", 30)];
/// Failing calls that are tried one after the other: more than an opening and its end make.
const CALLS: i32 = 48;

/// The disk that stands between the program and the real one.
struct Disk {
    _home: Home,
    control: File,
    library: PathBuf,
    path: String,
}

impl Disk {
    /// # Panics
    /// When there is no C compiler; there is one wherever Rust links a program.
    fn make() -> Self {
        let home = Home::fresh();
        let (library, path) = (home.path().join("disk.so"), home.file("control"));
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/crash/disk.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library)
            .args([source, "-ldl"])
            .output()
            .expect("a C compiler, which Rust links with");
        let said = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{said}");
        fs::write(&path, [0; 16]).expect("a file");
        let control = OpenOptions::new().read(true).write(true).open(&path);
        Self {
            _home: home,
            control: control.expect("a file"),
            library,
            path,
        }
    }

    /// A shop on this disk.
    fn open(&self) -> Open {
        Open::with(20, |launch| {
            let launch = launch.with("LD_PRELOAD", &self.library.display().to_string());
            launch.with("SCANTILL_TEST_DISK", &self.path)
        })
    }

    fn calls(&self) -> i32 {
        let mut bytes = [0; 4];
        self.control
            .read_exact_at(&mut bytes, 12)
            .expect("a number");
        i32::from_ne_bytes(bytes)
    }

    /// From now on the calls from the `first` to the `last` fail.
    fn fail(&self, first: i32, last: i32, error: i32) {
        let base = self.calls();
        let write = |number: i32, place| {
            let written = self.control.write_all_at(&number.to_ne_bytes(), place);
            written.expect("a number");
        };
        // The last first: until all is said, no call fails.
        write(0, 4);
        write(error, 8);
        write(base.saturating_add(first), 0);
        write(base.saturating_add(last), 4);
    }

    fn heal(&self) {
        self.fail(1, 0, 0);
    }
}

/// Drives to quiet and compares everything.
async fn settle(open: &Open, sales: &[Sale]) {
    let charges = quiet(&open.api).await;
    let orders = open.vault.bank.orders().await;
    let wrongs = judge::wrongs(&charges, &orders, sales, &[]);
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
    assert_eq!(complaint(open.home.path()), None);
}

#[tokio::test]
async fn any_single_write_or_sync_may_fail_and_no_payment_is_lost() {
    let disk = Disk::make();
    let open = disk.open();
    let mut sales = Vec::new();
    let mut refused = 0;
    for (number, (_, error)) in (1..=CALLS).zip(ERRORS.iter().cycle()) {
        let code = open.vault.bank.fresh_code("balance").await;
        disk.fail(number, number, *error);
        let key = format!("sale-{number}");
        let answer = open.api.post(&key, &ask(&key, 100, &code)).await;
        let charge = match answer.status {
            201 => Some(answer.charge().id),
            503 => {
                refused += 1;
                assert_eq!(answer.problem(), "record-unwritable", "{}", answer.text);
                None
            }
            status => panic!("write {number}: {status} {}", answer.text),
        };
        sales.push(Sale { name: key, charge });
    }
    disk.heal();
    assert!(refused > 0, "no failing write was noticed");
    settle(&open, &sales).await;
    let charge = open
        .api
        .open("after", 100, &open.vault.bank.fresh_code("huabei").await)
        .await;
    open.api.until(&charge.id, StateName::Paid).await;
}

#[tokio::test]
async fn while_the_disk_fails_new_charges_are_refused_and_running_ones_are_asked_about() {
    for (name, error) in ERRORS {
        let disk = Disk::make();
        let open = disk.open();
        let code = open.vault.bank.fresh_code("password").await;
        let waiting = open.api.open("waiting", 640, &code).await;
        open.api.until(&waiting.id, StateName::Waiting).await;
        disk.fail(1, i32::MAX, error);
        let code = open.vault.bank.fresh_code("balance").await;
        let answer = open.api.post("refused", &ask("refused", 100, &code)).await;
        assert_eq!(
            answer.problem(),
            "record-unwritable",
            "{name}: {}",
            answer.text
        );
        assert!(
            !answer.json()["detail"]
                .as_str()
                .unwrap_or_default()
                .is_empty()
        );
        assert_eq!(
            open.health().await,
            ("red".to_owned(), vec!["record-unwritable".to_owned()])
        );
        // The customer pays while nothing can be written down.
        open.vault.bank.confirm("password", true).await;
        patience::until("the bank has the money", async || {
            poke(&open.api).await;
            (open.vault.bank.paid_count().await == 1).then_some(())
        })
        .await;
        disk.heal();
        let paid = patience::until("the record says so", async || {
            poke(&open.api).await;
            let charge = open.api.charge(&waiting.id).await;
            charge.state.is_end().then_some(charge)
        });
        assert_eq!(paid.await.state, StateName::Paid, "{name}");
        let again = open.api.post("refused", &ask("refused", 100, &code)).await;
        assert_eq!(
            again.status, 201,
            "{name}: the same customer can pay now: {}",
            again.text
        );
        settle(&open, &[]).await;
        assert_eq!(open.health().await.0, "green", "{name}");
    }
}

#[tokio::test]
async fn a_record_that_may_not_grow_refuses_new_charges_and_keeps_what_it_has() {
    let open = Open::with(20, |launch| crate::victim::Launch {
        is_size_bound: true,
        ..launch
    });
    let first = open
        .api
        .open("first", 100, &open.vault.bank.fresh_code("balance").await)
        .await;
    open.api.until(&first.id, StateName::Paid).await;
    let bound = |size: &str| {
        let id = open.program.id().to_string();
        let set = Command::new("prlimit")
            .args(["--pid", &id, &format!("--fsize={size}:")])
            .status();
        assert!(set.expect("prlimit of util-linux").success());
    };
    bound("4096");
    let code = open.vault.bank.fresh_code("balance").await;
    let answer = open.api.post("second", &ask("second", 100, &code)).await;
    assert_eq!(answer.problem(), "record-unwritable", "{}", answer.text);
    assert_eq!(open.health().await.0, "red");
    assert_eq!(
        open.api.charge(&first.id).await.state,
        StateName::Paid,
        "it can still be read"
    );
    bound("unlimited");
    let answer = open.api.post("second", &ask("second", 100, &code)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    settle(&open, &[]).await;
}
