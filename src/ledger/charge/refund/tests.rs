//! The law of refunds, rule by rule, and by random histories.

use money::{Amount, ChargeId, Provider, RefundNo, Stamp};
use proptest::prelude::*;

use crate::charge::{Asked, Charge, FoldError, IllegalMove, Opening, Step};
use crate::effect::AskKind;
use crate::event::{Event, Fact, ReverseWhy, Way};
use crate::outcome::{Cause, Doubt, Outcome, PaidFacts, Refusal};
use crate::plan::ALIPAY;
use crate::posting::Books;
use crate::refund::{
    GivenSum, OrderTold, REFUNDS_MAX, RefundForbidden, RefundOutcome, RefundReply, RefundState,
    RefundWish,
};

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

fn number(number: u8) -> RefundNo {
    RefundNo::fresh(NOW, [number; 16])
}

/// A charge over 12.50 that is just opened, and its history.
fn opened() -> Step {
    let opening = Opening {
        id: ChargeId::fresh(NOW, [3; 16]),
        sale: "sale-1".to_owned(),
        amount: fen(1250),
        provider: Provider::Alipay,
        device: "till-1".to_owned(),
        way: Way::Scanned,
        instalments: None,
        goods: None,
    };
    Charge::open(opening, NOW)
}

fn heard(charge: Charge, outcome: Outcome) -> Step {
    let asked = Asked {
        kind: AskKind::Pay,
        at: NOW,
        age_ms: 0,
    };
    charge
        .hear(asked, outcome, &ALIPAY, NOW)
        .expect("a legal move")
}

fn paid_step(charge: Charge) -> Step {
    let facts = PaidFacts {
        order: charge.order_no(),
        provider_no: "2026".to_owned(),
        amount: charge.amount(),
        funding: Vec::new(),
        payer: None,
        paid_at: None,
        months: None,
    };
    heard(charge, Outcome::Paid(facts))
}

fn paid() -> Charge {
    paid_step(opened().charge).charge
}

#[test]
#[should_panic(expected = "never more is asked back than was paid")]
fn a_charge_that_would_give_back_more_than_was_paid_stops_the_program() {
    let mut charge = paid();
    let wish = RefundWish {
        no: number(1),
        amount: charge.amount(),
        reason: String::new(),
        by: String::new(),
    };
    charge = charge.ask_refund(wish, NOW).expect("all of it").charge;
    let twice = charge.refunds.clone();
    charge.refunds.extend(twice);
    charge.assert_books();
}

fn refusal() -> Refusal {
    Refusal {
        cause: Cause::Merchant,
        code: "ACQ.SELLER_BALANCE_NOT_ENOUGH".to_owned(),
        text: "余额不足".to_owned(),
    }
}

fn wish(no: u8, sum: i64) -> RefundWish {
    RefundWish {
        no: number(no),
        amount: fen(sum),
        reason: "换货".to_owned(),
        by: "till-1".to_owned(),
    }
}

fn ask(charge: Charge, no: u8, sum: i64) -> Charge {
    let step = charge.ask_refund(wish(no, sum), NOW);
    step.expect("an allowed refund").charge
}

fn forbidden(charge: Charge, no: u8, sum: i64) -> RefundForbidden {
    charge
        .ask_refund(wish(no, sum), NOW)
        .expect_err("a forbidden refund")
}

fn reply(kind: AskKind, is_alone: bool, outcome: RefundOutcome) -> RefundReply {
    RefundReply {
        kind,
        is_alone,
        order: OrderTold::Nothing,
        outcome,
    }
}

fn total(sum: i64) -> RefundOutcome {
    RefundOutcome::Given {
        sum: GivenSum::Total(fen(sum)),
        at: Some(NOW),
    }
}

fn alone(sum: i64) -> RefundOutcome {
    RefundOutcome::Given {
        sum: GivenSum::Alone(fen(sum)),
        at: None,
    }
}

fn hear(charge: Charge, no: u8, outcome: RefundOutcome) -> Step {
    let reply = reply(AskKind::Refund, true, outcome);
    let step = charge.hear_refund(number(no), reply, NOW);
    step.expect("a legal move")
}

fn state(charge: &Charge, no: u8) -> &'static str {
    let refund = charge.refund(number(no)).expect("a refund of the charge");
    refund.state.as_str()
}

fn facts(step: &Step) -> Vec<&'static str> {
    step.events
        .iter()
        .map(|event| event.fact.as_str())
        .collect()
}

#[test]
fn a_payment_goes_back_in_parts_until_nothing_is_left() {
    let charge = ask(paid(), 1, 250);
    assert_eq!(charge.refund_rest(), fen(1000));
    let charge = hear(charge, 1, total(250)).charge;
    assert_eq!((state(&charge, 1), charge.refunded()), ("given", fen(250)));
    let charge = hear(ask(charge, 2, 1000), 2, total(1250)).charge;
    assert_eq!(
        (charge.refunded(), charge.refund_rest()),
        (fen(1250), fen(0))
    );
    assert_eq!(charge.state().as_str(), "paid");
    let rest = fen(0);
    assert_eq!(forbidden(charge, 3, 1), RefundForbidden::OverRest { rest });
}

#[test]
fn what_is_asked_for_counts_as_gone_and_what_is_refused_does_not() {
    let charge = ask(ask(paid(), 1, 1000), 2, 200);
    let rest = fen(50);
    assert_eq!(
        forbidden(charge.clone(), 3, 51),
        RefundForbidden::OverRest { rest }
    );
    let charge = hear(charge, 1, RefundOutcome::Refused(refusal())).charge;
    assert_eq!(
        (state(&charge, 1), charge.refund_rest()),
        ("refused", fen(1050))
    );
    assert_eq!(charge.refunded(), fen(0));
    ask(charge, 3, 1050);
}

#[test]
fn only_a_paid_charge_gives_back() {
    let open = opened().charge;
    let refused = heard(open.clone(), Outcome::Refused(refusal())).charge;
    let waiting = heard(open.clone(), Outcome::Waiting).charge;
    let doubted = heard(open.clone(), Outcome::Unknown(Doubt::Lost)).charge;
    let reversing = doubted
        .clone()
        .reverse(ReverseWhy::Cashier, NOW)
        .expect("may reverse")
        .charge;
    for charge in [open, refused, waiting, doubted, reversing] {
        let name = charge.state().as_str();
        assert_eq!(charge.refund_rest(), fen(0), "{name}");
        assert_eq!(forbidden(charge, 1, 1), RefundForbidden::NotPaid(name));
    }
}

#[test]
fn nothing_is_never_given_back_and_a_number_names_one_refund() {
    assert_eq!(forbidden(paid(), 1, 0), RefundForbidden::Zero);
    let no = number(1);
    let charge = ask(paid(), 1, 250);
    assert_eq!(forbidden(charge, 1, 250), RefundForbidden::Repeated(no));
}

#[test]
fn a_charge_has_a_bounded_number_of_refunds() {
    let mut charge = paid();
    for no in 0..REFUNDS_MAX {
        charge = ask(charge, u8::try_from(no).expect("a small number"), 1);
    }
    assert_eq!(forbidden(charge, 255, 1), RefundForbidden::TooMany);
}

#[test]
fn every_forbidden_refund_says_why_and_what_helps() {
    let rest = fen(150);
    for (forbidden, part) in [
        (RefundForbidden::NotPaid("waiting"), "is waiting"),
        (RefundForbidden::Zero, "at least one fen"),
        (RefundForbidden::OverRest { rest }, "only 1.50 yuan"),
        (RefundForbidden::TooMany, "100 refunds"),
        (RefundForbidden::Repeated(number(1)), "fresh one"),
    ] {
        assert!(forbidden.to_string().contains(part), "{forbidden}");
    }
}

#[test]
fn an_order_s_total_that_is_not_ours_is_no_success_and_noted_once() {
    let charge = hear(ask(paid(), 1, 250), 1, total(250)).charge;
    let charge = ask(charge, 2, 100);
    for other in [100, 250, 349, 351] {
        let step = hear(charge.clone(), 2, total(other));
        assert_eq!(facts(&step), ["refund-doubted"], "{other}");
        assert_eq!(state(&step.charge, 2), "asked");
        let doubt = step.charge.refund(number(2)).and_then(|one| one.doubt);
        assert_eq!(doubt, Some(Doubt::Mismatch));
        let again = hear(step.charge, 2, total(other));
        assert!(again.events.is_empty(), "{other}");
        assert_eq!(facts(&hear(again.charge, 2, total(350))), ["refund-given"]);
    }
}

#[test]
fn a_refund_s_own_sum_must_be_the_sum_that_was_asked_for() {
    let charge = ask(paid(), 1, 250);
    for other in [249, 251] {
        assert_eq!(
            facts(&hear(charge.clone(), 1, alone(other))),
            ["refund-doubted"]
        );
    }
    let given = hear(charge, 1, alone(250)).charge;
    assert_eq!(
        given.refund(number(1)).map(|one| one.state.clone()),
        Some(RefundState::Given { at: None })
    );
}

#[test]
fn a_mismatch_that_the_provider_s_language_found_is_noted_too() {
    let step = hear(
        ask(paid(), 1, 250),
        1,
        RefundOutcome::Unknown(Doubt::Mismatch),
    );
    assert_eq!(facts(&step), ["refund-doubted"]);
}

#[test]
fn an_asked_refund_is_never_ended_by_doubt_or_absence() {
    let charge = ask(paid(), 1, 250);
    let doubts = Doubt::ALL
        .into_iter()
        .filter(|doubt| *doubt != Doubt::Mismatch);
    let outcomes = doubts.map(RefundOutcome::Unknown);
    for outcome in outcomes.chain([RefundOutcome::Absent]) {
        for kind in [AskKind::Refund, AskKind::RefundQuery] {
            let reply = reply(kind, true, outcome.clone());
            let step = charge.clone().hear_refund(number(1), reply, NOW);
            assert_eq!(step.expect("a legal move").events, [], "{outcome:?}");
        }
    }
    assert!(!charge.is_settled());
}

#[test]
fn a_refusal_ends_only_the_refund_whose_one_request_it_answers() {
    let charge = ask(paid(), 1, 250);
    for (kind, is_alone, expect) in [
        (AskKind::Refund, true, "refused"),
        (AskKind::Refund, false, "asked"),
        (AskKind::RefundQuery, true, "asked"),
        (AskKind::RefundQuery, false, "asked"),
    ] {
        let reply = reply(kind, is_alone, RefundOutcome::Refused(refusal()));
        let step = charge.clone().hear_refund(number(1), reply, NOW);
        let after = step.expect("a legal move").charge;
        assert_eq!(state(&after, 1), expect, "{kind:?} {is_alone}");
    }
}

#[test]
fn an_end_does_not_move() {
    let given = hear(ask(paid(), 1, 250), 1, total(250)).charge;
    for outcome in [total(250), total(9), RefundOutcome::Refused(refusal())] {
        assert!(hear(given.clone(), 1, outcome).events.is_empty());
    }
    let refused = hear(ask(paid(), 1, 250), 1, RefundOutcome::Refused(refusal())).charge;
    for outcome in [
        RefundOutcome::Refused(refusal()),
        RefundOutcome::Absent,
        RefundOutcome::Unknown(Doubt::Mismatch),
    ] {
        assert!(hear(refused.clone(), 1, outcome).events.is_empty());
    }
    let reply = reply(AskKind::Refund, true, total(250));
    let late: Result<Step, IllegalMove> = refused.hear_refund(number(1), reply, NOW);
    let sentence = late.expect_err("money of a refused refund").to_string();
    assert!(sentence.contains("refused refund"), "{sentence}");
}

#[test]
fn a_refund_of_another_charge_is_an_alarm() {
    let reply = reply(AskKind::Refund, true, total(250));
    assert!(paid().hear_refund(number(9), reply, NOW).is_err());
}

#[test]
fn a_charge_is_settled_when_it_and_all_its_refunds_have_an_end() {
    assert!(!opened().charge.is_settled());
    assert!(paid().is_settled());
    let charge = ask(ask(paid(), 1, 250), 2, 100);
    assert_eq!(charge.refund_asked().map(|one| one.no), Some(number(1)));
    assert_eq!(charge.refunds_asked(), 2);
    let charge = hear(charge, 1, total(250)).charge;
    assert_eq!(charge.refund_asked().map(|one| one.no), Some(number(2)));
    let charge = hear(charge, 2, RefundOutcome::Refused(refusal())).charge;
    assert!(charge.is_settled());
    assert_eq!(charge.refunds_asked(), 0);
}

#[test]
fn the_books_follow_what_was_paid_and_given_back() {
    let held = |charge: &Charge| charge.books();
    let books = |held_fen: i64| Books {
        held_fen,
        sales_fen: -held_fen,
    };
    assert_eq!(held(&opened().charge), books(0));
    let asked = ask(paid(), 1, 250);
    assert_eq!(held(&asked), books(1250));
    assert_eq!(held(&hear(asked, 1, total(250)).charge), books(1000));
}

#[test]
fn a_history_whose_refunds_cannot_have_happened_is_refused() {
    let first = opened();
    let mut history = first.events;
    history.extend(paid_step(first.charge).events);
    let no = number(1);
    let (reason, by) = (String::new(), String::new());
    let asked = |sum: i64| Fact::RefundAsked {
        no,
        amount: fen(sum),
        reason: reason.clone(),
        by: by.clone(),
    };
    let given = Fact::RefundGiven { no, at: None };
    let refused = Fact::RefundRefused {
        no,
        refusal: refusal(),
    };
    let doubted = Fact::RefundDoubted {
        no,
        doubt: Doubt::Mismatch,
    };
    let cases = [
        (vec![asked(1251)], 3),
        (vec![asked(0)], 3),
        (vec![given.clone()], 3),
        (vec![refused.clone()], 3),
        (vec![doubted.clone()], 3),
        (vec![asked(5), asked(5)], 4),
        (vec![asked(5), given.clone(), given.clone()], 5),
        (vec![asked(5), given, refused.clone()], 5),
        (vec![asked(5), refused, doubted], 5),
    ];
    for (further, at) in cases {
        let mut told = history.clone();
        for fact in further {
            let revision = u32::try_from(told.len()).expect("a short history") + 1;
            told.push(Event {
                charge: told[0].charge,
                revision,
                at: NOW,
                fact,
            });
        }
        let Err(FoldError::Illegal { revision, .. }) = Charge::fold(&told) else {
            panic!("{told:?}")
        };
        assert_eq!(revision, at, "{told:?}");
    }
}

#[test]
fn a_refund_is_not_asked_of_a_history_that_is_not_paid() {
    let mut history = opened().events;
    history.push(Event {
        revision: 2,
        fact: Fact::RefundAsked {
            no: number(1),
            amount: fen(1),
            reason: String::new(),
            by: String::new(),
        },
        ..history[0].clone()
    });
    assert!(Charge::fold(&history).is_err());
}

fn any_outcome() -> impl Strategy<Value = RefundOutcome> {
    prop_oneof![
        (0..1500_i64).prop_map(total),
        (0..600_i64).prop_map(alone),
        Just(RefundOutcome::Refused(refusal())),
        Just(RefundOutcome::Absent),
        (0..Doubt::ALL.len()).prop_map(|at| RefundOutcome::Unknown(Doubt::ALL[at])),
    ]
}

/// A refund to ask for, or an answer to one that may exist; sums repeat, so that some fit.
fn any_move() -> impl Strategy<Value = (bool, u8, i64, bool, RefundOutcome)> {
    (
        any::<bool>(),
        0..6_u8,
        prop_oneof![Just(200_i64), 0..1400_i64],
        any::<bool>(),
        prop_oneof![Just(alone(200)), any_outcome()],
    )
}

proptest! {
    #[test]
    fn whatever_happens_never_more_goes_back_than_was_paid(
        moves in prop::collection::vec(any_move(), 0..40),
    ) {
        let first = opened();
        let mut history = first.events;
        let step = paid_step(first.charge);
        let mut charge = step.charge;
        history.extend(step.events);
        for (is_asked, no, sum, is_alone, outcome) in moves {
            let step = if is_asked {
                charge.clone().ask_refund(wish(no, sum), NOW).ok()
            } else {
                let reply = reply(AskKind::Refund, is_alone, outcome);
                charge.clone().hear_refund(number(no), reply, NOW).ok()
            };
            let Some(step) = step else { continue };
            charge = step.charge;
            history.extend(step.events);
            let gone: i64 = charge
                .refunds()
                .iter()
                .filter(|one| one.state.holds_sum())
                .map(|one| one.amount.fen())
                .sum();
            prop_assert!(gone <= 1250);
            prop_assert_eq!(charge.refund_rest().fen(), 1250 - gone);
            prop_assert_eq!(charge.books().held_fen, 1250 - charge.refunded().fen());
        }
        prop_assert_eq!(Charge::fold(&history), Ok(charge));
    }
}

#[test]
fn a_refund_of_a_closed_or_unknown_order_is_refused_once_nothing_of_it_can_arrive() {
    let told = [
        (OrderTold::Closed, Cause::GivenElsewhere),
        (OrderTold::Unknown, Cause::OtherAccount),
    ];
    for (order, cause) in told {
        let hear = |kind, is_alone, outcome| {
            let (charge, no) = (ask(paid(), 1, 500), number(1));
            let said = RefundReply {
                order,
                ..reply(kind, is_alone, outcome)
            };
            let step = charge.hear_refund(no, said, NOW).expect("a legal move");
            step.charge.refund(no).expect("a refund").state.clone()
        };
        let query = AskKind::RefundQuery;
        let open = [
            hear(query, false, RefundOutcome::Absent),
            hear(AskKind::Refund, true, RefundOutcome::Absent),
            hear(query, true, RefundOutcome::Unknown(Doubt::Unclear)),
        ];
        assert!(open.iter().all(|state| *state == RefundState::Asked));
        let RefundState::Refused(refusal) = hear(query, true, RefundOutcome::Absent) else {
            panic!("nothing can go back of it");
        };
        assert_eq!(refusal.cause, cause);
    }
}
