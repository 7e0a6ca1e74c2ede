//! What a key stands for, with a defect that is planted. The simulation must notice each.

use ledger::planted::{Bug, is};
use money::Instalments;

/// The parts of a request's fingerprint, less the one that the planted defect forgets.
pub(super) fn left_out(
    amount: [u8; 8],
    instalments: Option<Instalments>,
) -> ([u8; 8], Option<Instalments>) {
    let amount = if is(Bug::SumNotInKey) { [0; 8] } else { amount };
    (amount, instalments.filter(|_| !is(Bug::PlanNotInKey)))
}
