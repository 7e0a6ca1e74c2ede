//! The laws that must hold after every step, by comparing the record with the bank.

use std::collections::BTreeMap;

use ledger::{Cause, Charge, Doubt, Event, Fact, ReverseEnd, ReverseWhy, State};
use money::{Amount, ChargeId};

use crate::marks::Mark;
use crate::shop::Shop;

/// L1, L3 and L4: what the record says, the bank must bear out at any moment.
pub(crate) fn hold(shop: &Shop) {
    let mut by_sale: BTreeMap<&str, (i64, u32)> = BTreeMap::new();
    for charge in shop.shelf.charges() {
        let held = shop.held(charge);
        hold_plan(shop, charge);
        let of_sale = by_sale.entry(sale_of(charge)).or_default();
        of_sale.0 += held.fen();
        match charge.state() {
            State::Paid(facts) => {
                of_sale.1 += 1;
                let elsewhere = shop.counter.given_elsewhere(&charge.order_no());
                hold_refunds(charge, held, elsewhere);
                assert_eq!(
                    facts.amount,
                    charge.amount(),
                    "L3: {} names its sum",
                    charge.id()
                );
            }
            State::Refused(_) | State::Reversed { .. } => {
                assert_eq!(held, Amount::ZERO, "L4: {} is shown failed", charge.id());
                hold_untaken(shop, charge);
            }
            State::Opened
            | State::Sent
            | State::Waiting
            | State::Unknown(_)
            | State::Reversing { .. } => {}
        }
    }
    for sale in &shop.sales {
        let (held, paid) = by_sale.get(sale.name.as_str()).copied().unwrap_or_default();
        assert!(
            held <= sale.amount.fen(),
            "L1: {held} fen held for {} of {}",
            sale.name,
            sale.amount.fen()
        );
        assert!(paid <= 1, "L1: {} is paid {paid} times", sale.name);
    }
}

/// L4: of what is shown as never paid, no money was ever taken. Who was told that it was paid has
/// to tell so, whatever the bank says later.
fn hold_untaken(shop: &Shop, charge: &Charge) {
    let (id, order) = (charge.id(), charge.order_no());
    let is_given_back = matches!(
        charge.state(),
        State::Reversed {
            end: ReverseEnd::GivenBack,
            ..
        }
    );
    let was_paid = shop.counter.was_paid(&order);
    assert!(
        is_given_back || !was_paid,
        "L4: {id} is shown as never paid, and it was"
    );
    assert!(
        was_paid || !is_given_back,
        "L3: {id} is shown as given back, and it was never paid"
    );
}

/// L3: the bank was asked for the plan that stands on the record, and what is shown paid was paid
/// by it.
fn hold_plan(shop: &Shop, charge: &Charge) {
    let (id, plan) = (charge.id(), charge.instalments());
    if let Some(order) = shop.counter.order(&charge.order_no()) {
        assert_eq!(
            order.instalments, plan,
            "L3: {id} is by another plan at the bank"
        );
    }
    if let (State::Paid(facts), Some(plan)) = (charge.state(), plan) {
        let is_by_plan = facts.months.is_none_or(|told| told == plan.months.count());
        assert!(is_by_plan, "L3: {id} is shown paid by another plan");
    }
}

/// L3 and L8 of a charge that is shown paid: the bank holds its sum, less what went back; nothing
/// is shown given that was not, and nothing went back that was not asked for, here or elsewhere.
fn hold_refunds(charge: &Charge, held: Amount, elsewhere: i64) {
    let asked: i64 = charge.refunds().iter().map(|one| one.amount.fen()).sum();
    let (id, paid) = (charge.id(), charge.amount().fen());
    let gone = paid - held.fen() - elsewhere;
    assert!(gone >= 0, "L3: {id} is shown paid, {} held", held.fen());
    assert!(gone <= asked, "L3: {id} is shown paid, {} held", held.fen());
    assert!(
        charge.refunded().fen() <= gone,
        "L8: {id} is shown as given back more than was"
    );
    if charge.is_settled() {
        assert_eq!(charge.refunded().fen(), gone, "L8: {id} gave back");
    }
}

/// The sale that a charge is for. A planted defect names a second one of it behind a `~`.
fn sale_of(charge: &Charge) -> &str {
    charge.sale().split('~').next().unwrap_or_default()
}

/// L2, L7 and L11: with the faults over, everything is at its end and equal to the bank.
pub(crate) fn hold_at_the_end(shop: &Shop) {
    hold(shop);
    let mut sum = 0;
    for charge in shop.shelf.charges() {
        assert!(
            charge.is_settled(),
            "L11: {} is still {}",
            charge.id(),
            charge.state().as_str()
        );
        if let State::Paid(_) = charge.state() {
            sum += charge.amount().fen() - charge.refunded().fen();
            sum -= shop.counter.given_elsewhere(&charge.order_no());
        }
    }
    let mut held_sum = 0;
    for (order, held) in shop.counter.paid_orders() {
        held_sum += held.fen();
        let known = shop
            .shelf
            .charges()
            .find(|charge| charge.order_no() == order);
        let is_paid = known.is_some_and(|charge| matches!(charge.state(), State::Paid(_)));
        assert!(
            is_paid,
            "L2: the bank holds money for {order}, the record says otherwise"
        );
    }
    assert_eq!(sum, held_sum, "L8: the totals differ from the bank's");
    assert!(shop.is_idle(), "L11: the loop still has something to do");
    shop.shelf.verify();
}

/// Marks that an event reaches, once it is durable.
pub(crate) fn note_event(shop: &mut Shop, event: &Event) {
    let id = event.charge;
    let before = shop.shelf.history(id).iter();
    let before: Vec<&Fact> = before
        .filter(|one| one.revision < event.revision)
        .map(|one| &one.fact)
        .collect();
    let had = |is: fn(&Fact) -> bool| before.iter().any(|fact| is(fact));
    let was_reversing = had(|fact| matches!(fact, Fact::ReverseBegun(_)));
    let was_waiting = had(|fact| matches!(fact, Fact::Waiting));
    let was_in_doubt = had(|fact| matches!(fact, Fact::Doubted(_)));
    let was_returning = had(|fact| matches!(fact, Fact::ReturnBegun { .. }));
    let was_shown = had(|fact| matches!(fact, Fact::Shown { .. }));
    let was_noted = had(|fact| matches!(fact, Fact::PaidWhileReversing(_)));
    match &event.fact {
        Fact::Paid(facts) => {
            let is_late = was_waiting || was_in_doubt;
            let is_second = is_later_try(shop, event);
            let was_absent = shop.was_absent(id);
            let was_restarted = shop.was_restarted(id);
            shop.sometimes(Mark::PaidAtOnce, !is_late);
            shop.sometimes(Mark::PaidByPlan, facts.months.is_some());
            shop.sometimes(Mark::PaidByQuery, is_late);
            shop.sometimes(Mark::PaidAfterWaiting, was_waiting);
            shop.sometimes(Mark::PaidAfterDoubt, was_in_doubt);
            shop.sometimes(Mark::PaidOnSecondTry, is_second);
            shop.sometimes(Mark::PaidAfterAbsent, was_absent);
            shop.sometimes(Mark::PaidAfterRestart, was_restarted);
        }
        Fact::Refused(refusal) => {
            let is_unsent = refusal.cause == Cause::NotSent;
            let is_closed = refusal.cause == Cause::Closed;
            shop.sometimes(Mark::NotSent, is_unsent);
            shop.sometimes(Mark::DeclinedOnPhone, is_closed && was_waiting);
            shop.sometimes(Mark::RefusedByBank, !is_unsent && !is_closed);
            shop.sometimes(Mark::RefusedWhileReversing, was_reversing);
        }
        Fact::ReverseBegun(why) => {
            shop.sometimes(Mark::ReversedByTime, *why == ReverseWhy::Deadline);
            shop.sometimes(Mark::ReversedByCashier, *why == ReverseWhy::Cashier);
        }
        Fact::Reversed(end) => {
            shop.sometimes(Mark::ClosedByReverse, *end == ReverseEnd::Closed);
            let is_back = *end == ReverseEnd::GivenBack;
            shop.sometimes(Mark::GivenBackByReverse, is_back && was_reversing);
            shop.sometimes(Mark::GivenBackElsewhere, is_back && !was_reversing);
            let is_misled = shop.counter.has_said_closed(&id.order_no());
            shop.sometimes(Mark::CalledClosed, is_back && was_noted && is_misled);
            shop.sometimes(Mark::CloseAskedAbout, is_back && !was_noted && is_misled);
            shop.sometimes(Mark::NothingToReverse, *end == ReverseEnd::Nothing);
            shop.sometimes(Mark::Returned, was_returning);
            let is_given = *end == ReverseEnd::GivenBack;
            shop.sometimes(Mark::ShownTakenAway, was_shown && !is_given);
            shop.sometimes(Mark::ShownPaidTooLate, was_shown && is_given);
        }
        Fact::ReturnBegun { .. } => {
            assert!(
                was_noted,
                "L5: {id} is given back and nobody knows that it was paid"
            );
            shop.sometimes(Mark::ReturnBegun, true);
        }
        Fact::Doubted(doubt) => {
            shop.sometimes(Mark::MismatchAlarm, *doubt == Doubt::Mismatch);
        }
        Fact::RefundGiven { .. } => note_given(shop, id),
        Fact::RefundRefused { refusal, .. } => {
            let is_elsewhere = refusal.cause == Cause::GivenElsewhere;
            shop.sometimes(Mark::RefundElsewhere, is_elsewhere);
            let is_foreign = refusal.cause == Cause::OtherAccount;
            shop.sometimes(Mark::RefundOfOtherAccount, is_foreign);
        }
        Fact::Opened(_)
        | Fact::Sent
        | Fact::Waiting
        | Fact::Shown { .. }
        | Fact::PaidWhileReversing(_)
        | Fact::RefundAsked { .. }
        | Fact::RefundDoubted { .. } => {}
    }
}

/// Marks that a refund reaches.
fn note_given(shop: &mut Shop, id: ChargeId) {
    let Some(charge) = shop.shelf.charge(id) else {
        return;
    };
    let is_whole = charge.refunded() == charge.amount();
    let is_second = charge.refunds().len() > 1;
    shop.sometimes(Mark::RefundWhole, is_whole);
    shop.sometimes(Mark::RefundInPart, !is_whole);
    shop.sometimes(Mark::RefundTwice, is_second);
}

/// Whether the sale had another attempt before this one.
fn is_later_try(shop: &Shop, event: &Event) -> bool {
    let Some(charge) = shop.shelf.charge(event.charge) else {
        return false;
    };
    let mut others = shop.shelf.charges();
    others.any(|other| other.id() != charge.id() && other.sale() == charge.sale())
}
