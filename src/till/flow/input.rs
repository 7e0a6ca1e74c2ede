//! What the machine is told, and what it wants done.

use money::{Amount, Instalments, Provider};
use wire::{Beat, ChargeAsk, ChargeView, CodeSource, Hello, Problem};

use super::{Goods, Kept};
use sale::Key;

/// When the frame that showed a code was there, on the measuring clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct FrameTimes {
    /// The frame that was read.
    pub(crate) captured_ms: f64,
    /// The first frame since the last one that was looked at without finding a code. Frames in
    /// between were replaced unread and may have shown it: no code was there earlier than this.
    pub(crate) earliest_ms: f64,
}

/// A code as it was read.
#[derive(Clone, PartialEq)]
pub(crate) struct Read {
    /// What it says; any QR code may have been read.
    pub(crate) text: String,
    /// How it came.
    pub(crate) source: CodeSource,
    /// When its frame was there; cameras only.
    pub(crate) frame: Option<FrameTimes>,
}

impl std::fmt::Debug for Read {
    /// Without the text: a payment code must not reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Read({:?}, {} bytes)", self.source, self.text.len())
    }
}

/// Why the backend gave no charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SendFault {
    /// It answered with a problem.
    Problem(Box<Problem>),
    /// Nothing, or nothing readable, came back: it may or may not have arrived.
    Lost,
}

/// What the machine is told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Input {
    /// A key of the keypad.
    Key(Key),
    /// Something of the cart or the catalogue.
    Goods(Goods),
    /// Charge now, or do the screen's one thing.
    Enter,
    /// One step back.
    Escape,
    /// A code was read. Cameras say so with every frame.
    Code(Read),
    /// After a refusal: the same sale, another code.
    Again,
    /// Let go of this sale and begin the next.
    Fresh,
    /// Show a code for what is typed, for the customer to scan.
    Show,
    /// A plan of instalments for this sale, or none.
    Plan(Option<Instalments>),
    /// Do not take the money for the running charge.
    Cancel,
    /// The backend could not be asked to reverse it, or would not.
    NotCancelled {
        /// True when the charge is at its end.
        is_late: bool,
    },
    /// Put the sale in doubt aside.
    Minimise,
    /// Take the oldest sale in doubt back.
    Restore,
    /// The backend's answer about a key.
    Answered {
        /// The idempotency key.
        key: String,
        /// The charge, or why there is none.
        result: Result<Box<ChargeView>, SendFault>,
    },
    /// A charge changed.
    Charge(Box<ChargeView>),
    /// The event stream is open.
    Hello(Box<Hello>),
    /// The event stream lives.
    Beat(Beat),
    /// A fifth of a second went by.
    Tick,
}

impl Input {
    /// True when a person stands before the screen and did this.
    pub(super) const fn is_touch(&self) -> bool {
        match self {
            Self::Goods(goods) => !matches!(goods, Goods::Catalogue(_)),
            Self::Key(_)
            | Self::Enter
            | Self::Escape
            | Self::Again
            | Self::Fresh
            | Self::Show
            | Self::Plan(_)
            | Self::Cancel
            | Self::Minimise
            | Self::Restore => true,
            Self::Code(_)
            | Self::NotCancelled { .. }
            | Self::Answered { .. }
            | Self::Charge(_)
            | Self::Hello(_)
            | Self::Beat(_)
            | Self::Tick => false,
        }
    }
}

/// What can be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sound {
    /// A code was read.
    Read,
    /// Money has come in.
    Paid,
    /// Nothing was taken.
    Refused,
    /// Nobody knows yet.
    Unknown,
}

/// What the machine wants done.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    /// Keep these and forget all others, before anything after it in the list.
    Keep(Vec<Kept>),
    /// Ask the backend to charge.
    Send {
        /// The idempotency key.
        key: String,
        /// What is asked.
        ask: ChargeAsk,
        /// When the code's frame was there; cameras only.
        frame: Option<FrameTimes>,
    },
    /// Ask the backend what became of a key.
    LookUp {
        /// The idempotency key.
        key: String,
    },
    /// Ask the backend about a charge, for the sale of that key.
    LookAt {
        /// The idempotency key.
        key: String,
        /// The charge.
        charge: String,
    },
    /// Ask the backend to reverse a charge.
    Cancel {
        /// The charge.
        charge: String,
    },
    /// Ask the backend what the shop sells.
    Shelf,
    /// Make a sound.
    Play(Sound),
    /// Say that money has come in.
    Speak {
        /// Whose wallet.
        provider: Option<Provider>,
        /// How much.
        amount: Amount,
    },
}
