//! Secrets and signatures: RSA with SHA-256 and PKCS#1 v1.5 padding, which Alipay calls RSA2.
//!
//! Key texts come from owners who paste what a tool gave them, so every usual form is read and
//! every usual mix-up has its own sentence. A secret never shows itself in an error or a log.

use core::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{self, KeyPair, RsaParameters};
use aws_lc_rs::signature::{
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::cert;
use crate::pem::{self, Block};

#[cfg(feature = "planted")]
mod quick;

/// RSA2 wants at least this many bits in a key.
const BITS_MIN: u32 = 2048;

/// Why a text is not the secret that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Nothing but blanks.
    #[error("the key is empty; paste the whole text that the key tool gave")]
    Empty,
    /// Other letters than Base64 has.
    #[error("the key is not Base64 text; paste it whole, with nothing before or after it")]
    NotBase64,
    /// The public half of the app's own key where Alipay's is wanted.
    #[error(
        "this is the app's own public key; the Alipay public key is wanted here, which the \
         platform shows in return once the app's is handed in"
    )]
    OwnKey,
    /// Protected by a password.
    #[error("the key is protected by a password; remove it: openssl pkey -in KEY -out PLAIN")]
    Encrypted,
    /// A public key where the private one is wanted.
    #[error("this is a public key; the app's private key is wanted here")]
    PublicGiven,
    /// A private key where a public one is wanted.
    #[error("this is a private key; a public key is wanted here, keep the private one secret")]
    PrivateGiven,
    /// A certificate where a key is wanted.
    #[error("this is a certificate; the app's private key is wanted here")]
    CertificateGiven,
    /// A key of another kind: EC, SM2, Ed25519.
    #[error("the key is not an RSA key; make an RSA key of 2048 bits")]
    NotRsa,
    /// Fewer than 2048 bits.
    #[error("the RSA key is too short; make one of 2048 bits")]
    TooShort,
    /// More than 8192 bits.
    #[error("the RSA key is too long; make one of 2048 bits")]
    TooLong,
    /// Base64, but no key inside: cut off or changed.
    #[error("there is no whole key in this text; part of it may be missing")]
    NotAKey,
    /// Not a certificate, or cut off or changed.
    #[error("there is no whole X.509 certificate in this text; use the .crt file as downloaded")]
    NotACertificate,
    /// A root bundle with nothing that RSA signed.
    #[error("the bundle holds no RSA root; use alipayRootCert.crt as downloaded")]
    NoRsaRoot,
}

/// The half of a key pair that signs. Shows nothing of itself.
#[derive(Clone)]
pub struct PrivateKey {
    pair: Arc<KeyPair>,
    public: PublicKey,
}

impl PrivateKey {
    /// Reads an RSA private key: PEM or bare Base64, PKCS#1 or PKCS#8, whatever its header says.
    ///
    /// # Errors
    /// A [`SecretError`] with the cause and what to do; it never repeats any part of the text.
    pub fn read(text: &str) -> Result<Self, SecretError> {
        let blocks = pem::blocks(text);
        let block = blocks.first().ok_or(SecretError::Empty)?;
        if block.is_encrypted {
            return Err(SecretError::Encrypted);
        }
        let bytes = block.bytes.as_ref().ok_or(SecretError::NotBase64)?;
        let as_pkcs8 = match KeyPair::from_pkcs8(bytes) {
            Ok(pair) => return Self::from_pair(pair),
            Err(rejected) => rejected,
        };
        let as_pkcs1 = match KeyPair::from_der(bytes) {
            Ok(pair) => return Self::from_pair(pair),
            Err(rejected) => rejected,
        };
        for rejected in [as_pkcs8, as_pkcs1] {
            match rejected.description_() {
                "TooSmall" => return Err(SecretError::TooShort),
                "TooLarge" => return Err(SecretError::TooLong),
                "WrongAlgorithm" => return Err(SecretError::NotRsa),
                _ => {}
            }
        }
        Err(what_instead_of_private(block, bytes))
    }

    /// Signs a text; the answer is Base64 on one line, 344 letters for 2048 bits.
    ///
    /// # Panics
    /// Never for a key that was read: every such key can sign.
    pub fn sign(&self, text: &[u8]) -> String {
        #[cfg(feature = "planted")]
        if let Some(seal) = self.public.quick_seal(text) {
            return pem::encode(&seal);
        }
        let mut signature = vec![0; self.pair.public_modulus_len()];
        // PKCS#1 v1.5 is deterministic: the source of chance is asked for and never used.
        let chance = SystemRandom::new();
        self.pair
            .sign(&RSA_PKCS1_SHA256, &chance, text, &mut signature)
            .expect("invariant: a key that was read can sign");
        pem::encode(&signature)
    }

    /// The half that verifies.
    pub fn public(&self) -> PublicKey {
        self.public.clone()
    }

    fn from_pair(pair: KeyPair) -> Result<Self, SecretError> {
        let public = PublicKey::from_der(pair.public_key().as_ref())?;
        Ok(Self {
            pair: Arc::new(pair),
            public,
        })
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "PrivateKey(RSA {})",
            self.pair.public_modulus_len() * 8
        )
    }
}

/// The half of a key pair that verifies.
#[derive(Clone)]
pub struct PublicKey {
    der: Vec<u8>,
    key: ParsedPublicKey,
    #[cfg(feature = "planted")]
    quick: Option<quick::Mark>,
}

impl PublicKey {
    /// Reads an RSA public key: PEM or bare Base64 of the key, or an X.509 certificate with it.
    ///
    /// # Errors
    /// A [`SecretError`] with the cause and what to do.
    pub fn read(text: &str) -> Result<Self, SecretError> {
        let blocks = pem::blocks(text);
        let block = blocks.first().ok_or(SecretError::Empty)?;
        if block.label.contains("PRIVATE") {
            return Err(SecretError::PrivateGiven);
        }
        let bytes = block.bytes.as_ref().ok_or(SecretError::NotBase64)?;
        if block.label.contains("CERTIFICATE") {
            return Self::from_der(&cert::spki(bytes)?);
        }
        let refused = match Self::from_der(bytes) {
            Ok(key) => return Ok(key),
            Err(refused) => refused,
        };
        if is_private(bytes) {
            return Err(SecretError::PrivateGiven);
        }
        match cert::spki(bytes) {
            Ok(spki) => Self::from_der(&spki),
            Err(_) => Err(refused),
        }
    }

    /// Whether the Base64 signature was made over exactly these bytes by this key's other half.
    pub fn verify(&self, text: &[u8], sign_b64: &str) -> bool {
        #[cfg(feature = "planted")]
        if ledger::planted::is(ledger::planted::Bug::SignatureUnchecked) {
            return true;
        }
        #[cfg(feature = "planted")]
        if let Some(is_sealed) = self.quick_verify(text, sign_b64) {
            return is_sealed;
        }
        STANDARD
            .decode(sign_b64)
            .is_ok_and(|signature| self.key.verify_sig(text, &signature).is_ok())
    }

    /// The key as one line of Base64, as Alipay's console shows it.
    pub fn text(&self) -> String {
        pem::encode(&self.der)
    }

    /// From the DER bytes of `SubjectPublicKeyInfo` or PKCS#1 `RSAPublicKey`.
    pub(crate) fn from_der(der: &[u8]) -> Result<Self, SecretError> {
        let rsa = rsa::PublicKey::from_der(der).map_err(|_| {
            if cert::is_spki(der) {
                SecretError::NotRsa
            } else {
                SecretError::NotAKey
            }
        })?;
        let bits =
            RsaParameters::public_modulus_len(rsa.as_ref()).map_err(|_| SecretError::NotAKey)?;
        if bits < BITS_MIN {
            return Err(SecretError::TooShort);
        }
        let spki: PublicKeyX509Der<'_> = rsa.as_der().map_err(|_| SecretError::NotAKey)?;
        let der = spki.as_ref().to_vec();
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &der)
            .map_err(|_| SecretError::NotAKey)?;
        Ok(Self {
            der,
            key,
            #[cfg(feature = "planted")]
            quick: None,
        })
    }
}

/// Equal keys tell the classic mix-up: the app's own public key in place of Alipay's.
impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PublicKey(RSA)")
    }
}

fn is_private(bytes: &[u8]) -> bool {
    KeyPair::from_pkcs8(bytes).is_ok() || KeyPair::from_der(bytes).is_ok()
}

fn what_instead_of_private(block: &Block, bytes: &[u8]) -> SecretError {
    if block.label.contains("CERTIFICATE") || cert::spki(bytes).is_ok() {
        return SecretError::CertificateGiven;
    }
    let is_public = block.label.contains("PUBLIC") || PublicKey::from_der(bytes).is_ok();
    if is_public {
        SecretError::PublicGiven
    } else if block.label.starts_with("EC ") {
        SecretError::NotRsa
    } else {
        SecretError::NotAKey
    }
}

#[cfg(test)]
mod tests;
