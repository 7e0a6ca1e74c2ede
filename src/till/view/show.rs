//! The code that the customer scans: large, dark on white in every theme, with the amount and the
//! time that is left.

use leptos::prelude::*;

use super::charging::CancelButton;
use super::plan::PlanOfCharge;
use super::seconds_until;
use super::stage::{StageAmount, of_running};
use crate::app::{till, yuan};
use crate::flow::Running;
use crate::qr::{self, Drawing};

/// The whole screen while the code may be scanned.
#[component]
pub(crate) fn ShowCode() -> impl IntoView {
    let till = till();
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let title = move || {
        if is_kiosk {
            till.words().kiosk_showing
        } else {
            till.words().showing
        }
    };
    view! {
        <section class="stage stage--running stage--show" role="group" aria-label=title>
            <h2 class="stage__title">{title}</h2>
            <Code/>
            <StageAmount/>
            <PlanOfCharge/>
            <p class="stage__next" aria-live="off" data-test="show-left"><Left/></p>
            <div class="stage__actions"><CancelButton/></div>
        </section>
    }
}

/// The QR code; its text is in `data-code` for whoever cannot point a camera at a screen.
#[component]
fn Code() -> impl IntoView {
    let till = till();
    let code = Memo::new(move |_| {
        let read = |one: &Running| one.view.as_ref().and_then(|view| view.show.clone());
        till.flow.with(|flow| of_running(flow, read).flatten())
    });
    let label = move || {
        let fen = till
            .flow
            .with(|flow| of_running(flow, |one| one.kept.amount_fen))
            .unwrap_or_default();
        say::fill(till.words().show_label, &[("amount", &yuan(fen))])
    };
    move || {
        let text = code.get()?;
        let Drawing { side, path } = qr::draw(&text)?;
        let frame = format!("0 0 {side} {side}");
        Some(view! {
            <svg
                class="show__code"
                role="img"
                aria-label=label
                viewBox=frame
                shape-rendering="crispEdges"
                data-test="show-code"
                data-code=text
            >
                <path class="show__dark" d=path></path>
            </svg>
        })
    }
}

/// For how long it can be paid, and what happens then.
#[component]
fn Left() -> impl IntoView {
    let till = till();
    let until = Memo::new(move |_| {
        let read = |one: &Running| one.view.as_ref().and_then(|view| view.show_until_ms);
        till.flow.with(|flow| of_running(flow, read).flatten())
    });
    move || {
        until.get().map(|until_ms| {
            let left = seconds_until(till, until_ms).to_string();
            say::fill(till.words().showing_next, &[("s", &left)])
        })
    }
}
