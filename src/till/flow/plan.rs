//! 花呗分期: the plan that is chosen for the present sale, and what it costs.
//!
//! A plan stays chosen while the amount changes, so that a further item does not undo what the
//! customer was promised; whether the amount may be paid by it is judged before anything leaves,
//! here for the cashier's eyes and by the backend for certain.

use money::{Instalments, NotOffered, Provider, Quote};

use super::{Flow, Notice, Screen};

impl Flow {
    /// What each offered plan costs for what is typed; none where it is too little for any.
    pub(crate) fn quotes(&self) -> Vec<Quote> {
        let (Ok(amount), Some(offer)) = (self.sum(), self.pulse.offer()) else {
            return Vec::new();
        };
        let quote = |one: &money::Offered| offer.quote(one.plan, amount).ok();
        offer.plans().iter().filter_map(quote).collect()
    }

    /// The chosen plan.
    pub(crate) fn plan(&self) -> Option<Instalments> {
        self.plan
    }

    /// What the chosen plan costs for what is typed, or why it cannot be paid by it. `None` where
    /// none is chosen or nothing is typed.
    pub(crate) fn quote(&self) -> Option<Result<Quote, NotOffered>> {
        let amount = self.sum().ok()?;
        let plan = self.plan?;
        let offer = self.pulse.offer();
        Some(offer.map_or(Err(NotOffered::Plan), |offer| offer.quote(plan, amount)))
    }

    /// Takes a plan for the present sale, or none.
    pub(super) fn choose(&mut self, plan: Option<Instalments>) {
        if matches!(self.screen, Screen::Ready) && !self.is_confirming {
            self.plan = plan;
        }
    }

    /// Why a charge by the chosen plan and this wallet would not be taken; `None` when it would be.
    pub(super) fn plan_objection(&self, provider: Provider) -> Option<Notice> {
        let quote = self.quote()?;
        match quote {
            Err(why) => Some(Notice::PlanOff(why)),
            Ok(_) if provider != Provider::Alipay => Some(Notice::PlanNeedsAlipay),
            Ok(_) => None,
        }
    }
}
