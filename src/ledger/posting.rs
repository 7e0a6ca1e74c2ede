//! The books: what each event moves between accounts, by double entry.
//!
//! Postings are derived from events and never stored, so they cannot disagree with the history;
//! those of every event sum to zero, which the fold asserts and a check of the record recomputes.

use money::{Amount, Provider};

use crate::event::Fact;

#[cfg(test)]
mod tests;

/// Where money stands, from the shop's point of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What the provider holds for the shop.
    Provider(Provider),
    /// What the shop has sold, less what it gave back.
    Sales,
}

/// One side of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Which account.
    pub account: Account,
    /// Fen; above zero into the account, below zero out of it.
    pub fen: i64,
}

/// What the provider holds for one charge or for many, and what was sold for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Sum over every provider's account, in fen.
    pub held_fen: i64,
    /// Sum over sales, in fen; sales stand on the other side, so this is below zero.
    pub sales_fen: i64,
}

impl Books {
    /// The books after these postings.
    #[must_use]
    pub fn after(self, postings: &[Posting]) -> Self {
        postings.iter().fold(self, |books, posting| {
            let fen = posting.fen;
            match posting.account {
                Account::Provider(_) => Self {
                    held_fen: books.held_fen.saturating_add(fen),
                    ..books
                },
                Account::Sales => Self {
                    sales_fen: books.sales_fen.saturating_add(fen),
                    ..books
                },
            }
        })
    }

    /// True when both sides are equal.
    pub const fn is_balanced(&self) -> bool {
        self.held_fen.saturating_add(self.sales_fen) == 0
    }
}

/// What a fact moves. `amount` is the sum that the fact is about: the charge's when it is paid, the
/// refund's when one is given. No other fact moves money of the shop's.
pub fn postings(provider: Provider, fact: &Fact, amount: Amount) -> Vec<Posting> {
    let entry = |fen: i64| {
        vec![
            Posting {
                account: Account::Provider(provider),
                fen,
            },
            Posting {
                account: Account::Sales,
                fen: -fen,
            },
        ]
    };
    match fact {
        Fact::Paid(_) => entry(amount.fen()),
        Fact::RefundGiven { .. } => entry(-amount.fen()),
        Fact::Opened(_)
        | Fact::Sent
        | Fact::Waiting
        | Fact::Shown { .. }
        | Fact::Doubted(_)
        | Fact::Refused(_)
        | Fact::ReverseBegun(_)
        | Fact::PaidWhileReversing(_)
        | Fact::ReturnBegun { .. }
        | Fact::Reversed(_)
        | Fact::RefundAsked { .. }
        | Fact::RefundRefused { .. }
        | Fact::RefundDoubted { .. } => Vec::new(),
    }
}
