//! Tests of events as rows.

use ledger::Fact;

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
fn rows_from_before_there_were_plans_are_read_and_written_as_they_were() {
    let opened = "sale=a\namount=1250\nprovider=alipay\ndevice=till";
    let paid = "order=S1\nprovider-no=2\namount=1250\nchannel=PCREDIT\npart=1250\npaid-at=7";
    for (name, text) in [("opened", opened), ("paid", paid)] {
        let fact = body::read(name, text).expect("a row of before");
        assert_eq!(body::write(&fact), text);
    }
    let fact = body::read("opened", opened).expect("a row of before");
    assert!(matches!(fact, Fact::Opened(opened) if opened.instalments.is_none()));
}

#[test]
fn a_plan_stands_behind_the_way_and_is_one_that_there_is() {
    let opened = |more: &str| {
        let text = format!("sale=a\namount=1250\nprovider=alipay\ndevice=till\n{more}");
        body::read("opened", &text)
    };
    assert!(opened("instalments=3\nfee-on=shop").is_ok());
    assert!(opened("way=shown\ninstalments=12\nfee-on=customer").is_ok());
    let wrong = |more: &str, fault: RowFault| assert_eq!(opened(more), Err(fault), "{more}");
    wrong("instalments=4\nfee-on=shop", RowFault::Field("instalments"));
    wrong("instalments=+3\nfee-on=shop", RowFault::Form);
    wrong("instalments=3", RowFault::Field("fee-on"));
    wrong("instalments=3\nfee-on=us", RowFault::Field("fee-on"));
    wrong("instalments=3\nfee-on=shop\nway=shown", RowFault::Surplus);
    let paid = "order=S1\nprovider-no=\namount=1\nmonths=256";
    assert_eq!(body::read("paid", paid), Err(RowFault::Field("months")));
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

#[test]
fn what_is_sold_stands_behind_the_plan() {
    let opened = "sale=a\namount=1250\nprovider=alipay\ndevice=till\nway=shown\ninstalments=3\n\
                  fee-on=shop\ngoods=1250\t1\t0\ttea\tTea\\ntotal\t1250\t0";
    let fact = body::read("opened", opened).expect("a row");
    assert_eq!(body::write(&fact), opened);
    let goods = "1250\t1\t0\ttea\tTea\ntotal\t1250\t0";
    assert!(matches!(fact, Fact::Opened(opened) if opened.goods.as_deref() == Some(goods)));
}
