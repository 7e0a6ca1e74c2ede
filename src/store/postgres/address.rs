//! Where a database is, and what of that may be shown: the password never.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use postgres::Config;
use postgres::config::{Host, SslMode, TargetSessionAttrs};

use super::fault::DatabaseFault;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How long the other end may leave what we sent unheard before the connection counts as broken.
const UNHEARD: Duration = Duration::from_secs(10);
/// When a connection that is still is asked whether it lives.
const STILL: Duration = Duration::from_secs(10);

/// The address of a database: `postgres://user:password@host/name`, or several hosts of which one
/// takes writes: `postgres://user:password@one,other/name`.
#[derive(Clone)]
pub struct Address {
    pub(super) config: Config,
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
    /// [`DatabaseFault::Address`] or [`DatabaseFault::Tls`].
    pub fn parse(text: &str) -> Result<Self, DatabaseFault> {
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            let cause = "it does not begin with postgres://".to_owned();
            return Err(DatabaseFault::Address(cause));
        }
        let mut config: Config = text
            .parse()
            .map_err(|error| DatabaseFault::Address(super::fault::words(&error)))?;
        if config.get_hosts().is_empty() {
            let cause = "it names no host".to_owned();
            return Err(DatabaseFault::Address(cause));
        }
        if config.get_ssl_mode() == SslMode::Require {
            return Err(DatabaseFault::Tls);
        }
        config.connect_timeout(*config.get_connect_timeout().unwrap_or(&CONNECT));
        settle(&mut config);
        Ok(Self {
            config,
            promotions: Promotions::default(),
        })
    }

    /// How to reach each of its hosts, in their order.
    pub(super) fn each(&self) -> Vec<Config> {
        let places = 0..self.config.get_hosts().len();
        places.map(|place| alone(&self.config, place)).collect()
    }
}

/// What holds for every connection of ours.
fn settle(config: &mut Config) {
    config.ssl_mode(SslMode::Disable);
    config.tcp_user_timeout(UNHEARD);
    config.keepalives_idle(STILL);
    config.application_name("scantill");
    // A standby answers with what was, and takes nothing.
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
}

/// The same with one of the hosts only.
fn alone(all: &Config, place: usize) -> Config {
    let mut one = Config::new();
    settle(&mut one);
    match all.get_hosts().get(place) {
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
        let fault = Address::parse("postgres://db/shop?sslmode=require").expect_err("no TLS");
        assert_eq!(fault, DatabaseFault::Tls);
    }
}
