//! Before the charge leaves: both orders, and all that must not leave.

use money::{Amount, Provider};

use super::*;

#[test]
fn amount_first_leaves_by_itself_when_the_code_is_seen() {
    let mut rig = Rig::till();
    rig.charge("12.5+8*2", CODE);
    let (_, ask) = rig.last();
    assert_eq!((ask.amount_fen, ask.code.as_deref()), (2_850, Some(CODE)));
    assert_eq!(ask.source, Some(CodeSource::Camera));
}

#[test]
fn scan_first_waits_in_hand_for_amount_and_enter() {
    let mut rig = Rig::till();
    rig.see(CODE);
    assert!(rig.flow.hand.is_some());
    rig.press("5");
    for _ in 0..40 {
        rig.pass(200);
        rig.see(CODE);
    }
    assert!(rig.sent.is_empty(), "a code in hand never leaves by itself");
    rig.tell(Input::Enter);
    assert_eq!(rig.last().1.amount_fen, 500);
}

#[test]
fn a_code_seen_while_the_amount_is_being_typed_waits_for_enter() {
    let mut rig = Rig::till();
    rig.press("1");
    rig.see(CODE);
    rig.press("2.5");
    rig.pass(2_000);
    rig.see(CODE);
    assert!(rig.sent.is_empty(), "1 was the beginning of 12.5");
    rig.tell(Input::Enter);
    assert_eq!(rig.last().1.amount_fen, 1_250);
}

#[test]
fn who_presses_enter_after_the_amount_need_not_press_it_again_for_a_code_that_comes_at_once() {
    let mut rig = Rig::till();
    rig.press("12.5");
    rig.tell(Input::Enter);
    rig.see(CODE);
    assert_eq!(rig.last().1.amount_fen, 1_250);
}

#[test]
fn a_key_after_enter_makes_the_amount_unfinished_again() {
    let mut rig = Rig::till();
    rig.press("1");
    rig.tell(Input::Enter);
    rig.press("2");
    rig.see(CODE);
    assert!(rig.sent.is_empty(), "12 may be the beginning of 12.5");
}

#[test]
fn what_a_person_types_or_scans_by_hand_leaves_at_once() {
    for source in [CodeSource::Typed, CodeSource::Scanner] {
        let mut rig = Rig::till();
        rig.press("3");
        rig.read(CODE, source);
        assert_eq!(rig.last().1.source, Some(source));
    }
}

#[test]
fn a_code_in_hand_is_dropped_when_it_is_too_old() {
    let mut rig = Rig::till();
    rig.see(CODE);
    rig.pass(59_000);
    assert!(rig.flow.hand.is_some());
    rig.pass(1_200);
    assert_eq!(rig.flow.hand, None);
    assert_eq!(rig.flow.notice(), Some(Notice::CodeExpired));
}

#[test]
fn the_same_code_charges_once_however_long_it_is_held_up() {
    let mut rig = Rig::till();
    rig.charge("8", CODE);
    for _ in 0..30 {
        rig.see(CODE);
    }
    let paid = rig.view(StateName::Paid, 3);
    rig.answer(Ok(paid));
    for _ in 0..30 {
        rig.see(CODE);
        rig.pass(200);
    }
    assert_eq!(rig.word(), StateWord::Ready);
    assert_eq!(rig.flow.hand, None);
    rig.press("9");
    rig.pass(1_000);
    rig.see(CODE);
    assert_eq!(rig.sent.len(), 1);
    assert_eq!(rig.flow.notice(), Some(Notice::CodeUsed));
}

#[test]
fn codes_that_cannot_be_charged_say_why_and_nothing_leaves() {
    let cases = [
        ("https://example.com/menu", Notice::NotPaymentCode),
        ("991234567890123456", Notice::NotPaymentCode),
        ("28123456", Notice::CodeLength),
        ("134567890123456789", Notice::ProviderOff(Provider::Wechat)),
    ];
    for (text, notice) in cases {
        let mut rig = Rig::till();
        rig.press("8");
        rig.pass(1_000);
        rig.see(text);
        assert_eq!(rig.flow.notice(), Some(notice), "{text}");
        assert!(rig.sent.is_empty() && rig.flow.hand.is_none());
        rig.pass(4_000);
        assert_eq!(rig.flow.notice(), None, "the sentence goes away by itself");
    }
}

#[test]
fn amounts_that_cannot_be_charged_never_leave() {
    for signs in ["", "0", "1.234", "50000.01", "1000000000000"] {
        let mut rig = Rig::till();
        rig.press(signs);
        rig.pass(1_000);
        rig.see(CODE);
        rig.tell(Input::Enter);
        rig.read(CODE, CodeSource::Typed);
        assert!(rig.sent.is_empty(), "{signs}");
        assert_eq!(rig.word(), StateWord::Ready);
    }
}

#[test]
fn enter_without_amount_or_code_says_what_is_missing() {
    let mut rig = Rig::till();
    rig.tell(Input::Enter);
    assert_eq!(rig.flow.notice(), Some(Notice::AmountMissing));
    rig.press("5");
    assert_eq!(rig.flow.notice(), None);
    rig.tell(Input::Enter);
    assert_eq!(rig.flow.notice(), Some(Notice::ShowCode));
}

#[test]
fn a_large_amount_is_asked_about_before_it_leaves() {
    let mut rig = Rig::till();
    rig.press("1000.01");
    rig.pass(1_000);
    rig.see(CODE);
    assert!(rig.flow.is_confirming && rig.sent.is_empty());
    rig.tell(Input::Escape);
    rig.see(CODE);
    assert!(
        !rig.flow.is_confirming,
        "a no is not asked again by the next frame"
    );
    rig.tell(Input::Enter);
    assert!(rig.flow.is_confirming);
    rig.tell(Input::Enter);
    assert_eq!(rig.last().1.amount_fen, 100_001);
}

#[test]
fn a_device_may_ask_more_often_than_the_shop_and_never_less() {
    for (device_fen, asked, amount) in [
        (5_000, true, "50.01"),
        (5_000, false, "50"),
        (900_000, true, "1000.01"),
    ] {
        let mut rig = Rig::till();
        rig.flow.confirm_above = Amount::from_fen(device_fen).ok();
        rig.press(amount);
        rig.pass(1_000);
        rig.see(CODE);
        assert_eq!(rig.flow.is_confirming, asked, "{amount} at {device_fen}");
        assert_eq!(rig.sent.is_empty(), asked, "{amount} at {device_fen}");
    }
}

#[test]
fn an_amount_at_the_confirm_limit_leaves_by_itself() {
    let mut rig = Rig::till();
    rig.charge("1000", CODE);
}

#[test]
fn nothing_leaves_while_the_backend_is_silent() {
    let mut rig = Rig::till();
    rig.press("8");
    rig.silence(5_400);
    assert!(matches!(
        rig.flow.pulse.warning(),
        Some(super::super::Warning::Stale { .. })
    ));
    rig.see(CODE);
    assert!(rig.sent.is_empty());
    assert_eq!(rig.flow.notice(), Some(Notice::Offline));
    rig.pass(400);
    assert_eq!(rig.flow.pulse.warning(), None);
    rig.tell(Input::Enter);
    assert_eq!(rig.sent.len(), 1, "the code in hand is still good");
}

#[test]
fn a_clock_that_is_wrong_is_named_in_minutes() {
    let mut rig = Rig::till();
    let now_ms = rig.now_ms();
    rig.tell(Input::Beat(beat(now_ms - 299_000)));
    assert_eq!(rig.flow.pulse.warning(), None);
    rig.tell(Input::Beat(beat(now_ms - 420_000)));
    let warning = super::super::Warning::Clock { ahead_minutes: 7 };
    assert_eq!(rig.flow.pulse.warning(), Some(warning));
}

#[test]
fn a_backend_that_cannot_charge_says_why_until_it_can() {
    use super::super::{Complaint, Warning};
    let mut rig = Rig::till();
    let now_ms = rig.now_ms();
    for (name, complaint) in [
        ("loop-stopped", Complaint::LoopStopped),
        ("record-unwritable", Complaint::RecordUnwritable),
        ("clock-wrong", Complaint::ClockWrong),
        ("provider-refuses", Complaint::ProviderRefuses),
    ] {
        rig.tell(Input::Beat(wire::Beat {
            complaint: Some(name.to_owned()),
            is_provider_reachable: false,
            ..beat(now_ms)
        }));
        assert_eq!(rig.flow.pulse.warning(), Some(Warning::Backend(complaint)));
    }
    rig.tell(Input::Beat(beat(now_ms)));
    assert_eq!(rig.flow.pulse.warning(), None);
}

#[test]
fn a_kiosk_with_a_given_amount_takes_it_once() {
    let mut rig = Rig::of(Mode::KioskGiven(Amount::from_fen(1_250).expect("in range")));
    rig.press("9");
    rig.see(CODE);
    assert_eq!(rig.last().1.amount_fen, 1_250);
    let paid = rig.view(StateName::Paid, 3);
    rig.answer(Ok(paid));
    assert_eq!(rig.word(), StateWord::Paid);
    rig.pass(7_000);
    assert!(rig.flow.is_done());
    rig.see(OTHER_CODE);
    rig.tell(Input::Enter);
    assert_eq!(rig.sent.len(), 1);
}

#[test]
fn a_kiosk_left_alone_starts_again_and_keeps_a_given_amount() {
    let mut rig = Rig::of(Mode::Kiosk);
    rig.press("9");
    rig.pass(61_000);
    assert!(rig.flow.keypad.is_empty());
    let given = Amount::from_fen(1_250).expect("in range");
    let mut rig = Rig::of(Mode::KioskGiven(given));
    rig.see(CODE);
    let refused = rig.view(StateName::Refused, 3);
    rig.answer(Ok(refused));
    let sale = rig.last().1.sale.clone();
    rig.pass(61_000);
    assert_eq!((rig.word(), rig.flow.sum()), (StateWord::Ready, Ok(given)));
    rig.see(OTHER_CODE);
    assert_eq!(rig.last().1.sale, sale);
}

#[test]
fn a_refusal_or_reversal_that_nobody_looks_at_leaves_the_kiosk() {
    for state in [StateName::Refused, StateName::Reversed] {
        let mut rig = Rig::of(Mode::Kiosk);
        rig.charge("9", CODE);
        let ended = rig.view(state, 3);
        rig.answer(Ok(ended));
        rig.pass(59_000);
        assert_ne!(rig.word(), StateWord::Ready);
        rig.pass(2_000);
        assert_eq!(rig.word(), StateWord::Ready);
        assert!(rig.flow.keypad.is_empty());
    }
}

#[test]
fn a_touch_or_a_code_keeps_the_kiosk_as_it_is_for_another_minute() {
    let mut rig = Rig::of(Mode::Kiosk);
    rig.charge("9", CODE);
    let refused = rig.view(StateName::Refused, 3);
    rig.answer(Ok(refused));
    rig.pass(35_000);
    rig.tell(Input::Again);
    rig.pass(40_000);
    assert_eq!(rig.flow.sum().map(Amount::fen), Ok(900));
    rig.tell(Input::Enter);
    rig.pass(40_000);
    rig.see(CODE);
    assert_eq!(rig.sent.len(), 1, "it was used");
    rig.pass(50_000);
    assert_eq!(rig.flow.sum().map(Amount::fen), Ok(900));
    rig.see("https://example.com/menu");
    rig.pass(11_000);
    assert!(
        rig.flow.keypad.is_empty(),
        "a picture on the wall is nobody"
    );
}

#[test]
fn a_kiosk_never_leaves_a_charge_that_runs_or_is_in_doubt() {
    for state in [StateName::Waiting, StateName::Unknown, StateName::Reversing] {
        let mut rig = Rig::of(Mode::Kiosk);
        rig.charge("9", CODE);
        let running = rig.view(state, 3);
        rig.answer(Ok(running));
        let word = rig.word();
        rig.pass(200_000);
        assert_eq!(rig.word(), word);
        assert_eq!(rig.flow.kept().len(), 1);
    }
}

#[test]
fn a_till_waits_for_its_cashier() {
    let mut rig = Rig::till();
    rig.charge("9", CODE);
    let refused = rig.view(StateName::Refused, 3);
    rig.answer(Ok(refused));
    rig.pass(200_000);
    assert_eq!(rig.word(), StateWord::Refused);
}
