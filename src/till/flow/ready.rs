//! Before the charge: amount and code, in either order.

use money::{Amount, CodeError, PayCode, Provider, World};
use wire::{ChargeAsk, CodeSource, WayName};

use super::{
    Effect, Flow, Hand, Kept, Notice, Read, Running, SETTLED_MS, Screen, Sound, USED_MS, Unpriced,
    Used, fresh,
};
use sale::{Key, Keypad, QuoteError, SumError};

impl Flow {
    pub(super) fn key(&mut self, key: Key, world: &dyn World) -> Vec<Effect> {
        if matches!(self.screen, Screen::Paid { .. }) {
            self.next_sale(world);
        }
        let is_given = matches!(self.mode, super::Mode::KioskGiven(_));
        if matches!(self.screen, Screen::Ready) && !self.is_confirming && !is_given {
            self.keypad.press(key);
            self.keyed_ms = world.now().ms();
            self.is_complete = false;
            if self
                .notice()
                .is_some_and(|notice| notice == Notice::AmountMissing)
            {
                self.notice = None;
            }
        }
        Vec::new()
    }

    pub(super) fn enter(&mut self, world: &dyn World) -> Vec<Effect> {
        match self.screen {
            Screen::Ready => self.charge(world),
            Screen::Paid { .. } => {
                self.next_sale(world);
                Vec::new()
            }
            Screen::Refused { .. } | Screen::Reversed(_) => self.again(),
            Screen::Running(_) => Vec::new(),
        }
    }

    pub(super) fn escape(&mut self, world: &dyn World) -> Vec<Effect> {
        match self.screen {
            Screen::Ready if self.is_confirming => self.is_confirming = false,
            Screen::Ready if self.hand.is_some() => self.hand = None,
            Screen::Ready => {
                self.key(Key::Clear, world);
            }
            Screen::Paid { .. } => self.next_sale(world),
            Screen::Refused { .. } | Screen::Reversed(_) => return self.fresh_sale(world),
            Screen::Running(_) => return self.minimise(world),
        }
        Vec::new()
    }

    /// After a charge that took nothing: the same sale, the same amount, another code.
    pub(super) fn again(&mut self) -> Vec<Effect> {
        if matches!(self.screen, Screen::Refused { .. } | Screen::Reversed(_)) {
            self.screen = Screen::Ready;
            self.hand = None;
        }
        Vec::new()
    }

    /// Lets go of a sale that took nothing.
    pub(super) fn fresh_sale(&mut self, world: &dyn World) -> Vec<Effect> {
        match self.screen {
            Screen::Running(_) => {}
            Screen::Refused { .. } | Screen::Reversed(_) if self.mode.is_kiosk() => {
                self.reset_kiosk(world);
            }
            Screen::Ready | Screen::Paid { .. } | Screen::Refused { .. } | Screen::Reversed(_) => {
                self.next_sale(world);
            }
        }
        Vec::new()
    }

    pub(super) fn read(&mut self, read: &Read, world: &dyn World) -> Vec<Effect> {
        let is_by_hand = read.source != CodeSource::Camera;
        // Whoever holds up a payment code is still there, whatever becomes of it.
        if PayCode::parse(&read.text).is_ok() {
            self.touched_ms = world.now().ms();
        }
        match self.screen {
            Screen::Ready => {}
            // A camera looks on by itself; only what a person does leaves a refusal behind.
            Screen::Refused { .. } | Screen::Reversed(_) if is_by_hand => drop(self.again()),
            Screen::Running(_) | Screen::Refused { .. } | Screen::Reversed(_) => {
                return Vec::new();
            }
            Screen::Paid { .. } => match PayCode::parse(&read.text) {
                Ok(code) if !self.is_used(&code) => self.next_sale(world),
                Ok(_) | Err(_) => return Vec::new(),
            },
        }
        self.take_code(read, world)
    }

    fn take_code(&mut self, read: &Read, world: &dyn World) -> Vec<Effect> {
        let now_ms = world.now().ms();
        let is_by_hand = read.source != CodeSource::Camera;
        // Whoever is asked about a code to show is not asked about another.
        if self.is_done() || (self.is_confirming && self.is_to_show) {
            return Vec::new();
        }
        let code = match PayCode::parse(&read.text) {
            Ok(code) => code,
            Err(CodeError::WrongLength) => return self.say(Notice::CodeLength, now_ms),
            Err(CodeError::NotDigits | CodeError::UnknownPrefix) => {
                return self.say(Notice::NotPaymentCode, now_ms);
            }
        };
        if self.hand.as_ref().is_some_and(|hand| hand.code == code) {
            return if is_by_hand {
                self.charge(world)
            } else {
                Vec::new()
            };
        }
        if self.is_used(&code) {
            // A phone still held up after its payment is no news, unless somebody waits for it.
            let is_news = is_by_hand || !self.is_blank();
            return if is_news {
                self.say(Notice::CodeUsed, now_ms)
            } else {
                Vec::new()
            };
        }
        if !self.pulse.takes(code.provider()) {
            return self.say(Notice::ProviderOff(code.provider()), now_ms);
        }
        // Whoever looks for the next item is quiet too: a cart is whole when the cashier says so.
        let is_whole = self.is_complete || self.basket.cart.is_empty();
        let is_settled = is_by_hand || (is_whole && now_ms - self.keyed_ms >= SETTLED_MS);
        let is_first = self.hand.is_none();
        self.hand = Some(Hand {
            code,
            source: read.source,
            frame: read.frame,
            read_ms: now_ms,
        });
        if self.sum().is_ok() && is_settled && is_first {
            return self.charge(world);
        }
        vec![Effect::Play(Sound::Read)]
    }

    /// Charges what is typed with the code in hand, or says what is missing.
    fn charge(&mut self, world: &dyn World) -> Vec<Effect> {
        let is_shown = self.is_confirming && self.is_to_show;
        self.take(is_shown, world)
    }

    /// Shows a code for what is typed, or says what is missing. A code in hand is dropped: the
    /// customer pays in one way.
    pub(super) fn show(&mut self, world: &dyn World) -> Vec<Effect> {
        if !matches!(self.screen, Screen::Ready) || self.is_confirming || self.is_done() {
            return Vec::new();
        }
        self.hand = None;
        if !self.pulse.takes(Provider::Alipay) {
            return self.say(Notice::ProviderOff(Provider::Alipay), world.now().ms());
        }
        self.take(true, world)
    }

    fn take(&mut self, is_shown: bool, world: &dyn World) -> Vec<Effect> {
        let now_ms = world.now().ms();
        let amount = match self.sum() {
            Ok(amount) => amount,
            Err(
                Unpriced::Typed(SumError::Empty | SumError::Zero)
                | Unpriced::Cart(QuoteError::Empty),
            ) => {
                return self.say(Notice::AmountMissing, now_ms);
            }
            // The line under the amount says why.
            Err(
                Unpriced::Typed(SumError::TooFine | SumError::TooLarge | SumError::TooLong)
                | Unpriced::Cart(
                    QuoteError::Gone(_)
                    | QuoteError::PriceChanged { .. }
                    | QuoteError::TooLarge
                    | QuoteError::DiscountOverSum
                    | QuoteError::Zero,
                ),
            ) => return Vec::new(),
        };
        if self.hand.is_none() && !is_shown {
            // Whoever wants to charge has typed all of it: the code need not wait for quiet.
            self.keyed_ms = now_ms.saturating_sub(SETTLED_MS);
            self.is_complete = true;
            return self.say(Notice::ShowCode, now_ms);
        }
        let provider = self.hand.as_ref().filter(|_| !is_shown);
        let provider = provider.map_or(Provider::Alipay, |hand| hand.code.provider());
        if let Some(notice) = self.plan_objection(provider) {
            return self.say(notice, now_ms);
        }
        if !self.pulse.is_live() {
            return self.say(Notice::Offline, now_ms);
        }
        if self.is_to_confirm(amount) && !self.is_confirming {
            (self.is_confirming, self.is_to_show) = (true, is_shown);
            return vec![Effect::Play(Sound::Read)];
        }
        match self.hand.take() {
            _ if is_shown => self.send(amount, None, world),
            Some(hand) => self.send(amount, Some(hand), world),
            None => Vec::new(),
        }
    }

    /// True when that amount is worth a question: to a cashier, by the shop's rule or the device's.
    fn is_to_confirm(&self, amount: Amount) -> bool {
        let is_above = self.confirm_above.is_some_and(|limit| amount > limit);
        !self.mode.is_kiosk() && (is_above || self.pulse.is_to_confirm(amount))
    }

    /// With the code in hand, or for a code on this screen.
    fn send(&mut self, amount: Amount, hand: Option<Hand>, world: &dyn World) -> Vec<Effect> {
        let now_ms = world.now().ms();
        let cart = self.goods_to_send();
        let kept = Kept {
            key: fresh('K', world),
            sale: self.sale.clone(),
            amount_fen: amount.fen(),
            device: self.device.clone(),
            since_ms: now_ms,
            charge: None,
            cart,
        };
        let ask = ChargeAsk {
            sale: kept.sale.clone(),
            amount_fen: kept.amount_fen,
            way: hand.as_ref().map_or(WayName::Shown, |_| WayName::Scanned),
            code: hand.as_ref().map(|hand| hand.code.expose().to_owned()),
            provider: hand.is_none().then(|| Provider::Alipay.as_str().to_owned()),
            device: kept.device.clone(),
            source: hand.as_ref().map(|hand| hand.source),
            instalments: self.plan.map(Into::into),
            cart: kept.cart.clone(),
        };
        let key = kept.key.clone();
        let frame = hand.as_ref().and_then(|hand| hand.frame);
        if let Some(hand) = hand {
            self.used.push(Used {
                code: hand.code,
                key: key.clone(),
                until_ms: now_ms + USED_MS,
            });
        }
        (self.is_confirming, self.notice) = (false, None);
        if kept.cart.is_none() {
            self.keypad = Keypad::of(amount);
        }
        self.screen = Screen::Running(Box::new(Running::sent(kept)));
        vec![
            Effect::Keep(self.kept()),
            Effect::Send { key, ask, frame },
            Effect::Play(Sound::Read),
        ]
    }

    fn say(&mut self, notice: Notice, now_ms: i64) -> Vec<Effect> {
        self.tell(notice, now_ms);
        Vec::new()
    }

    fn is_used(&self, code: &PayCode) -> bool {
        self.used.iter().any(|one| one.code == *code)
    }

    /// The handed-over amount is paid: this screen takes no more codes.
    pub(crate) fn is_done(&self) -> bool {
        matches!(self.mode, super::Mode::KioskGiven(_)) && self.keypad.is_empty()
    }
}
