//! Starts that cannot work say why and what to do, and show no password.

use tests::home::Home;
use tests::program::{self, Program};
use tests::shop::{Apart, Shop};

use crate::cluster;

/// What `scantill serve` says on this database, which it must not start on.
pub(crate) fn refused(database: &str) -> String {
    let home = Home::fresh();
    let place = home.path().display().to_string();
    let mut args = vec!["serve", "--home", &place, "--listen", "127.0.0.1:0"];
    args.extend(["--sandbox", "--sandbox-listen", "127.0.0.1:0"]);
    args.extend(["--database", database]);
    let args: Vec<String> = args.into_iter().map(str::to_owned).collect();
    match Program::try_start(&args) {
        Ok(program) => panic!("it started:\n{}", program.said()),
        Err(ended) => {
            assert_eq!(ended.status.code(), Some(1), "{}", ended.said);
            ended.said
        }
    }
}

/// All of these words are in it.
pub(crate) fn check(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "`{word}` is not in:\n{said}");
    }
}

#[test]
fn a_server_that_is_not_there_is_named_without_the_password() {
    let said = refused("postgres://till:hush@127.0.0.1:1/shop");
    check(&said, &["127.0.0.1:1/shop", "--database"]);
    assert!(!said.contains("hush"), "{said}");
}

#[test]
fn a_database_that_is_not_there_is_named_with_the_way_to_make_it() {
    check(
        &refused(&cluster().address("nowhere")),
        &["/nowhere", "createdb"],
    );
}

#[test]
fn what_is_no_address_is_said_to_be_none() {
    check(&refused("shop.db"), &["--database", "postgres://"]);
}

#[test]
fn a_database_that_would_lose_payments_in_a_power_cut_is_refused() {
    let database = cluster().database();
    let name = database.rsplit('/').next().expect("a name");
    let sql = format!("ALTER DATABASE {name} SET synchronous_commit = off");
    cluster().ask(name, &sql);
    check(&refused(&database), &["synchronous_commit", "off", name]);
}

#[test]
fn a_server_with_another_master_key_than_the_first_of_its_database_is_refused_until_it_is_meant() {
    let database = cluster().database();
    let apart = Apart::open();
    Shop::open_on(&database, &apart).close();
    // A fresh home makes a master key of its own.
    check(&refused(&database), &["SCANTILL_MASTER_KEY", "--adopt"]);
    let home = Home::fresh();
    let place = home.path().display().to_string();
    let mut args = vec!["serve", "--home", &place, "--listen", "127.0.0.1:0"];
    args.extend(["--sandbox", "--sandbox-listen", "127.0.0.1:0"]);
    args.extend(["--database", &database, "--adopt"]);
    let args: Vec<String> = args.into_iter().map(str::to_owned).collect();
    let mut program = Program::start(&args);
    assert!(program.stop().success(), "{}", program.said());
}

#[test]
fn a_book_of_a_later_version_is_left_alone() {
    let database = cluster().database();
    let name = database.rsplit('/').next().expect("a name");
    let home = Home::fresh();
    let place = home.path().display().to_string();
    let verify = ["verify", "--home", &place, "--database", &database];
    let empty = program::run(&verify);
    assert!(!empty.status.success(), "{}", empty.said);
    let later = "CREATE TABLE scantill (version bigint); INSERT INTO scantill VALUES (99)";
    cluster().ask(name, later);
    check(&refused(&database), &["99", name]);
    check(&program::run(&verify).said, &["99", name]);
    assert_eq!(cluster().ask(name, "SELECT version FROM scantill"), "99");
}
