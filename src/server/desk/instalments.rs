//! A plan of 花呗分期: only what the shop offers gets past the desk.

use money::{Amount, Instalments, Months, NotOffered, Provider};
use wire::{InstalmentsOffer, InstalmentsPlan, PlanView, ProblemKind};

use super::{Limits, Objection, checked_amount};

const NOT_OFFERED: Objection = Objection {
    kind: ProblemKind::InstalmentsNotOffered,
    field: "instalments",
};

/// The plan that is asked for, when there is such a plan at all.
pub(super) fn checked(
    plan: Option<InstalmentsPlan>,
    provider: Provider,
) -> Result<Option<Instalments>, Objection> {
    let Some(InstalmentsPlan { months, fee_on }) = plan else {
        return Ok(None);
    };
    let months = Months::of(months).filter(|_| provider == Provider::Alipay);
    Ok(Some(Instalments {
        months: months.ok_or(NOT_OFFERED)?,
        fee_on: fee_on.into(),
    }))
}

/// Whether the shop takes this sum by that plan.
pub(super) fn offered(plan: Instalments, amount: Amount, limits: &Limits) -> Result<(), Objection> {
    match limits.instalments.quote(plan, amount) {
        Ok(_) => Ok(()),
        Err(NotOffered::Plan) => Err(NOT_OFFERED),
        Err(NotOffered::TooSmall) => Err(objection(ProblemKind::InstalmentsTooSmall)),
        Err(NotOffered::TooLarge) => Err(objection(ProblemKind::AmountTooLarge)),
    }
}

const fn objection(kind: ProblemKind) -> Objection {
    Objection {
        kind,
        field: "amount_fen",
    }
}

/// By which plans a sum can be paid here, and what each of them costs.
///
/// # Errors
/// [`Objection`] when the sum cannot be charged at all.
pub fn offer(amount_fen: i64, limits: &Limits) -> Result<InstalmentsOffer, Objection> {
    let amount = checked_amount(amount_fen, limits)?;
    let offer = &limits.instalments;
    let view = |one: &money::Offered| {
        let quote = offer.quote(one.plan, amount).ok()?;
        let InstalmentsPlan { months, fee_on } = one.plan.into();
        Some(PlanView {
            months,
            fee_on,
            rate: one.rate.to_string(),
            fee_fen: quote.fee.fen(),
            total_fen: quote.total.fen(),
            each_fen: quote.each.fen(),
            odd_fen: quote.odd.fen(),
        })
    };
    Ok(InstalmentsOffer {
        amount_fen,
        least_fen: offer.least().fen(),
        plans: offer.plans().iter().filter_map(view).collect(),
    })
}
