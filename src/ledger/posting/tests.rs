//! Every entry has two sides.

use money::{Amount, ChargeId, Provider, RefundNo, Stamp};

use super::{Account, Books, Posting, postings};
use crate::event::Fact;
use crate::outcome::{Doubt, PaidFacts};

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

fn paid() -> Fact {
    Fact::Paid(PaidFacts {
        order: ChargeId::fresh(NOW, [1; 16]).order_no(),
        provider_no: String::new(),
        amount: fen(1250),
        funding: Vec::new(),
        payer: None,
        paid_at: None,
        months: None,
    })
}

fn given() -> Fact {
    Fact::RefundGiven {
        no: RefundNo::fresh(NOW, [2; 16]),
        at: None,
    }
}

#[test]
fn a_payment_is_held_by_the_provider_and_sold_by_the_shop() {
    let moved = postings(Provider::Alipay, &paid(), fen(1250));
    let expect = [
        Posting {
            account: Account::Provider(Provider::Alipay),
            fen: 1250,
        },
        Posting {
            account: Account::Sales,
            fen: -1250,
        },
    ];
    assert_eq!(moved, expect);
}

#[test]
fn a_refund_takes_its_sum_out_of_both_accounts() {
    let books = Books::default()
        .after(&postings(Provider::Alipay, &paid(), fen(1250)))
        .after(&postings(Provider::Alipay, &given(), fen(250)));
    assert_eq!((books.held_fen, books.sales_fen), (1000, -1000));
    assert!(books.is_balanced());
}

#[test]
fn what_is_only_asked_or_doubted_moves_nothing() {
    let no = RefundNo::fresh(NOW, [2; 16]);
    let (reason, by) = (String::new(), String::new());
    let asked = Fact::RefundAsked {
        no,
        amount: fen(5),
        reason,
        by,
    };
    let doubted = Fact::RefundDoubted {
        no,
        doubt: Doubt::Mismatch,
    };
    for fact in [asked, doubted, Fact::Sent, Fact::Waiting] {
        assert!(postings(Provider::Alipay, &fact, fen(5)).is_empty());
    }
}

#[test]
fn one_side_alone_is_not_balanced() {
    let half = [Posting {
        account: Account::Sales,
        fen: 1,
    }];
    assert!(!Books::default().after(&half).is_balanced());
}
