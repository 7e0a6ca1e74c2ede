//! After the charge has left: answers, news, and the end.

use money::{Amount, Provider, World};
use wire::{ChargeView, Hello, ProblemKind, StateName};

use super::{
    Effect, Flow, Notice, PAID_SHOWN_KIOSK_MS, PAID_SHOWN_MS, Running, Screen, SendFault, Sound,
    StateWord, Why,
};

/// What a problem means for the sale.
enum Meaning {
    /// Nothing was taken, for certain.
    Free(ProblemKind),
    /// The backend knows no such key, yet.
    Absent,
    /// Another charge holds the sale.
    Busy(String),
    /// It may have been taken.
    Doubt,
}

impl Flow {
    pub(super) fn cancel(&mut self) -> Vec<Effect> {
        let Screen::Running(running) = &mut self.screen else {
            return Vec::new();
        };
        let Some(charge) = running.cancellable().map(str::to_owned) else {
            return Vec::new();
        };
        running.is_cancelling = true;
        vec![Effect::Cancel { charge }]
    }

    pub(super) fn not_cancelled(&mut self, is_late: bool, now_ms: i64) -> Vec<Effect> {
        if let Screen::Running(running) = &mut self.screen {
            running.is_cancelling = false;
            running.look_soon();
        }
        if is_late {
            self.tell(Notice::CancelLate, now_ms);
        }
        Vec::new()
    }

    /// Puts a sale in doubt aside, so that the next customer can pay.
    pub(super) fn minimise(&mut self, world: &dyn World) -> Vec<Effect> {
        let is_in_doubt = self.word() == StateWord::Unknown && !self.mode.is_kiosk();
        if let Screen::Running(running) = &self.screen
            && is_in_doubt
        {
            self.doubts.push((**running).clone());
            self.next_sale(world);
            return vec![Effect::Keep(self.kept())];
        }
        Vec::new()
    }

    /// Takes the oldest sale in doubt back on the screen, where nothing else is under way.
    pub(super) fn restore(&mut self, now_ms: i64) -> Vec<Effect> {
        let is_free = matches!(self.screen, Screen::Ready) && self.is_blank();
        if !is_free || self.hand.is_some() {
            self.tell(Notice::FinishFirst, now_ms);
        } else if !self.doubts.is_empty() {
            let oldest = self.doubts.remove(0);
            self.put_on_screen(oldest);
        }
        Vec::new()
    }

    pub(super) fn answered(
        &mut self,
        key: &str,
        result: Result<Box<ChargeView>, SendFault>,
        world: &dyn World,
    ) -> Vec<Effect> {
        let Some(running) = self.running_mut(key) else {
            return Vec::new();
        };
        let problem = match result {
            Ok(view) => {
                running.hear(*view);
                return self.settle(key, world);
            }
            Err(SendFault::Lost) => {
                let was_sending = running.word() == StateWord::Sending;
                running.lose();
                return sound_of_doubt(was_sending && running.word() == StateWord::Unknown);
            }
            Err(SendFault::Problem(problem)) => problem,
        };
        // Asked about a key, the backend may be busy or broken: that says nothing about the charge.
        let is_to_request = running.is_unanswered();
        match meaning(&problem) {
            Meaning::Free(kind) if is_to_request => self.free(key, Why::Problem(kind), world),
            Meaning::Absent => {
                if running.miss(world.now().ms()) {
                    return self.free(key, Why::NotDelivered, world);
                }
                Vec::new()
            }
            Meaning::Busy(charge) => {
                running.follow(charge);
                vec![Effect::Keep(self.kept())]
            }
            Meaning::Free(_) | Meaning::Doubt => {
                running.lose();
                Vec::new()
            }
        }
    }

    pub(super) fn heard(&mut self, view: ChargeView, world: &dyn World) -> Vec<Effect> {
        self.pulse.heard(world.now().ms());
        let ended = &self.ended;
        let on_screen = match &self.screen {
            Screen::Running(running) => Some(&**running),
            Screen::Ready | Screen::Paid { .. } | Screen::Refused { .. } | Screen::Reversed(_) => {
                None
            }
        };
        let mut all = on_screen.into_iter().chain(&self.doubts);
        let key = all
            .find(|one| one.is_about(&view, ended))
            .map(|one| one.kept.key.clone());
        let Some(key) = key else {
            return self.adopt(view, world);
        };
        if let Some(running) = self.running_mut(&key) {
            let was_in_doubt = running.word() == StateWord::Unknown;
            running.hear(view);
            let is_in_doubt = running.word() == StateWord::Unknown && !running.is_cancelling;
            if is_in_doubt {
                return sound_of_doubt(!was_in_doubt);
            }
        }
        self.settle(&key, world)
    }

    /// A charge of the sale on this screen which was thought never to have arrived.
    fn adopt(&mut self, view: ChargeView, world: &dyn World) -> Vec<Effect> {
        let is_ours = view.sale == self.sale && view.device == self.device;
        let is_resting = match self.screen {
            Screen::Ready | Screen::Refused { .. } | Screen::Reversed(_) => true,
            Screen::Running(_) | Screen::Paid { .. } => false,
        };
        if !is_ours || !is_resting || self.ended.contains(&view.id) {
            return Vec::new();
        }
        let running = Running::adopted(view, world.now().ms());
        let key = running.kept.key.clone();
        self.put_on_screen(running);
        let mut effects = vec![Effect::Keep(self.kept())];
        effects.extend(self.settle(&key, world));
        effects
    }

    pub(super) fn hello(&mut self, hello: Hello, world: &dyn World) -> Vec<Effect> {
        let now_ms = world.now().ms();
        self.pulse.hello(hello, now_ms);
        // The stream was closed a moment ago: whatever changed meanwhile was not heard.
        for one in &mut self.doubts {
            one.look_soon();
        }
        if let Screen::Running(running) = &mut self.screen {
            running.look_soon();
        }
        self.looks(now_ms)
    }

    pub(super) fn looks(&mut self, now_ms: i64) -> Vec<Effect> {
        let on_screen = match &mut self.screen {
            Screen::Running(running) => Some(&mut **running),
            Screen::Ready | Screen::Paid { .. } | Screen::Refused { .. } | Screen::Reversed(_) => {
                None
            }
        };
        let all = on_screen.into_iter().chain(&mut self.doubts);
        all.filter_map(|one| one.look(now_ms)).collect()
    }

    fn running_mut(&mut self, key: &str) -> Option<&mut Running> {
        if let Screen::Running(running) = &mut self.screen
            && running.kept.key == key
        {
            return Some(running);
        }
        self.doubts.iter_mut().find(|one| one.kept.key == key)
    }

    /// Takes a charge off its place; true with it when it was on the screen.
    fn take_off(&mut self, key: &str) -> Option<(Running, bool)> {
        if let Screen::Running(running) = &self.screen
            && running.kept.key == key
        {
            let running = (**running).clone();
            self.screen = Screen::Ready;
            return Some((running, true));
        }
        let place = self.doubts.iter().position(|one| one.kept.key == key)?;
        Some((self.doubts.remove(place), false))
    }

    /// If the charge is at its end, ends it here too.
    fn settle(&mut self, key: &str, world: &dyn World) -> Vec<Effect> {
        let view = self.running_mut(key).and_then(|one| one.view.clone());
        let Some(view) = view.filter(|view| view.state.is_end()) else {
            return Vec::new();
        };
        let Some((_, is_on_screen)) = self.take_off(key) else {
            return Vec::new();
        };
        let mut effects = if view.state == StateName::Paid {
            self.paid(view, is_on_screen, world)
        } else {
            self.not_paid(view, is_on_screen, world.now().ms())
        };
        effects.insert(0, Effect::Keep(self.kept()));
        effects
    }

    fn paid(&mut self, view: ChargeView, is_on_screen: bool, world: &dyn World) -> Vec<Effect> {
        let now_ms = world.now().ms();
        let amount = amount_of(view.amount_fen);
        let provider = Provider::named(&view.provider);
        if is_on_screen {
            self.next_sale(world);
            let shown_ms = if self.mode.is_kiosk() {
                PAID_SHOWN_KIOSK_MS
            } else {
                PAID_SHOWN_MS
            };
            self.screen = Screen::Paid {
                view: Box::new(view),
                until_ms: now_ms + shown_ms,
            };
        } else {
            self.tell(Notice::DoubtPaid(amount), now_ms);
        }
        vec![
            Effect::Play(Sound::Paid),
            Effect::Speak { provider, amount },
        ]
    }

    fn not_paid(&mut self, view: ChargeView, is_on_screen: bool, now_ms: i64) -> Vec<Effect> {
        if !is_on_screen {
            self.tell(Notice::DoubtFreed(amount_of(view.amount_fen)), now_ms);
            return Vec::new();
        }
        self.ended.push(view.id.clone());
        self.touched_ms = now_ms;
        self.screen = if view.state == StateName::Reversed {
            Screen::Reversed(Box::new(view))
        } else {
            Screen::Refused {
                amount_fen: view.amount_fen,
                why: Why::Charge(Box::new(view)),
            }
        };
        vec![Effect::Play(Sound::Refused)]
    }

    /// The backend holds no charge for that key: the sale may be charged again, under its name.
    fn free(&mut self, key: &str, why: Why, world: &dyn World) -> Vec<Effect> {
        let now_ms = world.now().ms();
        let Some((running, is_on_screen)) = self.take_off(key) else {
            return Vec::new();
        };
        if is_on_screen && is_about_prices(&why) {
            // Back to the cart as it is, with the prices that hold now. The code came to nothing
            // and never will by that key, so the customer need not look for another.
            self.used.retain(|one| one.key != key);
            self.touched_ms = now_ms;
            self.is_complete = false;
            self.tell(Notice::GoodsChanged, now_ms);
            return vec![
                Effect::Keep(self.kept()),
                Effect::Shelf,
                Effect::Play(Sound::Refused),
            ];
        }
        if is_on_screen {
            self.touched_ms = now_ms;
            self.screen = Screen::Refused {
                amount_fen: running.kept.amount_fen,
                why,
            };
        } else {
            let amount = amount_of(running.kept.amount_fen);
            self.tell(Notice::DoubtFreed(amount), now_ms);
        }
        vec![Effect::Keep(self.kept()), Effect::Play(Sound::Refused)]
    }
}

/// True when the cart on the screen only needs another look.
const fn is_about_prices(why: &Why) -> bool {
    matches!(
        why,
        Why::Problem(ProblemKind::PriceChanged | ProblemKind::ItemGone)
    )
}

fn amount_of(fen: i64) -> Amount {
    Amount::from_fen(fen).unwrap_or_default()
}

fn sound_of_doubt(is_due: bool) -> Vec<Effect> {
    is_due
        .then_some(Effect::Play(Sound::Unknown))
        .into_iter()
        .collect()
}

/// Only a problem that says for certain that nothing was opened frees the sale.
fn meaning(problem: &wire::Problem) -> Meaning {
    match ProblemKind::named(&problem.kind_uri) {
        Some(ProblemKind::ChargeAbsent) => Meaning::Absent,
        Some(ProblemKind::SaleBusy) => problem.charge.clone().map_or(Meaning::Doubt, Meaning::Busy),
        Some(
            kind @ (ProblemKind::BodyInvalid
            | ProblemKind::FieldUnknown
            | ProblemKind::BodyTooLarge
            | ProblemKind::MediaType
            | ProblemKind::AmountZero
            | ProblemKind::AmountNegative
            | ProblemKind::AmountTooLarge
            | ProblemKind::NameInvalid
            | ProblemKind::CodeNotDigits
            | ProblemKind::CodeLength
            | ProblemKind::CodeUnknown
            | ProblemKind::ProviderDisabled
            | ProblemKind::WayMixed
            | ProblemKind::InstalmentsNotOffered
            | ProblemKind::InstalmentsTooSmall
            | ProblemKind::CartInvalid
            | ProblemKind::DiscountOverSum
            | ProblemKind::PriceChanged
            | ProblemKind::ItemGone
            | ProblemKind::CodeUsed
            | ProblemKind::KeyMissing
            | ProblemKind::ForeignOrigin
            | ProblemKind::TooBusy
            | ProblemKind::RecordUnwritable
            | ProblemKind::ProviderRefuses),
        ) => Meaning::Free(kind),
        Some(
            ProblemKind::KeyReused
            | ProblemKind::ChargeEnded
            | ProblemKind::NotPaid
            | ProblemKind::RefundOverRest
            | ProblemKind::RefundTooMany
            | ProblemKind::ReasonInvalid
            | ProblemKind::ChargeMoved
            | ProblemKind::NotFound
            | ProblemKind::MethodNotAllowed
            | ProblemKind::NotReady
            | ProblemKind::RecordUnreadable
            | ProblemKind::ItemInvalid
            | ProblemKind::ItemAbsent
            | ProblemKind::CatalogueChanged
            | ProblemKind::CatalogueFull
            | ProblemKind::PrinterAbsent
            | ProblemKind::PrinterBusy
            | ProblemKind::PrinterGone
            | ProblemKind::PrinterStopped
            | ProblemKind::ReceiptAbsent
            | ProblemKind::DayInvalid
            | ProblemKind::BillAbsent
            | ProblemKind::BillUnreadable
            | ProblemKind::ProviderDenies
            | ProblemKind::ProviderSilent
            | ProblemKind::Defect,
        )
        | None => Meaning::Doubt,
    }
}
