//! What covers the keypad while a charge runs and when it ends.

use leptos::prelude::*;

use super::charging::Charging;
use super::paid::PaidScreen;
use super::refused::{RefusedScreen, ReversedScreen};
use super::show::ShowCode;
use super::unknown::InDoubt;
use crate::app::{till, yuan};
use crate::flow::{Flow, Running, Screen, StateWord};

/// The overlay of the present state.
#[component]
pub(crate) fn Stage() -> impl IntoView {
    let till = till();
    view! {
        <div class="stage-place" aria-live="assertive">
            {move || match till.word.get() {
                StateWord::Ready => ().into_any(),
                StateWord::Sending | StateWord::Waiting => view! { <Charging/> }.into_any(),
                StateWord::Showing => view! { <ShowCode/> }.into_any(),
                StateWord::Unknown => view! { <InDoubt/> }.into_any(),
                StateWord::Paid => view! { <PaidScreen/> }.into_any(),
                StateWord::Refused => view! { <RefusedScreen/> }.into_any(),
                StateWord::Reversed => view! { <ReversedScreen/> }.into_any(),
            }}
        </div>
    }
}

/// The amount of a state that covers the keypad.
#[component]
pub(crate) fn StageAmount() -> impl IntoView {
    let till = till();
    let fen = Memo::new(move |_| till.flow.with(amount_fen));
    let length = Memo::new(move |_| yuan(fen.get()).len());
    view! {
        <p
            class="stage__amount"
            class:stage__amount--long=move || { length.get() > 7 }
            class:stage__amount--longest=move || { length.get() > 11 }
        >
            <span class="amount__sign">"¥"</span>
            <span data-test="stage-amount">{move || yuan(fen.get())}</span>
        </p>
    }
}

fn amount_fen(flow: &Flow) -> i64 {
    match &flow.screen {
        Screen::Ready => 0,
        Screen::Running(running) => running.kept.amount_fen,
        Screen::Paid { view, .. } | Screen::Reversed(view) => view.amount_fen,
        Screen::Refused { amount_fen, .. } => *amount_fen,
    }
}

/// What a view reads of the running charge; `None` when there is none any more.
pub(crate) fn of_running<T>(flow: &Flow, read: impl FnOnce(&Running) -> T) -> Option<T> {
    match &flow.screen {
        Screen::Running(running) => Some(read(running)),
        Screen::Ready | Screen::Paid { .. } | Screen::Refused { .. } | Screen::Reversed(_) => None,
    }
}
