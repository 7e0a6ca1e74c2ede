//! Tests of plans: what was asked for is what counts.

use money::{Amount, ChargeId, FeeOn, Instalments, Months, Provider, Stamp};

use crate::plan::ALIPAY;
use crate::{
    AskKind, Asked, Charge, Doubt, Fact, Opening, Outcome, PaidFacts, ReverseWhy, State, Way,
};

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);
const SIX: Instalments = Instalments {
    months: Months::Six,
    fee_on: FeeOn::Customer,
};

fn opened(instalments: Option<Instalments>) -> Charge {
    let opening = Opening {
        id: ChargeId::fresh(NOW, [3; 16]),
        sale: "sale-1".to_owned(),
        amount: Amount::from_fen(128_800).expect("an amount"),
        provider: Provider::Alipay,
        device: "till-1".to_owned(),
        way: Way::Scanned,
        instalments,
        goods: None,
    };
    let step = Charge::open(opening, NOW);
    assert_eq!(Charge::fold(&step.events), Ok(step.charge.clone()));
    step.charge
}

fn told(charge: Charge, months: Option<u8>) -> (Charge, Vec<Fact>) {
    let facts = PaidFacts {
        order: charge.order_no(),
        provider_no: "2026".to_owned(),
        amount: charge.amount(),
        funding: Vec::new(),
        payer: None,
        paid_at: None,
        months,
    };
    let asked = Asked {
        kind: AskKind::Query,
        at: NOW,
        age_ms: 0,
    };
    let step = charge
        .hear(asked, Outcome::Paid(facts), &ALIPAY, NOW)
        .expect("a legal move");
    let facts = step.events.into_iter().map(|event| event.fact).collect();
    (step.charge, facts)
}

#[test]
fn a_plan_is_part_of_the_opening_and_survives_a_restart() {
    let charge = opened(Some(SIX));
    assert_eq!(charge.instalments(), Some(SIX));
    let taken_up = charge.recover(NOW).expect("always").charge;
    assert_eq!(taken_up.instalments(), Some(SIX));
    assert_eq!(opened(None).instalments(), None);
}

#[test]
fn a_payment_by_the_plan_or_without_a_word_about_it_is_paid() {
    for (asked, months) in [(Some(SIX), Some(6)), (Some(SIX), None), (None, Some(12))] {
        let (charge, _) = told(opened(asked), months);
        assert!(
            matches!(charge.state(), State::Paid(facts) if facts.months == months),
            "{months:?}"
        );
    }
}

#[test]
fn a_payment_by_another_plan_is_a_mismatch_and_never_paid() {
    let (charge, facts) = told(opened(Some(SIX)), Some(12));
    assert_eq!(charge.state(), &State::Unknown(Doubt::Mismatch));
    assert_eq!(facts, [Fact::Doubted(Doubt::Mismatch)]);
}

#[test]
fn a_payment_by_another_plan_is_money_to_go_back_once_the_charge_is_reversed() {
    let reversing = opened(Some(SIX)).reverse(ReverseWhy::Cashier, NOW);
    let reversing = reversing.expect("an open charge can be reversed");
    let (charge, facts) = told(reversing.charge, Some(3));
    assert!(matches!(charge.state(), State::Reversing { .. }));
    assert!(
        matches!(&facts[..], [Fact::PaidWhileReversing(paid)] if paid.months == Some(3)),
        "{facts:?}"
    );
    let (_, facts) = told(charge, Some(3));
    assert_eq!(facts, [], "it is noted once");
}
