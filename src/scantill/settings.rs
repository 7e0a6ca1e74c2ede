//! Alipay's credentials: read from variables, a file, or what was sealed, and checked at the start.

use std::fs;
use std::path::{Path, PathBuf};

use money::Offer;
use provider::alipay::GATEWAY;
use provider::cert::{cert_key, cert_sn, root_cert_sn};
use provider::{Account, Alipay, CertSet, PrivateKey, PublicKey, SecretError, Trust};
use say::Lang;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use crate::fault::Fault;
use crate::options::{Credentials, Dealings};
use crate::seal::{self, Master};
use crate::{tell, words, world};

mod instalments;
mod public;
mod refused;
#[cfg(test)]
mod tests;

pub(crate) use instalments::PlanFault;
pub(crate) use public::NotPublic;

/// Credentials and settings of an account as they stand in a file. A name with `_file` names a file
/// that holds the text.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paper {
    gateway: Option<String>,
    app_id: Option<String>,
    seller_id: Option<String>,
    public_url: Option<String>,
    refused_sources: Option<String>,
    instalments: Option<String>,
    instalments_from: Option<String>,
    app_private_key: Option<String>,
    app_private_key_file: Option<String>,
    alipay_public_key: Option<String>,
    alipay_public_key_file: Option<String>,
    app_cert: Option<String>,
    app_cert_file: Option<String>,
    alipay_cert: Option<String>,
    alipay_cert_file: Option<String>,
    root_cert: Option<String>,
    root_cert_file: Option<String>,
}

impl Drop for Paper {
    fn drop(&mut self) {
        self.app_private_key.zeroize();
    }
}

/// One line of a paper: its name, its variable, and where it stands.
type Line = (
    &'static str,
    &'static str,
    fn(&mut Paper) -> &mut Option<String>,
);
/// A text that can also be in a file: the line of the text and the line of the file's name.
type Pair = (Line, Line);

const PLAIN: [Line; 7] = [
    ("gateway", "SCANTILL_ALIPAY_GATEWAY", |paper| {
        &mut paper.gateway
    }),
    ("app_id", "SCANTILL_ALIPAY_APP_ID", |paper| {
        &mut paper.app_id
    }),
    ("seller_id", "SCANTILL_ALIPAY_SELLER_ID", |paper| {
        &mut paper.seller_id
    }),
    ("public_url", "SCANTILL_PUBLIC_URL", |paper| {
        &mut paper.public_url
    }),
    ("refused_sources", "SCANTILL_REFUSED_SOURCES", |paper| {
        &mut paper.refused_sources
    }),
    ("instalments", "SCANTILL_INSTALMENTS", |paper| {
        &mut paper.instalments
    }),
    ("instalments_from", "SCANTILL_INSTALMENTS_FROM", |paper| {
        &mut paper.instalments_from
    }),
];
const PRIVATE_KEY: Pair = (
    (
        "app_private_key",
        "SCANTILL_ALIPAY_APP_PRIVATE_KEY",
        |paper| &mut paper.app_private_key,
    ),
    (
        "app_private_key_file",
        "SCANTILL_ALIPAY_APP_PRIVATE_KEY_FILE",
        |paper| &mut paper.app_private_key_file,
    ),
);
const PUBLIC_KEY: Pair = (
    ("alipay_public_key", "SCANTILL_ALIPAY_PUBLIC_KEY", |paper| {
        &mut paper.alipay_public_key
    }),
    (
        "alipay_public_key_file",
        "SCANTILL_ALIPAY_PUBLIC_KEY_FILE",
        |paper| &mut paper.alipay_public_key_file,
    ),
);
const APP_CERT: Pair = (
    ("app_cert", "SCANTILL_ALIPAY_APP_CERT", |paper| {
        &mut paper.app_cert
    }),
    ("app_cert_file", "SCANTILL_ALIPAY_APP_CERT_FILE", |paper| {
        &mut paper.app_cert_file
    }),
);
const ALIPAY_CERT: Pair = (
    ("alipay_cert", "SCANTILL_ALIPAY_CERT", |paper| {
        &mut paper.alipay_cert
    }),
    ("alipay_cert_file", "SCANTILL_ALIPAY_CERT_FILE", |paper| {
        &mut paper.alipay_cert_file
    }),
);
const ROOT_CERT: Pair = (
    ("root_cert", "SCANTILL_ALIPAY_ROOT_CERT", |paper| {
        &mut paper.root_cert
    }),
    (
        "root_cert_file",
        "SCANTILL_ALIPAY_ROOT_CERT_FILE",
        |paper| &mut paper.root_cert_file,
    ),
);
const PAIRS: [Pair; 5] = [PRIVATE_KEY, PUBLIC_KEY, APP_CERT, ALIPAY_CERT, ROOT_CERT];

impl Paper {
    /// For the sandbox, in key mode.
    pub(crate) fn sandbox(credentials: &::sandbox::Credentials) -> Self {
        let mut paper = Self::default();
        paper.gateway = Some(credentials.gateway.clone());
        paper.app_id = Some(credentials.app_id.clone());
        paper.app_private_key = Some(credentials.app_private_key.clone());
        paper.alipay_public_key = Some(credentials.alipay_public_key.clone());
        paper
    }

    /// With notices at this address unless something else is said: a sandbox in the same process
    /// always reaches us.
    pub(crate) fn told_at(mut self, origin: &str) -> Self {
        self.public_url = Some(origin.to_owned());
        self
    }

    /// With what the options say beside the account; they come before everything else.
    pub(crate) fn with(mut self, dealings: &Dealings) -> Self {
        if dealings.public_url.is_some() {
            self.public_url.clone_from(&dealings.public_url);
        }
        if dealings.refused_sources.is_some() {
            self.refused_sources.clone_from(&dealings.refused_sources);
        }
        if dealings.instalments.is_some() {
            self.instalments.clone_from(&dealings.instalments);
        }
        if dealings.instalments_from.is_some() {
            self.instalments_from.clone_from(&dealings.instalments_from);
        }
        self
    }

    /// For the sandbox, in certificate mode.
    pub(crate) fn sandbox_certs(credentials: &::sandbox::Credentials) -> Self {
        let mut paper = Self::sandbox(credentials);
        paper.alipay_public_key = None;
        paper.app_cert = Some(credentials.app_cert.clone());
        paper.alipay_cert = Some(credentials.alipay_cert.clone());
        paper.root_cert = Some(credentials.root_cert.clone());
        paper
    }

    /// As a credentials file.
    pub(crate) fn text(&self) -> Result<Zeroizing<String>, Fault> {
        toml::to_string(self)
            .map(Zeroizing::new)
            .map_err(|error| Fault::Defect(error.to_string()))
    }

    /// Reads what stands in a file.
    ///
    /// # Errors
    /// [`Fault::Toml`] with its line, and nothing of what stands in it.
    pub(crate) fn parse(text: &str, path: &Path) -> Result<Self, Fault> {
        // The parser's full report quotes the line, which may be the private key.
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.get(..start).unwrap_or_default().lines().count().max(1);
            let cause = format!("{} ({line})", error.message());
            Fault::Toml {
                path: path.to_owned(),
                cause,
            }
        })
    }

    fn from_environment() -> Self {
        let mut paper = Self::default();
        let pairs = PAIRS.iter().flat_map(|(text, file)| [text, file]);
        for (_, variable, place) in PLAIN.iter().chain(pairs) {
            *place(&mut paper) = world::variable(variable);
        }
        paper
    }

    /// Puts the contents of the named files in the place of their names.
    fn with_files_read(mut self, folder: &Path) -> Result<Self, Fault> {
        for ((text_name, _, text), (file_name, _, file)) in PAIRS {
            let Some(name) = file(&mut self).take() else {
                continue;
            };
            if text(&mut self).is_some() {
                return Err(Fault::Twice {
                    one: text_name,
                    other: file_name,
                });
            }
            let path = folder.join(name);
            *text(&mut self) = Some(fs::read_to_string(&path).map_err(Fault::file(&path))?);
        }
        Ok(self)
    }

    /// This paper's lines, and the other's where this one has none.
    fn or(mut self, mut other: Self) -> Self {
        let is_key = self.alipay_public_key.is_some();
        let is_cert = self.alipay_cert.is_some();
        for (_, _, place) in PLAIN.into_iter().chain(PAIRS.map(|(text, _)| text)) {
            if place(&mut self).is_none() {
                *place(&mut self) = place(&mut other).take();
            }
        }
        // The nearer paper decides the mode.
        if is_key && !is_cert {
            (self.app_cert, self.alipay_cert, self.root_cert) = (None, None, None);
        } else if is_cert && !is_key {
            self.alipay_public_key = None;
        }
        self
    }

    /// True when nobody has said anything about an account.
    fn is_blank(&self) -> bool {
        self.app_id.is_none() && self.app_private_key.is_none()
    }

    /// True when both name an app, and not the same one.
    fn is_of_other_app(&self, other: &Self) -> bool {
        let apps = self.app_id.as_deref().zip(other.app_id.as_deref());
        apps.is_some_and(|(one, two)| one.trim() != two.trim())
    }

    /// The account, every part of it checked.
    ///
    /// # Errors
    /// A [`Fault`] that names the part.
    pub(crate) fn account(&self) -> Result<Account, Fault> {
        let gateway = self.gateway.as_deref().unwrap_or(GATEWAY).trim();
        check_gateway(gateway)?;
        let app_id = need(self.app_id.as_deref(), PLAIN[1])?;
        let key = need(self.app_private_key.as_deref(), PRIVATE_KEY.0)?;
        let private_key = PrivateKey::read(key).map_err(secret("app_private_key"))?;
        let trust = self.trust()?;
        // The usual mistake, and a costly one: money would be taken whose answers cannot be read.
        if matches!(&trust, Trust::Key(key) if *key == private_key.public()) {
            return Err(secret("alipay_public_key")(SecretError::OwnKey));
        }
        Ok(Account {
            gateway: gateway.to_owned(),
            app_id: app_id.to_owned(),
            private_key,
            trust,
            seller_id: self.seller_id.clone(),
        })
    }

    /// Who speaks to Alipay for this account, every part of it checked.
    ///
    /// # Errors
    /// A [`Fault`] that names the part.
    pub(crate) fn alipay(&self) -> Result<Alipay, Fault> {
        let account = self.account()?;
        let is_gateway_here = account.gateway.starts_with("http://");
        let url = self.public_url.as_deref();
        let notices = url.map(|url| public::notices(url, is_gateway_here));
        let refused = refused::sources(self.refused_sources.as_deref().unwrap_or_default())?;
        let alipay = Alipay::new(account).refusing(refused);
        Ok(match notices.transpose()?.flatten() {
            Some(url) => alipay.notifying(url),
            None => alipay,
        })
    }

    /// The plans of 花呗分期 that the shop offers, checked against the sources that it refuses.
    ///
    /// # Errors
    /// A [`Fault`] that names the part.
    pub(crate) fn offer(&self) -> Result<Offer, Fault> {
        let refused = refused::sources(self.refused_sources.as_deref().unwrap_or_default())?;
        let plans = self.instalments.as_deref().unwrap_or_default();
        instalments::offer(plans, self.instalments_from.as_deref(), &refused)
    }

    fn trust(&self) -> Result<Trust, Fault> {
        let is_cert =
            self.app_cert.is_some() || self.alipay_cert.is_some() || self.root_cert.is_some();
        if is_cert && self.alipay_public_key.is_some() {
            return Err(Fault::Twice {
                one: "alipay_public_key",
                other: "alipay_cert",
            });
        }
        if !is_cert {
            let key = need(self.alipay_public_key.as_deref(), PUBLIC_KEY.0)?;
            let key = PublicKey::read(key).map_err(secret("alipay_public_key"))?;
            return Ok(Trust::Key(key));
        }
        let app_cert = need(self.app_cert.as_deref(), APP_CERT.0)?;
        let alipay_cert = need(self.alipay_cert.as_deref(), ALIPAY_CERT.0)?;
        let root_cert = need(self.root_cert.as_deref(), ROOT_CERT.0)?;
        Ok(Trust::Cert(CertSet {
            app_cert_sn: cert_sn(app_cert).map_err(secret("app_cert"))?,
            root_cert_sn: root_cert_sn(root_cert).map_err(secret("root_cert"))?,
            alipay_cert_sn: cert_sn(alipay_cert).map_err(secret("alipay_cert"))?,
            alipay_key: cert_key(alipay_cert).map_err(secret("alipay_cert"))?,
        }))
    }
}

fn need(value: Option<&str>, line: Line) -> Result<&str, Fault> {
    let (name, variable, _) = line;
    value
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .ok_or(Fault::Missing { name, variable })
}

fn secret(name: &'static str) -> impl FnOnce(SecretError) -> Fault {
    move |cause| Fault::Secret { name, cause }
}

/// Only this machine may be spoken to without encryption.
fn check_gateway(url: &str) -> Result<(), Fault> {
    let bad = || Fault::BadGateway(url.to_owned());
    let (scheme, rest) = url.split_once("://").ok_or_else(bad)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.contains('@') || url.contains(char::is_whitespace) {
        return Err(bad());
    }
    let name = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        Some((name, _)) => name,
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_here = name.eq_ignore_ascii_case("localhost")
        || name
            .parse()
            .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    match scheme {
        "https" => Ok(()),
        "http" if is_here => Ok(()),
        "http" => Err(Fault::PlainGateway(url.to_owned())),
        _ => Err(bad()),
    }
}

/// A file that was given and is right, and is not sealed yet.
pub(crate) struct Unsealed {
    path: PathBuf,
    paper: Paper,
}

impl Unsealed {
    /// Seals it, over what was sealed before. Only for whom the record has let in: of the earlier
    /// private key there may be no other copy.
    ///
    /// # Errors
    /// A [`Fault`] when the home folder takes no file.
    pub(crate) fn seal(&self, home: &Path, master: &Master, lang: Lang) -> Result<(), Fault> {
        let sealed = seal::keep(home, master, &self.paper.text()?)?;
        let (sealed, plain) = (sealed.display(), self.path.display());
        tell(&say::fill(
            words(lang).sealed,
            &[("path", &sealed.to_string()), ("plain", &plain.to_string())],
        ));
        Ok(())
    }
}

/// The shop's account with its settings: options before variables, these before the file, the file
/// before what was sealed. A file that is given comes back, to be sealed once the record agrees.
///
/// # Errors
/// A [`Fault`] that says what is missing or wrong.
pub(crate) fn alipay(
    home: &Path,
    file: Option<&PathBuf>,
    dealings: &Dealings,
    master: &Master,
) -> Result<(Alipay, Offer, Option<Unsealed>), Fault> {
    let nearer = Paper::from_environment().with_files_read(Path::new(""))?;
    let farther = match file {
        Some(path) => read_file(path)?,
        None => match seal::recall(home, master)? {
            Some(text) => Paper::parse(&text, &seal::sealed_path(home))?,
            None => Paper::default(),
        },
    };
    let paper = nearer.or(farther.clone());
    if paper.is_blank() && file.is_none() {
        return Err(Fault::NoAccount);
    }
    let paper = paper.with(dealings);
    let (alipay, offer) = (paper.alipay()?, paper.offer()?);
    let unsealed = file.map(|path| Unsealed {
        path: path.clone(),
        paper: farther,
    });
    Ok((alipay, offer, unsealed))
}

/// `scantill credentials`: checks a file and seals it. It does not look at the record, so it never
/// puts one app in another's place.
///
/// # Errors
/// A [`Fault`] that says what is missing or wrong.
pub(crate) fn seal_file(options: &Credentials, lang: Lang) -> Result<(), Fault> {
    let home = &options.home.dir;
    fs::create_dir_all(home).map_err(Fault::home(home))?;
    let paper = read_file(&options.alipay_file)?;
    paper.alipay()?;
    paper.offer()?;
    let master = Master::at(home)?;
    // What does not open any more keeps nobody from sealing again.
    if let Some(text) = seal::recall(home, &master).ok().flatten() {
        let path = seal::sealed_path(home);
        if Paper::parse(&text, &path)?.is_of_other_app(&paper) {
            return Err(Fault::OtherApp(path));
        }
    }
    let unsealed = Unsealed {
        path: options.alipay_file.clone(),
        paper,
    };
    unsealed.seal(home, &master, lang)
}

fn read_file(path: &Path) -> Result<Paper, Fault> {
    let text = Zeroizing::new(fs::read_to_string(path).map_err(Fault::file(path))?);
    let folder = path.parent().unwrap_or(Path::new(""));
    Paper::parse(&text, path)?.with_files_read(folder)
}
