//! What the page wears: light, dark or the look for sunshine.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlLinkElement;

use crate::settings::Theme;

/// Puts a look on. Each look beside the light one is a style sheet of its own in the page, and
/// which of them holds is a matter of its `media`: the browser decides where the device does.
pub(crate) fn wear(theme: Theme) {
    let (dark, daylight) = match theme {
        Theme::Device => ("(prefers-color-scheme: dark)", "not all"),
        Theme::Light => ("not all", "not all"),
        Theme::Dark => ("all", "not all"),
        Theme::Daylight => ("not all", "all"),
    };
    set_media("look-dark", dark);
    set_media("look-daylight", daylight);
    if let Some(root) = document().document_element() {
        // Setting an attribute of a sound name cannot fail.
        drop(root.set_attribute("data-theme", theme.as_str()));
    }
}

fn set_media(id: &str, media: &str) {
    let link = document().get_element_by_id(id);
    if let Some(link) = link.and_then(|one| one.dyn_into::<HtmlLinkElement>().ok()) {
        link.set_media(media);
    }
}
