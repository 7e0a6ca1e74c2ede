//! The Chinese letters that printers have: GBK in two bytes, GB 18030 with four.

use encoding_rs::GB18030;

/// Which letters a printer has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// The 21,003 of GBK, as every printer that is sold for Chinese.
    #[default]
    Gbk,
    /// And the four-byte ones that the standard demands (U+3400 to U+4DBF), as in some names.
    Gb18030,
}

impl Page {
    /// The bytes of one letter; `None` where the printer does not have it. No byte of them is below
    /// 0x20, so none is or begins a command.
    pub fn bytes(self, letter: char) -> Option<Vec<u8>> {
        if letter.is_ascii() {
            let is_seen = letter == ' ' || letter.is_ascii_graphic();
            return is_seen.then(|| letter.to_string().into_bytes());
        }
        // Places for letters of one's own are empty in printers.
        if matches!(letter, '\u{E000}'..='\u{F8FF}') {
            return None;
        }
        let text = letter.to_string();
        let (bytes, _, is_lost) = GB18030.encode(&text);
        let has = match self {
            // The euro came after GBK.
            Self::Gbk => bytes.len() == 2 && letter != '€',
            Self::Gb18030 => bytes.len() == 2 || matches!(letter, '\u{3400}'..='\u{4DBF}'),
        };
        (has && !is_lost && bytes.iter().all(|byte| *byte >= 0x20)).then(|| bytes.into_owned())
    }
}
