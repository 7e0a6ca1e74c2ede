//! Money has come in.

use leptos::prelude::*;
use money::Provider;

use super::icon::{Icon, Mark};
use super::record::funding_names;
use super::stage::StageAmount;
use crate::app::till;
use crate::flow::{Input, Screen};
use say::funding::wallet;

/// The whole screen in green, until it goes by itself or is dismissed.
#[component]
pub(crate) fn PaidScreen() -> impl IntoView {
    let till = till();
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let view = till.flow.with_untracked(|flow| match &flow.screen {
        Screen::Paid { view, .. } => Some((**view).clone()),
        Screen::Ready | Screen::Running(_) | Screen::Refused { .. } | Screen::Reversed(_) => None,
    });
    let provider = view
        .as_ref()
        .and_then(|view| Provider::named(&view.provider));
    let title = move || {
        let words = till.words();
        match provider {
            _ if is_kiosk => words.kiosk_thanks.to_owned(),
            Some(one) => say::fill(words.paid_by, &[("provider", wallet(words, one))]),
            None => words.paid.to_owned(),
        }
    };
    let funding = move || {
        view.as_ref()
            .map(|view| funding_names(till.words(), &view.funding))
    };
    view! {
        <section
            class="stage stage--paid"
            role="group"
            aria-label=title
            on:click=move |_| till.tell(Input::Enter)
        >
            <div class="stage__mark"><Mark icon=Icon::Check/></div>
            <h2 class="stage__title">{title}</h2>
            <StageAmount/>
            <p class="stage__quiet">{funding}</p>
        </section>
    }
}
