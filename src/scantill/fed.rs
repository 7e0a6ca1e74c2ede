//! What of the program reads foreign bytes, for a search that feeds it with any.

use std::path::Path;

use say::Lang;
use zeroize::Zeroizing;

use crate::parcel::{self, Secret};
use crate::seal::Master;
use crate::settings::Paper;

/// What a backup holds that was sealed under this key; `None` when it does not open, or not whole.
pub fn open_backup(mut sealed: &[u8], key: [u8; 32]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    let mut keep = |part: &[u8]| {
        plain.extend_from_slice(part);
        Ok(())
    };
    let secret = Secret::Key(Zeroizing::new(key));
    parcel::unpack(&mut sealed, &secret, &mut keep).ok()?;
    Some(plain)
}

/// A backup of these bytes under this key; `salt` is chance.
pub fn seal_backup(plain: &[u8], key: [u8; 32], salt: [u8; 16]) -> Option<Vec<u8>> {
    let mut sealed = Vec::new();
    let length = u64::try_from(plain.len()).ok()?;
    let secret = Secret::Key(Zeroizing::new(key));
    parcel::pack(plain, length, &secret, salt, &mut sealed).ok()?;
    Some(sealed)
}

/// The credentials that were sealed under this master key; `None` when they do not open.
pub fn open_credentials(sealed: &[u8], key: [u8; 32]) -> Option<String> {
    let plain = Master::of(key).open(sealed)?;
    Some(plain.to_string())
}

/// These credentials sealed under this master key.
pub fn seal_credentials(plain: &str, key: [u8; 32]) -> Option<Vec<u8>> {
    Master::of(key).seal(plain)
}

/// Reads a credentials file; the files that it names are not read.
///
/// # Errors
/// The sentence that the owner gets when something is missing or wrong.
pub fn read_settings(text: &str) -> Result<(), String> {
    let paper = Paper::parse(text, Path::new("alipay.toml"));
    let whole = paper.and_then(|paper| {
        paper.alipay()?;
        paper.offer()
    });
    whole.map(drop).map_err(|fault| fault.say(Lang::En))
}

#[cfg(test)]
mod tests {
    use super::{open_backup, open_credentials, read_settings, seal_backup, seal_credentials};

    #[test]
    fn what_was_sealed_opens_under_its_key_and_no_other() {
        let sealed = seal_backup(b"rows", [1; 32], [2; 16]).expect("it seals");
        assert_eq!(open_backup(&sealed, [1; 32]), Some(b"rows".to_vec()));
        assert_eq!(open_backup(&sealed, [2; 32]), None);
        let sealed = seal_credentials("app_id", [1; 32]).expect("it seals");
        let plain = open_credentials(&sealed, [1; 32]);
        assert_eq!(plain.as_deref(), Some("app_id"));
        assert_eq!(open_credentials(&sealed, [2; 32]), None);
    }

    #[test]
    fn a_file_without_an_app_is_told_what_is_missing() {
        let told = read_settings("seller_id = \"2088\"").expect_err("no app");
        assert!(told.contains("app_id"), "{told}");
        assert!(read_settings("app_id").is_err());
    }
}
