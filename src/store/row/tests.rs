//! Tests of events as rows.

use super::{RowFault, body};
use crate::tests::every_fact;

#[test]
fn every_fact_reads_back_equal() {
    for fact in every_fact() {
        let text = body::write(&fact);
        assert_eq!(body::read(fact.as_str(), &text), Ok(fact), "{text:?}");
    }
}

#[test]
fn different_facts_have_different_rows() {
    let facts = every_fact();
    for (place, one) in facts.iter().enumerate() {
        for other in facts.iter().skip(place + 1).filter(|other| *other != one) {
            let same = one.as_str() == other.as_str() && body::write(one) == body::write(other);
            assert!(!same, "{one:?} {other:?}");
        }
    }
}

#[test]
fn a_row_that_we_never_wrote_is_refused() {
    let check = |fact: &str, text: &str, fault: RowFault| {
        assert_eq!(body::read(fact, text), Err(fault), "{fact} {text:?}");
    };
    check("lost", "", RowFault::Fact("lost".to_owned()));
    check("paid", "order=S1\nprovider-no=\namount=+1", RowFault::Form);
    check("sent", "a=b", RowFault::Surplus);
    check("sent", "\n", RowFault::Surplus);
    check("doubted", "", RowFault::Field("doubt"));
    check("doubted", "doubt=bad", RowFault::Field("doubt"));
    check("doubted", "doubt=lost\n", RowFault::Surplus);
    check("reversed", "why=closed", RowFault::Field("end"));
    check("opened", "sale=a\\x", RowFault::Field("sale"));
    check("opened", "sale=a\\", RowFault::Field("sale"));
    check("opened", "sale=a\namount=-1", RowFault::Field("amount"));
    check(
        "paid",
        "order=S1\nprovider-no=\namount=1\nchannel=X",
        RowFault::Field("part"),
    );
    check(
        "paid",
        "order=S1\nprovider-no=\namount=1\npaid-at=x",
        RowFault::Field("paid-at"),
    );
}

#[test]
fn no_text_makes_it_panic() {
    for fact in every_fact() {
        let text = body::write(&fact);
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let cut = body::read(fact.as_str(), &text[..end]);
            assert_ne!(cut, Ok(fact.clone()), "{text:?} cut at {end}");
        }
    }
}
