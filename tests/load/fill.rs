//! Years of business in minutes: genuine histories, written through the store and chained as ever.

use std::path::Path;

use ledger::plan::ALIPAY;
use ledger::{AskKind, Asked, Charge, Opening, Outcome, PaidFacts, Step};
use money::{Amount, ChargeId, Provider, Stamp};
use store::{Batch, Book, KeyBinding, Verdict};

/// Charges in one commit.
const GROUP: u32 = 1_000;
/// The first of them was opened then; a charge a second since.
const BEGIN_MS: i64 = 1_600_000_000_000;
/// Tills that took turns.
const TILLS: u32 = 8;

/// The id of the n-th charge.
pub(crate) fn id(number: u32) -> ChargeId {
    let mut chance = [0; 16];
    chance[..4].copy_from_slice(&number.to_be_bytes());
    ChargeId::fresh(opened_at(number), chance)
}

/// The key of the n-th charge.
pub(crate) fn key(number: u32) -> String {
    format!("old-{number}")
}

fn opened_at(number: u32) -> Stamp {
    Stamp::from_ms(BEGIN_MS + i64::from(number) * 1_000)
}

/// Puts so many paid charges into the record at `path`, which nobody else has open.
pub(crate) fn fill(path: &Path, rows: u32) {
    let mut book = Book::open(path).expect("the record can be opened");
    let numbers: Vec<u32> = (0..rows).collect();
    for group in numbers.chunks(usize::try_from(GROUP).unwrap_or(1)) {
        let batches: Vec<Batch> = group.iter().map(|number| whole(*number)).collect();
        let verdicts = book.commit(&batches).expect("room on the disk");
        let is_written = |verdict: &Verdict| matches!(verdict, Verdict::Written { .. });
        assert!(verdicts.iter().all(is_written), "each is written");
    }
}

/// A charge from its opening to its end.
fn whole(number: u32) -> Batch {
    let opening = Opening {
        id: id(number),
        sale: key(number),
        amount: Amount::chargeable(1 + i64::from(number % 100_000)).expect("an amount"),
        provider: Provider::Alipay,
        device: format!("old-till-{}", number % TILLS),
        way: ledger::Way::Scanned,
    };
    let Step { charge, mut events } = Charge::open(opening, opened_at(number));
    let paid_at = opened_at(number).plus_ms(400);
    let asked = Asked {
        kind: AskKind::Pay,
        at: opened_at(number),
        age_ms: 0,
    };
    let facts = PaidFacts {
        order: charge.order_no(),
        provider_no: format!("20261122220014{number:014}"),
        amount: charge.amount(),
        funding: Vec::new(),
        payer: Some("159****5620".to_owned()),
        paid_at: Some(paid_at),
    };
    let step = charge.hear(asked, Outcome::Paid(facts), &ALIPAY, paid_at);
    events.extend(step.expect("the usual end").events);
    Batch {
        events,
        key: Some(KeyBinding {
            key: key(number),
            fingerprint: [7; 32],
        }),
    }
}
        instalments: None,
        months: None,
