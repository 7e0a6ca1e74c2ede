//! 花呗分期: which plans a shop offers, and what each of them costs whom.
//!
//! Alipay tells nobody its rates before a payment: they stand in the merchant's contract, so the
//! shop's settings repeat them. What is computed here is told before charging and is never booked.

use core::fmt;

use crate::amount::Amount;

#[cfg(test)]
mod tests;

/// Parts of a million in the whole.
const MILLION: i64 = 1_000_000;

/// A plan: what must stand in the merchant's contract too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instalments {
    /// In how many months the customer pays.
    pub months: Months,
    /// Who bears the fee of the instalments, as a whole.
    pub fee_on: FeeOn,
}

impl Instalments {
    /// All plans that there are, for tables and tests.
    pub fn all() -> impl Iterator<Item = Self> {
        let by_both = |months| FeeOn::ALL.map(|fee_on| Self { months, fee_on });
        Months::ALL.into_iter().flat_map(by_both)
    }
}

/// The numbers of instalments that Alipay takes for 花呗.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Months {
    /// Three months.
    Three,
    /// Half a year.
    Six,
    /// A year.
    Twelve,
}

impl Months {
    /// All of them, for tables and tests.
    pub const ALL: [Self; 3] = [Self::Three, Self::Six, Self::Twelve];

    /// Their number.
    pub const fn count(self) -> u8 {
        match self {
            Self::Three => 3,
            Self::Six => 6,
            Self::Twelve => 12,
        }
    }

    /// The plan with that number of months.
    pub fn of(count: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.count() == count)
    }
}

/// Who bears the fee of instalments: Alipay knows nothing in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeeOn {
    /// The customer pays it on top.
    Customer,
    /// The shop gets that much less.
    Shop,
}

impl FeeOn {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Customer, Self::Shop];

    /// Stable name for settings, rows and the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Shop => "shop",
        }
    }

    /// The bearer of that stable name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// The fee of a plan in parts of a million of the sum: `2.3%` is 23,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(u32);

impl Rate {
    /// Above it, a rate is a slip of the pen: 30 %.
    pub const MAX: Self = Self(300_000);

    /// Reads a rate as contracts write it, in percent with up to four decimals and its sign:
    /// `2.3%`. `None` for anything else, and above [`Rate::MAX`].
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = {
            let number = text.strip_suffix('%')?;
            number.split_once('.').unwrap_or((number, "0"))
        };
        let is_number =
            |part: &str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_digit());
        if !is_number(whole) || !is_number(decimals) || decimals.len() > 4 {
            return None;
        }
        let millionths = format!("{whole}{decimals:0<4}").parse().ok().map(Self);
        millionths.filter(|rate| *rate <= Self::MAX)
    }

    /// Parts of a million.
    pub const fn millionths(self) -> u32 {
        self.0
    }

    /// The fee on a sum. How Alipay rounds is not documented (samples round half to even), so it is
    /// rounded up: what is told is never below what is taken, and above it by a fen at most.
    const fn of(self, amount: Amount) -> i64 {
        let parts = amount.fen() * self.0 as i64;
        (parts + MILLION - 1) / MILLION
    }
}

/// In percent, as [`Rate::parse`] reads it.
impl fmt::Display for Rate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = format!("{:04}", self.0 % 10_000);
        let decimals = decimals.trim_end_matches('0');
        let point = if decimals.is_empty() { "" } else { "." };
        write!(out, "{}{point}{decimals}%", self.0 / 10_000)
    }
}

/// A plan that a shop offers, with its rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The plan.
    pub plan: Instalments,
    /// What it costs.
    pub rate: Rate,
}

/// All that a shop offers; by itself nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    plans: Vec<Offered>,
    least: Amount,
}

/// One plan stands in the settings twice, so nobody knows which rate it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanTwice(pub Instalments);

impl fmt::Display for PlanTwice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Instalments { months, fee_on } = self.0;
        let (count, bearer) = (months.count(), fee_on.as_str());
        write!(
            out,
            "the plan of {count} months with the fee on the {bearer} stands there twice"
        )
    }
}

impl core::error::Error for PlanTwice {}

/// Why a sum cannot be paid by a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOffered {
    /// The shop does not offer this plan.
    Plan,
    /// The sum is below the smallest that the shop takes in instalments.
    TooSmall,
    /// The sum with its fee is above [`Amount::MAX`].
    TooLarge,
}

/// What a plan costs, for one sum. An estimate: the wallet shows the customer what counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The plan.
    pub plan: Instalments,
    /// The fee, whoever bears it.
    pub fee: Amount,
    /// What the customer pays altogether: the sum, and the fee where the customer bears it.
    pub total: Amount,
    /// What the customer pays in every month but one.
    pub each: Amount,
    /// What the customer pays in that one month, which carries the fen that cannot be divided.
    /// Which month it is, Alipay decides.
    pub odd: Amount,
}

impl Offer {
    /// Nothing is offered.
    pub const NONE: Self = Self {
        plans: Vec::new(),
        least: Amount::ZERO,
    };

    /// These plans, for sums from `least` up.
    ///
    /// # Errors
    /// [`PlanTwice`] when a plan has two rates.
    pub fn of(mut plans: Vec<Offered>, least: Amount) -> Result<Self, PlanTwice> {
        plans.sort_unstable_by_key(|one| one.plan);
        let twice = plans
            .windows(2)
            .find(|pair| pair.first().map(|one| one.plan) == pair.last().map(|one| one.plan));
        match twice.and_then(<[Offered]>::first) {
            Some(one) => Err(PlanTwice(one.plan)),
            None => Ok(Self { plans, least }),
        }
    }

    /// The plans, fewer months first.
    pub fn plans(&self) -> &[Offered] {
        &self.plans
    }

    /// The smallest sum that is taken in instalments.
    pub const fn least(&self) -> Amount {
        self.least
    }

    /// What a sum costs by this plan.
    ///
    /// # Errors
    /// [`NotOffered`] when the shop does not take that.
    pub fn quote(&self, plan: Instalments, amount: Amount) -> Result<Quote, NotOffered> {
        let offered = self.plans.iter().find(|one| one.plan == plan);
        let offered = offered.ok_or(NotOffered::Plan)?;
        if amount < self.least {
            return Err(NotOffered::TooSmall);
        }
        offered.quote(amount).ok_or(NotOffered::TooLarge)
    }
}

impl Offered {
    /// What a sum costs; `None` when the customer's total is above [`Amount::MAX`].
    pub fn quote(self, amount: Amount) -> Option<Quote> {
        let count = i64::from(self.plan.months.count());
        let fee = self.rate.of(amount);
        let on_top = match self.plan.fee_on {
            FeeOn::Customer => fee,
            FeeOn::Shop => 0,
        };
        let total = amount.fen() + on_top;
        // Sum and fee are divided each for itself, as Alipay's samples do.
        let each = amount.fen() / count + on_top / count;
        let odd = total - each * (count - 1);
        let [fee, total, each, odd] = [fee, total, each, odd].map(Amount::from_fen);
        Some(Quote {
            plan: self.plan,
            fee: fee.ok()?,
            total: total.ok()?,
            each: each.ok()?,
            odd: odd.ok()?,
        })
    }
}
