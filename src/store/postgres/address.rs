//! Where a database is, and what of that may be shown: the password never.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use postgres::Config;
use postgres::config::{Host, SslMode, TargetSessionAttrs};

use super::fault::DatabaseFault;
use super::tls::Tls;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How long the other end may leave what we sent unheard before the connection counts as broken.
const UNHEARD: Duration = Duration::from_secs(10);
/// When a connection that is still is asked whether it lives.
const STILL: Duration = Duration::from_secs(10);

/// The address of a database: `postgres://user:password@host/name`, or several hosts of which one
/// takes writes: `postgres://user:password@one,other/name`. Behind a `?` it may say how the way
/// there is encrypted, and whom to trust: `sslmode=verify-full&sslrootcert=FILE`.
#[derive(Clone)]
pub struct Address {
    pub(super) config: Config,
    pub(super) tls: Tls,
    /// What all connections to it know of its hosts.
    pub(super) promotions: Promotions,
}

/// The latest promotion that was seen among several hosts, the same for every copy of an address:
/// an earlier primary may live on, and whoever reads there would not notice.
#[derive(Clone, Default)]
pub(super) struct Promotions(Arc<AtomicU32>);

impl Promotions {
    /// Its number; 0 before anybody has looked.
    pub(super) fn latest(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Notes that a host with so many promotions behind it takes writes.
    pub(super) fn note(&self, promotion: u32) {
        self.0.fetch_max(promotion, Ordering::Relaxed);
    }
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// [`DatabaseFault::Address`], or [`DatabaseFault::Tls`] with what is wrong with its words on
    /// encryption.
    pub fn parse(text: &str) -> Result<Self, DatabaseFault> {
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            let cause = "it does not begin with postgres://".to_owned();
            return Err(DatabaseFault::Address(cause));
        }
        let (rest, words) = split(text);
        let tls = Tls::of(words.mode.as_deref(), words.root.as_deref())?;
        let mut config: Config = rest
            .parse()
            .map_err(|error| DatabaseFault::Address(super::fault::words(&error)))?;
        if config.get_hosts().is_empty() {
            let cause = "it names no host".to_owned();
            return Err(DatabaseFault::Address(cause));
        }
        config.connect_timeout(*config.get_connect_timeout().unwrap_or(&CONNECT));
        let mode = mode_for(config.get_hosts().first(), tls.mode());
        settle(&mut config, mode);
        Ok(Self {
            config,
            tls,
            promotions: Promotions::default(),
        })
    }

    /// How to reach each of its hosts, in their order.
    pub(super) fn each(&self) -> Vec<Config> {
        let places = 0..self.config.get_hosts().len();
        if places.len() < 2 {
            return vec![self.config.clone()];
        }
        let mode = self.tls.mode();
        places
            .map(|place| alone(&self.config, mode, place))
            .collect()
    }
}

/// What an address says of encryption.
#[derive(Debug, Default)]
struct TlsWords {
    mode: Option<String>,
    root: Option<String>,
}

/// Takes out of an address what the crate beneath does not know in full.
fn split(text: &str) -> (String, TlsWords) {
    let mut words = TlsWords::default();
    // A password may hold a question mark.
    let behind_user = text.find('@').map_or(0, |place| place + 1);
    let (_, tail) = text.split_at(behind_user);
    let Some(place) = tail.find('?') else {
        return (text.to_owned(), words);
    };
    let (before, query) = text.split_at(behind_user + place);
    let mut others = Vec::new();
    for pair in query.trim_start_matches('?').split('&') {
        match pair.split_once('=') {
            Some(("sslmode", word)) => words.mode = Some(plain(word)),
            Some(("sslrootcert", word)) => words.root = Some(plain(word)),
            Some(_) | None => others.push(pair),
        }
    }
    if others.is_empty() {
        return (before.to_owned(), words);
    }
    (format!("{before}?{}", others.join("&")), words)
}

/// The text behind `%20` and the like.
fn plain(word: &str) -> String {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        if let (b'%', Some(byte)) = (first, byte) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A socket in a folder leads nowhere but into this machine, and never speaks TLS.
fn mode_for(host: Option<&Host>, mode: SslMode) -> SslMode {
    match host {
        Some(Host::Unix(_)) => SslMode::Disable,
        Some(Host::Tcp(_)) | None => mode,
    }
}

/// What holds for every connection of ours.
fn settle(config: &mut Config, mode: SslMode) {
    config.ssl_mode(mode);
    config.tcp_user_timeout(UNHEARD);
    config.keepalives_idle(STILL);
    config.application_name("scantill");
    // A standby answers with what was, and takes nothing.
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
}

/// The same with one of the hosts only.
fn alone(all: &Config, mode: SslMode, place: usize) -> Config {
    let mut one = Config::new();
    let host = all.get_hosts().get(place);
    settle(&mut one, mode_for(host, mode));
    one.ssl_negotiation(all.get_ssl_negotiation());
    match host {
        Some(Host::Tcp(name)) => drop(one.host(name)),
        Some(Host::Unix(folder)) => drop(one.host_path(folder)),
        None => {}
    }
    let ports = all.get_ports();
    let address = all.get_hostaddrs().get(place);
    address.map(|address| one.hostaddr(*address));
    let port = ports.get(place).or(ports.first());
    port.map(|port| one.port(*port));
    all.get_user().map(|user| one.user(user));
    all.get_password().map(|password| one.password(password));
    all.get_dbname().map(|name| one.dbname(name));
    all.get_options().map(|options| one.options(options));
    all.get_connect_timeout()
        .map(|wait| one.connect_timeout(*wait));
    one.keepalives(all.get_keepalives());
    one.channel_binding(all.get_channel_binding());
    one
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgres://")?;
        let ports = self.config.get_ports();
        for (place, host) in self.config.get_hosts().iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            let port = ports.get(place).or(ports.first()).copied();
            let port = port.unwrap_or(5432);
            match host {
                Host::Tcp(name) => write!(f, "{comma}{name}:{port}")?,
                Host::Unix(folder) => write!(f, "{comma}{}:{port}", folder.display())?,
            }
        }
        let user = self.config.get_user();
        let name = self.config.get_dbname().or(user).unwrap_or_default();
        write!(f, "/{name}")
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use postgres::Config;
    use postgres::config::SslMode;

    use super::super::tls::TlsFault;
    use super::{Address, DatabaseFault, Promotions};

    #[test]
    fn an_address_shows_everything_but_the_password() {
        for (text, shown) in [
            ("postgres://till:secret@db/shop", "postgres://db:5432/shop"),
            (
                "postgresql://till:secret@one:1,two:2/shop",
                "postgres://one:1,two:2/shop",
            ),
            ("postgres://till:secret@db", "postgres://db:5432/till"),
        ] {
            let address = Address::parse(text).expect("an address");
            assert_eq!(address.to_string(), shown);
            assert_eq!(format!("{address:?}"), format!("Address({shown})"));
        }
    }

    #[test]
    fn each_host_is_reached_with_the_same_words() {
        let text = "postgres://till:secret@one:1,two:2/shop?connect_timeout=3";
        let address = Address::parse(text).expect("an address");
        let each = address.each();
        let shown = each
            .iter()
            .map(|config| Address {
                config: config.clone(),
                tls: address.tls.clone(),
                promotions: Promotions::default(),
            })
            .map(|address| address.to_string());
        let shown: Vec<_> = shown.collect();
        assert_eq!(shown, ["postgres://one:1/shop", "postgres://two:2/shop"]);
        for config in each {
            assert_eq!(config.get_password(), Some(&b"secret"[..]));
            assert_eq!(config.get_user(), Some("till"));
            let wait = config.get_connect_timeout();
            assert_eq!(wait, Some(&std::time::Duration::from_secs(3)));
        }
    }

    #[test]
    fn what_is_no_address_is_told_apart() {
        for text in [
            "shop.db",
            "mysql://db/shop",
            "postgres://",
            "postgres://db:x/y",
        ] {
            let fault = Address::parse(text).expect_err("no address");
            assert!(
                matches!(fault, DatabaseFault::Address(_)),
                "{text}: {fault}"
            );
        }
    }

    #[test]
    fn what_an_address_says_of_encryption_holds_for_each_host_on_a_network() {
        let text = "postgres://till:a?b@one,%2Frun%2Fpg/shop?connect_timeout=3&sslmode=require";
        let address = Address::parse(text).expect("an address");
        assert_eq!(address.config.get_password(), Some(&b"a?b"[..]));
        let modes: Vec<SslMode> = address.each().iter().map(Config::get_ssl_mode).collect();
        assert_eq!(modes, [SslMode::Require, SslMode::Disable]);
        let fault = Address::parse("postgres://db/shop?sslmode=verify-full").expect_err("no root");
        assert_eq!(fault, DatabaseFault::Tls(TlsFault::Rootless("verify-full")));
        let fault = Address::parse("postgres://db/shop?sslrootcert=%2Fno%20where&sslmode=require");
        let DatabaseFault::Tls(TlsFault::Root { path, .. }) = fault.expect_err("no file") else {
            panic!("the file is to blame");
        };
        assert_eq!(path, std::path::Path::new("/no where"));
    }
}
