//! Backup and restore of a record in a database by the real program: while it sells, into another
//! database and into a file, and with everything that can be wrong.

use std::fs;
use std::process::Command;

use tests::home::Home;
use tests::judge;
use tests::program;
use tests::shop::{Apart, Shop};
use tokio::task::block_in_place;

use crate::cluster;
use crate::freeze::sell;

const WORDS: &str = "correct horse battery staple";

/// Runs the program to its end with a passphrase; whether it did what was asked, and what it said.
fn run(args: &[&str], home: &Home) -> (bool, String) {
    let out = Command::new(program::binary())
        .args(args)
        .args(["--home", &home.path().display().to_string()])
        .env("SCANTILL_BACKUP_PASSPHRASE", WORDS)
        .env("LC_ALL", "en")
        .output()
        .expect("the program can be started");
    let said = [out.stdout, out.stderr].concat();
    (
        out.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[track_caller]
fn done(args: &[&str], home: &Home) -> String {
    let (is_done, said) = run(args, home);
    assert!(is_done, "{args:?}: {said}");
    said
}

#[track_caller]
fn refused(args: &[&str], home: &Home, cause: &str) {
    let (is_done, said) = run(args, home);
    assert!(
        !is_done && said.contains(cause) && !said.contains("panicked"),
        "{args:?} does not say {cause:?}: {said}"
    );
}

/// Every row of the record's tables, as text.
fn rows(database: &str) -> Vec<String> {
    let name = database.rsplit('/').next().expect("a name");
    let tables = ["head", "event", "key", "closed", "tie", "tail"];
    let ask = |table| cluster().ask(name, &format!("SELECT * FROM {table} ORDER BY 1"));
    tables.into_iter().map(ask).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_while_servers_sell_comes_back_into_a_database_and_into_a_file() {
    let (database, target) = (cluster().database(), cluster().database());
    let apart = Apart::open();
    let (one, two) = (
        Shop::open_on(&database, &apart),
        Shop::open_on(&database, &apart),
    );
    let (folder, home) = (Home::fresh(), Home::fresh());
    let (first, last) = (folder.file("first"), folder.file("last"));
    let (file, place) = (first.clone(), database.clone());
    let backup = tokio::task::spawn_blocking(move || {
        done(&["backup", &file, "--database", &place], &Home::fresh())
    });
    for number in 0..6 {
        sell(&one, &format!("one-{number}")).await;
        sell(&two, &format!("two-{number}")).await;
    }
    backup.await.expect("it is taken while both sell");
    let absent = one.api.get("/api/v1/keys/closed").await;
    assert_eq!(absent.problem(), "charge-absent");
    let charges = judge::charges(&one.api).await;
    block_in_place(|| {
        let said = done(&["backup", &last, "--database", &database], &home);
        assert!(said.contains("12 charges"), "{said}");
        let left = fs::read_dir(home.path()).expect("the home").count();
        assert_eq!(left, 0, "no plain copy is left");
        done(&["restore", &last, "--database", &target], &home);
        assert_eq!(rows(&target), rows(&database), "row by row");
        refused(
            &["restore", &last, "--database", &target],
            &home,
            "a book in",
        );
        // What one kind was made of, the other is made of again.
        for file in [&first, &last] {
            done(&["restore", file], &Home::fresh());
        }
        let back = Home::fresh();
        done(&["restore", &last], &back);
        let (of_file, again) = (folder.file("of-file"), cluster().database());
        done(&["backup", &of_file], &back);
        done(&["restore", &of_file, "--database", &again], &home);
        // On the way the file was untied from the master key of the home that it left.
        assert_eq!(rows(&again)[..4], rows(&database)[..4]);
    });
    let restored = Shop::open_on(&target, &apart);
    assert_eq!(judge::charges(&restored.api).await, charges);
    let closed = restored.api.get("/api/v1/keys/closed").await;
    assert_eq!(closed.problem(), "charge-absent");
    sell(&restored, "after").await;
    let codes = one.bank.codes();
    assert!(
        folder.files_with(&codes).is_empty(),
        "a code is in a backup"
    );
    for shop in [restored, one, two] {
        shop.close();
    }
}

#[test]
fn what_is_wrong_with_a_backup_leaves_the_database_without_a_record() {
    let (source, target) = (cluster().database(), cluster().database());
    let (folder, home) = (Home::fresh(), Home::fresh());
    let file = folder.file("monday");
    refused(
        &["backup", &file, "--database", &source],
        &home,
        "no book in",
    );
    let address = store::postgres::Address::parse(&source).expect("an address");
    drop(store::PostgresBook::open(&address, "one").expect("a fresh record"));
    done(&["backup", &file, "--database", &source], &home);
    let sound = fs::read(&file).expect("the backup");
    let mut bytes = sound.clone();
    bytes[sound.len() / 2] ^= 1;
    let (changed, cut) = (folder.file("changed"), folder.file("cut"));
    fs::write(&changed, &bytes).expect("a file");
    fs::write(&cut, &sound[..sound.len() - 1]).expect("a file");
    for (file, cause) in [(&changed, "changed or damaged"), (&cut, "cut off")] {
        refused(&["restore", file, "--database", &target], &home, cause);
        let name = target.rsplit('/').next().expect("a name");
        let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
        assert_eq!(
            cluster().ask(name, tables),
            "0",
            "{cause}: something is left"
        );
    }
    refused(
        &["backup", &file, "--database", &source],
        &home,
        "exists already",
    );
    let unheard = cluster().address("nowhere");
    refused(
        &["restore", &file, "--database", &unheard],
        &home,
        "createdb",
    );
    done(&["restore", &file, "--database", &target], &home);
    let left = fs::read_dir(home.path()).expect("the home").count();
    assert_eq!(left, 0, "no plain copy is left");
}
