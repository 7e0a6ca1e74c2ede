//! Histories that cannot have happened, charges that want nothing, and the bytes of each fact.

use money::{RefundNo, Stamp};
use sha2::{Digest, Sha256};

use super::{at, begun, hear, opened, paid_facts, refused, reversing};
use crate::chain::{bond, canonical};
use crate::plan::ALIPAY;
use crate::{
    AskKind, Cause, Charge, Chase, Doubt, Effect, Event, Fact, FoldError, Outcome, Refusal,
    ReverseEnd, ReverseWhy, State,
};

fn event(revision: u32, fact: Fact) -> Event {
    Event {
        charge: opened().id(),
        revision,
        at: at(2_000),
        fact,
    }
}

fn opening() -> Event {
    let mut events = begun().events;
    events.pop().expect("an opening")
}

#[test]
fn a_history_whose_first_event_is_not_the_first_is_torn() {
    let torn = Event {
        revision: 2,
        ..opening()
    };
    assert_eq!(Charge::fold(&[torn]), Err(FoldError::Gap(2)));
}

#[test]
fn an_event_of_another_charge_is_no_part_of_a_history() {
    let other = money::ChargeId::fresh(at(5), [5; 16]);
    let stray = Event {
        charge: other,
        ..event(2, Fact::Sent)
    };
    assert_eq!(Charge::fold(&[opening(), stray]), Err(FoldError::Gap(2)));
}

#[test]
fn a_history_that_says_paid_over_another_sum_cannot_have_happened() {
    let history = [opening(), event(2, Fact::Paid(paid_facts(1_251)))];
    let fault = Charge::fold(&history).expect_err("it is not this order's sum");
    assert!(
        matches!(fault, FoldError::Illegal { revision: 2, .. }),
        "{fault}"
    );
}

#[test]
fn an_ended_charge_asks_for_nothing_more() {
    let paid = hear(opened(), AskKind::Pay, Outcome::Paid(paid_facts(1_250))).charge;
    let given = Outcome::Reversed(ReverseEnd::GivenBack);
    let reversed = hear(reversing(), AskKind::Reverse, given).charge;
    for charge in [paid, reversed, refused()] {
        let chase = Chase::begun(at(2_000));
        let next = ALIPAY.next(&charge, chase, at(900_000));
        assert_eq!(next, Effect::Rest, "{:?}", charge.state());
        assert!(!ALIPAY.is_overdue(&charge, chase, at(900_000)));
    }
}

#[test]
fn only_a_charge_that_waits_or_is_in_doubt_is_reversed_by_time() {
    let chase = Chase::begun(at(1_000));
    let late = at(900_000);
    for charge in [opened(), reversing()] {
        assert!(!ALIPAY.is_overdue(&charge, chase, late));
    }
    let waiting = hear(opened(), AskKind::Pay, Outcome::Waiting).charge;
    let lost = hear(opened(), AskKind::Pay, Outcome::Unknown(Doubt::Lost)).charge;
    assert_eq!(lost.state(), &State::Unknown(Doubt::Lost));
    for charge in [waiting, lost] {
        assert!(ALIPAY.is_overdue(&charge, chase, late));
    }
}

/// Bytes put together by hand: texts behind their lengths, whole numbers in eight bytes.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn text(mut self, text: &str) -> Self {
        let length = u8::try_from(text.len()).expect("a short text");
        self.0.extend([0, 0, 0, length]);
        self.0.extend(text.as_bytes());
        self
    }

    fn number(mut self, number: i64) -> Self {
        self.0.extend(number.to_be_bytes());
        self
    }

    fn refusal(self) -> Self {
        self.text("no-money").text("ACQ.X").text("余额不足")
    }
}

fn refusal() -> Refusal {
    Refusal {
        cause: Cause::NoMoney,
        code: "ACQ.X".to_owned(),
        text: "余额不足".to_owned(),
    }
}

#[test]
fn the_bytes_of_each_fact_are_its_fields_in_their_order_for_ever() {
    let no = RefundNo::fresh(at(3_000), [9; 16]);
    let number = no.to_string();
    let asked = Fact::RefundAsked {
        no,
        amount: super::amount(250),
        reason: "换货".to_owned(),
        by: "till-2".to_owned(),
    };
    let given = |at: Option<Stamp>| Fact::RefundGiven { no, at };
    let begin = |name| {
        let whole = Bytes::default().text(super::ID).number(4).number(2_000);
        whole.text(name)
    };
    let code = "https://qr.alipay.com/x".to_owned();
    for (fact, bytes) in [
        (Fact::Sent, begin("sent")),
        (Fact::Waiting, begin("waiting")),
        (
            Fact::Shown { code: code.clone() },
            begin("shown").text(&code),
        ),
        (Fact::Doubted(Doubt::Lost), begin("doubted").text("lost")),
        (Fact::Refused(refusal()), begin("refused").refusal()),
        (
            Fact::ReverseBegun(ReverseWhy::Cashier),
            begin("reverse-begun").text("cashier"),
        ),
        (
            Fact::Reversed(ReverseEnd::GivenBack),
            begin("reversed").text("given-back"),
        ),
        (
            asked,
            begin("refund-asked")
                .text(&number)
                .number(250)
                .text("换货")
                .text("till-2"),
        ),
        (
            given(Some(at(7))),
            begin("refund-given").text(&number).number(7),
        ),
        (
            given(None),
            begin("refund-given").text(&number).number(i64::MIN),
        ),
        (
            Fact::RefundRefused {
                no,
                refusal: refusal(),
            },
            begin("refund-refused").text(&number).refusal(),
        ),
        (
            Fact::RefundDoubted {
                no,
                doubt: Doubt::Mismatch,
            },
            begin("refund-doubted").text(&number).text("mismatch"),
        ),
    ] {
        let name = fact.as_str();
        assert_eq!(canonical(&event(4, fact)), bytes.0, "{name}");
    }
}

#[test]
fn a_key_is_bound_by_the_digest_of_its_link_what_was_asked_and_itself() {
    let whole = [b"key".as_slice(), &[1; 32], &[2; 32], b"key-1"].concat();
    let digest: [u8; 32] = Sha256::digest(whole).into();
    assert_eq!(bond(&[1; 32], "key-1", &[2; 32]), digest);
}
