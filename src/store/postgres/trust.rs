//! Whom a connection to a database trusts: anybody, whoever has a certificate of ours, or only the
//! host of that name.

use std::fmt;

use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use tokio_rustls::rustls::crypto::{
    WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use super::tls::store;

/// Whom to trust.
pub(super) enum Trust {
    /// Whoever answers: against those who only listen.
    Anybody,
    /// Whoever has a certificate that these signed.
    Signed(Vec<CertificateDer<'static>>),
    /// The same, and it must be for the host that was asked for.
    Named(Vec<CertificateDer<'static>>),
}

/// A judge of certificates.
pub(super) struct Verifier {
    /// `None` for whoever answers.
    roots: Option<Roots>,
    is_named: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

struct Roots {
    anchors: RootCertStore,
    /// As they stand in the file.
    whole: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// The judge of that.
    ///
    /// # Errors
    /// When what stands in the file of trusted certificates is none.
    pub(super) fn verifier(self, algorithms: WebPkiSupportedAlgorithms) -> Result<Verifier, Error> {
        let (whole, is_named) = match self {
            Self::Anybody => (None, false),
            Self::Signed(whole) => (Some(whole), false),
            Self::Named(whole) => (Some(whole), true),
        };
        let roots = whole.map(|whole| {
            // Of the certificates of a system, or of a whole list, some are not readable.
            let anchors = store(&whole, whole.len() > 1)?;
            Ok::<_, Error>(Roots { anchors, whole })
        });
        Ok(Verifier {
            roots: roots.transpose()?,
            is_named,
            algorithms,
        })
    }
}

impl Verifier {
    /// Whether somebody trusted has signed it, and it is valid now.
    fn check_chain(
        &self,
        roots: &Roots,
        leaf: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        let parsed = ParsedCertificate::try_from(leaf)?;
        let checked = verify_server_cert_signed_by_trust_anchor(
            &parsed,
            &roots.anchors,
            between,
            now,
            self.algorithms.all,
        );
        match checked {
            // A server's own certificate is often the one that is trusted, made by one command and
            // marked as an authority by it, which no chain may end with. Whether it has expired
            // was looked at before that.
            Err(Error::InvalidCertificate(CertificateError::Other(_)))
                if roots.whole.iter().any(|root| root == leaf) =>
            {
                Ok(())
            }
            checked => checked,
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(roots) = &self.roots {
            self.check_chain(roots, leaf, between, now)?;
        }
        if self.is_named {
            verify_server_name(&ParsedCertificate::try_from(leaf)?, name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, leaf, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, leaf, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier")
    }
}
