//! What lies sealed on a disk, backups and credentials: it opens as it was sealed, or not at all.

use scantill::fed::{open_backup, open_credentials, seal_backup, seal_credentials};

use super::Choices;

const KEY: [u8; 32] = [7; 32];
const SALT: [u8; 16] = [9; 16];
/// A backup is sealed in parts of 64 KiB: up to two and the beginning of a third.
const PLAIN_MAX: usize = 150_000;

/// How a sealed file is changed.
const CHANGES: usize = 4;

/// The first byte says whether the rest was found somewhere, or is to be sealed, and in which form.
pub(crate) fn sealed(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let form = choices.byte();
    let change = usize::from(choices.byte());
    let place = usize::from(choices.byte()) << 8 | usize::from(choices.byte());
    let times = 1 + usize::from(choices.byte()) * usize::from(choices.byte());
    let rest = choices.rest();
    match form % 4 {
        0 => assert_eq!(open_backup(rest, KEY), None, "nobody sealed this backup"),
        1 => assert_eq!(open_credentials(rest, KEY), None, "nobody sealed these"),
        2 => backup(rest, times, (change, place)),
        _ => credentials(&String::from_utf8_lossy(rest), (change, place)),
    }
}

fn backup(bytes: &[u8], times: usize, (change, place): (usize, usize)) {
    let all = bytes.iter().copied().cycle();
    let plain: Vec<u8> = all.take((bytes.len() * times).min(PLAIN_MAX)).collect();
    let whole = seal_backup(&plain, KEY, SALT).expect("it seals");
    assert_eq!(open_backup(&whole, KEY).as_ref(), Some(&plain));
    assert_eq!(open_backup(&whole, [8; 32]), None, "another key");
    let opened = open_backup(&changed(whole, change, place), KEY);
    assert_eq!(opened, None, "a changed backup opens");
}

fn credentials(plain: &str, (change, place): (usize, usize)) {
    let whole = seal_credentials(plain, KEY).expect("it seals");
    assert_eq!(open_credentials(&whole, KEY).as_deref(), Some(plain));
    assert_eq!(open_credentials(&whole, [8; 32]), None, "another key");
    let opened = open_credentials(&changed(whole, change, place), KEY);
    assert_eq!(opened, None, "changed credentials open");
}

/// A bit turned over, the end cut off, something added, or two bytes that changed places.
fn changed(mut sealed: Vec<u8>, change: usize, seed: usize) -> Vec<u8> {
    let place = seed.wrapping_mul(7_919) % sealed.len();
    match change % CHANGES {
        0 => sealed[place] ^= 1 << (change / CHANGES % 8),
        1 => sealed.truncate(place),
        2 => sealed.insert(place, sealed[place].wrapping_add(1)),
        _ => {
            let other = (place + 1 + change) % sealed.len();
            if sealed[place] == sealed[other] {
                sealed[place] ^= 1;
            }
            sealed.swap(place, other);
        }
    }
    sealed
}
