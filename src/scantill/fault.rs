//! Why the binary cannot do what was asked: cause and next step, in the terminal's language.

use std::io;
use std::path::{Path, PathBuf};

use crate::settings::{NotPublic, PlanFault};
use crate::trouble::Trouble;
use provider::{Channel, SecretError};
use say::Lang;
use say::cli::{Cli, Secret};
use store::postgres::TlsFault;
use store::{DatabaseFault, OpenFault, TieFault, TieName};

#[cfg(test)]
mod tests;

/// A failure that a person reads.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Another program listens there, or the system does not allow it.
    Port {
        addr: String,
        option: &'static str,
        cause: io::Error,
    },
    /// The home folder takes no files.
    Home { path: PathBuf, cause: io::Error },
    /// The record does not open.
    Book { path: PathBuf, cause: OpenFault },
    /// The record is not sound; `found` is what was found first.
    Unsound { found: String },
    /// A file that was named cannot be read.
    File { path: PathBuf, cause: io::Error },
    /// A credentials file has another form.
    Toml { path: PathBuf, cause: String },
    /// There are no credentials at all.
    NoAccount,
    /// A part of the credentials is missing.
    Missing {
        name: &'static str,
        variable: &'static str,
    },
    /// Two parts that exclude each other.
    Twice {
        one: &'static str,
        other: &'static str,
    },
    /// A key or certificate is wrong.
    Secret {
        name: &'static str,
        cause: SecretError,
    },
    /// Payment requests would be readable on the way.
    PlainGateway(String),
    /// Not an address.
    BadGateway(String),
    /// An address at which Alipay does not reach us.
    Public { url: String, cause: NotPublic },
    /// A source of money that Alipay does not have.
    Source(String),
    /// More refused sources than Alipay reads.
    Sources,
    /// What is wrong with the plans of instalments.
    Plan(PlanFault),
    /// The master key is no key.
    Master { place: String, sealed: PathBuf },
    /// Sealed under another master key, or changed.
    Seal(PathBuf),
    /// Credentials of another app are sealed there.
    OtherApp(PathBuf),
    /// No randomness.
    Chance(String),
    /// The sandbox does not start.
    Sandbox { path: PathBuf, cause: String },
    /// A limit outside its range.
    Limit(&'static str),
    /// Not an address of a printer.
    Printer,
    /// No printer has a roll of that width.
    Roll,
    /// The shop's name cannot stand in a bill.
    Shop,
    /// A copy of the record cannot be taken, put back or written out.
    Copy(Trouble),
    /// Something that cannot happen.
    Defect(String),
}

impl Fault {
    /// For the file system's refusals in the home folder.
    pub(crate) fn home(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::Home {
            path: path.to_owned(),
            cause,
        }
    }

    /// For the file system's refusals of a file that a person named.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::File {
            path: path.to_owned(),
            cause,
        }
    }

    /// The sentence.
    pub(crate) fn say(&self, lang: Lang) -> String {
        let words = Cli::of(lang);
        match self {
            Self::Port {
                addr,
                option,
                cause,
            } => {
                let is_taken = cause.kind() == io::ErrorKind::AddrInUse;
                let sentence = if is_taken {
                    words.port_taken
                } else {
                    words.port_refused
                };
                let cause = cause.to_string();
                fill(
                    sentence,
                    &[("addr", addr), ("option", option), ("cause", &cause)],
                )
            }
            Self::Home { path, cause } => with_cause(words.home_unwritable, path, cause),
            Self::Book { path, cause } => say_book(words, path, cause),
            Self::Unsound { found } => format!("{}\n{found}", words.verify_failed),
            Self::File { path, cause } => with_cause(words.file_unreadable, path, cause),
            Self::Toml { path, cause } => with_cause(words.file_garbled, path, cause),
            Self::NoAccount => words.account_absent.to_owned(),
            Self::Missing { name, variable } => fill(
                words.setting_absent,
                &[("name", name), ("variable", variable)],
            ),
            Self::Twice { one, other } => {
                fill(words.setting_twice, &[("one", one), ("other", other)])
            }
            Self::Secret { name, cause } => {
                let cause = say_secret(Secret::of(lang), *cause);
                fill(words.setting_bad, &[("name", name), ("cause", cause)])
            }
            Self::PlainGateway(url) => fill(words.gateway_plain, &[("url", url)]),
            Self::BadGateway(url) => fill(words.gateway_bad, &[("url", url)]),
            Self::Public { url, cause } => {
                let sentence = match cause {
                    NotPublic::NotAnAddress => words.public_bad,
                    NotPublic::Longer => words.public_longer,
                    NotPublic::Plain => words.public_plain,
                    NotPublic::Local => words.public_local,
                };
                fill(sentence, &[("url", url)])
            }
            Self::Source(word) => {
                let known = Channel::ALL.map(Channel::as_str).join(", ");
                fill(words.source_unknown, &[("word", word), ("known", &known)])
            }
            Self::Sources => words.sources_many.to_owned(),
            Self::Plan(fault) => say_plan(words, fault),
            Self::Master { place, sealed } => {
                let sealed = sealed.display().to_string();
                fill(words.master_bad, &[("place", place), ("sealed", &sealed)])
            }
            Self::Seal(path) => with_path(words.seal_broken, path),
            Self::OtherApp(path) => with_path(words.seal_other, path),
            Self::Chance(cause) => fill(words.chance_broken, &[("cause", cause)]),
            Self::Sandbox { path, cause } => with_cause(words.sandbox_broken, path, cause),
            Self::Limit(option) => fill(words.limit_bad, &[("option", option)]),
            Self::Shop => words.shop_bad.to_owned(),
            Self::Printer => words.printer_bad.to_owned(),
            Self::Roll => words.roll_bad.to_owned(),
            Self::Copy(trouble) => trouble.say(lang),
            Self::Defect(cause) => fill(words.defect, &[("cause", cause)]),
        }
    }
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Self {
        Self::Copy(trouble)
    }
}

fn say_plan(words: &Cli, fault: &PlanFault) -> String {
    match fault {
        PlanFault::Unread(plan) => fill(words.plan_bad, &[("plan", plan)]),
        PlanFault::Twice(plan) => {
            let (months, bearer) = (plan.months.count().to_string(), plan.fee_on.as_str());
            fill(words.plan_twice, &[("months", &months), ("bearer", bearer)])
        }
        PlanFault::Least(sum) => fill(words.plan_least, &[("sum", sum)]),
        PlanFault::Refused => words.plan_refused.to_owned(),
    }
}

fn say_book(words: &Cli, path: &Path, fault: &OpenFault) -> String {
    match fault {
        OpenFault::Newer { found, known } => {
            let (found, known) = (found.to_string(), known.to_string());
            let sentence = with_path(words.book_newer, path);
            fill(&sentence, &[("found", &found), ("known", &known)])
        }
        OpenFault::ReadOnly(path) => with_path(words.book_read_only, path),
        OpenFault::Full => words.book_full.to_owned(),
        OpenFault::NotADatabase(path) => with_path(words.book_foreign, path),
        OpenFault::Locked(path) => with_path(words.book_locked, path),
        OpenFault::Missing(path) => with_path(words.book_absent, path),
        OpenFault::NotFull => with_path(words.book_unsafe, path),
        OpenFault::Tied { place, fault } => fill(say_tie(words, *fault), &[("place", place)]),
        OpenFault::Database(fault) => say_database(words, fault),
        OpenFault::Other { path, cause } => with_cause(words.book_broken, path, cause),
    }
}

const fn say_tie(words: &Cli, fault: TieFault) -> &'static str {
    match fault {
        TieFault::Differs(TieName::MasterKey) => words.tie_key,
        TieFault::Differs(TieName::App) => words.tie_app,
        TieFault::Differs(TieName::Seller) => words.tie_seller,
        TieFault::Unfinished(TieName::MasterKey | TieName::App | TieName::Seller) => {
            words.tie_unfinished
        }
    }
}

fn say_database(words: &Cli, fault: &DatabaseFault) -> String {
    match fault {
        DatabaseFault::Address(cause) => fill(words.database_bad, &[("cause", cause)]),
        DatabaseFault::Tls(fault) => say_tls(words, fault),
        DatabaseFault::Unreachable { place, cause } => at(words.database_silent, place, cause),
        DatabaseFault::Refused { place, cause } => at(words.database_refused, place, cause),
        DatabaseFault::Absent { place } => fill(words.database_absent, &[("place", place)]),
        DatabaseFault::StandBy { place } => fill(words.database_standby, &[("place", place)]),
        DatabaseFault::Unsafe {
            place,
            setting,
            value,
        } => {
            let values = [
                ("place", place.as_str()),
                ("setting", setting),
                ("value", value),
            ];
            fill(words.database_unsafe, &values)
        }
        DatabaseFault::Foreign { place } => fill(words.database_foreign, &[("place", place)]),
        DatabaseFault::Taken { place } => fill(words.database_taken, &[("place", place)]),
        DatabaseFault::Empty { place } => fill(words.database_empty, &[("place", place)]),
        DatabaseFault::Newer {
            place,
            found,
            known,
        } => {
            let (found, known) = (found.to_string(), known.to_string());
            let values = [
                ("path", place.as_str()),
                ("found", &found),
                ("known", &known),
            ];
            fill(words.book_newer, &values)
        }
        DatabaseFault::Other { place, cause } => at(words.database_broken, place, cause),
    }
}

fn say_tls(words: &Cli, fault: &TlsFault) -> String {
    match fault {
        TlsFault::Mode(word) => fill(words.tls_mode, &[("word", word)]),
        TlsFault::Rootless(mode) => fill(words.tls_rootless, &[("mode", mode)]),
        TlsFault::Weak => words.tls_weak.to_owned(),
        TlsFault::Root { path, cause } => with_cause(words.tls_root, path, cause),
        TlsFault::Clear { place } => fill(words.tls_clear, &[("place", place)]),
        TlsFault::Untrusted { place, cause } => at(words.tls_untrusted, place, cause),
    }
}

fn at(sentence: &str, place: &str, cause: &str) -> String {
    fill(sentence, &[("place", place), ("cause", cause)])
}

const fn say_secret(words: &Secret, error: SecretError) -> &'static str {
    match error {
        SecretError::Empty => words.empty,
        SecretError::NotBase64 => words.not_base64,
        SecretError::OwnKey => words.own_key,
        SecretError::Encrypted => words.encrypted,
        SecretError::PublicGiven => words.public_given,
        SecretError::PrivateGiven => words.private_given,
        SecretError::CertificateGiven => words.certificate_given,
        SecretError::NotRsa => words.not_rsa,
        SecretError::TooShort => words.too_short,
        SecretError::TooLong => words.too_long,
        SecretError::NotAKey => words.not_a_key,
        SecretError::NotACertificate => words.not_a_certificate,
        SecretError::NoRsaRoot => words.no_rsa_root,
    }
}

fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    say::fill(sentence, values)
}

fn with_path(sentence: &str, path: &Path) -> String {
    fill(sentence, &[("path", &path.display().to_string())])
}

fn with_cause(sentence: &str, path: &Path, cause: &impl ToString) -> String {
    fill(&with_path(sentence, path), &[("cause", &cause.to_string())])
}
