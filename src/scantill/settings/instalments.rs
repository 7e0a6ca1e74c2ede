//! Which plans of 花呗分期 a shop offers.
//!
//! Alipay tells nobody which plans a contract has and what they cost, so the owner writes them
//! down. A plan that is not in the contract is refused by Alipay at a payment; no money moves.

use money::{Amount, FeeOn, Instalments, Months, Offer, Offered, Rate};
use provider::{Channel, Disabled};

use crate::fault::Fault;

/// From here up Alipay advises instalments, in yuan.
const LEAST_USUAL: &str = "100.00";

/// What is wrong with the plans that are offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PlanFault {
    /// Not a plan.
    Unread(String),
    /// A plan with two rates.
    Twice(Instalments),
    /// The smallest sum is no sum.
    Least(String),
    /// The shop refuses the source that every plan is paid from.
    Refused,
}

/// Reads plans with commas between, e.g. `3 customer 2.3%, 12 shop 7.5%`; an empty text offers
/// nothing. `least` is the smallest sum, in yuan.
///
/// # Errors
/// [`Fault::Plan`] with its cause.
pub(super) fn offer(text: &str, least: Option<&str>, refused: &Disabled) -> Result<Offer, Fault> {
    let least = least.map_or(LEAST_USUAL, str::trim);
    let sum = Amount::from_yuan(least).and_then(|sum| Amount::chargeable(sum.fen()));
    let sum = sum.map_err(|_| Fault::Plan(PlanFault::Least(least.to_owned())))?;
    let plans = text
        .split([',', '，'])
        .map(str::trim)
        .filter(|plan| !plan.is_empty())
        .map(|plan| read(plan).ok_or_else(|| Fault::Plan(PlanFault::Unread(plan.to_owned()))))
        .collect::<Result<Vec<_>, _>>()?;
    let is_refused = [Channel::Huabei, Channel::HuabeiInstalments]
        .into_iter()
        .any(|channel| refused.refuses(channel));
    if is_refused && !plans.is_empty() {
        return Err(Fault::Plan(PlanFault::Refused));
    }
    Offer::of(plans, sum).map_err(|twice| Fault::Plan(PlanFault::Twice(twice.0)))
}

/// One plan: months, who bears the fee, and the rate.
fn read(plan: &str) -> Option<Offered> {
    let words: Vec<&str> = plan.split_whitespace().collect();
    let [months, bearer, rate] = words.as_slice() else {
        return None;
    };
    let plan = Instalments {
        months: Months::ALL
            .into_iter()
            .find(|one| one.count().to_string() == *months)?,
        fee_on: FeeOn::named(bearer)?,
    };
    let rate = Rate::parse(rate)?;
    Some(Offered { plan, rate })
}

#[cfg(test)]
mod tests {
    use money::{Amount, FeeOn, Instalments, Months, Offer};
    use provider::{Channel, Disabled};

    use super::{PlanFault, offer};
    use crate::fault::Fault;

    fn read(text: &str, least: Option<&str>) -> Result<Offer, Fault> {
        offer(text, least, &Disabled::NONE)
    }

    #[test]
    fn plans_with_commas_are_an_offer_from_a_hundred_yuan_up() {
        let offer = read("12 shop 7.5%, 3 customer 2.3%，", None).expect("both are plans");
        let said: Vec<_> = offer
            .plans()
            .iter()
            .map(|one| {
                let Instalments { months, fee_on } = one.plan;
                format!("{} {} {}", months.count(), fee_on.as_str(), one.rate)
            })
            .collect();
        assert_eq!(said, ["3 customer 2.3%", "12 shop 7.5%"]);
        assert_eq!(offer.least(), Amount::from_yuan("100").expect("a sum"));
        let small = read("3 shop 0%", Some(" 0.01 ")).expect("a plan");
        assert_eq!(small.least().fen(), 1);
        assert_eq!(read("", None).expect("nothing").plans(), []);
    }

    #[test]
    fn what_is_no_plan_is_named() {
        for wrong in [
            "3",
            "3 customer",
            "3 customer 2.3",
            "24 customer 2.3%",
            "03 customer 2.3%",
            "3 buyer 2.3%",
            "3 customer 230%",
            "3 customer 2.3% more",
        ] {
            let fault = read(&format!("6 shop 4.5%, {wrong}"), None);
            assert!(matches!(fault, Err(Fault::Plan(PlanFault::Unread(plan))) if plan == wrong));
        }
    }

    #[test]
    fn a_plan_with_two_rates_and_a_sum_that_is_none_are_refused() {
        let twice = read("3 shop 1%, 6 shop 2%, 3 shop 1%", None);
        let three = Instalments {
            months: Months::Three,
            fee_on: FeeOn::Shop,
        };
        assert!(matches!(twice, Err(Fault::Plan(PlanFault::Twice(plan))) if plan == three));
        for wrong in ["", "0", "-1", "100.001", "hundred"] {
            let fault = read("3 shop 1%", Some(wrong));
            assert!(matches!(fault, Err(Fault::Plan(PlanFault::Least(sum))) if sum == wrong));
        }
    }

    #[test]
    fn nobody_offers_instalments_and_refuses_huabei() {
        for channel in [
            Channel::Huabei,
            Channel::HuabeiInstalments,
            Channel::AllCredit,
        ] {
            let refused = Disabled::list(&[channel]).expect("short");
            let fault = offer("3 shop 1%", None, &refused);
            assert!(
                matches!(fault, Err(Fault::Plan(PlanFault::Refused))),
                "{channel:?}"
            );
            assert!(offer("", None, &refused).is_ok(), "nothing is offered");
        }
        let other = Disabled::list(&[Channel::Balance]).expect("short");
        assert!(offer("3 shop 1%", None, &other).is_ok());
    }
}
