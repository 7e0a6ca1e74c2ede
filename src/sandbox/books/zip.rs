//! A zip as Alipay writes it: deflated files whose names are raw GBK, without the flag for UTF-8.

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// Version 2.0 of the format, which knows deflate.
const VERSION: u16 = 20;
const DEFLATED: u16 = 8;
/// 1 January 1980: the bill's time stands in its text.
const DAY: u16 = 0x21;

/// Packs files, given as name and content.
pub(super) fn pack(files: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut list = Vec::new();
    for (name, content) in files {
        let place = length(&out);
        let packed = deflate(content);
        let mut facts = Vec::new();
        facts.extend(VERSION.to_le_bytes());
        facts.extend(0_u16.to_le_bytes());
        facts.extend(DEFLATED.to_le_bytes());
        facts.extend(0_u16.to_le_bytes());
        facts.extend(DAY.to_le_bytes());
        facts.extend(crc(content).to_le_bytes());
        facts.extend(length(&packed).to_le_bytes());
        facts.extend(length(content).to_le_bytes());
        facts.extend(short(name.len()).to_le_bytes());
        facts.extend(0_u16.to_le_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&facts);
        out.extend(name);
        out.extend(&packed);
        list.extend(b"PK\x01\x02");
        list.extend(VERSION.to_le_bytes());
        list.extend(&facts);
        // No comment, first disk, no attributes.
        list.extend([0; 10]);
        list.extend(place.to_le_bytes());
        list.extend(name);
    }
    let count = short(files.len()).to_le_bytes();
    let place = length(&out);
    out.extend(&list);
    out.extend(b"PK\x05\x06");
    out.extend([0; 4]);
    out.extend(count);
    out.extend(count);
    out.extend(length(&list).to_le_bytes());
    out.extend(place.to_le_bytes());
    out.extend([0; 2]);
    out
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(content).and_then(|()| encoder.finish());
    packed.expect("invariant: a vector takes every byte")
}

fn crc(content: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(content);
    crc.sum()
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("invariant: a sandbox's bill is small")
}

fn short(count: usize) -> u16 {
    u16::try_from(count).expect("invariant: a bill has two files with short names")
}
