//! The chain notices every change, and no two events share their bytes.

use money::{Amount, ChargeId, Provider, Stamp};

use super::{canonical, link};
use crate::event::{Event, Fact, Opened, Way};

fn opening(sale: &str, device: &str) -> Event {
    Event {
        charge: ChargeId::fresh(Stamp::from_ms(1), [1; 16]),
        revision: 1,
        at: Stamp::from_ms(1),
        fact: Fact::Opened(Opened {
            sale: sale.to_owned(),
            amount: Amount::from_fen(100).unwrap_or_default(),
            provider: Provider::Alipay,
            device: device.to_owned(),
            way: Way::Scanned,
        }),
    }
}

#[test]
fn fields_do_not_run_into_each_other() {
    assert_ne!(
        canonical(&opening("ab", "c")),
        canonical(&opening("a", "bc"))
    );
}

#[test]
fn what_was_written_before_codes_were_shown_has_the_same_bytes_for_ever() {
    let scanned = canonical(&opening("ab", "c"));
    let device = [0, 0, 0, 1, b'c'];
    assert!(
        scanned.ends_with(&device),
        "nothing stands behind the device"
    );
    let mut shown = opening("ab", "c");
    if let Fact::Opened(opened) = &mut shown.fact {
        opened.way = Way::Shown;
    }
    let more = [b"\0\0\0\x03way".as_slice(), b"\0\0\0\x05shown"].concat();
    assert_eq!(canonical(&shown), [scanned, more].concat());
}

#[test]
fn a_link_depends_on_the_event_and_on_all_before_it() {
    let start = [0; 32];
    let first = link(&start, &opening("a", "b"));
    assert_eq!(first, link(&start, &opening("a", "b")));
    assert_ne!(first, link(&start, &opening("a", "x")));
    assert_ne!(first, link(&first, &opening("a", "b")));
}
