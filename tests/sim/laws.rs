//! The laws that must hold after every step, by comparing the record with the bank.

use std::collections::BTreeMap;

use ledger::State;

use crate::shop::Shop;

/// L1, L3 and L4: what the record says, the bank must bear out at any moment.
pub(crate) fn hold(shop: &Shop) {
    let mut held_by_sale: BTreeMap<String, (i64, u32)> = BTreeMap::new();
    for charge in shop.charges() {
        let held = shop.counter.money_held(&charge.order_no());
        let of_sale = held_by_sale.entry(charge.sale().to_owned()).or_default();
        of_sale.0 += held.fen();
        match charge.state() {
            State::Paid(_) => {
                of_sale.1 += 1;
                assert_eq!(held, charge.amount(), "L3: {} is shown paid", charge.id());
            }
            State::Refused(_) | State::Reversed { .. } => {
                assert_eq!(held.fen(), 0, "L4: {} is shown failed", charge.id());
            }
            State::Opened
            | State::Sent
            | State::Waiting
            | State::Unknown(_)
            | State::Reversing { .. } => {}
        }
    }
    for sale in &shop.sales {
        let (held, paid) = held_by_sale.get(&sale.name).copied().unwrap_or_default();
        assert!(
            held <= sale.amount.fen(),
            "L1: {held} fen held for {}",
            sale.name
        );
        assert!(paid <= 1, "L1: {} is paid {paid} times", sale.name);
    }
}

/// L2 and L11: with the faults over, everything is at its end and equal to the bank.
pub(crate) fn hold_at_the_end(shop: &Shop) {
    hold(shop);
    let charges = shop.charges();
    for charge in &charges {
        assert!(
            charge.state().is_end(),
            "L11: {} is still {}",
            charge.id(),
            charge.state().as_str()
        );
    }
    for order in shop.counter.paid_orders() {
        let known = charges.iter().find(|charge| charge.order_no() == order);
        let is_paid = known.is_some_and(|charge| matches!(charge.state(), State::Paid(_)));
        assert!(
            is_paid,
            "L2: the bank holds money for {order}, the record says otherwise"
        );
    }
}
