//! What the browser keeps: charges on their way, this till's name, language, settings and camera.
//!
//! A charge is written here before its request leaves, so that a page that crashes or is reloaded
//! finds it again. Payment codes are never among it.

use say::Lang;
use web_sys::Storage;

use crate::camera::Lens;
use crate::flow::Kept;
use crate::settings::Settings;

const OPEN: &str = "scantill.open";
const DEVICE: &str = "scantill.device";
const LANG: &str = "scantill.lang";
const LENS: &str = "scantill.lens";
const SETTINGS: &str = "scantill.settings";

/// Keeps these charges and forgets all others.
pub(crate) fn write_open(open: &[Kept]) {
    if open.is_empty() {
        if let Some(storage) = storage() {
            // Removing what may be absent cannot fail.
            drop(storage.remove_item(OPEN));
        }
    } else if let Ok(text) = serde_json::to_string(open) {
        write(OPEN, &text);
    }
}

/// The charges that were on their way.
pub(crate) fn open() -> Vec<Kept> {
    read(OPEN)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// This till's name; `fresh` gives one at the first visit.
pub(crate) fn device(fresh: impl FnOnce() -> String) -> String {
    read(DEVICE).unwrap_or_else(|| {
        let name = fresh();
        write(DEVICE, &name);
        name
    })
}

/// The language that was chosen, if one was.
pub(crate) fn lang() -> Option<Lang> {
    read(LANG).map(|tag| Lang::prefer(&tag))
}

/// Keeps the chosen language.
pub(crate) fn write_lang(lang: Lang) {
    write(LANG, lang.tag());
}

/// The camera that read last on this device.
pub(crate) fn lens() -> Option<Lens> {
    read(LENS).and_then(|text| serde_json::from_str(&text).ok())
}

/// Keeps the camera that read.
pub(crate) fn write_lens(lens: &Lens) {
    if let Ok(text) = serde_json::to_string(lens) {
        write(LENS, &text);
    }
}

/// How this device was set.
pub(crate) fn settings() -> Settings {
    read(SETTINGS)
        .map(|text| Settings::parse(&text))
        .unwrap_or_default()
}

/// Keeps how this device is set; false where the browser keeps nothing.
pub(crate) fn write_settings(settings: Settings) -> bool {
    storage().is_some_and(|storage| storage.set_item(SETTINGS, &settings.text()).is_ok())
}

fn read(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

fn write(name: &str, text: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage loses the way back after a reload, never the charge: the
        // backend holds it, and the sale's name protects it from being charged twice.
        drop(storage.set_item(name, text));
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
