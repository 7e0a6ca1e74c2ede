//! Names, links, ends and pauses: what a small change could spoil without any other test noticing.

mod edges;

use std::collections::BTreeSet;

use money::{Amount, ChargeId, Provider, Stamp};

use crate::plan::ALIPAY;
use crate::{
    AskKind, Asked, Cause, Charge, Chase, Doubt, Effect, Event, Fact, Funding, Opening, Outcome,
    PaidFacts, Refusal, ReverseEnd, ReverseWhy, State, Step, Way, link,
};

/// An id whose letters sum up to a multiple of sixteen, so that its jitter begins at zero.
const ID: &str = "00000000000000000000000000";

fn at(ms: i64) -> Stamp {
    Stamp::from_ms(ms)
}

fn amount(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

fn begun() -> Step {
    let opening = Opening {
        id: ChargeId::parse(ID).expect("an id"),
        sale: "sale-7".to_owned(),
        amount: amount(1_250),
        provider: Provider::Alipay,
        device: "till-2".to_owned(),
        way: Way::Scanned,
        instalments: None,
        goods: None,
    };
    Charge::open(opening, at(1_000))
}

fn opened() -> Charge {
    begun().charge
}

fn paid_facts(fen: i64) -> PaidFacts {
    PaidFacts {
        order: opened().order_no(),
        provider_no: "2026".to_owned(),
        amount: amount(fen),
        funding: Vec::new(),
        payer: None,
        paid_at: None,
        months: None,
    }
}

fn hear(charge: Charge, kind: AskKind, outcome: Outcome) -> Step {
    let asked = Asked {
        kind,
        at: at(2_000),
        age_ms: 1_000,
    };
    let step = charge.hear(asked, outcome, &ALIPAY, at(2_000));
    step.expect("a legal move")
}

fn refused() -> Charge {
    let refusal = Refusal {
        cause: Cause::NoMoney,
        code: String::new(),
        text: String::new(),
    };
    hear(opened(), AskKind::Pay, Outcome::Refused(refusal)).charge
}

fn reversing() -> Charge {
    let step = opened().reverse(ReverseWhy::Cashier, at(2_000));
    step.expect("an open charge can be reversed").charge
}

/// The names of rows are for ever: each has its own, and reads back.
fn check_names<T: Copy + PartialEq + core::fmt::Debug>(
    all: &[T],
    name: fn(T) -> &'static str,
    read: fn(&str) -> Option<T>,
) {
    let names: BTreeSet<&str> = all.iter().map(|one| name(*one)).collect();
    assert_eq!(names.len(), all.len(), "{names:?}");
    for one in all {
        assert_eq!(read(name(*one)), Some(*one));
    }
    assert_eq!(read("no such name"), None);
}

#[test]
fn every_name_is_its_own_and_reads_back() {
    check_names(&Cause::ALL, Cause::as_str, Cause::named);
    check_names(&Doubt::ALL, Doubt::as_str, Doubt::named);
    let ends = [
        ReverseEnd::Closed,
        ReverseEnd::GivenBack,
        ReverseEnd::Nothing,
    ];
    check_names(&ends, ReverseEnd::as_str, ReverseEnd::named);
    let whys = [
        ReverseWhy::Deadline,
        ReverseWhy::Cashier,
        ReverseWhy::CodeLost,
    ];
    check_names(&whys, ReverseWhy::as_str, ReverseWhy::named);
}

#[test]
fn names_in_rows_do_not_change() {
    assert_eq!(Cause::NoMoney.as_str(), "no-money");
    assert_eq!(Doubt::Lost.as_str(), "lost");
    assert_eq!(ReverseEnd::GivenBack.as_str(), "given-back");
    assert_eq!(ReverseWhy::Deadline.as_str(), "deadline");
    assert_eq!(ReverseWhy::CodeLost.as_str(), "code-lost");
    assert_eq!(Way::Scanned.as_str(), "scanned");
    assert_eq!(Way::Shown.as_str(), "shown");
    assert_eq!(Fact::Sent.as_str(), "sent");
    let shown = Fact::Shown {
        code: String::new(),
    };
    assert_eq!(shown.as_str(), "shown");
    assert_eq!(Fact::Paid(paid_facts(1)).as_str(), "paid");
    let noted = Fact::PaidWhileReversing(paid_facts(1));
    assert_eq!(noted.as_str(), "paid-while-reversing");
}

#[test]
fn every_field_of_an_event_is_under_the_seal() {
    let event = |revision, ms, facts| Event {
        charge: opened().id(),
        revision,
        at: at(ms),
        fact: Fact::Paid(facts),
    };
    let with = |change: fn(&mut PaidFacts)| {
        let mut facts = paid_facts(1_250);
        change(&mut facts);
        event(2, 5, facts)
    };
    let events = [
        event(2, 5, paid_facts(1_250)),
        event(3, 5, paid_facts(1_250)),
        event(2, 6, paid_facts(1_250)),
        event(2, 5, paid_facts(1_251)),
        with(|facts| facts.provider_no.push('7')),
        with(|facts| facts.payer = Some(String::new())),
        with(|facts| facts.payer = Some("159****5620".to_owned())),
        with(|facts| facts.paid_at = Some(Stamp::from_ms(7))),
        with(|facts| {
            facts.funding.push(Funding {
                channel: "PCREDIT".to_owned(),
                amount: Amount::ZERO,
            });
        }),
    ];
    let links: BTreeSet<_> = events.iter().map(|event| link(&[0; 32], event)).collect();
    assert_eq!(links.len(), events.len(), "a change goes unseen");
}

#[test]
fn a_charge_tells_what_it_was_opened_with() {
    let charge = opened();
    assert_eq!((charge.sale(), charge.device()), ("sale-7", "till-2"));
    assert_eq!((charge.revision(), refused().revision()), (1, 2));
}

#[test]
fn an_illegal_move_names_both_states() {
    let illegal = refused().sent(at(3_000)).expect_err("it has ended");
    assert_eq!(illegal.to_string(), "a refused charge cannot become sent");
}

#[test]
fn a_success_of_another_order_after_the_end_is_no_move_at_all() {
    let before = refused();
    let mut facts = paid_facts(1_250);
    facts.order = ChargeId::fresh(at(0), [9; 16]).order_no();
    let step = hear(before.clone(), AskKind::Query, Outcome::Paid(facts));
    assert_eq!((step.charge, step.events), (before, Vec::new()));
}

#[test]
fn a_mismatch_is_noted_once_and_over_any_other_doubt() {
    let mismatch = || Outcome::Unknown(Doubt::Mismatch);
    let lost = hear(opened(), AskKind::Pay, Outcome::Unknown(Doubt::Lost)).charge;
    let noted = hear(lost, AskKind::Query, mismatch());
    assert_eq!(noted.charge.state(), &State::Unknown(Doubt::Mismatch));
    let again = hear(noted.charge, AskKind::Query, mismatch());
    assert!(again.events.is_empty());
}

#[test]
fn only_a_pay_that_never_left_ends_a_reverse_by_not_reaching_the_provider() {
    let unreachable = || Outcome::Unknown(Doubt::Unreachable);
    let step = hear(reversing(), AskKind::Query, unreachable());
    assert!(step.events.is_empty());
    let step = hear(reversing(), AskKind::Pay, unreachable());
    assert!(matches!(step.charge.state(), State::Refused(_)));
}

#[test]
fn ends_are_ends_and_only_some_free_the_sale() {
    let paid = hear(opened(), AskKind::Pay, Outcome::Paid(paid_facts(1_250))).charge;
    let given = Outcome::Reversed(ReverseEnd::GivenBack);
    let reversed = hear(reversing(), AskKind::Reverse, given).charge;
    let facts = |charge: &Charge| (charge.state().is_end(), charge.state().frees_sale());
    assert_eq!(facts(&opened()), (false, false));
    assert_eq!(facts(&reversing()), (false, false));
    assert_eq!(facts(&paid), (true, false));
    assert_eq!(facts(&refused()), (true, true));
    assert_eq!(facts(&reversed), (true, true));
}

#[test]
fn the_pause_after_each_reverse_grows_and_is_a_little_longer_each_time() {
    // The letters of the id sum up to 26 × 48, which leaves nothing by sixteen: the jitter is the
    // number of reverses, in eightieths of the pause.
    let pauses = [(1, 1_000 + 12), (2, 2_000 + 50), (3, 5_000 + 187)];
    let mut chase = Chase::begun(at(0));
    for (reverses, pause) in pauses {
        // Late enough that no code can pay any more, which would ask sooner.
        let asked = at(200_000 * reverses);
        chase = chase.asked(AskKind::Reverse, asked).answered();
        chase = chase.asked(AskKind::Query, asked).answered();
        let next = ALIPAY.next(&reversing(), chase, asked);
        assert_eq!(next, Effect::Wait(asked.plus_ms(pause)), "{reverses}");
    }
}
