//! Every fault is one sentence without a gap, in both languages.

use std::io;
use std::path::PathBuf;

use money::{FeeOn, Instalments, Months};
use provider::SecretError;
use say::Lang;
use store::postgres::TlsFault;
use store::{DatabaseFault, OpenFault, TieFault, TieName};

use super::Fault;
use crate::settings::{NotPublic, PlanFault};

fn cause(kind: io::ErrorKind) -> io::Error {
    io::Error::from(kind)
}

fn path() -> PathBuf {
    PathBuf::from("/home/scantill")
}

fn port(kind: io::ErrorKind) -> Fault {
    Fault::Port {
        addr: "127.0.0.1:80".to_owned(),
        option: "--listen",
        cause: cause(kind),
    }
}

fn books() -> [OpenFault; 8] {
    [
        OpenFault::Newer { found: 9, known: 1 },
        OpenFault::ReadOnly(path()),
        OpenFault::Full,
        OpenFault::NotADatabase(path()),
        OpenFault::Locked(path()),
        OpenFault::Missing(path()),
        OpenFault::NotFull,
        OpenFault::Other {
            path: path(),
            cause: "odd".to_owned(),
        },
    ]
}

fn databases() -> [DatabaseFault; 17] {
    let (place, cause) = ("postgres://db:5432/shop".to_owned(), "odd".to_owned());
    [
        DatabaseFault::Address(cause.clone()),
        TlsFault::Mode("allow".to_owned()).into(),
        TlsFault::Rootless("verify-full").into(),
        TlsFault::Weak.into(),
        TlsFault::Root {
            path: PathBuf::from("/etc/root.crt"),
            cause: cause.clone(),
        }
        .into(),
        TlsFault::Clear {
            place: place.clone(),
        }
        .into(),
        TlsFault::Untrusted {
            place: place.clone(),
            cause: cause.clone(),
        }
        .into(),
        DatabaseFault::Unreachable {
            place: place.clone(),
            cause: cause.clone(),
        },
        DatabaseFault::Refused {
            place: place.clone(),
            cause: cause.clone(),
        },
        DatabaseFault::Absent {
            place: place.clone(),
        },
        DatabaseFault::StandBy {
            place: place.clone(),
        },
        DatabaseFault::Unsafe {
            place: place.clone(),
            setting: "fsync",
            value: "off".to_owned(),
        },
        DatabaseFault::Foreign {
            place: place.clone(),
        },
        DatabaseFault::Taken {
            place: place.clone(),
        },
        DatabaseFault::Empty {
            place: place.clone(),
        },
        DatabaseFault::Newer {
            place: place.clone(),
            found: 9,
            known: 1,
        },
        DatabaseFault::Other { place, cause },
    ]
}

fn public(cause: NotPublic) -> Fault {
    let url = "https://till.local".to_owned();
    Fault::Public { url, cause }
}

fn others() -> [Fault; 30] {
    [
        port(io::ErrorKind::AddrInUse),
        port(io::ErrorKind::PermissionDenied),
        Fault::Home {
            path: path(),
            cause: cause(io::ErrorKind::PermissionDenied),
        },
        Fault::Unsound {
            found: "event 3 is missing".to_owned(),
        },
        Fault::File {
            path: path(),
            cause: cause(io::ErrorKind::NotFound),
        },
        Fault::Toml {
            path: path(),
            cause: "odd (3)".to_owned(),
        },
        Fault::NoAccount,
        Fault::Missing {
            name: "app_id",
            variable: "SCANTILL_ALIPAY_APP_ID",
        },
        Fault::Twice {
            one: "alipay_public_key",
            other: "alipay_cert",
        },
        Fault::Secret {
            name: "app_private_key",
            cause: SecretError::TooShort,
        },
        Fault::PlainGateway("http://a.example".to_owned()),
        Fault::BadGateway("a".to_owned()),
        public(NotPublic::NotAnAddress),
        public(NotPublic::Longer),
        public(NotPublic::Plain),
        public(NotPublic::Local),
        Fault::Source("huabei".to_owned()),
        Fault::Sources,
        Fault::Plan(PlanFault::Unread("3 buyer 2.3%".to_owned())),
        Fault::Plan(PlanFault::Twice(Instalments {
            months: Months::Three,
            fee_on: FeeOn::Shop,
        })),
        Fault::Plan(PlanFault::Least("0".to_owned())),
        Fault::Plan(PlanFault::Refused),
        Fault::Master {
            place: "SCANTILL_MASTER_KEY".to_owned(),
            sealed: path(),
        },
        Fault::Seal(path()),
        Fault::OtherApp(path()),
        Fault::Chance("none".to_owned()),
        Fault::Sandbox {
            path: path(),
            cause: "odd".to_owned(),
        },
        Fault::Limit("--charge-max-fen"),
        Fault::Shop,
        Fault::Defect("odd".to_owned()),
    ]
}

fn tied() -> impl Iterator<Item = OpenFault> {
    let names = [TieName::MasterKey, TieName::App, TieName::Seller];
    let faults = names.map(|name| [TieFault::Differs(name), TieFault::Unfinished(name)]);
    faults.into_iter().flatten().map(|fault| OpenFault::Tied {
        place: "postgres://db:5432/shop".to_owned(),
        fault,
    })
}

#[test]
fn every_fault_says_cause_and_next_step_in_both_languages() {
    let databases = databases().map(OpenFault::Database);
    let books = books().into_iter().chain(databases).chain(tied());
    let books = books.map(|cause| Fault::Book {
        path: path(),
        cause,
    });
    for fault in others().into_iter().chain(books) {
        let (zh, en) = (fault.say(Lang::Zh), fault.say(Lang::En));
        for said in [&zh, &en] {
            assert!(!said.contains(['{', '}']), "{said}");
        }
        assert!(zh.contains('。') || zh.contains('：'), "{zh}");
        assert!(zh.contains('请'), "no next step: {zh}");
        assert!(!zh.is_ascii() && en.is_ascii(), "{en}");
        assert_eq!(en.matches("  ").count(), 0, "{en}");
    }
}
