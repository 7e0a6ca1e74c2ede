//! One button for the places where many stand. What it is comes as plain values, so that the page
//! holds its code once and not once for every button.

use leptos::prelude::*;

use super::icon::{Icon, Mark};

/// How a button looks and what it is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Face {
    /// Its classes.
    pub(crate) look: &'static str,
    /// Its name for tests.
    pub(crate) test: &'static str,
    /// What stands on it in place of its name.
    pub(crate) icon: Option<Icon>,
    /// Its name, for eyes or for screen readers.
    pub(crate) name: Signal<String>,
}

impl Face {
    /// With its name on it.
    pub(crate) const fn named(
        look: &'static str,
        test: &'static str,
        name: Signal<String>,
    ) -> Self {
        Self {
            look,
            test,
            icon: None,
            name,
        }
    }

    /// With an icon on it; its name is for those who hear the page.
    pub(crate) fn drawn(
        look: &'static str,
        test: &'static str,
        icon: Icon,
        name: Signal<String>,
    ) -> Self {
        Self {
            icon: Some(icon),
            ..Self::named(look, test, name)
        }
    }
}

/// A button. A press with a finger or mouse does not take the focus, so that Enter stays the
/// charge key.
pub(crate) fn press(face: Face, act: impl Fn() + Send + Sync + 'static) -> AnyView {
    button(face, Callback::new(move |()| act()))
}

fn button(face: Face, act: Callback<()>) -> AnyView {
    let Face {
        look,
        test,
        icon,
        name,
    } = face;
    let inside = match icon {
        Some(icon) => view! { <Mark icon/> }.into_any(),
        None => (move || name.get()).into_any(),
    };
    view! {
        <button
            type="button"
            class=look
            data-test=test
            aria-label=move || icon.map(|_| name.get())
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| act.run(())
        >
            {inside}
        </button>
    }
    .into_any()
}

/// Shows something while it is there, built anew whenever that changes.
pub(crate) fn while_some(
    is_there: impl Fn() -> bool + Send + Sync + 'static,
    what: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let is_there = Memo::new(move |_| is_there());
    shown(is_there, Box::new(what))
}

fn shown(is_there: Memo<bool>, what: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    (move || is_there.get().then(&*what)).into_any()
}
