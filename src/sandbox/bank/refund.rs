//! Money that goes back: refunds by the merchant's own number, each carried out once.

use money::{Amount, OrderNo, Stamp};

use super::{Bank, Order, OrderState};

/// A payment can be refunded for so long, in milliseconds: twelve months.
pub const REFUND_WINDOW_MS: i64 = 365 * 86_400_000;
/// The longest number of a refund, in letters.
pub const REFUND_NUMBER_MAX: usize = 64;

/// What a merchant asks the bank to give back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Of which payment.
    pub order: OrderNo,
    /// The merchant's number of this refund: the same number again never gives back twice.
    pub number: String,
    /// How much.
    pub amount: Amount,
    /// Why, for the customer.
    pub reason: Option<String>,
}

/// A refund that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// The merchant's number.
    pub number: String,
    /// How much went back.
    pub amount: Amount,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: Stamp,
    /// From this moment on the bank tells of it; before, it is under way.
    pub told_at: Stamp,
}

impl Refund {
    /// Whether nothing tells of it yet.
    pub fn is_under_way(&self, now: Stamp) -> bool {
        now < self.told_at
    }
}

/// How a demand that was not refused ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundEnd {
    /// The money went back just now.
    Moved,
    /// It had gone back under this number before.
    Before,
}

/// Why nothing goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundWhy {
    /// The bank never took up that order.
    NoOrder,
    /// The order waits for its payment.
    NotPaid,
    /// The order is closed: nothing is left to give back.
    Closed,
    /// Nothing, or more than what is left of the payment.
    TooMuch,
    /// The number was used for another sum.
    OtherAmount,
    /// The payment is too old.
    TooLate,
}

impl Order {
    /// The refunds of this order, in the order in which they were carried out.
    pub fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    /// The refund of that number.
    pub fn refund(&self, number: &str) -> Option<&Refund> {
        self.refunds.iter().find(|one| one.number == number)
    }

    /// What all refunds of this order have given back. A cancellation is none of them.
    pub fn refunded(&self) -> Amount {
        let fen = self.refunds.iter().map(|one| one.amount.fen()).sum();
        Amount::from_fen(fen).unwrap_or(self.amount)
    }

    /// What went back of this order by refunds or by a cancellation, and when the last of it did.
    pub fn given_back(&self) -> (Amount, Stamp) {
        match self.state {
            OrderState::GivenBack { at, .. } => (self.amount, at),
            OrderState::Paid { .. } | OrderState::Waiting { .. } | OrderState::Closed { .. } => {
                (self.refunded(), self.changed_at())
            }
        }
    }

    /// What the merchant still has of this order.
    pub fn held(&self) -> Amount {
        match self.state {
            OrderState::Paid { .. } => {
                let left = self.amount.fen() - self.refunded().fen();
                Amount::from_fen(left).unwrap_or(Amount::ZERO)
            }
            OrderState::Waiting { .. }
            | OrderState::Closed { .. }
            | OrderState::GivenBack { .. } => Amount::ZERO,
        }
    }

    /// Whether that much can go back under a number that was not used before.
    fn object(&self, amount: Amount, now: Stamp) -> Option<RefundWhy> {
        match self.state {
            OrderState::Waiting { .. } => Some(RefundWhy::NotPaid),
            OrderState::Closed { .. } | OrderState::GivenBack { .. } => Some(RefundWhy::Closed),
            OrderState::Paid { paid_at } if now.ms_since(paid_at) > REFUND_WINDOW_MS => {
                Some(RefundWhy::TooLate)
            }
            OrderState::Paid { .. } => {
                let is_covered = amount > Amount::ZERO && amount <= self.held();
                (!is_covered).then_some(RefundWhy::TooMuch)
            }
        }
    }
}

impl Bank {
    /// Gives money back to the purse that it came from. When all of a payment went back, its
    /// order is closed.
    ///
    /// # Errors
    /// A [`RefundWhy`]; nothing was moved then.
    pub fn refund(&mut self, demand: &Demand, now: Stamp) -> Result<RefundEnd, RefundWhy> {
        self.expire(now);
        let told_at = now.plus_ms(self.house.refund_ms);
        let order = self.orders.get_mut(&demand.order);
        let order = order.ok_or(RefundWhy::NoOrder)?;
        if let Some(before) = order.refund(&demand.number) {
            let is_same = before.amount == demand.amount;
            return is_same
                .then_some(RefundEnd::Before)
                .ok_or(RefundWhy::OtherAmount);
        }
        if let Some(why) = order.object(demand.amount, now) {
            return Err(why);
        }
        order.refunds.push(Refund {
            number: demand.number.clone(),
            amount: demand.amount,
            reason: demand.reason.clone(),
            at: now,
            told_at,
        });
        if let (OrderState::Paid { paid_at }, Amount::ZERO) = (order.state, order.held()) {
            order.state = OrderState::GivenBack { paid_at, at: now };
        }
        let (customer, purse) = (order.customer, order.purse);
        self.move_money(customer, purse, demand.amount.fen());
        self.tell(&demand.order, Some(&demand.number));
        Ok(RefundEnd::Moved)
    }
}
