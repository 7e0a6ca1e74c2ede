//! Power that fails in the middle of a commit: the log is cut at any byte of the last transaction,
//! and all commits before it are there, whole.

use std::fs;
use std::path::Path;
use std::thread;

use ledger::{Charge, Opening};
use money::{Amount, ChargeId, Provider, Stamp};
use store::{Batch, Book, KeyBinding, OpenFault, Read, check};
use tests::home::Home;

/// Bytes of a frame's head, which tell what the frame is worth.
const FRAME_HEAD: usize = 24;
/// Bytes of a whole frame: its head and a page.
const FRAME: usize = FRAME_HEAD + 4_096;
/// Bytes before the first frame.
const LOG_HEAD: usize = 32;
/// Inside a page one place is as good as another.
const STRIDE: usize = 97;
/// Commits that were acknowledged before the last one.
const BEFORE: u64 = 3;

fn opening(number: i64) -> Batch {
    let at = Stamp::from_ms(1_795_312_800_000 + number);
    let opening = Opening {
        id: ChargeId::fresh(at, [7; 16]),
        sale: format!("sale-{number}"),
        amount: Amount::chargeable(100).expect("an amount"),
        provider: Provider::Alipay,
        device: "till".to_owned(),
        way: ledger::Way::Scanned,
        instalments: None,
        goods: None,
    };
    let key = KeyBinding {
        key: format!("key-{number}"),
        fingerprint: [3; 32],
    };
    Batch {
        events: Charge::open(opening, at).events,
        key: Some(key),
    }
}

/// The file, its log before the last commit, and its log after it.
fn logs(home: &Home) -> (Vec<u8>, usize, Vec<u8>) {
    let (path, log) = (
        home.path().join("scantill.db"),
        home.path().join("scantill.db-wal"),
    );
    let mut book = Book::open(&path).expect("a fresh record");
    let mut before = 0;
    for number in 0..=BEFORE {
        before = fs::metadata(&log).expect("a log").len();
        let number = i64::try_from(number).expect("a small number");
        book.commit(&[opening(number)]).expect("a commit");
    }
    let (file, log) = (
        fs::read(&path).expect("the file"),
        fs::read(&log).expect("the log"),
    );
    (file, usize::try_from(before).expect("a small log"), log)
}

/// Places to cut at: every byte of each frame's head and around it, and places within its page.
fn places(from: usize, to: usize) -> Vec<usize> {
    let is_slow = std::env::var_os("SCANTILL_SLOW").is_some();
    let is_near = |place: &usize| {
        let within = (place - LOG_HEAD) % FRAME;
        within <= FRAME_HEAD + 1 || within + 2 >= FRAME || within.is_multiple_of(STRIDE)
    };
    (from..to)
        .filter(|place| is_slow || is_near(place))
        .collect()
}

/// Opens it as a start does. A program that another test is just starting holds this process's
/// locks for a moment, until it is itself.
fn open(path: &Path) -> Result<Book, OpenFault> {
    loop {
        match Book::open(path) {
            Err(OpenFault::Locked(_)) => thread::yield_now(),
            opened => return opened,
        }
    }
}

fn assert_whole(folder: &Path, file: &[u8], log: &[u8], what: &str) {
    let path = folder.join("scantill.db");
    fs::write(&path, file).expect("a file");
    fs::write(folder.join("scantill.db-wal"), log).expect("a log");
    drop(fs::remove_file(folder.join("scantill.db-shm")));
    let book = open(&path).unwrap_or_else(|fault| panic!("{what}: {fault}"));
    assert_eq!(book.last_seq(), Ok(BEFORE), "{what}");
    let report = check(&path).expect("a record");
    assert_eq!((report.broken, report.events), (None, BEFORE), "{what}");
}

#[test]
fn a_log_cut_at_any_byte_of_the_last_commit_keeps_all_commits_before_it() {
    let (home, scratch) = (Home::fresh(), Home::fresh());
    let (file, before, log) = logs(&home);
    assert!(
        log.len() > before + FRAME,
        "the last commit wrote something"
    );
    for place in places(before, log.len()) {
        assert_whole(
            scratch.path(),
            &file,
            &log[..place],
            &format!("cut at {place}"),
        );
    }
}

#[test]
fn a_log_whose_end_never_reached_the_disk_keeps_all_commits_before_it() {
    let (home, scratch) = (Home::fresh(), Home::fresh());
    let (file, before, log) = logs(&home);
    for place in places(before, log.len()).into_iter().step_by(11) {
        for rubbish in [0, 0xA5] {
            let mut torn = log.clone();
            torn[place..].fill(rubbish);
            // A page may end with zeros; then nothing is torn.
            if torn != log {
                assert_whole(
                    scratch.path(),
                    &file,
                    &torn,
                    &format!("{rubbish} from {place}"),
                );
            }
        }
    }
}
