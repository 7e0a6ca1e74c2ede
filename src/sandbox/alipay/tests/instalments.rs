//! 花呗分期: what the contract has, what is told of it, and what it costs.

use ledger::{AskKind, Outcome};
use money::{FeeOn, Instalments, Months};
use provider::alipay::bill::{Bill, Limits};
use provider::{Ask, Sources};
use serde_json::json;

use super::refund::call;
use super::{KEYS, say, stage_with_code};
use super::{NOON, channel, fen, merchant, order, outcome, params, pay_ask, refusal};
use crate::alipay::answer;
use crate::bank::CancelEnd;
use crate::books::{OPENING_FEN, Span, balance_fen, bill};
use crate::customer::Customer;
use crate::script::Method;
use crate::stage::Stage;

const DAY_MS: i64 = 86_400_000;

fn plan(months: Months, fee_on: FeeOn) -> Instalments {
    Instalments { months, fee_on }
}

/// A payment by a plan from the customer who has 花呗分期, and what came of it.
fn paid_by(plan: Instalments) -> (Stage, Outcome) {
    let (mut stage, code) = stage_with_code(Customer::Instalments);
    let mut ask = pay_ask(code);
    if let Ask::Pay(pay) = &mut ask {
        pay.sources = Sources {
            instalments: Some(plan),
            ..Sources::default()
        };
    }
    let said = say(&mut stage, &merchant(false), &ask);
    (stage, said)
}

fn months(outcome: &Outcome) -> Option<u8> {
    match outcome {
        Outcome::Paid(facts) => facts.months,
        Outcome::Waiting
        | Outcome::Shown(_)
        | Outcome::Refused(_)
        | Outcome::Absent
        | Outcome::Closed { .. }
        | Outcome::Reversed(_)
        | Outcome::Unknown(_) => panic!("not paid: {outcome:?}"),
    }
}

#[test]
fn a_question_tells_the_number_of_instalments_and_the_answer_to_pay_does_not() {
    let (mut stage, said) = paid_by(plan(Months::Six, FeeOn::Customer));
    assert_eq!((channel(&said).as_str(), months(&said)), ("PCREDIT", None));
    let query = params(&merchant(false), &Ask::Query(order()));
    let heard = answer(&KEYS, &mut stage, &query, NOON);
    let heard = outcome(&merchant(false), AskKind::Query, heard);
    assert_eq!(months(&heard), Some(6));
}

#[test]
fn a_plan_that_is_not_contracted_is_refused_and_takes_no_money() {
    let missing = "ACQ.MERCHANT_AGREEMENT_NOT_EXIST";
    let (stage, said) = paid_by(plan(Months::Twelve, FeeOn::Shop));
    assert_eq!(refusal(&said), missing);
    assert_eq!(stage.bank.orders().count(), 0);
    let mut stage = Stage::default();
    let mut ask = |count: &str, percent: &str| {
        let content = json!({
            "out_trade_no": "S01", "total_amount": "120.00", "subject": "茶",
            "extend_params": { "hb_fq_num": count, "hb_fq_seller_percent": percent },
        });
        let said = call(&mut stage, Method::Precreate, &content, NOON).unwrap_or_default();
        said["sub_code"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(ask("12", "100"), missing);
    for (count, percent) in [("4", "0"), ("3", "50"), ("03", "0"), ("3", "")] {
        assert_eq!(ask(count, percent), "ACQ.INVALID_PARAMETER");
    }
    assert_eq!(ask("12", "0"), "", "this one is contracted");
}

/// Fee and number of instalments of each line of the day's bill.
fn bill_of(stage: &Stage) -> Vec<(Option<i64>, String)> {
    let span = Span::read(&NOON.beijing()[..10]).expect("a day");
    let zip = bill(&stage.bank, &span, None, NOON.plus_ms(DAY_MS));
    let bill = Bill::read(&zip, Limits::default()).expect("the product reads it");
    let lines = bill.lines.into_iter();
    lines
        .map(|line| (line.plan_fee_fen, line.plan_count))
        .collect()
}

#[test]
fn the_shop_pays_for_a_plan_that_it_bears_and_the_bill_names_it() {
    let (mut stage, _) = paid_by(plan(Months::Six, FeeOn::Shop));
    let six = "6".to_owned();
    assert_eq!(bill_of(&stage), [(Some(-56), six.clone())]);
    // 12.50 less 0.08 for the payment and 0.56 for the plan.
    assert_eq!(balance_fen(&stage.bank), OPENING_FEN + 1_250 - 8 - 56);
    let end = stage.bank.cancel(&order(), NOON.plus_ms(1));
    assert_eq!(end, CancelEnd::GivenBack);
    assert_eq!(balance_fen(&stage.bank), OPENING_FEN);
    assert_eq!(bill_of(&stage), [(Some(-56), six.clone()), (Some(56), six)]);
}

#[test]
fn a_fee_that_the_customer_bears_is_none_of_the_shops_books() {
    let (stage, _) = paid_by(plan(Months::Three, FeeOn::Customer));
    assert_eq!(bill_of(&stage), [(Some(0), "3".to_owned())]);
    assert_eq!(balance_fen(&stage.bank), OPENING_FEN + 1_250 - 8);
    assert_eq!(stage.bank.money_held(&order()), fen(1_250));
}
