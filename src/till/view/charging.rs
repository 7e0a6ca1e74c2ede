//! The charge is on its way, or waits for the customer.

use leptos::prelude::*;
use say::kiosk::KioskWords;

use super::plan::PlanOfCharge;
use super::stage::{StageAmount, of_running};
use super::{seconds_since, seconds_until};
use crate::app::till;
use crate::flow::{Input, StateWord};

/// Amount, seconds, and what will happen next.
#[component]
pub(crate) fn Charging() -> impl IntoView {
    let till = till();
    let is_waiting = till.word.get_untracked() == StateWord::Waiting;
    let since_ms = till
        .flow
        .with_untracked(|flow| of_running(flow, |one| one.kept.since_ms))
        .unwrap_or_default();
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let title = move || match (is_waiting, is_kiosk) {
        (true, false) => till.words().waiting,
        (true, true) => till.words().kiosk_waiting,
        (false, false) => till.words().sending,
        (false, true) => till.words().kiosk_sending,
    };
    view! {
        <section class="stage stage--running" role="group" aria-label=title>
            <div class="spinner" aria-hidden="true"></div>
            <h2 class="stage__title">{title}</h2>
            <StageAmount/>
            <PlanOfCharge/>
            <p class="stage__next"><Next is_waiting/></p>
            <p class="stage__quiet" aria-live="off">
                {move || {
                    let spent = seconds_since(till, since_ms).to_string();
                    say::fill(till.words().elapsed, &[("s", &spent)])
                }}
            </p>
            <div class="stage__actions"><CancelButton/></div>
        </section>
    }
}

/// What happens next.
#[component]
fn Next(
    /// The customer is asked to confirm.
    is_waiting: bool,
) -> impl IntoView {
    let till = till();
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let deadline = Memo::new(move |_| {
        let read = |one: &crate::flow::Running| one.view.as_ref().map(|view| view.deadline_ms);
        till.flow.with(|flow| of_running(flow, read).flatten())
    });
    move || match deadline.get().filter(|_| is_waiting) {
        Some(deadline_ms) => {
            let left = seconds_until(till, deadline_ms).to_string();
            let sentence = if is_kiosk {
                till.words().kiosk_waiting_next
            } else {
                till.words().waiting_next
            };
            say::fill(sentence, &[("s", &left)])
        }
        None if is_kiosk => KioskWords::of(till.lang.get()).sending_next.to_owned(),
        None => till.words().sending_next.to_owned(),
    }
}

/// Reverses the charge, where that is possible.
#[component]
pub(crate) fn CancelButton() -> impl IntoView {
    let till = till();
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let can = Memo::new(move |_| {
        till.flow
            .with(|flow| of_running(flow, |one| one.cancellable().is_some()))
            .unwrap_or(false)
    });
    view! {
        <Show when=move || can.get()>
            <button
                type="button"
                class="button button--outline"
                data-test="cancel"
                on:click=move |_| till.tell(Input::Cancel)
            >
                {move || {
                    if is_kiosk {
                        KioskWords::of(till.lang.get()).cancel
                    } else {
                        till.words().cancel
                    }
                }}
            </button>
        </Show>
    }
}
