//! Nobody knows yet whether money was taken: do not charge again.

use leptos::prelude::*;
use say::kiosk::KioskWords;
use wire::{StateName, WayName};

use super::charging::CancelButton;
use super::icon::{Icon, Mark};
use super::seconds_until;
use super::stage::{StageAmount, of_running};
use crate::app::{Till, till};
use crate::flow::{Input, Running};

/// What is known of the doubt.
#[derive(Clone, Debug, PartialEq)]
struct Doubt {
    is_reversing: bool,
    /// Whether the customer was to scan a code on our screen.
    is_shown: bool,
    is_lost: bool,
    why: Option<String>,
    deadline_ms: i64,
}

impl Doubt {
    fn of(running: &Running) -> Self {
        let view = running.view.as_ref();
        let is_reversing = view.is_some_and(|view| view.state == StateName::Reversing);
        Self {
            is_reversing: is_reversing || running.is_cancelling,
            is_shown: view.is_some_and(|view| view.way == WayName::Shown),
            is_lost: view.is_none(),
            why: view.and_then(|view| view.doubt.clone()),
            deadline_ms: view.map_or(0, |view| view.deadline_ms),
        }
    }
}

/// What is being done, and what to tell the customer.
#[component]
pub(crate) fn InDoubt() -> impl IntoView {
    let till = till();
    let doubt = Memo::new(move |_| till.flow.with(|flow| of_running(flow, Doubt::of)));
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let title = move || {
        let words = till.words();
        let is_reversing = doubt.get().is_some_and(|doubt| doubt.is_reversing);
        match (is_kiosk, is_reversing) {
            (true, _) => words.kiosk_unknown,
            (false, true) => words.reversing,
            (false, false) => words.unknown,
        }
    };
    let to_customer = move || {
        if is_kiosk {
            till.words().kiosk_staff
        } else {
            till.words().unknown_tell
        }
    };
    view! {
        <section class="stage stage--unknown" role="group" aria-label=title>
            <div class="stage__mark stage__mark--pulse"><Mark icon=Icon::Question/></div>
            <h2 class="stage__title">{title}</h2>
            <StageAmount/>
            <p class="stage__next">{move || doubt.get().map(|one| why(till, &one))}</p>
            <p class="stage__next" aria-live="off">
                {move || doubt.get().map(|one| next(till, &one, is_kiosk))}
            </p>
            <p class="stage__tell">{to_customer}</p>
            <div class="stage__actions">
                <Show when=move || !is_kiosk>
                    <button
                        type="button"
                        class="button button--primary"
                        data-test="unknown-minimise"
                        on:click=move |_| till.tell(Input::Minimise)
                    >
                        {move || till.words().unknown_minimise}
                    </button>
                </Show>
                <CancelButton/>
            </div>
        </section>
    }
}

fn why(till: Till, doubt: &Doubt) -> Option<String> {
    let name = doubt.why.as_deref().filter(|_| !doubt.is_reversing)?;
    Some(say::cause::doubt(name, till.lang.get()).what.to_owned())
}

fn next(till: Till, doubt: &Doubt, is_kiosk: bool) -> String {
    let (words, kiosk) = (till.words(), KioskWords::of(till.lang.get()));
    let left_s = seconds_until(till, doubt.deadline_ms);
    let (to_cashier, to_customer) = match (doubt.is_lost, doubt.is_reversing, left_s) {
        (true, _, _) => (words.unknown_lost, kiosk.unknown_lost),
        (false, true, _) if doubt.is_shown => (words.reversing_shown, kiosk.reversing_next),
        (false, true, _) => (words.reversing_next, kiosk.reversing_next),
        (false, false, 0) => (words.unknown_over, kiosk.unknown_over),
        (false, false, _) => (words.unknown_next, kiosk.unknown_next),
    };
    let sentence = if is_kiosk { to_customer } else { to_cashier };
    say::fill(sentence, &[("s", &left_s.to_string())])
}
