//! Instalments: chosen before the charge, told in it, and never for a sum that is too small.

use money::{FeeOn, Instalments, Months, NotOffered};

use super::*;

const YEAR: Instalments = Instalments {
    months: Months::Twelve,
    fee_on: FeeOn::Customer,
};

fn planned(amount: &str) -> Rig {
    let mut rig = Rig::till();
    rig.tell(Input::Plan(Some(YEAR)));
    rig.press(amount);
    rig.pass(1_000);
    rig.see(CODE);
    rig
}

#[test]
fn the_chosen_plan_goes_with_the_charge_and_is_over_with_the_sale() {
    let mut rig = planned("128.8");
    let asked = rig.last().1.instalments.expect("the plan is asked for");
    assert_eq!(
        (asked.months, asked.fee_on),
        (12, wire::FeeOnName::Customer)
    );
    let paid = rig.view(StateName::Paid, 3);
    rig.answer(Ok(paid));
    rig.tell(Input::Enter);
    rig.charge("200", OTHER_CODE);
    assert_eq!(rig.last().1.instalments, None);
}

#[test]
fn a_plan_stays_chosen_while_the_amount_changes_and_its_cost_follows() {
    let mut rig = Rig::till();
    rig.press("100");
    rig.tell(Input::Plan(Some(YEAR)));
    let fee = |rig: &Rig| {
        rig.flow
            .quote()
            .and_then(Result::ok)
            .map(|one| one.fee.fen())
    };
    assert_eq!(fee(&rig), Some(750));
    rig.press("0");
    assert_eq!(fee(&rig), Some(7_500));
}

#[test]
fn a_sum_too_small_for_the_plan_does_not_leave_and_says_why() {
    let mut rig = planned("99.99");
    assert!(rig.sent.is_empty());
    let why = Notice::PlanOff(NotOffered::TooSmall);
    assert_eq!(rig.flow.notice(), Some(why));
    rig.tell(Input::Plan(None));
    rig.tell(Input::Enter);
    assert_eq!(rig.last().1.instalments, None);
}

#[test]
fn a_plan_that_the_shop_gave_up_meanwhile_does_not_leave() {
    let mut rig = Rig::till();
    rig.press("500");
    let six = Instalments {
        months: Months::Six,
        ..YEAR
    };
    rig.tell(Input::Plan(Some(six)));
    rig.pass(1_000);
    rig.see(CODE);
    assert!(rig.sent.is_empty());
    assert_eq!(rig.flow.notice(), Some(Notice::PlanOff(NotOffered::Plan)));
}

#[test]
fn after_a_refusal_the_same_sale_keeps_its_plan() {
    let mut rig = planned("300");
    let refused = rig.view(StateName::Refused, 3);
    rig.answer(Ok(refused));
    rig.tell(Input::Again);
    assert_eq!(rig.flow.plan(), Some(YEAR));
}

#[test]
fn the_code_of_another_wallet_is_not_charged_by_a_plan_of_alipay() {
    let mut rig = Rig::till();
    let mut hello = hello(rig.now_ms());
    hello.providers.push("wechat".to_owned());
    rig.tell(Input::Hello(Box::new(hello)));
    rig.tell(Input::Plan(Some(YEAR)));
    rig.press("300");
    rig.pass(1_000);
    rig.see("134567890123456789");
    assert!(rig.sent.is_empty());
    assert_eq!(rig.flow.notice(), Some(Notice::PlanNeedsAlipay));
}
