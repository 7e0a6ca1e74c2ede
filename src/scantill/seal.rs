//! The master key, and what is sealed under it: AES-256-GCM, a fresh nonce each time.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use store::failpoint::hit;
use zeroize::Zeroizing;

use crate::fault::Fault;
use crate::world;

/// Names form and version of a sealed file, and is sealed with it.
const FORM: &[u8; 16] = b"scantill seal 1\n";
const NONCE_BYTES: usize = 12;
const MASTER_VARIABLE: &str = "SCANTILL_MASTER_KEY";
const MASTER_FILE: &str = "master.key";
const SEALED_FILE: &str = "alipay.sealed";

/// 32 bytes under which everything secret is sealed. Wiped when dropped.
pub(crate) struct Master(Zeroizing<[u8; 32]>);

impl Master {
    /// From the environment, or from the home folder, where it is made at the first start.
    ///
    /// # Errors
    /// A [`Fault`] when it is no key or the home folder takes no file.
    pub(crate) fn at(home: &Path) -> Result<Self, Fault> {
        let sealed = sealed_path(home);
        if let Some(text) = world::variable(MASTER_VARIABLE).map(Zeroizing::new) {
            let place = MASTER_VARIABLE.to_owned();
            return Self::parse(&text).ok_or(Fault::Master { place, sealed });
        }
        let path = home.join(MASTER_FILE);
        match fs::read_to_string(&path).map(Zeroizing::new) {
            Ok(text) => {
                let place = path.display().to_string();
                Self::parse(&text).ok_or(Fault::Master { place, sealed })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make(&path),
            Err(error) => Err(Fault::file(&path)(error)),
        }
    }

    /// This one.
    pub(crate) fn of(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// A key of its own for one purpose.
    pub(crate) fn derived(&self, purpose: &str) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        let mut derived = [0; 32];
        derived.copy_from_slice(hmac::sign(&key, purpose.as_bytes()).as_ref());
        derived
    }

    fn make(path: &Path) -> Result<Self, Fault> {
        let key = Zeroizing::new(world::chance::<32>()?);
        let text = Zeroizing::new(hex(key.as_slice()));
        write_private(path, text.as_bytes()).map_err(Fault::home(path))?;
        Ok(Self(key))
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut key = Zeroizing::new([0; 32]);
        for (place, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
        }
        Some(Self(key))
    }

    /// This text under this key; `None` when it cannot be sealed.
    pub(crate) fn seal(&self, plain: &str) -> Option<Vec<u8>> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, self.0.as_slice()).ok()?;
        let mut bytes = plain.as_bytes().to_vec();
        let nonce = key
            .seal_in_place_append_tag(Aad::from(FORM), &mut bytes)
            .ok()?;
        let nonce: &[u8; NONCE_BYTES] = nonce.as_ref();
        Some([FORM.as_slice(), nonce, &bytes].concat())
    }

    /// The text that was sealed under this key; `None` for anything else.
    pub(crate) fn open(&self, sealed: &[u8]) -> Option<Zeroizing<String>> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, self.0.as_slice()).ok()?;
        let (nonce, bytes) = sealed.strip_prefix(FORM)?.split_at_checked(NONCE_BYTES)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut bytes = Zeroizing::new(bytes.to_vec());
        let plain = key.open_in_place(nonce, Aad::from(FORM), &mut bytes).ok()?;
        String::from_utf8(plain.to_vec()).ok().map(Zeroizing::new)
    }
}

/// 32 bytes as 64 hexadecimal digits; nothing for any other text.
pub(crate) fn parse_key(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    Master::parse(text).map(|master| master.0)
}

/// Two digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Where the credentials are sealed.
pub(crate) fn sealed_path(home: &Path) -> PathBuf {
    home.join(SEALED_FILE)
}

/// Seals the credentials.
///
/// # Errors
/// A [`Fault`] when the home folder takes no file.
pub(crate) fn keep(home: &Path, master: &Master, plain: &str) -> Result<PathBuf, Fault> {
    let path = sealed_path(home);
    let sealed = master
        .seal(plain)
        .ok_or_else(|| Fault::Seal(path.clone()))?;
    write_private(&path, &sealed).map_err(Fault::home(&path))?;
    Ok(path)
}

/// The sealed credentials, if there are any.
///
/// # Errors
/// [`Fault::Seal`] when they do not open under this master key.
pub(crate) fn recall(home: &Path, master: &Master) -> Result<Option<Zeroizing<String>>, Fault> {
    let path = sealed_path(home);
    match fs::read(&path) {
        Ok(sealed) => master.open(&sealed).map(Some).ok_or(Fault::Seal(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Fault::file(&path)(error)),
    }
}

/// Writes beside and renames over, so that a crash leaves no half a file; for the owner only.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("part");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    hit("seal-written");
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::{FORM, Master};

    fn master(digit: &str) -> Master {
        Master::parse(&digit.repeat(64)).expect("64 hexadecimal digits")
    }

    #[test]
    fn what_is_sealed_opens_under_the_same_master_key_only() {
        let sealed = master("a").seal("secret").expect("it seals");
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_eq!(
            master("a").open(&sealed).map(|plain| plain.to_string()),
            Some("secret".into())
        );
        assert!(master("b").open(&sealed).is_none());
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let sealed = master("a").seal("secret").expect("it seals");
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(master("a").open(&changed).is_none(), "byte {place}");
        }
        assert!(master("a").open(FORM).is_none());
        assert!(master("a").open(b"").is_none());
    }

    #[test]
    fn two_seals_of_one_text_differ() {
        let seal = || master("a").seal("secret").expect("it seals");
        assert_ne!(seal(), seal());
    }

    #[test]
    fn a_master_key_has_64_hexadecimal_digits() {
        assert!(Master::parse(&format!(" {}\n", "0".repeat(64))).is_some());
        for bad in [
            String::new(),
            "0".repeat(63),
            "g".repeat(64),
            "é".repeat(32),
        ] {
            assert!(Master::parse(&bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn keys_for_two_purposes_differ() {
        assert_ne!(master("a").derived("desk"), master("a").derived("cookie"));
        assert_ne!(master("a").derived("desk"), master("b").derived("desk"));
    }
}
