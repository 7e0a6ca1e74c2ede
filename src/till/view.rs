//! What is seen: one screen, its overlays and its sheet.

#![expect(
    unreachable_pub,
    reason = "the component macro makes its inner functions `pub`"
)]

mod cart;
mod charging;
mod debug;
mod dialog;
mod discount;
mod gear;
mod goods;
mod icon;
mod keypad;
mod kiosk;
mod look;
mod paid;
mod plan;
mod press;
mod ready;
mod receipt;
mod record;
mod records;
mod refused;
mod scan;
mod settings;
mod sheet;
mod shelf;
mod show;
mod stage;
mod top;
mod unknown;

use leptos::prelude::*;
use money::World;

use crate::app::{Pad, Till, till};
use crate::here::{self, Here};
use crate::keys;
use crate::route::Route;
use crate::settings::Hand;

/// The whole page.
#[component]
pub(crate) fn App() -> impl IntoView {
    let till = Till::begin();
    provide_context(till);
    till.run();
    keys::listen(till);
    let moved = window_event_listener(leptos::ev::popstate, move |_| {
        let (path, query) = here::address();
        till.route.set(Route::parse(&path, &query));
    });
    on_cleanup(move || moved.remove());
    Effect::new(move |_| set_page_language(till));
    Effect::new(move |_| look::wear(till.theme()));
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    if is_kiosk {
        kiosk::hold_screen();
    }
    view! {
        <div
            class="till"
            class:till--kiosk=is_kiosk
            class:till--left=move || till.settings.with(|one| one.hand == Hand::Left)
            data-test="screen"
            data-state=move || till.word.get().as_str()
        >
            <top::Top/>
            <main class="till-main" prop:inert=move || till.is_covered()>
                <ready::AmountPanel/>
                <scan::ScanPanel/>
                <cart::CartPanel/>
                <Controls/>
            </main>
            <stage::Stage/>
            <dialog::CodeDialog/>
            <dialog::ConfirmDialog/>
            <plan::PlanDialog/>
            <discount::DiscountDialog/>
            <sheet::Sheet/>
        </div>
    }
}

/// The keypad; the kiosk shows it only where the customer gives the amount.
#[component]
fn Controls() -> impl IntoView {
    let till = till();
    let mode = till.flow.with_untracked(|flow| flow.mode);
    match mode {
        crate::flow::Mode::KioskGiven(_) => view! { <kiosk::Guide/> }.into_any(),
        crate::flow::Mode::Kiosk => view! { <keypad::KeypadPanel/> }.into_any(),
        crate::flow::Mode::Till => {
            let is_goods = Memo::new(move |_| till.has_goods() && till.pad.get() == Pad::Goods);
            view! {
                <Show when=move || is_goods.get() fallback=|| view! { <keypad::KeypadPanel/> }>
                    <goods::GoodsPanel/>
                </Show>
            }
            .into_any()
        }
    }
}

/// Screen readers and hyphenation go by the root element's language.
fn set_page_language(till: Till) {
    let lang = till.lang.get();
    let title = till.words().title;
    if let Some(root) = document().document_element() {
        // Setting an attribute of a sound name cannot fail.
        drop(root.set_attribute("lang", lang.tag()));
    }
    document().set_title(title);
}

/// Seconds from then to now, never below zero.
fn seconds_since(till: Till, since_ms: i64) -> i64 {
    (till.now_s.get() - since_ms / 1_000).max(0)
}

/// Seconds left until a moment of the backend's clock.
fn seconds_until(till: Till, deadline_ms: i64) -> i64 {
    till.now_s.track();
    let now_ms = Here.now().ms();
    let backend_ms = till.flow.with(|flow| flow.pulse.backend_ms(now_ms));
    ((deadline_ms - backend_ms) / 1_000).max(0)
}
