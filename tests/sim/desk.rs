//! The real desk of the simulated shop: what a till asks for in its request becomes something the
//! loop can act on. The tills here send nothing that the desk objects to.

use ledger::Charge;
use money::{Amount, ChargeId, Instalments, Offer, Offered, Provider, Rate};
use sale::Quote;
use server::desk::{Limits, check, check_refund};
use server::door::Knock;
use server::drive::{DeskAsk, RefundDesk};
use server::problem::Trouble;
use wire::{ChargeAsk, InstalmentsPlan, RefundAsk};

/// The key of this backend's hashes.
const SECRET: [u8; 32] = [0x5a; 32];

/// A request for a charge, as a till sends it.
#[derive(Clone)]
pub(crate) struct Asking {
    /// The idempotency key.
    pub(crate) key: String,
    /// The rest.
    pub(crate) ask: ChargeAsk,
}

/// A request for money back, as a till sends it.
#[derive(Clone)]
pub(crate) struct Return {
    /// The idempotency key.
    pub(crate) key: String,
    /// Whose money.
    pub(crate) charge: ChargeId,
    /// The rest.
    pub(crate) ask: RefundAsk,
}

/// What a key was first used for.
#[derive(Clone)]
pub(crate) enum Content {
    Charge(Asking),
    Refund(Return),
}

impl Content {
    pub(crate) const fn key(&self) -> &String {
        match self {
            Self::Charge(asking) => &asking.key,
            Self::Refund(wanted) => &wanted.key,
        }
    }

    /// Whether the charge is what was asked for, by what was sold as its opening has it, or has the
    /// refund that was.
    pub(crate) fn is_of(&self, charge: &Charge, goods: Option<&str>) -> bool {
        match self {
            Self::Charge(Asking { ask, .. }) => {
                let plan = charge.instalments().map(InstalmentsPlan::from);
                charge.sale() == ask.sale
                    && charge.amount().fen() == ask.amount_fen
                    && charge.device() == ask.device
                    && plan == ask.instalments
                    && is_sold(ask, goods)
            }
            Self::Refund(Return {
                charge: id, ask, ..
            }) => {
                let is_asked = |refund: &ledger::Refund| {
                    refund.amount.fen() == ask.amount_fen
                        && refund.reason == ask.reason
                        && Some(&refund.by) == ask.device.as_ref()
                };
                charge.id() == *id && charge.refunds().iter().any(is_asked)
            }
        }
    }
}

/// Whether those are the goods that were asked for, at the prices that the customer was told, and
/// come to the sum.
fn is_sold(ask: &ChargeAsk, goods: Option<&str>) -> bool {
    let (cart, goods) = match (&ask.cart, goods) {
        (None, None) => return true,
        (Some(cart), Some(goods)) => (cart, goods),
        (None, Some(_)) | (Some(_), None) => return false,
    };
    let Ok(quote) = Quote::from_text(goods) else {
        return false;
    };
    let sold = quote.lines.iter().map(|line| {
        let item = line.item.as_ref().map(|id| id.as_str().to_owned());
        (item, line.unit.fen(), line.count)
    });
    let asked = cart.lines.iter();
    let asked = asked.map(|line| (line.item.clone(), line.unit_fen, line.count));
    quote.total.fen() == ask.amount_fen && sold.eq(asked)
}

/// A request as the desk has understood it.
pub(crate) enum Understood {
    Open(Asking, DeskAsk),
    /// A charge that the shop does not take now.
    TurnedDown(Asking, DeskAsk, Trouble),
    Cancel(ChargeId),
    Refund(Return, RefundDesk),
}

impl Understood {
    /// What the door is asked for.
    pub(crate) const fn knock(&self) -> Knock<'_> {
        match self {
            Self::Open(_, ask) | Self::TurnedDown(_, ask, _) => Knock::Open(ask),
            Self::Cancel(charge) => Knock::Cancel(*charge),
            Self::Refund(_, ask) => Knock::Refund(ask),
        }
    }

    /// The charge that it is about, if that is known.
    pub(crate) const fn charge(&self) -> Option<ChargeId> {
        match self {
            Self::Open(..) | Self::TurnedDown(..) => None,
            Self::Cancel(charge) => Some(*charge),
            Self::Refund(_, ask) => Some(ask.charge),
        }
    }
}

/// Everything that the bank could be asked for is offered here, with plans of instalments or
/// without; its own contract has less.
pub(crate) fn limits(has_plans: bool) -> Limits {
    let rate = Rate::parse("4.5%").expect("a rate");
    let plans = Instalments::all().filter(|_| has_plans);
    let plans = plans.map(|plan| Offered { plan, rate });
    Limits {
        charge_max: Amount::MAX,
        providers: vec![Provider::Alipay],
        instalments: Offer::of(plans.collect(), Amount::ZERO).expect("each plan once"),
    }
}

/// What the loop is given for that request, but for the goods, which the record prices.
pub(crate) fn opened(asking: &Asking) -> DeskAsk {
    let checked = check(Some(&asking.key), &asking.ask, &SECRET);
    checked.expect("a till sends what the desk understands")
}

/// What the loop is given for that request; the record's history is the caller's.
pub(crate) fn refunded(wanted: &Return) -> RefundDesk {
    let checked = check_refund(Some(&wanted.key), wanted.charge, &wanted.ask, &SECRET);
    checked.expect("a till sends what the desk takes")
}
