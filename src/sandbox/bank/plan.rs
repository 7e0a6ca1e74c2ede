//! 花呗分期 as this merchant's contract has it: which plans there are, and what they cost.

use money::{Amount, FeeOn, Instalments, Months};

/// The fee of a plan in parts of a thousand; `None` for one that is not in the contract.
const fn per_mille(plan: Instalments) -> Option<i64> {
    match (plan.fee_on, plan.months) {
        (FeeOn::Customer, Months::Three) => Some(23),
        (FeeOn::Shop, Months::Three) => Some(18),
        (FeeOn::Customer | FeeOn::Shop, Months::Six) => Some(45),
        (FeeOn::Customer, Months::Twelve) => Some(75),
        // Every contract lacks something.
        (FeeOn::Shop, Months::Twelve) => None,
    }
}

/// Whether the merchant's contract has this plan.
pub const fn is_contracted(plan: Instalments) -> bool {
    per_mille(plan).is_some()
}

/// The fee of a plan on a sum, in fen: half a fen goes to the even one, as in Alipay's samples.
pub const fn plan_fee_fen(plan: Instalments, amount: Amount) -> i64 {
    let rate = match per_mille(plan) {
        Some(rate) => rate,
        None => 0,
    };
    let parts = amount.fen() * rate;
    let (whole, rest) = (parts / 1_000, parts % 1_000);
    match rest {
        0..500 => whole,
        500 => whole + whole % 2,
        _ => whole + 1,
    }
}

#[cfg(test)]
mod tests {
    use money::{Amount, FeeOn, Instalments, Months};

    use super::{is_contracted, plan_fee_fen};

    fn fee(months: Months, fee_on: FeeOn, fen: i64) -> i64 {
        let amount = Amount::from_fen(fen).expect("an amount");
        plan_fee_fen(Instalments { months, fee_on }, amount)
    }

    #[test]
    fn half_a_fen_goes_to_the_even_one() {
        assert_eq!(fee(Months::Three, FeeOn::Customer, 10_000), 230);
        assert_eq!(fee(Months::Three, FeeOn::Customer, 500), 12);
        assert_eq!(fee(Months::Three, FeeOn::Customer, 1_500), 34);
        assert_eq!(fee(Months::Six, FeeOn::Shop, 11), 0);
        assert_eq!(fee(Months::Six, FeeOn::Shop, 12), 1);
    }

    #[test]
    fn one_plan_is_not_in_the_contract() {
        let missing: Vec<_> = Instalments::all()
            .filter(|plan| !is_contracted(*plan))
            .collect();
        let twelve = Instalments {
            months: Months::Twelve,
            fee_on: FeeOn::Shop,
        };
        assert_eq!(missing, [twelve]);
    }
}
