//! Compresses the pages beforehand, so that the server only hands out bytes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::call;
use crate::fault::Fault;

/// Beside every file that gets smaller, writes the same name with `.br`.
pub(super) fn folder(folder: &Path, quality: u32) -> Result<(), Fault> {
    for path in call::files_under(folder)? {
        let bytes = fs::read(&path).map_err(Fault::file(&path))?;
        let pressed = brotli(&bytes, quality).map_err(Fault::file(&path))?;
        if pressed.len() < bytes.len() {
            let beside = beside(&path);
            fs::write(&beside, pressed).map_err(Fault::file(&beside))?;
        }
    }
    Ok(())
}

/// `till.js` → `till.js.br`.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".br");
    PathBuf::from(name)
}

/// Quality 0 to 11. The window of 4 MB is the largest that every browser reads.
fn brotli(bytes: &[u8], quality: u32) -> std::io::Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 64 * 1024, quality, 22);
    writer.write_all(bytes)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    #[test]
    fn what_was_pressed_comes_out_as_it_went_in() {
        let text = "the till asks the server; ".repeat(100);
        let pressed = super::brotli(text.as_bytes(), 11).expect("memory does not fail");
        assert!(pressed.len() < 100, "{}", pressed.len());
        let mut back = String::new();
        let mut reader = brotli::Decompressor::new(pressed.as_slice(), 4096);
        reader.read_to_string(&mut back).expect("valid");
        assert_eq!(back, text);
    }
}
