//! What a camera has beside its picture: a torch, a zoom, a focus of its own.
//!
//! Browsers differ in which of these they have, and the camera's own answer counts, never the
//! browser's name. Light and zoom are wishes made after the camera is open: asked for at opening,
//! a torch is an error by the standard.

use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::MediaStreamTrack;

use super::open::{field, put};

/// A closer look is twice as large.
const CLOSER: f64 = 2.0;

/// What the open camera has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Gear {
    /// A light that can be switched.
    pub(crate) has_torch: bool,
    /// It can look closer.
    pub(crate) has_zoom: bool,
    /// There is another camera to change to.
    pub(crate) is_choosable: bool,
}

impl Gear {
    /// What `track` says of itself.
    pub(super) fn of(track: &MediaStreamTrack, is_choosable: bool) -> Self {
        let can = capabilities(track);
        Self {
            has_torch: field(&can, "torch").is_truthy(),
            has_zoom: zoom(&can).is_some_and(|(least, most)| most >= least * CLOSER),
            is_choosable,
        }
    }
}

/// Switches the light, as far as it goes.
pub(super) fn set_torch(track: &MediaStreamTrack, is_on: bool) {
    wish(track, "torch", &is_on.into());
}

/// Looks closer, or as wide as the camera can.
pub(super) fn set_closer(track: &MediaStreamTrack, is_closer: bool) {
    if let Some((least, _)) = zoom(&capabilities(track)) {
        let times = if is_closer { CLOSER } else { 1.0 };
        wish(track, "zoom", &(least * times).into());
    }
}

/// Lets a camera that can focus by itself do so: some begin with a fixed distance.
pub(super) fn focus(track: &MediaStreamTrack) {
    let modes = field(&capabilities(track), "focusMode").dyn_into::<Array>();
    let continuous = JsValue::from_str("continuous");
    if modes.is_ok_and(|modes| modes.includes(&continuous, 0)) {
        wish(track, "focusMode", &continuous);
    }
}

fn zoom(can: &JsValue) -> Option<(f64, f64)> {
    let zoom = field(can, "zoom");
    let limit = |name| field(&zoom, name).as_f64().filter(|limit| *limit > 0.0);
    Some((limit("min")?, limit("max")?))
}

fn capabilities(track: &MediaStreamTrack) -> JsValue {
    // Not in every browser; what is absent has nothing to offer.
    let ask = field(track, "getCapabilities").dyn_into::<Function>();
    ask.and_then(|ask| ask.call0(track)).unwrap_or_default()
}

fn wish(track: &MediaStreamTrack, name: &str, value: &JsValue) {
    let one = Object::new();
    put(&one, name, value);
    let wishes = Object::new();
    put(&wishes, "advanced", &Array::of1(&one));
    let apply = field(track, "applyConstraints").dyn_into::<Function>();
    let applying = apply.and_then(|apply| apply.call1(track, &wishes));
    if let Ok(applying) = applying.and_then(JsCast::dyn_into::<Promise>) {
        // A wish that is not granted leaves the picture as it was.
        spawn_local(async move { drop(JsFuture::from(applying).await) });
    }
}
