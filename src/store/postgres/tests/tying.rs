//! Servers that would talk past each other on one database, and records of an earlier schema.

use super::{book, cluster, database};
use crate::postgres::check;
use crate::tests::{fill, open};
use crate::{Backend as _, OpenFault, Tie, TieFault, TieName};

fn ties(key: u8, app: u8) -> [Tie; 2] {
    [(TieName::MasterKey, key), (TieName::App, app)].map(|(name, digit)| Tie {
        name,
        value: [digit; 32],
    })
}

fn fault(result: Result<(), OpenFault>) -> Option<TieFault> {
    match result {
        Ok(()) => None,
        Err(OpenFault::Tied { place, fault }) => {
            assert!(place.starts_with("postgres://127.0.0.1:"), "{place}");
            Some(fault)
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_server_with_another_master_key_or_app_than_the_others_of_its_database_is_refused() {
    let (address, name) = database();
    let (mut one, mut two) = (book(&address, "one"), book(&address, "two"));
    assert_eq!(fault(one.tie(&ties(1, 1), false)), None);
    for (other, which) in [(ties(2, 1), TieName::MasterKey), (ties(1, 2), TieName::App)] {
        assert_eq!(
            fault(two.tie(&other, false)),
            Some(TieFault::Differs(which))
        );
    }
    assert_eq!(fault(two.tie(&ties(1, 1), false)), None);
    let (_, opened) = open(1, "sale", "till");
    one.commit(&[opened]).expect("it is opened");
    let unfinished = Some(TieFault::Unfinished(TieName::App));
    assert_eq!(fault(two.tie(&ties(1, 2), true)), unfinished);
    assert_eq!(fault(two.tie(&ties(2, 1), true)), None, "meant");
    assert_eq!(cluster().ask(&name, "SELECT count(*) FROM tie"), "2");
}

#[test]
fn of_two_servers_with_different_keys_that_start_first_at_once_one_is_refused() {
    let (address, _) = database();
    let refused: usize = std::thread::scope(|scope| {
        let servers = [1, 2].map(|key| {
            let address = &address;
            scope.spawn(move || {
                let tied = book(address, &format!("server-{key}")).tie(&ties(key, 1), false);
                usize::from(fault(tied) == Some(TieFault::Differs(TieName::MasterKey)))
            })
        });
        servers
            .map(|server| server.join().expect("no panic"))
            .iter()
            .sum()
    });
    assert_eq!(refused, 1);
}

#[test]
fn a_record_of_the_first_schema_gets_its_bonds_and_goes_on() {
    let (address, name) = database();
    fill(&mut book(&address, "one"));
    let back = "DROP TABLE catalogue; DROP TABLE closed; DROP TABLE tie; \
                ALTER TABLE key DROP COLUMN bond; UPDATE scantill SET version = 1";
    cluster().ask(&name, back);
    let mut book = book(&address, "two");
    assert_eq!(check(&address).expect("it opens").broken, None);
    let (_, opened) = open(77, "sale-77", "till");
    book.commit(&[opened]).expect("it is opened");
    assert_eq!(check(&address).expect("it opens").broken, None);
    let lenient = "SELECT count(*) FROM information_schema.columns
                   WHERE table_name = 'key' AND column_default IS NOT NULL";
    assert_eq!(cluster().ask(&name, lenient), "0", "a key needs its bond");
    let forge = "UPDATE key SET key = 'forged' WHERE key = 'key-77'";
    let stays = format!(
        "DO $$ BEGIN {forge}; RAISE 'it was done'; \
         EXCEPTION WHEN integrity_constraint_violation THEN NULL; END $$"
    );
    cluster().ask(&name, &stays);
}
