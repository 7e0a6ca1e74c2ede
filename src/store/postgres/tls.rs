//! Encryption on the way to a database, in the words and with the meanings of PostgreSQL's own
//! clients: `sslmode` and `sslrootcert` in the address.
//!
//! Whoever asks for encryption gets it or a refusal, never the same in clear. Unlike PostgreSQL's
//! clients, `prefer` does not try again in clear where the other end speaks TLS and fails at it.

use std::fmt;
use std::fs;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use postgres::config::SslMode;
use postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::trust::Trust;

/// Why an address that asks for encryption cannot be followed, each with its cause and the next
/// step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsFault {
    /// Not a mode of ours.
    #[error("sslmode={0} is not known; write disable, prefer, require, verify-ca or verify-full")]
    Mode(String),
    /// Nothing to verify with.
    #[error("sslmode={0} needs to know whom to trust; add sslrootcert=FILE or sslrootcert=system")]
    Rootless(&'static str),
    /// Anybody has a certificate that the system trusts, for his own name.
    #[error("sslrootcert=system says nothing without the host's name; write sslmode=verify-full")]
    Weak,
    /// The file with the trusted certificates is of no use.
    #[error("{} holds no certificate that can be read: {cause}; check sslrootcert", path.display())]
    Root {
        /// The file, or `system`.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// The other end does not speak it.
    #[error("{place} does not speak TLS; switch ssl on there, or take sslmode out of the address")]
    Clear {
        /// Where.
        place: String,
    },
    /// The other end is not who it should be, or does not get through the beginning.
    #[error("{place} cannot be trusted: {cause}; check the host's name and sslrootcert")]
    Untrusted {
        /// Where.
        place: String,
        /// What is wrong with it.
        cause: String,
    },
}

/// How much is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl Mode {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }

    fn parse(word: &str) -> Result<Self, TlsFault> {
        let all = [
            Self::Disable,
            Self::Prefer,
            Self::Require,
            Self::VerifyCa,
            Self::VerifyFull,
        ];
        let found = all.into_iter().find(|mode| mode.as_str() == word);
        found.ok_or_else(|| TlsFault::Mode(word.to_owned()))
    }
}

/// What an address says of encryption, ready to be used.
#[derive(Clone)]
pub(super) struct Tls {
    mode: Mode,
    config: Arc<ClientConfig>,
}

impl Tls {
    /// Reads the two words of an address, and the file that the second one names.
    ///
    /// # Errors
    /// [`TlsFault`] for what cannot be followed.
    pub(super) fn of(mode: Option<&str>, root: Option<&str>) -> Result<Self, TlsFault> {
        let is_system = root == Some("system");
        let usual = if is_system {
            Mode::VerifyFull
        } else {
            Mode::Prefer
        };
        let mode = mode.map_or(Ok(usual), Mode::parse)?;
        if is_system && !matches!(mode, Mode::VerifyFull | Mode::Disable) {
            return Err(TlsFault::Weak);
        }
        let trust = match (mode, root) {
            (Mode::Disable, _) | (Mode::Prefer | Mode::Require, None) => Trust::Anybody,
            (Mode::VerifyCa | Mode::VerifyFull, None) => {
                return Err(TlsFault::Rootless(mode.as_str()));
            }
            (Mode::Prefer | Mode::Require | Mode::VerifyCa, Some(root)) => {
                Trust::Signed(read(root)?)
            }
            (Mode::VerifyFull, Some(root)) => Trust::Named(read(root)?),
        };
        let config = config(trust).map_err(|error| TlsFault::Root {
            path: PathBuf::from(root.unwrap_or_default()),
            cause: error.to_string(),
        })?;
        Ok(Self {
            mode,
            config: Arc::new(config),
        })
    }

    /// In the words of the crate beneath, which knows nothing of verifying.
    pub(super) const fn mode(&self) -> SslMode {
        match self.mode {
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tls({})", self.mode.as_str())
    }
}

/// Certificates of whom to trust.
fn read(root: &str) -> Result<Vec<CertificateDer<'static>>, TlsFault> {
    let path = PathBuf::from(root);
    let fault = |cause: String| TlsFault::Root {
        path: path.clone(),
        cause,
    };
    let found = if root == "system" {
        rustls_native_certs::load_native_certs().certs
    } else {
        read_file(&path).map_err(fault)?
    };
    if found.is_empty() {
        return Err(fault("there is none in it".to_owned()));
    }
    Ok(found)
}

fn read_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let found = CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>();
    found.map_err(|error| error.to_string())
}

fn config(trust: Trust) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions()?;
    let verifier = trust.verifier(algorithms)?;
    let mut config = builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(config)
}

/// Trusted certificates in the form in which chains are checked. Of the system's some may be of a
/// kind that nobody can read; a file's are all meant.
pub(super) fn store(
    roots: &[CertificateDer<'static>],
    is_lenient: bool,
) -> Result<RootCertStore, rustls::Error> {
    let mut store = RootCertStore::empty();
    for root in roots {
        match store.add(root.clone()) {
            Err(error) if !is_lenient => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(store)
}

/// The beginning of an encrypted connection to one host.
pub(super) struct Handshake {
    mode: Mode,
    config: Arc<ClientConfig>,
    host: String,
}

impl Handshake {
    /// The name that the other end is asked for. Where its name does not matter any will do: an
    /// address is not told to it.
    fn name(&self) -> io::Result<ServerName<'static>> {
        match ServerName::try_from(self.host.clone()) {
            Ok(name) => Ok(name),
            Err(_) if self.mode != Mode::VerifyFull => {
                Ok(ServerName::from(IpAddr::V4(Ipv4Addr::LOCALHOST)))
            }
            Err(error) => Err(io::Error::new(io::ErrorKind::InvalidInput, error)),
        }
    }
}

impl<S> MakeTlsConnect<S> for Tls
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Encrypted<S>;
    type TlsConnect = Handshake;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Handshake> {
        Ok(Handshake {
            mode: self.mode,
            config: Arc::clone(&self.config),
            host: host.to_owned(),
        })
    }
}

impl<S> TlsConnect<S> for Handshake
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Encrypted<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Encrypted<S>>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move {
            let name = self.name()?;
            let connector = TlsConnector::from(Arc::clone(&self.config));
            connector.connect(name, stream).await.map(Encrypted)
        })
    }
}

/// A connection that nobody on the way can read.
pub(super) struct Encrypted<S>(tokio_rustls::client::TlsStream<S>);

impl<S> TlsStream for Encrypted<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Encrypted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Encrypted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use postgres::config::SslMode;

    use super::{Tls, TlsFault};

    #[test]
    fn the_modes_mean_what_they_mean_to_other_clients() {
        for (word, mode) in [
            (None, SslMode::Prefer),
            (Some("disable"), SslMode::Disable),
            (Some("prefer"), SslMode::Prefer),
            (Some("require"), SslMode::Require),
        ] {
            let tls = Tls::of(word, None).expect("a mode");
            assert_eq!(tls.mode(), mode, "{tls:?}");
        }
    }

    #[test]
    fn what_cannot_be_followed_is_refused_before_anybody_is_called() {
        let fault = |mode, root| Tls::of(mode, root).expect_err("refused");
        assert_eq!(
            fault(Some("allow"), None),
            TlsFault::Mode("allow".to_owned())
        );
        for mode in ["verify-ca", "verify-full"] {
            assert_eq!(fault(Some(mode), None), TlsFault::Rootless(mode));
        }
        for mode in ["prefer", "require", "verify-ca"] {
            assert_eq!(fault(Some(mode), Some("system")), TlsFault::Weak);
        }
        let missing = fault(Some("verify-full"), Some("/nowhere/root.crt"));
        assert!(matches!(missing, TlsFault::Root { .. }), "{missing}");
        let empty = fault(Some("require"), Some("/dev/null"));
        assert!(matches!(empty, TlsFault::Root { .. }), "{empty}");
    }
}
