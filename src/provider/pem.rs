//! Text armour of keys and certificates: PEM blocks, or the bare Base64 that providers' tools give.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_PAD_INDIFFERENT};
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// One armoured thing.
pub(crate) struct Block {
    /// The word between the dashes, e.g. `PRIVATE KEY`; empty for bare Base64.
    pub(crate) label: String,
    /// Whether the block says that it is protected by a password.
    pub(crate) is_encrypted: bool,
    /// The bytes inside; `None` when they are not Base64.
    pub(crate) bytes: Option<Zeroizing<Vec<u8>>>,
}

/// All blocks of a text in file order. Text between blocks is skipped, as OpenSSL writes it there.
/// A text without any block is read as bare Base64. Empty when there is nothing to read.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Vec::new();
    }
    if !text.contains(BEGIN) {
        let bytes = decode(text);
        return vec![Block {
            label: String::new(),
            is_encrypted: false,
            bytes,
        }];
    }
    text.split(BEGIN).skip(1).map(block).collect()
}

/// Standard Base64 on one line.
pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn block(after_begin: &str) -> Block {
    let (label, rest) = after_begin.split_once(DASHES).unwrap_or((after_begin, ""));
    let inside = rest.split_once(END).map_or(rest, |(inside, _)| inside);
    let is_encrypted = label.contains("ENCRYPTED") || inside.contains("ENCRYPTED");
    Block {
        label: label.to_owned(),
        is_encrypted,
        bytes: decode(inside),
    }
}

fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let dense: Zeroizing<String> =
        Zeroizing::new(text.chars().filter(|one| !one.is_whitespace()).collect());
    STANDARD_PAD_INDIFFERENT
        .decode(dense.as_bytes())
        .ok()
        .map(Zeroizing::new)
}
