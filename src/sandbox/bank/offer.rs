//! Order codes: the merchant shows one for exactly one sum, and a customer scans it.
//!
//! As at the real one there is no order until somebody has scanned: nothing to query, nothing to
//! close. Cancelling by the merchant's number makes the code worthless and finds no order either;
//! since no document promises the former, it can be had without.

use money::{OrderNo, PayCode, Stamp};

use super::order::Terms;
use super::{Bank, Order, OrderState, PayEnd, Why};
use crate::customer::Customer;

/// A code can be scanned so long at most, in milliseconds.
pub const OFFER_LIFE_MS: i64 = 2 * 3_600_000;
/// What every code begins with.
const ADDRESS: &str = "https://qr.alipay.com/bax";

/// A code on a merchant's screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What will be ordered.
    pub terms: Terms,
    /// What the code says.
    pub code: String,
    /// From this moment on nobody can scan it.
    pub expires_at: Stamp,
    /// Whether the merchant made it worthless.
    pub is_withdrawn: bool,
}

/// How an attempt to close an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseEnd {
    /// It was unpaid and is closed, by this call or before.
    Closed,
    /// It is paid, or was: only a refund gives that back.
    Paid,
    /// There is no such order. A code that nobody scanned has none.
    Nothing,
}

impl Bank {
    /// Makes a code for the terms. It can be scanned for `life_ms`, [`OFFER_LIFE_MS`] at most.
    ///
    /// # Errors
    /// [`Why::OtherContent`] when the number is taken by an order or a code, whatever its content.
    pub fn offer(&mut self, terms: Terms, life_ms: i64, now: Stamp) -> Result<&Offer, Why> {
        self.expire(now);
        let is_taken = self.orders.contains_key(&terms.order);
        if is_taken || self.offers.contains_key(&terms.order) {
            return Err(Why::OtherContent);
        }
        self.trades += 1;
        let offer = Offer {
            code: format!(
                "{ADDRESS}{:011x}{:04x}",
                now.ms().max(0),
                self.trades % 0xFFFF
            ),
            expires_at: now.plus_ms(life_ms.clamp(0, OFFER_LIFE_MS)),
            is_withdrawn: false,
            terms,
        };
        let number = offer.terms.order.clone();
        Ok(self.offers.entry(number).or_insert(offer))
    }

    /// The code of that text, dead or alive.
    pub fn offer_of(&self, code: &str) -> Option<&Offer> {
        self.offers.values().find(|offer| offer.code == code)
    }

    /// A customer scans an order code and pays, or is asked for the password. Scanning again
    /// continues what was begun. A customer who cannot pay leaves the code as it was.
    pub fn scan(
        &mut self,
        code: &str,
        customer: Customer,
        now: Stamp,
    ) -> (Option<OrderNo>, PayEnd) {
        self.expire(now);
        let invalid = PayEnd::Refused(Why::CodeInvalid);
        let Some(offer) = self.offer_of(code).cloned() else {
            return (None, invalid);
        };
        let number = offer.terms.order.clone();
        if let Some(order) = self.orders.get(&number) {
            let end = if order.customer == customer {
                order.standing()
            } else {
                PayEnd::Refused(Why::OtherContent)
            };
            return (Some(number), end);
        }
        if offer.is_withdrawn || now >= offer.expires_at {
            return (None, invalid);
        }
        if let Some(why) = self.objection(customer, &offer.terms) {
            return (None, PayEnd::Refused(why));
        }
        let end = self.open_order(&offer.terms, None, customer, now);
        (Some(number), end)
    }

    /// Closes an order that was scanned or claimed, and is not paid.
    pub fn close(&mut self, order: &OrderNo, now: Stamp) -> CloseEnd {
        self.expire(now);
        let Some(found) = self.orders.get_mut(order) else {
            return CloseEnd::Nothing;
        };
        match found.state {
            OrderState::Waiting { .. } => {
                found.state = OrderState::Closed { at: now };
                self.tell(order, None);
                CloseEnd::Closed
            }
            OrderState::Closed { .. } => CloseEnd::Closed,
            OrderState::Paid { .. } | OrderState::GivenBack { .. } => CloseEnd::Paid,
        }
    }

    /// Makes a code worthless that nobody has scanned.
    pub(super) fn withdraw(&mut self, order: &OrderNo) {
        let are_left = self.house.are_codes_left;
        if let Some(offer) = self.offers.get_mut(order).filter(|_| !are_left) {
            offer.is_withdrawn = true;
        }
    }
}

impl Order {
    /// What a claim for this order is answered, when its content is the same.
    pub(super) const fn standing(&self) -> PayEnd {
        match self.state {
            OrderState::Waiting { .. } => PayEnd::Waiting,
            OrderState::Paid { .. } => PayEnd::Paid,
            OrderState::Closed { .. } | OrderState::GivenBack { .. } => {
                PayEnd::Refused(Why::Closed)
            }
        }
    }

    /// Whether the order was made by this payment code.
    pub(super) fn is_by(&self, code: &PayCode) -> bool {
        self.code.as_ref() == Some(code)
    }
}
