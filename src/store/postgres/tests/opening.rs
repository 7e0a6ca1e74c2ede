//! What a database may lack, and what is said then.

use super::{Address, book, cluster, database};
use crate::postgres::schema::KNOWN;
use crate::postgres::{DatabaseFault, PostgresBook, PostgresReader, check, export};
use crate::{Flaw, OpenFault};

fn refusal(address: &Address) -> DatabaseFault {
    match PostgresBook::open(address, "one") {
        Err(OpenFault::Database(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_server_that_is_not_there_is_named_with_its_port() {
    let address = Address::parse("postgres://till:secret@127.0.0.1:1/shop").expect("an address");
    let fault = refusal(&address);
    assert!(
        matches!(fault, DatabaseFault::Unreachable { .. }),
        "{fault}"
    );
    let said = fault.to_string();
    assert!(
        said.contains("127.0.0.1:1/shop") && !said.contains("secret"),
        "{said}"
    );
}

#[test]
fn a_database_that_is_not_there_is_named() {
    let address = Address::parse(&cluster().address("nowhere")).expect("an address");
    let fault = refusal(&address);
    assert!(matches!(fault, DatabaseFault::Absent { .. }), "{fault}");
}

#[test]
fn who_may_not_enter_is_told_so() {
    let (address, name) = database();
    cluster().ask(&name, "CREATE ROLE stranger NOLOGIN");
    let text = cluster().address(&name).replace("till@", "stranger@");
    let fault = refusal(&Address::parse(&text).expect("an address"));
    assert!(matches!(fault, DatabaseFault::Refused { .. }), "{fault}");
    drop(address);
}

#[test]
fn a_database_that_would_lose_payments_in_a_power_cut_is_refused() {
    let (address, name) = database();
    for value in ["off", "local", "remote_write"] {
        let sql = format!("ALTER DATABASE {name} SET synchronous_commit = {value}");
        cluster().ask(&name, &sql);
        let place = address.to_string();
        let fault = DatabaseFault::Unsafe {
            place,
            setting: "synchronous_commit",
            value: value.to_owned(),
        };
        assert_eq!(refusal(&address), fault);
    }
    let sql = format!("ALTER DATABASE {name} SET synchronous_commit = remote_apply");
    cluster().ask(&name, &sql);
    book(&address, "one");
}

#[test]
fn a_database_that_takes_no_writes_is_refused() {
    let (address, name) = database();
    let sql = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    cluster().ask(&name, &sql);
    let fault = refusal(&address);
    assert!(matches!(fault, DatabaseFault::StandBy { .. }), "{fault}");
}

#[test]
fn a_later_schema_is_refused_and_left_alone() {
    let (address, name) = database();
    drop(book(&address, "one"));
    cluster().ask(&name, "UPDATE scantill SET version = 99");
    let place = address.to_string();
    let newer = DatabaseFault::Newer {
        place,
        found: 99,
        known: KNOWN,
    };
    assert_eq!(refusal(&address), newer);
    assert_eq!(cluster().ask(&name, "SELECT version FROM scantill"), "99");
}

#[test]
fn another_programs_tables_are_left_alone() {
    let (address, name) = database();
    cluster().ask(&name, "CREATE TABLE event (what text)");
    let fault = refusal(&address);
    assert!(matches!(fault, DatabaseFault::Foreign { .. }), "{fault}");
    assert_eq!(cluster().ask(&name, "SELECT count(*) FROM event"), "0");
}

#[test]
fn a_reader_makes_no_record() {
    let (address, name) = database();
    let fault = PostgresReader::open(&address).expect_err("nothing to read");
    assert!(matches!(
        fault,
        OpenFault::Database(DatabaseFault::Empty { .. })
    ));
    assert_eq!(
        cluster().ask(&name, "SELECT to_regclass('event') IS NULL"),
        "t"
    );
}

#[test]
fn servers_that_start_at_once_bring_up_one_schema() {
    let (address, name) = database();
    std::thread::scope(|scope| {
        for owner in ["one", "two", "three", "four"] {
            let address = &address;
            scope.spawn(move || drop(book(address, owner)));
        }
    });
    assert_eq!(cluster().ask(&name, "SELECT count(*) FROM scantill"), "1");
}

#[test]
fn a_check_names_the_first_row_that_lies() {
    let (address, name) = database();
    let mut book = book(&address, "one");
    crate::tests::fill(&mut book);
    let sound = check(&address).expect("a record that opens");
    assert_eq!((sound.broken, sound.charges, sound.events), (None, 4, 14));
    for (lie, truth, flaw) in [
        (
            "UPDATE event SET at_ms = at_ms + 1 WHERE seq = 3",
            "UPDATE event SET at_ms = at_ms - 1 WHERE seq = 3",
            Flaw::Chain,
        ),
        (
            "UPDATE head SET state = 'refused' WHERE state = 'paid'",
            "UPDATE head SET state = 'paid' WHERE revision = 3 AND sale = 'sale-1'",
            Flaw::Head,
        ),
        (
            "UPDATE tail SET seq = 15",
            "UPDATE tail SET seq = 14",
            Flaw::Missing(15),
        ),
        (
            "UPDATE key SET revision = 2 WHERE key = 'key-1'",
            "UPDATE key SET revision = 1 WHERE key = 'key-1'",
            Flaw::Key,
        ),
        (
            "UPDATE key SET key = 'key-0' WHERE key = 'key-1'",
            "UPDATE key SET key = 'key-1' WHERE key = 'key-0'",
            Flaw::Bond("key-0".to_owned()),
        ),
    ] {
        let bare = |sql: &str| format!("SET session_replication_role = replica; {sql}");
        cluster().ask(&name, &bare(lie));
        let found = check(&address).expect("a record that opens").broken;
        assert_eq!(found.map(|found| found.flaw), Some(flaw), "{lie}");
        cluster().ask(&name, &bare(truth));
    }
    assert_eq!(check(&address).expect("a record that opens").broken, None);
}

#[test]
fn every_charge_of_a_database_is_one_line_in_the_order_of_opening() {
    let (address, _) = database();
    crate::tests::fill(&mut book(&address, "one"));
    let mut lines = Vec::new();
    let exported = export(&address, &mut |line| {
        lines.push(line.clone());
        true
    });
    assert_eq!((exported, lines.len()), (Ok(4), 4));
    assert!(lines.is_sorted_by_key(|line| line.charge.clone()));
    assert_eq!(
        (lines[0].state.as_str(), lines[0].amount_fen),
        ("paid", 1_250)
    );
    assert_eq!(export(&address, &mut |_| false), Ok(1), "enough");
}

#[test]
fn a_record_without_a_charge_is_sound_and_has_no_line_to_write_out() {
    let (address, _) = database();
    drop(book(&address, "one"));
    let report = check(&address).expect("a record that opens");
    assert_eq!((report.broken, report.charges, report.events), (None, 0, 0));
    assert_eq!(
        export(&address, &mut |_| panic!("there is no charge")),
        Ok(0)
    );
}

#[test]
fn rows_of_the_record_cannot_be_changed_or_taken_out_by_hand() {
    let (address, name) = database();
    crate::tests::fill(&mut book(&address, "one"));
    for sql in [
        "UPDATE event SET body = ''",
        "DELETE FROM event",
        "TRUNCATE event CASCADE",
        "UPDATE key SET key = key || '!'",
        "DELETE FROM key",
        "DELETE FROM head",
        "UPDATE head SET sale = 'other'",
    ] {
        let quiet = format!(
            "DO $$ BEGIN {sql}; RAISE 'it was done'; \
             EXCEPTION WHEN integrity_constraint_violation THEN NULL; END $$"
        );
        cluster().ask(&name, &quiet);
    }
    assert_eq!(check(&address).expect("a record that opens").broken, None);
}
