//! Codes on this screen: what leaves, what is shown and for how long, and what must not be mixed.

use wire::WayName;

use super::*;

const SHOWN: &str = "https://qr.alipay.com/bax0";

impl Rig {
    /// An amount, and a code for it: the charge is on its way.
    fn show(&mut self, signs: &str) {
        self.press(signs);
        self.tell(Input::Show);
        assert_eq!(self.word(), StateWord::Sending);
    }

    /// The backend has the code.
    fn shown(&mut self) {
        let mut view = self.view(StateName::Waiting, 3);
        view.show = Some(SHOWN.to_owned());
        self.tell(Input::Charge(Box::new(view)));
        assert_eq!(self.word(), StateWord::Showing);
    }
}

#[test]
fn a_code_is_asked_for_without_any_of_the_customers() {
    let mut rig = Rig::till();
    rig.show("12.5");
    let (_, ask) = rig.last();
    assert_eq!((ask.amount_fen, ask.way), (1_250, WayName::Shown));
    assert_eq!(ask.provider.as_deref(), Some("alipay"));
    assert_eq!((ask.code.as_ref(), ask.source), (None, None));
}

#[test]
fn the_code_is_shown_until_it_is_paid_and_then_the_next_sale_begins() {
    let mut rig = Rig::till();
    rig.show("12.5");
    let first = rig.last().1.sale.clone();
    rig.shown();
    rig.see(CODE);
    rig.tell(Input::Show);
    assert_eq!(rig.sent.len(), 1, "one way to pay at a time");
    rig.hear(StateName::Paid, 4);
    assert_eq!(rig.word(), StateWord::Paid);
    rig.pass(2_000);
    rig.show("3");
    assert_ne!(rig.last().1.sale, first);
}

#[test]
fn a_code_that_is_taken_back_is_not_shown_and_frees_the_sale() {
    let mut rig = Rig::till();
    rig.show("12.5");
    rig.shown();
    let effects = rig.tell(Input::Cancel);
    assert!(matches!(effects.first(), Some(Effect::Cancel { .. })));
    rig.hear(StateName::Reversing, 4);
    assert_eq!(rig.word(), StateWord::Unknown, "not charged again yet");
    rig.hear(StateName::Reversed, 5);
    assert_eq!(rig.word(), StateWord::Reversed);
    let sale = rig.last().1.sale.clone();
    rig.tell(Input::Again);
    rig.tell(Input::Show);
    assert_eq!((rig.sent.len(), &rig.last().1.sale), (2, &sale));
}

#[test]
fn a_code_in_hand_is_dropped_for_one_that_is_shown() {
    let mut rig = Rig::till();
    rig.see(CODE);
    rig.show("8");
    assert!(rig.flow.hand.is_none());
    assert_eq!(rig.last().1.code, None);
}

#[test]
fn what_cannot_be_charged_is_not_shown_either() {
    let mut rig = Rig::till();
    rig.tell(Input::Show);
    assert_eq!(rig.flow.notice(), Some(Notice::AmountMissing));
    rig.press("0.001");
    rig.tell(Input::Show);
    assert!(rig.sent.is_empty());
    rig.tell(Input::Escape);
    rig.press("8");
    rig.silence(6_000);
    rig.tell(Input::Show);
    assert_eq!(rig.flow.notice(), Some(Notice::Offline));
    assert!(rig.sent.is_empty());
    let mut hello = hello(rig.now_ms());
    hello.providers = vec!["wechat".to_owned()];
    rig.tell(Input::Hello(Box::new(hello)));
    rig.tell(Input::Show);
    let off = Notice::ProviderOff(money::Provider::Alipay);
    assert_eq!((rig.flow.notice(), rig.sent.len()), (Some(off), 0));
}

#[test]
fn a_large_amount_is_asked_about_before_its_code_and_no_scanned_code_answers_for_the_cashier() {
    let mut rig = Rig::till();
    rig.press("1000.01");
    rig.pass(1_000);
    rig.tell(Input::Show);
    assert!(rig.flow.is_confirming && rig.sent.is_empty());
    rig.see(CODE);
    rig.tell(Input::Show);
    assert!(rig.flow.hand.is_none() && rig.sent.is_empty());
    rig.tell(Input::Escape);
    rig.tell(Input::Enter);
    assert!(rig.sent.is_empty(), "a no to the code is no yes to another");
    rig.tell(Input::Show);
    rig.tell(Input::Enter);
    assert_eq!(rig.last().1.way, WayName::Shown);
}

#[test]
fn a_kiosk_shows_codes_for_what_was_handed_over_and_once_only() {
    let amount = money::Amount::from_fen(1_800).expect("in range");
    let mut rig = Rig::of(Mode::KioskGiven(amount));
    rig.tell(Input::Show);
    assert_eq!(rig.last().1.amount_fen, 1_800);
    rig.shown();
    rig.hear(StateName::Paid, 4);
    rig.pass(7_000);
    rig.tell(Input::Show);
    assert_eq!(rig.sent.len(), 1, "it is paid");
}
