//! What the views share: the machine, and everything that carries its wishes out.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use money::{Amount, Provider, World};
use say::Lang;
use say::funding::wallet;
use say::till::TillWords;
use wire::{CodeSource, ProblemKind};

use crate::camera::{CameraNews, CameraStats, Gear, Hint, Rung, Seen};
use crate::flow::{
    Effect, Flow, FrameTimes, Goods, Input, Mode, Read, Screen, SendFault, Sound, StateWord,
};
use crate::here::{self, Here};
use crate::route::Route;
use crate::settings::{Settings, Theme, Volume};
use crate::{api, keep, live, sound, timing};

/// How often the machine is told that time goes by.
const TICK: core::time::Duration = core::time::Duration::from_millis(200);

/// How often the backend is asked whether the shop sells something else.
const SHELF: core::time::Duration = core::time::Duration::from_secs(30);

/// The camera as the screen shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lens {
    /// Being asked for.
    Opening,
    /// Frames are read.
    Ready {
        /// Shown mirrored.
        is_front: bool,
        /// How frames come.
        rung: Rung,
        /// What it has beside its picture.
        gear: Gear,
    },
    /// Not allowed.
    Denied,
    /// None there.
    Absent,
    /// Held by another program.
    Busy,
    /// Not offered on this address.
    Insecure,
    /// Does not open.
    Failed,
    /// Taken away.
    Ended,
}

impl Lens {
    /// True when somebody must do something about the camera.
    pub(crate) const fn is_away(self) -> bool {
        match self {
            Self::Opening | Self::Ready { .. } | Self::Ended => false,
            Self::Denied | Self::Absent | Self::Busy | Self::Insecure | Self::Failed => true,
        }
    }

    /// True when it looks at the person at the screen.
    pub(crate) const fn is_front(self) -> bool {
        matches!(self, Self::Ready { is_front: true, .. })
    }

    /// What the open camera has; nothing while none is open.
    pub(crate) fn gear(self) -> Gear {
        if let Self::Ready { gear, .. } = self {
            gear
        } else {
            Gear::default()
        }
    }
}

/// What is under the amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pad {
    /// Keys for sums.
    Keypad,
    /// What the shop sells.
    Goods,
}

/// What a dialog asks before the charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The digits of a code.
    Code,
    /// A plan of instalments.
    Plan,
    /// What is taken off the cart.
    Discount,
}

/// What every view needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Till {
    /// The sale.
    pub(crate) flow: RwSignal<Flow>,
    /// Its state as one word.
    pub(crate) word: Memo<StateWord>,
    /// The language of the page.
    pub(crate) lang: RwSignal<Lang>,
    /// Where on the page one is.
    pub(crate) route: RwSignal<Route>,
    /// The device's clock, to the second.
    pub(crate) now_s: RwSignal<i64>,
    /// The camera.
    pub(crate) lens: RwSignal<Lens>,
    /// The screen is a light for the camera's view.
    pub(crate) is_lit: RwSignal<bool>,
    /// What would help to read the code.
    pub(crate) hint: RwSignal<Option<Hint>>,
    /// Where the last code was seen.
    pub(crate) seen: RwSignal<Option<Seen>>,
    /// The camera's figures.
    pub(crate) stats: RwSignal<Option<CameraStats>>,
    /// Milliseconds from the last code's frame to its request.
    pub(crate) span_ms: RwSignal<Option<f64>>,
    /// What a dialog asks before the charge, while one does.
    pub(crate) asked: RwSignal<Option<Asked>>,
    /// The cart is open on a screen that has no room for it beside the rest.
    pub(crate) is_cart_open: RwSignal<bool>,
    /// What is under the amount, where the shop sells anything by name.
    pub(crate) pad: RwSignal<Pad>,
    /// How this device is set.
    pub(crate) settings: RwSignal<Settings>,
    /// Counts changes of charges, so that lists know when they are old.
    pub(crate) changes: RwSignal<u32>,
}

impl Till {
    /// Everything at its beginning, from the address and what the browser kept.
    pub(crate) fn begin() -> Self {
        let (path, query) = here::address();
        let route = Route::parse(&path, &query);
        let (mode, sale) = match &route {
            Route::Kiosk { amount, sale } => {
                (amount.map_or(Mode::Kiosk, Mode::KioskGiven), sale.clone())
            }
            Route::Till
            | Route::Records
            | Route::Record(_)
            | Route::Catalogue
            | Route::Settings => (Mode::Till, None),
        };
        let device = keep::device(|| {
            let id = money::ChargeId::fresh(Here.now(), Here.entropy());
            let tail: String = id.as_str().chars().skip(20).collect();
            format!("till-{tail}")
        });
        let mut flow = Flow::begin(mode, device, sale, &Here);
        flow.take_up(keep::open(), Here.now().ms());
        let settings = keep::settings();
        flow.confirm_above = settings.confirm_above;
        let flow = RwSignal::new(flow);
        let lang = keep::lang().unwrap_or_else(|| Lang::prefer(&here::languages()));
        Self {
            flow,
            word: Memo::new(move |_| flow.with(Flow::word)),
            lang: RwSignal::new(lang),
            route: RwSignal::new(route),
            now_s: RwSignal::new(Here.now().ms() / 1_000),
            lens: RwSignal::new(Lens::Opening),
            is_lit: RwSignal::new(false),
            hint: RwSignal::new(None),
            seen: RwSignal::new(None),
            stats: RwSignal::new(None),
            span_ms: RwSignal::new(None),
            asked: RwSignal::new(None),
            is_cart_open: RwSignal::new(false),
            pad: RwSignal::new(Pad::Goods),
            settings: RwSignal::new(settings),
            changes: RwSignal::new(0),
        }
    }

    /// Starts the clock and the event stream.
    pub(crate) fn run(self) {
        set_interval(
            move || {
                let now_s = Here.now().ms() / 1_000;
                if self.now_s.get_untracked() != now_s {
                    self.now_s.set(now_s);
                }
                self.tell(Input::Tick);
            },
            TICK,
        );
        set_interval(move || self.look_at_shelf(), SHELF);
        spawn_local(live::listen(move |input| {
            if matches!(input, Input::Hello(_)) {
                self.look_at_shelf();
            }
            if matches!(input, Input::Charge(_)) {
                self.changes.update(|count| *count += 1);
            }
            self.tell(input);
        }));
    }

    /// Asks the backend what the shop sells, where there is a cashier to sell it.
    pub(crate) fn look_at_shelf(self) {
        let known = self.flow.try_with_untracked(|flow| {
            (!flow.mode.is_kiosk()).then(|| flow.basket.catalogue.revision())
        });
        let Some(Some(known)) = known else {
            return;
        };
        let lang = self.lang.get_untracked().tag();
        spawn_local(async move {
            // What is not to be had now is asked for again soon.
            if let Ok(Some(view)) = api::catalogue(Some(known), lang).await {
                self.tell(Input::Goods(Goods::Catalogue(Arc::new(view.catalogue()))));
            }
        });
    }

    /// True where the shop sells anything by name, and a cashier sells it.
    pub(crate) fn has_goods(self) -> bool {
        self.flow
            .with(|flow| !flow.mode.is_kiosk() && !flow.basket.catalogue.items().is_empty())
    }

    /// The page's words; follows the language.
    pub(crate) fn words(self) -> &'static TillWords {
        TillWords::of(self.lang.get())
    }

    /// Tells the machine and carries its wishes out.
    pub(crate) fn tell(self, input: Input) {
        let Some(mut flow) = self.flow.try_get_untracked() else {
            return;
        };
        let effects = flow.step(input, &Here);
        for effect in effects {
            self.carry_out(effect);
        }
        if self.flow.with_untracked(|shown| *shown != flow) {
            self.flow.set(flow);
        }
    }

    /// A code that a person typed or a scanner did.
    pub(crate) fn read(self, text: String, source: CodeSource) {
        self.close_dialogs();
        if !self.is_on_sale() {
            self.go(Route::Till);
        }
        self.tell(Input::Code(Read {
            text,
            source,
            frame: None,
        }));
    }

    /// Goods instead of the keypad, or the other way round.
    pub(crate) fn turn_pad(self) {
        self.pad.update(|pad| {
            *pad = match *pad {
                Pad::Keypad => Pad::Goods,
                Pad::Goods => Pad::Keypad,
            };
        });
    }

    /// True while that is asked; the views follow it.
    pub(crate) fn asks(self, one: Asked) -> bool {
        self.asked.get() == Some(one)
    }

    /// True while a dialog asks for something before the charge.
    pub(crate) fn is_asking(self) -> bool {
        self.asked.get_untracked().is_some()
    }

    /// Closes what asks, with nothing changed.
    pub(crate) fn close_dialogs(self) {
        self.asked.set(None);
        self.is_cart_open.set(false);
    }

    /// True when the sale is what is looked at.
    pub(crate) fn is_on_sale(self) -> bool {
        self.route
            .with_untracked(|route| matches!(route, Route::Till | Route::Kiosk { .. }))
    }

    /// Goes to a place of the page.
    pub(crate) fn go(self, route: Route) {
        if self.route.with_untracked(|shown| *shown == route) {
            return;
        }
        let history = web_sys::window().and_then(|window| window.history().ok());
        if let Some(history) = history {
            let path = format!("{}{}", route.path(), here::address().1);
            // Without it the address stays behind; the page itself goes on.
            drop(history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path)));
        }
        self.route.set(route);
    }

    /// What the camera has to say.
    pub(crate) fn hear_camera(self, news: CameraNews) {
        let lens = match news {
            CameraNews::Seen(seen) => return self.see(seen),
            CameraNews::Hint(hint) => return self.hint.set(hint),
            CameraNews::Stats(stats) => return self.stats.set(Some(stats)),
            CameraNews::Kept(lens) => return keep::write_lens(&lens),
            CameraNews::Opening => Lens::Opening,
            CameraNews::Ready {
                rung,
                is_front,
                gear,
                ..
            } => Lens::Ready {
                is_front,
                rung,
                gear,
            },
            CameraNews::Denied => Lens::Denied,
            CameraNews::NoCamera => Lens::Absent,
            CameraNews::Busy => Lens::Busy,
            CameraNews::Insecure => Lens::Insecure,
            CameraNews::Failed(_) => Lens::Failed,
            CameraNews::Ended => Lens::Ended,
        };
        self.hint.set(None);
        self.lens.set(lens);
    }

    fn see(self, seen: Seen) {
        if self.is_on_sale() && !self.is_asking() {
            self.tell(Input::Code(Read {
                text: seen.text.clone(),
                source: CodeSource::Camera,
                frame: Some(FrameTimes {
                    captured_ms: seen.captured_ms,
                    earliest_ms: seen.earliest_ms,
                }),
            }));
        }
        if seen.is_fresh {
            self.seen.set(Some(seen));
            set_timeout(
                move || self.seen.set(None),
                core::time::Duration::from_millis(150),
            );
        }
    }

    fn carry_out(self, effect: Effect) {
        let lang = self.lang.get_untracked().tag();
        match effect {
            Effect::Keep(open) => keep::write_open(&open),
            Effect::Send { key, ask, frame } => spawn_local(async move {
                if let Some(frame) = frame {
                    self.span_ms.set(Some(timing::left(frame)));
                }
                let result = api::charge(&key, &ask, lang).await;
                self.tell(Input::Answered { key, result });
            }),
            Effect::LookUp { key } => spawn_local(async move {
                let result = api::look_up(&key, lang).await;
                self.tell(Input::Answered { key, result });
            }),
            Effect::LookAt { key, charge } => spawn_local(async move {
                let result = api::look_at(&charge, lang).await;
                self.tell(Input::Answered { key, result });
            }),
            Effect::Shelf => self.look_at_shelf(),
            Effect::Cancel { charge } => spawn_local(self.cancel(charge)),
            Effect::Play(one) => self.play(one),
            Effect::Speak { provider, amount } => self.speak(provider, amount),
        }
    }

    async fn cancel(self, charge: String) {
        let lang = self.lang.get_untracked().tag();
        match api::cancel(&charge, lang).await {
            Ok(view) => self.tell(Input::Charge(view)),
            Err(SendFault::Lost) => self.tell(Input::NotCancelled { is_late: false }),
            Err(SendFault::Problem(problem)) => {
                let kind = ProblemKind::named(&problem.kind_uri);
                let is_late = kind == Some(ProblemKind::ChargeEnded);
                self.tell(Input::NotCancelled { is_late });
            }
        }
    }

    /// Sets this device otherwise, from now on and after a reload. False when the browser will
    /// have forgotten it by then.
    pub(crate) fn set_up(self, settings: Settings) -> bool {
        self.settings.set(settings);
        self.flow
            .update(|flow| flow.confirm_above = settings.confirm_above);
        keep::write_settings(settings)
    }

    /// How the page looks now: as chosen, or white as a light is.
    pub(crate) fn theme(self) -> Theme {
        if self.is_lit.get() {
            Theme::Daylight
        } else {
            self.settings.with(|settings| settings.theme)
        }
    }

    /// Makes a sound as loud as this device is set, and shakes it.
    pub(crate) fn play(self, one: Sound) {
        let settings = self.settings.get_untracked();
        sound::play(one, settings.volume.share());
        if settings.is_shaking {
            sound::shake(one);
        }
    }

    /// Speaks the amount of a payment, where this device is set to.
    pub(crate) fn speak(self, provider: Option<Provider>, amount: Amount) {
        let settings = self.settings.get_untracked();
        if !settings.is_spoken || settings.volume == Volume::Off {
            return;
        }
        let lang = self.lang.get_untracked();
        let words = TillWords::of(lang);
        let name = provider.map_or("", |provider| wallet(words, provider));
        let yuan = amount.yuan();
        let sentence = say::fill(words.paid_spoken, &[("provider", name), ("amount", &yuan)]);
        sound::speak(&sentence, lang.tag(), settings.volume.share());
    }

    /// True while a view covers the keypad.
    pub(crate) fn is_covered(self) -> bool {
        self.flow.with(|flow| !matches!(flow.screen, Screen::Ready))
    }
}

/// The till of the page. Every view lies below the one that gave it.
pub(crate) fn till() -> Till {
    expect_context::<Till>()
}

/// Fen as people read them: `1,234.50`.
pub(crate) fn yuan(fen: i64) -> String {
    Amount::from_fen(fen).unwrap_or_default().yuan_grouped()
}
