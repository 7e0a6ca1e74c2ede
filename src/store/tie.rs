//! What a record is tied to: the secret and the account of the servers that write it.
//!
//! Under another master key a repeated request would look like another one, and at another account
//! the provider knows none of the orders. So the first start writes check values into the record,
//! from which nothing can be read, and a later one that has others is refused, unless a person says
//! that the change is meant.

use std::collections::BTreeMap;

/// What there are ties to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TieName {
    /// The key under which the digests of requests are made.
    MasterKey,
    /// The app at the provider.
    App,
    /// The receiving account at the provider.
    Seller,
}

impl TieName {
    /// As it stands in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MasterKey => "master-key",
            Self::App => "app",
            Self::Seller => "seller",
        }
    }

    /// Whether open charges can be brought to their end without what the record is tied to.
    const fn is_dispensable(self) -> bool {
        match self {
            Self::MasterKey => true,
            Self::App | Self::Seller => false,
        }
    }
}

/// A check value: what two servers must have in common to write one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    /// What it stands for.
    pub name: TieName,
    /// A digest. One that is absent on either side says nothing.
    pub value: [u8; 32],
}

/// Why a server may not write a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TieFault {
    /// The record was begun with another one.
    #[error(
        "the record was begun with another {}; use that one, or start once with --adopt",
        .0.as_str()
    )]
    Differs(TieName),
    /// The change is meant, but charges are open that only the earlier one can bring to an end.
    #[error(
        "charges are open under another {}; start with that one until they have ended",
        .0.as_str()
    )]
    Unfinished(TieName),
}

/// Whether a server with `ties` may write a record in which `found` stands. `is_adopting` says that
/// a change is meant; `has_open`, that charges or refunds have no end.
///
/// # Errors
/// [`TieFault`] when it may not.
pub fn judge(
    found: &BTreeMap<String, Vec<u8>>,
    ties: &[Tie],
    is_adopting: bool,
    has_open: bool,
) -> Result<(), TieFault> {
    let differs = |tie: &&Tie| {
        let value = found.get(tie.name.as_str());
        value.is_some_and(|value| value.as_slice() != tie.value)
    };
    for Tie { name, .. } in ties.iter().filter(differs) {
        if !is_adopting {
            return Err(TieFault::Differs(*name));
        }
        #[cfg(feature = "planted")]
        let has_open = has_open && !ledger::planted::is(ledger::planted::Bug::AdoptedUnfinished);
        if has_open && !name.is_dispensable() {
            return Err(TieFault::Unfinished(*name));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
