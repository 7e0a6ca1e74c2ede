//! What is sold: as a till asks for it, and as a charge tells it.

use money::Amount;
use sale::{Cart, CartError, Discount, ItemId, Line, Percent, Quote, QuoteLine, Thing};
use serde::{Deserialize, Serialize};

/// What one customer buys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CartAsk {
    /// 1 to 100 lines.
    pub lines: Vec<CartLine>,
    /// What is taken off all of it, behind what is taken off single lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<DiscountAsk>,
}

/// So many pieces of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CartLine {
    /// The item; left out for an amount that was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// What one piece costs, in fen, as the customer was told.
    pub unit_fen: i64,
    /// How many, 1 to 999.
    pub count: u32,
    /// What is taken off the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<DiscountAsk>,
}

/// What is taken off: `{"fen": 100}`, or `{"percent": 10}`, rounded to the fen with half a fen
/// given to the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum DiscountAsk {
    /// This sum, from 1 fen.
    Fen(i64),
    /// So many percent, 1 to 100.
    Percent(u8),
}

impl From<Discount> for DiscountAsk {
    fn from(discount: Discount) -> Self {
        match discount {
            Discount::Fen(amount) => Self::Fen(amount.fen()),
            Discount::Percent(percent) => Self::Percent(percent.count()),
        }
    }
}

impl DiscountAsk {
    fn discount(self) -> Option<Discount> {
        match self {
            Self::Fen(fen) => Discount::fen(Amount::from_fen(fen).ok()?).ok(),
            Self::Percent(count) => Percent::of(count).ok().map(Discount::Percent),
        }
    }
}

impl From<&Cart> for CartAsk {
    fn from(cart: &Cart) -> Self {
        let line = |line: &Line| CartLine {
            item: match &line.thing {
                Thing::Item(id) => Some(id.as_str().to_owned()),
                Thing::Free => None,
            },
            unit_fen: line.unit.fen(),
            count: line.count,
            discount: line.discount.map(Into::into),
        };
        Self {
            lines: cart.lines().iter().map(line).collect(),
            discount: cart.discount.map(Into::into),
        }
    }
}

impl CartAsk {
    /// The cart that is asked for; `None` for one that nobody could put together.
    pub fn cart(&self) -> Option<Cart> {
        let lines = self.lines.iter().map(line).collect::<Option<Vec<Line>>>()?;
        let discount = discount(self.discount)?;
        let cart: Result<Cart, CartError> = Cart::of(lines, discount);
        cart.ok().filter(|cart| !cart.is_empty())
    }
}

fn line(ask: &CartLine) -> Option<Line> {
    Some(Line {
        thing: match &ask.item {
            Some(id) => Thing::Item(ItemId::parse(id).ok()?),
            None => Thing::Free,
        },
        unit: Amount::from_fen(ask.unit_fen).ok()?,
        count: ask.count,
        discount: discount(ask.discount)?,
    })
}

/// `None` for one that takes nothing off, or more than all.
#[expect(
    clippy::option_option,
    reason = "no discount is one thing, a wrong one another"
)]
fn discount(ask: Option<DiscountAsk>) -> Option<Option<Discount>> {
    match ask {
        None => Some(None),
        Some(ask) => ask.discount().map(Some),
    }
}

/// What was sold, at the prices of then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CartView {
    /// Line by line.
    pub lines: Vec<CartViewLine>,
    /// What the lines come to, in fen.
    pub subtotal_fen: i64,
    /// What was taken off all of it, in fen; the rest is the charge's amount.
    pub off_fen: i64,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CartViewLine {
    /// The item; absent for an amount that was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// What it was called then; absent for an amount that was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What one piece cost, in fen.
    pub unit_fen: i64,
    /// How many.
    pub count: u32,
    /// What was taken off the line, in fen.
    pub off_fen: i64,
    /// What the line came to, in fen.
    pub sum_fen: i64,
}

impl From<&Quote> for CartView {
    fn from(quote: &Quote) -> Self {
        let line = |line: &QuoteLine| CartViewLine {
            item: line.item.as_ref().map(|id| id.as_str().to_owned()),
            name: line.name.as_ref().map(|name| name.as_str().to_owned()),
            unit_fen: line.unit.fen(),
            count: line.count,
            off_fen: line.off.fen(),
            sum_fen: line.sum.fen(),
        };
        Self {
            lines: quote.lines.iter().map(line).collect(),
            subtotal_fen: quote.subtotal.fen(),
            off_fen: quote.off.fen(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CartAsk, CartLine, DiscountAsk};

    fn ask(line: CartLine, discount: Option<DiscountAsk>) -> CartAsk {
        CartAsk {
            lines: vec![line],
            discount,
        }
    }

    fn tea() -> CartLine {
        CartLine {
            item: Some("tea".to_owned()),
            unit_fen: 1_200,
            count: 2,
            discount: Some(DiscountAsk::Percent(10)),
        }
    }

    #[test]
    fn a_cart_reads_back_from_what_is_sent() {
        let free = CartLine {
            item: None,
            discount: None,
            ..tea()
        };
        for line in [tea(), free] {
            let sent = ask(line, Some(DiscountAsk::Fen(100)));
            let cart = sent.cart().expect("a cart");
            assert_eq!(CartAsk::from(&cart), sent);
        }
    }

    #[test]
    fn a_cart_that_nobody_could_put_together_is_none() {
        let wrong = [
            CartLine {
                item: Some("a b".to_owned()),
                ..tea()
            },
            CartLine {
                unit_fen: 0,
                ..tea()
            },
            CartLine {
                unit_fen: -5,
                ..tea()
            },
            CartLine { count: 0, ..tea() },
            CartLine {
                count: 1_000,
                ..tea()
            },
            CartLine {
                discount: Some(DiscountAsk::Percent(0)),
                ..tea()
            },
            CartLine {
                discount: Some(DiscountAsk::Percent(101)),
                ..tea()
            },
            CartLine {
                discount: Some(DiscountAsk::Fen(0)),
                ..tea()
            },
        ];
        for line in wrong {
            assert_eq!(ask(line.clone(), None).cart(), None, "{line:?}");
        }
        assert_eq!(ask(tea(), Some(DiscountAsk::Fen(-1))).cart(), None);
        let none = CartAsk {
            lines: Vec::new(),
            discount: None,
        };
        assert_eq!(none.cart(), None);
        let many = CartAsk {
            lines: vec![tea(); 101],
            discount: None,
        };
        assert_eq!(many.cart(), None);
    }
}
