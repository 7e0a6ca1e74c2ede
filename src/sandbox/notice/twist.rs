//! What can be wrong with a notice, or with the time at which it comes.

/// How a notice is spoiled at its first try. Later tries are right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    /// Its signature does not fit.
    Forged,
    /// It is for another app.
    ForeignApp,
    /// It names another sum.
    WrongAmount,
    /// It is about an order that this merchant never made.
    UnknownOrder,
}

/// Something unusual about a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twist {
    /// It comes before the answer to the request that caused it.
    Early,
    /// It comes so many milliseconds later.
    Late(u64),
    /// It comes so many times more, although it was taken.
    Again(u32),
    /// It comes after the next notice about the same order.
    Swapped,
    /// Its first try is wrong.
    Spoilt(Spoil),
}

/// How often a repeated notice comes more than once.
const COPIES: u32 = 3;

impl Spoil {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Forged,
        Self::ForeignApp,
        Self::WrongAmount,
        Self::UnknownOrder,
    ];

    /// Stable name on the sandbox's API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forged => "notice-forged",
            Self::ForeignApp => "notice-foreign-app",
            Self::WrongAmount => "notice-wrong-amount",
            Self::UnknownOrder => "notice-unknown-order",
        }
    }
}

impl Twist {
    /// All of them; `ms` is for the late one.
    pub const fn all(ms: u64) -> [Self; 8] {
        [
            Self::Early,
            Self::Late(ms),
            Self::Again(COPIES),
            Self::Swapped,
            Self::Spoilt(Spoil::Forged),
            Self::Spoilt(Spoil::ForeignApp),
            Self::Spoilt(Spoil::WrongAmount),
            Self::Spoilt(Spoil::UnknownOrder),
        ]
    }

    /// Stable name on the sandbox's API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Early => "notice-early",
            Self::Late(_) => "notice-late",
            Self::Again(_) => "notice-again",
            Self::Swapped => "notice-swapped",
            Self::Spoilt(spoil) => spoil.as_str(),
        }
    }
}
