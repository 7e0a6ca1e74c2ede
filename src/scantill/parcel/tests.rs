//! Tests of the sealed stream: it opens under its key only, and every change of it is noticed.

use zeroize::Zeroizing;

use super::{HEAD_BYTES, PART_BYTES, Secret, TAG_BYTES, Torn, pack, unpack};

fn key(byte: u8) -> Secret {
    Secret::Key(Zeroizing::new([byte; 32]))
}

fn sealed(plain: &[u8], secret: &Secret) -> Vec<u8> {
    let mut out = Vec::new();
    let length = u64::try_from(plain.len()).expect("a short text");
    pack(plain, length, secret, [7; 16], &mut out).expect("it seals");
    out
}

fn opened(parcel: &[u8], secret: &Secret) -> Result<Vec<u8>, Torn> {
    let mut plain = Vec::new();
    unpack(parcel, secret, &mut |part| {
        plain.extend_from_slice(part);
        Ok(())
    })?;
    Ok(plain)
}

/// Bytes of which no two parts are the same.
fn long(length: usize) -> Vec<u8> {
    (0..length)
        .map(|place| (place / 251 % 256).to_le_bytes()[0])
        .collect()
}

#[test]
fn what_is_packed_comes_out_whatever_its_length() {
    for length in [
        0,
        1,
        1_000,
        PART_BYTES - 1,
        PART_BYTES,
        PART_BYTES + 1,
        3 * PART_BYTES,
    ] {
        let parcel = sealed(&long(length), &key(1));
        assert_eq!(
            opened(&parcel, &key(1)).expect("it opens"),
            long(length),
            "{length}"
        );
    }
}

#[test]
fn a_passphrase_opens_what_it_sealed_and_another_does_not() {
    let words = |text: &str| Secret::Passphrase(Zeroizing::new(text.to_owned()));
    let parcel = sealed(b"the record", &words("correct horse battery"));
    assert!(!parcel.windows(10).any(|part| part == b"the record"));
    let plain = opened(&parcel, &words("correct horse battery")).expect("it opens");
    assert_eq!(plain, b"the record");
    let torn = opened(&parcel, &words("correct horse batterz"));
    assert!(matches!(torn, Err(Torn::Key)), "{torn:?}");
    assert!(matches!(opened(&parcel, &key(1)), Err(Torn::Key)));
}

#[test]
fn every_flipped_bit_is_noticed() {
    let parcel = sealed(b"the record", &key(1));
    for place in 0..parcel.len() {
        let mut changed = parcel.clone();
        changed[place] ^= 1 << (place % 8);
        assert!(opened(&changed, &key(1)).is_err(), "byte {place}");
    }
}

#[test]
fn a_parcel_cut_anywhere_is_cut_and_a_longer_one_is_changed() {
    let parcel = sealed(&long(PART_BYTES + 100), &key(1));
    for place in (18..parcel.len())
        .step_by(997)
        .chain([HEAD_BYTES, parcel.len() - 1])
    {
        let torn = opened(&parcel[..place], &key(1));
        assert!(matches!(torn, Err(Torn::Cut)), "{place}: {torn:?}");
    }
    let longer = [parcel.as_slice(), b"x"].concat();
    assert!(matches!(opened(&longer, &key(1)), Err(Torn::Changed(3))));
}

#[test]
fn parts_that_change_places_are_noticed() {
    let mut parcel = sealed(&long(2 * PART_BYTES), &key(1));
    parcel[HEAD_BYTES..].rotate_left(PART_BYTES + TAG_BYTES);
    assert!(matches!(opened(&parcel, &key(1)), Err(Torn::Changed(1))));
}

#[test]
fn what_is_no_parcel_or_a_later_one_is_said_so() {
    let mut parcel = sealed(b"the record", &key(1));
    assert!(matches!(
        opened(b"a shopping list", &key(1)),
        Err(Torn::Foreign)
    ));
    assert!(matches!(opened(b"", &key(1)), Err(Torn::Foreign)));
    parcel[16..18].copy_from_slice(b"02");
    let torn = opened(&parcel, &key(1));
    assert!(matches!(torn, Err(Torn::Newer(version)) if version == "2"));
    parcel[16..18].copy_from_slice(b"00");
    assert!(matches!(opened(&parcel, &key(1)), Err(Torn::Foreign)));
}
