//! One order at the bank: what was claimed, and what became of it.

use money::{Amount, FeeOn, Instalments, OrderNo, PayCode, Stamp};

use super::funding::Funding;
use super::plan::plan_fee_fen;
use super::refund::Refund;
use crate::customer::{Customer, Purse};

/// What a merchant wants to be paid for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The merchant's number, unique for ever.
    pub order: OrderNo,
    /// The sum.
    pub amount: Amount,
    /// What the customer reads in the bill.
    pub subject: String,
    /// How long the order may wait for a password, in milliseconds.
    pub wait_ms: i64,
    /// Where the merchant wants to be told what becomes of it.
    pub notify_url: Option<String>,
    /// From which sources the merchant takes money.
    pub funding: Funding,
}

/// What a merchant asks the bank to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// For what.
    pub terms: Terms,
    /// The code that the customer showed.
    pub code: PayCode,
}

/// How a claim ended for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayEnd {
    /// The bank holds the money for the merchant.
    Paid,
    /// The customer is asked for the password.
    Waiting,
    /// No money, and none will come by this claim.
    Refused(Why),
}

/// Why a claim was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The code was never shown, is too old, or is spent.
    CodeInvalid,
    /// The balance does not reach.
    NotEnough,
    /// 花呗 does not reach.
    NoFunding,
    /// The customer's limit of the day is used up.
    DayLimit,
    /// The customer's account is frozen.
    Frozen,
    /// The number is taken by a claim with other content.
    OtherContent,
    /// The order of that number is closed.
    Closed,
}

impl Why {
    /// In one sentence, for the customer.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::CodeInvalid => "this code pays nothing (any more); ask the merchant for another",
            Self::NotEnough => "the balance does not reach",
            Self::NoFunding => "the credit does not reach",
            Self::DayLimit => "the limit of the day is used up",
            Self::Frozen => "the account is frozen",
            Self::OtherContent => "another customer has scanned this code",
            Self::Closed => "this order is closed",
        }
    }
}

/// How a cancellation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelEnd {
    /// The order was unpaid and is closed.
    Closed,
    /// The order was paid and the money went back.
    GivenBack,
    /// Some of the money went back by refunds: the rest goes back by a refund too.
    RefundedInPart,
    /// It was paid so long ago that only a refund gives the money back.
    TooLate,
    /// It was paid so long ago that nothing gives the money back any more.
    Finished,
    /// There is no such order, and nothing was done or noted.
    Nothing,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// For the password, until that moment.
    Waiting {
        /// When it closes by itself.
        closes_at: Stamp,
    },
    /// The bank holds the money.
    Paid {
        /// Since when.
        paid_at: Stamp,
    },
    /// Never paid, and never will be.
    Closed {
        /// Since when.
        at: Stamp,
    },
    /// Paid once; the money went back.
    GivenBack {
        /// When it had been paid.
        paid_at: Stamp,
        /// When it went back.
        at: Stamp,
    },
}

impl OrderState {
    /// Stable name on the sandbox's API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting { .. } => "waiting",
            Self::Paid { .. } => "paid",
            Self::Closed { .. } => "closed",
            Self::GivenBack { .. } => "given-back",
        }
    }
}

/// An order that the bank took up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The merchant's number.
    pub number: OrderNo,
    /// The bank's own number, 28 digits.
    pub trade_no: String,
    /// Who pays.
    pub customer: Customer,
    /// From which purse.
    pub purse: Purse,
    /// The sum.
    pub amount: Amount,
    /// By which plan of 花呗分期 the customer pays.
    pub instalments: Option<Instalments>,
    /// What the customer reads.
    pub subject: String,
    /// Where it stands.
    pub state: OrderState,
    /// When the bank took it up.
    pub opened_at: Stamp,
    /// Where the merchant wants to be told of changes.
    pub notify_url: Option<String>,
    pub(super) refunds: Vec<Refund>,
    /// The customer's code; `None` when the customer scanned the merchant's.
    pub(super) code: Option<PayCode>,
}

impl Order {
    /// An order in its first state; `serial` makes the bank's number unique.
    pub(super) fn open(
        terms: &Terms,
        code: Option<PayCode>,
        customer: Customer,
        state: OrderState,
        (serial, now): (u64, Stamp),
    ) -> Self {
        Self {
            number: terms.order.clone(),
            trade_no: trade_no(serial, now),
            customer,
            purse: customer.purse(),
            amount: terms.amount,
            instalments: terms.funding.instalments,
            subject: terms.subject.clone(),
            state,
            opened_at: now,
            notify_url: terms.notify_url.clone(),
            refunds: Vec::new(),
            code,
        }
    }

    /// Whether the phone asks for the password.
    pub const fn is_waiting(&self) -> bool {
        match self.state {
            OrderState::Waiting { .. } => true,
            OrderState::Paid { .. } | OrderState::Closed { .. } | OrderState::GivenBack { .. } => {
                false
            }
        }
    }

    /// What the plan of instalments costs the merchant, in fen; the customer's fee is none of the
    /// merchant's books.
    pub fn plan_fee_fen(&self) -> i64 {
        self.instalments
            .filter(|plan| plan.fee_on == FeeOn::Shop)
            .map_or(0, |plan| plan_fee_fen(plan, self.amount))
    }

    /// When the money came, if it ever did.
    pub const fn paid_at(&self) -> Option<Stamp> {
        match self.state {
            OrderState::Paid { paid_at } | OrderState::GivenBack { paid_at, .. } => Some(paid_at),
            OrderState::Waiting { .. } | OrderState::Closed { .. } => None,
        }
    }

    /// When the order changed last.
    pub fn changed_at(&self) -> Stamp {
        match self.state {
            OrderState::Waiting { .. } => self.opened_at,
            OrderState::Paid { paid_at } => self.refunds.last().map_or(paid_at, |one| one.at),
            OrderState::Closed { at } | OrderState::GivenBack { at, .. } => at,
        }
    }

    /// The answer to a claim for a number that is already taken.
    pub(super) fn hear_again(&self, claim: &Claim) -> PayEnd {
        let terms = &claim.terms;
        let is_same = self.amount == terms.amount && self.subject == terms.subject;
        if is_same && self.is_by(&claim.code) {
            self.standing()
        } else {
            PayEnd::Refused(Why::OtherContent)
        }
    }
}

/// Day and time of day make the bank's number differ from those of an earlier run, which the
/// merchant's record may still hold; the serial makes it differ within this one.
fn trade_no(serial: u64, now: Stamp) -> String {
    let clock: String = now.beijing().chars().filter(char::is_ascii_digit).collect();
    let ms = now.ms().rem_euclid(1_000);
    format!("{clock}{ms:03}{:011}", serial % 100_000_000_000)
}
