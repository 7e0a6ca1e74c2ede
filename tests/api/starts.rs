//! Starts that cannot work say why and what to do, and leave the record alone.

use std::fs;
use std::path::PathBuf;

use tests::home::Home;
use tests::program::{self, Ended, Program};
use tests::shop::Shop;
use wire::StateName;

/// Offset of the version number that `SQLite` keeps for its user, four bytes, highest first.
const USER_VERSION: usize = 60;

fn serve(home: &Home, listen: &str, more: &[&str]) -> Vec<String> {
    let place = home.path().display().to_string();
    let mut args = ["serve", "--home", &place, "--listen", listen]
        .map(str::to_owned)
        .to_vec();
    args.extend(more.iter().map(|arg| (*arg).to_owned()));
    args
}

/// Starts a sandbox shop on this home; it must end by itself.
fn refused(home: &Home) -> Ended {
    let args = serve(
        home,
        "127.0.0.1:0",
        &["--sandbox", "--sandbox-listen", "127.0.0.1:0"],
    );
    match Program::try_start(&args) {
        Ok(program) => panic!("it started:\n{}", program.said()),
        Err(ended) => ended,
    }
}

/// A home whose book exists and is one file.
fn used_home() -> (Home, PathBuf) {
    let home = Home::fresh();
    let args = serve(
        &home,
        "127.0.0.1:0",
        &["--sandbox", "--sandbox-listen", "127.0.0.1:0"],
    );
    let mut program = Program::start(&args);
    assert!(program.stop().success(), "{}", program.said());
    for log in ["scantill.db-wal", "scantill.db-shm"] {
        // Mostly it is gone already, with the program.
        drop(fs::remove_file(home.file(log)));
    }
    let books = fs::read_dir(home.path())
        .expect("the home can be read")
        .flatten();
    let is_book =
        |path: &PathBuf| fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3\0"));
    let book = books
        .map(|entry| entry.path())
        .find(is_book)
        .expect("there is a book");
    (home, book)
}

fn check(ended: &Ended, words: &[&str]) {
    assert!(!ended.status.success(), "it ended with {}", ended.status);
    for word in words {
        assert!(
            ended.said.contains(word),
            "`{word}` is not in:\n{}",
            ended.said
        );
    }
    assert!(!ended.said.contains("panicked"), "{}", ended.said);
}

#[test]
fn a_taken_port_is_named_together_with_the_way_out() {
    let shop = Shop::open();
    let home = Home::fresh();
    let taken = shop.till().trim_start_matches("http://").to_owned();
    let ended = Program::try_start(&serve(&home, &taken, &["--sandbox"]));
    check(
        &ended.expect_err("the port is taken"),
        &[&taken, "--listen"],
    );
    shop.close();
}

#[test]
fn a_taken_port_of_the_sandbox_is_named_by_the_option_that_was_used() {
    let shop = Shop::open();
    let taken = shop.till().trim_start_matches("http://").to_owned();
    let home = Home::fresh();
    let place = home.path().display().to_string();
    let alone = ["sandbox", "--home", &place, "--listen", &taken].map(str::to_owned);
    let ended = Program::try_start(&alone).expect_err("the port is taken");
    check(&ended, &[&taken, "--listen"]);
    assert!(!ended.said.contains("--sandbox-listen"), "{}", ended.said);
    let options = ["--sandbox", "--sandbox-listen", &taken];
    let ended = Program::try_start(&serve(&home, "127.0.0.1:0", &options));
    check(
        &ended.expect_err("the port is taken"),
        &[&taken, "--sandbox-listen"],
    );
    shop.close();
}

#[test]
fn a_book_of_a_later_version_is_left_alone() {
    let (home, book) = used_home();
    let mut bytes = fs::read(&book).expect("the book can be read");
    bytes[USER_VERSION..USER_VERSION + 4].copy_from_slice(&9_999_u32.to_be_bytes());
    fs::write(&book, &bytes).expect("the book can be written");
    check(&refused(&home), &["9999"]);
    assert_eq!(fs::read(&book).expect("the book can be read"), bytes);
}

#[test]
fn a_file_that_is_no_book_is_left_alone() {
    let (home, book) = used_home();
    let words = "a shopping list, and long enough to be looked at".repeat(200);
    fs::write(&book, &words).expect("the book can be written");
    check(&refused(&home), &[&book.display().to_string()]);
    assert_eq!(
        fs::read_to_string(&book).expect("the file can be read"),
        words
    );
}

#[test]
fn a_book_that_another_program_has_open_is_left_alone() {
    let shop = Shop::open();
    check(&refused(shop.home()), &["scantill"]);
    shop.close();
}

#[test]
fn without_credentials_it_says_how_to_give_them() {
    let home = Home::fresh();
    let ended = Program::try_start(&serve(&home, "127.0.0.1:0", &[]));
    check(
        &ended.expect_err("there are no credentials"),
        &["--alipay-file", "--sandbox"],
    );
}

#[test]
fn credentials_that_cannot_be_read_are_named() {
    let home = Home::fresh();
    let file = home.file("alipay.toml");
    let start = |text: &str| {
        fs::write(&file, text).expect("the file can be written");
        let args = serve(&home, "127.0.0.1:0", &["--alipay-file", &file]);
        Program::try_start(&args).expect_err("these credentials are no good")
    };
    check(&start("app_id = "), &["alipay.toml"]);
    check(
        &start("app_id = \"2021000000000000\"\n"),
        &["app_private_key"],
    );
    let wrong = "app_id = \"2021000000000000\"\napp_private_key = \"not base64!\"\n\
                 alipay_public_key = \"neither\"\n";
    check(&start(wrong), &["app_private_key"]);
}

#[test]
fn the_apps_own_public_key_is_not_taken_for_alipays() {
    let bank = Home::fresh();
    let place = bank.path().display().to_string();
    let args = ["sandbox", "--home", &place, "--listen", "127.0.0.1:0"].map(str::to_owned);
    // Its first start makes the keys.
    drop(Program::start(&args));
    let home = Home::fresh();
    let file = home.file("alipay.toml");
    let text = format!(
        "app_id = \"2021000000000001\"\napp_private_key_file = {:?}\n\
         alipay_public_key_file = {:?}\n",
        bank.file_named("appPrivateKey.pem"),
        bank.file_named("appCertPublicKey_2021000000000001.crt"),
    );
    fs::write(&file, text).expect("the file can be written");
    let args = serve(&home, "127.0.0.1:0", &["--alipay-file", &file]);
    let ended = Program::try_start(&args).expect_err("the key is the wrong one");
    check(&ended, &["alipay_public_key", "应用自己的公钥"]);
}

/// Writes a credentials file of this app, with the keys of a sandbox that was in that home.
fn credentials(bank: &Home, home: &Home, app_id: &str) -> String {
    let file = home.file(&format!("{app_id}.toml"));
    let key = |name: &str| format!("{:?}", bank.file_named(name).display().to_string());
    let text = format!(
        "app_id = {app_id:?}\napp_private_key_file = {}\nalipay_public_key_file = {}\n",
        key("appPrivateKey.pem"),
        key("alipayPublicKey.pem"),
    );
    fs::write(&file, text).expect("the file can be written");
    file
}

#[tokio::test]
async fn a_start_with_another_app_leaves_what_is_sealed_until_the_record_lets_it_in() {
    let (mut shop, _apart) = Shop::open_apart();
    let code = shop.bank.fresh_code("password").await;
    let charge = shop.api.open("key", 700, &code).await;
    shop.api.until(&charge.id, StateName::Waiting).await;
    shop.kill();
    let sealed = || fs::read(shop.home().file("alipay.sealed")).expect("it is sealed");
    let before = sealed();
    let bank = Home::fresh();
    let place = bank.path().display().to_string();
    let args = ["sandbox", "--home", &place, "--listen", "127.0.0.1:0"].map(str::to_owned);
    // Its first start makes the keys.
    drop(Program::start(&args));
    let other = credentials(&bank, &bank, "2021000000000002");
    let start = |more: &[&str]| {
        let options = [&["--alipay-file", other.as_str()], more].concat();
        Program::try_start(&serve(shop.home(), "127.0.0.1:0", &options))
    };
    let refused = |more| start(more).expect_err("the record is another app's");
    check(&refused(&[]), &["app_id", "--adopt"]);
    check(&refused(&["--adopt"]), &["没有结果", "--adopt"]);
    let place = shop.home().path().display().to_string();
    let seal = ["credentials", "--home", &place, "--alipay-file", &other];
    check(&program::run(&seal), &["alipay.sealed", "--adopt"]);
    assert_eq!(sealed(), before, "the only copy of the right key is kept");
}

#[test]
fn an_app_is_changed_by_an_option_and_by_nothing_that_stays_behind() {
    let (bank, home) = (Home::fresh(), Home::fresh());
    let place = bank.path().display().to_string();
    let args = ["sandbox", "--home", &place, "--listen", "127.0.0.1:0"].map(str::to_owned);
    // Its first start makes the keys.
    drop(Program::start(&args));
    let start = |app_id: &str, more: &[&str]| {
        let file = credentials(&bank, &home, app_id);
        let options = [&["--alipay-file", file.as_str()], more].concat();
        Program::try_start(&serve(&home, "127.0.0.1:0", &options))
    };
    let (one, other) = ("2021000000000001", "2021000000000002");
    let mut program = start(one, &[]).expect("a fresh record is anybody's");
    assert!(program.stop().success(), "{}", program.said());
    let sealed = || fs::read(home.file("alipay.sealed")).expect("it is sealed");
    let before = sealed();
    let mut program = start(other, &["--adopt"]).expect("the change is meant");
    assert!(program.stop().success(), "{}", program.said());
    assert_ne!(sealed(), before);
    check(&start(one, &[]).expect_err("once"), &["app_id", "--adopt"]);
    let help = program::run(&["serve", "--help"]).said;
    assert!(!help.contains("SCANTILL_ADOPT"), "{help}");
}

#[test]
fn an_address_that_alipay_would_not_call_is_refused_with_its_cause() {
    let bank = Home::fresh();
    let place = bank.path().display().to_string();
    let args = ["sandbox", "--home", &place, "--listen", "127.0.0.1:0"].map(str::to_owned);
    // Its first start makes the keys.
    drop(Program::start(&args));
    let home = Home::fresh();
    let file = home.file("alipay.toml");
    let text = format!(
        "app_id = \"2021000000000001\"\napp_private_key_file = {:?}\n\
         alipay_public_key_file = {:?}\n",
        bank.file_named("appPrivateKey.pem"),
        bank.file_named("alipayPublicKey.pem"),
    );
    fs::write(&file, text).expect("the file can be written");
    let start = |option: &str, value: &str| {
        let options = ["--alipay-file", &file, option, value];
        let ended = Program::try_start(&serve(&home, "127.0.0.1:0", &options));
        ended.expect_err("it cannot be called")
    };
    for (url, word) in [
        ("http://pay.example.cn", "https"),
        ("https://127.0.0.1:8443", "局域网"),
        ("https://pay.example.cn/shop?a=1", "路径"),
        ("pay.example.cn", "网址"),
    ] {
        check(&start("--public-url", url), &[url, word]);
    }
    let unknown = start("--refused-sources", "huabei");
    check(&unknown, &["huabei", "pcredit"]);
}

/// The options of a help text, each with all that is said about it on one line.
fn options_of(help: &str) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    let (_, list) = help.split_once("Options:").expect("there are options");
    for line in list.lines() {
        if line.trim_start().starts_with('-') {
            options.push(String::new());
        }
        for word in line.split_whitespace() {
            if let Some(option) = options.last_mut() {
                option.push_str(word);
                option.push(' ');
            }
        }
    }
    options
}

#[test]
fn every_option_is_explained_with_its_variable() {
    for (command, least) in [
        ("serve", 10),
        ("sandbox", 4),
        ("verify", 4),
        ("credentials", 4),
    ] {
        let help = program::run(&[command, "--help"]);
        assert!(help.status.success(), "{}", help.said);
        let options = options_of(&help.said);
        // A variable that is left behind would allow every later change as well.
        let plain = ["-h, ", "-V, ", "--adopt "];
        let ours = options
            .iter()
            .filter(|option| !plain.iter().any(|start| option.starts_with(start)));
        let mut count = 0;
        for option in ours {
            let (said, _) = option
                .split_once("[env: SCANTILL_")
                .unwrap_or_else(|| panic!("{command}: no variable: {option}"));
            let words = said.split(' ').filter(|word| !word.starts_with(['-', '<']));
            assert!(words.count() > 3, "{command}: no sentence: {option}");
            count += 1;
        }
        assert!(count >= least, "{command} has {count} options");
    }
}
