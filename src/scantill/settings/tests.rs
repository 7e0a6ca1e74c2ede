//! Goal: wrong credentials stop the start with the part's name, right ones are sealed. Method: the
//! sandbox's own credentials, spoilt one part at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use sandbox::Credentials;

use super::{Paper, PlanFault, check_gateway};
use crate::fault::Fault;
use crate::options::Dealings;
use crate::seal::{Master, sealed_path};
use crate::world::Machine;
use say::Lang;

static CREDENTIALS: LazyLock<Credentials> = LazyLock::new(|| {
    let machine = Machine::checked().expect("chance");
    let sandbox = sandbox::Sandbox::in_memory(std::sync::Arc::new(machine)).expect("keys");
    sandbox.account("http://127.0.0.1:1/gateway.do")
});

/// The account of a home, without options, where the record agrees with everything.
fn account(home: &Path, file: Option<&PathBuf>, master: &Master, lang: Lang) -> Result<(), Fault> {
    let (_, _, unsealed) = super::alipay(home, file, &Dealings::default(), master)?;
    unsealed.map_or(Ok(()), |unsealed| unsealed.seal(home, master, lang))
}

/// An empty folder, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn fresh(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("scantill-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).expect("a file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind in the temporary folder harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn fault_of(paper: &Paper) -> String {
    match paper.account() {
        Ok(_) => String::new(),
        Err(Fault::Missing { name, .. }) => format!("missing {name}"),
        Err(Fault::Twice { one, other }) => format!("twice {one} {other}"),
        Err(Fault::Secret { name, cause }) => format!("{name} {cause:?}"),
        Err(other) => format!("{other:?}"),
    }
}

#[test]
fn both_modes_make_an_account_and_what_is_missing_is_named() {
    let (key, cert) = (
        Paper::sandbox(&CREDENTIALS),
        Paper::sandbox_certs(&CREDENTIALS),
    );
    assert_eq!(
        (fault_of(&key), fault_of(&cert)),
        (String::new(), String::new())
    );
    let check = |paper: &Paper, spoil: fn(&mut Paper), expect: &str| {
        let mut paper = paper.clone();
        spoil(&mut paper);
        assert_eq!(fault_of(&paper), expect);
    };
    check(&key, |paper| paper.app_id = None, "missing app_id");
    check(
        &key,
        |paper| paper.app_id = Some(" ".to_owned()),
        "missing app_id",
    );
    check(
        &key,
        |paper| paper.app_private_key = None,
        "missing app_private_key",
    );
    check(
        &key,
        |paper| paper.alipay_public_key = None,
        "missing alipay_public_key",
    );
    check(&cert, |paper| paper.app_cert = None, "missing app_cert");
    check(
        &cert,
        |paper| paper.alipay_cert = None,
        "missing alipay_cert",
    );
    check(&cert, |paper| paper.root_cert = None, "missing root_cert");
    let wrong = |paper: &mut Paper| paper.app_private_key.clone_from(&paper.alipay_public_key);
    check(&key, wrong, "app_private_key PublicGiven");
    let wrong = |paper: &mut Paper| paper.alipay_public_key.clone_from(&paper.app_private_key);
    check(&key, wrong, "alipay_public_key PrivateGiven");
    let both = |paper: &mut Paper| paper.alipay_public_key = Some("key".to_owned());
    check(&cert, both, "twice alipay_public_key alipay_cert");
}

#[test]
fn the_gateway_is_https_or_this_machine() {
    let check = |url: &str, expect: &str| {
        let told = match check_gateway(url) {
            Ok(()) => "good",
            Err(Fault::PlainGateway(_)) => "plain",
            Err(_) => "bad",
        };
        assert_eq!(told, expect, "{url}");
    };
    check("https://openapi.alipay.com/gateway.do", "good");
    check("http://127.0.0.1:8081/gateway.do", "good");
    check("http://localhost/gateway.do", "good");
    check("http://[::1]:8081/gateway.do", "good");
    check("http://openapi.alipay.com/gateway.do", "plain");
    check("http://127.0.0.1.evil.example/", "plain");
    check("http://localhost.evil.example/", "plain");
    check("http://localhost@evil.example/", "bad");
    check("ftp://openapi.alipay.com/", "bad");
    check("openapi.alipay.com", "bad");
    check("https://", "bad");
    check("https://a b/", "bad");
}

#[test]
fn the_nearer_paper_wins_and_decides_the_mode() {
    let mut nearer = Paper::default();
    nearer.app_id = Some("near".to_owned());
    let joined = nearer.clone().or(Paper::sandbox(&CREDENTIALS));
    assert_eq!(joined.app_id.as_deref(), Some("near"));
    assert_eq!(
        joined.app_private_key.as_deref(),
        Some(CREDENTIALS.app_private_key.as_str())
    );
    nearer.alipay_public_key = Some(CREDENTIALS.alipay_public_key.clone());
    assert_eq!(fault_of(&nearer.or(Paper::sandbox_certs(&CREDENTIALS))), "");
    let joined = Paper::sandbox_certs(&CREDENTIALS).or(Paper::sandbox(&CREDENTIALS));
    assert_eq!(fault_of(&joined), "");
}

#[test]
fn a_file_is_sealed_and_then_not_needed() {
    let home = Folder::fresh("sealed");
    let master = Master::at(&home.0).expect("a master key");
    let key = home.write("app.pem", &CREDENTIALS.app_private_key);
    let mut paper = Paper::sandbox(&CREDENTIALS);
    paper.app_private_key = None;
    paper.app_private_key_file = Some("app.pem".to_owned());
    let file = home.write("alipay.toml", &paper.text().expect("a text"));
    account(&home.0, Some(&file), &master, Lang::En).expect("an account");
    fs::remove_file(&file).expect("it can go");
    fs::remove_file(&key).expect("it can go");
    let sealed = fs::read(sealed_path(&home.0)).expect("it is sealed");
    assert!(!String::from_utf8_lossy(&sealed).contains("PRIVATE KEY"));
    let again = Master::at(&home.0).expect("the same master key");
    account(&home.0, None, &again, Lang::En).expect("the sealed account");
    fs::remove_file(home.0.join("master.key")).expect("it can go");
    let other = Master::at(&home.0).expect("another master key");
    assert!(matches!(
        account(&home.0, None, &other, Lang::En),
        Err(Fault::Seal(_))
    ));
}

#[test]
fn what_is_sealed_stays_until_the_record_agrees_with_the_file() {
    let home = Folder::fresh("agrees");
    let master = Master::at(&home.0).expect("a master key");
    let file = |app: &str| {
        let mut paper = Paper::sandbox(&CREDENTIALS);
        paper.app_id = Some(app.to_owned());
        home.write("alipay.toml", &paper.text().expect("a text"))
    };
    let (one, other) = ("2021000000000001", "2021000000000002");
    account(&home.0, Some(&file(one)), &master, Lang::En).expect("an account");
    let sealed = || fs::read(sealed_path(&home.0)).expect("it is sealed");
    let before = sealed();
    let read = super::alipay(&home.0, Some(&file(other)), &Dealings::default(), &master);
    let (alipay, _, unsealed) = read.expect("an account");
    assert_eq!(alipay.account().app_id, other);
    assert!(unsealed.is_some());
    assert_eq!(sealed(), before, "nobody has asked the record");
    let seal = |app: &str| {
        let home = crate::options::Home {
            dir: home.0.clone(),
        };
        let alipay_file = file(app);
        let options = crate::options::Credentials { home, alipay_file };
        super::seal_file(&options, Lang::En)
    };
    assert!(matches!(seal(other), Err(Fault::OtherApp(_))));
    assert_eq!(sealed(), before, "no app takes another's place unasked");
    seal(one).expect("the same app");
    assert_ne!(sealed(), before);
}

#[test]
fn a_file_of_another_form_is_named_without_what_it_says() {
    let home = Folder::fresh("form");
    let master = Master::at(&home.0).expect("a master key");
    let check = |text: &str, expect: &str| {
        let file = home.write("alipay.toml", text);
        let fault = account(&home.0, Some(&file), &master, Lang::Zh).expect_err("it is no good");
        let said = fault.say(Lang::Zh);
        assert!(said.contains(expect), "{said}");
        assert!(!said.contains("SECRET"), "{said}");
    };
    check("app_private_key = SECRET", "alipay.toml");
    check("app_private_key = [\"SECRET\"]", "alipay.toml");
    check("app_private_key = \"\"\"\nSECRET\nunended", "alipay.toml");
    check("private_key = \"SECRET\"", "private_key");
    check(
        "app_id = \"1\"\napp_private_key = \"SECRET\"",
        "app_private_key",
    );
    let both = "app_id = \"1\"\napp_private_key = \"SECRET\"\napp_private_key_file = \"x\"";
    check(both, "app_private_key_file");
    check("app_private_key_file = \"absent.pem\"", "absent.pem");
}

#[test]
fn nothing_said_asks_for_credentials_or_the_sandbox() {
    let home = Folder::fresh("nothing");
    let master = Master::at(&home.0).expect("a master key");
    assert!(matches!(
        account(&home.0, None, &master, Lang::Zh),
        Err(Fault::NoAccount)
    ));
    let absent = Path::new("/nowhere/alipay.toml").to_owned();
    assert!(matches!(
        account(&home.0, Some(&absent), &master, Lang::Zh),
        Err(Fault::File { .. })
    ));
}

#[test]
fn a_file_says_how_the_shop_deals_and_an_option_says_it_nearer() {
    let mut paper = Paper::sandbox(&CREDENTIALS);
    paper.gateway = None;
    paper.public_url = Some("https://pay.example.cn".to_owned());
    paper.refused_sources = Some("credit_group".to_owned());
    let text = paper.text().expect("a text");
    let read = Paper::parse(&text, Path::new("alipay.toml")).expect("its own form");
    let said = |paper: Paper| format!("{:?}", paper.alipay().expect("all is right"));
    let file = said(read.clone());
    assert!(file.contains("https://pay.example.cn/notify/alipay"));
    assert!(file.contains("AllCredit"));
    let nearer = Dealings {
        public_url: Some("none".to_owned()),
        refused_sources: Some(String::new()),
        ..Dealings::default()
    };
    let nearer = said(read.clone().with(&nearer));
    assert!(!nearer.contains("/notify/alipay") && !nearer.contains("AllCredit"));
    let wrong = |public_url: &str| Dealings {
        public_url: Some(public_url.to_owned()),
        ..Dealings::default()
    };
    let faults = [
        "http://pay.example.cn",
        "https://127.0.0.1",
        "https://a.cn/b",
    ]
    .map(|url| {
        read.clone()
            .with(&wrong(url))
            .alipay()
            .expect_err("it is no good")
    });
    for fault in faults {
        assert!(matches!(fault, Fault::Public { .. }), "{fault:?}");
    }
}

#[test]
fn plans_of_instalments_stand_in_the_file_and_an_option_says_them_nearer() {
    let mut paper = Paper::sandbox(&CREDENTIALS);
    assert_eq!(paper.offer().expect("nothing is offered").plans(), []);
    paper.instalments = Some("3 customer 2.3%".to_owned());
    paper.instalments_from = Some("50".to_owned());
    let text = paper.text().expect("a text");
    let read = Paper::parse(&text, Path::new("alipay.toml")).expect("its own form");
    let offer = read.offer().expect("a plan");
    assert_eq!((offer.plans().len(), offer.least().fen()), (1, 5_000));
    let nearer = Dealings {
        instalments: Some("6 shop 4.5%, 12 shop 7.5%".to_owned()),
        instalments_from: Some("100".to_owned()),
        ..Dealings::default()
    };
    let offer = read.clone().with(&nearer).offer().expect("two plans");
    assert_eq!((offer.plans().len(), offer.least().fen()), (2, 10_000));
    let refusing = Dealings {
        refused_sources: Some("credit_group".to_owned()),
        ..Dealings::default()
    };
    let fault = read.with(&refusing).offer().expect_err("it cannot be paid");
    assert!(matches!(fault, Fault::Plan(PlanFault::Refused)));
}
