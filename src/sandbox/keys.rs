//! The sandbox's own secrets: the app's and Alipay's key pairs, and certificates for both.
//!
//! Made at the first start and read afterwards, so that an installation that was set up once
//! keeps working. Real money never depends on them.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use provider::cert::{cert_sn, root_cert_sn};
use provider::{PrivateKey, PublicKey, SecretError};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    PKCS_RSA_SHA256,
};

/// The number of the sandbox's only app.
pub const APP_ID: &str = "2021000000000001";

/// The number of the merchant's account.
pub const SELLER_ID: &str = "2088102100009999";

const APP_KEY: &str = "appPrivateKey.pem";
const ALIPAY_KEY: &str = "alipayPrivateKey.pem";
const ALIPAY_PUBLIC: &str = "alipayPublicKey.pem";
const APP_CERT: &str = "appCertPublicKey_2021000000000001.crt";
const ALIPAY_CERT: &str = "alipayCertPublicKey_RSA2.crt";
const ROOT_CERT: &str = "alipayRootCert.crt";

/// Why there are no secrets.
#[derive(Debug, thiserror::Error)]
pub enum KeysFault {
    /// The directory or a file in it cannot be read or written.
    #[error(
        "the sandbox's keys in {path} cannot be read or written ({source}); give it a \
             directory that it may write"
    )]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is there but holds no key or certificate.
    #[error(
        "{name} in the sandbox's keys is damaged ({source}); delete the directory and start \
             again, the sandbox makes fresh ones"
    )]
    Damaged {
        /// Which one.
        name: &'static str,
        /// What is wrong with it.
        source: SecretError,
    },
    /// No key could be made.
    #[error("the sandbox could not make its keys: {0}")]
    NotMade(#[from] rcgen::Error),
}

/// The six texts as they stand in files.
#[derive(Clone)]
pub struct KeyTexts {
    /// The app's private key, PEM.
    pub app_private: String,
    /// Alipay's private key, PEM.
    pub alipay_private: String,
    /// Alipay's public key, PEM.
    pub alipay_public: String,
    /// The app's certificate, PEM.
    pub app_cert: String,
    /// Alipay's certificate, PEM.
    pub alipay_cert: String,
    /// The root of both, PEM.
    pub root_cert: String,
}

/// The secrets, read and ready.
#[derive(Clone)]
pub struct Keys {
    /// The texts, for the merchant's side.
    pub texts: KeyTexts,
    /// Verifies the merchant's requests.
    pub app_public: PublicKey,
    /// Signs the answers.
    pub alipay_private: PrivateKey,
    /// The number of the app's certificate.
    pub app_cert_sn: String,
    /// The number of Alipay's certificate.
    pub alipay_cert_sn: String,
    /// The number of the root.
    pub root_cert_sn: String,
}

impl Keys {
    /// Reads the keys in `dir`; makes them, and the directory, where a file is missing.
    ///
    /// # Errors
    /// A [`KeysFault`] with the cause and the next step.
    pub fn at(dir: &Path) -> Result<Self, KeysFault> {
        if let Some(texts) = read_texts(dir)? {
            return Self::from_texts(texts);
        }
        let texts = make()?;
        write_texts(dir, &texts)?;
        Self::from_texts(texts)
    }

    /// Fresh keys in memory only.
    ///
    /// # Errors
    /// [`KeysFault::NotMade`].
    pub fn in_memory() -> Result<Self, KeysFault> {
        Self::from_texts(make()?)
    }

    fn from_texts(texts: KeyTexts) -> Result<Self, KeysFault> {
        let damaged = |name| move |source| KeysFault::Damaged { name, source };
        let app_private = PrivateKey::read(&texts.app_private).map_err(damaged(APP_KEY))?;
        PublicKey::read(&texts.alipay_public).map_err(damaged(ALIPAY_PUBLIC))?;
        Ok(Self {
            app_public: app_private.public(),
            alipay_private: PrivateKey::read(&texts.alipay_private).map_err(damaged(ALIPAY_KEY))?,
            app_cert_sn: cert_sn(&texts.app_cert).map_err(damaged(APP_CERT))?,
            alipay_cert_sn: cert_sn(&texts.alipay_cert).map_err(damaged(ALIPAY_CERT))?,
            root_cert_sn: root_cert_sn(&texts.root_cert).map_err(damaged(ROOT_CERT))?,
            texts,
        })
    }
}

/// Makes both key pairs and the certificates over them.
fn make() -> Result<KeyTexts, KeysFault> {
    let root_key = KeyPair::generate_for(&PKCS_RSA_SHA256)?;
    let app_key = KeyPair::generate_for(&PKCS_RSA_SHA256)?;
    let alipay_key = KeyPair::generate_for(&PKCS_RSA_SHA256)?;
    let mut root = params("Scantill Sandbox Root")?;
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root_cert = root.self_signed(&root_key)?;
    let issuer = Issuer::from_params(&root, &root_key);
    let app_cert = params("Scantill Sandbox Merchant")?.signed_by(&app_key, &issuer)?;
    let alipay_cert = params("Scantill Sandbox Alipay")?.signed_by(&alipay_key, &issuer)?;
    Ok(KeyTexts {
        app_private: app_key.serialize_pem(),
        alipay_private: alipay_key.serialize_pem(),
        alipay_public: alipay_key.public_key_pem(),
        app_cert: app_cert.pem(),
        alipay_cert: alipay_cert.pem(),
        root_cert: root_cert.pem(),
    })
}

fn params(name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, "CN");
    subject.push(DnType::OrganizationName, "Scantill");
    subject.push(DnType::OrganizationalUnitName, "Sandbox");
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    Ok(params)
}

/// The texts in `dir`, or `None` when one of them is missing.
fn read_texts(dir: &Path) -> Result<Option<KeyTexts>, KeysFault> {
    let read = |name: &str| {
        let path = dir.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(KeysFault::File { path, source }),
        }
    };
    let (Some(app_private), Some(alipay_private)) = (read(APP_KEY)?, read(ALIPAY_KEY)?) else {
        return Ok(None);
    };
    let (Some(alipay_public), Some(app_cert)) = (read(ALIPAY_PUBLIC)?, read(APP_CERT)?) else {
        return Ok(None);
    };
    let (Some(alipay_cert), Some(root_cert)) = (read(ALIPAY_CERT)?, read(ROOT_CERT)?) else {
        return Ok(None);
    };
    Ok(Some(KeyTexts {
        app_private,
        alipay_private,
        alipay_public,
        app_cert,
        alipay_cert,
        root_cert,
    }))
}

fn write_texts(dir: &Path, texts: &KeyTexts) -> Result<(), KeysFault> {
    fs::create_dir_all(dir).map_err(|source| KeysFault::File {
        path: dir.to_owned(),
        source,
    })?;
    for (name, text) in [
        (APP_KEY, &texts.app_private),
        (ALIPAY_KEY, &texts.alipay_private),
        (ALIPAY_PUBLIC, &texts.alipay_public),
        (APP_CERT, &texts.app_cert),
        (ALIPAY_CERT, &texts.alipay_cert),
        (ROOT_CERT, &texts.root_cert),
    ] {
        let path = dir.join(name);
        write_private(&path, text).map_err(|source| KeysFault::File { path, source })?;
    }
    Ok(())
}

/// Writes beside and renames over, so that a crash leaves no half a key; for the owner only.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("part");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}
