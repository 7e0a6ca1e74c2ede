//! A cheap seal in place of RSA, for the simulation only: it signs and verifies the same bytes at
//! the same places a thousand times faster. Anybody can forge it, so no release has it.

use aws_lc_rs::digest::{Context, SHA256};

use super::{PrivateKey, PublicKey};
use crate::pem;

/// What stands for the secret: a digest of the public key.
pub(super) type Mark = [u8; 32];

impl PrivateKey {
    /// The same key pair with the cheap seal. Its public half verifies only what this seals.
    #[must_use]
    pub fn quick(mut self) -> Self {
        self.public.quick = Some(digest(&[&self.public.der]));
        self
    }
}

impl PublicKey {
    /// The seal of a text, when this key is a cheap one.
    pub(super) fn quick_seal(&self, text: &[u8]) -> Option<Vec<u8>> {
        self.quick.map(|mark| digest(&[&mark, text]).to_vec())
    }

    /// Whether the Base64 seal was made over exactly these bytes; `None` for a key of RSA.
    pub(super) fn quick_verify(&self, text: &[u8], sign_b64: &str) -> Option<bool> {
        let seal = self.quick_seal(text)?;
        Some(pem::encode(&seal) == sign_b64)
    }
}

fn digest(parts: &[&[u8]]) -> Mark {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut mark = [0; 32];
    mark.copy_from_slice(context.finish().as_ref());
    mark
}
