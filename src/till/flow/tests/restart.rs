//! Sales in doubt put aside, and pages that went away in the middle.

use super::*;
use crate::flow::Kept;

/// What the browser holds after these effects.
fn kept(rig: &Rig) -> Vec<Kept> {
    let text = serde_json::to_string(&rig.flow.kept()).expect("plain fields");
    assert!(!text.contains(CODE), "a payment code must never be kept");
    serde_json::from_str(&text).expect("what was written reads back")
}

/// The page is loaded anew over what was kept.
fn reloaded(rig: Rig) -> Rig {
    let open = kept(&rig);
    let mut again = Rig::till();
    let now_ms = again.now_ms();
    again.sent = rig.sent;
    again.flow = Flow::begin(Mode::Till, "till-1".to_owned(), None, &again.world);
    again.flow.take_up(open, now_ms);
    again.tell(Input::Hello(Box::new(hello(now_ms))));
    again
}

#[test]
fn a_sale_in_doubt_is_put_aside_and_counted_until_it_is_paid() {
    let mut rig = Rig::till();
    rig.charge("12.5", CODE);
    assert_eq!(
        rig.tell(Input::Minimise),
        [],
        "only a doubt can be put aside"
    );
    rig.hear(StateName::Unknown, 3);
    let effects = rig.tell(Input::Minimise);
    assert!(matches!(effects.first(), Some(Effect::Keep(open)) if open.len() == 1));
    assert_eq!((rig.word(), rig.flow.doubts.len()), (StateWord::Ready, 1));
    let first = rig.view(StateName::Paid, 4);
    rig.charge("3", OTHER_CODE);
    assert_ne!(rig.last().1.sale, first.sale);
    rig.tell(Input::Charge(Box::new(first)));
    assert_eq!((rig.word(), rig.flow.doubts.len()), (StateWord::Sending, 0));
    let amount = money::Amount::from_fen(1_250).expect("in range");
    assert_eq!(rig.flow.notice(), Some(Notice::DoubtPaid(amount)));
}

#[test]
fn a_doubt_comes_back_only_where_nothing_is_under_way() {
    let mut rig = Rig::till();
    rig.charge("12.5", CODE);
    rig.hear(StateName::Unknown, 3);
    rig.tell(Input::Escape);
    rig.press("3");
    rig.tell(Input::Restore);
    assert_eq!(rig.flow.notice(), Some(Notice::FinishFirst));
    rig.tell(Input::Escape);
    rig.tell(Input::Restore);
    assert_eq!((rig.word(), rig.flow.doubts.len()), (StateWord::Unknown, 0));
    rig.hear(StateName::Reversed, 5);
    let sale = rig.last().1.sale.clone();
    rig.tell(Input::Again);
    rig.see(OTHER_CODE);
    assert_eq!(
        (&rig.last().1.sale, rig.last().1.amount_fen),
        (&sale, 1_250)
    );
}

#[test]
fn a_reloaded_page_takes_the_running_charge_up_again() {
    let mut rig = Rig::till();
    rig.charge("12.5", CODE);
    let mut rig = reloaded(rig);
    assert_eq!(rig.word(), StateWord::Sending);
    let effects = rig.pass(400);
    let key = rig.last().0.clone();
    let is_asked = |one: &Effect| *one == Effect::LookUp { key: key.clone() };
    assert!(effects.iter().any(is_asked) || rig.flow.kept().len() == 1);
    let found = rig.view(StateName::Waiting, 3);
    rig.answer(Ok(found));
    assert_eq!(rig.word(), StateWord::Waiting);
    rig.hear(StateName::Paid, 4);
    assert_eq!(rig.word(), StateWord::Paid);
    assert!(rig.flow.kept().is_empty());
}

#[test]
fn a_reload_before_the_request_left_frees_the_sale_under_its_name() {
    let mut rig = Rig::till();
    rig.charge("12.5", CODE);
    let sale = rig.last().1.sale.clone();
    let mut rig = reloaded(rig);
    for _ in 0..6 {
        rig.pass(1_000);
        rig.answer(Err(problem(ProblemKind::ChargeAbsent, None)));
    }
    assert_eq!(rig.word(), StateWord::Refused);
    rig.tell(Input::Again);
    rig.see(OTHER_CODE);
    assert_eq!(
        (&rig.last().1.sale, rig.last().1.amount_fen),
        (&sale, 1_250)
    );
}

#[test]
fn several_open_charges_survive_a_reload_the_newest_on_the_screen() {
    let mut rig = Rig::till();
    rig.charge("1", CODE);
    rig.hear(StateName::Unknown, 3);
    rig.tell(Input::Minimise);
    rig.charge("2", OTHER_CODE);
    let rig = reloaded(rig);
    assert_eq!(rig.flow.doubts.len(), 1);
    assert_eq!(rig.flow.sum().map(money::Amount::fen), Ok(200));
}

#[test]
fn a_new_stream_asks_what_was_missed() {
    let mut rig = Rig::till();
    rig.charge("5", CODE);
    rig.hear(StateName::Waiting, 3);
    let charge = rig.view(StateName::Waiting, 3).id;
    let now_ms = rig.now_ms();
    let key = rig.last().0.clone();
    let effects = rig.tell(Input::Hello(Box::new(hello(now_ms))));
    assert_eq!(effects, [Effect::LookAt { key, charge }]);
}
