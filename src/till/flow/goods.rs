//! The cart of the present sale, and what it comes to together with what is typed.
//!
//! What is typed beside goods is an amount of its own in the cart. The page prices by the catalogue
//! that it knows; the backend does it again by the one that holds, and where they differ nothing is
//! charged and the cart stays as it is.

use std::sync::Arc;

use money::{Amount, World};
use sale::{Cart, CartError, Catalogue, Discount, ItemId, Name, Quote, QuoteError, SumError};
use wire::CartAsk;

use super::{Effect, Flow, Mode, Notice, Screen};
use sale::Keypad;

/// What is done to the cart, or heard of the shop.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Goods {
    /// What the shop sells.
    Catalogue(Arc<Catalogue>),
    /// One piece more, or as many as `3×` says.
    Add(ItemId),
    /// So many pieces on the line at that place; none takes it away.
    Count {
        /// Which line.
        place: usize,
        /// How many.
        count: u32,
    },
    /// Takes something off all of it, or nothing any more.
    Discount(Option<Discount>),
    /// Takes the prices that hold now; what is not sold any more leaves the cart.
    Accept,
    /// Takes everything out.
    Clear,
}

/// Why what is in the cart and typed cannot be charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unpriced {
    /// By what is typed, or by the limit.
    Typed(SumError),
    /// By what is in the cart.
    Cart(QuoteError),
}

/// What the shop sells, and what of it one customer buys.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Basket {
    /// What the shop sells.
    pub(crate) catalogue: Arc<Catalogue>,
    /// What is in the cart.
    pub(crate) cart: Cart,
    /// What the items in the cart were called, for those that are gone.
    called: Vec<(ItemId, Name)>,
}

impl Basket {
    /// What an item is called, or was.
    pub(crate) fn name(&self, id: &ItemId) -> Option<&Name> {
        let here = self.catalogue.item(id).map(|item| &item.name);
        let before = || self.called.iter().find(|(one, _)| one == id);
        here.or_else(|| before().map(|(_, name)| name))
    }

    /// Empties the cart for the next customer.
    pub(super) fn clear(&mut self) {
        self.cart = Cart::default();
        self.called.clear();
    }

    /// Puts back what was sent before the page went away.
    pub(super) fn take_up(&mut self, ask: Option<&CartAsk>) {
        self.clear();
        self.cart = ask.and_then(CartAsk::cart).unwrap_or_default();
    }

    fn add(&mut self, id: &ItemId, count: u32) -> Result<(), CartError> {
        let Some(item) = self.catalogue.item(id) else {
            return Ok(());
        };
        self.cart.add(item, count)?;
        if !self.called.iter().any(|(one, _)| one == id) {
            self.called.push((id.clone(), item.name.clone()));
        }
        Ok(())
    }

    /// True when something in it costs something else by now, or is not sold any more.
    pub(crate) fn is_stale(&self) -> bool {
        let quote = self.cart.quote(&self.catalogue);
        matches!(
            quote,
            Err(QuoteError::Gone(_) | QuoteError::PriceChanged { .. })
        )
    }
}

impl Flow {
    pub(super) fn goods(&mut self, goods: Goods, world: &dyn World) -> Vec<Effect> {
        let now_ms = world.now().ms();
        if let Goods::Catalogue(catalogue) = goods {
            self.basket.catalogue = catalogue;
            return Vec::new();
        }
        if matches!(self.screen, Screen::Paid { .. }) {
            self.next_sale(world);
        }
        let is_free = matches!(self.screen, Screen::Ready) && !self.is_confirming;
        if !is_free || self.mode != Mode::Till {
            return Vec::new();
        }
        self.is_complete = false;
        let done = match goods {
            Goods::Catalogue(_) => Ok(()),
            Goods::Add(id) => self.add(&id),
            Goods::Count { place, count } => self.basket.cart.set_count(place, count),
            Goods::Discount(discount) => {
                self.basket.cart.discount = discount;
                Ok(())
            }
            Goods::Accept => {
                let catalogue = Arc::clone(&self.basket.catalogue);
                self.basket.cart.accept(&catalogue);
                Ok(())
            }
            Goods::Clear => {
                self.basket.clear();
                Ok(())
            }
        };
        if self.notice() == Some(Notice::GoodsChanged) && !self.basket.is_stale() {
            self.notice = None;
        }
        if done.is_err() {
            self.tell(Notice::CartFull, now_ms);
        }
        Vec::new()
    }

    /// `3×` before an item means three of it; any other amount is a line of its own.
    fn add(&mut self, id: &ItemId) -> Result<(), CartError> {
        let count = self.keypad.times();
        if count.is_some() {
            self.keypad = Keypad::default();
        } else {
            self.put_in_typed()?;
        }
        self.basket.add(id, count.unwrap_or(1))
    }

    /// Makes what is typed a line of the cart; what cannot be charged stays as it is typed.
    fn put_in_typed(&mut self) -> Result<(), CartError> {
        if let Ok(amount) = self.keypad.sum(self.pulse.limit()) {
            self.basket.cart.add_free(amount)?;
            self.keypad = Keypad::default();
        }
        Ok(())
    }

    /// What is in the cart, with what is typed.
    fn whole_cart(&self) -> Result<Cart, Unpriced> {
        let mut cart = self.basket.cart.clone();
        match self.keypad.sum(self.pulse.limit()) {
            Ok(amount) => {
                let added = cart.add_free(amount);
                added.map_err(|_| Unpriced::Typed(SumError::TooLong))?;
            }
            Err(SumError::Empty | SumError::Zero) => {}
            Err(why @ (SumError::TooFine | SumError::TooLarge | SumError::TooLong)) => {
                return Err(Unpriced::Typed(why));
            }
        }
        Ok(cart)
    }

    /// What cart and keypad come to, line by line; without goods, what is typed stands for itself.
    pub(crate) fn bill(&self) -> Result<Quote, Unpriced> {
        let quote = self.whole_cart()?.quote(&self.basket.catalogue);
        let quote = quote.map_err(Unpriced::Cart)?;
        if quote.total > self.pulse.limit() {
            return Err(Unpriced::Typed(SumError::TooLarge));
        }
        Ok(quote)
    }

    /// What is to be charged.
    pub(crate) fn sum(&self) -> Result<Amount, Unpriced> {
        if self.basket.cart.is_empty() {
            let typed = self.keypad.sum(self.pulse.limit());
            return typed.map_err(Unpriced::Typed);
        }
        self.bill().map(|quote| quote.total)
    }

    /// The amount as people read it, also where it cannot be charged yet.
    pub(crate) fn shown(&self) -> String {
        if self.basket.cart.is_empty() {
            return self.keypad.shown();
        }
        let now = self.quote_now();
        now.map_or_else(|| "—".to_owned(), |quote| quote.total.yuan_grouped())
    }

    /// What it would come to by the prices that hold now, seen by the cashier or not.
    pub(crate) fn quote_now(&self) -> Option<Quote> {
        let mut cart = self.whole_cart().ok()?;
        cart.accept(&self.basket.catalogue);
        cart.quote(&self.basket.catalogue).ok()
    }

    /// True when there is neither an amount nor anything in the cart.
    pub(crate) fn is_blank(&self) -> bool {
        self.keypad.is_empty() && self.basket.cart.is_empty()
    }

    /// What the backend is asked to price again; from here on all of it lies in the cart.
    pub(super) fn goods_to_send(&mut self) -> Option<CartAsk> {
        if self.basket.cart.is_empty() {
            return None;
        }
        // The whole cart was priced a moment ago, so there is room for what is typed.
        if self.put_in_typed().is_ok() {
            self.keypad = Keypad::default();
        }
        Some(CartAsk::from(&self.basket.cart))
    }
}
