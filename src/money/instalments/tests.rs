//! Tests of plans: every fen is accounted for.

use proptest::prelude::*;

use super::{FeeOn, Instalments, Months, NotOffered, Offer, Offered, PlanTwice, Quote, Rate};
use crate::Amount;

fn yuan(text: &str) -> Amount {
    Amount::from_yuan(text).expect("an amount")
}

fn plan(months: Months, fee_on: FeeOn) -> Instalments {
    Instalments { months, fee_on }
}

fn offered(months: Months, fee_on: FeeOn, rate: &str) -> Offered {
    let rate = Rate::parse(rate).expect("a rate");
    let plan = plan(months, fee_on);
    Offered { plan, rate }
}

fn quoted(one: Offered, amount: &str) -> [String; 4] {
    let Quote {
        fee,
        total,
        each,
        odd,
        ..
    } = one.quote(yuan(amount)).expect("not too large");
    [fee, total, each, odd].map(Amount::yuan)
}

#[test]
fn a_customer_who_bears_the_fee_pays_it_on_top() {
    let three = offered(Months::Three, FeeOn::Customer, "2.3%");
    assert_eq!(quoted(three, "100"), ["2.30", "102.30", "34.09", "34.12"]);
    let twelve = offered(Months::Twelve, FeeOn::Customer, "7.5%");
    assert_eq!(
        quoted(twelve, "1200"),
        ["90.00", "1290.00", "107.50", "107.50"]
    );
}

#[test]
fn a_fee_that_the_shop_bears_costs_the_customer_nothing() {
    let six = offered(Months::Six, FeeOn::Shop, "4.5%");
    assert_eq!(quoted(six, "100"), ["4.50", "100.00", "16.66", "16.70"]);
}

#[test]
fn a_fee_is_rounded_up_so_that_it_is_never_told_too_low() {
    let three = offered(Months::Three, FeeOn::Shop, "1.8%");
    assert_eq!(quoted(three, "100.01")[0], "1.81");
    let free = offered(Months::Three, FeeOn::Customer, "0%");
    assert_eq!(quoted(free, "100"), ["0.00", "100.00", "33.33", "33.34"]);
}

#[test]
fn rates_are_read_in_percent_to_the_fourth_decimal() {
    let read = |text| Rate::parse(text).map(Rate::millionths);
    assert_eq!(read("2.3%"), Some(23_000));
    assert_eq!(read("0.0001%"), Some(1));
    assert_eq!(read("30%"), Some(300_000));
    for wrong in [
        "", "%", "2.3", "2,3%", "30.0001%", "2.%", ".3%", "-1%", "230%", "0.00001%", "2.3 %", "+2%",
    ] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}

#[test]
fn rates_are_written_with_no_more_decimals_than_they_have() {
    for text in ["0%", "3%", "30%", "2.3%", "10.05%", "0.0001%"] {
        let written = Rate::parse(text).map(|rate| rate.to_string());
        assert_eq!(written.as_deref(), Some(text));
    }
}

#[test]
fn a_shop_takes_only_what_it_offers_and_from_its_smallest_sum_up() {
    let three = offered(Months::Three, FeeOn::Customer, "2.3%");
    let offer = Offer::of(vec![three], yuan("100")).expect("one of each");
    assert!(offer.quote(three.plan, yuan("100")).is_ok());
    let small = offer.quote(three.plan, yuan("99.99"));
    assert_eq!(small, Err(NotOffered::TooSmall));
    let other = offer.quote(plan(Months::Three, FeeOn::Shop), yuan("100"));
    assert_eq!(other, Err(NotOffered::Plan));
    let large = offer.quote(three.plan, Amount::MAX);
    assert_eq!(large, Err(NotOffered::TooLarge));
    let none = Offer::NONE.quote(three.plan, yuan("100"));
    assert_eq!(none, Err(NotOffered::Plan));
}

#[test]
fn offered_plans_stand_in_order_and_each_once() {
    let three = offered(Months::Three, FeeOn::Shop, "1.8%");
    let six = offered(Months::Six, FeeOn::Customer, "4.5%");
    let offer = Offer::of(vec![six, three], Amount::ZERO).expect("one of each");
    assert_eq!(offer.plans(), [three, six]);
    let again = offered(Months::Three, FeeOn::Shop, "2%");
    let twice = Offer::of(vec![three, six, again], Amount::ZERO);
    assert_eq!(twice, Err(PlanTwice(three.plan)));
    let words = PlanTwice(three.plan).to_string();
    assert!(words.contains('3') && words.contains("shop"), "{words}");
}

#[test]
fn months_and_bearers_are_found_by_their_names() {
    for months in Months::ALL {
        assert_eq!(Months::of(months.count()), Some(months));
    }
    for bearer in FeeOn::ALL {
        assert_eq!(FeeOn::named(bearer.as_str()), Some(bearer));
    }
    assert_eq!(
        (Months::of(24), Months::of(0), FeeOn::named("")),
        (None, None, None)
    );
}

proptest! {
    #[test]
    fn the_months_add_up_to_the_fen(
        fen in 1..=7_000_000_000_i64,
        millionths in 0..=300_000_u32,
        months in prop::sample::select(&Months::ALL[..]),
        fee_on in prop::sample::select(&FeeOn::ALL[..]),
    ) {
        let amount = Amount::from_fen(fen)?;
        let rate = Rate(millionths);
        let quote = Offered { plan: plan(months, fee_on), rate }.quote(amount).expect("small");
        let count = i64::from(months.count());
        let (each, odd) = (quote.each.fen(), quote.odd.fen());
        prop_assert_eq!(each * (count - 1) + odd, quote.total.fen());
        let on_top = if fee_on == FeeOn::Customer { quote.fee.fen() } else { 0 };
        prop_assert_eq!(quote.total.fen(), fen + on_top);
        prop_assert!(each <= odd && odd - each <= 2 * (count - 1));
        // Never told too low, and by less than a fen too high.
        let exact = i128::from(fen) * i128::from(millionths);
        let told = i128::from(quote.fee.fen()) * 1_000_000;
        prop_assert!(told >= exact && told - exact < 1_000_000);
    }

    #[test]
    fn a_larger_sum_never_costs_less(
        (less, more) in (1..=1_000_000_000_i64, 0..=1_000_i64).prop_map(|(a, b)| (a, a + b)),
        millionths in 0..=300_000_u32,
    ) {
        let one = Offered { plan: plan(Months::Six, FeeOn::Customer), rate: Rate(millionths) };
        let cost = |fen| Amount::from_fen(fen).ok().and_then(|amount| one.quote(amount));
        let (less, more) = (cost(less).expect("small"), cost(more).expect("small"));
        prop_assert!(less.fee <= more.fee && less.total <= more.total);
    }

    #[test]
    fn every_rate_reads_back_from_its_text(millionths in 0..=300_000_u32) {
        prop_assert_eq!(Rate::parse(&Rate(millionths).to_string()), Some(Rate(millionths)));
    }

    #[test]
    fn no_text_makes_a_rate_panic(text in ".{0,24}%?") {
        let _ = Rate::parse(&text);
    }
}
