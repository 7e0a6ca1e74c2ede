//! How the customer was to pay, as the opening says, and whether the provider tells the same.

use money::Instalments;

use super::Charge;
use crate::outcome::PaidFacts;

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
        facts.order == self.order_no() && facts.amount == self.amount() && self.is_by_plan(facts)
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
