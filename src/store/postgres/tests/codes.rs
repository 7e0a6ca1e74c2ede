//! What each of PostgreSQL's error codes means for a commit and for a start, raised by PostgreSQL.

use postgres::{Client, NoTls};

use super::{Address, cluster, database};
use crate::StoreFault;
use crate::postgres::DatabaseFault;

/// PostgreSQL's own error under this code, as a connection hears it.
fn raised(client: &mut Client, code: &str) -> postgres::Error {
    let sql = format!("DO $$ BEGIN RAISE 'said' USING ERRCODE = '{code}'; END $$");
    client.batch_execute(&sql).expect_err("it is raised")
}

fn database_and_client() -> (Address, Client) {
    let (address, name) = database();
    let text = cluster().address(&name);
    let client = Client::connect(&text, NoTls).expect("a connection");
    (address, client)
}

#[test]
fn each_error_of_a_commit_has_its_fault() {
    let (_, mut client) = database_and_client();
    let broken = || StoreFault::Broken("said".to_owned());
    let lost = || StoreFault::Lost("said".to_owned());
    for (code, fault) in [
        ("08006", lost()),
        ("57P01", lost()),
        ("57P02", lost()),
        ("57P03", lost()),
        ("25P03", lost()),
        ("53100", StoreFault::Full),
        ("25006", StoreFault::ReadOnly),
        ("55P03", StoreFault::Busy),
        ("40P01", StoreFault::Busy),
        ("40001", StoreFault::Busy),
        ("57014", StoreFault::Busy),
        ("53300", StoreFault::Busy),
        ("23505", broken()),
        ("XX001", broken()),
    ] {
        assert_eq!(StoreFault::from(raised(&mut client, code)), fault, "{code}");
    }
}

#[test]
fn each_error_of_a_start_has_its_sentence() {
    let (address, mut client) = database_and_client();
    let (place, cause) = (address.to_string(), "said".to_owned());
    let refused = DatabaseFault::Refused {
        place: place.clone(),
        cause: cause.clone(),
    };
    let unreachable = DatabaseFault::Unreachable {
        place: place.clone(),
        cause: cause.clone(),
    };
    let absent = DatabaseFault::Absent {
        place: place.clone(),
    };
    let standby = DatabaseFault::StandBy {
        place: place.clone(),
    };
    let other = DatabaseFault::Other { place, cause };
    for (code, fault) in [
        ("28P01", &refused),
        ("28000", &refused),
        ("42501", &refused),
        ("3D000", &absent),
        ("25006", &standby),
        ("57P03", &unreachable),
        ("08001", &unreachable),
        ("22000", &other),
    ] {
        let heard = raised(&mut client, code);
        assert_eq!(&DatabaseFault::of(&address, &heard), fault, "{code}");
    }
}
