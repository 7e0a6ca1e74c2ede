//! What is no whole zip, or too much of one, is refused before it is unpacked.

use proptest::prelude::*;

use super::super::error::BillError;
use super::super::file::Limits;
use super::super::tests::{zip, zip_noted};
use super::{Entry, crc, unpack};

fn two() -> Vec<u8> {
    let long = b"0123456789".repeat(100);
    zip(&[
        (b"a.csv", b"abc", 0),
        (b"folder/", b"", 0),
        (b"b.csv", &long, 8),
    ])
}

fn read(bytes: &[u8]) -> Result<Vec<Entry>, BillError> {
    unpack(bytes, Limits::default())
}

fn place_of(zip: &[u8], mark: &[u8]) -> usize {
    let found = zip.windows(mark.len()).position(|part| part == mark);
    found.expect("the mark")
}

#[test]
fn stored_and_deflated_files_are_unpacked_and_folders_left_out() {
    let entries = read(&two()).expect("a zip");
    let sizes: Vec<_> = entries
        .iter()
        .map(|one| (one.name.as_slice(), one.bytes.len()))
        .collect();
    assert_eq!(sizes, [(&b"a.csv"[..], 3), (&b"b.csv"[..], 1_000)]);
    let mut commented = two();
    let last = commented.len() - 2;
    commented[last] = 4;
    commented.extend(b"note");
    assert_eq!(read(&commented), read(&two()));
}

#[test]
fn extra_fields_and_notes_are_stepped_over() {
    let files: [(&[u8], &[u8], u16); 2] = [(b"a.csv", b"abc", 0), (b"b.csv", b"de", 8)];
    let noted = zip_noted(&files, b"extra", b"a note");
    assert_eq!(read(&noted), read(&zip(&files)));
}

#[test]
fn the_checksum_is_that_of_zip_files() {
    assert_eq!(crc(b"123456789"), 0xCBF4_3926);
    assert_eq!(crc(b""), 0);
}

#[test]
fn a_cut_zip_is_refused_at_every_length() {
    let whole = two();
    for length in 0..whole.len() {
        assert_eq!(read(&whole[..length]), Err(BillError::NotAZip), "{length}");
    }
    assert_eq!(
        read(b"<html>busy</html> and more than a few bytes"),
        Err(BillError::NotAZip)
    );
}

#[test]
fn sizes_are_limited_before_anything_is_unpacked() {
    let whole = two();
    let limits = |packed, unpacked, files| Limits {
        packed,
        unpacked,
        files,
    };
    let fit = limits(whole.len(), 1_003, 3);
    assert!(unpack(&whole, fit).is_ok());
    let large = |limit| Err(BillError::TooLarge { limit });
    let less = limits(whole.len() - 1, 1_003, 3);
    assert_eq!(unpack(&whole, less), large(whole.len() - 1));
    assert_eq!(unpack(&whole, limits(whole.len(), 1_002, 3)), large(1_002));
    let many = Err(BillError::TooManyFiles { limit: 2 });
    assert_eq!(unpack(&whole, limits(whole.len(), 1_003, 2)), many);
}

#[test]
fn a_zip_bomb_is_refused() {
    let bomb = zip(&[(b"a.csv", &vec![0; 4 << 20], 8)]);
    assert!(bomb.len() < 10_000);
    let limits = Limits {
        unpacked: 1 << 20,
        ..Limits::default()
    };
    let refused = unpack(&bomb, limits);
    assert_eq!(refused, Err(BillError::TooLarge { limit: 1 << 20 }));
    // One that says that it is small.
    let mut liar = bomb;
    let entry = place_of(&liar, b"PK\x01\x02");
    liar[entry + 24..entry + 28].copy_from_slice(&100_u32.to_le_bytes());
    assert_eq!(unpack(&liar, limits), Err(BillError::Damaged));
}

#[test]
fn other_ways_of_packing_and_locked_files_are_named() {
    let mut other = two();
    let entry = place_of(&other, b"PK\x01\x02");
    other[entry + 10] = 12;
    assert_eq!(read(&other), Err(BillError::Packing { method: 12 }));
    let mut locked = two();
    locked[entry + 8] = 1;
    assert_eq!(read(&locked), Err(BillError::Packing { method: 0 }));
}

#[test]
fn damaged_bytes_and_places_are_refused() {
    let mut changed = two();
    let bytes = place_of(&changed, b"abc");
    changed[bytes] = b'x';
    assert_eq!(read(&changed), Err(BillError::Damaged));
    let mut longer = two();
    let entry = place_of(&longer, b"PK\x01\x02");
    longer[entry + 24] = 4;
    assert_eq!(read(&longer), Err(BillError::Damaged));
    for offset in [0, 42] {
        let mut astray = two();
        astray[entry + offset] = 1;
        assert_eq!(read(&astray), Err(BillError::NotAZip), "{offset}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_change_makes_it_panic(place in 0..400_usize, byte in any::<u8>()) {
        let mut changed = two();
        let place = place % changed.len();
        changed[place] = byte;
        let _ = read(&changed);
    }
}
