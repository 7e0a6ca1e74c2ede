//! The keys of the camera: light, a closer look, another camera. Each is there only where the
//! camera that is open has what it is for.

use leptos::prelude::*;

use super::icon::{Icon, Mark};
use crate::app::{Lens, Till, till};
use crate::camera::Camera;

/// The camera of the panel, while there is one.
pub(crate) type Held = StoredValue<Option<Camera>, LocalStorage>;

/// The keys, one under the other. The camera at a kiosk is set by the shop, not by its customers.
#[component]
pub(crate) fn GearKeys(
    /// The camera.
    camera: Held,
) -> impl IntoView {
    let till = till();
    let is_closer = RwSignal::new(false);
    let is_torch = RwSignal::new(false);
    let gear = Memo::new(move |_| till.lens.get().gear());
    let is_dim = Memo::new(move |_| is_dim(till.lens.get()));
    // A light for a camera that is not open any more would only blind the cashier.
    Effect::new(move |_| {
        if !is_dim.get() {
            till.is_lit.set(false);
        }
    });
    let torch = Callback::new(move |()| {
        let is_on = turn(is_torch);
        with(camera, |camera| camera.set_torch(is_on));
    });
    let light = Callback::new(move |()| {
        turn(till.is_lit);
    });
    let closer = Callback::new(move |()| {
        let is_on = turn(is_closer);
        with(camera, |camera| camera.set_closer(is_on));
    });
    let other = Callback::new(move |()| with(camera, Camera::pass_on));
    view! {
        <div class="scan__gear">
            <Show when=move || gear.get().has_torch>
                <Key
                    name="torch"
                    icon=Icon::Torch
                    words=|till| till.words().torch
                    is_on=is_torch
                    press=torch
                />
            </Show>
            <Show when=move || is_dim.get()>
                <Key
                    name="screen-light"
                    icon=Icon::Light
                    words=|till| till.words().screen_light
                    is_on=till.is_lit
                    press=light
                />
            </Show>
            <Show when=move || gear.get().has_zoom>
                <Key
                    name="closer"
                    icon=Icon::Closer
                    words=|till| till.words().closer
                    is_on=is_closer
                    press=closer
                />
            </Show>
            <Show when=move || gear.get().is_choosable>
                <Key
                    name="other-camera"
                    icon=Icon::Turn
                    words=|till| till.words().other_camera
                    press=other
                />
            </Show>
        </div>
    }
}

/// Turns a switch; gives whether it is on now.
fn turn(switch: RwSignal<bool>) -> bool {
    switch.update(|is_on| *is_on = !*is_on);
    switch.get_untracked()
}

/// Does something with the camera, while there is one.
pub(crate) fn with(held: Held, act: impl FnOnce(&Camera)) {
    held.with_value(|camera| {
        if let Some(camera) = camera {
            act(camera);
        }
    });
}

/// True when the screen is the only light that the camera's view can get.
fn is_dim(lens: Lens) -> bool {
    lens.is_front() && !lens.gear().has_torch
}

#[component]
fn Key(
    /// Its name in the page.
    name: &'static str,
    /// What it shows.
    icon: Icon,
    /// What it is called.
    words: fn(Till) -> &'static str,
    /// Whether it is on, if it stays so.
    #[prop(optional)]
    is_on: Option<RwSignal<bool>>,
    /// What it does.
    press: Callback<()>,
) -> impl IntoView {
    let till = till();
    let pressed = move || is_on.map(|is_on| is_on.get().to_string());
    view! {
        <button
            type="button"
            class="button button--glass button--square"
            class:button--lit=move || is_on.is_some_and(|is_on| is_on.get())
            data-test=name
            aria-label=move || words(till)
            title=move || words(till)
            aria-pressed=pressed
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| press.run(())
        >
            <Mark icon/>
        </button>
    }
}
