//! One sale, one key; a second only after the first took nothing.

use super::*;
use crate::flow::{Sound, Why};

fn looks(effects: &[Effect]) -> usize {
    effects
        .iter()
        .filter(|one| matches!(one, Effect::LookUp { .. } | Effect::LookAt { .. }))
        .count()
}

#[test]
fn a_charge_goes_from_sending_over_waiting_to_paid_and_ready() {
    let mut rig = Rig::till();
    rig.charge("12.5", CODE);
    let opened = rig.view(StateName::Sent, 2);
    rig.answer(Ok(opened));
    assert_eq!(rig.word(), StateWord::Sending);
    rig.hear(StateName::Waiting, 3);
    assert_eq!(rig.word(), StateWord::Waiting);
    let effects = rig.hear(StateName::Paid, 4);
    assert_eq!(rig.word(), StateWord::Paid);
    assert_eq!(effects.first(), Some(&Effect::Keep(Vec::new())));
    assert!(effects.contains(&Effect::Play(Sound::Paid)));
    rig.pass(1_400);
    assert_eq!(rig.word(), StateWord::Paid);
    rig.pass(400);
    assert_eq!(rig.word(), StateWord::Ready);
    assert!(rig.flow.keypad.is_empty());
}

#[test]
fn news_that_overtake_the_answer_count() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    rig.hear(StateName::Paid, 4);
    assert_eq!(rig.word(), StateWord::Paid);
    let late = rig.view(StateName::Opened, 1);
    rig.answer(Ok(late));
    assert_eq!(rig.word(), StateWord::Paid);
}

#[test]
fn old_news_change_nothing() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    rig.hear(StateName::Waiting, 3);
    rig.hear(StateName::Sent, 2);
    assert_eq!(rig.word(), StateWord::Waiting);
}

#[test]
fn news_of_other_tills_change_nothing() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    let mut other = rig.view(StateName::Paid, 4);
    other.device = "till-2".to_owned();
    rig.tell(Input::Charge(Box::new(other)));
    assert_eq!(rig.word(), StateWord::Sending);
}

#[test]
fn nothing_that_is_pressed_or_seen_while_charging_sends_again() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    for _ in 0..5 {
        rig.press("7");
        rig.tell(Input::Enter);
        rig.tell(Input::Again);
        rig.tell(Input::Fresh);
        rig.tell(Input::Escape);
        rig.see(OTHER_CODE);
        rig.read(OTHER_CODE, CodeSource::Scanner);
        rig.pass(400);
    }
    assert_eq!(rig.sent.len(), 1);
    assert_eq!(rig.word(), StateWord::Sending);
}

#[test]
fn a_refusal_keeps_the_sale_and_takes_another_key() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    rig.hear(StateName::Refused, 3);
    assert_eq!(rig.word(), StateWord::Refused);
    rig.see(OTHER_CODE);
    assert_eq!(
        rig.sent.len(),
        1,
        "a camera does not decide for the cashier"
    );
    rig.tell(Input::Again);
    rig.see(OTHER_CODE);
    let [(key_1, ask_1), (key_2, ask_2)] = rig.sent.as_slice() else {
        panic!("two charges, not {}", rig.sent.len());
    };
    assert_eq!(
        (&ask_1.sale, ask_1.amount_fen),
        (&ask_2.sale, ask_2.amount_fen)
    );
    assert_ne!(key_1, key_2);
    let mut late = view("C0", ask_1, StateName::Refused, 9);
    late.id = format!("C{key_1}");
    rig.tell(Input::Charge(Box::new(late)));
    assert_eq!(
        rig.word(),
        StateWord::Sending,
        "the first charge's echo is not the second's"
    );
    rig.hear(StateName::Paid, 3);
    assert_eq!(rig.word(), StateWord::Paid);
}

#[test]
fn the_next_sale_after_a_refusal_has_another_name() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    rig.hear(StateName::Refused, 3);
    rig.tell(Input::Fresh);
    assert!(rig.flow.keypad.is_empty());
    rig.charge("6", OTHER_CODE);
    let [(_, ask_1), (_, ask_2)] = rig.sent.as_slice() else {
        panic!("two charges");
    };
    assert_ne!(ask_1.sale, ask_2.sale);
}

#[test]
fn a_reversed_charge_frees_the_sale() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    rig.hear(StateName::Unknown, 3);
    assert_eq!(rig.word(), StateWord::Unknown);
    rig.hear(StateName::Reversing, 4);
    assert_eq!(rig.word(), StateWord::Unknown);
    rig.hear(StateName::Reversed, 5);
    assert_eq!(rig.word(), StateWord::Reversed);
    rig.tell(Input::Enter);
    rig.see(OTHER_CODE);
    assert_eq!(rig.sent.len(), 2);
}

#[test]
fn doubt_is_heard_once() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    assert_eq!(
        rig.hear(StateName::Unknown, 3),
        [Effect::Play(Sound::Unknown)]
    );
    assert_eq!(rig.hear(StateName::Unknown, 4), []);
}

#[test]
fn a_lost_answer_is_asked_for_and_never_sent_again() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    rig.answer(Err(SendFault::Lost));
    assert_eq!(rig.word(), StateWord::Unknown);
    let effects = rig.pass(3_000);
    assert!(looks(&effects) >= 2);
    let found = rig.view(StateName::Paid, 4);
    rig.answer(Ok(found));
    assert_eq!((rig.word(), rig.sent.len()), (StateWord::Paid, 1));
}

#[test]
fn nobody_asks_about_a_key_before_its_request_is_answered() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    assert_eq!(looks(&rig.pass(10_000)), 0);
}

#[test]
fn a_charge_that_never_arrived_frees_the_sale_after_a_few_seconds() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    rig.answer(Err(SendFault::Lost));
    rig.answer(Err(problem(ProblemKind::ChargeAbsent, None)));
    rig.pass(2_000);
    rig.answer(Err(problem(ProblemKind::ChargeAbsent, None)));
    assert_eq!(rig.word(), StateWord::Unknown, "it may still be on its way");
    rig.pass(2_200);
    let effects = rig.answer(Err(problem(ProblemKind::ChargeAbsent, None)));
    assert_eq!(rig.word(), StateWord::Refused);
    assert!(effects.contains(&Effect::Keep(Vec::new())));
    let sale = rig.last().1.sale.clone();
    rig.tell(Input::Again);
    rig.see(OTHER_CODE);
    assert_eq!(
        rig.last().1.sale,
        sale,
        "the backend refuses a late twin by the sale's name"
    );
}

#[test]
fn a_request_that_arrives_after_it_was_given_up_is_taken_up() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    rig.answer(Err(SendFault::Lost));
    rig.answer(Err(problem(ProblemKind::ChargeAbsent, None)));
    rig.pass(5_000);
    rig.answer(Err(problem(ProblemKind::ChargeAbsent, None)));
    assert_eq!(rig.word(), StateWord::Refused);
    rig.hear(StateName::Sent, 2);
    assert_eq!(rig.word(), StateWord::Sending);
    rig.hear(StateName::Paid, 3);
    assert_eq!(rig.word(), StateWord::Paid);
}

#[test]
fn a_sale_that_is_busy_is_followed_not_charged() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    rig.answer(Err(problem(ProblemKind::SaleBusy, Some("C-earlier"))));
    assert_eq!(rig.word(), StateWord::Sending);
    let effects = rig.pass(400);
    assert!(
        effects
            .iter()
            .any(|one| matches!(one, Effect::LookAt { charge, .. } if charge == "C-earlier"))
    );
    let found = view("C-earlier", &rig.last().1.clone(), StateName::Paid, 4);
    rig.answer(Ok(found));
    assert_eq!(rig.word(), StateWord::Paid);
}

#[test]
fn a_request_the_backend_did_not_take_says_why_and_frees_the_sale() {
    for kind in [
        ProblemKind::CodeUsed,
        ProblemKind::RecordUnwritable,
        ProblemKind::TooBusy,
    ] {
        let mut rig = Rig::till();
        rig.charge("5", CODE);
        rig.answer(Err(problem(kind, None)));
        let Screen::Refused { why, amount_fen } = &rig.flow.screen else {
            panic!("{kind:?}");
        };
        assert_eq!((why, *amount_fen), (&Why::Problem(kind), 500));
    }
}

#[test]
fn problems_that_prove_nothing_leave_the_sale_in_doubt() {
    for kind in [
        ProblemKind::Defect,
        ProblemKind::NotReady,
        ProblemKind::RecordUnreadable,
        ProblemKind::KeyReused,
    ] {
        let mut rig = Rig::till();
        rig.charge("5", CODE);
        rig.answer(Err(problem(kind, None)));
        assert_eq!(rig.word(), StateWord::Unknown, "{kind:?}");
        rig.answer(Err(problem(ProblemKind::TooBusy, None)));
        assert_eq!(
            rig.word(),
            StateWord::Unknown,
            "busy when asked about a key is no answer"
        );
    }
}

#[test]
fn the_cashier_can_reverse_once_and_again_if_that_failed() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    assert_eq!(
        rig.tell(Input::Cancel),
        [],
        "nothing to reverse before the charge is known"
    );
    rig.hear(StateName::Waiting, 3);
    let charge = rig.view(StateName::Waiting, 3).id;
    assert_eq!(
        rig.tell(Input::Cancel),
        [Effect::Cancel {
            charge: charge.clone()
        }]
    );
    assert_eq!(rig.tell(Input::Cancel), []);
    rig.tell(Input::NotCancelled { is_late: true });
    assert_eq!(rig.flow.notice(), Some(Notice::CancelLate));
    assert_eq!(rig.tell(Input::Cancel), [Effect::Cancel { charge }]);
}

#[test]
fn a_paid_sale_is_dismissed_by_the_next_key_or_code() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    rig.hear(StateName::Paid, 3);
    rig.press("7");
    assert_eq!(rig.flow.keypad.text(), "7");
    rig.pass(1_000);
    rig.see(OTHER_CODE);
    rig.hear(StateName::Paid, 3);
    rig.see("281234567890123458");
    assert_eq!(rig.word(), StateWord::Ready);
    assert!(rig.flow.hand.is_some());
}
