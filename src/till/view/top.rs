//! The line at the top: who and where, or what is wrong.

use leptos::prelude::*;
use say::Lang;
use say::device::DeviceWords;
use say::kiosk::KioskWords;

use super::icon::{Icon, Mark};
use crate::app::till;
use crate::flow::{Complaint, Input, Warning};
use crate::here;
use crate::keep;
use crate::route::Route;

/// Shop, sales in doubt, last sales, language, settings.
#[component]
pub(crate) fn Top() -> impl IntoView {
    let till = till();
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let shop = Memo::new(move |_| {
        till.flow
            .with(|flow| flow.pulse.hello.as_ref().map(|hello| hello.shop.clone()))
    });
    let is_sandbox = Memo::new(move |_| {
        till.flow.with(|flow| {
            flow.pulse
                .hello
                .as_ref()
                .is_some_and(|hello| hello.is_sandbox)
        })
    });
    view! {
        <header class="till-top">
            <h1 class="till-top__shop">
                {move || shop.get().filter(|name| !name.is_empty())
                    .unwrap_or_else(|| till.words().title.to_owned())}
            </h1>
            <Show when=move || is_sandbox.get()>
                <span class="pill pill--sandbox">{move || till.words().sandbox}</span>
            </Show>
            <Strip/>
            <Badge/>
            <Show when=move || !is_kiosk>
                <button
                    type="button"
                    class="button button--quiet"
                    data-test="records"
                    aria-label=move || till.words().records
                    on:click=move |_| till.go(Route::Records)
                >
                    <Mark icon=Icon::List/>
                    <span class="till-top__label">{move || till.words().records}</span>
                </button>
            </Show>
            <LanguageButton/>
            <Show when=move || !is_kiosk>
                <button
                    type="button"
                    class="button button--quiet button--square"
                    data-test="settings"
                    title=move || DeviceWords::of(till.lang.get()).title
                    aria-label=move || DeviceWords::of(till.lang.get()).title
                    on:click=move |_| till.go(Route::Settings)
                >
                    <Mark icon=Icon::Settings/>
                </button>
            </Show>
        </header>
    }
}

/// Counts sales in doubt; a tap takes the oldest back.
#[component]
fn Badge() -> impl IntoView {
    let till = till();
    let count = Memo::new(move |_| till.flow.with(|flow| flow.doubts.len()));
    view! {
        <Show when=move || { count.get() > 0 }>
            <button
                type="button"
                class="pill pill--unknown"
                data-test="unknown-badge"
                data-count=move || count.get().to_string()
                on:click=move |_| till.tell(Input::Restore)
            >
                {move || say::fill(till.words().unknown_badge, &[("n", &count.get().to_string())])}
            </button>
        </Show>
    }
}

#[component]
fn LanguageButton() -> impl IntoView {
    let till = till();
    let switch = move |_| {
        let other = match till.lang.get_untracked() {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        };
        keep::write_lang(other);
        till.lang.set(other);
    };
    view! {
        <button
            type="button"
            class="button button--quiet button--square till-top__lang"
            data-test="lang"
            title=move || till.words().lang_switch
            aria-label=move || till.words().lang_switch
            on:click=switch
        >
            {move || till.words().lang_other}
        </button>
    }
}

/// What is wrong with the line or the clock. It takes the place of the shop's name, so that the
/// buttons beside it stay where they are.
#[component]
fn Strip() -> impl IntoView {
    let till = till();
    let warning = Memo::new(move |_| till.flow.with(|flow| flow.pulse.warning()));
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let sentence = move |warning: Warning| {
        let words = till.words();
        match warning {
            // What is wrong is the shop's business; the customer needs to know where to turn.
            Warning::Stale { .. } | Warning::Backend(_) | Warning::ProviderAway if is_kiosk => {
                KioskWords::of(till.lang.get()).out_of_order.to_owned()
            }
            Warning::Stale { since_ms } => say::fill(
                words.offline,
                &[("time", here::clock(since_ms).get(..5).unwrap_or_default())],
            ),
            Warning::Clock { ahead_minutes } => {
                say::fill(words.clock, &[("n", &ahead_minutes.abs().to_string())])
            }
            Warning::Backend(complaint) => {
                let words = say::health::Health::of(till.lang.get());
                let sentence = match complaint {
                    Complaint::LoopStopped => words.loop_stopped,
                    Complaint::RecordUnwritable => words.record_unwritable,
                    Complaint::ClockWrong => words.clock_wrong,
                    Complaint::ProviderRefuses => words.provider_refuses,
                };
                sentence.to_owned()
            }
            Warning::ProviderAway => words.provider_away.to_owned(),
        }
    };
    let kind = |warning: Warning| match warning {
        Warning::Stale { .. } => "offline",
        Warning::Clock { .. } => "clock",
        Warning::Backend(complaint) => complaint.as_str(),
        Warning::ProviderAway => "provider",
    };
    view! {
        <div class="strip-place" role="status">
            {move || warning.get().map(|warning| view! {
                <p class="strip" data-test="offline-strip" data-kind=kind(warning)>
                    <Mark icon=Icon::Alert/>
                    <span>{sentence(warning)}</span>
                </p>
            })}
        </div>
    }
}
