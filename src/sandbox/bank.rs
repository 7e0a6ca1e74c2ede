//! A bank as the merchant sees it: customers, payment codes, purses and orders.
//!
//! Pure and deterministic: time and entropy are given, maps are ordered, nothing is read or
//! written. The simulation holds one of these beside the product and compares: what the bank
//! holds for an order is the truth.

use std::collections::{BTreeMap, BTreeSet};

use money::{Amount, OrderNo, PayCode, Stamp};

use crate::customer::{Customer, Purse};

mod funding;
mod house;
mod news;
mod offer;
mod order;
mod plan;
mod refund;
#[cfg(test)]
mod tests;

pub use funding::Funding;
pub use house::{CANCEL_WINDOW_MS, House};
pub use news::News;
pub use offer::{CloseEnd, OFFER_LIFE_MS, Offer};
pub use order::{CancelEnd, Claim, Order, OrderState, PayEnd, Terms, Why};
pub use plan::{is_contracted, plan_fee_fen};
pub use refund::{Demand, REFUND_NUMBER_MAX, REFUND_WINDOW_MS, Refund, RefundEnd, RefundWhy};

/// A payment code can be charged this long after it was shown, in milliseconds.
pub const CODE_LIFE_MS: i64 = 60_000;
/// An order that waits for a password closes after this long unless the merchant says otherwise.
pub const WAIT_DEFAULT_MS: i64 = 3 * 3_600_000;
/// Dead codes are forgotten after this long; a forgotten code is as invalid as a dead one.
const CODE_KEPT_MS: i64 = 600_000;
/// Ten to the sixteenth: the codes that can follow the prefix.
const CODES: u128 = 10_000_000_000_000_000;

/// What is known of a code that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CodeFacts {
    customer: Customer,
    shown_at: Stamp,
    is_used: bool,
}

/// A code as it stands on a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The code.
    pub code: PayCode,
    /// From this moment on it is refused.
    pub expires_at: Stamp,
}

/// What a customer can spend, in fen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Purses {
    balance: i64,
    huabei: i64,
}

/// The bank. Every operation takes the present time and first closes what has waited too long.
#[derive(Clone, Debug)]
pub struct Bank {
    purses: BTreeMap<Customer, Purses>,
    codes: BTreeMap<String, CodeFacts>,
    latest: BTreeMap<Customer, PayCode>,
    orders: BTreeMap<OrderNo, Order>,
    offers: BTreeMap<OrderNo, Offer>,
    house: House,
    waiting: BTreeSet<OrderNo>,
    news: Vec<News>,
    trades: u64,
}

impl Default for Bank {
    fn default() -> Self {
        Self::opened()
    }
}

impl Bank {
    /// A bank where everybody has the money of the first day and nothing was bought.
    pub fn opened() -> Self {
        let first_day = |one: Customer| {
            let purses = Purses {
                balance: one.balance_fen(),
                huabei: one.huabei_fen(),
            };
            (one, purses)
        };
        Self {
            purses: Customer::ALL.into_iter().map(first_day).collect(),
            codes: BTreeMap::new(),
            latest: BTreeMap::new(),
            orders: BTreeMap::new(),
            offers: BTreeMap::new(),
            house: House::default(),
            waiting: BTreeSet::new(),
            news: Vec::new(),
            trades: 0,
        }
    }

    /// Shows a fresh code on the customer's phone. Codes shown before stay good until their own
    /// end, as on a real phone.
    pub fn fresh_code(&mut self, customer: Customer, entropy: [u8; 16], now: Stamp) -> PayCode {
        self.codes
            .retain(|_, facts| now.ms_since(facts.shown_at) < CODE_KEPT_MS);
        let mut tail = u128::from_be_bytes(entropy) % CODES;
        let code = loop {
            let digits = format!("28{tail:016}");
            let is_taken = self.codes.contains_key(&digits);
            if let (false, Ok(code)) = (is_taken, PayCode::parse(&digits)) {
                break code;
            }
            tail = (tail + 1) % CODES;
        };
        let facts = CodeFacts {
            customer,
            shown_at: now,
            is_used: false,
        };
        self.codes.insert(code.expose().to_owned(), facts);
        self.latest.insert(customer, code.clone());
        code
    }

    /// The code that stands on the customer's phone, if it can still pay.
    pub fn shown_code(&self, customer: Customer, now: Stamp) -> Option<Shown> {
        let code = self.latest.get(&customer)?;
        let facts = self.codes.get(code.expose())?;
        is_alive(*facts, now).then(|| Shown {
            code: code.clone(),
            expires_at: facts.shown_at.plus_ms(CODE_LIFE_MS),
        })
    }

    /// Whose code it is, alive or not.
    pub fn owner(&self, code: &PayCode) -> Option<Customer> {
        self.codes.get(code.expose()).map(|facts| facts.customer)
    }

    /// Takes money from the wallet that showed the code, or asks for the password. See
    /// [`Bank::take`]; the order's subject is empty and it waits [`WAIT_DEFAULT_MS`].
    pub fn pay(&mut self, order: &OrderNo, code: &PayCode, amount: Amount, now: Stamp) -> PayEnd {
        let terms = Terms {
            order: order.clone(),
            amount,
            subject: String::new(),
            wait_ms: WAIT_DEFAULT_MS,
            notify_url: None,
            funding: Funding::default(),
        };
        let code = code.clone();
        self.take(&Claim { terms, code }, now)
    }

    /// Carries out a merchant's claim. The same claim again continues the same order and never
    /// takes money twice; the same number with other content is refused.
    ///
    /// A code is spent by the first claim that names it, whatever comes of that claim.
    pub fn take(&mut self, claim: &Claim, now: Stamp) -> PayEnd {
        self.expire(now);
        let number = &claim.terms.order;
        if let Some(order) = self.orders.get(number) {
            return order.hear_again(claim);
        }
        if self.offers.contains_key(number) {
            return PayEnd::Refused(Why::OtherContent);
        }
        let Some(facts) = self.codes.get_mut(claim.code.expose()) else {
            return PayEnd::Refused(Why::CodeInvalid);
        };
        if !is_alive(*facts, now) {
            return PayEnd::Refused(Why::CodeInvalid);
        }
        facts.is_used = true;
        let customer = facts.customer;
        if let Some(why) = self.objection(customer, &claim.terms) {
            return PayEnd::Refused(why);
        }
        let code = Some(claim.code.clone());
        self.open_order(&claim.terms, code, customer, now)
    }

    /// The order as it stands, or `None` when the bank never took it up.
    pub fn query(&mut self, order: &OrderNo, now: Stamp) -> Option<&Order> {
        self.expire(now);
        self.orders.get(order)
    }

    /// Closes an unpaid order, gives back a paid one, makes an order code worthless that nobody
    /// has scanned (but see [`House::are_codes_left`]). An order the bank does not know leaves no
    /// mark: a claim that is still on its way will be carried out when it lands. That is what
    /// merchants must reckon with, so the sandbox does it too.
    pub fn cancel(&mut self, order: &OrderNo, now: Stamp) -> CancelEnd {
        self.expire(now);
        let Some(found) = self.orders.get_mut(order) else {
            self.withdraw(order);
            return CancelEnd::Nothing;
        };
        match found.state {
            OrderState::Waiting { .. } => {
                found.state = OrderState::Closed { at: now };
                self.tell(order, None);
                CancelEnd::Closed
            }
            OrderState::Closed { .. } => CancelEnd::Closed,
            OrderState::GivenBack { .. } if self.house.is_back_closed => CancelEnd::Closed,
            OrderState::GivenBack { .. } => CancelEnd::GivenBack,
            OrderState::Paid { .. } if !found.refunds().is_empty() => CancelEnd::RefundedInPart,
            OrderState::Paid { paid_at } if now.ms_since(paid_at) > REFUND_WINDOW_MS => {
                CancelEnd::Finished
            }
            OrderState::Paid { paid_at } if now.ms_since(paid_at) >= self.house.cancel_ms => {
                CancelEnd::TooLate
            }
            OrderState::Paid { paid_at } => {
                found.state = OrderState::GivenBack { paid_at, at: now };
                let (customer, purse, fen) = (found.customer, found.purse, found.amount.fen());
                self.move_money(customer, purse, fen);
                self.tell(order, None);
                CancelEnd::GivenBack
            }
        }
    }

    /// The order for which the customer's phone asks the password: the one that waits longest.
    pub fn prompt(&mut self, customer: Customer, now: Stamp) -> Option<&Order> {
        self.expire(now);
        self.waiting
            .iter()
            .filter_map(|number| self.orders.get(number))
            .filter(|order| order.customer == customer && order.is_waiting())
            .min_by_key(|order| (order.opened_at, &order.trade_no))
    }

    /// The customer types the password (`is_ok`) or declines, for the order of [`Bank::prompt`].
    /// `None` when nothing was asked.
    pub fn confirm(&mut self, customer: Customer, is_ok: bool, now: Stamp) -> Option<OrderNo> {
        let (number, amount) = {
            let order = self.prompt(customer, now)?;
            (order.number.clone(), order.amount)
        };
        let can_pay = is_ok && amount.fen() <= self.spendable_fen(customer, customer.purse());
        if can_pay {
            self.move_money(customer, customer.purse(), -amount.fen());
        }
        let order = self.orders.get_mut(&number)?;
        order.state = if can_pay {
            OrderState::Paid { paid_at: now }
        } else {
            OrderState::Closed { at: now }
        };
        self.tell(&number, None);
        Some(number)
    }

    /// Closes the orders whose password did not come in time.
    pub fn expire(&mut self, now: Stamp) {
        let mut closed = Vec::new();
        let (orders, waiting) = (&mut self.orders, &mut self.waiting);
        waiting.retain(|number| {
            let Some(order) = orders.get_mut(number) else {
                return false;
            };
            if let OrderState::Waiting { closes_at } = order.state
                && now >= closes_at
            {
                order.state = OrderState::Closed { at: closes_at };
                closed.push(number.clone());
            }
            order.is_waiting()
        });
        for number in &closed {
            self.tell(number, None);
        }
    }

    /// What the bank holds for the merchant under this order at this moment.
    pub fn money_held(&self, order: &OrderNo) -> Amount {
        self.orders.get(order).map_or(Amount::ZERO, Order::held)
    }

    /// Every order the bank took up, by number.
    pub fn orders(&self) -> impl DoubleEndedIterator<Item = &Order> {
        self.orders.values()
    }

    /// The order that has this transaction number of the bank.
    pub fn by_trade(&self, trade_no: &str) -> Option<&Order> {
        self.orders.values().find(|one| one.trade_no == trade_no)
    }

    /// What the customer can still spend from that purse, in fen.
    pub fn spendable_fen(&self, customer: Customer, purse: Purse) -> i64 {
        let purses = self.purses.get(&customer);
        purses.map_or(0, |purses| match purse {
            Purse::Balance => purses.balance,
            Purse::Huabei => purses.huabei,
        })
    }

    /// Why this customer cannot pay for that now.
    fn objection(&self, customer: Customer, terms: &Terms) -> Option<Why> {
        match customer {
            Customer::Frozen => return Some(Why::Frozen),
            Customer::Limit => return Some(Why::DayLimit),
            Customer::Balance
            | Customer::Huabei
            | Customer::Instalments
            | Customer::Password
            | Customer::Broke => {}
        }
        if !terms.funding.takes(customer) {
            return Some(Why::NoFunding);
        }
        let can_pay = terms.amount.fen() <= self.spendable_fen(customer, customer.purse());
        match (can_pay, customer.purse()) {
            (true, _) => None,
            (false, Purse::Balance) => Some(Why::NotEnough),
            (false, Purse::Huabei) => Some(Why::NoFunding),
        }
    }

    fn open_order(
        &mut self,
        terms: &Terms,
        code: Option<PayCode>,
        customer: Customer,
        now: Stamp,
    ) -> PayEnd {
        self.trades += 1;
        let (state, end) = match customer {
            Customer::Password => {
                let closes_at = now.plus_ms(terms.wait_ms);
                (OrderState::Waiting { closes_at }, PayEnd::Waiting)
            }
            Customer::Balance
            | Customer::Huabei
            | Customer::Instalments
            | Customer::Broke
            | Customer::Limit
            | Customer::Frozen => (OrderState::Paid { paid_at: now }, PayEnd::Paid),
        };
        if end == PayEnd::Paid {
            self.move_money(customer, customer.purse(), -terms.amount.fen());
        }
        let order = Order::open(terms, code, customer, state, (self.trades, now));
        let is_waiting = order.is_waiting();
        self.orders.insert(terms.order.clone(), order);
        if is_waiting {
            self.waiting.insert(terms.order.clone());
        } else {
            self.tell(&terms.order, None);
        }
        end
    }

    fn move_money(&mut self, customer: Customer, purse: Purse, fen: i64) {
        if let Some(purses) = self.purses.get_mut(&customer) {
            match purse {
                Purse::Balance => purses.balance += fen,
                Purse::Huabei => purses.huabei += fen,
            }
        }
    }
}

/// Whether a code can still pay.
fn is_alive(facts: CodeFacts, now: Stamp) -> bool {
    !facts.is_used && now.ms_since(facts.shown_at) < CODE_LIFE_MS
}
