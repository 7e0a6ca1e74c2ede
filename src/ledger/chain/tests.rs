//! The chain notices every change, and no two events share their bytes.

use money::{Amount, ChargeId, Provider, Stamp};

use super::{canonical, link};
use crate::event::{Event, Fact, Opened};

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
fn a_link_depends_on_the_event_and_on_all_before_it() {
    let start = [0; 32];
    let first = link(&start, &opening("a", "b"));
    assert_eq!(first, link(&start, &opening("a", "b")));
    assert_ne!(first, link(&start, &opening("a", "x")));
    assert_ne!(first, link(&first, &opening("a", "b")));
}
