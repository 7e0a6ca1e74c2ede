//! A disk that fails: for one write, or for a while. New charges are refused with the cause, those
//! under way are asked about all the same, and nothing that anybody was told is lost.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Command;

use tests::api::{Api, ask};
use tests::home::Home;
use tests::judge::{self, Sale};
use tests::patience;
use wire::StateName;

use crate::open::Open;
use crate::shop::quiet;
use crate::tills::poke;
use crate::victim::{Launch, Victim, complaint};

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
        fs::write(&path, [0; 20]).expect("a file");
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
        Open::with(20, |launch| self.given_to(launch))
    }

    fn given_to(&self, launch: Launch) -> Launch {
        let launch = launch.with("LD_PRELOAD", &self.library.display().to_string());
        launch.with("SCANTILL_TEST_DISK", &self.path)
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

    /// From now on all is written, and nothing is made durable.
    fn fail_syncs(&self) {
        self.say_syncs_alone(1);
        self.fail(1, i32::MAX, ERRORS[1].1);
    }

    fn heal(&self) {
        self.fail(1, 0, 0);
        self.say_syncs_alone(0);
    }

    fn say_syncs_alone(&self, number: i32) {
        let written = self.control.write_all_at(&number.to_ne_bytes(), 16);
        written.expect("a number");
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
async fn any_single_write_or_sync_may_fail_in_each_way_and_no_payment_is_lost() {
    let disk = Disk::make();
    let open = disk.open();
    let mut sales = Vec::new();
    let mut refused = 0;
    let each = (1..=CALLS).flat_map(|number| ERRORS.map(|(name, error)| (number, name, error)));
    for (number, name, error) in each {
        let code = open.vault.bank.fresh_code("balance").await;
        disk.fail(number, number, error);
        let key = format!("sale-{number}-{name}");
        let answer = open.api.post(&key, &ask(&key, 100, &code)).await;
        let charge = match answer.status {
            201 => Some(answer.charge().id),
            503 => {
                refused += 1;
                // A sync that fails leaves open whether the intent stands, and on a machine that
                // stands still for a moment the program takes no request from before.
                let is_known = ["record-unwritable", "record-unreadable", "not-ready"];
                assert!(is_known.contains(&&*answer.problem()), "{}", answer.text);
                None
            }
            status => panic!("write {number} {name}: {status} {}", answer.text),
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

/// A shop on a disk, with what is needed to start it again.
fn open_again(disk: &Disk) -> (Open, Launch) {
    let mut kept = None;
    let open = Open::with(20, |launch| {
        let launch = disk.given_to(launch);
        kept = Some(launch.clone());
        launch
    });
    (open, kept.expect("it was launched"))
}

/// A power cut, and a start on a disk that works.
fn restart(open: &mut Open, launch: &Launch, disk: &Disk) {
    open.program.kill();
    disk.heal();
    open.program = Victim::start(launch);
    let till = open.program.address("till");
    open.api = Api::at(&till.unwrap_or_else(|| panic!("{}", open.program.said())));
}

/// A charge whose intent is written and not made durable: nobody is told that it is not written,
/// and nothing of it leaves.
async fn doubted(open: &Open, disk: &Disk, sale: &str) -> String {
    let paid = open.vault.bank.paid_count().await;
    let code = open.vault.bank.fresh_code("balance").await;
    disk.fail_syncs();
    let answer = open.api.post(sale, &ask(sale, 100, &code)).await;
    let told = (answer.status, answer.problem());
    assert_eq!(
        told,
        (503, "record-unreadable".to_owned()),
        "{}",
        answer.text
    );
    assert_eq!(open.health().await.0, "red");
    assert_eq!(open.vault.bank.paid_count().await, paid);
    code
}

#[tokio::test]
async fn an_intent_whose_sync_fails_may_stand_after_a_power_cut_and_is_then_brought_to_its_end() {
    let disk = Disk::make();
    let (mut open, launch) = open_again(&disk);
    let code = doubted(&open, &disk, "doubted").await;
    restart(&mut open, &launch, &disk);
    let charges = quiet(&open.api).await;
    let found = charges.iter().find(|charge| charge.sale == "doubted");
    let found = found.expect("all of it was written");
    assert_eq!(found.state, StateName::Reversed, "its code is gone");
    let again = open.api.post("doubted", &ask("doubted", 100, &code)).await;
    assert_eq!(again.charge().id, found.id, "its key is bound to it");
    assert_eq!(open.vault.bank.paid_count().await, 0);
    settle(&open, &[]).await;
}

#[tokio::test]
async fn an_intent_whose_sync_fails_is_gone_for_good_once_its_key_was_told_absent() {
    let disk = Disk::make();
    let (mut open, launch) = open_again(&disk);
    doubted(&open, &disk, "doubted").await;
    let unknown = open.api.get("/api/v1/keys/doubted").await;
    assert_eq!(unknown.status, 503, "{}", unknown.text);
    disk.heal();
    let absent = open.api.get("/api/v1/keys/doubted").await;
    assert_eq!(absent.status, 404, "{}", absent.text);
    restart(&mut open, &launch, &disk);
    assert!(quiet(&open.api).await.is_empty());
    settle(&open, &[]).await;
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
