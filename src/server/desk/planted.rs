//! What a key stands for and when it is closed, with a defect that is planted. The simulation must
//! notice each.

use ledger::planted::{Bug, is};
use money::Instalments;
use store::Closing;
use wire::CartAsk;

/// The parts of a request's fingerprint, less the one that the planted defect forgets.
pub(super) fn left_out(
    amount: [u8; 8],
    instalments: Option<Instalments>,
) -> ([u8; 8], Option<Instalments>) {
    let amount = if is(Bug::SumNotInKey) { [0; 8] } else { amount };
    (amount, instalments.filter(|_| !is(Bug::PlanNotInKey)))
}

/// The cart of a request's fingerprint, if the planted defect does not forget it.
pub(super) fn cart_in_key(cart: Option<&CartAsk>) -> Option<&CartAsk> {
    cart.filter(|_| !is(Bug::CartNotInKey))
}

/// What the record is taken to have said of a key, before it was asked.
pub(super) fn believed(closing: Option<Closing>) -> Option<Closing> {
    let unasked = is(Bug::PriceRefusedNotClosed).then_some(Closing::Closed);
    closing.or(unasked)
}
