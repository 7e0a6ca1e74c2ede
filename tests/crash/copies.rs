//! Backup, restore and export by the real program: while it sells, and with everything that can be
//! wrong with a file, a key or a disk.

use std::fs;
use std::path::Path;
use std::process::Command;

use tests::api::Api;
use tests::home::Home;
use tests::judge;

use crate::open::Open;
use crate::shop::quiet;
use crate::victim::{Victim, complaint, deadly};

const WORDS: &str = "correct horse battery staple";

/// Runs the program to its end with a passphrase; whether it did what was asked, and what it said.
fn run(args: &[&str], words: &str) -> (bool, String) {
    let out = Command::new(deadly())
        .args(args)
        .env_remove("FAILPOINTS")
        .env("SCANTILL_BACKUP_PASSPHRASE", words)
        .env("LC_ALL", "en")
        .output()
        .expect("the program can be started");
    let said = [out.stdout, out.stderr].concat();
    (
        out.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

fn done(args: &[&str]) -> String {
    let (is_done, said) = run(args, WORDS);
    assert!(is_done, "{args:?}: {said}");
    said
}

#[track_caller]
fn refused(args: &[&str], words: &str, cause: &str) {
    let (is_done, said) = run(args, words);
    assert!(
        !is_done && said.contains(cause),
        "{args:?} does not say {cause:?}: {said}"
    );
    assert!(!said.contains("panicked"), "{said}");
}

fn rows(home: &Path) -> Vec<Vec<u8>> {
    let mut rows = Vec::new();
    let hear = &mut |row: &[u8]| rows.push(row.to_vec());
    store::backup::rows(&home.join("scantill.db"), hear).expect("a record");
    rows
}

#[tokio::test]
async fn a_backup_taken_while_tills_sell_comes_back_row_by_row() {
    let open = Open::usual();
    let (home, folder) = (open.home.path().display().to_string(), Home::fresh());
    let while_selling = ["1", "2", "3"].map(|name| folder.file(name));
    let (place, files) = (home.clone(), while_selling.clone());
    open.sell(move || {
        for file in &files {
            done(&["backup", file, "--home", &place]);
        }
    })
    .await;
    let charges = quiet(&open.api).await;
    let last = folder.file("last");
    let said = done(&["backup", &last, "--home", &home]);
    assert!(
        said.contains(&format!("{} charges", charges.len())),
        "{said}"
    );
    for file in while_selling.iter().chain([&last]) {
        let back = Home::fresh();
        let place = back.path().display().to_string();
        done(&["restore", file, "--home", &place]);
        assert_eq!(complaint(back.path()), None, "{file}");
        if *file == last {
            assert_eq!(rows(back.path()), rows(open.home.path()));
            let launch = open.clock.given_to(open.vault.merchant(&back));
            let program = Victim::start(&launch);
            let till = program
                .address("till")
                .expect("it starts on what was restored");
            assert_eq!(judge::charges(&Api::at(&till)).await, charges);
        }
    }
    assert!(
        !open.home.path().join("backup.part").exists(),
        "no plain copy is left"
    );
    let codes = open.vault.bank.codes();
    assert!(
        folder.files_with(&codes).is_empty(),
        "a payment code is in a backup"
    );
}

#[tokio::test]
async fn an_export_has_every_charge_once_in_both_formats() {
    let open = Open::usual();
    let (home, folder) = (open.home.path().display().to_string(), Home::fresh());
    open.sell(|| {}).await;
    let charges = quiet(&open.api).await;
    let (csv, lines) = (folder.file("all.csv"), folder.file("all.jsonl"));
    done(&["export", &csv, "--home", &home]);
    done(&["export", &lines, "--home", &home, "--format", "jsonl"]);
    let table = fs::read_to_string(&csv).expect("a table");
    assert_eq!(table.lines().count(), charges.len() + 1);
    let lines = fs::read_to_string(&lines).expect("a table");
    assert_eq!(lines.lines().count(), charges.len());
    for line in lines.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("an object a line");
        let charge = charges
            .iter()
            .find(|charge| row["charge"] == charge.id.as_str());
        let charge = charge.expect("a charge of the record");
        assert_eq!(row["amount_fen"], charge.amount_fen);
        assert!(table.contains(&charge.order_no), "{}", charge.order_no);
    }
    let (is_done, said) = run(&["export", "--home", &home], "");
    assert!(
        is_done && said == table,
        "without a file the table goes to stdout"
    );
    refused(&["export", &csv, "--home", &home], "", "exists already");
}

/// A home with an empty but real record, and a backup of it.
fn backed_up(folder: &Home) -> (Home, String) {
    let home = Home::fresh();
    let book = store::Book::open(&home.path().join("scantill.db"));
    drop(book.expect("a fresh record"));
    let file = folder.file("monday");
    done(&[
        "backup",
        &file,
        "--home",
        &home.path().display().to_string(),
    ]);
    (home, file)
}

#[test]
fn what_is_wrong_with_a_backup_is_said_and_leaves_the_home_without_a_record() {
    let folder = Home::fresh();
    let (home, file) = backed_up(&folder);
    let (empty, own) = (Home::fresh(), home.path().display().to_string());
    let into = empty.path().display().to_string();
    let sound = fs::read(&file).expect("the backup");
    assert!(
        !sound.windows(15).any(|part| part == b"SQLite format 3"),
        "it is sealed"
    );
    let with = |name: &str, bytes: &[u8]| {
        let path = folder.file(name);
        fs::write(&path, bytes).expect("a file");
        path
    };
    let cut = with("cut", &sound[..sound.len() - 1]);
    let mut bytes = sound.clone();
    bytes[sound.len() / 2] ^= 1;
    let changed = with("changed", &bytes);
    bytes[16..18].copy_from_slice(b"09");
    let newer = with("newer", &bytes);
    let foreign = with("list", b"a shopping list");
    let missing = folder.file("missing");
    for (file, words, cause) in [
        (
            &file,
            "another passphrase",
            "does not open with this passphrase",
        ),
        (&cut, WORDS, "cut off"),
        (&changed, WORDS, "changed or damaged"),
        (&newer, WORDS, "later version"),
        (&foreign, WORDS, "not a backup"),
        (&missing, WORDS, "cannot be read"),
    ] {
        refused(&["restore", file, "--home", &into], words, cause);
        let left = fs::read_dir(empty.path()).expect("the home").count();
        assert_eq!(left, 0, "{cause}: something is left");
    }
    refused(&["restore", &file, "--home", &own], WORDS, "a book in");
    refused(&["backup", &file, "--home", &own], WORDS, "exists already");
    refused(&["backup", &missing, "--home", &own], "short", "too short");
    refused(
        &["backup", &missing, "--home", &own],
        "",
        "Nothing was given to seal with",
    );
    refused(&["backup", &missing, "--home", &into], WORDS, "no book");
    assert_eq!(
        fs::read(&file).expect("the backup"),
        sound,
        "nothing touched it"
    );
}

#[test]
fn a_key_file_seals_and_opens_and_another_text_is_no_key() {
    let folder = Home::fresh();
    let (home, _) = backed_up(&folder);
    let own = home.path().display().to_string();
    let (key, bad, file) = (
        folder.file("key"),
        folder.file("bad"),
        folder.file("tuesday"),
    );
    fs::write(&key, format!("{}\n", "0123456789abcdef".repeat(4))).expect("a key file");
    fs::write(&bad, "0123").expect("a file");
    refused(
        &["backup", &file, "--home", &own, "--key-file", &bad],
        "",
        "64 hexadecimal digits",
    );
    done(&["backup", &file, "--home", &own, "--key-file", &key]);
    let back = Home::fresh();
    let into = back.path().display().to_string();
    refused(&["restore", &file, "--home", &into], WORDS, "does not open");
    done(&["restore", &file, "--home", &into, "--key-file", &key]);
    assert_eq!(rows(back.path()), rows(home.path()));
}

#[test]
fn a_full_disk_leaves_no_part_of_a_backup_and_no_part_of_a_record() {
    let folder = Home::fresh();
    let (home, file) = backed_up(&folder);
    let bound = |args: &[&str]| {
        // 16 KiB a file: a record has more.
        let words = "ulimit -f 16; trap '' XFSZ; exec \"$0\" \"$@\"";
        let mut shell = Command::new("bash");
        shell.args(["-c", words]).arg(deadly()).args(args);
        shell
            .env("SCANTILL_BACKUP_PASSPHRASE", WORDS)
            .env("LC_ALL", "en");
        let out = shell.output().expect("a shell");
        assert!(!out.status.success(), "{args:?} did not notice");
        String::from_utf8_lossy(&out.stderr).into_owned()
    };
    let (own, empty, target) = (home.path(), Home::fresh(), folder.file("tuesday"));
    let before = fs::read_dir(own).expect("the home").count();
    let said = bound(&["backup", &target, "--home", &own.display().to_string()]);
    assert!(said.contains("disk"), "{said}");
    assert!(!Path::new(&target).exists());
    assert_eq!(
        fs::read_dir(own).expect("the home").count(),
        before,
        "no copy is left"
    );
    let into = empty.path().display().to_string();
    let said = bound(&["restore", &file, "--home", &into]);
    assert!(said.contains("is full"), "{said}");
    assert_eq!(fs::read_dir(empty.path()).expect("the home").count(), 0);
}

#[test]
fn every_option_of_a_copy_is_explained_with_its_variable() {
    for (command, words) in [
        (
            "backup",
            [
                "FILE",
                "--home",
                "SCANTILL_BACKUP_KEY_FILE",
                "SCANTILL_BACKUP_PASSPHRASE",
            ],
        ),
        (
            "restore",
            [
                "FILE",
                "--home",
                "--key-file",
                "SCANTILL_BACKUP_PASSPHRASE_FILE",
            ],
        ),
        (
            "export",
            ["FILE", "--home", "--format", "SCANTILL_EXPORT_FORMAT"],
        ),
    ] {
        let said = done(&[command, "--help"]);
        for word in words {
            assert!(said.contains(word), "{command}: {word} is not in:\n{said}");
        }
    }
}
