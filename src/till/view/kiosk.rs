//! What stands in the keypad's place when the amount was handed over.

use leptos::prelude::*;

use crate::app::till;

/// Where to hold the phone.
#[component]
pub(crate) fn Guide() -> impl IntoView {
    let till = till();
    let is_done = Memo::new(move |_| till.flow.with(crate::flow::Flow::is_done));
    let title = move || {
        if is_done.get() {
            till.words().kiosk_done
        } else {
            till.words().kiosk_show
        }
    };
    view! {
        <section class="guide" class:guide--done=move || is_done.get()>
            <div class="guide__picture" aria-hidden="true">
                <span class="guide__phone"></span>
                <span class="guide__ray"></span>
            </div>
            <h2 class="guide__title">{title}</h2>
            <Show when=move || !is_done.get()>
                <p class="guide__where">{move || till.words().kiosk_where}</p>
            </Show>
        </section>
    }
}
