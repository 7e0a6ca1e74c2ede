//! What is the kiosk's own: where to hold the phone, and a screen that nobody leaves or lets sleep.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::icon::{Icon, Mark};
use crate::app::till;

/// No menu under a long press, and no sleep while the page is looked at.
pub(crate) fn hold_screen() {
    let menu = window_event_listener(leptos::ev::contextmenu, |event| event.prevent_default());
    // A browser gives the lock up with every change to another page, so it is asked for again.
    let shown = window_event_listener(leptos::ev::visibilitychange, |_| {
        if !document().hidden() {
            stay_awake();
        }
    });
    on_cleanup(move || {
        menu.remove();
        shown.remove();
    });
    stay_awake();
}

/// Asks for the lock; a browser that has none, or does not give it, goes on without.
fn stay_awake() {
    spawn_local(async {
        if let Ok(asked) = ask_for_lock() {
            // Refused on a low battery; nothing else can be done then.
            drop(JsFuture::from(asked).await);
        }
    });
}

fn ask_for_lock() -> Result<Promise, JsValue> {
    let lock = Reflect::get(&window().navigator(), &JsValue::from_str("wakeLock"))?;
    let request: Function = Reflect::get(&lock, &JsValue::from_str("request"))?.dyn_into()?;
    request
        .call1(&lock, &JsValue::from_str("screen"))?
        .dyn_into()
}

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
            <Show when=move || is_done.get()>
                <div class="guide__mark"><Mark icon=Icon::Check/></div>
            </Show>
            <h2 class="guide__title">{title}</h2>
            <Show when=move || !is_done.get()>
                <p class="guide__where">{move || till.words().kiosk_where}</p>
            </Show>
        </section>
    }
}
