//! The chain notices every change, and no two events share their bytes.

use std::fmt::Write as _;

use money::{Amount, ChargeId, FeeOn, Instalments, Months, Provider, Stamp};

use super::{canonical, link};
use crate::event::{Event, Fact, Opened, Way};
use crate::outcome::{Funding, PaidFacts};

/// The third link of a payment from before there were plans, computed by another program.
const OLD_LINK: &str = "43dd07b638b8d0da9015f9f22148b6435df50637ce7fbb597e8c737ade63c20e";

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
            instalments: None,
            goods: None,
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

/// A payment by the customer's code, from its opening to its end.
fn old_history() -> Vec<Event> {
    let id = ChargeId::parse("00000000000000000000000000").expect("an id");
    let amount = Amount::from_fen(1_250).expect("an amount");
    let facts = [
        Fact::Opened(Opened {
            sale: "sale-7".to_owned(),
            amount,
            provider: Provider::Alipay,
            device: "till-2".to_owned(),
            way: Way::Scanned,
            instalments: None,
            goods: None,
        }),
        Fact::Sent,
        Fact::Paid(PaidFacts {
            order: id.order_no(),
            provider_no: "2026".to_owned(),
            amount,
            funding: vec![Funding {
                channel: "PCREDIT".to_owned(),
                amount,
            }],
            payer: Some("159****5620".to_owned()),
            paid_at: Some(Stamp::from_ms(1_002)),
            months: None,
        }),
    ];
    let numbered = (1_u32..).zip(facts);
    numbered
        .map(|(revision, fact)| Event {
            charge: id,
            revision,
            at: Stamp::from_ms(999 + i64::from(revision)),
            fact,
        })
        .collect()
}

fn hex_of(bytes: &[u8; 32]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[test]
fn a_history_from_before_there_were_plans_has_the_same_links_for_ever() {
    let last = old_history()
        .iter()
        .fold([0; 32], |before, event| link(&before, event));
    assert_eq!(hex_of(&last), OLD_LINK);
}

#[test]
fn a_plan_stands_behind_everything_else_under_its_name() {
    let mut history = old_history();
    let plain: Vec<_> = history.iter().map(canonical).collect();
    if let Fact::Opened(opened) = &mut history[0].fact {
        opened.instalments = Some(Instalments {
            months: Months::Twelve,
            fee_on: FeeOn::Shop,
        });
    }
    if let Fact::Paid(facts) = &mut history[2].fact {
        facts.months = Some(12);
    }
    let twelve = 12_i64.to_be_bytes();
    let asked = [b"\0\0\0\x0binstalments", &twelve[..], b"\0\0\0\x04shop"].concat();
    let told = [b"\0\0\0\x06months", &twelve[..]].concat();
    assert_eq!(canonical(&history[0]), [plain[0].clone(), asked].concat());
    assert_eq!(canonical(&history[1]), plain[1]);
    assert_eq!(canonical(&history[2]), [plain[2].clone(), told].concat());
}

#[test]
fn a_link_depends_on_the_event_and_on_all_before_it() {
    let start = [0; 32];
    let first = link(&start, &opening("a", "b"));
    assert_eq!(first, link(&start, &opening("a", "b")));
    assert_ne!(first, link(&start, &opening("a", "x")));
    assert_ne!(first, link(&first, &opening("a", "b")));
}

#[test]
fn what_is_sold_stands_behind_everything_else_under_its_name() {
    let plain = canonical(&opening("ab", "c"));
    let mut sold = opening("ab", "c");
    if let Fact::Opened(opened) = &mut sold.fact {
        opened.goods = Some("tea".to_owned());
    }
    let more = [b"\0\0\0\x05goods".as_slice(), b"\0\0\0\x03tea"].concat();
    assert_eq!(canonical(&sold), [plain, more].concat());
}
