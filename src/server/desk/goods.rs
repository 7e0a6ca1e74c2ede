//! What a cart comes to here: the page's sum counts only where ours is the same.

use money::Amount;
use sale::{Catalogue, ItemError, QuoteError};
use wire::{CartAsk, ProblemKind};

use crate::problem::{Goods, Trouble};

/// Prices the cart by the catalogue that holds, and gives it as the record keeps it.
///
/// # Errors
/// [`Trouble`] where it does not come to that amount, with what it does come to.
pub fn price(ask: &CartAsk, amount: Amount, catalogue: &Catalogue) -> Result<String, Trouble> {
    let about_cart = |kind| Trouble::of(kind).with_field("cart");
    let mut cart = ask.cart().ok_or(about_cart(ProblemKind::CartInvalid))?;
    let changed = |total: Option<Amount>, item: Option<String>| {
        about_cart(ProblemKind::PriceChanged).with_goods(Goods {
            total,
            item,
            ..Goods::default()
        })
    };
    match cart.quote(catalogue) {
        Ok(quote) if quote.total == amount => Ok(quote.to_text()),
        Ok(quote) => Err(changed(Some(quote.total), None)),
        Err(QuoteError::PriceChanged { item, .. }) => {
            cart.accept(catalogue);
            let total = cart.quote(catalogue).ok().map(|quote| quote.total);
            Err(changed(total, Some(item.as_str().to_owned())))
        }
        Err(QuoteError::Gone(item)) => {
            let item = Some(item.as_str().to_owned());
            Err(about_cart(ProblemKind::ItemGone).with_goods(Goods {
                item,
                ..Goods::default()
            }))
        }
        Err(QuoteError::DiscountOverSum | QuoteError::Zero) => {
            Err(about_cart(ProblemKind::DiscountOverSum))
        }
        Err(QuoteError::TooLarge) => Err(about_cart(ProblemKind::AmountTooLarge)),
        Err(QuoteError::Empty) => Err(about_cart(ProblemKind::CartInvalid)),
    }
}

/// What is wrong with an item that somebody wants to sell.
pub fn item_trouble((field, _): (&'static str, ItemError)) -> Trouble {
    Trouble::of(ProblemKind::ItemInvalid).with_field(field)
}
