//! The sale on this screen as a pure machine: inputs in, effects out, no browser in between.
//!
//! The law it keeps: one sale has one idempotency key at a time, and a second key only after the
//! charge of the first is known to have taken nothing. What was sent is kept in the browser before
//! it leaves; the payment code never is. The backend decides what is paid; this machine repeats it.

mod charge;
mod goods;
mod input;
mod notice;
mod plan;
mod pulse;
mod ready;
mod running;

use money::{Amount, ChargeId, Instalments, PayCode, World};
use wire::{ChargeView, CodeSource, ProblemKind};

pub(crate) use goods::{Basket, Goods, Unpriced};
pub(crate) use input::{Effect, FrameTimes, Input, Read, SendFault, Sound};
pub(crate) use notice::Notice;
pub(crate) use pulse::{Complaint, Pulse, Warning};
pub(crate) use running::{Kept, Running};

use sale::Keypad;

/// How long a paid sale stays on the cashier's screen.
pub(crate) const PAID_SHOWN_MS: i64 = 1_600;
/// How long it stays on the kiosk's.
const PAID_SHOWN_KIOSK_MS: i64 = 6_000;
/// How long a code that was read can be charged.
pub(crate) const CODE_LIFE_MS: i64 = 60_000;
/// How long a code counts as used: its life, and a margin for its last showing.
const USED_MS: i64 = 120_000;
/// Quiet after the last key that makes an amount complete. A code read sooner waits for Enter:
/// `12` may be the beginning of `12.50`.
const SETTLED_MS: i64 = 700;
/// A kiosk that nobody touches starts again.
const IDLE_MS: i64 = 60_000;

/// Who stands before the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A cashier.
    Till,
    /// A customer who types the amount.
    Kiosk,
    /// A customer, and an amount that was handed over by the address.
    KioskGiven(Amount),
}

impl Mode {
    /// True for the customer's screen.
    pub(crate) const fn is_kiosk(self) -> bool {
        matches!(self, Self::Kiosk | Self::KioskGiven(_))
    }
}

/// A code that was read and not charged yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hand {
    /// The code.
    pub(crate) code: PayCode,
    /// How it came.
    pub(crate) source: CodeSource,
    /// When the frame that showed it was there; cameras only.
    pub(crate) frame: Option<FrameTimes>,
    /// When it was read.
    pub(crate) read_ms: i64,
}

/// Why a sale was not paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// The provider refused; the charge says why.
    Charge(Box<ChargeView>),
    /// The backend did not take the charge.
    Problem(ProblemKind),
    /// The charge never reached the backend.
    NotDelivered,
}

/// What the screen is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Screen {
    /// An amount and a code can be given.
    Ready,
    /// A charge is on its way.
    Running(Box<Running>),
    /// Money has come in.
    Paid {
        /// The charge.
        view: Box<ChargeView>,
        /// Until when it is shown.
        until_ms: i64,
    },
    /// Nothing was taken.
    Refused {
        /// What was asked, in fen.
        amount_fen: i64,
        /// Why.
        why: Why,
    },
    /// The charge was undone or made impossible.
    Reversed(Box<ChargeView>),
}

/// The state as one word, for looks and for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StateWord {
    /// Nothing runs.
    Ready,
    /// The charge is being sent.
    Sending,
    /// The customer must confirm.
    Waiting,
    /// The customer may scan our code.
    Showing,
    /// Money has come in.
    Paid,
    /// Nothing was taken.
    Refused,
    /// Nobody knows yet.
    Unknown,
    /// Nothing was kept.
    Reversed,
}

impl StateWord {
    /// The word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Sending => "sending",
            Self::Waiting => "waiting",
            Self::Showing => "showing",
            Self::Paid => "paid",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Reversed => "reversed",
        }
    }
}

/// A code that was sent, and by which request.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Used {
    code: PayCode,
    key: String,
    until_ms: i64,
}

/// The sale on this screen, and those before it that are still in doubt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Flow {
    /// The amount being typed.
    pub(crate) keypad: Keypad,
    /// What the shop sells, and what of it this customer buys.
    pub(crate) basket: Basket,
    /// What the screen is about.
    pub(crate) screen: Screen,
    /// A code that waits for its amount or for Enter.
    pub(crate) hand: Option<Hand>,
    /// The cashier is asked whether the amount is right.
    pub(crate) is_confirming: bool,
    /// What is asked about is to be paid by a code on this screen; only while confirming.
    is_to_show: bool,
    /// By which plan of instalments the present sale is to be paid.
    plan: Option<Instalments>,
    /// Sales whose end is not known, put aside.
    pub(crate) doubts: Vec<Running>,
    /// How fresh all this is.
    pub(crate) pulse: Pulse,
    /// Who stands before it.
    pub(crate) mode: Mode,
    /// This device asks about amounts above this, whatever the shop does.
    pub(crate) confirm_above: Option<Amount>,
    notice: Option<(Notice, i64)>,
    sale: String,
    device: String,
    used: Vec<Used>,
    /// Charges of the present sale that took nothing.
    ended: Vec<String>,
    /// When a person last pressed a key.
    keyed_ms: i64,
    /// The cashier said of this cart that it is whole: a code that is seen pays for it.
    is_complete: bool,
    /// When anything last happened that a person did or saw; for the kiosk's return to rest.
    touched_ms: i64,
}

impl Flow {
    /// A screen at rest. `sale` names the sale where the address gave a name.
    pub(crate) fn begin(
        mode: Mode,
        device: String,
        sale: Option<String>,
        world: &dyn World,
    ) -> Self {
        let now_ms = world.now().ms();
        let keypad = match mode {
            Mode::Till | Mode::Kiosk => Keypad::default(),
            Mode::KioskGiven(amount) => Keypad::of(amount),
        };
        Self {
            keypad,
            basket: Basket::default(),
            screen: Screen::Ready,
            hand: None,
            is_confirming: false,
            is_to_show: false,
            plan: None,
            doubts: Vec::new(),
            pulse: Pulse::begin(now_ms),
            mode,
            confirm_above: None,
            notice: None,
            sale: sale.unwrap_or_else(|| fresh('T', world)),
            device,
            used: Vec::new(),
            ended: Vec::new(),
            keyed_ms: 0,
            is_complete: false,
            touched_ms: now_ms,
        }
    }

    /// Takes up what was under way when the page went away: the newest on the screen, the others
    /// put aside.
    pub(crate) fn take_up(&mut self, kept: Vec<Kept>, now_ms: i64) {
        let mut running: Vec<Running> = kept
            .into_iter()
            .map(|one| Running::attached(one, now_ms))
            .collect();
        running.sort_by_key(|one| one.kept.since_ms);
        if let Some(newest) = running.pop() {
            self.put_on_screen(newest);
        }
        self.doubts = running;
    }

    /// Takes one input at its time; returns what must happen, in order.
    pub(crate) fn step(&mut self, input: Input, world: &dyn World) -> Vec<Effect> {
        let now_ms = world.now().ms();
        if input.is_touch() {
            self.touched_ms = now_ms;
        }
        match input {
            Input::Key(key) => self.key(key, world),
            Input::Goods(goods) => self.goods(goods, world),
            Input::Enter => self.enter(world),
            Input::Escape => self.escape(world),
            Input::Code(read) => self.read(&read, world),
            Input::Again => self.again(),
            Input::Fresh => self.fresh_sale(world),
            Input::Show => self.show(world),
            Input::Plan(plan) => {
                self.choose(plan);
                Vec::new()
            }
            Input::Cancel => self.cancel(),
            Input::NotCancelled { is_late } => self.not_cancelled(is_late, now_ms),
            Input::Minimise => self.minimise(world),
            Input::Restore => self.restore(now_ms),
            Input::Answered { key, result } => self.answered(&key, result, world),
            Input::Charge(view) => self.heard(*view, world),
            Input::Hello(hello) => self.hello(*hello, world),
            Input::Beat(beat) => {
                self.pulse.beat(&beat, now_ms);
                Vec::new()
            }
            Input::Tick => self.tick(world),
        }
    }

    /// The state as one word.
    pub(crate) fn word(&self) -> StateWord {
        match &self.screen {
            Screen::Ready => StateWord::Ready,
            Screen::Running(running) => running.word(),
            Screen::Paid { .. } => StateWord::Paid,
            Screen::Refused { .. } => StateWord::Refused,
            Screen::Reversed(_) => StateWord::Reversed,
        }
    }

    /// The sentence to show, if one is due.
    pub(crate) fn notice(&self) -> Option<Notice> {
        self.notice.as_ref().map(|(notice, _)| notice.clone())
    }

    /// This device's name.
    pub(crate) fn device(&self) -> &str {
        &self.device
    }

    /// What must be kept in the browser: every charge whose end is not known.
    pub(crate) fn kept(&self) -> Vec<Kept> {
        let on_screen = match &self.screen {
            Screen::Running(running) => Some(running.kept.clone()),
            Screen::Ready | Screen::Paid { .. } | Screen::Refused { .. } | Screen::Reversed(_) => {
                None
            }
        };
        let aside = self.doubts.iter().map(|one| one.kept.clone());
        aside.chain(on_screen).collect()
    }

    fn put_on_screen(&mut self, running: Running) {
        self.sale.clone_from(&running.kept.sale);
        self.basket.take_up(running.kept.cart.as_ref());
        self.keypad = Amount::from_fen(running.kept.amount_fen)
            .ok()
            .filter(|_| self.basket.cart.is_empty())
            .map(Keypad::of)
            .unwrap_or_default();
        (self.hand, self.is_confirming) = (None, false);
        self.screen = Screen::Running(Box::new(running));
    }

    /// The next sale: nothing typed, nothing in hand, another name.
    fn next_sale(&mut self, world: &dyn World) {
        self.sale = fresh('T', world);
        self.keypad = Keypad::default();
        self.basket.clear();
        self.is_complete = false;
        (self.hand, self.is_confirming, self.notice) = (None, false, None);
        self.plan = None;
        self.ended.clear();
        self.screen = Screen::Ready;
    }

    fn tell(&mut self, notice: Notice, now_ms: i64) {
        let until_ms = now_ms + notice.shown_ms();
        let is_shown = self
            .notice
            .as_ref()
            // A camera says the same thing with every frame: renewing it twice a second is enough.
            .is_some_and(|(shown, until)| *shown == notice && until_ms - until < 500);
        if !is_shown {
            self.notice = Some((notice, until_ms));
        }
    }

    fn tick(&mut self, world: &dyn World) -> Vec<Effect> {
        let now_ms = world.now().ms();
        self.pulse.tick(now_ms);
        self.used.retain(|one| one.until_ms > now_ms);
        if self
            .notice
            .as_ref()
            .is_some_and(|(_, until_ms)| *until_ms <= now_ms)
        {
            self.notice = None;
        }
        let is_old = |hand: &Hand| now_ms - hand.read_ms >= CODE_LIFE_MS;
        if self.hand.as_ref().is_some_and(is_old) {
            (self.hand, self.is_confirming) = (None, false);
            self.tell(Notice::CodeExpired, now_ms);
        }
        if matches!(self.screen, Screen::Paid { until_ms, .. } if until_ms <= now_ms) {
            self.next_sale(world);
        }
        if self.is_idle(now_ms) {
            self.reset_kiosk(world);
        }
        self.looks(now_ms)
    }

    fn is_idle(&self, now_ms: i64) -> bool {
        let is_touched = match self.screen {
            Screen::Ready => {
                self.hand.is_some() || (self.mode == Mode::Kiosk && !self.keypad.is_empty())
            }
            Screen::Refused { .. } | Screen::Reversed(_) => true,
            Screen::Running(_) | Screen::Paid { .. } => false,
        };
        self.mode.is_kiosk() && is_touched && now_ms - self.touched_ms >= IDLE_MS
    }

    /// Back to the kiosk's first screen. An amount that was handed over is still to be paid, under
    /// the same name.
    fn reset_kiosk(&mut self, world: &dyn World) {
        match self.mode {
            Mode::Till | Mode::Kiosk => self.next_sale(world),
            Mode::KioskGiven(_) => {
                (self.hand, self.is_confirming, self.plan) = (None, false, None);
                self.screen = Screen::Ready;
            }
        }
    }
}

/// A name that nobody has used: a letter, then time and chance.
fn fresh(letter: char, world: &dyn World) -> String {
    format!("{letter}{}", ChargeId::fresh(world.now(), world.entropy()))
}

#[cfg(test)]
mod tests;
