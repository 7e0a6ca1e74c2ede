//! How the customer was to pay, as the opening says, and whether the provider tells the same.

use money::Instalments;

use super::{Charge, IllegalMove};
use crate::outcome::{Outcome, PaidFacts};

impl Charge {
    /// The plan of instalments that it is to be paid by, and in no other way.
    pub const fn instalments(&self) -> Option<Instalments> {
        self.opened.instalments
    }

    /// What is sold, in the words of whoever priced it.
    pub fn goods(&self) -> Option<&str> {
        self.opened.goods.as_deref()
    }

    /// Whether a success is about this order, over its sum and by its plan.
    pub(super) fn is_ours(&self, facts: &PaidFacts) -> bool {
        self.is_of_order(facts) && self.is_by_plan(facts)
    }

    /// Whether a success is about this order and over its sum: then its money is there to go back,
    /// by whatever plan it was paid.
    pub(super) fn is_of_order(&self, facts: &PaidFacts) -> bool {
        facts.order == self.order_no() && facts.amount == self.amount()
    }

    /// Nothing is heard of money under an order that ended without any, by whatever sum or plan.
    pub(super) fn bear_no_money(&self, outcome: &Outcome) -> Result<(), IllegalMove> {
        let attempt = match outcome {
            Outcome::Paid(facts) if facts.order == self.order_no() => "paid",
            Outcome::Closed {
                is_given_back: true,
            } => "paid and given back",
            Outcome::Paid(_)
            | Outcome::Waiting
            | Outcome::Shown(_)
            | Outcome::Refused(_)
            | Outcome::Absent
            | Outcome::Closed { .. }
            | Outcome::Reversed(_)
            | Outcome::Unknown(_) => return Ok(()),
        };
        Err(IllegalMove {
            state: self.state.as_str(),
            attempt,
        })
    }

    /// Whether it was paid by the plan that was asked for, as far as the provider tells. Where none
    /// was asked for the customer may have chosen any.
    fn is_by_plan(&self, facts: &PaidFacts) -> bool {
        #[cfg(feature = "planted")]
        if crate::planted::is(crate::planted::Bug::OtherPlanTaken) {
            return true;
        }
        match (self.instalments(), facts.months) {
            (Some(plan), Some(told)) => plan.months.count() == told,
            (Some(_) | None, None) | (None, Some(_)) => true,
        }
    }
}

#[cfg(test)]
mod tests;
