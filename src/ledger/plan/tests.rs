//! When the provider is asked, and that asking never ends before the charge does.

use money::{Amount, ChargeId, Provider, Stamp};

use super::{ALIPAY, Chase};
use crate::charge::{Charge, Opening};
use crate::effect::{AskKind, Effect};
use crate::event::ReverseWhy;

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

fn doubted() -> Charge {
    let opening = Opening {
        id: ChargeId::fresh(NOW, [5; 16]),
        sale: "s".to_owned(),
        amount: Amount::MAX,
        provider: Provider::Alipay,
        device: "d".to_owned(),
    };
    Charge::open(opening, NOW)
        .charge
        .recover(NOW)
        .expect("always")
        .charge
}

#[test]
fn a_charge_in_doubt_is_asked_for_at_once_and_then_every_three_seconds() {
    let charge = doubted();
    let fresh = Chase::default();
    assert_eq!(
        ALIPAY.next(&charge, fresh, NOW),
        Effect::Ask(AskKind::Query)
    );
    let asked = fresh.asked(AskKind::Query, NOW).answered();
    assert_eq!(
        ALIPAY.next(&charge, asked, NOW),
        Effect::Wait(NOW.plus_ms(3_000))
    );
    assert_eq!(
        ALIPAY.next(&charge, asked, NOW.plus_ms(3_000)),
        Effect::Ask(AskKind::Query)
    );
}

#[test]
fn one_ask_is_on_its_way_at_a_time() {
    let asked = Chase::default().asked(AskKind::Pay, NOW);
    assert!(matches!(
        ALIPAY.next(&doubted(), asked, NOW.plus_ms(60_000)),
        Effect::Wait(_)
    ));
}

#[test]
fn time_to_pay_is_over_after_a_minute() {
    assert!(!ALIPAY.is_overdue(&doubted(), NOW.plus_ms(59_999)));
    assert!(ALIPAY.is_overdue(&doubted(), NOW.plus_ms(60_000)));
}

#[test]
fn a_reverse_is_asked_for_ever_with_growing_pauses() {
    let charge = doubted()
        .reverse(ReverseWhy::Deadline, NOW)
        .expect("may reverse")
        .charge;
    let (mut chase, mut now, mut pauses) = (Chase::default(), NOW, Vec::new());
    for _ in 0..50 {
        assert_eq!(
            ALIPAY.next(&charge, chase, now),
            Effect::Ask(AskKind::Reverse)
        );
        chase = chase.asked(AskKind::Reverse, now).answered();
        let Effect::Wait(due) = ALIPAY.next(&charge, chase, now) else {
            unreachable!("a pause follows each reverse")
        };
        pauses.push(due.ms_since(now));
        now = due;
    }
    assert!(pauses[0] >= 1_000 && pauses[0] < 1_300, "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause <= 360_000), "{pauses:?}");
    assert!(pauses[49] >= 300_000, "{pauses:?}");
}
