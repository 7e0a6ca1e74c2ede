//! What is said to a request that the shop does not take now: by its price, its sum or its plan.
//!
//! It may have been taken before, when the prices and settings were others, or may be taken by a
//! server that has others. So it is refused only once the record has closed its key, and the charge
//! that it opened before is told, whatever holds now.

use money::ChargeId;
use sale::Catalogue;
use store::Closing;
use wire::{CartAsk, ProblemKind};

use super::{Limits, price, takes};
use crate::drive::{Answered, DeskAsk, Refused};
use crate::problem::Trouble;

/// What becomes of a request that is turned down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turned {
    /// The record is asked to close its key, before anybody hears of this trouble.
    Close(Trouble),
    /// It is told this: nothing came of its key, and nothing will.
    Refuse(Trouble),
    /// Something came of its key before: that is told, as [`known`] has it.
    Bound,
}

/// What is sold, as the record keeps it, where the shop takes the request by its settings of now
/// and by the catalogue that holds.
///
/// # Errors
/// The [`Trouble`] that it is turned down for: see [`turned_down`].
pub fn offered(
    ask: &DeskAsk,
    cart: Option<&CartAsk>,
    catalogue: &Catalogue,
    limits: &Limits,
) -> Result<Option<String>, Trouble> {
    takes(ask, limits)?;
    cart.map(|cart| price(cart, ask.amount, catalogue))
        .transpose()
}

/// What becomes of a request with this trouble; `closing` is what the record said when it was to
/// close its key, once it was asked.
pub fn turned_down(trouble: Trouble, closing: Option<Closing>) -> Turned {
    #[cfg(feature = "planted")]
    let closing = super::planted::believed(closing);
    match closing {
        None => Turned::Close(trouble),
        Some(Closing::Closed) => Turned::Refuse(trouble),
        Some(Closing::Bound(_)) => Turned::Bound,
    }
}

/// What a key came to, where it came to anything: the charge, for whoever asks for the same.
pub fn known(
    bound: Option<(ChargeId, [u8; 32])>,
    asked: [u8; 32],
) -> Option<Result<Answered, Refused>> {
    let (charge, fingerprint) = bound?;
    if fingerprint == asked {
        return Some(Ok(Answered {
            charge,
            is_fresh: false,
            history: None,
        }));
    }
    Some(Err(reused(charge)))
}

/// The key stands for something else.
pub const fn reused(charge: ChargeId) -> Refused {
    Refused {
        kind: ProblemKind::KeyReused,
        charge: Some(charge),
        rest: None,
    }
}

#[cfg(test)]
mod tests {
    use money::{ChargeId, Stamp};
    use store::Closing;
    use wire::ProblemKind;

    use super::{Turned, known, turned_down};
    use crate::problem::Trouble;

    #[test]
    fn nobody_hears_of_a_price_before_the_record_has_closed_the_key() {
        let trouble = Trouble::of(ProblemKind::PriceChanged);
        let charge = ChargeId::fresh(Stamp::from_ms(1), [3; 16]);
        let turned = |closing| turned_down(trouble.clone(), closing);
        assert_eq!(turned(None), Turned::Close(trouble.clone()));
        let refused = Turned::Refuse(trouble.clone());
        assert_eq!(turned(Some(Closing::Closed)), refused);
        assert_eq!(turned(Some(Closing::Bound(charge))), Turned::Bound);
    }

    #[test]
    fn a_key_is_told_to_whoever_asks_for_the_same() {
        let charge = ChargeId::fresh(Stamp::from_ms(1), [3; 16]);
        assert_eq!(known(None, [1; 32]), None);
        let told = known(Some((charge, [1; 32])), [1; 32]);
        assert!(told.is_some_and(|told| told.is_ok_and(|one| one.charge == charge)));
        let other = known(Some((charge, [1; 32])), [2; 32]);
        let kind = other.and_then(Result::err).map(|refused| refused.kind);
        assert_eq!(kind, Some(ProblemKind::KeyReused));
    }
}
